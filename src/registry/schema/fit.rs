//! Which schemas are in force on a value: references followed, branches chosen.
//!
//! A branch is chosen by what can be seen without going into the document: the type, the keys, and the constants one
//! level below. So the choice costs little and is the same for a document with a fault deep inside.

use crate::document::Value;

use super::{Node, NodeId, Schemas};

/// A node in force, and how many steps in place lead to it from where it was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::registry) struct InForce {
    pub(in crate::registry) node: NodeId,
    pub(in crate::registry) distance: u8,
}

/// The nodes in force wherever one node is, whatever the value.
#[derive(Debug)]
pub(in crate::registry) struct Always {
    nodes: Box<[InForce]>,
    /// Whether none of them leads on by the value.
    unconditional: bool,
}

impl Schemas {
    /// Every node in force on any value, given one of them that leads on to none by the value.
    pub(in crate::registry) fn unconditional(&self, start: NodeId) -> Option<&[InForce]> {
        let always = self.always(start);
        always.unconditional.then_some(&always.nodes)
    }

    /// Every node in force wherever one node is, whatever the value.
    pub(in crate::registry) fn everywhere(&self, start: NodeId) -> &[InForce] {
        &self.always(start).nodes
    }

    fn always(&self, start: NodeId) -> &Always {
        self.node(start).always.get_or_init(|| {
            let mut nodes = Vec::new();
            self.expand_always(start, 0, &mut nodes);
            let unconditional = nodes.iter().all(|found| self.node(found.node).in_place.is_unconditional());
            Always { nodes: nodes.into(), unconditional }
        })
    }

    /// Adds every node in force on a value, given one of them: first those that always apply, `$ref` and `allOf` before
    /// the node itself, then those that apply to this value, such as branches.
    pub(in crate::registry) fn expand(&self, start: NodeId, value: &Value, distance: u8, out: &mut Vec<InForce>) {
        let first = out.len();
        self.expand_always(start, distance, out);
        let mut at = first;
        while let Some(InForce { node, distance }) = out.get(at).copied() {
            at += 1;
            self.expand_conditions(node, value, distance.saturating_add(1), out);
        }
    }

    fn expand_always(&self, start: NodeId, distance: u8, out: &mut Vec<InForce>) {
        if out.iter().any(|known| known.node == start) {
            return;
        }
        let in_place = &self.node(start).in_place;
        for target in in_place.reference.iter().chain(&in_place.all_of) {
            self.expand_always(*target, distance.saturating_add(1), out);
        }
        out.push(InForce { node: start, distance });
    }

    fn expand_conditions(&self, id: NodeId, value: &Value, distance: u8, out: &mut Vec<InForce>) {
        let in_place = &self.node(id).in_place;
        if !in_place.one_of.is_empty() {
            self.expand_always(self.best(&in_place.one_of, value), distance, out);
        }
        self.expand_any(&in_place.any_of, value, distance, out);
        if let Some(condition) = in_place.condition {
            let chosen = if self.fits(condition, value) { in_place.then } else { in_place.otherwise };
            chosen.into_iter().for_each(|target| self.expand_always(target, distance, out));
        }
        for (key, target) in &in_place.dependent {
            if value.get(key).is_some() {
                self.expand_always(*target, distance, out);
            }
        }
    }

    /// All branches that fit apply; where one names the very value, only such; where none fits, the best.
    fn expand_any(&self, branches: &[NodeId], value: &Value, distance: u8, out: &mut Vec<InForce>) {
        if branches.is_empty() {
            return;
        }
        let mut fitting: Vec<NodeId> = branches.iter().copied().filter(|branch| self.fits(*branch, value)).collect();
        if fitting.iter().any(|branch| self.node(*branch).names_values()) {
            fitting.retain(|branch| self.node(*branch).names_values());
        }
        if fitting.is_empty() {
            fitting.push(self.best(branches, value));
        }
        fitting.into_iter().for_each(|branch| self.expand_always(branch, distance, out));
    }

