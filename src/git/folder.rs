//! Reading governed files from a folder of the work tree.

use std::path::Path;

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

fn read_into(path: &Path, name: &str, out: &mut FolderFiles) -> std::io::Result<()> {
    let kind = path.symlink_metadata()?.file_type();
    if kind.is_file() {
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
