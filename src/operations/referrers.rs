//! What refers to a definition, at the cost of the answer: remembered for one tree, and brought up to date by what differs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

use super::Failure;
use super::memory::BUILD;
use super::view::View;
use super::workspace::Workspace;
use crate::check::reach::{foundations, key};
use crate::git::ObjectId;
use crate::git::write::write_file;
use crate::registry::layout::{definition_name, is_schema};
use crate::registry::{Kinds, Registry};

/// What refers to what on one side.
pub(super) struct Referrers {
    remembered: Option<Remembered>,
    /// Definitions that the remembered tree holds otherwise.
    differing: BTreeSet<String>,
    /// Names of those that refer, by the name that they refer to, among the definitions that differ.
    own: BTreeMap<String, BTreeSet<String>>,
}

impl Referrers {
    /// As of a side. `anchor` is the other one: where nothing is remembered, a side that is a commit is.
    /// `kinds` gives the kinds of some files.
    pub(super) fn of(
        workspace: &Workspace,
        view: &View,
        anchor: &View,
        kinds: &dyn Fn(&[&str]) -> Kinds,
    ) -> Result<Referrers, Failure> {
        let mut remembered = Remembered::open(workspace);
        let known = remembered.as_ref().map(|remembered| View::of_tree(workspace, remembered.tree));
        let mut step = known.map(|known| View::differing(&known, view));
        // The remembered tree may be gone, or much may have happened since.
        if !matches!(&step, Some(Ok(files)) if files.len() <= MOST && !files.iter().any(|path| is_schema(path))) {
            let Some((tree, whole)) = [view, anchor].into_iter().find_map(|side| Some((side.tree()?, side))) else {
                return Referrers::afresh(view, kinds);
            };
            if View::differing(whole, view)?.iter().any(|path| is_schema(path)) {
                return Referrers::afresh(view, kinds);
            }
            let paths: Vec<String> = whole.blobs()?.into_iter().map(|(path, _)| path).collect();
            let paths = || paths.iter().map(String::as_str).filter(|path| definition_name(path).is_some());
            let kinds = kinds(&paths().collect::<Vec<_>>());
            let (registry, _) = Registry::load_under(&kinds, whole.read(paths())?);
            Remembered::write(workspace, tree, &registry);
            remembered = Remembered::open(workspace);
            step = Some(View::differing(whole, view));
        }
        let files = step.transpose()?.unwrap_or_default();
        Referrers::among(view, kinds, remembered, files.iter().map(String::as_str))
    }

    /// As of a side, reading all of it.
    pub(super) fn afresh(view: &View, kinds: &dyn Fn(&[&str]) -> Kinds) -> Result<Referrers, Failure> {
        let paths: Vec<String> = view.blobs()?.into_iter().map(|(path, _)| path).collect();
        Referrers::among(view, kinds, None, paths.iter().map(String::as_str))
    }

    /// What is remembered, but for some files, which are read.
    fn among<'p>(
        view: &View,
        kinds: &dyn Fn(&[&str]) -> Kinds,
        remembered: Option<Remembered>,
        paths: impl Iterator<Item = &'p str>,
    ) -> Result<Referrers, Failure> {
        let paths: Vec<&str> = paths.filter(|path| definition_name(path).is_some()).collect();
        let (registry, _) = Registry::load_under(&kinds(&paths), view.read(paths.iter().copied())?);
        let mut own: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, foundations) in foundations(&registry) {
            for foundation in foundations {
                own.entry(foundation).or_default().insert(name.clone());
            }
        }
        Ok(Referrers { remembered, differing: paths.iter().filter_map(|path| definition_name(path)).collect(), own })
    }

    /// What may refer to a definition, by name. A few may not: names are remembered in few bytes.
    pub(super) fn of_definition(&mut self, name: &str) -> Result<Vec<String>, Failure> {
        let mut found: BTreeSet<String> = self.own.get(name).cloned().unwrap_or_default();
        if let Some(remembered) = &mut self.remembered {
            let unreadable = |cause| Failure::File { path: remembered.path.clone(), cause };
            let known = remembered.file.referring(key(name)).map_err(unreadable)?;
            found.extend(known.into_iter().filter(|name| !self.differing.contains(name)));
        }
        Ok(found.into_iter().collect())
    }
}

/// From so many differing files on, it is remembered anew.
const MOST: usize = 1_000;

/// What is remembered of one tree. It is only a hint of where to look: whatever it names is read and asked.
struct Remembered {
    path: PathBuf,
    tree: ObjectId,
    file: Pairs,
}

impl Remembered {
    fn path(workspace: &Workspace) -> PathBuf {
        workspace.repository.memory().join("referrers")
    }

