//! Reading definitions: one by name, one as it was accepted, and its references.

use std::collections::BTreeSet;

use super::Failure;
use super::log::accepted_path;
use super::workspace::Workspace;
use crate::criteria::references::{EntityReference, entities};
use crate::document::Document;
use crate::finding::{Finding, nearest};
use crate::registry::layout::definition_path;
use crate::registry::{Definition, Edge, Graph, Kinds, Registry, builtin};

/// The registry of a revision, or of the work tree, and what loading it found.
///
/// # Errors
/// A revision names nothing, or files cannot be read.
pub fn registry(workspace: &Workspace, revision: Option<&str>) -> Result<(Registry, Vec<Finding>), Failure> {
    match revision {
        Some(revision) => workspace.registry_at(workspace.repository.resolve(revision)?),
        None => workspace.work_tree_registry(),
    }
}

/// The kinds of the registry; the built-in ones where there is none to be read.
#[must_use]
pub fn kinds(workspace: Option<&Workspace>) -> Kinds {
    let own = workspace.and_then(|workspace| registry(workspace, None).ok());
    own.map_or_else(|| builtin::kinds().clone(), |(registry, _)| registry.kinds().clone())
}

/// The definition of this name.
///
/// # Errors
/// There is none; a near name is suggested.
pub fn definition<'a>(registry: &'a Registry, name: &str) -> Result<Definition<'a>, Failure> {
    if let Some(definition) = registry.definition(name) {
        return Ok(definition);
    }
    if let Some((kind, id)) = name.split_once('/')
        && registry.is_unreadable(&definition_path(kind, id))
    {
        return Err(Failure::refused(format!("the file of `{name}` cannot be read"), "Type `canon check` to see why."));
    }
    let names: Vec<String> = registry.definitions().map(|definition| definition.name()).collect();
    let hint = match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => "Type `canon list` to see the definitions; a name is kind/id.".to_owned(),
    };
    Err(Failure::refused(format!("no definition is named `{name}`"), hint))
}

/// A definition as it was accepted at a version.
///
/// # Errors
/// It was never accepted at that version.
pub fn accepted_version(workspace: &Workspace, name: &str, version: &str) -> Result<Document, Failure> {
    let replay = workspace.replay_main()?;
    let path = accepted_path(&replay.ledger, name)?;
    let steps = replay.ledger.accepted.get(&path).map(Vec::as_slice).unwrap_or_default();
    let said = |step: &crate::governance::ledger::Step| step.version.as_ref().map(ToString::to_string);
    let Some(step) = steps.iter().find(|step| said(step).as_deref() == Some(version)) else {
        let known: Vec<String> = steps.iter().filter_map(said).collect();
        return Err(Failure::refused(
            format!("`{name}` was never accepted at version `{version}`"),
            format!("Its accepted versions are {}.", known.join(", ")),
        ));
    };
    let bytes = workspace.repository.blob(step.blob)?;
    Document::parse(&bytes).map_err(|error| Failure::refused(format!("{path}: {error}"), "Type `git fsck`."))
}

/// What refers to what: as the schemas say it, and as criteria name entities.
pub(super) fn graph(registry: &Registry) -> Graph {
    let edges = registry.definitions().flat_map(|definition| {
        let value = definition.document.value();
        let sites = registry.kind_of(definition.path).map(|kind| kind.sites(value)).unwrap_or_default();
        let edge = |reference: EntityReference| {
            let to = format!("entity/{}", reference.entity);
            registry.definition(&to).map(|_| Edge { from: definition.name(), to, pointer: reference.pointer })
        };
        entities(value, &sites).into_iter().filter_map(edge).collect::<Vec<_>>()
    });
    registry.references().with(edges)
}

/// These definitions and all that they refer to, near and far, by name.
#[must_use]
pub fn closed_over(registry: &Registry, names: &[&str]) -> BTreeSet<String> {
    let graph = graph(registry);
    let mut open: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut closed = BTreeSet::new();
    while let Some(name) = open.pop() {
        open.extend(graph.references_of(&name).map(|edge| edge.to.clone()));
        closed.insert(name.clone());
        open.retain(|name| !closed.contains(name));
    }
    closed
}

/// What a definition refers to: names and places, in order.
#[must_use]
pub fn references(registry: &Registry, name: &str) -> Vec<(String, String)> {
    graph(registry).references_of(name).map(|edge| (edge.to.clone(), edge.pointer.clone())).collect()
}

/// What refers to a definition: names and places, in order.
#[must_use]
pub fn dependents(registry: &Registry, name: &str) -> Vec<(String, String)> {
    graph(registry).referrers_of(name).map(|edge| (edge.from.clone(), edge.pointer.clone())).collect()
}
