//! A new definition: a draft with everything that can be inferred, and blanks that the check points at.

use std::collections::BTreeSet;

use super::Failure;
use super::check::check_registry;
use super::workspace::Workspace;
use crate::criteria::Moment;
use crate::document::Value;
use crate::finding::{Finding, Target, nearest};
use crate::git::write::write_file;
use crate::governance::people::People;
use crate::registry::layout::{POLICY_JSON, definition_path, document_role};
use crate::registry::{Chosen, Kind, Known, Registry};

const ID_FORM: &str = "Use a-z, 0-9 and `-`, starting with a letter, 64 characters at most.";

/// What was written.
pub struct Written {
    /// The file, from the root of the registry.
    pub path: String,
    /// The document.
    pub value: Value,
    /// What the check finds in it: the blanks, in order of place.
    pub blanks: Vec<Blank>,
    /// What was taken for the author, and may be otherwise.
    pub taken: Vec<Taken>,
}

/// A place to be filled in.
pub struct Blank {
    /// What the check says of it.
    pub finding: Finding,
    /// The line in the file, from 1.
    pub line: usize,
    /// What the schema says belongs there.
    pub meaning: Option<String>,
}

/// A value that the author should look at.
pub struct Taken {
    /// Where and what else.
    pub chosen: Chosen,
    /// The value.
    pub value: Value,
    /// What the schema says it decides.
    pub meaning: Option<String>,
}

/// Writes a new definition into the work tree.
///
/// # Errors
/// The kind is none or cannot be used, the id cannot be one or is taken, or the file cannot be written.
pub fn new(workspace: &Workspace, kind: &str, id: &str) -> Result<Written, Failure> {
    let (registry, _) = workspace.work_tree_registry()?;
    let found = registry.kinds().get(kind).ok_or_else(|| unknown_kind(&registry, kind))?;
    if found.is_faulty() || !registry.kinds().faults().is_empty() {
        return Err(Failure::refused(
            format!("the schema of `{kind}` has faults, so nobody can say what a definition must have"),
            "Type `canon check` to see them.",
        ));
    }
    let path = definition_path(kind, id);
    if document_role(&path).is_none() {
        return Err(no_id(id, ID_FORM.to_owned()));
    }
    let file = workspace.folder()?.join(&path);
    if registry.paths().any(|known| known == path) || file.symlink_metadata().is_ok() {
        return Err(Failure::refused(
            format!("`{kind}/{id}` is there already"),
            format!("Type `canon show {kind}/{id}` to see it, or choose another id: ids are never used again."),
        ));
    }
    let inferred = Inferred::of(workspace, &registry, kind, id);
    let skeleton = found.skeleton(&inferred);
    if let Some(error) = found.validate(&skeleton.value).into_iter().find(|error| error.pointer == "/id") {
        return Err(no_id(id, error.hint.unwrap_or_else(|| ID_FORM.to_owned())));
    }
    let bytes = registry.stored_form(&path, &skeleton.value);
    let value = found.arrange(&skeleton.value);
    let findings = findings_with(workspace, &path, &bytes)?;
    write_file(&file, &bytes).map_err(|cause| Failure::File { path: file, cause })?;
    let pointers: BTreeSet<&str> = findings.iter().filter_map(pointer).collect();
    let told = |chosen: &Chosen| pointers.contains(chosen.pointer.as_str()) || inferred.is_certain(&chosen.pointer);
    let taken = skeleton.chosen.into_iter().filter(|chosen| !told(chosen));
    let taken = taken.filter_map(|chosen| taken_of(found, &value, chosen)).collect();
    let source = String::from_utf8_lossy(&bytes);
    let blank = |finding: Finding| Blank {
        line: finding.position(&source).line,
        meaning: pointer(&finding).and_then(|at| found.meaning(&value, at)).map(str::to_owned),
        finding,
    };
    let blanks = findings.into_iter().map(blank).collect();
    Ok(Written { path, value, blanks, taken })
}

fn no_id(id: &str, hint: String) -> Failure {
    Failure::refused(format!("`{}` cannot be the id of such a definition", id.escape_debug()), hint)
}

fn unknown_kind(registry: &Registry, kind: &str) -> Failure {
    let hint = match nearest(kind, registry.kinds().names()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("The kinds are {}.", registry.kinds().names().collect::<Vec<_>>().join(", ")),
    };
    Failure::refused(format!("there is no kind `{}`", kind.escape_debug()), hint)
}

