//! The rows that document findings.

use canonry::finding::{RULES, rule};

#[test]
fn every_code_is_documented_once() {
    assert!(RULES.len() > 20);
    for pair in RULES.windows(2) {
        assert!(pair[0].code < pair[1].code, "{} and {} are out of order or alike", pair[0].code, pair[1].code);
    }
    for row in RULES.iter() {
        assert!(row.code.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'), "{}", row.code);
        assert!(row.title.len() > 10 && !row.title.ends_with('.'), "{}: {}", row.code, row.title);
        for text in [row.why, row.mend] {
            assert!(text.len() > 10 && text.ends_with('.'), "{}: {text}", row.code);
        }
        assert_eq!(rule(row.code), Some(*row));
    }
}

#[test]
fn every_code_is_used() {
    let mut sources = String::new();
    let mut open = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => open.push(path),
                false if path.to_string_lossy().contains("finding/rules/") => {}
                false => sources.push_str(&std::fs::read_to_string(path).expect("a file")),
            }
        }
    }
    for row in RULES.iter() {
        let name = row.code.to_uppercase().replace('-', "_");
        assert!(sources.contains(&name), "no code makes the finding {}", row.code);
    }
}

/// The page of all rules, with what their fixtures get wrong as instances.
fn page() -> String {
    let mut page = String::from(
        "# What can be found\n\n\
         Made from the rows in `src/finding/rules` and the fixtures in `tests/fixtures/rules`; do not edit by hand.\n\
         `canon explain CODE` shows the same on a terminal. An error makes a command exit 1; a warning does so under\n\
         `--fail-on warning`. What can be waived may be accepted for a while in `registry/waivers.json`.\n\n\
         | code | level | |\n| --- | --- | --- |\n",
    );
    for row in RULES.iter() {
        let waivable = if row.waivable { ", can be waived" } else { "" };
        page.push_str(&format!("| [{0}](#{0}) | {1}{waivable} | {2} |\n", row.code, row.level.word(), row.title));
    }
    for row in RULES.iter() {
        page.push_str(&format!("\n## {}\n\n**{}.** {}\n\n", row.code, row.title, row.why));
        let instances = crate::fixtures::instances(row.code);
        if !instances.is_empty() {
            page.push_str(&format!("For instance: {}\n\n", instances.join(" Or: ")));
        }
        page.push_str(&format!("To mend it: {}\n", row.mend));
    }
    page
}

#[test]
fn the_page_of_rules_is_made_from_the_rows() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let page = page();
    if std::env::var_os("CANON_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("the page");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page, "`CANON_WRITE_DOCS=1 cargo test --test it page_of_rules` writes docs/rules.md anew");
}
