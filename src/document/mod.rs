//! What a governed file is: strict JSON with places, its stored form, and its digest.
//!
//! A file becomes a [`Document`] only through [`Document::parse`], which refuses everything that two readers could
//! read differently. The value keeps the order of keys as written; equality and digests do not see that order.

mod digest;
mod parse;
mod place;
mod stored;
mod value;

pub use digest::{Digest, DigestError, canonical_bytes, merkle_root, sha256_hex};
pub use parse::{MAX_DEPTH, MAX_SIZE, ParseError, parse};
pub use place::{
    Position, Span, is_within, pointer_push, pointer_push_index, pointer_step, pointer_steps, position_of, span_of,
    span_of_key,
};
pub use stored::{stored_bytes, stored_scalar};
pub use value::{Members, MembersIter, Text, Value};

use std::sync::{Arc, OnceLock};

/// One parsed file: its text, its value, and the digest of the value. Clones share all of it.
#[derive(Clone, Debug)]
pub struct Document(Arc<Parsed>);

#[derive(Debug)]
struct Parsed {
    /// Kept only where it cannot be written anew: a large registry would take a third more memory.
    source: OnceLock<String>,
    value: Value,
    plainly: bool,
    /// Made when it is first asked for: a check never asks.
    digest: OnceLock<Digest>,
}

impl Document {
    /// Parses the bytes of a file strictly.
    ///
    /// # Errors
    /// The first thing in the bytes that is not one strict JSON value, with its byte offset.
    pub fn parse(bytes: &[u8]) -> Result<Document, ParseError> {
        let source = parse::text(bytes)?;
        let parse::Parsed { value, plainly } = parse::run(source, &mut ())?;
        let source = if plainly { OnceLock::new() } else { OnceLock::from(source.to_owned()) };
        Ok(Document(Arc::new(Parsed { source, value, plainly, digest: OnceLock::new() })))
    }

    /// Whether the text is the stored form of the value, as far as the order of keys is left aside.
    #[must_use]
    pub fn is_written_plainly(&self) -> bool {
        self.0.plainly
    }

    /// The text of the file, exactly as read.
    #[must_use]
    pub fn source(&self) -> &str {
        self.0.source.get_or_init(|| String::from_utf8(stored_bytes(&self.0.value)).unwrap_or_default())
    }

    /// The parsed value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0.value
    }

    /// SHA-256 over the RFC 8785 bytes of the value.
    #[must_use]
    pub fn digest(&self) -> Digest {
        *self.0.digest.get_or_init(|| Digest::of_value(&self.0.value))
    }

    /// A string field at the top level of the document, if there is one.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.value.get(key)?.as_str()
    }
}
