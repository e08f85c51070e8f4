//! `canon log`: who changed what, when, why, and who approved it.

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::log::log;
use crate::report::{json, ledger};

/// Show who changed what, when and why, and who approved it.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Only changes of this definition, with the fields that changed.
    #[arg(value_name = "KIND/ID")]
    definition: Option<String>,
    /// Of this revision (default: the main branch).
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let progress = context.printer.progress();
    let entries = log(&workspace, arguments.rev.as_deref(), arguments.definition.as_deref(), &progress)?;
    if context.json() {
        context.printer.json(&json::log(&entries));
    } else if entries.is_empty() {
        context.printer.result("No change has settled yet; what is accepted is what the registry started with.\n");
    } else {
        context.printer.result(&ledger::log(&entries));
    }
    Ok(Done::Fine)
}
