//! What differs between two trees: they are compared byte by byte and entered only where their ids differ, so the cost
//! follows the change.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::objects::{Entry, FILE, FOLDER, Raw, first_entry, git_order, in_order, name_fault, parse_tree};
use super::{GitError, ObjectId, Repository};

/// How many folders deep a governed tree may be; a registry has five levels.
const DEEPEST: usize = 8;
/// How deep the folders lie that many steps come through.
const BUSY: usize = 3;

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

/// Reads what differs from tree to tree, along a history. The trees after one step are those before the next, so they are
/// kept: those of folders that many steps come through.
pub struct Deltas<'r> {
    repository: &'r Repository,
    known: BTreeMap<String, (ObjectId, Rc<Bytes>)>,
}

/// The bytes of a tree.
struct Bytes {
    bytes: Vec<u8>,
    /// Whether they are known to be without any fault.
    is_plain: bool,
}

/// An entry on one side: whether it is a folder, and its object.
type Side = Option<(bool, ObjectId)>;

impl<'r> Deltas<'r> {
    /// Nothing is known yet.
    #[must_use]
    pub fn of(repository: &'r Repository) -> Deltas<'r> {
        Deltas { repository, known: BTreeMap::new() }
    }

    /// What differs between two trees under the named top folders.
    ///
    /// # Errors
    /// An object is missing.
    pub fn between(
        &mut self,
        before: Option<ObjectId>,
        after: Option<ObjectId>,
        folders: &[&str],
    ) -> Result<Delta, GitError> {
        let mut delta = Delta::default();
        if before == after {
            return Ok(delta);
        }
        let (before, after) = (self.bytes("", before)?, self.bytes("", after)?);
        let (mut before, mut after) = (parse_tree(&before.bytes), parse_tree(&after.bytes));
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
        for (name, old, new) in differing_parsed(&before.entries, &after.entries) {
            self.differ(name, old, new, &mut delta)?;
        }
        Ok(delta)
    }

    /// Compares what stands at one path; sorting keeps a file and a folder of one name apart.
    fn differ(&mut self, path: String, old: Side, new: Side, delta: &mut Delta) -> Result<(), GitError> {
        let Some((is_folder, _)) = new.or(old) else { return Ok(()) };
        let [before, after] = [old, new].map(|side| side.map(|(_, id)| id));
        if !is_folder {
            delta.files.push(FileDelta { path, before, after });
            return Ok(());
        }
        if path.split('/').count() > DEEPEST {
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            delta.folders.push((path, after.map(|_| (name, "is nested too deep")).into_iter().collect()));
            return Ok(());
        }
        let (before, after) = (self.bytes(&path, before)?, self.bytes(&path, after)?);
        let differing = if before.is_plain && after.is_plain {
            delta.folders.push((path.clone(), Vec::new()));
            let mut found = Vec::new();
            differing_entries(&before.bytes, &after.bytes, |name, old, new| {
                let side = |side: Option<Raw<'_>>| {
                    side.and_then(|(mode, id)| Some((mode == FOLDER, ObjectId::from_bytes(id)?)))
                };
                found.push((String::from_utf8_lossy(name).into_owned(), side(old), side(new)));
            });
            found
        } else {
            let (before, after) = (parse_tree(&before.bytes), parse_tree(&after.bytes));
            let found = differing_parsed(&before.entries, &after.entries);
            delta.folders.push((path.clone(), after.faults));
            found
        };
        for (name, old, new) in differing {
            self.differ(format!("{path}/{name}"), old, new, delta)?;
        }
        Ok(())
    }

    /// The bytes of the tree of a folder; none where it is not there.
    fn bytes(&mut self, path: &str, tree: Option<ObjectId>) -> Result<Rc<Bytes>, GitError> {
        let Some(id) = tree else { return Ok(Rc::new(Bytes { bytes: Vec::new(), is_plain: true })) };
        if let Some((_, bytes)) = self.known.get(path).filter(|(known, _)| *known == id) {
            return Ok(Rc::clone(bytes));
        }
        let bytes = self.repository.raw_tree(id)?;
        let bytes = Rc::new(Bytes { is_plain: is_plain(&bytes), bytes });
        if path.split('/').count() <= BUSY {
            self.known.insert(path.to_owned(), (id, Rc::clone(&bytes)));
        }
        Ok(bytes)
    }
}

impl Repository {
    /// Every file under the named folders of a tree, in path order, and the faults of the trees on the way.
    ///
    /// # Errors
    /// An object is missing.
    pub fn files(&self, tree: ObjectId, folders: &[&str]) -> Result<Delta, GitError> {
        Deltas::of(self).between(None, Some(tree), folders)
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
}

/// Names whose entries differ in two parsed trees, with both sides.
fn differing_parsed(before: &[Entry], after: &[Entry]) -> Vec<(String, Side, Side)> {
    let (mut left, mut right) = (before.iter().peekable(), after.iter().peekable());
    let mut found = Vec::new();
    loop {
        let order = match (left.peek(), right.peek()) {
            (Some(old), Some(new)) => git_order(old, new),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return found,
        };
        let old = order.is_le().then(|| left.next()).flatten();
        let new = order.is_ge().then(|| right.next()).flatten();
        let side = |entry: Option<&Entry>| entry.map(|entry| (entry.folder, entry.id));
        if let Some(entry) = new.or(old).filter(|_| side(old) != side(new)) {
            found.push((entry.name.clone(), side(old), side(new)));
        }
    }
}

/// Whether a tree is seen to be without fault at a glance: [`parse_tree`] finds nothing in it. Of a tree in which a file and
/// a folder might have one name, that is not seen.
fn is_plain(mut bytes: &[u8]) -> bool {
    let mut last: Option<(&[u8], Raw<'_>)> = None;
    while let Some((name, raw, rest)) = first_entry(bytes) {
        if (raw.0 != FOLDER && raw.0 != FILE) || name_fault(name).is_some() {
            return false;
        }
        if let Some(last) = last {
            let may_come_again =
                last.1.0 == FILE && name.strip_prefix(last.0).is_some_and(|rest| rest < b"/".as_slice());
            if may_come_again || in_order((last.0, last.1.0 == FOLDER), (name, raw.0 == FOLDER)).is_ge() {
                return false;
            }
        }
        last = Some((name, raw));
        bytes = rest;
    }
    bytes.is_empty()
}

/// A folder, with the slash at its end, and its trees on both sides.
pub type Differing = (String, Option<ObjectId>, Option<ObjectId>);

/// Calls with each name whose entries differ in two raw trees. Trees are sorted as git sorts them; of names out of order
/// some are told twice.
fn differing_entries(
    mut before: &[u8],
    mut after: &[u8],
    mut tell: impl FnMut(&[u8], Option<Raw<'_>>, Option<Raw<'_>>),
) {
    loop {
        let (old, new) = (first_entry(before), first_entry(after));
        let step = match (old, new) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((name, old, rest)), Some((other, new, other_rest))) => {
                if name == other && old == new {
                    (before, after) = (rest, other_rest);
                    continue;
                }
                in_order((name, old.0 == FOLDER), (other, new.0 == FOLDER))
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
