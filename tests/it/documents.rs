//! Strict parsing, the stored form, digests.

use canonry::document::{
    Digest, Document, Value, canonical_bytes, merkle_root, parse, position_of, span_of, stored_bytes,
};
use proptest::prelude::*;

use crate::values::{json, object};

/// What the texts of a property are changed by: inserted, or if empty a character is taken out, or escaped.
const EDITS: [&str; 11] = ["", "", " ", "\n", "  ", "\t", "\r", "0", ".0", "-", "\\u"];

/// The six published vectors of RFC 8785: input, and the canonical text. Source: test data of the RFC's reference
/// implementations (github.com/cyberphone/json-canonicalization).
const VECTORS: [(&str, &str); 6] = [
    (r#"[56, {"d": true, "10": null, "1": []}]"#, r#"[56,{"1":[],"10":null,"d":true}]"#),
    (
        r#"{"peach": "This sorting order", "péché": "is wrong according to French",
            "pêche": "but canonicalization MUST", "sin": "ignore locale"}"#,
        r#"{"peach":"This sorting order","péché":"is wrong according to French","pêche":"but canonicalization MUST","sin":"ignore locale"}"#,
    ),
    (
        r#"{"1": {"f": {"f": "hi", "F": 5}, "\n": 56.0}, "10": {}, "": "empty", "a": {},
            "111": [{"e": "yes", "E": "no"}], "A": {}}"#,
        r#"{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}"#,
    ),
    (r#"{"Unnormalized Unicode": "A\u030a"}"#, "{\"Unnormalized Unicode\":\"A\u{30a}\"}"),
    (
        r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#,
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#,
    ),
    (
        r#"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
            "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}"#,
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}",
    ),
];

#[test]
fn the_published_vectors_of_rfc_8785() {
    for (input, canonical) in VECTORS {
        let value = parse(input.as_bytes()).unwrap_or_else(|error| panic!("{input}: {error}"));
        assert_eq!(String::from_utf8_lossy(&canonical_bytes(&value)), canonical);
    }
}

#[test]
fn a_digest_is_the_sha256_of_the_canonical_bytes() {
    let document = Document::parse(b"{\"b\": 1.0, \"a\": \"\\u0041\"}").expect("a document");
    // printf '{"a":"A","b":1}' | sha256sum
    assert_eq!(
        document.digest().to_string(),
        "sha256:2fbac9efdc203ac32532d2f2dc78f5009d3f0cc6649bcd905622e1e50aa7e28e"
    );
    assert_eq!(document.digest().to_string().parse::<Digest>().expect("a digest"), document.digest());
    assert!("sha256:00".parse::<Digest>().is_err());
    assert!(document.digest().to_string().to_uppercase().parse::<Digest>().is_err());
}

#[test]
fn the_merkle_root_is_that_of_rfc_6962() {
    let leaves: Vec<Vec<u8>> = ["", "\0", "\u{10}", " !", "01", "@ABC", "PQRSTUVW", "`abcdefghijklmno"]
        .iter()
        .map(|leaf| leaf.as_bytes().to_vec())
        .collect();
    // Known answers for these leaves: test data of the certificate-transparency reference implementation.
    let known = [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ];
    for (count, root) in known {
        assert_eq!(merkle_root(&leaves[..count]).to_string(), format!("sha256:{root}"));
    }
    let node = |left: &[u8], right: &[u8]| Digest::of_bytes(&[&[1], left, right].concat());
    let leaf = |leaf: &[u8]| Digest::of_bytes(&[&[0], leaf].concat());
    let raw = |digest: Digest| -> Vec<u8> {
        let text = digest.to_string();
        let digits = &text["sha256:".len()..];
        (0..32).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).expect("hexadecimal")).collect()
    };
    let pair = node(&raw(leaf(&leaves[0])), &raw(leaf(&leaves[1])));
    assert_eq!(merkle_root(&leaves[..2]), pair);
    assert_eq!(merkle_root(&leaves[..3]), node(&raw(pair), &raw(leaf(&leaves[2]))), "the larger part is left");
}

