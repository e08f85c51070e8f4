//! The corpus: a pair for every code, and what its reverse means.

use std::collections::BTreeSet;
use std::path::PathBuf;

use canonry::compare::{CODES, code};
use canonry::document::{Value, parse};
use canonry::registry::{Registry, builtin};

use super::{Files, codes, edit, load, row, starter};

struct Pair {
    code: String,
    why: String,
    definition: String,
    before: Registry,
    after: Registry,
    codes: Vec<String>,
    mirror: Vec<String>,
}

fn corpus() -> Vec<Pair> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/changes");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let starter = starter();
    files.iter().map(|file| pair(file, &starter)).collect()
}

fn pair(file: &PathBuf, starter: &Files) -> Pair {
    let fixture = parse(&std::fs::read(file).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let definition = fixture["definition"].as_str().unwrap().to_owned();
    let side = |edits: Option<&Value>| {
        let mut files = starter.clone();
        edit(&mut files, &definition, edits);
        load(&files)
    };
    let texts =
        |key: &str| fixture[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect();
    Pair {
        code: file.file_stem().unwrap().to_str().unwrap().to_owned(),
        why: fixture["why"].as_str().unwrap().to_owned(),
        before: side(fixture.get("before")),
        after: side(fixture.get("after")),
        codes: texts("codes"),
        mirror: texts("mirror"),
        definition,
    }
}

#[test]
fn every_pair_means_what_its_fixture_says_and_its_reverse_the_mirror() {
    let mut wrong = Vec::new();
    for Pair { code, definition, before, after, codes: expected, mirror, .. } in corpus() {
        assert!(expected.contains(&code), "{code} is no code of its own fixture");
        let there = codes(&row(&before, &after, &definition).meanings);
        let back = codes(&row(&after, &before, &definition).meanings);
        if (&there, &back) != (&expected, &mirror) {
            wrong.push(format!("{code}: {there:?} and back {back:?}, said: {expected:?} and {mirror:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn codes_mirror_each_other() {
    let mut wrong = Vec::new();
    for Pair { code: name, codes, mirror, .. } in corpus() {
        let mut mirrored: Vec<String> = codes
            .iter()
            .map(|name| code(name).unwrap_or_else(|| panic!("{name} has no row")).mirror.to_owned())
            .collect();
        mirrored.sort();
        if mirrored != mirror {
            wrong.push(format!("{name}: {mirrored:?} by the rows, {mirror:?} by the fixture"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for row in CODES {
        let mirror =
            code(row.mirror).unwrap_or_else(|| panic!("{} has no row for its mirror {}", row.code, row.mirror));
        assert_eq!(mirror.mirror, row.code, "{}", row.code);
    }
}

#[test]
fn every_code_has_a_row_and_a_pair() {
    let rows: BTreeSet<&str> = CODES.iter().map(|row| row.code).collect();
    assert_eq!(rows.len(), CODES.len(), "two rows have one code");
    assert!(CODES.is_sorted_by_key(|row| row.code));
    let pairs: BTreeSet<String> = corpus().into_iter().map(|pair| pair.code).collect();
    let without: Vec<&&str> = rows.iter().filter(|row| !pairs.contains(**row)).collect();
    assert!(without.is_empty(), "no pair shows {without:?}");
    let given = builtin::kinds().codes();
    let unknown: Vec<&&str> = given.iter().filter(|code| !rows.contains(**code)).collect();
    assert!(unknown.is_empty(), "no row tells {unknown:?}");
}

#[test]
fn the_page_of_codes_is_made_from_the_rows() {
    let mut page = String::from(
        "# What a change can mean\n\n\
         Made from the rows in `src/compare/codes.rs` and the fixtures in `tests/fixtures/changes`; do not edit by hand.\n\
         `canon explain CODE` shows the same on a terminal. Policy can ask for more approvals where a change has one of these\n\
         codes: `\"when\": {\"meanings\": [\"sla-relaxed\"]}`.\n\n| code | | its reverse |\n| --- | --- | --- |\n",
    );
    for row in CODES {
        page.push_str(&format!("| [{0}](#{0}) | {1} | {2} |\n", row.code, row.title, row.mirror));
    }
    let pairs = corpus();
    for row in CODES {
        page.push_str(&format!("\n## {}\n\n**{}.** {}\n", row.code, row.title, row.why));
        if let Some(pair) = pairs.iter().find(|pair| pair.code == row.code) {
            page.push_str(&format!("\nFor instance: {}\n", pair.why));
        }
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes.md");
    if std::env::var_os("CANON_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page, "`CANON_WRITE_DOCS=1 cargo test --test it page_of_codes` writes docs/codes.md anew");
}
