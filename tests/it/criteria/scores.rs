//! Rule 11: scores are replayed from events.

use crate::values::{json, members, push, remove};
use canonry::document::Value;
use canonry::outcome::Answer;

use crate::world::{self, Definition, answer, computed, definitions, holds_in, model, model_of};

/// A part of behaviour: 50 for a request, 10 for a page, 5 lost for 21 idle days and again every 21, none at "recycle".
pub(super) fn behaviour(edit: impl Fn(&mut Value)) -> Value {
    let mut part = json!({
        "id": "behaviour", "from": "events", "min": 0, "max": 100,
        "components": [
            {"id": "asked", "points": 50, "on": "form_submission",
             "where": {"field": "form_submission.form", "equals": "contact-us"}, "limit": null},
            {"id": "page", "points": 10, "on": "page_view", "limit": null},
        ],
        "decay": [{"id": "idle", "points": -5, "idle": {"days": 21}, "every": {"days": 21},
                   "activity": ["form_submission", "page_view"], "while_frozen": "continues"}],
        "resets": [{"id": "recycled", "on": "stage_change",
                    "where": {"field": "stage_change.to", "equals": "recycle"}, "to": 0}],
    });
    edit(&mut part);
    part
}

/// A score model of people, with these parts.
pub(super) fn score_model(parts: Value, edit: impl Fn(&mut Value)) -> Definition {
    let mut value = json!({
        "subject": "person", "evaluated": "continuously",
        "standing": {"overlap": "first", "cases": [], "otherwise": "scored"},
        "total": {"min": null, "max": null}, "parts": parts,
    });
    edit(&mut value);
    ("score-model", "person-score", value)
}

fn state(model: &Definition, record: &Value, at: &str) -> Value {
    computed(model, &json!({"id": "x", "at": at, "record": record}))
}

/// What a part of behaviour comes to.
pub(super) fn sum(part: Value, record: &Value, at: &str) -> f64 {
    state(&score_model(json!([part]), |_| {}), record, at)["total"].as_f64().expect("scored")
}

/// The sum of a part edited so.
fn with(edit: impl Fn(&mut Value), record: &Value, at: &str) -> f64 {
    sum(behaviour(edit), record, at)
}

/// Rows that happened at these instants, each with an id that says its place.
fn rows(instants: &[&str], more: Value) -> Value {
    let row = |(index, at): (usize, &&str)| {
        let mut row = json!({"id": format!("r{index}"), "at": at});
        members(&more).into_iter().for_each(|(key, value)| row.set(&key, value));
        row
    };
    instants.iter().enumerate().map(row).collect()
}

fn pages(instants: &[&str]) -> Value {
    json!({"page_views": rows(instants, json!({"section": "pricing"}))})
}

fn requests(instants: &[&str]) -> Value {
    json!({"form_submissions": rows(instants, json!({"form": "contact-us"}))})
}

#[test]
fn at_one_instant_resets_come_first_then_gains_then_losses() {
    // The reset and the request at one instant: first nothing, then fifty.
    let mut both = requests(&["2026-05-01T08:00:00Z", "2026-05-05T08:00:00Z"]);
    both["stage_changes"] = json!([{"id": "z", "at": "2026-05-05T08:00:00Z", "to": "recycle"}]);
    assert_eq!(with(|_| {}, &both, "2026-05-06T00:00:00Z"), 50.0);
    // The loss of 22 May falls due at local midnight. A request at that instant comes first and ends idleness.
    let at_midnight = requests(&["2026-05-01T08:00:00Z", "2026-05-21T22:00:00Z"]);
    assert_eq!(with(|_| {}, &at_midnight, "2026-05-23T00:00:00Z"), 100.0);
    let a_second_later = requests(&["2026-05-01T08:00:00Z", "2026-05-21T22:00:01Z"]);
    assert_eq!(with(|_| {}, &a_second_later, "2026-05-23T00:00:00Z"), 95.0);
    // What does not end idleness still comes before the loss: the cap cuts the gain, and then five are lost.
    let capped = |part: &mut Value| {
        part["max"] = json!(50);
        part["decay"][0]["activity"] = json!(["page_view"]);
    };
    assert_eq!(with(capped, &at_midnight, "2026-05-23T00:00:00Z"), 45.0);
}

