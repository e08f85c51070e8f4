//! What a forge says of a review: its events, as it sends them. Nothing is asked of the forge.

use jiff::Timestamp;

use super::Failure;
use super::workspace::Now;
use crate::document::{Digest, Document, Value};
use crate::git::ObjectId;
use crate::governance::people::is_host;
use crate::governance::records::Choice;

/// A forge, by the form of its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forge {
    /// GitHub, on its own or a company's host.
    Github,
    /// GitLab, on its own or a company's host.
    Gitlab,
}

/// What an event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody decided.
    Review(Box<Review>),
    /// Nothing that would have to be relayed; why.
    Nothing(String),
}

/// A decision that somebody made at a forge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Host name of the forge, in lower case.
    pub host: String,
    /// The repository there, as the forge names it.
    pub repository: String,
    /// Number of the pull or merge request.
    pub pull_request: u64,
    /// The forge's id of the review; GitLab gives approvals none, so there it is that of the merge request.
    pub review: String,
    /// Number of the account that decided.
    pub account: String,
    /// Name of the account, for people to read.
    pub login: String,
    /// The commit that was reviewed; where a review is taken back, the head of the pull request.
    pub head: String,
    /// When (RFC 3339).
    pub time: String,
    /// What was decided.
    pub choice: Choice,
    /// The branch that the pull request is to land on.
    pub base: String,
    /// SHA-256 of the bytes of the event.
    pub payload: Digest,
}

/// Reads an event. The forge is told by the form of the event, if it is not named.
///
/// # Errors
/// It is no event of a known form, or tells of a decision that no person made, or of a pull request that is not open.
pub fn read(bytes: &[u8], forge: Option<Forge>) -> Result<Event, Failure> {
    let document = Document::parse(bytes)
        .map_err(|error| Failure::refused(format!("the event cannot be read: {error}"), AS_SENT))?;
    let (event, payload) = (document.value(), Digest::of_bytes(bytes));
    match form(event) {
        Some(Forge::Github) if forge != Some(Forge::Gitlab) => github(event, payload),
        Some(Forge::Gitlab) if forge != Some(Forge::Github) => gitlab(event, payload),
        _ => Err(Failure::refused(
            "this is no event of a review in a form that canon knows",
            "Pass GitHub's event `pull_request_review` or GitLab's event `merge_request`, as the forge sent it.",
        )),
    }
}

const AS_SENT: &str = "Pass the file as the forge sent it: `--event FILE`.";
const BY_HAND: &str = "People decide: somebody whom the policy asks presses the button, or types `canon approve`.";

/// Which forge sends events of this form.
fn form(event: &Value) -> Option<Forge> {
    let is_object = |pointer: &str| event.pointer(pointer).is_some_and(Value::is_object);
    if is_object("/review") && is_object("/pull_request") {
        return Some(Forge::Github);
    }
    let is_request = event.get("object_kind").and_then(Value::as_str) == Some("merge_request");
    (is_request && is_object("/object_attributes")).then_some(Forge::Gitlab)
}

/// GitHub's `pull_request_review`.
fn github(event: &Value, payload: Digest) -> Result<Event, Failure> {
    let (action, state) = (text(event, "/action")?, text(event, "/review/state")?);
    let choice = match (action, state) {
        ("submitted", "approved") => Choice::Approve,
        ("submitted", "changes_requested") => Choice::Reject,
        ("dismissed", _) => Choice::Withdraw,
        ("submitted", "commented") => return nothing("the review is a comment, which decides nothing"),
        ("submitted", "pending") => return nothing("the review is pending, which decides nothing"),
        ("edited", _) => return nothing("the review was edited, which decides nothing"),
        ("submitted", other) => return Err(unknown("/review/state", other)),
        (other, _) => return Err(unknown("/action", other)),
    };
    let login = by_a_person_at_github(event)?;
    is_open(text(event, "/pull_request/state")?, "open")?;
    let current = commit(event, "/pull_request/head/sha")?;
    if choice != Choice::Withdraw && commit(event, "/review/commit_id")? != current {
        return Err(Failure::refused(
            format!("the review is of {}, and the pull request is at {current}", commit(event, "/review/commit_id")?),
            "Ask the reviewer to look at what stands there now, and to press the button again.",
        ));
    }
    // A review that is dismissed keeps the time at which it was submitted.
    let times: &[&str] = match choice {
        Choice::Withdraw => &["/review/submitted_at", "/review/updated_at", "/pull_request/updated_at"],
        _ => &["/review/submitted_at"],
    };
    Ok(Event::Review(Box::new(Review {
        host: host(event, "/repository/html_url")?,
        repository: text(event, "/repository/full_name")?.to_owned(),
        pull_request: number(event, "/pull_request/number")?,
        review: number(event, "/review/id")?.to_string(),
        account: number(event, "/review/user/id")?.to_string(),
        login,
        head: current.to_owned(),
        time: latest(event, times)?,
        choice,
        base: text(event, "/pull_request/base/ref")?.to_owned(),
        payload,
    })))
}

/// The name of the account at GitHub, if a person reviewed, by hand.
fn by_a_person_at_github(event: &Value) -> Result<String, Failure> {
    if event.pointer("/review/user").is_none_or(Value::is_null) {
        return Err(gone());
    }
    let (login, sort) = (text(event, "/review/user/login")?, text(event, "/review/user/type")?);
    if sort != "User" || login.ends_with("[bot]") {
        return Err(no_person(login));
    }
    if login == "ghost" {
        return Err(gone());
    }
    if event.pointer("/review/performed_via_github_app").is_some_and(|app| !app.is_null()) {
        return Err(Failure::refused(format!("a program reviewed in the name of `{}`", plain(login)), BY_HAND));
    }
    if number(event, "/sender/id")? != number(event, "/review/user/id")? {
        let sender = plain(text(event, "/sender/login")?);
        return Err(Failure::refused(
            format!("`{sender}` did this to a review of `{}`", plain(login)),
            "Only the reviewer takes a review back: by another one, or with `canon approve --withdraw`.",
        ));
    }
    Ok(login.to_owned())
}

