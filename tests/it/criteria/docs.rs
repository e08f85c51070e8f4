//! The page about criteria: what it shows follows the grammar, and fits the world of these tests.

use canonry::criteria::types::Surroundings;
use canonry::criteria::{Problem, grammar};
use canonry::document::{Value, parse};

use crate::world::model;

/// The fenced blocks of the page: what follows `json` on the fence, and the value.
fn blocks(page: &str) -> Vec<(String, Value)> {
    let mut blocks = Vec::new();
    for block in page.split("\n```json").skip(1) {
        let (part, rest) = block.split_once('\n').unwrap();
        let (text, _) = rest.split_once("\n```").unwrap();
        blocks
            .push((part.trim().to_owned(), parse(text.as_bytes()).unwrap_or_else(|fault| panic!("{fault} in {text}"))));
    }
    blocks
}

/// The examples in tables: code that is a JSON object.
fn in_tables(page: &str) -> Vec<Value> {
    let rows = page.lines().filter(|line| line.starts_with('|'));
    rows.flat_map(|row| row.split('`'))
        .filter_map(|code| parse(code.as_bytes()).ok())
        .filter(Value::is_object)
        .collect()
}

#[test]
fn what_the_page_shows_is_sound() {
    let page = include_str!("../../../docs/criteria.md");
    let person = Surroundings { model: model(), scope: vec!["person"], has_period: false };
    let opportunity = Surroundings { scope: vec!["opportunity"], ..person.clone() };
    let mut seen = 0;
    let mut sound = |problems: Vec<Problem>, value: &Value| {
        let errors: Vec<_> =
            problems.iter().filter(|problem| problem.rule.level == canonry::finding::Level::Error).collect();
        assert!(errors.is_empty(), "{value}: {errors:?}");
        seen += 1;
    };
    let predicates = blocks(page).into_iter().filter(|(part, _)| part == "predicate").map(|(_, value)| value);
    for value in predicates.chain(in_tables(page)) {
        let (node, mut problems) = grammar::predicate(&value, "");
        problems.extend(node.iter().flat_map(|node| person.predicate(node)));
        // In tables the way to rows is left out for short.
        problems.retain(|problem| problem.rule.code != "via-unclear");
        sound(problems, &value);
    }
    for (part, value) in blocks(page) {
        let problems = match part.as_str() {
            "date" => grammar::date(&value, "").0.map(|node| opportunity.date(&node)),
            "window" => grammar::window(&value, "").0.map(|node| person.window(&node)),
            "cases" => grammar::cases(&value, "").0.map(|node| person.cases(&node)),
            "expression" => grammar::expression(&value, "").0.map(|_| Vec::new()),
            _ => continue,
        };
        sound(problems.unwrap_or_else(|| panic!("{value} does not follow the grammar")), &value);
    }
    assert!(seen >= 18, "{seen}");
}
