//! Properties of the replay of scores, and a second replay, slow and plain, that must agree with it.

use crate::values::{at as at_pointer, json, push};
use canonry::criteria::scores::{ScoreModel, needs};
use canonry::document::Value;
use canonry::outcome::Computable;
use proptest::prelude::*;

use super::properties::any_json;
use super::scores::{behaviour, sum, whole_model};
use crate::world::{model, source};

/// What happens in these tests, at a minute of a day. Days count from 1 April 2026; no clock changes in their reach.
#[derive(Clone, Debug)]
struct Happens {
    day: i64,
    minute: i64,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Reset,
    Asked,
    Page,
    Partner(bool),
}

/// The numbers of a part.
#[derive(Clone, Debug)]
struct Numbers {
    max: i64,
    times: usize,
    per: i64,
    idle: i64,
    every: i64,
    pauses: bool,
    reset_to: i64,
}

/// Where a score model may be anything.
const PLACES: [&str; 14] = [
    "",
    "/evaluated",
    "/standing",
    "/standing/otherwise",
    "/total",
    "/total/min",
    "/parts/0/components/0",
    "/parts/0/components/0/otherwise",
    "/parts/1/min",
    "/parts/1/components/1/limit",
    "/parts/1/components/0/where",
    "/parts/1/decay/0/idle",
    "/parts/1/decay/0/activity",
    "/parts/1/resets/0/to",
];

const LAST_DAY: i64 = 80;

/// The minutes of a day at which things happen: few, midnight among them, so that much happens at one instant.
const MINUTES: [i64; 4] = [0, 1, 600, 1439];

fn happens() -> impl Strategy<Value = Vec<Happens>> {
    let what = prop_oneof![
        2 => Just(What::Asked),
        4 => Just(What::Page),
        1 => Just(What::Reset),
        1 => any::<bool>().prop_map(What::Partner),
    ];
    let minute = prop::sample::select(MINUTES.to_vec());
    let one = (0..=LAST_DAY, minute, what).prop_map(|(day, minute, what)| Happens { day, minute, what });
    prop::collection::vec(one, 0..14).prop_map(|mut all| {
        // A field has one value at an instant.
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|one| !matches!(one.what, What::Partner(_)) || seen.insert((one.day, one.minute)));
        all
    })
}

fn numbers() -> impl Strategy<Value = Numbers> {
    let lengths = (1..4usize, 1..9i64, 1..15i64, 1..9i64);
    (20..90i64, lengths, any::<bool>(), 0..20i64).prop_map(|(max, (times, per, idle, every), pauses, reset_to)| {
        Numbers { max, times, per, idle, every, pauses, reset_to }
    })
}

fn part(numbers: &Numbers) -> Value {
    behaviour(|part| {
        part["max"] = json!(numbers.max);
        part["accrue_when"] = json!({"not": {"field": "person.worked_by", "equals": "partner"}});
        part["components"][0]["points"] = json!(17);
        part["components"][1]["points"] = json!(10);
        part["components"][1]["limit"] = json!({"times": numbers.times, "per": {"days": numbers.per}});
        part["decay"][0]["idle"] = json!({"days": numbers.idle});
        part["decay"][0]["every"] = json!({"days": numbers.every});
        part["decay"][0]["while_frozen"] = json!(if numbers.pauses { "pauses" } else { "continues" });
        part["resets"][0]["to"] = json!(numbers.reset_to);
    })
}

/// The instant of a local minute; local time is two hours ahead.
fn instant(day: i64, minute: i64) -> String {
    let start: jiff::Timestamp = "2026-04-01T00:00:00+02:00".parse().unwrap();
    (start + jiff::Span::new().hours(day * 24).minutes(minute)).to_string()
}

fn record(all: &[Happens]) -> Value {
    let mut record =
        json!({"form_submissions": [], "page_views": [], "stage_changes": [], "history": {"worked_by": []}});
    for (index, one) in all.iter().enumerate() {
        let at = instant(one.day, one.minute);
        let (place, row) = match one.what {
            What::Asked => ("/form_submissions", json!({"id": format!("f{index}"), "at": at, "form": "contact-us"})),
            What::Page => ("/page_views", json!({"id": format!("p{index}"), "at": at, "section": "pricing"})),
            What::Reset => ("/stage_changes", json!({"id": format!("s{index}"), "at": at, "to": "recycle"})),
            What::Partner(works) => {
                ("/history/worked_by", json!({"at": at, "is": if works { "partner" } else { "sales" }}))
            }
        };
        push(at_pointer(&mut record, place), row);
    }
    record
}

