//! The rules of evaluation, one test each, named after the rule. Rule 11, the replay of scores, has a file of
//! its own.

use canonry::criteria::Moment;
use canonry::criteria::time::FiscalStart;
use canonry::document::Value;
use canonry::outcome::qualifying::{Reading, Requalify, qualifies};
use canonry::outcome::{Answer, credit};
use jiff::tz::TimeZone;

use crate::values::{items, json, members};
use crate::world::{
    self, NOW, answer, computed, definitions, entity, holds, holds_for, judge, model, model_of, problems,
};

#[test]
fn rule_01_entities_relations_and_what_is_in_scope() {
    let of_account = json!({"field": "person.account.employees", "at_least": 200});
    assert!(holds(of_account.clone(), json!({"account": {"employees": 200}})));
    assert!(!holds(of_account, json!({"account": {"employees": 199}})));
    // Inside `where` the row is in scope beside the subject.
    let same_stage = json!({"count": "form_submission", "at_least": 1, "where": {"all": [
        {"field": "form_submission.form", "equals": "contact-us"},
        {"field": "person.stage", "equals": "inquiry"},
    ]}});
    let submitted = json!([{"id": "f1", "at": "2026-05-19T09:00:00Z", "form": "contact-us"}]);
    assert!(holds(same_stage.clone(), json!({"stage": "inquiry", "form_submissions": submitted})));
    assert!(!holds(same_stage, json!({"stage": "mql", "form_submissions": submitted})));
    let found = problems(model(), "person", &json!({"field": "form_submission.form", "equals": "contact-us"}));
    assert_eq!(found, ["unknown-entity /field: `form_submission` is not in scope here: criteria see person"]);
}

#[test]
fn rule_02_via_may_be_left_out_only_if_one_relation_leads_there() {
    let count = |via: Option<&str>| {
        let mut predicate = json!({"count": "opportunity", "at_least": 1});
        if let Some(via) = via {
            predicate["via"] = json!(via);
        }
        predicate
    };
    let own = json!({"opportunities": [{"id": "o1"}]});
    let of_account = json!({"account": {"opportunities": [{"id": "o1"}]}});
    // One relation leads from a person to opportunities, and a longer way has to be said.
    assert!(holds(count(None), own.clone()));
    assert!(!holds(count(None), of_account.clone()));
    assert!(holds(count(Some("person.account.opportunities")), of_account));
    // With a second relation the way has to be said.
    let mut definitions = definitions();
    let mut relations = items(&definitions[0].2["relations"]);
    relations.push(json!({"id": "lost_opportunities", "to": "opportunity", "many": true, "description": "."}));
    definitions[0].2["relations"] = relations.into();
    let model = model_of(&definitions);
    let found = problems(&model, "person", &count(None));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("via-unclear /count: 2 ways lead to opportunity"), "{found:?}");
    assert!(judge(&model, "person", count(Some("person.opportunities")), own, json!({}), NOW));
    assert!(problems(&model, "person", &json!({"count": "contact_role", "at_least": 1}))[0].starts_with("via-unclear"));
}

#[test]
fn rule_03_missing_is_null_absent_blank_or_empty() {
    let known = json!({"field": "person.title", "is_known": true});
    let is_not_cto = json!({"not": {"field": "person.title", "equals": "CTO"}});
    for missing in [json!({}), json!({"title": null}), json!({"title": "  "}), json!({"title": ""})] {
        assert!(!holds(known.clone(), missing.clone()), "{missing}");
        assert!(!holds(json!({"field": "person.title", "equals": ""}), missing.clone()));
        assert!(holds(is_not_cto.clone(), missing));
    }
    assert!(!holds(json!({"field": "person.interests", "is_known": true}), json!({"interests": []})));
    assert!(holds(json!({"field": "person.interests", "is_known": false}), json!({"interests": [""]})));
    assert!(holds(known, json!({"title": "CTO"})));
    // A missing number is neither at least nor less.
    let account = |operator: &str| json!({"field": "person.account.employees", operator: 10});
    assert!(!holds(account("at_least"), json!({"account": {}})));
    assert!(!holds(account("less_than"), json!({})));
    // `not` over a field that may be missing is a warning, unless it is said what is meant for the missing.
    let warned = problems(model(), "person", &is_not_cto);
    assert!(warned.len() == 1 && warned[0].starts_with("not-over-missing /not"), "{warned:?}");
    let said = json!({"all": [{"field": "person.title", "is_known": true}, is_not_cto]});
    assert_eq!(problems(model(), "person", &said), Vec::<String>::new());
}

