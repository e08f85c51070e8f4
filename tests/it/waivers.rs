//! Waivers: what they accept, how long, what they may not, and what is found of those that do nothing.

use crate::values::{items, json, remove};
use canonry::check::Checked;
use canonry::document::Value;
use canonry::finding::{RULES, Target};

use crate::check::Bench;
use crate::drafts::{self, DRAFT, RESTING};
use crate::environment::Environment;

const MQL: &str = "registry/definitions/qualification/mql.json";
const WAIVERS: &str = "registry/waivers.json";

/// A registry in which three definitions rest on a draft, and these waivers.
fn waived_by(waivers: &Value) -> Bench {
    let mut bench = Bench::starter();
    bench.files.extend(drafts::documents());
    bench.edit(WAIVERS, |list| list["waivers"] = waivers.clone());
    bench
}

fn waiver(more: &Value) -> Value {
    let mut waiver = json!({
        "id": "trial", "code": "draft-reference", "reason": "It goes live in June.", "until": "2026-06-30",
    });
    for (key, value) in more.as_object().unwrap() {
        waiver[key] = value.clone();
    }
    waiver
}

fn at(bench: &Bench, instant: &str) -> Checked {
    // As commands do it: with what governance finds, of which there is nothing here.
    bench.check().and(Vec::new()).waive(instant.parse().unwrap())
}

/// Code, file and place of what is found, in June.
fn told(bench: &Bench) -> Vec<String> {
    codes(&at(bench, "2026-06-01T12:00:00Z"))
}

fn codes(checked: &Checked) -> Vec<String> {
    let place = |target: &Target| match target {
        Target::Value(pointer) | Target::Key(pointer) => pointer.clone(),
        Target::File | Target::Offset(_) => String::new(),
    };
    let findings = checked.findings().iter();
    findings.map(|found| format!("{} {}{}", found.rule.code, found.path, place(&found.target))).collect()
}

const BOOKINGS: &str = "draft-reference registry/definitions/metric/new-bookings.json/drivers/0";
const WIN_RATE: &str = "draft-reference registry/definitions/metric/win-rate.json/drivers/0";
const REVIEW: &str = "draft-reference registry/definitions/play/deal-review.json/drivers/0";

#[test]
fn what_is_waived_is_not_found() {
    assert_eq!(told(&waived_by(&json!([]))), [BOOKINGS, WIN_RATE, REVIEW]);
    let by_name = json!([waiver(&json!({"definition": "metric/win-rate"}))]);
    let bench = waived_by(&by_name);
    assert_eq!(told(&bench), [BOOKINGS, REVIEW]);
    let checked = at(&bench, "2026-06-01T12:00:00Z");
    let [waived] = checked.waived() else { panic!("{:?}", checked.waived()) };
    assert_eq!((waived.finding.rule.code, waived.waiver.id.as_str()), ("draft-reference", "trial"));
    assert_eq!(waived.waiver.reason, "It goes live in June.");
    assert!(checked.into_checked().is_err(), "two errors are left");

    let by_path = json!([waiver(&json!({"path": "registry/definitions/metric/win-rate.json"}))]);
    assert_eq!(told(&waived_by(&by_path)), [BOOKINGS, REVIEW]);
    let all = ["a", "b", "c"].iter().zip(RESTING);
    let all: Vec<Value> = all.map(|(id, name)| waiver(&json!({"id": id, "definition": name}))).collect();
    let bench = waived_by(&json!(all));
    assert!(told(&bench).is_empty());
    assert!(at(&bench, "2026-06-01T12:00:00Z").into_checked().is_ok());
    assert!(bench.check().into_checked().is_err(), "without a clock nothing is waived");
}

#[test]
fn a_pointer_narrows_a_waiver_to_a_value_and_what_is_inside() {
    let waived = |pointer: &str| {
        let one = waiver(&json!({"definition": "metric/win-rate", "pointer": pointer}));
        told(&waived_by(&json!([one])))
    };
    for covering in ["", "/drivers", "/drivers/0"] {
        assert_eq!(waived(covering), [BOOKINGS, REVIEW], "{covering}");
    }
    for beside in ["/driver", "/drivers/1", "/drivers/0/x", "/"] {
        let unused = format!("waiver-unused {WAIVERS}/waivers/0");
        assert_eq!(waived(beside), [BOOKINGS, WIN_RATE, REVIEW, &unused], "{beside}");
    }
}

