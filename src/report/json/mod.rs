//! Results as JSON, for programs. Every object says its `type`; digests and commits are whole.
//!
//! schemas/output has a schema for each type.

pub mod acts;
pub mod maturity;

use serde_json::{Value, json};

use super::day;
use super::listing::{Listing, pointer};
use crate::check::Waived;
use crate::compare::FieldChange;
use crate::document::position_of;
use crate::finding::Finding;
use crate::operations::log::{Entry, entry};
use crate::operations::status::{Outdated, Standing, State};
use crate::operations::verify::Verification;

/// Findings with places.
#[must_use]
pub fn findings<'a>(findings: &[Finding], source: impl Fn(&str) -> Option<&'a str>) -> Value {
    findings.iter().map(|found| finding(found, source(&found.path))).collect()
}

fn finding(finding: &Finding, source: Option<&str>) -> Value {
    let span = source.and_then(|text| Some((text, finding.span(text)?)));
    let place =
        span.map(|(text, span)| json!({"start": position_of(text, span.start), "end": position_of(text, span.end)}));
    json!({
        "code": finding.rule.code,
        "level": finding.level(),
        "path": finding.path,
        "pointer": pointer(finding),
        "place": place,
        "message": finding.message,
        "hint": finding.hint,
    })
}

/// What a check found, and what is waived.
#[must_use]
pub fn checked(listing: &Listing<'_>, definitions: usize) -> Value {
    let waived = |waived: &Waived| {
        let Waived { finding: found, waiver } = waived;
        let mut value = finding(found, (listing.source)(&found.path));
        value["waiver"] = json!({"id": waiver.id, "reason": waiver.reason, "until": waiver.until.to_string()});
        value
    };
    json!({
        "type": "canonry/findings@1",
        "definitions": definitions,
        "findings": findings(listing.findings, listing.source),
        "waived": listing.waived.iter().map(waived).collect::<Vec<_>>(),
    })
}

/// Changed fields.
#[must_use]
pub fn fields(fields: &[FieldChange]) -> Value {
    let one = |field: &FieldChange| {
        json!({
            "pointer": field.pointer(),
            "before": field.before,
            "after": field.after,
            "impact": field.impact,
            "code": field.code,
        })
    };
    fields.iter().map(one).collect()
}

/// How changes stand.
#[must_use]
pub fn standings(standings: &[Standing]) -> Value {
    json!({"type": "canonry/status@1", "changes": standings.iter().map(standing).collect::<Vec<_>>()})
}

fn standing(standing: &Standing) -> Value {
    let state = match standing.state {
        State::Settled => "settled",
        State::Ready => "ready",
        State::Waiting => "waiting",
        State::Conflict => "conflict",
    };
    json!({
        "id": standing.id,
        "branch": standing.branch,
        "state": state,
        "change": standing.change,
        "verdict": standing.verdict,
        "decisions": standing.decisions.iter().map(|(decision, key)| json!({"decision": decision, "key": key})).collect::<Vec<_>>(),
        "outdated": standing.outdated.iter().map(outdated).collect::<Vec<_>>(),
        "findings": findings(&standing.findings, |_| None),
    })
}

/// A decision on an earlier text of a proposal; documents by path, null if the history does not hold that text.
fn outdated(outdated: &Outdated) -> Value {
    let documents = outdated.documents.as_ref();
    let paths = documents.map(|documents| documents.iter().map(|moved| moved.path.as_str()).collect::<Vec<_>>());
    json!({
        "path": outdated.path,
        "person": outdated.person,
        "given_on": outdated.given_on,
        "now": outdated.now,
        "documents": paths,
    })
}

