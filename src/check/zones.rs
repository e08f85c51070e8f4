//! Time zones: that the registry and its calendars name zones that are known.

use jiff::tz::TimeZone;

use crate::document::Document;
use crate::finding::{Finding, rules};
use crate::registry::{Registry, layout};

/// Every time zone that is not known.
pub(super) fn findings(registry: &Registry) -> Vec<Finding> {
    let settings = registry.document(layout::REGISTRY_JSON).map(|settings| (layout::REGISTRY_JSON, settings));
    let calendars = registry.definitions_of("calendar");
    let calendars = calendars.map(|calendar| (calendar.path, calendar.document));
    settings.into_iter().chain(calendars).filter_map(|(path, document)| unknown(path, document)).collect()
}

fn unknown(path: &str, document: &Document) -> Option<Finding> {
    let zone = document.text("time_zone")?;
    if TimeZone::get(zone).is_ok() {
        return None;
    }
    let message = format!("`{}` is not a time zone that is known", zone.escape_debug());
    let known: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let near = crate::finding::nearest(zone, known.iter().map(String::as_str));
    let finding = Finding::at(&rules::UNKNOWN_TIME_ZONE, path, "/time_zone", message);
    Some(match near {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding,
    })
}