#[test]
fn at_one_instant_rows_go_by_their_ids() {
    let part = |part: &mut Value| {
        part["max"] = json!(10);
        part["components"][1]["where"] = json!({"field": "page_view.section", "equals": "pricing"});
        part["components"][0] = json!({"id": "unsubscribes", "points": -4, "on": "page_view", "limit": null,
                                       "where": {"field": "page_view.section", "equals": "leave"}});
    };
    let at = "2026-05-05T08:00:00Z";
    let record = |leaves: &str, reads: &str| {
        json!({"page_views": [
            {"id": "first", "at": "2026-05-01T08:00:00Z", "section": "pricing"},
            {"id": leaves, "at": at, "section": "leave"},
            {"id": reads, "at": at, "section": "pricing"},
        ]})
    };
    assert_eq!(with(part, &record("a", "b"), at), 10.0);
    assert_eq!(with(part, &record("b", "a"), at), 6.0);
    // One row that two components count goes by their names.
    let both = |first: &str, second: &str| {
        sum(
            behaviour(|part| {
                part["max"] = json!(10);
                part["components"] = json!([
                    {"id": first, "points": 10, "on": "page_view", "limit": null},
                    {"id": second, "points": -4, "on": "page_view", "limit": null},
                ]);
            }),
            &pages(&["2026-05-01T08:00:00Z", at]),
            at,
        )
    };
    assert_eq!(both("gains", "loses"), 6.0);
    assert_eq!(both("works", "loses"), 10.0);
}

#[test]
fn the_sum_is_clamped_at_every_step() {
    // 50, 100, and 100 again; then five are lost, not five of 150.
    let three = requests(&["2026-05-01T08:00:00Z", "2026-05-02T08:00:00Z", "2026-05-03T08:00:00Z"]);
    assert_eq!(with(|_| {}, &three, "2026-05-03T08:00:00Z"), 100.0);
    assert_eq!(with(|_| {}, &three, "2026-05-24T08:00:00Z"), 95.0);
    assert_eq!(with(|part| part["max"] = Value::Null, &three, "2026-05-24T08:00:00Z"), 145.0);
    // Losses stop at the floor, and a later gain counts from there.
    let late = pages(&["2026-01-01T08:00:00Z", "2026-05-01T08:00:00Z"]);
    assert_eq!(with(|_| {}, &late, "2026-05-01T08:00:00Z"), 10.0);
    assert_eq!(with(|part| part["min"] = Value::Null, &late, "2026-05-01T08:00:00Z"), -5.0);
    // A sum begins at zero, or at the bound that is nearest to it; a reset is bounded too.
    assert_eq!(with(|part| part["min"] = json!(7), &json!({}), "2026-05-01T08:00:00Z"), 7.0);
    let reset = json!({"stage_changes": [{"id": "s", "at": "2026-05-01T08:00:00Z", "to": "recycle"}]});
    assert_eq!(with(|part| part["resets"][0]["to"] = json!(500), &reset, "2026-05-01T08:00:00Z"), 100.0);
    // Decimals come out as people expect.
    let tenths = |part: &mut Value| part["components"][1]["points"] = json!(0.1);
    let three = pages(&["2026-05-01T08:00:00Z", "2026-05-02T08:00:00Z", "2026-05-03T08:00:00Z"]);
    assert_eq!(with(tenths, &three, "2026-05-03T08:00:00Z"), 0.3);
}

