//! Metrics: that their parts agree with one another, and their plays with their drivers.

use std::collections::BTreeSet;

use super::sound::{Sound, items, listed, text, texts};
use crate::criteria::grammar;
use crate::criteria::syntax::{Arithmetic, Expression, ExpressionForm};
use crate::document::Value;
use crate::finding::{Finding, did_you_mean, rules};
use crate::registry::Definition;

/// What is wrong within metrics.
pub(super) fn findings(sound: Sound) -> Vec<Finding> {
    sound.of("metric").flat_map(|metric| of_metric(sound, &metric)).collect()
}

fn of_metric(sound: Sound, metric: &Definition) -> Vec<Finding> {
    let value = metric.document.value();
    let formula = value.get("formula").and_then(|formula| grammar::expression(formula, "/formula").0);
    let mut findings: Vec<Finding> = plays(sound, metric).collect();
    if let Some(formula) = formula {
        findings.extend(denominator(metric, &formula));
        findings.extend(velocity(metric, &formula));
        findings.extend(efficiency(metric, &formula));
    }
    findings
}

/// Plays that push none of the drivers.
fn plays<'a>(sound: Sound<'a>, metric: &Definition<'a>) -> impl Iterator<Item = Finding> {
    let (path, value) = (metric.path, metric.document.value());
    let drivers = texts(value, "drivers");
    let misses = move |(at, id): (usize, &str)| {
        let play = sound.get("play", id)?;
        let pushed = texts(play.document.value(), "drivers");
        if drivers.is_empty() || pushed.is_empty() || pushed.iter().any(|driver| drivers.contains(driver)) {
            return None;
        }
        let (pushed, drivers) = (listed(pushed), listed(drivers.iter().copied()));
        let message = format!("`{id}` pushes {pushed}, but what moves this metric is {drivers}");
        Some(Finding::at(&rules::PLAY_MISSES_DRIVER, path, &format!("/plays/{at}"), message))
    };
    texts(value, "plays").into_iter().enumerate().filter_map(misses)
}

/// A denominator that is not there, or by which nothing is divided.
fn denominator(metric: &Definition, formula: &Expression) -> Option<Finding> {
    let value = metric.document.value();
    let name = text(value, "denominator")?;
    let bad = |message| Finding::at(&rules::DENOMINATOR_MISFIT, metric.path, "/denominator", message);
    let measures: Vec<&str> = items(value, "measures").iter().filter_map(|measure| text(measure, "id")).collect();
    if !measures.contains(&name) {
        let finding = bad(format!("no measure is called `{name}`"));
        let near = did_you_mean(name, measures.iter().copied());
        return Some(finding.hint(near.unwrap_or_else(|| format!("the measures are {}", listed(measures)))));
    }
    let divisors = divisors(formula);
    if divisors.contains(name) {
        return None;
    }
    let finding = bad(format!("the formula does not divide by `{name}`"));
    Some(match divisors.is_empty() {
        true => finding.hint(format!("divide by `{name}`, or write null where the number is no share")),
        false => finding.hint(format!("it divides by {}", listed(divisors))),
    })
}

/// The measures in all that a formula divides by.
fn divisors(formula: &Expression) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let ExpressionForm::Operation(operation, operands) = &formula.form else { return found };
    for (at, operand) in operands.iter().enumerate() {
        match *operation == Arithmetic::Divide && at > 0 {
            true => visit(operand, &mut |inner| found.extend(measure(inner))),
            false => found.extend(divisors(operand)),
        }
    }
    found
}

fn visit<'e>(formula: &'e Expression, visitor: &mut dyn FnMut(&'e Expression)) {
    visitor(formula);
    if let ExpressionForm::Operation(_, operands) = &formula.form {
        operands.iter().for_each(|operand| visit(operand, visitor));
    }
}

fn measure(formula: &Expression) -> Option<&str> {
    match &formula.form {
        ExpressionForm::Measure(id) | ExpressionForm::Percentile { of: id, .. } => Some(id),
        ExpressionForm::Number(_) | ExpressionForm::Operation(..) => None,
    }
}

fn otherwise(metric: &Definition, pointer: &str, message: String) -> Finding {
    Finding::at(&rules::MEASURED_OTHERWISE, metric.path, pointer, message)
}

