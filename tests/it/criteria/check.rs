//! `check` over a whole registry: criteria, examples, circles and zones of the starter set with one thing broken.

use canonry::check;
use canonry::document::{Value, parse, stored_bytes};
use canonry::registry::{Registry, builtin};

use crate::values::{json, remove};

/// What is wrong with the starter registry after one document is changed: code, path and place of each finding.
pub(super) fn findings(path: &str, change: impl Fn(&mut Value)) -> Vec<String> {
    findings_of(&[(path, &change)])
}

/// The same after several documents are changed.
pub(super) fn findings_of(changes: &[Change]) -> Vec<String> {
    let checked = checked(changes);
    let told = checked.findings().iter().filter(|finding| finding.rule.code != "not-stored-form");
    told.map(|finding| format!("{} {} {:?}", finding.rule.code, finding.path, finding.target)).collect()
}

/// The hints of these findings.
pub(super) fn hints(path: &str, change: impl Fn(&mut Value)) -> Vec<String> {
    let checked = checked(&[(path, &change)]);
    checked.findings().iter().filter_map(|finding| finding.hint.clone()).collect()
}

/// A path, and what is changed in the document there.
type Change<'c> = (&'c str, &'c dyn Fn(&mut Value));

fn checked(changes: &[Change]) -> check::Checked {
    let files = builtin::schemas().chain(builtin::starter()).map(|(name, bytes)| {
        let Some((_, change)) = changes.iter().find(|(path, _)| *path == name) else {
            return (name.to_owned(), bytes.to_vec());
        };
        let mut value = parse(bytes).unwrap();
        change(&mut value);
        (name.to_owned(), stored_bytes(&value))
    });
    let files: Vec<_> = files.collect();
    for (path, _) in changes {
        assert!(files.iter().any(|(name, _)| name == path), "{path} is in the starter set");
    }
    let (registry, loaded) = Registry::load(files);
    check::run(registry, loaded)
}

const MQL: &str = "registry/definitions/qualification/mql.json";
const SLA: &str = "registry/definitions/sla/mql-response.json";
const WIN_RATE: &str = "registry/definitions/metric/win-rate.json";
const INFLUENCED: &str = "registry/definitions/attribution/marketing-influenced.json";

#[test]
fn the_starter_set_is_sound_and_its_examples_come_out() {
    assert_eq!(findings(MQL, |_| {}), Vec::<String>::new());
}

#[test]
fn one_mistake_in_criteria_is_one_finding() {
    let misspelt =
        findings(MQL, |mql| mql["exclusions"][0]["when"] = json!({"field": "person.stagee", "equals": "mql"}));
    assert_eq!(misspelt, [format!("unknown-field {MQL} Value(\"/exclusions/0/when/field\")")]);
    let no_grammar = findings(MQL, |mql| mql["criteria"] = json!({"every": []}));
    assert_eq!(no_grammar, [format!("criteria-grammar {MQL} Value(\"/criteria\")")]);
    let no_list = findings(MQL, |mql| {
        mql["exclusions"][0]["when"] = json!({"field": "person.email_domain", "one_of": {"list": "nobody"}});
    });
    assert_eq!(no_list, [format!("unknown-list {MQL} Value(\"/exclusions/0/when/one_of/list\")")]);
    let no_score = findings(MQL, |mql| mql["criteria"] = json!({"score": "nothing", "at_least": 1}));
    assert_eq!(no_score, [format!("unknown-score {MQL} Value(\"/criteria/score\")")]);
    let nothing_to_meet = findings(MQL, |mql| mql["criteria"] = json!({"meets": "qualification/nothing"}));
    assert_eq!(nothing_to_meet, [format!("meets-unknown {MQL} Value(\"/criteria/meets\")")]);
    let no_way = findings(SLA, |sla| sla["start"] = json!({"on": "subscription"}));
    assert_eq!(no_way, [format!("via-unclear {SLA} Value(\"/start/on\")")]);
    let no_measure = findings(WIN_RATE, |metric| metric["formula"] = json!({"divide": ["won", "all"]}));
    assert_eq!(no_measure, [format!("unknown-measure {WIN_RATE} Value(\"/formula/divide/1\")")]);
    let not_whole = findings(INFLUENCED, |attribution| {
        attribution["credit"] = json!({"split": "weighted", "weights": [
            {"position": "first", "basis_points": 5000}, {"position": "others", "basis_points": 4900},
        ]});
    });
    assert_eq!(not_whole, [format!("weights-sum {INFLUENCED} Value(\"/credit/weights\")")]);
}

