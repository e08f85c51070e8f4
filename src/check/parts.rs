//! Parts: that names of a definition's own parts, of teams and of kinds are the names of something.

use super::sound::{Sound, items, listed, text, texts};
use crate::document::Value;
use crate::finding::{Finding, Rule, did_you_mean, rules};
use crate::registry::Definition;
use crate::registry::layout::schema_path;

/// Names that lead to nothing.
pub(super) fn findings(sound: Sound) -> Vec<Finding> {
    let mut findings: Vec<Finding> = sound.of("decision").filter_map(|decision| chosen(&decision)).collect();
    findings.extend(sound.of("attribution").flat_map(|attribution| teams(&attribution)));
    findings.extend(sound.of("metric").flat_map(|metric| teams_measured(sound, &metric)));
    for matrix in sound.of("maturity") {
        findings.extend(stages(&matrix));
        findings.extend(kinds(sound, &matrix, evidence(&matrix)));
    }
    for charter in sound.of("charter") {
        let proposed = texts_at(charter.document.value(), "/definitions/proposes");
        findings.extend(kinds(sound, &charter, proposed));
    }
    findings
}

/// A name that must be one of some names, and its place.
struct Named<'a> {
    pointer: String,
    name: &'a str,
}

impl<'a> Named<'a> {
    fn at(value: &'a Value, pointer: String) -> Option<Named<'a>> {
        let name = value.pointer(&pointer)?.as_str()?;
        Some(Named { pointer, name })
    }

    /// That the name is none of those that there are.
    fn among(&self, definition: &Definition, rule: &'static Rule, what: &str, known: &[&str]) -> Option<Finding> {
        if known.contains(&self.name) {
            return None;
        }
        let message = format!("no {what} is called `{}`", self.name);
        let near = did_you_mean(self.name, known.iter().copied());
        let hint = near.unwrap_or_else(|| format!("there is {}", listed(known.iter().copied())));
        Some(Finding::at(rule, definition.path, &self.pointer, message).hint(hint))
    }
}

/// The texts of a list.
fn texts_at<'a>(value: &'a Value, pointer: &str) -> Vec<Named<'a>> {
    let count = value.pointer(pointer).and_then(Value::as_array).unwrap_or_default().len();
    (0..count).filter_map(|at| Named::at(value, format!("{pointer}/{at}"))).collect()
}

fn ids<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    items(value, key).iter().filter_map(|item| text(item, "id")).collect()
}

fn chosen(decision: &Definition) -> Option<Finding> {
    let value = decision.document.value();
    let options = value.get("options").map(|_| ids(value, "options"))?;
    Named::at(value, "/chosen".to_owned())?.among(decision, &rules::UNKNOWN_PART, "option", &options)
}

/// Outcomes of a sourced attribution that are no team of it. An override may also withdraw the credit.
fn teams(attribution: &Definition) -> Vec<Finding> {
    let value = attribution.document.value();
    let teams = texts(value, "teams");
    if teams.is_empty() {
        return Vec::new();
    }
    let cases = value.pointer("/source/cases").and_then(Value::as_array).unwrap_or_default().len();
    let places = (0..cases).map(|at| format!("/source/cases/{at}/is"));
    let places = places.chain(["/source/otherwise".to_owned()]);
    let of_overrides = (0..items(value, "overrides").len()).map(|at| format!("/overrides/{at}/to"));
    let named = places.filter_map(|place| Named::at(value, place));
    let overriding = of_overrides.filter_map(|place| Named::at(value, place)).filter(|named| named.name != "none");
    named.chain(overriding).filter_map(|named| named.among(attribution, &rules::UNKNOWN_PART, "team", &teams)).collect()
}

/// Teams of measures that the attribution does not know, and credit of which it is not said whose.
fn teams_measured(sound: Sound, metric: &Definition) -> Vec<Finding> {
    let value = metric.document.value();
    let of_measure = |(at, measure): (usize, &Value)| {
        let attribution = sound.get("attribution", text(measure, "attribution")?)?;
        let about = attribution.document.value();
        let teams: Vec<&str> = texts(about, "teams").into_iter().chain(text(about, "credited_to")).collect();
        if let Some(named) = Named::at(value, format!("/measures/{at}/team")) {
            return named.among(metric, &rules::UNKNOWN_PART, &format!("team of `{}`", attribution.id), &teams);
        }
        let credited = matches!(text(measure, "take"), Some("credit" | "credited-rows"));
        (credited && teams.len() > 1).then(|| {
            let message = format!("it is not said which team's credit of `{}` is taken", attribution.id);
            Finding::at(&rules::UNKNOWN_PART, metric.path, &format!("/measures/{at}"), message)
                .hint(format!("add `team`: one of {}", listed(teams)))
        })
    };
    items(value, "measures").iter().enumerate().filter_map(of_measure).collect()
}

/// Cells of a matrix that are of no stage of it.
fn stages(matrix: &Definition) -> Vec<Finding> {
    let value = matrix.document.value();
    let stages = ids(value, "stages");
    let mut findings = Vec::new();
    for (row, cells) in items(value, "rows").iter().enumerate() {
        for cell in 0..items(cells, "cells").len() {
            let named = Named::at(value, format!("/rows/{row}/cells/{cell}/stage"));
            findings.extend(named.and_then(|named| named.among(matrix, &rules::UNKNOWN_PART, "stage", &stages)));
        }
    }
    findings
}

/// The kinds that the evidence of a matrix looks at.
fn evidence<'a>(matrix: &Definition<'a>) -> Vec<Named<'a>> {
    let value = matrix.document.value();
    let mut named = Vec::new();
    for (row, cells) in items(value, "rows").iter().enumerate() {
        for (cell, proofs) in items(cells, "cells").iter().enumerate() {
            for (at, proof) in items(proofs, "evidence").iter().enumerate() {
                let place = format!("/rows/{row}/cells/{cell}/evidence/{at}");
                for (form, _) in proof.as_object().into_iter().flatten() {
                    let keys: &[&str] = if form == "referred_to" { &["kind", "by"] } else { &["kind", "from", "to"] };
                    let of_form = keys.iter().map(|key| format!("{place}/{form}/{key}"));
                    named.extend(of_form.filter_map(|place| Named::at(value, place)));
                    named.extend(texts_at(value, &format!("{place}/{form}/kinds")));
                }
            }
        }
    }
    named
}

fn kinds(sound: Sound, definition: &Definition, named: Vec<Named>) -> Vec<Finding> {
    let kinds: Vec<&str> = sound.registry.kinds().names().collect();
    // A kind whose schema cannot be read is there all the same.
    let unread = |named: &&Named| sound.registry.is_unreadable(&schema_path(named.name));
    named
        .iter()
        .filter(|named| !unread(named))
        .filter_map(|named| named.among(definition, &rules::KIND_NAMED, "kind", &kinds))
        .collect()
}
