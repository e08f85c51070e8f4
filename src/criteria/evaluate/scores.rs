//! Scores that criteria ask for: stated by the example, or else replayed from the row's events.

use super::compare::Operated;
use super::{Evaluator, Exhausted, Meeting, Scope};
use crate::criteria::scores::{Replayed, ScoreModel};
use crate::criteria::syntax::{Argument, Operator, Score};

impl Evaluator<'_> {
    /// Whether a score compares so.
    pub(in crate::criteria) fn score_compares(
        &self,
        score: &Score,
        operator: Operator,
        argument: &Argument,
        scope: &Scope,
    ) -> Result<bool, Exhausted> {
        self.satisfies(&Operated::number(self.score(score, scope)?), operator, argument)
    }

    /// The points of the row in scope that the model is about; none where it is not scored.
    pub(super) fn score(&self, score: &Score, scope: &Scope) -> Result<Option<f64>, Exhausted> {
        let Some(model) = self.model.score_model(&score.model) else { return Ok(None) };
        let Some(row) = scope.of_entity(&model.subject) else { return Ok(None) };
        let part = score.part.as_deref();
        if let Some(stated) = self.scores.of(&score.model).filter(|_| row.stated) {
            return Ok(stated.points(part));
        }
        match self.replay(model, scope)? {
            Replayed::State(state) => Ok(state.points(part)),
            Replayed::Overlap { .. } | Replayed::Nothing => Ok(None),
        }
    }

    /// What a model says at this instant of the row in scope that it is about, replayed from the row's events. A model
    /// that asks for its own score on the way says nothing.
    ///
    /// # Errors
    /// If the budget does not suffice.
    pub fn replay(&self, model: &ScoreModel, scope: &Scope) -> Result<Replayed, Exhausted> {
        let Some(rules) = &model.rules else { return Ok(Replayed::Nothing) };
        let Some(of) = scope.of_entity(&model.subject) else { return Ok(Replayed::Nothing) };
        if scope.is_meeting(&model.definition) {
            return Ok(Replayed::Nothing);
        }
        let meeting = Meeting { definition: &model.definition, outer: scope.meeting };
        let inner = Scope { entity: of.entity, row: of.row, outer: None, stated: of.stated, meeting: Some(&meeting) };
        self.deeper(|| rules.replay(self, &inner))
    }
}
