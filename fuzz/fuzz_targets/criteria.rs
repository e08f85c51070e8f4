//! Criteria: parse, type, evaluate, say in words, reason.
//!
//! The first byte says whether criteria and record are JSON text, parted by NUL, or built from choices.
#![no_main]

use std::sync::LazyLock;

use canonry::criteria::reason::{Answer, Claim, find};
use canonry::criteria::types::Surroundings;
use canonry::criteria::{Budget, Clock, Evaluator, Model, Scope, Scores, grammar, words};
use canonry::document::Value;
use canonry::finding::Level;
use canonry_fuzz::{Choices, REGISTRY, borrowed, document, json, pointers, scalar};
use libfuzzer_sys::fuzz_target;

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::of(&REGISTRY));

/// Steps that one question may take here: enough for what fits in few bytes.
const STEPS: u32 = 30_000;

fuzz_target!(|bytes: &[u8]| {
    let Some((mode, rest)) = bytes.split_first() else { return };
    let (criteria, record) = if mode % 4 == 0 {
        let mut parts = rest.splitn(2, |byte| *byte == 0);
        let Some(criteria) = parts.next().and_then(document) else { return };
        let record = parts.next().and_then(document).map_or_else(|| json!({}), |record| record.value().clone());
        (criteria.value().clone(), record)
    } else {
        let mut choices = Choices::new(rest);
        (predicate(&mut choices, 4), record(&mut choices, "person", 2))
    };
    grammar::cases(&criteria, "");
    grammar::expression(&criteria, "");
    grammar::date(&criteria, "");
    grammar::window(&criteria, "");
    let (node, problems) = grammar::predicate(&criteria, "");
    let Some(node) = node else {
        assert!(!problems.is_empty(), "no criteria and no problem: {criteria}");
        return;
    };
    for problem in &problems {
        assert!(criteria.pointer(&problem.pointer).is_some(), "{} is no place of {criteria}", problem.pointer);
    }
    assert!(!words(&node).is_empty());
    let model = &*MODEL;
    let surroundings = Surroundings { model, scope: vec!["person"], has_period: false };
    let typed = surroundings.predicate(&node);
    let sound = problems.is_empty() && !typed.iter().any(|problem| problem.rule.level == Level::Error);

    let at = "2026-05-20T12:00:00Z".parse().expect("an instant");
    let (scores, budget) = (Scores::read(None), Budget::default());
    let evaluator = Evaluator { model, scores: &scores, budget: &budget, clock: Clock::at(at, model) };
    let scope = Scope::subject("person", &record);
    let holds = evaluator.holds(&node, &scope);
    let (turned, _) = grammar::predicate(&json!({"not": serde_json::Value::from(&criteria)}), "");
    if let (Ok(holds), Some(turned)) = (holds, turned)
        && let Ok(not) = evaluator.holds(&turned, &scope)
    {
        assert_ne!(holds, not, "{criteria} and its opposite for {record}");
    }
    if !sound {
        return;
    }
    for wanted in [true, false] {
        let claim = Claim { model, predicate: &node, holds: wanted };
        match find("person", &[claim], STEPS).answer {
            Answer::Yes(witness) => {
                let (scores, budget) = (Scores::read(Some(&witness.scores)), Budget::default());
                let clock = Clock::at(witness.at, model);
                let evaluator = Evaluator { model, scores: &scores, budget: &budget, clock };
                let found = evaluator.holds(&node, &Scope::subject("person", &witness.record));
                assert_eq!(found, Ok(wanted), "{criteria} for {}", witness.record);
            }
            Answer::No => {
                assert_ne!(holds, Ok(wanted), "no record makes {criteria} {wanted}, but {record} does");
            }
            Answer::NotDecided(_) => {}
        }
    }
});

const PATHS: [&str; 14] = [
    "person.title",
    "person.email",
    "person.country",
    "person.stage",
    "person.mql_at",
    "person.created_at",
    "person.account.employees",
    "person.account.industry",
    "person.account.is_customer",
    "person.owner",
    "person.account.segment",
    "person.timeframe",
    "person.nothing",
    "activity.type",
];
const ROWS: [&str; 6] = ["touch", "form_submission", "page_view", "activity", "stage_change", "campaign_response"];

