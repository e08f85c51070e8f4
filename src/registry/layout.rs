//! Which file is what: the one place that knows the paths of a registry.
//!
//! Paths are relative to the root, the folder that holds `registry/` and `schemas/`, with `/` between names.

/// The folder of everything governed and of the records about it.
pub const REGISTRY: &str = "registry";
/// The folder of schemas.
pub const SCHEMAS: &str = "schemas";
/// The folder of definitions, with a folder for each kind.
pub const DEFINITIONS: &str = "registry/definitions";
/// The folder in [`SCHEMAS`] that describes what commands give to programs. It rules nothing.
pub const OUTPUT: &str = "output";
/// The document whose first appearance is genesis.
pub const REGISTRY_JSON: &str = "registry/registry.json";
/// The findings that are waived.
pub const WAIVERS_JSON: &str = "registry/waivers.json";
/// Who must approve what.
pub const POLICY_JSON: &str = "registry/governance/policy.json";
/// The folder of people.
const PEOPLE: &str = "registry/governance/people";
/// The change log that `publish` writes; no evidence.
pub const CHANGELOG: &str = "registry/CHANGELOG.md";

/// What a path under the root is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role<'a> {
    /// A document under governance.
    Document(DocumentRole<'a>),
    /// `change.json` of a change, or its signature.
    Change {
        /// The change's id.
        change: &'a str,
        /// Whether this is the `.sig` file.
        signature: bool,
    },
    /// A person's decision on a change, or its signature.
    Decision {
        /// The change's id.
        change: &'a str,
        /// The person's id.
        person: &'a str,
        /// 1 for the first decision, then 2, 3, ...
        number: u32,
        /// Whether this is the `.sig` file.
        signature: bool,
    },
    /// A release manifest, or its signature.
    Release {
        /// The version of the release, as the file name says it.
        version: &'a str,
        /// Whether this is the `.sig` file.
        signature: bool,
    },
    /// A file that is written for readers and proves nothing.
    Free,
    /// A file that has no place here.
    Unknown,
    /// A file outside `registry/` and `schemas/`.
    Outside,
}

/// What a governed document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentRole<'a> {
    /// `registry/registry.json`.
    Registry,
    /// `registry/waivers.json`.
    Waivers,
    /// `registry/governance/policy.json`.
    Policy,
    /// A person.
    Person(&'a str),
    /// A definition.
    Definition {
        /// The kind, which is the name of its folder.
        kind: &'a str,
        /// The id, which is the stem of its file.
        id: &'a str,
    },
    /// A schema, by the name of its kind (`common` for the shared parts).
    Schema(&'a str),
}

/// Says what a path is.
#[must_use]
pub fn role(path: &str) -> Role<'_> {
    use DocumentRole as D;
    // No path that means anything has more parts.
    let mut parts = [""; 7];
    let count = path.split('/').zip(&mut parts).map(|(part, slot)| *slot = part).count();
    match &parts[..count] {
        ["registry", "registry.json"] => Role::Document(D::Registry),
        ["registry", "waivers.json"] => Role::Document(D::Waivers),
        ["registry", "CHANGELOG.md"] => Role::Free,
        ["registry", "governance", "policy.json"] => Role::Document(D::Policy),
        ["registry", "governance", "people", file] => match file.strip_suffix(".json") {
            Some(id) if is_id(id) => Role::Document(D::Person(id)),
            _ => Role::Unknown,
        },
        ["registry", "definitions", kind, file] => match file.strip_suffix(".json") {
            Some(id) if is_id(kind) && is_definition_id(id) => Role::Document(D::Definition { kind, id }),
            _ => Role::Unknown,
        },
        ["registry", "changes", month, change, rest @ ..]
            if is_change_id(change) && change.get(..7) == Some(*month) =>
        {
            change_role(change, rest)
        }
        ["registry", "releases", file] => release_role(file),
        ["schemas", OUTPUT, file] => match file.strip_suffix(".schema.json") {
            Some(name) if is_id(name) => Role::Free,
            _ => Role::Unknown,
        },
        ["schemas", file] => match file.strip_suffix(".schema.json") {
            Some(kind) if is_id(kind) => Role::Document(D::Schema(kind)),
            _ => Role::Unknown,
        },
        ["registry" | "schemas", ..] => Role::Unknown,
        _ => Role::Outside,
    }
}

/// The governed document that a path holds, if it is one.
#[must_use]
pub fn document_role(path: &str) -> Option<DocumentRole<'_>> {
    match role(path) {
        Role::Document(role) => Some(role),
        _ => None,
    }
}

/// Where the document at a path says its version, as a JSON pointer.
#[must_use]
pub fn version_pointer(path: &str) -> &'static str {
    match document_role(path) {
        Some(DocumentRole::Schema(_)) => "/x-version",
        _ => "/version",
    }
}

