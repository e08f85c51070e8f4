//! A corpus of nasty JSON: files that must be refused with a place, and files that are read, whatever they are then.
//!
//! Each file stands once in the place of every governed document. Nothing may panic, hang, or reach a terminal.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use canonry::check;
use canonry::document::{Document, Value, canonical_bytes, stored_bytes};
use canonry::finding::{Finding, any_error};
use canonry::governance::guard;
use canonry::registry::{Registry, builtin};
use canonry::report;

use crate::check::Bench;
use crate::values::json;

/// The places where each file is put, all at once.
const PLACES: [&str; 7] = [
    "registry/registry.json",
    "registry/waivers.json",
    "registry/governance/policy.json",
    "registry/governance/people/mql.json",
    "registry/definitions/qualification/mql.json",
    "registry/definitions/maturity/readiness.json",
    "schemas/thing.schema.json",
];

/// The schemas of what stands there.
const SCHEMAS: [&str; 4] = [
    "schemas/common.schema.json",
    "schemas/entity.schema.json",
    "schemas/maturity.schema.json",
    "schemas/qualification.schema.json",
];

/// The files of the corpus, by name.
fn corpus() -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/nasty");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let read = |path: std::path::PathBuf| {
        (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap())
    };
    files.map(read).collect()
}

/// What the check of a small registry finds with these bytes at every place.
fn found(bytes: &[u8]) -> (Registry, Vec<Finding>) {
    let wanted = |path: &str| SCHEMAS.contains(&path) || path.starts_with("registry/definitions/entity/");
    let files = builtin::schemas().chain(builtin::starter()).filter(|(path, _)| wanted(path));
    let mut files: BTreeMap<String, Vec<u8>> = files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    files.extend(PLACES.map(|path| (path.to_owned(), bytes.to_vec())));
    let (registry, loaded) = Registry::load(files);
    let governance = guard::findings(&registry);
    let checked = check::run(registry, loaded).and(governance).waive("2026-05-01T09:00:00Z".parse().unwrap());
    let findings = checked.findings().to_vec();
    let files = PLACES.map(|path| (path.to_owned(), bytes.to_vec()));
    assert!(!any_error(&findings) || checked.into_checked().is_err());
    (Registry::load(files).0, findings)
}

#[test]
fn nasty_files_are_findings_and_nothing_else() {
    let corpus = corpus();
    let (mut refused, mut read) = (0, 0);
    for (name, bytes) in &corpus {
        match Document::parse(bytes) {
            Err(error) => {
                assert!(name.starts_with("refused-"), "{name}: {error}");
                assert!(error.offset <= bytes.len(), "{name}: {error}");
                refused += 1;
            }
            Ok(document) => {
                assert!(name.starts_with("read-"), "{name} was read as {}", document.value());
                let stored = stored_bytes(document.value());
                let again = Document::parse(&stored).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!((again.value(), again.digest()), (document.value(), document.digest()), "{name}");
                assert_eq!(document.is_written_plainly(), stored == *bytes, "{name}");
                assert_eq!(document.source().as_bytes(), bytes, "{name}");
                assert_eq!(Document::parse(&canonical_bytes(document.value())).unwrap().digest(), document.digest());
                read += 1;
            }
        }
        let (registry, findings) = found(bytes);
        for place in PLACES {
            let here = || findings.iter().filter(|finding| finding.path == place);
            assert!(here().next().is_some(), "{name} at {place} is no finding");
            let refusals = here().filter(|finding| finding.rule.code == "malformed-json").count();
            let is_object = Document::parse(bytes).is_ok_and(|document| document.value().is_object());
            assert_eq!(refusals, usize::from(!is_object), "{name} at {place}");
            for finding in here() {
                let position = finding.position(registry.source(place).unwrap_or_default());
                assert!(position.line > 0 && position.column > 0);
            }
        }
        let shown = report::findings::findings(&findings, |path| registry.source(path), false);
        let steering =
            |letter: char| letter.is_control() && letter != '\n' || ('\u{202a}'..='\u{202e}').contains(&letter);
        assert!(!shown.contains(steering), "{name}: {shown:?}");
    }
    assert!(refused > 90 && read > 60, "{refused} refused, {read} read");
}

#[test]
fn examples_that_take_long_are_not_all_computed() {
    const SLA: &str = "registry/definitions/sla/mql-response.json";
    let mut bench = Bench::starter();
    bench.edit(SLA, |sla| {
        let mut long = sla["examples"][0].clone();
        long["at"] = json!("9990-01-01T00:00:00Z");
        long["record"]["stage_changes"][0]["at"] = json!("0002-01-01T00:00:00Z");
        long["record"]["activities"][0]["at"] = json!("9980-01-01T00:00:00Z");
        let examples = (0..20).map(|at| {
            let mut one = long.clone();
            one["id"] = json!(format!("e{at}"));
            one
        });
        sla["examples"] = examples.collect();
    });
    let checked = bench.check();
    let of_examples = checked.findings().iter().filter(|found| found.rule.code == "example-not-computed");
    let messages: Vec<&str> = of_examples.map(|found| found.message.as_str()).collect();
    let (last, by_itself) = messages.split_last().expect("findings");
    assert_eq!(by_itself.len(), 5, "{messages:?}");
    assert!(by_itself.iter().all(|message| message.contains("take more than")), "{messages:?}");
    assert!(last.contains("those after it"), "{last}");
}

/// A condition so many lists deep.
fn deep(levels: usize) -> Value {
    let large = |level: usize| json!({"field": "opportunity.amount", "at_least": level});
    let open = json!({"field": "opportunity.is_open", "equals": true});
    (1..=levels).fold(large(0), |inner, level| json!({"all": [open, {"any": [large(level * 1000), inner]}]}))
}

#[test]
fn populations_of_lists_within_lists_are_compared_in_time() {
    let mut bench = Bench::starter();
    let paths: Vec<String> = bench.files.keys().filter(|path| path.contains("/attribution/")).cloned().collect();
    assert!(paths.len() > 1);
    for path in &paths {
        bench.edit(path, |attribution| attribution["population"] = json!({"where": deep(15)}));
    }
    let checked = bench.check();
    let codes: BTreeSet<&str> = checked.findings().iter().map(|found| found.rule.code).collect();
    assert!(!codes.contains("population-differs"), "{codes:?}");
}
