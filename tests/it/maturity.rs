//! Maturity matrices: each form of evidence met and not met, stages, and what the command shows.

use std::collections::BTreeMap;

use canonry::document::{Value, parse, stored_bytes};
use canonry::finding::{Finding, rules};
use canonry::maturity::{Assessment, Sight, Status, Unseen, judge};
use canonry::registry::{Registry, builtin};
use insta::assert_snapshot;
use proptest::prelude::*;

use crate::demo;
use crate::environment::{Environment, masked};
use crate::team::{MQL, Team};
use crate::values::{at, item, json};

const DAY: &str = "2026-03-01";

/// The starter set with edits, as it is seen without a history.
#[derive(Clone)]
struct Starter {
    documents: BTreeMap<String, Value>,
    day: &'static str,
    findings: Vec<Finding>,
}

impl Starter {
    fn new() -> Starter {
        let starter = builtin::schemas().chain(builtin::starter());
        let documents = starter.map(|(path, bytes)| (path.to_owned(), parse(bytes).unwrap())).collect();
        Starter { documents, day: DAY, findings: Vec::new() }
    }

    /// A definition, to be changed.
    fn definition(&mut self, name: &str) -> &mut Value {
        self.documents.get_mut(&format!("registry/definitions/{name}.json")).unwrap_or_else(|| panic!("{name}"))
    }

    fn with(&self, name: &str, edit: impl FnOnce(&mut Value)) -> Starter {
        let mut other = self.clone();
        edit(other.definition(name));
        other
    }

    fn at(&self, day: &'static str) -> Starter {
        Starter { day, ..self.clone() }
    }

    fn judged(&self, matrix: &str) -> Assessment {
        let files = self.documents.iter().map(|(path, value)| (path.clone(), stored_bytes(value)));
        let (registry, _) = Registry::load(files);
        let references = registry.references();
        let history = Err(Unseen { why: "no history".to_owned(), next: "Look.".to_owned() });
        let now = format!("{}T12:00:00Z", self.day).parse().unwrap();
        let zone = registry.time_zone();
        let sight =
            Sight { registry: &registry, references: &references, findings: &self.findings, history, now, zone };
        judge(&registry.definition(&format!("maturity/{matrix}")).unwrap(), &sight).unwrap()
    }

    /// What was found at `matrix/row/stage/evidence`.
    fn found(&self, place: &str) -> canonry::maturity::Found {
        let names: Vec<&str> = place.split('/').collect();
        let [matrix, row, stage, evidence] = names[..] else { panic!("{place}") };
        let assessment = self.judged(matrix);
        let stage = assessment.stages.iter().position(|one| one.id == stage).unwrap_or_else(|| panic!("{place}"));
        let row = assessment.rows.iter().find(|one| one.id == row).unwrap_or_else(|| panic!("{place}"));
        let mut pieces = row.cells[stage].pieces.iter();
        pieces.find(|piece| piece.id == evidence).unwrap_or_else(|| panic!("{place}")).found.clone()
    }

    fn assert_met(&self, place: &str) {
        let found = self.found(place);
        assert_eq!((found.status, found.next.clone()), (Status::Met, None), "{place}: {found:?}");
    }

    /// Asserts that a piece is missing, that this stands in the way, and that it is said what to do.
    fn assert_lacks(&self, place: &str, lacking: &[&str]) {
        let found = self.found(place);
        assert_eq!(found.status, Status::Missing, "{place}: {found:?}");
        assert_eq!(found.lacking, lacking, "{place}: {found:?}");
        assert!(found.next.is_some_and(|next| next.ends_with('.')), "{place}");
    }
}

/// The value of evidence in a matrix, to be changed.
fn evidence<'v>(matrix: &'v mut Value, row: &str, stage: usize, id: &str) -> &'v mut Value {
    item(&mut item(&mut matrix["rows"], row)["cells"][stage]["evidence"], id)
}

fn retire(definition: &mut Value) {
    definition["status"] = json!("retired");
}

