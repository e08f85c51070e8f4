//! Keeps schemas small enough to walk: no circles in place, no towers, no more parts than a kind can need.

use std::collections::BTreeSet;

use super::load::Loader;
use super::{InPlace, NodeId, Schemas};
use crate::finding::{Finding, rules};

/// How many references and `allOf`s may follow one another on one value.
const HIGHEST: usize = 32;
/// How many schema objects may apply to one value.
const WIDEST: usize = 4_096;
/// How many schema objects a schema may reach in all.
const LARGEST: usize = 5_000;

/// How far the edges in place of a node lead.
#[derive(Clone, Copy)]
struct Extent {
    height: usize,
    width: usize,
}

/// Cuts and reports what would not end, marks the files that cannot be used, and gives out what is left.
/// `proven` schemas have nothing to cut.
pub(super) fn enforce(mut loader: Loader<'_>, proven: bool) -> (Schemas, Vec<Finding>) {
    if !proven {
        cut_endless(&mut loader);
    }
    let uses = std::mem::take(&mut loader.uses);
    for file in &mut loader.schemas.files {
        let used = uses.get(file.name.as_str()).into_iter().flatten();
        file.uses = used.map(|name| (*name).to_owned()).collect();
    }
    mark_faulty(&mut loader);
    (loader.schemas, loader.findings)
}

fn cut_endless(loader: &mut Loader<'_>) {
    let mut extents: Vec<Option<Extent>> = vec![None; loader.schemas.nodes.len()];
    for start in 0..loader.schemas.nodes.len() {
        measure(loader, NodeId(start as u32), &mut extents);
    }
    for at in 0..loader.schemas.files.len() {
        let (name, root) = (loader.schemas.files[at].name.clone(), loader.schemas.files[at].root);
        let size = reach(&loader.schemas, root);
        if size > LARGEST {
            let message = format!("the schema reaches more than {LARGEST} parts");
            loader.fault(&rules::SCHEMA_ENDLESS, &name, "", message, None);
        }
    }
}

/// Walks the edges in place from a node, deepest first, without recursion.
fn measure(loader: &mut Loader<'_>, start: NodeId, extents: &mut [Option<Extent>]) {
    let mut open: Vec<(NodeId, Vec<NodeId>)> = Vec::new();
    let mut on_path: BTreeSet<NodeId> = BTreeSet::new();
    let mut next = extents[start.0 as usize].is_none().then_some(start);
    loop {
        if let Some(id) = next.take() {
            on_path.insert(id);
            open.push((id, loader.schemas.node(id).in_place.targets().collect()));
        }
        let Some((id, targets)) = open.last_mut() else { return };
        let id = *id;
        match targets.pop() {
            Some(target) if on_path.contains(&target) => {
                targets.clear();
                cut(loader, id, "this part leads back to itself without going a step into the document");
            }
            Some(target) => next = extents[target.0 as usize].is_none().then_some(target),
            None => {
                open.pop();
                on_path.remove(&id);
                let mut extent = extent_of(&loader.schemas, id, extents);
                if extent.height > HIGHEST || extent.width > WIDEST {
                    cut(loader, id, "too many parts apply to one value: references follow one another too far");
                    extent = Extent { height: 1, width: 1 };
                }
                extents[id.0 as usize] = Some(extent);
            }
        }
    }
}

fn extent_of(schemas: &Schemas, id: NodeId, extents: &[Option<Extent>]) -> Extent {
    let mut extent = Extent { height: 0, width: 0 };
    for target in schemas.node(id).in_place.targets() {
        if let Some(below) = extents[target.0 as usize] {
            extent.height = extent.height.max(below.height);
            extent.width = extent.width.saturating_add(below.width);
        }
    }
    Extent { height: extent.height + 1, width: extent.width.saturating_add(1) }
}

fn cut(loader: &mut Loader<'_>, id: NodeId, message: &str) {
    if let Some(node) = loader.schemas.nodes.get_mut(id.0 as usize) {
        node.in_place = InPlace::default();
    }
    if let Some((file, pointer)) = loader.places.get(id.0 as usize).cloned() {
        loader.fault(&rules::SCHEMA_ENDLESS, file, &pointer, message, None);
    }
}

/// How many nodes can be reached, counted no further than needed.
fn reach(schemas: &Schemas, root: NodeId) -> usize {
    let mut seen = BTreeSet::from([root]);
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        open.extend(schemas.node(id).targets().filter(|child| seen.insert(*child)));
        if seen.len() > LARGEST {
            break;
        }
    }
    seen.len()
}

/// A file cannot be used if it, or any file that it leads to, has a fault.
fn mark_faulty(loader: &mut Loader<'_>) {
    let (files, mut faulty) = (&mut loader.schemas.files, loader.faulty.clone());
    loop {
        let known = faulty.len();
        let spoilt = files.iter().filter(|file| !file.uses.is_disjoint(&faulty)).map(|file| file.name.clone());
        let spoilt: Vec<String> = spoilt.collect();
        faulty.extend(spoilt);
        if faulty.len() == known {
            break;
        }
    }
    for file in files {
        file.faulty = faulty.contains(&file.name);
    }
}
