//! What examples come to: SLA timers, attribution, metrics.

use canonry::document::Value;
use canonry::outcome::{Answer, difference};

use crate::values::json;
use crate::world::{Definition, answer, computed, model};

/// An SLA of four open hours for an MQL, stopped by an outbound activity, changed by `edit`.
pub(crate) fn sla(edit: impl Fn(&mut Value)) -> Definition {
    let mut value = json!({
        "subject": "person",
        "start": {"on": "stage_change", "where": {"field": "stage_change.to", "equals": "mql"}},
        "stop": [
            {"id": "worked", "on": "activity", "where": {"field": "activity.direction", "equals": "outbound"}},
            {"id": "dispositioned", "on": "stage_change", "where": {"field": "stage_change.to", "equals": "recycle"}},
        ],
        "cancel": [{"id": "merged", "on": "merge"}],
        "target": {"overlap": "first", "cases": [
            {"id": "asked", "when": {"latest": "form_submission.form", "equals": "contact-us"}, "is": {"minutes": 30}},
        ], "otherwise": {"hours": 4}},
        "clock": {"counts": "business", "calendar": {"field": "person.owner.calendar"}, "fallback_calendar": "hq",
                  "zero_elapsed": "met"},
        "owner_change": {"on": "owner_change", "timer": "one-per-owner", "earlier_timers": "reported-not-judged", "at_most": null},
        "unanswered": {"before_due": "left-out", "after_due": "missed"},
        "escalation": [],
        "reentry": "new-case",
    });
    edit(&mut value);
    ("sla", "response", value)
}

fn example(at: &str, record: Value) -> Value {
    json!({"id": "x", "at": at, "record": record})
}

/// A person who became an MQL and was called, at these instants.
fn called(start: &str, call: &str) -> Value {
    example(
        "2027-01-01T00:00:00Z",
        json!({
            "stage_changes": [{"id": "s1", "at": start, "to": "mql"}],
            "activities": [{"id": "a1", "at": call, "type": "call", "direction": "outbound"}],
        }),
    )
}

/// Outcome and open minutes of each timer.
fn timers(sla: &Definition, example: &Value) -> Vec<(String, f64)> {
    let computed = computed(sla, example);
    let timers = computed.as_array().unwrap().iter();
    let minutes = |timer: &Value| timer["business_minutes"].as_f64().or(timer["wall_minutes"].as_f64()).unwrap();
    timers.map(|timer| (timer["outcome"].as_str().unwrap().to_owned(), minutes(timer))).collect()
}

fn one(outcome: &str, minutes: f64) -> Vec<(String, f64)> {
    vec![(outcome.to_owned(), minutes)]
}

#[test]
fn open_hours_skip_nights_weekends_and_holidays() {
    let response = sla(|_| {});
    // Wednesday 20:00 UTC is closed in Berlin, which opens at 07:00 UTC.
    assert_eq!(timers(&response, &called("2026-05-20T20:00:00Z", "2026-05-21T08:30:00Z")), one("met", 90.0));
    // Friday one hour before closing to Tuesday one hour after opening: the weekend, and Whit Monday, do not count.
    assert_eq!(timers(&response, &called("2026-05-22T15:00:00Z", "2026-05-26T08:00:00Z")), one("met", 120.0));
    // Exactly four hours are in time, one second more is not.
    assert_eq!(timers(&response, &called("2026-05-20T08:00:00Z", "2026-05-20T12:00:00Z")), one("met", 240.0));
    let late = timers(&response, &called("2026-05-20T08:00:00Z", "2026-05-20T12:00:01Z"));
    assert_eq!(late[0].0, "missed");
    // Answered before any open minute ran.
    let at_night = called("2026-05-20T20:00:00Z", "2026-05-20T21:00:00Z");
    assert_eq!(timers(&response, &at_night), one("met", 0.0));
    let strict = sla(|sla| sla["clock"]["zero_elapsed"] = json!("left-out"));
    assert_eq!(timers(&strict, &at_night), []);
}

