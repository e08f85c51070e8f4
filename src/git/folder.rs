//! Reading governed files from a folder of the work tree, and telling which of them git has as they are.

use std::fs::{File, FileType, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::write::is_leftover;
use super::{GitError, ObjectId, Repository};

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

impl Repository {
    /// The blob that each of some files of the work tree is as it stands; none for those that are executable. A file that
    /// looks just as when git last put it into its index is not read.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn blobs(&self, files: &[ListedFile]) -> Result<Vec<Option<ObjectId>>, GitError> {
        let index = self.inner.index().ok();
        // A file that was written when the index was, or later, may have been written again within one tick of the clock.
        let written = index.as_ref().and_then(|index| index.path()?.metadata().ok()).map(|index| modified(&index));
        let blob = |file: &ListedFile| {
            let metadata = file.path.symlink_metadata()?;
            if is_executable(&metadata) {
                return Ok(None);
            }
            let inside = self.inner.workdir().and_then(|top| file.path.strip_prefix(top).ok());
            let entry = index.as_ref().zip(inside).and_then(|(index, inside)| index.get_path(inside, 0));
            match entry.filter(|entry| written > Some(modified(&metadata)) && is_same(entry, &metadata)) {
                Some(entry) => Ok(Some(entry.id.into())),
                None => Ok(Some(git2::Oid::hash_object(git2::ObjectType::Blob, &std::fs::read(&file.path)?)?.into())),
            }
        };
        let named = |file: &ListedFile| {
            blob(file).map_err(|error: Box<dyn std::error::Error>| GitError::Other(format!("{}: {error}", file.name)))
        };
        files.iter().map(named).collect()
    }
}

/// When a file was last written, in seconds since 1970 and nanoseconds.
fn modified(metadata: &Metadata) -> (i64, i64) {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    since.map_or((0, 0), |since| (since.as_secs().cast_signed(), i64::from(since.subsec_nanos())))
}

/// Whether a file looks as it did when git put it into its index. What looks the same to git is the same to us.
fn is_same(entry: &git2::IndexEntry, metadata: &Metadata) -> bool {
    let (seconds, nanoseconds) = modified(metadata);
    let time = &entry.mtime;
    let same_time = i64::from(time.seconds()) == seconds
        && (time.nanoseconds() == 0 || i64::from(time.nanoseconds()) == nanoseconds);
    same_time
        && u64::from(entry.file_size) == metadata.len()
        && entry.mode == 0o100_644
        && is_same_node(entry, metadata)
}

#[cfg(unix)]
fn is_same_node(entry: &git2::IndexEntry, metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // Git keeps the lower half of a number.
    let changed = &entry.ctime;
    let same_change = i64::from(changed.seconds()) == metadata.ctime()
        && (changed.nanoseconds() == 0 || i64::from(changed.nanoseconds()) == metadata.ctime_nsec());
    entry.ino == metadata.ino() as u32 && same_change
}

#[cfg(not(unix))]
fn is_same_node(_entry: &git2::IndexEntry, _metadata: &Metadata) -> bool {
    true
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
