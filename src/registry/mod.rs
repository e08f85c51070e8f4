//! Kinds, and every document of a registry at one revision.

mod arrange;
pub mod builtin;
mod graph;
pub mod instance;
mod kinds;
pub mod layout;
mod load;
mod pattern;
mod references;
mod schema;
mod shape;
pub mod sites;
mod skeleton;
mod survey;
mod walk;

pub use graph::{Edge, Graph};
pub use kinds::{Kind, Kinds, NOT_DEFINITIONS};
pub use load::{Definition, Registry};
pub use references::Reference;
pub use schema::{Change, Extreme};
pub use shape::ShapeError;
pub(crate) use sites::Within;
pub use sites::{CriteriaSite, Language};
pub use skeleton::{Chosen, Known, Skeleton};
pub use survey::Survey;
pub(crate) use walk::Cursor;

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
