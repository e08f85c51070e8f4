//! Two registries, or two values, side by side: what changed, and what that does.

mod align;
mod fields;
mod versions;

pub use fields::{FieldChange, field_changes, required_impact};
pub use versions::next_version;
