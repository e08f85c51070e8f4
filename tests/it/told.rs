//! What a brief says of a change, in sentences: nothing that the change does not do, and nothing that it does left out.

use crate::environment::Environment;

const MQL: &str = "registry/definitions/qualification/mql.json";
const SCORE: &str = "registry/definitions/score-model/person-score.json";
const POLICY: &str = "registry/governance/policy.json";

/// The paragraphs of a brief, what it lists as examples, and its table without the head.
fn told(environment: &Environment) -> String {
    let page = environment.canon(&["diff", "--format", "markdown"]).expect(0).stdout;
    let (page, _) =
        page.split_once("\n### What rests on it").unwrap_or_else(|| page.split_once("\n<details>").unwrap());
    let kept = page.lines().filter(|line| line.starts_with("**") || line.starts_with("- ") || line.starts_with("| "));
    let kept = kept.filter(|line| !line.starts_with("| ---") && !line.starts_with("| what "));
    kept.collect::<Vec<&str>>().join("\n")
}

#[test]
fn the_day_and_what_becomes_of_the_past_are_told_as_they_are() {
    let environment = Environment::with_registry();
    let win_rate = "registry/definitions/metric/win-rate.json";
    environment.edit(win_rate, "\"from\": \"2026-02-01\"", "\"from\": \"2025-02-01\"");
    insta::assert_snapshot!(told(&environment), @r#"
    **Win rate** (`metric/win-rate`, 1.0.0, not raised). It holds from 2025-02-01, no longer from 2026-02-01, and past periods are computed again by it. Chief revenue officer must agree.
    | Win rate: effective / from | A definition holds from an earlier day (`effective-earlier`) | 2026-02-01 | 2025-02-01 | minor | Chief revenue officer |
    "#);
    environment.git(&["checkout", "-q", "."]);
    environment.edit(MQL, "\"history\": \"freeze\"", "\"history\": \"restate\"");
    insta::assert_snapshot!(told(&environment), @r#"
    **Marketing qualified lead** (`qualification/mql`, 1.0.0, not raised). It holds from 2026-02-01 as before, and past periods, which kept their numbers so far, are computed again by it. Chief marketing officer must agree.
    | Marketing qualified lead: effective / history | The past is treated otherwise (`history-changed`) | freeze | restate | major | Chief marketing officer |
    "#);
    environment.git(&["checkout", "-q", "."]);
    environment.edit(MQL, "\"at_least\": 65", "\"at_least\": 70");
    insta::assert_snapshot!(told(&environment), @r#"
    **Marketing qualified lead** (`qualification/mql`, 1.0.0, not raised). Fewer count: score person-score is at least 70, no longer score person-score is at least 65. Its summary still says 65 points. It holds from 2026-02-01 as before; periods before keep the numbers that they had, those since need not. Chief marketing officer must agree.
    | Marketing qualified lead: who counts | Fewer rows meet a condition (`stricter`) | score person-score is at least 65 | score person-score is at least 70 | major | Chief marketing officer |
    - Marketing qualified lead, counted before and does not now: a person with person score 65 (fit 35, behaviour 30).
    - Marketing qualified lead, its example `points-are-just-enough`: outcome met before, outcome not-met now.
    "#);
}

#[test]
fn words_and_versions_count_nobody_otherwise() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "Sixty-five points of which", "Sixty-five points, of which");
    insta::assert_snapshot!(told(&environment), @r#"
    **Marketing qualified lead** (`qualification/mql`, 1.0.0, not raised). Only what explains it changes; nobody is counted otherwise. Chief marketing officer must agree.
    | Marketing qualified lead: summary | Words are different (`reworded`) | Sixty-five points of which behaviour gives at least 20; or a request for a talk in the last 30 days from somebody who fits. Customers, competitors, our own people, and companies with an open deal do not count. | Sixty-five points, of which behaviour gives at least 20; or a request for a talk in the last 30 days from somebody who fits. Customers, competitors, our own people, and companies with an open deal do not count. | patch | Chief marketing officer |
    "#);
    environment.git(&["checkout", "-q", "."]);
    environment.edit(MQL, "\"version\": \"1.0.0\"", "\"version\": \"1.0.1\"");
    insta::assert_snapshot!(told(&environment), @r#"
    **Marketing qualified lead** (`qualification/mql`, 1.0.0 to 1.0.1). Only its version changes. Chief marketing officer must agree.
    "#);
}

#[test]
fn what_is_gone_is_told_by_its_own_name() {
    let environment = Environment::with_registry();
    environment.edit_json(SCORE, |score| drop_item(&mut score["parts"][1]["components"], "downloads"));
    insta::assert_snapshot!(told(&environment), @r#"
    **Person score** (`score-model/person-score`, 1.0.0, not raised). No score is higher, and some are lower. Parts / behaviour / components / downloads is gone. It holds from 2026-02-01 as before; periods before keep the numbers that they had, those since need not. Chief marketing officer must agree.
    | Person score | No score is higher, and some are lower (`scores-lowered`) |  |  | major | Chief marketing officer |
    | Person score: parts / behaviour / components / downloads | Something is gone from a list or a field (`removed`) | id downloads, points 5, on form\_submission, where form\_submission.form is "content-download", limit times 2, per 7 days | - | major | Chief marketing officer |
    - Person score, 15 before, 10 now: a person with email domain other, 1 form submission (form content-download, at 2026-06-15T05\:00\:00Z).
    - Person score, its example `parked-in-between`: standing scored, total 0, parts behaviour 5, fit -15 before, standing scored, total 0, parts behaviour 0, fit -15 now.
    - Person score, its example `two-downloads-a-week`: standing scored, total 25, parts behaviour 15, fit 10 before, standing scored, total 10, parts behaviour 0, fit 10 now.
    "#);
    environment.git(&["checkout", "-q", "."]);
    environment.edit_json(MQL, |mql| drop_item(&mut mql["exclusions"], "one-of-us"));
    insta::assert_snapshot!(told(&environment), @r#"
    **Marketing qualified lead** (`qualification/mql`, 1.0.0, not raised). More count: exclusions / one of us is gone. It holds from 2026-02-01 as before; periods before keep the numbers that they had, those since need not. Chief marketing officer must agree.
    | Marketing qualified lead: who counts | More rows meet a condition (`looser`) | person.email\_domain is one of list own-domains | - | major | Chief marketing officer |
    - Marketing qualified lead, did not count before and does now: a person with email domain example.com, person score 65 (fit 35, behaviour 30).
    "#);
    environment.git(&["checkout", "-q", "."]);
    environment.edit_json("registry/definitions/list/buying-pages.json", |list| {
        list["items"].as_array_mut().unwrap().remove(0);
    });
    insta::assert_snapshot!(told(&environment), @r#"
    **Pages that buyers read** (`list/buying-pages`, 1.0.0, not raised). Items / compare is gone. It holds from 2026-02-01 as before; periods before keep the numbers that they had, those since need not. Chief marketing officer must agree.
    | Pages that buyers read: items / compare | Something is gone from a list or a field (`removed`) | compare | - | major | Chief marketing officer |
    "#);
}

fn drop_item(items: &mut serde_json::Value, id: &str) {
    let items = items.as_array_mut().unwrap();
    let many = items.len();
    items.retain(|item| item["id"] != id);
    assert_eq!(items.len() + 1, many);
}

#[test]
fn a_value_that_is_new_in_a_condition_changes_the_condition() {
    let environment = Environment::with_registry();
    environment.edit_json(MQL, |mql| {
        let forms = &mut mql["criteria"]["any"][1]["all"][1]["where"]["one_of"];
        forms.as_array_mut().unwrap().push("pricing-question".into());
    });
    insta::assert_snapshot!(told(&environment), @r#"
    **Marketing qualified lead** (`qualification/mql`, 1.0.0, not raised). More count: form\_submission.form is one of "demo-request", "contact-us", "pricing-question", no longer form\_submission.form is one of "demo-request", "contact-us". It holds from 2026-02-01 as before; periods before keep the numbers that they had, those since need not. Chief marketing officer must agree.
    | Marketing qualified lead: who counts | More rows meet a condition (`looser`) | form\_submission.form is one of "demo-request", "contact-us" | form\_submission.form is one of "demo-request", "contact-us", "pricing-question" | major | Chief marketing officer |
    - Marketing qualified lead, did not count before and does now: a person with 1 form submission (form pricing-question, at 2026-06-15T05\:00\:00Z), person score 0.
    "#);
}

#[test]
fn an_example_that_the_change_rewrites_is_told_as_it_was() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "\"at_least\": 65", "\"at_least\": 70");
    environment.edit_json(MQL, |mql| {
        let examples = mql["examples"].as_array_mut().unwrap();
        let example = examples.iter_mut().find(|example| example["id"] == "points-are-just-enough").unwrap();
        example["record"]["employees"] = 12.into();
    });
    insta::assert_snapshot!(told(&environment), @r#"
    **Marketing qualified lead** (`qualification/mql`, 1.0.0, not raised). Fewer count: score person-score is at least 70, no longer score person-score is at least 65. Its summary still says 65 points. It holds from 2026-02-01 as before; periods before keep the numbers that they had, those since need not. Chief marketing officer must agree.
    | Marketing qualified lead: who counts | Fewer rows meet a condition (`stricter`) | score person-score is at least 65 | score person-score is at least 70 | major | Chief marketing officer |
    | Marketing qualified lead: examples / points are just enough / record / employees | Cases that test a definition are different (`examples-changed`) | - | 12 | patch | Chief marketing officer |
    - Marketing qualified lead, counted before and does not now: a person with person score 65 (fit 35, behaviour 30).
    - Marketing qualified lead, its example `points-are-just-enough`: outcome met before, outcome not-met now (as it was; this change rewrites it).
    "#);
}

#[test]
fn points_of_a_component_are_not_told_as_the_score() {
    let environment = Environment::with_registry();
    environment.edit_json(SCORE, |score| drop_item(&mut score["parts"][0]["components"][1]["cases"], "learner"));
    insta::assert_snapshot!(told(&environment), @r#"
    **Person score** (`score-model/person-score`, 1.0.0, not raised). No score is lower, and some are higher. Parts / fit / components / title: some rows get another answer: parts / fit / components / title / cases / learner is gone. It holds from 2026-02-01 as before; periods before keep the numbers that they had, those since need not. Chief marketing officer must agree.
    | Person score | No score is lower, and some are higher (`scores-raised`) |  |  | major | Chief marketing officer |
    | Person score: parts / fit / components / title | Some rows get another answer (`reassigned`) | -20 if person.title has any word of list learner-titles | - | major | Chief marketing officer |
    - Person score, 50 before, 80 now: a person with an account with employees 450, email domain harborlane.example, 1 form submission (at 2026-03-10T14\:00\:00Z, form demo-request), seniority director, title intern.
    - Person score, parts / fit / components / title, -20 before, 10 now: a person with title intern, seniority director.
    - Person score, parts / fit / components / title, -20 before, 6 now: a person with title intern, seniority manager.
    - Person score, parts / fit / components / title, -20 before, 0 now: a person with title intern.
    "#);
}

#[test]
fn criteria_that_fit_no_field_are_not_said_to_move_anybody() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "\"at_least\": 65", "\"at_least\": \"x\"");
    insta::assert_snapshot!(told(&environment), @r#"
    **Marketing qualified lead** (`qualification/mql`, 1.0.0, not raised). Others may count; it could not be proved who: score person-score is at least "x", no longer score person-score is at least 65. Its summary still says 65 points. It holds from 2026-02-01 as before; periods before keep the numbers that they had, those since need not. Chief marketing officer must agree.
    | Marketing qualified lead: who counts | Nobody can say by proof what a change does (`not-decided`) | score person-score is at least 65 | score person-score is at least "x" | major | Chief marketing officer |
    "#);
    environment.write(MQL, "[]\n");
    let ran = environment.canon(&["diff", "--no-text"]).expect(1);
    insta::assert_snapshot!(ran.stdout, @r#"
    error[malformed-json]: a document is an object, and this is an empty list
     --> registry/definitions/qualification/mql.json:1:1
      |
    1 | []
      | ^
    "#);
    let ran = environment.canon(&["check"]).expect(1);
    assert!(ran.stdout.contains("a document is an object, and this is an empty list"), "{ran}");
}

#[test]
fn a_new_person_and_a_switch_of_the_policy_are_told() {
    let environment = Environment::with_registry();
    let second = r#"{"kind": "person", "id": "second", "version": "1.0.0", "name": "Second"}"#;
    environment.write("registry/governance/people/second.json", second);
    environment.edit(POLICY, "\"separate_duties\": false", "\"separate_duties\": true");
    environment.edit_json(POLICY, |policy| policy["rules"][0]["require"][0]["count"] = 2.into());
    insta::assert_snapshot!(told(&environment), @r#"
    **Second** (`registry/governance/people/second.json`, new, 1.0.0). A new document. Revenue operations must agree.
    **The policy** (`registry/governance/policy.json`, 1.0.0, not raised). Rules / meaning / require / \@owner / count is new: 2 people. Separate duties: a switch is on. Revenue operations must agree.
    | Second | A new document (`document-added`) |  |  | major | Revenue operations |
    | The policy: rules / meaning / require / \@owner / count | Something is new in a list or a field (`added`) | - | 2 people | major | Revenue operations |
    | The policy: separate duties | A switch is on (`turned-on`) | no | yes | major | Revenue operations |
    "#);
    let ran = environment.canon(&["diff", "--format", "github"]).expect(0);
    assert!(ran.stdout.contains("second.json,line=1,col=1,title=document-added::"), "{ran}");
}

#[test]
fn a_list_whose_order_says_nothing_is_the_same_in_another() {
    let environment = Environment::with_registry();
    environment.edit_json("registry/definitions/list/buying-pages.json", |list| {
        list["items"].as_array_mut().unwrap().reverse();
    });
    insta::assert_snapshot!(told(&environment), @r#"
    **Pages that buyers read** (`list/buying-pages`, 1.0.0, not raised). It is written otherwise, and means the same. Chief marketing officer must agree.
    | Pages that buyers read | Something is written otherwise and means the same (`equivalent`) |  |  | patch | Chief marketing officer |
    "#);
}

#[test]
fn approvals_are_counted_and_asked_of_what_rests_on_a_change() {
    let environment = Environment::with_registry();
    environment.edit_json(POLICY, |policy| {
        policy["rules"][0]["require"][0]["count"] = 2.into();
        let neighbours = serde_json::json!({"id": "neighbours", "when": {"affected": true, "kinds": ["handoff"]}, "require": [{"role": "cfo"}]});
        policy["rules"].as_array_mut().unwrap().push(neighbours);
    });
    environment.commit("Ask more");
    environment.edit(MQL, "\"at_least\": 65", "\"at_least\": 70");
    let ran = environment.canon(&["diff", "--no-text"]).expect(0);
    assert!(ran.stdout.contains("  needs: Chief marketing officer (2 people)\n"), "{ran}");
    let page = environment.canon(&["diff", "--format", "markdown"]).expect(0).stdout;
    assert!(page.contains("Chief marketing officer (2 people) must agree."), "{page}");
    let asked = page.lines().find(|line| line.contains("(`handoff/mql-to-development`)"));
    assert!(asked.is_some_and(|line| line.ends_with("| Chief financial officer |")), "{page}");
}
