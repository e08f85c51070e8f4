//! Who may decide what, and what was decided: policy, people, records, signatures, the verdict and the ledger.
//!
//! Everything here follows docs/governance.md rule by rule. [`decide`] is pure; [`ledger`] replays the main branch.

pub mod decide;
pub mod guard;
pub mod heard;
pub mod ledger;
pub mod people;
pub mod policy;
pub mod records;
pub mod signature;
