//! What a measure says: rows aggregated, a value of each row, or pipeline as it stood at one moment.

use crate::document::Value;

use super::Metric;
use crate::criteria::evaluate::Measure;
use crate::criteria::model::Entity;
use crate::criteria::number;
use crate::criteria::read::Field;
use crate::criteria::syntax::{Date, Function, Path, Predicate, Target};
use crate::criteria::{Evaluator, Exhausted, Moment, Scope, grammar};
use crate::document::pointer_push_index;
use crate::outcome::Case;

/// A measure with its name.
#[derive(Clone, Debug)]
pub(super) struct NamedMeasure {
    pub(super) id: String,
    pub(super) formula: Formula,
}

/// What a measure says.
#[derive(Clone, Debug)]
pub(super) enum Formula {
    /// Rows of the period, aggregated.
    Rows(Rows),
    /// A value of each row of the period.
    Each(Each),
    /// An amount as it stood at one moment.
    Pipeline(Box<Pipeline>),
    /// The value comes from other definitions, so examples state it.
    Stated,
}

#[derive(Clone, Debug)]
pub(super) struct Rows {
    function: Function,
    target: Target,
    weighted_by: Option<Path>,
    filter: Option<Predicate>,
    dated_by: Path,
}

#[derive(Clone, Debug)]
pub(super) struct Each {
    value: EachValue,
    take: Take,
    filter: Option<Predicate>,
    dated_by: Path,
}

#[derive(Clone, Debug)]
enum EachValue {
    Field(Path),
    DaysBetween(Box<[Date; 2]>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Take {
    Values,
    Mean,
    Sum,
}

#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    target: Target,
    closing: Path,
    snapshot: Date,
    counts_if: Predicate,
    weighted_by: Option<Path>,
    left_out: Option<Predicate>,
}

impl NamedMeasure {
    pub(super) fn read(field: &Field) -> Option<NamedMeasure> {
        Some(NamedMeasure { id: field.owned("id")?, formula: Formula::read(field)? })
    }
}

impl Formula {
    fn read(field: &Field) -> Option<Formula> {
        if field.value.get("each").is_some() {
            return Each::read(field).map(Formula::Each);
        }
        if field.value.get("pipeline").is_some() {
            return Pipeline::read(field).map(|pipeline| Formula::Pipeline(Box::new(pipeline)));
        }
        let functions = [Function::Count, Function::CountDistinct, Function::Sum, Function::Min, Function::Max];
        match functions.into_iter().find(|function| field.value.get(function.word()).is_some()) {
            None => Some(Formula::Stated),
            Some(function) => Some(Formula::Rows(Rows {
                function,
                target: field.read(function.word(), grammar::target)?,
                weighted_by: field.read_if("weighted_by", grammar::path)?,
                filter: field.predicate_if("where")?,
                dated_by: field.read("dated_by", grammar::path)?,
            })),
        }
    }

    /// The date that puts a row into the period, where the measure says one.
    pub(super) fn dated_by(&self) -> Option<&Path> {
        match self {
            Formula::Rows(rows) => Some(&rows.dated_by),
            Formula::Each(each) => Some(&each.dated_by),
            Formula::Pipeline(_) | Formula::Stated => None,
        }
    }

