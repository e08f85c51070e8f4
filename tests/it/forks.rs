//! Forks: whatever makes two teams compute another number from the same definition must be said.

use canonry::document::{Value, parse};
use canonry::registry::builtin;

use crate::values::{at, items, json, remove};

/// A definition of the starter registry.
fn starter(name: &str) -> Value {
    let path = format!("registry/definitions/{name}.json");
    let (_, bytes) = builtin::starter().find(|(at, _)| *at == path).unwrap_or_else(|| panic!("{path}"));
    parse(bytes).unwrap()
}

fn fits(name: &str, value: &Value) -> bool {
    let kind = name.split('/').next().unwrap();
    builtin::kinds().schema(kind).unwrap().validate(value).is_empty()
}

/// Takes the value at a pointer out of its object.
fn taken_out(mut value: Value, pointer: &str) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    assert!(value.pointer(pointer).is_some(), "{pointer}");
    remove(at(&mut value, parent), key);
    value
}

/// What a measure, by the words of the facts of the domain, may differ in, and where a definition says it.
const FORKS: &[(&str, &[&str])] = &[
    (
        "metric/pipeline-coverage",
        &[
            "/measures/0/closing",
            "/measures/0/snapshot",
            "/measures/0/counts_if",
            "/measures/0/weighted_by",
            "/measures/0/renewals",
            "/measures/0/currency",
            "/measures/0/currency/rate_on",
            "/measures/1/basis",
        ],
    ),
    ("metric/marketing-sourced-share", &["/measures/0/take", "/measures/1/take", "/valued"]),
    ("attribution/sourced-by-team", &["/source", "/overrides", "/amount/valued_at", "/merged_records"]),
    (
        "attribution/marketing-influenced",
        &[
            "/window",
            "/window/from",
            "/window/ends",
            "/touches/via",
            "/touches/eligible",
            "/minimum",
            "/population",
            "/credit",
        ],
    ),
    (
        "metric/mql-to-sql",
        &[
            "/period/members",
            "/maturity",
            "/measures/0/entry",
            "/measures/0/per",
            "/measures/0/changed_in_bulk",
            "/measures/0/skipped",
            "/denominator",
            "/population",
        ],
    ),
    ("metric/win-rate", &["/denominator", "/population", "/measures/1/dated_by"]),
    (
        "metric/pipeline-velocity",
        &[
            "/velocity",
            "/velocity/opportunities",
            "/velocity/size",
            "/velocity/cycle",
            "/velocity/cycle_of",
            "/velocity/clock_starts",
            "/measures/1/each/currency",
            "/measures/1/take",
        ],
    ),
    ("metric/speed-to-lead", &["/measures/0/sla", "/measures/0/outcomes", "/formula/percentile"]),
    ("sla/mql-response", &["/clock", "/clock/counts", "/clock/calendar", "/stop", "/owner_change", "/unanswered"]),
    (
        "metric/time-in-sal",
        &[
            "/measures/0/unit",
            "/measures/0/calendar",
            "/measures/0/still_there",
            "/measures/0/reentries",
            "/measures/0/skipped",
            "/measures/0/dated_by",
        ],
    ),
    (
        "metric/cac-payback",
        &[
            "/efficiency",
            "/efficiency/spend",
            "/efficiency/expansion",
            "/efficiency/gross_margin",
            "/efficiency/spend_lag_periods",
            "/measures/0/lag_periods",
        ],
    ),
    (
        "metric/net-revenue-retention",
        &[
            "/measures/0/base",
            "/measures/0/base_at",
            "/measures/0/floor",
            "/measures/0/reactivated",
            "/measures/0/in_force/ends",
            "/measures/0/in_force/grace",
            "/measures/0/currency",
        ],
    ),
    ("metric/gross-revenue-retention", &["/measures/0/cap"]),
    ("metric/magic-number", &["/efficiency/gross_margin", "/efficiency/annualised"]),
    (
        "metric/new-bookings",
        &["/class", "/unit", "/formula", "/period/grain", "/dimensions", "/across_groups", "/drivers", "/plays"],
    ),
    ("metric/new-bookings", &["/owner", "/measures/0/weighted_by", "/measures/0/currency", "/measures/0/dated_by"]),
    ("scenario/quarter-expected", &["/taken/measured_against", "/counts", "/amount/already_in", "/not_yet_open"]),
    ("play/response-rescue", &["/trigger/grain", "/trigger/for_periods"]),
    ("ai-use/draft-first-answer", &["/counts_as/human_response", "/counts_as/touch", "/accuracy"]),
    ("cadence/quarterly-planning", &["/definitions/in_force", "/data_as_of", "/quorum"]),
];

#[test]
fn every_fork_must_be_said() {
    for (name, pointers) in FORKS {
        let definition = starter(name);
        assert!(fits(name, &definition), "{name}");
        for pointer in *pointers {
            assert!(!fits(name, &taken_out(definition.clone(), pointer)), "{name} fits without {pointer}");
        }
    }
}

#[test]
fn what_one_answer_asks_another_must_give() {
    let refused = |name: &str, change: fn(&mut Value)| {
        let mut definition = starter(name);
        change(&mut definition);
        assert!(!fits(name, &definition), "{name}");
    };
    refused("metric/win-rate", |metric| metric["population"] = Value::Null);
    refused("metric/gross-margin", |metric| metric["denominator"] = Value::Null);
    refused("metric/mql-to-sql", |metric| metric["maturity"] = Value::Null);
    refused("metric/time-in-sal", |metric| metric["measures"][0]["unit"] = json!("business-hours"));
    refused("metric/time-in-sal", |metric| metric["measures"][0]["calendar"] = json!("hq"));
    refused("metric/expansion-rate", |metric| {
        metric["measures"] = json!([{"id": "now", "metric": "x", "lag_periods": 0}])
    });
    refused("ai-use/no-machine-decides", |used| used["level"] = json!("human-approves"));
    refused("maturity/readiness", |matrix| matrix["rows"] = Value::from(items(&matrix["rows"])[1..].to_vec()));
    refused("maturity/readiness", |matrix| matrix["rows"][0]["cells"][1]["evidence"] = json!([]));
}
