//! Targets: that they fit their metric, stand once, add up, and are shared where charters share the metric.

use std::collections::{BTreeMap, BTreeSet};

use super::sound::{Sound, items, listed, text, texts};
use crate::document::{Value, stored_scalar};
use crate::finding::{Finding, rules};
use crate::registry::Definition;

/// What is wrong with targets beside their metrics, charters and one another.
pub(super) fn findings(sound: Sound) -> Vec<Finding> {
    let targets: Vec<Definition> = sound.active("target").collect();
    let mut findings: Vec<Finding> = sound.of("target").filter_map(|target| misfit(sound, &target)).collect();
    findings.extend(twice(&targets));
    let mut of_one: BTreeMap<_, Vec<&Definition>> = BTreeMap::new();
    for target in &targets {
        of_one.entry(metric_and_level(target)).or_default().push(target);
    }
    for beside in of_one.values() {
        findings.extend(beside.iter().flat_map(|target| parts(sound, target, beside)));
    }
    findings.extend(not_shared(sound, &targets));
    findings
}

/// A field that does not agree with the metric's unit, or with which way is good.
fn misfit(sound: Sound, target: &Definition) -> Option<Finding> {
    let value = target.document.value();
    let metric = sound.get("metric", text(value, "metric")?)?;
    let unit = metric.document.text("unit")?;
    let bad = |pointer: &str, message: String| Finding::at(&rules::TARGET_MISFIT, target.path, pointer, message);
    let counts_money = matches!(unit, "money" | "money-per-day");
    let money = value.get("money")?;
    if counts_money && money.is_null() {
        let finding = bad("/money", format!("`{}` counts money, and no currency is said", metric.id));
        return Some(
            finding.hint("say the currency of the values, and at which rates what was reached is brought into it"),
        );
    }
    if !counts_money && money.is_object() {
        let finding = bad("/money", format!("`{}` counts no money: its unit is `{unit}`", metric.id));
        return Some(finding.hint("write null"));
    }
    let split = value.pointer("/within_period/split").and_then(Value::as_str);
    if unit == "ratio" && split.is_some_and(|split| split != "none") {
        let message = format!("`{}` is a ratio, of which no part is due by a day", metric.id);
        return Some(bad("/within_period/split", message).hint("write \"none\""));
    }
    if metric.document.text("better") != Some("inside-range") {
        return None;
    }
    let open = items(value, "values").iter().position(|value| value.get("met_within").is_some_and(Value::is_null))?;
    let message = format!("`{}` is good inside a range, and no range is said", metric.id);
    Some(bad(&format!("/values/{open}/met_within"), message).hint("say within which range it is met"))
}

/// Metric, segment and level: of each there is one target for a period.
fn aim<'a>(target: &Definition<'a>) -> (Option<&'a str>, Option<&'a str>, Option<&'a str>) {
    let value = target.document.value();
    (text(value, "metric"), text(value, "segment"), text(value, "level"))
}

fn metric_and_level<'a>(target: &Definition<'a>) -> (Option<&'a str>, Option<&'a str>) {
    let (metric, _, level) = aim(target);
    (metric, level)
}

/// Targets in force that are set for what another one is set for already.
fn twice(targets: &[Definition]) -> Vec<Finding> {
    let mut known: BTreeMap<_, &str> = BTreeMap::new();
    let mut findings = Vec::new();
    for target in targets {
        let mut told = false;
        for (at, value) in items(target.document.value(), "values").iter().enumerate() {
            let Some(period) = text(value, "period") else { continue };
            match known.get(&(aim(target), period)) {
                Some(first) if *first != target.id && !told => {
                    let message = format!("`{first}` sets a target for the same metric, segment, level and {period}");
                    let pointer = format!("/values/{at}/period");
                    findings.push(Finding::at(&rules::TARGET_TWICE, target.path, &pointer, message));
                    told = true;
                }
                Some(_) => {}
                None => drop(known.insert((aim(target), period), target.id)),
            }
        }
    }
    findings
}

