//! A kind for people who write its definitions: every property of its schema, as a page and as plain text.

mod conditions;
mod page;
mod text;
mod walk;

use std::collections::BTreeSet;

use crate::document::Value;
use crate::registry::{Kind, Kinds};

pub use page::{index, page};
pub use text::text;

/// What a schema says, ready to be shown. Words of schemas stand in it as they were written.
struct Sheet<'s> {
    title: &'s str,
    purpose: &'s str,
    version: String,
    subject: Option<String>,
    outcome: Option<String>,
    tables: Vec<Table>,
    example: Option<&'s Value>,
    /// The parts of `common.schema.json` that it is made of.
    shared: BTreeSet<String>,
}

/// Properties that stand in one object.
#[derive(Default)]
struct Table {
    /// Where the object stands, such as `measures[]`; empty for the definition itself.
    of: String,
    /// What the object is.
    title: String,
    rows: Vec<Row>,
    /// What must hold beyond what the rows say.
    conditions: Vec<String>,
}

/// One property.
struct Row {
    /// With the names of the objects around it, joined by dots; `[]` is any item of a list, `*` any name.
    name: String,
    /// What may stand there, in Markdown.
    value: String,
    /// Whether it must stand there.
    needed: bool,
    /// What an edit of the value does.
    change: String,
    meaning: String,
}

/// The sheet of a kind.
fn sheet<'s>(kinds: &'s Kinds, kind: &'s Kind) -> Sheet<'s> {
    let schema = kind.schema();
    let word = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut walk = walk::Walk::new(kinds);
    walk.root(kind.name(), schema);
    let (tables, shared) = walk.done();
    let said = |pointer: &str| dotted(pointer);
    let outcome = kind.outcome().map(|(criteria, exclusions)| match exclusions {
        Some(exclusions) => {
            format!(
                "`met` where `{}` hold, `excluded` by one of `{}`, else `not-met`",
                said(criteria),
                said(exclusions)
            )
        }
        None => format!("`met` where `{}` hold, else `not-met`", said(criteria)),
    });
    Sheet {
        title: word("title"),
        purpose: word("description"),
        version: kind.version().map(ToString::to_string).unwrap_or_default(),
        subject: schema.get("x-subject").and_then(Value::as_str).map(said),
        outcome,
        tables,
        example: schema.get("examples").and_then(Value::as_array).and_then(<[Value]>::first),
        shared,
    }
}

/// A JSON pointer as the name of a property.
fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}
