//! Reading objects: raw commits, the first-parent chain, trees and blobs.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::{GitError, ObjectId, Repository};

/// A commit as its bytes say, whatever grafts or replace refs would say.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// The id of its tree.
    pub tree: ObjectId,
    /// Its parents, in order.
    pub parents: Vec<ObjectId>,
    /// Author name and address as claimed; no evidence of anything.
    pub author: String,
    /// Committer time in seconds since 1970 as claimed; no evidence of anything.
    pub time: i64,
    /// The first line of its message.
    pub title: String,
}

/// One entry of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// File name.
    pub name: String,
    /// Whether it is a folder.
    pub folder: bool,
    /// Id of its blob or tree.
    pub id: ObjectId,
}

/// A tree: the entries that a governed tree may have, and what else is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Files of mode 100644 and folders, sorted as git sorts them, each name once.
    pub entries: Vec<Entry>,
    /// Why the tree is malformed: the entry, and what is wrong with it. Empty for a well-formed tree.
    pub faults: Vec<(String, &'static str)>,
}

impl Repository {
    /// A commit, from its raw bytes.
    ///
    /// # Errors
    /// It is missing or damaged.
    pub fn commit(&self, id: ObjectId) -> Result<Commit, GitError> {
        let bytes = self.raw(id, git2::ObjectType::Commit)?;
        parse_commit(id, &bytes).ok_or_else(|| GitError::Damaged(id, "not a commit".to_owned()))
    }

