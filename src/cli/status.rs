//! `canon status`: what changes still need, and who may give it.

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::status::{State, status};
use crate::report::{brief, json};

/// Show what a change still needs, and who may give it.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The change (default: every open one, here and on local branches).
    change: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let standings = status(&workspace, arguments.change.as_deref())?;
    let waiting = standings.iter().any(|standing| matches!(standing.state, State::Waiting | State::Conflict));
    if context.json() {
        context.printer.json(&json::standings(&standings));
        return Ok(Done::from(!waiting));
    }
    if standings.is_empty() {
        context.printer.result("No change is open. Edit a definition, then type `canon propose`.\n");
    }
    for standing in &standings {
        if let Some(change) = &standing.change {
            context.printer.result(&brief::change(change));
        }
        if let Some(branch) = &standing.branch {
            context.printer.result(&format!("  on branch {branch}\n"));
        }
        context.printer.result(&brief::standing(standing));
    }
    Ok(Done::from(!waiting))
}
