//! Two registries, or two values, side by side: what changed, and what that does.

mod affected;
mod align;
mod closed;
mod codes;
mod examples;
mod fields;
mod judge;
mod meaning;
mod rows;
mod scale;
mod side;
mod versions;

pub use crate::registry::layout::version_pointer;
pub use affected::{Affected, affected};
pub use closed::closed;
pub use codes::{CODES, Code, code};
pub use examples::Shifted;
pub use fields::{
    Differences, FieldChange, Place, SiteChange, differences, field_changes, is_general, required_impact,
};
pub use judge::Flip;
pub use meaning::{Meaning, Sides};
pub use rows::{RowChange, compare, compare_at, deletion_findings, tell, version_of};
pub use versions::{FIRST, next_version, rises_by, version_findings};
