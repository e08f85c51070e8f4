//! The walk through a schema: from its objects to tables of properties.

use std::collections::{BTreeSet, VecDeque};

use super::conditions::{conditions, is_condition};
use super::{Row, Table};
use crate::document::{Value, stored_scalar};
use crate::registry::Kinds;

const COMMON: &str = "common";

/// A schema object, and the name of the file that its references start from.
#[derive(Clone, Copy)]
struct At<'s> {
    schema: &'s Value,
    file: &'s str,
}

/// Where a reference leads.
enum Target<'s> {
    /// To a part that this walk goes through.
    Here(At<'s>),
    /// To a part that all kinds share, which has a description of its own.
    Shared(&'s str, &'s Value),
}

/// A part of a schema that references lead to, and the name of the place where it is told.
type Place<'s> = (&'s Value, String);

/// An object that gets a table of its own.
struct Waiting<'s> {
    at: At<'s>,
    name: String,
    change: String,
    /// The parts that it stands in.
    open: Vec<Place<'s>>,
}

pub(super) struct Walk<'s> {
    kinds: &'s Kinds,
    tables: Vec<Table>,
    shared: BTreeSet<String>,
    waiting: VecDeque<Waiting<'s>>,
    /// The parts that are being told: one that leads back to itself is told once.
    open: Vec<Place<'s>>,
    /// The parts that were found to lead back to themselves.
    endless: Vec<Place<'s>>,
}

impl<'s> Walk<'s> {
    pub(super) fn new(kinds: &'s Kinds) -> Walk<'s> {
        let (tables, shared, waiting) = Default::default();
        Walk { kinds, tables, shared, waiting, open: Vec::new(), endless: Vec::new() }
    }

    /// Walks through a schema from its root.
    pub(super) fn root(&mut self, file: &'s str, schema: &'s Value) {
        let change = schema.get("x-change").map_or_else(|| "major".to_owned(), change_words);
        let open = vec![(schema, String::new())];
        self.waiting.push_back(Waiting { at: At { schema, file }, name: String::new(), change, open });
        self.finish();
    }

    /// Walks through a shared part, and says how it is written unless it is an object. `change` is what an edit does of
    /// which the part says nothing.
    pub(super) fn part(&mut self, schema: &'s Value, change: &str) -> Option<String> {
        let at = At { schema, file: COMMON };
        let mut table = Table::default();
        self.below(at, "", change, &mut table);
        self.tables.push(table);
        self.finish();
        schema.get("properties").is_none().then(|| self.value(at, &mut Vec::new()))
    }

    /// Walks through the objects that wait for tables of their own.
    fn finish(&mut self) {
        while let Some(Waiting { at, name, change, open }) = self.waiting.pop_front() {
            let title = self.meaning(at, "");
            let mut table = Table { of: name.clone(), title, ..Table::default() };
            self.open = open;
            match at.schema.get("$ref") {
                Some(_) => self.below(at, &name, &change, &mut table),
                None => self.inside(at, &name, &change, &mut table),
            }
            self.open.clear();
            self.tables.push(table);
        }
    }

    /// The tables, and the shared parts that they name.
    pub(super) fn done(self) -> (Vec<Table>, BTreeSet<String>) {
        (self.tables, self.shared)
    }

    /// The properties of an object.
    fn inside(&mut self, at: At<'s>, name: &str, change: &str, table: &mut Table) {
        let prefix = if name.is_empty() { String::new() } else { format!("{name}.") };
        let required: Vec<&str> = strings(at.schema.get("required")).collect();
        let properties = at.schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        // The header says what a kind is, once for all. What examples are, though of the header, each kind says for itself.
        let (last, first): (Vec<_>, Vec<_>) =
            properties.filter(|(key, _)| !self.is_header(at, key)).partition(|(key, _)| *key == "examples");
        for (key, schema) in first.into_iter().chain(last) {
            let (needed, at) = (required.contains(&key), At { schema, ..at });
            match key == "examples" && name.is_empty() {
                true => self.property(at, key.to_owned(), needed, "patch", table),
                false => self.property(at, format!("{prefix}{key}"), needed, change, table),
            }
        }
        if let Some(schema) = at.schema.get("additionalProperties").filter(|schema| schema.is_object()) {
            self.property(At { schema, ..at }, format!("{prefix}*"), false, change, table);
        }
        table.conditions.extend(conditions(at.schema, &prefix));
    }

    /// The row of one property, and those of what stands in it.
    fn property(&mut self, at: At<'s>, name: String, needed: bool, change: &str, table: &mut Table) {
        let change = self.change(at).unwrap_or_else(|| change.to_owned());
        let value = self.value(at, &mut Vec::new());
        let meaning = self.meaning(at, &name);
        table.rows.push(Row { name: name.clone(), value, needed, change: change.clone(), meaning });
        self.below(at, &name, &change, table);
    }

    /// What stands in a value: the properties of its object or of its items, in the same table or in one of its own.
    fn below(&mut self, at: At<'s>, name: &str, change: &str, table: &mut Table) {
        match self.target(at) {
            Some(Target::Here(target)) => return self.once(target, name, change, table),
            Some(Target::Shared(..)) => return,
            None => {}
        }
        let forms: Vec<At<'s>> = alternatives(at).into_iter().filter(|form| self.has_inside(*form)).collect();
        match forms.as_slice() {
            [] => {}
            [form] => self.below(*form, name, change, table),
            forms => {
                let form = |at: &At<'s>| {
                    let (name, change) = (name.to_owned(), change.to_owned());
                    Waiting { at: *at, name, change, open: self.open.clone() }
                };
                self.waiting.extend(forms.iter().map(form));
            }
        }
        if let Some(schema) = at.schema.get("items") {
            let items = At { schema, ..at };
            let change = self.change(items).unwrap_or_else(|| change.to_owned());
            self.below(items, &format!("{name}[]"), &change, table);
        }
        self.inside(at, name, change, table);
    }

