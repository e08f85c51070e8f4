//! `canon blame`: which change gave each value of a definition.

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::blame::blame;
use crate::report;

/// Show which change gave each value of a definition, and who agreed.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The definition, as kind/id.
    #[arg(value_name = "KIND/ID")]
    definition: String,
    /// As it is accepted at this revision (default: the main branch).
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let progress = context.printer.progress();
    let blame = blame(&workspace, arguments.rev.as_deref(), &arguments.definition, &progress)?;
    match context.json() {
        true => context.printer.json(&report::blame::json(&blame)),
        false => context.printer.result(&report::blame::blame(&blame)),
    }
    Ok(Done::Fine)
}
