//! Random criteria against evaluation of sampled records: nothing that is claimed is contradicted, and most is decided.

use canonry::criteria::reason::{Answer, Criteria, Proof, Witness, implies, satisfiable};
use canonry::criteria::syntax::Predicate;
use canonry::criteria::{Budget, Clock, Evaluator, Scope, Scores};
use canonry::document::Value;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::read;
use crate::values::{json, object};
use crate::world::model;

/// Pairs of predicates that are compared.
const PAIRS: usize = 10_000;

/// When sampled records are evaluated: the instant of most witnesses.
const AT: &str = "2026-06-15T12:00:00Z";

fn bound() -> impl Strategy<Value = &'static str> {
    select(vec!["at_least", "at_most", "more_than", "less_than", "equals"])
}

fn known(field: &'static str) -> impl Strategy<Value = Value> {
    any::<bool>().prop_map(move |known| json!({"field": field, "is_known": known}))
}

/// Fields with few values.
fn finite() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(vec!["inquiry", "mql", "recycle"]).prop_map(|stage| json!({"field": "person.stage", "equals": stage})),
        prop::sample::subsequence(vec!["inquiry", "mql", "working", "recycle", "disqualified", "ineligible"], 1..6)
            .prop_map(|stages| json!({"field": "person.stage", "one_of": stages})),
        (select(vec!["at_least", "at_most", "more_than", "less_than"]), select(vec!["low", "middle", "high"]))
            .prop_map(|(operator, value)| json!({"field": "person.score_band", operator: value})),
        any::<bool>().prop_map(|value| json!({"field": "person.opted_out", "equals": value})),
        (select(vec!["at_least", "at_most", "more_than", "less_than"]), select(vec![50, 51, 200, 201, 1000]))
            .prop_map(|(operator, bound)| json!({"field": "person.account.size", operator: bound})),
        select(vec!["smb", "enterprise"]).prop_map(|value| json!({"field": "person.account.segment", "equals": value})),
        known("person.stage"),
        known("person.account.size"),
    ]
}

/// Numbers, days and scores.
fn measured() -> impl Strategy<Value = Value> {
    prop_oneof![
        (bound(), select(vec![0, 50, 100, 200]))
            .prop_map(|(operator, number)| json!({"field": "person.account.employees", operator: number})),
        (bound(), select(vec![0.0, 0.5, 1.0, 10.0]))
            .prop_map(|(operator, number)| json!({"field": "person.account.arr", operator: number})),
        (bound(), select(vec![0, 1, 2, 5]))
            .prop_map(|(operator, number)| json!({"field": "person.mql_count", operator: number})),
        (bound(), select(vec![20, 40, 65]))
            .prop_map(|(operator, number)| json!({"score": "person-score", operator: number})),
        (bound(), select(vec![10, 20]))
            .prop_map(|(operator, number)| json!({"score": "person-score", "part": "behaviour", operator: number})),
        (bound(), select(vec![0, 7, 30]))
            .prop_map(|(operator, days)| json!({"days_between": ["person.mql_at", "now"], operator: days})),
        (bound(), select(vec!["2026-03-01", "2026-05-01", "2026-06-01"]))
            .prop_map(|(operator, day)| json!({"field": "person.renewal_on", operator: day})),
        known("person.account.employees"),
        known("person.renewal_on"),
    ]
}

/// Texts and fields with several values.
fn texts() -> impl Strategy<Value = Value> {
    let pieces = || prop::sample::subsequence(vec!["cto", "head of data", "head", "data", "chief"], 1..3);
    prop_oneof![
        (select(vec!["contains_any", "has_any_word", "starts_with_any", "ends_with_any", "one_of"]), pieces())
            .prop_map(|(operator, pieces)| json!({"field": "person.title", operator: pieces})),
        Just(json!({"field": "person.title", "has_any_word": {"list": "chiefs"}})),
        select(vec!["api", "sso", "pricing"]).prop_map(|value| json!({"field": "person.interests", "equals": value})),
        prop::sample::subsequence(vec!["api", "sso", "pricing"], 1..3)
            .prop_map(|values| json!({"field": "person.interests", "one_of": values})),
        Just(json!({"field": "person.email_domain", "one_of": {"list": "generic-domains"}})),
        select(vec!["gmail.com", "acme.com"])
            .prop_map(|value| json!({"field": "person.email_domain", "equals": value})),
        known("person.interests"),
        known("person.title"),
    ]
}

