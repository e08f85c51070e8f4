//! Many briefs, by the blob that each was made of, in a form that is read from a file without being parsed.

use super::brief::Brief;
use crate::document::Digest;
use crate::git::ObjectId;

/// A name in few bytes. Two names may fall together; then more is looked at than need be.
pub(super) type Key = u64;

/// The key of a name, by FNV-1a: <http://www.isthe.com/chongo/tech/comp/fnv/>.
#[must_use]
pub fn key(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What sets keys of what is shared apart: nothing, that it is a name that prose mentions, or that what the definition
/// refers to has no say in it.
const MENTIONED: Key = 0b01;
const OWN: Key = 0b10;

/// The key of something that definitions share.
pub(super) fn key_shared(name: &str) -> Key {
    key(name) & !(MENTIONED | OWN)
}

/// The key of a name that prose speaks of.
pub(super) fn key_mentioned(name: &str) -> Key {
    key_shared(name) | MENTIONED
}

/// Briefs of many definitions, by blob, and by what they refer to and share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// The blobs, in order.
    blobs: Vec<ObjectId>,
    /// For each blob, where its references begin and end in `refers`.
    refers_of: Vec<u32>,
    refers: Vec<Key>,
    /// For each blob, where what it shares and mentions begins and ends in `shares`.
    shares_of: Vec<u32>,
    shares: Vec<Key>,
    /// Which blobs refer to a name, by name.
    referring: Vec<(Key, u32)>,
    /// Which blobs share something, by what it is.
    sharing: Vec<(Key, u32)>,
}

/// Bytes that a file with an index begins with; another number is another form.
const MAGIC: &[u8; 8] = b"canonbr2";

/// The bytes of a digest as it is written, at the end of the file.
const DIGEST: usize = "sha256:".len() + 64;

