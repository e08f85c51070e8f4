//! People: who they are, which roles they hold, and which keys speak for them.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::Deserialize;

use super::signature::PublicKey;
use crate::document::Value;
use crate::finding::{Finding, rules};
use crate::registry::layout::{DocumentRole, document_role, person_path};

/// Whether a person or key counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// New signatures count.
    Active,
    /// No new signature counts; what was accepted stays.
    Retired,
    /// Lost to somebody else since a named commit; final.
    Compromised,
}

/// A key of a person.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub public: PublicKey,
    /// Whether it counts.
    pub status: Status,
    /// The commit from which on it is compromised, if it is.
    pub since: Option<String>,
}

/// An account of a person at a forge, by the number that the forge never reuses, as a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Host name of the forge.
    pub host: String,
    /// The account's number.
    pub id: String,
    /// The account's name, for people to read.
    #[serde(default)]
    pub login: String,
}

/// Whether a text is the plain name of a host, without a port.
#[must_use]
pub fn is_host(text: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
    text.split('.').all(is_label)
}

/// Whether a text is the number of an account as forges write it.
#[must_use]
pub fn is_account_number(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('0') && text.bytes().all(|letter| letter.is_ascii_digit())
}

impl FromStr for Account {
    type Err = String;

    /// Reads `HOST:NUMBER` or `HOST:NUMBER:LOGIN`. Without a login the number stands for it.
    fn from_str(text: &str) -> Result<Account, String> {
        let mut parts = text.splitn(3, ':');
        let (host, id, login) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
        if !is_host(host) || !is_account_number(id) || login.is_some_and(str::is_empty) {
            return Err("an account is HOST:NUMBER or HOST:NUMBER:LOGIN, such as github.com:1000001:login".to_owned());
        }
        let login = login.unwrap_or(id).to_owned();
        Ok(Account { host: host.to_ascii_lowercase(), id: id.to_owned(), login })
    }
}

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Id; the stem of the file.
    pub id: String,
    /// Name, for people to read.
    pub name: String,
    /// Roles held.
    pub roles: BTreeSet<String>,
    /// Whether the person counts.
    pub status: Status,
    /// The commit from which on the person is compromised, if so.
    pub since: Option<String>,
    /// Keys, whatever their status.
    pub keys: Vec<Key>,
    /// Accounts at forges.
    pub accounts: Vec<Account>,
}

impl Person {
    /// Whether a new signature of this person could count.
    #[must_use]
    pub fn can_sign(&self) -> bool {
        self.status == Status::Active && self.keys.iter().any(|key| key.status == Status::Active)
    }

    /// The compromised keys, each with the commits from which on it is.
    pub fn compromised(&self) -> impl Iterator<Item = (&PublicKey, impl Iterator<Item = &str>)> {
        self.keys.iter().map(|key| (&key.public, key.since.iter().chain(&self.since).map(String::as_str)))
    }

    /// Whether an account is this person's.
    #[must_use]
    pub fn has_account(&self, host: &str, id: &str) -> bool {
        self.accounts.iter().any(|account| account.host.eq_ignore_ascii_case(host) && account.id == id)
    }

    /// Whether a new signature with this key speaks for this person.
    #[must_use]
    pub fn speaks_with(&self, key: &PublicKey) -> bool {
        self.status == Status::Active && self.keys.iter().any(|own| own.status == Status::Active && own.public == *key)
    }
}

/// Everybody, by id.
#[derive(Clone, Debug, Default)]
pub struct People {
    by_id: BTreeMap<String, Person>,
}

