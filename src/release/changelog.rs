//! The change log of a registry, written wholly from the ledger; no evidence, only for readers.

use crate::criteria::time::utc_day;
use crate::governance::ledger::{Ledger, Settled};
use crate::governance::records::{Choice, Manifest};
use crate::registry::layout::definition_name;
use crate::text::markdown;

/// The change log with one more release on top of the accepted ones.
#[must_use]
pub fn changelog(ledger: &Ledger, registry_name: &str, newest: &Manifest) -> String {
    let published = ledger.landings.len().saturating_sub(1);
    let mut releases: Vec<(&Manifest, usize)> =
        ledger.releases.iter().map(|release| (&release.manifest, release.published)).collect();
    releases.push((newest, published));
    let mut out = format!(
        "# Changes of {}\n\nWritten by `canon publish` from the ledger. Proof is in the records, not here.\n",
        markdown(registry_name)
    );
    for (index, (manifest, until)) in releases.iter().enumerate().rev() {
        let after = index.checked_sub(1).map(|before| releases[before].1);
        out.push_str(&format!("\n## {} ({})\n\n", manifest.version, day(ledger, *until)));
        let mut any = false;
        for id in ledger.order.iter().rev() {
            let Some(settled) = ledger.settled.get(id) else { continue };
            if settled.landing <= *until && after.is_none_or(|after| settled.landing > after) {
                any |= tell(ledger, settled, &mut out);
            }
        }
        if !any {
            out.push_str(&format!("The {} definitions that the registry started with.\n", manifest.rows.len()));
        }
    }
    out
}

/// One change with its definitions; says whether it had any.
fn tell(ledger: &Ledger, settled: &Settled, out: &mut String) -> bool {
    let rows: Vec<String> = settled
        .change
        .rows
        .iter()
        .zip(&settled.impacts)
        .filter_map(|(row, impact)| {
            let name = definition_name(&row.path)?;
            let version = match &row.version.from {
                Some(from) => format!("{from} to {}", row.version.to),
                None => format!("new at {}", row.version.to),
            };
            Some(format!("  - `{name}` {version} ({})\n", impact.word()))
        })
        .collect();
    if rows.is_empty() {
        return false;
    }
    let approvers: Vec<&str> = settled
        .decisions()
        .filter(|(decision, _)| decision.decision == Choice::Approve)
        .map(|(decision, _)| decision.person.as_str())
        .collect();
    out.push_str(&format!(
        "- **{}** (`{}`, {}): {} Approved by {}.\n{}",
        markdown(&settled.change.title),
        settled.change.id,
        day(ledger, settled.landing),
        sentence(&settled.change.why),
        approvers.join(", "),
        rows.concat(),
    ));
    true
}

fn sentence(text: &str) -> String {
    let text = markdown(text.trim());
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

/// The day of a commit in UTC, as its committer claims it.
fn day(ledger: &Ledger, landing: usize) -> String {
    utc_day(ledger.landings.get(landing).map_or(0, |landing| landing.time))
}
