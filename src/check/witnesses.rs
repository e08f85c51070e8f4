//! Witnesses in messages: the record that proves what is said.

use crate::criteria::reason::Witness;

/// Longer records are cut: whoever wants all of it finds it by what stands before.
const LONGEST: usize = 400;

/// A record on one line, with the scores that it is taken to have.
pub(super) fn shown(witness: &Witness) -> String {
    let record = cut(&witness.record.to_string());
    match witness.scores.is_null() {
        true => record,
        false => format!("{record} with the scores {}", cut(&witness.scores.to_string())),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