/// A predicate about a person, sound more often than not.
fn predicate(choices: &mut Choices<'_>, depth: usize) -> Value {
    let compound = if depth == 0 { 4 } else { 12 };
    let several = |choices: &mut Choices<'_>| -> Value {
        (0..=choices.below(3)).map(|_| predicate(choices, depth - 1)).collect::<Vec<_>>().into()
    };
    match choices.below(compound) {
        0 | 1 => comparison(choices, json!({"field": *choices.of(&PATHS)})),
        2 => {
            let of_rows = *choices.of(&ROWS);
            let mut operand = match choices.below(3) {
                0 => json!({"count": of_rows}),
                1 => json!({"count_distinct": format!("{of_rows}.{}", choices.of(&["type", "at", "page", "source"]))}),
                _ => json!({"latest": format!("{of_rows}.{}", choices.of(&["type", "at", "page", "source"]))}),
            };
            if choices.below(2) == 0 {
                operand
                    .set("window", json!({"from": {"shift": "now", "by": {"days": -30}}, "to": "now", "ends": "both"}));
            }
            comparison(choices, operand)
        }
        3 => {
            let condition = definitions(choices);
            condition.unwrap_or_else(|| json!({"meets": "qualification/mql"}))
        }
        4..=6 => json!({"all": serde_json::Value::from(&several(choices))}),
        7 | 8 => json!({"any": serde_json::Value::from(&several(choices))}),
        9 => json!({"not": serde_json::Value::from(&predicate(choices, depth - 1))}),
        10 => json!({"of": serde_json::Value::from(&several(choices)), "at_least": choices.below(4)}),
        _ => borrowed(choices),
    }
}

/// Criteria of a definition of the starter set.
fn definitions(choices: &mut Choices<'_>) -> Option<Value> {
    let of_kind: Vec<_> = REGISTRY.definitions_of("qualification").collect();
    let value = choices.of(&of_kind).document.value();
    let places: Vec<String> = pointers(value, 400).into_iter().filter(|place| place.starts_with("/criteria")).collect();
    value.pointer(choices.of(&places)).cloned()
}

fn comparison(choices: &mut Choices<'_>, mut operand: Value) -> Value {
    let number = |choices: &mut Choices<'_>| json!(choices.below(256) as i64 - 3);
    let texts = ["mql", "sales", "cto", "DE", "inquiry", "recycle", "enterprise", "pricing", ""];
    let (operator, value) = match choices.below(8) {
        0 => ("equals", json!(*choices.of(&texts))),
        1 => ("at_least", number(choices)),
        2 => ("at_most", number(choices)),
        3 => ("more_than", number(choices)),
        4 => ("is_known", json!(choices.below(2) == 0)),
        5 => ("one_of", json!([*choices.of(&texts), *choices.of(&texts)])),
        6 => (*choices.of(&["has_any_word", "contains_any", "starts_with_any"]), json!([*choices.of(&texts)])),
        _ => ("equals", scalar(choices)),
    };
    operand.set(operator, value);
    operand
}

/// A record of an entity, with what the entity says of its fields.
fn record(choices: &mut Choices<'_>, entity: &str, depth: usize) -> Value {
    let Some(definition) = REGISTRY.definition(&format!("entity/{entity}")) else { return json!({}) };
    let value = definition.document.value();
    let mut record = json!({});
    for field in value["fields"].as_array().unwrap_or_default() {
        let Some(id) = field["id"].as_str() else { continue };
        let of_type = match field["type"].as_str().unwrap_or_default() {
            "integer" | "number" => json!(choices.below(256) as i64 - 3),
            "boolean" => json!(choices.below(2) == 0),
            "date" => json!(format!("2026-{:02}-{:02}", choices.below(12) + 1, choices.below(28) + 1)),
            "instant" => json!(format!("2026-{:02}-{:02}T08:00:00Z", choices.below(12) + 1, choices.below(28) + 1)),
            "enum" | "band" => match field["values"].as_array() {
                Some(values) if !values.is_empty() => choices.of(values).clone(),
                _ => json!("x"),
            },
            _ => json!(*choices.of(&["", "cto", "a@b.de", "DE", "x"])),
        };
        match choices.below(6) {
            0 => {}
            1 => record.set(id, scalar(choices)),
            _ => record.set(id, of_type),
        }
    }
    for relation in value["relations"].as_array().unwrap_or_default() {
        let (Some(id), Some(to)) = (relation["id"].as_str(), relation["to"].as_str()) else { continue };
        if depth == 0 || choices.is_over() || choices.below(3) > 0 {
            continue;
        }
        let one = self::record(choices, to, depth - 1);
        let rows = if relation["many"].as_bool() == Some(true) { Value::from(vec![one]) } else { one };
        record.set(id, rows);
    }
    record
}
