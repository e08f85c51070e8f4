//! The built-in schemas.

use canonry::document::Document;
use canonry::registry::{Kinds, builtin};

#[test]
fn the_built_in_schemas_have_no_fault() {
    let documents: Vec<(String, Document)> =
        builtin::schemas().map(|(path, bytes)| (path, Document::parse(bytes).unwrap())).collect();
    assert!(documents.len() >= 20);
    let (kinds, findings) = Kinds::load(documents.iter().map(|(path, document)| (path.as_str(), document.value())));
    assert_eq!(findings, []);
    assert_eq!(kinds.faults(), []);
    for (_, document) in &documents {
        for example in document.value()["examples"].as_array().into_iter().flatten() {
            let kind = kinds.schema(example["kind"].as_str().unwrap_or_default());
            if let Some(kind) = kind {
                assert_eq!(kind.validate(example), [], "{example}");
            }
        }
    }
}

#[test]
fn speed() {
    use std::time::Instant;
    let documents: Vec<(String, Document)> =
        builtin::schemas().map(|(path, bytes)| (path, Document::parse(bytes).unwrap())).collect();
    for _ in 0..2 {
    let t = Instant::now();
    let (kinds, _) = Kinds::load(documents.iter().map(|(path, document)| (path.as_str(), document.value())));
    eprintln!("load {:?}", t.elapsed());
    let t = Instant::now();
    kinds.faults();
    eprintln!("compile all {:?}", t.elapsed());
    for name in kinds.names() {
        let kind = kinds.get(name).unwrap();
        let Some(example) = kind.schema()["examples"].get(0) else { continue };
        let t = Instant::now();
        for _ in 0..100 { kind.validate(example); }
        let validate = t.elapsed() / 100;
        let t = Instant::now();
        for _ in 0..100 { kind.is_arranged(example); }
        let arrange = t.elapsed() / 100;
        let t = Instant::now();
        for _ in 0..100 { kind.sites(example); }
        let sites = t.elapsed() / 100;
        let t = Instant::now();
        for _ in 0..100 { Document::parse(example.to_string().as_bytes()).unwrap(); }
        let parse = t.elapsed() / 100;
        eprintln!("{name}: {} bytes; parse {parse:?} validate {validate:?} arranged {arrange:?} sites {sites:?}", example.to_string().len());
    }
    }
}
