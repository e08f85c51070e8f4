//! Integration tests, through the public library API.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod builtin;
mod check;
mod compare;
mod criteria;
mod kinds;
mod outcome;
mod properties;
mod world;
