//! A record in words: what somebody is, has and did.

use super::values::plain;
use crate::criteria::reason::Witness;
use crate::document::{Members, Value};

/// A record of an entity, in one line.
pub(super) fn record(entity: &str, witness: &Witness) -> String {
    let entity = words(entity);
    let mut parts: Vec<String> = witness.record.as_object().map(fields).unwrap_or_default();
    for (model, state) in witness.scores.as_object().into_iter().flatten() {
        parts.push(score(model, state));
    }
    match parts.is_empty() {
        true => format!("{} {entity} of which nothing is known", article(&entity)),
        false => format!("{} {entity} with {}", article(&entity), parts.join(", ")),
    }
}

fn fields(members: &Members) -> Vec<String> {
    members.iter().filter(|(key, _)| *key != "id").map(|(key, value)| field(key, value)).collect()
}

fn field(key: &str, value: &Value) -> String {
    let name = words(key);
    match value {
        Value::Array(rows) if rows.iter().all(Value::is_object) && !rows.is_empty() => {
            let described: Vec<String> =
                rows.iter().filter_map(Value::as_object).map(|row| fields(row).join(", ")).collect();
            let described: Vec<String> = described.into_iter().filter(|text| !text.is_empty()).collect();
            match described.is_empty() {
                true => count(rows.len(), &name),
                false => format!("{} ({})", count(rows.len(), &name), described.join("; ")),
            }
        }
        Value::Object(row) => match fields(row) {
            inside if inside.is_empty() => format!("{} {name}", article(&name)),
            inside => format!("{} {name} with {}", article(&name), inside.join(" and ")),
        },
        value => format!("{name} {}", plain(value, None)),
    }
}

fn score(model: &str, state: &Value) -> String {
    let name = words(model);
    let Some(total) = state.get("total") else { return format!("no {name}") };
    let parts = || state.get("parts").and_then(Value::as_object).into_iter().flatten();
    let sum: f64 = parts().filter_map(|(_, points)| points.as_f64()).sum();
    let told: Vec<String> = parts().map(|(part, points)| format!("{} {}", words(part), plain(points, None))).collect();
    // Parts are found one by one; a reader adds them up.
    match told.is_empty() || total.as_f64() != Some(sum) {
        true => format!("{name} {}", plain(total, None)),
        false => format!("{name} {} ({})", plain(total, None), told.join(", ")),
    }
}

/// So many of what is named as many.
fn count(many: usize, name: &str) -> String {
    if many == 1 { format!("1 {}", singular(name)) } else { format!("{many} {name}") }
}

/// The name of one of what is named as many.
pub(super) fn singular(name: &str) -> String {
    let hisses = ["ches", "shes", "sses", "xes", "zes"].iter().any(|end| name.ends_with(end));
    match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => name.strip_suffix(if hisses { "es" } else { "s" }).unwrap_or(name).to_owned(),
    }
}

/// A name as people write it.
pub(super) fn words(name: &str) -> String {
    name.replace(['_', '-'], " ")
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
