//! Work is counted: a question that is too large ends after a fixed number of steps, the same on every machine.

use canonry::criteria::reason::{Answer, Claim, MOST_STEPS, Why, find};
use canonry::document::Value;

use super::read;
use crate::values::json;
use crate::world::model;

/// 64 alternatives of 8 comparisons each, which have little to do with one another.
fn large(seed: u64) -> Value {
    let mut state = seed;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut comparison = || match next(8) {
        0 => json!({"field": "person.account.employees", "more_than": next(1000)}),
        1 => json!({"field": "person.account.employees", "less_than": next(1000)}),
        2 => json!({"field": "person.mql_count", "at_least": next(100)}),
        3 => json!({"field": "person.mql_count", "at_most": next(100)}),
        4 => json!({"field": "person.account.arr", "more_than": next(1_000_000)}),
        5 => json!({"field": "person.account.arr", "less_than": next(1_000_000)}),
        6 => json!({"not": {"field": "person.title", "equals": format!("t{}", next(40))}}),
        _ => json!({"score": "person-score", "at_least": next(100)}),
    };
    let alternatives: Vec<Value> =
        (0..64).map(|_| json!({"all": (0..8).map(|_| comparison()).collect::<Vec<_>>()})).collect();
    json!({"any": alternatives})
}

/// What is asked of two predicates: a record that meets the one and not the other.
fn apart(one: &Value, other: &Value, steps: u32) -> (Answer, u32) {
    let (one, other) = (read(one), read(other));
    let claims = [
        Claim { model: model(), predicate: &one, holds: true },
        Claim { model: model(), predicate: &other, holds: false },
    ];
    let found = find("person", &claims, steps);
    (found.answer, found.steps)
}

#[test]
fn many_alternatives_are_decided_in_few_steps() {
    for seed in 1..4 {
        let (answer, steps) = apart(&large(seed), &large(seed + 1000), MOST_STEPS);
        assert!(matches!(answer, Answer::Yes(_)), "{answer:?} in {steps}");
        assert!(steps < 250_000, "{steps}");
        let (answer, steps) = apart(&large(seed), &large(seed), MOST_STEPS);
        assert_eq!(answer, Answer::No, "in {steps}");
        assert!(steps < 60_000, "{steps}");
    }
}

/// Pigeons and holes: what is asked for is impossible, and only counting over all of them shows it.
fn pigeons(pigeons: usize, holes: usize) -> Value {
    let sits = |pigeon: usize, hole: usize| json!({"field": "person.interests", "equals": format!("{pigeon}-{hole}")});
    let mut conditions: Vec<Value> = Vec::new();
    for pigeon in 0..pigeons {
        conditions.push(json!({"any": (0..holes).map(|hole| sits(pigeon, hole)).collect::<Vec<_>>()}));
    }
    for hole in 0..holes {
        let here: Vec<Value> = (0..pigeons).map(|pigeon| sits(pigeon, hole)).collect();
        conditions.push(json!({"not": {"of": here, "at_least": 2}}));
    }
    json!({"all": conditions})
}

#[test]
fn a_question_that_is_too_large_ends_after_a_fixed_number_of_steps() {
    let impossible = read(&pigeons(12, 11));
    let claims = [Claim { model: model(), predicate: &impossible, holds: true }];
    let found = find("person", &claims, MOST_STEPS);
    assert_eq!(found.answer, Answer::NotDecided(Why::Steps));
    // The last piece of work did not fit any more, and took what was left.
    assert_eq!(found.steps, MOST_STEPS);
    assert_eq!(found, find("person", &claims, MOST_STEPS));
    let fewer = find("person", &claims, 1_000);
    assert_eq!(fewer.answer, Answer::NotDecided(Why::Steps));
    assert!(fewer.steps <= 1_000);
}