#[test]
fn rule_04_rows_dated_after_the_instant_do_not_exist() {
    let any = json!({"count": "form_submission", "at_least": 1});
    let record = json!({"form_submissions": [{"id": "f1", "at": "2026-05-20T12:00:00Z", "form": "ebook"}]});
    assert!(holds_for("person", any.clone(), record.clone(), "2026-05-20T12:00:00Z"));
    assert!(!holds_for("person", any, record, "2026-05-20T11:59:59Z"));
    let through = json!({"field": "opportunity.account.employees", "at_least": 1});
    assert!(holds_for("opportunity", through, json!({"account": {"employees": 5}}), NOW));
    // Also a row on the way.
    let nested = json!({"count": "touch", "via": "opportunity.contact_roles.person.touches", "at_least": 1});
    let born = |created: &str| {
        let touches = json!([{"id": "t", "at": "2026-01-01T00:00:00Z", "type": "form"}]);
        json!({"contact_roles": [{"person": {"id": "p", "created_at": created, "touches": touches}}]})
    };
    assert!(holds_for("opportunity", nested.clone(), born("2026-01-01T00:00:00Z"), NOW));
    assert!(!holds_for("opportunity", nested, born("2026-06-01T00:00:00Z"), NOW));
}

#[test]
fn rule_05_windows_compare_local_dates_or_elapsed_time() {
    let within = |unit: &str, amount: i64, ends: &str| {
        json!({"count": "form_submission", "at_least": 1,
               "window": {"from": {"shift": "now", "by": {unit: amount}}, "to": "now", "ends": ends}})
    };
    let at = |at: &str| json!({"form_submissions": [{"id": "f", "at": at, "form": "ebook"}]});
    // 90 local days before 20 May is 19 February in Berlin, from its first minute (23:00 UTC the day before).
    assert!(holds(within("days", -90, "both"), at("2026-02-18T23:00:00Z")));
    assert!(!holds(within("days", -90, "both"), at("2026-02-18T22:59:59Z")));
    // Without the start, the whole of that day is out.
    assert!(!holds(within("days", -90, "end"), at("2026-02-19T22:59:59Z")));
    assert!(holds(within("days", -90, "end"), at("2026-02-19T23:00:00Z")));
    // Hours elapse to the second.
    assert!(holds(within("hours", -24, "both"), at("2026-05-19T12:00:00Z")));
    assert!(!holds(within("hours", -24, "both"), at("2026-05-19T11:59:59Z")));
    assert!(!holds(within("hours", -24, "neither"), at("2026-05-19T12:00:00Z")));
    // `now` is an instant, so the end is exact.
    assert!(holds(within("days", -90, "both"), at("2026-05-20T12:00:00Z")));
    assert!(!holds(within("days", -90, "start"), at("2026-05-20T12:00:00Z")));
    // Months clamp to the month's end: one month before 31 March is 28 February.
    let march = "2026-03-31T10:00:00Z";
    assert!(holds_for("person", within("months", -1, "both"), at("2026-02-28T06:00:00Z"), march));
    assert!(!holds_for("person", within("months", -1, "both"), at("2026-02-27T06:00:00Z"), march));
    // Null is open.
    let ever =
        json!({"count": "form_submission", "at_least": 1, "window": {"from": null, "to": "now", "ends": "both"}});
    assert!(holds(ever, at("1999-01-01T00:00:00Z")));
    // The end of a month, and of a fiscal quarter that starts in February.
    let until = |span: &str| {
        json!({"count": "form_submission", "at_least": 1,
               "window": {"from": null, "to": {"end_of": span, "of": "person.mql_at"}, "ends": "both"}})
    };
    let mql = |mql_at: &str, at: &str| json!({"mql_at": mql_at, "form_submissions": [{"id": "f", "at": at, "form": "ebook"}]});
    assert!(holds(until("month"), mql("2026-02-10T00:00:00Z", "2026-02-28T22:59:59Z")));
    assert!(!holds(until("month"), mql("2026-02-10T00:00:00Z", "2026-02-28T23:00:00Z")));
    assert!(holds(until("fiscal-quarter"), mql("2026-02-10T00:00:00Z", "2026-04-30T12:00:00Z")));
    assert!(!holds(until("fiscal-quarter"), mql("2026-02-10T00:00:00Z", "2026-05-01T12:00:00Z")));
    assert!(holds(until("week"), mql("2026-05-06T12:00:00Z", "2026-05-10T12:00:00Z")));
    assert!(!holds(until("week"), mql("2026-05-06T12:00:00Z", "2026-05-11T12:00:00Z")));
    // A window whose end is missing makes the operand missing, so nothing is met, not even at most zero.
    let none = json!({"count": "form_submission", "at_most": 0,
                      "window": {"from": "person.mql_at", "to": "now", "ends": "both"}});
    assert!(!holds(none.clone(), json!({})));
    assert!(holds(none, json!({"mql_at": "2026-05-01T00:00:00Z"})));
    // Days between are local days: 22:30 UTC is the next day in Berlin.
    let days = |record: Value| json!({"days_between": ["person.mql_at", "person.renewal_on"], "equals": record});
    let record = json!({"mql_at": "2026-05-01T22:30:00Z", "renewal_on": "2026-05-03"});
    assert!(holds(days(json!(1)), record));
}