#[test]
fn limits_roll() {
    let limited = |times: u64, per: Value| {
        move |part: &mut Value| part["components"][1]["limit"] = json!({"times": times, "per": per})
    };
    let now = "2026-05-20T12:00:00Z";
    // Once in five days: the second look is within them, the third is five days after the one that counted.
    let looks =
        pages(&["2026-05-10T20:00:00Z", "2026-05-14T08:00:00Z", "2026-05-15T08:00:00Z", "2026-05-19T08:00:00Z"]);
    assert_eq!(with(limited(1, json!({"days": 5})), &looks, now), 20.0);
    // Twice in five days; the stretch is not the calendar's.
    let looks =
        pages(&["2026-05-01T08:00:00Z", "2026-05-05T08:00:00Z", "2026-05-05T09:00:00Z", "2026-05-06T08:00:00Z"]);
    assert_eq!(with(limited(2, json!({"days": 5})), &looks, now), 30.0);
    // Days are local dates; hours elapse to the second.
    let night = pages(&["2026-05-10T21:59:00Z", "2026-05-10T22:00:00Z"]);
    assert_eq!(with(limited(1, json!({"days": 1})), &night, now), 20.0);
    assert_eq!(with(limited(1, json!({"hours": 24})), &night, now), 10.0);
    let a_day = |second: &str| pages(&["2026-05-10T08:00:00Z", second]);
    assert_eq!(with(limited(1, json!({"hours": 24})), &a_day("2026-05-11T07:59:59Z"), now), 10.0);
    assert_eq!(with(limited(1, json!({"hours": 24})), &a_day("2026-05-11T08:00:00Z"), now), 20.0);
    // A reset does not renew a limit, and each component has its own.
    let mut reset = pages(&["2026-05-10T08:00:00Z", "2026-05-12T08:00:00Z"]);
    reset["stage_changes"] = json!([{"id": "s", "at": "2026-05-11T08:00:00Z", "to": "recycle"}]);
    reset["form_submissions"] = requests(&["2026-05-12T08:00:00Z"])["form_submissions"].clone();
    assert_eq!(with(limited(1, json!({"days": 5})), &reset, now), 50.0);
}

#[test]
fn idleness_costs_points_again_and_again() {
    let asked = requests(&["2026-03-01T09:00:00Z"]);
    let after = |at: &str| with(|_| {}, &asked, at);
    // 22 March is the 21st day after, from its first local minute (the clocks in Berlin change on the 29th).
    assert_eq!(after("2026-03-21T22:59:59Z"), 50.0);
    assert_eq!(after("2026-03-21T23:00:00Z"), 45.0);
    assert_eq!(after("2026-04-11T21:59:59Z"), 45.0);
    assert_eq!(after("2026-04-11T22:00:00Z"), 40.0);
    // The first loss and the others may have lengths of their own.
    let faster = |part: &mut Value| part["decay"][0]["every"] = json!({"weeks": 1});
    assert_eq!(with(faster, &asked, "2026-04-05T12:00:00Z"), 35.0);
    // Hours elapse; months are clamped to their end, and do not drift.
    let by_hour = |part: &mut Value| part["decay"][0]["idle"] = json!({"hours": 36});
    assert_eq!(with(by_hour, &asked, "2026-03-02T20:59:59Z"), 50.0);
    assert_eq!(with(by_hour, &asked, "2026-03-02T21:00:00Z"), 45.0);
    let monthly = |part: &mut Value| {
        part["decay"][0]["idle"] = json!({"months": 1});
        part["decay"][0]["every"] = json!({"months": 1});
    };
    let last_day = requests(&["2025-12-31T09:00:00Z"]);
    assert_eq!(with(monthly, &last_day, "2026-02-27T12:00:00Z"), 45.0);
    assert_eq!(with(monthly, &last_day, "2026-02-28T12:00:00Z"), 40.0);
    assert_eq!(with(monthly, &last_day, "2026-03-30T12:00:00Z"), 40.0);
    assert_eq!(with(monthly, &last_day, "2026-03-31T12:00:00Z"), 35.0);
}

