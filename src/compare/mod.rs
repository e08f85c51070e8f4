//! Two registries, or two values, side by side: what changed, and what that does.

mod align;
mod fields;
mod rows;
mod versions;

pub use crate::registry::layout::version_pointer;
pub use fields::{FieldChange, field_changes, required_impact};
pub use rows::{RowChange, compare, compare_at, deletion_findings, version_of};
pub use versions::{FIRST, next_version, rises_by, version_findings};
