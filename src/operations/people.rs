//! People: who they are and which keys speak for them, and the edits that their lives bring about.
//!
//! An edit changes a file of the work tree, as an editor would; it counts once it was proposed, approved and landed.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::Failure;
use super::init::{account_file, person_file};
use super::workspace::{Workspace, quoted, short};
use crate::document::{Document, Value};
use crate::git::ObjectId;
use crate::git::write::write_file;
use crate::governance::people::{Account, People, Person};
use crate::governance::signature::PublicKey;
use crate::registry::Registry;
use crate::registry::layout::{is_id, person_path};

/// A person as the registry has them.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The person.
    pub person: Person,
    /// Whether the work tree says something else of them than what is accepted.
    pub edited: bool,
}

/// What happened to somebody.
#[derive(Clone, Debug)]
pub enum Event {
    /// Somebody joins.
    Joined {
        /// Name, for people to read; the id where there is none.
        name: Option<String>,
        /// Ids of roles.
        roles: Vec<String>,
        /// The key; somebody without one decides through a relay.
        key: Option<String>,
        /// Accounts at forges.
        accounts: Vec<Account>,
    },
    /// An account at a forge is the person's.
    Account {
        /// The account.
        account: Account,
    },
    /// A new key takes the place of one, or of the only active one.
    Rotated {
        /// The new key.
        key: String,
        /// The fingerprint of the one before.
        old: Option<String>,
    },
    /// A key is given up; or the person leaves.
    Retired {
        /// The fingerprint of the key.
        key: Option<String>,
    },
    /// A key, or everything of the person, was somebody else's since a commit.
    Compromised {
        /// The fingerprint of the key.
        key: Option<String>,
        /// The commit.
        since: String,
    },
}

/// Everybody who is accepted on the main branch.
///
/// # Errors
/// History that cannot be read.
pub fn list(workspace: &Workspace) -> Result<Vec<Listed>, Failure> {
    let replay = workspace.replay_main()?;
    let here: std::collections::BTreeMap<String, Vec<u8>> = workspace.work_tree_files()?.0.into_iter().collect();
    let listed = |person: &Person| {
        let path = person_path(&person.id);
        let accepted = match replay.ledger.current(&path) {
            Some(step) => Some(workspace.repository.blob(step.blob)?),
            None => None,
        };
        Ok(Listed { person: person.clone(), edited: here.get(&path) != accepted.as_ref() })
    };
    replay.ledger.people.iter().map(listed).collect()
}

/// Writes down what happened to a person, and gives the person as the file now says.
///
/// # Errors
/// The person, the key or the commit is not there, or is there already; the file cannot be written.
pub fn note(workspace: &Workspace, id: &str, event: &Event) -> Result<Listed, Failure> {
    let (files, _) = workspace.work_tree_files()?;
    let path = person_path(id);
    let known = files.iter().find(|(at, _)| *at == path).map(|(_, bytes)| bytes.as_slice());
    let bytes = match (event, known) {
        (Event::Joined { .. }, Some(_)) => {
            return Err(Failure::refused(
                format!("there is a person `{id}` already"),
                format!(
                    "Ids are never used again. `canon people account {id} HOST:NUMBER:LOGIN` gives an account, `canon people rotate {id} --key FILE` a key."
                ),
            ));
        }
        (Event::Joined { name, roles, key, accounts }, None) => {
            if !is_id(id) {
                return Err(Failure::refused(
                    format!("`{}` is no id", id.escape_debug()),
                    "Use a-z, 0-9 and `-`, starting with a letter.",
                ));
            }
            let roles: Vec<Value> = roles.iter().map(|role| Value::from(role.as_str())).collect();
            let key = key.as_deref().map(public_key).transpose()?;
            let file = person_file(id, name.as_deref().unwrap_or(id), &roles, key.as_ref(), accounts);
            file.1
        }
        (_, None) => {
            return Err(Failure::refused(
                format!("there is no person `{id}`"),
                "Type `canon people` to see everybody.",
            ));
        }
        (event, Some(bytes)) => {
            let edited = edited(workspace, bytes, event)?;
            let document = Document::parse(edited.to_string().as_bytes())
                .map_err(|error| Failure::own_fault(format!("{path}: {error}")))?;
            crate::document::stored_bytes(document.value())
        }
    };
    let mut files = files;
    files.retain(|(at, _)| *at != path);
    files.push((path.clone(), bytes.clone()));
    let (registry, _) = Registry::load(files);
    let bytes = registry.expected_bytes(&path).unwrap_or(bytes);
    let people = People::load(registry.documents().map(|(path, document)| (path, document.value())));
    let people = people.map_err(|findings| {
        let said = findings.first().map_or_else(|| "people cannot be read".to_owned(), |one| one.message.clone());
        let hint = "Nothing was written. A key or account belongs to one person, for ever; `canon check` tells more.";
        Failure::refused(said, hint)
    })?;
    let Some(person) = people.get(id).cloned() else {
        return Err(Failure::own_fault(format!("{path} does not hold `{id}`")));
    };
    let file = workspace.folder()?.join(&path);
    write_file(&file, &bytes).map_err(|cause| Failure::File { path: file, cause })?;
    Ok(Listed { person, edited: true })
}