/// Related rows.
fn related() -> impl Strategy<Value = Value> {
    let window = || {
        prop::option::of(select(vec![7, 30, 90])).prop_map(|days| {
            days.map(|days: i64| json!({"from": {"shift": "now", "by": {"days": -days}}, "to": "now", "ends": "both"}))
        })
    };
    let with = |mut predicate: Value, window: Option<Value>, filter: Option<Value>| {
        if let Some(window) = window {
            predicate["window"] = window;
        }
        if let Some(filter) = filter {
            predicate["where"] = filter;
        }
        predicate
    };
    let form = || {
        prop::option::of(prop_oneof![
            select(vec!["contact-us", "ebook"])
                .prop_map(|form| json!({"field": "form_submission.form", "equals": form})),
            Just(json!({"field": "form_submission.form", "one_of": ["contact-us", "ebook"]})),
        ])
    };
    prop_oneof![
        3 => (bound(), 0..4i64, window(), form())
            .prop_map(move |(operator, number, window, form)| with(json!({"count": "form_submission", operator: number}), window, form)),
        1 => (select(vec!["first", "latest"]), select(vec!["pricing", "blog"]), window())
            .prop_map(move |(function, section, window)| with(json!({function: "page_view.section", "equals": section}), window, None)),
        1 => (bound(), 0..3i64).prop_map(|(operator, number)| {
            json!({"count": "page_view", operator: number, "where": {"field": "page_view.section", "equals": "pricing"}})
        }),
        1 => (bound(), 0..3i64)
            .prop_map(|(operator, number)| json!({"count_distinct": "touch.channel", "via": "person.touches", operator: number})),
        1 => (bound(), 0..3i64).prop_map(|(operator, number)| json!({"count": "touch", "via": "person.touches", operator: number})),
        1 => (select(vec!["sum", "max", "min"]), bound(), select(vec![0, 10, 100])).prop_map(|(function, operator, number)| {
            json!({function: "touch.cost", "via": "person.touches", operator: number})
        }),
        1 => (bound(), 0..2i64).prop_map(|(operator, number)| json!({
            "count": "opportunity", "via": "person.account.opportunities", operator: number,
            "where": {"field": "opportunity.is_open", "equals": true}
        })),
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => finite(),
        4 => measured(),
        3 => texts(),
        3 => related(),
        1 => Just(json!({"meets": "qualification/fit-account", "on": "person.account"})),
        1 => Just(json!({"meets": "qualification/engaged"})),
    ]
}

/// A sound predicate about a person.
fn predicate() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 12, 4, |inner| {
        let several = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            3 => several().prop_map(|conditions| json!({"all": conditions})),
            2 => several().prop_map(|conditions| json!({"any": conditions})),
            1 => inner.clone().prop_map(|condition| json!({"not": condition})),
            1 => (several(), 1..3usize).prop_map(|(conditions, least)| {
                let least = least.min(conditions.len());
                json!({"of": conditions, "at_least": least})
            }),
        ]
    })
}

/// Two predicates about the same few operands.
fn near() -> impl Strategy<Value = (Value, Value)> {
    fn of<S: Strategy<Value = Value>>(family: fn() -> S) -> impl Strategy<Value = (Value, Value)> {
        let several = prop::collection::vec((family(), any::<bool>()), 1..4);
        (several, family(), any::<bool>()).prop_map(|(left, right, turned)| {
            let turn = |condition: Value, turned: bool| if turned { json!({"not": condition}) } else { condition };
            let left: Vec<Value> = left.into_iter().map(|(condition, turned)| turn(condition, turned)).collect();
            (json!({"all": left}), turn(right, turned))
        })
    }
    prop_oneof![of(finite), of(measured), of(texts), of(related)]
}

/// Two predicates that often have to do with one another.
fn pair() -> impl Strategy<Value = (Value, Value)> {
    let built = (predicate(), predicate(), predicate(), 0..6u8).prop_map(|(one, other, third, how)| match how {
        0 => (one, other),
        1 => (json!({"all": [one, other]}), one),
        2 => (one.clone(), json!({"any": [other, one]})),
        3 => (json!({"all": [one.clone(), other.clone()]}), json!({"any": [{"all": [other, one]}, third]})),
        4 => (
            json!({"all": [one.clone(), {"not": other}]}),
            json!({"all": [one, {"any": [third.clone(), {"not": third}]}]}),
        ),
        _ => (
            json!({"all": [one.clone(), {"any": [other.clone(), third.clone()]}]}),
            json!({"any": [other, {"all": [one, third]}]}),
        ),
    });
    prop_oneof![built, near()]
}