#[test]
fn clocks_that_change_count_the_hours_that_pass() {
    // An office open around the clock, on the night that Berlin loses an hour: 22:00 to 04:00 is five hours.
    let spring = called("2026-03-28T21:00:00Z", "2026-03-29T02:00:00Z");
    let open_hours = |name: &str| {
        let mut definitions = crate::world::definitions();
        for (kind, id, value) in &mut definitions {
            if *kind == "calendar" && *id == "hq" {
                for day in ["friday", "saturday", "sunday", "monday"] {
                    value["hours"][day] = json!([{"from": "00:00", "to": "24:00"}]);
                }
                value["time_zone"] = json!(name);
            }
        }
        crate::world::model_of(&definitions)
    };
    let minutes = |zone: &str, example: &Value| match answer(&open_hours(zone), &sla(|_| {}), example) {
        Answer::Computed(timers) => timers[0]["business_minutes"].clone(),
        Answer::Stopped(problem) => panic!("{problem:?}"),
    };
    assert_eq!(minutes("Europe/Berlin", &spring), 300);
    // In autumn the same local hours are seven.
    let autumn = called("2026-10-24T20:00:00Z", "2026-10-25T03:00:00Z");
    assert_eq!(minutes("Europe/Berlin", &autumn), 420);
    // Open hours follow local time: 09:00 in Berlin is 08:00 UTC in winter and 07:00 UTC in summer.
    assert_eq!(timers(&sla(|_| {}), &called("2026-03-27T05:00:00Z", "2026-03-27T09:00:00Z")), one("met", 60.0));
    assert_eq!(timers(&sla(|_| {}), &called("2026-03-30T05:00:00Z", "2026-03-30T09:00:00Z")), one("met", 120.0));
}

#[test]
fn nobody_answered() {
    let unanswered = |at: &str| {
        example(
            at,
            json!({"stage_changes": [
                {"id": "s1", "at": "2026-05-20T08:00:00Z", "to": "mql"},
                {"id": "s2", "at": "2026-05-20T08:10:00Z", "to": "working"},
            ]}),
        )
    };
    let response = sla(|_| {});
    assert_eq!(timers(&response, &unanswered("2026-05-20T12:00:00Z")), one("open", 240.0));
    assert_eq!(timers(&response, &unanswered("2026-05-20T13:00:00Z")), one("missed", 300.0));
    let lenient = sla(|sla| sla["unanswered"] = json!({"before_due": "met", "after_due": "left-out"}));
    assert_eq!(timers(&lenient, &unanswered("2026-05-20T12:00:00Z")), one("met", 240.0));
    assert_eq!(timers(&lenient, &unanswered("2026-05-20T13:00:00Z")), one("open", 300.0));
    // Before it all began there is no timer.
    assert_eq!(timers(&response, &unanswered("2026-05-20T07:00:00Z")), []);
}

#[test]
fn targets_are_chosen_when_the_timer_starts() {
    let asked = |form_at: &str| {
        let mut example = called("2026-05-20T08:00:00Z", "2026-05-20T09:00:00Z");
        example["record"]["form_submissions"] = json!([{"id": "f", "at": form_at, "form": "contact-us"}]);
        example
    };
    assert_eq!(timers(&sla(|_| {}), &asked("2026-05-20T08:00:00Z")), one("missed", 60.0));
    assert_eq!(timers(&sla(|_| {}), &asked("2026-05-20T08:00:01Z")), one("met", 60.0));
    // Two cases that both apply where it is forbidden stop the computation.
    let forbidden = sla(|sla| {
        let case = sla["target"]["cases"][0].clone();
        sla["target"] = json!({"overlap": "forbidden", "cases": [case, case], "otherwise": {"hours": 4}});
        sla["target"]["cases"][1]["id"] = json!("asked-again");
    });
    let Answer::Stopped(problem) = answer(model(), &forbidden, &asked("2026-05-20T08:00:00Z")) else { panic!() };
    assert_eq!(problem.rule.code, "cases-overlap");
}

#[test]
fn days_are_local_days_and_open_days_on_open_hours() {
    let in_days = |counts: &str, days: i64| {
        sla(|sla| {
            sla["target"] = json!({"overlap": "first", "cases": [], "otherwise": {"days": days}});
            if counts == "wall" {
                sla["clock"] =
                    json!({"counts": "wall", "calendar": null, "fallback_calendar": null, "zero_elapsed": "met"});
            }
        })
    };
    let outcome = |sla: &Definition, start: &str, call: &str| timers(sla, &called(start, call))[0].0.clone();
    // One open day after Friday 22 May is Tuesday, since Monday is a holiday: to the end of that day.
    let business = in_days("business", 1);
    assert_eq!(outcome(&business, "2026-05-22T10:00:00Z", "2026-05-26T21:59:59Z"), "met");
    assert_eq!(outcome(&business, "2026-05-22T10:00:00Z", "2026-05-26T22:00:00Z"), "missed");
    let wall = in_days("wall", 1);
    assert_eq!(outcome(&wall, "2026-05-22T10:00:00Z", "2026-05-23T21:59:59Z"), "met");
    assert_eq!(outcome(&wall, "2026-05-22T10:00:00Z", "2026-05-23T22:00:00Z"), "missed");
}

