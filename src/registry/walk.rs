//! Walks a document together with the schemas in force on each of its values.

use serde_json::Value;

use super::schema::{Change, InForce, Node, NodeId, Refers, Schemas};
use super::sites::Language;

/// The schemas in force on one value.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'s> {
    schemas: &'s Schemas,
    in_force: Vec<InForce>,
}

impl<'s> Cursor<'s> {
    /// The schemas in force on a whole document.
    pub(in crate::registry) fn root(schemas: &'s Schemas, root: NodeId, value: &Value) -> Cursor<'s> {
        Cursor::start(schemas, std::iter::once(root), value)
    }

    /// No schema at all: what stands outside every schema.
    pub(in crate::registry) fn start(
        schemas: &'s Schemas,
        starts: impl Iterator<Item = NodeId>,
        value: &Value,
    ) -> Cursor<'s> {
        let mut in_force = Vec::new();
        starts.for_each(|start| schemas.expand(start, value, 0, &mut in_force));
        Cursor { schemas, in_force }
    }

    /// The schemas in force on the member of an object.
    pub(crate) fn member(&self, key: &str, value: &Value) -> Cursor<'s> {
        Cursor::start(self.schemas, self.member_nodes(key).into_iter(), value)
    }

    /// The schemas in force on the item of an array.
    pub(crate) fn item(&self, index: usize, value: &Value) -> Cursor<'s> {
        let item = |node: &'s Node| node.prefix_items.get(index).copied().or(node.items);
        Cursor::start(self.schemas, self.nodes().filter_map(item), value)
    }

    fn member_nodes(&self, key: &str) -> Vec<NodeId> {
        let mut found = Vec::new();
        for node in self.nodes() {
            let before = found.len();
            found.extend(node.property(key));
            found.extend(node.patterns.iter().filter(|(pattern, _)| pattern.matches(key)).map(|(_, child)| *child));
            if found.len() == before {
                found.extend(node.additional);
            }
        }
        if found.is_empty() {
            found.extend(self.nodes().filter_map(|node| node.unevaluated));
        }
        found
    }

    /// The nodes in force, in the order that keys are stored in.
    pub(in crate::registry) fn nodes(&self) -> impl Iterator<Item = &'s Node> + '_ {
        self.in_force.iter().map(|found| self.schemas.node(found.node))
    }

    /// Whether no schema speaks of this value.
    pub(in crate::registry) fn is_empty(&self) -> bool {
        self.in_force.is_empty()
    }

    /// What `x-change` says here: the note nearest to the use, and of equally near ones the gravest.
    pub(crate) fn change(&self) -> Option<&'s Change> {
        let notes = self.in_force.iter().filter_map(|found| {
            let change = self.schemas.node(found.node).notes.change.as_ref()?;
            Some((std::cmp::Reverse(found.distance), change.impact, change))
        });
        notes.max_by_key(|(nearness, impact, _)| (*nearness, *impact)).map(|(_, _, change)| change)
    }

    /// The property that identifies the items of this array.
    pub(crate) fn key(&self) -> Option<&'s str> {
        self.nodes().find_map(|node| node.notes.key.as_deref())
    }

    /// Whether the order of this array means nothing.
    pub(crate) fn is_set(&self) -> bool {
        self.nodes().any(|node| node.notes.order_ignored)
    }

    /// The unit of this number.
    pub(crate) fn unit(&self) -> Option<&'s str> {
        self.nodes().find_map(|node| node.notes.unit.as_deref())
    }

    /// The part of the language of criteria that this value is written in.
    pub(in crate::registry) fn language(&self) -> Option<Language> {
        self.nodes().find_map(|node| node.notes.criteria)
    }

    /// The properties of this object that name entities in scope inside it.
    pub(in crate::registry) fn scope(&self) -> impl Iterator<Item = &'s String> + '_ {
        self.nodes().flat_map(|node| &node.notes.scope)
    }

    /// Whether the schemas speak of this key, other than to refuse it.
    pub(in crate::registry) fn knows(&self, key: &str) -> bool {
        self.member_nodes(key).into_iter().any(|child| !self.schemas.node(child).never)
    }

    /// The keys that the schemas name here.
    pub(in crate::registry) fn names(&self) -> impl Iterator<Item = &'s str> + '_ {
        self.nodes().flat_map(|node| &node.properties).map(|(name, _)| name.as_str())
    }

    /// What the schema farthest from the use says of this value: its form, where the nearer ones say its meaning.
    pub(in crate::registry) fn form(&self) -> Option<&'s str> {
        let described = |found: &InForce| {
            let description = self.schemas.node(found.node).description.as_deref()?;
            Some((found.distance, description))
        };
        self.in_force.iter().filter_map(described).max_by_key(|(distance, _)| *distance).map(|(_, text)| text)
    }

    /// What this string may refer to.
    pub(in crate::registry) fn refers(&self) -> impl Iterator<Item = &'s Refers> + '_ {
        self.nodes().filter_map(|node| node.notes.refers.as_ref())
    }
}
