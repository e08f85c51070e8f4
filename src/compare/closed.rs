//! Two sides with all that some documents on them refer to.

use std::collections::BTreeSet;

use crate::check::reach::named;
use crate::registry::Registry;
use crate::registry::layout::{REGISTRY_JSON, definition_path};

/// These files on both sides, the settings of the registry, and all that the definitions among them name, near and far.
/// `load` reads files of both sides.
///
/// # Errors
/// What `load` fails with.
pub fn closed<E>(
    paths: &BTreeSet<String>,
    load: impl Fn(&BTreeSet<String>) -> Result<(Registry, Registry), E>,
) -> Result<(Registry, Registry), E> {
    let mut all: BTreeSet<String> = paths.iter().cloned().chain([REGISTRY_JSON.to_owned()]).collect();
    let (mut before, mut after) = (Registry::default(), Registry::default());
    let mut fresh = all.clone();
    while !fresh.is_empty() {
        let loaded = load(&fresh)?;
        let names = [&loaded.0, &loaded.1].into_iter().flat_map(named).flat_map(|(_, names)| names);
        let named = names.filter_map(|name| name.split_once('/').map(|(kind, id)| definition_path(kind, id)));
        fresh = named.filter(|path| !all.contains(path)).collect();
        all.extend(fresh.iter().cloned());
        (before, after) = (before.with(loaded.0), after.with(loaded.1));
    }
    Ok((before, after))
}
