//! Metrics: measures over the rows of a period, and the formula that makes one number of them.

mod measure;

use std::collections::BTreeMap;

use crate::document::{Members, Value};
use jiff::civil::Date as Day;

use super::period::period;
use super::{Case, Stop, number, object};
use crate::criteria::evaluate::{Measure, calculate};
use crate::criteria::read::Field;
use crate::criteria::syntax::{Duration, Expression, Path, Predicate};
use crate::criteria::time::FiscalStart;
use crate::criteria::{Clock, Evaluator, Moment, Scores, Source, grammar};
use crate::document::pointer_push;
use measure::{Formula, NamedMeasure};

/// A metric, all of whose criteria follow the grammar.
#[derive(Clone, Debug)]
pub struct Metric {
    of: String,
    population: Option<Predicate>,
    measures: Vec<NamedMeasure>,
    formula: Expression,
    /// Of a cohort: the date of the denominator, which puts a row into its period whatever happens later.
    cohort_dated_by: Option<Path>,
    maturity: Option<Duration>,
    calendar: Option<String>,
    empty_is_zero: bool,
    rows_as_of: RowsAsOf,
}

/// As of when rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RowsAsOf {
    PeriodStart,
    Later,
}

impl Metric {
    /// Reads a metric; nothing if it does not follow the grammar.
    #[must_use]
    pub fn read(source: &Source) -> Option<Metric> {
        let root = Field::root(source.value);
        let period = root.member("period")?;
        let measures: Vec<NamedMeasure> =
            root.items("measures").iter().map(NamedMeasure::read).collect::<Option<_>>()?;
        let denominator = root.text("denominator");
        let cohort = period.text("members") == Some("cohort");
        let dated_by = measures.iter().find(|measure| Some(measure.id.as_str()) == denominator);
        let cohort_dated_by = dated_by.and_then(|measure| measure.formula.dated_by().cloned()).filter(|_| cohort);
        let as_of = root.member("valued").and_then(|valued| valued.owned("rows_as_of"));
        Some(Metric {
            of: source.subject?.to_owned(),
            population: root.population("population")?,
            measures,
            formula: root.read("formula", grammar::expression)?,
            cohort_dated_by,
            maturity: root.read_if("maturity", grammar::duration)?.filter(|_| cohort),
            calendar: period.owned("calendar"),
            empty_is_zero: root.text("when_empty") == Some("zero"),
            rows_as_of: if as_of.as_deref() == Some("period-start") { RowsAsOf::PeriodStart } else { RowsAsOf::Later },
        })
    }

    /// The number that an example's rows make, and the measures on the way.
    pub(super) fn compute(&self, case: &Case) -> Result<Value, Stop> {
        let scores = Scores::default();
        let evaluator = Evaluator { model: case.model, scores: &scores, budget: case.budget, clock: self.clock(case)? };
        let mut measures: BTreeMap<String, Measure> = BTreeMap::new();
        for named in &self.measures {
            let measure = match given(case, &named.id) {
                Some(measure) => measure,
                None => self.measure(case, named, &evaluator)?,
            };
            measures.insert(named.id.clone(), measure);
        }
        let value = calculate(&self.formula, &measures).or(self.empty_is_zero.then_some(0.0));
        let told: Members = measures.iter().map(|(id, measure)| (id.clone(), number(measure.value))).collect();
        Ok(object([("value", Some(number(value))), ("measures", Some(Value::Object(told)))]))
    }

    /// The clock at the period's close; of a cohort, once it has had the time it must have.
    fn clock(&self, case: &Case) -> Result<Clock, Stop> {
        let fiscal_start = self.calendar.as_ref().and_then(|id| case.model.calendar(id));
        let fiscal_start = fiscal_start.map(|calendar| calendar.fiscal_start);
        let (first, last) = self.period(case, fiscal_start)?;
        let zone = case.model.zone();
        let close = match self.maturity {
            None => Some(Moment::Day(last)),
            Some(maturity) => Moment::Day(last).shifted(maturity, zone),
        };
        let now = close.and_then(|close| close.last_instant(zone));
        let now = now.ok_or_else(|| case.stop("the period lies outside the calendar"))?;
        let as_of = match self.rows_as_of {
            RowsAsOf::PeriodStart => Moment::Day(first).first_instant(zone).unwrap_or(now),
            RowsAsOf::Later => now,
        };
        let fiscal_start = fiscal_start.or_else(|| case.model.fiscal_start());
        Ok(Clock { now, as_of, period: Some((first, last)), fiscal_start })
    }

    fn period(&self, case: &Case, fiscal_start: Option<FiscalStart>) -> Result<(Day, Day), Stop> {
        let text = case.example.get("period").and_then(Value::as_str).unwrap_or_default();
        let fiscal = !matches!(text.split_once('-'), Some((_, month)) if !month.starts_with('Q'));
        if fiscal && fiscal_start.is_none() {
            let calendar = self.calendar.as_deref().unwrap_or_default().escape_debug().to_string();
            return Err(case.stop(format!("there is no calendar `{calendar}`, so fiscal periods are not known")));
        }
        let starts = fiscal_start.unwrap_or(FiscalStart::JANUARY);
        let bounds = period(text, starts);
        bounds.ok_or_else(|| case.stop(format!("`{}` is not a period", text.escape_debug())))
    }

    fn measure(&self, case: &Case, named: &NamedMeasure, evaluator: &Evaluator) -> Result<Measure, Stop> {
        match &named.formula {
            Formula::Stated => {
                let message =
                    format!("measure `{}` comes from another definition, and the example does not state it", named.id);
                let place = pointer_push(case.pointer, "given");
                let hint = format!("add \"given\": {{\"{}\": <value>}} (at {place})", named.id);
                Err(Stop::Problem(case.problem(message).hint(hint)))
            }
            formula => Ok(formula.compute(self, case, evaluator)?),
        }
    }
}

/// A measure that the example states.
fn given(case: &Case, id: &str) -> Option<Measure> {
    let stated = case.example.get("given")?.get(id)?;
    let values: Vec<f64> = match stated {
        Value::Array(items) => items.iter().filter_map(Value::as_f64).collect(),
        one => one.as_f64().into_iter().collect(),
    };
    Some(Measure { value: stated.as_f64(), values })
}
