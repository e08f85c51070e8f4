//! Each theory by examples.

use canonry::document::Value;

use super::{any, any_of, follows, follows_of};
use crate::values::json;

fn all(conditions: Value) -> Value {
    json!({"all": conditions})
}

fn not(condition: Value) -> Value {
    json!({"not": condition})
}

fn employees(operator: &str, number: f64) -> Value {
    json!({"field": "person.account.employees", operator: number})
}

#[test]
fn numbers_have_points_and_stretches_between() {
    assert_eq!(any(all(json!([employees("at_least", 100.0), employees("at_most", 50.0)]))), "no");
    let both = all(json!([employees("at_least", 50.0), employees("at_most", 100.0)]));
    assert_eq!(any(both), r#"{"account":{"employees":50}}"#);
    assert_eq!(follows(employees("at_least", 100.0), employees("at_least", 50.0)), "holds");
    assert_eq!(follows(employees("at_least", 50.0), employees("at_least", 100.0)), r#"{"account":{"employees":50}}"#);
    // Between 50 and 51 there is an amount of money and no number of employees.
    assert_eq!(any(all(json!([employees("more_than", 50.0), employees("less_than", 51.0)]))), "no");
    let arr = |operator: &str, number: f64| json!({"field": "person.account.arr", operator: number});
    let between = all(json!([arr("more_than", 50.0), arr("less_than", 51.0)]));
    assert_eq!(any(between), r#"{"account":{"arr":50.5}}"#);
    assert_eq!(any(employees("equals", 0.5)), "no");
    assert_eq!(follows(employees("more_than", 50.5), employees("at_least", 51.0)), "holds");
    assert_eq!(follows(arr("more_than", 50.5), arr("at_least", 51.0)), r#"{"account":{"arr":50.75}}"#);
    assert_eq!(any(arr("less_than", 0.0)), r#"{"account":{"arr":-1}}"#);
}

#[test]
fn missing_is_a_value_that_meets_no_comparison() {
    let known = json!({"field": "person.account.employees", "is_known": true});
    assert_eq!(follows(employees("at_least", 50.0), known.clone()), "holds");
    assert_eq!(any(not(employees("at_least", 50.0))), "{}");
    let small = all(json!([known, not(employees("at_least", 50.0))]));
    assert_eq!(follows(small, employees("less_than", 50.0)), "holds");
    assert_eq!(follows(not(employees("at_least", 50.0)), employees("less_than", 50.0)), "{}");
    // The name of an account is always filled; an account may be missing.
    let named = |known: bool| json!({"field": "person.account.name", "is_known": known});
    let there = json!({"field": "person.account.segment", "equals": "smb"});
    assert_eq!(follows(there.clone(), named(true)), "holds");
    assert_eq!(any(all(json!([there, named(false)]))), "no");
    assert_eq!(any(named(false)), "{}");
}

#[test]
fn few_values_are_all_looked_at() {
    let stage = |stages: Value| json!({"field": "person.stage", "one_of": stages});
    let every = json!(["inquiry", "mql", "working", "recycle", "disqualified", "ineligible"]);
    let known = json!({"field": "person.stage", "is_known": true});
    assert_eq!(follows(known.clone(), stage(every)), "holds");
    let others = json!(["mql", "working", "recycle", "disqualified", "ineligible"]);
    assert_eq!(follows(known, stage(others)), r#"{"stage":"inquiry"}"#);
    let band = |operator: &str, value: &str| json!({"field": "person.score_band", operator: value});
    assert_eq!(follows(band("more_than", "low"), band("at_least", "middle")), "holds");
    assert_eq!(follows(band("at_least", "middle"), band("more_than", "middle")), r#"{"score_band":"middle"}"#);
    assert_eq!(any(all(json!([band("more_than", "low"), band("less_than", "middle")]))), "no");
    let opted_out = |truth: bool| json!({"field": "person.opted_out", "equals": truth});
    assert_eq!(any(all(json!([opted_out(true), opted_out(false)]))), "no");
    // A band is at least 100 only as a whole.
    let size = |operator: &str, value: Value| json!({"field": "account.size", operator: value});
    let from_201 = size("one_of", json!(["201-1000", "1001+"]));
    assert_eq!(follows_of("account", size("at_least", json!(100)), from_201), "holds");
    let above = all(json!([
        not(size("at_least", json!(100))),
        not(size("less_than", json!(100))),
        size("is_known", json!(true))
    ]));
    assert_eq!(any_of("account", above), r#"{"size":"51-200"}"#);
}

#[test]
fn several_conditions_are_counted() {
    let conditions = json!([
        {"field": "person.stage", "equals": "mql"},
        {"field": "person.opted_out", "equals": true},
        {"field": "person.seniority", "equals": "high"},
    ]);
    let of = |least: usize| json!({"of": conditions, "at_least": least});
    assert_eq!(any(of(2)), r#"{"stage":"mql","opted_out":true}"#);
    assert_eq!(follows(of(3), of(2)), "holds");
    assert_eq!(follows(of(1), of(2)), r#"{"seniority":"high"}"#);
    assert_eq!(follows(json!({"any": conditions}), of(1)), "holds");
    assert_eq!(follows(of(3), json!({"all": conditions})), "holds");
}

#[test]
fn different_elements_may_meet_different_comparisons() {
    let likes = |value: &str| json!({"field": "person.interests", "equals": value});
    let two = all(json!([likes("api"), likes("sso"), not(likes("pricing"))]));
    assert_eq!(any(two), r#"{"interests":["api","sso"]}"#);
    let either = json!({"field": "person.interests", "one_of": ["api", "sso"]});
    assert_eq!(follows(likes("api"), either.clone()), "holds");
    assert_eq!(any(all(json!([either, not(likes("api")), not(likes("sso"))]))), "no");
    let known = json!({"field": "person.interests", "is_known": true});
    assert_eq!(follows(likes("api"), known.clone()), "holds");
    assert_eq!(any(all(json!([known, not(likes("api"))]))), r#"{"interests":["other"]}"#);
}

#[test]
fn texts_are_made_of_the_pieces_that_are_looked_for() {
    let title = |operator: &str, value: Value| json!({"field": "person.title", operator: value});
    assert_eq!(follows(title("equals", json!("cto")), title("has_any_word", json!({"list": "chiefs"}))), "holds");
    assert_eq!(follows(title("has_any_word", json!(["CTO"])), title("contains_any", json!(["cto"]))), "holds");
    assert_eq!(
        follows(title("contains_any", json!(["CTO"])), title("has_any_word", json!(["cto"]))),
        r#"{"title":"xCTO"}"#
    );
    let head = title("starts_with_any", json!(["head of"]));
    assert_eq!(follows(head.clone(), title("has_any_word", json!(["head"]))), "holds");
    assert_eq!(any(all(json!([head.clone(), title("starts_with_any", json!(["chief"]))]))), "no");
    let both =
        all(json!([head.clone(), title("ends_with_any", json!(["data"])), title("contains_any", json!(["big"]))]));
    assert_eq!(any(both), r#"{"title":"head of big data"}"#);
    assert_eq!(follows(head, title("is_known", json!(true))), "holds");
    let domain = |operator: &str, value: Value| json!({"field": "person.email_domain", operator: value});
    let generic = domain("one_of", json!({"list": "generic-domains"}));
    assert_eq!(follows(domain("equals", json!("GMail.com")), generic.clone()), "holds");
    assert_eq!(follows(generic.clone(), domain("one_of", json!(["gmx.de", "gmail.com", "web.de"]))), "holds");
    assert_eq!(follows(generic, domain("equals", json!("gmail.com"))), r#"{"email_domain":"gmx.de"}"#);
}

#[test]
fn a_claim_about_texts_that_cannot_be_shown_is_not_decided() {
    let title = |operator: &str, value: Value| json!({"field": "person.title", operator: value});
    // Both pieces overlap in "abab" alone, which is not tried; that it cannot be is not claimed.
    let tight = all(json!([title("one_of", json!(["ab", "cd"])), title("contains_any", json!(["bc"]))]));
    assert_eq!(any(tight), "no");
    let many: Vec<Value> = (0..9).map(|at| title("contains_any", json!([format!("p{at}")]))).collect();
    assert_eq!(any(all(json!(many))), "not decided");
}

#[test]
fn ids_are_equal_by_the_letter() {
    let owner = |value: &str| json!({"field": "person.owner", "equals": value});
    assert_eq!(any(owner("u1")), r#"{"owner":"u1"}"#);
    assert_eq!(any(all(json!([owner("u1"), owner("U1")]))), "no");
    let with_calendar = all(json!([owner("u1"), {"field": "person.owner.calendar", "equals": "hq"}]));
    assert_eq!(any(with_calendar), r#"{"owner":{"calendar":"hq","id":"u1"}}"#);
}

#[test]
fn days_lie_before_and_after_one_another() {
    let renewal = |operator: &str, day: &str| json!({"field": "person.renewal_on", operator: day});
    assert_eq!(follows(renewal("at_least", "2026-06-01"), renewal("at_least", "2026-05-01")), "holds");
    assert_eq!(follows(renewal("more_than", "2026-05-01"), renewal("at_least", "2026-05-02")), "holds");
    assert_eq!(
        follows(renewal("at_least", "2026-05-01"), renewal("at_least", "2026-06-01")),
        r#"{"renewal_on":"2026-05-31"}"#
    );
    // A day is whole: an instant of it lies neither before nor after.
    let became = |operator: &str, day: &str| json!({"field": "person.mql_at", operator: day});
    let known = json!({"field": "person.mql_at", "is_known": true});
    let on = all(json!([not(became("less_than", "2026-05-01")), not(became("more_than", "2026-05-01")), known]));
    assert_eq!(follows(on, became("equals", "2026-05-01")), "holds");
    let since = |operator: &str, days: i64| json!({"days_between": ["person.mql_at", "now"], operator: days});
    assert_eq!(follows(since("at_most", 30), since("at_most", 60)), "holds");
    assert_eq!(any(all(json!([since("at_most", 30), since("at_least", 31)]))), "no");
    assert_eq!(follows(since("at_most", 60), json!({"field": "person.mql_at", "is_known": true})), "holds");
    assert!(follows(since("at_most", 60), since("at_most", 30)).starts_with(r#"{"mql_at":"2026-0"#));
}

#[test]
fn two_dates_of_a_record_lie_apart() {
    let apart =
        |operator: &str, days: i64| json!({"days_between": ["person.mql_at", "person.renewal_on"], operator: days});
    assert_eq!(any(apart("at_least", 30)), r#"{"mql_at":"2026-06-14T12:00:00Z","renewal_on":"2026-07-14"}"#);
    assert_eq!(follows(apart("at_least", 30), apart("at_least", 20)), "holds");
    assert_eq!(follows(apart("at_least", 30), json!({"field": "person.renewal_on", "is_known": true})), "holds");
    let late = all(json!([apart("at_most", 3), {"field": "person.mql_at", "at_least": "2026-05-01"}]));
    assert!(any(late).starts_with(r#"{"mql_at":"2026-0"#));
}

#[test]
fn conditions_on_rows_may_read_the_subject() {
    let asked_as = |stage: &str| {
        json!({"count": "form_submission", "at_least": 1, "where": {"all": [
        {"field": "form_submission.form", "equals": "contact-us"}, {"field": "person.stage", "equals": stage}]}})
    };
    assert_eq!(any(asked_as("inquiry")), r#"{"stage":"inquiry","form_submissions":[{"form":"contact-us"}]}"#);
    assert_eq!(any(all(json!([asked_as("inquiry"), asked_as("mql")]))), "no");
    assert_eq!(follows(asked_as("mql"), json!({"field": "person.stage", "equals": "mql"})), "holds");
    assert_eq!(follows(asked_as("mql"), json!({"count": "form_submission", "at_least": 1})), "holds");
}

#[test]
fn where_there_is_a_value_there_is_a_row() {
    let latest = json!({"latest": "page_view.section", "equals": "pricing"});
    let views = |operator: &str, number: i64| json!({"count": "page_view", operator: number, "where": {"field": "page_view.section", "equals": "pricing"}});
    assert_eq!(follows(latest.clone(), views("at_least", 1)), "holds");
    assert_eq!(follows(latest.clone(), json!({"first": "page_view.section", "is_known": true})), "holds");
    assert_eq!(any(all(json!([latest.clone(), views("equals", 0)]))), "no");
    let both = all(json!([latest, {"first": "page_view.section", "equals": "blog"}]));
    assert!(any(both).contains("blog"));
    let cost = |function: &str, operator: &str, number: i64| json!({function: "touch.cost", "via": "person.touches", operator: number});
    assert_eq!(follows(cost("min", "at_least", 5), cost("max", "at_least", 5)), "holds");
    let some = json!({"max": "touch.cost", "via": "person.touches", "is_known": true});
    assert_eq!(follows(cost("sum", "more_than", 0), some), "holds");
}

#[test]
fn what_holds_at_one_instant_only_is_not_claimed() {
    // 30 days lie within a month in January, and not in March.
    let within = |by: Value| {
        json!({"count": "form_submission", "at_least": 1,
               "window": {"from": {"shift": "now", "by": by}, "to": "now", "ends": "both"}})
    };
    assert_eq!(follows(within(json!({"days": -30})), within(json!({"months": -1}))), "not decided");
    assert_eq!(follows(within(json!({"days": -20})), within(json!({"months": -1}))), "holds");
    assert_eq!(follows(within(json!({"days": -30})), within(json!({"months": -2}))), "holds");
}

#[test]
fn scores_have_bounds_and_a_standing() {
    let score = |operator: &str, points: i64| json!({"score": "person-score", operator: points});
    assert_eq!(any(score("at_least", 65)), r#"{} with {"person-score":{"standing":"scored","total":65}}"#);
    assert_eq!(follows(score("at_least", 65), score("at_least", 60)), "holds");
    // Who is not scored meets neither.
    assert_eq!(any(all(json!([not(score("at_least", 65)), not(score("less_than", 65))]))), "{}");
    let part = json!({"score": "person-score", "part": "fit", "is_known": true});
    assert_eq!(follows(score("at_least", 65), part), "holds");
}

#[test]
fn who_takes_more_rows_counts_no_fewer() {
    let count = |least: i64, days: i64| {
        json!({"count": "form_submission", "at_least": least,
               "window": {"from": {"shift": "now", "by": {"days": days}}, "to": "now", "ends": "both"}})
    };
    assert_eq!(follows(count(2, -30), count(1, -30)), "holds");
    assert_eq!(follows(count(2, -30), count(2, -60)), "holds");
    assert!(follows(count(2, -60), count(2, -30)).starts_with(r#"{"form_submissions":[{"at":"2026-04-"#));
    let form = |forms: Value| json!({"count": "form_submission", "at_least": 2, "where": {"field": "form_submission.form", "one_of": forms}});
    assert_eq!(follows(form(json!(["ebook"])), form(json!(["ebook", "webinar"]))), "holds");
    assert_eq!(follows(form(json!(["ebook"])), json!({"count": "form_submission", "at_least": 2})), "holds");
    assert_eq!(
        follows(json!({"count": "form_submission", "at_least": 2}), form(json!(["ebook"]))),
        r#"{"form_submissions":[{"form":"contact-us"},{"form":"contact-us"}]}"#
    );
    let channels = |least: i64| json!({"count_distinct": "touch.channel", "via": "person.touches", "at_least": least});
    let few = json!({"count": "touch", "via": "person.touches", "at_most": 2});
    assert_eq!(any(all(json!([few, channels(3)]))), "no");
    assert_eq!(any(channels(5)), "no");
    assert_eq!(any(channels(3)), r#"{"touches":[{"channel":"event"},{"channel":"web"},{"channel":"phone"}]}"#);
    let never = json!({"count": "form_submission", "at_least": 1, "where": {"all": [
        {"field": "form_submission.form", "equals": "ebook"}, {"field": "form_submission.form", "equals": "webinar"}]}});
    assert_eq!(any(never), "no");
}

#[test]
fn rows_come_to_what_is_asked() {
    let touches = |function: &str, operator: &str, value: i64| json!({function: "touch.cost", "via": "person.touches", operator: value});
    assert_eq!(any(touches("sum", "more_than", 100)), r#"{"touches":[{"cost":101}]}"#);
    assert_eq!(any(touches("max", "equals", 7)), r#"{"touches":[{"cost":7}]}"#);
    let none = all(json!([touches("min", "at_least", 1), {"count": "touch", "via": "person.touches", "equals": 0}]));
    assert_eq!(any(none), "no");
    let far = json!({"count": "touch", "via": "opportunity.contact_roles.person.touches", "at_least": 2});
    assert_eq!(any_of("opportunity", far), r#"{"contact_roles":[{"person":{"touches":[{},{}]}}]}"#);
    let open = json!({"count": "opportunity", "via": "person.account.opportunities", "at_least": 1,
        "where": {"field": "opportunity.is_open", "equals": true}});
    assert_eq!(any(open), r#"{"account":{"opportunities":[{"is_open":true}]}}"#);
}

#[test]
fn definitions_that_are_met_are_written_out() {
    let fit = json!({"meets": "qualification/fit-account", "on": "person.account"});
    assert_eq!(any(fit.clone()), r#"{"account":{"employees":200}}"#);
    assert_eq!(follows(fit.clone(), employees("at_least", 200.0)), "holds");
    assert_eq!(follows(employees("at_least", 200.0), fit), r#"{"account":{"employees":200,"is_competitor":true}}"#);
    assert_eq!(any(json!({"meets": "qualification/nowhere"})), "no");
}

#[test]
fn what_lies_behind_an_instant_is_not_forgotten() {
    let became = |operator: &str, moment: &str| json!({"field": "person.mql_at", operator: moment});
    for (after, before) in [
        ("2026-03-16T12:00:00Z", "2026-03-16"),
        ("2026-03-16T06:00:00Z", "2026-03-16"),
        ("2026-03-16T12:00:00Z", "2026-03-16T12:00:02Z"),
        ("2026-03-16T12:00:00Z", "2026-03-16T12:00:01Z"),
        ("2026-03-16T12:00:00Z", "2026-03-16T13:00:00Z"),
    ] {
        let both = json!([became("more_than", after), became("at_most", before)]);
        assert_ne!(any(json!({"all": both})), "no", "after {after} and by {before}");
    }
}

#[test]
fn a_day_and_its_hours_are_not_one_length_where_clocks_are_set() {
    let rows = |by: Value, operator: &str, count: u32| json!({"count": "activity", "window": {"from": {"shift": "now", "by": by}, "to": "now", "ends": "both"}, operator: count});
    for (by, other) in [(json!({"hours": 24}), json!({"days": 1})), (json!({"days": 2}), json!({"hours": 72}))] {
        for (some, none) in [(&by, &other), (&other, &by)] {
            let both = json!([rows(negative(some), "at_least", 1), rows(negative(none), "equals", 0)]);
            assert_ne!(any(json!({"all": both})), "no", "some within {some} and none within {none}");
        }
    }
}

/// A step back of the same length.
fn negative(by: &Value) -> Value {
    let (unit, amount) = by.as_object().and_then(|by| by.iter().next()).expect("a length of time");
    json!({unit: -amount.as_i64().expect("a number")})
}
