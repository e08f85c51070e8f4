//! Starting a registry: schemas, the starter set, the policy, the first person, and the genesis commit.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Failure;
use super::reading::closed_over;
use super::workspace::{Files, Now, Workspace, trust_key};
use crate::document::{Digest, Document, Value, stored_bytes};
use crate::git::write::{Edits, is_leftover, write_file};
use crate::git::{Head, ObjectId, Repository};
use crate::governance::ledger::trust_digest;
use crate::governance::people::Account;
use crate::governance::signature::{PublicKey, SigningKey};
use crate::registry::layout::{
    DocumentRole, POLICY_JSON, REGISTRY, REGISTRY_JSON, SCHEMAS, definition_name, document_role, is_id, person_path,
};
use crate::registry::{Registry, builtin};

/// The lines that keep git from merging or re-spelling governed files by itself.
const ATTRIBUTES: &str = "registry/** -merge -text\nschemas/** -merge -text\n";

/// What a registry begins with that shall be small: the way from inquiry to SQL, who hands over to whom and how soon,
/// and the numbers that show whether it works. All that these refer to comes along, so that nothing is missing.
pub const MINIMAL: [&str; 8] = [
    "handoff/mql-to-development",
    "handoff/pql-to-development",
    "handoff/sql-to-sales",
    "metric/mql-response-kept",
    "metric/mql-to-sql",
    "metric/speed-to-lead",
    "metric/win-rate",
    "opportunity-rule/sales-qualified",
];

/// What to start with.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// Name of the registry; the folder's name if not given.
    pub name: Option<String>,
    /// Id of the first person; made from git's `user.name` if not given.
    pub person: Option<String>,
    /// Whether to start with few definitions: those of [`MINIMAL`] and what they refer to.
    pub minimal: bool,
}

/// What was started.
#[derive(Clone, Debug)]
pub struct Started {
    /// The trust digest.
    pub trust: Digest,
    /// Id of the first person.
    pub person: String,
    /// Fingerprint of the person's key.
    pub fingerprint: String,
    /// How many definitions the starter set holds.
    pub definitions: usize,
    /// The main branch.
    pub branch: String,
}

/// Writes a registry into the folder, commits it on the current branch and pins its trust digest in git's local
/// configuration.
///
/// # Errors
/// No repository, a registry that is there already, no key, or files that cannot be written.
pub fn init(folder: &Path, wishes: &Wishes, key: Option<&Path>, now: Now) -> Result<Started, Failure> {
    let file_error = |cause| Failure::File { path: folder.to_owned(), cause };
    let existing = folder.ancestors().find(|ancestor| ancestor.is_dir()).unwrap_or(Path::new("."));
    let repository = Repository::discover(&existing.canonicalize().map_err(file_error)?)?;
    std::fs::create_dir_all(folder).map_err(file_error)?;
    let folder = folder.canonicalize().map_err(file_error)?;
    let top = repository.work_tree()?.canonicalize().map_err(|cause| Failure::File { path: folder.clone(), cause })?;
    let Ok(root) = folder.strip_prefix(&top) else {
        return Err(Failure::refused(
            format!("{} is outside the work tree of this repository", folder.display()),
            "Name a folder inside it.",
        ));
    };
    let root = root.to_string_lossy().into_owned();
    let outer = folder.ancestors().skip(1).take_while(|outer| outer.starts_with(&top));
    if let Some(outer) = outer.filter(|outer| outer.join(REGISTRY_JSON).is_file()).last() {
        return Err(Failure::refused(
            format!("{} is inside the registry in {}", folder.display(), outer.display()),
            "Name a folder outside it.",
        ));
    }
    let begun = Begun::of(&repository, &root);
    if begun.is_there() && repository.head()?.commit().is_none_or(|head| !holds_registry(&repository, head, &root)) {
        begun.clear(&folder);
    }
    for taken in [REGISTRY, SCHEMAS] {
        if folder.join(taken).symlink_metadata().is_ok() {
            return Err(Failure::refused(
                format!("there is a `{taken}` here already"),
                "Type `canon` to see where you stand, or name an empty folder: `canon -C DIR init`.",
            ));
        }
    }
    let branch = match repository.head()? {
        Head::Branch(name, _) | Head::Unborn(name) => name,
        Head::Detached(_) => {
            return Err(Failure::refused(
                "HEAD is detached, so the first commit of the registry would belong to no branch",
                "Type `git switch BRANCH`, then `canon init`.",
            ));
        }
    };
    let workspace = Workspace { repository, root, now, committer: None };
    let author = workspace.author()?;
    let key = workspace.signing_key(key)?;
    // A public half without its private one would start a registry that nobody can change.
    key.sign(b"canon init")?;
    let person = match &wishes.person {
        Some(id) if is_id(id) => id.clone(),
        Some(id) => {
            return Err(Failure::refused(format!("`{id}` is no id"), "Use a-z, 0-9 and `-`, starting with a letter."));
        }
        None => slug(&author.name).filter(|id| is_id(id)).unwrap_or_else(|| "keeper".to_owned()),
    };
    let folder_name = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let name = wishes.name.clone().unwrap_or(folder_name);
    let mut documents = starter(&name, &branch, &person, &author.name, &key)?;
    if wishes.minimal {
        keep_minimal(&mut documents);
    }
    begun.note()?;
    let trust = commit_genesis(&workspace, &branch, &name, &documents)?;
    begun.forget();
    let definitions = documents.iter().filter(|(path, _)| path.starts_with("registry/definitions/")).count();
    Ok(Started { trust, person, fingerprint: key.public.fingerprint(), definitions, branch })
}

