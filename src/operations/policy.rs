//! Who must approve what: the policy in force, asked about one document.

use std::collections::BTreeSet;

use super::Failure;
use super::workspace::Workspace;
use crate::compare::required_impact;
use crate::document::Document;
use crate::git::ObjectId;
use crate::governance::decide::who_may_fill;
use crate::governance::ledger::Replay;
use crate::governance::policy::{Policy, RowFacts};
use crate::registry::Impact;
use crate::registry::layout::{DocumentRole, POLICY_JSON, definition_name, definition_path, document_role};

/// What the policy in force asks for when a document changes.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The document's path.
    pub path: String,
    /// `kind/id`, or the path of what is no definition.
    pub name: String,
    /// The version of the policy.
    pub policy: Option<semver::Version>,
    /// Whether whoever proposes may not approve.
    pub separate_duties: bool,
    /// What is asked for, case by case.
    pub cases: Vec<Case>,
}

/// One case that policy tells apart.
#[derive(Clone, Debug)]
pub struct Case {
    /// What the change does; none where the document stays as it is and rests on one that changes.
    pub impact: Option<Impact>,
    /// The codes of which the change means one, or cannot be proved not to; empty where that does not matter.
    pub meanings: BTreeSet<String>,
    /// The reason that the change gives; empty where that does not matter.
    pub reason: String,
    /// The rules that it falls under, by id.
    pub rules: Vec<String>,
    /// The approvals that they ask for together; where there are none, nobody may approve it.
    pub slots: Vec<Asked>,
}

/// Approvals by holders of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The role's id.
    pub role: String,
    /// What people call the role.
    pub title: String,
    /// How many people.
    pub count: u32,
    /// Who holds the role and can sign.
    pub holders: Vec<String>,
}

/// Explains what the accepted policy asks for of a document: a definition as `kind/id`, or the path of any.
///
/// # Errors
/// There is no such document; history that cannot be read.
pub fn explain(workspace: &Workspace, name: &str) -> Result<Explained, Failure> {
    let replay = workspace.replay_main()?;
    let ledger = &replay.ledger;
    let path = match name.split_once('/') {
        _ if document_role(name).is_some() => name.to_owned(),
        Some((kind, id)) => definition_path(kind, id),
        None => name.to_owned(),
    };
    let (here, _) = workspace.work_tree_files()?;
    let here = here.into_iter().find(|(at, _)| *at == path).map(|(_, bytes)| bytes);
    let accepted = match ledger.current(&path) {
        Some(step) => Some(workspace.repository.blob(step.blob)?),
        None => None,
    };
    let Some(document) = accepted.or(here).and_then(|bytes| Document::parse(&bytes).ok()) else {
        return Err(Failure::refused(
            format!("there is no document `{name}`"),
            "Name a definition as kind/id (`canon list`), or a file such as `registry/governance/policy.json`.",
        ));
    };
    let asking = Asking { policy: &ledger.policy, people: &ledger.people, path: &path, document: &document };
    Ok(Explained {
        name: definition_name(&path).unwrap_or_else(|| path.clone()),
        policy: ledger.current(POLICY_JSON).and_then(|step| step.version.clone()),
        separate_duties: ledger.policy.separate_duties,
        cases: asking.cases(),
        path,
    })
}

/// Whose approval it takes that a document becomes what it is at the last commit of a replay, in words; none where it is
/// not there, cannot be read, or nobody may approve it. What it means is not looked into, so every rule about meanings
/// asks; whoever proposes may be barred.
pub(super) fn whose_approval(workspace: &Workspace, replay: &Replay, path: &str) -> Option<String> {
    let ledger = &replay.ledger;
    let read = |blob: ObjectId| Document::parse(&workspace.repository.blob(blob).ok()?).ok();
    let document = read(*replay.files().get(path)?)?;
    let accepted = ledger.current(path).and_then(|step| read(step.blob));
    let kinds: Vec<_> = ledger.kinds.of_path(path).into_iter().collect();
    let impact = required_impact(path, accepted.as_ref().map(Document::value), document.value(), &kinds);
    let owned = accepted.as_ref().unwrap_or(&document);
    let asking = Asking { policy: &ledger.policy, people: &ledger.people, path, document: owned };
    let of_role = |asked: &Asked| match asked.holders.as_slice() {
        [] => format!("{} (nobody can give it)", asked.role),
        holders if asked.count > 1 => format!("{} of {} ({})", asked.count, asked.role, holders.join(", ")),
        holders => format!("{} ({})", asked.role, holders.join(" or ")),
    };
    let slots: Vec<String> = asking.case(Some(impact), None, "").slots.iter().map(of_role).collect();
    (!slots.is_empty()).then(|| slots.join(" and "))
}

struct Asking<'a> {
    policy: &'a Policy,
    people: &'a crate::governance::people::People,
    path: &'a str,
    document: &'a Document,
}

impl Asking<'_> {
    /// Every impact; and what else the rules tell apart, where it makes a difference.
    fn cases(&self) -> Vec<Case> {
        let is_definition = matches!(document_role(self.path), Some(DocumentRole::Definition { .. }));
        let impacts: &[Impact] =
            if is_definition { &[Impact::Major, Impact::Minor, Impact::Patch] } else { &[Impact::Major] };
        let none = BTreeSet::new();
        let mut cases = Vec::new();
        for impact in impacts {
            let plain = self.case(Some(*impact), Some(&none), "");
            let meant = self.policy.meanings().map(|meanings| self.case(Some(*impact), Some(meanings), ""));
            let reasons = self.policy.reasons().into_iter().filter(|reason| !reason.is_empty());
            let reasoned = reasons.map(|reason| self.case(Some(*impact), Some(&none), reason));
            let others: Vec<Case> = meant.chain(reasoned).filter(|case| case.rules != plain.rules).collect();
            cases.push(plain);
            cases.extend(others);
        }
        let resting = self.case(None, Some(&none), "");
        cases.extend(Some(resting).filter(|case| is_definition && !case.rules.is_empty()));
        cases
    }

    fn case(&self, impact: Option<Impact>, meanings: Option<&BTreeSet<String>>, reason: &str) -> Case {
        let value = self.document.value();
        let facts = RowFacts {
            path: self.path,
            impact: impact.unwrap_or(Impact::Major),
            reason,
            owned_by: value,
            after: value,
            meanings,
            affected: impact.is_none(),
        };
        let slots = self.policy.slots_for(&facts).into_iter().map(|slots| Asked {
            title: self.policy.title_of(&slots.role).to_owned(),
            count: slots.count,
            holders: who_may_fill(&slots, self.policy, self.people),
            role: slots.role,
        });
        Case {
            impact,
            meanings: meanings.cloned().unwrap_or_default(),
            reason: reason.to_owned(),
            rules: self.policy.rules_for(&facts).iter().map(|rule| rule.id.clone()).collect(),
            slots: slots.collect(),
        }
    }
}
