//! What follows a qualification: a clock that runs until somebody acts, and a rule of who accepts.

use std::collections::BTreeSet;

use super::lifecycle::{Lifecycle, Stage, is_in_force};
use super::sound::{items, text};
use crate::criteria::grammar;
use crate::criteria::syntax::{Argument, Comparison, Literal, PredicateForm};
use crate::document::{Value, pointer_push_index};
use crate::finding::{Finding, rules};
use crate::registry::{Definition, Registry};

/// What is missing after the qualifications by which rows enter the stages of a lifecycle. Whose criteria are wrong is
/// left alone, and so is what they would be followed by.
pub(super) fn findings(registry: &Registry, lifecycle: &Lifecycle<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    // What cannot be read may be what is missing.
    let has = |kind: &str| registry.kinds().get(kind).is_some() && !registry.has_unreadable_of(kind);
    for stage in lifecycle.stages.values().filter(|stage| !stage.wrong) {
        let entries = qualifications(registry, stage);
        if has("sla") {
            findings.extend(without_clock(registry, lifecycle, stage, &entries));
        }
        if has("handoff") {
            findings.extend(without_acceptance(registry, stage, &entries));
        }
    }
    findings
}

/// A qualification by which rows enter a stage.
struct Entry<'r> {
    qualification: Definition<'r>,
    /// Where the stage names it.
    pointer: String,
}

impl Entry<'_> {
    fn is_recorded(&self, by: &str) -> bool {
        self.qualification.document.text("recorded") == Some(by)
    }
}

fn qualifications<'r>(registry: &'r Registry, stage: &Stage<'r>) -> Vec<Entry<'r>> {
    let read = |(index, way): (usize, &'r Value)| {
        let id = way.pointer("/by/qualification").and_then(Value::as_str)?;
        let qualification = registry.definition(&format!("qualification/{id}"))?;
        let pointer = format!("{}/by/qualification", pointer_push_index("/enters", index));
        is_in_force(qualification.document.value()).then_some(Entry { qualification, pointer })
    };
    items(stage.value, "enters").iter().enumerate().filter_map(read).collect()
}

/// A stage that rows enter by rule, and in which they wait for somebody to accept them, must start a clock.
fn without_clock(
    registry: &Registry,
    lifecycle: &Lifecycle<'_>,
    stage: &Stage<'_>,
    entries: &[Entry<'_>],
) -> Option<Finding> {
    let entry = entries.iter().find(|entry| entry.is_recorded("by-rule"))?;
    let accepted = lifecycle.stages.values().find(|next| {
        let from_here = next.enters().into_iter().filter(|way| way.from.iter().any(|from| from.id == stage.id()));
        let ids: BTreeSet<&str> = from_here.filter_map(|way| text(way.by, "qualification")).collect();
        qualifications(registry, next)
            .iter()
            .any(|entry| ids.contains(entry.qualification.id) && entry.is_recorded("by-person"))
    })?;
    let places: BTreeSet<&str> = lifecycle.stages.values().flat_map(names).collect();
    let listed = slas_after(registry, stage, entry);
    let slas = registry.definitions_of("sla").filter(|sla| is_in_force(sla.document.value()));
    let mut slas = slas.filter(|sla| sla.document.text("subject") == Some(lifecycle.subject));
    let runs = slas.any(|sla| {
        let asked = texts_of_start(sla.document.value());
        let starts_here = names(stage).any(|name| asked.contains(name));
        starts_here || listed.contains(sla.id) && !places.iter().any(|place| asked.contains(*place))
    });
    if runs {
        return None;
    }
    let (here, next) = (stage.id(), accepted.id());
    let message = format!(
        "a {} enters `{here}` by rule and waits there for `{next}`, and no SLA starts with it",
        lifecycle.subject
    );
    let hint = format!("write an SLA whose clock starts on entering `{here}`, and name it in the handoff");
    Some(Finding::at(&rules::STAGE_WITHOUT_SLA, stage.path(), &entry.pointer, message).hint(hint))
}

/// The words by which events name a stage.
fn names<'r>(stage: &Stage<'r>) -> impl Iterator<Item = &'r str> + use<'r> {
    [Some(stage.id()), stage.recorded].into_iter().flatten()
}

/// The SLAs that handoffs and routings name as running on rows of a stage.
fn slas_after<'r>(registry: &'r Registry, stage: &Stage<'_>, entry: &Entry<'_>) -> BTreeSet<&'r str> {
    let handed = registry.definitions_of("handoff").filter(|handoff| {
        let by = handoff.document.value().pointer("/on/qualification");
        handoff.document.text("from_stage") == Some(stage.id()) || by.is_some_and(|by| *by == entry.qualification.id)
    });
    let routed = registry.definitions_of("routing").filter(|routing| {
        let by = routing.document.value().pointer("/occasion/qualification");
        by.is_some_and(|by| *by == entry.qualification.id)
    });
    let named = handed.chain(routed).filter(|definition| is_in_force(definition.document.value()));
    named.flat_map(|definition| items(definition.document.value(), "slas")).filter_map(Value::as_str).collect()
}

/// The texts with which the start of an SLA compares.
fn texts_of_start(sla: &Value) -> BTreeSet<String> {
    let filter = sla.pointer("/start/where").and_then(|filter| grammar::predicate(filter, "/start/where").0);
    let mut texts = BTreeSet::new();
    let mut add = |literal: &Literal| {
        if let Literal::Text(text) = literal {
            texts.insert(text.clone());
        }
    };
    filter.iter().for_each(|filter| {
        filter.visit(&mut |condition| match &condition.form {
            PredicateForm::Compare(Comparison { argument: Argument::Literal(literal), .. }) => add(literal),
            PredicateForm::Compare(Comparison { argument: Argument::Literals(literals), .. }) => {
                literals.iter().for_each(&mut add);
            }
            _ => {}
        });
    });
    texts
}

/// What a person has qualified must be accepted by somebody: a handoff leads there, or happens by it.
fn without_acceptance(registry: &Registry, stage: &Stage<'_>, entries: &[Entry<'_>]) -> Option<Finding> {
    let entry = entries.iter().find(|entry| entry.is_recorded("by-person"))?;
    let accepts = |handoff: Definition<'_>| {
        let value = handoff.document.value();
        let decided = items(value, "decisions").iter().any(|decision| text(decision, "to") == Some(stage.id()));
        let by = value.pointer("/on/qualification").is_some_and(|by| *by == entry.qualification.id);
        is_in_force(value) && (decided || by || text(value, "to_stage") == Some(stage.id()))
    };
    if registry.definitions_of("handoff").any(accepts) {
        return None;
    }
    let message = format!(
        "`{}` is decided by a person, and no handoff into `{}` says who may accept or refuse",
        entry.qualification.id,
        stage.id()
    );
    let hint = format!("write a handoff with `to_stage` \"{}\" and the decisions of whoever takes over", stage.id());
    Some(Finding::at(&rules::STAGE_WITHOUT_ACCEPTANCE, stage.path(), &entry.pointer, message).hint(hint))
}
