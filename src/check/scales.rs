//! Scales: that shares are shares, ranges have two ends in order, and periods are those of the metric.

use super::sound::{Sound, items, listed, text, texts};
use crate::document::{Value, pointer_push, stored_scalar};
use crate::finding::{Finding, rules};
use crate::registry::Definition;

/// What does not fit the scale of its metric, or is no range.
pub(super) fn findings(sound: Sound) -> Vec<Finding> {
    let mut findings = Vec::new();
    for metric in sound.of("metric") {
        findings.extend(of_range(&metric, "/good"));
        findings.extend(outside(&metric, &metric, &["/good/at_least", "/good/at_most"]));
    }
    for play in sound.of("play") {
        let Some(metric) = metric_at(sound, &play, "/trigger/metric") else { continue };
        findings.extend(outside(&play, &metric, &["/trigger/threshold"]));
        findings.extend(grain(&play, &metric, "/trigger/grain"));
    }
    for driver in sound.of("driver") {
        let Some(metric) = metric_at(sound, &driver, "/signal/metric") else { continue };
        findings.extend(outside(&driver, &metric, &["/signal/threshold"]));
    }
    for decision in sound.of("decision") {
        let Some(metric) = metric_at(sound, &decision, "/expects/metric") else { continue };
        findings.extend(outside(&decision, &metric, &["/expects/value"]));
    }
    findings.extend(sound.of("target").flat_map(|target| of_target(sound, &target)));
    findings
}

fn metric_at<'a>(sound: Sound<'a>, definition: &Definition<'a>, pointer: &str) -> Option<Definition<'a>> {
    sound.get("metric", definition.document.value().pointer(pointer)?.as_str()?)
}

fn of_target(sound: Sound, target: &Definition) -> Vec<Finding> {
    let values = items(target.document.value(), "values");
    let mut findings: Vec<Finding> = Vec::new();
    let metric = metric_at(sound, target, "/metric");
    for at in 0..values.len() {
        findings.extend(of_range(target, &format!("/values/{at}/met_within")));
        let places =
            ["value", "met_within/at_least", "met_within/at_most"].map(|place| format!("/values/{at}/{place}"));
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        findings.extend(metric.iter().flat_map(|metric| outside(target, metric, &places)));
    }
    let stray = other_length(target, values).or_else(|| length_unknown(target, metric.as_ref()?, values));
    findings.into_iter().chain(stray).collect()
}

/// A range whose low end is above its high end.
fn of_range(definition: &Definition, pointer: &str) -> Option<Finding> {
    let range = definition.document.value().pointer(pointer)?;
    let (low, high) = (range.get("at_least")?, range.get("at_most")?);
    (low.as_f64()? > high.as_f64()?).then(|| {
        let message = format!("it begins at {}, above its end at {}", stored_scalar(low), stored_scalar(high));
        Finding::at(&rules::RANGE_REVERSED, definition.path, &pointer_push(pointer, "at_least"), message)
            .hint("exchange the two")
    })
}

/// Numbers in the unit of a metric that is a share, and that no share can have. The first is told: the others are of
/// the same slip.
fn outside(definition: &Definition, metric: &Definition, pointers: &[&str]) -> Option<Finding> {
    let of = metric.document.value();
    let is_share =
        text(of, "unit") == Some("ratio") && matches!(text(of, "class"), Some("conversion" | "contribution"));
    let wrong = |pointer: &&str| {
        let number = definition.document.value().pointer(pointer).and_then(Value::as_f64);
        number.is_some_and(|number| !(0.0..=1.0).contains(&number))
    };
    let pointer = pointers.iter().filter(|_| is_share).find(|pointer| wrong(pointer))?;
    let number = definition.document.value().pointer(pointer)?;
    let message = format!("`{}` is a share from 0 to 1, but this is {}", metric.id, stored_scalar(number));
    let finding = Finding::at(&rules::RATIO_OUT_OF_RANGE, definition.path, pointer, message);
    Some(match number.as_f64().filter(|number| (1.0..=100.0).contains(number)) {
        Some(percent) => finding.hint(format!("{percent} in a hundred is {}", percent / 100.0)),
        None => finding,
    })
}

/// A length of periods that the metric does not have.
fn grain(definition: &Definition, metric: &Definition, pointer: &str) -> Option<Finding> {
    let grain = definition.document.value().pointer(pointer)?.as_str()?;
    let grains = grains(metric);
    (!grains.is_empty() && !grains.contains(&grain)).then(|| {
        misfit(definition, pointer, format!("`{}` is not told by {}", metric.id, grain.replace('-', " ")), grains)
    })
}

fn grains<'a>(metric: &Definition<'a>) -> Vec<&'a str> {
    metric.document.value().get("period").map(|period| texts(period, "grain")).unwrap_or_default()
}

fn misfit(definition: &Definition, pointer: &str, message: String, grains: Vec<&str>) -> Finding {
    let finding = Finding::at(&rules::GRAIN_MISFIT, definition.path, pointer, message);
    finding.hint(format!("it is told by {}", listed(grains)))
}

/// The length of a period, as the word for it and the grains that it can be.
fn length(period: &str) -> (&'static str, [&'static str; 2]) {
    match period.split_once('-') {
        None => ("year", ["fiscal-year", "year"]),
        Some((_, part)) if part.starts_with('Q') => ("quarter", ["fiscal-quarter", "quarter"]),
        Some(_) => ("month", ["month", "month"]),
    }
}

/// The first period of a target that is of another length than the first of all.
fn other_length(target: &Definition, values: &[Value]) -> Option<Finding> {
    let first = text(values.first()?, "period")?;
    let wanted = length(first).0;
    let periods = values.iter().enumerate().filter_map(|(at, value)| Some((at, text(value, "period")?)));
    let (at, stray) = periods.into_iter().find(|(_, period)| length(period).0 != wanted)?;
    let message = format!("`{stray}` is a {}, but `{first}` is a {wanted}", length(stray).0);
    let finding = Finding::at(&rules::GRAIN_MISFIT, target.path, &format!("/values/{at}/period"), message);
    Some(finding.hint("write a target of its own for periods of another length"))
}

/// A target for periods that its metric does not have.
fn length_unknown(target: &Definition, metric: &Definition, values: &[Value]) -> Option<Finding> {
    let (word, possible) = length(text(values.first()?, "period")?);
    let grains = grains(metric);
    let message = format!("`{}` is not told by {word}", metric.id);
    (!grains.is_empty() && !possible.iter().any(|possible| grains.contains(possible)))
        .then(|| misfit(target, "/values/0/period", message, grains))
}
