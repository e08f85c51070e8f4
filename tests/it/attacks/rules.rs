//! Rules that come with what they permit, are put back, or are asked to say less than they do.

use crate::team::{MQL, POLICY, Team};

#[test]
fn policy_may_not_permit_the_change_that_comes_with_it() {
    let team = Team::new();
    team.environment.edit(POLICY, "\"separate_duties\": true", "\"separate_duties\": false");
    team.environment.commit("Loosen");
    team.cool_off(60, 70);
    let change = team.propose("marketing", "Wait longer");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    team.merge();
    team.assert_found("content-not-accepted", POLICY);
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn a_schema_lowered_in_the_same_change_does_not_lower_the_impact() {
    let team = Team::new();
    let schema = "schemas/qualification.schema.json";
    let text = team.environment.read(schema);
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    value["x-change"] = serde_json::json!("patch");
    value["properties"]["requalify"]["x-change"] = serde_json::json!("patch");
    team.environment.write(schema, &serde_json::to_string_pretty(&value).expect("JSON"));
    team.environment.canon(&["fmt"]).expect(0);
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Only wording");
    assert!(team.environment.read(MQL).contains("\"version\": \"2.0.0\""), "the accepted schema says major");
    team.approve("revops", &change);
    team.approve("marketing", &change);
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("cro: missing"), "{ran}");
}

#[test]
fn an_older_policy_needs_the_approvals_of_the_one_in_force() {
    let team = Team::new();
    let older = team.environment.read(POLICY);
    team.environment.edit_json(POLICY, |policy| {
        policy["rules"][3]["require"] = serde_json::json!([{"role": "revops"}, {"role": "cmo"}]);
    });
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Ask marketing as well", &["revops"]);
    team.assert_proven();
    team.environment.write(POLICY, &older);
    team.environment.commit("As it was");
    team.assert_found("content-not-accepted", POLICY);
    team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    team.environment.write(POLICY, &older);
    let change = team.propose("keeper", "As it was");
    team.approve("revops", &change);
    let ran = team.environment.canon(&["status", &change]).expect(1);
    assert!(ran.stdout.contains("cmo: missing"), "{ran}");
    team.merge();
    team.assert_found("content-not-accepted", POLICY);
}

#[test]
fn a_policy_that_asks_for_nobody_permits_nothing() {
    let edits: [fn(&mut serde_json::Value); 3] = [
        |policy| policy["rules"][0]["require"] = serde_json::json!([]),
        |policy| policy["rules"][0]["require"][0]["count"] = 0.into(),
        |policy| policy["rules"] = serde_json::json!([]),
    ];
    for edit in edits {
        let team = Team::new();
        team.environment.edit_json(POLICY, edit);
        team.environment.canon(&["propose", "--title", "Ask nobody", "--why", "Because."]).expect(1);
        team.environment.commit("Ask nobody");
        team.assert_found("content-not-accepted", POLICY);
        team.environment.canon(&["check"]).expect(1);
    }
}

#[test]
fn what_cannot_be_decided_matches_every_rule_about_meanings() {
    let team = Team::new();
    team.environment.edit_json(POLICY, |policy| {
        let rule =
            serde_json::json!({"id": "slower", "when": {"meanings": ["sla-relaxed"]}, "require": [{"role": "revops"}]});
        policy["rules"].as_array_mut().expect("rules").push(rule);
    });
    team.environment.canon(&["fmt"]).expect(0);
    team.land("Operations see what makes answers slower", &["revops"]);
    let asked = |change: &dyn Fn(&mut serde_json::Value)| {
        team.environment.edit_json(MQL, change);
        let told = [(); 2].map(|()| team.environment.canon(&["diff", "--no-text"]).expect(0).stdout);
        assert_eq!(told[0], told[1]);
        team.environment.git(&["checkout", "-q", "."]);
        told[0].clone()
    };
    let longer = asked(&|mql| mql["requalify"]["cooling_off"] = serde_json::json!({"days": 70}));
    assert!(longer.contains("cooling-off-lengthened") && !longer.contains("Revenue operations"), "{longer}");
    // Days have no fixed number of hours.
    let other = asked(&|mql| mql["requalify"]["cooling_off"] = serde_json::json!({"hours": 1440}));
    assert!(other.contains("not-decided") && other.contains("Revenue operations"), "{other}");
    let endless = asked(&|mql| mql["criteria"] = pigeons(9));
    assert!(endless.contains("not-decided") && endless.contains("Revenue operations"), "{endless}");
}

/// That so many pigeons sit in one hole fewer, no two in one: nobody meets it, and no short proof by cases says so
/// (Haken, "The intractability of resolution", 1985).
fn pigeons(pigeons: usize) -> serde_json::Value {
    let sits = |pigeon: usize, hole: usize| {
        let form = format!("p{pigeon}-{hole}");
        serde_json::json!({"count": "form_submission", "where": {"field": "form_submission.form", "equals": form}, "at_least": 1})
    };
    let holes = 0..pigeons - 1;
    let mut all: Vec<serde_json::Value> = (0..pigeons)
        .map(|pigeon| serde_json::json!({"any": holes.clone().map(|hole| sits(pigeon, hole)).collect::<Vec<_>>()}))
        .collect();
    for hole in holes {
        for one in 0..pigeons {
            all.extend((0..one).map(|other| serde_json::json!({"not": {"all": [sits(one, hole), sits(other, hole)]}})));
        }
    }
    serde_json::json!({"all": all})
}
