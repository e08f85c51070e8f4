//! Score models: points for what a row is, and for what happened to it, replayed in order of time.
//!
//! `model` is what a definition says, `read` reads it, `replay` computes a score at an instant from a
//! `timeline` of events, and `needs` says what a model must have for its replay to be true.

mod idle;
mod limit;
mod model;
pub mod needs;
mod read;
mod replay;
mod state;
mod timeline;

pub use model::{Bounds, Component, Decay, Event, Events, Limit, Part, Points, Reset, Rules, ScoreModel, Update};
pub use replay::Replayed;
pub use state::{ScoreState, Scores, Standing};