#[test]
fn a_change_of_owner_ends_restarts_or_leaves_the_timer() {
    let record = json!({
        "owner": {"calendar": "berlin"},
        "stage_changes": [{"id": "s1", "at": "2026-05-20T07:00:00Z", "to": "mql"}],
        "owner_changes": [
            {"id": "o1", "at": "2026-05-20T12:00:00Z", "from": "ann", "to": "bob"},
            {"id": "o2", "at": "2026-05-20T13:00:00Z", "from": "bob", "to": "eve"},
        ],
        "activities": [{"id": "a1", "at": "2026-05-20T14:00:00Z", "type": "call", "direction": "outbound"}],
    });
    let of = |timer: &str, earlier: &str, at_most: Value| {
        let change = json!({"on": "owner_change", "timer": timer, "earlier_timers": earlier, "at_most": at_most});
        timers(&sla(|sla| sla["owner_change"] = change.clone()), &example("2026-05-21T00:00:00Z", record.clone()))
    };
    let timer = |outcome: &str, minutes: f64| (outcome.to_owned(), minutes);
    let (first, second, third) = (timer("transferred", 300.0), timer("transferred", 60.0), timer("met", 60.0));
    assert_eq!(of("one-per-owner", "reported-not-judged", Value::Null), [first.clone(), second.clone(), third.clone()]);
    // Judged, the first owner was late; the second was not, and has nothing to be judged by.
    assert_eq!(of("one-per-owner", "judged", Value::Null), [timer("missed", 300.0), second, third.clone()]);
    assert_eq!(of("one-per-owner", "dropped", Value::Null), std::slice::from_ref(&third));
    assert_eq!(of("one-per-owner", "reported-not-judged", json!(1)), [first, timer("met", 120.0)]);
    assert_eq!(of("restart", "reported-not-judged", Value::Null), [third]);
    assert_eq!(of("continue", "reported-not-judged", Value::Null), [timer("missed", 420.0)]);
}

#[test]
fn coming_back_is_a_new_case_the_same_or_nothing() {
    let record = json!({
        "stage_changes": [
            {"id": "s1", "at": "2026-05-20T08:00:00Z", "to": "mql"},
            {"id": "s2", "at": "2026-05-20T09:00:00Z", "to": "mql"},
            {"id": "s3", "at": "2026-05-20T10:00:00Z", "to": "recycle"},
            {"id": "s4", "at": "2026-05-21T08:00:00Z", "to": "mql"},
        ],
        "activities": [{"id": "a1", "at": "2026-05-21T11:00:00Z", "type": "call", "direction": "outbound"}],
    });
    let of = |reentry: &str| {
        timers(&sla(|sla| sla["reentry"] = json!(reentry)), &example("2026-05-22T00:00:00Z", record.clone()))
    };
    let timer = |outcome: &str, minutes: f64| (outcome.to_owned(), minutes);
    assert_eq!(of("new-case"), [timer("met", 120.0), timer("met", 180.0)]);
    assert_eq!(of("same-case"), [timer("missed", 300.0)]);
    assert_eq!(of("ignored"), [timer("met", 120.0)]);
}

#[test]
fn merged_people_are_cancelled_and_a_calendar_that_is_not_there_is_told() {
    let record = json!({
        "stage_changes": [{"id": "s1", "at": "2026-05-20T08:00:00Z", "to": "mql"}],
        "merges": [{"id": "m1", "at": "2026-05-20T08:30:00Z"}],
    });
    let merged = computed(&sla(|_| {}), &example("2026-05-21T00:00:00Z", record));
    let expected = json!([{"outcome": "cancelled", "business_minutes": 30, "by": "merged"}]);
    assert_eq!(difference(&expected, &merged, ""), None);
    let mut nowhere = called("2026-05-20T08:00:00Z", "2026-05-20T09:00:00Z");
    nowhere["record"]["owner"] = json!({"calendar": "mars"});
    let Answer::Stopped(problem) = answer(model(), &sla(|_| {}), &nowhere) else { panic!() };
    assert_eq!(problem.message, "there is no calendar `mars`");
}

