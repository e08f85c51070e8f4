//! Writing governed documents in their stored form.

use std::collections::BTreeMap;

use super::Failure;
use super::workspace::Workspace;
use crate::check;
use crate::finding::{Finding, rules};
use crate::git::write::write_file;
use crate::registry::Registry;

/// The work tree as it was, and what is not in its stored form there.
pub struct Formatted {
    /// The registry before.
    pub registry: Registry,
    /// What cannot be read, and so was left as it is.
    pub findings: Vec<Finding>,
    /// The documents whose bytes differ from their stored form, in order of path.
    pub differing: Vec<String>,
}

impl Formatted {
    /// What cannot be read, and a finding for every document that is not in its stored form.
    #[must_use]
    pub fn as_findings(&self) -> Vec<Finding> {
        let placed = check::stored_form(&self.registry).into_iter();
        let mut placed: BTreeMap<String, Finding> = placed.map(|finding| (finding.path.clone(), finding)).collect();
        let plain = |path: &String| {
            Finding::on_file(&rules::NOT_STORED_FORM, path, "the file is not written in its stored form")
        };
        let of = |path: &String| placed.remove(path).unwrap_or_else(|| plain(path));
        let mut findings = self.findings.clone();
        findings.extend(self.differing.iter().map(of));
        findings.sort_by(|left, right| left.path.cmp(&right.path));
        findings
    }
}

/// Finds the documents that are not in their stored form, and writes them in it if wished.
///
/// # Errors
/// A file cannot be read or written.
pub fn fmt(workspace: &Workspace, write: bool) -> Result<Formatted, Failure> {
    let (registry, findings) = workspace.work_tree_registry()?;
    let folder = workspace.folder()?;
    let mut differing = Vec::new();
    for (path, _) in registry.documents() {
        let Some(expected) = registry.expected_bytes(path) else { continue };
        if registry.bytes(path) == Some(&expected) {
            continue;
        }
        differing.push(path.to_owned());
        if write {
            let file = folder.join(path);
            write_file(&file, &expected).map_err(|cause| Failure::File { path: file, cause })?;
        }
    }
    Ok(Formatted { registry, findings, differing })
}
