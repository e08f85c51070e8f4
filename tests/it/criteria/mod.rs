//! The language of criteria: grammar, types, rules of evaluation, plain words, and the checks that use them.

mod check;
mod docs;
mod grammar;
mod properties;
mod reason;
mod rules;
mod sentences;
mod types;
