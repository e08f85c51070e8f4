//! The starter set: what its qualifications imply, and that no question about them is a large one.

use std::collections::BTreeMap;

use canonry::criteria::reason::{Answer, Claim, Found, MOST_STEPS, counts, find};
use canonry::criteria::{Model, Scores, grammar};
use canonry::registry::{Registry, builtin};

use crate::values::json;

fn model() -> Model {
    let files = builtin::schemas().chain(builtin::starter());
    let files: BTreeMap<String, Vec<u8>> = files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    Model::of(&Registry::load(files).0)
}

/// Whether anybody counts by the one definition and not by the other.
fn apart(model: &Model, one: &str, other: &str) -> Found {
    let subject = &model.qualifier(one).expect("a qualification").subject;
    let (one, other) = (counts(one), counts(other));
    let claims = [Claim { model, predicate: &one, holds: true }, Claim { model, predicate: &other, holds: false }];
    find(subject, &claims, MOST_STEPS)
}

#[test]
fn questions_about_the_starter_set_are_small() {
    let model = model();
    let names: Vec<&str> = model.qualifier_names().collect();
    assert!(names.len() >= 3, "{names:?}");
    for one in &names {
        let subject = &model.qualifier(one).expect("a qualification").subject;
        let node = counts(one);
        let somebody = find(subject, &[Claim { model: &model, predicate: &node, holds: true }], MOST_STEPS);
        assert!(matches!(somebody.answer, Answer::Yes(_)), "nobody is `{one}`: {somebody:?}");
        for other in names.iter().filter(|other| model.qualifier(other).is_some_and(|of| of.subject == *subject)) {
            let found = apart(&model, one, other);
            assert!(!matches!(found.answer, Answer::NotDecided(_)), "{one} and {other}: {found:?}");
            assert!(found.steps < 40_000, "{one} and {other} take {} steps", found.steps);
            assert!(one != other || found.answer == Answer::No, "{one}: {found:?}");
        }
    }
}

#[test]
fn an_sql_is_a_sal_and_not_the_other_way_round() {
    let model = model();
    assert_eq!(apart(&model, "qualification/sql", "qualification/sal").answer, Answer::No);
    assert!(matches!(apart(&model, "qualification/sal", "qualification/sql").answer, Answer::Yes(_)));
}

#[test]
fn who_is_not_scored_is_stated_so() {
    let model = model();
    let asked = json!({"all": [
        {"not": {"score": "person-score", "at_least": 65}}, {"not": {"score": "person-score", "less_than": 65}},
    ]});
    let node = grammar::predicate(&asked, "").0.expect("a predicate");
    let found = find("person", &[Claim { model: &model, predicate: &node, holds: true }], MOST_STEPS);
    let Answer::Yes(witness) = found.answer else { panic!("{found:?}") };
    let state = Scores::read(Some(&witness.scores));
    assert!(state.of("person-score").is_none_or(|state| state.points(None).is_none()), "{witness:?}");
    // No total is below the floor.
    let low = grammar::predicate(&json!({"score": "person-score", "less_than": 0}), "").0.expect("a predicate");
    let found = find("person", &[Claim { model: &model, predicate: &low, holds: true }], MOST_STEPS);
    assert_eq!(found.answer, Answer::No);
}