/// GitLab's `merge_request`.
fn gitlab(event: &Value, payload: Digest) -> Result<Event, Failure> {
    let attributes = |name: &str| format!("/object_attributes/{name}");
    let action = event.pointer(&attributes("action")).and_then(Value::as_str).unwrap_or("touched");
    let choice = match action {
        "approval" | "approved" => Choice::Approve,
        "unapproval" | "unapproved" => Choice::Withdraw,
        "open" | "close" | "reopen" | "update" | "merge" | "touched" => {
            return nothing(&format!("the event is `{action}`, which decides nothing"));
        }
        other => return Err(unknown(&attributes("action"), other)),
    };
    if event.pointer(&attributes("system")).and_then(Value::as_bool) == Some(true) {
        return nothing("the forge took approvals back by itself, and nobody decided");
    }
    let login = by_a_person_at_gitlab(event)?;
    is_open(text(event, &attributes("state"))?, "opened")?;
    Ok(Event::Review(Box::new(Review {
        host: host(event, "/project/web_url")?,
        repository: text(event, "/project/path_with_namespace")?.to_owned(),
        pull_request: number(event, &attributes("iid"))?,
        review: number(event, &attributes("id"))?.to_string(),
        account: number(event, "/user/id")?.to_string(),
        login,
        head: commit(event, &attributes("last_commit/id"))?.to_owned(),
        time: latest(event, &[&attributes("updated_at")])?,
        choice,
        base: text(event, &attributes("target_branch"))?.to_owned(),
        payload,
    })))
}

/// The name of the account at GitLab, if it is not one of those that are made for programs.
fn by_a_person_at_gitlab(event: &Value) -> Result<String, Failure> {
    if event.pointer("/user").is_none_or(Value::is_null) {
        return Err(gone());
    }
    let login = text(event, "/user/username")?;
    let numbered = |prefix: &str| {
        let rest =
            login.strip_prefix(prefix).map(|rest| rest.trim_start_matches(|letter: char| letter.is_ascii_digit()));
        rest.is_some_and(|rest| rest.starts_with("_bot"))
    };
    if numbered("project_") || numbered("group_") || login.starts_with("service_account_") {
        return Err(no_person(login));
    }
    match login.strip_prefix("ghost") {
        Some(rest) if rest.bytes().all(|letter| letter.is_ascii_digit()) => Err(gone()),
        _ => Ok(login.to_owned()),
    }
}

fn nothing(why: &str) -> Result<Event, Failure> {
    Ok(Event::Nothing(why.to_owned()))
}

fn no_person(login: &str) -> Failure {
    Failure::refused(format!("the account `{}` is no person's", plain(login)), BY_HAND)
}

fn gone() -> Failure {
    Failure::refused("the account that reviewed is gone from the forge", BY_HAND)
}

fn is_open(state: &str, open: &str) -> Result<(), Failure> {
    if state == open {
        return Ok(());
    }
    Err(Failure::refused(
        format!("the pull request is `{}`, not open", plain(state)),
        "A decision is relayed while its pull request is open.",
    ))
}

/// Text of an event, so that it does no harm where it is shown.
fn plain(text: &str) -> String {
    text.escape_debug().to_string()
}

/// A word that may decide something, for all that is known here.
fn unknown(pointer: &str, word: &str) -> Failure {
    Failure::refused(format!("the event says `{}` at `{pointer}`, which canon does not know", plain(word)), AS_SENT)
}

fn missing(pointer: &str, what: &str) -> Failure {
    Failure::refused(format!("the event has no {what} at `{pointer}`"), AS_SENT)
}

fn text<'v>(event: &'v Value, pointer: &str) -> Result<&'v str, Failure> {
    event.pointer(pointer).and_then(Value::as_str).ok_or_else(|| missing(pointer, "text"))
}

/// A whole number above 0. The parser refuses those that not every reader keeps exact.
fn number(event: &Value, pointer: &str) -> Result<u64, Failure> {
    let number = event.pointer(pointer).and_then(Value::as_u64);
    number.filter(|number| *number > 0).ok_or_else(|| missing(pointer, "whole number"))
}

fn commit<'v>(event: &'v Value, pointer: &str) -> Result<&'v str, Failure> {
    text(event, pointer).ok().filter(|id| ObjectId::parse(id).is_some()).ok_or_else(|| missing(pointer, "commit"))
}

/// The host of a web address, in lower case.
fn host(event: &Value, pointer: &str) -> Result<String, Failure> {
    let address = text(event, pointer)?;
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split('/').next()).map(str::to_ascii_lowercase);
    host.filter(|host| is_host(host)).ok_or_else(|| missing(pointer, "web address of a host with a plain name"))
}

/// The latest of the times that are there, as records write it.
fn latest(event: &Value, pointers: &[&str]) -> Result<String, Failure> {
    let times = pointers.iter().filter_map(|pointer| event.pointer(pointer).and_then(Value::as_str).and_then(instant));
    let time = times.max().ok_or_else(|| missing(pointers.first().unwrap_or(&""), "time"))?;
    Ok(Now(time).instant())
}

/// A time as forges write it: RFC 3339, or as GitLab did before (`2013-12-03 17:23:34 UTC`, `... +0100`).
fn instant(text: &str) -> Option<Timestamp> {
    let with_zone = text.replacen(" UTC", " +0000", 1);
    text.parse().ok().or_else(|| Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", with_zone).ok())
}
