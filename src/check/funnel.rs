//! Funnels: the order of steps, and steps that stand beside each other.

use std::collections::{BTreeMap, BTreeSet};

use super::lifecycle::{Lifecycle, Stage};
use super::sound::{items, text};
use crate::finding::{Finding, rules};

/// What is wrong with the order of the steps of a lifecycle.
pub(super) fn findings(lifecycle: &Lifecycle<'_>) -> Vec<Finding> {
    let apart = apart(lifecycle);
    if !apart.is_empty() {
        return apart;
    }
    let mut findings = one_sided(lifecycle);
    if lifecycle.hidden {
        return findings;
    }
    let steps = lifecycle.steps();
    let gap = gap(&steps);
    let ties = ties(lifecycle, &steps, gap.as_ref().map(|gap| gap.missing));
    match gap {
        // A step that left its place for another's leaves a gap behind it, which says the same.
        Some(gap) if ties.is_empty() => findings.push(gap.finding(lifecycle.subject)),
        _ => findings.extend(ties),
    }
    findings
}

/// Steps that are said to stand beside each other and have another order.
fn apart(lifecycle: &Lifecycle<'_>) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    let mut findings = Vec::new();
    for stage in lifecycle.stages.values() {
        for beside in stage.beside() {
            let Some(other) = lifecycle.stages.get(beside.id) else { continue };
            let pair = BTreeSet::from([stage.id(), other.id()]);
            if stage.order == other.order && stage.order.is_some() || !told.insert(pair) {
                continue;
            }
            let message = format!("{} does not stand beside {}", placed(other), placed(stage));
            let finding = Finding::at(&rules::STAGE_BESIDE, stage.path(), &beside.pointer, message);
            findings.push(finding.hint("give both the same order, or let neither name the other under `beside`"));
        }
    }
    findings
}

/// "`mql`, step 2," or "`recycle`, no step,".
fn placed(stage: &Stage<'_>) -> String {
    match stage.order {
        Some(order) => format!("`{}` (step {order})", stage.id()),
        None => format!("`{}` (no step)", stage.id()),
    }
}

/// Of two steps that stand beside each other, one that does not say so or says otherwise which is entered.
fn one_sided(lifecycle: &Lifecycle<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for stage in lifecycle.stages.values() {
        for (beside, own) in stage.beside().iter().zip(items(stage.value, "beside")) {
            let Some(other) = lifecycle.stages.get(beside.id).filter(|other| other.id() != stage.id()) else {
                continue;
            };
            let answer = other.beside().into_iter().zip(items(other.value, "beside"));
            let answer = answer.into_iter().find(|(named, _)| named.id == stage.id());
            let Some((_, theirs)) = answer else {
                let message =
                    format!("`{}` says that it stands beside `{}`, which does not say so", stage.id(), other.id());
                let hint = format!("name `{}` here as well, with the other side of `both`", stage.id());
                findings.push(Finding::at(&rules::STAGE_BESIDE, other.path(), "/beside", message).hint(hint));
                continue;
            };
            let (Some(own), Some(theirs)) = (text(own, "both"), text(theirs, "both")) else { continue };
            if stage.id() < other.id() && own != mirrored(theirs) {
                let message = format!(
                    "`{}` and `{}` do not agree which of them is entered when both open: here \"{own}\", there \"{theirs}\"",
                    stage.id(),
                    other.id()
                );
                let pointer = beside.pointer.replace("/stage", "/both");
                let hint = format!("write \"{}\" here, or change the other", mirrored(theirs));
                findings.push(Finding::at(&rules::STAGE_BESIDE, stage.path(), &pointer, message).hint(hint));
            }
        }
    }
    findings
}

/// What the other of two stages says of the same choice.
fn mirrored(both: &str) -> &str {
    match both {
        "this" => "other",
        "other" => "this",
        same => same,
    }
}

/// Steps of one order that do not stand beside each other: all but the one that has the better claim to the place.
fn ties(lifecycle: &Lifecycle<'_>, steps: &[(i64, &Stage<'_>)], missing: Option<i64>) -> Vec<Finding> {
    let mut places: BTreeMap<i64, Vec<&Stage<'_>>> = BTreeMap::new();
    steps.iter().for_each(|(order, stage)| places.entry(*order).or_default().push(stage));
    let mut findings = Vec::new();
    for (order, stages) in places {
        let mut kept: Vec<&Stage<'_>> = Vec::new();
        for stage in stages {
            let Some(at) = kept.iter().position(|other| !are_beside(stage, other)) else {
                kept.push(stage);
                continue;
            };
            let other = kept[at];
            // The way leads from the earlier of the two to the later. The one on the side of the gap has moved.
            let is_moved = match missing {
                Some(missing) if missing < order => leads(stage, other) || !leads(other, stage),
                _ => leads(other, stage) || !leads(stage, other),
            };
            let (moved, stays) = if is_moved { (stage, other) } else { (other, stage) };
            kept[at] = stays;
            let message =
                format!("`{}` and `{}` are both step {order} of {}", moved.id(), stays.id(), lifecycle.subject);
            let hint = match missing {
                Some(missing) => format!("no step is {missing}; or let each name the other under `beside`"),
                None => "give them different orders, or let each name the other under `beside`".to_owned(),
            };
            findings.push(Finding::at(&rules::STAGE_TIE, moved.path(), "/order", message).hint(hint));
        }
    }
    findings
}

fn are_beside(one: &Stage<'_>, other: &Stage<'_>) -> bool {
    let names = |stage: &Stage<'_>, id: &str| stage.beside().iter().any(|beside| beside.id == id);
    names(one, other.id()) || names(other, one.id())
}

/// Whether a way leads from one stage into the other.
fn leads(from: &Stage<'_>, to: &Stage<'_>) -> bool {
    to.enters().iter().flat_map(|way| &way.from).any(|named| named.id == from.id())
}

/// A place among the steps that none has.
struct Gap<'s, 'r> {
    missing: i64,
    /// The step to which the gap is told.
    stage: &'s Stage<'r>,
    order: i64,
}

impl Gap<'_, '_> {
    fn finding(&self, subject: &str) -> Finding {
        let Gap { missing, stage, order } = self;
        let message = format!("`{}` is step {order} of {subject}, and no step is {missing}", stage.id());
        let hint = "number the steps 1, 2, 3 without leaving one out";
        Finding::at(&rules::STAGE_GAP, stage.path(), "/order", message).hint(hint)
    }
}

/// The first place from 1 on that no step has. It is told of the last step, if that could take it and would leave none
/// behind, else of the step that follows the gap.
fn gap<'s, 'r>(steps: &[(i64, &'s Stage<'r>)]) -> Option<Gap<'s, 'r>> {
    let orders: BTreeSet<i64> = steps.iter().map(|(order, _)| *order).collect();
    let missing = (1..).zip(&orders).find(|(place, order)| place != *order).map(|(place, _)| place)?;
    let count = i64::try_from(orders.len()).ok()?;
    let last = *orders.last()?;
    let is_last_alone = orders.iter().filter(|order| **order > count).count() == 1;
    let order = match is_last_alone && last > count + 1 {
        true => last,
        false => *orders.range(missing..).next()?,
    };
    let (order, stage) = steps.iter().find(|(known, _)| *known == order)?;
    Some(Gap { missing, stage, order: *order })
}