#[test]
fn activity_ends_idleness_and_nothing_else_does() {
    let mut record = requests(&["2026-03-01T09:00:00Z"]);
    let at = "2026-03-30T12:00:00Z";
    assert_eq!(with(|_| {}, &record, at), 45.0);
    // Any row of an activity ends it, also one that gives no points.
    push(&mut record["form_submissions"], json!({"id": "e", "at": "2026-03-20T09:00:00Z", "form": "ebook"}));
    assert_eq!(with(|_| {}, &record, at), 50.0);
    // Activity can be an event, of which only some rows count.
    let only_requests = |part: &mut Value| {
        part["decay"][0]["activity"] = json!([{"on": "form_submission", "via": "person.form_submissions",
            "where": {"field": "form_submission.form", "equals": "contact-us"}}]);
    };
    assert_eq!(with(only_requests, &record, at), 45.0);
    // What gives points is no activity by itself. Before the first activity, idleness counts from the first points.
    let of_forms = |part: &mut Value| part["decay"][0]["activity"] = json!(["activity"]);
    let mut looks = pages(&["2026-03-01T09:00:00Z", "2026-03-20T09:00:00Z"]);
    assert_eq!(with(of_forms, &looks, "2026-03-21T12:00:00Z"), 20.0);
    assert_eq!(with(of_forms, &looks, "2026-03-22T12:00:00Z"), 15.0);
    looks["activities"] = json!([{"id": "a", "at": "2026-03-05T09:00:00Z", "type": "call", "direction": "outbound"}]);
    assert_eq!(with(of_forms, &looks, "2026-03-25T12:00:00Z"), 20.0);
    assert_eq!(with(of_forms, &looks, "2026-03-26T12:00:00Z"), 15.0);
    // Nobody is idle before anything happened.
    assert_eq!(with(|part| part["min"] = Value::Null, &json!({}), at), 0.0);
    // Two losses at one instant are both taken; a reset does not end idleness.
    let two = |part: &mut Value| {
        let mut second = part["decay"][0].clone();
        second["id"] = json!("idle-too");
        push(&mut part["decay"], second);
        part["resets"][0]["to"] = json!(30);
    };
    let mut reset = requests(&["2026-03-01T09:00:00Z"]);
    reset["stage_changes"] = json!([{"id": "s", "at": "2026-03-10T09:00:00Z", "to": "recycle"}]);
    assert_eq!(with(two, &reset, at), 20.0);
}

/// A request, then a partner works the lead, who looks at a page.
fn partner_worked() -> Value {
    let mut record = requests(&["2026-03-01T09:00:00Z"]);
    record["history"] = json!({"worked_by": [
        {"at": "2026-03-05T00:00:00Z", "is": "partner"}, {"at": "2026-04-20T00:00:00Z", "is": "sales"},
    ]});
    record["page_views"] = rows(&["2026-03-10T09:00:00Z"], json!({"section": "pricing"}));
    record
}

#[test]
fn a_score_that_a_partner_works_on_is_frozen_but_decays() {
    let frozen = |part: &mut Value| {
        part["accrue_when"] = json!({"not": {"field": "person.worked_by", "equals": "partner"}});
        part["components"][1]["limit"] = json!({"times": 1, "per": {"days": 60}});
    };
    let record = partner_worked();
    assert_eq!(with(|_| {}, &record, "2026-03-10T09:00:00Z"), 60.0);
    assert_eq!(with(frozen, &record, "2026-03-10T09:00:00Z"), 50.0);
    // The look ended idleness all the same: 31 March is the 21st day after it.
    assert_eq!(with(frozen, &record, "2026-03-30T12:00:00Z"), 50.0);
    assert_eq!(with(frozen, &record, "2026-03-31T12:00:00Z"), 45.0);
    // Or the loss is left out while the score is frozen; the next one is due when it would have been.
    let pauses = |part: &mut Value| {
        frozen(part);
        part["decay"][0]["while_frozen"] = json!("pauses");
    };
    assert_eq!(with(pauses, &record, "2026-03-31T12:00:00Z"), 50.0);
    assert_eq!(with(pauses, &record, "2026-04-20T12:00:00Z"), 50.0);
    assert_eq!(with(pauses, &record, "2026-04-21T12:00:00Z"), 45.0);
    // What did not count has not used the limit up: the look of 21 April counts.
    let mut again = record.clone();
    again["page_views"] = rows(&["2026-03-10T09:00:00Z", "2026-04-21T09:00:00Z"], json!({"section": "pricing"}));
    assert_eq!(with(frozen, &again, "2026-04-21T12:00:00Z"), 50.0);
    // Resets apply to what is frozen.
    let mut reset = record;
    reset["stage_changes"] = json!([{"id": "s", "at": "2026-03-11T09:00:00Z", "to": "recycle"}]);
    assert_eq!(with(frozen, &reset, "2026-03-12T09:00:00Z"), 0.0);
}