    /// What stands in a part, unless it is the part around it once more: then a sentence says where it is told.
    fn once(&mut self, part: At<'s>, name: &str, change: &str, table: &mut Table) {
        let is_part = |(told, _): &&Place<'s>| std::ptr::eq(*told, part.schema);
        if let Some(told) = self.open.iter().chain(&self.endless).find(is_part).cloned() {
            table.conditions.push(again(name, &told.1));
            self.endless.push(told);
            return;
        }
        self.open.push((part.schema, name.to_owned()));
        self.below(part, name, change, table);
        self.open.pop();
    }

    /// Whether something stands in a value that needs rows.
    fn has_inside(&self, at: At<'s>) -> bool {
        self.reaches_rows(at, &mut Vec::new())
    }

    /// Whether a value has rows, looking no second time at the parts that were `seen`.
    fn reaches_rows(&self, at: At<'s>, seen: &mut Vec<&'s Value>) -> bool {
        match self.target(at) {
            Some(Target::Here(target)) => return enter(target, seen) && self.reaches_rows(target, seen),
            Some(Target::Shared(..)) => return false,
            None => {}
        }
        let inner = at.schema.get("additionalProperties").is_some_and(Value::is_object);
        inner
            || at.schema.get("properties").is_some()
            || at.schema.get("items").is_some_and(|schema| self.reaches_rows(At { schema, ..at }, seen))
            || alternatives(at).into_iter().any(|form| self.reaches_rows(form, seen))
    }

