//! What a series of questions may cost, all together.

use canonry::criteria::reason::{Allowance, Answer, Together};
use canonry::criteria::syntax::Predicate;

use super::read;
use crate::values::json;
use crate::world::model;

fn conditions() -> Vec<Predicate> {
    let equals = |number: u32| read(&json!({"field": "person.mql_count", "equals": number}));
    (0..40).map(equals).collect()
}

/// How many of the pairs of conditions, which exclude each other, are found to do so.
fn apart(each: u32, all: u64) -> usize {
    let (conditions, allowance) = (conditions(), Allowance::new(each, all));
    let together = Together::new(model(), "person", conditions.iter().collect(), &allowance);
    let pairs = (0..conditions.len()).flat_map(|later| (0..later).map(move |earlier| (earlier, later)));
    pairs.filter(|(one, other)| together.is_never(&[(*one, true), (*other, true)])).count()
}

#[test]
fn questions_end_when_all_together_have_cost_enough() {
    let pairs = 40 * 39 / 2;
    assert_eq!(apart(200_000, u64::MAX), pairs);
    let some = apart(200_000, 20_000);
    assert!(some > 0 && some < pairs, "{some}");
    assert_eq!(apart(200_000, 20_000), some, "the same each time");
    assert_eq!(apart(10, u64::MAX), 0, "each by itself may be too long");
}

#[test]
fn what_is_spent_is_not_decided() {
    let (conditions, allowance) = (conditions(), Allowance::new(200_000, 0));
    let together = Together::new(model(), "person", conditions.iter().collect(), &allowance);
    assert!(allowance.is_spent());
    assert!(!together.is_never(&[(0, true), (1, true)]));
    assert!(matches!(together.find(&[(0, true), (1, true)]), Answer::NotDecided(_)));
}
