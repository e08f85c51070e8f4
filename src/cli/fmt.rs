//! `canon fmt`: writes governed files in their stored form.

use super::{Context, Done};
use crate::finding::any_error;
use crate::git::write::write_file;
use crate::operations::Failure;
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
    let (registry, findings) = workspace.work_tree_registry()?;
    let folder = workspace.folder()?;
    let mut changed = 0;
    for (path, _) in registry.documents() {
        let Some(expected) = registry.expected_bytes(path) else { continue };
        if registry.bytes(path) == Some(&expected) {
            continue;
        }
        changed += 1;
        context.printer.result(&format!("{path}\n"));
        if !arguments.check {
            let file = folder.join(path);
            write_file(&file, &expected).map_err(|cause| Failure::File { path: file, cause })?;
        }
    }
    context.printer.findings(&findings, |path| registry.source(path));
    let verb = if arguments.check { "would change" } else { "changed" };
    context.printer.note(&format!("{} {verb}.\n", counted(changed, "file")));
    let wanting = arguments.check && changed > 0;
    Ok(Done::from(!any_error(&findings) && !wanting))
}