impl People {
    /// Reads people from their documents; other documents are passed over.
    ///
    /// # Errors
    /// What keeps them from being read: malformed files, a key or account that two people claim.
    pub fn load<'a>(documents: impl Iterator<Item = (&'a str, &'a Value)>) -> Result<People, Vec<Finding>> {
        let mut people = People::default();
        let mut findings = Vec::new();
        for (path, value) in documents {
            let Some(DocumentRole::Person(id)) = document_role(path) else { continue };
            match read_person(path, id, value) {
                Ok(person) => {
                    people.by_id.insert(person.id.clone(), person);
                }
                Err(finding) => findings.push(finding),
            }
        }
        findings.extend(people.shared_keys());
        if findings.is_empty() { Ok(people) } else { Err(findings) }
    }

    /// A person by id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Person> {
        self.by_id.get(id)
    }

    /// Everybody, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.by_id.values()
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The person whom a key belongs to, whatever the status of either.
    #[must_use]
    pub fn owner_of(&self, key: &PublicKey) -> Option<&Person> {
        self.iter().find(|person| person.keys.iter().any(|own| own.public == *key))
    }

    /// The person whom an account belongs to, whatever the person's status.
    #[must_use]
    pub fn owner_of_account(&self, host: &str, id: &str) -> Option<&Person> {
        self.iter().find(|person| person.has_account(host, id))
    }

    /// A key or account belongs to one person: finds those that two claim, or one claims twice.
    fn shared_keys(&self) -> Vec<Finding> {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        let mut findings = Vec::new();
        for person in self.iter() {
            let keys = person.keys.iter().map(|key| format!("the key {}", key.public.fingerprint()));
            let accounts = person
                .accounts
                .iter()
                .map(|account| format!("the account {}:{}", account.host.to_ascii_lowercase(), account.id));
            for thing in keys.chain(accounts) {
                if let Some(other) = seen.insert(thing.clone(), &person.id) {
                    let message = format!("{thing} is listed for `{other}` and for `{}`", person.id);
                    findings.push(Finding::on_file(&rules::PEOPLE_INVALID, &person_path(&person.id), message));
                }
            }
        }
        findings
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonFile {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    kind: String,
    id: String,
    #[serde(rename = "version")]
    _version: semver::Version,
    name: String,
    roles: BTreeSet<String>,
    status: Status,
    #[serde(default)]
    since: Option<String>,
    keys: Vec<KeyFile>,
    #[serde(default)]
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    key: String,
    status: Status,
    #[serde(default)]
    since: Option<String>,
}

fn read_person(path: &str, id: &str, value: &Value) -> Result<Person, Finding> {
    let invalid = |pointer: &str, message: String| Finding::at(&rules::PEOPLE_INVALID, path, pointer, message);
    let file: PersonFile = value.read().map_err(|error| invalid("", error.to_string()))?;
    if file.kind != "person" || file.id != id {
        return Err(invalid("/id", format!("the file of person `{id}` says it is {} `{}`", file.kind, file.id)));
    }
    let since_fits = |status, since: &Option<String>| (status == Status::Compromised) == since.is_some();
    if !since_fits(file.status, &file.since) {
        return Err(invalid(
            "/status",
            "`since` names the commit from which a person is compromised, and nothing else".to_owned(),
        ));
    }
    let mut keys = Vec::new();
    for (index, key) in file.keys.iter().enumerate() {
        let at = format!("/keys/{index}");
        let Some(public) = PublicKey::parse(&key.key) else {
            return Err(invalid(&format!("{at}/key"), "this is no OpenSSH public key".to_owned()));
        };
        if !since_fits(key.status, &key.since) {
            return Err(invalid(
                &at,
                "`since` names the commit from which a key is compromised, and nothing else".to_owned(),
            ));
        }
        keys.push(Key { public, status: key.status, since: key.since.clone() });
    }
    if let Some(index) = file.accounts.iter().position(|account| !is_account_number(&account.id)) {
        let message = "the id of an account is its number at the forge, as a text".to_owned();
        return Err(invalid(&format!("/accounts/{index}/id"), message));
    }
    if let Some(index) = file.accounts.iter().position(|account| !is_host(&account.host)) {
        let message = "the host of an account is a plain name, such as github.com".to_owned();
        return Err(invalid(&format!("/accounts/{index}/host"), message));
    }
    let PersonFile { id, name, roles, status, since, accounts, .. } = file;
    Ok(Person { id, name, roles, status, since, keys, accounts })
}
