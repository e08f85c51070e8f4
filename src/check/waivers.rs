//! Waivers: none may be listed, since no check reads them.

use crate::document::Value;

use crate::finding::{Finding, rules};
use crate::registry::{Registry, layout};

/// That a waiver is listed, which would be believed and do nothing.
pub(super) fn finding(registry: &Registry) -> Option<Finding> {
    let waivers = registry.document(layout::WAIVERS_JSON)?.value().get("waivers").and_then(Value::as_array)?;
    (!waivers.is_empty()).then(|| {
        let message = "waivers are not honoured by this version; empty the list";
        Finding::at(&rules::WAIVERS_NOT_HONOURED, layout::WAIVERS_JSON, "/waivers", message)
    })
}