/// What a velocity says of its cycle and its size, against the measures that can be one.
fn velocity(metric: &Definition, formula: &Expression) -> Vec<Finding> {
    let value = metric.document.value();
    let Some(said) = value.get("velocity") else { return Vec::new() };
    let measures = items(value, "measures");
    let cycles: Vec<&Value> =
        measures.iter().filter(|measure| measure.pointer("/each/days_between").is_some()).collect();
    let sizes: Vec<&Value> = measures.iter().filter(|measure| measure.pointer("/each/field").is_some()).collect();
    let mut findings = Vec::new();
    if let Some(starts) = text(said, "clock_starts") {
        let begun: Vec<&str> =
            cycles.iter().filter_map(|cycle| cycle.pointer("/each/days_between/0")?.as_str()).collect();
        if !begun.is_empty() && begun.len() == cycles.len() && !begun.contains(&starts) {
            let message = format!("the clock starts at `{starts}`, but the cycle is measured from {}", listed(begun));
            findings.push(otherwise(metric, "/velocity/clock_starts", message));
        }
    }
    for (key, candidates) in [("size", sizes), ("cycle", cycles)] {
        let Some(said) = text(said, key) else { continue };
        let taken: BTreeSet<&str> = candidates.iter().filter_map(|measure| middle(measure, formula)).collect();
        if !taken.is_empty() && !taken.contains(said) {
            let taken = taken.into_iter().collect::<Vec<_>>().join(" or ");
            let message = format!("the {key} is said to be the {said}, but the formula takes the {taken}");
            findings.push(otherwise(metric, &format!("/velocity/{key}"), message));
        }
    }
    findings
}

/// Whether a formula takes the mean or the median of a measure.
fn middle<'e>(measured: &Value, formula: &'e Expression) -> Option<&'e str> {
    if text(measured, "take") == Some("mean") {
        return Some("mean");
    }
    let id = text(measured, "id")?;
    let mut taken = None;
    visit(formula, &mut |inner| {
        if let ExpressionForm::Percentile { percent, of } = &inner.form
            && of == id
        {
            taken = Some(if *percent == 50.0 { "median" } else { "percentile" });
        }
    });
    taken
}

/// What an efficiency says of the lag of its cost and of four quarters, against its measures and its formula.
fn efficiency(metric: &Definition, formula: &Expression) -> Vec<Finding> {
    let value = metric.document.value();
    let Some(said) = value.get("efficiency") else { return Vec::new() };
    let mut findings = Vec::new();
    let lags = items(value, "measures").iter().map(|measure| measure.get("lag_periods").and_then(Value::as_u64));
    let apart = apart(&lags.map(Option::unwrap_or_default).collect::<Vec<_>>());
    if let Some(lag) = said.get("spend_lag_periods").and_then(Value::as_u64)
        && !apart.contains(&lag)
        && let Some(measured) = apart.last()
    {
        let message =
            format!("the cost is said to lie {lag} periods before the gain, but the measures are {measured} apart");
        findings.push(otherwise(metric, "/efficiency/spend_lag_periods", message));
    }
    let mut factors = BTreeSet::new();
    visit(formula, &mut |inner| match inner.form {
        ExpressionForm::Number(4.0) => drop(factors.insert("four")),
        ExpressionForm::Number(12.0) => drop(factors.insert("twelve")),
        _ => {}
    });
    let message = match said.get("annualised").and_then(Value::as_bool) {
        Some(true) if factors.is_empty() => "the gain is said to be taken four times, but the formula does not do so",
        Some(false) if factors.contains("four") => {
            "the formula takes something four times, but it is said that no gain is"
        }
        _ => return findings,
    };
    findings.push(otherwise(metric, "/efficiency/annualised", message.to_owned()));
    findings
}

/// How many periods any two of the measures lie apart.
fn apart(lags: &[u64]) -> BTreeSet<u64> {
    let pairs = lags.iter().enumerate().flat_map(|(at, one)| lags.iter().skip(at + 1).map(move |other| (one, other)));
    pairs.map(|(one, other)| one.abs_diff(*other)).collect()
}
