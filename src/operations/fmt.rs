//! Writing governed documents in their stored form.

use super::Failure;
use super::workspace::Workspace;
use crate::check;
use crate::finding::Finding;
use crate::git::write::write_file;
use crate::registry::{Kind, Registry};

/// The work tree as it was, and what is not in its stored form there.
pub struct Formatted {
    /// The registry before.
    pub registry: Registry,
    /// What cannot be read, and so was left as it is; the faults of schemas among it.
    pub findings: Vec<Finding>,
    /// A finding on every document whose bytes differ from their stored form, in order of path.
    pub differing: Vec<Finding>,
    /// The documents that were left as they are, as the schemas of their kinds have faults and may order them wrongly.
    pub left: Vec<String>,
}

impl Formatted {
    /// What cannot be read, and a finding for every document that is not in its stored form.
    #[must_use]
    pub fn as_findings(&self) -> Vec<Finding> {
        let mut findings = [&*self.findings, &*self.differing].concat();
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
    let differing = check::stored_form(&registry);
    for path in differing.iter().map(|finding| &finding.path).filter(|_| write) {
        let Some(expected) = registry.expected_bytes(path) else { continue };
        let file = folder.join(path);
        write_file(&file, &expected).map_err(|cause| Failure::File { path: file, cause })?;
    }
    let of_faulty = |path: &&str| registry.kind_of(path).is_some_and(Kind::is_faulty);
    let left: Vec<String> = registry.documents().map(|(path, _)| path).filter(of_faulty).map(str::to_owned).collect();
    Ok(Formatted { registry, findings, differing, left })
}
