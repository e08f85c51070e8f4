//! One thing that is wrong with criteria, before it is known which file they stand in.

use crate::finding::{Finding, Rule};

/// One thing that is wrong with criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub pointer: String,
    /// The rule that found it.
    pub rule: &'static Rule,
    /// What is wrong, in the user's words.
    pub message: String,
    /// What to do about it, where that can be said.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem at a place.
    #[must_use]
    pub fn at(rule: &'static Rule, pointer: &str, message: impl Into<String>) -> Problem {
        Problem { pointer: pointer.to_owned(), rule, message: message.into(), hint: None }
    }

    /// The same problem with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Problem {
        self.hint = Some(hint.into());
        self
    }

    /// The same problem, with "did you mean" where there is a near word.
    #[must_use]
    pub fn meant(self, near: Option<&str>) -> Problem {
        match near {
            Some(word) => self.hint(format!("did you mean `{word}`?")),
            None => self,
        }
    }

    /// The finding that this problem is in a file.
    #[must_use]
    pub fn in_file(self, path: &str) -> Finding {
        let finding = Finding::at(self.rule, path, &self.pointer, self.message);
        match self.hint {
            Some(hint) => finding.hint(hint),
            None => finding,
        }
    }
}
