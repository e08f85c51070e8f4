//! How the tree of the newest commit stands to the accepted state, and the stretches in which it was another.

use super::replay::Replay;
use super::{Excursion, Open};
use crate::finding::{Finding, Level, rules};
use crate::registry::layout::{Role, change_path, role};

impl Replay {
    /// Whether the tree is exactly the accepted state, and nothing has to be confirmed.
    pub(super) fn is_proven(&self) -> bool {
        self.is_accepted() && self.ledger.tainted.is_empty()
    }

    /// Whether the tree is exactly the accepted state.
    pub(super) fn is_accepted(&self) -> bool {
        let view = self.view();
        view.malformed.is_empty()
            && view.differing.is_empty()
            && view.altered.is_empty()
            && view.unknown.is_empty()
            && view.loose.iter().all(|path| self.may_be_loose(path))
    }

    /// An open change may stand in the tree until it settles; nothing else that is not permanent may.
    fn may_be_loose(&self, path: &str) -> bool {
        match role(path) {
            Role::Change { change, .. } => self.ledger.open.get(change).is_some_and(|open| open.change.is_some()),
            _ => false,
        }
    }

    pub(super) fn note_excursion(&mut self, position: usize, settled: &[String]) {
        let open = self.ledger.excursions.last().is_some_and(|excursion| excursion.healed.is_none());
        if self.is_accepted() {
            if let Some(excursion) = self.ledger.excursions.last_mut().filter(|_| open) {
                excursion.healed = Some((position, settled.to_vec()));
            }
            return;
        }
        if !open {
            self.ledger.excursions.push(Excursion::default());
        }
        let faults = self.differences();
        let unrecorded = self.view().differing.iter().any(|path| self.covering(path).is_none());
        if let Some(excursion) = self.ledger.excursions.last_mut() {
            excursion.landings.push(position);
            for finding in &faults {
                excursion.paths.entry(finding.path.clone()).or_insert(position);
            }
            excursion.unrecorded |= unrecorded;
            excursion.missing = faults;
        }
    }

    /// What keeps the newest tree from being proven.
    #[must_use]
    pub fn faults(&self) -> Vec<Finding> {
        let mut findings = self.differences();
        for (id, taint) in &self.ledger.tainted {
            let lost: Vec<String> = taint.lost.iter().map(ToString::to_string).collect();
            let message = format!("it settled with {}, compromised by then", lost.join(" and "));
            findings.push(Finding::on_file(&rules::CHANGE_TAINTED, &change_path(id), message));
        }
        findings
    }

    /// What keeps the newest tree from being the accepted state, each with what could mend it.
    fn differences(&self) -> Vec<Finding> {
        let view = self.view();
        let mut findings = Vec::new();
        for (folder, fault) in &view.malformed {
            findings.push(Finding::on_file(&rules::TREE_MALFORMED, folder, fault.clone()));
        }
        for path in &view.unknown {
            findings.push(Finding::on_file(
                &rules::UNKNOWN_FILE,
                path,
                "nothing in a registry has this name and place",
            ));
        }
        for path in &view.altered {
            let message = match view.files.get(path) {
                Some(_) => "this record was edited after it had landed",
                None => "this record was removed after it had landed",
            };
            findings.push(Finding::on_file(&rules::RECORD_ALTERED, path, message));
        }
        for path in &view.differing {
            findings.push(self.difference(path));
        }
        for path in view.loose.iter().filter(|path| !self.may_be_loose(path)) {
            let record = path.strip_suffix(".sig").unwrap_or(path);
            let open = match role(path) {
                Role::Change { change, .. } => self.ledger.open.get(change),
                _ => None,
            };
            let reason = view.reasons.get(record).cloned();
            let reason = reason.or_else(|| open?.findings.first().map(|finding| finding.message.clone()));
            let reason = reason.unwrap_or_else(|| "it proves nothing".to_owned());
            findings.push(Finding::on_file(&rules::RECORD_UNKNOWN, path, reason));
        }
        findings
    }

    /// The open change that has a row for a document.
    fn covering(&self, path: &str) -> Option<&Open> {
        let has_row =
            |open: &&Open| open.change.as_ref().is_some_and(|change| change.rows.iter().any(|row| row.path == path));
        self.ledger.open.values().find(has_row)
    }

    /// How a document differs from the accepted one, and what the change that would settle it lacks.
    fn difference(&self, path: &str) -> Finding {
        let what = match (self.view().files.contains_key(path), self.ledger.current(path).is_some()) {
            (true, true) => "this document differs from the accepted one",
            (true, false) => "this document is new and was never accepted",
            _ => "this document was accepted and is gone",
        };
        let lacking = match self.covering(path) {
            None => "no change record covers it".to_owned(),
            Some(open) => {
                let id = open.change.as_ref().map_or("", |change| change.id.as_str());
                let missing: Vec<&str> = open
                    .findings
                    .iter()
                    .filter(|finding| finding.level() == Level::Error)
                    .map(|finding| finding.message.as_str())
                    .collect();
                format!("the change {id} would cover it, but {}", missing.join("; "))
            }
        };
        Finding::on_file(&rules::CONTENT_NOT_ACCEPTED, path, format!("{what}: {lacking}"))
    }
}