#[test]
fn rule_06_first_and_latest_take_known_values_and_break_ties_by_id() {
    let is = |function: &str, campaign: &str| json!({function: "touch.campaign", "via": "person.touches", "equals": campaign});
    let touch = |id: &str, day: u8, campaign: Value| json!({"id": id, "at": format!("2026-05-{day:02}T09:00:00Z"), "type": "form", "campaign": campaign});
    let record = json!({"touches": [
        touch("t4", 3, Value::Null), touch("t2", 2, json!("c2")), touch("t1", 2, json!("c1")), touch("t0", 1, json!(" ")),
    ]});
    assert!(holds(is("first", "c1"), record.clone()));
    assert!(holds(is("latest", "c2"), record));
    assert!(!holds(json!({"latest": "touch.campaign", "is_known": true}), json!({"touches": []})));
}

#[test]
fn rule_07_text_folds_case_and_words_are_runs_of_letters_and_digits() {
    let title = |operator: &str, value: Value| json!({"field": "person.title", operator: value});
    let named = |title: &str| json!({"title": title});
    assert!(holds(title("equals", json!("strasse 5")), named("STRAẞE 5")));
    assert!(holds(title("equals", json!("ΣΊΣΥΦΟΣ")), named("σίσυφος")));
    assert!(!holds(title("has_any_word", json!(["CTO"])), named("Director of Sales")));
    assert!(holds(title("has_any_word", json!(["CTO"])), named("Founder/cto")));
    assert!(holds(title("has_any_word", json!(["vice president"])), named("Senior Vice-President, EMEA")));
    assert!(!holds(title("has_any_word", json!(["vice president"])), named("President, no vice")));
    assert!(holds(title("has_any_word", json!({"list": "chiefs"})), named("chief technology officer")));
    assert!(holds(title("contains_any", json!(["cto"])), named("DireCTOr")));
    assert!(holds(title("starts_with_any", json!(["head of"])), named("Head of Data")));
    assert!(holds(title("ends_with_any", json!(["of data", "x"])), named("Head of Data")));
    assert!(!holds(title("ends_with_any", json!(["head"])), named("Head of Data")));
    let generic = json!({"field": "person.email_domain", "one_of": {"list": "generic-domains"}});
    assert!(holds(generic.clone(), json!({"email_domain": "GMail.com"})));
    assert!(!holds(generic, json!({"email_domain": "mail.com"})));
}

