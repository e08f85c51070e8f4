//! The check of a whole registry: a small set of files of the starter set with edits, and files of any bytes.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use canonry::compare::{compare, version_findings};
use canonry::document::{Document, Value, stored_bytes};
use canonry::finding::any_error;
use canonry::governance::guard;
use canonry::maturity::{Sight, Unseen, judge};
use canonry::registry::Registry;
use canonry::registry::layout::definition_name;
use canonry_fuzz::{Choices, Edit, STARTER, borrowed, edited, pointers, scalar};
use libfuzzer_sys::fuzz_target;

/// Documents that most others rest on.
const BASE: [&str; 8] = [
    "registry/registry.json",
    "registry/waivers.json",
    "registry/governance/policy.json",
    "registry/definitions/entity/person.json",
    "registry/definitions/entity/account.json",
    "registry/definitions/calendar/hq.json",
    "registry/definitions/qualification/mql.json",
    "registry/definitions/score-model/person-score.json",
];

/// Paths at which files of any bytes are put.
const PATHS: [&str; 12] = [
    "registry/registry.json",
    "registry/waivers.json",
    "registry/governance/policy.json",
    "registry/governance/people/somebody.json",
    "registry/definitions/entity/person.json",
    "registry/definitions/qualification/mql.json",
    "registry/definitions/qualification/MQL.json",
    "registry/definitions/nothing/x.json",
    "registry/changes/2026-05/2026-05-01-a/change.json",
    "registry/CHANGELOG.md",
    "schemas/qualification.schema.json",
    "schemas/thing.schema.json",
];

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Choices::new(bytes);
    let mut documents: BTreeMap<String, Value> = BTreeMap::new();
    let all: Vec<&String> = STARTER.keys().filter(|path| path.starts_with("registry/")).collect();
    let mut chosen: BTreeSet<&str> = BASE.into();
    chosen.extend((0..choices.below(6)).map(|_| choices.of(&all).as_str()));
    // Mostly what is chosen has its schema.
    let schema = |kind: &str| format!("schemas/{kind}.schema.json");
    for path in chosen {
        documents.insert(path.to_owned(), STARTER[path].clone());
        let kind = definition_name(path).and_then(|name| name.split_once('/').map(|(kind, _)| schema(kind)));
        for path in kind.into_iter().chain([schema("common")]) {
            documents.insert(path.clone(), STARTER[&path].clone());
        }
    }
    let before = files(&documents, None);
    for _ in 0..choices.below(8) {
        let paths: Vec<String> = documents.keys().cloned().collect();
        let path = choices.of(&paths).clone();
        let places = pointers(&documents[&path], 2_000);
        let place = choices.of(&places).clone();
        let edit = match choices.below(5) {
            0 => Edit::Remove,
            1 => Edit::Double,
            2 | 3 => Edit::Replace(borrowed(&mut choices)),
            _ => Edit::Replace(scalar(&mut choices)),
        };
        let new = edited(&documents[&path], &place, &edit);
        documents.insert(path, new);
    }
    let raw = (choices.below(3) == 0).then(|| *choices.of(&PATHS));
    let after = files(&documents, raw.map(|path| (path, choices.rest())));
    judged(before, after);
});

fn files(documents: &BTreeMap<String, Value>, raw: Option<(&str, &[u8])>) -> Vec<(String, Vec<u8>)> {
    let mut files: BTreeMap<String, Vec<u8>> =
        documents.iter().map(|(path, value)| (path.clone(), stored_bytes(value))).collect();
    if let Some((path, bytes)) = raw {
        files.insert(path.to_owned(), bytes.to_vec());
    }
    files.into_iter().collect()
}

fn judged(before: Vec<(String, Vec<u8>)>, after: Vec<(String, Vec<u8>)>) {
    let (baseline, _) = Registry::load(before);
    let (registry, loaded) = Registry::load(after);
    let rows = compare(&baseline, &registry);
    version_findings(&rows);
    for (path, document) in registry.documents() {
        let stored = registry.expected_bytes(path).expect("a document has a stored form");
        let again = Document::parse(&stored).expect("the stored form is a document");
        assert_eq!(again.digest(), document.digest(), "{path}");
        assert_eq!(registry.stored_form(path, again.value()), stored, "{path}");
    }
    let now: jiff::Timestamp = "2026-05-20T12:00:00Z".parse().expect("an instant");
    let governance = guard::findings(&registry);
    let checked = canonry::check::run(registry, loaded).and(governance).waive(now);
    let registry = checked.registry();
    for finding in checked.findings() {
        let source = registry.source(&finding.path).unwrap_or_default();
        finding.position(source);
        assert!(!finding.message.is_empty());
    }
    let references = registry.references();
    let history = Err(Unseen { why: String::new(), next: String::new() });
    let (findings, zone) = (checked.findings(), registry.time_zone());
    let sight = Sight { registry, references: &references, findings, history, now, zone };
    for definition in registry.definitions_of("maturity") {
        if let Some(assessment) = judge(&definition, &sight) {
            assert!(assessment.reached <= assessment.stages.len());
        }
    }
    let wrong = any_error(checked.findings());
    assert!(!wrong || checked.into_checked().is_err(), "what has an error is not a checked registry");
}
