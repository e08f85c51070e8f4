//! The strict parser: RFC 8259 without anything that two readers could read differently.
//!
//! One parser serves two uses through [`Sink`]: building a value, and noting where every value stands. Refused, beside
//! what the RFC refuses: duplicate keys, lone surrogates, NUL in strings, integers beyond 2^53-1, numbers beyond the
//! range of a double, a byte order mark, more than [`MAX_DEPTH`] levels and more than [`MAX_SIZE`] bytes.

use std::collections::BTreeSet;

use serde_json::Number;

use super::place::Span;
use super::stored::stored_scalar;
use super::value::{Members, Text, Value};

/// The deepest nesting of arrays and objects that a document may have.
pub const MAX_DEPTH: usize = 64;

/// The size of the largest document, in bytes.
pub const MAX_SIZE: usize = 1 << 20;

/// The largest integer that every JSON reader keeps exact: 2^53 - 1 (RFC 7493, section 2.2).
pub(super) const MAX_INTEGER: u64 = (1 << 53) - 1;

/// From here on ECMAScript, and so RFC 8785, prints a whole number with an exponent.
const FIRST_EXPONENT: f64 = 1e21;

/// Why bytes are not a document, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// Byte offset of the fault.
    pub offset: usize,
    /// What is wrong, in the reader's words.
    pub message: String,
}

/// Parses one strict JSON value that fills the bytes.
///
/// # Errors
/// The first fault, with its byte offset.
pub fn parse(bytes: &[u8]) -> Result<Value, ParseError> {
    Ok(run(text(bytes)?, &mut ())?.value)
}

/// What a text holds, and how.
pub(super) struct Parsed {
    /// The value.
    pub(super) value: Value,
    /// Whether white space, strings and numbers are written as in the stored form of this value.
    pub(super) plainly: bool,
}

/// What the parser tells while it reads: keys and indexes as it enters and leaves them, and the place of each value once
/// the value is read, so that of nested values the inner comes first.
pub(super) trait Sink {
    fn enter_key(&mut self, _key: &str, _span: Span) {}
    fn enter_index(&mut self, _index: usize) {}
    fn leave(&mut self) {}
    fn value(&mut self, _span: Span) {}
}

impl Sink for () {}

/// The text of a file that may be parsed: UTF-8, no larger than a document may be, without a byte order mark.
pub(super) fn text(bytes: &[u8]) -> Result<&str, ParseError> {
    let fail = |offset, message: String| Err(ParseError { offset, message });
    if bytes.len() > MAX_SIZE {
        return fail(MAX_SIZE, format!("the file has {} bytes; a document has at most {MAX_SIZE}", bytes.len()));
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return fail(0, "the file starts with a byte order mark; save it as plain UTF-8".to_owned());
    }
    std::str::from_utf8(bytes).or_else(|error| fail(error.valid_up_to(), "these bytes are not UTF-8".to_owned()))
}

/// Parses one strict JSON value that fills the text.
pub(super) fn run(text: &str, sink: &mut impl Sink) -> Result<Parsed, ParseError> {
    let bytes = text.as_bytes();
    let mut parser =
        Parser { text, bytes, at: 0, depth: 0, items: Vec::new(), members: Vec::new(), plainly: true, sink };
    parser.space(0);
    let value = parser.value()?;
    parser.line();
    if parser.at < bytes.len() {
        return parser.fail("the document has ended, but there is more text after it");
    }
    Ok(Parsed { value, plainly: parser.plainly })
}

struct Parser<'a, S> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    /// The items of all arrays that are not closed yet, those of the innermost last.
    items: Vec<Value>,
    /// As [`Parser::items`], of objects.
    members: Vec<(Text, Value)>,
    /// As [`Parsed::plainly`], of what is read so far.
    plainly: bool,
    sink: &'a mut S,
}

/// Up to here the keys of an object are compared one by one.
const FEW_KEYS: usize = 16;

