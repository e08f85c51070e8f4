//! The grammar: what it takes, and what it says of everything else.

use canonry::criteria::grammar;
use canonry::criteria::problem::Problem;
use canonry::document::Value;

use crate::values::json;

fn told(problems: Vec<Problem>) -> Vec<String> {
    problems
        .into_iter()
        .map(|problem| {
            assert_eq!(problem.rule.code, "criteria-grammar");
            let hint = problem.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
            format!("{}: {}{hint}", problem.pointer, problem.message)
        })
        .collect()
}

fn faults(predicate: Value) -> Vec<String> {
    let (node, problems) = grammar::predicate(&predicate, "");
    assert_eq!(node.is_none(), !problems.is_empty(), "{predicate}");
    told(problems)
}

#[test]
fn every_fault_is_told_at_its_place() {
    let predicate = json!({"all": [
        {"field": "person.stage", "equal": "mql"},
        {"feild": "person.stage", "equals": "mql"},
        {"any": []},
        {"of": [{"field": "person.stage", "is_known": "yes"}], "at_least": 2},
        {"meets": "mql"},
        {"not": [{"field": "person.stage", "is_known": true}]},
    ]});
    assert_eq!(
        faults(predicate),
        [
            "/all/0/equal: `equal` has no place here (did you mean `equals`?)",
            "/all/0: nothing says how `field` is compared: one of equals, at_least, at_most, more_than, less_than, one_of, \
         is_known, contains_any, has_any_word, starts_with_any, ends_with_any",
            "/all/1: `feild` does not begin a condition (did you mean `field`?)",
            "/all/2/any: this list of conditions needs at least 1",
            "/all/3/of/0/is_known: `is_known` is true or false, but this is \"yes\"",
            "/all/4/meets: `mql` is not a definition as kind/id",
            "/all/5/not: expected a condition, but this is a list",
        ]
    );
}

#[test]
fn one_condition_says_one_thing() {
    assert_eq!(
        faults(json!({"field": "a.b", "score": "s", "equals": 1})),
        [": `field` and `score` cannot stand in one condition; say each in its own, joined by `all` or `any`"]
    );
    assert_eq!(
        faults(json!({"field": "a.b", "at_least": 1, "at_most": 2})),
        [": `at_least` and `at_most` cannot stand in one comparison; say each in its own, joined by `all`"]
    );
    assert_eq!(faults(json!({"field": "a.b", "equals": 1, "via": "a.c"})), ["/via: `via` has no place here"]);
    assert_eq!(
        faults(json!({"of": [{"field": "a.b", "is_known": true}], "at_least": 2})),
        ["/at_least: 2 of 1 conditions can never hold"]
    );
}

#[test]
fn operands_values_and_windows_are_strict() {
    assert_eq!(
        faults(json!({"count": "touch.type", "at_least": 1})),
        ["/count: `count` counts rows: name the entity `touch` alone"]
    );
    assert_eq!(
        faults(json!({"sum": "touch", "at_least": 1})),
        ["/sum: `sum` needs a field of `touch`, as entity.field"]
    );
    assert_eq!(
        faults(json!({"field": "person", "is_known": true})),
        ["/field: `person` is not a path: an entity, then names joined by dots"]
    );
    assert_eq!(
        faults(json!({"field": "a.b", "at_least": true})),
        ["/at_least: `at_least` does not take a truth value"]
    );
    assert_eq!(faults(json!({"field": "a.b", "one_of": []})), ["/one_of: this list of values needs at least 1"]);
    assert_eq!(
        faults(json!({"field": "a.b", "one_of": {"lists": "x"}})),
        ["/one_of/lists: `lists` has no place here (did you mean `list`?)", "/one_of: `list` is missing here",]
    );
    assert_eq!(
        faults(json!({"field": "a.b", "has_any_word": ["--", " ", 3]})),
        [
            "/has_any_word/0: `--` has no word in it",
            "/has_any_word/1: `has_any_word` does not take a blank text",
            "/has_any_word/2: `has_any_word` takes texts",
        ]
    );
    let window = json!({"count": "touch", "at_least": 1, "window": {"from": {"shift": "nwo", "by": {"days": 1, "hours": 2}}, "ends": "all"}});
    assert_eq!(
        faults(window),
        [
            "/window/ends: `all` is not one of both, start, end, neither",
            "/window: `to` is missing here",
            "/window/from/shift: `nwo` is not a date (did you mean `now`?)",
            "/window/from/by: a length of time has exactly one of minutes, hours, days, weeks, months, years",
        ]
    );
    let window = json!({"from": {"shift": "nwo", "by": {"days": 1, "hours": 2}}, "to": {"end_of": "mont", "of": 3}, "ends": "both"});
    assert_eq!(
        told(grammar::window(&window, "/w").1),
        [
            "/w/from/shift: `nwo` is not a date (did you mean `now`?)",
            "/w/from/by: a length of time has exactly one of minutes, hours, days, weeks, months, years",
            "/w/to/end_of: `mont` is not one of week, month, quarter, year, fiscal-quarter, fiscal-year (did you mean `month`?)",
            "/w/to/of: expected a dated field, now, as_of, period.start, period.end, a shift or the end of a span, but this \
         is 3",
        ]
    );
}

#[test]
fn cases_have_names_and_formulas_have_operands() {
    let cases = json!({"overlap": "frist", "cases": [
        {"id": "a", "when": {"field": "a.b", "is_known": true}, "is": 1},
        {"id": "a", "when": {"field": "a.b", "is_known": true}, "is": 2},
    ], "otherwise": null});
    assert_eq!(
        told(grammar::cases(&cases, "/c").1),
        [
            "/c/overlap: `frist` is not one of first, forbidden (did you mean `first`?)",
            "/c/cases/1/id: two cases are called `a`",
        ]
    );
    let missing = json!({"overlap": "first", "cases": [{"id": "a"}]});
    assert_eq!(
        told(grammar::cases(&missing, "").1),
        [": `otherwise` is missing here", "/cases/0: `is` is missing here", "/cases/0: `when` is missing here",]
    );
    let formula = json!({"divide": ["won", {"add": ["lost"]}]});
    assert_eq!(
        told(grammar::expression(&formula, "/f").1),
        ["/f/divide/1/add: this list of formulas needs at least 2"]
    );
    let formula = json!({"percentile": 101, "of": 3});
    assert_eq!(
        told(grammar::expression(&formula, "").1),
        [
            "/percentile: a percentile is a number from 0 to 100, but this is 101",
            "/of: expected a measure's id, but this is 3",
        ]
    );
    assert!(grammar::expression(&json!({"min_of": ["a", 1, {"percentile": 50, "of": "b"}]}), "").0.is_some());
}

#[test]
fn criteria_too_deep_are_told_and_not_followed() {
    let mut predicate = json!({"field": "a.b", "is_known": true});
    for _ in 0..80 {
        predicate = json!({"not": predicate});
    }
    let found = faults(predicate);
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with("criteria are nested more than 64 levels deep"), "{found:?}");
}
