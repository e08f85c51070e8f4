//! Publishing: a manifest of what is accepted at the tip of the main branch, signed and committed on top of it.

use super::check::check_registry;
use super::memory::Depth;
use super::propose::person_of;
use super::verify::{Pin, Verification, verify};
use super::workspace::{Workspace, quoted};
use super::{Failure, land};
use crate::check::Checked;
use crate::document::Document;
use crate::finding::any_error;
use crate::git::ObjectId;
use crate::git::write::Edits;
use crate::governance::records::Manifest;
use crate::governance::signature::SigningKey;
use crate::registry::layout::{CHANGELOG, REGISTRY_JSON, release_path};
use crate::release;

/// What publishing gave.
pub enum Published {
    /// The history is not proven, or no trust digest is pinned; nothing was written.
    Unproven(Box<Verification>),
    /// What is accepted has errors that no waiver accepts today; nothing was written.
    Faulty(Box<Checked>),
    /// No definition changed since the release of this version.
    Nothing(String),
    /// What would be published.
    Planned(Manifest),
    /// The release was committed.
    Done {
        /// The manifest.
        manifest: Manifest,
        /// The commit that brings it.
        commit: ObjectId,
        /// The branch it is on.
        branch: String,
    },
}

impl Published {
    /// Whether nothing stood in the way.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        !matches!(self, Published::Unproven(_) | Published::Faulty(_))
    }
}

/// Publishes what is accepted at the tip of the main branch.
///
/// # Errors
/// The wrong place, key or role; files or objects that cannot be written.
pub fn publish(workspace: &Workspace, pin: Option<Pin>, dry_run: bool, key: &SigningKey) -> Result<Published, Failure> {
    let (branch, head) = workspace.head_branch()?;
    let main = workspace.main_branch()?;
    if head != workspace.main_tip()? {
        return Err(Failure::refused(
            format!("a release is cut at the newest commit of `{main}`, and you are on `{branch}` elsewhere"),
            format!("Type `git switch {}`, then `canon publish` again.", quoted(&main)),
        ));
    }
    workspace.require_clean("what you would publish")?;
    let mut verification = verify(workspace, None, pin, Depth::Whole, &|_, _| ())?;
    let proven = verification.holds() && verification.pinned;
    let Some(replay) = verification.replay.take().filter(|_| proven) else {
        return Ok(Published::Unproven(Box::new(verification)));
    };
    let ledger = &replay.ledger;
    let person = person_of(ledger, &key.public)?;
    let role = &ledger.policy.publish.role;
    if !person.roles.contains(role) {
        return Err(Failure::refused(
            format!("`{}` does not hold the role `{role}`, which publishes", person.id),
            "Ask somebody who does; registry/governance/policy.json says which role publishes.",
        ));
    }
    let Some(manifest) = release::manifest(ledger, &person.id) else {
        let version = ledger.releases.last().map_or_else(String::new, |release| release.manifest.version.to_string());
        return Ok(Published::Nothing(version));
    };
    let (registry, loaded) = workspace.registry_at(head)?;
    let checked = check_registry(registry, loaded, workspace.now);
    if any_error(checked.findings()) {
        return Ok(Published::Faulty(Box::new(checked)));
    }
    if dry_run {
        return Ok(Published::Planned(manifest));
    }
    let bytes = manifest.bytes();
    let signature = key.sign(&bytes)?;
    let path = release_path(&manifest.version.to_string());
    let name = match replay.files().get(REGISTRY_JSON) {
        Some(blob) => Document::parse(&workspace.repository.blob(*blob)?).ok(),
        None => None,
    };
    let name = name.and_then(|document| document.text("name").map(str::to_owned)).unwrap_or_default();
    let changelog = release::changelog(ledger, &name, &manifest);
    let edits = Edits::from([
        (workspace.in_repository(&path), Some(bytes)),
        (workspace.in_repository(&format!("{path}.sig")), Some(signature)),
        (workspace.in_repository(CHANGELOG), Some(changelog.into_bytes())),
    ]);
    let message = format!("Release {}\n", manifest.version);
    let commit = land::commit(workspace, &branch, Some(head), &edits, &message)?;
    Ok(Published::Done { manifest, commit, branch })
}
