//! Definitions that refer to one another in a circle where one must come first.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::criteria::Model;
use crate::criteria::problem::Problem;
use crate::criteria::syntax::{Comparison, Operand, Predicate, PredicateForm};
use crate::document::{Value, pointer_push_index};
use crate::finding::rules::{MEETS_CIRCLE, REFERENCE_CIRCLE};
use crate::finding::{Finding, Rule};
use crate::registry::layout::definition_path;
use crate::registry::{Definition, Registry};

/// A reference that makes its definition come after another: of criteria to criteria or to a score, or of a field.
struct Reference<'m> {
    pointer: Cow<'m, str>,
    word: &'static str,
    /// `kind/id`.
    to: &'m str,
}

/// What each definition refers to, by `kind/id`.
type References<'m> = BTreeMap<&'m str, Vec<Reference<'m>>>;

/// A field that sends its reader on to another definition of the same kind.
struct Chain {
    /// The kind; every kind where there is none.
    kind: Option<&'static str>,
    /// Where it stands; `*` is every item.
    place: &'static [&'static str],
    /// How it is said.
    word: &'static str,
}

const CHAINS: [Chain; 5] = [
    Chain { kind: None, place: &["successor"], word: "gives way to" },
    Chain { kind: Some("cadence"), place: &["undecided", "goes_to"], word: "leaves what is undecided to" },
    Chain { kind: Some("decision"), place: &["supersedes"], word: "supersedes" },
    Chain { kind: Some("metric"), place: &["measures", "*", "metric"], word: "is computed from" },
    Chain { kind: Some("opportunity-rule"), place: &["opens", "order_type", "by", "as"], word: "decides as" },
];

/// Circles of `meets` and of scores, and of fields that send on to another definition.
pub(super) fn findings(registry: &Registry, model: &Model) -> Vec<Finding> {
    let mut findings = of_references(references(model), &MEETS_CIRCLE, "criteria go");
    for chain in &CHAINS {
        let links = links(registry, chain);
        let mut references: References<'_> = BTreeMap::new();
        for link in &links {
            let reference = Reference { pointer: Cow::Borrowed(&link.pointer), word: chain.word, to: &link.to };
            references.entry(&link.from).or_default().push(reference);
        }
        findings.extend(of_references(references, &REFERENCE_CIRCLE, "this goes"));
    }
    findings
}

/// For each definition only the shortest way back to itself is looked at, and a circle is told at its definition that
/// comes first. A longer circle through the same definitions shows once the shorter one is mended.
fn of_references(mut references: References<'_>, rule: &'static Rule, what: &str) -> Vec<Finding> {
    cut_ends(&mut references);
    let mut findings = Vec::new();
    for start in references.keys() {
        let Some(circle) = shortest_circle(start, &references) else { continue };
        if circle.iter().map(|(name, _)| name).min() == Some(start) {
            findings.extend(finding(&circle, rule, what));
        }
    }
    findings
}

/// Leaves out what leads to no circle, so that a long chain is walked once and not from each of its links.
fn cut_ends(references: &mut References<'_>) {
    let mut referrers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ends = Vec::new();
    for (name, list) in references.iter() {
        let inside = || list.iter().filter(|reference| references.contains_key(reference.to));
        inside().for_each(|reference| referrers.entry(reference.to).or_default().push(name));
        open.insert(name, inside().count());
        if inside().next().is_none() {
            ends.push(*name);
        }
    }
    while let Some(end) = ends.pop() {
        references.remove(end);
        for referrer in referrers.remove(end).unwrap_or_default() {
            let left = open.entry(referrer).or_default();
            *left = left.saturating_sub(1);
            if *left == 0 {
                ends.push(referrer);
            }
        }
    }
}

/// One step of a chain, by `kind/id`.
struct Link {
    from: String,
    pointer: String,
    to: String,
}

