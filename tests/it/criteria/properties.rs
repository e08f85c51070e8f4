//! Properties: laws of the language, and that nothing makes it panic.

use canonry::criteria::grammar;
use canonry::criteria::types::Surroundings;
use canonry::criteria::{Budget, Clock, Evaluator, Scope, Scores, words};
use canonry::document::Value;
use canonry::outcome::Computable;
use proptest::prelude::*;

use crate::values::{items, json, object};
use crate::world::{NOW, holds, model, source};

/// Any JSON, with the words of the language thrown in.
pub(super) fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "person.stage",
        "person.account.employees",
        "person",
        "touch",
        "touch.at",
        "now",
        "as_of",
        "period.end",
        "mql",
        "51-200",
        "2026-05-01",
        "2026-05-01T00:00:00Z",
        "person-score",
        "qualification/engaged",
        "first",
        "both",
        "month",
        "",
        "won",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "all",
        "any",
        "not",
        "of",
        "at_least",
        "meets",
        "on",
        "field",
        "score",
        "part",
        "days_between",
        "count",
        "sum",
        "latest",
        "via",
        "where",
        "window",
        "from",
        "to",
        "ends",
        "shift",
        "by",
        "days",
        "months",
        "end_of",
        "equals",
        "one_of",
        "is_known",
        "has_any_word",
        "contains_any",
        "list",
        "overlap",
        "cases",
        "otherwise",
        "id",
        "when",
        "is",
        "add",
        "divide",
        "percentile",
        "account",
        "touches",
        "employees",
        "stage",
        "at",
        "title",
        "x",
    ]);
    leaf.prop_recursive(6, 64, 6, move |inner| {
        let members = prop::collection::vec((key.clone(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Value::from),
            members.prop_map(|members| object(members.into_iter().map(|(key, value)| (key.to_owned(), value)))),
        ]
    })
}

/// A sound predicate about a person.
fn predicate() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (0..400i64).prop_map(|bound| json!({"field": "person.account.employees", "at_least": bound})),
        prop::sample::select(vec!["inquiry", "mql", "recycle"])
            .prop_map(|stage| json!({"field": "person.stage", "equals": stage})),
        any::<bool>().prop_map(|known| json!({"field": "person.title", "is_known": known})),
        (0..3i64).prop_map(|count| json!({"count": "page_view", "at_least": count})),
        (0..90i64).prop_map(|days| json!({"latest": "page_view.section", "equals": "pricing",
            "window": {"from": {"shift": "now", "by": {"days": -days}}, "to": "now", "ends": "both"}})),
        Just(json!({"meets": "qualification/fit-account", "on": "person.account"})),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            several.clone().prop_map(|conditions| json!({"all": conditions})),
            several.prop_map(|conditions| json!({"any": conditions})),
            inner.prop_map(|condition| json!({"not": condition})),
        ]
    })
}

fn record() -> impl Strategy<Value = Value> {
    let views = prop::collection::vec((0..28u8, prop::sample::select(vec!["pricing", "blog"])), 0..3);
    let stage = prop::option::of(prop::sample::select(vec!["inquiry", "mql", "recycle"]));
    (prop::option::of(0..400i64), stage, prop::option::of(".{0,3}"), views).prop_map(
        |(employees, stage, title, views)| {
            let views: Vec<Value> = views.into_iter().enumerate().map(|(index, (day, section))| {
            json!({"id": format!("v{index}"), "at": format!("2026-05-{:02}T10:00:00Z", day + 1), "section": section})
        }).collect();
            json!({"page_views": views, "title": title, "stage": stage, "account": {"employees": employees}})
        },
    )
}

proptest! {
    #[test]
    fn reading_any_json_never_panics(value in any_json()) {
        let read = [
            grammar::predicate(&value, "").0.is_some() == grammar::predicate(&value, "").1.is_empty(),
            grammar::cases(&value, "").0.is_some() == grammar::cases(&value, "").1.is_empty(),
            grammar::expression(&value, "").0.is_some() == grammar::expression(&value, "").1.is_empty(),
            grammar::date(&value, "").0.is_some() == grammar::date(&value, "").1.is_empty(),
            grammar::window(&value, "").0.is_some() == grammar::window(&value, "").1.is_empty(),
            grammar::path(&value, "").0.is_some() == grammar::path(&value, "").1.is_empty(),
            grammar::target(&value, "").0.is_some() == grammar::target(&value, "").1.is_empty(),
            grammar::duration(&value, "").0.is_some() == grammar::duration(&value, "").1.is_empty(),
        ];
        // Nothing is read exactly where something is wrong.
        prop_assert_eq!(read, [true; 8]);
    }

    #[test]
    fn whatever_is_read_is_checked_evaluated_and_said(value in any_json(), sound in predicate(), record in any_json()) {
        let model = model();
        for value in [value, sound] {
            let Some(node) = grammar::predicate(&value, "").0 else { continue };
            let surroundings = Surroundings { model, scope: vec!["person"], has_period: false };
            let problems = surroundings.predicate(&node);
            prop_assert!(problems.iter().all(|problem| value.pointer(&problem.pointer).is_some()), "{problems:?} in {value}");
            let (scores, budget) = (Scores::default(), Budget::default());
            let clock = Clock::at(NOW.parse().unwrap(), model);
            let evaluator = Evaluator { model, scores: &scores, budget: &budget, clock };
            let first = evaluator.holds(&node, &Scope::subject("person", &record));
            prop_assert_eq!(first, evaluator.holds(&node, &Scope::subject("person", &record)));
            prop_assert!(!words(&node).is_empty());
        }
    }

    #[test]
    fn computing_any_json_never_panics(definition in any_json(), example in any_json()) {
        let model = model();
        for kind in ["qualification", "sla", "attribution", "metric"] {
            let definition = (kind, "x", definition.clone());
            if let Some(computable) = Computable::read(&source(&definition)) {
                let _ = computable.compute(model, &example, "/examples/0");
            }
        }
    }

    #[test]
    fn not_not_is_the_same(condition in predicate(), record in record()) {
        let twice = json!({"not": {"not": condition}});
        prop_assert_eq!(holds(twice, record.clone()), holds(condition, record));
    }

    #[test]
    fn of_counts_between_any_and_all(conditions in prop::collection::vec(predicate(), 1..5), record in record()) {
        let of = |at_least: usize| holds(json!({"of": conditions, "at_least": at_least}), record.clone());
        prop_assert_eq!(of(1), holds(json!({"any": conditions}), record.clone()));
        prop_assert_eq!(of(conditions.len()), holds(json!({"all": conditions}), record.clone()));
        let met = conditions.iter().filter(|condition| holds((*condition).clone(), record.clone())).count();
        for at_least in 1..=conditions.len() {
            prop_assert_eq!(of(at_least), met >= at_least);
        }
    }

    #[test]
    fn not_all_is_any_not(conditions in prop::collection::vec(predicate(), 1..4), record in record()) {
        let opposites: Vec<Value> = conditions.iter().map(|condition| json!({"not": condition})).collect();
        prop_assert_eq!(holds(json!({"not": {"all": conditions}}), record.clone()), holds(json!({"any": opposites}), record));
    }

    #[test]
    fn the_order_of_rows_and_keys_does_not_matter(condition in predicate(), record in record()) {
        let mut reversed = record.clone();
        reversed["page_views"] = items(&record["page_views"]).into_iter().rev().collect();
        prop_assert_eq!(holds(condition.clone(), record), holds(condition, reversed));
    }
}
