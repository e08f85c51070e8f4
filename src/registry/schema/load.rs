//! Reads schema files into nodes. Faults become findings; what is faulty is left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Members, Value};

use super::annotations::{self, Fault};
use super::{File, InPlace, Node, NodeId, Pattern, RootNotes, Schemas, bounds, marks};
use crate::document::pointer_push;
use crate::finding::{Finding, did_you_mean, nearest, rules};
use crate::registry::layout::{self, DocumentRole};

/// The one dialect that schemas are written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Keywords whose value is one schema.
pub(in crate::registry) const ONE: [&str; 10] = [
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords whose value is a list of schemas.
pub(in crate::registry) const LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords whose value is an object of schemas.
pub(in crate::registry) const NAMED: [&str; 4] = ["$defs", "dependentSchemas", "patternProperties", "properties"];
/// Keywords without schemas in them.
const PLAIN: [&str; 33] = [
    "$comment",
    "$ref",
    "$schema",
    "const",
    "contentEncoding",
    "contentMediaType",
    "default",
    "dependentRequired",
    "deprecated",
    "description",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
];
/// Keywords that give parts a name other than their place; one way to name a part is enough.
const NAMING: [&str; 6] = ["$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$recursiveRef", "$vocabulary"];

/// Loads all schemas of one revision.
/// `proven` schemas are known to have no fault. Where `only` names schemas, the others are read as far as they refer to
/// them, and are no files of their own.
pub(in crate::registry) fn load<'v>(
    documents: impl Iterator<Item = (&'v str, &'v Value)>,
    proven: bool,
    only: Option<&BTreeSet<&str>>,
) -> (Schemas, Vec<Finding>) {
    let documents: BTreeMap<&str, &Value> = documents.collect();
    let mut loader = Loader { documents: BTreeMap::new(), ..Loader::default() };
    for (path, value) in &documents {
        let Some(DocumentRole::Schema(name)) = layout::document_role(path) else { continue };
        match value {
            Value::Object(members) => {
                loader.documents.insert(name, (path, members, value));
            }
            _ => loader.findings.push(Finding::at(&rules::SCHEMA_INVALID, path, "", "a schema is an object")),
        }
    }
    loader.run(only);
    let (mut schemas, findings) = bounds::enforce(loader, proven);
    marks::lead(&mut schemas.nodes);
    (schemas, findings)
}

