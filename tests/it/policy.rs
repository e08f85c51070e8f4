//! Policy and people as values: which slots a row has, who can fill them, what may never become of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use canonry::document::{Document, Value};
use canonry::governance::decide::can_be_filled;
use canonry::governance::guard::{frozen, indispensable, lost};
use canonry::governance::people::People;
use canonry::governance::policy::{Policy, RowFacts, Slots, Via};
use canonry::registry::{Impact, builtin};
use proptest::prelude::*;

use crate::environment::Environment;
use crate::values::json;

const ROLES: [&str; 4] = ["cmo", "cro", "revops", "cfo"];
const MQL: &str = "registry/definitions/qualification/mql.json";

/// Public keys, made once.
static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let environment = Environment::new();
    let line = |name: usize| {
        let key = environment.key(&format!("key{name}"), &["-t", "ed25519"]);
        let line = std::fs::read_to_string(key.with_extension("pub")).expect("a public key");
        line.split(' ').take(2).collect::<Vec<_>>().join(" ")
    };
    (0..6).map(line).collect()
});

/// Documents by path.
type Documents = Vec<(String, Value)>;

fn person(index: usize, roles: &[&str]) -> (String, Value) {
    let id = format!("person-{index}");
    let value = json!({
        "kind": "person", "id": id, "version": "1.0.0", "name": id, "roles": roles, "status": "active",
        "keys": [{"key": KEYS[index], "status": "active"}],
        "accounts": [{"host": "forge.example", "id": (index + 1).to_string(), "login": id}],
    });
    (format!("registry/governance/people/{id}.json"), value)
}

fn load(people: &[(String, Value)]) -> Result<People, Vec<canonry::finding::Finding>> {
    People::load(people.iter().map(|(path, value)| (path.as_str(), value)))
}

fn people(roles: &[Vec<&str>]) -> People {
    let documents: Vec<_> = roles.iter().enumerate().map(|(index, roles)| person(index, roles)).collect();
    load(&documents).expect("people")
}

fn policy(rules: Value, more: Value) -> Result<Policy, canonry::finding::Finding> {
    let roles: Vec<Value> = ROLES.iter().map(|role| json!({"id": role, "name": role})).collect();
    let mut value = json!({
        "kind": "policy", "version": "1.0.0", "roles": roles, "rules": rules, "separate_duties": false,
        "publish": {"role": "revops"},
    });
    for (key, part) in more.as_object().expect("an object") {
        value[key] = part.clone();
    }
    Policy::load(&value)
}

fn row<'a>(path: &'a str, impact: Impact, reason: &'a str, document: &'a Value) -> RowFacts<'a> {
    RowFacts { path, impact, reason, owned_by: document, after: document, meanings: None, affected: false }
}

/// Roles with their counts.
fn slots(policy: &Policy, row: &RowFacts<'_>) -> Vec<(String, u32)> {
    policy.slots_for(row).into_iter().map(|slots| (slots.role, slots.count)).collect()
}

#[test]
fn rules_that_match_are_merged_by_role() {
    let document = json!({"owner": "cmo", "co_owners": ["cro", "cmo"]});
    let policy = policy(
        json!([
            {"id": "all", "require": [{"role": "@owner"}]},
            {"id": "major", "when": {"at_least": "major"}, "require": [{"role": "@owner", "count": 2}, {"role": "@co-owners"}]},
            {"id": "mql", "when": {"ids": ["qualification/mql"], "kinds": ["qualification"]}, "require": [{"role": "cfo"}]},
            {"id": "people", "when": {"paths": ["registry/governance/**"]}, "require": [{"role": "revops"}]},
            {"id": "fixes", "when": {"reasons": ["corrective"], "at_most": "minor"}, "require": [{"role": "revops"}]},
        ]),
        json!({}),
    )
    .expect("a policy");
    let of = |path, impact, reason| slots(&policy, &row(path, impact, reason, &document));
    let named =
        |pairs: &[(&str, u32)]| pairs.iter().map(|(role, count)| ((*role).to_owned(), *count)).collect::<Vec<_>>();
    assert_eq!(of(MQL, Impact::Patch, "wording"), named(&[("cfo", 1), ("cmo", 1)]));
    assert_eq!(of(MQL, Impact::Major, "wording"), named(&[("cfo", 1), ("cmo", 2), ("cro", 1)]));
    assert_eq!(of(MQL, Impact::Minor, "corrective"), named(&[("cfo", 1), ("cmo", 1), ("revops", 1)]));
    let person = "registry/governance/people/ann.json";
    assert_eq!(slots(&policy, &row(person, Impact::Major, "", &Value::Null)), named(&[("revops", 1)]));
    assert_eq!(slots(&policy, &row("schemas/stage.schema.json", Impact::Major, "", &Value::Null)), []);
}

