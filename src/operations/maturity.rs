//! Maturity matrices: opens what their evidence is looked for in, and judges them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::check::check_registry;
use super::verify::{Pin, history};
use super::workspace::{Progress, Workspace};
use super::{Failure, reading};
use crate::document::Document;
use crate::finding::{Finding, nearest};
use crate::governance::ledger::Ledger;
use crate::maturity::{AcceptedText, Assessment, History, Sight, Unseen, judge};
use crate::registry::layout::{DocumentRole, document_role};
use crate::registry::{Definition, Registry};

/// The kind of definitions that are matrices.
const KIND: &str = "maturity";

/// Matrices with where their rows stand.
pub struct Maturity {
    /// The day of the computation, in the registry's time zone.
    pub day: Date,
    /// Why the history could not be looked at, if it could not.
    pub unseen: Option<Unseen>,
    /// The matrices, by id.
    pub matrices: Vec<Assessment>,
    /// Names of matrices that cannot be read.
    pub unreadable: Vec<String>,
}

/// Judges the matrix of this id, or as `maturity/ID`; without one every matrix that is not retired. Definitions are
/// those of the work tree, the history is that of the main branch.
///
/// # Errors
/// There is no such matrix, or git is in the way; a shallow clone is.
pub fn maturity(
    workspace: &Workspace,
    matrix: Option<&str>,
    pin: Option<Pin>,
    progress: Progress<'_>,
) -> Result<Maturity, Failure> {
    let (registry, loaded) = workspace.work_tree_registry()?;
    let checked = check_registry(registry, loaded, workspace.now);
    let registry = checked.registry();
    let wanted = wanted(registry, matrix)?;
    let replay = history(workspace, pin, progress)?;
    let texts = match &replay {
        Ok(replay) => accepted_texts(workspace, &replay.ledger)?,
        Err(_) => BTreeMap::new(),
    };
    let history = match &replay {
        Ok(replay) => Ok(History { ledger: &replay.ledger, matrices: &texts }),
        Err(finding) => Err(unseen(finding)),
    };
    let unseen = history.as_ref().err().cloned();
    let references = reading::graph(registry);
    let (findings, now, zone) = (checked.findings(), workspace.now.0, registry.time_zone());
    let sight = Sight { registry, references: &references, findings, history, now, zone };
    let (mut matrices, mut unreadable) = (Vec::new(), Vec::new());
    for definition in wanted {
        match judge(&definition, &sight) {
            Some(assessment) => matrices.push(assessment),
            None => unreadable.push(definition.name()),
        }
    }
    Ok(Maturity { day: sight.today(), unseen, matrices, unreadable })
}

/// The matrices that are to be judged.
fn wanted<'r>(registry: &'r Registry, matrix: Option<&str>) -> Result<Vec<Definition<'r>>, Failure> {
    let Some(named) = matrix else {
        let lives = |definition: &Definition<'_>| definition.document.text("status") != Some("retired");
        return Ok(registry.definitions_of(KIND).filter(lives).collect());
    };
    let id = named.strip_prefix("maturity/").unwrap_or(named);
    if let Some(definition) = registry.definition(&format!("{KIND}/{id}")) {
        return Ok(vec![definition]);
    }
    let hint = match nearest(id, registry.definitions_of(KIND).map(|definition| definition.id)) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => "Type `canon list maturity` to see the matrices.".to_owned(),
    };
    Err(Failure::refused(format!("there is no matrix `{named}`"), hint))
}

/// Every accepted text of each matrix.
fn accepted_texts(workspace: &Workspace, ledger: &Ledger) -> Result<BTreeMap<String, Vec<AcceptedText>>, Failure> {
    let mut texts = BTreeMap::new();
    for (path, steps) in &ledger.accepted {
        if !matches!(document_role(path), Some(DocumentRole::Definition { kind: KIND, .. })) {
            continue;
        }
        let mut of_path = Vec::new();
        for step in steps {
            if let Ok(document) = Document::parse(&workspace.repository.blob(step.blob)?) {
                of_path.push(AcceptedText { change: step.change.clone(), value: document.value().clone() });
            }
        }
        texts.insert(path.clone(), of_path);
    }
    Ok(texts)
}

fn unseen(finding: &Finding) -> Unseen {
    let next = "Type `canon maturity --trust DIGEST` with the digest that `canon init` printed.";
    Unseen { why: finding.message.clone(), next: finding.hint.clone().unwrap_or_else(|| next.to_owned()) }
}
