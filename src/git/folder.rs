//! Reading governed files from a folder of the work tree.

use std::fs::{File, FileType, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::GitError;
use super::write::is_leftover;

/// The names of what is in some folders.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Files, in order of name.
    pub files: Vec<ListedFile>,
    /// Names of what is neither file nor folder: links, devices.
    pub odd: Vec<String>,
}

/// A file of the work tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedFile {
    /// Its path from the folder that was listed, with `/` between names.
    pub name: String,
    path: PathBuf,
}

/// Names every file under the named folders of `root`. Links are not followed.
///
/// # Errors
/// A folder cannot be read.
pub fn list_folders(root: &Path, folders: &[&str]) -> Result<Listing, GitError> {
    let mut listing = Listing::default();
    for folder in folders {
        if let Ok(metadata) = root.join(folder).symlink_metadata() {
            let listed = list(root.join(folder), (*folder).to_owned(), metadata.file_type(), &mut listing);
            listed.map_err(|error| GitError::Other(format!("{folder}: {error}")))?;
        }
    }
    listing.files.sort();
    Ok(listing)
}

impl ListedFile {
    /// The bytes of the file; none if it is executable.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(&self) -> Result<Option<Vec<u8>>, GitError> {
        read(&self.path).map_err(|error| GitError::Other(format!("{}: {error}", self.name)))
    }
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
    let metadata = file.metadata()?;
    if is_executable(&metadata) {
        return Ok(None);
    }
    // One byte more, so that the end is seen without growing; behind `take` nothing asks for the size once more.
    let size = usize::try_from(metadata.len()).unwrap_or_default();
    let mut bytes = Vec::with_capacity(size.saturating_add(1));
    (&mut file).take(u64::MAX).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Names the files of a folder, and what is neither file nor folder.
fn list(path: PathBuf, name: String, kind: FileType, listing: &mut Listing) -> std::io::Result<()> {
    if kind.is_file() && is_leftover(&path) {
        // What a killed command wrote beside a file; nobody reads it.
    } else if kind.is_file() {
        listing.files.push(ListedFile { name, path });
    } else if kind.is_dir() {
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let inside = format!("{name}/{}", entry.file_name().to_string_lossy());
            list(entry.path(), inside, entry.file_type()?, listing)?;
        }
    } else {
        listing.odd.push(name);
    }
    Ok(())
}
