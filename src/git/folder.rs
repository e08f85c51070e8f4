//! Reading governed files from a folder of the work tree.

use std::fs::FileType;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::GitError;

/// The files of the named folders, with their paths from `root`.
#[derive(Clone, Debug, Default)]
pub struct FolderFiles {
    /// Regular files, in path order.
    pub files: Vec<(String, Vec<u8>)>,
    /// Paths that are neither files nor folders, such as links.
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
    let read = |(name, path): (String, PathBuf)| match std::fs::read(path) {
        Ok(bytes) => Ok((name, bytes)),
        Err(error) => Err(GitError::Other(format!("{name}: {error}"))),
    };
    let files: Result<Vec<(String, Vec<u8>)>, GitError> = found.into_par_iter().map(read).collect();
    Ok(FolderFiles { files: files?, odd })
}

/// Names the files of a folder, and what is neither file nor folder.
fn list(
    path: &Path,
    name: &str,
    kind: FileType,
    files: &mut Vec<(String, PathBuf)>,
    odd: &mut Vec<String>,
) -> std::io::Result<()> {
    if kind.is_file() {
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