#[test]
fn a_waiver_counts_through_its_last_day_where_the_registry_is() {
    let bench = waived_by(&json!([waiver(&json!({"definition": "metric/win-rate"}))]));
    // The starter set is in Chicago, five hours behind UTC in June.
    for instant in ["2020-01-01T00:00:00Z", "2026-06-30T23:59:59Z", "2026-07-01T04:59:59Z"] {
        assert_eq!(codes(&at(&bench, instant)), [BOOKINGS, REVIEW], "{instant}");
    }
    let expired = format!("waiver-expired {WAIVERS}/waivers/0/until");
    for instant in ["2026-07-01T05:00:00Z", "2030-01-01T00:00:00Z"] {
        assert_eq!(codes(&at(&bench, instant)), [BOOKINGS, WIN_RATE, REVIEW, &expired], "{instant}");
    }
}

#[test]
fn a_waiver_that_waives_nothing_is_found() {
    let name = json!({"definition": "metric/win-rate"});
    let twice = json!([waiver(&name), waiver(&json!({"id": "again", "definition": "metric/win-rate"}))]);
    assert_eq!(told(&waived_by(&twice)), [BOOKINGS, REVIEW, &format!("waiver-unused {WAIVERS}/waivers/1")]);
    let nowhere = json!([waiver(&json!({"definition": "metric/no-rate"}))]);
    let bench = waived_by(&nowhere);
    assert_eq!(told(&bench)[3..], [format!("waiver-unused {WAIVERS}/waivers/0")]);
    let checked = at(&bench, "2026-06-01T12:00:00Z");
    assert!(checked.findings()[3].message.ends_with("there is no registry/definitions/metric/no-rate.json"));
    // Where a document has another error, not everything in it was looked at.
    let mut bench = waived_by(&json!([waiver(&json!({"id": "x", "code": "example-not-computed", "path": MQL}))]));
    assert_eq!(told(&bench)[3..], [format!("waiver-unused {WAIVERS}/waivers/0")]);
    bench.edit(MQL, |mql| mql["owner"] = json!("nobody"));
    assert_eq!(told(&bench)[3..], [format!("unknown-role {MQL}/owner")]);
}

#[test]
fn what_proof_governance_and_readers_rest_on_is_never_waived() {
    let refused = format!("waiver-refused {WAIVERS}/waivers/0/code");
    for code in ["unknown-role", "shape", "malformed-json", "waiver-unused", "content-not-accepted", "no-such-code"] {
        let mut bench = waived_by(&json!([waiver(&json!({"code": code, "path": MQL}))]));
        bench.edit(DRAFT, |driver| driver["status"] = json!("active"));
        bench.edit(MQL, |mql| mql["owner"] = json!("nobody"));
        assert_eq!(told(&bench), [format!("unknown-role {MQL}/owner"), refused.clone()], "{code}");
        assert!(at(&bench, "2026-06-01T12:00:00Z").waived().is_empty());
    }
    let codes: Vec<&str> = RULES.iter().filter(|rule| rule.waivable).map(|rule| rule.code).collect();
    for never in ["waiver-expired", "waiver-refused", "waiver-unused", "policy-fragile", "excursion", "unpinned"] {
        assert!(!codes.contains(&never), "{never}");
    }
    assert!(codes.contains(&"draft-reference") && codes.contains(&"not-over-missing"), "{codes:?}");
}

#[test]
fn a_waiver_hides_no_more_than_it_names() {
    let name = json!({"definition": "metric/win-rate"});
    let mut bench = waived_by(&json!([waiver(&name)]));
    bench.edit(DRAFT, |driver| driver["status"] = json!("active"));
    bench.edit("registry/definitions/metric/win-rate.json", |metric| {
        metric["examples"][0]["expect"] = json!({"value": 1})
    });
    let unwaived: Vec<String> = told(&bench).into_iter().filter(|told| told.starts_with("example")).collect();
    assert!(!unwaived.is_empty());
    bench.edit(DRAFT, |driver| driver["status"] = json!("draft"));
    let waived: Vec<String> = told(&bench).into_iter().filter(|told| told.starts_with("example")).collect();
    assert_eq!(waived, unwaived, "examples are computed all the same");
}

