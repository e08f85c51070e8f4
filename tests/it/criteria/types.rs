//! Types: criteria that follow the grammar and yet do not fit what they are about.

use std::collections::BTreeMap;

use canonry::criteria::grammar;
use canonry::criteria::types::{MeasureShape, Surroundings, expression};
use canonry::document::Value;

use crate::values::json;
use crate::world::{entity, model, model_of, problems};

fn told(predicate: Value) -> Vec<String> {
    problems(model(), "person", &predicate)
}

#[test]
fn names_that_are_not_there_are_told_with_what_was_meant() {
    let found = |predicate: Value| {
        let model = model();
        let (node, _) = grammar::predicate(&predicate, "");
        let node = node.unwrap();
        let surroundings = Surroundings { model, scope: vec!["person"], has_period: false };
        let problems = surroundings.predicate(&node);
        assert_eq!(problems.len(), 1, "{problems:?}");
        (problems[0].rule.code, problems[0].hint.clone().unwrap_or_default())
    };
    let meant = |code: &'static str, word: &str| (code, format!("did you mean `{word}`?"));
    assert_eq!(found(json!({"field": "person.acount.employees", "at_least": 1})), meant("unknown-field", "account"));
    assert_eq!(found(json!({"field": "person.account.employes", "at_least": 1})), meant("unknown-field", "employees"));
    assert_eq!(found(json!({"field": "persn.stage", "equals": "mql"})), meant("unknown-entity", "person"));
    assert_eq!(found(json!({"count": "page_veiw", "at_least": 1})), meant("unknown-entity", "page_view"));
    assert_eq!(found(json!({"latest": "page_view.sektion", "equals": "x"})), meant("unknown-field", "section"));
    assert_eq!(found(json!({"score": "person-scor", "at_least": 1})), meant("unknown-score", "person-score"));
    assert_eq!(found(json!({"score": "person-score", "part": "fti", "at_least": 1})), meant("unknown-score", "fit"));
    assert_eq!(
        found(json!({"field": "person.name", "one_of": {"list": "own-domain"}})),
        meant("unknown-list", "own-domains")
    );
    assert_eq!(found(json!({"meets": "qualification/engagd"})), meant("meets-unknown", "qualification/engaged"));
    assert_eq!(found(json!({"field": "person.stage", "equals": "mgl"})), meant("value-not-allowed", "mql"));
    assert_eq!(
        found(json!({"field": "person.account.size", "one_of": ["51-20"]})),
        meant("value-not-allowed", "51-200")
    );
}

#[test]
fn ways_that_do_not_lead_there_are_told() {
    let one = |predicate: Value| {
        let found = told(predicate);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    };
    assert_eq!(
        one(json!({"field": "person.touches.type", "equals": "form"})),
        "path-to-many /field: `person.touches` leads to several rows; here one value is read"
    );
    assert_eq!(
        one(json!({"field": "person.title.word", "equals": "x"})),
        "unknown-field /field: `person.title` is a field; nothing can be reached from it"
    );
    assert_eq!(
        one(json!({"count": "touch", "via": "person.page_views", "at_least": 1})),
        "via-unclear /via: this way ends at rows of page_view, not of touch"
    );
    assert_eq!(
        one(json!({"count": "touch", "via": "person.title", "at_least": 1})),
        "via-unclear /via: this way ends at a field of person, not at rows of touch"
    );
    assert_eq!(
        one(json!({"count": "touch", "via": "opportunity.account.touches", "at_least": 1})),
        "unknown-entity /via: `opportunity` is not in scope here: criteria see person"
    );
    assert_eq!(
        one(json!({"first": "contact_role.role", "via": "person.opportunities.contact_roles", "equals": "x"})),
        "window-without-date /first: `first` asks when rows of contact_role came to be, and nothing dates them"
    );
    assert_eq!(
        one(json!({"meets": "qualification/fit-account"})),
        "meets-misfit /meets: `qualification/fit-account` is about account, which is not in scope here"
    );
    assert_eq!(
        one(json!({"meets": "qualification/fit-account", "on": "person.owner"})),
        "meets-misfit /on: `qualification/fit-account` is about account, but `person.owner` is user"
    );
    assert_eq!(
        one(json!({"meets": "list/own-domains"})),
        "meets-unknown /meets: `list/own-domains` has no criteria that could be met"
    );
    assert_eq!(
        one(json!({"score": "account-score", "at_least": 1})),
        "score-misfit /score: `account-score` scores account, which is not in scope here"
    );
}