/// What was proven.
#[must_use]
pub fn verification(verification: &Verification) -> Value {
    let ledger = verification.replay.as_ref().map(|replay| &replay.ledger);
    let documents: Option<serde_json::Map<String, Value>> = ledger.map(|ledger| {
        let digest = |path: &String| Some((path.clone(), json!(ledger.current(path)?.digest)));
        ledger.accepted.keys().filter_map(digest).collect()
    });
    let changes: Option<Vec<Value>> = ledger.map(|ledger| {
        let settled = ledger.order.iter().filter_map(|id| ledger.settled.get(id));
        settled.map(|settled| Value::Object(settled_change(&entry(ledger, settled)))).collect()
    });
    let tainted: Option<Vec<Value>> = ledger.map(|ledger| {
        let tainted = ledger.tainted.iter();
        tainted
            .map(|(change, taint)| json!({"change": change, "keys": taint.keys(), "people": taint.people()}))
            .collect()
    });
    let under_doubt: Option<Vec<Value>> = ledger.map(|ledger| {
        let doubted = ledger.settled_under_doubt().into_iter();
        doubted.map(|(change, settled)| json!({"change": change, "settled": settled})).collect()
    });
    let releases: Option<Vec<Value>> = ledger.map(|ledger| {
        let one = |release: &crate::governance::ledger::Release| {
            json!({"version": release.manifest.version, "digest": release.digest, "commit": release.manifest.commit})
        };
        ledger.releases.iter().map(one).collect()
    });
    let excursions: Option<Vec<Value>> = ledger.map(|ledger| {
        let commit = |position: &usize| {
            ledger.landings.get(*position).map(
                |landing| json!({"commit": landing.id.to_string(), "author": &*landing.author, "title": landing.title}),
            )
        };
        let one = |excursion: &crate::governance::ledger::Excursion| {
            json!({
                "commits": excursion.landings.iter().map(commit).collect::<Vec<_>>(),
                "paths": excursion.paths.keys().collect::<Vec<_>>(),
                "missing": findings(&excursion.missing, |_| None),
                "healed_at": excursion.healed.as_ref().and_then(|(position, _)| commit(position)),
                "healed_by": excursion.healed.as_ref().map(|(_, changes)| changes),
            })
        };
        ledger.excursions.iter().map(one).collect()
    });
    json!({
        "type": "canonry/verification@1",
        "holds": verification.holds(),
        "pinned": verification.pinned,
        "revision": verification.revision,
        "commit": verification.tip.to_string(),
        "trust": ledger.map(|ledger| ledger.trust),
        "documents": documents,
        "commits": ledger.map(|ledger| ledger.landings.len()),
        "remembered": ledger.map(|ledger| ledger.remembered),
        "changes": changes,
        "tainted": tainted,
        "under_doubt": under_doubt,
        "releases": releases,
        "excursions": excursions,
        "findings": findings(&verification.findings, |_| None),
    })
}

/// The log.
#[must_use]
pub fn log(entries: &[Entry]) -> Value {
    let one = |entry: &Entry| {
        let mut change = settled_change(entry);
        let rows = entry.fields.iter().map(|(path, found)| json!({"path": path, "fields": fields(found)}));
        change.insert("rows".to_owned(), rows.collect());
        Value::Object(change)
    };
    json!({"type": "canonry/log@1", "changes": entries.iter().map(one).collect::<Vec<_>>()})
}

/// A settled change, with what it rests on.
fn settled_change(entry: &Entry) -> serde_json::Map<String, Value> {
    let settled = &entry.settled;
    let decisions: Vec<Value> = settled
        .decisions()
        .map(|(decision, key)| json!({"decision": decision, "key": key, "roles": entry.roles_of(&decision.person)}))
        .collect();
    let members = [
        ("change", json!(settled.change)),
        ("digest", json!(settled.digest)),
        ("impacts", json!(settled.impacts)),
        ("proposed_with", json!(settled.proposed_with)),
        ("decisions", json!(decisions)),
        ("policy", json!(entry.policy)),
        ("commit", json!(entry.landed.0)),
        ("author", json!(entry.landed.1)),
        ("day", json!(day(entry.landed.2))),
        ("ratified", json!(entry.ratified)),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