/// The steps of a chain. A definition that succeeds itself has its own finding.
fn links(registry: &Registry, chain: &Chain) -> Vec<Link> {
    let mut links = Vec::new();
    let mut add = |definition: Definition<'_>| {
        let mut found = Vec::new();
        targets(definition.document.value(), chain.place, String::new(), &mut found);
        for (pointer, target) in found {
            let from = definition.name();
            let to = if chain.kind.is_none() { target.to_owned() } else { format!("{}/{target}", definition.kind) };
            let itself = chain.kind.is_none() && from == to;
            if !itself && registry.definition(&to).is_some() {
                links.push(Link { from, pointer, to });
            }
        }
    };
    match chain.kind {
        Some(kind) => registry.definitions_of(kind).for_each(&mut add),
        None => registry.definitions().for_each(&mut add),
    }
    links
}

/// The strings at a place, each with its pointer.
fn targets<'v>(value: &'v Value, place: &[&str], pointer: String, found: &mut Vec<(String, &'v str)>) {
    match place {
        [] => found.extend(value.as_str().map(|target| (pointer, target))),
        ["*", rest @ ..] => {
            for (index, item) in value.as_array().unwrap_or_default().iter().enumerate() {
                targets(item, rest, pointer_push_index(&pointer, index), found);
            }
        }
        [key, rest @ ..] => {
            if let Some(value) = value.get(key) {
                targets(value, rest, format!("{pointer}/{key}"), found);
            }
        }
    }
}

/// What the criteria of each definition refer to, by `kind/id`.
fn references(model: &Model) -> References<'_> {
    let mut references = BTreeMap::new();
    for name in model.qualifier_names() {
        let Some(qualifier) = model.qualifier(name) else { continue };
        let exclusions = qualifier.exclusions.iter().filter_map(|exclusion| exclusion.when.as_ref());
        references.insert(name, referred(model, qualifier.criteria.iter().chain(exclusions)));
    }
    for score in model.score_model_ids().filter_map(|id| model.score_model(id)) {
        let conditions = score.rules.iter().flat_map(|rules| rules.of_state().chain(rules.of_history()));
        references.insert(score.definition.as_str(), referred(model, conditions));
    }
    references
}

fn referred<'m>(model: &'m Model, conditions: impl Iterator<Item = &'m Predicate>) -> Vec<Reference<'m>> {
    let mut references = Vec::new();
    for condition in conditions {
        condition.visit(&mut |condition| match &condition.form {
            PredicateForm::Meets(meets) => {
                references.push(Reference {
                    pointer: Cow::Borrowed(&meets.pointer),
                    word: "meets",
                    to: &meets.definition,
                });
            }
            PredicateForm::Compare(Comparison { operand: Operand::Score(score), .. }) => {
                if let Some(model) = model.score_model(&score.model) {
                    let pointer = Cow::Borrowed(score.pointer.as_str());
                    references.push(Reference { pointer, word: "asks for", to: &model.definition });
                }
            }
            _ => {}
        });
    }
    references
}

fn finding(circle: &[(&str, &Reference)], rule: &'static Rule, what: &str) -> Option<Finding> {
    let (first, reference) = circle.first()?;
    let (kind, id) = first.split_once('/')?;
    let steps = circle.iter().map(|(name, reference)| format!("`{name}` {} ", reference.word));
    let message = format!("{what} in a circle: {}`{first}`", steps.collect::<String>());
    Some(Problem::at(rule, &reference.pointer, message).in_file(&definition_path(kind, id)))
}

/// The shortest way from a definition back to itself: each definition on it with its reference to the next.
fn shortest_circle<'r, 'm>(
    start: &&'m str,
    references: &'r References<'m>,
) -> Option<Vec<(&'m str, &'r Reference<'m>)>> {
    let mut reached_from: BTreeMap<&str, (&'m str, &'r Reference<'m>)> = BTreeMap::new();
    let mut front = vec![*start];
    while !front.is_empty() && !reached_from.contains_key(start) {
        let mut next = Vec::new();
        for name in front {
            for reference in references.get(name).into_iter().flatten() {
                if references.contains_key(reference.to) && !reached_from.contains_key(reference.to) {
                    reached_from.insert(reference.to, (name, reference));
                    next.push(reference.to);
                }
            }
        }
        front = next;
    }
    let mut circle = vec![*reached_from.get(start)?];
    while let Some((name, _)) = circle.last().filter(|(name, _)| name != start) {
        circle.push(*reached_from.get(name)?);
    }
    circle.reverse();
    Some(circle)
}
