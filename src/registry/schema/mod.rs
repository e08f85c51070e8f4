//! Schemas as a graph of nodes: references resolved, annotations read, faults reported.
//!
//! A node is one schema object. What applies to the same value as a node (`$ref`, `allOf`, a branch of `oneOf`) are its
//! edges in place; they never form a circle and are few, so every walk over (schema, value) ends with the value.

mod annotations;
mod bounds;
mod fit;
mod load;
mod marks;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::document::Value;

use super::pattern;

pub use annotations::{Change, Extreme};
pub(in crate::registry) use annotations::{Notes, Refers, RootNotes};
pub(in crate::registry) use fit::{Always, InForce};
pub(in crate::registry) use load::{LIST, NAMED, ONE, load};

/// Names a node of [`Schemas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::registry) struct NodeId(u32);

/// All schemas of one revision.
#[derive(Debug, Default)]
pub(in crate::registry) struct Schemas {
    nodes: Vec<Node>,
    /// The files, in order of path.
    pub(in crate::registry) files: Vec<File>,
}

/// One schema file.
#[derive(Debug)]
pub(in crate::registry) struct File {
    pub(in crate::registry) name: String,
    pub(in crate::registry) path: String,
    pub(in crate::registry) value: Value,
    pub(in crate::registry) root: NodeId,
    pub(in crate::registry) notes: RootNotes,
    /// The files that it refers to.
    pub(in crate::registry) uses: BTreeSet<String>,
    /// Whether this file, or one that it refers to, has a fault.
    pub(in crate::registry) faulty: bool,
}

/// One schema object.
#[derive(Debug, Default)]
pub(in crate::registry) struct Node {
    pub(in crate::registry) notes: Notes,
    pub(in crate::registry) description: Option<String>,
    /// The schema `false`.
    pub(in crate::registry) never: bool,
    pub(in crate::registry) types: Types,
    pub(in crate::registry) constant: Option<Value>,
    pub(in crate::registry) choices: Option<Vec<Value>>,
    /// Whether the string is a day, or an instant.
    pub(in crate::registry) is_date: bool,
    pub(in crate::registry) required: Vec<String>,
    /// In the schema's order.
    pub(in crate::registry) properties: Vec<(String, NodeId)>,
    pub(in crate::registry) patterns: Vec<(Pattern, NodeId)>,
    pub(in crate::registry) additional: Option<NodeId>,
    pub(in crate::registry) unevaluated: Option<NodeId>,
    /// Whether keys other than its own properties are refused.
    pub(in crate::registry) closed: bool,
    pub(in crate::registry) prefix_items: Vec<NodeId>,
    pub(in crate::registry) items: Option<NodeId>,
    /// The least number of items.
    pub(in crate::registry) least_items: usize,
    /// Schemas of names and of some item: they annotate nothing.
    others: Vec<NodeId>,
    /// Whether this node, or any that it leads to, marks criteria, references or keys.
    pub(in crate::registry) leads_to_marks: bool,
    pub(in crate::registry) in_place: InPlace,
    /// The nodes in force wherever this one is, made when they are first asked for.
    pub(in crate::registry) always: OnceLock<Always>,
}

/// What applies to the same value as the node itself.
#[derive(Clone, Debug, Default)]
pub(in crate::registry) struct InPlace {
    pub(in crate::registry) reference: Option<NodeId>,
    pub(in crate::registry) all_of: Vec<NodeId>,
    pub(in crate::registry) any_of: Vec<NodeId>,
    pub(in crate::registry) one_of: Vec<NodeId>,
    pub(in crate::registry) not: Option<NodeId>,
    pub(in crate::registry) condition: Option<NodeId>,
    pub(in crate::registry) then: Option<NodeId>,
    pub(in crate::registry) otherwise: Option<NodeId>,
    pub(in crate::registry) dependent: BTreeMap<String, NodeId>,
}

impl Schemas {
    pub(in crate::registry) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Everything that `x-change` says anywhere.
    pub(in crate::registry) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.nodes.iter().filter_map(|node| node.notes.change.as_ref())
    }
}

impl Node {
    pub(in crate::registry) fn property(&self, key: &str) -> Option<NodeId> {
        self.properties.iter().find(|(name, _)| name == key).map(|(_, node)| *node)
    }

    /// Every node that this one leads to in one step, in place or into the document.
    fn targets(&self) -> impl Iterator<Item = NodeId> + '_ {
        let own = [self.additional, self.unevaluated, self.items].into_iter().flatten();
        let named = self.properties.iter().map(|(_, child)| *child);
        let patterns = self.patterns.iter().map(|(_, child)| *child);
        let listed = self.prefix_items.iter().chain(&self.others).copied();
        own.chain(named).chain(patterns).chain(listed).chain(self.in_place.targets())
    }

    /// Whether `properties` or `patternProperties` speak of this key.
    pub(in crate::registry) fn knows(&self, key: &str) -> bool {
        self.property(key).is_some() || self.patterns.iter().any(|(pattern, _)| pattern.matches(key))
    }
}

impl InPlace {
    /// Whether what applies does not depend on the value.
    fn is_unconditional(&self) -> bool {
        self.any_of.is_empty() && self.one_of.is_empty() && self.condition.is_none() && self.dependent.is_empty()
    }

    fn targets(&self) -> impl Iterator<Item = NodeId> + '_ {
        let single = [self.reference, self.not, self.condition, self.then, self.otherwise];
        let lists = [&self.all_of, &self.any_of, &self.one_of];
        let dependent = self.dependent.values().copied();
        single.into_iter().flatten().chain(lists.into_iter().flatten().copied()).chain(dependent)
    }
}

/// The types that a node admits, as bits; none is any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::registry) struct Types(u8);

impl Types {
    const WORDS: [&'static str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

    /// Adds the type that a word names; a word that names none is left to the meta-schema.
    fn add(&mut self, word: &str) {
        if let Some(bit) = Types::WORDS.iter().position(|name| *name == word) {
            self.0 |= 1 << bit;
        }
    }

    pub(in crate::registry) fn admits(self, value: &Value) -> bool {
        let bits = match value {
            Value::Null => 0b1,
            Value::Bool(_) => 0b10,
            Value::Number(number) if number.is_f64() => 0b1000,
            Value::Number(_) => 0b1100,
            Value::String(_) => 0b1_0000,
            Value::Array(_) => 0b10_0000,
            Value::Object(_) => 0b100_0000,
        };
        self.0 == 0 || self.0 & bits != 0
    }
}

/// A pattern of `patternProperties`, compiled when first needed.
pub(in crate::registry) struct Pattern {
    source: String,
    compiled: OnceLock<Option<pattern::Pattern>>,
}

impl Pattern {
    fn new(source: &str) -> Pattern {
        Pattern { source: source.to_owned(), compiled: OnceLock::new() }
    }

    /// Whether a key matches. A pattern that cannot be compiled matches nothing; the meta-schema reports it.
    pub(in crate::registry) fn matches(&self, key: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| pattern::Pattern::of(&self.source).ok());
        compiled.as_ref().is_some_and(|pattern| pattern.matches(key))
    }
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.source)
    }
}
