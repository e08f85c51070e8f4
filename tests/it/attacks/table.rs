//! That SECURITY.md names a test for each attack, that the test is there, and that it asks for the finding that is named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Attacks on the list that the project set out to withstand.
const ATTACKS: usize = 39;

/// A row of the table: number, findings, tests.
struct Row {
    number: usize,
    codes: Vec<String>,
    tests: Vec<String>,
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md")).expect("SECURITY.md");
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<String>>();
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let number = cells.first()?.parse().ok()?;
        assert_eq!(cells.len(), 4, "{line}");
        Some(Row { number, codes: quoted(cells[2]), tests: quoted(cells[3]) })
    };
    text.lines().filter(|line| line.starts_with("| ")).filter_map(row).collect()
}

/// The tests below a folder, by module and name, with their bodies.
fn tests(folder: &Path, module: &str, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path: PathBuf = entry.expect("an entry").path();
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let inside = if stem == "mod" || stem == "main" { module.to_owned() } else { format!("{module}{stem}::") };
        if path.is_dir() {
            tests(&path, &inside, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a file");
            for body in text.split("#[test]\n").skip(1) {
                let name = body.trim_start_matches("fn ").split('(').next().expect("a name");
                let body = body.split("\n}\n").next().expect("a body");
                found.insert(format!("{inside}{name}"), body.to_owned());
            }
        }
    }
}

#[test]
fn every_attack_has_its_test() {
    let mut known = BTreeMap::new();
    tests(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"), "", &mut known);
    let rows = rows();
    let numbers: Vec<usize> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=ATTACKS).collect::<Vec<usize>>());
    let mut wrong = Vec::new();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for Row { number, codes, tests } in &rows {
        let bodies: Vec<&String> = tests.iter().filter_map(|test| known.get(test)).collect();
        if tests.is_empty() || bodies.len() != tests.len() {
            wrong.push(format!("{number}: no such test among {tests:?}"));
        }
        for code in codes {
            let is_rule = canonry::finding::rules::RULES.iter().any(|rule| rule.code == code);
            if !is_rule || !bodies.iter().any(|body| body.contains(code.as_str())) {
                wrong.push(format!("{number}: no test asks for `{code}`"));
            }
        }
        named.extend(tests.iter().map(String::as_str));
    }
    let unnamed = known
        .keys()
        .filter(|test| test.starts_with("attacks::") && *test != "attacks::table::every_attack_has_its_test");
    wrong.extend(unnamed.filter(|test| !named.contains(test.as_str())).map(|test| format!("no row names {test}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
