//! The briefs that stand in `docs/briefs/`: what a change of the MQL's threshold, of the influence window and of an SLA looks
//! like to those who decide.

use std::path::Path;

use canonry::document::{Value, parse};

use crate::environment::Environment;
use crate::values::{at, json};

/// Makes one change in the starter set and gives the text of a pull request for it.
fn brief(name: &str, edits: &[(&str, Value)]) -> String {
    let environment = Environment::with_registry();
    let (kind, id) = name.split_once('/').unwrap();
    let path = format!("registry/definitions/{kind}/{id}.json");
    let mut value = parse(environment.read(&path).as_bytes()).unwrap();
    for (pointer, new) in edits {
        *at(&mut value, pointer) = new.clone();
    }
    environment.write(&path, &value.to_string());
    environment.canon(&["fmt"]).expect(0);
    environment.canon(&["diff", "--format", "markdown"]).expect(0).stdout
}

/// Holds a page to what is made now, or writes it anew.
fn hold(page: &str, about: &str, brief: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/briefs").join(page);
    let text = format!("<!-- {about} Made by `cargo test`; do not edit by hand. -->\n\n{brief}");
    if std::env::var_os("CANON_WRITE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "`CANON_WRITE_DOCS=1 cargo test --test it briefs` writes docs/briefs/{page} anew");
}

#[test]
fn the_threshold_of_the_mql() {
    let edits = [
        ("/criteria/any/0/all/0/at_least", json!(70)),
        ("/effective/from", json!("2026-08-01")),
        ("/version", json!("2.0.0")),
    ];
    let brief = brief("qualification/mql", &edits);
    assert!(brief.contains("Fewer count"), "{brief}");
    hold("mql-threshold.md", "The threshold of the MQL moves from 65 points to 70.", &brief);
}

#[test]
fn the_influence_window() {
    let edits =
        [("/window/from/by/days", json!(-90)), ("/effective/from", json!("2026-08-01")), ("/version", json!("2.0.0"))];
    let brief = brief("attribution/marketing-influenced", &edits);
    assert!(brief.contains("window-narrowed"), "{brief}");
    hold("influence-window.md", "Touches count that happened up to 90 days before, no longer 150.", &brief);
}

#[test]
fn an_sla() {
    let edits =
        [("/target/otherwise/hours", json!(2)), ("/effective/from", json!("2026-08-01")), ("/version", json!("2.0.0"))];
    let brief = brief("sla/mql-response", &edits);
    assert!(brief.contains("sla-tightened"), "{brief}");
    hold("sla.md", "Leads must be answered within two hours.", &brief);
}
