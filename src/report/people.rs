//! People, their roles, their keys and their accounts.

use serde_json::{Value, json};

use crate::governance::people::{Person, Status};
use crate::operations::people::Listed;
use crate::text::line;

/// Everybody, with a line for each key, and what to do about edits.
#[must_use]
pub fn people(listed: &[Listed]) -> String {
    let edited = listed.iter().any(|listed| listed.edited);
    let next = if edited { "An edit counts once it has landed: type `canon propose`.\n" } else { "" };
    listed.iter().map(one).chain([next.to_owned()]).collect()
}

fn one(listed: &Listed) -> String {
    let Person { id, name, roles, status, since, keys, accounts } = &listed.person;
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let roles = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
    let edited = if listed.edited { "; edited here and not landed" } else { "" };
    let mut out = format!("{}  {}  {}{}{edited}\n", line(id), line(name), line(&roles), standing(*status, since));
    for key in keys {
        out.push_str(&format!("  {}{}\n", key.public.fingerprint(), standing(key.status, &key.since)));
    }
    for account in accounts {
        out.push_str(&format!("  {}:{}  {}\n", line(&account.host), line(&account.id), line(&account.login)));
    }
    out
}

fn standing(status: Status, since: &Option<String>) -> String {
    match (status, since) {
        (Status::Active, _) => String::new(),
        (Status::Retired, _) => "  retired".to_owned(),
        (Status::Compromised, since) => format!("  compromised since {}", line(since.as_deref().unwrap_or("?"))),
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Retired => "retired",
        Status::Compromised => "compromised",
    }
}

/// The same for programs.
#[must_use]
pub fn json(listed: &[Listed]) -> Value {
    let one = |listed: &Listed| {
        let person = &listed.person;
        let keys = person.keys.iter().map(|key| {
            let fingerprint = key.public.fingerprint();
            json!({"fingerprint": fingerprint, "key": key.public.line(), "status": word(key.status), "since": key.since})
        });
        let accounts = person.accounts.iter();
        let accounts = accounts.map(|one| json!({"host": one.host, "id": one.id, "login": one.login}));
        json!({
            "id": person.id,
            "name": person.name,
            "roles": person.roles,
            "status": word(person.status),
            "since": person.since,
            "keys": keys.collect::<Vec<_>>(),
            "accounts": accounts.collect::<Vec<_>>(),
            "edited": listed.edited,
        })
    };
    json!({"type": "canonry/people@1", "people": listed.iter().map(one).collect::<Vec<_>>()})
}
