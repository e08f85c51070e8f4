//! Reading governed files from a folder of the work tree.

use std::path::Path;

use super::GitError;
use super::write::is_leftover;

/// The files of the named folders, with their paths from `root`.
#[derive(Clone, Debug, Default)]
pub struct FolderFiles {
    /// Regular files, in path order.
    pub files: Vec<(String, Vec<u8>)>,
    /// Paths that are neither plain files nor folders: links, devices, executable files.
    pub odd: Vec<String>,
}

/// Reads every file under the named folders of `root`. Links are not followed.
///
/// # Errors
/// A folder or a file cannot be read.
pub fn read_folder(root: &Path, folders: &[&str]) -> Result<FolderFiles, GitError> {
    let mut out = FolderFiles::default();
    for folder in folders {
        let path = root.join(folder);
        if path.symlink_metadata().is_ok() {
            read_into(&path, folder, &mut out).map_err(|error| GitError::Other(format!("{folder}: {error}")))?;
        }
    }
    out.files.sort();
    Ok(out)
}

/// Whether git would store the file with another mode than 100644.
#[cfg(unix)]
fn is_executable(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_metadata: &std::fs::Metadata) -> bool {
    false
}

fn read_into(path: &Path, name: &str, out: &mut FolderFiles) -> std::io::Result<()> {
    let metadata = path.symlink_metadata()?;
    let kind = metadata.file_type();
    if kind.is_file() && is_executable(&metadata) {
        out.odd.push(name.to_owned());
    } else if kind.is_file() && is_leftover(path) {
        // What a killed command wrote beside a file; nobody reads it.
    } else if kind.is_file() {
        out.files.push((name.to_owned(), std::fs::read(path)?));
    } else if kind.is_dir() {
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let inside = format!("{name}/{}", entry.file_name().to_string_lossy());
            read_into(&entry.path(), &inside, out)?;
        }
    } else {
        out.odd.push(name.to_owned());
    }
    Ok(())
}