#[test]
fn count_is_over_active_definitions() {
    let place = "partnership/enablement/revenue-accountable/library";
    let starter = Starter::new();
    starter.assert_met(place);
    starter.with("proof/why-not-wait", retire).assert_lacks(place, &[]);
    let draft = starter.with("proof/why-not-wait", |proof| proof["status"] = json!("draft"));
    draft.assert_lacks(place, &["proof/why-not-wait"]);
    let several = "partnership/pipeline-quality/one-system/whom";
    starter.assert_met(several);
    let without = ["icp/core", "buying-group/core-purchase", "segment/small"]
        .iter()
        .fold(starter, |starter, name| starter.with(name, retire));
    without.assert_lacks(several, &[]);
    let hint = without.found(several).next.unwrap_or_default();
    assert!(hint.contains(" more with `canon new KIND ID`, where KIND is ") && hint.contains(" or "), "{hint}");
}

#[test]
fn every_looks_at_each_of_those_that_are_meant() {
    let place = "readiness/definitions/aligned/tested";
    let starter = Starter::new();
    starter.assert_met(place);
    for nothing in [json!([]), json!(null), json!({}), json!("")] {
        let without = starter.with("qualification/sal", |sal| sal["examples"] = nothing);
        without.assert_lacks(place, &["qualification/sal"]);
    }
    let share = starter.with("maturity/readiness", |readiness| {
        evidence(readiness, "definitions", 1, "tested")["every"]["share_at_least"] = json!(8571);
    });
    let one_of_seven = share.with("qualification/sal", |sal| sal["examples"] = json!([]));
    one_of_seven.assert_met(place);
    one_of_seven
        .with("qualification/mql", |mql| mql["examples"] = json!([]))
        .assert_lacks(place, &["qualification/mql", "qualification/sal"]);
    let reasons = "readiness/definitions/aligned/reasons-known";
    starter.assert_met(reasons);
    starter.with("stage/recycle", |stage| stage["reasons"] = json!([])).assert_lacks(reasons, &["stage/recycle"]);
    starter.with("stage/mql", |stage| stage["reasons"] = json!([])).assert_met(reasons);
}

#[test]
fn a_share_of_nothing_is_not_reached() {
    let starter = Starter::new();
    let none = ["mql-to-development", "pql-to-development", "sql-to-sales"]
        .iter()
        .fold(starter, |starter, id| starter.with(&format!("handoff/{id}"), retire));
    none.assert_lacks("readiness/cross-functional-execution/aligned/way-back", &[]);
    none.assert_lacks("readiness/cross-functional-execution/aligned/promised", &[]);
}

#[test]
fn covers_names_the_values_that_lack() {
    let place = "readiness/operating-cadence/aligned/rhythm";
    let starter = Starter::new();
    starter.assert_met(place);
    starter
        .with("cadence/weekly-bottleneck", |cadence| cadence["every"] = json!("fiscal-quarter"))
        .assert_lacks(place, &["week"]);
    starter.with("cadence/weekly-bottleneck", retire).assert_lacks(place, &["week"]);
}

#[test]
fn refers_wants_an_active_definition_at_the_other_end() {
    let place = "readiness/measurement/aligned/with-driver";
    let starter = Starter::new();
    starter.assert_met(place);
    starter.with("metric/win-rate", |metric| metric["drivers"] = json!([])).assert_lacks(place, &["metric/win-rate"]);
    let idle = starter.with("driver/response-speed", |driver| driver["status"] = json!("draft"));
    assert!(idle.found(place).lacking.contains(&"metric/speed-to-lead".to_owned()));
}

#[test]
fn referred_to_wants_an_active_definition_that_refers() {
    let place = "readiness/cross-functional-execution/governed/measured";
    let starter = Starter::new();
    starter.assert_met(place);
    let found = starter.with("metric/mql-response-kept", retire).with("metric/speed-to-lead", retire).found(place);
    assert_eq!(found.status, Status::Missing, "{found:?}");
    assert!(found.lacking.contains(&"sla/mql-response".to_owned()), "{found:?}");
}