/// An influenced attribution by contact role, changed by `edit`.
fn influenced(edit: impl Fn(&mut Value)) -> Definition {
    let mut value = json!({
        "mode": "influenced", "subject": "opportunity", "credited_to": "marketing",
        "population": {"where": {"field": "opportunity.order_type", "one_of": ["new", "expansion"]}},
        "dated_by": "opportunity.created_at",
        "amount": {"field": "opportunity.amount", "valued_at": "now", "currency": {"to": "EUR", "rate_on": "now"}, "missing": "zero"},
        "touches": {
            "of": "touch", "via": "opportunity.contact_roles.person.touches",
            "eligible": [
                {"id": "form", "when": {"field": "touch.type", "equals": "form"}},
                {"id": "event", "when": {"all": [
                    {"field": "touch.type", "equals": "event"}, {"field": "touch.status", "equals": "attended"},
                ]}},
            ],
            "repeats": {"one_per": ["touch.person", "touch.campaign"], "keep": "first"},
        },
        "window": {"from": {"shift": "opportunity.created_at", "by": {"days": -180}}, "to": "opportunity.created_at", "ends": "both"},
        "minimum": {"overlap": "forbidden", "cases": [
            {"id": "new", "when": {"field": "opportunity.order_type", "equals": "new"},
             "is": {"touches": 2, "distinct": {"by": "touch.channel", "at_least": 2}}},
            {"id": "expansion", "when": {"field": "opportunity.order_type", "equals": "expansion"},
             "is": {"touches": 1, "distinct": null}},
        ], "otherwise": null},
        "credit": {"split": "even"},
        "tie_break": ["touch.at", "touch.id"],
        "overrides": [],
    });
    edit(&mut value);
    ("attribution", "influenced", value)
}

fn touch(id: &str, at: &str, kind: &str, campaign: &str, channel: &str) -> Value {
    json!({"id": id, "at": at, "type": kind, "status": "attended", "campaign": campaign, "person": "p1", "channel": channel})
}

fn opportunity(order_type: &str, touches: Value) -> Value {
    example(
        "2026-06-01T00:00:00Z",
        json!({
            "id": "o1", "order_type": order_type, "amount": 900, "created_at": "2026-05-01T10:00:00Z",
            "contact_roles": [{"id": "r1", "person": {"id": "p1", "touches": touches}}, {"id": "r2", "person": {"id": "p1", "touches": touches}}],
        }),
    )
}

#[test]
fn touches_count_if_eligible_in_the_window_and_no_repeat() {
    let rule = influenced(|_| {});
    let event = touch("t1", "2026-02-01T10:00:00Z", "event", "c1", "event");
    let form = touch("t2", "2026-04-30T10:00:00Z", "form", "c2", "web");
    let outcome = |order: &str, touches: Value| computed(&rule, &opportunity(order, touches));
    let both = outcome("new", json!([event, form]));
    // The same touch, reached by two contact roles, is one touch.
    assert_eq!(both["outcome"], "influenced");
    assert_eq!((&both["credit"], &both["by"]), (&json!(900), &json!("new")));
    assert_eq!(
        both["touches"],
        json!([
            {"id": "t1", "basis_points": 5000, "credit": 450}, {"id": "t2", "basis_points": 5000, "credit": 450},
        ])
    );
    assert_eq!(outcome("new", json!([form]))["outcome"], "not-influenced");
    assert_eq!(outcome("expansion", json!([form]))["outcome"], "influenced");
    assert_eq!(outcome("renewal", json!([event, form]))["outcome"], "outside");
    // Two channels are asked for, two campaigns of one channel do not do.
    let other = touch("t3", "2026-04-29T10:00:00Z", "form", "c3", "web");
    assert_eq!(outcome("new", json!([form, other]))["outcome"], "not-influenced");
    // Repeats of one person and campaign count once; a touch without a campaign repeats none.
    let again = touch("t4", "2026-04-28T10:00:00Z", "form", "c2", "phone");
    assert_eq!(outcome("new", json!([form, again]))["outcome"], "not-influenced");
    let mut nameless = again.clone();
    nameless["campaign"] = Value::Null;
    assert_eq!(outcome("new", json!([form, nameless]))["outcome"], "influenced");
    // Registered is not attended; after creation, or too early, is outside the window.
    let mut registered = event.clone();
    registered["status"] = json!("registered");
    assert_eq!(outcome("new", json!([registered, form]))["outcome"], "not-influenced");
    let after = touch("t5", "2026-05-01T10:00:01Z", "event", "c1", "event");
    assert_eq!(outcome("new", json!([after, form]))["outcome"], "not-influenced");
    let early = touch("t6", "2025-11-01T22:59:59Z", "event", "c1", "event");
    assert_eq!(outcome("new", json!([early, form]))["outcome"], "not-influenced");
    let first_day = touch("t7", "2025-11-01T23:00:00Z", "event", "c1", "event");
    assert_eq!(outcome("new", json!([first_day, form]))["outcome"], "influenced");
}

