//! The stored form: the bytes of a governed document are those that `canon fmt` writes.

use crate::finding::{Finding, Target, rules};
use crate::registry::{Registry, Survey};

/// That a document is not in its stored form, at the first byte that differs.
pub(super) fn finding(registry: &Registry, path: &str, survey: &Survey) -> Option<Finding> {
    if registry.is_stored(path, registry.document(path)?, survey) {
        return None;
    }
    let expected = registry.expected_bytes(path)?;
    if registry.kind_of(path).is_some_and(crate::registry::Kind::is_faulty) {
        return None;
    }
    let found = registry.bytes(path)?;
    if found == expected {
        return None;
    }
    let same = found.iter().zip(&expected).take_while(|(found, expected)| found == expected).count();
    let message = match same == found.len() || same == expected.len() {
        true => "the file does not end as it should, with one line feed",
        false => "the file is not written in its stored form: from here on the order or the spelling differs",
    };
    let mut finding = Finding::on_file(&rules::NOT_STORED_FORM, path, message).hint("type `canon fmt`");
    finding.target = Target::Offset(same.min(found.len().saturating_sub(1)));
    Some(finding)
}
