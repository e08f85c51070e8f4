//! `canon new`: writes a definition with blanks.

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::new::new;
use crate::report::skeleton::skeleton;

/// Write a new definition, with all that can be told and blanks for the rest.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The kind, such as `stage`; `canon explain KIND` says what it holds.
    kind: String,
    /// The id, such as `trial-started`.
    id: String,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let written = new(&workspace, &arguments.kind, &arguments.id)?;
    context.printer.result(&skeleton(&written, &arguments.kind));
    Ok(Done::Fine)
}