/// The note that an `init` has begun to write files: whatever it leaves if it is killed, the next one may clear away.
struct Begun {
    file: PathBuf,
    root: String,
}

impl Begun {
    fn of(repository: &Repository, root: &str) -> Begun {
        Begun { file: repository.memory().join("init"), root: root.to_owned() }
    }

    fn is_there(&self) -> bool {
        std::fs::read(&self.file).is_ok_and(|noted| noted == self.root.as_bytes())
    }

    fn note(&self) -> Result<(), Failure> {
        write_file(&self.file, self.root.as_bytes()).map_err(|cause| Failure::File { path: self.file.clone(), cause })
    }

    fn forget(&self) {
        // One that stays is not believed where a registry was committed.
        let _ = std::fs::remove_file(&self.file);
    }

    /// Removes files that an `init` writes, and folders that are empty then.
    fn clear(&self, folder: &Path) {
        let mut open: Vec<PathBuf> = [REGISTRY, SCHEMAS].map(|name| folder.join(name)).into();
        let mut folders: Vec<PathBuf> = Vec::new();
        let written: BTreeSet<&str> = builtin::schemas().chain(builtin::starter()).map(|(path, _)| path).collect();
        while let Some(at) = open.pop() {
            for path in std::fs::read_dir(&at).into_iter().flatten().flatten().map(|entry| entry.path()) {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                let is_person = matches!(document_role(&name), Some(DocumentRole::Person(_)));
                if path.is_dir() && !path.is_symlink() {
                    open.push(path);
                } else if written.contains(name.as_str()) || is_person || is_leftover(&path) {
                    let _ = std::fs::remove_file(path);
                }
            }
            folders.push(at);
        }
        for empty in folders.iter().rev() {
            let _ = std::fs::remove_dir(empty);
        }
    }
}

/// Whether a commit holds a registry in a folder.
fn holds_registry(repository: &Repository, commit: ObjectId, root: &str) -> bool {
    let path = if root.is_empty() { REGISTRY_JSON.to_owned() } else { format!("{root}/{REGISTRY_JSON}") };
    // What cannot be read may hold one.
    repository.commit(commit).and_then(|commit| repository.file(commit.tree, &path)).map_or(true, |file| file.is_some())
}

/// Commits the first documents of a registry, with the attributes that keep git from merging or re-spelling them, and
/// pins the trust digest in git's local configuration.
///
/// # Errors
/// Files or objects cannot be written.
pub fn commit_genesis(workspace: &Workspace, branch: &str, name: &str, documents: &Files) -> Result<Digest, Failure> {
    let mut edits: Edits =
        documents.iter().map(|(path, bytes)| (workspace.in_repository(path), Some(bytes.clone()))).collect();
    let attributes = workspace.in_repository(".gitattributes");
    let old = std::fs::read_to_string(workspace.repository.work_tree()?.join(&attributes)).unwrap_or_default();
    let gap = if old.is_empty() || old.ends_with('\n') { "" } else { "\n" };
    let added = if old.contains(ATTRIBUTES) { old } else { format!("{old}{gap}{ATTRIBUTES}") };
    edits.insert(attributes, Some(added.into_bytes()));
    let trust = trust_of(documents)?;
    let message = format!("Start the registry `{name}`\n\nTrust digest: {trust}\n");
    workspace.repository.set_config(&trust_key(&workspace.root), &trust.to_string())?;
    let seen = workspace.repository.reference(&format!("refs/heads/{branch}"));
    super::land::commit(workspace, branch, seen, &edits, &message)?;
    Ok(trust)
}

