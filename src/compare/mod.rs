//! Two registries, or two values, side by side: what changed, and what that does.

mod align;
mod fields;

pub use fields::{FieldChange, field_changes, required_impact};
