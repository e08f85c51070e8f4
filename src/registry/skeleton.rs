//! A definition that is not filled in yet: all that a schema demands, with what can be inferred, and blanks.
//!
//! A blank is an empty text, list or object, or `null` where a number belongs: the schema admits none of them there, so
//! that the check points at each until somebody fills it.

use crate::document::{Members, Value, pointer_push, pointer_push_index};

use super::schema::{Node, NodeId, Schemas};
use super::sites::Language;

/// How often conditions of a schema are looked at again, since meeting one may call up another.
const ROUNDS: usize = 4;
/// How deep a skeleton goes; a schema that demands itself for ever is cut off there.
const DEEPEST: usize = 24;
/// How many levels of a value a condition may ask about.
const CONDITIONS: u8 = 4;
/// The names of items that must have one.
const NAMES: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];

/// What is known beforehand.
pub trait Known {
    /// The value at a pointer, if it can be told.
    fn at(&self, pointer: &str) -> Option<Value>;
    /// The only definition that a reference to one of these kinds can mean; `qualified` is with its kind.
    fn only(&self, kinds: &[String], qualified: bool) -> Option<String>;
}

/// A value that the schema left open and that was taken for the author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Where.
    pub pointer: String,
    /// What else could stand there; empty if that is not a matter of a few words.
    pub others: Vec<String>,
}

/// A definition with blanks.
#[derive(Clone, Debug, PartialEq)]
pub struct Skeleton {
    /// The document; its keys are not in stored order.
    pub value: Value,
    /// What was taken without being known.
    pub chosen: Vec<Chosen>,
}

/// Makes a skeleton from the root of a schema.
pub(super) fn skeleton(schemas: &Schemas, root: NodeId, known: &dyn Known) -> Skeleton {
    let mut maker = Maker { schemas, known, chosen: Vec::new(), names_of_others: Vec::new() };
    let value = maker.make(&[root], "", 0);
    Skeleton { value, chosen: maker.chosen }
}

struct Maker<'s> {
    schemas: &'s Schemas,
    known: &'s dyn Known,
    chosen: Vec<Chosen>,
    /// Where names of other definitions stand, which nobody can make up.
    names_of_others: Vec<String>,
}

impl<'s> Maker<'s> {
    /// A value that these schemas demand, as far as one can be told.
    fn make(&mut self, starts: &[NodeId], pointer: &str, depth: usize) -> Value {
        let parts = self.parts(starts);
        let nodes: Vec<&'s Node> = parts.iter().map(|id| self.schemas.node(*id)).collect();
        let admitted = |value: &Value| nodes.iter().all(|node| node.types.admits(value));
        if let Some(constant) = nodes.iter().find_map(|node| node.constant.clone()) {
            return constant;
        }
        let choices = nodes.iter().find_map(|node| node.choices.as_deref());
        let known = self.known.at(pointer).filter(|value| admitted(value));
        if let Some(value) = known.filter(|value| choices.is_none_or(|choices| choices.contains(value))) {
            self.choose(pointer, choices.unwrap_or_default(), &value);
            return value;
        }
        if let Some(first) = choices.and_then(<[Value]>::first) {
            self.choose(pointer, choices.unwrap_or_default(), first);
            return first.clone();
        }
        if depth > DEEPEST {
            return Value::Null;
        }
        if nodes.iter().any(|node| node.notes.criteria == Some(Language::Predicate)) {
            return Value::Object(Members::default());
        }
        if let Some(branches) = nodes.iter().find_map(|node| branches(self.schemas, node)) {
            return self.branch(branches, admitted(&Value::Null), pointer, depth);
        }
        if let Some(refers) = nodes.iter().find_map(|node| node.notes.refers.as_ref()) {
            self.names_of_others.push(pointer.to_owned());
            let only = self.known.only(&refers.kinds, refers.qualified);
            if let Some(only) = &only {
                self.choose(pointer, &[], &Value::from(only.as_str()));
            }
            return Value::from(only.unwrap_or_default());
        }
        if nodes.iter().any(|node| !node.properties.is_empty()) {
            return self.object(&parts, pointer, depth);
        }
        if let Some(items) = nodes.iter().find_map(|node| node.items) {
            return self.array(items, &nodes, pointer, depth);
        }
        if admitted(&Value::from("")) {
            return Value::from("");
        }
        if admitted(&Value::Bool(false)) {
            self.choose(pointer, &[Value::Bool(true), Value::Bool(false)], &Value::Bool(false));
            return Value::Bool(false);
        }
        if admitted(&Value::Object(Members::default())) { Value::Object(Members::default()) } else { Value::Null }
    }

    /// One of several forms: none at all where that is one, else the first.
    fn branch(&mut self, branches: &[NodeId], or_nothing: bool, pointer: &str, depth: usize) -> Value {
        let (nothing, forms): (Vec<NodeId>, Vec<NodeId>) =
            branches.iter().partition(|id| self.schemas.fits(**id, &Value::Null));
        let nothing = or_nothing && !nothing.is_empty();
        if nothing || forms.len() > 1 {
            self.choose(pointer, &[], &Value::Null);
        }
        match forms.first() {
            Some(first) if !nothing => self.make(&[*first], pointer, depth + 1),
            _ => Value::Null,
        }
    }

