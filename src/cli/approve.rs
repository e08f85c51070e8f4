//! `canon approve`: shows a change, asks, signs.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::PathBuf;

use super::{Context, Done};
use crate::governance::records::Choice;
use crate::operations::Failure;
use crate::operations::approve::{Decided, brief, decide};
use crate::report::{brief as report, json};

/// Approve a change: shows what it does, asks, and signs your decision.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The change (default: the one open on this branch).
    change: Option<String>,
    /// Reject it instead: nothing lands while your rejection stands.
    #[arg(long, conflicts_with = "withdraw")]
    reject: bool,
    /// Take your earlier decision back.
    #[arg(long)]
    withdraw: bool,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// SSH key to sign with (default: git's user.signingkey).
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let key = workspace.signing_key(arguments.key.as_deref())?;
    let choice = match (arguments.reject, arguments.withdraw) {
        (true, _) => Choice::Reject,
        (_, true) => Choice::Withdraw,
        _ => Choice::Approve,
    };
    let read = brief(&workspace, arguments.change.as_deref(), &key)?;
    if context.json() {
        if !arguments.yes {
            let message = "`--format json` is for programs, which cannot be asked";
            return Err(Failure::refused(message, "Type the command again with `--yes`."));
        }
        let decided = decide(&workspace, &read, choice, &key)?;
        context.printer.json(&json::acts::decided(&read, choice, &decided));
        return Ok(Done::Fine);
    }
    context.printer.result(&report::whole(&read));
    if !read.asked {
        context.printer.note(&format!("Note: the policy does not ask `{}` about this change.\n", read.person));
    }
    if !arguments.yes && !agreed(context, &read.person, choice)? {
        context.printer.note("Nothing was signed.\n");
        return Ok(Done::Findings);
    }
    match decide(&workspace, &read, choice, &key)? {
        Decided::Already => {
            context.printer.result(&format!("`{}` {} exactly this proposal already.\n", read.person, choice.done()));
        }
        Decided::Done(standing) => {
            context.printer.result(&format!("`{}` {} {}.\n", read.person, choice.done(), read.change.id));
            context.printer.result(&report::standing(&standing));
        }
    }
    Ok(Done::Fine)
}

fn agreed(context: &Context, person: &str, choice: Choice) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::refused(
            "this is no terminal, so nobody can be asked",
            "Read what is shown above, then type the command again with `--yes`.",
        ));
    }
    context.printer.prompt(&format!("Sign as `{person}`: {}? [y/N] ", choice.word()));
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    Ok(read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes"))
}
