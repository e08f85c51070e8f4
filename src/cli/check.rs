//! `canon check`: everything that can be wrong.

use super::{Context, Done};
use crate::finding::any_error;
use crate::operations::Failure;
use crate::operations::check::check;
use crate::report::counted;
use crate::report::findings::tally;
use crate::report::json;

/// Find everything that is wrong: form, references, criteria, examples; with a baseline, versions.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Check this revision (default: the work tree).
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Judge versions and change records against this revision.
    #[arg(long, value_name = "BASE")]
    against: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let checked = check(&workspace, arguments.rev.as_deref(), arguments.against.as_deref())?;
    let (registry, findings) = (checked.registry(), checked.findings());
    if context.json() {
        context.printer.json(&serde_json::json!({
            "type": "canonry/findings@1",
            "definitions": registry.definitions().count(),
            "findings": json::findings(findings, |path| registry.source(path)),
        }));
    } else {
        context.printer.findings(findings, |path| registry.source(path));
        let definitions = counted(registry.definitions().count(), "definition");
        context.printer.note(&format!("Checked {definitions}: {}.\n", tally(findings)));
    }
    let done = Done::from(!any_error(findings));
    // The process ends here. To give back a large registry piece by piece would take as long as a tenth of the check.
    std::mem::forget(checked);
    Ok(done)
}