#[test]
fn held_by_wants_all_roles() {
    let place = "partnership/pipeline-quality/revenue-accountable/agreed";
    let starter = Starter::new();
    starter.assert_met(place);
    starter
        .with("qualification/mql", |mql| mql["co_owners"] = json!(["revops"]))
        .assert_lacks(place, &["qualification/mql"]);
    let money = "readiness/credibility/aligned/money-with-finance";
    starter.assert_met(money);
    let fewer = starter.with("metric/new-bookings", |metric| metric["co_owners"] = json!(["cmo"]));
    fewer.assert_lacks(money, &["metric/new-bookings", "metric/pipeline-created"]);
    starter.with("metric/gross-margin", |metric| metric["owner"] = json!("cro")).assert_met(money);
}

#[test]
fn dated_counts_days_back_from_today() {
    let place = "readiness/operating-cadence/governed/decided-lately";
    let starter = Starter::new();
    starter.assert_met(place);
    starter.at("2026-04-23").assert_met(place);
    starter.at("2026-04-24").assert_lacks(place, &[]);
    for day in ["2025-11-20", "2026-03-02", "2026-02-30"] {
        starter
            .with("decision/mql-needs-behaviour", |decision| decision["decided_on"] = json!(day))
            .assert_lacks(place, &[]);
    }
    starter
        .with("decision/mql-needs-behaviour", |decision| decision["decided_on"] = json!("2026-03-01"))
        .assert_met(place);
}

#[test]
fn kept_up_wants_what_is_due() {
    let place = "readiness/operating-cadence/governed/looked-at-again";
    let starter = Starter::new();
    starter.at("2026-08-11").assert_met(place);
    let late = starter.at("2026-08-12");
    late.assert_lacks(place, &["decision/mql-needs-behaviour"]);
    late.with("decision/mql-needs-behaviour", |decision| decision["outcome"] = json!({"kept": true})).assert_met(place);
    late.with("decision/mql-needs-behaviour", |decision| decision["review_on"] = json!(null)).assert_met(place);
}

#[test]
fn findings_count_from_a_level_on() {
    let (errors, warnings) = ("readiness/definitions/aligned/no-errors", "readiness/definitions/governed/no-warnings");
    let mut starter = Starter::new();
    starter.assert_met(errors);
    starter.assert_met(warnings);
    let path = "registry/definitions/metric/win-rate.json";
    starter.findings = vec![Finding::on_file(&rules::NOT_OVER_MISSING, path, "a warning")];
    starter.assert_met(errors);
    starter.assert_lacks(warnings, &[path]);
    let of_stages = starter.with("maturity/readiness", |readiness| {
        evidence(readiness, "definitions", 2, "no-warnings")["findings"]["kinds"] = json!(["stage"]);
    });
    of_stages.assert_met(warnings);
    starter.findings = vec![Finding::on_file(&rules::SHAPE, path, "an error")];
    starter.assert_lacks(errors, &[path]);
}

#[test]
fn a_word_must_be_given_yes_young_and_proven() {
    let place = "readiness/credibility/aligned/finance-agrees";
    let starter = Starter::new();
    starter.assert_lacks(place, &["cfo"]);
    let said = |on: &'static str, yes: bool| {
        starter.with("maturity/readiness", |readiness| {
            evidence(readiness, "credibility", 1, "finance-agrees")["attested"]["given"] =
                json!({"on": on, "yes": yes, "seen": "The paper."});
        })
    };
    said("2026-02-01", false).assert_lacks(place, &["cfo"]);
    said("2026-03-02", true).assert_lacks(place, &["cfo"]);
    said("2026-02-30", true).assert_lacks(place, &["cfo"]);
    said("2025-08-31", true).assert_lacks(place, &["cfo"]);
    // Six months after the first of September are over after the first of March.
    assert_eq!(said("2025-09-01", true).found(place).status, Status::Unseen);
    assert_eq!(said("2026-03-01", true).found(place).status, Status::Unseen);
}

#[test]
fn without_a_history_nothing_of_it_counts() {
    let starter = Starter::new();
    for place in [
        "readiness/definitions/governed/through-change",
        "readiness/definitions/governed/kept-alive",
        "readiness/definitions/governed/no-bypass",
        "readiness/credibility/aligned/published",
    ] {
        let found = starter.found(place);
        assert_eq!((found.status, found.found.as_str()), (Status::Unseen, "the history was not looked at"));
        assert_eq!(found.next.as_deref(), Some("Look."));
    }
    assert_eq!(starter.judged("readiness").reached, 1);
}

