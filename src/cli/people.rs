//! `canon people`: who they are, and what happens to them and their keys.

use super::happened::Happened;
use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::people::{list, note};
use crate::report::people;

/// List people and their keys, or write down that somebody joins, leaves, or has another key.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    event: Option<Happened>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let happened = arguments.event.map(Happened::told);
    let listed = match &happened {
        None => list(&workspace)?,
        Some((id, event)) => vec![note(&workspace, id, event)?],
    };
    match context.json() {
        true => context.printer.json(&people::json(&listed)),
        false => context.printer.result(&people::people(&listed)),
    }
    Ok(Done::Fine)
}
