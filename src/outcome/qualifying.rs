//! Who counts: criteria and exclusions at one instant, and when a row qualifies as time goes on.

use std::collections::BTreeSet;

use crate::document::Value;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Case, Stop, object};
use crate::criteria::model::Qualifier;
use crate::criteria::syntax::{Comparison, Duration, Operand, PredicateForm};
use crate::criteria::{Clock, Evaluator, Moment, Scope, Scores, Source};

/// Criteria and exclusions of a definition, all of which follow the grammar.
#[derive(Clone, Debug)]
pub struct Qualification {
    qualifier: Qualifier,
}

impl Qualification {
    /// Reads a definition whose kind says where its criteria stand.
    #[must_use]
    pub fn read(source: &Source) -> Option<Qualification> {
        let qualifier = Qualifier::read(source);
        qualifier.is_whole().then_some(Qualification { qualifier })
    }

    /// The score models that criteria and exclusions ask for.
    pub(super) fn score_models(&self) -> BTreeSet<&str> {
        let exclusions = self.qualifier.exclusions.iter().filter_map(|exclusion| exclusion.when.as_ref());
        let mut models = BTreeSet::new();
        for predicate in self.qualifier.criteria.iter().chain(exclusions) {
            predicate.visit(&mut |condition| {
                if let PredicateForm::Compare(Comparison { operand: Operand::Score(score), .. }) = &condition.form {
                    models.insert(score.model.as_str());
                }
            });
        }
        models
    }

    /// Met, not met, or met by the criteria and then excluded by the first exclusion that holds.
    pub(super) fn compute(&self, case: &Case) -> Result<Value, Stop> {
        let scores = Scores::read(case.example.get("scores"));
        let clock = Clock::at(case.at()?, case.model);
        let evaluator = Evaluator { model: case.model, scores: &scores, budget: case.budget, clock };
        let scope = Scope::subject(&self.qualifier.subject, case.record());
        let Some(criteria) = &self.qualifier.criteria else { return Ok(outcome("not-met", None)) };
        if !evaluator.holds(criteria, &scope)? {
            return Ok(outcome("not-met", None));
        }
        for exclusion in &self.qualifier.exclusions {
            if let Some(when) = &exclusion.when
                && evaluator.holds(when, &scope)?
            {
                return Ok(outcome("excluded", Some(&exclusion.id)));
            }
        }
        Ok(outcome("met", None))
    }
}

fn outcome(word: &str, by: Option<&str>) -> Value {
    object([("outcome", Some(Value::from(word))), ("by", by.map(Value::from))])
}

/// Whether one who qualified before may qualify again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requalify {
    /// The stages from which it may happen; none is from anywhere.
    pub from: Vec<String>,
    /// How long after the last time it may happen; none is at once.
    pub cooling_off: Option<Duration>,
}

/// What holds of a row at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The instant.
    pub at: Timestamp,
    /// Whether the criteria hold and no exclusion does.
    pub holds: bool,
    /// The stage in which the row stands before it qualifies.
    pub stage: Option<String>,
}

/// The instants at which a row qualifies: where criteria-and-no-exclusion becomes true. The first time always counts,
/// a later one where `requalify` permits it, and never without one. Ceasing to hold undoes nothing.
///
/// Readings are in order of time; before the first nothing held.
#[must_use]
pub fn qualifies(readings: &[Reading], requalify: Option<&Requalify>, zone: &TimeZone) -> Vec<Timestamp> {
    let mut held = false;
    let mut qualified: Vec<Timestamp> = Vec::new();
    for reading in readings {
        let rises = reading.holds && !held;
        held = reading.holds;
        let permitted = match (qualified.last(), requalify) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(last), Some(requalify)) => requalify.permits(*last, reading, zone),
        };
        if rises && permitted {
            qualified.push(reading.at);
        }
    }
    qualified
}

impl Requalify {
    fn permits(&self, last: Timestamp, reading: &Reading, zone: &TimeZone) -> bool {
        let stands = self.from.is_empty() || reading.stage.as_ref().is_some_and(|stage| self.from.contains(stage));
        let cooled = self.cooling_off.is_none_or(|cooling_off| {
            let until = Moment::Instant(last).shifted(cooling_off, zone);
            until.is_some_and(|until| Moment::Instant(reading.at).compare(until, zone).is_ge())
        });
        stands && cooled
    }
}
