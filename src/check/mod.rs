//! Everything that can be wrong with one side: one family of rules a file.
//!
//! [`run`] turns a [`Registry`] into findings and, if none is an error, into a [`CheckedRegistry`], which cannot be had
//! in any other way. One mistake gives one finding: where two rules see the same place, the more exact one speaks.

mod acceptance;
mod circles;
mod credit;
mod criteria;
mod dispatch;
mod examples;
mod files;
mod foundation;
mod funnel;
mod headers;
mod histories;
mod lifecycle;
mod metrics;
mod names;
mod orphans;
mod parts;
mod passage;
pub mod reach;
mod references;
mod routing;
mod scales;
mod scores;
mod segments;
mod sense;
mod shape;
mod sound;
mod stored;
mod targets;
mod text;
mod units;
mod waivers;
mod ways;
mod witnesses;
mod zones;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::criteria::{Model, Source};
use crate::finding::{Finding, Level, Target, any_error, rules};
use crate::registry::{Definition, Registry, Survey};

pub(crate) use criteria::problems as criteria_problems;
pub(crate) use sense::subject_of;
use sound::Sound;
pub(crate) use text::left_behind;
pub use waivers::{Waived, Waiver};

/// How many findings of one file are told apart; a file with more is wrong as a whole.
const MOST_IN_A_FILE: usize = 100;

/// A registry and all that is wrong with it.
#[derive(Debug)]
pub struct Checked {
    registry: Registry,
    found: Vec<Finding>,
    /// What is told of what was found: of a file with very many findings only some.
    told: Vec<Finding>,
    waived: Vec<Waived>,
}

/// A registry without errors.
#[derive(Debug)]
pub struct CheckedRegistry {
    registry: Registry,
}

/// Checks a registry. `loaded` is what loading it found.
#[must_use]
pub fn run(registry: Registry, loaded: Vec<Finding>) -> Checked {
    let mut findings = loaded;
    findings.extend(registry.kinds().faults());
    findings.extend(files::findings(&registry));
    let roles = headers::roles(&registry);
    let (model, ()) = rayon::join(|| Model::of(&registry), || registry.make_kinds_ready());
    findings.extend(names::findings(&registry));
    findings.extend(orphans::findings(&registry));
    let mut grounds = circles::findings(&registry, &model);
    grounds.extend(zones::findings(&registry));
    let mut broken = broken(&grounds);
    findings.extend(grounds);
    let definitions: Vec<Definition<'_>> = registry.definitions().collect();
    let of_definitions = definitions.par_iter().map(|definition| of_definition(&registry, &model, &roles, definition));
    let mut surveys: BTreeMap<&str, Survey> = BTreeMap::new();
    for (definition, looked) in definitions.iter().zip(of_definitions.collect::<Vec<_>>()) {
        findings.extend(looked.findings);
        broken.extend((!looked.is_ready).then(|| definition.name()));
        surveys.insert(definition.path, looked.survey);
    }
    let sense = sense::findings(&registry, &model, &sound(&registry, &model, &broken, &definitions), &surveys);
    broken.extend(self::broken(&sense));
    findings.extend(sense);
    let shaken = foundation::resting(&registry, &model, broken.iter());
    findings.extend(between_stages(&registry, &model, &findings, &shaken));
    let wrong = sound::wrong(&findings, &shaken);
    let between = beside_one_another(Sound::new(&registry, &model, &wrong));
    broken.extend(self::broken(&between));
    let ready = sound(&registry, &model, &broken, &definitions);
    let of_examples = ready.par_iter().map(|definition| of_examples(&registry, &model, definition));
    let of_examples: Vec<Finding> = of_examples.collect::<Vec<_>>().into_iter().flatten().collect();
    findings.extend(between);
    findings.extend(of_examples);
    let others: Vec<&str> = registry
        .documents()
        .map(|(path, _)| path)
        .filter(|path| crate::registry::layout::definition_name(path).is_none())
        .collect();
    let of_others = others.par_iter().map(|path| of_document(&registry, &roles, path, &survey(&registry, path), &[]));
    findings.extend(of_others.collect::<Vec<_>>().into_iter().flatten());
    let wrong = sound::wrong(&findings, &shaken);
    findings.extend(segments::findings(Sound::new(&registry, &model, &wrong)));
    findings.extend(text::findings(Sound::new(&registry, &model, &wrong), &surveys));
    Checked::new(registry, findings)
}

