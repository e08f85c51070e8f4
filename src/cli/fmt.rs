//! `canon fmt`: writes governed files in their stored form.

use super::{Context, Done, Format};
use crate::finding::{Level, any_error};
use crate::operations::Failure;
use crate::operations::fmt::fmt;
use crate::report::listing::Listing;
use crate::report::{counted, json};
use crate::text::line;

/// Write governed files in their stored form.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Write nothing; name the files that would change, and exit 1 if there are any.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let formatted = fmt(&workspace, !arguments.check)?;
    let (registry, findings, changed) = (&formatted.registry, &formatted.findings, formatted.differing.len());
    // What was written is mended and no finding any more.
    let told = if arguments.check { formatted.as_findings() } else { findings.clone() };
    let mut listing = Listing {
        command: "fmt",
        root: &workspace.root,
        documents: registry.documents().map(|(path, _)| path).collect(),
        findings: &told,
        waived: &[],
        fail_on: Level::Error,
        source: &|path| registry.source(path),
    };
    let verb = if arguments.check { "would change" } else { "changed" };
    match context.format {
        Format::Json => context.printer.json(&json::acts::formatted(&formatted, !arguments.check)),
        format => {
            if format == Format::Text {
                let paths: String =
                    formatted.differing.iter().map(|finding| format!("{}\n", line(&finding.path))).collect();
                context.printer.result(&paths);
                listing.findings = findings;
            }
            context.printer.listing(format, &listing);
            context.printer.note(&format!("{} {verb}.\n", counted(changed, "file")));
            if !formatted.left.is_empty() {
                let left = counted(formatted.left.len(), "file");
                context.printer.note(&format!("{left} left alone, as the schemas have faults.\n"));
            }
        }
    }
    let wanting = arguments.check && changed > 0;
    Ok(Done::from(!any_error(findings) && !wanting))
}
