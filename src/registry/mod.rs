//! Kinds, and every document of a registry at one revision.

pub mod layout;
pub mod sites;

pub use sites::{CriteriaSite, Language};

/// What a change to a document does, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Impact {
    /// Wording.
    Patch,
    /// Something is added; existing outcomes stay.
    Minor,
    /// Who counts, or how a number comes out, changes.
    Major,
}

impl Impact {
    /// The word that records and schemas use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Impact::Patch => "patch",
            Impact::Minor => "minor",
            Impact::Major => "major",
        }
    }
}
