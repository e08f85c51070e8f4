//! `canon verify`: proves the ledger.

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::verify::{Pin, verify};
use crate::report::{json, ledger};

/// Prove from git alone that everything on the branch was approved.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The revision (default: the main branch).
    revision: Option<String>,
    /// The trust digest that you hold, with or without @CHECKPOINT (default: CANON_TRUST, then git's canonry.trust).
    #[arg(long, value_name = "DIGEST[@CHECKPOINT]")]
    trust: Option<Pin>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let pin = context.pin(arguments.trust)?;
    let progress = context.printer.progress();
    let verification = verify(&workspace, arguments.revision.as_deref(), pin, &progress)?;
    if context.json() {
        context.printer.json(&json::verification(&verification));
    } else {
        context.printer.findings(&verification.findings, |_| None);
        context.printer.result(&ledger::verification(&verification));
    }
    Ok(Done::from(verification.holds()))
}