/// Periods in which the targets of the segments fall short of the whole, or exceed it by more than agreed. `beside` are the
/// targets of the same metric and level.
fn parts(sound: Sound, whole: &Definition, beside: &[&Definition]) -> Vec<Finding> {
    let value = whole.document.value();
    let dimension = value.pointer("/parts/dimension").and_then(Value::as_str);
    let Some(dimension) = dimension.filter(|_| sound.knows_all("target") && sound.knows_all("segment")) else {
        return Vec::new();
    };
    let is_part = |target: &&&Definition| {
        let (_, segment, _) = aim(target);
        let segment = segment.and_then(|segment| sound.get("segment", segment));
        segment.is_some_and(|segment| segment.document.text("dimension") == Some(dimension))
    };
    let parts: Vec<&Definition> = beside.iter().filter(is_part).copied().collect();
    if parts.is_empty() {
        let message = format!("no segment of the dimension `{dimension}` has a target of its own");
        let finding = Finding::at(&rules::TARGET_PARTS, whole.path, "/parts", message);
        return vec![finding.hint("write a target for each segment, or null where there are no parts")];
    }
    let over = value.pointer("/parts/over_basis_points").and_then(Value::as_u64).unwrap_or_default();
    let periods = items(value, "values").iter().enumerate();
    periods.filter_map(|(at, value)| of_period(whole, at, value, &parts, over)).collect()
}

fn of_period(whole: &Definition, at: usize, value: &Value, parts: &[&Definition], over: u64) -> Option<Finding> {
    let (period, aimed) = (text(value, "period")?, value.get("value")?.as_f64()?);
    let of_part = |part: &&Definition| {
        let values = items(part.document.value(), "values");
        values.iter().find(|value| text(value, "period") == Some(period))?.get("value")?.as_f64()
    };
    // To six places: a sum of fractions is not exact.
    let sum = (parts.iter().filter_map(of_part).sum::<f64>() * 1e6).round() / 1e6;
    let most = aimed * (1.0 + over as f64 / 10_000.0);
    let slack = aimed.abs() / 1e6;
    let said = stored_scalar(value.get("value")?);
    let names = listed(parts.iter().map(|part| part.id));
    let message = match sum {
        sum if sum < aimed - slack => format!("in {period} the parts sum to {sum}, short of {said}: {names}"),
        sum if sum > most + slack => format!(
            "in {period} the parts sum to {sum}, more than {said} and the {} in a hundred that they may exceed it: {names}",
            over as f64 / 100.0
        ),
        _ => return None,
    };
    Some(Finding::at(&rules::TARGET_PARTS, whole.path, &format!("/values/{at}/value"), message))
}

/// Targets of a metric that a charter shares, and that do not hold all the roles.
fn not_shared(sound: Sound, targets: &[Definition]) -> Vec<Finding> {
    let mut shared: BTreeMap<&str, (&str, BTreeSet<&str>)> = BTreeMap::new();
    for charter in sound.active("charter") {
        let value = charter.document.value();
        for share in items(value, "shares") {
            let Some(metric) = text(share, "metric") else { continue };
            let (_, roles) = shared.entry(metric).or_insert((charter.id, BTreeSet::new()));
            roles.extend(text(value, "role").into_iter().chain(texts(share, "with")));
        }
    }
    let unshared = |target: &Definition| {
        let value = target.document.value();
        let metric = text(value, "metric")?;
        let (charter, roles) = shared.get(metric)?;
        let bad = |pointer: &str, message| Some(Finding::at(&rules::TARGET_NOT_SHARED, target.path, pointer, message));
        if value.get("shared").and_then(Value::as_bool) == Some(false) {
            return bad("/shared", format!("`charter/{charter}` shares `{metric}`, but this target is not shared"));
        }
        let held: BTreeSet<&str> = text(value, "owner").into_iter().chain(texts(value, "co_owners")).collect();
        let missing = roles.iter().copied().find(|role| !held.contains(role))?;
        let message =
            format!("`charter/{charter}` shares `{metric}` with `{missing}`, who holds no part of this target");
        bad("/co_owners", message)
    };
    targets.iter().filter_map(unshared).collect()
}
