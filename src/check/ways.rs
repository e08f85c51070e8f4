//! Ways between stages: that each stage can be entered and left, and that both its ends know of a way.

use std::collections::{BTreeMap, BTreeSet};

use super::lifecycle::{Lifecycle, Position, Stage};
use crate::finding::{Finding, rules};
use crate::registry::Registry;

/// What is wrong with the ways between the stages of a lifecycle.
pub(super) fn findings(registry: &Registry, lifecycle: &Lifecycle<'_>) -> Vec<Finding> {
    let mut findings = elsewhere(registry, lifecycle);
    let closed = closed(lifecycle);
    let unreached = unreached(lifecycle);
    let ends: Vec<&Stage<'_>> = lifecycle.stages.values().filter(|stage| is_end_with_a_way(stage)).collect();
    findings.extend(ends.iter().map(|stage| end_leads_on(stage)));
    findings.extend(closed.values().map(|stage| no_way_out(lifecycle, stage)));
    findings.extend(unreached.values().map(|stage| no_way_in(lifecycle, stage)));
    // A stage without a way in or out does not know of those that lead there.
    let silent: BTreeSet<&str> = closed.keys().chain(unreached.keys()).copied().collect();
    findings.extend(one_sided(lifecycle, &silent));
    findings
}

/// Ways from or to a stage that is about another entity.
fn elsewhere(registry: &Registry, lifecycle: &Lifecycle<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stage in lifecycle.stages.values() {
        let from = stage.enters().into_iter().flat_map(|way| way.from);
        let others = [stage.leads_to(), stage.beside(), stage.falls_back_to()];
        for named in from.chain(others.into_iter().flatten()) {
            let other = registry.definition(&format!("stage/{}", named.id));
            let Some(subject) = other.as_ref().and_then(|other| other.document.text("subject")) else { continue };
            if subject != lifecycle.subject {
                let message = format!(
                    "`{}` is a stage of {subject}, and `{}` one of {}: no row goes from one to the other",
                    named.id,
                    stage.id(),
                    lifecycle.subject
                );
                findings.push(Finding::at(&rules::STAGE_WAYS, stage.path(), &named.pointer, message));
            }
        }
    }
    findings
}

fn is_end_with_a_way(stage: &Stage<'_>) -> bool {
    stage.position == Position::Ended && !stage.wrong && !stage.leads_to().is_empty()
}

fn end_leads_on(stage: &Stage<'_>) -> Finding {
    let to: Vec<String> = stage.leads_to().iter().map(|named| format!("`{}`", named.id)).collect();
    let message = format!("`{}` is an end, and leads to {}", stage.id(), to.join(", "));
    let hint = "let `position` be `parked` if there is a way back; else take the way out";
    Finding::at(&rules::STAGE_END, stage.path(), "/leaves", message).hint(hint)
}

/// Stages from which a row never comes away: they have no way out, although they are no end.
fn closed<'s, 'r>(lifecycle: &'s Lifecycle<'r>) -> BTreeMap<&'r str, &'s Stage<'r>> {
    let last = lifecycle.steps().last().map(|(order, _)| *order);
    let left: BTreeSet<&str> = lifecycle
        .stages
        .values()
        .flat_map(|stage| stage.enters())
        .flat_map(|way| way.from)
        .map(|from| from.id)
        .collect();
    let is_closed = |stage: &&Stage<'r>| {
        let final_step = stage.position == Position::Step && stage.order == last;
        let may_be_final = stage.position == Position::Ended || final_step;
        !stage.wrong && stage.leads_to().is_empty() && (!may_be_final || final_step && left.contains(stage.id()))
    };
    lifecycle.stages.values().filter(is_closed).map(|stage| (stage.id(), stage)).collect()
}

fn no_way_out(lifecycle: &Lifecycle<'_>, stage: &Stage<'_>) -> Finding {
    let message = match stage.position {
        Position::Parked => format!("`{}` is a place to wait, and nothing leads out of it", stage.id()),
        _ => format!("`{}` is not the last step of {}, and nothing leads out of it", stage.id(), lifecycle.subject),
    };
    let entered: Vec<String> = lifecycle
        .stages
        .values()
        .filter(|other| other.enters().iter().flat_map(|way| &way.from).any(|from| from.id == stage.id()))
        .map(|other| format!("`{}`", other.id()))
        .collect();
    let hint = match entered.is_empty() {
        true => "write the ways out under `leaves`, or let it be an end".to_owned(),
        false => format!("by their ways in, it leads to {}", entered.join(", ")),
    };
    Finding::at(&rules::STAGE_NO_WAY_OUT, stage.path(), "/leaves", message).hint(hint)
}

/// Stages that no row ever comes to. Of those that only wait for one another, the earliest.
fn unreached<'s, 'r>(lifecycle: &'s Lifecycle<'r>) -> BTreeMap<&'r str, &'s Stage<'r>> {
    let stages = &lifecycle.stages;
    let is_start = |stage: &Stage<'_>| {
        let opens = |from: &[super::lifecycle::Named<'_>]| {
            from.is_empty() || from.iter().any(|named| stages.get(named.id).is_none_or(|known| known.wrong))
        };
        stage.wrong || stage.enters().iter().any(|way| opens(&way.from))
    };
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let starts: Vec<&str> = stages.values().filter(|stage| is_start(stage)).map(Stage::id).collect();
    spread(lifecycle, starts, &mut reached);
    let mut order: Vec<&Stage<'r>> = stages.values().collect();
    order.sort_by_key(|stage| (stage.position != Position::Step, stage.order, stage.id()));
    let mut unreached = BTreeMap::new();
    for stage in order {
        if !reached.contains(stage.id()) {
            unreached.insert(stage.id(), stage);
            spread(lifecycle, vec![stage.id()], &mut reached);
        }
    }
    unreached
}

