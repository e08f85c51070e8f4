//! `canon fmt`: writes governed files in their stored form.

use super::{Context, Done};
use crate::finding::any_error;
use crate::operations::Failure;
use crate::operations::fmt::fmt;
use crate::report::counted;

/// Write governed files in their stored form.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Write nothing; name the files that would change, and exit 1 if there are any.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    context.text_only("fmt")?;
    let workspace = context.workspace()?;
    let formatted = fmt(&workspace, !arguments.check)?;
    let (registry, findings, changed) = (&formatted.registry, &formatted.findings, formatted.differing.len());
    for path in &formatted.differing {
        context.printer.result(&format!("{path}\n"));
    }
    context.printer.findings(findings, |path| registry.source(path));
    let verb = if arguments.check { "would change" } else { "changed" };
    context.printer.note(&format!("{} {verb}.\n", counted(changed, "file")));
    let wanting = arguments.check && changed > 0;
    Ok(Done::from(!any_error(findings) && !wanting))
}