impl<S: Sink> Parser<'_, S> {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T, ParseError> {
        Err(ParseError { offset: self.at.min(self.bytes.len()), message: message.into() })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Skips white space, where the stored form has this many spaces.
    fn space(&mut self, spaces: usize) {
        let start = self.at;
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        self.plainly &= self.at - start == spaces && self.bytes[start..self.at].iter().all(|byte| *byte == b' ');
    }

    /// Skips white space, where the stored form begins a line.
    fn line(&mut self) {
        if self.peek() == Some(b'\n') {
            self.at += 1;
            self.space(2 * self.depth);
        } else {
            self.plainly = false;
            self.space(0);
        }
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<(), ParseError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        self.fail(format!("expected {what}, found {}", self.found()))
    }

    fn found(&self) -> String {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(character) => format!("`{}`", character.escape_default()),
            None => "the end of the file".to_owned(),
        }
    }

    fn value(&mut self) -> Result<Value, ParseError> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.nested(Parser::object)?,
            Some(b'[') => self.nested(Parser::array)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return self.fail(format!("expected a value, found {}", self.found())),
        };
        self.sink.value(Span { start, end: self.at });
        Ok(value)
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, ParseError>) -> Result<Value, ParseError> {
        if self.depth == MAX_DEPTH {
            return self.fail(format!("nested deeper than {MAX_DEPTH} levels"));
        }
        self.depth += 1;
        self.at += 1;
        if !matches!(self.peek(), Some(b']' | b'}')) {
            self.line();
            self.plainly &= !matches!(self.peek(), Some(b']' | b'}'));
        }
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    /// Reads an object, with the parser behind its brace and the space after it.
    fn object(&mut self) -> Result<Value, ParseError> {
        let first = self.members.len();
        let mut known = BTreeSet::new();
        while self.peek() != Some(b'}') || self.members.len() > first {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.fail(format!("expected a key in double quotes, found {}", self.found()));
            }
            let key = self.string()?;
            if self.is_known(&key, first, &mut known) {
                self.at = start;
                let key = key.escape_default();
                return self.fail(format!("the key \"{key}\" appears twice in this object"));
            }
            self.sink.enter_key(&key, Span { start, end: self.at });
            self.space(0);
            self.expect(b':', "`:` after the key")?;
            self.space(1);
            let value = self.value()?;
            self.sink.leave();
            self.members.push((key, value));
            if self.is_last(b'}', "`,` or `}`")? {
                break;
            }
        }
        self.at += 1;
        Ok(Value::Object(Members::new(self.members.drain(first..).collect())))
    }

    /// Reads on to the next item, or to the bracket after the last.
    fn is_last(&mut self, bracket: u8, wanted: &str) -> Result<bool, ParseError> {
        if self.peek() == Some(b',') {
            self.at += 1;
            self.line();
            return Ok(false);
        }
        self.depth -= 1;
        self.line();
        self.depth += 1;
        if self.peek() == Some(bracket) {
            return Ok(true);
        }
        self.plainly = false;
        self.expect(b',', wanted)?;
        self.space(0);
        Ok(false)
    }

    /// Whether the object whose members begin at `first` has this key already. `known` holds the keys of large objects.
    fn is_known(&self, key: &Text, first: usize, known: &mut BTreeSet<Text>) -> bool {
        let members = &self.members[first..];
        if members.len() < FEW_KEYS {
            return members.iter().any(|(taken, _)| taken == key);
        }
        if known.is_empty() {
            known.extend(members.iter().map(|(key, _)| key.clone()));
        }
        !known.insert(key.clone())
    }

    /// Reads an array, with the parser behind its bracket and the space after it.
    fn array(&mut self) -> Result<Value, ParseError> {
        let first = self.items.len();
        while self.peek() != Some(b']') || self.items.len() > first {
            self.sink.enter_index(self.items.len() - first);
            let value = self.value()?;
            self.sink.leave();
            self.items.push(value);
            if self.is_last(b']', "`,` or `]`")? {
                break;
            }
        }
        self.at += 1;
        Ok(Value::Array(self.items.drain(first..).collect()))
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, ParseError> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(value);
        }
        self.fail("expected a value; the only bare words are true, false and null")
    }

    fn string(&mut self) -> Result<Text, ParseError> {
        let start = self.at;
        self.at += 1;
        let mut text = Text::from(self.plain());
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.plainly &= !escaped || is_spelled(&Value::String(text.clone()), &self.text[start..self.at]);
                    return Ok(text);
                }
                Some(b'\\') => {
                    text.push(self.escape()?);
                    escaped = true;
                }
                Some(_) => return self.fail("a control character in a string must be escaped"),
                None => return self.fail("the string has no closing double quote"),
            }
            text.push_str(self.plain());
        }
    }

    /// The text up to the next byte that means something in a string.
    fn plain(&mut self) -> &str {
        let start = self.at;
        let rest = &self.bytes[start..];
        self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len());
        &self.text[start..self.at]
    }

    /// Reads one escape, with the parser at its backslash.
    fn escape(&mut self) -> Result<char, ParseError> {
        let start = self.at;
        self.at += 2;
        let character = match self.bytes.get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            _ => {
                self.at = start;
                return self.fail("unknown escape; use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX");
            }
        };
        Ok(character)
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, ParseError> {
        let first = self.four_digits()?;
        let code = match first {
            0xd800..=0xdbff if self.bytes[self.at..].starts_with(b"\\u") => {
                self.at += 2;
                let second = self.four_digits()?;
                if !(0xdc00..=0xdfff).contains(&second) {
                    self.at = start;
                    return self.fail("a lone surrogate is no character");
                }
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            _ => first,
        };
        match char::from_u32(code) {
            Some('\0') => {
                self.at = start;
                self.fail("a string cannot contain NUL")
            }
            Some(character) => Ok(character),
            None => {
                self.at = start;
                self.fail("a lone surrogate is no character")
            }
        }
    }

    fn four_digits(&mut self) -> Result<u32, ParseError> {
        let digits = self.bytes.get(self.at..self.at + 4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let Some(digits) = digits else {
            return self.fail("\\u needs four hexadecimal digits");
        };
        let code = digits.iter().fold(0, |code, digit| code << 4 | char::from(*digit).to_digit(16).unwrap_or(0));
        self.at += 4;
        Ok(code)
    }

    fn digits(&mut self) -> Result<(), ParseError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return self.fail(format!("expected a digit, found {}", self.found()));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Number, ParseError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return self.fail("a number does not start with 0");
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let literal = &self.text[start..self.at];
        let number = number_of(literal).map_err(|message| ParseError { offset: start, message })?;
        let whole = literal.bytes().all(|byte| byte.is_ascii_digit());
        self.plainly &= whole || is_spelled(&Value::Number(number.clone()), literal);
        Ok(number)
    }
}

