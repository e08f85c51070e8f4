//! Passage: who can go past a stage that may not be skipped, and who can enter two stages that exclude each other.

use std::collections::{BTreeMap, BTreeSet};

use super::lifecycle::{Lifecycle, Position, Stage, Way};
use super::sound::{allowance, items, listed, text, witness};
use super::witnesses::shown;
use crate::criteria::reason::{Allowance, Witness, counts};
use crate::criteria::syntax::{
    Argument, Case, Cases, Comparison, Literal, Operand, Operator, Overlap, Predicate, PredicateForm,
};
use crate::criteria::{Model, grammar};
use crate::document::Value;
use crate::finding::{Finding, rules};

/// What is wrong with who may pass where. Stages that rest on what is wrong elsewhere are left alone.
pub(super) fn findings(model: &Model, lifecycle: &Lifecycle<'_>) -> Vec<Finding> {
    let passage = Passage { model, lifecycle, allowance: allowance() };
    let mut findings = told(lifecycle, passage.skips());
    findings.extend(passage.overlaps());
    findings
}

struct Passage<'l, 'r> {
    model: &'l Model,
    lifecycle: &'l Lifecycle<'r>,
    allowance: Allowance,
}

/// A way on which a row can go past all steps of one order although none of them lets it.
struct Skip<'l, 'r> {
    stage: &'l Stage<'r>,
    way: Way<'r>,
    /// The stages from which it does.
    from: Vec<&'r str>,
    past: Vec<&'l Stage<'r>>,
    witness: Option<Box<Witness>>,
}

impl<'l, 'r> Passage<'l, 'r> {
    fn skips(&self) -> Vec<Skip<'l, 'r>> {
        let steps = self.lifecycle.steps();
        let orders: BTreeSet<i64> = steps.iter().map(|(order, _)| *order).collect();
        let mut skips: Vec<Skip<'l, 'r>> = Vec::new();
        for (order, stage) in steps.iter().filter(|(_, stage)| is_sound(stage)) {
            for (at, way) in stage.enters().into_iter().enumerate() {
                for (start, from) in self.starts(stage, &way) {
                    for between in orders.iter().filter(|between| start < **between && *between < order) {
                        let past: Vec<&Stage<'r>> =
                            steps.iter().filter(|(known, _)| known == between).map(|(_, stage)| *stage).collect();
                        let Some(witness) = self.skipped(&way, from, &past) else { continue };
                        let known = skips.iter_mut().find(|skip| {
                            skip.stage.id() == stage.id()
                                && skip.way.pointer == way.pointer
                                && is_same(&skip.past, &past)
                        });
                        let id = from.map(Stage::id);
                        match known {
                            Some(skip) => skip.from.extend(id),
                            None => {
                                let way = stage.enters().swap_remove(at);
                                skips.push(Skip { stage, way, from: id.into_iter().collect(), past, witness });
                            }
                        }
                    }
                }
            }
        }
        skips
    }

    /// Where a way into a stage starts: before the first step, or at a step that knows of it.
    fn starts(&self, stage: &Stage<'r>, way: &Way<'r>) -> Vec<(i64, Option<&'l Stage<'r>>)> {
        if way.from.is_empty() {
            return vec![(0, None)];
        }
        let from = way.from.iter().filter_map(|named| self.lifecycle.stages.get(named.id));
        let steps = from.filter(|from| from.position == Position::Step && is_sound(from));
        let steps = steps.filter(|from| from.leads_to().iter().any(|to| to.id == stage.id()));
        steps.filter_map(|stage| Some((stage.order?, Some(stage)))).collect()
    }

