//! `check` of score models and of histories in examples: the starter set with one thing broken.

use crate::values::{item, json, push, remove};
use canonry::criteria::{Model, Source};
use canonry::document::Document;
use canonry::document::Value;
use canonry::finding::Finding;
use canonry::outcome::{Answer, Computable, difference};
use canonry::registry::builtin;

use crate::check::Bench;

use super::check::{findings, findings_of, hints};

const SCORE: &str = "registry/definitions/score-model/person-score.json";
const PERSON: &str = "registry/definitions/entity/person.json";
const PAGE_VIEW: &str = "registry/definitions/entity/page_view.json";
const MQL: &str = "registry/definitions/qualification/mql.json";

fn one(code: &str, pointer: &str) -> Vec<String> {
    vec![format!("{code} {SCORE} Value({pointer:?})")]
}

/// The example of this name in a definition.
fn example<'v>(definition: &'v mut Value, id: &str) -> &'v mut Value {
    item(&mut definition["examples"], id)
}

#[test]
fn examples_of_scores_are_computed() {
    let index = 0;
    let total = findings(SCORE, |score| score["examples"][index]["expect"]["total"] = json!(79));
    assert_eq!(total, one("example-fails", "/examples/0/expect/total"));
    let standing = findings(SCORE, |score| score["examples"][index]["expect"] = json!({"standing": "unscored"}));
    assert_eq!(standing, one("example-fails", "/examples/0/expect/standing"));
    // Every number of the replay shows in an example.
    let edits: [fn(&mut Value); 7] = [
        |part| part["max"] = json!(101),
        |part| part["components"][0]["points"] = json!(49),
        |part| part["components"][2]["limit"]["per"] = json!({"days": 8}),
        |part| part["decay"][0]["idle"] = json!({"days": 31}),
        |part| part["decay"][0]["every"] = json!({"days": 16}),
        |part| part["decay"][0]["while_frozen"] = json!("pauses"),
        |part| part["resets"][0]["to"] = json!(1),
    ];
    for (index, edit) in edits.into_iter().enumerate() {
        let told = findings(SCORE, |score| edit(&mut score["parts"][1]));
        assert!(told.iter().any(|finding| finding.starts_with("example-fails")), "edit {index}: {told:?}");
    }
}

/// The starter set of a business that sells to schools and clinics too: examples of schemas may be about them.
fn with_schools() -> Bench {
    let mut bench = Bench::starter();
    bench.edit("registry/definitions/entity/account.json", |account| {
        let pupils = json!({"id": "pupils", "type": "integer", "optional": true, "description": "Pupils of a school."});
        push(&mut account["fields"], pupils);
        let industries = &mut item(&mut account["fields"], "industry")["values"];
        push(industries, json!("education"));
        push(industries, json!("health"));
    });
    bench
}

#[test]
fn the_examples_of_the_schema_come_out() {
    let mut bench = with_schools();
    let model = Model::of(&bench.registry());
    let schema = Document::parse(builtin::schemas().find(|(path, _)| path.contains("score-model")).unwrap().1).unwrap();
    let mut computed = 0;
    for document in schema.value()["examples"].as_array().unwrap() {
        let subject = document["subject"].as_str();
        let source = Source { kind: "score-model", id: "x", value: document, subject, outcome: None };
        let computable = Computable::read(&source).unwrap();
        for example in document["examples"].as_array().unwrap() {
            let Answer::Computed(answer) = computable.compute(&model, example, "") else { panic!("{example}") };
            assert_eq!(difference(&example["expect"], &answer, ""), None, "{}", example["id"]);
            computed += 1;
        }
        // What no entity has counts as unknown in a replay. So the names in the example are looked at as well.
        let path = format!("registry/definitions/score-model/{}.json", document["id"].as_str().unwrap());
        bench.write(&path, document);
        let checked = bench.check();
        let found: Vec<&Finding> = checked.findings().iter().filter(|finding| finding.path == path).collect();
        assert!(found.is_empty(), "{found:?}");
    }
    assert!(computed >= 2);
}

#[test]
fn a_score_that_is_not_stated_is_told_beside_the_failure() {
    let unstated = |mql: &mut Value| drop(remove(example(mql, "earned-by-points"), "scores"));
    assert_eq!(findings(MQL, unstated), [format!("example-fails {MQL} Value(\"/examples/0/expect/outcome\")")]);
    let replayed = "the score `person-score` is not stated (at /examples/0/scores), so the record's events are replayed, \
                    and it is {\"parts\":{\"behaviour\":0,\"fit\":20},\"standing\":\"scored\",\"total\":20}";
    assert_eq!(hints(MQL, unstated), [replayed]);
    // A score model that cannot be replayed truly is told at the model, and not once more at whoever asks for it.
    let reset = |score: &mut Value| score["parts"][1]["resets"][0]["to"] = json!(-1);
    let both = findings_of(&[(MQL, &unstated), (SCORE, &reset)]);
    assert_eq!(both, one("score-out-of-reach", "/parts/1/resets/0/to"));
}