#[test]
fn rule_08_several_values_and_bands() {
    let likes = |value: &str| json!({"field": "person.interests", "equals": value});
    let record = json!({"interests": ["pricing", "api"]});
    assert!(holds(likes("api"), record.clone()));
    assert!(holds(json!({"not": likes("sso")}), record.clone()));
    assert!(!holds(json!({"not": likes("api")}), record));
    let size = |operator: &str, bound: i64| json!({"field": "account.size", operator: bound});
    let of_size = |operator: &str, bound: i64, band: &str| {
        holds_for("account", size(operator, bound), json!({"size": band}), NOW)
    };
    assert!(of_size("at_least", 51, "51-200"));
    assert!(!of_size("at_least", 52, "51-200"));
    assert!(of_size("more_than", 50, "51-200"));
    assert!(of_size("at_most", 200, "51-200"));
    assert!(!of_size("at_most", 199, "51-200"));
    assert!(of_size("less_than", 201, "51-200"));
    assert!(of_size("at_least", 1001, "1001+"));
    assert!(!of_size("at_most", 1_000_000, "1001+"));
    let is = json!({"field": "account.size", "equals": "51-200"});
    assert!(holds_for("account", is, json!({"size": "51-200"}), NOW));
}

#[test]
fn rule_09_meets_is_criteria_and_no_exclusion_at_the_instant() {
    let fits = json!({"meets": "qualification/fit-account", "on": "person.account"});
    let account =
        |employees: i64, competitor: bool| json!({"account": {"employees": employees, "is_competitor": competitor}});
    assert!(holds(fits.clone(), account(200, false)));
    assert!(!holds(fits.clone(), account(199, false)));
    assert!(!holds(fits.clone(), account(200, true)));
    assert!(!holds(fits, json!({})));
    // Without memory: what happened later is not there, and nothing is kept from before.
    let engaged = json!({"meets": "qualification/engaged"});
    let record = json!({"form_submissions": [{"id": "f", "at": "2026-05-01T00:00:00Z", "form": "ebook"}]});
    assert!(holds_for("person", engaged.clone(), record.clone(), "2026-05-02T00:00:00Z"));
    assert!(!holds_for("person", engaged.clone(), record, "2026-04-30T00:00:00Z"));
    // Of each person of an account.
    let people = json!({"count": "person", "where": engaged, "at_least": 2});
    let person =
        |id: &str| json!({"id": id, "form_submissions": [{"id": "f", "at": "2026-05-01T00:00:00Z", "form": "ebook"}]});
    assert!(holds_for("account", people.clone(), json!({"people": [person("a"), person("b")]}), NOW));
    assert!(!holds_for("account", people, json!({"people": [person("a"), {"id": "c"}]}), NOW));
}

#[test]
fn rule_10_qualifying_is_the_rising_edge_where_requalify_permits() {
    let zone = TimeZone::UTC;
    let at = |day: i8, holds: bool, stage: Option<&str>| Reading {
        at: jiff::civil::date(2026, 5, day).at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp(),
        holds,
        stage: stage.map(str::to_owned),
    };
    let days = |readings: &[Reading], requalify: Option<&Requalify>| -> Vec<i8> {
        qualifies(readings, requalify, &zone).into_iter().map(|at| Moment::Instant(at).day(&zone).day()).collect()
    };
    let readings = [
        at(1, false, None),
        at(2, true, None),
        at(3, true, None),
        at(4, false, None),
        at(5, true, Some("working")),
        at(6, false, None),
        at(20, true, Some("recycle")),
    ];
    // The first edge counts; falling below later undoes nothing; without `requalify` nobody qualifies again.
    assert_eq!(days(&readings, None), [2]);
    assert_eq!(days(&readings, Some(&Requalify::default())), [2, 5, 20]);
    let from_recycle = Requalify { from: vec!["recycle".to_owned()], cooling_off: None };
    assert_eq!(days(&readings, Some(&from_recycle)), [2, 20]);
    let (duration, _) = canonry::criteria::grammar::duration(&json!({"days": 4}), "");
    let cooling = Requalify { from: Vec::new(), cooling_off: duration };
    assert_eq!(days(&readings, Some(&cooling)), [2, 20]);
    // Holding from the start is an edge as well.
    assert_eq!(days(&readings[1..3], None), [2]);
}

