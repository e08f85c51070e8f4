//! Walks a document together with the schemas in force on each of its values.

use crate::document::Value;

use std::borrow::Cow;

use super::schema::{Change, InForce, Node, NodeId, Refers, Schemas};
use super::sites::Language;

/// The schemas in force on one value.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'s> {
    schemas: &'s Schemas,
    in_force: Cow<'s, [InForce]>,
}

impl<'s> Cursor<'s> {
    /// The schemas in force on a whole document.
    pub(in crate::registry) fn root(schemas: &'s Schemas, root: NodeId, value: &Value) -> Cursor<'s> {
        Cursor::start(schemas, std::iter::once(root), value)
    }

    /// The schemas in force on a value that these nodes speak of; none at all if there are no nodes.
    pub(in crate::registry) fn start(
        schemas: &'s Schemas,
        starts: impl Iterator<Item = NodeId>,
        value: &Value,
    ) -> Cursor<'s> {
        let mut gathering = Gathering::new(schemas, value);
        starts.for_each(|start| gathering.add(start));
        gathering.cursor()
    }

    /// The schemas in force on the member of an object.
    pub(crate) fn member(&self, key: &str, value: &Value) -> Cursor<'s> {
        let mut gathering = Gathering::new(self.schemas, value);
        self.each_of_member(key, |start| gathering.add(start));
        gathering.cursor()
    }

    /// The schemas in force on the item of an array.
    pub(crate) fn item(&self, index: usize, value: &Value) -> Cursor<'s> {
        let item = |node: &'s Node| node.prefix_items.get(index).copied().or(node.items);
        Cursor::start(self.schemas, self.nodes().filter_map(item), value)
    }

    /// Every schema that speaks of a member, before references are followed.
    fn each_of_member(&self, key: &str, mut found: impl FnMut(NodeId)) {
        let mut spoken = false;
        for node in self.nodes() {
            let mut by_name = false;
            let patterns = node.patterns.iter().filter(|(pattern, _)| pattern.matches(key)).map(|(_, child)| *child);
            for child in node.property(key).into_iter().chain(patterns) {
                by_name = true;
                found(child);
            }
            let other = node.additional.filter(|_| !by_name);
            other.into_iter().for_each(&mut found);
            spoken |= by_name || other.is_some();
        }
        if !spoken {
            self.nodes().filter_map(|node| node.unevaluated).for_each(found);
        }
    }

    /// The nodes in force, in the order that keys are stored in.
    pub(in crate::registry) fn nodes(&self) -> impl Iterator<Item = &'s Node> + '_ {
        self.in_force.iter().map(|found| self.schemas.node(found.node))
    }

    /// Whether anything that a survey looks for may stand at this value or in it.
    pub(in crate::registry) fn leads_to_marks(&self) -> bool {
        self.nodes().any(|node| node.leads_to_marks)
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

    /// Whether this string is a role of the policy.
    pub(in crate::registry) fn is_role(&self) -> bool {
        self.nodes().any(|node| node.notes.role)
    }

    /// Whether this string is a day, or an instant.
    pub(in crate::registry) fn is_date(&self) -> bool {
        self.nodes().any(|node| node.is_date)
    }

    /// What this day may not come before.
    pub(in crate::registry) fn not_before(&self) -> Option<&'s str> {
        self.nodes().find_map(|node| node.notes.not_before.as_deref())
    }

    /// The part of the language of criteria that this value is written in.
    pub(crate) fn language(&self) -> Option<Language> {
        self.nodes().find_map(|node| node.notes.criteria)
    }

    /// The properties of this object that name entities in scope inside it.
    pub(in crate::registry) fn scope(&self) -> impl Iterator<Item = &'s String> + '_ {
        self.nodes().flat_map(|node| &node.notes.scope)
    }

    /// Whether the schemas speak of this key, other than to refuse it.
    pub(in crate::registry) fn knows(&self, key: &str) -> bool {
        let mut known = false;
        self.each_of_member(key, |child| known |= !self.schemas.node(child).never);
        known
    }

    /// The keys that the schemas name here.
    pub(in crate::registry) fn names(&self) -> impl Iterator<Item = &'s str> + '_ {
        self.nodes().flat_map(|node| &node.properties).map(|(name, _)| name.as_str())
    }

    /// What the schema nearest to the use says of this value.
    pub(in crate::registry) fn meaning(&self) -> Option<&'s str> {
        let described = |found: &InForce| {
            let description = self.schemas.node(found.node).description.as_deref()?;
            Some((found.distance, description))
        };
        self.in_force.iter().filter_map(described).min_by_key(|(distance, _)| *distance).map(|(_, text)| text)
    }

    /// What the schema farthest from the use says of this value: its form, where the nearer ones say its meaning.
    pub(in crate::registry) fn form(&self) -> Option<&'s str> {
        let described = |found: &InForce| {
            let description = self.schemas.node(found.node).description.as_deref()?;
            Some((found.distance, description))
        };
        self.in_force.iter().filter_map(described).max_by_key(|(distance, _)| *distance).map(|(_, text)| text)
    }

    /// Whether this string only names a definition.
    pub(in crate::registry) fn names_only(&self) -> bool {
        self.nodes().any(|node| node.notes.names_only)
    }

    /// Whether this string refers to a definition.
    pub(crate) fn is_reference(&self) -> bool {
        self.refers().next().is_some()
    }

    /// What this string may refer to.
    pub(in crate::registry) fn refers(&self) -> impl Iterator<Item = &'s Refers> + '_ {
        self.nodes().filter_map(|node| node.notes.refers.as_ref())
    }
}

/// Collects the schemas in force on one value. Mostly there is one, and what it brings does not depend on the value:
/// then nothing is copied.
struct Gathering<'s, 'v> {
    schemas: &'s Schemas,
    value: &'v Value,
    first: Option<NodeId>,
    in_force: Vec<InForce>,
}

impl<'s, 'v> Gathering<'s, 'v> {
    fn new(schemas: &'s Schemas, value: &'v Value) -> Gathering<'s, 'v> {
        Gathering { schemas, value, first: None, in_force: Vec::new() }
    }

    fn add(&mut self, start: NodeId) {
        match self.first {
            None => self.first = Some(start),
            Some(first) => {
                if self.in_force.is_empty() {
                    self.schemas.expand(first, self.value, 0, &mut self.in_force);
                }
                self.schemas.expand(start, self.value, 0, &mut self.in_force);
            }
        }
    }

    fn cursor(mut self) -> Cursor<'s> {
        let schemas = self.schemas;
        let in_force = match self.first {
            Some(first) if self.in_force.is_empty() => match schemas.unconditional(first) {
                Some(always) => Cow::Borrowed(always),
                None => {
                    schemas.expand(first, self.value, 0, &mut self.in_force);
                    Cow::Owned(self.in_force)
                }
            },
            _ => Cow::Owned(self.in_force),
        };
        Cursor { schemas, in_force }
    }
}
