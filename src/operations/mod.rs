//! What the commands do, without a terminal: each operation takes a workspace and wishes, and gives a value.
//!
//! An `Err` here is a [`Failure`]: the job could not be done. What is wrong with the data comes back as findings.

pub mod approve;
pub mod blame;
pub mod check;
pub mod demo;
pub mod diff;
pub mod fmt;
pub mod forge;
pub mod init;
pub mod land;
pub mod log;
pub mod maturity;
pub mod memory;
pub mod new;
pub mod people;
pub mod policy;
pub mod propose;
pub mod publish;
pub mod reading;
pub mod relay;
mod referrers;
mod sides;
pub mod standing;
pub mod status;
pub mod step;
pub mod verify;
mod view;
pub mod workspace;

use std::path::PathBuf;

use crate::finding::Finding;
use crate::git::GitError;
use crate::governance::signature::SignError;

/// A job that could not be done: what is in the way, and what to type next.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Git is in the way.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A signature cannot be made.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// A file cannot be read or written.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The command was given in the wrong place or order.
    #[error("{message}")]
    Refused {
        /// What is wrong, in the user's words.
        message: String,
        /// What to type next.
        hint: String,
    },
    /// The ledger could not be started or carried on; the findings say why.
    #[error("the history of this registry cannot be proven, so nothing can be built on it")]
    Unproven(Vec<Finding>),
}

impl Failure {
    /// A refusal with what to type next.
    #[must_use]
    pub fn refused(message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure::Refused { message: message.into(), hint: hint.into() }
    }

    /// A refusal that nothing the user can type mends.
    #[must_use]
    pub fn own_fault(message: impl Into<String>) -> Failure {
        Failure::refused(message, "This is a fault of canon itself.")
    }

    /// What to type next, where that can be said.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Failure::Git(error) => error.hint(),
            Failure::Sign(error) => Some(error.hint().to_owned()),
            Failure::File { .. } => None,
            Failure::Refused { hint, .. } => Some(hint.clone()),
            Failure::Unproven(_) => Some("Type `canon verify` to see all of it.".to_owned()),
        }
    }
}