/// The file of a person with one active key, in stored form.
#[must_use]
pub fn person_file(
    id: &str,
    name: &str,
    roles: &[Value],
    key: Option<&PublicKey>,
    accounts: &[Account],
) -> (String, Vec<u8>) {
    let value = serde_json::json!({
        "$schema": "../../../schemas/person.schema.json",
        "kind": "person",
        "id": id,
        "version": "1.0.0",
        "name": name,
        "roles": roles,
        "status": "active",
        "keys": key.iter().map(|key| serde_json::json!({"key": key.line(), "status": "active"})).collect::<Vec<_>>(),
        "accounts": accounts.iter().map(account_file).collect::<Vec<_>>(),
    });
    (person_path(id), stored_bytes(&value.into()))
}

/// An account as a person's file says it.
pub(super) fn account_file(account: &Account) -> serde_json::Value {
    serde_json::json!({"host": account.host, "id": account.id, "login": account.login})
}

/// The documents of a fresh registry, in stored form.
fn starter(name: &str, branch: &str, person: &str, person_name: &str, key: &SigningKey) -> Result<Files, Failure> {
    let mut roles = Vec::new();
    let mut documents = Vec::new();
    for (path, bytes) in builtin::schemas().chain(builtin::starter()) {
        let Ok(document) = Document::parse(bytes) else { continue };
        let mut value = document.value().clone();
        match path {
            REGISTRY_JSON => {
                value.set("name", name);
                value.set("nonce", nonce()?);
                value.set("main_branch", branch);
                if let Some(zone) = jiff::tz::TimeZone::system().iana_name().filter(|zone| *zone != "Etc/Unknown") {
                    value.set("time_zone", zone);
                }
            }
            POLICY_JSON => {
                let ids = value["roles"].as_array().into_iter().flatten().filter_map(|role| role.get("id"));
                roles = ids.cloned().collect();
                value.set("separate_duties", false);
            }
            _ if document_role(path).is_none() => continue,
            _ => {}
        }
        documents.push((path.to_owned(), stored_bytes(&value)));
    }
    documents.push(person_file(person, person_name, &roles, Some(&key.public), &[]));
    documents.sort();
    Ok(documents)
}

/// Takes out the definitions that a small registry does without.
fn keep_minimal(documents: &mut Files) {
    let (registry, _) = Registry::load(documents.clone());
    let kept = closed_over(&registry, &MINIMAL);
    documents.retain(|(path, _)| definition_name(path).is_none_or(|name| kept.contains(&name)));
}

/// The trust digest of documents that will be genesis.
fn trust_of(documents: &Files) -> Result<Digest, Failure> {
    let mut digests = Vec::new();
    for (path, bytes) in documents {
        let document = Document::parse(bytes).map_err(|error| Failure::own_fault(format!("{path}: {error}")))?;
        digests.push((path.as_str(), document.digest()));
    }
    Ok(trust_digest(digests.into_iter()))
}

/// Sixteen random bytes, so that two registries never share a trust digest.
fn nonce() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::refused(format!("the system gives no random bytes: {error}"), "Run this where it does.")
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// An id made from a name: ASCII letters and digits in lower case, everything else a dash.
#[must_use]
pub fn slug(text: &str) -> Option<String> {
    let dashed: String = text
        .to_lowercase()
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '-' })
        .collect();
    let words: Vec<&str> = dashed.split('-').filter(|word| !word.is_empty()).collect();
    let mut id = String::new();
    for word in words {
        let longer = if id.is_empty() { word.to_owned() } else { format!("{id}-{word}") };
        if longer.len() > 48 && !id.is_empty() {
            break;
        }
        id = longer.chars().take(48).collect();
    }
    (!id.is_empty()).then_some(id)
}
