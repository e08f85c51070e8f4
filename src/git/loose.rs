//! Objects in files of their own. They are read here, since the git library (libgit2 1.9) never comes to an end with one
//! that was cut off.

use std::io::{ErrorKind, Read as _};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{GitError, ObjectId};

/// Whether objects are believed to be what their names say.
static BELIEVED: AtomicBool = AtomicBool::new(false);

pub(super) fn believe() {
    BELIEVED.store(true, Ordering::Relaxed);
}

/// The loose objects of a repository, and of those that it borrows from.
pub(super) struct LooseObjects(Vec<Folder>);

/// A folder of objects.
struct Folder {
    path: PathBuf,
    /// Whether there is a folder for the names that begin with a byte: in a packed repository there are few.
    parts: [OnceLock<bool>; 256],
}

/// How many folders may borrow from one another, as git has it.
const MOST_BORROWED: usize = 5;

/// A folder of objects, and those that it borrows from (gitrepository-layout, `objects/info/alternates`).
fn with_borrowed(path: PathBuf, left: usize, known: &mut Vec<PathBuf>) {
    if known.contains(&path) {
        return;
    }
    let listed = std::fs::read_to_string(path.join("info/alternates")).unwrap_or_default();
    known.push(path.clone());
    let named = listed.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    if let Some(left) = left.checked_sub(1) {
        named.for_each(|named| with_borrowed(path.join(named), left, known));
    }
}

impl LooseObjects {
    pub(super) fn of(repository: &git2::Repository) -> LooseObjects {
        let mut paths = Vec::new();
        with_borrowed(repository.commondir().join("objects"), MOST_BORROWED, &mut paths);
        let folder = |path| Folder { path, parts: std::array::from_fn(|_| OnceLock::new()) };
        LooseObjects(paths.into_iter().map(folder).collect())
    }

    /// The bytes of a loose object; none if there is no such file, in which case it may be in a pack.
    pub(super) fn read(&self, id: ObjectId, kind: git2::ObjectType) -> Result<Option<Vec<u8>>, GitError> {
        for folder in &self.0 {
            if let Some(bytes) = folder.read(id, kind)? {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }
}

impl Folder {
    fn read(&self, id: ObjectId, kind: git2::ObjectType) -> Result<Option<Vec<u8>>, GitError> {
        let name = id.to_string();
        let (first, rest) = name.split_at(2);
        let byte = id.as_bytes().first().copied().unwrap_or_default();
        let folder = || self.path.join(first);
        if !self.parts.get(usize::from(byte)).is_some_and(|known| *known.get_or_init(|| folder().is_dir())) {
            return Ok(None);
        }
        let deflated = match std::fs::read(folder().join(rest)) {
            Ok(deflated) => deflated,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(GitError::Damaged(id, error.to_string())),
        };
        let damaged = |what: String| GitError::Damaged(id, what);
        let (found, bytes) = inflate(&deflated).ok_or_else(|| damaged("it is cut off or no object".to_owned()))?;
        if found != kind.str() {
            return Err(damaged(format!("it is a {found}, expected a {kind}")));
        }
        let believed = BELIEVED.load(Ordering::Relaxed);
        if !believed && git2::Oid::hash_object(kind, &bytes).ok() != Some(id.raw()) {
            return Err(damaged("its bytes are not those that its name says".to_owned()));
        }
        Ok(Some(bytes))
    }
}

/// What a loose object is and holds (git-scm.com/book, "Git Internals - Git Objects"): its kind, its size and a NUL, and
/// so many bytes, deflated.
fn inflate(deflated: &[u8]) -> Option<(String, Vec<u8>)> {
    const LONGEST_HEADER: usize = 32;
    let mut inflating = flate2::read::ZlibDecoder::new(deflated);
    let mut header = Vec::new();
    loop {
        let mut byte = [0];
        inflating.read_exact(&mut byte).ok()?;
        match byte {
            [0] => break,
            _ if header.len() == LONGEST_HEADER => return None,
            [byte] => header.push(byte),
        }
    }
    let header = String::from_utf8(header).ok()?;
    let (kind, size) = header.split_once(' ')?;
    let size: u64 = size.parse().ok()?;
    let mut bytes = Vec::new();
    inflating.by_ref().take(size.saturating_add(1)).read_to_end(&mut bytes).ok()?;
    (u64::try_from(bytes.len()).ok()? == size).then(|| (kind.to_owned(), bytes))
}
