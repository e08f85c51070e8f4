//! A kind that a user adds by writing a schema and a definition, and nothing else.

use crate::environment::Environment;

const SCHEMA: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Event series",
  "description": "Events that belong together, and who may come.",
  "x-version": "1.0.0",
  "x-subject": "/subject",
  "x-outcome": {
    "criteria": "/criteria"
  },
  "type": "object",
  "allOf": [
    {
      "$ref": "common.schema.json#/$defs/header"
    }
  ],
  "properties": {
    "kind": {
      "const": "event-series"
    },
    "subject": {
      "description": "The entity that is invited.",
      "type": "string",
      "x-ref": "entity"
    },
    "criteria": {
      "description": "Who is invited.",
      "$ref": "common.schema.json#/$defs/predicate"
    },
    "follow_up": {
      "description": "The play that follows.",
      "type": "string",
      "x-ref": "play"
    },
    "seats": {
      "description": "How many may come.",
      "type": "integer",
      "x-unit": "people",
      "x-change": {
        "impact": "minor",
        "up": "seats-added",
        "down": "seats-removed"
      }
    }
  },
  "required": [
    "subject",
    "criteria",
    "follow_up",
    "seats"
  ],
  "unevaluatedProperties": false
}
"##;

const DEFINITION: &str = r#"{"$schema": "../../../schemas/event-series.schema.json", "kind": "event-series",
  "id": "round-tables", "version": "1.0.0", "status": "active", "name": "Round tables", "owner": "cmo",
  "summary": "Small dinners for people of large companies.",
  "effective": {"from": "2026-05-01", "history": "freeze"},
  "examples": [
    {"id": "large", "at": "2026-05-02T00:00:00Z", "record": {"account": {"employees": 900}}, "expect": {"outcome": "met"}},
    {"id": "small", "at": "2026-05-02T00:00:00Z", "record": {"account": {"employees": 9}}, "expect": {"outcome": "not-met"}}],
  "subject": "person", "criteria": {"field": "person.account.employees", "at_least": 500},
  "follow_up": "deal-review", "seats": 12}
"#;

const PATH: &str = "registry/definitions/event-series/round-tables.json";

#[test]
fn a_kind_needs_no_rust() {
    let environment = Environment::with_registry();
    environment.write("schemas/event-series.schema.json", SCHEMA);
    environment.write(PATH, DEFINITION);
    environment.canon(&["fmt"]).expect(0);
    environment.canon(&["check"]).expect(0);
    land(&environment, "Add event series");
    environment.canon(&["verify"]).expect(0);

    environment.edit(PATH, "\"seats\": 12", "\"seats\": 20");
    let ran = environment.canon(&["diff"]).expect(0);
    assert!(ran.stdout.contains("/seats  12 -> 20  (minor, seats-added)"), "{ran}");
    land(&environment, "Add seats");
    assert!(environment.read(PATH).contains("\"version\": \"1.1.0\""));

    let ran = environment.canon(&["refs", "event-series/round-tables"]).expect(0);
    for name in ["entity/person", "play/deal-review"] {
        assert!(ran.stdout.contains(name), "{ran}");
    }
    let ran = environment.canon(&["refs", "play/deal-review"]).expect(0);
    assert!(ran.stdout.contains("event-series/round-tables  at /follow_up"), "{ran}");

    environment.canon(&["publish"]).expect(0);
    assert!(environment.read("registry/releases/1.0.0.json").contains("event-series/round-tables"));
    environment.canon(&["verify"]).expect(0);
}

#[test]
fn its_faults_are_found() {
    let environment = Environment::with_registry();
    environment.write("schemas/event-series.schema.json", SCHEMA);
    let faults = [
        ("\"seats\": 12", "\"seats\": \"many\"", r#"error[shape]: must be a whole number, not "many""#),
        ("deal-review", "deal-reviews", "error[dangling-reference]: there is no play `deal-reviews`"),
        (
            "person.account.employees",
            "person.account.employes",
            "error[unknown-field]: `account` has no field or relation `employes`",
        ),
        (
            "\"at_least\": 500",
            "\"at_least\": \"many\"",
            "error[value-misfit]: `person.account.employees` is compared with a number, not with `many`",
        ),
        (
            "\"employees\": 900",
            "\"employees\": 90",
            r#"error[example-fails]: example `large` does not come out so: the definition says "not-met""#,
        ),
    ];
    for (from, to, told) in faults {
        assert!(DEFINITION.contains(from));
        environment.write(PATH, &DEFINITION.replacen(from, to, 1));
        environment.canon(&["fmt"]);
        let ran = environment.canon(&["check"]).expect(1);
        let first = ran.stdout.lines().next().unwrap_or_default();
        assert_eq!(first, told, "{to}: {ran}");
        assert!(ran.stdout.contains(&format!("--> {PATH}:")), "{to}: {ran}");
        assert_eq!(ran.stdout.matches("error[").count(), 1, "one mistake gives one finding\n{ran}");
    }
}

fn land(environment: &Environment, title: &str) {
    environment.canon(&["propose", "--title", title, "--why", "We hold them."]).expect(0);
    environment.canon(&["approve", "--yes"]).expect(0);
    let branch = environment.git(&["branch", "--show-current"]);
    environment.git(&["switch", "-q", "main"]);
    environment.git(&["merge", "-q", "--no-ff", "-m", "Merge", &branch]);
}
