//! Reading objects: raw commits, the first-parent chain, trees, and what differs between two trees.
//!
//! Two sorted trees are walked entry by entry and entered only where their ids differ, so the cost follows the change.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::{GitError, ObjectId, Repository};

/// How many folders deep a governed tree may be; a registry has five levels.
const DEEPEST: usize = 8;

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

/// What differs between two trees.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    /// Paths of files that differ, with the blob before and after.
    pub files: Vec<FileDelta>,
    /// Folders that differ (`""` is the root), with what is wrong with the one after; empty where nothing is or it is gone.
    pub folders: Vec<(String, Vec<(String, &'static str)>)>,
}

/// One file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDelta {
    /// Path from the root that was compared.
    pub path: String,
    /// Blob before, if there was one.
    pub before: Option<ObjectId>,
    /// Blob after, if there is one.
    pub after: Option<ObjectId>,
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

    /// Every file under the named folders of a tree, in path order, and the faults of the trees on the way.
    ///
    /// # Errors
    /// An object is missing.
    pub fn files(&self, tree: ObjectId, folders: &[&str]) -> Result<Delta, GitError> {
        self.delta(None, Some(tree), folders)
    }

    /// What differs between two trees under the named top folders.
    ///
    /// # Errors
    /// An object is missing.
    pub fn delta(
        &self,
        before: Option<ObjectId>,
        after: Option<ObjectId>,
        folders: &[&str],
    ) -> Result<Delta, GitError> {
        let mut delta = Delta::default();
        if before == after {
            return Ok(delta);
        }
        let [before, after] = [before, after].map(|tree| tree.map_or_else(|| Ok(Tree::default()), |id| self.tree(id)));
        let (mut before, mut after) = (before?, after?);
        for tree in [&mut before, &mut after] {
            let alike = |name: &str| folders.iter().any(|folder| *folder != name && folder.eq_ignore_ascii_case(name));
            let twins: Vec<String> =
                tree.entries.iter().map(|entry| entry.name.clone()).filter(|name| alike(name)).collect();
            tree.entries.retain(|entry| folders.contains(&entry.name.as_str()));
            tree.faults.retain(|(name, _)| name.is_empty() || folders.contains(&name.as_str()));
            tree.faults
                .extend(twins.into_iter().map(|name| (name, "differs from a folder of the registry only by case")));
        }
        delta.folders.push((String::new(), after.faults));
        self.walk("", &before.entries, &after.entries, &mut delta)?;
        Ok(delta)
    }

    /// The files that differ between two trees under the named top folders, in no order. Nothing is said of whether the
    /// trees are well-formed, and what is neither file nor folder is a file: it costs as little as can be.
    /// `ahead` is told of folders that differ, before it is read how.
    ///
    /// # Errors
    /// An object is missing.
    pub fn differing(
        &self,
        before: Option<ObjectId>,
        after: Option<ObjectId>,
        folders: &[&str],
        mut ahead: impl FnMut(&[Differing]),
    ) -> Result<Vec<FileDelta>, GitError> {
        let mut found = Vec::new();
        let mut open: Vec<Differing> = vec![(String::new(), before, after)];
        while let Some((prefix, before, after)) = open.pop() {
            let read = |tree: Option<ObjectId>| tree.map_or(Ok(Vec::new()), |id| self.raw(id, git2::ObjectType::Tree));
            let (before, after) = (read(before)?, read(after)?);
            let known = open.len();
            differing_entries(&before, &after, |name, old, new| {
                let name = String::from_utf8_lossy(name);
                if prefix.is_empty() && !folders.contains(&name.as_ref()) {
                    return;
                }
                let path = format!("{prefix}{name}");
                let is_folder = |side: Option<Raw<'_>>| side.is_some_and(|side| side.0 == FOLDER);
                let id = |side: Option<Raw<'_>>| side.and_then(|side| ObjectId::from_bytes(side.1));
                let folder = |side: Option<Raw<'_>>| id(side.filter(|side| side.0 == FOLDER));
                let file = |side: Option<Raw<'_>>| id(side.filter(|side| side.0 != FOLDER));
                if (is_folder(old) || is_folder(new)) && path.split('/').count() <= DEEPEST {
                    open.push((format!("{path}/"), folder(old), folder(new)));
                }
                if [old, new].into_iter().flatten().any(|side| side.0 != FOLDER) {
                    found.push(FileDelta { path, before: file(old), after: file(new) });
                }
            });
            ahead(open.get(known..).unwrap_or_default());
        }
        Ok(found)
    }

    fn walk(&self, prefix: &str, before: &[Entry], after: &[Entry], delta: &mut Delta) -> Result<(), GitError> {
        let (mut left, mut right) = (before.iter().peekable(), after.iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (Some(old), Some(new)) => git_order(old, new),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return Ok(()),
            };
            let old = order.is_le().then(|| left.next()).flatten();
            let new = order.is_ge().then(|| right.next()).flatten();
            self.differ(prefix, old, new, delta)?;
        }
    }

    /// Compares two entries of one name; sorting keeps a file and a folder of one name apart.
    fn differ(
        &self,
        prefix: &str,
        old: Option<&Entry>,
        new: Option<&Entry>,
        delta: &mut Delta,
    ) -> Result<(), GitError> {
        let (Some(some), false) = (new.or(old), old.map(|entry| entry.id) == new.map(|entry| entry.id)) else {
            return Ok(());
        };
        let path = format!("{prefix}{}", some.name);
        if !some.folder {
            let [before, after] = [old, new].map(|entry| entry.map(|entry| entry.id));
            delta.files.push(FileDelta { path, before, after });
            return Ok(());
        }
        if path.split('/').count() > DEEPEST {
            let faults = new.map(|entry| (entry.name.clone(), "is nested too deep")).into_iter().collect();
            delta.folders.push((path, faults));
            return Ok(());
        }
        let [before, after] = [old, new].map(|entry| entry.map(|entry| self.tree(entry.id)).transpose());
        let (before, after) = (before?, after?);
        let inside = format!("{path}/");
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        delta.folders.push((path, after.faults));
        self.walk(&inside, &before.entries, &after.entries, delta)
    }

    fn raw(&self, id: ObjectId, kind: git2::ObjectType) -> Result<Vec<u8>, GitError> {
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

/// Git's order of entries: a folder sorts as if its name ended in `/`.
fn git_order(left: &Entry, right: &Entry) -> Ordering {
    let common = left.name.len().min(right.name.len());
    let (start, other) = (&left.name.as_bytes()[..common], &right.name.as_bytes()[..common]);
    let next = |entry: &Entry| entry.name.as_bytes().get(common).copied().or(entry.folder.then_some(b'/'));
    start.cmp(other).then_with(|| next(left).cmp(&next(right)))
}

/// The blob of a file in the bytes of a tree.
#[must_use]
pub fn find_file(mut tree: &[u8], name: &str) -> Option<ObjectId> {
    while let Some((mode, known, id, rest)) = split_entry(tree) {
        if known == name.as_bytes() && mode == b"100644" {
            return Some(id);
        }
        tree = rest;
    }
    None
}

/// Mode and id of a raw entry.
type Raw<'a> = (&'a [u8], &'a [u8]);

/// A folder, with the slash at its end, and its trees on both sides.
pub type Differing = (String, Option<ObjectId>, Option<ObjectId>);

/// The mode of a folder.
const FOLDER: &[u8] = b"40000";

/// Calls with each name whose entries differ in two raw trees. Trees are sorted as git sorts them; of names out of order
/// some are told twice.
fn differing_entries(
    mut before: &[u8],
    mut after: &[u8],
    mut tell: impl FnMut(&[u8], Option<Raw<'_>>, Option<Raw<'_>>),
) {
    fn first(bytes: &[u8]) -> Option<(&[u8], Raw<'_>, &[u8])> {
        let space = bytes.iter().position(|byte| *byte == b' ')?;
        let nul = space + 1 + bytes.get(space + 1..)?.iter().position(|byte| *byte == 0)?;
        let rest = bytes.get(nul + 21..)?;
        Some((&bytes[space + 1..nul], (&bytes[..space], &bytes[nul + 1..nul + 21]), rest))
    }
    fn order(one: (&[u8], Raw<'_>), other: (&[u8], Raw<'_>)) -> Ordering {
        let common = one.0.len().min(other.0.len());
        let next = |(name, raw): (&[u8], Raw<'_>)| {
            name.get(common).copied().or((raw.0 == FOLDER).then_some(b'/')).unwrap_or_default()
        };
        one.0[..common].cmp(&other.0[..common]).then_with(|| next(one).cmp(&next(other)))
    }
    loop {
        let (old, new) = (first(before), first(after));
        let step = match (old, new) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((name, old, rest)), Some((other, new, other_rest))) => {
                if name == other && old == new {
                    (before, after) = (rest, other_rest);
                    continue;
                }
                order((name, old), (other, new))
            }
        };
        let was = old.filter(|_| step.is_le());
        let is = new.filter(|_| step.is_ge());
        if let Some((name, ..)) = was.or(is) {
            tell(name, was.map(|entry| entry.1), is.map(|entry| entry.1));
        }
        before = was.map_or(before, |entry| entry.2);
        after = is.map_or(after, |entry| entry.2);
    }
}