#[test]
fn operators_fit_types() {
    const EQUALITY: &[&str] = &["equals", "is_known"];
    const BOUNDS: &[&str] = &["at_least", "at_most", "more_than", "less_than"];
    const TEXTS: &[&str] = &["contains_any", "has_any_word", "starts_with_any", "ends_with_any"];
    let fits: &[(&str, Value, &[&[&str]])] = &[
        ("person.title", json!("x"), &[EQUALITY, &["one_of"], TEXTS]),
        ("person.stage", json!("mql"), &[EQUALITY, &["one_of"]]),
        ("person.score_band", json!("low"), &[EQUALITY, &["one_of"], BOUNDS]),
        ("person.id", json!("x"), &[EQUALITY, &["one_of"]]),
        ("person.account", json!("x"), &[EQUALITY, &["one_of"]]),
        ("person.mql_count", json!(2), &[EQUALITY, &["one_of"], BOUNDS]),
        ("person.account.arr", json!(2.5), &[EQUALITY, &["one_of"], BOUNDS]),
        ("person.opted_out", json!(true), &[EQUALITY]),
        ("person.mql_at", json!("2026-05-01"), &[EQUALITY, BOUNDS]),
    ];
    let all: Vec<&str> = [EQUALITY, &["one_of"], BOUNDS, TEXTS].concat();
    for (path, value, fitting) in fits {
        let fitting: Vec<&str> = fitting.concat();
        for operator in &all {
            let argument = match *operator {
                "is_known" => json!(true),
                "one_of" => json!([value]),
                operator if TEXTS.contains(&operator) => json!(["x"]),
                // A truth value cannot even be written there.
                operator if BOUNDS.contains(&operator) && value.is_boolean() => continue,
                _ => value.clone(),
            };
            let found = told(json!({"field": path, *operator: argument}));
            let misfit = found.iter().any(|found| found.starts_with("operator-misfit"));
            assert_eq!(misfit, !fitting.contains(operator), "{path} {operator}: {found:?}");
            assert_eq!(found.len(), usize::from(misfit), "{path} {operator}: {found:?}");
        }
    }
}

#[test]
fn values_fit_types() {
    let misfits = [
        json!({"field": "person.title", "equals": 3}),
        json!({"field": "person.mql_count", "equals": "3"}),
        json!({"field": "person.mql_count", "equals": 2.5}),
        json!({"field": "person.opted_out", "equals": "true"}),
        json!({"field": "person.mql_at", "at_least": "yesterday"}),
        json!({"field": "person.mql_at", "at_least": "2026-02-30"}),
        json!({"field": "person.mql_at", "at_least": "2026-02-01T10:00:00"}),
        json!({"field": "person.account.size", "at_least": "51-200"}),
        json!({"field": "person.account.size", "equals": 51}),
        json!({"score": "person-score", "at_least": "high"}),
        json!({"count": "touch", "at_least": "two"}),
    ];
    for predicate in misfits {
        let found = told(predicate.clone());
        assert!(found.len() == 1 && found[0].starts_with("value-misfit"), "{predicate}: {found:?}");
    }
    assert_eq!(told(json!({"field": "person.mql_count", "at_least": 2.5})), Vec::<String>::new());
    assert_eq!(told(json!({"field": "person.mql_at", "less_than": "2026-02-01T10:00:00+01:00"})), Vec::<String>::new());
}

