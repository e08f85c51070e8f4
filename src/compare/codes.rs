//! What codes of changes say: a row each, for people and for `canon explain`.

/// One row: what a code of a change means.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable kebab-case code.
    pub code: &'static str,
    /// The code of the reverse change.
    pub mirror: &'static str,
    /// What it says in a few words.
    pub title: &'static str,
    /// What it does to the business, and what to look at.
    pub why: &'static str,
}

/// The row of a code; a registry's own schema may have codes that have none.
#[must_use]
pub fn code(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|row| row.code == code)
}

/// Every row, sorted by code.
pub static CODES: &[Code] = &[
];