#[test]
fn a_rule_that_asks_for_nobody_gives_no_slot() {
    for require in [json!([]), json!([{"role": "cmo", "count": 0}]), json!([{"role": "@co-owners"}])] {
        let policy = policy(json!([{"id": "open", "require": require}]), json!({})).expect("a policy");
        let document = json!({"owner": "cmo"});
        assert_eq!(slots(&policy, &row(MQL, Impact::Patch, "", &document)), []);
        assert!(!can_be_filled(&[], &people(&[vec!["cmo"]]), |_| false));
    }
}

#[test]
fn ways_of_approval_are_those_that_every_rule_allows() {
    let policy = policy(
        json!([
            {"id": "a", "require": [{"role": "cmo"}], "via": ["ssh", "relay"]},
            {"id": "b", "require": [{"role": "cmo"}], "via": ["relay"]},
        ]),
        json!({}),
    )
    .expect("a policy");
    let found = policy.slots_for(&row(MQL, Impact::Patch, "", &Value::Null));
    assert_eq!(found, [Slots { role: "cmo".to_owned(), count: 1, via: BTreeSet::from([Via::Relay]) }]);
    assert!(!can_be_filled(&found, &people(&[vec!["cmo"]]), |_| false));
}

#[test]
fn what_is_not_understood_is_refused() {
    let refused = [
        (json!([{"id": "a", "when": {"tenses": ["past"]}, "require": [{"role": "cmo"}]}]), json!({}), "tenses"),
        (json!([{"id": "a", "when": {"paths": ["a/*b*c*"]}, "require": [{"role": "cmo"}]}]), json!({}), "a/*b*c*"),
        (json!([{"id": "a", "require": [{"role": "chief"}]}]), json!({}), "chief"),
        (json!([{"id": "a", "when": {"paths": ["a/**b"]}, "require": [{"role": "cmo"}]}]), json!({}), "a/**b"),
        (json!([{"id": "a", "require": [{"role": "cmo", "count": -1}]}]), json!({}), "-1"),
        (
            json!([{"id": "twin", "require": [{"role": "cmo"}]}, {"id": "twin", "require": [{"role": "cro"}]}]),
            json!({}),
            "two rules have the id `twin`",
        ),
        (
            json!([]),
            json!({"roles": [{"id": "revops", "name": "One"}, {"id": "revops", "name": "Other"}]}),
            "two roles have the id `revops`",
        ),
        (json!([]), json!({"publish": {"role": "chief"}}), "chief"),
        (json!([]), json!({"kind": "qualification"}), "qualification"),
        (json!([]), json!({"unknown": true}), "unknown"),
    ];
    for (rules, more, named) in refused {
        let finding = policy(rules, more).expect_err(named);
        assert!(finding.message.contains(named), "{}", finding.message);
    }
}

#[test]
fn a_definition_takes_effect_at_the_start_of_a_fiscal_quarter() {
    let policy = policy(
        json!([]),
        json!({"effective_on": [
            {"kinds": ["qualification"], "at_least": "major", "on": "fiscal-quarter-start", "calendar": "hq", "except": ["corrective"]},
        ]}),
    )
    .expect("a policy");
    let starts = |calendar: &str| (calendar == "hq").then(|| "02-01".to_owned());
    let wrong = |day: &str, impact, reason| {
        let document = json!({"effective": {"from": day}});
        policy.wrong_day(&row(MQL, impact, reason, &document), starts).is_some()
    };
    for (day, expected) in [
        ("2026-02-01", false),
        ("2026-05-01", false),
        ("2026-08-01", false),
        ("2026-11-01", false),
        ("2026-01-01", true),
        ("2026-05-02", true),
        ("2026-04-01", true),
        ("soon", true),
    ] {
        assert_eq!(wrong(day, Impact::Major, "conceptual"), expected, "{day}");
        assert!(!wrong(day, Impact::Minor, "conceptual"));
        assert!(!wrong(day, Impact::Major, "corrective"));
    }
    let unreadable = [
        json!({}),
        json!({"effective": {}}),
        json!({"effective": {"from": null}}),
        json!({"effective": {"from": 20_260_201}}),
        json!({"effective": {"from": "2026-02-01T00:00:00Z"}}),
        Value::Null,
    ];
    for document in unreadable {
        let reason = policy.wrong_day(&row(MQL, Impact::Major, "conceptual", &document), starts);
        assert!(reason.is_some_and(|reason| reason.contains("effective.from")), "{document}");
        assert_eq!(policy.wrong_day(&row(MQL, Impact::Minor, "conceptual", &document), starts), None);
    }
    let document = json!({"effective": {"from": "2026-02-01"}});
    let facts = row(MQL, Impact::Major, "", &document);
    assert!(policy.wrong_day(&facts, |_| None).is_some_and(|reason| reason.contains("hq")));
    for starts in ["13-01", "soon", "2-1", ""] {
        assert!(policy.wrong_day(&facts, |_| Some(starts.to_owned())).is_some_and(|reason| reason.contains("hq")));
    }
}