#[test]
fn conditions_on_an_event_use_the_state_at_the_event() {
    // Points only while the person was an inquiry; and never for a third look, counted as of each look.
    let part = |part: &mut Value| {
        part["components"][1]["where"] = json!({"all": [
            {"field": "person.stage", "equals": "inquiry"},
            {"count": "page_view", "via": "person.page_views", "at_most": 2},
        ]});
    };
    let mut record = pages(&["2026-05-01T08:00:00Z", "2026-05-04T08:00:00Z", "2026-05-05T08:00:00Z"]);
    let at = "2026-05-10T08:00:00Z";
    record["stage"] = json!("inquiry");
    assert_eq!(with(part, &record, at), 20.0);
    record["stage"] = json!("mql");
    assert_eq!(with(part, &record, at), 0.0, "without a history the value held all the time");
    remove(&mut record, "stage");
    record["history"] = json!({"stage": [
        {"at": "2026-05-04T08:00:00Z", "is": "mql"}, {"at": "2026-05-01T08:00:00Z", "is": "inquiry"},
    ]});
    assert_eq!(with(part, &record, at), 10.0);
    // Before its first entry a field is missing.
    record["history"] = json!({"stage": [{"at": "2026-05-01T08:00:01Z", "is": "inquiry"}]});
    assert_eq!(with(part, &record, at), 10.0);
}

#[test]
fn a_field_with_a_history_has_one_value_at_each_instant() {
    let mql = json!({"field": "person.stage", "equals": "mql"});
    let record = json!({"history": {"stage": [{"at": "2026-05-01", "is": "inquiry"},
        {"at": "2026-05-10T08:00:00Z", "is": "mql"}, {"at": "2026-05-12T08:00:00Z", "is": null}]}});
    let at = |at: &str| holds_in(model(), mql.clone(), &record, at);
    assert!(!at("2026-05-10T07:59:59Z"));
    assert!(at("2026-05-10T08:00:00Z"));
    assert!(at("2026-05-12T07:59:59Z"));
    assert!(!at("2026-05-12T08:00:00Z"));
    let known = json!({"field": "person.stage", "is_known": true});
    assert!(!holds_in(model(), known.clone(), &record, "2026-04-30T21:59:59Z"));
    assert!(holds_in(model(), known, &record, "2026-04-30T22:00:00Z"));
    // Also in related rows.
    let colleagues = json!({"count": "person", "via": "person.account.people", "where": mql, "at_least": 1});
    let among = json!({"account": {"people": [record]}});
    assert!(holds_in(model(), colleagues.clone(), &among, "2026-05-11T00:00:00Z"));
    assert!(!holds_in(model(), colleagues, &among, "2026-05-13T00:00:00Z"));
    let stages = json!({"count_distinct": "person.stage", "via": "person.account.people", "equals": 1});
    assert!(holds_in(model(), stages, &among, "2026-05-11T00:00:00Z"));
}

/// Ten points for high seniority, and behaviour; nobody without an address is scored, and our own people never are.
pub(super) fn whole_model() -> Definition {
    let fit = json!({"id": "fit", "from": "state", "min": -5, "max": 15, "components": [
        {"id": "seniority", "overlap": "first", "cases": [
            {"id": "high", "when": {"field": "person.seniority", "equals": "high"}, "is": 10},
        ], "otherwise": 0},
        {"id": "address", "overlap": "forbidden", "cases": [
            {"id": "generic", "when": {"field": "person.email_domain", "one_of": {"list": "generic-domains"}}, "is": -20},
            {"id": "named-ann", "when": {"field": "person.name", "equals": "Ann"}, "is": 1},
        ], "otherwise": 8},
    ]});
    score_model(json!([fit, behaviour(|_| {})]), |model| {
        model["total"] = json!({"min": 0, "max": 60});
        model["standing"] = json!({"overlap": "first", "cases": [
            {"id": "own", "when": {"field": "person.email_domain", "one_of": {"list": "own-domains"}}, "is": "excluded"},
            {"id": "no-address", "when": {"field": "person.email_domain", "is_known": false}, "is": "unscored"},
        ], "otherwise": "scored"});
    })
}