#[test]
fn aggregates_and_dates_fit_types() {
    let found = told(json!({"sum": "touch.channel", "via": "person.touches", "at_least": 1}));
    assert_eq!(found, ["operator-misfit /sum: `sum` does not fit `touch.channel`, which is enum"]);
    let found = told(json!({"max": "touch.at", "via": "person.touches", "at_least": "2026-01-01"}));
    assert_eq!(found, Vec::<String>::new());
    let found = told(json!({"count": "touch", "is_known": true}));
    assert_eq!(found, ["operator-misfit /is_known: `count` of `touch` is always known, so `is_known` asks nothing"]);
    let found = told(json!({"days_between": ["person.title", "now"], "at_least": 1}));
    assert_eq!(found, ["operator-misfit /days_between/0: `person.title` is text, not a date or an instant"]);
    let found = told(json!({"days_between": ["period.start", "now"], "at_least": 1}));
    assert_eq!(found, ["date-unknown /days_between/0: there is no period here: this definition does not say one"]);
    // A band whose values are no ranges of numbers cannot be compared with a number.
    let odd = [entity("account", None, "id:id size:band=small|large", "")];
    let found = problems(&model_of(&odd), "account", &json!({"field": "account.size", "at_least": 10}));
    assert_eq!(found, ["operator-misfit /at_least: `at_least` does not fit `account.size`, which is band"]);
}

#[test]
fn not_over_what_may_be_missing_is_a_warning_unless_it_is_asked() {
    let clean = |predicate: Value| assert_eq!(told(predicate), Vec::<String>::new());
    let warned = |predicate: Value, place: &str| {
        let found = told(predicate);
        assert!(found.len() == 1 && found[0].starts_with(&format!("not-over-missing {place}:")), "{found:?}");
    };
    let partner = json!({"field": "person.worked_by", "equals": "partner"});
    let known = json!({"field": "person.worked_by", "is_known": true});
    warned(json!({"not": partner}), "/not");
    warned(
        json!({"not": {"any": [known, {"not": {"not": {"field": "person.title", "equals": "x"}}}]}}),
        "/not/any/1/not/not",
    );
    clean(json!({"not": {"not": partner}}));
    clean(json!({"all": [known, {"not": partner}]}));
    clean(json!({"any": [{"not": known}, {"not": partner}]}));
    clean(json!({"not": {"all": [known, partner]}}));
    // A field that is always filled needs no question, nor does what rows are filtered by.
    clean(
        json!({"not": {"count": "form_submission", "where": {"field": "form_submission.form", "equals": "ebook"}, "at_least": 1}}),
    );
    warned(
        json!({"count": "touch", "at_least": 1, "where": {"not": {"field": "touch.channel", "equals": "web"}}}),
        "/where/not",
    );
}

#[test]
fn formulas_name_measures_of_the_right_shape() {
    let measures = BTreeMap::from([
        ("won".to_owned(), MeasureShape::One),
        ("days".to_owned(), MeasureShape::PerRow),
        ("amount".to_owned(), MeasureShape::Both),
    ]);
    let told = |value: Value| -> Vec<String> {
        let (node, problems) = grammar::expression(&value, "/formula");
        assert!(problems.is_empty());
        expression(&node.unwrap(), &measures)
            .into_iter()
            .map(|found| format!("{}: {}", found.pointer, found.message))
            .collect()
    };
    assert_eq!(told(json!({"divide": ["won", "amount"]})), Vec::<String>::new());
    assert_eq!(told(json!({"percentile": 50, "of": "days"})), Vec::<String>::new());
    assert_eq!(
        told(json!({"divide": ["wno", "days"]})),
        ["/formula/divide/0: there is no measure `wno`", "/formula/divide/1: `days` has a value a row, not one",]
    );
    assert_eq!(told(json!({"percentile": 50, "of": "won"})), ["/formula: `won` has one value, so no percentile"]);
}
