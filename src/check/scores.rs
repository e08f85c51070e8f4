//! Score models: that they have what a true replay needs.

use crate::criteria::scores::{ScoreModel, needs};
use crate::criteria::{Model, Source};
use crate::finding::Finding;

/// What a score model lacks. Its criteria must be sound: unsound ones are told elsewhere.
pub(super) fn findings(path: &str, source: &Source, model: &Model) -> Vec<Finding> {
    if source.kind != "score-model" {
        return Vec::new();
    }
    let problems = needs::problems(&ScoreModel::read(source), model);
    problems.into_iter().map(|problem| problem.in_file(path)).collect()
}
