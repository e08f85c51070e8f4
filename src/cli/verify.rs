//! `canon verify`: proves the ledger.

use super::{Context, Done, Format};
use crate::finding::Level;
use crate::operations::Failure;
use crate::operations::memory::Depth;
use crate::operations::verify::{Pin, verify};
use crate::report::listing::Listing;
use crate::report::{json, ledger};

/// Prove from git alone that everything on the branch was approved.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The revision (default: the main branch).
    revision: Option<String>,
    /// The trust digest that you hold, with or without @CHECKPOINT (default: CANON_TRUST, then git's canonry.trust).
    #[arg(long, value_name = "DIGEST[@CHECKPOINT]")]
    trust: Option<Pin>,
    /// Read the whole history again, whatever an earlier run in this clone remembered of it.
    #[arg(long)]
    full: bool,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let pin = context.pin(arguments.trust)?;
    let depth = if arguments.full { Depth::Whole } else { Depth::New };
    let progress = context.printer.progress();
    let verification = verify(&workspace, arguments.revision.as_deref(), pin, depth, &progress)?;
    let ledger = verification.replay.as_ref().map(|replay| &replay.ledger);
    let listing = Listing {
        command: "verify",
        root: &workspace.root,
        documents: ledger.iter().flat_map(|ledger| ledger.accepted.keys()).map(String::as_str).collect(),
        findings: &verification.findings,
        waived: &[],
        fail_on: Level::Error,
        source: &|_| None,
    };
    match context.format {
        Format::Json => context.printer.json(&json::verification(&verification)),
        Format::Text => {
            context.printer.listing(Format::Text, &listing);
            context.printer.result(&ledger::verification(&verification));
        }
        format => {
            context.printer.listing(format, &listing);
            context.printer.note(&ledger::verification(&verification));
        }
    }
    let holds = verification.holds();
    // The program ends; giving back a long history piece by piece takes longer than the rest of it.
    std::mem::forget(verification);
    Ok(Done::from(holds))
}
