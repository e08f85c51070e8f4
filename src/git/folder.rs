//! Reading governed files from a folder of the work tree.

use std::fs::{File, FileType, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

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
    let mut found = Vec::new();
    let mut odd = Vec::new();
    for folder in folders {
        if let Ok(metadata) = root.join(folder).symlink_metadata() {
            let listed = list(&root.join(folder), folder, metadata.file_type(), &mut found, &mut odd);
            listed.map_err(|error| GitError::Other(format!("{folder}: {error}")))?;
        }
    }
    found.sort();
    let read = |(name, path): (String, PathBuf)| match read(&path) {
        Ok(bytes) => Ok((name, bytes)),
        Err(error) => Err(GitError::Other(format!("{name}: {error}"))),
    };
    let read = found.into_par_iter().map(read).collect::<Result<Vec<_>, GitError>>();
    let mut files = Vec::new();
    for (name, bytes) in read? {
        match bytes {
            Some(bytes) => files.push((name, bytes)),
            None => odd.push(name),
        }
    }
    Ok(FolderFiles { files, odd })
}

/// Whether git would store the file with another mode than 100644.
#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_metadata: &Metadata) -> bool {
    false
}

/// The bytes of a file; none if it is executable.
fn read(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let mut file = File::open(path)?;
    if is_executable(&file.metadata()?) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Names the files of a folder, and what is neither file nor folder.
fn list(
    path: &Path,
    name: &str,
    kind: FileType,
    files: &mut Vec<(String, PathBuf)>,
    odd: &mut Vec<String>,
) -> std::io::Result<()> {
    if kind.is_file() && is_leftover(path) {
        // What a killed command wrote beside a file; nobody reads it.
    } else if kind.is_file() {
        files.push((name.to_owned(), path.to_owned()));
    } else if kind.is_dir() {
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let inside = format!("{name}/{}", entry.file_name().to_string_lossy());
            list(&entry.path(), &inside, entry.file_type()?, files, odd)?;
        }
    } else {
        odd.push(name.to_owned());
    }
    Ok(())
}