    pub(super) fn compute(&self, metric: &Metric, case: &Case, evaluator: &Evaluator) -> Result<Measure, Exhausted> {
        match self {
            Formula::Rows(rows) => rows.compute(metric, case, evaluator),
            Formula::Each(each) => each.compute(metric, case, evaluator),
            Formula::Pipeline(pipeline) => pipeline.compute(metric, case, evaluator),
            Formula::Stated => Ok(Measure::default()),
        }
    }
}

impl Metric {
    /// The rows of an entity that take part: they exist, belong to the population, meet the measure's condition, and
    /// their date lies in the period.
    fn members<'r>(
        &self,
        case: &Case<'r>,
        evaluator: &'r Evaluator,
        entity: &'r Entity,
        filter: Option<&Predicate>,
        dated_by: &Path,
    ) -> Result<Vec<&'r Value>, Exhausted> {
        let mut members = Vec::new();
        for row in rows_of(case, &entity.id) {
            let scope = Scope::subject(&entity.id, row);
            if self.takes_part(row, entity, filter, evaluator)? && self.is_in_period(dated_by, &scope, evaluator)? {
                members.push(row);
            }
        }
        Ok(members)
    }

    fn takes_part(
        &self,
        row: &Value,
        entity: &Entity,
        filter: Option<&Predicate>,
        evaluator: &Evaluator,
    ) -> Result<bool, Exhausted> {
        evaluator.budget.pay(1)?;
        let scope = Scope::subject(&entity.id, row);
        let now = Moment::Instant(evaluator.clock.now);
        let exists = evaluator.dated(entity, row).is_none_or(|date| date.compare(now, evaluator.model.zone()).is_le());
        let population = self.population.as_ref().filter(|_| entity.id == self.of);
        for condition in population.into_iter().chain(filter) {
            if !exists || !evaluator.holds(condition, &scope)? {
                return Ok(false);
            }
        }
        Ok(exists)
    }

    /// Of a cohort the denominator's date must lie in the period, and the measure's own have come by now.
    fn is_in_period(&self, dated_by: &Path, scope: &Scope, evaluator: &Evaluator) -> Result<bool, Exhausted> {
        let zone = evaluator.model.zone();
        let Some((first, last)) = evaluator.clock.period else { return Ok(false) };
        let within = |date: Option<Moment>| date.is_some_and(|date| (first..=last).contains(&date.day(zone)));
        let own = evaluator.moment(dated_by, scope)?;
        match &self.cohort_dated_by {
            Some(cohort) if scope.row_of(&cohort.entity).is_some() => {
                let now = Moment::Instant(evaluator.clock.now);
                let happened = own.is_some_and(|own| own.compare(now, zone).is_le());
                Ok(happened && within(evaluator.moment(cohort, scope)?))
            }
            _ => Ok(within(own)),
        }
    }
}

impl Rows {
    fn compute(&self, metric: &Metric, case: &Case, evaluator: &Evaluator) -> Result<Measure, Exhausted> {
        let Some(entity) = evaluator.model.entity(&self.target.entity) else { return Ok(Measure::default()) };
        let rows = metric.members(case, evaluator, entity, self.filter.as_ref(), &self.dated_by)?;
        if self.function == Function::Sum {
            return weighted(&rows, &self.target, self.weighted_by.as_ref(), evaluator);
        }
        let values = values(&rows, &self.target, evaluator)?;
        Ok(Measure { value: evaluator.aggregate_rows(self.function, entity, &self.target, rows), values })
    }
}

impl Each {
    fn read(field: &Field) -> Option<Each> {
        let each = field.member("each")?;
        let value = match each.member("days_between") {
            None => EachValue::Field(each.read("field", grammar::path)?),
            Some(days) => {
                let date = |index: usize| {
                    grammar::date(days.value.as_array()?.get(index)?, &pointer_push_index(&days.pointer, index)).0
                };
                EachValue::DaysBetween(Box::new([date(0)?, date(1)?]))
            }
        };
        let take = match field.text("take")? {
            "mean" => Take::Mean,
            "sum" => Take::Sum,
            _ => Take::Values,
        };
        let (filter, dated_by) = (field.predicate_if("where")?, field.read("dated_by", grammar::path)?);
        Some(Each { value, take, filter, dated_by })
    }

    fn compute(&self, metric: &Metric, case: &Case, evaluator: &Evaluator) -> Result<Measure, Exhausted> {
        let Some(entity) = evaluator.model.entity(&metric.of) else { return Ok(Measure::default()) };
        let rows = metric.members(case, evaluator, entity, self.filter.as_ref(), &self.dated_by)?;
        let mut values = Vec::new();
        for row in rows {
            let scope = Scope::subject(&entity.id, row);
            match &self.value {
                EachValue::Field(path) => values.extend(evaluator.numbers(path, &scope)?),
                EachValue::DaysBetween(dates) => values.extend(evaluator.days(dates, &scope)?.map(f64::from)),
            }
        }
        let sum = number::sum(&values);
        let count = u32::try_from(values.len()).map_or(f64::NAN, f64::from);
        let value = match self.take {
            Take::Values => None,
            Take::Sum => Some(sum),
            Take::Mean => (count > 0.0).then(|| sum / count),
        };
        Ok(Measure { value, values })
    }
}