/// A record of a person.
fn record() -> impl Strategy<Value = (Value, Value)> {
    let few = |values: Vec<Value>| prop::option::of(select(values));
    let at = || {
        select(vec![
            "2026-06-15T11:00:00Z",
            "2026-06-10T10:00:00Z",
            "2026-05-25T10:00:00Z",
            "2026-04-01T10:00:00Z",
            "2026-01-01T10:00:00Z",
            "2026-06-08",
            "2026-05-16T00:00:00Z",
            "2026-05-15T21:59:59Z",
            "2026-07-01T00:00:00Z",
        ])
    };
    let person = (
        few(["inquiry", "mql", "working", "recycle", "disqualified", "ineligible"].map(Value::from).to_vec()),
        few(["low", "middle", "high"].map(Value::from).to_vec()),
        few([true, false].map(Value::from).to_vec()),
        few([0, 1, 2, 3, 5, 6].map(Value::from).to_vec()),
        few([
            "cto",
            "Head of Data",
            "data",
            "chief technology officer",
            "director",
            "head",
            "x head",
            "CTO chief",
            "of data head",
        ]
        .map(Value::from)
        .to_vec()),
        few(["gmail.com", "acme.com", "GMX.de", "x.org"].map(Value::from).to_vec()),
        prop::collection::vec(select(vec!["api", "sso", "pricing", "other"]), 0..3),
        prop::option::of(at()),
        few(["2026-02-28", "2026-03-01", "2026-05-01", "2026-05-02", "2026-06-01", "2027-01-01"]
            .map(Value::from)
            .to_vec()),
    );
    let account = (
        prop::bool::weighted(0.85),
        few([0, 1, 49, 50, 51, 99, 100, 150, 199, 200, 201].map(Value::from).to_vec()),
        few(["1-50", "51-200", "201-1000", "1001+"].map(Value::from).to_vec()),
        few(["smb", "enterprise"].map(Value::from).to_vec()),
        few([json!(0), json!(0.25), json!(0.5), json!(1), json!(5), json!(10), json!(11.5), json!(-1)].to_vec()),
        few([true, false].map(Value::from).to_vec()),
        prop::collection::vec(prop::option::of(any::<bool>()), 0..3),
    );
    let rows = (
        prop::collection::vec((at(), select(vec!["contact-us", "ebook", "webinar"])), 0..4),
        prop::collection::vec((at(), select(vec!["pricing", "blog"])), 0..4),
        prop::collection::vec(
            (
                at(),
                few(["event", "web", "phone", "partner"].map(Value::from).to_vec()),
                few([0, 5, 10, 50, 100, 101, -3].map(Value::from).to_vec()),
            ),
            0..3,
        ),
    );
    let score =
        (prop::bool::weighted(0.8), select(vec![0, 19, 20, 30, 40, 64, 65, 80]), select(vec![0, 10, 15, 20, 25]));
    (person, account, rows, score).prop_map(|(person, account, rows, score)| {
        let (stage, band, opted_out, count, title, domain, interests, mql_at, renewal) = person;
        let mut record = object([
            ("id".to_owned(), json!("p")),
            ("stage".to_owned(), json!(stage)),
            ("score_band".to_owned(), json!(band)),
            ("opted_out".to_owned(), json!(opted_out)),
            ("mql_count".to_owned(), json!(count)),
            ("title".to_owned(), json!(title)),
            ("email_domain".to_owned(), json!(domain)),
            ("interests".to_owned(), json!(interests)),
            ("mql_at".to_owned(), json!(mql_at)),
            ("renewal_on".to_owned(), json!(renewal)),
        ]);
        let (there, employees, size, segment, arr, competitor, opportunities) = account;
        if there {
            let opportunities: Vec<Value> = opportunities.iter().map(|open| json!({"is_open": open})).collect();
            record.set("account", json!({"id": "a", "name": "A", "employees": employees, "size": size,
                "segment": segment, "arr": arr, "is_competitor": competitor, "opportunities": opportunities}));
        }
        let (forms, views, touches) = rows;
        let numbered = |prefix: &str, rows: Vec<Value>| -> Value {
            rows.into_iter().enumerate().map(|(index, mut row)| {
                row["id"] = json!(format!("{prefix}{index}"));
                row
            }).collect()
        };
        let forms = forms.into_iter().map(|(at, form)| json!({"at": at, "form": form})).collect();
        let views = views.into_iter().map(|(at, section)| json!({"at": at, "section": section})).collect();
        let touches = touches.into_iter().map(|(at, channel, cost)| json!({"at": at, "type": "form", "channel": channel, "cost": cost})).collect();
        record.set("form_submissions", numbered("f", forms));
        record.set("page_views", numbered("v", views));
        record.set("touches", numbered("t", touches));
        let (scored, total, behaviour) = score;
        let scores = match scored {
            true => json!({"person-score": {"standing": "scored", "total": total, "parts": {"behaviour": behaviour, "fit": 10}}}),
            false => json!({"person-score": {"standing": "unscored"}}),
        };
        (record, scores)
    })
}

