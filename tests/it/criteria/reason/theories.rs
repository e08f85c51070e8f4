//! Each theory by examples.

use serde_json::{Value, json};

use super::{any, any_of, follows, follows_of};

#[test]
fn try_two() {
    let a = json!({"field":"person.interests","equals":"api"});
    let b = json!({"field":"person.account.employees","is_known":true});
    let c = json!({"field":"person.mql_count","equals":20});
    println!("{}", follows(json!({"all": [a, {"any": [b, c]}]}), json!({"any": [b, {"all": [a, c]}]})));
    println!("{}", follows(json!({"all": [a, {"any": [b, c]}]}), json!({"any": [b, c]})));
    println!("{}", follows(json!({"all": [{"any": [b, c]}]}), json!({"any": [b, c]})));
    println!("{}", follows(json!({"all": [a, {"any": [c, b]}]}), json!({"any": [c, {"all": [a, b]}]})));
}
#[test]
fn try_it() {
    let all = |items: Value| json!({"all": items});
    let employees = |operator: &str, number: i64| json!({"field": "person.account.employees", operator: number});
    let p = |s: String| println!("{s}");
    p(any(all(json!([employees("at_least", 100), employees("at_most", 50)]))));
    p(any(all(json!([employees("at_least", 50), employees("at_most", 100)]))));
    p(any(all(json!([employees("more_than", 50), employees("less_than", 51)]))));
    p(follows(employees("at_least", 100), employees("at_least", 50)));
    p(follows(employees("at_least", 50), employees("at_least", 100)));
    p(follows(employees("at_least", 50), json!({"field": "person.account.employees", "is_known": true})));
    p(any(json!({"field": "person.stage", "equals": "mql"})));
    p(any(
        json!({"not": {"field": "person.stage", "one_of": ["inquiry", "mql", "working", "recycle", "disqualified", "ineligible"]}}),
    ));
    p(any(
        json!({"all": [{"field": "person.stage", "is_known": true}, {"not": {"field": "person.stage", "one_of": ["inquiry", "mql", "working", "recycle", "disqualified", "ineligible"]}}]}),
    ));
    p(follows_of(
        "account",
        json!({"field": "account.size", "at_least": 100}),
        json!({"field": "account.size", "one_of": ["201-1000", "1001+"]}),
    ));
    p(any(
        json!({"all": [{"field": "person.interests", "equals": "a"}, {"field": "person.interests", "equals": "b"}, {"not": {"field": "person.interests", "equals": "c"}}]}),
    ));
    p(any(
        json!({"all": [{"field": "person.title", "has_any_word": ["CTO"]}, {"not": {"field": "person.title", "contains_any": ["cto"]}}]}),
    ));
    p(any(
        json!({"all": [{"field": "person.title", "contains_any": ["CTO"]}, {"not": {"field": "person.title", "has_any_word": ["cto"]}}]}),
    ));
    p(follows(
        json!({"field": "person.title", "equals": "CTO"}),
        json!({"field": "person.title", "has_any_word": {"list": "chiefs"}}),
    ));
    p(any(json!({"score": "person-score", "at_least": 65})));
    p(follows(json!({"score": "person-score", "at_least": 65}), json!({"score": "person-score", "at_least": 60})));
    let count = |n: i64, days: i64| json!({"count": "form_submission", "at_least": n, "window": {"from": {"shift": "now", "by": {"days": days}}, "to": "now", "ends": "both"}});
    p(any(count(2, -30)));
    p(follows(count(2, -30), count(1, -30)));
    p(follows(count(2, -30), count(2, -60)));
    p(follows(count(2, -60), count(2, -30)));
    p(follows(
        json!({"count": "form_submission", "at_least": 2, "where": {"field": "form_submission.form", "equals": "ebook"}}),
        json!({"count": "form_submission", "at_least": 1}),
    ));
    p(follows(
        json!({"count": "form_submission", "at_least": 2}),
        json!({"count": "form_submission", "at_least": 1, "where": {"field": "form_submission.form", "equals": "ebook"}}),
    ));
    p(any(
        json!({"all": [{"latest": "page_view.section", "equals": "pricing"}, {"count": "page_view", "at_least": 3}, {"count": "page_view", "equals": 0, "where": {"field": "page_view.section", "equals": "pricing"}}]}),
    ));
    p(any(
        json!({"all": [{"latest": "page_view.section", "equals": "pricing"}, {"count": "page_view", "at_least": 3}]}),
    ));
    p(any(
        json!({"all": [{"sum": "touch.cost", "via": "person.touches", "more_than": 100}, {"count_distinct": "touch.channel", "via": "person.touches", "at_least": 3}]}),
    ));
    p(any(
        json!({"all": [{"count": "touch", "via": "person.touches", "at_most": 2}, {"count_distinct": "touch.channel", "via": "person.touches", "at_least": 3}]}),
    ));
    p(any(json!({"days_between": ["person.mql_at", "now"], "at_most": 30})));
    p(any(
        json!({"all": [{"days_between": ["person.mql_at", "now"], "at_most": 30}, {"days_between": ["person.mql_at", "now"], "at_least": 31}]}),
    ));
    p(any(json!({"days_between": ["person.mql_at", "person.renewal_on"], "at_least": 30})));
    p(follows(
        json!({"field": "person.renewal_on", "at_least": "2026-06-01"}),
        json!({"field": "person.renewal_on", "at_least": "2026-05-01"}),
    ));
    p(any(json!({"meets": "qualification/fit-account", "on": "person.account"})));
    p(follows(json!({"meets": "qualification/fit-account", "on": "person.account"}), employees("at_least", 200)));
    p(follows(employees("at_least", 200), json!({"meets": "qualification/fit-account", "on": "person.account"})));
    p(any_of(
        "opportunity",
        json!({"count": "touch", "via": "opportunity.contact_roles.person.touches", "at_least": 2}),
    ));
    p(any(
        json!({"count": "opportunity", "via": "person.account.opportunities", "at_least": 1, "where": {"field": "opportunity.is_open", "equals": true}}),
    ));
    p(any(
        json!({"count": "form_submission", "at_least": 1, "where": {"all": [{"field": "form_submission.form", "equals": "contact-us"}, {"field": "person.stage", "equals": "inquiry"}]}}),
    ));
    p(any(json!({"field": "person.owner", "equals": "u1"})));
    p(any(
        json!({"all": [{"field": "person.owner", "equals": "u1"}, {"field": "person.owner.calendar", "equals": "hq"}]}),
    ));
    p(any(
        json!({"of": [{"field": "person.stage", "equals": "mql"}, {"field": "person.opted_out", "equals": true}, {"field": "person.seniority", "equals": "high"}], "at_least": 2}),
    ));
}
