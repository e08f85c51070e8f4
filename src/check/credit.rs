//! Credit: that what is divided is the whole, that windows hang on a date, and that nobody adds up what overlaps.

use std::collections::{BTreeMap, BTreeSet};

use super::sound::{Sound, allowance, items, same, shown, text, texts};
use crate::criteria::grammar;
use crate::criteria::syntax::{
    Arithmetic, Date, DateForm, Duration, Ends, Expression, ExpressionForm, Predicate, Window,
};
use crate::document::Value;
use crate::finding::{Finding, rules};
use crate::outcome::credit::{Split, WHOLE};
use crate::registry::Definition;

/// What is wrong with credit, each rule of it and side by side.
pub(super) fn findings(sound: Sound) -> Vec<Finding> {
    let weighted = sound.of("attribution").chain(sound.of("target"));
    let mut findings: Vec<Finding> = weighted.filter_map(|definition| weights(&definition)).collect();
    let credits: Vec<Credit> = sound.of("attribution").map(Credit::read).collect();
    findings.extend(credits.iter().flat_map(windows));
    for influenced in credits.iter().filter(|credit| credit.mode == "influenced") {
        let sourced = credits.iter().filter(|credit| credit.mode == "sourced" && influenced.is_apart_from(credit));
        findings.extend(sourced.filter_map(|sourced| other_rows(sound, sourced, influenced)).take(1));
    }
    let credits: BTreeMap<&str, Credit> = credits.into_iter().map(|credit| (credit.definition.id, credit)).collect();
    for metric in sound.of("metric") {
        findings.extend(added_up(sound, &credits, &metric));
    }
    findings
}

/// Weights that do not sum to the whole: of touches, or of the thirds of a target's period.
fn weights(definition: &Definition) -> Option<Finding> {
    let value = definition.document.value();
    let (pointer, sum) = match value.get("credit").and_then(Split::read) {
        Some(split) => ("/credit/weights", split.sum()),
        None => {
            let thirds = value.pointer("/within_period/weights")?.as_array()?;
            ("/within_period/weights", thirds.iter().filter_map(Value::as_u64).fold(0, u64::saturating_add))
        }
    };
    (sum != u64::from(WHOLE)).then(|| {
        let message = format!("these weights sum to {sum} basis points, not to {WHOLE}");
        Finding::at(&rules::WEIGHTS_SUM, definition.path, pointer, message)
    })
}

/// An attribution.
struct Credit<'a> {
    definition: Definition<'a>,
    mode: &'a str,
    never_added_to: Vec<&'a str>,
}

