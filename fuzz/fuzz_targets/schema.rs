//! Schemas and their annotations: any two schema documents, and a value that the first may describe.
//!
//! The three are JSON texts parted by NUL. Or, after a first byte of 1, they are built-in ones with edits.
#![no_main]

use canonry::document::{Value, stored_bytes};
use canonry::registry::Kinds;
use canonry_fuzz::{Choices, Edit, STARTER, borrowed, document, edited, pointers, scalar};
use libfuzzer_sys::fuzz_target;

const COMMON: &str = "schemas/common.schema.json";
const KIND: &str = "schemas/thing.schema.json";

fuzz_target!(|bytes: &[u8]| {
    let Some((mode, rest)) = bytes.split_first() else { return };
    let (kind, common, value) = if *mode == 1 {
        built_in(&mut Choices::new(rest))
    } else {
        let parts: Vec<Option<Value>> =
            bytes.splitn(3, |byte| *byte == 0).map(|part| Some(document(part)?.value().clone())).collect();
        let Some(kind) = parts.first().cloned().flatten() else { return };
        let part = |at: usize| parts.get(at).cloned().flatten().unwrap_or_default();
        (kind, part(1), part(2))
    };
    let documents = [(COMMON, &common), (KIND, &kind)];
    let (kinds, mut findings) = Kinds::load(documents.into_iter());
    findings.extend(kinds.faults());
    for finding in &findings {
        let value = if finding.path == COMMON { &common } else { &kind };
        let text = String::from_utf8(stored_bytes(value)).expect("UTF-8");
        finding.position(&text);
    }
    let Some(kind) = kinds.get("thing") else { return };
    let errors = kind.validate(&value);
    assert!(!kind.is_faulty() || errors.is_empty(), "a faulty schema finds nothing");
    let arranged = kind.arrange(&value);
    assert_eq!(arranged, value, "the order of keys is no part of a value");
    assert!(kind.is_arranged(&arranged), "{arranged}");
    assert_eq!(stored_bytes(&kind.arrange(&arranged)), stored_bytes(&arranged));
    let survey = kind.survey(&value);
    assert_eq!(survey.arranged, kind.is_arranged(&value));
    for site in &survey.sites {
        assert!(value.pointer(&site.pointer).is_some(), "{}", site.pointer);
    }
    for reference in &survey.references {
        assert!(value.pointer(&reference.pointer).is_some(), "{}", reference.pointer);
        reference.names();
    }
    kind.subject(&value);
    kind.outcome();
    kind.version();
    for pointer in pointers(&value, 20) {
        kind.unit(&value, &pointer);
        kind.key(&value, &pointer);
    }
    canonry::compare::field_changes(&value, &arranged, &[kind]);
    canonry::compare::field_changes(&value, &common, &[kind]);
});

/// A built-in schema, the shared parts and an example, each with edits.
fn built_in(choices: &mut Choices<'_>) -> (Value, Value, Value) {
    let schemas: Vec<&str> =
        STARTER.keys().map(String::as_str).filter(|path| path.starts_with("schemas/") && *path != COMMON).collect();
    let schema = &STARTER[*choices.of(&schemas)];
    let examples = schema["examples"].as_array().unwrap_or_default();
    let value = if examples.is_empty() { borrowed(choices) } else { choices.of(examples).clone() };
    let (mut kind, mut common, mut value) = (schema.clone(), STARTER[COMMON].clone(), value);
    for _ in 0..choices.below(6) {
        let target = match choices.below(3) {
            0 => &mut kind,
            1 => &mut common,
            _ => &mut value,
        };
        let places = pointers(target, 3_000);
        let place = choices.of(&places).clone();
        let edit = match choices.below(4) {
            0 => Edit::Remove,
            1 => Edit::Double,
            2 => Edit::Replace(borrowed(choices)),
            _ => Edit::Replace(scalar(choices)),
        };
        *target = edited(target, &place, &edit);
    }
    (kind, common, value)
}
