//! The ledger as people read it: verification, log, releases.

use super::{brief, counted, day, relay};
use crate::governance::records::{Choice, Manifest};
use crate::operations::log::Entry;
use crate::operations::verify::Verification;
use crate::operations::workspace::short;
use crate::registry::layout::definition_name;
use crate::text::line;

/// What was proven, in a few lines. Findings are shown apart.
#[must_use]
pub fn verification(verification: &Verification) -> String {
    let Some(replay) = &verification.replay else {
        return format!("{} at {}: NOT proven.\n", line(&verification.revision), short(verification.tip));
    };
    let ledger = &replay.ledger;
    let definitions = ledger.accepted.keys().filter(|path| definition_name(path).is_some()).count();
    let heading = if verification.holds() { "proven" } else { "NOT proven" };
    let pinned = if verification.pinned { "pinned" } else { "not pinned" };
    let mut out = format!("{} at {}: {heading}.\n", line(&verification.revision), short(verification.tip));
    out.push_str(&format!("  trust     {} ({pinned})\n", ledger.trust));
    out.push_str(&format!(
        "  accepted  {}, of which {}\n",
        counted(ledger.accepted.len(), "document"),
        counted(definitions, "definition")
    ));
    let decisions = || ledger.settled.values().flat_map(|settled| settled.decisions());
    let relayed = decisions().filter(|(decision, _)| decision.evidence.is_some()).count();
    let relayed = if relayed == 0 { String::new() } else { format!(", of which {relayed} came by a relay") };
    out.push_str(&format!(
        "  ledger    {} over {}, {} that counted{relayed}\n",
        counted(ledger.order.len(), "settled change"),
        counted(ledger.landings.len(), "commit"),
        counted(decisions().count(), "decision"),
    ));
    if ledger.remembered > 0 {
        let read = ledger.landings.len() - ledger.remembered;
        out.push_str(&format!(
            "  read      {} now, the others in an earlier run here (`--full` reads all)\n",
            counted(read, "commit")
        ));
    }
    if let Some(release) = ledger.releases.last() {
        let manifest = &release.manifest;
        out.push_str(&format!("  release   {} ({} in all)\n", manifest.version, ledger.releases.len()));
    }
    let open = ledger.open.values().filter(|open| open.change.is_some()).count();
    if open > 0 {
        out.push_str(&format!("  open      {} on this branch\n", counted(open, "change")));
    }
    out
}

/// The log, newest first.
#[must_use]
pub fn log(entries: &[Entry]) -> String {
    entries.iter().map(entry).collect::<Vec<_>>().join("\n")
}

fn entry(entry: &Entry) -> String {
    let settled = &entry.settled;
    let (commit, author, time) = &entry.landed;
    let mut out = brief::change(&settled.change);
    entry.fields.values().for_each(|fields| out.push_str(&brief::fields(fields)));
    for (decision, fingerprint) in settled.decisions() {
        let verb = match decision.decision {
            Choice::Approve => "approved by",
            Choice::Reject => "rejected by",
            Choice::Withdraw => "withdrawn by",
        };
        let (person, at, way) = (&decision.person, line(&decision.at), relay::way(decision));
        out.push_str(&format!("  {verb} {person} at {at} with {fingerprint}{way}\n"));
    }
    let commit: String = commit.chars().take(10).collect();
    let landed = if entry.ratified { "ratified" } else { "settled" };
    out.push_str(&format!("  {landed} {} at {commit} by {}\n", day(*time), line(author)));
    out
}

/// A manifest, in a few lines.
#[must_use]
pub fn manifest(manifest: &Manifest) -> String {
    let mut out = format!("Release {} of {}\n", manifest.version, counted(manifest.rows.len(), "definition"));
    out.push_str(&format!("  commit    {}\n  root      {}\n", manifest.commit, manifest.root));
    match manifest.previous {
        Some(previous) => out.push_str(&format!("  previous  {previous}\n")),
        None => out.push_str("  previous  none; this is the first\n"),
    }
    out
}