impl Checked {
    /// What is wrong, by path, place and code.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.told
    }

    /// A registry with findings after which nothing else was looked at.
    #[must_use]
    pub fn stopped(registry: Registry, findings: Vec<Finding>) -> Checked {
        Checked::new(registry, findings)
    }

    /// The same with more findings, except on files that have an error already: theirs would tell it twice.
    #[must_use]
    pub fn and(self, more: Vec<Finding>) -> Checked {
        let errors = self.found.iter().filter(|finding| finding.level() == Level::Error);
        let wrong: BTreeSet<String> = errors.map(|finding| finding.path.clone()).collect();
        self.beside(more.into_iter().filter(|finding| !wrong.contains(&finding.path)).collect())
    }

    /// The same with more findings about something else than what the documents say, such as how they came to be.
    #[must_use]
    pub fn beside(self, more: Vec<Finding>) -> Checked {
        let Checked { registry, mut found, waived, .. } = self;
        found.extend(more);
        Checked { waived, ..Checked::new(registry, found) }
    }

    /// What is wrong, and what is and is waived.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        self.found.iter().chain(self.waived.iter().map(|waived| &waived.finding))
    }

    /// The same with these findings alone.
    #[must_use]
    pub fn of(self, wanted: impl Fn(&Finding) -> bool) -> Checked {
        let Checked { registry, mut found, mut waived, .. } = self;
        found.retain(&wanted);
        waived.retain(|waived| wanted(&waived.finding));
        Checked { waived, ..Checked::new(registry, found) }
    }

    /// The same without what is told elsewhere, except where it is told in any case. What was waived there was not told.
    #[must_use]
    pub fn without(self, known: &Checked, wanted: impl Fn(&Finding) -> bool) -> Checked {
        let known: BTreeSet<_> = known.found.iter().map(said).collect();
        self.of(|finding| wanted(finding) || !known.contains(&said(finding)))
    }

    /// The same with something to add to hints.
    #[must_use]
    pub fn with_hints(self, more: impl Fn(&Registry, &Finding) -> Option<String>) -> Checked {
        let Checked { registry, mut found, waived, .. } = self;
        for finding in &mut found {
            if let Some(more) = more(&registry, finding) {
                let hint = finding.hint.take().map_or(more.clone(), |hint| format!("{hint}; {more}"));
                finding.hint = Some(hint);
            }
        }
        Checked { waived, ..Checked::new(registry, found) }
    }

    /// The registry, whatever is wrong with it.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The registry, if nothing in it is an error.
    ///
    /// # Errors
    /// The same value, if something is.
    pub fn into_checked(self) -> Result<CheckedRegistry, Box<Checked>> {
        if self.registry.has_unreadable() || any_error(&self.found) {
            Err(Box::new(self))
        } else {
            Ok(CheckedRegistry { registry: self.registry })
        }
    }

    fn new(registry: Registry, found: Vec<Finding>) -> Checked {
        let told = in_order(&registry, &found);
        Checked { registry, found, told, waived: Vec::new() }
    }

    /// Files with so many findings that some are not told.
    fn crowded(&self) -> BTreeSet<String> {
        let crowded = by_path(&self.found).into_iter().filter(|(_, findings)| findings.len() > MOST_IN_A_FILE);
        crowded.map(|(path, _)| path.to_owned()).collect()
    }
}