impl Pipeline {
    fn read(field: &Field) -> Option<Pipeline> {
        let renewals = field.member("renewals")?;
        let counted = renewals.value.get("counted").and_then(Value::as_bool).unwrap_or_default();
        Some(Pipeline {
            target: field.read("pipeline", grammar::target)?,
            closing: field.read("closing", grammar::path)?,
            snapshot: field.read("snapshot", grammar::date)?,
            counts_if: field.read("counts_if", grammar::predicate)?,
            weighted_by: field.read_if("weighted_by", grammar::path)?,
            left_out: renewals.predicate_if("are")?.filter(|_| !counted),
        })
    }

    fn compute(&self, metric: &Metric, case: &Case, evaluator: &Evaluator) -> Result<Measure, Exhausted> {
        let Some(entity) = evaluator.model.entity(&self.target.entity) else { return Ok(Measure::default()) };
        let nothing = Value::Null;
        let anywhere = Scope::subject(&metric.of, &nothing);
        let snapshot = evaluator.date(&self.snapshot, &anywhere)?;
        let Some(at) = snapshot.and_then(|snapshot| snapshot.last_instant(evaluator.model.zone())) else {
            return Ok(Measure::default());
        };
        let then = evaluator.at(at);
        let mut rows = Vec::new();
        for row in rows_of(case, &entity.id) {
            let scope = Scope::subject(&entity.id, row);
            let day = then.moment(&self.closing, &scope)?.map(|date| date.day(then.model.zone()));
            let closing = then.clock.period.zip(day).is_some_and(|((first, last), day)| (first..=last).contains(&day));
            if !closing || !metric.takes_part(row, entity, Some(&self.counts_if), &then)? {
                continue;
            }
            let left_out = match &self.left_out {
                Some(renewal) => then.holds(renewal, &scope)?,
                None => false,
            };
            if !left_out {
                rows.push(row);
            }
        }
        weighted(&rows, &self.target, self.weighted_by.as_ref(), &then)
    }
}

fn rows_of<'r>(case: &Case<'r>, entity: &str) -> &'r [Value] {
    let rows = case.example.get("rows").and_then(|rows| rows.get(entity)).and_then(Value::as_array);
    rows.unwrap_or_default()
}

/// The numbers of a field of rows, each multiplied by the row's weight; a row without the weight is left out.
fn weighted(
    rows: &[&Value],
    target: &Target,
    weight: Option<&Path>,
    evaluator: &Evaluator,
) -> Result<Measure, Exhausted> {
    let Some(weight) = weight else {
        let values = values(rows, target, evaluator)?;
        return Ok(Measure { value: Some(number::sum(&values)), values });
    };
    let mut weighted = Vec::new();
    for row in rows {
        let scope = Scope::subject(&target.entity, row);
        if let Some(share) = evaluator.numbers(weight, &scope)?.first() {
            weighted.extend(values(&[row], target, evaluator)?.iter().map(|value| value * share));
        }
    }
    Ok(Measure { value: Some(number::sum(&weighted)), values: weighted })
}

/// The numbers of a field of rows.
fn values(rows: &[&Value], target: &Target, evaluator: &Evaluator) -> Result<Vec<f64>, Exhausted> {
    let Some(field) = &target.field else { return Ok(Vec::new()) };
    let path = Path { pointer: String::new(), entity: target.entity.clone(), steps: vec![field.clone()] };
    let mut values = Vec::new();
    for row in rows {
        values.extend(evaluator.numbers(&path, &Scope::subject(&target.entity, row))?);
    }
    Ok(values)
}
