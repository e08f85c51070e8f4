//! Two choices by cases: which records are given something else.

use super::{Flip, Judgement, Models, asks_elsewhere};
use crate::criteria::Model;
use crate::criteria::reason::{Allowance, Answer, Claim};
use crate::criteria::syntax::{Case, Cases};
use crate::document::Value;

/// How many pairs of cases are looked at; a longer choice is left open.
const MOST_PAIRS: usize = 400;
/// How many moves are shown.
const MOST_FLIPS: usize = 4;

/// What it does that the one choice takes the place of the other.
pub(in crate::compare) fn cases(
    models: Models,
    subject: &str,
    before: &Cases,
    after: &Cases,
    allowance: &Allowance,
) -> Judgement {
    let moves = moves(models, subject, before, after, allowance);
    let code = match (moves.flips.is_empty(), moves.open) {
        (false, _) => "reassigned",
        (true, false) => "equivalent",
        (true, true) => "not-decided",
    };
    Judgement { code, flips: moves.flips.into_iter().take(MOST_FLIPS).collect() }
}

/// Records that are given something else.
pub(super) struct Moves {
    /// A record for each pair of outcomes between which some move.
    pub(super) flips: Vec<Flip>,
    /// Whether there may be more.
    pub(super) open: bool,
}

/// From which outcome to which records move. A case that keeps its name keeps its outcome: that it now gives another
/// value is a change of its own.
pub(super) fn moves(models: Models, subject: &str, before: &Cases, after: &Cases, allowance: &Allowance) -> Moves {
    let mut moves = Moves { flips: Vec::new(), open: false };
    let (was, is) = (outcomes(before), outcomes(after));
    let asks = before.cases.iter().chain(&after.cases).any(|case| asks_elsewhere(&case.when));
    let steady = models.know(subject) && (!asks || models.same_words(true));
    if was.len() * is.len() > MOST_PAIRS || !steady {
        return Moves { open: true, ..moves };
    }
    // Where two cases apply, the one took the first and the other takes none.
    moves.open = before.overlap != after.overlap;
    for old in &was {
        for new in &is {
            if old.id() == new.id() || old.value == new.value {
                continue;
            }
            let claims: Vec<Claim> = old.claims(models.before).chain(new.claims(models.after)).collect();
            match allowance.find(subject, &claims) {
                Answer::Yes(witness) => {
                    let (before, after) = (old.value.clone(), new.value.clone());
                    moves.flips.push(Flip { entity: subject.to_owned(), witness: *witness, before, after });
                }
                Answer::No => {}
                Answer::NotDecided(_) => moves.open = true,
            }
        }
    }
    moves
}

/// One of the outcomes of a choice: the case that is taken, those that are not, and what it gives.
struct Chosen<'c> {
    case: Option<&'c Case>,
    earlier: &'c [Case],
    value: &'c Value,
}

fn outcomes(cases: &Cases) -> Vec<Chosen<'_>> {
    let of_cases = cases.cases.iter().enumerate().map(|(at, case)| Chosen {
        case: Some(case),
        earlier: &cases.cases[..at],
        value: &case.is,
    });
    of_cases.chain([Chosen { case: None, earlier: &cases.cases, value: &cases.otherwise }]).collect()
}

impl<'c> Chosen<'c> {
    fn id(&self) -> Option<&'c str> {
        self.case.map(|case| case.id.as_str())
    }

    fn claims(&self, model: &'c Model) -> impl Iterator<Item = Claim<'c>> {
        let taken = self.case.map(|case| Claim { model, predicate: &case.when, holds: true });
        let passed = self.earlier.iter().map(move |case| Claim { model, predicate: &case.when, holds: false });
        taken.into_iter().chain(passed)
    }
}