/// A value of a strategy.
fn draw<T>(strategy: &impl Strategy<Value = T>, runner: &mut TestRunner) -> T {
    strategy.new_tree(runner).expect("a value").current()
}

fn evaluates(predicate: &Predicate, record: &Value, scores: &Value, at: &str) -> bool {
    let (scores, budget) = (Scores::read(Some(scores)), Budget::default());
    let clock = Clock::at(at.parse().expect("an instant"), model());
    let evaluator = Evaluator { model: model(), scores: &scores, budget: &budget, clock };
    evaluator.holds(predicate, &Scope::subject("person", record)).expect("within the budget")
}

fn of_witness(predicate: &Predicate, witness: &Witness) -> bool {
    evaluates(predicate, &witness.record, &witness.scores, &witness.at.to_string())
}

#[test]
fn claimed_implications_stand_and_most_that_sampling_supports_are_decided() {
    let mut runner = TestRunner::deterministic();
    let records: Vec<(Value, Value)> = (0..200).map(|_| draw(&record(), &mut runner)).collect();
    let pairs = pair();
    let (mut supported, mut decided, mut proved, mut refuted) = (0, 0, 0, 0);
    for _ in 0..PAIRS {
        let (left, right) = draw(&pairs, &mut runner);
        let (one, other) = (read(&left), read(&right));
        let criteria = |predicate| Criteria { model: model(), subject: "person", predicate };
        let proof = implies(criteria(&one), criteria(&other));
        if let Proof::Fails(witness) = &proof {
            assert!(of_witness(&one, witness) && !of_witness(&other, witness), "{witness:?} for {left} => {right}");
            refuted += 1;
            continue;
        }
        let against = records
            .iter()
            .find(|(record, scores)| evaluates(&one, record, scores, AT) && !evaluates(&other, record, scores, AT));
        match proof {
            Proof::Holds => {
                assert!(against.is_none(), "{left} => {right} is contradicted by {against:?}");
                (proved, supported, decided) = (proved + 1, supported + 1, decided + 1);
            }
            _ => supported += usize::from(against.is_none()),
        }
    }
    assert!(proved > PAIRS / 4 && refuted > PAIRS / 4, "{proved} proved and {refuted} refuted of {PAIRS}");
    assert!(decided * 100 >= supported * 95, "{decided} of {supported} decided");
}

#[test]
fn what_cannot_be_is_never_sampled_and_what_can_be_is_shown() {
    let mut runner = TestRunner::deterministic();
    let records: Vec<(Value, Value)> = (0..200).map(|_| draw(&record(), &mut runner)).collect();
    let predicates = predicate();
    let (mut met, mut shown) = (0, 0);
    for _ in 0..500 {
        let asked = draw(&predicates, &mut runner);
        let node = read(&asked);
        let answer = satisfiable(Criteria { model: model(), subject: "person", predicate: &node });
        let sampled = records.iter().find(|(record, scores)| evaluates(&node, record, scores, AT));
        match answer {
            Answer::Yes(witness) => assert!(of_witness(&node, &witness), "{witness:?} for {asked}"),
            Answer::No => assert!(sampled.is_none(), "{asked} holds of {sampled:?}"),
            Answer::NotDecided(_) => shown -= i32::from(sampled.is_some()),
        }
        met += i32::from(sampled.is_some());
        shown += i32::from(sampled.is_some());
    }
    assert!(shown * 100 >= met * 95, "{shown} of {met} shown");
}