    /// What may stand at a place, in Markdown. `open` are the parts that lead there.
    fn value(&mut self, at: At<'s>, open: &mut Vec<&'s Value>) -> String {
        let schema = at.schema;
        if let Some(refers) = schema.get("x-ref") {
            return reference(refers);
        }
        match self.target(at) {
            Some(Target::Here(target)) if !enter(target, open) => return "the same".to_owned(),
            Some(Target::Here(target)) => {
                let value = self.value(target, open);
                open.pop();
                return value;
            }
            Some(Target::Shared(name, part)) => {
                self.shared.insert(name.to_owned());
                return shared_link(name, part);
            }
            None => {}
        }
        if let Some(constant) = schema.get("const") {
            return format!("`{}`", plain(constant));
        }
        if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
            let choices: Vec<String> = choices.iter().map(|choice| format!("`{}`", plain(choice))).collect();
            return choices.join(", ");
        }
        let forms = alternatives(at);
        if !forms.is_empty() {
            let own = forms.iter().filter(|form| self.has_inside(**form)).count();
            let mut words: Vec<String> = Vec::new();
            for form in forms {
                let word = match own > 1 && self.has_inside(form) {
                    true => format!("one of {own} forms"),
                    false => self.value(form, open),
                };
                if !words.contains(&word) {
                    words.push(word);
                }
            }
            return words.join(" or ");
        }
        if let Some(items) = schema.get("items") {
            let of = self.value(At { schema: items, ..at }, open);
            let by = schema.get("x-key").and_then(Value::as_str).map(|key| format!(", by `{key}`")).unwrap_or_default();
            let set = schema.get("x-order").is_some();
            return format!("{} of {}{by}", if set { "set" } else { "list" }, plural(&of));
        }
        typed(schema)
    }

    /// The description nearest to the use.
    fn meaning(&self, at: At<'s>, name: &str) -> String {
        let said = self.chain(at).into_iter().map(|schema| text(schema, "description")).find(|said| !said.is_empty());
        said.unwrap_or_else(|| if name == "examples" { self.header(name) } else { "" }).to_owned()
    }

    /// What an edit does, if it is said here and not inherited.
    fn change(&self, at: At<'s>) -> Option<String> {
        self.chain(at).into_iter().find_map(|schema| schema.get("x-change")).map(change_words)
    }

    /// A schema object, and those that its references lead to one after another.
    fn chain(&self, mut at: At<'s>) -> Vec<&'s Value> {
        let mut chain = Vec::new();
        while enter(at, &mut chain) {
            match self.target(at) {
                Some(Target::Here(target)) => at = target,
                Some(Target::Shared(_, part)) => chain.push(part),
                None => {}
            }
        }
        chain
    }

    /// Whether a property says what the header says already.
    fn is_header(&self, at: At<'s>, key: &str) -> bool {
        key == "kind" && at.schema.get("x-version").is_some()
    }

    /// The header's description of a property.
    fn header(&self, name: &str) -> &'s str {
        let header = self.kinds.schema(COMMON).and_then(|common| common.schema().pointer("/$defs/header/properties"));
        header.and_then(|properties| properties.get(name)).map_or("", |property| text(property, "description"))
    }

    fn target(&self, at: At<'s>) -> Option<Target<'s>> {
        let (file, pointer) = at.schema.get("$ref")?.as_str()?.split_once('#')?;
        let file = if file.is_empty() { at.file } else { file.strip_suffix(".schema.json")? };
        let kind = self.kinds.schema(file)?;
        let schema = kind.schema().pointer(pointer)?;
        match pointer.strip_prefix("/$defs/") {
            Some(name) if file == COMMON => Some(Target::Shared(name, schema)),
            _ => Some(Target::Here(At { schema, file: kind.name() })),
        }
    }
}

/// Adds a part to those that were entered, unless it is among them.
fn enter<'s>(part: At<'s>, entered: &mut Vec<&'s Value>) -> bool {
    let is_new = !entered.iter().any(|known| std::ptr::eq(*known, part.schema));
    if is_new {
        entered.push(part.schema);
    }
    is_new
}

/// That at a place stands once more what is told of another.
fn again(name: &str, told: &str) -> String {
    match told.is_empty() {
        true => format!("In `{name}` stands what stands in the definition itself."),
        false => format!("In `{name}` stands what stands in `{told}`."),
    }
}