#[test]
fn keys_and_accounts_belong_to_one_person_for_ever() {
    let mut two = vec![person(0, &["cmo"]), person(1, &["cro"])];
    assert!(load(&two).is_ok());
    two[1].1["keys"] = two[0].1["keys"].clone();
    assert!(load(&two).is_err());
    let mut two = vec![person(0, &["cmo"]), person(1, &["cro"])];
    two[1].1["accounts"] = two[0].1["accounts"].clone();
    assert!(load(&two).is_err());

    let before = load(&[person(0, &["cmo"]), person(1, &["cro"])]).expect("people");
    let step = |change: &dyn Fn(&mut Documents)| {
        let mut documents = vec![person(0, &["cmo"]), person(1, &["cro"])];
        change(&mut documents);
        lost(&before, &load(&documents).expect("people")).len()
    };
    assert_eq!(step(&|_| ()), 0);
    assert_eq!(step(&|people| people[1].1["status"] = json!("retired")), 0);
    assert_eq!(step(&|people| people[1].1["roles"] = json!(["cfo"])), 0);
    assert_eq!(step(&|people| people.push(person(2, &["cmo"]))), 0);
    assert_eq!(step(&|people| people.truncate(1)), 1);
    assert_eq!(step(&|people| people[1].1["keys"][0]["key"] = json!(KEYS[3])), 1);
    assert_eq!(step(&|people| people[1].1["accounts"] = json!([])), 1);
    let moved = |people: &mut Vec<(String, Value)>| {
        let keys = people[0].1["keys"].clone();
        people[0].1["keys"] = people[1].1["keys"].clone();
        people[1].1["keys"] = keys;
    };
    assert_eq!(step(&moved), 2);
}

#[test]
fn the_examples_of_the_schemas_can_be_read() {
    let example = |name: &str| {
        let path = format!("schemas/{name}.schema.json");
        let (_, bytes) = builtin::schemas().find(|(schema, _)| *schema == path).expect("a schema");
        let schema = Document::parse(bytes).expect("a schema");
        schema.value().pointer("/examples/0").expect("an example").clone()
    };
    assert!(Policy::load(&example("policy")).is_ok());
    let person = example("person");
    let read = |person: &Value| {
        let path = format!("registry/governance/people/{}.json", person["id"].as_str().expect("an id"));
        load(&[(path, person.clone())])
    };
    assert!(read(&person).is_ok_and(|people| people.iter().all(|person| person.accounts.len() == 1)));
    for id in [json!(7), json!(""), json!("7 "), json!("a:7")] {
        let mut other = person.clone();
        other["accounts"][0]["id"] = id;
        assert!(read(&other).is_err(), "{other}");
    }
}

#[test]
fn what_was_compromised_stays_so() {
    let compromised = |status: &str| {
        let mut document = person(0, &["cmo"]);
        document.1["keys"][0]["status"] = json!(status);
        if status == "compromised" {
            document.1["keys"][0]["since"] = json!("0".repeat(40));
        }
        load(&[document, person(1, &["cmo"])]).expect("people")
    };
    assert_eq!(lost(&compromised("compromised"), &compromised("active")).len(), 1);
    assert_eq!(lost(&compromised("active"), &compromised("compromised")).len(), 0);
    assert_eq!(lost(&compromised("retired"), &compromised("active")).len(), 0);
}

