//! Rule 3 of acceptance: whether an open change settles at a commit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::decisions::Place;
use super::reader::Reader;
use super::replay::View;
use super::steps::Steps;
use super::taint::unsound_since;
use super::{Ledger, Open, Settled, Step};
use crate::compare::{required_impact, rises_by, version_of};
use crate::document::{Digest, Document, Value};
use crate::finding::{Finding, Level, rules};
use crate::git::{GitError, ObjectId};
use crate::governance::decide::{Verdict, VerifiedDecision, decide, speaks_for};
use crate::governance::guard::{frozen, lost};
use crate::governance::heard::Heard;
use crate::governance::people::People;
use crate::governance::policy::{Policy, RowFacts};
use crate::governance::records::{Change, Row};
use crate::governance::signature::Signed;
use crate::registry::Impact;
use crate::registry::Kinds;
use crate::registry::layout::{DocumentRole, POLICY_JSON, change_path, definition_path, document_role, person_path};

/// The accepted state before a commit (A0), by which everything at that commit is judged.
pub(super) struct Judge<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) policy: Arc<Policy>,
    pub(super) people: Arc<People>,
    accepted_kinds: Arc<Kinds>,
    tree_kinds: Arc<Kinds>,
}

/// What judging a change gave.
pub(super) struct Judgement {
    change: Option<Change>,
    /// Paths that the record names in its rows.
    paths: BTreeSet<String>,
    digest: Digest,
    /// Fingerprint of the key with which it was proposed.
    proposed_with: String,
    findings: Vec<Finding>,
    verdict: Verdict,
    rows: Vec<JudgedRow>,
    decisions: Vec<(VerifiedDecision, Place)>,
    policy: Option<Policy>,
    people: Option<People>,
}

/// A change that settles, with everything that the ledger takes over from it.
pub(super) struct Judged {
    pub(super) settled: Settled,
    pub(super) steps: Vec<(String, Step)>,
    pub(super) policy: Option<Policy>,
    pub(super) people: Option<People>,
}

/// What decisions are about.
pub(super) struct Proposal<'a> {
    pub(super) id: &'a str,
    pub(super) digest: Digest,
    pub(super) proposer: &'a str,
}

/// A row with the documents that it steps between.
pub(super) struct JudgedRow {
    pub(super) row: Row,
    pub(super) blob: ObjectId,
    before: Option<Document>,
    after: Document,
    pub(super) impact: Impact,
}