/// Whether a scalar is spelled as the stored form spells it.
fn is_spelled(scalar: &Value, text: &str) -> bool {
    stored_scalar(scalar) == text
}

/// The number that a JSON literal means: an integer wherever its value is whole, so that `1.0` and `1` are one value.
fn number_of(literal: &str) -> Result<Number, String> {
    if let Ok(whole) = literal.parse::<i64>() {
        return match whole.unsigned_abs() {
            ..=MAX_INTEGER => Ok(Number::from(whole)),
            _ => Err(format!("{literal} is beyond 2^53-1; readers would round it. Write it as a string")),
        };
    }
    let real: f64 = literal.parse().map_err(|_| format!("{literal} is not a number"))?;
    let written_whole = !literal.contains(['.', 'e', 'E']);
    if !real.is_finite() {
        return Err(format!("{literal} is beyond the range of a double"));
    }
    if real.fract() == 0.0 && real.abs() < FIRST_EXPONENT || written_whole {
        if written_whole || real.abs() > MAX_INTEGER as f64 {
            return Err(format!("{literal} is beyond 2^53-1; readers would round it. Write it as a string"));
        }
        return Ok(Number::from(real as i64));
    }
    Number::from_f64(real).ok_or_else(|| format!("{literal} is not a number"))
}