#[test]
fn a_state_that_could_never_change_is_seen() {
    let rules = json!([{"id": "all", "require": [{"role": "cmo"}]}]);
    let alone = policy(rules.clone(), json!({})).expect("a policy");
    let separate = policy(rules, json!({"separate_duties": true})).expect("a policy");
    let (one, two, three) =
        (people(&[vec!["cmo"]]), people(&[vec!["cmo"], vec!["cro"]]), people(&[vec!["cmo"], vec!["cmo"], vec!["cro"]]));
    assert!(frozen(&alone, &one).is_none());
    assert!(frozen(&separate, &one).is_some(), "nobody but the proposer");
    assert!(frozen(&separate, &two).is_none());
    assert!(frozen(&alone, &people(&[vec!["cro"]])).is_some(), "nobody holds the role");
    assert!(frozen(&policy(json!([]), json!({})).expect("a policy"), &three).is_some(), "no rule covers it");
    assert_eq!(indispensable(&separate, &two), ["person-0", "person-1"]);
    assert_eq!(indispensable(&separate, &three), Vec::<String>::new());
}

proptest! {
    #[test]
    fn slots_are_filled_exactly_if_distinct_people_can_fill_them(
        roles in prop::collection::vec(prop::sample::subsequence(ROLES.to_vec(), 0..=4), 1..6),
        wanted in prop::collection::btree_map(prop::sample::select(ROLES.to_vec()), 1_u32..4, 1..4),
        barred in 0_usize..8,
    ) {
        let people = people(&roles);
        let barred = format!("person-{barred}");
        let slots: Vec<Slots> = wanted
            .iter()
            .map(|(role, count)| Slots { role: (*role).to_owned(), count: *count, via: BTreeSet::from([Via::Ssh]) })
            .collect();
        let flat: Vec<&str> = wanted.iter().flat_map(|(role, count)| vec![*role; *count as usize]).collect();
        let holds: Vec<&Vec<&str>> =
            roles.iter().enumerate().filter(|(index, _)| format!("person-{index}") != barred).map(|(_, roles)| roles).collect();
        prop_assert_eq!(can_be_filled(&slots, &people, |person| person == barred), assigns(&flat, &holds, &mut BTreeMap::new()));
    }
}

/// Tries every assignment of people to slots.
fn assigns<'a>(slots: &[&'a str], people: &[&Vec<&'a str>], taken: &mut BTreeMap<usize, ()>) -> bool {
    let Some((slot, rest)) = slots.split_first() else { return true };
    (0..people.len()).any(|person| {
        if !people[person].contains(slot) || taken.insert(person, ()).is_some() {
            return false;
        }
        let fits = assigns(rest, people, taken);
        taken.remove(&person);
        fits
    })
}

#[test]
fn rules_about_meanings_apply_to_those_and_to_what_is_not_decided() {
    let document = json!({"owner": "cmo"});
    let rules = json!([
        {"id": "owner", "require": [{"role": "@owner"}]},
        {"id": "weaker", "when": {"meanings": ["sla-relaxed", "looser"]}, "require": [{"role": "cfo"}]},
    ]);
    let policy = policy(rules, json!({})).unwrap();
    assert!(policy.asks_for_meanings() && !policy.asks_for_affected());
    let needs = |codes: Option<&[&str]>| {
        let codes: Option<BTreeSet<String>> = codes.map(|codes| codes.iter().map(|code| (*code).to_owned()).collect());
        let row = row("registry/definitions/sla/a.json", Impact::Major, "", &document);
        let slots = policy.slots_for(&RowFacts { meanings: codes.as_ref(), ..row });
        slots.into_iter().map(|slots| slots.role).collect::<Vec<_>>()
    };
    assert_eq!(needs(Some(&["sla-tightened", "reworded"])), ["cmo"]);
    assert_eq!(needs(Some(&["sla-relaxed", "reworded"])), ["cfo", "cmo"]);
    assert_eq!(needs(None), ["cfo", "cmo"], "nobody knows what it means");
}

#[test]
fn rules_about_what_rests_on_a_change_apply_to_that_alone() {
    let document = json!({"owner": "cro", "co_owners": ["cfo"]});
    let rules = json!([
        {"id": "owner", "require": [{"role": "@owner"}]},
        {"id": "neighbours", "when": {"affected": true, "kinds": ["metric"]}, "require": [{"role": "@co-owners"}]},
    ]);
    let policy = policy(rules, json!({})).unwrap();
    assert!(policy.asks_for_affected() && !policy.asks_for_meanings());
    let roles = |row: &RowFacts<'_>| slots(&policy, row).into_iter().map(|(role, _)| role).collect::<Vec<_>>();
    let (metric, stage) = ("registry/definitions/metric/a.json", "registry/definitions/stage/a.json");
    assert_eq!(roles(&row(metric, Impact::Major, "", &document)), ["cro"]);
    assert_eq!(roles(&RowFacts::affected(metric, "", &document)), ["cfo"]);
    assert_eq!(roles(&RowFacts::affected(stage, "", &document)), [""; 0]);
}
