//! Writing governed documents in their stored form.

use super::Failure;
use super::workspace::Workspace;
use crate::finding::Finding;
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