impl<'a> Judge<'a> {
    pub(super) fn at(reader: &'a Reader<'a>, ledger: &Ledger, view: &View) -> Result<Judge<'a>, GitError> {
        let accepted_kinds = Arc::clone(&ledger.kinds);
        let tree_kinds = match view.schemas_differ() {
            false => Arc::clone(&accepted_kinds),
            true => Arc::new(kinds_of(reader, view)?),
        };
        let (policy, people) = (Arc::clone(&ledger.policy), Arc::clone(&ledger.people));
        Ok(Judge { reader, policy, people, accepted_kinds, tree_kinds })
    }

    /// Judges the change of this id; none if its folder holds no change record.
    pub(super) fn judge(&self, ledger: &Ledger, view: &View, id: &str) -> Result<Option<Judgement>, GitError> {
        let path = change_path(id);
        // A permanent record of a change that has not settled stood in genesis already: it is kept and not evaluated.
        let Some(blob) = view.files.get(&path).filter(|_| !ledger.records.contains_key(&path)) else {
            return Ok(None);
        };
        let signed = match view.files.get(&format!("{path}.sig")) {
            Some(armour) => Some(self.reader.signed(*blob, *armour)?),
            None => None,
        };
        let read = match &signed {
            Some(signed) => self.read_change(ledger, id, signed),
            None => Err("it is not signed".to_owned()),
        };
        let (change, digest, proposed_with) = match read {
            Ok(read) => read,
            Err(message) => {
                return Ok(Some(Judgement::invalid(&path, message, &self.reader.repository.blob(*blob)?)));
            }
        };
        let mut findings = Vec::new();
        let rows = self.judge_rows(ledger, view, &change, &mut findings)?;
        let proposal = Proposal { id, digest, proposer: &change.proposer };
        let decisions = self.decisions(ledger, view, &proposal, &mut findings)?;
        let mut starts: BTreeMap<&str, String> = BTreeMap::new();
        for calendar in self.policy.calendars() {
            if let Some(day) = self.fiscal_year_starts(ledger, calendar)? {
                starts.insert(calendar, day);
            }
        }
        let steps = Steps { reader: self.reader, ledger, rows: &rows, kinds: (&self.accepted_kinds, &self.tree_kinds) };
        let meanings = if self.policy.asks_for_meanings() { steps.meanings()? } else { BTreeMap::new() };
        let affected = if self.policy.asks_for_affected() { steps.affected()? } else { Vec::new() };
        let of_rows = rows.iter().map(|judged| RowFacts {
            path: &judged.row.path,
            impact: judged.impact,
            reason: &change.reason,
            owned_by: judged.before.as_ref().unwrap_or(&judged.after).value(),
            after: judged.after.value(),
            meanings: meanings.get(&judged.row.path),
            affected: false,
        });
        let to_confirm = self.rows_to_confirm(ledger, &change)?;
        let of_confirmed = to_confirm.iter().map(|row| RowFacts {
            impact: row.impact,
            affected: row.affected,
            ..RowFacts::affected(&row.path, &change.reason, &row.document)
        });
        let affected = affected.iter().map(|(path, value)| RowFacts::affected(path, &change.reason, value));
        // What no rule asks about may change what it counts without anybody's leave.
        let (of_confirmed, affected_then): (Vec<RowFacts<'_>>, Vec<_>) =
            of_confirmed.partition(|facts| !facts.affected);
        let affected = affected.chain(affected_then).filter(|facts| !self.policy.slots_for(facts).is_empty());
        let facts: Vec<RowFacts<'_>> = of_rows.chain(of_confirmed.iter().copied()).chain(affected).collect();
        // What has landed already, or stays as it is, takes effect on no other day than before.
        let moves = |facts: &RowFacts<'_>| rows.iter().any(|judged| std::ptr::eq(judged.after.value(), facts.after));
        let denied = |row: &RowFacts<'_>| match moves(row) {
            false => None,
            true => self.policy.wrong_day(row, |calendar| starts.get(calendar).cloned()),
        };
        let standing = decisions.iter().filter(|(_, place)| place.stands).map(|(verified, _)| verified.clone());
        let standing: Vec<VerifiedDecision> = standing.collect();
        let mut verdict = decide(&self.policy, &self.people, &change.proposer, &facts, &standing, denied);
        verdict.rows.extend(self.asked_before(ledger, &change, &of_confirmed, &standing)?);
        findings.extend(verdict_findings(&path, &verdict));
        let (policy, people) = self.governance_after(ledger, &rows, &mut findings)?;
        let paths = change.rows.iter().map(|row| row.path.clone()).collect();
        let change = Some(change);
        let judgement =
            Judgement { change, paths, digest, proposed_with, findings, verdict, rows, decisions, policy, people };
        Ok(Some(judgement))
    }

    /// Rule 3a.
    fn read_change(&self, ledger: &Ledger, id: &str, signed: &Signed) -> Result<(Change, Digest, String), String> {
        let document = signed.document()?;
        let change = Change::read(document)?;
        if change.id != id {
            return Err(format!("the record in the folder `{id}` says that it is `{}`", change.id));
        }
        if change.registry != ledger.trust {
            return Err("it is a change of another registry".to_owned());
        }
        if change.after != ledger.trust && !ledger.digests.contains(&change.after) {
            return Err(format!("it follows a change ({}) that has not settled here", change.after.short()));
        }
        if let Some(unknown) = change.ratifies.iter().find(|id| !ledger.settled.contains_key(*id)) {
            return Err(format!("it confirms `{unknown}`, which has not settled here"));
        }
        let key = speaks_for(signed, &change.proposer, &self.people)?;
        Ok((change, document.digest(), key.fingerprint()))
    }

    /// Rules 3b and 3c. Rows whose documents cannot be read are left out of the result, with a finding.
    fn judge_rows(
        &self,
        ledger: &Ledger,
        view: &View,
        change: &Change,
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<JudgedRow>, GitError> {
        let mut judged = Vec::new();
        for row in &change.rows {
            let path = &row.path;
            let current = ledger.current(path);
            let moved = current.map(|step| step.digest) != row.from;
            if moved {
                let message = match (current, row.from) {
                    (Some(step), Some(from)) => {
                        format!("the change starts from {}, but {} is accepted now", from.short(), step.digest.short())
                    }
                    (Some(_), None) => "the change adds it, but it is accepted already".to_owned(),
                    (None, _) => "the change starts from an accepted document, but none is accepted".to_owned(),
                };
                findings.push(Finding::on_file(&rules::ROW_MOVED, path, message));
            }
            let found = match view.files.get(path) {
                Some(blob) => self.reader.document(*blob)?.map(|document| (*blob, document)),
                None => None,
            };
            let Some((blob, document)) = found else {
                findings.push(Finding::on_file(&rules::ROW_CONTENT, path, "the document is missing or unreadable"));
                continue;
            };
            let as_named = document.digest() == row.to;
            if !as_named {
                let (found, named) = (document.digest().short(), row.to.short());
                let message = format!("the document's digest is {found}, the change record names {named}");
                findings.push(Finding::on_file(&rules::ROW_CONTENT, path, message));
            }
            let before = match current {
                Some(step) => self.reader.document(step.blob)?,
                None => None,
            };
            let impact = self.impact(path, before.as_ref().map(Document::value), document.value());
            let old = current.and_then(|step| step.version.clone());
            let new = version_of(path, document.value());
            // Another step, or another document, than the record names has other versions: that would tell it twice.
            if as_named && !moved {
                let low = version_finding(path, old.as_ref(), new.as_ref(), impact);
                findings.extend(low.or_else(|| misstated(row, old.as_ref(), new.as_ref(), impact)));
            }
            judged.push(JudgedRow { row: row.clone(), blob, before, after: document, impact });
        }
        Ok(judged)
    }

    /// What a row does, under the accepted schema and the new one.
    fn impact(&self, path: &str, before: Option<&Value>, after: &Value) -> Impact {
        let kinds: Vec<_> =
            [&self.accepted_kinds, &self.tree_kinds].into_iter().filter_map(|kinds| kinds.of_path(path)).collect();
        required_impact(path, before, after, &kinds)
    }

    /// Rule 3e: the policy and people that the change brings, if it brings any.
    fn governance_after(
        &self,
        ledger: &Ledger,
        rows: &[JudgedRow],
        findings: &mut Vec<Finding>,
    ) -> Result<(Option<Policy>, Option<People>), GitError> {
        let of = |wanted: fn(&DocumentRole<'_>) -> bool| {
            rows.iter().filter(move |judged| document_role(&judged.row.path).as_ref().is_some_and(wanted))
        };
        let policy = match of(|role| matches!(role, DocumentRole::Policy)).next() {
            Some(judged) => match Policy::load(judged.after.value()) {
                Ok(policy) => Some(policy),
                Err(finding) => {
                    findings.push(finding);
                    return Ok((None, None));
                }
            },
            None => None,
        };
        let changed: BTreeMap<&str, &Value> = of(|role| matches!(role, DocumentRole::Person(_)))
            .map(|judged| (judged.row.path.as_str(), judged.after.value()))
            .collect();
        let people = match changed.is_empty() {
            true => None,
            false => {
                let mut all: BTreeMap<&str, Value> = BTreeMap::new();
                for (path, steps) in &ledger.accepted {
                    if let (Some(DocumentRole::Person(_)), Some(step)) = (document_role(path), steps.last())
                        && let Some(document) = self.reader.document(step.blob)?
                    {
                        all.insert(path, document.value().clone());
                    }
                }
                all.extend(changed.into_iter().map(|(path, value)| (path, value.clone())));
                match People::load(all.iter().map(|(path, value)| (*path, value))) {
                    Ok(people) => {
                        findings.extend(lost(&ledger.people, &people));
                        let unsound = unsound_since(ledger, &ledger.people, &people).into_iter();
                        findings.extend(unsound.map(|(person, message)| {
                            Finding::on_file(&rules::PEOPLE_INVALID, &person_path(&person), message)
                        }));
                        Some(people)
                    }
                    Err(found) => {
                        findings.extend(found);
                        return Ok((None, None));
                    }
                }
            }
        };
        if policy.is_some() || people.is_some() {
            let (new_policy, new_people) = (policy.as_ref(), people.as_ref());
            let reason = frozen(new_policy.unwrap_or(&ledger.policy), new_people.unwrap_or(&ledger.people));
            findings.extend(reason.map(|reason| Finding::on_file(&rules::POLICY_FROZEN, POLICY_JSON, reason)));
        }
        Ok((policy, people))
    }

    fn fiscal_year_starts(&self, ledger: &Ledger, calendar: &str) -> Result<Option<String>, GitError> {
        let Some(step) = ledger.current(&definition_path("calendar", calendar)) else { return Ok(None) };
        let document = self.reader.document(step.blob)?;
        Ok(document.and_then(|document| document.text("fiscal_year_starts").map(str::to_owned)))
    }
}

