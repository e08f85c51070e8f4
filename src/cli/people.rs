//! `canon people`: who they are, and what happens to them and their keys.

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::people::{Event, list, note};
use crate::report::people;

/// List people and their keys, or write down that somebody joins, leaves, or has another key.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    event: Option<Happened>,
}

#[derive(clap::Subcommand)]
enum Happened {
    /// Somebody joins.
    Add {
        /// The id, such as a short name.
        id: String,
        /// What people call them (default: the id).
        #[arg(long)]
        name: Option<String>,
        /// A role of the policy; may be given more than once.
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// The public key: a file, or the line itself.
        #[arg(long, value_name = "KEY")]
        key: String,
    },
    /// A new key takes the place of one, which is retired.
    Rotate {
        /// The person.
        id: String,
        /// The new public key: a file, or the line itself.
        #[arg(long, value_name = "KEY")]
        key: String,
        /// The key that goes, by fingerprint or file (default: the only active one).
        #[arg(long, value_name = "KEY")]
        old: Option<String>,
    },
    /// Somebody leaves, or gives up a key; what they signed stays.
    Retire {
        /// The person.
        id: String,
        /// The key that goes, by fingerprint or file (default: everything).
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// A key was somebody else's; what it made settle since then must be confirmed. This is final.
    Compromise {
        /// The person.
        id: String,
        /// The first commit since when it may have been misused.
        #[arg(long, value_name = "REV")]
        since: String,
        /// The key, by fingerprint or file (default: everything of the person).
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let happened = arguments.event.map(|happened| match happened {
        Happened::Add { id, name, roles, key } => (id, Event::Joined { name, roles, key }),
        Happened::Rotate { id, key, old } => (id, Event::Rotated { key, old }),
        Happened::Retire { id, key } => (id, Event::Retired { key }),
        Happened::Compromise { id, since, key } => (id, Event::Compromised { key, since }),
    });
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
