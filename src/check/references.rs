//! References: what a definition names is there, of a kind that may stand there, and can be relied on.

use super::MOST_IN_A_FILE;
use crate::finding::{Finding, Target, nearest, rules};
use crate::registry::{Definition, Reference, Registry, layout};

/// What is wrong with the references of a definition.
pub(super) fn findings(registry: &Registry, definition: &Definition<'_>, references: &[Reference]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for reference in references {
        // To look for near names takes long, and of a file with more findings none of these is shown.
        let hinted = findings.len() < MOST_IN_A_FILE;
        findings.extend(finding(registry, definition, reference, hinted));
    }
    findings
}

fn finding(registry: &Registry, definition: &Definition<'_>, reference: &Reference, hinted: bool) -> Option<Finding> {
    let names = reference.names();
    let Some(target) = names.iter().find_map(|name| registry.definition(name)) else {
        return if is_unread(registry, reference) {
            None
        } else {
            Some(dangling(registry, definition, reference, hinted))
        };
    };
    let bad = |rule, message| Some(Finding::at(rule, definition.path, &reference.pointer, message));
    let name = target.name();
    if !reference.admits(target.kind) {
        let message = format!("`{name}` cannot stand here: {} wanted", wanted(reference));
        return bad(&rules::WRONG_KIND, message);
    }
    if reference.pointer == "/successor" {
        return None;
    }
    let status = |definition: &Definition<'_>| definition.document.text("status").unwrap_or_default().to_owned();
    let successor = target.document.text("successor").map(|name| format!("its successor is `{name}`"));
    let found = match (status(definition).as_str(), status(&target).as_str()) {
        ("active", "draft") => bad(&rules::DRAFT_REFERENCE, format!("`{name}` is still a draft")),
        ("active" | "deprecated", "retired") => bad(&rules::RETIRED_REFERENCE, format!("`{name}` is retired")),
        ("active", "deprecated") => bad(&rules::DEPRECATED_REFERENCE, format!("`{name}` is deprecated")),
        _ => None,
    };
    found.map(|finding| match successor {
        Some(successor) if finding.rule != &rules::DRAFT_REFERENCE => finding.hint(successor),
        _ => finding,
    })
}

/// Whether a finding about criteria says no more than that what stands there cannot be read, which has its own finding.
pub(super) fn is_about_unread(registry: &Registry, references: &[Reference], finding: &Finding) -> bool {
    let unknown = [&rules::MEETS_UNKNOWN, &rules::UNKNOWN_ENTITY, &rules::UNKNOWN_LIST, &rules::UNKNOWN_SCORE];
    let Target::Value(pointer) = &finding.target else { return false };
    unknown.contains(&finding.rule)
        && references.iter().any(|reference| reference.pointer == *pointer && is_unread(registry, reference))
}

/// Whether a file that is named is there and does not parse, or the schema of its kind does not.
fn is_unread(registry: &Registry, reference: &Reference) -> bool {
    reference.names().iter().filter_map(|name| name.split_once('/')).any(|(kind, id)| {
        registry.is_unreadable(&layout::definition_path(kind, id)) || registry.is_unreadable(&layout::schema_path(kind))
    })
}

fn dangling(registry: &Registry, definition: &Definition<'_>, reference: &Reference, hinted: bool) -> Finding {
    let target = &reference.target;
    let bad = |rule, message: String| Finding::at(rule, definition.path, &reference.pointer, message);
    if reference.qualified && !target.contains('/') {
        let message = format!("\"{target}\" does not say its kind");
        let whole = registry.definitions().filter(|other| other.id == target && reference.admits(other.kind));
        let names: Vec<String> = whole.map(|other| format!("\"{}\"", other.name())).collect();
        let hint = if names.is_empty() { "write kind/id".to_owned() } else { format!("write {}", names.join(" or ")) };
        return bad(&rules::DANGLING_REFERENCE, message).hint(hint);
    }
    let elsewhere = registry.definitions().find(|other| other.id == target && !reference.qualified);
    if let Some(other) = elsewhere {
        let message = format!("`{}` cannot stand here: {} wanted", other.name(), wanted(reference));
        return bad(&rules::WRONG_KIND, message);
    }
    let near = match reference.qualified {
        _ if !hinted => None,
        true => {
            let names: Vec<String> = admitted(registry, reference).map(|other| other.name()).collect();
            nearest(target, names.iter().map(String::as_str)).map(str::to_owned)
        }
        false => nearest(target, admitted(registry, reference).map(|other| other.id)).map(str::to_owned),
    };
    let message = match reference.qualified {
        true => format!("there is no definition `{target}`"),
        false => format!("there is no {} `{target}`", reference.kinds.join(" or ")),
    };
    let finding = bad(&rules::DANGLING_REFERENCE, message);
    match near {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding,
    }
}

fn admitted<'r>(registry: &'r Registry, reference: &Reference) -> impl Iterator<Item = Definition<'r>> {
    registry.definitions().filter(|other| reference.admits(other.kind))
}

fn wanted(reference: &Reference) -> String {
    let verb = if reference.kinds.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", reference.kinds.join(" or "))
}
