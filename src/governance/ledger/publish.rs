//! The release rule: whether a manifest that a commit brings is accepted.

use std::collections::BTreeSet;

use super::reader::Reader;
use super::replay::Replay;
use super::settle::Judge;
use super::{Ledger, Release};
use crate::compare::{FIRST, next_version};
use crate::git::GitError;
use crate::governance::decide::speaks_for;
use crate::governance::records::{Manifest, ReleaseRow, rows_root};
use crate::governance::signature::Signed;
use crate::registry::Impact;
use crate::registry::layout::{Role, definition_name, release_path, role};

impl Ledger {
    /// The rows of a release of the definitions that were accepted at a position on the chain.
    #[must_use]
    pub fn release_rows(&self, landing: usize) -> Vec<ReleaseRow> {
        let row = |path: &String| {
            let step = self.at(path, landing)?;
            Some(ReleaseRow {
                definition: definition_name(path)?,
                version: step.version.as_ref().map(ToString::to_string).unwrap_or_default(),
                digest: step.digest,
                change: step.change.clone().unwrap_or_else(|| "genesis".to_owned()),
            })
        };
        let mut rows: Vec<ReleaseRow> = self.accepted.keys().filter_map(row).collect();
        rows.sort_by(|left, right| left.definition.cmp(&right.definition));
        rows
    }

    /// The largest impact on a definition of the changes that settled after one position, up to another.
    #[must_use]
    pub fn impact_between(&self, after: usize, until: usize) -> Option<Impact> {
        self.settled
            .values()
            .filter(|settled| settled.landing > after && settled.landing <= until)
            .flat_map(|settled| settled.change.rows.iter().zip(&settled.impacts))
            .filter(|(row, _)| definition_name(&row.path).is_some())
            .map(|(_, impact)| *impact)
            .max()
    }
}

/// The version of a release that is cut at a position: 1.0.0 at first, then by the largest impact since the release
/// before. None if no definition changed since.
#[must_use]
pub fn next_release_version(ledger: &Ledger, landing: usize) -> Option<semver::Version> {
    let Some(last) = ledger.releases.last() else {
        let imported = ledger.imported.iter().filter_map(|path| match role(path) {
            Role::Release { version, .. } => version.parse().ok(),
            _ => None,
        });
        let newest: Option<semver::Version> = imported.max();
        return Some(newest.map_or(FIRST, |newest| next_version(&newest, Impact::Major)));
    };
    let version = &last.manifest.version;
    ledger.impact_between(last.published, landing).map(|impact| next_version(version, impact))
}

impl Replay {
    /// Accepts the manifests that this commit brings, where they follow the rule.
    pub(super) fn keep_manifests(
        &mut self,
        reader: &Reader<'_>,
        judge: &Judge<'_>,
        touched: &BTreeSet<String>,
        position: usize,
    ) -> Result<(), GitError> {
        let mut versions: Vec<semver::Version> = touched.iter().filter_map(|version| version.parse().ok()).collect();
        versions.sort();
        for version in versions {
            let path = release_path(&version.to_string());
            if self.ledger.records.contains_key(&path) {
                continue;
            }
            let blobs = (self.view().files.get(&path), self.view().files.get(&format!("{path}.sig")));
            let accepted = match blobs {
                (Some(record), Some(armour)) => {
                    let signed = reader.signed(*record, *armour)?;
                    judge_manifest(&self.ledger, judge, &version, &signed, position)
                }
                (None, None) => continue,
                _ => Err("a manifest and its signature belong together; one of them is not there".to_owned()),
            };
            match accepted {
                Ok(release) => {
                    self.keep(&path);
                    self.ledger.releases.push(release);
                }
                Err(reason) => self.note_reason(&path, reason),
            }
        }
        Ok(())
    }
}

fn judge_manifest(
    ledger: &Ledger,
    judge: &Judge<'_>,
    version: &semver::Version,
    signed: &Signed,
    position: usize,
) -> Result<Release, String> {
    let document = signed.document()?;
    let manifest = Manifest::read(document)?;
    if manifest.registry != ledger.trust {
        return Err("it is a release of another registry".to_owned());
    }
    if manifest.version != *version {
        return Err(format!("the manifest says that it is {}", manifest.version));
    }
    speaks_for(signed, &manifest.signer, &judge.people)?;
    let role = &judge.policy.publish.role;
    if !judge.people.get(&manifest.signer).is_some_and(|person| person.roles.contains(role)) {
        return Err(format!("`{}` does not hold the role `{role}`, which publishes", manifest.signer));
    }
    let published = ledger.position(&manifest.commit).filter(|published| *published < position);
    let Some(published) = published else {
        return Err(format!("the commit {} is not on the chain before it", manifest.commit));
    };
    let previous = ledger.releases.last();
    if previous.is_some_and(|previous| published < previous.published) {
        return Err("it publishes a commit from before the release before".to_owned());
    }
    if !ledger.landings[published].proven {
        return Err(format!("at the commit {} the tree was not the accepted state", manifest.commit));
    }
    if manifest.previous != previous.map(|previous| previous.digest) {
        return Err("it does not name the release before".to_owned());
    }
    if manifest.rows != ledger.release_rows(published) {
        return Err("its rows are not the definitions that were accepted at its commit".to_owned());
    }
    if next_release_version(ledger, published).as_ref() != Some(&manifest.version) {
        return Err("its version does not follow from what changed since the release before".to_owned());
    }
    if manifest.root != rows_root(&manifest.rows) {
        return Err("its Merkle root is not the one over its rows".to_owned());
    }
    let digest = document.digest();
    Ok(Release { manifest, digest, published, landing: position })
}
