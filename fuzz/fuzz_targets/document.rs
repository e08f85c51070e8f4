//! Bytes to a document, its stored form, its digest and its places.
#![no_main]

use canonry::document::{Document, canonical_bytes, parse, span_of, span_of_key, stored_bytes};
use canonry::finding::Finding;
use canonry::text;
use canonry_fuzz::pointers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let document = match Document::parse(bytes) {
        Ok(document) => document,
        Err(error) => {
            assert!(error.offset <= bytes.len(), "{error}");
            let shown = String::from_utf8_lossy(bytes);
            let finding = Finding::unreadable("registry/registry.json", &error);
            finding.position(&shown);
            return;
        }
    };
    assert_eq!(document.source().as_bytes(), bytes, "the source is the file");
    let stored = stored_bytes(document.value());
    assert_eq!(document.is_written_plainly(), stored == bytes, "plain text is the stored form");

    let again = Document::parse(&stored).expect("the stored form is a document");
    assert_eq!(again.value(), document.value());
    assert_eq!(again.digest(), document.digest());
    assert!(again.is_written_plainly());
    assert_eq!(stored_bytes(again.value()), stored, "the stored form is a fixed point");

    let canonical = canonical_bytes(document.value());
    let third = Document::parse(&canonical).expect("the canonical form is a document");
    assert_eq!((third.value(), third.digest()), (document.value(), document.digest()));
    assert_eq!(canonical_bytes(third.value()), canonical);

    // Another reader of JSON reads every document that this one lets through.
    serde_json::from_slice::<serde_json::Value>(bytes).expect("serde_json reads it");

    for pointer in pointers(document.value(), 40) {
        let value = document.value().pointer(&pointer).expect("a place");
        let span = span_of(document.source(), &pointer).expect("a span");
        let part = parse(&bytes[span.start..span.end]).expect("a value of its own");
        assert_eq!(&part, value, "{pointer}");
        span_of_key(document.source(), &pointer).expect("a span");
    }

    let source = document.source();
    assert_eq!(text::masked(source).len(), source.len());
    assert!(!text::line(source).contains('\n'));
    text::markdown(source);
    let shown = text::json(&String::from_utf8_lossy(&stored));
    assert_eq!(&parse(shown.as_bytes()).expect("still JSON"), document.value());
});