    fn open(workspace: &Workspace) -> Option<Remembered> {
        let path = Remembered::path(workspace);
        let mut file = File::open(&path).ok()?;
        let mut head = [0; HEAD];
        file.read_exact(&mut head).ok()?;
        let rest = head.strip_prefix(made_by().as_slice())?;
        let (tree, counts) = rest.split_at_checked(ObjectId::SIZE)?;
        let (counts, _) = counts.as_chunks::<4>();
        let [pairs, names] = counts else { return None };
        let (pairs, names) = (u32::from_le_bytes(*pairs), u32::from_le_bytes(*names));
        let length = HEAD as u64 + u64::from(pairs) * PAIR + (u64::from(names) + 1) * 4;
        (file.metadata().ok()?.len() >= length).then_some(())?;
        Some(Remembered { path, tree: ObjectId::from_bytes(tree)?, file: Pairs { file, pairs, names } })
    }

    fn write(workspace: &Workspace, tree: ObjectId, registry: &Registry) {
        let all = foundations(registry);
        let mut pairs: Vec<(u64, u32)> = Vec::new();
        let (mut ends, mut names) = (vec![0_u32], Vec::new());
        for (place, (name, foundations)) in all.iter().enumerate() {
            pairs.extend(foundations.iter().map(|foundation| (key(foundation), count(place))));
            names.extend(name.bytes());
            ends.push(count(names.len()));
        }
        pairs.sort_unstable();
        let mut bytes = made_by();
        bytes.extend(tree.as_bytes());
        [pairs.len(), all.len()].iter().for_each(|length| bytes.extend(count(*length).to_le_bytes()));
        for (key, place) in pairs {
            bytes.extend(key.to_le_bytes());
            bytes.extend(place.to_le_bytes());
        }
        ends.iter().for_each(|end| bytes.extend(end.to_le_bytes()));
        bytes.extend(names);
        let _ = write_file(&Remembered::path(workspace), &bytes);
    }
}

/// Bytes before the pairs: what it was made by, the tree, and how many pairs and names follow.
const HEAD: usize = BUILD.len() + ObjectId::SIZE + 4 + 4;
/// Bytes of a pair: the key of a name, and the place of the name of what refers to it.
const PAIR: u64 = 12;

/// All that the pairs depend on beside the tree.
pub(super) fn made_by() -> Vec<u8> {
    BUILD.as_bytes().to_vec()
}

/// A length in four bytes. No registry comes near that many references.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Pairs in order of key, in a file, of which only what is asked for is read.
struct Pairs {
    file: File,
    pairs: u32,
    names: u32,
}

impl Pairs {
    fn referring(&mut self, key: u64) -> std::io::Result<Vec<String>> {
        let (mut least, mut end) = (0, self.pairs);
        while least < end {
            let middle = least + (end - least) / 2;
            if self.pair(middle)?.0 < key { least = middle + 1 } else { end = middle }
        }
        let mut found = Vec::new();
        while least < self.pairs {
            let (known, place) = self.pair(least)?;
            if known != key {
                break;
            }
            found.push(self.name(place)?);
            least += 1;
        }
        Ok(found)
    }

    fn pair(&mut self, place: u32) -> std::io::Result<(u64, u32)> {
        let bytes: [u8; 12] = self.bytes(HEAD as u64 + u64::from(place) * PAIR)?;
        let (key, place) = bytes.split_at(8);
        let key = key.first_chunk().copied().map_or(0, u64::from_le_bytes);
        Ok((key, place.first_chunk().copied().map_or(0, u32::from_le_bytes)))
    }

    fn name(&mut self, place: u32) -> std::io::Result<String> {
        let damaged = || std::io::Error::from(std::io::ErrorKind::InvalidData);
        let ends = HEAD as u64 + u64::from(self.pairs) * PAIR;
        let bytes: [u8; 8] = self.bytes(ends + u64::from(place) * 4)?;
        let (start, end) = bytes.split_at(4);
        let [start, end] = [start, end].map(|bytes| bytes.first_chunk().copied().map_or(0, u32::from_le_bytes));
        let length = end.checked_sub(start).filter(|length| *length <= LONGEST).ok_or_else(damaged)?;
        let mut name = vec![0; length as usize];
        self.file.seek(SeekFrom::Start(ends + (u64::from(self.names) + 1) * 4 + u64::from(start)))?;
        self.file.read_exact(&mut name)?;
        String::from_utf8(name).map_err(|_| damaged())
    }

    fn bytes<const N: usize>(&mut self, at: u64) -> std::io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// Letters of the longest `kind/id`.
const LONGEST: u32 = 129;
