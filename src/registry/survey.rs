//! One walk over a document that collects what its schema marks: criteria, references, arrays with keys, units, roles
//! and days, and whether its keys stand in stored order.

use crate::document::Value;

use super::arrange;
use super::references::Reference;
use super::sites::{CriteriaSite, Within};
use super::walk::Cursor;
use crate::document::{pointer_push, pointer_step};

/// What the schema marks in a document, in the order of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Where criteria stand; criteria within criteria are not listed again.
    pub sites: Vec<CriteriaSite>,
    /// The strings that refer to definitions.
    pub references: Vec<Reference>,
    /// Where arrays stand whose items have a key, with the property that is the key.
    pub keyed: Vec<(String, String)>,
    /// Where numbers stand that have a unit, with the unit.
    pub units: Vec<(String, String)>,
    /// Where roles of the policy stand.
    pub roles: Vec<String>,
    /// Where days and instants stand, each with the place of the day that it may not come before.
    pub dates: Vec<(String, Option<String>)>,
    /// Whether the keys of every object stand in stored order.
    pub arranged: bool,
}

/// Collects all that the schemas mark.
pub(super) fn survey(root: &Cursor<'_>, value: &Value) -> Survey {
    let survey = Survey { arranged: true, ..Survey::default() };
    let mut walk = Walk { survey, scopes: Vec::new(), pointer: String::new() };
    walk.visit(root, value, Within::Open);
    walk.survey
}

struct Walk {
    survey: Survey,
    scopes: Vec<String>,
    /// Where the walk is: one buffer, since this walk is done for every document of a registry.
    pointer: String,
}

impl Walk {
    fn visit(&mut self, cursor: &Cursor<'_>, value: &Value, within: Within) {
        let mut within = within;
        if within == Within::Open
            && let Some(language) = cursor.language()
        {
            within = Within::of(language);
            let scopes = self.scopes.clone();
            self.survey.sites.push(CriteriaSite { pointer: self.pointer.clone(), language, scopes });
        }
        match value {
            Value::Object(members) => {
                let outside = self.scopes.len();
                self.scopes.extend(cursor.scope().filter_map(|name| entity(members.get(name)?)));
                self.survey.arranged = self.survey.arranged && arrange::is_in_order(cursor, members);
                for (key, child) in members {
                    let below = cursor.member(key, child);
                    if !is_nested(child) && !below.leads_to_marks() {
                        continue;
                    }
                    let length = self.pointer.len();
                    pointer_step(&mut self.pointer, key);
                    self.visit(&below, child, within.member(key));
                    self.pointer.truncate(length);
                }
                self.scopes.truncate(outside);
            }
            Value::Array(items) => {
                self.survey.keyed.extend(cursor.key().map(|key| (self.pointer.clone(), key.to_owned())));
                for (at, item) in items.iter().enumerate() {
                    let below = cursor.item(at, item);
                    if !is_nested(item) && !below.leads_to_marks() {
                        continue;
                    }
                    let length = self.pointer.len();
                    pointer_step(&mut self.pointer, &at.to_string());
                    self.visit(&below, item, within.item());
                    self.pointer.truncate(length);
                }
            }
            Value::String(text) => {
                self.survey.references.extend(reference(cursor, text, &self.pointer));
                if cursor.is_role() {
                    self.survey.roles.push(self.pointer.clone());
                }
                if cursor.is_date() {
                    let other = cursor.not_before().map(|other| beside(&self.pointer, other));
                    self.survey.dates.push((self.pointer.clone(), other));
                }
            }
            Value::Number(_) => {
                self.survey.units.extend(cursor.unit().map(|unit| (self.pointer.clone(), unit.to_owned())));
            }
            _ => {}
        }
    }
}

fn is_nested(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// The place that another one names: a pointer, or a property beside it.
fn beside(pointer: &str, named: &str) -> String {
    match (named.starts_with('/'), pointer.rsplit_once('/')) {
        (false, Some((around, _))) => pointer_push(around, named),
        _ => named.to_owned(),
    }
}

/// The entity that a path begins with.
fn entity(value: &Value) -> Option<String> {
    value.as_str()?.split('.').next().map(str::to_owned)
}

fn reference(cursor: &Cursor<'_>, target: &str, pointer: &str) -> Option<Reference> {
    let mut found: Option<Reference> = None;
    for refers in cursor.refers() {
        let reference = found.get_or_insert_with(|| Reference {
            pointer: pointer.to_owned(),
            kinds: Vec::new(),
            target: target.to_owned(),
            qualified: refers.qualified,
        });
        reference.kinds.extend(refers.kinds.iter().cloned());
    }
    found
}