#[test]
fn no_waiver_applies_to_a_file_with_more_findings_than_are_told() {
    let mut bench = Bench::starter();
    bench.edit(WAIVERS, |list| {
        list["waivers"] = json!([waiver(&json!({"code": "condition-redundant", "path": MQL}))]);
    });
    bench.edit(MQL, |mql| {
        let condition = mql["criteria"].clone();
        mql["criteria"] = json!({"any": []});
        mql["criteria"]["any"] = (0..102).map(|_| condition.clone()).collect();
    });
    let checked = at(&bench, "2026-06-01T12:00:00Z");
    assert_eq!((checked.findings().len(), checked.waived().len()), (100, 0));
    bench.edit(MQL, |mql| {
        let mut conditions = items(&mql["criteria"]["any"]);
        conditions.pop();
        mql["criteria"]["any"] = Value::from(conditions);
    });
    let checked = at(&bench, "2026-06-01T12:00:00Z");
    assert_eq!((checked.findings().len(), checked.waived().len()), (0, 100));
}

#[test]
fn a_malformed_waiver_waives_nothing_and_is_told_once() {
    let name = json!({"definition": "metric/win-rate"});
    let told_of = |key: &str, value: Value| {
        let mut one = waiver(&name);
        match value {
            Value::Null => drop(remove(&mut one, key)),
            value => one[key] = value,
        }
        told(&waived_by(&json!([one])))[3..].to_vec()
    };
    let cases = [
        ("path", json!(MQL), "shape registry/waivers.json/waivers/0"),
        ("definition", Value::Null, "shape registry/waivers.json/waivers/0"),
        ("reason", Value::Null, "shape registry/waivers.json/waivers/0"),
        ("until", json!("June"), "bad-date registry/waivers.json/waivers/0/until"),
        ("until", json!("2026-02-30"), "bad-date registry/waivers.json/waivers/0/until"),
    ];
    for (key, value, expected) in cases {
        assert_eq!(told_of(key, value), [expected], "{key}");
    }
}

#[test]
fn a_waiver_is_proposed_approved_and_lets_a_release_go() {
    let environment = Environment::with_registry();
    let land = |title: &str, status: i32| {
        let ran = environment.canon(&["propose", "--title", title, "--why", "W"]).expect(status);
        if status == 0 {
            environment.canon(&["approve", "--yes"]).expect(0);
            let branch = environment.git(&["branch", "--show-current"]);
            environment.git(&["switch", "-q", "main"]);
            environment.git(&["merge", "-q", "--no-ff", "--no-edit", &branch]);
        }
        ran
    };
    environment.write_all(drafts::documents());
    let ran = land("On a draft", 1);
    assert_eq!(ran.stdout.matches("error[draft-reference]").count(), 3, "{ran}");
    let waiver = |name: &str, code: &str| {
        format!(
            r#"{{"id": "{}", "code": "{code}", "definition": "{name}", "reason": "R.", "until": "2026-05-01"}}"#,
            name.replace('/', "-")
        )
    };
    let all: Vec<String> = RESTING.iter().map(|name| waiver(name, "draft-reference")).collect();
    environment.edit(WAIVERS, "\"waivers\": []", &format!("\"waivers\": [{}]", all.join(",")));
    environment.canon(&["fmt"]).expect(0);
    land("On a draft", 0);
    environment.canon(&["verify"]).expect(0);
    // The registry is in Chicago, where the first of May ends five hours later than in UTC.
    let on = |instant: &'static str| [("CANON_NOW", instant)];
    let later = environment.canon_with(&on("2026-05-02T05:00:00Z"), &["publish", "--dry-run"]).expect(1);
    assert_eq!(later.stdout.matches("error[draft-reference]").count(), 3, "{later}");
    assert!(later.stderr.contains("Nothing was published: 3 errors, 3 warnings."), "{later}");
    environment.canon_with(&on("2026-05-02T05:00:00Z"), &["verify"]).expect(0);
    environment.canon_with(&on("2026-05-02T04:59:59Z"), &["publish", "--dry-run"]).expect(0);
    environment.canon(&["publish"]).expect(0);
    environment.canon(&["verify"]).expect(0);
}