#[test]
fn rule_12_sla_clocks_run_on_open_hours_of_the_owner_at_the_start_of_each_timer() {
    let example = json!({"id": "x", "at": "2026-05-23T00:00:00Z", "record": {
        "owner": {"id": "bob", "calendar": "boston"},
        "stage_changes": [{"id": "s1", "at": "2026-05-20T07:30:00Z", "to": "mql"}],
        "owner_changes": [{"id": "o1", "at": "2026-05-20T08:30:00Z", "from": {"id": "ann", "calendar": "berlin"}, "to": "bob"}],
        "activities": [{"id": "a1", "at": "2026-05-20T14:00:00Z", "type": "call", "direction": "outbound"}],
    }});
    // Ann's Berlin opened at 07:00 UTC: one hour. Bob's Boston opens at 13:00 UTC: one hour as well.
    let timers = computed(&crate::outcome::sla(|_| {}), &example);
    assert_eq!(timers[0]["outcome"], "transferred");
    assert_eq!(timers[0]["business_minutes"], 60);
    assert_eq!(timers[1]["outcome"], "met");
    assert_eq!(timers[1]["business_minutes"], 60);
}

#[test]
fn rule_13_weights_are_basis_points_that_sum_to_the_whole() {
    use credit::{Position, Split, shares};
    let split = |weights: Value| Split::read(&json!({"split": "weighted", "weights": weights})).unwrap();
    let w_shaped = split(json!([
        {"position": "first", "basis_points": 4000}, {"position": "last", "basis_points": 4000},
        {"position": "others", "basis_points": 2000},
    ]));
    assert_eq!(w_shaped.sum(), 10_000);
    let held = |count: usize| -> Vec<Vec<Position>> {
        let mut positions = vec![Vec::new(); count];
        positions[0].push(Position::First);
        positions[count - 1].push(Position::Last);
        positions
    };
    assert_eq!(shares(&w_shaped, &held(4)), [4000, 1000, 1000, 4000]);
    // The weight of nobody goes to the others in proportion; one touch has it all.
    assert_eq!(shares(&w_shaped, &held(2)), [5000, 5000]);
    assert_eq!(shares(&w_shaped, &held(1)), [10_000]);
    assert_eq!(shares(&Split::Even, &held(3)), [3334, 3333, 3333]);
    assert_eq!(shares(&Split::Whole, &held(2)), [10_000, 10_000]);
    assert_eq!(shares(&Split::Even, &[]), Vec::<u32>::new());
    assert_eq!(split(json!([{"position": "first", "basis_points": 9900}])).sum(), 9900);
    // Money adds up in decimals.
    let cost = json!({"sum": "touch.cost", "via": "person.touches", "equals": 0.3});
    let touch = |id: &str, cost: f64| json!({"id": id, "at": "2026-05-01T00:00:00Z", "type": "form", "cost": cost});
    assert!(holds(cost, json!({"touches": [touch("a", 0.1), touch("b", 0.2)]})));
}

#[test]
fn rule_14_references_resolve_at_the_same_revision() {
    let fits = json!({"meets": "qualification/fit-account", "on": "person.account"});
    let record = json!({"account": {"employees": 150}});
    assert!(!judge(model(), "person", fits.clone(), record.clone(), json!({}), NOW));
    let mut lowered = definitions();
    for (_, id, value) in &mut lowered {
        if *id == "fit-account" {
            value["criteria"]["at_least"] = json!(100);
        }
    }
    assert!(judge(&model_of(&lowered), "person", fits.clone(), record.clone(), json!({}), NOW));
    // What the revision does not have is met by nobody, and is told.
    let without: Vec<_> = definitions().into_iter().filter(|(_, id, _)| *id != "fit-account").collect();
    let told = problems(&model_of(&without), "person", &fits);
    assert_eq!(told, ["meets-unknown /meets: there is no definition `qualification/fit-account`"]);
}

