//! Units: that the formula of a metric makes what the metric says it counts.

use std::collections::BTreeMap;
use std::fmt;

use super::sound::{Sound, items, text};
use crate::criteria::grammar;
use crate::criteria::model::{FieldType, Reached};
use crate::criteria::syntax::{Arithmetic, Expression, ExpressionForm};
use crate::document::Value;
use crate::finding::{Finding, rules};
use crate::registry::Definition;

/// Formulas that mix units, or make another than the metric says.
pub(super) fn findings(sound: Sound) -> Vec<Finding> {
    sound.of("metric").filter_map(|metric| finding(sound, &metric)).collect()
}

fn finding(sound: Sound, metric: &Definition) -> Option<Finding> {
    let value = metric.document.value();
    let formula = grammar::expression(value.get("formula")?, "/formula").0?;
    let measured =
        items(value, "measures").iter().filter_map(|measure| Some((text(measure, "id")?, of_measure(sound, measure))));
    let measures: BTreeMap<&str, Option<Unit>> = measured.collect();
    let made = match of_formula(&measures, &formula) {
        Ok(made) => made?,
        Err(mixed) => {
            let message = format!("this is {}, and what stands before it is {}", mixed.this, mixed.before);
            let finding = Finding::at(&rules::UNIT_MISMATCH, metric.path, &mixed.pointer, message);
            return Some(finding.hint("only what has one unit can be added, subtracted or compared"));
        }
    };
    let word = text(value, "unit")?;
    let stated = Unit::of_word(word)?;
    if made.is_like(&stated) {
        return None;
    }
    let message = format!("the unit is `{word}`, but the formula makes {made}");
    Some(Finding::at(&rules::UNIT_MISMATCH, metric.path, "/unit", message).hint(made.hint()))
}

/// Money to some power and lengths of time to some power; a plain number has neither.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Unit {
    money: i32,
    times: BTreeMap<&'static str, i32>,
    /// A number in the formula may have turned one length of time into another.
    converted: bool,
}

const TIMES: [&str; 7] = ["minutes", "business-minutes", "hours", "business-hours", "days", "weeks", "months"];

impl Unit {
    fn money() -> Unit {
        Unit { money: 1, ..Unit::default() }
    }

    fn time(word: &str) -> Option<Unit> {
        let word = TIMES.into_iter().find(|known| *known == word)?;
        Some(Unit { times: BTreeMap::from([(word, 1)]), ..Unit::default() })
    }

    /// The unit that a metric calls by this word.
    fn of_word(word: &str) -> Option<Unit> {
        match word {
            "ratio" | "count" => Some(Unit::default()),
            "money" => Some(Unit::money()),
            "money-per-day" => Some(Unit { times: BTreeMap::from([("days", -1)]), ..Unit::money() }),
            time => Unit::time(time),
        }
    }

    fn is_like(&self, other: &Unit) -> bool {
        self.money == other.money && (self.converted || other.converted || self.times == other.times)
    }

    fn times(mut self, other: &Unit, sign: i32) -> Unit {
        self.money = self.money.saturating_add(other.money.saturating_mul(sign));
        for (word, power) in &other.times {
            let sum = self.times.entry(word).or_default();
            *sum = sum.saturating_add(power.saturating_mul(sign));
        }
        self.times.retain(|_, power| *power != 0);
        self.converted |= other.converted;
        self
    }

