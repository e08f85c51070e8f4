//! Canonry: a git-native registry of governed revenue definitions.
//!
//! The data flows one way: files become a registry, a registry is checked; two registries are compared; rows are
//! decided on; the main branch is replayed into a ledger; registry and ledger become a release. Each stage is a plain
//! function on values. Only [`git`] touches a repository, only [`cli`] prints. Modules stand in reading order; a
//! module knows the ones before it and never one after it.

pub mod document;
pub mod text;
pub mod finding;
pub mod git;
pub mod registry;
pub mod criteria;
pub mod outcome;
pub mod check;
pub mod compare;
pub mod governance;
pub mod release;
pub mod maturity;
pub mod operations;
pub mod report;
pub mod cli;
