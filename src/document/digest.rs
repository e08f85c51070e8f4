//! Digests: SHA-256 over RFC 8785 (JCS) bytes, and the RFC 6962 Merkle root of a list of such byte strings.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::parse::MAX_INTEGER;
use super::value::Value;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest, written `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A text that is not a digest.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a digest: expected `sha256:` and 64 lower-case hexadecimal digits")]
pub struct DigestError(String);

impl Digest {
    /// The digest of a value: SHA-256 over its RFC 8785 bytes. Order of keys and white space do not matter.
    #[must_use]
    pub fn of_value(value: &Value) -> Digest {
        Digest::of_bytes(&canonical_bytes(value))
    }

    /// The digest of exact bytes.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// The first twelve hexadecimal digits, for people to read.
    #[must_use]
    pub fn short(&self) -> String {
        hex(&self.0[..6])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sha256:{}", hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Digest, DigestError> {
        let error = || DigestError(text.to_owned());
        let digits = text.strip_prefix("sha256:").ok_or_else(error)?.as_bytes();
        if digits.len() != 64 {
            return Err(error());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = hex_digit(pair[0]).zip(hex_digit(pair[1])).map(|(high, low)| high << 4 | low).ok_or_else(error)?;
        }
        Ok(Digest(bytes))
    }
}

/// As text where people read it, else as its bytes.
impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serializer.is_human_readable() {
            true => serializer.collect_str(self),
            false => self.0.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        match deserializer.is_human_readable() {
            true => String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom),
            false => <[u8; 32]>::deserialize(deserializer).map(Digest),
        }
    }
}

/// The RFC 8785 bytes of a value.
#[must_use]
pub fn canonical_bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write_canonical(value, &mut out);
    out
}

/// The library for RFC 8785 spells the scalars, but takes several times as long as this for what is nested.
fn write_canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_canonical(item, out);
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut members: Vec<(&str, &Value)> = members.iter().collect();
            members.sort_by(|(one, _), (other, _)| by_code_units(one, other));
            out.push(b'{');
            for (index, (key, member)) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_text(key, out);
                out.push(b':');
                write_canonical(member, out);
            }
            out.push(b'}');
        }
        scalar => write_scalar(scalar, out),
    }
}

/// The order of keys of RFC 8785: by UTF-16 code units.
fn by_code_units(one: &str, other: &str) -> Ordering {
    match one.is_ascii() && other.is_ascii() {
        true => one.cmp(other),
        false => one.encode_utf16().cmp(other.encode_utf16()),
    }
}

/// Writes a scalar as RFC 8785 spells it.
pub(super) fn write_scalar(scalar: &Value, out: &mut Vec<u8>) {
    match scalar {
        Value::String(text) => write_text(text, out),
        Value::Number(number) => match number.as_i64().filter(|whole| whole.unsigned_abs() <= MAX_INTEGER) {
            Some(whole) => out.extend_from_slice(whole.to_string().as_bytes()),
            None => write_by_library(scalar, out),
        },
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        other => write_by_library(other, out),
    }
}

/// Writes a string as RFC 8785 spells it: just as it is, where nothing in it must be escaped.
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        return write_by_library(&Value::from(text), out);
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

fn write_by_library(scalar: &Value, out: &mut Vec<u8>) {
    // No bytes at all would give every failing value one digest; a `Value` has finite numbers only.
    out.extend(serde_json_canonicalizer::to_vec(scalar).expect("a JSON value can be canonicalised"));
}

/// The hexadecimal SHA-256 of exact bytes, as `sha256sum` prints it.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Digest::of_bytes(bytes).0)
}

/// The Merkle tree hash of RFC 6962, section 2.1, over the leaves in the order given.
#[must_use]
pub fn merkle_root(leaves: &[Vec<u8>]) -> Digest {
    match leaves {
        [] => Digest::of_bytes(b""),
        [leaf] => Digest(Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()),
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            let (left, right) = (merkle_root(&leaves[..split]), merkle_root(&leaves[split..]));
            Digest(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
        text
    })
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}