    /// The branch that fits best; the first of equals. The list must have one.
    pub(in crate::registry) fn best(&self, branches: &[NodeId], value: &Value) -> NodeId {
        let mut best = (branches[0], i64::MIN);
        for branch in branches {
            let misfit = if self.fits(*branch, value) { 1 } else { -self.misfit(*branch, value) };
            let exact = i64::from(misfit == 1 && self.node(*branch).names_values());
            if misfit + exact > best.1 {
                best = (*branch, misfit + exact);
            }
        }
        best.0
    }

    /// Whether a value fits a schema as far as can be seen one level deep.
    pub(in crate::registry) fn fits(&self, id: NodeId, value: &Value) -> bool {
        self.fits_to(id, value, 1)
    }

    /// As [`Schemas::fits`], so many levels deep.
    pub(in crate::registry) fn fits_to(&self, id: NodeId, value: &Value, levels: u8) -> bool {
        let node = self.node(id);
        if !node.admits_itself(value) {
            return false;
        }
        if let Value::Object(members) = value {
            if !node.required.iter().all(|key| members.contains_key(key)) {
                return false;
            }
            for (key, child) in members {
                match node.property(key) {
                    Some(schema) if levels > 0 && !self.fits_to(schema, child, levels - 1) => return false,
                    None if node.closed && !node.knows(key) => return false,
                    _ => {}
                }
            }
        }
        let fits = |target: &NodeId| self.fits_to(*target, value, levels);
        let in_place = &node.in_place;
        in_place.reference.iter().chain(&in_place.all_of).all(fits)
            && (in_place.any_of.is_empty() || in_place.any_of.iter().any(fits))
            && (in_place.one_of.is_empty() || in_place.one_of.iter().any(fits))
            && in_place.condition.is_none_or(|condition| {
                let chosen = if self.fits_to(condition, value, levels) { in_place.then } else { in_place.otherwise };
                chosen.is_none_or(|target| self.fits_to(target, value, levels))
            })
    }

    /// How badly a value misses a schema; only the order of the numbers means something.
    pub(in crate::registry) fn misfit(&self, id: NodeId, value: &Value) -> i64 {
        let node = self.node(id);
        let mut misfit = if node.types.admits(value) { 0 } else { 1_000 };
        if node.types.admits(value) && !node.admits_itself(value) {
            misfit += 100;
        }
        if let Value::Object(members) = value {
            misfit += 10 * count(node.required.iter().filter(|key| !members.contains_key(key)));
            if node.closed {
                misfit += 5 * count(members.keys().filter(|key| !node.knows(key)));
            }
            let spoken = members.iter().filter_map(|(key, child)| Some((node.property(key)?, child)));
            misfit += spoken.map(|(schema, child)| self.misfit_of_member(schema, child)).sum::<i64>();
        }
        let of = |target: &NodeId| self.misfit(*target, value);
        let in_place = &node.in_place;
        misfit += in_place.reference.iter().chain(&in_place.all_of).map(of).sum::<i64>();
        misfit += in_place.any_of.iter().map(of).min().unwrap_or_default();
        misfit + in_place.one_of.iter().map(of).min().unwrap_or_default()
    }
}

impl Schemas {
    /// A value of another type, or another word, tells branches apart. A fault further inside is to be mended there.
    fn misfit_of_member(&self, schema: NodeId, value: &Value) -> i64 {
        let admitted = || self.everywhere(schema).iter().all(|found| self.node(found.node).admits_itself(value));
        match self.fits_to(schema, value, 0) {
            true => 0,
            false if admitted() => 2,
            false => 20,
        }
    }
}

impl Node {
    fn admits_itself(&self, value: &Value) -> bool {
        !self.never
            && self.types.admits(value)
            && self.constant.as_ref().is_none_or(|constant| constant == value)
            && self.choices.as_ref().is_none_or(|choices| choices.contains(value))
    }

    fn names_values(&self) -> bool {
        self.constant.is_some() || self.choices.is_some()
    }
}

fn count(items: impl Iterator) -> i64 {
    i64::try_from(items.count()).unwrap_or(i64::MAX)
}