    /// The commits from the first to `tip`, along first parents; where a known one is among them only those after it, and
    /// whether it is.
    ///
    /// # Errors
    /// A commit is missing or damaged.
    pub fn first_parents(&self, tip: ObjectId, known: Option<ObjectId>) -> Result<(Vec<Commit>, bool), GitError> {
        let mut chain = Vec::new();
        let mut next = Some(tip);
        while let Some(id) = next.filter(|id| Some(*id) != known) {
            let commit = self.commit(id)?;
            next = commit.parents.first().copied();
            chain.push(commit);
        }
        chain.reverse();
        Ok((chain, next.is_some()))
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    /// It is missing or no blob.
    pub fn blob(&self, id: ObjectId) -> Result<Vec<u8>, GitError> {
        self.raw(id, git2::ObjectType::Blob)
    }

    /// A tree, from its raw bytes.
    ///
    /// # Errors
    /// It is missing.
    pub fn tree(&self, id: ObjectId) -> Result<Tree, GitError> {
        Ok(parse_tree(&self.raw(id, git2::ObjectType::Tree)?))
    }

    /// The bytes of a tree, as [`find_file`] looks through them.
    ///
    /// # Errors
    /// It is missing.
    pub fn raw_tree(&self, id: ObjectId) -> Result<Vec<u8>, GitError> {
        self.raw(id, git2::ObjectType::Tree)
    }

    /// The tree of a folder inside a tree (`""` is the tree itself), if every name on the way is a folder.
    ///
    /// # Errors
    /// An object is missing.
    pub fn subtree(&self, tree: ObjectId, folder: &str) -> Result<Option<ObjectId>, GitError> {
        let mut at = tree;
        for name in folder.split('/').filter(|name| !name.is_empty()) {
            let tree = self.tree(at)?;
            let doubtful = tree.faults.iter().any(|(fault, _)| fault == name || fault.is_empty());
            let entry = tree.entries.into_iter().find(|entry| entry.name == name && entry.folder && !doubtful);
            match entry {
                Some(entry) => at = entry.id,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// The blob of a path inside a tree, if it is a file.
    ///
    /// # Errors
    /// An object is missing.
    pub fn file(&self, tree: ObjectId, path: &str) -> Result<Option<ObjectId>, GitError> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let Some(folder) = self.subtree(tree, folder)? else { return Ok(None) };
        let entry = self.tree(folder)?.entries.into_iter().find(|entry| entry.name == name && !entry.folder);
        Ok(entry.map(|entry| entry.id))
    }

    pub(super) fn raw(&self, id: ObjectId, kind: git2::ObjectType) -> Result<Vec<u8>, GitError> {
        if let Some(bytes) = self.loose.read(id, kind)? {
            return Ok(bytes);
        }
        let odb = self.inner.odb()?;
        let object = odb.read(id.raw()).map_err(|error| match error.code() {
            git2::ErrorCode::NotFound => GitError::MissingObject(id),
            _ => GitError::Damaged(id, error.message().to_owned()),
        })?;
        if object.kind() != kind {
            return Err(GitError::Damaged(id, format!("it is a {}, expected a {kind}", object.kind())));
        }
        Ok(object.data().to_vec())
    }
}

/// Git's order of entries.
pub(super) fn git_order(left: &Entry, right: &Entry) -> Ordering {
    in_order((left.name.as_bytes(), left.folder), (right.name.as_bytes(), right.folder))
}

/// Git's order of names, each with whether it is that of a folder: a folder sorts as if its name ended in `/`.
pub(super) fn in_order(left: (&[u8], bool), right: (&[u8], bool)) -> Ordering {
    let common = left.0.len().min(right.0.len());
    let next = |(name, is_folder): (&[u8], bool)| name.get(common).copied().or(is_folder.then_some(b'/'));
    left.0[..common].cmp(&right.0[..common]).then_with(|| next(left).cmp(&next(right)))
}

/// The blob of a file in the bytes of a tree.
#[must_use]
pub fn find_file(mut tree: &[u8], name: &str) -> Option<ObjectId> {
    while let Some((known, (mode, id), rest)) = first_entry(tree) {
        if known == name.as_bytes() && mode == FILE {
            return ObjectId::from_bytes(id);
        }
        tree = rest;
    }
    None
}

pub(super) fn parse_tree(mut bytes: &[u8]) -> Tree {
    let mut tree = Tree::default();
    let mut names: BTreeSet<&[u8]> = BTreeSet::new();
    while !bytes.is_empty() {
        let entry = first_entry(bytes);
        let entry = entry.and_then(|(name, (mode, id), rest)| Some((mode, name, ObjectId::from_bytes(id)?, rest)));
        let Some((mode, name, id, rest)) = entry else {
            tree.faults.push((String::new(), "the bytes are no tree"));
            break;
        };
        bytes = rest;
        let shown = String::from_utf8_lossy(name).into_owned();
        let fault = match mode {
            FOLDER | FILE => name_fault(name),
            b"120000" => Some("is a symbolic link"),
            b"160000" => Some("is a submodule"),
            b"100755" => Some("is marked as executable"),
            _ => Some("has an odd mode"),
        };
        if let Some(fault) = fault {
            tree.faults.push((shown, fault));
            continue;
        }
        let entry = Entry { name: shown, folder: mode == FOLDER, id };
        if !names.insert(name) {
            tree.faults.push((entry.name, "stands there twice"));
            continue;
        }
        if tree.entries.last().is_some_and(|last| git_order(last, &entry).is_ge()) {
            tree.faults.push((entry.name.clone(), "is out of order"));
        }
        tree.entries.push(entry);
    }
    if !tree.faults.is_empty() {
        tree.entries.sort_by(git_order);
    }
    tree
}

/// Mode and id of a raw entry.
pub(super) type Raw<'a> = (&'a [u8], &'a [u8]);

/// The mode of a folder.
pub(super) const FOLDER: &[u8] = b"40000";
/// The mode of a plain file.
pub(super) const FILE: &[u8] = b"100644";

/// Name, mode and id of the first entry in the bytes of a tree, and the bytes after it.
pub(super) fn first_entry(bytes: &[u8]) -> Option<(&[u8], Raw<'_>, &[u8])> {
    let space = bytes.iter().position(|byte| *byte == b' ')?;
    let nul = space + 1 + bytes.get(space + 1..)?.iter().position(|byte| *byte == 0)?;
    let rest = bytes.get(nul + 1 + ObjectId::SIZE..)?;
    Some((&bytes[space + 1..nul], (&bytes[..space], &bytes[nul + 1..nul + 1 + ObjectId::SIZE]), rest))
}

pub(super) fn name_fault(name: &[u8]) -> Option<&'static str> {
    match name {
        b"" | b"." | b".." => Some("is no name of a file"),
        _ if name.eq_ignore_ascii_case(b".git") => Some("is no name of a file"),
        _ if name.contains(&b'/') => Some("has a slash in its name"),
        _ if std::str::from_utf8(name).is_err() => Some("has a name that is not UTF-8"),
        _ if name.iter().any(u8::is_ascii_control) => Some("has a control character in its name"),
        _ => None,
    }
}

fn parse_commit(id: ObjectId, bytes: &[u8]) -> Option<Commit> {
    let text = String::from_utf8_lossy(bytes);
    let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.split('\n');
    let tree = ObjectId::parse(lines.next()?.strip_prefix("tree ")?)?;
    let mut commit = Commit {
        id,
        tree,
        parents: Vec::new(),
        author: String::new(),
        time: 0,
        title: message.lines().next().unwrap_or_default().to_owned(),
    };
    let mut in_parents = true;
    for line in lines {
        if let Some(parent) = line.strip_prefix("parent ").filter(|_| in_parents) {
            commit.parents.push(ObjectId::parse(parent)?);
            continue;
        }
        // Git takes parents only directly after the tree.
        in_parents = false;
        if let Some(author) = line.strip_prefix("author ") {
            commit.author = author.rfind('>').map_or(author, |end| &author[..=end]).to_owned();
        } else if let Some(committer) = line.strip_prefix("committer ") {
            let mut words = committer.rsplit(' ');
            words.next();
            commit.time = words.next().and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
            break;
        }
    }
    Some(commit)
}