#[test]
fn rule_15_examples_state_a_record_with_nested_rows_and_scores() {
    let qualification = (
        "qualification",
        "mql",
        json!({
            "subject": "person",
            "criteria": {"all": [
                {"score": "person-score", "at_least": 60},
                {"score": "person-score", "part": "behaviour", "more_than": 0},
            ]},
            "exclusions": [
                {"id": "own-staff", "when": {"field": "person.email_domain", "one_of": {"list": "own-domains"}}},
                {"id": "competitor", "when": {"field": "person.account.is_competitor", "equals": true}},
            ],
        }),
    );
    let outcome = |scores: Value, record: Value| {
        let mut example = json!({"id": "x", "at": NOW, "record": record});
        if !scores.is_null() {
            example["scores"] = scores;
        }
        computed(&qualification, &example)
    };
    let scored = json!({"person-score": {"standing": "scored", "total": 60, "parts": {"behaviour": 50}}});
    assert_eq!(outcome(scored.clone(), json!({})), json!({"outcome": "met"}));
    let fit_only = json!({"person-score": {"total": 70, "parts": {"behaviour": 0}}});
    assert_eq!(outcome(fit_only, json!({})), json!({"outcome": "not-met"}));
    // Not scored is not zero, and stated points without a standing of `scored` are none.
    let unscored = json!({"person-score": {"standing": "unscored", "total": 99, "parts": {"behaviour": 50}}});
    assert_eq!(outcome(unscored, json!({})), json!({"outcome": "not-met"}));
    assert_eq!(outcome(Value::Null, json!({})), json!({"outcome": "not-met"}));
    let competitor = json!({"account": {"is_competitor": true}});
    assert_eq!(outcome(scored.clone(), competitor.clone()), json!({"outcome": "excluded", "by": "competitor"}));
    // The first exclusion that holds is named.
    let mut both = competitor;
    both["email_domain"] = json!("CANON.example");
    assert_eq!(outcome(scored.clone(), both), json!({"outcome": "excluded", "by": "own-staff"}));
    // A stated score is about the record, not about other rows of its entity.
    let colleagues = json!({"count": "person", "via": "person.account.people", "at_least": 1,
                            "where": {"score": "person-score", "at_least": 60}});
    let record = json!({"id": "p1", "account": {"people": [{"id": "p2"}]}});
    assert!(!judge(model(), "person", colleagues, record, scored, NOW));
}

#[test]
fn a_circle_of_meets_is_met_by_nobody() {
    let round = |id: &'static str, other: &str| -> world::Definition {
        let criteria = json!({"meets": format!("qualification/{other}")});
        ("qualification", id, json!({"subject": "person", "criteria": criteria, "exclusions": []}))
    };
    let mut circle = definitions();
    circle.extend([round("a", "b"), round("b", "a")]);
    let model = model_of(&circle);
    assert!(!judge(&model, "person", json!({"meets": "qualification/a"}), json!({}), json!({}), NOW));
    assert!(judge(&model, "person", json!({"not": {"meets": "qualification/b"}}), json!({}), json!({}), NOW));
}

#[test]
fn work_without_end_is_given_up() {
    // Each level counts pairs of the level before: forty levels would take 2^40 steps.
    let mut definitions = vec![entity("node", None, "id:id", "next>>node")];
    let ids: Vec<&'static str> = (0..40).map(|level| &*Box::leak(format!("q{level}").into_boxed_str())).collect();
    for (level, id) in ids.into_iter().enumerate() {
        let criteria = match level.checked_sub(1) {
            None => json!({"field": "node.id", "is_known": true}),
            Some(below) => {
                let below = json!({"not": {"meets": format!("qualification/q{below}")}});
                json!({"of": [below, below, below], "at_least": 2})
            }
        };
        definitions.push(("qualification", id, json!({"subject": "node", "criteria": criteria, "exclusions": []})));
    }
    let top = (
        "qualification",
        "top",
        json!({
            "subject": "node", "criteria": {"meets": "qualification/q39"}, "exclusions": [],
        }),
    );
    let example = json!({"id": "x", "at": NOW, "record": {"id": "n"}});
    let Answer::Stopped(problem) = answer(&model_of(&definitions), &top, &example) else { panic!("it came to an end") };
    assert_eq!(problem.rule.code, "example-not-computed");
}

