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