impl Index {
    /// The index of some briefs.
    #[must_use]
    pub fn new<'b>(briefs: impl IntoIterator<Item = (ObjectId, &'b Brief)>) -> Index {
        let entry = |(blob, brief): (ObjectId, &Brief)| {
            let refers = brief.refers.iter().map(|name| key(name)).collect();
            let shared = brief.shares.iter().map(|(name, carries)| key_shared(name) | if *carries { 0 } else { OWN });
            let mentioned = brief.mentions.iter().map(|name| key_mentioned(name));
            (blob, refers, shared.chain(mentioned).collect())
        };
        Index::of(briefs.into_iter().map(entry).collect())
    }

    /// The index of some lists of keys.
    fn of(mut entries: Vec<(ObjectId, Vec<Key>, Vec<Key>)>) -> Index {
        entries.sort_unstable();
        entries.dedup_by(|one, other| one.0 == other.0);
        let mut index = Index { refers_of: vec![0], shares_of: vec![0], ..Index::default() };
        for (blob, refers, shares) in entries {
            let place = count(index.blobs.len());
            index.referring.extend(refers.iter().map(|key| (*key, place)));
            index.sharing.extend(shares.iter().map(|key| (*key & !OWN, place)));
            index.blobs.push(blob);
            index.refers.extend(refers);
            index.shares.extend(shares);
            index.refers_of.push(count(index.refers.len()));
            index.shares_of.push(count(index.shares.len()));
        }
        index.referring.sort_unstable();
        index.sharing.sort_unstable();
        index
    }

    /// This index with more briefs, and of its own only those that are wanted.
    #[must_use]
    pub fn with(&self, wanted: impl Fn(ObjectId) -> bool, more: &Index) -> Index {
        let entries = |index: &Index, place: usize| {
            (index.blobs[place], index.refers_at(place).to_vec(), index.shares_at(place).to_vec())
        };
        let own = (0..self.blobs.len()).filter(|place| wanted(self.blobs[*place])).map(|place| entries(self, place));
        Index::of(own.chain((0..more.blobs.len()).map(|place| entries(more, place))).collect())
    }

    /// Whether there is a brief of a blob.
    #[must_use]
    pub fn has(&self, blob: ObjectId) -> bool {
        self.place(blob).is_some()
    }

    /// What the definition of a blob refers to.
    pub(super) fn refers(&self, blob: ObjectId) -> &[Key] {
        self.place(blob).map(|place| self.refers_at(place)).unwrap_or_default()
    }

    /// What the definition of a blob shares that may come out otherwise if something does that it refers to.
    pub(super) fn carries(&self, blob: ObjectId) -> impl Iterator<Item = Key> {
        let shares = self.place(blob).map(|place| self.shares_at(place)).unwrap_or_default();
        shares.iter().copied().filter(|key| key & (MENTIONED | OWN) == 0)
    }

    /// The blobs of definitions that refer to a name.
    pub(super) fn referring(&self, key: Key) -> impl Iterator<Item = ObjectId> {
        self.blobs_of(&self.referring, key)
    }

    /// The blobs of definitions that share or mention something.
    pub(super) fn sharing(&self, key: Key) -> impl Iterator<Item = ObjectId> {
        self.blobs_of(&self.sharing, key)
    }

    fn blobs_of(&self, pairs: &[(Key, u32)], key: Key) -> impl Iterator<Item = ObjectId> {
        let start = pairs.partition_point(|(known, _)| *known < key);
        let found = pairs.iter().skip(start).take_while(move |(known, _)| *known == key);
        found.filter_map(|(_, place)| self.blobs.get(*place as usize).copied())
    }

    fn place(&self, blob: ObjectId) -> Option<usize> {
        self.blobs.binary_search(&blob).ok()
    }

    fn refers_at(&self, place: usize) -> &[Key] {
        slice(&self.refers, &self.refers_of, place)
    }

    fn shares_at(&self, place: usize) -> &[Key] {
        slice(&self.shares, &self.shares_of, place)
    }

    /// The bytes of a file that holds this index. `made_by` names all that a brief depends on beside its blob.
    #[must_use]
    pub fn to_bytes(&self, made_by: Digest) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(made_by.to_string().bytes());
        for length in [self.blobs.len(), self.refers.len(), self.shares.len()] {
            bytes.extend(count(length).to_le_bytes());
        }
        self.blobs.iter().for_each(|blob| bytes.extend(blob.as_bytes()));
        for numbers in [&self.refers_of, &self.shares_of] {
            numbers.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
        }
        for keys in [&self.refers, &self.shares] {
            keys.iter().for_each(|key| bytes.extend(key.to_le_bytes()));
        }
        for pairs in [&self.referring, &self.sharing] {
            pairs.iter().for_each(|(key, _)| bytes.extend(key.to_le_bytes()));
            pairs.iter().for_each(|(_, place)| bytes.extend(place.to_le_bytes()));
        }
        let digest = Digest::of_bytes(&bytes).to_string();
        bytes.extend(digest.bytes());
        bytes
    }

    /// The index that a file holds; nothing if it holds none, was made by something else, or is damaged.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], made_by: Digest) -> Option<Index> {
        let (bytes, digest) = bytes.split_at_checked(bytes.len().checked_sub(DIGEST)?)?;
        if Digest::of_bytes(bytes).to_string().as_bytes() != digest {
            return None;
        }
        let rest = bytes.strip_prefix(MAGIC)?.strip_prefix(made_by.to_string().as_bytes())?;
        let mut reader = Reader { rest };
        let lengths = reader.numbers(3)?;
        let [blobs, refers, shares] = [lengths[0], lengths[1], lengths[2]].map(|length| length as usize);
        let index = Index {
            blobs: reader.blobs(blobs)?,
            refers_of: reader.numbers(blobs.checked_add(1)?)?,
            shares_of: reader.numbers(blobs.checked_add(1)?)?,
            refers: reader.keys(refers)?,
            shares: reader.keys(shares)?,
            referring: reader.pairs(refers)?,
            sharing: reader.pairs(shares)?,
        };
        reader.rest.is_empty().then_some(index)
    }
}

fn slice<'k>(keys: &'k [Key], bounds: &[u32], place: usize) -> &'k [Key] {
    let bounds = bounds.get(place).zip(bounds.get(place + 1));
    bounds.and_then(|(start, end)| keys.get(*start as usize..*end as usize)).unwrap_or_default()
}

/// A length that a file says in four bytes. No registry comes near that many references.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, items: usize, size: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(items.checked_mul(size)?)?;
        self.rest = rest;
        Some(taken)
    }

    fn blobs(&mut self, items: usize) -> Option<Vec<ObjectId>> {
        let size = ObjectId::SIZE;
        self.take(items, size)?.chunks_exact(size).map(ObjectId::from_bytes).collect()
    }

    fn numbers(&mut self, items: usize) -> Option<Vec<u32>> {
        let (numbers, _) = self.take(items, 4)?.as_chunks();
        Some(numbers.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
    }

    fn keys(&mut self, items: usize) -> Option<Vec<Key>> {
        let (keys, _) = self.take(items, 8)?.as_chunks();
        Some(keys.iter().map(|bytes| Key::from_le_bytes(*bytes)).collect())
    }

    fn pairs(&mut self, items: usize) -> Option<Vec<(Key, u32)>> {
        let keys = self.keys(items)?;
        let places = self.numbers(items)?;
        Some(keys.into_iter().zip(places).collect())
    }
}
