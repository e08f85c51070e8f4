//! Scores: the standing, the total and the parts that a score model replays from a record.

use crate::document::Value;

use super::{Case, Stop, number, object};
use crate::criteria::problem::Problem;
use crate::criteria::scores::{Replayed, ScoreModel, ScoreState, Standing};
use crate::criteria::{Budget, Clock, Evaluator, Model, Scope, Scores, Source};
use crate::finding::rules::CASES_OVERLAP;

/// A score model that is sound.
#[derive(Clone, Debug)]
pub struct Scoring {
    model: ScoreModel,
}

impl Scoring {
    /// Reads a score model; nothing if it does not follow the grammar.
    #[must_use]
    pub fn read(source: &Source) -> Option<Scoring> {
        let model = ScoreModel::read(source);
        model.rules.is_some().then_some(Scoring { model })
    }

    /// The state of the record's score.
    pub(super) fn compute(&self, case: &Case) -> Result<Value, Stop> {
        let scores = Scores::default();
        let clock = Clock::at(case.at()?, case.model);
        let evaluator = Evaluator { model: case.model, scores: &scores, budget: case.budget, clock };
        match evaluator.replay(&self.model, &Scope::subject(&self.model.subject, case.record()))? {
            Replayed::State(state) => Ok(stated(&state)),
            Replayed::Overlap { pointer, cases: [first, second] } => {
                let message = format!("at {pointer}, `{first}` and `{second}` both apply, and two must not");
                Err(Stop::Problem(Problem::at(&CASES_OVERLAP, case.pointer, message)))
            }
            Replayed::Nothing => Err(case.stop("the model says nothing of this record")),
        }
    }
}

/// The score that a model replays from an example's record, in the shape in which examples state it.
#[must_use]
pub fn replayed(score: &str, example: &Value, model: &Model) -> Option<Value> {
    let score = model.score_model(score)?;
    let at = example.get("at")?.as_str()?.parse().ok()?;
    let (scores, budget) = (Scores::read(example.get("scores")), Budget::default());
    let evaluator = Evaluator { model, scores: &scores, budget: &budget, clock: Clock::at(at, model) };
    match evaluator.replay(score, &Scope::subject(&score.subject, example.get("record")?)).ok()? {
        Replayed::State(state) => Some(stated(&state)),
        Replayed::Overlap { .. } | Replayed::Nothing => None,
    }
}

/// A score in the shape in which examples state it.
#[must_use]
pub fn stated(state: &ScoreState) -> Value {
    let scored = state.standing == Standing::Scored;
    let parts = || state.parts.iter().map(|(id, points)| (id.clone(), number(Some(*points)))).collect();
    object([
        ("standing", Some(Value::from(state.standing.word()))),
        ("total", scored.then(|| number(state.total))),
        ("parts", scored.then(|| Value::Object(parts()))),
    ])
}