/// What the check finds in one file, as if it stood in the work tree.
fn findings_with(workspace: &Workspace, path: &str, bytes: &[u8]) -> Result<Vec<Finding>, Failure> {
    let (mut files, _) = workspace.work_tree_files()?;
    files.push((path.to_owned(), bytes.to_vec()));
    let (registry, loaded) = Registry::load(files);
    let checked = check_registry(registry, loaded, workspace.now);
    Ok(checked.findings().iter().filter(|finding| finding.path == path).cloned().collect())
}

/// Where a finding points.
#[must_use]
pub fn pointer(finding: &Finding) -> Option<&str> {
    match &finding.target {
        Target::Value(pointer) | Target::Key(pointer) => Some(pointer),
        _ => None,
    }
}

fn taken_of(kind: &Kind, value: &Value, chosen: Chosen) -> Option<Taken> {
    let taken = value.pointer(&chosen.pointer)?.clone();
    let meaning = kind.meaning(value, &chosen.pointer).map(str::to_owned);
    Some(Taken { value: taken, meaning, chosen })
}

/// What can be told without asking.
struct Inferred<'r> {
    registry: &'r Registry,
    kind: &'r str,
    certain: Vec<(&'static str, Value)>,
}

impl<'r> Inferred<'r> {
    fn of(workspace: &Workspace, registry: &'r Registry, kind: &'r str, id: &str) -> Inferred<'r> {
        let mut certain = vec![
            ("/$schema", Value::from(format!("../../../schemas/{kind}.schema.json"))),
            ("/kind", Value::from(kind)),
            ("/id", Value::from(id)),
            ("/version", Value::from("1.0.0")),
            ("/status", Value::from("draft")),
            ("/name", Value::from(name_of(id))),
            ("/effective/from", Value::from(workspace.now.day())),
        ];
        if let Some(role) = own_role(workspace, registry) {
            certain.push(("/owner", Value::from(role)));
        }
        Inferred { registry, kind, certain }
    }

    fn is_certain(&self, pointer: &str) -> bool {
        self.certain.iter().any(|(known, _)| *known == pointer)
    }
}

impl Known for Inferred<'_> {
    /// A value that is known, or that all definitions of this kind have there: two at least, and no draft.
    fn at(&self, pointer: &str) -> Option<Value> {
        if let Some((_, value)) = self.certain.iter().find(|(known, _)| *known == pointer) {
            return Some(value.clone());
        }
        let others = self.registry.definitions_of(self.kind).map(|definition| definition.document.value());
        let settled = others.filter(|value| value.get("status").is_some_and(|status| *status == "active"));
        let mut values = settled.map(|value| value.pointer(pointer));
        let first = values.next()??;
        // That all of them say one day is an accident.
        let word = first.is_boolean() || first.as_str().is_some_and(|text| Moment::parse(text).is_none());
        let rest: Vec<Option<&Value>> = values.collect();
        (word && !rest.is_empty() && rest.iter().all(|value| *value == Some(first))).then(|| first.clone())
    }

    fn only(&self, kinds: &[String], qualified: bool) -> Option<String> {
        let of = |kind: &String| self.registry.definitions_of(kind).collect::<Vec<_>>();
        let mut found = kinds.iter().flat_map(of);
        let (first, second) = (found.next()?, found.next());
        second.is_none().then(|| if qualified { first.name() } else { first.id.to_owned() })
    }
}

/// The role of whoever has the key: their only one, or the only one there is.
fn own_role(workspace: &Workspace, registry: &Registry) -> Option<String> {
    let documents = registry.documents().map(|(path, document)| (path, document.value()));
    let key = workspace.signing_key(None).ok();
    let own = People::load(documents).ok().and_then(|people| Some(people.owner_of(&key?.public)?.roles.clone()));
    if let Some(roles) = own.filter(|roles| roles.len() == 1) {
        return roles.iter().next().cloned();
    }
    let policy = registry.document(POLICY_JSON)?.value();
    match policy.get("roles")?.as_array()? {
        [role] => role.get("id")?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// What an id says in words, with a capital letter.
fn name_of(id: &str) -> String {
    let words = id.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
