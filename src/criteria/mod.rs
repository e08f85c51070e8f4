//! The language of criteria: grammar, types, evaluation, plain words.
//!
//! A value is read by [`grammar`] into the tree of [`syntax`]; [`types`] checks the tree against a [`Model`], the
//! definitions of one revision; [`evaluate`] says whether it holds for a record at an instant; [`scores`] replays the
//! scores that criteria ask for. All of it is plain values and total functions: no input makes it fail, loop or panic.

pub mod evaluate;
pub mod grammar;
pub mod model;
pub mod number;
pub mod problem;
pub(crate) mod read;
pub mod reason;
pub mod references;
pub mod scores;
pub mod syntax;
pub mod text;
pub mod time;
pub mod types;
pub mod words;

pub use evaluate::{Budget, Choice, Clock, Evaluator, Exhausted, Scope};
pub use model::{Model, Outcome, Source};
pub use problem::Problem;
pub use references::{EntityReference, NamesEntities, entities};
pub use scores::Scores;
pub use time::Moment;
pub use words::{Said, conditions, words};
