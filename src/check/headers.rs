//! Headers: what every document says of itself agrees with its path, the policy and the calendar.

use std::collections::BTreeSet;

use crate::criteria::Moment;
use crate::document::Document;
use crate::finding::{Finding, did_you_mean, rules};
use crate::registry::layout::{DocumentRole, POLICY_JSON, document_role, version_pointer};
use crate::registry::{Definition, Registry, Survey};

/// The roles of the policy; none if there is no policy that can be read.
pub(super) fn roles(registry: &Registry) -> Option<BTreeSet<&str>> {
    let roles = registry.document(POLICY_JSON)?.value().get("roles")?.as_array()?;
    Some(roles.iter().filter_map(|role| role.get("id")?.as_str()).collect())
}

/// What is wrong with the header of a definition, beside [`of_document`].
pub(super) fn findings(registry: &Registry, definition: &Definition<'_>) -> Vec<Finding> {
    successor(registry, definition).into_iter().collect()
}

/// What is wrong with what a governed document says of its kind, id, version and schema, with the roles that it names
/// and with its dates.
pub(super) fn of_document(
    registry: &Registry,
    roles: &Option<BTreeSet<&str>>,
    path: &str,
    survey: &Survey,
) -> Vec<Finding> {
    let (Some(document), Some(role)) = (registry.document(path), document_role(path)) else { return Vec::new() };
    let mut findings = of_path(path, document, role);
    let text = |pointer: &str| document.value().pointer(pointer)?.as_str();
    if let Some(roles) = roles {
        let named = survey.roles.iter().filter_map(|pointer| Some((pointer, text(pointer)?)));
        findings.extend(named.filter_map(|(pointer, role)| unknown_role(path, roles, pointer, role)));
    }
    findings.extend(survey.dates.iter().filter_map(|(pointer, other)| {
        let other = other.as_deref().and_then(text);
        wrong_date(path, pointer, text(pointer)?, other)
    }));
    findings
}

fn of_path(path: &str, document: &Document, role: DocumentRole) -> Vec<Finding> {
    let (kind, id, schema) = match role {
        DocumentRole::Registry => ("registry", None, "../schemas/"),
        DocumentRole::Waivers => ("waivers", None, "../schemas/"),
        DocumentRole::Policy => ("policy", None, "../../schemas/"),
        DocumentRole::Person(id) => ("person", Some(id), "../../../schemas/"),
        DocumentRole::Definition { kind, id } => (kind, Some(id), "../../../schemas/"),
        DocumentRole::Schema(_) => return Vec::new(),
    };
    let schema = format!("{schema}{kind}.schema.json");
    let expected = [("kind", Some(kind)), ("id", id), ("$schema", Some(schema.as_str()))];
    let misplaced = expected.into_iter().filter_map(|(key, expected)| misplaced(path, document, key, expected?));
    misplaced.chain(version(path, document)).collect()
}

fn misplaced(path: &str, document: &Document, key: &str, expected: &str) -> Option<Finding> {
    // A key that is missing, or no string, is told by the schema.
    let found = document.text(key)?;
    (found != expected).then(|| {
        let message = format!("`{key}` says \"{found}\", but by its path it is \"{expected}\"");
        let hint = match key {
            "$schema" => format!("write \"{expected}\""),
            _ => format!("write \"{expected}\", or move the file"),
        };
        Finding::at(&rules::MISPLACED, path, &format!("/{key}"), message).hint(hint)
    })
}

fn version(path: &str, document: &Document) -> Option<Finding> {
    let pointer = version_pointer(path);
    let text = document.value().pointer(pointer)?.as_str()?;
    let version = semver::Version::parse(text).ok();
    let plain = version.is_some_and(|version| version.pre.is_empty() && version.build.is_empty());
    (!plain).then(|| {
        let message = format!("\"{text}\" is not a version of three numbers");
        Finding::at(&rules::BAD_VERSION, path, pointer, message).hint("write it as in \"1.0.0\"")
    })
}

fn unknown_role(path: &str, roles: &BTreeSet<&str>, pointer: &str, role: &str) -> Option<Finding> {
    if roles.contains(role) {
        return None;
    }
    let hint = did_you_mean(role, roles.iter().copied())
        .unwrap_or_else(|| format!("the roles are {}", roles.iter().copied().collect::<Vec<_>>().join(", ")));
    let message = format!("the policy has no role `{role}`");
    Some(Finding::at(&rules::UNKNOWN_ROLE, path, pointer, message).hint(hint))
}

/// What is wrong with a day or an instant, and the day that it may not come before.
fn wrong_date(path: &str, pointer: &str, text: &str, other: Option<&str>) -> Option<Finding> {
    let wrong = |message: String| Finding::at(&rules::BAD_DATE, path, pointer, message);
    let Some(moment) = Moment::parse(text) else {
        let message = format!("\"{text}\" is no day of the calendar");
        return Some(wrong(message).hint("write YYYY-MM-DD"));
    };
    match (moment, other.and_then(Moment::parse)) {
        (Moment::Day(day), Some(Moment::Day(first))) if day < first => {
            Some(wrong(format!("{day} comes before {first}, on which it begins")))
        }
        _ => None,
    }
}

/// The successor is another definition of the same kind that can be used. That it is there is told by its reference.
fn successor(registry: &Registry, definition: &Definition<'_>) -> Option<Finding> {
    let name = definition.document.text("successor")?;
    let bad = |message: String| Some(Finding::at(&rules::SUCCESSOR, definition.path, "/successor", message));
    if name == definition.name() {
        return bad("a definition cannot succeed itself".to_owned());
    }
    let successor = registry.definition(name)?;
    let status = successor.document.text("status").unwrap_or_default();
    if successor.kind != definition.kind {
        return bad(format!("`{name}` is of another kind than `{}`", definition.name()));
    }
    if status == "retired" {
        let next = successor.document.text("successor");
        let finding = bad(format!("the successor `{name}` is retired itself"));
        return match next {
            Some(next) => finding.map(|finding| finding.hint(format!("its own successor is `{next}`"))),
            None => finding,
        };
    }
    None
}
