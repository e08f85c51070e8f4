//! What a person has said on a change, and which of it stands. Pure.

use super::policy::Via;
use super::records::{Choice, Decision};

/// What a decision can still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Weight {
    /// It is on this text of the proposal, and its person and key count.
    Full,
    /// It is on this text, and counted when it landed: it rejects, or takes an earlier rejection back, and grants nothing.
    Kept,
    /// It is on another text of the proposal: what was said before it grants nothing any more.
    Elsewhere,
    /// It is on this text, and was made with what was somebody else's by then. A rejection of this sort blocks until its
    /// person decides anew: it may have been meant, and a report of theft must not wipe it away unseen.
    Lost,
}

/// A decision as it was judged.
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

/// Where a decision comes among those of its person: by the time that it says, since the number of its file is signed by
/// nobody. Of two in one moment a rejection comes last, and an approval before it.
#[must_use]
pub fn order(decision: &Decision) -> (Option<jiff::Timestamp>, u8) {
    let choice = match decision.decision {
        Choice::Withdraw => 0,
        Choice::Approve => 1,
        Choice::Reject => 2,
    };
    (decision.instant(), choice)
}

/// Which of one person's decisions stands, by its place among them in [`order`].
///
/// A rejection stands until a later decision on the same text takes it back, and no relay takes back one that was signed
/// with a key. Else the newest stands, if it is on this text and its key counts.
#[must_use]
pub fn standing(said: &[(&Decision, Weight)]) -> Option<usize> {
    let last =
        |is: &dyn Fn(&Decision, Weight) -> bool| said.iter().rposition(|(decision, weight)| is(decision, *weight));
    let rejects = |place: &usize| said[*place].0.decision == Choice::Reject;
    let is_here = |weight| matches!(weight, Weight::Full | Weight::Kept);
    let newest_here = last(&|_, weight| is_here(weight)).filter(rejects);
    let own = || last(&|decision, weight| is_here(weight) && decision.via == Via::Ssh).filter(rejects);
    let newest = || last(&|_, weight| weight != Weight::Lost).filter(|place| said[*place].1 == Weight::Full);
    let decided_anew = said.iter().any(|(_, weight)| *weight == Weight::Full);
    let lost = || last(&|_, weight| weight == Weight::Lost).filter(rejects).filter(|_| !decided_anew);
    newest_here.or_else(own).or_else(newest).or_else(lost)
}

/// The decisions that would stand if some had never been made. What one person said stands together, in [`order`].
pub fn without(heard: &[Heard], gone: impl Fn(&Heard) -> bool) -> Vec<&Decision> {
    let mut left = Vec::new();
    for of_one in heard.chunk_by(|one, other| one.decision.person == other.decision.person) {
        let sound = of_one.iter().filter(|heard| !gone(heard));
        let said: Vec<(&Decision, Weight)> = sound.map(|heard| (&heard.decision, heard.weight)).collect();
        left.extend(standing(&said).map(|place| said[place].0));
    }
    left
}