#[test]
fn a_long_chain_is_followed_as_far_as_it_is_safe() {
    let come_to = |levels: usize| {
        let mut definitions = vec![entity("node", None, "id:id", "next>>node")];
        let mut record = json!({"id": "end"});
        for level in 0..levels {
            let id: &'static str = Box::leak(format!("q{level}").into_boxed_str());
            let criteria = match level.checked_sub(1) {
                None => json!({"field": "node.id", "equals": "end"}),
                Some(below) => {
                    json!({"count": "node", "where": {"meets": format!("qualification/q{below}")}, "at_least": 1})
                }
            };
            definitions.push(("qualification", id, json!({"subject": "node", "criteria": criteria, "exclusions": []})));
            if level > 0 {
                record = json!({"id": format!("n{level}"), "next": [record]});
            }
        }
        let top = json!({"meets": format!("qualification/q{}", levels - 1)});
        let top = ("qualification", "top", json!({"subject": "node", "criteria": top, "exclusions": []}));
        answer(&model_of(&definitions), &top, &json!({"id": "x", "at": NOW, "record": record}))
    };
    assert_eq!(come_to(100), Answer::Computed(json!({"outcome": "met"})));
    assert!(matches!(come_to(400), Answer::Stopped(_)));
}

#[test]
fn a_numeric_id_equals_its_text() {
    let campaign =
        |id: Value| json!({"touches": [{"id": 7, "at": "2026-05-19T09:00:00Z", "type": "event", "campaign": id}]});
    let touched = |comparison: Value| {
        let mut condition = json!({"field": "touch.campaign"});
        members(&comparison).into_iter().for_each(|(key, value)| condition.set(&key, value));
        json!({"count": "touch", "where": condition, "at_least": 1})
    };
    for (id, expected) in
        [(json!(42), true), (json!(42.0), true), (json!("42"), true), (json!("042"), false), (json!(43), false)]
    {
        assert_eq!(holds(touched(json!({"equals": "42"})), campaign(id.clone())), expected, "{id}");
        assert_eq!(holds(touched(json!({"one_of": ["41", "42"]})), campaign(id.clone())), expected, "{id}");
        let mut definitions = definitions();
        definitions.push(("list", "campaigns", json!({"items": ["41", "42"]})));
        let listed = touched(json!({"one_of": {"list": "campaigns"}}));
        assert_eq!(
            judge(&model_of(&definitions), "person", listed, campaign(id.clone()), json!({}), NOW),
            expected,
            "{id}"
        );
    }
    let twice = json!({"touches": [
        {"id": 7, "at": "2026-05-19T09:00:00Z", "type": "event", "campaign": 42},
        {"id": "7", "at": "2026-05-19T09:00:00Z", "type": "event", "campaign": "42"},
        {"id": 8, "at": "2026-05-19T09:00:00Z", "type": "event", "campaign": "42"},
    ]});
    assert!(holds(json!({"count": "touch", "equals": 2}), twice.clone()), "one row under two spellings of its id");
    assert!(holds(json!({"count_distinct": "touch.campaign", "equals": 1}), twice));
}

#[test]
fn fiscal_quarters_start_where_the_calendar_says() {
    let start = |text: &str| FiscalStart::parse(text);
    assert_eq!(start("02-01"), Some(FiscalStart { month: 2, day: 1 }));
    for text in ["", "02", "2-1", "00-01", "13-01", "01-00", "01-32", "+1-01", "01-01-01", "01-0a"] {
        assert_eq!(start(text), None, "{text}");
    }
    let starts = |text: &str, day: &str| start(text).unwrap().is_quarter_start(day.parse().unwrap());
    for (day, expected) in [("2026-02-01", true), ("2026-11-01", true), ("2026-11-02", false), ("2026-03-01", false)] {
        assert_eq!(starts("02-01", day), expected, "{day}");
    }
    // Where a month is too short, the quarter starts on its last day.
    for (day, expected) in [("2026-01-31", true), ("2026-04-30", true), ("2026-07-31", true), ("2026-04-29", false)] {
        assert_eq!(starts("01-31", day), expected, "{day}");
    }
}