impl Judgement {
    /// A record that does not hold now. Its rows are kept, so that it is judged again when one of them is touched.
    fn invalid(path: &str, message: String, bytes: &[u8]) -> Judgement {
        let read = Document::parse(bytes).ok().and_then(|document| Change::read(&document).ok());
        let paths = read.into_iter().flat_map(|change| change.rows).map(|row| row.path).collect();
        Judgement {
            change: None,
            paths,
            digest: Digest::of_bytes(&[]),
            proposed_with: String::new(),
            findings: vec![Finding::on_file(&rules::CHANGE_INVALID, path, message)],
            verdict: Verdict::default(),
            rows: Vec::new(),
            decisions: Vec::new(),
            policy: None,
            people: None,
        }
    }

    /// The change with what the ledger takes over, if nothing stands in its way; else what stands there.
    pub(super) fn into_settled(self, landing: usize) -> Result<Judged, Box<Open>> {
        let Judgement { change, paths, digest, proposed_with, findings, verdict, rows, decisions, policy, people } =
            self;
        let stands = findings.iter().any(|finding| finding.level() == Level::Error);
        let heard = |(verified, place): &(VerifiedDecision, Place)| {
            let Place { landed, stands } = *place;
            let (decision, key) = (verified.decision().clone(), verified.key().fingerprint());
            Some(Heard { decision, key, weight: verified.weight()?, landed, stands })
        };
        let heard: Vec<Heard> = decisions.iter().filter_map(heard).collect();
        let Some(change) = change.as_ref().filter(|_| !stands && verdict.granted()) else {
            return Err(Box::new(Open { change, paths, findings, verdict, heard }));
        };
        let step = |judged: &JudgedRow| Step {
            landing,
            change: Some(change.id.clone()),
            digest: judged.row.to,
            blob: judged.blob,
            version: version_of(&judged.row.path, judged.after.value()),
        };
        let steps = rows.iter().map(|judged| (judged.row.path.clone(), step(judged))).collect();
        let impacts = rows.iter().map(|judged| judged.impact).collect();
        let change = change.clone();
        let settled = Settled { change, digest, landing, impacts, proposed_with, heard, verdict };
        Ok(Judged { settled, steps, policy, people })
    }
}

