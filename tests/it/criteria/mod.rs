//! The language of criteria: grammar, types, rules of evaluation, plain words, and the checks that use them.

mod check;
mod docs;
mod grammar;
mod properties;
mod reason;
mod rules;
mod score_checks;
mod score_properties;
mod scores;
mod sentences;
mod types;
