//! Findings: one thing that is wrong, with a code, a place, a message and a hint.
//!
//! Bad data is never an `Err` here; it is a [`Finding`]. The rows that document every code stand in [`rules`].

mod near;
pub mod rules;
mod words;

pub use near::{did_you_mean, nearest};
pub use rules::{RULES, Rule, rule};
pub use words::{counted, described};

use crate::document::{Document, ParseError, Position, Span, Value, position_of, span_of, span_of_key};

/// How grave a finding is. Only errors make a command exit 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Must be mended.
    Error,
    /// Deserves a look.
    Warning,
}

impl Level {
    /// `error` or `warning`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
        }
    }
}

/// What part of a file a finding points at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Target {
    /// The file as a whole.
    File,
    /// A byte offset, for files that do not parse.
    Offset(usize),
    /// The value at a JSON pointer.
    Value(String),
    /// The key that a JSON pointer ends in.
    Key(String),
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// The rule that found it.
    #[serde(with = "rules::by_code")]
    pub rule: &'static Rule,
    /// Path of the file, from the root of the registry.
    pub path: String,
    /// The part of the file.
    pub target: Target,
    /// What is wrong, in the user's words.
    pub message: String,
    /// What to do or type next, where that can be said.
    pub hint: Option<String>,
}

impl Finding {
    /// A finding about the value at a JSON pointer.
    #[must_use]
    pub fn at(rule: &'static Rule, path: &str, pointer: &str, message: impl Into<String>) -> Finding {
        Finding::new(rule, path, Target::Value(pointer.to_owned()), message)
    }

    /// A finding about the key that a JSON pointer ends in.
    #[must_use]
    pub fn at_key(rule: &'static Rule, path: &str, pointer: &str, message: impl Into<String>) -> Finding {
        Finding::new(rule, path, Target::Key(pointer.to_owned()), message)
    }

    /// A finding about a file as a whole.
    #[must_use]
    pub fn on_file(rule: &'static Rule, path: &str, message: impl Into<String>) -> Finding {
        Finding::new(rule, path, Target::File, message)
    }

    /// The finding that a file does not parse.
    #[must_use]
    pub fn unreadable(path: &str, error: &ParseError) -> Finding {
        Finding::new(&rules::MALFORMED_JSON, path, Target::Offset(error.offset), error.message.clone())
    }

    /// The same finding with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Finding {
        self.hint = Some(hint.into());
        self
    }

    /// The bytes of the file that the finding points at, in whole characters, if the target can be found in it.
    #[must_use]
    pub fn span(&self, source: &str) -> Option<Span> {
        let span = match &self.target {
            Target::File => None,
            Target::Offset(offset) => Some(Span { start: *offset, end: offset.saturating_add(1) }),
            Target::Value(pointer) => span_of(source, pointer),
            Target::Key(pointer) => span_of_key(source, pointer),
        };
        span.map(|span| span.on_characters(source))
    }

    /// The line and column that the finding points at; the first of the file where it has no finer place.
    #[must_use]
    pub fn position(&self, source: &str) -> Position {
        position_of(source, self.span(source).map_or(0, |span| span.start))
    }

    /// How grave it is.
    #[must_use]
    pub fn level(&self) -> Level {
        self.rule.level
    }

    fn new(rule: &'static Rule, path: &str, target: Target, message: impl Into<String>) -> Finding {
        Finding { rule, path: path.to_owned(), target, message: message.into(), hint: None }
    }
}

/// Whether any finding is an error.
#[must_use]
pub fn any_error(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level() == Level::Error)
}

/// Parses a file or says why it cannot be.
///
/// # Errors
/// The finding that names the fault and its place.
pub fn parse_document(path: &str, bytes: &[u8]) -> Result<Document, Finding> {
    let document = Document::parse(bytes).map_err(|error| Finding::unreadable(path, &error))?;
    match document.value() {
        Value::Object(_) => Ok(document),
        other => {
            let message = format!("a document is an object, and this is {}", words::described(other));
            Err(Finding::new(&rules::MALFORMED_JSON, path, Target::Offset(0), message))
        }
    }
}