impl<'a> Credit<'a> {
    fn read(definition: Definition<'a>) -> Credit<'a> {
        let value = definition.document.value();
        let mode = text(value, "mode").unwrap_or_default();
        Credit { definition, mode, never_added_to: texts(value, "never_added_to") }
    }

    /// Whether the numbers of the two are of one model, and must not be added up.
    fn is_apart_from(&self, other: &Credit) -> bool {
        self.never_added_to.contains(&other.definition.id) || other.never_added_to.contains(&self.definition.id)
    }
}

/// Windows that are empty, and those of touches that hang on nothing.
fn windows(credit: &Credit) -> Vec<Finding> {
    let (path, value) = (credit.definition.path, credit.definition.document.value());
    let mut findings = Vec::new();
    if let Some(window) = value.get("window").and_then(|window| grammar::window(window, "/window").0) {
        findings.extend(empty(path, &window).or_else(|| unbound(path, &window)));
    }
    for at in 0..items(value, "overrides").len() {
        let pointer = format!("/overrides/{at}/window");
        let window = value.pointer(&pointer).and_then(|window| grammar::window(window, &pointer).0);
        findings.extend(window.and_then(|window| empty(path, &window)));
    }
    findings
}

/// A window of touches without a beginning, or without a date of what is credited.
fn unbound(path: &str, window: &Window) -> Option<Finding> {
    let bad = |pointer: String, message: &str| Finding::at(&rules::WINDOW_UNBOUND, path, &pointer, message);
    if window.from.is_none() {
        let finding = bad(format!("{}/from", window.pointer), "a touch of any age is within this window");
        return Some(finding.hint("say from when on a touch counts"));
    }
    let hangs = window.from.iter().chain(&window.to).any(is_of_a_field);
    (!hangs).then(|| {
        let message = "neither end of this window hangs on a date of what is credited, so it moves on every day";
        bad(window.pointer.clone(), message).hint("count from a dated field, such as the day on which it was created")
    })
}

fn is_of_a_field(date: &Date) -> bool {
    match &date.form {
        DateForm::Field(_) => true,
        DateForm::Shift { of, .. } | DateForm::EndOf { of, .. } => is_of_a_field(of),
        DateForm::Now | DateForm::AsOf | DateForm::PeriodStart | DateForm::PeriodEnd => false,
    }
}

/// A window in which nothing can lie, whatever the dates.
fn empty(path: &str, window: &Window) -> Option<Finding> {
    let (from, to) = (window.from.as_ref()?, window.to.as_ref()?);
    let ((from_date, from_step), (to_date, to_step)) = (stepped(from)?, stepped(to)?);
    if from_date != to_date {
        return None;
    }
    let (from_step, to_step) = in_one_unit(from_step, to_step)?;
    let is_empty = from_step > to_step || (from_step == to_step && window.ends != Ends::Both);
    is_empty.then(|| {
        let message = "this window ends before it begins, so nothing is ever in it";
        Finding::at(&rules::WINDOW_EMPTY, path, &window.pointer, message)
            .hint("a step back is negative, as in {\"days\": -90}; `from` is the earlier end")
    })
}

/// A date as another one, moved by at most one step; the other one without its place.
fn stepped(date: &Date) -> Option<(String, Option<Duration>)> {
    let plain = |date: &Date| match &date.form {
        DateForm::Field(path) => Some(path.to_string()),
        DateForm::Now => Some("now".to_owned()),
        DateForm::AsOf => Some("as_of".to_owned()),
        DateForm::PeriodStart => Some("period.start".to_owned()),
        DateForm::PeriodEnd => Some("period.end".to_owned()),
        DateForm::Shift { .. } | DateForm::EndOf { .. } => None,
    };
    match &date.form {
        DateForm::Shift { of, by } => Some((plain(of)?, Some(*by))),
        _ => Some((plain(date)?, None)),
    }
}

fn in_one_unit(one: Option<Duration>, other: Option<Duration>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some(one), Some(other)) if one.unit != other.unit => None,
        (one, other) => Some((one.map_or(0, |step| step.amount), other.map_or(0, |step| step.amount))),
    }
}

/// That influenced credit is of other rows, or of other periods, than the sourced credit it is shown beside.
fn other_rows(sound: Sound, sourced: &Credit, influenced: &Credit) -> Option<Finding> {
    let (one, other) = (sourced.definition.document.value(), influenced.definition.document.value());
    let subject = text(one, "subject").filter(|subject| text(other, "subject") == Some(subject))?;
    let bad = |key: &str, message: String| {
        Finding::at(&rules::POPULATION_DIFFERS, influenced.definition.path, &format!("/{key}"), message)
            .hint(format!("write the same `{key}` in both"))
    };
    let (name, beside) = (influenced.definition.id, sourced.definition.id);
    if one.get("dated_by") != other.get("dated_by") {
        let message =
            format!("`{name}` puts rows into periods by another date than `{beside}`, beside which it is shown");
        return Some(bad("dated_by", message));
    }
    let populations = (one.get("population")?, other.get("population")?);
    if same(populations.0, populations.1) {
        return None;
    }
    let (of_sourced, of_influenced) = (condition(populations.0)?, condition(populations.1)?);
    let only = |takes: &Option<Predicate>, leaves: &Option<Predicate>| {
        let leaves = leaves.as_ref()?;
        let claims: Vec<(&Predicate, bool)> =
            takes.iter().map(|takes| (takes, true)).chain([(leaves, false)]).collect();
        sound.witness(subject, &claims, &allowance())
    };
    let message = match only(&of_sourced, &of_influenced) {
        Some(witness) => format!(
            "{} is left out here and counts in `{beside}`, beside which this is shown",
            shown(subject, &witness)
        ),
        None => {
            let witness = only(&of_influenced, &of_sourced)?;
            format!(
                "{} counts here and is left out of `{beside}`, beside which this is shown",
                shown(subject, &witness)
            )
        }
    };
    Some(bad("population", message))
}

