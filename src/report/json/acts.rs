//! What the commands that write did, as JSON. Each says its `outcome`; what does not apply to it is null or empty.

use serde_json::{Value, json};

use super::{fields, findings, standing};
use crate::governance::records::{Choice, Manifest};
use crate::operations::approve::{Brief, Decided};
use crate::operations::fmt::Formatted;
use crate::operations::propose::Proposed;
use crate::operations::publish::Published;
use crate::operations::relay::Relayed;

/// What formatting found or changed.
#[must_use]
pub fn formatted(formatted: &Formatted, written: bool) -> Value {
    json!({
        "type": "canonry/formatted@1",
        "written": written,
        "files": formatted.differing.iter().map(|finding| &finding.path).collect::<Vec<_>>(),
        "findings": findings(&formatted.findings, |path| formatted.registry.source(path)),
    })
}

/// What proposing gave.
#[must_use]
pub fn proposed(proposed: &Proposed) -> Value {
    let (outcome, proposal, faults) = match proposed {
        Proposed::Nothing => ("nothing", None, None),
        Proposed::Faulty(checked) => ("faulty", None, Some(checked)),
        Proposed::Done(proposal) if proposal.renewed => ("renewed", Some(proposal), None),
        Proposed::Done(proposal) => ("proposed", Some(proposal), None),
    };
    let faults = faults.map(|checked| findings(checked.findings(), |path| checked.registry().source(path)));
    json!({
        "type": "canonry/proposed@1",
        "outcome": outcome,
        "branch": proposal.map(|proposal| &proposal.branch),
        "standing": proposal.map(|proposal| standing(&proposal.standing)),
        "left_out": proposal.map(|proposal| proposal.left_out.clone()).unwrap_or_default(),
        "findings": faults.unwrap_or_else(|| json!([])),
    })
}

/// What deciding gave. `read` is what was decided on.
#[must_use]
pub fn decided(read: &Brief, choice: Choice, decided: &Decided) -> Value {
    let (outcome, now) = match decided {
        Decided::Already => ("already", &read.standing),
        Decided::Done(standing) => ("decided", &**standing),
    };
    let rows = read.comparison.rows.iter();
    let documents = rows.map(|row| json!({"path": row.path, "fields": fields(&row.differences.fields)}));
    json!({
        "type": "canonry/decided@1",
        "outcome": outcome,
        "change": read.change.id,
        "person": read.person,
        "decision": choice,
        "asked": read.asked,
        "documents": documents.collect::<Vec<_>>(),
        "standing": standing(now),
    })
}

/// What relaying gave.
#[must_use]
pub fn relayed(relayed: &Relayed) -> Value {
    let Relayed { review, relay, brief, decided } = relayed;
    let (outcome, now) = match decided {
        Decided::Already => ("already", &brief.standing),
        Decided::Done(standing) => ("relayed", &**standing),
    };
    json!({
        "type": "canonry/relayed@1",
        "outcome": outcome,
        "reason": null,
        "change": brief.change.id,
        "person": brief.person,
        "decision": review.choice,
        "relay": relay,
        "review": {
            "host": review.host,
            "repository": review.repository,
            "pull_request": review.pull_request,
            "review": review.review,
            "account": review.account,
            "login": review.login,
            "head": review.head,
            "time": review.time,
        },
        "asked": brief.asked,
        "standing": standing(now),
    })
}

/// That there was nothing to relay, and why.
#[must_use]
pub fn nothing_relayed(why: &str) -> Value {
    json!({
        "type": "canonry/relayed@1",
        "outcome": "nothing",
        "reason": why,
        "change": null,
        "person": null,
        "decision": null,
        "relay": null,
        "review": null,
        "asked": null,
        "standing": null,
    })
}

/// What publishing gave.
#[must_use]
pub fn published(published: &Published) -> Value {
    let answer = |outcome: &str, version: Option<String>, manifest: Option<&Manifest>, found: Value| {
        json!({
            "type": "canonry/published@1",
            "outcome": outcome,
            "version": version,
            "manifest": manifest,
            "commit": null,
            "branch": null,
            "findings": found,
        })
    };
    let version = |manifest: &Manifest| Some(manifest.version.to_string());
    match published {
        Published::Unproven(verification) => answer("unproven", None, None, findings(&verification.findings, |_| None)),
        Published::Faulty(checked) => {
            let found = findings(checked.findings(), |path| checked.registry().source(path));
            answer("faulty", None, None, found)
        }
        Published::Nothing(last) => answer("nothing", Some(last.clone()), None, json!([])),
        Published::Planned(manifest) => answer("planned", version(manifest), Some(manifest), json!([])),
        Published::Done { manifest, commit, branch } => {
            let mut value = answer("published", version(manifest), Some(manifest), json!([]));
            (value["commit"], value["branch"]) = (json!(commit.to_string()), json!(branch));
            value
        }
    }
}