#[test]
fn not_scored_is_not_zero() {
    let at = "2026-05-20T12:00:00Z";
    let state = |record: Value| state(&whole_model(), &record, at);
    let zero = json!({"standing": "scored", "total": 0, "parts": {"fit": -5, "behaviour": 0}});
    assert_eq!(state(json!({"email_domain": "gmail.com"})), zero);
    assert_eq!(state(json!({})), json!({"standing": "unscored"}));
    assert_eq!(state(requests(&["2026-05-19T08:00:00Z"])), json!({"standing": "unscored"}));
    assert_eq!(state(json!({"email_domain": "canon.example"})), json!({"standing": "excluded"}));
    // Parts are clamped one by one, and so is their sum.
    let mut much = requests(&["2026-05-19T08:00:00Z"]);
    much["email_domain"] = json!("acme.example");
    much["seniority"] = json!("high");
    assert_eq!(state(much), json!({"standing": "scored", "total": 60, "parts": {"fit": 15, "behaviour": 50}}));
    // What a row is, is looked at when the score is asked for.
    let promoted = json!({"email_domain": "acme.example", "history": {"seniority": [
        {"at": "2026-05-19T08:00:00Z", "is": "high"}, {"at": "2026-05-20T12:00:01Z", "is": "low"}]}});
    assert_eq!(state(promoted)["parts"]["fit"], 15);
}

#[test]
fn two_cases_that_must_not_apply_at_once_are_told() {
    let record = json!({"email_domain": "gmail.com", "name": "Ann"});
    let example = json!({"id": "x", "at": "2026-05-20T12:00:00Z", "record": record});
    match answer(model(), &whole_model(), &example) {
        Answer::Stopped(problem) => {
            assert_eq!(problem.rule.code, "cases-overlap");
            let told = "at /parts/0/components/1, `generic` and `named-ann` both apply, and two must not";
            assert_eq!(problem.message, told);
        }
        Answer::Computed(value) => panic!("{value}"),
    }
}

#[test]
fn a_score_stays_as_it_was_at_its_last_update() {
    let record = requests(&["2026-05-19T08:30:00Z"]);
    let total = |evaluated: &str, at: &str| {
        let model = score_model(json!([behaviour(|_| {})]), |model| model["evaluated"] = json!(evaluated));
        state(&model, &record, at)["total"].as_f64().unwrap()
    };
    assert_eq!(total("continuously", "2026-05-19T08:30:00Z"), 50.0);
    assert_eq!(total("hourly", "2026-05-19T08:59:59Z"), 0.0);
    assert_eq!(total("hourly", "2026-05-19T09:00:00Z"), 50.0);
    // Berlin's next day begins at 22:00 UTC.
    assert_eq!(total("daily", "2026-05-19T21:59:59Z"), 0.0);
    assert_eq!(total("daily", "2026-05-19T22:00:00Z"), 50.0);
}

/// The world with a whole score model in it, and more definitions.
fn world_with(score: Definition, more: Vec<Definition>) -> canonry::criteria::Model {
    let others = definitions().into_iter().filter(|(kind, id, _)| (*kind, *id) != (score.0, score.1));
    model_of(&others.chain([score.clone()]).chain(more).collect::<Vec<_>>())
}

#[test]
fn criteria_replay_a_score_that_the_example_does_not_state() {
    let model = world_with(whole_model(), Vec::new());
    let qualification = (
        "qualification",
        "mql",
        json!({"subject": "person", "criteria": {"score": "person-score", "part": "behaviour", "at_least": 50},
               "exclusions": []}),
    );
    let outcome = |example: Value| match answer(&model, &qualification, &example) {
        Answer::Computed(value) => value["outcome"].as_str().unwrap().to_owned(),
        Answer::Stopped(problem) => panic!("{problem:?}"),
    };
    let mut record = requests(&["2026-05-19T08:00:00Z"]);
    record["email_domain"] = json!("acme.example");
    let example = |at: &str| json!({"id": "x", "at": at, "record": record});
    assert_eq!(outcome(example("2026-05-19T08:00:00Z")), "met");
    assert_eq!(outcome(example("2026-05-19T07:59:59Z")), "not-met");
    assert_eq!(outcome(example("2026-06-20T08:00:00Z")), "not-met");
    // What is stated counts instead, and also that there is no score.
    let mut stated = example("2026-05-19T08:00:00Z");
    stated["scores"] = json!({"person-score": {"standing": "unscored"}});
    assert_eq!(outcome(stated), "not-met");
    let mut stated = example("2026-06-20T08:00:00Z");
    stated["scores"] = json!({"person-score": {"total": 50, "parts": {"behaviour": 50}}});
    assert_eq!(outcome(stated), "met");
    // Who is not scored meets no comparison, not even with zero, and is not known to have a score.
    let nobody = |condition: Value| holds_in(&model, condition, &json!({}), "2026-05-19T08:00:00Z");
    assert!(!nobody(json!({"score": "person-score", "at_least": 0})));
    assert!(!nobody(json!({"score": "person-score", "less_than": 1})));
    assert!(nobody(json!({"score": "person-score", "is_known": false})));
    // Other rows of the entity have their own score.
    let colleagues = json!({"count": "person", "via": "person.account.people", "equals": 1,
                            "where": {"score": "person-score", "part": "behaviour", "at_least": 50}});
    let mut idle = record.clone();
    idle["id"] = json!("p2");
    idle["form_submissions"] = json!([]);
    let account = json!({"account": {"people": [record, idle]}});
    assert!(holds_in(&model, colleagues, &account, "2026-05-19T08:00:00Z"));
}