#[test]
fn what_two_readers_could_read_differently_is_refused() {
    let deep = "[".repeat(65) + &"]".repeat(65);
    let refused = [
        ("", 0, "expected a value"),
        ("{\"a\": 1, \"a\": 2}", 9, "appears twice"),
        ("{\"a\": 1, \"\\u0061\": 2}", 9, "appears twice"),
        ("\u{feff}{}", 0, "byte order mark"),
        ("{} {}", 3, "has ended"),
        ("{\"a\": 9007199254740992}", 6, "2^53-1"),
        ("{\"a\": -9007199254740992}", 6, "2^53-1"),
        ("{\"a\": 9007199254740993.0}", 6, "2^53-1"),
        ("{\"a\": 1e20}", 6, "2^53-1"),
        ("{\"a\": 1e400}", 6, "range of a double"),
        ("{\"a\": 99999999999999999999999999}", 6, "2^53-1"),
        ("{\"a\": \"\\ud800\"}", 7, "surrogate"),
        ("{\"a\": \"\\ud800\\u0041\"}", 7, "surrogate"),
        ("{\"a\": \"\\udc00\"}", 7, "surrogate"),
        ("{\"a\": \"\\u0000\"}", 7, "NUL"),
        ("{\"a\": \"\u{1}\"}", 7, "control character"),
        ("{\"a\": 01}", 7, "start with 0"),
        ("{\"a\": .5}", 6, "expected a value"),
        ("{\"a\": 1.}", 8, "expected a digit"),
        ("{\"a\": +1}", 6, "expected a value"),
        ("{\"a\": NaN}", 6, "expected a value"),
        ("{\"a\": tru}", 6, "bare words"),
        ("{\"a\": \"\\x\"}", 7, "unknown escape"),
        ("{\"a\": \"b", 8, "no closing"),
        ("{\"a\" 1}", 5, "`:`"),
        ("{\"a\": 1,}", 8, "double quotes"),
        ("[1,]", 3, "expected a value"),
        ("{'a': 1}", 1, "double quotes"),
        ("// no\n{}", 0, "expected a value"),
        (deep.as_str(), 64, "64 levels"),
    ];
    for (text, offset, part) in refused {
        let error = parse(text.as_bytes()).expect_err(text);
        assert!(error.message.contains(part), "{text}: {error}");
        assert_eq!(error.offset, offset, "{text}: {error}");
    }
    assert!(parse(b"{\"a\": \"\xff\"}").is_err());
    assert!(parse(&vec![b' '; (1 << 20) + 1]).expect_err("too large").message.contains("1048576"));
    assert!(parse(("[".repeat(64) + &"]".repeat(64)).as_bytes()).is_ok());
}

#[test]
fn one_value_has_one_number() {
    for (text, stored) in
        [("1.0", "1"), ("-0", "0"), ("1e2", "100"), ("0.10", "0.1"), ("1e21", "1e+21"), ("1E-7", "1e-7")]
    {
        let value = parse(text.as_bytes()).expect(text);
        assert_eq!(String::from_utf8_lossy(&stored_bytes(&value)), format!("{stored}\n"));
        assert_eq!(parse(&stored_bytes(&value)).expect(stored), value);
    }
}

#[test]
fn places_are_those_of_the_file() {
    let source = "{\n  \"ä\": [1, {\"b/~\": \"x\"}]\n}\n";
    let span = span_of(source, "/ä/1/b~1~0").expect("a place");
    assert_eq!(&source[span.start..span.end], "\"x\"");
    let position = position_of(source, span.start);
    assert_eq!((position.line, position.column), (2, 20));
    let nearest = span_of(source, "/ä/7/c").expect("the nearest place");
    assert_eq!(&source[nearest.start..nearest.end], "[1, {\"b/~\": \"x\"}]");
}

#[test]
fn a_key_that_comes_again_is_refused_in_large_objects_too() {
    for count in [15, 16, 17, 40] {
        let members: Vec<String> = (0..count).map(|at| format!("\"k{at}\": {{\"k{at}\": 1}}")).collect();
        let members = members.join(", ");
        assert_eq!(parse(format!("{{{members}}}").as_bytes()).expect("distinct keys")["k7"]["k7"], 1);
        for again in [0, 7, count - 1] {
            let error = parse(format!("{{{members}, \"k{again}\": 2}}").as_bytes()).expect_err("a key twice");
            assert_eq!(error.message, format!("the key \"k{again}\" appears twice in this object"));
            assert_eq!(error.offset, 1 + members.len() + 2, "{again} of {count}");
        }
    }
}

