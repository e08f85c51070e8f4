//! Thirty mistakes and more, each of another sort, in one copy of the starter set: each is found once, at its line.
//!
//! `tests/fixtures/thirty.json` lists them: the code, the file and the text of the line at which it is found, and the
//! edits that make the mistake, in the form of the fixtures of rules.

use std::collections::BTreeSet;
use std::path::Path;

use canonry::operations::check::check_registry;
use canonry::operations::workspace::Now;
use canonry::registry::Registry;
use serde_json::Value as Json;

use crate::check::Bench;
use crate::fixtures::{apply, text};

pub(crate) fn mistakes() -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/thirty.json");
    serde_json::from_slice(&std::fs::read(path).expect("the mistakes")).expect("JSON")
}

#[test]
fn thirty_mistakes_of_thirty_sorts_give_thirty_findings() {
    let mistakes = mistakes();
    let sorts: BTreeSet<String> = mistakes.iter().map(|mistake| text(mistake, "code")).collect();
    assert!(sorts.len() >= 30, "{} sorts", sorts.len());
    assert_eq!(sorts.len(), mistakes.len(), "each mistake is of another sort");
    let mut files = Bench::starter().files;
    let edits = || mistakes.iter().flat_map(|mistake| mistake["edits"].as_array().expect("edits"));
    edits().for_each(|edit| apply(&mut files, edit));

    let (registry, loaded) = Registry::load(files);
    let checked = check_registry(registry, loaded, Now("2026-06-15T12:00:00Z".parse().expect("an instant")));
    let found: BTreeSet<[String; 3]> = checked
        .findings()
        .iter()
        .map(|finding| {
            let source = checked.registry().source(&finding.path).expect("the file of a finding");
            let line = source.lines().nth(finding.position(source).line - 1).expect("the line of a finding");
            [finding.rule.code.to_owned(), finding.path.clone(), line.trim().to_owned()]
        })
        .collect();
    let expected: BTreeSet<[String; 3]> =
        mistakes.iter().map(|mistake| [text(mistake, "code"), text(mistake, "path"), text(mistake, "line")]).collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    let more: Vec<_> = found.difference(&expected).collect();
    assert!(missing.is_empty() && more.is_empty(), "not found: {missing:#?}\nfound: {more:#?}");
    assert_eq!(checked.findings().len(), mistakes.len(), "no mistake is told twice");
}
