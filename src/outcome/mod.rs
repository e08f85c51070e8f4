//! What the examples of a definition come to, computed from the definition's own fields.
//!
//! A kind whose schema says where its criteria stand needs no Rust: its examples are met, not met or excluded. SLAs,
//! attributions, score models and metrics compute what their fields say. The answer has the shape of an example's `expect`.

pub mod attribution;
pub mod credit;
pub mod metric;
pub mod period;
pub mod qualifying;
pub mod scoring;
pub mod sla;

use std::collections::BTreeSet;

use crate::document::Value;

use crate::criteria::problem::Problem;
use crate::criteria::{Budget, Choice, Exhausted, Model, Source};
use crate::document::{pointer_push, pointer_push_index};
use crate::finding::rules::{CASES_OVERLAP, EXAMPLE_NOT_COMPUTED};

/// A definition whose examples can be computed.
#[derive(Clone, Debug)]
pub enum Computable {
    /// Criteria and exclusions.
    Qualification(Box<qualifying::Qualification>),
    /// Timers.
    Sla(Box<sla::Sla>),
    /// Credit.
    Attribution(Box<attribution::Attribution>),
    /// A score.
    Score(Box<scoring::Scoring>),
    /// A number of a period.
    Metric(Box<metric::Metric>),
}

/// What an example came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A value in the shape of `expect`.
    Computed(Value),
    /// Why nothing could be computed.
    Stopped(Problem),
}

impl Computable {
    /// Reads a definition; nothing if its kind computes nothing, or if it does not follow the grammar.
    #[must_use]
    pub fn read(source: &Source) -> Option<Computable> {
        match source.kind {
            _ if source.outcome.is_some() => {
                qualifying::Qualification::read(source).map(|criteria| Computable::Qualification(Box::new(criteria)))
            }
            "sla" => sla::Sla::read(source).map(|sla| Computable::Sla(Box::new(sla))),
            "attribution" => {
                attribution::Attribution::read(source).map(|credit| Computable::Attribution(Box::new(credit)))
            }
            "score-model" => scoring::Scoring::read(source).map(|scoring| Computable::Score(Box::new(scoring))),
            "metric" => metric::Metric::read(source).map(|metric| Computable::Metric(Box::new(metric))),
            _ => None,
        }
    }

    /// The score models that the definition's criteria ask for.
    #[must_use]
    pub fn score_models(&self) -> BTreeSet<&str> {
        match self {
            Computable::Qualification(qualification) => qualification.score_models(),
            _ => BTreeSet::new(),
        }
    }

    /// Computes an example, which stands at a pointer.
    #[must_use]
    pub fn compute(&self, model: &Model, example: &Value, pointer: &str) -> Answer {
        self.compute_within(model, example, pointer, &Budget::default())
    }

    /// As [`Computable::compute`], with so much work at most.
    #[must_use]
    pub fn compute_within(&self, model: &Model, example: &Value, pointer: &str, budget: &Budget) -> Answer {
        let case = Case { model, budget, example, pointer };
        let computed = match self {
            Computable::Qualification(qualification) => qualification.compute(&case),
            Computable::Sla(sla) => sla.compute(&case),
            Computable::Attribution(attribution) => attribution.compute(&case),
            Computable::Score(scoring) => scoring.compute(&case),
            Computable::Metric(metric) => metric.compute(&case),
        };
        match computed {
            Ok(value) => Answer::Computed(value),
            Err(Stop::Problem(problem)) => Answer::Stopped(problem),
            Err(Stop::Exhausted(exhausted)) => {
                Answer::Stopped(Problem::at(&EXAMPLE_NOT_COMPUTED, pointer, exhausted.to_string()))
            }
        }
    }
}

/// One example under computation.
#[derive(Clone, Copy, Debug)]
struct Case<'c> {
    model: &'c Model,
    budget: &'c Budget,
    example: &'c Value,
    pointer: &'c str,
}

/// Why a computation stops.
#[derive(Debug)]
enum Stop {
    Problem(Problem),
    Exhausted(Exhausted),
}

impl From<Exhausted> for Stop {
    fn from(exhausted: Exhausted) -> Stop {
        Stop::Exhausted(exhausted)
    }
}

impl Case<'_> {
    /// The instant of evaluation.
    fn at(&self) -> Result<jiff::Timestamp, Stop> {
        let text = self.example.get("at").and_then(Value::as_str).unwrap_or_default();
        text.parse().map_err(|_| {
            let message = format!("`{}` is not an instant with its offset", text.escape_debug());
            Stop::Problem(Problem::at(&EXAMPLE_NOT_COMPUTED, &pointer_push(self.pointer, "at"), message))
        })
    }

    /// The example's record; an empty one if it has none.
    fn record(&self) -> &Value {
        self.example.get("record").unwrap_or(&Value::Null)
    }

    /// That the example cannot be computed, and why.
    fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::at(&EXAMPLE_NOT_COMPUTED, self.pointer, message)
    }

    fn stop(&self, message: impl Into<String>) -> Stop {
        Stop::Problem(self.problem(message))
    }

    /// What cases chose; two that apply where it is forbidden stop the computation.
    fn chosen<'v>(&self, choice: &Choice<'v>, what: &str) -> Result<&'v Value, Stop> {
        match choice {
            Choice::Case { is, .. } | Choice::Otherwise(is) => Ok(is),
            Choice::Overlap(first, second) => {
                let message = format!("in `{what}`, `{first}` and `{second}` both apply, and two must not");
                Err(Stop::Problem(Problem::at(&CASES_OVERLAP, self.pointer, message)))
            }
        }
    }
}

/// Decimal places up to which numbers must agree.
const AGREEING: f64 = 0.000_000_5;

/// Where an answer differs from what is expected of it; what `expect` does not say may be anything. Numbers agree if
/// they do to six decimal places.
#[must_use]
pub fn difference(expected: &Value, answer: &Value, pointer: &str) -> Option<Difference> {
    let different = || Some(Difference { pointer: pointer.to_owned(), answer: answer.clone() });
    match (expected, answer) {
        (Value::Object(expected), Value::Object(answer)) => expected.iter().find_map(|(key, value)| {
            let answer = answer.get(key).unwrap_or(&Value::Null);
            difference(value, answer, &pointer_push(pointer, key))
        }),
        (Value::Array(expected), Value::Array(answer)) if expected.len() == answer.len() => {
            let pairs = expected.iter().zip(answer).enumerate();
            pairs.into_iter().find_map(|(index, (expected, answer))| {
                difference(expected, answer, &pointer_push_index(pointer, index))
            })
        }
        (Value::Number(expected), Value::Number(answer)) => {
            let (expected, answer) = (expected.as_f64()?, answer.as_f64()?);
            let near = (expected - answer).abs() <= AGREEING.max(expected.abs() * 1e-12);
            if near { None } else { different() }
        }
        (expected, answer) if expected == answer => None,
        _ => different(),
    }
}

/// Where an answer differs, and what it says there.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The place in `expect`.
    pub pointer: String,
    /// What the answer says there.
    pub answer: Value,
}

/// A number as JSON: whole where it is whole; null where it is missing.
fn number(value: Option<f64>) -> Value {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    match value {
        Some(value) if value.fract() == 0.0 && value.abs() <= EXACT => Value::from(value as i64),
        Some(value) => serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number),
        None => Value::Null,
    }
}

/// An object of the entries that have a value.
fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let present = entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(present.collect())
}
