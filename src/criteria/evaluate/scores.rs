//! Scores that a record's example states instead of the events that would make them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::compare::Operated;
use super::{Evaluator, Exhausted, Scope};
use crate::criteria::syntax::{Argument, Operator, Score};

/// What score models say of the subject, by the model's id. A model that is not here has not scored it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores(BTreeMap<String, ScoreState>);

/// What one score model says of a subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoreState {
    /// Whether there is a score; not scored is not zero.
    pub scored: bool,
    /// The total.
    pub total: Option<f64>,
    /// The parts, by id.
    pub parts: BTreeMap<String, f64>,
}

impl Scores {
    /// Reads `{"<model>": {"standing", "total", "parts"}}`; a state without a standing is scored.
    #[must_use]
    pub fn read(value: Option<&Value>) -> Scores {
        let states = value.and_then(Value::as_object).into_iter().flatten();
        Scores(states.map(|(model, state)| (model.clone(), ScoreState::read(state))).collect())
    }

    /// What a model says.
    #[must_use]
    pub fn of(&self, model: &str) -> Option<&ScoreState> {
        self.0.get(model)
    }
}

impl ScoreState {
    fn read(value: &Value) -> ScoreState {
        let standing = value.get("standing").map_or(Some("scored"), Value::as_str);
        let parts = value.get("parts").and_then(Value::as_object).into_iter().flatten();
        ScoreState {
            scored: standing == Some("scored"),
            total: value.get("total").and_then(Value::as_f64),
            parts: parts.filter_map(|(id, points)| Some((id.clone(), points.as_f64()?))).collect(),
        }
    }
}

impl Evaluator<'_> {
    /// Whether a score compares so.
    pub(in crate::criteria) fn score_compares(
        &self,
        score: &Score,
        operator: Operator,
        argument: &Argument,
        scope: &Scope,
    ) -> Result<bool, Exhausted> {
        self.satisfies(&Operated::number(self.score(score, scope)), operator, argument)
    }

    /// The points of the row in scope that the model is about; none where it is not scored.
    pub(super) fn score(&self, score: &Score, scope: &Scope) -> Option<f64> {
        let model = self.model.score_model(&score.model)?;
        let stated = scope.of_entity(&model.subject)?.stated;
        let state = self.scores.of(&score.model).filter(|state| stated && state.scored)?;
        match &score.part {
            None => state.total,
            Some(part) => state.parts.get(part).copied(),
        }
    }
}
