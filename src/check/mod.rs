//! Everything that can be wrong with a registry: one family of rules a file.

pub mod circles;
pub mod criteria;
pub mod examples;