    fn array(&mut self, items: NodeId, nodes: &[&Node], pointer: &str, depth: usize) -> Value {
        let least = nodes.iter().map(|node| node.least_items).max().unwrap_or_default().min(NAMES.len());
        let key = nodes.iter().find_map(|node| node.notes.key.as_deref());
        let before = self.chosen.len();
        let plain = |value: &Value| !value.is_object() && !value.is_array();
        let item = |(at, name): (usize, &&str)| {
            let here = pointer_push_index(pointer, at);
            let mut item = self.make(&[items], &here, depth + 1);
            // Items that are told apart by a name of their own need different ones.
            let own =
                |key: &&str| (*key == "id" || least > 1) && !self.names_of_others.contains(&pointer_push(&here, key));
            if let Some(key) = key.filter(own).filter(|key| item.get(key).is_some_and(|value| *value == "")) {
                item.set(key, *name);
            }
            item
        };
        let made: Vec<Value> = NAMES.iter().take(least).enumerate().map(item).collect();
        // Plain blanks say no more than an empty list, and a set refuses two that are alike.
        let says_nothing =
            made.first().is_some_and(|first| plain(first) && (least > 1 || *first == "" || first.is_null()));
        if says_nothing {
            self.chosen.truncate(before);
            return Value::from(Vec::<Value>::new());
        }
        Value::from(made)
    }

    /// An object with all that is demanded of it, by conditions too.
    fn object(&mut self, parts: &[NodeId], pointer: &str, depth: usize) -> Value {
        let mut value = Value::Object(Members::default());
        let mut parts = parts.to_vec();
        for _ in 0..ROUNDS {
            let before = value.clone();
            self.fill(&parts, &mut value, pointer, depth);
            let called: Vec<NodeId> = parts.iter().filter_map(|id| self.called(*id, &value)).collect();
            for id in self.parts(&called) {
                if !parts.contains(&id) {
                    parts.push(id);
                }
            }
            if value == before {
                break;
            }
        }
        value
    }

    /// Adds what is missing, makes anew what does not fit, and takes out what must not stand there.
    fn fill(&mut self, parts: &[NodeId], value: &mut Value, pointer: &str, depth: usize) {
        let nodes: Vec<&'s Node> = parts.iter().map(|id| self.schemas.node(*id)).collect();
        let one_of = nodes.iter().filter_map(|node| demands(self.schemas, node)).flatten();
        let required: Vec<&str> =
            nodes.iter().flat_map(|node| &node.required).chain(one_of).map(String::as_str).collect();
        let known: Vec<&str> = nodes.iter().flat_map(|node| &node.properties).map(|(key, _)| key.as_str()).collect();
        let mut members: Vec<(String, Value)> = Vec::new();
        for key in known.into_iter().chain(required.iter().copied()) {
            let of_key: Vec<NodeId> = nodes.iter().filter_map(|node| node.property(key)).collect();
            let refused = of_key.iter().any(|id| self.schemas.node(*id).never);
            if refused || !required.contains(&key) || members.iter().any(|(name, _)| name == key) {
                continue;
            }
            let here = pointer_push(pointer, key);
            let kept = value.get(key).filter(|child| of_key.iter().all(|id| self.admits(*id, child))).cloned();
            let child = kept.unwrap_or_else(|| {
                let below = format!("{here}/");
                self.chosen.retain(|chosen| chosen.pointer != here && !chosen.pointer.starts_with(&below));
                self.make(&of_key, &here, depth + 1)
            });
            members.push((key.to_owned(), child));
        }
        *value = Value::Object(members.into_iter().collect());
    }

    /// Whether a value that was made can stay.
    fn admits(&self, id: NodeId, value: &Value) -> bool {
        self.parts(&[id]).iter().all(|part| self.schemas.node(*part).types.admits(value))
    }

    /// What the condition of a node calls up, given the value so far.
    fn called(&self, id: NodeId, value: &Value) -> Option<NodeId> {
        let in_place = &self.schemas.node(id).in_place;
        let holds = self.schemas.fits_to(in_place.condition?, value, CONDITIONS);
        if holds { in_place.then } else { in_place.otherwise }
    }

    /// The nodes that apply wherever these do.
    fn parts(&self, starts: &[NodeId]) -> Vec<NodeId> {
        let mut parts: Vec<NodeId> = Vec::new();
        for found in starts.iter().flat_map(|start| self.schemas.everywhere(*start)) {
            if !parts.contains(&found.node) {
                parts.push(found.node);
            }
        }
        parts
    }

    fn choose(&mut self, pointer: &str, choices: &[Value], taken: &Value) {
        let others = choices.iter().filter(|choice| *choice != taken);
        let others = others.map(|other| other.as_str().map_or_else(|| other.to_string(), str::to_owned)).collect();
        self.chosen.push(Chosen { pointer: pointer.to_owned(), others });
    }
}

/// The forms that a value may have, if it has several.
fn branches<'s>(schemas: &Schemas, node: &'s Node) -> Option<&'s [NodeId]> {
    let listed = [&node.in_place.any_of, &node.in_place.one_of].into_iter().find(|list| !list.is_empty())?;
    demands(schemas, node).is_none().then_some(listed)
}

/// The properties that the first of several demands asks for, where all that they do is ask.
fn demands<'s>(schemas: &'s Schemas, node: &Node) -> Option<&'s [String]> {
    let listed = [&node.in_place.any_of, &node.in_place.one_of].into_iter().find(|list| !list.is_empty())?;
    let asks = |id: &NodeId| {
        let node = schemas.node(*id);
        !node.required.is_empty() && node.properties.is_empty() && node.in_place.reference.is_none()
    };
    listed.iter().all(asks).then(|| schemas.node(listed[0]).required.as_slice())
}