#[derive(Default)]
pub(super) struct Loader<'v> {
    documents: BTreeMap<&'v str, (&'v str, &'v Members, &'v Value)>,
    pub(super) schemas: Schemas,
    /// The file and pointer of every node, in order of their ids.
    pub(super) places: Vec<(&'v str, String)>,
    /// The node of each schema, by where its value stands in memory, which is one place for one schema.
    index: BTreeMap<*const Value, NodeId>,
    waiting: Vec<(NodeId, &'v Value)>,
    /// What the roots of the files say, by file.
    root_notes: BTreeMap<&'v str, RootNotes>,
    pub(super) findings: Vec<Finding>,
    /// For every file the files that it refers to.
    pub(super) uses: BTreeMap<&'v str, BTreeSet<&'v str>>,
    /// Files with a fault of their own.
    pub(super) faulty: BTreeSet<String>,
}

impl<'v> Loader<'v> {
    fn run(&mut self, only: Option<&BTreeSet<&str>>) {
        let wanted = |name: &str| only.is_none_or(|only| only.contains(name));
        for (name, (path, members, value)) in self.documents.clone().into_iter().filter(|(name, _)| wanted(name)) {
            let root = self.node(name, String::new(), value);
            // They are read with the root's node, which another file's reference may have filled already.
            let notes = RootNotes::default();
            if !members.contains_key("x-version") {
                self.fault(
                    &rules::SCHEMA_VERSION,
                    name,
                    "",
                    "the schema does not say its version: `x-version` is missing",
                    None,
                );
            }
            if members.get("$schema").is_some_and(|dialect| dialect != DIALECT) {
                let message = format!("schemas are written in JSON Schema 2020-12: \"$schema\" must be \"{DIALECT}\"");
                self.fault(&rules::SCHEMA_INVALID, name, "/$schema", message, None);
            }
            self.schemas.files.push(File {
                name: name.to_owned(),
                path: path.to_owned(),
                value: value.clone(),
                root,
                notes,
                uses: BTreeSet::new(),
                faulty: false,
            });
            while let Some((id, value)) = self.waiting.pop() {
                self.fill(id, value);
            }
        }
        for file in &mut self.schemas.files {
            file.notes = self.root_notes.remove(file.name.as_str()).unwrap_or_default();
        }
    }

    /// The node of a schema, made and put in line to be filled if it is new.
    fn node(&mut self, file: &'v str, pointer: String, value: &'v Value) -> NodeId {
        let key = std::ptr::from_ref(value);
        if let Some(id) = self.index.get(&key) {
            return *id;
        }
        let id = NodeId(u32::try_from(self.schemas.nodes.len()).unwrap_or(u32::MAX));
        self.schemas.nodes.push(Node::default());
        self.places.push((file, pointer));
        self.index.insert(key, id);
        self.waiting.push((id, value));
        id
    }

    pub(super) fn fault(
        &mut self,
        rule: &'static crate::finding::Rule,
        file: &str,
        pointer: &str,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        self.faulty.insert(file.to_owned());
        let mut finding = Finding::at_key(rule, &layout::schema_path(file), pointer, message);
        finding.hint = hint;
        self.findings.push(finding);
    }

    fn fill(&mut self, id: NodeId, value: &'v Value) {
        let Some((file, pointer)) = self.places.get(id.0 as usize).cloned() else { return };
        let node = match value {
            Value::Bool(admits) => Node { never: !admits, ..Node::default() },
            Value::Object(members) => self.object(file, &pointer, members),
            _ => {
                self.fault(&rules::SCHEMA_INVALID, file, &pointer, "a schema is an object, true or false", None);
                Node::default()
            }
        };
        if let Some(slot) = self.schemas.nodes.get_mut(id.0 as usize) {
            *slot = node;
        }
    }

    fn object(&mut self, file: &'v str, pointer: &str, members: &'v Members) -> Node {
        let mut faults = Vec::new();
        let mut root = RootNotes::default();
        let on_root = pointer.is_empty().then_some(&mut root);
        let mut node = Node { notes: annotations::read(members, on_root, &mut faults), ..Node::default() };
        if pointer.is_empty() {
            self.root_notes.insert(file, root);
        }
        for Fault { keyword, message, hint } in faults {
            self.fault(&rules::SCHEMA_ANNOTATION, file, &pointer_push(pointer, &keyword), message, hint);
        }
        for (keyword, value) in members {
            let here = pointer_push(pointer, keyword);
            if ONE.contains(&keyword) {
                let child = self.node(file, here, value);
                node.put_one(keyword, child, value);
            } else if LIST.contains(&keyword) {
                let items = value.as_array().into_iter().flatten().enumerate();
                let children = items.map(|(at, item)| self.node(file, format!("{here}/{at}"), item)).collect();
                node.put_list(keyword, children);
            } else if NAMED.contains(&keyword) {
                for (name, item) in value.as_object().into_iter().flatten() {
                    let child = self.node(file, pointer_push(&here, name), item);
                    node.put_named(keyword, name, child);
                }
            } else if keyword == "$ref" {
                node.in_place.reference = self.reference(file, &here, value);
            } else if NAMING.contains(&keyword) {
                let message = format!("`{keyword}` is not used here: parts of schemas are named by file and place");
                let hint = "refer to a part as \"common.schema.json#/$defs/name\"".to_owned();
                self.fault(&rules::SCHEMA_KEYWORD, file, &here, message, Some(hint));
            } else if PLAIN.contains(&keyword) {
                node.put_plain(keyword, value);
            } else if !keyword.starts_with("x-") {
                let known = ONE.into_iter().chain(LIST).chain(NAMED).chain(PLAIN);
                // Words of other tools are let be; a keyword misspelt would silently check nothing.
                if let Some(near) = nearest(keyword, known) {
                    let message = format!("JSON Schema has no keyword `{keyword}`, so it would check nothing");
                    self.fault(&rules::SCHEMA_KEYWORD, file, &here, message, Some(format!("did you mean `{near}`?")));
                }
            }
        }
        node
    }

    /// The node that a `$ref` leads to: a part of this file, or of another file in `schemas/`.
    fn reference(&mut self, file: &'v str, here: &str, value: &'v Value) -> Option<NodeId> {
        let text = value.as_str().unwrap_or_default();
        let (target, fragment) = text.split_once('#').unwrap_or((text, ""));
        let name = if target.is_empty() { Some(file) } else { target.strip_suffix(".schema.json") };
        let plain = name.is_some_and(layout::is_id) && !text.contains('%');
        let pointed = fragment.is_empty() || fragment.starts_with('/');
        if text.is_empty() || !plain || !pointed {
            let message = format!("`$ref` to \"{text}\" leaves schemas/: a schema refers only to files beside it");
            let hint = "write \"#/$defs/name\" or \"common.schema.json#/$defs/name\"".to_owned();
            self.fault(&rules::SCHEMA_REFERENCE, file, here, message, Some(hint));
            return None;
        }
        let Some((&name, &(_, _, root))) = name.and_then(|name| self.documents.get_key_value(name)) else {
            let names = self.documents.keys().copied();
            let hint =
                name.and_then(|name| nearest(name, names)).map(|near| format!("did you mean `{near}.schema.json`?"));
            self.fault(&rules::SCHEMA_REFERENCE, file, here, format!("there is no schemas/{target}"), hint);
            return None;
        };
        let Some(part) = root.pointer(fragment) else {
            let hint = fragment.rsplit_once('/').and_then(|(parent, last)| {
                let names = root.pointer(parent)?.as_object()?.keys();
                did_you_mean(last, names)
            });
            let message = format!("schemas/{name}.schema.json has nothing at \"#{fragment}\"");
            self.fault(&rules::SCHEMA_REFERENCE, file, here, message, hint);
            return None;
        };
        self.uses.entry(file).or_default().insert(name);
        Some(self.node(name, fragment.to_owned(), part))
    }
}

impl Node {
    fn put_one(&mut self, keyword: &str, child: NodeId, value: &Value) {
        let InPlace { not, condition, then, otherwise, .. } = &mut self.in_place;
        let slot = match keyword {
            "additionalProperties" => {
                self.closed = value == &Value::Bool(false);
                &mut self.additional
            }
            "unevaluatedProperties" => &mut self.unevaluated,
            "items" => &mut self.items,
            "not" => not,
            "if" => condition,
            "then" => then,
            "else" => otherwise,
            _ => return self.others.push(child),
        };
        *slot = Some(child);
    }

    fn put_list(&mut self, keyword: &str, children: Vec<NodeId>) {
        match keyword {
            "allOf" => self.in_place.all_of = children,
            "anyOf" => self.in_place.any_of = children,
            "oneOf" => self.in_place.one_of = children,
            _ => self.prefix_items = children,
        }
    }

    fn put_named(&mut self, keyword: &str, name: &str, child: NodeId) {
        match keyword {
            "properties" => self.properties.push((name.to_owned(), child)),
            "patternProperties" => self.patterns.push((Pattern::new(name), child)),
            "dependentSchemas" => {
                self.in_place.dependent.insert(name.to_owned(), child);
            }
            _ => {}
        }
    }

    fn put_plain(&mut self, keyword: &str, value: &Value) {
        match (keyword, value) {
            ("format", format) => self.is_date = format == "date" || format == "date-time",
            ("description", Value::String(text)) => self.description = Some(text.to_string()),
            ("const", _) => self.constant = Some(value.clone()),
            ("enum", Value::Array(choices)) => self.choices = Some(choices.to_vec()),
            ("minItems", least) => {
                self.least_items = least.as_u64().and_then(|least| usize::try_from(least).ok()).unwrap_or_default();
            }
            ("required", Value::Array(keys)) => {
                self.required = keys.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            }
            ("type", Value::String(word)) => self.types.add(word),
            ("type", Value::Array(words)) => {
                words.iter().filter_map(Value::as_str).for_each(|word| self.types.add(word));
            }
            _ => {}
        }
    }
}
