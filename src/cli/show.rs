//! `canon show`: one definition.

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::reading::{accepted_version, definition, registry};
use crate::report::definition::definition as report;

/// Show a definition in plain words.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The definition, as kind/id; with @version as it was accepted at that version.
    #[arg(value_name = "KIND/ID[@VERSION]")]
    definition: String,
    /// At this revision (default: the work tree).
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let (registry, findings) = registry(&workspace, arguments.rev.as_deref())?;
    context.printer.unread(&findings);
    let (name, version) = match arguments.definition.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (arguments.definition.as_str(), None),
    };
    let document = match version {
        Some(version) => accepted_version(&workspace, name, version)?,
        None => definition(&registry, name)?.document.clone(),
    };
    if context.json() {
        context.printer.json(document.value());
    } else {
        context.printer.result(&report(name, &document, &registry));
    }
    Ok(Done::Fine)
}