#[test]
fn repeats_keep_the_first_or_the_latest() {
    let kept = |keep: &str| {
        let rule = influenced(|rule| {
            rule["touches"]["repeats"]["keep"] = json!(keep);
            rule["credit"] = json!({"split": "whole"});
        });
        let touches = json!([
            touch("t2", "2026-04-30T10:00:00Z", "form", "c1", "web"),
            touch("t1", "2026-04-01T10:00:00Z", "form", "c1", "web"),
        ]);
        computed(&rule, &opportunity("expansion", touches))["touches"].clone()
    };
    assert_eq!(kept("first"), json!([{"id": "t1", "basis_points": 10000, "credit": 900}]));
    assert_eq!(kept("latest"), json!([{"id": "t2", "basis_points": 10000, "credit": 900}]));
}

#[test]
fn weights_go_by_position() {
    let rule = influenced(|rule| {
        rule["credit"] = json!({"split": "weighted", "weights": [
            {"position": "before-opportunity-created", "basis_points": 6000}, {"position": "first", "basis_points": 3000},
            {"position": "others", "basis_points": 1000},
        ]});
        rule["window"] = json!({"from": null, "to": null, "ends": "both"});
    });
    let day = |id: &str, at: &str| touch(id, at, "form", id, "web");
    let touches = json!([
        day("a", "2026-04-01T10:00:00Z"),
        day("b", "2026-04-02T10:00:00Z"),
        day("c", "2026-05-01T10:00:00Z"),
        day("d", "2026-05-02T10:00:00Z"),
    ]);
    let shares = computed(&rule, &opportunity("expansion", touches))["touches"].clone();
    let points: Vec<u64> =
        shares.as_array().unwrap().iter().map(|share| share["basis_points"].as_u64().unwrap()).collect();
    assert_eq!(points, [3000, 500, 6000, 500]);
}

#[test]
fn a_source_is_one_team_unless_overridden_in_time() {
    let rule: Definition = (
        "attribution",
        "sourced",
        json!({
            "mode": "sourced", "subject": "opportunity", "teams": ["marketing", "sales"], "population": null,
            "dated_by": "opportunity.created_at",
            "amount": {"field": "opportunity.amount", "valued_at": "now", "currency": {"to": "EUR", "rate_on": "now"}, "missing": "left-out"},
            "source": {"overlap": "first", "cases": [
                {"id": "first-touch", "when": {"first": "touch.team", "via": "opportunity.account.touches", "equals": "marketing"}, "is": "marketing"},
            ], "otherwise": "sales"},
            "overrides": [
                {"id": "called", "when": {"count": "touch", "via": "opportunity.account.touches", "at_least": 1,
                                          "where": {"field": "touch.type", "equals": "call"}},
                 "window": {"from": "opportunity.created_at", "to": {"shift": "opportunity.created_at", "by": {"days": 10}}, "ends": "both"},
                 "by": "revops", "to": "sales"},
            ],
        }),
    );
    let outcome = |touches: Value, amount: Value| {
        computed(
            &rule,
            &example(
                "2026-06-01T00:00:00Z",
                json!({
                    "id": "o1", "amount": amount, "created_at": "2026-05-01T10:00:00Z", "account": {"touches": touches},
                }),
            ),
        )
    };
    let ours = json!({"id": "t1", "at": "2026-01-01T00:00:00Z", "type": "form", "team": "marketing"});
    let call = |at: &str| json!({"id": "t2", "at": at, "type": "call", "team": "sales"});
    assert_eq!(
        outcome(json!([ours]), json!(5)),
        json!({"outcome": "sourced", "credit": 5, "team": "marketing", "by": "first-touch"})
    );
    assert_eq!(outcome(json!([]), json!(5)), json!({"outcome": "sourced", "credit": 5, "team": "sales"}));
    assert_eq!(outcome(json!([ours]), Value::Null), json!({"outcome": "outside"}));
    // The condition must have held by the end of the stretch in which the override may be made.
    assert_eq!(outcome(json!([ours, call("2026-05-11T10:00:00Z")]), json!(5))["by"], "called");
    assert_eq!(outcome(json!([ours, call("2026-05-13T10:00:00Z")]), json!(5))["by"], "first-touch");
}

