//! Criteria in plain words, and the entities that they name.

use canonry::criteria::{NamesEntities, Said, conditions, entities, grammar, words};
use canonry::document::Value;
use canonry::registry::{CriteriaSite, Language};

use crate::values::json;

fn said(predicate: Value) -> String {
    words(&grammar::predicate(&predicate, "").0.unwrap())
}

#[test]
fn comparisons_read_as_sentences() {
    assert_eq!(
        said(json!({"all": [
            {"field": "person.account.employees", "at_least": 200},
            {"any": [{"field": "person.title", "has_any_word": ["CTO", "VP"]}, {"field": "person.title", "is_known": false}]},
            {"not": {"field": "person.email_domain", "one_of": {"list": "own-domains"}}},
        ]})),
        "person.account.employees is at least 200 and (person.title has any word of \"CTO\", \"VP\" or person.title \
         is unknown) and person.email_domain is none of list own-domains"
    );
    assert_eq!(
        said(json!({"score": "person-score", "part": "behaviour", "more_than": 0})),
        "behaviour of score person-score is more than 0"
    );
    assert_eq!(
        said(json!({"meets": "qualification/fit", "on": "person.account"})),
        "person.account meets qualification/fit"
    );
    assert_eq!(
        said(json!({"count": "touch", "via": "person.touches", "at_least": 2,
                    "where": {"field": "touch.type", "equals": "form"},
                    "window": {"from": {"shift": "now", "by": {"days": -90}}, "to": "now", "ends": "start"}})),
        "number of touch over person.touches where (touch.type is \"form\") from 90 days before now, before now is \
         at least 2"
    );
    assert_eq!(
        said(
            json!({"of": [{"field": "a.b", "equals": 1}, {"not": {"all": [{"field": "a.c", "equals": true}]}}], "at_least": 1})
        ),
        "at least 1 of (a.b is 1; not (a.c is true))"
    );
    assert_eq!(
        said(json!({"days_between": ["a.b", {"end_of": "fiscal-quarter", "of": "as_of"}], "less_than": 1.5})),
        "days from a.b to the end of the fiscal quarter of the date of the data is less than 1.5"
    );
    assert_eq!(said(json!({"not": {"field": "a.b", "is_known": true}})), "a.b is unknown");
}

#[test]
fn control_characters_in_values_are_not_let_through() {
    let text = said(json!({"field": "a.b", "equals": "\u{1b}[31mred"}));
    assert_eq!(text, "a.b is \"\\u{1b}[31mred\"");
}

#[test]
fn entities_are_named_with_their_places() {
    let predicate = json!({"all": [
        {"field": "person.stage", "equals": "mql"},
        {"latest": "touch.channel", "via": "person.account.touches", "equals": "web",
         "where": {"field": "campaign.type", "is_known": true},
         "window": {"from": "opportunity.created_at", "to": null, "ends": "both"}},
        {"meets": "qualification/fit", "on": "account.parent"},
    ]});
    let references = grammar::predicate(&predicate, "/criteria").0.unwrap().entities();
    let told: Vec<String> = references.iter().map(|found| format!("{} {}", found.entity, found.pointer)).collect();
    assert_eq!(
        told,
        [
            "person /criteria/all/0/field",
            "touch /criteria/all/1/latest",
            "person /criteria/all/1/via",
            "campaign /criteria/all/1/where/field",
            "opportunity /criteria/all/1/window/from",
            "account /criteria/all/2/on",
        ]
    );
}

#[test]
fn a_definition_is_said_and_its_entities_named_by_its_sites() {
    let definition = json!({
        "criteria": {"field": "person.stage", "equals": "mql"},
        "target": {"overlap": "first", "cases": [{"id": "a", "when": {"count": "touch", "at_least": 1}, "is": 1}], "otherwise": 2},
        "dated_by": "opportunity.created_at",
        "broken": {"every": []},
    });
    let site =
        |pointer: &str, language: Language| CriteriaSite { pointer: pointer.to_owned(), language, scopes: Vec::new() };
    let sites = [
        site("/criteria", Language::Predicate),
        site("/target", Language::Cases),
        site("/dated_by", Language::Path),
        site("/broken", Language::Predicate),
        site("/nothing", Language::Predicate),
    ];
    let said = |pointer: &str, words: &str| Said { pointer: pointer.to_owned(), words: words.to_owned() };
    assert_eq!(
        conditions(&definition, &sites),
        [said("/criteria", "person.stage is \"mql\""), said("/target/cases/0/when", "number of touch is at least 1"),]
    );
    let named: Vec<String> =
        entities(&definition, &sites).into_iter().map(|found| format!("{} {}", found.entity, found.pointer)).collect();
    assert_eq!(named, ["person /criteria/field", "touch /target/cases/0/when/count", "opportunity /dated_by"]);
}