/// Whether a path is in the folder of schemas, whose files rule all others.
#[must_use]
pub fn is_schema(path: &str) -> bool {
    path.strip_prefix(SCHEMAS).is_some_and(|rest| rest.starts_with('/'))
}

/// The path of a definition.
#[must_use]
pub fn definition_path(kind: &str, id: &str) -> String {
    format!("registry/definitions/{kind}/{id}.json")
}

/// `kind/id` of a definition's path, if it is one.
#[must_use]
pub fn definition_name(path: &str) -> Option<String> {
    match document_role(path)? {
        DocumentRole::Definition { kind, id } => Some(format!("{kind}/{id}")),
        _ => None,
    }
}

/// The path of a kind's schema.
#[must_use]
pub fn schema_path(kind: &str) -> String {
    format!("schemas/{kind}.schema.json")
}

/// The path of a person.
#[must_use]
pub fn person_path(id: &str) -> String {
    format!("{PEOPLE}/{id}.json")
}

/// The folder of a change.
#[must_use]
pub fn change_folder(change: &str) -> String {
    format!("registry/changes/{}/{change}", change.get(..7).unwrap_or_default())
}

/// The path of a change record.
#[must_use]
pub fn change_path(change: &str) -> String {
    format!("{}/change.json", change_folder(change))
}

/// The path of a person's decision: the first has no number, later ones are `.2`, `.3`, ...
#[must_use]
pub fn decision_path(change: &str, person: &str, number: u32) -> String {
    let folder = change_folder(change);
    match number {
        ..=1 => format!("{folder}/approvals/{person}.json"),
        _ => format!("{folder}/approvals/{person}.{number}.json"),
    }
}

/// The branch on which a change is proposed, unless its proposer chose another.
#[must_use]
pub fn change_branch(change: &str) -> String {
    format!("change/{change}")
}

/// The folder of release manifests.
pub const RELEASES: &str = "registry/releases";

/// The path of a release manifest.
#[must_use]
pub fn release_path(version: &str) -> String {
    format!("{RELEASES}/{version}.json")
}

/// Whether this is an id: `[a-z][a-z0-9-]{0,63}`.
#[must_use]
pub fn is_id(text: &str) -> bool {
    is_word(text, b"-")
}

/// Whether this is a change id: digits in the form `YYYY-MM-DD`, a dash, and one or more lower-case letters, digits and
/// dashes; 96 bytes at most. Whether the digits are a day of the calendar is not asked.
#[must_use]
pub fn is_change_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 11
        && bytes.len() <= 96
        && bytes[..10].iter().enumerate().all(|(index, byte)| match index {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
        && bytes[10] == b'-'
        && bytes[11..].iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
}

/// Whether this is a name that criteria write in paths, of an entity or a field: `[a-z][a-z0-9_]{0,63}`.
#[must_use]
pub fn is_path_name(text: &str) -> bool {
    is_word(text, b"_")
}

/// Whether this is the id of a definition. It may hold `_`, since criteria write an entity's id in paths.
#[must_use]
pub fn is_definition_id(text: &str) -> bool {
    is_word(text, b"-_")
}

fn is_word(text: &str, joiners: &[u8]) -> bool {
    let bytes = text.as_bytes();
    (1..=64).contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && bytes.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || joiners.contains(byte))
}

/// Takes a record's `.sig` off its file name, and says whether it was there.
fn unsigned(file: &str) -> (&str, bool) {
    match file.strip_suffix(".sig") {
        Some(record) => (record, true),
        None => (file, false),
    }
}

fn change_role<'a>(change: &'a str, rest: &[&'a str]) -> Role<'a> {
    match rest {
        [file] => match unsigned(file) {
            ("change.json", signature) => Role::Change { change, signature },
            _ => Role::Unknown,
        },
        ["approvals", file] => {
            let (record, signature) = unsigned(file);
            let Some(name) = record.strip_suffix(".json") else { return Role::Unknown };
            let (person, number) = match name.split_once('.') {
                None => (name, 1),
                Some((person, digits)) => match digits.parse::<u32>() {
                    Ok(number) if number >= 2 && number.to_string() == digits => (person, number),
                    _ => return Role::Unknown,
                },
            };
            if is_id(person) { Role::Decision { change, person, number, signature } } else { Role::Unknown }
        }
        _ => Role::Unknown,
    }
}

fn release_role(file: &str) -> Role<'_> {
    let (record, signature) = unsigned(file);
    match record.strip_suffix(".json") {
        Some(version) if semver::Version::parse(version).is_ok() => Role::Release { version, signature },
        _ => Role::Unknown,
    }
}
