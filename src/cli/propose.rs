//! `canon propose`: makes a proposal of what was edited.

use std::path::PathBuf;

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::propose::{Proposed, Wishes, propose};
use crate::report::findings::tally;
use crate::report::{brief, json};

/// Propose what you edited: sets versions, signs the change record, commits it on a branch.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What the change does, in a line.
    #[arg(long)]
    title: Option<String>,
    /// Why it is needed.
    #[arg(long)]
    why: Option<String>,
    /// The sort of reason, which the policy may tell apart (default: conceptual).
    #[arg(long)]
    reason: Option<String>,
    /// Take a settled change back.
    #[arg(long, value_name = "CHANGE")]
    revert: Option<String>,
    /// Confirm a change that has landed, since a key that made it land was somebody else's by then.
    #[arg(long, value_name = "CHANGE")]
    ratifies: Vec<String>,
    /// SSH key to sign with (default: git's user.signingkey).
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let key = workspace.signing_key(arguments.key.as_deref())?;
    let Arguments { title, why, reason, revert, ratifies, .. } = arguments;
    let printer = &context.printer;
    let proposed = propose(&workspace, &Wishes { title, why, reason, revert, ratifies }, &key)?;
    let done = Done::from(proposed.is_fine());
    match proposed {
        proposed if context.json() => printer.json(&json::acts::proposed(&proposed)),
        Proposed::Nothing => {
            printer.result("Nothing to propose: every document is as it was accepted or proposed.\n");
        }
        Proposed::Faulty(checked) => {
            printer.findings(checked.findings(), |path| checked.registry().source(path));
            printer.note(&format!("Nothing was proposed: {}.\n", tally(checked.findings())));
        }
        Proposed::Done(proposal) => {
            let verb = if proposal.renewed { "Renewed" } else { "Proposed" };
            printer.note(&format!("{verb} on the branch `{}`.\n", proposal.branch));
            for path in &proposal.left_out {
                printer
                    .note(&format!("Left out: {path} is on the main branch without approval; propose it by itself.\n"));
            }
            printer.result(&brief::pull_request(&proposal));
            printer.note(&format!(
                "\nNext: push `{}` and open a pull request with the text above; approvers type\n      `canon approve {}` on that branch.\n",
                proposal.branch, proposal.change.id
            ));
        }
    }
    Ok(done)
}