fn kinds_of(reader: &Reader<'_>, view: &View) -> Result<Kinds, GitError> {
    let mut schemas = Vec::new();
    for (path, blob) in &view.files {
        if let Some(DocumentRole::Schema(_)) = document_role(path)
            && let Some(document) = reader.document(*blob)?
        {
            schemas.push((path, document));
        }
    }
    Ok(Kinds::load(schemas.iter().map(|(path, document)| (path.as_str(), document.value()))).0)
}

/// Rule 3c: the version rises at least as the impact demands.
fn version_finding(
    path: &str,
    before: Option<&semver::Version>,
    after: Option<&semver::Version>,
    impact: Impact,
) -> Option<Finding> {
    let Some(after) = after else {
        return Some(Finding::on_file(&rules::VERSION_TOO_LOW, path, "the document has no version of the form 1.2.3"));
    };
    let before = before?;
    let rises = rises_by(before, after, impact);
    (!rises).then(|| {
        let message = format!("version {after} does not rise enough from {before}: this is a {} change", impact.word());
        Finding::on_file(&rules::VERSION_TOO_LOW, path, message)
    })
}

/// That a record says something else of a row than the documents do. An approver reads the record.
fn misstated(
    row: &Row,
    before: Option<&semver::Version>,
    after: Option<&semver::Version>,
    impact: Impact,
) -> Option<Finding> {
    let says = |version: Option<&semver::Version>| version.map_or_else(|| "none".to_owned(), ToString::to_string);
    let message = if row.version.from.as_ref() != before || Some(&row.version.to) != after {
        let (from, to) = (says(row.version.from.as_ref()), &row.version.to);
        format!("the change record says version {from} to {to}; it is {} to {}", says(before), says(after))
    } else if row.impact < impact {
        format!("the change record calls it {}; it is {}", row.impact.word(), impact.word())
    } else {
        return None;
    };
    Some(Finding::on_file(&rules::ROW_MISSTATED, &row.path, message))
}

/// What a verdict lacks, a finding a role and not a row, since one approval covers all rows.
fn verdict_findings(change_path: &str, verdict: &Verdict) -> Vec<Finding> {
    let mut findings = Vec::new();
    for person in &verdict.rejected_by {
        findings.push(Finding::on_file(&rules::CHANGE_REJECTED, change_path, format!("`{person}` rejects it")));
    }
    let mut lacking: BTreeMap<(&str, &[String]), usize> = BTreeMap::new();
    for row in &verdict.rows {
        if let Some(reason) = &row.denied {
            findings.push(Finding::on_file(&rules::ROW_DENIED, &row.path, reason.clone()));
        }
        let mut open: BTreeMap<(&str, &[String]), usize> = BTreeMap::new();
        for slot in row.slots.iter().filter(|slot| slot.filled_by.is_none()) {
            *open.entry((&slot.role, &slot.may)).or_default() += 1;
        }
        for (asked, count) in open {
            let known = lacking.entry(asked).or_default();
            *known = count.max(*known);
        }
    }
    for ((role, may), count) in lacking {
        let who = match may {
            [] => "nobody who may approve holds the role".to_owned(),
            may => format!("{} may give it", may.join(" or ")),
        };
        let number = if count == 1 { "the approval".to_owned() } else { format!("{count} approvals") };
        let own = if verdict.own_approval_ignored { "; the proposer's own does not count" } else { "" };
        let message = format!("{number} of {role} is missing ({who}{own})");
        findings.push(Finding::on_file(&rules::APPROVAL_MISSING, change_path, message));
    }
    findings
}