#[test]
fn fields_that_are_looked_at_as_of_an_event_are_tracked() {
    let untracked = findings(PERSON, |person| {
        remove(item(&mut person["fields"], "worked_by"), "tracked");
    });
    assert_eq!(untracked, one("field-not-tracked", "/parts/1/accrue_when/not/all/0/field"));
    let in_where = findings(SCORE, |score| {
        score["parts"][1]["components"][5]["where"] = json!({"field": "person.email_domain", "is_known": true});
    });
    assert_eq!(in_where, one("field-not-tracked", "/parts/1/components/5/where/field"));
    let dates = findings(SCORE, |score| {
        score["parts"][1]["accrue_when"] = json!({"days_between": ["person.mql_at", "now"], "at_most": 90});
    });
    assert_eq!(dates, one("field-not-tracked", "/parts/1/accrue_when/days_between/0"));
    // Another definition's fields, told at the reference to it.
    let meets = findings(SCORE, |score| {
        score["parts"][1]["accrue_when"] = json!({"not": {"meets": "qualification/sql"}});
    });
    assert_eq!(meets, one("field-not-tracked", "/parts/1/accrue_when/not/meets"));
    // What a row is now may be untracked, and events do not change.
    let latest = findings(SCORE, |score| {
        score["examples"] = json!([]);
        score["parts"][1]["accrue_when"] = json!({"not": {"latest": "stage_change.to", "equals": "recycle"}});
    });
    assert_eq!(latest, Vec::<String>::new());
}

#[test]
fn numbers_that_a_sum_never_has_are_found() {
    let reset = findings(SCORE, |score| score["parts"][1]["resets"][0]["to"] = json!(-1));
    assert_eq!(reset, one("score-out-of-reach", "/parts/1/resets/0/to"));
    let turned = findings(SCORE, |score| score["parts"][0]["min"] = json!(36));
    assert_eq!(turned, one("score-out-of-reach", "/parts/0/min"));
    let total = findings(SCORE, |score| score["total"] = json!({"min": 2, "max": 1}));
    assert_eq!(total, one("score-out-of-reach", "/total/min"));
}

#[test]
fn events_are_dated_and_can_be_reached() {
    let elsewhere = findings(SCORE, |score| score["parts"][1]["decay"][0]["activity"][0] = json!("subscription"));
    assert_eq!(elsewhere, one("via-unclear", "/parts/1/decay/0/activity/0"));
    let as_event = findings(SCORE, |score| {
        score["parts"][1]["decay"][0]["activity"][2] = json!({"on": "page_view", "via": "person.page_views"});
    });
    assert_eq!(as_event, Vec::<String>::new());
    let no_way = findings(SCORE, |score| score["parts"][1]["decay"][0]["activity"][2] = json!({"on": "subscription"}));
    assert_eq!(no_way, one("via-unclear", "/parts/1/decay/0/activity/2/on"));
    let undated = findings(PAGE_VIEW, |page| drop(remove(page, "dated_by")));
    let here: Vec<_> = undated.into_iter().filter(|finding| finding.contains(SCORE)).collect();
    assert_eq!(here, one("window-without-date", "/parts/1/components/5/on"));
}

#[test]
fn scores_that_ask_for_one_another_in_a_circle_are_found_once() {
    let itself = findings(SCORE, |score| {
        score["examples"] = json!([]);
        score["parts"][1]["accrue_when"] = json!({"score": "person-score", "at_most": 90});
    });
    assert!(itself.contains(&one("meets-circle", "/parts/1/accrue_when/score")[0]), "{itself:?}");
    let round = findings(SCORE, |score| {
        score["examples"] = json!([]);
        score["standing"]["cases"][0]["when"] = json!({"meets": "qualification/mql"});
    });
    let told: Vec<_> = round.iter().filter(|finding| finding.starts_with("meets-circle")).collect();
    assert_eq!(told, [&format!("meets-circle {MQL} Value(\"/criteria/any/0/all/0/score\")")]);
}

/// What is wrong with a history in the record of an example.
fn history(history: Value) -> Vec<String> {
    let told = findings(SCORE, |score| score["examples"][0]["record"]["history"] = history.clone());
    let place = format!("example-record {SCORE} Value(\"/examples/0/record");
    told.iter().map(|finding| finding.strip_prefix(&place).expect(finding).trim_end_matches("\")").to_owned()).collect()
}

#[test]
fn histories_fit_the_entity() {
    let now = "2026-03-01T09:00:00Z";
    let sound = json!({"worked_by": [{"at": now, "is": "us"}, {"at": "2026-03-02", "is": null}]});
    assert_eq!(history(sound), Vec::<String>::new());
    assert_eq!(history(json!([])), ["/history"]);
    assert_eq!(history(json!({"worked": []})), ["/history/worked"]);
    assert_eq!(history(json!({"need": [{"at": now, "is": "x"}]})), ["/history/need"]);
    assert_eq!(history(json!({"worked_by": "us"})), ["/history/worked_by"]);
    assert_eq!(history(json!({"worked_by": [{"at": now}]})), ["/history/worked_by/0"]);
    assert_eq!(history(json!({"worked_by": [{"at": now, "is": "us", "by": "x"}]})), ["/history/worked_by/0"]);
    assert_eq!(history(json!({"worked_by": [{"at": "then", "is": "us"}]})), ["/history/worked_by/0/at"]);
    assert_eq!(history(json!({"worked_by": [{"at": now, "is": "nobody"}]})), ["/history/worked_by/0/is"]);
    let twice = json!({"worked_by": [{"at": now, "is": "us"}, {"at": "2026-03-01T10:00:00+01:00", "is": "partner"}]});
    assert_eq!(history(twice), ["/history/worked_by/1/at"]);
    // The record of that example states the seniority plainly.
    assert_eq!(history(json!({"seniority": [{"at": now, "is": "director"}]})), ["/seniority"]);
}

#[test]
fn no_field_is_called_history() {
    let field = findings(PERSON, |person| {
        let field = json!({"id": "history", "type": "text", "description": "What happened."});
        push(&mut person["fields"], field);
    });
    assert_eq!(field.len(), 1, "{field:?}");
    assert!(field[0].starts_with(&format!("shape {PERSON} ")), "{field:?}");
}
