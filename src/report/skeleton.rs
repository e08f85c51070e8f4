//! A new definition: where it is, what is to be filled in, and what was taken for its author.

use crate::operations::new::{Blank, Taken, Written, pointer};
use crate::text::line;

use super::shown;

/// What to do with a definition that was just written.
#[must_use]
pub fn skeleton(written: &Written, kind: &str) -> String {
    let mut out = format!("Wrote {}.\n", line(&written.path));
    if !written.blanks.is_empty() {
        out.push_str("\nFill in, by line:\n");
        written.blanks.iter().for_each(|one| out.push_str(&blank(one)));
    }
    if !written.taken.is_empty() {
        out.push_str("\nTaken for you; change what is otherwise:\n");
        written.taken.iter().for_each(|one| out.push_str(&taken(one)));
    }
    out.push_str(&format!(
        "\nNext: edit the file; `canon check` points at what is still blank, and `canon explain {kind}` says what each\n\
         property means. Then set its status to `active` and type `canon propose`.\n"
    ));
    out
}

fn blank(blank: &Blank) -> String {
    let place = pointer(&blank.finding).filter(|pointer| !pointer.is_empty()).unwrap_or("/");
    let meaning = blank.meaning.as_deref().unwrap_or(&blank.finding.message);
    format!("{:>5}  {}  {}\n", blank.line, line(place), line(meaning))
}

fn taken(taken: &Taken) -> String {
    let others = match taken.chosen.others.as_slice() {
        [] if taken.value.is_object() || taken.value.is_array() => " (there are other forms)".to_owned(),
        [] => String::new(),
        others => format!(" (or {})", line(&others.join(", "))),
    };
    let meaning = taken.meaning.as_deref().map(|meaning| format!("  {}", line(meaning))).unwrap_or_default();
    format!("       {} is {}{others}{meaning}\n", line(&taken.chosen.pointer), shown(Some(&taken.value)))
}
