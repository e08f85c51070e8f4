//! Files as such: those that nobody knows, those that must be there, kinds without a schema.

use std::collections::BTreeMap;

use crate::finding::{Finding, did_you_mean, nearest, rules};
use crate::registry::layout::{self, POLICY_JSON, REGISTRY_JSON, Role};
use crate::registry::{Definition, NOT_DEFINITIONS, Registry};

/// What is wrong with the set of files.
pub(super) fn findings(registry: &Registry) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(registry.unknown().map(|path| unknown_file(registry, path)));
    for path in [REGISTRY_JSON, POLICY_JSON] {
        if registry.source(path).is_none() {
            findings.push(Finding::on_file(&rules::MISSING_DOCUMENT, path, format!("{path} is missing")));
        }
    }
    findings.extend(unknown_kinds(registry));
    findings
}

fn unknown_file(registry: &Registry, path: &str) -> Finding {
    let finding = |message: String| Finding::on_file(&rules::UNKNOWN_FILE, path, message);
    let lower = path.to_ascii_lowercase();
    if lower != path && matches!(layout::role(&lower), Role::Document(_)) {
        let taken = registry.source(&lower).is_some();
        let message = "names of files here are lower case".to_owned();
        return finding(message).hint(match taken {
            true => format!("{lower} is there already; this file would be the same id"),
            false => format!("rename it to {lower}"),
        });
    }
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["registry", "definitions", kind, id] if id.ends_with(".json") => {
            let message = format!("`{kind}/{}` cannot be the name of a definition", id.trim_end_matches(".json"));
            finding(message).hint("names are lower-case letters, digits and hyphens, a letter first")
        }
        ["registry", folder, ..] => {
            let folders = ["definitions", "governance", "changes", "releases"];
            let finding = finding(format!("nothing of the registry is called `{}`", parts[1..].join("/")));
            match nearest(folder, folders) {
                Some(near) if near != *folder => finding.hint(format!("did you mean registry/{near}/?")),
                _ => finding.hint("definitions stand in registry/definitions/<kind>/<id>.json; move other files out"),
            }
        }
        _ => finding("this is no schema".to_owned()).hint("schemas are called schemas/<kind>.schema.json"),
    }
}

/// One finding for every folder of definitions whose kind has no schema.
fn unknown_kinds(registry: &Registry) -> Vec<Finding> {
    let mut folders: BTreeMap<&str, Vec<Definition<'_>>> = BTreeMap::new();
    for definition in registry.definitions() {
        folders.entry(definition.kind).or_default().push(definition);
    }
    // A schema that is there and cannot be read has its own finding.
    folders.retain(|kind, _| registry.kinds().get(kind).is_none());
    let reserved = |kind: &str| NOT_DEFINITIONS.contains(&kind);
    folders.retain(|kind, _| reserved(kind) || registry.source(&layout::schema_path(kind)).is_none());
    let finding = |(kind, definitions): (&str, Vec<Definition<'_>>)| {
        let path = definitions.first()?.path;
        let count = match definitions.len() {
            1 => "this definition is".to_owned(),
            count => format!("{count} definitions are"),
        };
        let message = if reserved(kind) {
            format!("`{kind}` is no kind of definition, but {count} in its folder")
        } else {
            format!("there is no kind `{kind}`, but {count} of it")
        };
        let hint = did_you_mean(kind, registry.kinds().names());
        let hint = hint.unwrap_or_else(|| format!("a kind is a schema: {} is not there", layout::schema_path(kind)));
        Some(Finding::on_file(&rules::UNKNOWN_KIND, path, message).hint(hint))
    };
    folders.into_iter().filter_map(finding).collect()
}
