//! The pages of the kinds are what the schemas say.
//!
//! `CANON_WRITE_DOCS=1 cargo test --test it kind_pages` writes them anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use canonry::registry::builtin;
use canonry::report::kind;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/kinds")
}

/// The pages that there should be, by file name.
fn made() -> BTreeMap<String, String> {
    let kinds = builtin::kinds();
    let pages = kinds.iter().map(|one| (format!("{}.md", one.name()), kind::page(kinds, one)));
    pages.chain([("README.md".to_owned(), kind::index(kinds))]).collect()
}

#[test]
fn the_pages_are_made_from_the_schemas() {
    let made = made();
    assert!(made.len() > 25);
    if std::env::var_os("CANON_WRITE_DOCS").is_some() {
        std::fs::create_dir_all(folder()).expect("a folder");
        for (name, text) in &made {
            std::fs::write(folder().join(name), text).expect("a page");
        }
    }
    let entries = std::fs::read_dir(folder()).expect("docs/kinds").map(|entry| entry.expect("an entry").path());
    let checked_in: BTreeMap<String, String> = entries
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    let how = "`CANON_WRITE_DOCS=1 cargo test --test it kind_pages` writes docs/kinds anew";
    assert_eq!(made.keys().collect::<Vec<_>>(), checked_in.keys().collect::<Vec<_>>(), "{how}");
    for (name, text) in &made {
        assert!(checked_in[name] == *text, "docs/kinds/{name} is not what the schema says; {how}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let made = made();
    let mut links = 0;
    for (name, text) in &made {
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (page, heading) = target.split_once('#').unwrap_or((target, ""));
            assert!(folder().join(page).is_file(), "docs/kinds/{name}: {target}");
            let said = |line: &str| line.starts_with('#') && slug(line) == heading;
            assert!(heading.is_empty() || made[page].lines().any(said), "docs/kinds/{name}: {target}");
            links += 1;
        }
    }
    assert!(links > 300, "{links}");
}

/// The anchor of a heading.
fn slug(heading: &str) -> String {
    heading.trim_start_matches(['#', ' ']).to_lowercase().replace(' ', "-")
}

#[test]
fn a_page_tells_every_property_that_the_starter_set_uses() {
    let made = made();
    let (registry, _) = canonry::registry::Registry::load(
        builtin::schemas().chain(builtin::starter()).map(|(path, bytes)| (path.to_owned(), bytes.to_vec())),
    );
    for definition in registry.definitions() {
        let (kind, _) = definition.path.trim_start_matches("registry/definitions/").split_once('/').expect("a kind");
        for key in definition.document.value().as_object().expect("an object").keys() {
            let row = format!("| `{key}` |");
            let told = made[&format!("{kind}.md")].contains(&row) || made["README.md"].contains(&row) || key == "kind";
            assert!(told, "docs/kinds/{kind}.md does not tell of `{key}` in {}", definition.path);
        }
    }
}

#[test]
fn a_terminal_gets_plain_words() {
    let kinds = builtin::kinds();
    for one in kinds.iter() {
        let text = kind::text(kinds, one);
        assert!(text.lines().count() > 5 && !text.contains("]("), "{text}");
    }
    let sla = kind::text(kinds, kinds.get("sla").expect("sla"));
    let row = "  owner_change.at_most: whole number, 0 or more, in changes or null, needed; major; \
               more: transfers-relaxed; less: transfers-tightened\n";
    assert!(sla.contains(row), "{sla}");
    assert!(sla.contains("  Where escalation[].do is notify or reassign, escalation[].role is needed.\n"), "{sla}");
}