    fn hint(&self) -> String {
        let words = ["ratio", "money", "money-per-day"].into_iter().chain(TIMES);
        let fits = words.filter(|word| Unit::of_word(word).is_some_and(|unit| unit == *self)).collect::<Vec<_>>();
        match fits.first() {
            Some(word) => format!("correct the formula, or write \"{word}\""),
            None => "correct the formula".to_owned(),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let money = (self.money != 0).then_some(("money", self.money));
        let powers: Vec<(&str, i32)> =
            money.into_iter().chain(self.times.iter().map(|(word, n)| (*word, *n))).collect();
        let said = |above: bool| -> Vec<String> {
            let side = powers.iter().filter(|(_, power)| (*power > 0) == above);
            side.flat_map(|(word, power)| (0..power.unsigned_abs().min(9)).map(|_| (*word).to_owned())).collect()
        };
        match (said(true), said(false)) {
            (above, below) if above.is_empty() && below.is_empty() => formatter.write_str("a plain number"),
            (above, below) if below.is_empty() => formatter.write_str(&above.join(" times ")),
            (above, below) if above.is_empty() => write!(formatter, "a number by {}", below.join(" and ")),
            (above, below) => write!(formatter, "{} by {}", above.join(" times "), below.join(" and ")),
        }
    }
}

/// Two operands that cannot be added.
struct Mixed {
    pointer: String,
    this: Unit,
    before: Unit,
}

/// The unit of a formula; none where it is not known.
fn of_formula(measures: &BTreeMap<&str, Option<Unit>>, formula: &Expression) -> Result<Option<Unit>, Mixed> {
    match &formula.form {
        ExpressionForm::Measure(id) | ExpressionForm::Percentile { of: id, .. } => {
            Ok(measures.get(id.as_str()).cloned().flatten())
        }
        ExpressionForm::Number(_) => Ok(None),
        ExpressionForm::Operation(operation, operands) => match operation {
            Arithmetic::Multiply | Arithmetic::Divide => product(measures, *operation, operands),
            Arithmetic::Add | Arithmetic::Subtract | Arithmetic::MinOf | Arithmetic::MaxOf => sum(measures, operands),
        },
    }
}

fn product(
    measures: &BTreeMap<&str, Option<Unit>>,
    operation: Arithmetic,
    operands: &[Expression],
) -> Result<Option<Unit>, Mixed> {
    let mut whole = Some(Unit::default());
    for (at, operand) in operands.iter().enumerate() {
        let sign = if operation == Arithmetic::Divide && at > 0 { -1 } else { 1 };
        let unit = match operand.form {
            ExpressionForm::Number(_) => Some(Unit { converted: true, ..Unit::default() }),
            _ => of_formula(measures, operand)?,
        };
        whole = whole.zip(unit).map(|(whole, unit)| whole.times(&unit, sign));
    }
    Ok(whole)
}

fn sum(measures: &BTreeMap<&str, Option<Unit>>, operands: &[Expression]) -> Result<Option<Unit>, Mixed> {
    let mut before: Option<Unit> = None;
    for operand in operands {
        let Some(this) = of_formula(measures, operand)? else { continue };
        match &before {
            Some(before) if !this.is_like(before) => {
                return Err(Mixed { pointer: operand.pointer.clone(), this, before: before.clone() });
            }
            _ => before = Some(this),
        }
    }
    Ok(before)
}

/// The unit of a measure; none where it is not known.
fn of_measure(sound: Sound, measure: &Value) -> Option<Unit> {
    let has = |key: &str| measure.get(key).is_some();
    if has("count") || has("count_distinct") || has("entered") {
        return Some(Unit::default());
    }
    if let Some(target) = ["sum", "min", "max", "pipeline", "retained"].iter().find_map(|key| text(measure, key)) {
        return of_field(sound, target);
    }
    if let Some(each) = measure.get("each") {
        return match text(each, "field") {
            Some(field) => of_field(sound, field),
            None => each.get("days_between").and_then(|_| Unit::time("days")),
        };
    }
    if has("time_in") {
        return Unit::time(text(measure, "unit")?);
    }
    if let Some(id) = text(measure, "sla") {
        return of_sla(sound, id, text(measure, "take")?);
    }
    if let Some(id) = text(measure, "attribution") {
        return of_credit(sound, id, text(measure, "take")?);
    }
    let metric = text(measure, "metric").or_else(|| text(measure, "target_for"))?;
    Unit::of_word(sound.get("metric", metric)?.document.text("unit")?)
}

fn of_field(sound: Sound, path: &str) -> Option<Unit> {
    let mut steps = path.split('.').map(str::to_owned);
    let entity = steps.next()?;
    let steps: Vec<String> = steps.collect();
    match sound.model.reach(&entity, &steps, true).ok()? {
        Reached::Field(_, field) => (field.field_type == FieldType::Money).then(Unit::money),
        Reached::Rows(_) => None,
    }
}

fn of_sla(sound: Sound, id: &str, take: &str) -> Option<Unit> {
    if take == "timers" {
        return Some(Unit::default());
    }
    let sla = sound.get("sla", id)?;
    match sla.document.value().pointer("/clock/counts")?.as_str()? {
        "business" => Unit::time("business-minutes"),
        "wall" => Unit::time("minutes"),
        _ => None,
    }
}

fn of_credit(sound: Sound, id: &str, take: &str) -> Option<Unit> {
    match take {
        "credited-rows" | "all-rows" => Some(Unit::default()),
        "credit" | "amount" => {
            let attribution = sound.get("attribution", id)?;
            of_field(sound, attribution.document.value().pointer("/amount/field")?.as_str()?)
        }
        _ => None,
    }
}
