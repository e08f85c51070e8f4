//! The starter set, and copies of its definitions that refer to one another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use canonry::git::Repository;
use canonry::registry::layout::definition_path;
use canonry::registry::{Definition, Registry, builtin};

/// Kinds of which a second set would contradict the first: what others stand on, and what is whole in itself.
const ONCE: [&str; 7] = ["calendar", "entity", "list", "motion", "score-model", "segment", "stage"];

/// The largest definition that is copied, in bytes, so that copies have 2 kB on average.
const LARGEST: usize = 4_000;

/// The kind that fills a registry up to its number.
const FILLING: &str = "ai-use";

/// Makes a registry of so many definitions in a folder that is empty or not there.
pub(crate) fn make(count: usize, folder: &Path) {
    Repository::create(folder, "main").expect("a repository");
    for (path, bytes) in files(count) {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, bytes).expect("a file");
    }
}

/// The files of a registry of so many definitions.
fn files(count: usize) -> BTreeMap<String, Vec<u8>> {
    let starter = builtin::schemas().chain(builtin::starter());
    let mut files: BTreeMap<String, Vec<u8>> = starter.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    let (registry, _) = Registry::load(files.clone());
    let copied: Vec<Definition<'_>> = registry.definitions().filter(is_copied).collect();
    let missing = count.saturating_sub(registry.definitions().count());
    let names: BTreeSet<String> = copied.iter().map(Definition::name).collect();
    let rounds = missing / copied.len();
    for round in 1..=rounds {
        files.extend(copied.iter().map(|definition| copy(&registry, definition, round, &names)));
    }
    // What is left is no whole round, so it is of a kind that nothing has to refer to.
    let filling: Vec<&Definition<'_>> = copied.iter().filter(|definition| definition.kind == FILLING).collect();
    for at in 0..missing - rounds * copied.len() {
        let round = rounds + 1 + at / filling.len();
        files.extend([copy(&registry, filling[at % filling.len()], round, &BTreeSet::new())]);
    }
    files
}

fn is_copied(definition: &Definition<'_>) -> bool {
    !ONCE.contains(&definition.kind) && definition.document.source().len() <= LARGEST
}

/// A definition under another id, with its references turned to those that are copied beside it.
fn copy(
    registry: &Registry,
    definition: &Definition<'_>,
    round: usize,
    beside: &BTreeSet<String>,
) -> (String, Vec<u8>) {
    let id = format!("{}-{round}", definition.id);
    let path = definition_path(definition.kind, &id);
    let mut value = serde_json::Value::from(definition.document.value());
    let kind = registry.kinds().get(definition.kind).expect("a kind of the starter set");
    for reference in kind.references(definition.document.value()) {
        let named = reference.names().into_iter().find_map(|name| registry.definition(&name));
        if named.is_some_and(|named| beside.contains(&named.name()))
            && let Some(target) = value.pointer_mut(&reference.pointer)
        {
            *target = serde_json::Value::from(format!("{}-{round}", reference.target));
        }
    }
    value["id"] = serde_json::Value::from(id);
    value["name"] =
        serde_json::Value::from(format!("{} {round}", definition.document.text("name").unwrap_or_default()));
    let bytes = registry.stored_form(&path, &value.into());
    (path, bytes)
}