/// A win rate by fiscal quarter, changed by `edit`.
fn win_rate(edit: impl Fn(&mut Value)) -> Definition {
    let mut value = json!({
        "of": "opportunity",
        "population": {"where": {"field": "opportunity.accepted_at", "is_known": true}},
        "measures": [
            {"id": "won", "count": "opportunity", "where": {"field": "opportunity.stage", "equals": "closed-won"}, "dated_by": "opportunity.closed_at"},
            {"id": "decided", "count": "opportunity", "where": {"field": "opportunity.stage", "one_of": ["closed-won", "closed-lost"]}, "dated_by": "opportunity.closed_at"},
        ],
        "formula": {"divide": ["won", "decided"]}, "denominator": "decided",
        "period": {"grain": ["fiscal-quarter"], "calendar": "fiscal", "members": "period"},
        "maturity": null, "when_empty": "missing",
        "valued": {"rows_as_of": "period-close", "after_close": "locked"},
    });
    edit(&mut value);
    ("metric", "win-rate", value)
}

fn deal(id: &str, stage: &str, closed_at: &str) -> Value {
    json!({"id": id, "stage": stage, "accepted_at": "2026-02-01", "closed_at": closed_at, "amount": 100, "share": 0.5})
}

fn told(metric: &Definition, period: &str, rows: Value) -> Value {
    computed(metric, &json!({"id": "x", "period": period, "rows": {"opportunity": rows}}))
}

#[test]
fn a_metric_is_its_formula_over_the_rows_of_the_period() {
    let rate = win_rate(|_| {});
    // The fiscal year starts in February: its second quarter is May to July, in local days.
    let rows = json!([
        deal("1", "closed-won", "2026-05-01"), deal("2", "closed-lost", "2026-07-31"), deal("3", "closed-lost", "2026-07-31T21:59:59Z"),
        deal("4", "closed-won", "2026-04-30"), deal("5", "closed-won", "2026-07-31T22:00:00Z"), {"id": "6", "stage": "closed-won", "closed_at": "2026-06-01"},
    ]);
    let quarter = told(&rate, "2026-Q2", rows.clone());
    assert_eq!(difference(&json!({"value": 0.333333, "measures": {"won": 1, "decided": 3}}), &quarter, ""), None);
    assert_eq!(told(&rate, "2026-04", rows.clone())["value"], 1);
    assert_eq!(told(&rate, "2026", rows)["measures"], json!({"won": 3, "decided": 5}));
    assert_eq!(told(&rate, "2026-Q2", json!([]))["value"], Value::Null);
    assert_eq!(told(&win_rate(|metric| metric["when_empty"] = json!("zero")), "2026-Q2", json!([]))["value"], 0);
}

