//! Criteria of one definition: that they follow the grammar, and fit the definitions that they are about.

use std::collections::BTreeMap;

use crate::document::Value;

use crate::criteria::problem::Problem;
use crate::criteria::types::{self, MeasureShape, Surroundings};
use crate::criteria::{Model, Source, grammar};
use crate::document::pointer_push;
use crate::finding::Finding;
use crate::registry::{CriteriaSite, Language};

/// What is wrong with the criteria of a definition, by the places at which its kind has criteria.
pub(super) fn findings(path: &str, source: &Source, sites: &[CriteriaSite], model: &Model) -> Vec<Finding> {
    problems(source, sites, model).into_iter().map(|problem| problem.in_file(path)).collect()
}

/// What is wrong with the criteria of a definition, before it is said of which file.
pub(crate) fn problems(source: &Source, sites: &[CriteriaSite], model: &Model) -> Vec<Problem> {
    let definition = source.value;
    let has_period = definition.get("period").is_some();
    let measures = measures(definition);
    let subject = source.subject.filter(|subject| model.entity(subject).is_some());
    let everywhere: Vec<String> = sites.iter().flat_map(|site| site.scopes.iter().cloned()).collect();
    let mut problems = Vec::new();
    for site in sites {
        let Some(value) = definition.pointer(&site.pointer) else { continue };
        // A path outside conditions, such as the order of touches, names its row by the path's first name. It may be
        // of any entity whose rows the definition sees anywhere.
        let scopes = match site.language {
            Language::Path => &everywhere,
            _ => &site.scopes,
        };
        let scope = subject.into_iter().chain(scopes.iter().map(String::as_str)).collect();
        let surroundings = Surroundings { model, scope, has_period };
        problems.extend(site_problems(site, value, definition, subject.is_some(), &surroundings, &measures));
    }
    if let Some(subject) = subject {
        let surroundings = Surroundings { model, scope: vec![subject], has_period };
        let events = definition.as_object().into_iter().flatten().filter(|(key, _)| *key != "examples");
        for (key, value) in events {
            event_routes(value, &pointer_push("", key), &surroundings, sites, &mut problems);
        }
    }
    problems
}

/// What is wrong at one site. Without a subject, whose absence others tell, only the grammar is looked at.
fn site_problems(
    site: &CriteriaSite,
    value: &Value,
    definition: &Value,
    has_subject: bool,
    surroundings: &Surroundings,
    measures: &BTreeMap<String, MeasureShape>,
) -> Vec<Problem> {
    let pointer = &site.pointer;
    match site.language {
        Language::Predicate => {
            typed(grammar::predicate(value, pointer), has_subject, |node| surroundings.predicate(node))
        }
        Language::Cases => typed(grammar::cases(value, pointer), has_subject, |node| surroundings.cases(node)),
        Language::Date => typed(grammar::date(value, pointer), has_subject, |node| surroundings.date(node)),
        Language::Window => typed(grammar::window(value, pointer), has_subject, |node| surroundings.window(node)),
        Language::Target => typed(grammar::target(value, pointer), true, |node| surroundings.target(node)),
        Language::Expression => {
            typed(grammar::expression(value, pointer), true, |node| types::expression(node, measures))
        }
        Language::Path => {
            typed(grammar::path(value, pointer), has_subject, |node| match rows_at_the_end(definition, pointer) {
                Some(target) => surroundings.route(target, Some(node), pointer),
                None => surroundings.path(node),
            })
        }
    }
}

fn typed<T>(read: grammar::Read<T>, check: bool, types: impl Fn(&T) -> Vec<Problem>) -> Vec<Problem> {
    match read {
        (Some(node), problems) if check => problems.into_iter().chain(types(&node)).collect(),
        (_, problems) => problems,
    }
}

/// The entity whose rows a `via` must end at: the one that the object around it names.
fn rows_at_the_end<'v>(definition: &'v Value, pointer: &str) -> Option<&'v str> {
    let around = definition.pointer(pointer.strip_suffix("/via")?)?;
    around.get("on").or_else(|| around.get("of"))?.as_str()
}

/// Events, objects that say `on` which entity's rows they are, need one clear way to those rows.
fn event_routes(
    value: &Value,
    pointer: &str,
    surroundings: &Surroundings,
    sites: &[CriteriaSite],
    problems: &mut Vec<Problem>,
) {
    if sites.iter().any(|site| site.pointer == pointer && site.language != Language::Cases) {
        return;
    }
    if let Some(on) = value.get("on").and_then(Value::as_str)
        && value.get("via").is_none()
        && surroundings.model.entity(on).is_some()
    {
        problems.extend(surroundings.route(on, None, &pointer_push(pointer, "on")));
    }
    match value {
        Value::Object(members) => {
            for (key, member) in members.iter().filter(|(_, member)| nests(member)) {
                event_routes(member, &pointer_push(pointer, key), surroundings, sites, problems);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().filter(|(_, item)| nests(item)) {
                let pointer = crate::document::pointer_push_index(pointer, index);
                event_routes(item, &pointer, surroundings, sites, problems);
            }
        }
        _ => {}
    }
}

fn nests(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// The measures of a definition, and what a formula may ask of each.
fn measures(definition: &Value) -> BTreeMap<String, MeasureShape> {
    let measures = definition.get("measures").and_then(Value::as_array).unwrap_or_default();
    let shapes = measures.iter().filter_map(|measure| {
        let counts = measure.get("count").is_some() || measure.get("count_distinct").is_some();
        let shape = match measure.get("take").and_then(Value::as_str) {
            Some("values" | "minutes") => MeasureShape::PerRow,
            _ if counts => MeasureShape::One,
            _ => MeasureShape::Both,
        };
        Some((measure.get("id")?.as_str()?.to_owned(), shape))
    });
    shapes.collect()
}