/// Adds these stages and all that can be entered from them.
fn spread<'r>(lifecycle: &Lifecycle<'r>, mut open: Vec<&'r str>, reached: &mut BTreeSet<&'r str>) {
    let falls = |stage: &Stage<'r>| stage.falls_back_to().into_iter().map(|named| named.id);
    while let Some(id) = open.pop() {
        if !reached.insert(id) {
            continue;
        }
        let leads = |stage: &&Stage<'r>| stage.enters().iter().flat_map(|way| &way.from).any(|from| from.id == id);
        open.extend(lifecycle.stages.values().filter(leads).map(Stage::id));
        open.extend(lifecycle.stages.get(id).into_iter().flat_map(falls));
    }
}

fn no_way_in(lifecycle: &Lifecycle<'_>, stage: &Stage<'_>) -> Finding {
    let message =
        format!("no {} ever comes to `{}`: each way in starts from a stage after it", lifecycle.subject, stage.id());
    let hint = "let one way in start from a stage that is reached; \"from\": [] starts from none";
    Finding::at(&rules::STAGE_NO_WAY_IN, stage.path(), "/enters", message).hint(hint)
}

/// A way that only one of its ends knows.
struct OneSided<'s, 'r> {
    from: &'s Stage<'r>,
    to: &'s Stage<'r>,
    /// Where the end that knows of it says so.
    pointer: String,
}

/// Ways out of a stage that are no way into the other, and the reverse.
fn one_sided(lifecycle: &Lifecycle<'_>, silent: &BTreeSet<&str>) -> Vec<Finding> {
    let stages = &lifecycle.stages;
    let talks = |stage: &Stage<'_>| !stage.wrong && !silent.contains(stage.id()) && !is_end_with_a_way(stage);
    let mut outs: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut ins: BTreeSet<(&str, &str)> = BTreeSet::new();
    for stage in stages.values() {
        outs.extend(stage.leads_to().iter().map(|to| (stage.id(), to.id)));
        outs.extend(stage.falls_back_to().iter().map(|to| (stage.id(), to.id)));
        ins.extend(stage.falls_back_to().iter().map(|to| (stage.id(), to.id)));
        ins.extend(stage.enters().iter().flat_map(|way| &way.from).map(|from| (from.id, stage.id())));
    }
    let mut not_in: Vec<OneSided<'_, '_>> = Vec::new();
    let mut not_out: Vec<OneSided<'_, '_>> = Vec::new();
    for stage in stages.values().filter(|stage| talks(stage)) {
        let known = |id: &str| stages.get(id).filter(|other| talks(other));
        for named in stage.leads_to().into_iter().filter(|to| !ins.contains(&(stage.id(), to.id))) {
            not_in.extend(known(named.id).map(|to| OneSided { from: stage, to, pointer: named.pointer }));
        }
        for named in stage.enters().into_iter().flat_map(|way| way.from) {
            if !outs.contains(&(named.id, stage.id())) {
                not_out.extend(known(named.id).map(|from| OneSided { from, to: stage, pointer: named.pointer }));
            }
        }
    }
    told(not_in, not_out)
}

/// One finding a mistake: a way that leads to the wrong stage is missed by the right one as well.
fn told(not_in: Vec<OneSided<'_, '_>>, mut not_out: Vec<OneSided<'_, '_>>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for way in not_in {
        let message =
            format!("`{}` leads to `{}`, but no way into `{1}` starts from `{0}`", way.from.id(), way.to.id());
        let finding = Finding::at(&rules::STAGE_WAYS, way.from.path(), &way.pointer, message);
        let meant = not_out.iter().position(|other| other.from.id() == way.from.id());
        let instead = not_out.iter().position(|other| other.to.id() == way.to.id());
        if let Some(meant) = meant {
            let meant = not_out.remove(meant);
            findings.push(finding.hint(format!("did you mean `{}`? It is entered from here", meant.to.id())));
        } else if let Some(instead) = instead {
            let wrong = not_out.remove(instead);
            let hint = format!("did you mean `{}`? It leads here", way.from.id());
            findings.push(unled(&wrong).hint(hint));
        } else {
            findings.push(finding.hint(format!(
                "name `{}` under `from` of a way into `{}`",
                way.from.id(),
                way.to.id()
            )));
        }
    }
    let hint = |way: &OneSided<'_, '_>| format!("add the way to `leaves` of `{}`, or take it from here", way.from.id());
    findings.extend(not_out.iter().map(|way| unled(way).hint(hint(way))));
    findings
}

fn unled(way: &OneSided<'_, '_>) -> Finding {
    let message = format!("a way into `{}` starts from `{}`, which does not lead there", way.to.id(), way.from.id());
    Finding::at(&rules::STAGE_WAYS, way.to.path(), &way.pointer, message)
}
