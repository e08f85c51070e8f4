//! `canon blame`: each value by the change that gave it, wherever it stands by now.

use serde_json::Value;

use crate::team::{MQL, Team};

/// Lands an edit of the MQL that everybody approves.
fn land(team: &Team, title: &str, edit: impl FnOnce(&mut Value)) -> String {
    team.environment.edit_json(MQL, edit);
    team.environment.canon(&["fmt"]).expect(0);
    team.land(title, &["marketing", "sales"])
}

/// The changes by the pointers of the values that they gave; none for those of the beginning.
fn blamed(team: &Team) -> Vec<(String, Option<String>)> {
    let ran = team.environment.canon(&["blame", "qualification/mql", "--format", "json"]).expect(0);
    let value: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let one = |line: &Value| {
        (line["pointer"].as_str().expect("a pointer").to_owned(), line["change"]["id"].as_str().map(str::to_owned))
    };
    value["values"].as_array().expect("values").iter().map(one).collect()
}

#[test]
fn each_value_is_blamed_on_the_change_that_gave_it() {
    let team = Team::new();
    assert!(blamed(&team).iter().all(|(_, change)| change.is_none()));
    let longer = land(&team, "Wait longer", |mql| mql["requalify"]["cooling_off"]["days"] = 70.into());
    let partner = land(&team, "Partners do not count", |mql| {
        let when = serde_json::json!({"field": "person.email_domain", "one_of": ["partner.example"]});
        mql["exclusions"].as_array_mut().expect("a list").insert(0, serde_json::json!({"id": "partner", "when": when}));
    });
    let reworded = land(&team, "Say it shorter", |mql| {
        mql["exclusions"][1]["when"] = serde_json::json!({"field": "person.email_domain", "one_of": ["own.example"]});
    });
    let blamed = blamed(&team);
    let by = |change: &str| -> Vec<&str> {
        blamed.iter().filter(|(_, by)| by.as_deref() == Some(change)).map(|(pointer, _)| pointer.as_str()).collect()
    };
    assert_eq!(by(&longer), ["/requalify/cooling_off"]);
    assert_eq!(by(&partner), ["/exclusions/0"]);
    assert_eq!(by(&reworded), ["/version", "/exclusions/1/when/one_of"]);
    // What moved to another place keeps what brought it.
    let beginning: Vec<&str> =
        blamed.iter().filter(|(_, by)| by.is_none()).map(|(pointer, _)| pointer.as_str()).collect();
    for pointer in ["/exclusions/1/id", "/exclusions/2", "/exclusions/3", "/criteria", "/name"] {
        assert!(beginning.contains(&pointer), "{pointer}: {beginning:?}");
    }
    let told = team.environment.canon(&["blame", "qualification/mql"]).expect(0).stdout;
    let line = told.lines().find(|line| line.contains("/requalify/cooling_off")).expect("a line");
    assert!(line.starts_with("2.0.0  ") && line.contains(&format!("{longer} (marketing, sales)")), "{line}");
    team.environment.canon(&["blame", "qualification/none"]).expect(2);
}