/// The sum at the end of a day, day by day and minute by minute.
fn plainly(all: &[Happens], numbers: &Numbers, last_day: i64) -> i64 {
    let mut sum = 0;
    let mut partner = false;
    let mut counted: Vec<i64> = Vec::new();
    let mut active_on: Option<i64> = None;
    for day in 0..=last_day {
        for minute in MINUTES {
            let mut now: Vec<&Happens> = all.iter().filter(|one| (one.day, one.minute) == (day, minute)).collect();
            // All gains of one kind are alike, and both kinds only add, so their order does not show.
            now.sort_by_key(|one| one.what);
            for one in &now {
                if let What::Partner(works) = one.what {
                    partner = works;
                }
            }
            let mut looked = false;
            for one in &now {
                match one.what {
                    What::Reset => {
                        sum = numbers.reset_to.min(numbers.max);
                        active_on = active_on.or(Some(day));
                    }
                    What::Asked => {
                        looked = true;
                        sum += if partner { 0 } else { 17 };
                    }
                    What::Page => {
                        looked = true;
                        let recent = counted.iter().filter(|counted| **counted > day - numbers.per).count();
                        if !partner && recent < numbers.times {
                            counted.push(day);
                            sum += 10;
                        }
                    }
                    What::Partner(_) => {}
                }
                sum = sum.clamp(0, numbers.max);
            }
            if looked {
                active_on = Some(day);
            }
            let idle = active_on.map(|active_on| day - active_on - numbers.idle);
            let falls_due = minute == 0 && idle.is_some_and(|over| over >= 0 && over % numbers.every == 0);
            if falls_due && !(numbers.pauses && partner) {
                sum = (sum - 5).clamp(0, numbers.max);
            }
        }
    }
    sum
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_plain_replay_agrees(all in happens(), numbers in numbers(), last_day in 0..=LAST_DAY) {
        let replayed = sum(part(&numbers), &record(&all), &instant(last_day, 1439));
        prop_assert_eq!(replayed, plainly(&all, &numbers, last_day) as f64);
    }

    #[test]
    fn no_model_and_no_record_makes_it_panic(
        place in prop::sample::select(PLACES.to_vec()),
        value in any_json(),
        row_place in prop::sample::select(vec!["", "/history", "/history/worked_by", "/page_views", "/page_views/0/at"]),
        row_value in any_json(),
        at in prop::sample::select(vec!["-009999-01-02T01:59:59Z", "2026-05-20T12:00:00Z", "9999-12-30T22:00:00Z"]),
    ) {
        let mut definition = whole_model();
        // All the years that there are, in few steps.
        definition.2["parts"][1]["decay"][0]["every"] = json!({"years": 50});
        *at_pointer(&mut definition.2, place) = value;
        let mut record = json!({"email_domain": "acme.example", "history": {"worked_by": []},
            "page_views": [{"id": "p", "at": at, "section": "pricing"}, {"id": "q", "at": "9999-12-30", "section": ""}]});
        *at_pointer(&mut record, row_place) = row_value;
        let _ = needs::problems(&ScoreModel::read(&source(&definition)), model());
        if let Some(computable) = Computable::read(&source(&definition)) {
            let example = json!({"id": "x", "at": "9999-12-30T22:00:00Z", "record": record});
            let _ = computable.compute(model(), &example, "/examples/0");
        }
    }

    #[test]
    fn the_order_in_the_record_does_not_matter(
        (all, mixed) in happens().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        numbers in numbers(),
    ) {
        let at = instant(LAST_DAY, 0);
        prop_assert_eq!(sum(part(&numbers), &record(&all), &at), sum(part(&numbers), &record(&mixed), &at));
    }

    #[test]
    fn a_sum_stays_within_its_bounds(
        all in happens(), points in (-60..60i64, -60..60i64), bounds in (-30..10i64, 10..60i64), day in 0..=LAST_DAY,
    ) {
        let part = behaviour(|part| {
            (part["min"], part["max"]) = (json!(bounds.0), json!(bounds.1));
            part["components"][0]["points"] = json!(points.0);
            part["components"][1]["points"] = json!(points.1);
        });
        let sum = sum(part, &record(&all), &instant(day, 0));
        prop_assert!((bounds.0 as f64..=bounds.1 as f64).contains(&sum), "{sum}");
    }

    #[test]
    fn what_lies_outside_changes_nothing(all in happens(), numbers in numbers(), day in 0..LAST_DAY) {
        let at = instant(day, 1439);
        let before: Vec<Happens> = all.iter().filter(|one| one.day <= day).cloned().collect();
        prop_assert_eq!(sum(part(&numbers), &record(&all), &at), sum(part(&numbers), &record(&before), &at));
        // Nor does what is neither counted nor an activity.
        let mut more = record(&before);
        more["activities"] = json!([{"id": "a", "at": instant(day, 0), "type": "call", "direction": "outbound"}]);
        push(&mut more["stage_changes"], json!({"id": "x", "at": instant(day, 0), "to": "mql"}));
        prop_assert_eq!(sum(part(&numbers), &more, &at), sum(part(&numbers), &record(&before), &at));
    }
}
