//! How long it takes to say what a change of criteria does. docs/PERFORMANCE.md holds the numbers.

use canonry::compare::{Sides, compare, tell};
use canonry::criteria::reason::{Claim, Criteria, MOST_STEPS, find, implies};
use canonry::criteria::syntax::Predicate;
use canonry::criteria::{Model, grammar};
use canonry::document::Value;
use canonry::registry::{Registry, builtin};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::json;

fn starter() -> Registry {
    let files = builtin::schemas().chain(builtin::starter());
    Registry::load(files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec()))).0
}

fn read(value: serde_json::Value) -> Predicate {
    grammar::predicate(&Value::from(value), "").0.expect("a predicate")
}

/// The largest condition of the starter set, by the bytes of its criteria, with the entity that it is about.
fn largest(registry: &Registry) -> (String, Predicate) {
    let of_one = |definition: canonry::registry::Definition<'_>| {
        let value = definition.document.value();
        let kind = registry.kinds().get(definition.kind)?;
        let (criteria, _) = kind.outcome()?;
        let criteria = value.pointer(criteria)?;
        Some((criteria.to_string().len(), kind.subject(value)?.to_owned(), grammar::predicate(criteria, "").0?))
    };
    let found = registry.definitions().filter_map(of_one).max_by_key(|(size, ..)| *size);
    found.map(|(_, subject, predicate)| (subject, predicate)).expect("a qualification")
}

fn implication(criterion: &mut Criterion) {
    let registry = starter();
    let model = Model::of(&registry);
    let (subject, predicate) = largest(&registry);
    let criteria = Criteria { model: &model, subject: &subject, predicate: &predicate };
    criterion.bench_function("implication, largest criteria of the starter set", |bencher| {
        bencher.iter(|| implies(criteria, criteria));
    });
}

/// 64 alternatives of 8 comparisons each.
fn alternatives(seed: u64) -> Predicate {
    let mut state = seed;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut comparison = || match next(6) {
        0 => json!({"field": "person.account.employees", "more_than": next(1000)}),
        1 => json!({"field": "person.account.employees", "less_than": next(1000)}),
        2 => json!({"field": "person.mql_count", "at_least": next(100)}),
        3 => json!({"field": "person.mql_count", "at_most": next(100)}),
        4 => json!({"not": {"field": "person.title", "equals": format!("t{}", next(40))}}),
        _ => json!({"score": "person-score", "at_least": next(100)}),
    };
    let all: Vec<serde_json::Value> =
        (0..64).map(|_| json!({"all": (0..8).map(|_| comparison()).collect::<Vec<_>>()})).collect();
    read(json!({"any": all}))
}

fn exploding(criterion: &mut Criterion) {
    let registry = starter();
    let model = Model::of(&registry);
    let (one, other) = (alternatives(1), alternatives(1001));
    let mut group = criterion.benchmark_group("questions made to explode");
    group.sample_size(10);
    // What a comparison of two revisions may take.
    let steps = MOST_STEPS / 5;
    for (name, left, right) in [("two sides of 64 x 8", &one, &other), ("one side of 64 x 8 twice", &one, &one)] {
        let claims = [
            Claim { model: &model, predicate: left, holds: true },
            Claim { model: &model, predicate: right, holds: false },
        ];
        assert!(find("person", &claims, steps).steps < steps, "{name} is decided");
        group.bench_function(name, |bencher| bencher.iter(|| find("person", &claims, steps)));
    }
}

fn meaning(criterion: &mut Criterion) {
    let before = starter();
    let path = "registry/definitions/qualification/mql.json";
    let text = before.source(path).expect("the MQL").replace("\"at_least\": 65", "\"at_least\": 70");
    let files = builtin::schemas().chain(builtin::starter());
    let files = files.map(|(known, bytes)| {
        let bytes = if known == path { text.clone().into_bytes() } else { bytes.to_vec() };
        (known.to_owned(), bytes)
    });
    let (after, _) = Registry::load(files);
    criterion.bench_function("meaning of a threshold that moves, with the models of both sides", |bencher| {
        bencher.iter(|| {
            let mut rows = compare(&before, &after);
            tell(&mut rows, &Sides::new(&before, &after));
            assert_eq!(rows[0].meanings[0].code, "stricter");
            rows
        });
    });
}

criterion_group!(benches, implication, exploding, meaning);
criterion_main!(benches);
