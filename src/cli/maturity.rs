//! `canon maturity`: in which stage each row of the maturity matrices stands, and what it lacks for the next.

use super::{Context, Done, Format};
use crate::operations::Failure;
use crate::operations::maturity::maturity;
use crate::operations::verify::Pin;
use crate::report::{json, maturity as report};

/// Show how mature the revenue system is, by the registry's own evidence, and what is missing for the next stage.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The matrix, such as `readiness` (default: all).
    matrix: Option<String>,
    /// The trust digest that you hold, with or without @CHECKPOINT (default: CANON_TRUST, then git's canonry.trust).
    #[arg(long, value_name = "DIGEST[@CHECKPOINT]")]
    trust: Option<Pin>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let pin = context.pin(arguments.trust)?;
    let progress = context.printer.progress();
    let maturity = maturity(&workspace, arguments.matrix.as_deref(), pin, &progress)?;
    match context.format {
        Format::Json => context.printer.json(&json::maturity::maturity(&maturity)),
        Format::Markdown => context.printer.result(&report::markdown(&maturity)),
        _ => context.printer.result(&report::text(&maturity)),
    }
    Ok(Done::Fine)
}
