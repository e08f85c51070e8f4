//! `canon` alone: where one stands, and what to type next.

use super::{Context, Done};
use crate::git::Head;
use crate::operations::Failure;
use crate::operations::standing::overview;
use crate::operations::status::State;
use crate::operations::workspace::short;
use crate::report::counted;
use crate::report::findings::tally;
use crate::text::line;

/// How many edited documents are named.
const MOST_SHOWN: usize = 5;

pub(super) fn run(context: &Context) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let overview = overview(&workspace)?;
    let mut out = format!("Registry \"{}\": {}.\n", line(&overview.name), counted(overview.definitions, "definition"));
    out.push_str(&match &overview.head {
        Head::Branch(name, tip) => format!("You are on `{name}` at {}.\n", short(*tip)),
        Head::Unborn(name) => format!("You are on `{name}`, which has no commit yet.\n"),
        Head::Detached(commit) => format!("HEAD is detached at {}.\n", short(*commit)),
    });
    out.push_str(&match overview.proven {
        Some(true) => format!("The tip of `{}` is exactly what was accepted.\n", line(&overview.main)),
        Some(false) => format!("The tip of `{}` is NOT what was accepted.\n", line(&overview.main)),
        None => format!("There is no `{}` branch with the registry yet.\n", line(&overview.main)),
    });
    if !overview.findings.is_empty() {
        out.push_str(&format!("The check finds {}.\n", tally(&overview.findings)));
    }
    if !overview.edited.is_empty() {
        let (shown, more) = overview.edited.split_at(overview.edited.len().min(MOST_SHOWN));
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        out.push_str(&format!("Edited and not committed: {}{more}\n", shown.join(", ")));
    }
    for standing in &overview.open {
        let state = match standing.state {
            State::Ready => "has every approval",
            State::Conflict => "conflicts with the main branch",
            _ => "waits for approvals",
        };
        out.push_str(&format!("Open: {} {state}.\n", standing.id));
    }
    let (command, why) = &overview.next;
    out.push_str(&format!("Next: {command}\n      ({why})\n"));
    context.printer.result(&out);
    Ok(Done::Fine)
}