#[test]
fn a_value_is_small() {
    assert_eq!(size_of::<Value>(), 24);
}

#[test]
fn a_large_object_is_read_and_changed_by_key() {
    for count in [31, 32, 33, 1_000] {
        let mut value = object((0..count).map(|at| (format!("k{}", count - at), json!(at))));
        for at in 0..count {
            assert_eq!(value[&*format!("k{}", count - at)], i64::from(at));
        }
        assert_eq!(value.get("k0"), None);
        value.set("k0", "new");
        value.set("k1", "changed");
        let keys: Vec<&str> = value.as_object().unwrap().keys().collect();
        assert_eq!((keys.len(), keys[0], keys.last()), (count as usize + 1, &*format!("k{count}"), Some(&"k0")));
        assert_eq!((value["k0"].as_str(), value["k1"].as_str()), (Some("new"), Some("changed")));
    }
}

#[test]
fn equality_does_not_see_the_order_of_keys() {
    for count in [1, 2, 31, 32, 33, 100] {
        let members: Vec<_> = (0..count).map(|at| (format!("k{at}"), json!({"is": [at]}))).collect();
        let one = object(members.clone());
        let other = object(members.into_iter().rev());
        assert_eq!(one, other);
        for (key, value) in [("k0", json!({"is": [1]})), ("more", json!(null))] {
            let mut changed = other.clone();
            changed.set(key, value);
            assert_ne!(one, changed, "{count} {key}");
        }
        let renamed =
            object(one.as_object().unwrap().iter().map(|(key, value)| (key.replace("k0", "n"), value.clone())));
        assert_ne!(one, renamed, "{count}");
    }
    assert_ne!(json!([1, 2]), json!([2, 1]));
}

#[test]
fn a_member_is_set_in_its_place_or_as_the_last() {
    let mut value = json!({"b": 1, "a": [true, {}]});
    value.set("b", "one");
    value.set("c", 2);
    assert_eq!(value.to_string(), r#"{"b":"one","a":[true,{}],"c":2}"#);
    value["a"][1]["d"] = json!(null);
    value["b"] = json!(0.5);
    assert_eq!(value.to_string(), r#"{"b":0.5,"a":[true,{"d":null}],"c":2}"#);
    let mut text = json!("a");
    text.set("b", 1);
    assert_eq!(text, "a", "only an object has members");
}

#[test]
fn values_are_read_by_key_and_index() {
    let value = json!({"": 0, "a/b": {"~": [1, "x", true]}, "01": null});
    for (pointer, found) in [("", Some(&value)), ("/", Some(&value[""])), ("/a~1b/~0/1", Some(&value["a/b"]["~"][1]))] {
        assert_eq!(value.pointer(pointer), found, "{pointer}");
    }
    for pointer in ["a", "/a/b", "/a~1b/~0/01", "/a~1b/~0/+1", "/a~1b/~0/-", "/a~1b/~0/3", "/01/0"] {
        assert_eq!(value.pointer(pointer), None, "{pointer}");
    }
    assert!(value["none"].is_null() && value["a/b"]["~"][3].is_null() && value[0].is_null());
    assert_eq!(value["a/b"]["~"][0], 1);
    assert_eq!(value["a/b"]["~"][1], "x");
    assert_eq!(value["a/b"]["~"][2], true);
}

/// Values with keys, and pointers with steps, that look like each other.
fn value_and_pointer() -> impl Strategy<Value = (Value, String)> {
    let key = prop::sample::select(vec!["", "0", "1", "01", "a", "~", "/", "~1", "a/0"]).prop_map(str::to_owned);
    let step = prop::sample::select(vec!["", "0", "1", "01", "00", "+1", "-", "a", "~", "~0", "~1", "~01", "a~10"]);
    let value = any::<i32>().prop_map(Value::from).prop_recursive(3, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(object),
        ]
    });
    (value, "/?", prop::collection::vec(step, 0..4)).prop_map(|(value, first, steps)| (value, first + &steps.join("/")))
}