#[test]
fn measures_sum_weigh_spread_and_come_from_elsewhere() {
    let metric = win_rate(|metric| {
        metric["measures"] = json!([
            {"id": "amount", "sum": "opportunity.amount", "weighted_by": null, "currency": null, "dated_by": "opportunity.closed_at"},
            {"id": "weighted", "sum": "opportunity.amount", "weighted_by": "opportunity.share", "currency": null, "dated_by": "opportunity.closed_at"},
            {"id": "cycle", "each": {"days_between": ["opportunity.accepted_at", "opportunity.closed_at"]}, "take": "values", "dated_by": "opportunity.closed_at"},
            {"id": "mean-cycle", "each": {"days_between": ["opportunity.accepted_at", "opportunity.closed_at"]}, "take": "mean", "dated_by": "opportunity.closed_at"},
            {"id": "target", "target_for": "bookings", "basis": "full"},
        ]);
        metric["formula"] = json!({"percentile": 50, "of": "cycle"});
    });
    let rows = json!([
        deal("1", "proposal", "2026-05-02"),
        deal("2", "proposal", "2026-05-04"),
        deal("3", "proposal", "2026-05-12")
    ]);
    let example = json!({"id": "x", "period": "2026-Q2", "rows": {"opportunity": rows}, "given": {"target": 7}});
    let value = computed(&metric, &example);
    assert_eq!(value["value"], 92);
    assert_eq!(
        value["measures"],
        json!({"amount": 300, "weighted": 150, "cycle": null, "mean-cycle": 94, "target": 7})
    );
    let mut unstated = example.clone();
    unstated["given"] = json!({});
    let Answer::Stopped(problem) = answer(model(), &metric, &unstated) else { panic!() };
    assert_eq!(problem.rule.code, "example-not-computed");
    assert!(problem.message.contains("`target`"), "{problem:?}");
}

#[test]
fn a_cohort_is_followed_until_it_has_had_its_time() {
    let cohort = win_rate(|metric| {
        metric["measures"] = json!([
            {"id": "won", "count": "opportunity", "where": {"field": "opportunity.stage", "equals": "closed-won"}, "dated_by": "opportunity.closed_at"},
            {"id": "accepted", "count": "opportunity", "dated_by": "opportunity.accepted_at"},
        ]);
        metric["formula"] = json!({"divide": ["won", "accepted"]});
        metric["denominator"] = json!("accepted");
        metric["period"]["members"] = json!("cohort");
        metric["maturity"] = json!({"days": 60});
    });
    // Accepted in February; won within 60 days of its end, won too late, and won by one of another cohort.
    let mut late_cohort = deal("3", "closed-won", "2026-03-10");
    late_cohort["accepted_at"] = json!("2026-03-01");
    let rows = json!([deal("1", "closed-won", "2026-04-29"), deal("2", "closed-won", "2026-04-30"), late_cohort]);
    assert_eq!(told(&cohort, "2026-02", rows), json!({"value": 0.5, "measures": {"won": 1, "accepted": 2}}));
}

#[test]
fn pipeline_is_as_it_stood_at_its_moment() {
    let metric = win_rate(|metric| {
        metric["population"] = Value::Null;
        metric["measures"] = json!([{
            "id": "open", "pipeline": "opportunity.amount", "closing": "opportunity.closed_at", "snapshot": "period.start",
            "counts_if": {"field": "opportunity.is_open", "equals": true}, "weighted_by": null,
            "renewals": {"are": {"field": "opportunity.order_type", "equals": "renewal"}, "counted": false},
            "currency": {"to": "EUR", "rate_on": "period.start"},
        }]);
        metric["formula"] = json!("open");
    });
    let row = |id: &str, created_at: &str, order_type: &str, is_open: bool| json!({"id": id, "amount": 10, "created_at": created_at, "order_type": order_type, "is_open": is_open, "closed_at": "2026-06-01"});
    let rows = json!([
        row("1", "2026-04-01", "new", true),
        row("2", "2026-05-01", "new", true),
        row("3", "2026-05-02", "new", true),
        row("4", "2026-04-01", "renewal", true),
        row("5", "2026-04-01", "new", false),
    ]);
    assert_eq!(told(&metric, "2026-Q2", rows)["value"], 20);
}

#[test]
fn answers_agree_with_what_is_expected_of_them() {
    let answer = json!({"value": 0.333_333_333, "measures": {"won": 1, "lost": 2}, "list": [{"a": 1}]});
    for expected in [
        json!({}),
        json!({"value": 0.333333}),
        json!({"measures": {"won": 1.0}}),
        json!({"list": [{}]}),
        json!({"nothing": null}),
    ] {
        assert_eq!(difference(&expected, &answer, "/expect"), None, "{expected}");
    }
    for (expected, place) in [
        (json!({"value": 0.3333}), "/expect/value"),
        (json!({"value": null}), "/expect/value"),
        (json!({"measures": {"tied": 0}}), "/expect/measures/tied"),
        (json!({"list": []}), "/expect/list"),
        (json!({"list": [{"a": "1"}]}), "/expect/list/0/a"),
    ] {
        assert_eq!(difference(&expected, &answer, "/expect").map(|found| found.pointer), Some(place.to_owned()));
    }
}