#[test]
fn what_this_program_cannot_read_never_counts() {
    let place = "readiness/definitions/aligned/stages";
    let starter = Starter::new();
    for odd in [json!({"kinds": ["stage"], "at_least": -1}), json!("five"), json!(null)] {
        let odd = starter.with("maturity/readiness", |readiness| {
            evidence(readiness, "definitions", 1, "stages")["count"] = odd;
        });
        assert_eq!(odd.found(place).status, Status::Unseen);
    }
    for days in [json!(9_007_199_254_740_991_i64), json!(-1), json!(9_000_000_000_i64)] {
        let place = "readiness/operating-cadence/governed/decided-lately";
        let far = starter.with("maturity/readiness", |readiness| {
            evidence(readiness, "operating-cadence", 2, "decided-lately")["dated"]["within_days"] = days;
        });
        far.found(place);
    }
    let unsaid = starter.with("maturity/readiness", |readiness| {
        item(&mut readiness["rows"], "definitions")["cells"][1]["stage"] = json!("elsewhere");
    });
    assert_eq!(unsaid.judged("readiness").rows[0].reached, 1);
}

/// A matrix of rows whose cells have evidence that is there (`true`) or not.
fn matrix(cells: &[Vec<Vec<bool>>], whole: &str, next_first: &str) -> Value {
    let piece = |(at, there): (usize, &bool)| {
        let at_least = if *there { 1 } else { 1_000_000 };
        json!({"id": format!("e{at}"), "says": "S.", "count": {"kinds": ["stage"], "at_least": at_least}})
    };
    let cell = |(at, pieces): (usize, &Vec<bool>)| {
        let evidence: Value = pieces.iter().enumerate().map(piece).collect::<Vec<_>>().into();
        json!({"stage": format!("s{at}"), "looks_like": "L.", "evidence": evidence})
    };
    let row = |(at, cells): (usize, &Vec<Vec<bool>>)| {
        let cells: Value = cells.iter().enumerate().map(cell).collect::<Vec<_>>().into();
        json!({"id": format!("r{at}"), "name": "N", "asks": "A?", "owner": "cmo", "cells": cells})
    };
    let rows: Value = cells.iter().enumerate().map(row).collect::<Vec<_>>().into();
    let stage = |id: &str| json!({"id": id, "name": id, "means": "M."});
    json!({"kind": "maturity", "id": "readiness", "name": "R", "status": "active", "rows": rows,
           "stages": [stage("s0"), stage("s1"), stage("s2")], "whole": whole, "next_first": next_first})
}

fn judged(cells: &[Vec<Vec<bool>>], whole: &str, next_first: &str) -> Assessment {
    let mut starter = Starter { documents: BTreeMap::new(), day: DAY, findings: Vec::new() };
    let stage = json!({"kind": "stage", "id": "mql", "status": "active"});
    starter.documents.insert("registry/definitions/stage/mql.json".to_owned(), stage);
    let path = "registry/definitions/maturity/readiness.json".to_owned();
    starter.documents.insert(path, matrix(cells, whole, next_first));
    starter.judged("readiness")
}