/// The file of a person after something happened to them.
fn edited(workspace: &Workspace, bytes: &[u8], event: &Event) -> Result<Json, Failure> {
    let mut person: Json = serde_json::from_slice(bytes).map_err(|error| {
        Failure::refused(format!("the person's file cannot be read: {error}"), "Type `canon check`.")
    })?;
    match event {
        Event::Joined { .. } => {}
        Event::Account { account } => {
            let accounts = person.get_mut("accounts").and_then(Json::as_array_mut);
            let accounts = accounts
                .ok_or_else(|| Failure::refused("the person's file lists no accounts", "Type `canon check`."))?;
            accounts.push(account_file(account));
        }
        Event::Rotated { key, old } => {
            let key = public_key(key)?;
            let old = key_at(&person, old.as_deref())?;
            let keys = keys(&mut person)?;
            set(keys, old, "status", json!("retired"));
            keys.insert(0, json!({"key": key.line(), "status": "active"}));
        }
        Event::Retired { key: Some(key) } => {
            let at = key_at(&person, Some(key))?;
            set(keys(&mut person)?, at, "status", json!("retired"));
        }
        Event::Retired { key: None } => put(&mut person, "status", json!("retired")),
        Event::Compromised { key, since } => {
            let since = landing_of(workspace, since)?.to_string();
            match key {
                Some(key) => {
                    let at = key_at(&person, Some(key))?;
                    let keys = keys(&mut person)?;
                    set(keys, at, "status", json!("compromised"));
                    set(keys, at, "since", json!(since));
                }
                None => {
                    put(&mut person, "status", json!("compromised"));
                    put(&mut person, "since", json!(since));
                }
            }
        }
    }
    Ok(person)
}

/// The commit of the main branch with which a commit came to it, which may be itself.
fn landing_of(workspace: &Workspace, revision: &str) -> Result<ObjectId, Failure> {
    let commit = workspace.repository.resolve(revision)?;
    let (chain, _) = workspace.repository.first_parents(workspace.main_tip()?, None)?;
    let chain: Vec<ObjectId> = chain.into_iter().map(|landed| landed.id).collect();
    if chain.contains(&commit) {
        return Ok(commit);
    }
    let (mut least, mut end) = (0, chain.len());
    while least < end {
        let middle = least + (end - least) / 2;
        if workspace.repository.contains(chain[middle], commit)? { end = middle } else { least = middle + 1 }
    }
    chain.get(least).copied().ok_or_else(|| {
        let main = workspace.main_branch().unwrap_or_default();
        Failure::refused(
            format!("{} is no commit of the main branch, so nothing landed with it", short(commit)),
            format!("Name the first commit that may be a thief's, of those that `git log {}` lists.", quoted(&main)),
        )
    })
}

fn put(person: &mut Json, member: &str, value: Json) {
    if let Some(members) = person.as_object_mut() {
        members.insert(member.to_owned(), value);
    }
}

fn set(keys: &mut [Json], at: usize, member: &str, value: Json) {
    if let Some(key) = keys.get_mut(at) {
        put(key, member, value);
    }
}

fn keys(person: &mut Json) -> Result<&mut Vec<Json>, Failure> {
    let keys = person.get_mut("keys").and_then(Json::as_array_mut);
    keys.ok_or_else(|| Failure::refused("the person's file lists no keys", "Type `canon check`."))
}

/// Which key of a person has a fingerprint, or the text of one; or the only active one.
fn key_at(person: &Json, wanted: Option<&str>) -> Result<usize, Failure> {
    let keys = person.get("keys").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let public = |key: &Json| key.get("key").and_then(Json::as_str).and_then(PublicKey::parse);
    let is_active = |key: &Json| key.get("status") == Some(&json!("active"));
    let of_file = wanted.and_then(|wanted| public_key(wanted).ok());
    let is_wanted = |key: &Json| match (wanted, public(key)) {
        (None, _) => is_active(key),
        (Some(wanted), Some(public)) => public.fingerprint() == wanted || of_file.as_ref() == Some(&public),
        (Some(_), None) => false,
    };
    let found: Vec<usize> = keys.iter().enumerate().filter(|(_, key)| is_wanted(key)).map(|(at, _)| at).collect();
    let own: Vec<String> = keys.iter().filter_map(public).map(|key| key.fingerprint()).collect();
    match (found.as_slice(), wanted) {
        ([only], _) => Ok(*only),
        (_, Some(wanted)) => Err(Failure::refused(
            format!("`{wanted}` is no key of this person"),
            format!("The person's keys are {}.", own.join(", ")),
        )),
        ([], None) => {
            Err(Failure::refused("this person has no active key", "Name the key by its fingerprint: `--old`."))
        }
        (_, None) => Err(Failure::refused(
            "this person has more than one active key",
            format!("Name the one that goes: `--old FINGERPRINT`, of {}.", own.join(", ")),
        )),
    }
}

/// A public key: the line of one, or the file that holds it, or the file of the private half beside it.
fn public_key(text: &str) -> Result<PublicKey, Failure> {
    let read = |path: &Path| std::fs::read_to_string(path).ok().and_then(|line| PublicKey::parse(line.trim()));
    let path = Path::new(text);
    let beside = format!("{text}.pub");
    PublicKey::parse(text).or_else(|| read(path)).or_else(|| read(Path::new(&beside))).ok_or_else(|| {
        Failure::refused(
            format!("`{}` is no public key, and no file with one", text.escape_debug()),
            "Name the file that `ssh-keygen -t ed25519` wrote, such as ~/.ssh/id_ed25519.pub, or give its line.",
        )
    })
}