#[test]
fn a_score_that_asks_for_itself_says_nothing() {
    let asking = |score: &str| json!({"not": {"score": score, "at_least": 10}});
    let itself = score_model(json!([behaviour(|part| part["accrue_when"] = asking("person-score"))]), |_| {});
    let model = world_with(itself.clone(), Vec::new());
    // Within its own replay it is not scored, so the condition holds and points accrue.
    let example = json!({"id": "x", "at": "2026-05-20T12:00:00Z", "record": requests(&["2026-05-19T08:00:00Z"])});
    assert_eq!(
        answer(&model, &itself, &example),
        Answer::Computed(json!({"standing": "scored", "total": 50, "parts": {"behaviour": 50}}))
    );
    // A long chain of scores, each of which asks for the next, is given up and not followed into the ground.
    let names: Vec<&'static str> = (0..400).map(|index| &*format!("s{index}").leak()).collect();
    let chain = names.windows(2).map(|pair| {
        let part = behaviour(|part| part["accrue_when"] = asking(pair[1]));
        ("score-model", pair[0], score_model(json!([part]), |_| {}).2)
    });
    let chain: Vec<Definition> = chain.collect();
    let first = chain[0].clone();
    let model = world_with(itself, chain);
    let given_up = std::thread::Builder::new().stack_size(2 << 20).spawn(move || answer(&model, &first, &example));
    assert!(
        matches!(given_up.unwrap().join().unwrap(), Answer::Stopped(problem) if problem.rule.code == "example-not-computed")
    );
}

#[test]
fn a_replay_of_too_many_losses_is_given_up() {
    let every_minute =
        score_model(json!([behaviour(|part| part["decay"][0]["every"] = json!({"minutes": 1}))]), |_| {});
    let example = json!({"id": "x", "at": "2026-05-20T12:00:00Z", "record": requests(&["1990-01-01T00:00:00Z"])});
    match answer(model(), &every_minute, &example) {
        Answer::Stopped(problem) => assert_eq!(problem.rule.code, "example-not-computed"),
        Answer::Computed(value) => panic!("{value}"),
    }
}

#[test]
fn a_model_that_is_not_sound_scores_nobody() {
    let broken: [fn(&mut Value); 5] = [
        |model| model["standing"]["otherwise"] = json!("perhaps"),
        |model| model["evaluated"] = json!("seldom"),
        |model| model["parts"][0]["decay"][0]["every"] = json!({"days": 0}),
        |model| model["parts"][0]["components"][0]["points"] = json!("many"),
        |model| drop(remove(&mut model["parts"][0], "min")),
    ];
    for edit in broken {
        let score = score_model(json!([behaviour(|_| {})]), edit);
        assert!(canonry::outcome::Computable::read(&world::source(&score)).is_none());
        let model = world_with(score, Vec::new());
        let known = json!({"score": "person-score", "is_known": true});
        assert!(!holds_in(&model, known, &requests(&["2026-05-19T08:00:00Z"]), "2026-05-20T12:00:00Z"));
    }
}