/// The alternatives that a value may be; conditions on one and the same object are none.
fn alternatives(at: At<'_>) -> Vec<At<'_>> {
    let listed = ["anyOf", "oneOf"].into_iter().filter_map(|key| at.schema.get(key)?.as_array());
    let forms = listed.flatten().filter(|schema| !is_condition(schema));
    forms.map(|schema| At { schema, ..at }).collect()
}

/// A link to where a shared part is described.
fn shared_link(name: &str, part: &Value) -> String {
    let word = name.replace('_', " ");
    if part.get("x-criteria").is_some() {
        format!("[{word}](../criteria.md)")
    } else if is_plain(part) {
        word
    } else {
        format!("[{word}](README.md#{})", name.replace('_', "-"))
    }
}

/// Whether a shared part is a word or number that needs no table.
pub(super) fn is_plain(part: &Value) -> bool {
    ["properties", "items", "anyOf", "allOf", "$ref"].iter().all(|key| part.get(key).is_none())
}

/// What several of a value are called.
fn plural(one: &str) -> String {
    match one {
        "object" => "objects".to_owned(),
        "number" => "numbers".to_owned(),
        "role" => "roles".to_owned(),
        "line" => "lines".to_owned(),
        "id" => "ids".to_owned(),
        _ => match one.strip_prefix("id of ") {
            Some(kind) => format!("ids of {kind}"),
            None => one.strip_prefix("one of ").unwrap_or(one).to_owned(),
        },
    }
}

fn reference(refers: &Value) -> String {
    let link = |kind: &str| format!("[{kind}]({kind}.md)");
    match (refers.as_str(), refers.as_array()) {
        (Some("*"), _) => "`kind/id` of any kind".to_owned(),
        (Some(kind), _) => format!("id of {}", link(kind)),
        (None, kinds) => {
            let kinds: Vec<String> = kinds.into_iter().flatten().filter_map(Value::as_str).map(link).collect();
            format!("`kind/id` of {}", kinds.join(", "))
        }
    }
}

/// The type of a value in words, with its bounds and unit.
fn typed(schema: &Value) -> String {
    let word = |name: &str| match name {
        "string" => "text",
        "integer" => "whole number",
        "boolean" => "`true`, `false`",
        "array" => "list",
        "null" => "`null`",
        "number" => "number",
        _ => "object",
    };
    let mut types: Vec<&str> = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).map(word).collect(),
        Some(one) => one.as_str().map(word).into_iter().collect(),
        None if schema.get("properties").is_some() => vec!["object"],
        None => vec!["anything"],
    };
    let nullable = types.len() > 1 && types.contains(&"`null`");
    types.retain(|name| !nullable || *name != "`null`");
    let mut out = types.join(" or ");
    let bound = |key: &str| schema.get(key).map(stored_scalar);
    match (bound("minimum"), bound("maximum")) {
        (Some(least), Some(most)) => out.push_str(&format!(", {least} to {most}")),
        (Some(least), None) => out.push_str(&format!(", {least} or more")),
        (None, Some(most)) => out.push_str(&format!(", at most {most}")),
        (None, None) => {}
    }
    if let Some(unit) = schema.get("x-unit").and_then(Value::as_str) {
        out.push_str(&format!(", in {unit}"));
    }
    if nullable {
        out.push_str(" or `null`");
    }
    out
}

/// What an annotation of changes says.
fn change_words(change: &Value) -> String {
    let Some(impact) = change.get("impact").and_then(Value::as_str) else {
        return change.as_str().unwrap_or_default().to_owned();
    };
    let mut words = vec![impact.to_owned()];
    for (key, before) in [("up", "more: "), ("down", "less: ")] {
        words.extend(change.get(key).and_then(Value::as_str).map(|code| format!("{before}`{code}`")));
    }
    words.extend(change.get("added").and_then(Value::as_str).map(|impact| format!("once added: {impact}")));
    for (step, impact) in change.get("moves").and_then(Value::as_object).into_iter().flatten() {
        words.extend(impact.as_str().map(|impact| format!("`{step}`: {impact}")));
    }
    words.join("; ")
}

/// A text without its quotation marks, anything else as it is written.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| stored_scalar(value), str::to_owned)
}

pub(super) fn strings(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn text<'v>(schema: &'v Value, key: &str) -> &'v str {
    schema.get(key).and_then(Value::as_str).unwrap_or_default()
}