impl CheckedRegistry {
    /// The registry, to build on.
    #[must_use]
    pub fn into_registry(self) -> Registry {
        self.registry
    }

    /// The registry.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }
}

/// What a finding says, and of which place.
fn said(finding: &Finding) -> (&str, &'static str, &Target, &str) {
    (&finding.path, finding.rule.code, &finding.target, &finding.message)
}

/// The definitions, as kind/id, that have findings after which nothing can be computed from them.
fn broken(findings: &[Finding]) -> BTreeSet<String> {
    let unsound = findings.iter().filter(|finding| is_unsound(finding));
    unsound.filter_map(|finding| crate::registry::layout::definition_name(&finding.path)).collect()
}

/// The definitions that are not broken and rest on none that are.
fn sound<'d, 'r>(
    registry: &Registry,
    model: &Model,
    broken: &BTreeSet<String>,
    definitions: &'d [Definition<'r>],
) -> Vec<&'d Definition<'r>> {
    let resting = foundation::resting(registry, model, broken.iter());
    let is_sound = |name: &str| !broken.contains(name) && !resting.contains(name);
    definitions.iter().filter(|definition| is_sound(&definition.name())).collect()
}

/// What is wrong with credit, metrics and targets beside one another. It tells more than an example that fails by it.
fn beside_one_another(sound: Sound) -> Vec<Finding> {
    let families: &[fn(Sound) -> Vec<Finding>] =
        &[credit::findings, metrics::findings, parts::findings, scales::findings, targets::findings, units::findings];
    families.par_iter().flat_map_iter(|family| family(sound)).collect()
}

/// What is wrong between the stages of each lifecycle.
fn between_stages(registry: &Registry, model: &Model, findings: &[Finding], shaken: &BTreeSet<String>) -> Vec<Finding> {
    let wrong = findings.iter().filter(|finding| is_unsound(finding)).map(|finding| finding.path.as_str()).collect();
    let lifecycles = lifecycle::lifecycles(registry, model, &lifecycle::Known { wrong, shaken });
    let of_one = |lifecycle: &lifecycle::Lifecycle<'_>| {
        let mut findings = funnel::findings(lifecycle);
        // Where the order is wrong, so is what lies between two steps.
        if findings.is_empty() {
            findings.extend(passage::findings(model, lifecycle));
        }
        findings.extend(ways::findings(registry, lifecycle));
        findings.extend(acceptance::findings(registry, lifecycle));
        findings
    };
    lifecycles.par_iter().map(of_one).collect::<Vec<_>>().into_iter().flatten().collect()
}

/// What is seen of a definition by itself.
struct Looked {
    /// What is wrong with it but for its examples.
    findings: Vec<Finding>,
    /// Whether its examples are worth computing: whatever is wrong with its own fields would show in them once more.
    is_ready: bool,
    /// What its schema marks in it, but for references and keys: those are looked at once.
    survey: Survey,
}

fn of_definition(
    registry: &Registry,
    model: &Model,
    roles: &Option<BTreeSet<&str>>,
    definition: &Definition<'_>,
) -> Looked {
    let path = definition.path;
    let mut findings = headers::findings(registry, definition);
    let source = Source::of(registry, definition);
    let mut survey = survey(registry, path);
    let criteria = criteria::findings(path, &source, &survey.sites, model);
    let mut document = of_document(registry, roles, path, &survey, &criteria);
    let references = references::findings(registry, definition, &survey.references);
    let sound = !document.iter().chain(&references).any(is_unsound);
    document.retain(|finding| !references::is_about_unread(registry, &survey.references, finding));
    add(&mut findings, document);
    add(&mut findings, references);
    (survey.references, survey.keyed, survey.roles, survey.dates) = Default::default();
    if !sound {
        return Looked { findings, is_ready: false, survey };
    }
    findings.extend(routing::findings(path, &source));
    let scores = scores::findings(path, &source, model);
    let is_ready = scores.is_empty();
    findings.extend(scores);
    Looked { findings, is_ready, survey }
}

