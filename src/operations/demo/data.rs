//! The history that the demo replays: facts of a public handbook, in documents of the demo's own.

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::operations::Failure;
use crate::operations::workspace::Files;

static DATA: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/demo");

/// What the demo does, in order.
#[derive(Deserialize)]
pub(super) struct History {
    /// Day of genesis.
    pub(super) genesis_date: String,
    /// The steps.
    pub(super) steps: Vec<Step>,
}

/// One step.
#[derive(Deserialize)]
pub(super) struct Step {
    /// Its folder of documents.
    pub(super) folder: String,
    /// Its day.
    pub(super) date: String,
    /// The handbook's commit; none for a step of the demo's own.
    pub(super) source_commit: Option<String>,
    pub(super) title: String,
    pub(super) why: String,
    pub(super) reason: String,
    pub(super) kind: Turn,
    /// Ids of the people who approve.
    pub(super) approvers: Vec<String>,
    /// What it did, in plain words.
    pub(super) says: String,
}

/// How a step goes.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Turn {
    /// Proposed, approved, landed.
    Plain,
    /// Only wording, so one approval is enough.
    Wording,
    /// The content moves after the first approval.
    Stale,
    /// The proposer approves alone, which does not count.
    SelfApproval,
    /// It lands without approval and is ratified.
    Bypass,
}

/// Reads the embedded history.
pub(super) fn history() -> Result<History, Failure> {
    let file = DATA.get_file("history.json").map(|file| file.contents()).unwrap_or_default();
    serde_json::from_slice(file).map_err(|error| Failure::own_fault(format!("the demo's history: {error}")))
}

/// The files under a folder of the data, with their paths from there.
pub(super) fn files(folder: &str) -> Files {
    let mut found = Vec::new();
    let mut open: Vec<&Dir<'_>> = DATA.get_dir(folder).into_iter().collect();
    while let Some(dir) = open.pop() {
        for file in dir.files() {
            if let Ok(path) = file.path().strip_prefix(folder) {
                found.push((path.to_string_lossy().replace('\\', "/"), file.contents().to_vec()));
            }
        }
        open.extend(dir.dirs());
    }
    found.sort();
    found
}