fn parse_tree(mut bytes: &[u8]) -> Tree {
    let mut tree = Tree::default();
    let mut names: BTreeSet<&[u8]> = BTreeSet::new();
    while !bytes.is_empty() {
        let Some((mode, name, id, rest)) = split_entry(bytes) else {
            tree.faults.push((String::new(), "the bytes are no tree"));
            break;
        };
        bytes = rest;
        let shown = String::from_utf8_lossy(name).into_owned();
        let fault = match mode {
            b"40000" | b"100644" => name_fault(name),
            b"120000" => Some("is a symbolic link"),
            b"160000" => Some("is a submodule"),
            b"100755" => Some("is marked as executable"),
            _ => Some("has an odd mode"),
        };
        if let Some(fault) = fault {
            tree.faults.push((shown, fault));
            continue;
        }
        let entry = Entry { name: shown, folder: mode == b"40000", id };
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

/// Mode, name, id, and the bytes after the entry.
type RawEntry<'a> = (&'a [u8], &'a [u8], ObjectId, &'a [u8]);

/// Takes the first entry off the bytes of a tree.
fn split_entry(bytes: &[u8]) -> Option<RawEntry<'_>> {
    let space = bytes.iter().position(|byte| *byte == b' ')?;
    let after_mode = bytes.get(space + 1..)?;
    let nul = after_mode.iter().position(|byte| *byte == 0)?;
    let id = ObjectId::from_bytes(after_mode.get(nul + 1..nul + 21)?)?;
    Some((&bytes[..space], &after_mode[..nul], id, &after_mode[nul + 21..]))
}

fn name_fault(name: &[u8]) -> Option<&'static str> {
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