#[test]
fn examples_that_do_not_come_out_are_found() {
    let raised = findings(MQL, |mql| mql["examples"][0]["scores"]["person-score"]["total"] = json!(0));
    assert_eq!(raised, [format!("example-fails {MQL} Value(\"/examples/0/expect/outcome\")")]);
    let unstated = findings(MQL, |mql| drop(remove(&mut mql["examples"][0], "scores")));
    assert_eq!(unstated, raised);
    let slower = findings(SLA, |sla| sla["examples"][0]["expect"][0]["business_minutes"] = json!(61));
    assert_eq!(slower, [format!("example-fails {SLA} Value(\"/examples/0/expect/0/business_minutes\")")]);
    let misspelt = findings(MQL, |mql| mql["examples"][0]["record"]["stagee"] = json!("mql"));
    assert_eq!(misspelt, [format!("example-record {MQL} Value(\"/examples/0/record/stagee\")")]);
    let elsewhere = findings(MQL, |mql| mql["examples"][0]["record"]["stage"] = json!("limbo"));
    assert_eq!(elsewhere, [format!("example-record {MQL} Value(\"/examples/0/record/stage\")")]);
    let no_day = findings(MQL, |mql| mql["examples"][0]["at"] = json!("2026-02-31T12:00:00Z"));
    assert_eq!(no_day, [format!("bad-date {MQL} Value(\"/examples/0/at\")")]);
}

#[test]
fn examples_are_computed_unless_what_they_rest_on_is_broken() {
    let failing = |mql: &mut Value| mql["examples"][0]["scores"]["person-score"]["total"] = json!(0);
    let fails = format!("example-fails {MQL} Value(\"/examples/0/expect/outcome\")");
    let both = findings(MQL, |mql| {
        failing(mql);
        mql["owner"] = json!("nobody");
    });
    assert!(both.len() == 2 && both.contains(&fails), "{both:?}");
    let one = findings(MQL, |mql| {
        failing(mql);
        mql["enters"] = json!("nowhere");
    });
    assert_eq!(one, [format!("dangling-reference {MQL} Value(\"/enters\")")]);
}

#[test]
fn circles_and_unknown_zones_are_found_once() {
    let itself = findings(MQL, |mql| {
        mql["criteria"] = json!({"any": [mql["criteria"].clone(), {"meets": "qualification/mql"}]})
    });
    assert_eq!(itself, [format!("meets-circle {MQL} Value(\"/criteria/any/1/meets\")")]);
    let zone = findings("registry/registry.json", |registry| registry["time_zone"] = json!("Europe/Berlim"));
    assert!(zone.contains(&"unknown-time-zone registry/registry.json Value(\"/time_zone\")".to_owned()), "{zone:?}");
    let calendar = "registry/definitions/calendar/hq.json";
    let zone = findings(calendar, |calendar| calendar["time_zone"] = json!("Mars/Olympus"));
    assert!(zone.contains(&format!("unknown-time-zone {calendar} Value(\"/time_zone\")")), "{zone:?}");
}

#[test]
fn a_kind_that_is_only_a_schema_has_its_examples_computed() {
    let schema = json!({
        "title": "Gate", "description": "Who may pass.", "x-version": "1.0.0", "x-subject": "/about",
        "x-outcome": {"criteria": "/passes"}, "type": "object",
        "allOf": [{"$ref": "common.schema.json#/$defs/header"}],
        "properties": {
            "kind": {"description": "Always `gate`.", "const": "gate"},
            "examples": {"items": {"$ref": "common.schema.json#/$defs/criteria_example"}},
            "about": {"description": "The entity.", "type": "string", "x-ref": "entity"},
            "passes": {"description": "The condition.", "$ref": "common.schema.json#/$defs/predicate"},
        },
        "required": ["about", "passes"], "unevaluatedProperties": false,
    });
    let gate = json!({
        "$schema": "../../../schemas/gate.schema.json", "kind": "gate", "id": "open", "version": "1.0.0",
        "status": "active", "name": "Open", "owner": "revops", "summary": "Whoever is new.",
        "effective": {"from": "2026-05-01", "history": "freeze"},
        "examples": [
            {"id": "new", "at": "2026-05-20T12:00:00Z", "record": {"stage": "inquiry"}, "expect": {"outcome": "met"}},
            {"id": "old", "at": "2026-05-20T12:00:00Z", "record": {"stage": "mql"}, "expect": {"outcome": "met"}},
        ],
        "about": "person", "passes": {"field": "person.stage", "equals": "inquiry"},
    });
    let added = [("schemas/gate.schema.json", schema), ("registry/definitions/gate/open.json", gate)];
    let added = added.into_iter().map(|(path, value)| (path.to_owned(), stored_bytes(&value)));
    let files = builtin::schemas().chain(builtin::starter()).map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
    let (registry, loaded) = Registry::load(files.chain(added));
    let checked = check::run(registry, loaded);
    let told: Vec<_> = checked.findings().iter().map(|finding| (finding.rule.code, &finding.target)).collect();
    let place = canonry::finding::Target::Value("/examples/1/expect/outcome".to_owned());
    assert_eq!(told, [("example-fails", &place)]);
}
