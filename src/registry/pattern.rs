//! Patterns of strings. Each is compiled once in a process, however many kinds use it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Keyword, ValidationError, Validator, options_for};
use serde_json::json;

use super::instance::Instance;
use crate::document::Value;

/// A pattern that is ready: the schema that has nothing but `pattern`.
#[derive(Clone)]
pub(super) struct Pattern(Arc<Validator<Instance>>);

/// How many patterns are remembered. No registry has so many; a process that reads many registries begins again.
const MOST: usize = 1_000;

impl Pattern {
    /// The pattern with this source.
    ///
    /// # Errors
    /// It is no pattern.
    pub(super) fn of(text: &str) -> Result<Pattern, ValidationError<'static>> {
        static KNOWN: Mutex<BTreeMap<String, Pattern>> = Mutex::new(BTreeMap::new());
        let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pattern) = known().get(text) {
            return Ok(pattern.clone());
        }
        let validator = options_for::<Instance>().offline().build(&json!({ "pattern": text }))?;
        let pattern = Pattern(Arc::new(validator));
        let mut known = known();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(text.to_owned(), pattern.clone());
        Ok(pattern)
    }

    /// Whether a text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_valid(&Value::from(text))
    }
}

impl<'i> Keyword<'i, Instance> for Pattern {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        self.0.validate(instance)
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.0.is_valid(instance)
    }
}