/// What is computed of a definition that can be computed: what follows from its rules, and its examples.
fn of_examples(registry: &Registry, model: &Model, definition: &Definition<'_>) -> Vec<Finding> {
    let source = Source::of(registry, definition);
    let name = definition.name();
    let mut findings = dispatch::findings(definition.path, &source, model);
    if source.outcome.is_some() && !foundation::is_whole(model, &name) {
        return findings;
    }
    let examples = examples::findings(definition.path, &source, model);
    // An example that expects the wrong outcome can be the one that shows the other side.
    if examples.is_empty() {
        findings.extend(sense::one_sided(definition.path, &source, &name, model));
    }
    findings.extend(examples);
    findings
}

/// Whether nothing can be computed from a definition with this finding. What can be waived does not count: else a
/// waiver would hide more than it names.
fn is_unsound(finding: &Finding) -> bool {
    let is_beside_the_sum = [&rules::NOT_STORED_FORM, &rules::UNKNOWN_ROLE].contains(&finding.rule);
    finding.level() == Level::Error && !is_beside_the_sum && !finding.rule.waivable
}

/// What the schema of a governed document marks in it.
fn survey(registry: &Registry, path: &str) -> Survey {
    let marked = registry.kind_of(path).zip(registry.document(path));
    marked.map(|(kind, document)| kind.survey(document.value())).unwrap_or_default()
}

/// What is checked of every governed document, whatever it is.
fn of_document(
    registry: &Registry,
    roles: &Option<BTreeSet<&str>>,
    path: &str,
    survey: &Survey,
    criteria: &[Finding],
) -> Vec<Finding> {
    let mut findings = headers::of_document(registry, roles, path, survey);
    findings.extend_from_slice(criteria);
    add(&mut findings, shape::findings(registry, path, survey, criteria));
    // A key that nobody knows has no place in the stored order either.
    if !findings.iter().any(|finding| matches!(finding.target, Target::Key(_))) {
        findings.extend(stored::finding(registry, path, survey));
    }
    findings
}

/// Adds findings, except about places that an error is known of.
fn add(known: &mut Vec<Finding>, more: Vec<Finding>) {
    let places: BTreeSet<Target> =
        known.iter().filter(|finding| finding.level() == Level::Error).map(|finding| finding.target.clone()).collect();
    known.extend(more.into_iter().filter(|finding| !places.contains(&finding.target)));
}

fn by_path(findings: &[Finding]) -> BTreeMap<&str, Vec<&Finding>> {
    let mut by_path: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_path.entry(&finding.path).or_default().push(finding);
    }
    by_path
}

/// Findings by path, place and code; of a file with very many only some, errors before warnings.
fn in_order(registry: &Registry, findings: &[Finding]) -> Vec<Finding> {
    let ordered = by_path(findings).into_iter().flat_map(|(path, mut findings)| {
        let more = findings.len().saturating_sub(MOST_IN_A_FILE);
        findings.sort_by_key(|finding| finding.level());
        findings.truncate(MOST_IN_A_FILE);
        let source = registry.source(path).unwrap_or_default();
        findings.sort_by_cached_key(|finding| (finding.position(source), finding.rule.code, finding.message.clone()));
        findings.dedup();
        let mut findings: Vec<Finding> = findings.into_iter().cloned().collect();
        if let Some(last) = findings.last_mut().filter(|_| more > 0) {
            last.message = format!("{} (and {more} more findings in this file)", last.message);
        }
        findings
    });
    ordered.collect()
}

/// Governed documents that are not in their stored form.
#[must_use]
pub fn stored_form(registry: &Registry) -> Vec<Finding> {
    let paths: Vec<&str> = registry.documents().map(|(path, _)| path).collect();
    paths.par_iter().filter_map(|path| stored::finding(registry, path, &survey(registry, path))).collect()
}
