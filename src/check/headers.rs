//! Headers: what every document says of itself agrees with its path, the policy and the calendar.

use std::collections::BTreeSet;

use crate::document::Value;
use jiff::civil::Date;

use crate::criteria::Moment;
use crate::document::{Document, pointer_push_index};
use crate::finding::{Finding, did_you_mean, rules};
use crate::registry::layout::{DocumentRole, POLICY_JSON, document_role, version_pointer};
use crate::registry::{Definition, Registry};

/// The roles of the policy; none if there is no policy that can be read.
pub(super) fn roles(registry: &Registry) -> Option<BTreeSet<&str>> {
    let roles = registry.document(POLICY_JSON)?.value().get("roles")?.as_array()?;
    Some(roles.iter().filter_map(|role| role.get("id")?.as_str()).collect())
}

/// What is wrong with the header of a definition, beside [`of_document`].
pub(super) fn findings(
    registry: &Registry,
    roles: &Option<BTreeSet<&str>>,
    definition: &Definition<'_>,
) -> Vec<Finding> {
    let value = definition.document.value();
    let mut findings = Vec::new();
    if let Some(roles) = roles {
        findings.extend(owners(value).filter_map(|(pointer, role)| unknown_role(definition, roles, &pointer, role)));
    }
    findings.extend(dates(definition.path, value));
    findings.extend(successor(registry, definition));
    findings
}

/// What is wrong with what a governed document says of its kind, id, version and schema.
pub(super) fn of_document(registry: &Registry, path: &str) -> Vec<Finding> {
    let (Some(document), Some(role)) = (registry.document(path), document_role(path)) else { return Vec::new() };
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

/// The owner and the co-owners, where they are strings.
fn owners(value: &Value) -> impl Iterator<Item = (String, &str)> {
    let owner = value.get("owner").and_then(Value::as_str).map(|role| ("/owner".to_owned(), role));
    let others = value.get("co_owners").and_then(Value::as_array).into_iter().flatten().enumerate();
    let others = others.filter_map(|(at, role)| Some((pointer_push_index("/co_owners", at), role.as_str()?)));
    owner.into_iter().chain(others)
}

fn unknown_role(definition: &Definition<'_>, roles: &BTreeSet<&str>, pointer: &str, role: &str) -> Option<Finding> {
    if roles.contains(role) {
        return None;
    }
    let hint = did_you_mean(role, roles.iter().copied())
        .unwrap_or_else(|| format!("the roles are {}", roles.iter().copied().collect::<Vec<_>>().join(", ")));
    let message = format!("the policy has no role `{role}`");
    Some(Finding::at(&rules::UNKNOWN_ROLE, definition.path, pointer, message).hint(hint))
}

fn dates(path: &str, value: &Value) -> Vec<Finding> {
    let bad = |pointer: &str, message: String| Finding::at(&rules::BAD_DATE, path, pointer, message);
    let mut findings = Vec::new();
    let mut days: Vec<Date> = Vec::new();
    for pointer in ["/effective/from", "/effective/until"] {
        let Some(text) = value.pointer(pointer).and_then(Value::as_str) else { continue };
        match Moment::parse(text) {
            Some(Moment::Day(day)) => days.push(day),
            _ => findings.push(bad(pointer, format!("\"{text}\" is no day of the calendar")).hint("write YYYY-MM-DD")),
        }
    }
    if let [from, until] = days.as_slice()
        && from > until
    {
        findings.push(bad("/effective/until", format!("it ends on {until}, before it begins on {from}")));
    }
    findings
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
