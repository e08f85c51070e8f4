//! Published canonical sets: the manifest of what is accepted, and the change log for readers.

mod changelog;

pub use changelog::changelog;

use crate::governance::ledger::{Ledger, next_release_version};
use crate::governance::records::Manifest;

/// The manifest of the definitions that are accepted at the newest commit; none if nothing changed since the release
/// before. The same ledger and signer give the same bytes.
#[must_use]
pub fn manifest(ledger: &Ledger, signer: &str) -> Option<Manifest> {
    let position = ledger.landings.len().checked_sub(1)?;
    let version = next_release_version(ledger, position)?;
    let previous = ledger.releases.last().map(|release| release.digest);
    let commit = ledger.landings.get(position)?.id.to_string();
    let rows = ledger.release_rows(position);
    Some(Manifest::new(ledger.trust, version, previous, commit, signer.to_owned(), rows))
}
