//! Findings as text: excerpts of any text, at any place, without a panic.

use canonry::check::Checked;
use canonry::document::{Span, parse};
use canonry::finding::{Finding, Target, parse_document, rules};
use canonry::report::findings::findings as report;
use proptest::prelude::*;
use serde_json::json;

use crate::check::Bench;

const MQL: &str = "registry/definitions/qualification/mql.json";

fn shown(checked: &Checked) -> String {
    report(checked.findings(), |path| checked.registry().source(path), false)
}

#[test]
fn keys_that_part_inside_a_character() {
    let mut bench = Bench::starter();
    let text = String::from_utf8(bench.files[MQL].clone()).unwrap();
    // Fields of a record are of any name, and stand in the order of the alphabet.
    let record = "\"record\": {\n";
    assert!(text.contains(record));
    let text = text.replacen(record, &format!("{record}        \"é\": 1,\n        \"è\": 2,\n"), 1);
    parse(text.as_bytes()).unwrap();
    bench.files.insert(MQL.to_owned(), text.into_bytes());
    let checked = bench.check();
    let stored = checked.findings().iter().find(|found| found.rule.code == "not-stored-form").unwrap();
    let source = checked.registry().source(MQL).unwrap();
    let span = stored.span(source).unwrap();
    assert_eq!(&source[span.start..span.end], "é");
    assert!(shown(&checked).contains("not-stored-form"));
}

#[test]
fn a_file_that_is_too_large_is_cut_between_characters() {
    const LIMIT: usize = 1 << 20;
    for shift in 0..3 {
        let text = format!("{}{}", "x".repeat(LIMIT - shift), "€\n".repeat(9));
        let finding = parse_document(MQL, text.as_bytes()).unwrap_err();
        assert_eq!(finding.target, Target::Offset(LIMIT));
        assert!(report(&[finding], |_| Some(text.as_str()), false).contains("malformed-json"));
    }
}

#[test]
fn a_place_is_found_where_masking_makes_two_keys_alike() {
    let source = "{\"\u{202e}\": 1, \"???\": 2}";
    let finding = Finding::at(&rules::SHAPE, MQL, "/???", "is wrong");
    let Span { start, end } = finding.span(source).unwrap();
    assert_eq!(&source[start..end], "2");
    let text = report(&[finding], |_| Some(source), false);
    assert!(text.contains(&format!("{MQL}:1:")) && !text.contains('\u{202e}'), "{text}");
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        Just(Target::File),
        prop_oneof![0..64_usize, Just(usize::MAX)].prop_map(Target::Offset),
        "(/[aé~0-2]{0,2}){0,3}".prop_map(Target::Value),
        "(/[aé~0-2]{0,2}){0,3}".prop_map(Target::Key),
    ]
}

fn source() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "{", "}", "[", "]", "\"a\"", "\"é\"", ":", ",", "1", "\n", "\r\n", "\t", "\u{202e}", "€", "😀", " ",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(words, 0..30).prop_map(|words| words.concat()),
        any::<u16>().prop_map(|number| json!({"a": [number, {"é": "€"}], "é": "\u{7f}"}).to_string()),
    ]
}

proptest! {
    #[test]
    fn any_finding_on_any_text_can_be_shown(
        target in target(), source in source(), message in any::<String>(), hint in any::<String>(), path in any::<String>(),
        color in any::<bool>(),
    ) {
        let mut finding = Finding::on_file(&rules::SHAPE, &path, message).hint(hint);
        finding.target = target;
        if let Some(span) = finding.span(&source) {
            prop_assert!(source.get(span.start..span.end).is_some());
        }
        prop_assert!(finding.position(&source).line > 0);
        let text = report(&[finding], |_| Some(source.as_str()), color);
        prop_assert!(text.contains("shape"));
    }
}
