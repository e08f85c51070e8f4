//! Definitions that nothing uses, although they are there to be used.

use std::collections::BTreeSet;

use super::sound::texts_at;
use crate::document::Value;
use crate::finding::{Finding, rules};
use crate::registry::{Definition, Registry};

/// Drivers that no metric is moved by, and plays that nothing opens.
pub(super) fn findings(registry: &Registry) -> Vec<Finding> {
    let drivers = unused(registry, "driver", &[("metric", &["drivers", "*"])]).map(|driver| {
        let message = format!("no metric names `{}` among its drivers", driver.id);
        let hint = "name it in the metrics that it moves, or retire it";
        Finding::at(&rules::DRIVER_UNUSED, driver.path, "/id", message).hint(hint)
    });
    let callers: [(&str, &[&str]); 4] = [
        ("metric", &["plays", "*"]),
        ("proof", &["plays", "*"]),
        ("scenario", &["if_it_shows", "*"]),
        ("cadence", &["bottlenecks", "*", "opens", "*"]),
    ];
    let plays = unused(registry, "play", &callers).map(|play| {
        let message = format!("no metric, meeting, scenario or proof opens `{}`", play.id);
        let hint = "name it under `plays` of the metric that it mends, or retire it";
        Finding::at(&rules::PLAY_UNUSED, play.path, "/id", message).hint(hint)
    });
    drivers.chain(plays).collect()
}

/// The active definitions of a kind that no definition in use names at these places. None where a user cannot be read,
/// says nothing there, or names what is not there: that has its own finding, of which this would be the echo.
fn unused<'r>(
    registry: &'r Registry,
    kind: &str,
    places: &[(&str, &[&str])],
) -> impl Iterator<Item = Definition<'r>> + use<'r> {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut sure = true;
    for (kind, place) in places {
        sure &= !registry.has_unreadable_of(kind);
        for user in registry.definitions_of(kind).filter(|user| user.document.text("status") != Some("retired")) {
            let value = user.document.value();
            let named = place.first().and_then(|key| value.get(key)).and_then(Value::as_array);
            sure &= named.is_some_and(|named| *kind != "metric" || !named.is_empty());
            texts_at(value, place, &mut used);
        }
    }
    sure &= used.iter().all(|id| registry.definition(&format!("{kind}/{id}")).is_some());
    let is_active = |definition: &Definition<'_>| definition.document.text("status") == Some("active");
    let unused = registry.definitions_of(kind).filter(|definition| sure && is_active(definition));
    let unused: Vec<Definition<'r>> = unused.filter(|definition| !used.contains(definition.id)).collect();
    unused.into_iter()
}
