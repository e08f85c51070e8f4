//! `canon relay`: signs what somebody decided in a pull request.

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Context, Done, variable};
use crate::operations::Failure;
use crate::operations::forge::{self, Event};
use crate::operations::relay::{read_event, relay};
use crate::report::{json, relay as report};

/// Relay a decision: reads what a forge says of a review, and signs it with the relay's own key.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The change (default: the one open on this branch).
    change: Option<String>,
    /// The event, as the forge sent it (default: what GITHUB_EVENT_PATH names).
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
    /// Whose event it is (default: told by its form).
    #[arg(long, value_enum)]
    forge: Option<Forge>,
    /// SSH key of the relay (default: git's user.signingkey).
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Forge {
    /// The event `pull_request_review`.
    Github,
    /// The event `merge_request`.
    Gitlab,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let Arguments { change, event, forge, key } = arguments;
    let workspace = context.workspace()?;
    let named = variable("GITHUB_EVENT_PATH")?.filter(|path| !path.is_empty()).map(PathBuf::from);
    let Some(file) = event.or(named) else {
        return Err(Failure::refused(
            "no event is named, and GITHUB_EVENT_PATH is not set",
            "Name the file that the forge sent: `--event FILE`.",
        ));
    };
    let forge = forge.map(|forge| match forge {
        Forge::Github => forge::Forge::Github,
        Forge::Gitlab => forge::Forge::Gitlab,
    });
    let review = match forge::read(&read_event(&file)?, forge)? {
        Event::Review(review) => review,
        Event::Nothing(why) => {
            match context.json() {
                true => context.printer.json(&json::acts::nothing_relayed(&why)),
                false => context.printer.result(&format!("Nothing to relay: {why}.\n")),
            }
            return Ok(Done::Fine);
        }
    };
    let key = workspace.signing_key(key.as_deref())?;
    let relayed = relay(&workspace, change.as_deref(), *review, &key)?;
    match context.json() {
        true => context.printer.json(&json::acts::relayed(&relayed)),
        false => context.printer.result(&report::relayed(&relayed)),
    }
    Ok(Done::Fine)
}
