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

/// What somebody said: the decision, what it can still do, and the position from which on it was permanent.
pub type Said<'d> = (&'d Decision, Weight, usize);

/// Which of one person's decisions stands, by its place among them in [`order`].
///
/// A rejection stands until a later decision on the same text takes it back, and no relay takes back one that was signed
/// with a key. One that may have been a thief's stands until the person decides anew; a thief chooses times, so that is
/// judged by when both landed. Else the newest stands, if it is on this text and its key counts.
#[must_use]
pub fn standing(said: &[Said<'_>]) -> Option<usize> {
    let last = |is: &dyn Fn(&Said<'_>) -> bool| said.iter().rposition(is);
    let rejects = |place: &usize| said[*place].0.decision == Choice::Reject;
    let is_here = |one: &Said<'_>| matches!(one.1, Weight::Full | Weight::Kept);
    let newest_here = last(&is_here).filter(rejects);
    let own = || last(&|one| is_here(one) && one.0.via == Via::Ssh).filter(rejects);
    let landed = |one: &Said<'_>| (one.2, one.0.instant());
    let anew = said.iter().filter(|one| one.1 == Weight::Full).map(landed).max();
    let is_lost = |one: &Said<'_>| one.1 == Weight::Lost && one.0.decision == Choice::Reject;
    let lost = || last(&|one| is_lost(one) && anew < Some(landed(one)));
    let newest = || last(&|one| one.1 != Weight::Lost).filter(|place| said[*place].1 == Weight::Full);
    newest_here.or_else(own).or_else(lost).or_else(newest)
}

/// The decisions that would stand if some had never been made. What one person said stands together, in [`order`].
pub fn without(heard: &[Heard], gone: impl Fn(&Heard) -> bool) -> Vec<&Decision> {
    let mut left = Vec::new();
    for of_one in heard.chunk_by(|one, other| one.decision.person == other.decision.person) {
        let sound = of_one.iter().filter(|heard| !gone(heard));
        let said: Vec<Said<'_>> = sound.map(|heard| (&heard.decision, heard.weight, heard.landed)).collect();
        left.extend(standing(&said).map(|place| said[place].0));
    }
    left
}
