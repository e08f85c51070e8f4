//! Two conditions: who meets the one and not the other.

use super::{Flip, Judgement, Models, scores_of};
use crate::criteria::reason::{Allowance, Answer, Claim};
use crate::criteria::syntax::{Predicate, PredicateForm};
use crate::document::Value;

/// What it does that the one condition takes the place of the other. None is no condition, which everybody meets.
pub(in crate::compare) fn conditions(
    models: Models,
    subject: &str,
    before: Option<&Predicate>,
    after: Option<&Predicate>,
    allowance: &Allowance,
) -> Judgement {
    let everybody = Predicate { pointer: String::new(), form: PredicateForm::All(Vec::new()) };
    let before = before.unwrap_or(&everybody);
    let after = after.unwrap_or(&everybody);
    let scores = &scores_of(models.before, before) & &scores_of(models.after, after);
    // One and the same record has another score on either side where the score model moves, too.
    if !models.know(subject) || !scores.iter().all(|score| models.same_score(score)) {
        return Judgement::plain("not-decided");
    }
    let ask = |was: bool| {
        let claims = [
            Claim { model: models.before, predicate: before, holds: was },
            Claim { model: models.after, predicate: after, holds: !was },
        ];
        allowance.find(subject, &claims)
    };
    let (lost, gained) = (ask(true), ask(false));
    let code = match (&lost, &gained) {
        (Answer::No, Answer::No) => "equivalent",
        (Answer::Yes(_), Answer::No) => "stricter",
        (Answer::No, Answer::Yes(_)) => "looser",
        (Answer::Yes(_), Answer::Yes(_)) => "reshaped",
        _ => "not-decided",
    };
    let flip = |answer: Answer, was: bool| match answer {
        Answer::Yes(witness) => {
            let (before, after) = (Value::Bool(was), Value::Bool(!was));
            Some(Flip { entity: subject.to_owned(), witness: *witness, before, after })
        }
        Answer::No | Answer::NotDecided(_) => None,
    };
    Judgement { code, flips: flip(lost, true).into_iter().chain(flip(gained, false)).collect() }
}
