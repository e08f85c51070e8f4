//! `canon publish`: cuts a release.

use std::path::PathBuf;

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::publish::{Published, publish};
use crate::operations::verify::Pin;
use crate::report::findings::tally;
use crate::report::{json, ledger};

/// Publish the accepted definitions: a signed manifest of digests, chained to the one before.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Write nothing; show what would be published.
    #[arg(long)]
    dry_run: bool,
    /// The trust digest that you hold (default: CANON_TRUST, then git's canonry.trust).
    #[arg(long, value_name = "DIGEST[@CHECKPOINT]")]
    trust: Option<Pin>,
    /// SSH key to sign with (default: git's user.signingkey).
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let key = workspace.signing_key(arguments.key.as_deref())?;
    let pin = context.pin(arguments.trust)?;
    let printer = &context.printer;
    let published = publish(&workspace, pin, arguments.dry_run, &key)?;
    let done = Done::from(published.is_fine());
    match published {
        published if context.json() => printer.json(&json::acts::published(&published)),
        Published::Unproven(verification) => {
            printer.findings(&verification.findings, |_| None);
            printer.note("Nothing was published: only what is proven against a pinned trust digest can be.\n");
        }
        Published::Faulty(checked) => {
            printer.findings(checked.findings(), |path| checked.registry().source(path));
            printer.note(&format!("Nothing was published: {}.\n", tally(checked.findings())));
        }
        Published::Nothing(version) => {
            printer.result(&format!("Nothing to publish: no definition changed since {version}.\n"));
        }
        Published::Planned(manifest) => {
            printer.result(&ledger::manifest(&manifest));
            printer.note("Nothing was written.\n");
        }
        Published::Done { manifest, commit, branch } => {
            printer.result(&ledger::manifest(&manifest));
            printer.note(&format!(
                "\nCommitted on `{branch}`. Next: `git tag canon/v{} {commit}` and push both.\n",
                manifest.version
            ));
        }
    }
    Ok(done)
}