/// The condition of a population, of which there is none where all rows take part; nothing if it cannot be read.
fn condition(population: &Value) -> Option<Option<Predicate>> {
    match population.get("where") {
        None => population.is_null().then_some(None),
        Some(condition) => grammar::predicate(condition, "/population/where").0.map(Some),
    }
}

/// Sums in a metric's formula of credits that overlap.
fn added_up(sound: Sound, credits: &BTreeMap<&str, Credit>, metric: &Definition) -> Vec<Finding> {
    let value = metric.document.value();
    let formula = value.get("formula").and_then(|formula| grammar::expression(formula, "/formula").0);
    let Some(formula) = formula else { return Vec::new() };
    let carried = Carried { sound, credits };
    let mut findings = Vec::new();
    carried.sums(value, &formula, &mut |one, other, pointer| {
        let message = format!("this adds what `{other}` credits to what `{one}` credits, and the two overlap");
        let finding = Finding::at(&rules::CREDIT_ADDED_UP, metric.path, pointer, message);
        findings.push(finding.hint("show the two numbers side by side, each with its own name"));
    });
    findings
}

/// Which credits make up a number.
struct Carried<'a, 'c> {
    sound: Sound<'a>,
    credits: &'c BTreeMap<&'a str, Credit<'a>>,
}

impl<'a> Carried<'a, '_> {
    /// Tells each operand of a sum that brings a credit which must not be added to one before it.
    fn sums(&self, metric: &Value, formula: &Expression, tell: &mut dyn FnMut(&str, &str, &str)) {
        let ExpressionForm::Operation(operation, operands) = &formula.form else { return };
        operands.iter().for_each(|operand| self.sums(metric, operand, tell));
        if *operation != Arithmetic::Add {
            return;
        }
        let mut before: BTreeSet<&str> = BTreeSet::new();
        for operand in operands {
            let brought = self.of_formula(metric, operand, &mut BTreeSet::new());
            let clash = brought.iter().find_map(|new| Some((before.iter().find(|old| self.are_apart(old, new))?, new)));
            if let Some((one, other)) = clash {
                tell(one, other, &operand.pointer);
            }
            before.extend(brought);
        }
    }

    fn are_apart(&self, one: &str, other: &str) -> bool {
        let (Some(one), Some(other)) = (self.credits.get(one), self.credits.get(other)) else { return false };
        let about = |credit: &Credit| credit.definition.document.text("subject").map(str::to_owned);
        one.is_apart_from(other) || (one.mode != other.mode && about(one) == about(other))
    }

    /// The credits in a formula; what a number is divided by is no part of it.
    fn of_formula(&self, metric: &Value, formula: &Expression, seen: &mut BTreeSet<&'a str>) -> BTreeSet<&'a str> {
        match &formula.form {
            ExpressionForm::Measure(id) | ExpressionForm::Percentile { of: id, .. } => {
                self.of_measure(metric, id, seen)
            }
            ExpressionForm::Number(_) => BTreeSet::new(),
            ExpressionForm::Operation(operation, operands) => {
                let counted = if *operation == Arithmetic::Divide { 1 } else { operands.len() };
                operands.iter().take(counted).flat_map(|operand| self.of_formula(metric, operand, seen)).collect()
            }
        }
    }

    fn of_measure(&self, metric: &Value, id: &str, seen: &mut BTreeSet<&'a str>) -> BTreeSet<&'a str> {
        let Some(measure) = items(metric, "measures").iter().find(|measure| text(measure, "id") == Some(id)) else {
            return BTreeSet::new();
        };
        if let Some(attribution) = text(measure, "attribution") {
            let credited = matches!(text(measure, "take"), Some("credit" | "credited-rows"));
            let known = self.credits.keys().find(|known| credited && **known == attribution);
            return known.copied().into_iter().collect();
        }
        let other = text(measure, "metric").and_then(|id| self.sound.get("metric", id));
        let Some(other) = other.filter(|other| seen.insert(other.id)) else { return BTreeSet::new() };
        let value = other.document.value();
        let formula = value.get("formula").and_then(|formula| grammar::expression(formula, "/formula").0);
        formula.map(|formula| self.of_formula(value, &formula, seen)).unwrap_or_default()
    }
}
