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
    assert!(ran.stdout.contains("(seats-added, minor)\n    12 people -> 20 people\n"), "{ran}");
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

/// Properties that lead back to themselves: as items, as one form of several, and at once.
const RECURSIVE: &str = r##""seats": {
      "$ref": "#/$defs/group"
    },
    "rule": {
      "$ref": "#/$defs/rule"
    },
    "nested": {
      "$ref": "#/$defs/nested"
    },
    "whole": {
      "$ref": "#"
    },
    "endless": {
      "$ref": "#/$defs/endless"
    },
"##;

const DEFINITIONS: &str = r##""$defs": {
    "group": {"description": "A group.", "type": "object", "properties": {
      "label": {"description": "Its name.", "type": "string"},
      "children": {"description": "Groups in it.", "type": "array", "items": {"$ref": "#/$defs/group"}}}},
    "rule": {"description": "A rule.", "anyOf": [{"$ref": "#/$defs/all"}, {"$ref": "#/$defs/not"}]},
    "all": {"description": "All hold.", "type": "object", "properties": {
      "all": {"type": "array", "items": {"$ref": "#/$defs/rule"}}}},
    "not": {"description": "One fails.", "type": "object", "properties": {"not": {"$ref": "#/$defs/rule"}}},
    "nested": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/$defs/nested"}}]},
    "endless": {"$ref": "#/$defs/endless"}
  },
  "required": ["##;

#[test]
fn a_schema_that_leads_back_to_itself_is_told_once() {
    let environment = Environment::with_registry();
    let schema = SCHEMA.replacen("\"seats\": {", &format!("{RECURSIVE}\"places\": {{"), 1);
    let schema = schema.replacen("\"required\": [", DEFINITIONS, 1);
    environment.write("schemas/event-series.schema.json", &schema);
    let told = environment.canon(&["explain", "event-series"]).expect(0).stdout;
    for line in [
        "  seats.children: list of objects; major\n      Groups in it.\n",
        "  In seats.children[] stands what stands in seats.\n",
        "  rule: one of 2 forms; major\n      A rule.\n",
        "\nAll hold.\n  rule.all: list of 2 forms; major\n",
        "  In rule.all[] stands what stands in rule.\n",
        "\nOne fails.\n  rule.not: one of 2 forms; major\n",
        "  In rule.not stands what stands in rule.\n",
        "  nested: text or list of the same; major\n",
        "  In whole stands what stands in the definition itself.\n",
        "  endless: the same; major\n",
    ] {
        assert!(told.contains(line), "{line}{told}");
    }
    assert_eq!(told.matches("seats.children").count(), 2, "{told}");
}

#[test]
fn documents_of_a_faulty_schema_are_left_as_they_are() {
    let environment = Environment::with_registry();
    environment.write("schemas/event-series.schema.json", &SCHEMA.replacen("$defs/predicate", "$defs/predicat", 1));
    environment.write(PATH, DEFINITION);
    for command in [&["fmt", "--check"][..], &["fmt"]] {
        let ran = environment.canon(command).expect(1);
        assert!(ran.stdout.contains("event-series.schema.json"), "{ran}");
        assert!(ran.stderr.contains("1 file left alone, as the schemas have faults."), "{ran}");
        assert_eq!(environment.read(PATH), DEFINITION);
    }
}

fn land(environment: &Environment, title: &str) {
    environment.canon(&["propose", "--title", title, "--why", "We hold them."]).expect(0);
    environment.canon(&["approve", "--yes"]).expect(0);
    let branch = environment.git(&["branch", "--show-current"]);
    environment.git(&["switch", "-q", "main"]);
    environment.git(&["merge", "-q", "--no-ff", "-m", "Merge", &branch]);
}