fn reached(cells: &[Vec<bool>]) -> usize {
    cells.iter().take_while(|pieces| pieces.iter().all(|there| *there)).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Rows and wholes by their definition; and evidence that is taken away never raises any of them.
    #[test]
    fn stages_follow_from_evidence_and_never_rise_without_it(
        cells in prop::collection::vec(
            prop::collection::vec(prop::collection::vec(prop::bool::weighted(0.7), 0..3), 3), 1..6),
        row in 0..5_usize, stage in 0..3_usize, piece in 0..3_usize,
    ) {
        for (whole, needed) in [("lowest-row", cells.len()), ("half-of-rows", cells.len().div_ceil(2))] {
            let before = judged(&cells, whole, "lowest-row");
            let rows: Vec<usize> = before.rows.iter().map(|row| row.reached).collect();
            let expected: Vec<usize> = cells.iter().map(|row| reached(row)).collect();
            prop_assert_eq!(&rows, &expected);
            let highest = (0..=3).rev().find(|stage| rows.iter().filter(|row| *row >= stage).count() >= needed);
            prop_assert_eq!(Some(before.reached), highest);
            let lowest = rows.iter().min().copied().unwrap_or(3);
            prop_assert_eq!(before.next, rows.iter().position(|row| *row == lowest).filter(|_| lowest < 3));
            let mut fewer = cells.clone();
            if let Some(there) = fewer.get_mut(row).and_then(|row| row[stage].get_mut(piece)) {
                *there = false;
            }
            let after = judged(&fewer, whole, "lowest-row");
            prop_assert!(after.reached <= before.reached);
            for (after, before) in after.rows.iter().zip(&before.rows) {
                prop_assert!(after.reached <= before.reached);
            }
        }
    }
}

#[test]
fn the_row_with_least_missing_can_be_next() {
    let cells = [
        vec![vec![], vec![false, false], vec![]],
        vec![vec![], vec![true], vec![false]],
        vec![vec![], vec![true], vec![true]],
    ];
    assert_eq!(judged(&cells, "lowest-row", "lowest-row").next, Some(0));
    assert_eq!(judged(&cells, "lowest-row", "least-missing").next, Some(1));
    assert_eq!(judged(&cells[2..], "lowest-row", "least-missing").next, None);
}