/// Any value that a document can hold.
fn any_value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        any::<f64>().prop_filter_map("a finite number that is no large integer", |real| {
            (real.is_finite() && (real.fract() != 0.0 || real.abs() >= 1e21)).then(|| Value::from(real))
        }),
    ];
    let text = "[^\\x00]{0,12}";
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number, text.prop_map(Value::from),];
    leaf.prop_recursive(5, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((text, inner), 0..6).prop_map(object),
        ]
    })
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().rev().map(|(key, value)| (key, reversed(value))).collect())
        }
        Value::Array(items) => items.iter().map(reversed).collect(),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn a_pointer_leads_where_it_leads_in_other_readers((value, pointer) in value_and_pointer()) {
        let other = serde_json::Value::from(&value);
        prop_assert_eq!(value.pointer(&pointer).map(serde_json::Value::from), other.pointer(&pointer).cloned());
    }

    #[test]
    fn a_value_becomes_one_of_serde_json_and_back(value in any_value()) {
        let other = serde_json::Value::from(&value);
        prop_assert_eq!(value.to_string(), other.to_string());
        let back = Value::from(other);
        prop_assert_eq!(back.to_string(), value.to_string());
        prop_assert_eq!(back, value);
    }

    #[test]
    fn a_text_is_written_plainly_if_it_is_the_stored_form_of_its_value(
        value in any_value(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(EDITS.to_vec())), 0..3),
    ) {
        let mut text = String::from_utf8(stored_bytes(&value)).unwrap();
        for (index, edit) in edits {
            let (at, character) = text.char_indices().nth(index.index(text.chars().count())).unwrap();
            match edit {
                "" => drop(text.remove(at)),
                "\\u" if !character.is_ascii_control() && character.is_ascii() => {
                    text.replace_range(at..at + 1, &format!("\\u{:04x}", u32::from(character)));
                }
                edit => text.insert_str(at, edit),
            }
            if text.is_empty() {
                break;
            }
        }
        if let Ok(document) = Document::parse(text.as_bytes()) {
            prop_assert_eq!(document.is_written_plainly(), stored_bytes(document.value()) == text.as_bytes(), "{}", text);
            prop_assert_eq!(document.source(), text);
        }
    }

    #[test]
    fn a_stored_document_parses_back_equal(value in any_value()) {
        let bytes = stored_bytes(&value);
        let back = parse(&bytes).map_err(|error| TestCaseError::fail(format!("{error}: {}", String::from_utf8_lossy(&bytes))))?;
        prop_assert_eq!(&back, &value);
        prop_assert_eq!(stored_bytes(&back), bytes);
    }

    #[test]
    fn canonical_bytes_are_those_of_the_library_for_them(value in any_value()) {
        let canonical = serde_json_canonicalizer::to_string(&value).expect("canonical");
        prop_assert_eq!(String::from_utf8(canonical_bytes(&value)), Ok(canonical));
    }

    #[test]
    fn order_of_keys_and_white_space_never_change_a_digest(value in any_value()) {
        let digest = Digest::of_value(&value);
        prop_assert_eq!(Digest::of_value(&reversed(&value)), digest);
        let compact = Document::parse(value.to_string().as_bytes());
        prop_assert_eq!(compact.map(|document| document.digest()), Ok(digest));
        let stored = Document::parse(&stored_bytes(&reversed(&value)));
        prop_assert_eq!(stored.map(|document| document.digest()), Ok(digest));
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        if let Err(error) = parse(&bytes) {
            prop_assert!(error.offset <= bytes.len());
        }
    }

    #[test]
    fn nearly_json_never_panics(text in "[\\[\\]{}\",:0-9eE+.u\\\\dD8 tfn-]{0,40}") {
        let parsed = parse(text.as_bytes());
        if let Ok(value) = parsed {
            prop_assert_eq!(parse(&stored_bytes(&value)), Ok(value));
        }
    }
}
