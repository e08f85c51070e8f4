//! What a person has said on a proposal, and which of it stands. Pure.

use super::policy::Via;
use super::records::{Choice, Decision};

/// What a decision can still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Weight {
    /// Its person and key count.
    Full,
    /// It landed while its key counted, which it does no more: it rejects, or takes an earlier rejection back, and
    /// grants nothing.
    Kept,
}

/// A decision on the text of a proposal as it was judged.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Heard {
    /// The decision.
    pub decision: Decision,
    /// Fingerprint of the key that signed it.
    pub key: String,
    /// What it can still do.
    pub weight: Weight,
    /// Position on the chain of the commit from which on it was permanent.
    pub landed: usize,
    /// Whether it is the one that stands of those of its person.
    pub stands: bool,
}

/// Which of one person's decisions stands, by its place in the list. `said` is in the order of the signed times; it is
/// `complete` if the newest counts, so that nothing is missing between them.
///
/// A rejection stands until a later decision takes it back, and no relay takes back one that was signed with a key.
/// Nothing else stands where what is known is not complete.
#[must_use]
pub fn standing(said: &[(&Decision, Weight)], complete: bool) -> Option<usize> {
    let rejects = |place: &usize| said[*place].0.decision == Choice::Reject;
    let newest = said.len().checked_sub(1)?;
    let own = said.iter().rposition(|(decision, _)| decision.via == Via::Ssh);
    let rejection = Some(newest).filter(rejects).or_else(|| own.filter(rejects));
    rejection.or_else(|| Some(newest).filter(|place| complete && said[*place].1 == Weight::Full))
}

/// The decisions that would stand if some had never been made.
pub fn without<'h>(heard: &'h [Heard], gone: impl Fn(&Heard) -> bool) -> Vec<&'h Decision> {
    let mut left = Vec::new();
    for of_one in heard.chunk_by(|one, other| one.decision.person == other.decision.person) {
        let complete = of_one.iter().any(|heard| heard.stands && heard.weight == Weight::Full);
        let said: Vec<(&Decision, Weight)> =
            of_one.iter().filter(|heard| !gone(heard)).map(|heard| (&heard.decision, heard.weight)).collect();
        left.extend(standing(&said, complete).map(|place| said[place].0));
    }
    left
}