/// Edits of the starter set that take something away which evidence rests on.
const TAKEN: [(&str, &str); 10] = [
    ("qualification/sal", "/examples"),
    ("metric/win-rate", "/drivers"),
    ("metric/win-rate", "/plays"),
    ("metric/pipeline-coverage", "/class"),
    ("cadence/weekly-bottleneck", "/every"),
    ("cadence/monthly-performance", "/decides"),
    ("handoff/sql-to-sales", "/feedback"),
    ("sla/mql-response", "/escalation"),
    ("proof/why-not-wait", "/answers"),
    ("decision/mql-needs-behaviour", "/decided_on"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn taking_definitions_apart_never_raises_a_row(order in Just((0..TAKEN.len()).collect::<Vec<_>>()).prop_shuffle()) {
        let mut starter = Starter::new();
        let ranks = |starter: &Starter| -> Vec<usize> {
            let judged = ["partnership", "readiness"].map(|matrix| starter.judged(matrix));
            let ranks = |one: &Assessment| one.rows.iter().map(|row| row.reached).chain([one.reached]).collect::<Vec<_>>();
            judged.iter().flat_map(ranks).collect()
        };
        let first = ranks(&starter);
        let mut before = first.clone();
        for taken in order.into_iter().take(4).chain([4]) {
            let (name, pointer) = TAKEN[taken];
            *at(starter.definition(name), pointer) = json!(null);
            let after = ranks(&starter);
            prop_assert!(after.iter().zip(&before).all(|(after, before)| after <= before), "{} {}", name, pointer);
            before = after;
        }
        prop_assert_ne!(before, first);
    }
}

/// What `canon maturity` says of a piece of evidence: its status, and what was found.
fn said(environment: &Environment, variables: &[(&str, &str)], place: &str) -> (String, String) {
    let names: Vec<&str> = place.split('/').collect();
    let [matrix, row, stage, evidence] = names[..] else { panic!("{place}") };
    let ran = environment.canon_with(variables, &["maturity", matrix, "--format", "json"]).expect(0);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let of = |list: &serde_json::Value, key: &str, id: &str| {
        list.as_array().unwrap().iter().find(|one| one[key] == id).unwrap_or_else(|| panic!("{place}")).clone()
    };
    let cell = of(&of(&value["matrices"][0]["rows"], "id", row)["cells"], "stage", stage);
    let piece = of(&cell["evidence"], "id", evidence);
    let text = |key: &str| piece[key].as_str().unwrap().to_owned();
    (text("status"), text("found"))
}

#[test]
fn the_ledger_is_evidence() {
    let environment = Environment::with_registry();
    let said = |variables: &[(&str, &str)], place: &str| said(&environment, variables, place).0;
    let approved = "readiness/definitions/governed/through-change";
    let changed = "readiness/definitions/aligned/changed-once";
    let bypassed = "readiness/definitions/governed/no-bypass";
    let (published, lately) =
        ("readiness/credibility/aligned/published", "readiness/credibility/governed/released-lately");
    for (place, expected) in [(approved, "met"), (changed, "missing"), (bypassed, "met"), (published, "missing")] {
        assert_eq!(said(&[], place), expected, "{place}");
    }

    environment.edit(MQL, "\"days\": 60", "\"days\": 90");
    assert_eq!(said(&[], approved), "missing");
    let by_change = "\"by\": \"change\"";
    environment.canon(&["propose", "--title", "T", "--why", "W"]).expect(0);
    environment.canon(&["approve", "--yes"]).expect(0);
    assert_eq!(said(&[], approved), "missing", "it did not land yet");
    let merge = || {
        let branch = environment.git(&["branch", "--show-current"]);
        environment.git(&["switch", "-q", "main"]);
        environment.git(&["merge", "-q", "--no-ff", "--no-edit", &branch]);
    };
    merge();
    for place in [approved, changed] {
        assert_eq!(said(&[], place), "met", "{place}");
    }
    let kept_alive = "readiness/definitions/governed/kept-alive";
    assert_eq!(said(&[], kept_alive), "missing", "it asks for two");
    let readiness = "registry/definitions/maturity/readiness.json";
    let text = environment.read(readiness);
    environment.edit(readiness, "\"by\": \"genesis-or-change\"", by_change);
    assert_eq!(said(&[], approved), "missing", "most of it is of genesis");
    environment.edit(readiness, "\"share_at_least\": 10000\n              }\n            },\n            {\n              \"id\": \"kept-alive\"", "\"share_at_least\": 1\n              }\n            },\n            {\n              \"id\": \"kept-alive\"");
    assert_eq!(said(&[], approved), "met");
    environment.write(readiness, &text);

    environment.canon(&["publish"]).expect(0);
    assert_eq!((said(&[], published), said(&[], lately)), ("met".to_owned(), "met".to_owned()));
    let (last_day, after) = ([("CANON_NOW", "2026-08-09T09:00:00Z")], [("CANON_NOW", "2026-08-10T09:00:00Z")]);
    assert_eq!((said(&last_day, lately), said(&after, lately)), ("met".to_owned(), "missing".to_owned()));
    assert_eq!(said(&after, published), "met");
    let years_later = [("CANON_NOW", "2028-05-01T09:00:00Z")];
    assert_eq!((said(&years_later, changed), said(&years_later, kept_alive)), ("met".to_owned(), "missing".to_owned()));

    environment.edit(MQL, "\"days\": 90", "\"days\": 91");
    environment.commit("Go around");
    assert_eq!((said(&[], bypassed), said(&years_later, bypassed)), ("missing".to_owned(), "missing".to_owned()));
    environment.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!((said(&[], bypassed), said(&years_later, bypassed)), ("missing".to_owned(), "met".to_owned()));
}

#[test]
fn what_two_must_sign_one_alone_cannot() {
    let team = Team::new();
    let environment = &team.environment;
    let place = "partnership/pipeline-quality/revenue-accountable/signed-by-both";
    assert_eq!(said(environment, &[], place).0, "missing");
    team.cool_off(60, 90);
    team.land("Wait longer", &["marketing", "sales"]);
    let (status, found) = said(environment, &[], place);
    assert_eq!((status.as_str(), found.as_str()), ("met", "1 settled change with 2 approvals, signed by cmo and cro"));
    let other_kinds = "partnership/scorecard/revenue-accountable/signed-by-both";
    assert_eq!(said(environment, &[], other_kinds).0, "missing");

    // A word that the wrong people signed is not the word of the role.
    let kept = "partnership/pipeline-quality/one-system/kept";
    let path = "registry/definitions/maturity/partnership.json";
    let give = |day: &str| {
        let mut partnership = parse(environment.read(path).as_bytes()).unwrap();
        evidence(&mut partnership, "pipeline-quality", 2, "kept")["attested"]["given"] =
            json!({"on": day, "yes": true, "seen": "The report of the quarter."});
        environment.write(path, &String::from_utf8(stored_bytes(&partnership)).unwrap());
    };
    give("2026-04-30");
    let (status, found) = said(environment, &[], kept);
    assert!(status == "missing" && found.contains("it is not accepted yet"), "{found}");
    let change = team.propose("sales", "We kept it");
    team.approve("marketing", &change);
    team.merge();
    environment.canon(&["verify"]).expect(0);
    let (status, found) = said(environment, &[], kept);
    assert!(status == "missing" && found.contains("marketing and sales signed it"), "{found}");
    give("2026-05-01");
    let change = team.propose("keeper", "I say so");
    team.approve("marketing", &change);
    team.merge();
    let (status, found) = said(environment, &[], kept);
    assert!(status == "met" && found.contains("signed by keeper"), "{found}");
    let (status, found) = said(environment, &[("CANON_NOW", "2026-08-02T09:00:00Z")], kept);
    assert!(status == "missing" && found.contains("which held until 2026-08-01"), "{found}");
}

#[test]
fn the_starter_set() {
    let environment = Environment::with_registry();
    assert_snapshot!("maturity", masked(&environment.canon(&["maturity"]).to_string()));
    assert_snapshot!(
        "maturity-markdown",
        masked(&environment.canon(&["maturity", "readiness", "--format", "markdown"]).to_string())
    );
    let same = environment.canon(&["maturity", "maturity/readiness"]).expect(0);
    assert_eq!(same.stdout, environment.canon(&["maturity", "readiness"]).expect(0).stdout);
    assert_snapshot!(environment.canon(&["maturity", "redyness"]), @r#"
    status: 2
    stdout:
    stderr:
    error: there is no matrix `redyness`
    hint: Did you mean `readiness`?
    "#);
    assert_snapshot!(environment.canon(&["maturity", "--format", "sarif"]), @r#"
    status: 2
    stdout:
    stderr:
    error: `canon maturity` has no format `sarif`
    hint: It has text, json, markdown.
    "#);
}

#[test]
fn without_a_pin_it_says_what_it_did_not_look_at() {
    let environment = Environment::with_registry();
    let pin = environment.git(&["config", "canonry.trust"]);
    environment.git(&["config", "--unset", "canonry.trust"]);
    assert_snapshot!("maturity-unpinned", masked(&environment.canon(&["maturity", "readiness"]).to_string()));
    let place = "readiness/definitions/governed/through-change";
    let status = |variables: &[(&str, &str)]| said(&environment, variables, place).0;
    assert_eq!(status(&[]), "unseen");
    assert_eq!(status(&[("CANON_TRUST", &pin)]), "met");
    let other = format!("sha256:{}", "0".repeat(64));
    assert_eq!(status(&[("CANON_TRUST", &other)]), "unseen");
    environment.git(&["switch", "-q", "--orphan", "fresh"]);
    environment.git(&["branch", "-q", "-m", "main", "gone"]);
    environment.git(&["checkout", "-q", "gone", "--", "."]);
    assert_eq!(status(&[("CANON_TRUST", &pin)]), "unseen", "there is no main branch");
}

#[test]
fn the_demo() {
    let environment = demo::copy();
    assert_snapshot!(environment.canon(&["maturity"]), @r#"
    status: 0
    stdout:
    This registry holds no maturity matrix, which would be a definition of kind `maturity`.
    `canon init` in an empty repository writes two to start from.
    stderr:
    "#);
    for name in ["partnership", "readiness"] {
        let path = format!("registry/definitions/maturity/{name}.json");
        let (_, bytes) = builtin::starter().find(|(at, _)| *at == path).unwrap();
        environment.write(&path, std::str::from_utf8(bytes).unwrap());
    }
    let later = [("CANON_NOW", "2023-08-01T00:00:00Z")];
    assert_snapshot!("maturity-demo", masked(&environment.canon_with(&later, &["maturity"]).to_string()));
}