    /// Whether a row can go this way past these steps although none of them lets it; none if not, or if it is not
    /// decided. A row that somebody decides on is taken to be one that may, unless there is none that may.
    fn skipped(&self, way: &Way<'r>, from: Option<&Stage<'r>>, past: &[&Stage<'r>]) -> Option<Option<Box<Witness>>> {
        if !past.iter().all(|stage| is_sound(stage)) {
            return None;
        }
        let allowed: Vec<Predicate> = past.iter().map(|stage| may_skip(stage)).collect::<Option<_>>()?;
        if text(way.by, "decision").is_some() {
            return past.iter().all(|stage| nobody_may_skip(stage)).then_some(None);
        }
        let enters = trigger(way.by)?;
        let stands = from.and_then(stands_in);
        let mut claims = vec![(&enters, true)];
        claims.extend(stands.iter().map(|stands| (stands, true)));
        claims.extend(allowed.iter().map(|allowed| (allowed, false)));
        self.row(&claims).map(Some)
    }

    /// Two stages beside each other whose ways in are said to exclude each other, and do not.
    fn overlaps(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for stage in self.lifecycle.stages.values().filter(|stage| is_sound(stage)) {
            for (named, beside) in stage.beside().iter().zip(items(stage.value, "beside")) {
                let other = self.lifecycle.stages.get(named.id);
                let Some(other) = other.filter(|other| is_sound(other) && stage.id() < other.id()) else { continue };
                if text(beside, "both") != Some("impossible") {
                    continue;
                }
                if let Some(witness) = self.both(stage, other) {
                    let message = format!(
                        "this {} can enter `{}` and `{}`: {}",
                        self.lifecycle.subject,
                        stage.id(),
                        other.id(),
                        shown(&witness)
                    );
                    let pointer = named.pointer.replace("/stage", "/both");
                    let hint = "say here which of the two it enters, or narrow one of the ways in";
                    findings.push(Finding::at(&rules::STAGES_OVERLAP, stage.path(), &pointer, message).hint(hint));
                }
            }
        }
        findings
    }

    /// A row that from one place can enter either of two stages.
    fn both(&self, one: &Stage<'r>, other: &Stage<'r>) -> Option<Box<Witness>> {
        let ways =
            one.enters().into_iter().flat_map(|way| other.enters().into_iter().map(move |other| (way.clone(), other)));
        ways.into_iter().find_map(|(one, other)| {
            let enters = [trigger(one.by)?, trigger(other.by)?];
            let claims = [(&enters[0], true), (&enters[1], true)];
            if one.from.is_empty() && other.from.is_empty() {
                return self.row(&claims);
            }
            let shared = one.from.iter().filter(|from| other.from.iter().any(|other| other.id == from.id));
            let shared = shared.filter_map(|from| self.lifecycle.stages.get(from.id));
            shared.into_iter().find_map(|from| {
                let stands = stands_in(from);
                self.row(&claims.into_iter().chain(stands.iter().map(|stands| (stands, true))).collect::<Vec<_>>())
            })
        })
    }

    fn row(&self, claims: &[(&Predicate, bool)]) -> Option<Box<Witness>> {
        witness(self.model, self.lifecycle.subject, claims, &self.allowance).map(Box::new)
    }
}

fn is_sound(stage: &Stage<'_>) -> bool {
    !stage.wrong && !stage.shaken
}

fn is_same(one: &[&Stage<'_>], other: &[&Stage<'_>]) -> bool {
    one.iter().map(|stage| stage.id()).eq(other.iter().map(|stage| stage.id()))
}

/// What must hold for a row to enter by itself.
fn trigger(by: &Value) -> Option<Predicate> {
    match text(by, "qualification") {
        Some(qualification) => Some(counts(&format!("qualification/{qualification}"))),
        None => grammar::predicate(by.get("when")?, "").0,
    }
}

/// That a row stands in a stage.
fn stands_in(stage: &Stage<'_>) -> Option<Predicate> {
    let field = grammar::path(stage.value.pointer("/recorded_in/field")?, "").0?;
    let comparison = Comparison {
        operand: Operand::Field(field),
        operator: Operator::Equals,
        argument: Argument::Literal(Literal::Text(stage.recorded?.to_owned())),
        argument_pointer: String::new(),
    };
    Some(formed(PredicateForm::Compare(comparison)))
}

/// Cases that are looked at of those that say who may go past a stage. Each repeats the ones before it.
const MOST_CASES: usize = 100;

/// That a row may go past a stage. What is chosen must be a truth value, and two cases may not hold at once.
fn may_skip(stage: &Stage<'_>) -> Option<Predicate> {
    let cases = skip_cases(stage).filter(|cases| cases.cases.len() <= MOST_CASES)?;
    let mut ways = Vec::new();
    for (index, case) in cases.cases.iter().enumerate() {
        if case.is.as_bool()? {
            let earlier = if cases.overlap == Overlap::First { &cases.cases[..index] } else { &[] };
            let none = earlier.iter().map(none_of);
            ways.push(formed(PredicateForm::All(none.chain([case.when.clone()]).collect())));
        }
    }
    if cases.otherwise.as_bool()? {
        ways.push(formed(PredicateForm::All(cases.cases.iter().map(none_of).collect())));
    }
    Some(formed(PredicateForm::Any(ways)))
}

fn none_of(case: &Case) -> Predicate {
    formed(PredicateForm::Not(Box::new(case.when.clone())))
}

fn nobody_may_skip(stage: &Stage<'_>) -> bool {
    let forbids = |is: &Value| *is == false;
    skip_cases(stage).is_some_and(|cases| forbids(&cases.otherwise) && cases.cases.iter().all(|case| forbids(&case.is)))
}

fn skip_cases(stage: &Stage<'_>) -> Option<Cases> {
    grammar::cases(stage.value.pointer("/skip/allowed")?, "/skip/allowed").0
}

fn formed(form: PredicateForm) -> Predicate {
    Predicate { pointer: String::new(), form }
}

/// One finding a mistake: a stage that several ways go past forbids what it should allow; a way that goes past several
/// stages is too wide.
fn told(lifecycle: &Lifecycle<'_>, skips: Vec<Skip<'_, '_>>) -> Vec<Finding> {
    let mut by_past: BTreeMap<Vec<&str>, Vec<Skip<'_, '_>>> = BTreeMap::new();
    for skip in skips {
        by_past.entry(skip.past.iter().map(|stage| stage.id()).collect()).or_default().push(skip);
    }
    let mut findings = Vec::new();
    let mut ways: BTreeMap<(&str, String), Vec<Skip<'_, '_>>> = BTreeMap::new();
    for skips in by_past.into_values() {
        match skips.as_slice() {
            [first, _, ..] => findings.push(forbidding(lifecycle, first, &skips)),
            _ => {
                for skip in skips {
                    ways.entry((skip.stage.id(), skip.way.pointer.clone())).or_default().push(skip);
                }
            }
        }
    }
    findings.extend(ways.into_values().filter_map(|skips| wide(lifecycle, &skips)));
    findings
}

/// Stages that several ways go past.
fn forbidding(lifecycle: &Lifecycle<'_>, first: &Skip<'_, '_>, skips: &[Skip<'_, '_>]) -> Finding {
    let ways: Vec<String> = skips.iter().map(|skip| format!("`{}` of `{}`", skip.way.id, skip.stage.id())).collect();
    let past = listed(first.past.iter().map(|stage| stage.id()));
    let message =
        format!("the ways in {} go past {past}, which forbids it{}", ways.join(" and "), such_as(lifecycle, first));
    let hint = "say under `skip` who may go past, or narrow the ways";
    let stage = first.past.first().map_or(first.stage, |stage| stage);
    Finding::at(&rules::STAGE_SKIPPED, stage.path(), "/skip/allowed", message).hint(hint)
}

/// A way that goes past stages.
fn wide(lifecycle: &Lifecycle<'_>, skips: &[Skip<'_, '_>]) -> Option<Finding> {
    let first = skips.first()?;
    let past = listed(skips.iter().flat_map(|skip| &skip.past).map(|stage| stage.id()));
    let from = if first.from.is_empty() { "no stage".to_owned() } else { listed(first.from.iter().copied()) };
    let message = format!(
        "a {} can enter `{}` from {from} and so go past {past}, which forbids it{}",
        lifecycle.subject,
        first.stage.id(),
        such_as(lifecycle, first)
    );
    let hint =
        format!("let the way start from the stage before, narrow it, or say under `skip` of {past} who may go past");
    Some(
        Finding::at(&rules::STAGE_SKIPPED, first.stage.path(), &format!("{}/from", first.way.pointer), message)
            .hint(hint),
    )
}

fn such_as(lifecycle: &Lifecycle<'_>, skip: &Skip<'_, '_>) -> String {
    skip.witness
        .as_ref()
        .map_or(String::new(), |witness| format!(": this {} does, {}", lifecycle.subject, shown(witness)))
}
