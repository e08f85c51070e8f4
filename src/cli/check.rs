//! `canon check`: everything that can be wrong.

use clap::ValueEnum;

use super::{Context, Done, Format};
use crate::finding::Level;
use crate::operations::Failure;
use crate::operations::check::{check, check_step};
use crate::report::findings::{tally, waived};
use crate::report::listing::Listing;
use crate::report::{counted, json};

/// Find everything that is wrong: form, references, criteria, examples; with a baseline, versions.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Check this revision (default: the work tree).
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Check only what differs from this revision and what that reaches, with versions and change records.
    #[arg(long, value_name = "BASE")]
    against: Option<String>,
    /// Exit 1 from this level on.
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "error")]
    fail_on: FailOn,
}

#[derive(Clone, Copy, ValueEnum)]
enum FailOn {
    /// Errors and warnings fail.
    Warning,
    /// Only errors fail.
    Error,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let revision = arguments.rev.as_deref();
    let (checked, changed) = match arguments.against.as_deref() {
        Some(base) => check_step(&workspace, base, revision).map(|(checked, changed)| (checked, Some(changed)))?,
        None => (check(&workspace, revision)?, None),
    };
    let (registry, findings) = (checked.registry(), checked.findings());
    let fail_on = if let FailOn::Warning = arguments.fail_on { Level::Warning } else { Level::Error };
    let listing = Listing {
        command: "check",
        root: &workspace.root,
        documents: registry.documents().map(|(path, _)| path).collect(),
        findings,
        waived: checked.waived(),
        fail_on,
        source: &|path| registry.source(path),
    };
    let definitions = registry.definitions().count();
    match context.format {
        Format::Json => context.printer.json(&json::checked(&listing, definitions)),
        format => {
            context.printer.listing(format, &listing);
            let accepted = match checked.waived().len() {
                0 => String::new(),
                count => format!("; {} waived", counted(count, "finding")),
            };
            let looked_at = changed.map_or_else(
                || counted(definitions, "definition"),
                |changed| {
                    let others = definitions.saturating_sub(changed);
                    format!("{} and {others} that this reaches", counted(changed, "changed definition"))
                },
            );
            context.printer.note(&format!("Checked {looked_at}: {}{accepted}.\n", tally(findings)));
            if format == Format::Text {
                context.printer.note(&waived(checked.waived()));
            }
        }
    }
    let done = Done::from(!findings.iter().any(|finding| listing.fails(finding)));
    // The process ends here. To give back a large registry piece by piece would take as long as a tenth of the check.
    std::mem::forget(checked);
    Ok(done)
}
