//! `canon diff`: which two sides are compared, and what policy asks of what rests on a change.

use crate::environment::Environment;

const MQL: &str = "registry/definitions/qualification/mql.json";

/// Raises the threshold of the MQL, and makes its examples and summary follow.
fn raise(environment: &Environment, to: &str) {
    environment.edit(MQL, "\"at_least\": 65", &format!("\"at_least\": {to}"));
}

/// The last line, which says what was compared.
fn sides(environment: &Environment, arguments: &[&str]) -> String {
    let ran = environment.canon(&[&["diff", "--no-text"], arguments].concat()).expect(0);
    ran.stderr.trim().to_owned()
}

#[test]
fn the_main_branch_is_as_its_origin_has_it_where_that_is_newer() {
    let environment = Environment::with_registry();
    let tip = environment.git(&["rev-parse", "HEAD"]).trim().to_owned();
    environment.edit(MQL, "Marketing qualified lead", "MQL");
    environment.commit("Rename");
    environment.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    environment.git(&["reset", "-q", "--hard", &tip]);
    assert_eq!(
        sides(&environment, &[]),
        format!(
            "0 documents differ between origin/main ({}, where the work tree left it) and the work tree.",
            &tip[..10]
        )
    );
    let exact = sides(&environment, &["--exact"]);
    assert_eq!(exact, "1 document differs between origin/main and the work tree.");
}

#[test]
fn what_happened_on_main_meanwhile_is_no_part_of_the_change() {
    let environment = Environment::with_registry();
    environment.git(&["switch", "-q", "-c", "raise"]);
    raise(&environment, "70");
    environment.commit("Raise");
    environment.git(&["switch", "-q", "main"]);
    environment.edit("registry/definitions/sla/mql-response.json", "\"hours\": 3", "\"hours\": 4");
    environment.commit("Relax");
    environment.git(&["switch", "-q", "raise"]);
    let ran = environment.canon(&["diff", "--no-text", "main", "raise"]).expect(0);
    assert!(ran.stdout.contains("qualification/mql") && !ran.stdout.contains("sla/mql-response"), "{ran}");
    let ran = environment.canon(&["diff", "--no-text", "--exact", "main", "raise"]).expect(0);
    assert!(ran.stdout.contains("qualification/mql") && ran.stdout.contains("sla-tightened"), "{ran}");
    let ran = environment.canon(&["check", "--against", "main"]).expect(1);
    assert!(!ran.stdout.contains("sla/mql-response"), "{ran}");
}

#[test]
fn a_release_and_a_folder_are_sides() {
    let environment = Environment::with_registry();
    environment.canon(&["publish"]).expect(0);
    raise(&environment, "70");
    let release = sides(&environment, &["1.0.0"]);
    assert!(release.starts_with("1 document differs between release 1.0.0 and the work tree"), "{release}");
    let copy = environment.work().parent().unwrap().join("copy");
    std::fs::create_dir_all(&copy).unwrap();
    for folder in ["registry", "schemas"] {
        let copied = environment.program("cp", &["-r", folder, copy.join(folder).to_str().unwrap()]);
        copied.expect(0);
    }
    let copy = copy.to_str().unwrap();
    assert!(sides(&environment, &[copy]).starts_with("0 documents differ"));
    let ran = environment.canon(&["diff", "--no-text", "HEAD", copy]).expect(0);
    assert!(ran.stdout.contains("Fewer count"), "{ran}");
    let nowhere = environment.canon(&["diff", "nowhere"]).expect(2);
    assert!(nowhere.stderr.contains("`nowhere` is no revision, no release and no folder with a registry"), "{nowhere}");
}

#[test]
fn a_shallow_clone_is_told_how_to_be_whole() {
    let environment = Environment::with_registry();
    raise(&environment, "70");
    environment.commit("Raise");
    let shallow = environment.work().parent().unwrap().join("shallow");
    let from = format!("file://{}", environment.work().display());
    environment.git(&["clone", "-q", "--depth", "1", &from, shallow.to_str().unwrap()]);
    let folder = shallow.to_str().unwrap();
    let ran = environment.canon(&["-C", folder, "diff", "origin/main~1"]).expect(2);
    assert_eq!(
        ran.stderr,
        "error: this clone is shallow: part of the history is not here\nhint: Type `git fetch --unshallow`, then run this again.\n"
    );
    let ran = environment.canon(&["-C", folder, "diff", "1.0.0"]).expect(2);
    assert!(ran.stderr.contains("git fetch --unshallow"), "{ran}");
}

#[test]
fn a_side_that_is_nowhere_is_told_with_what_was_meant() {
    let environment = Environment::with_registry();
    let hint = |name: &str| {
        let ran = environment.canon(&["diff", name]).expect(2);
        ran.stderr.lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(hint("main..HEAD"), "hint: Name both sides: `canon diff main HEAD`.");
    assert_eq!(hint("main..."), "hint: Name both sides: `canon diff main HEAD`.");
    assert!(hint("qualification/mql").starts_with("hint: It is a definition, and sides are named here"));
    assert_eq!(hint("9.9.9"), "hint: Nothing was released yet; `canon publish` does that.");
    assert!(hint("").starts_with("hint: Type `git branch -a`"));
    environment.canon(&["publish"]).expect(0);
    assert_eq!(hint("9.9.9"), "hint: Released are 1.0.0.");
}

#[test]
fn histories_with_nothing_in_common_are_compared_as_they_are() {
    let environment = Environment::with_registry();
    environment.git(&["checkout", "-q", "--orphan", "other"]);
    raise(&environment, "70");
    environment.commit("Begin anew");
    let ran = environment.canon(&["diff", "main"]).expect(2);
    assert_eq!(
        ran.stderr,
        "error: main and the work tree have no commit in common\nhint: `--exact` compares the two as they are.\n"
    );
    assert!(environment.canon(&["diff", "--exact", "main"]).expect(0).stdout.contains("Fewer count"));
}

#[test]
fn a_proposal_is_a_side_by_the_name_of_its_change() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "Sixty-five points of which", "Sixty-five points, of which");
    environment.canon(&["propose", "--title", "Raise", "--why", "Too many."]).expect(0);
    let branch = environment.git(&["branch", "--show-current"]);
    let change = branch.trim().strip_prefix("change/").unwrap().to_owned();
    environment.git(&["switch", "-q", "main"]);
    let ran = environment.canon(&["diff", "--no-text", "main", &change]).expect(0);
    assert!(ran.stdout.contains("Summary: words are different"), "{ran}");
}

#[test]
fn a_successor_is_compared_with_what_it_follows() {
    let environment = Environment::with_registry();
    let text = environment.read(MQL);
    let successor =
        text.replace("\"id\": \"mql\"", "\"id\": \"mql-next\"").replace("\"at_least\": 65", "\"at_least\": 70");
    environment.write("registry/definitions/qualification/mql-next.json", &successor);
    environment.edit(MQL, "\"examples\": [", "\"successor\": \"qualification/mql-next\",\n  \"examples\": [");
    let ran = environment.canon(&["diff", "--no-text"]).expect(0);
    assert!(ran.stdout.contains("qualification/mql-next  new, 1.0.0  minor\n  takes the place of qualification/mql\n  A new definition (definition-added, minor)\n  Fewer count (stricter, major)"), "{ran}");
}

#[test]
fn a_change_beside_the_lines_and_in_a_page() {
    let environment = Environment::with_registry();
    raise(&environment, "70");
    let ran = environment.canon(&["diff", "--format", "github"]).expect(0);
    assert!(ran.stdout.starts_with("::notice file=registry/definitions/qualification/mql.json,line="), "{ran}");
    let text = environment.canon(&["diff", "--no-text"]).expect(0).stdout;
    assert!(text.contains("    its summary still says 65 points\n"), "{text}");
    assert!(ran.stdout.contains("title=stricter::Marketing qualified lead: "), "{ran}");
    let page = environment.canon(&["diff", "--format", "markdown"]).expect(0).stdout;
    for part in ["## What this change means", "### For example", "### What rests on it", "<summary>The texts</summary>"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn the_owners_of_what_rests_on_a_change_are_asked() {
    let environment = Environment::with_registry();
    let policy = "registry/governance/policy.json";
    environment.edit(
        policy,
        "\"rules\": [",
        "\"rules\": [{\"id\": \"neighbours\", \"when\": {\"affected\": true, \"kinds\": [\"sla\"]}, \"require\": [{\"role\": \"@owner\"}]},",
    );
    environment.edit(
        policy,
        "\"rules\": [",
        "\"rules\": [{\"id\": \"fewer\", \"when\": {\"meanings\": [\"looser\"]}, \"require\": [{\"role\": \"cfo\"}]},",
    );
    environment.canon(&["fmt"]).expect(0);
    environment.canon(&["propose", "--title", "Ask the neighbours", "--why", "They count with it"]).expect(0);
    let branch = environment.git(&["branch", "--show-current"]).trim().to_owned();
    environment.canon(&["approve", "--yes"]).expect(0);
    environment.git(&["switch", "-q", "main"]);
    environment.git(&["merge", "-q", "--no-ff", "--no-edit", &branch]);
    environment.canon(&["verify"]).expect(0);

    let calendar = "registry/definitions/calendar/hq.json";
    let text = environment.read(calendar);
    environment.write(calendar, &text.replacen("\"from\": \"0", "\"from\": \"1", 1));
    let ran = environment.canon(&["diff", "--no-text"]).expect(0);
    assert!(ran.stdout.contains("(open-hours-changed, major)"), "{ran}");
    let listed = environment.canon(&["diff", "--no-text", "--format", "json"]).expect(0).stdout;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let response = listed["affected"].as_array().unwrap().iter().find(|one| one["definition"] == "sla/mql-response");
    assert_eq!(response.unwrap()["through"], serde_json::json!(["calendar/hq"]), "{listed}");
    environment.canon(&["propose", "--title", "Open earlier", "--why", "Leads come early"]).expect(0);
    let standing = environment.canon(&["status", "--format", "json"]).expect(1).stdout;
    let standing: serde_json::Value = serde_json::from_str(&standing).unwrap();
    let rows = standing["changes"][0]["verdict"]["rows"].as_array().unwrap().clone();
    let asked: Vec<&str> = rows.iter().map(|row| row["path"].as_str().unwrap()).collect();
    assert!(asked.contains(&"registry/definitions/sla/mql-response.json"), "{asked:?}");
    assert!(asked.iter().all(|path| path.contains("/calendar/hq") || path.contains("/sla/")), "{asked:?}");
    let fewer = rows.iter().any(|row| row["rules"].as_array().unwrap().contains(&"fewer".into()));
    assert!(!fewer, "opening hours are proved to be no looser condition");
}

#[test]
fn git_diff_says_what_a_change_means() {
    let environment = Environment::with_registry();
    environment.git(&["config", "diff.canonry.command", &format!("{} diff --driver", env!("CARGO_BIN_EXE_canon"))]);
    environment.write(".git/info/attributes", "registry/definitions/** diff=canonry\n");
    raise(&environment, "70");
    let shown = environment.git(&["diff"]);
    assert!(
        shown.starts_with("qualification/mql  1.0.0, not raised  major\n  Fewer count (stricter, major)\n"),
        "{shown}"
    );
    assert!(shown.contains("+            \"at_least\": 70"), "{shown}");
    environment.git(&["rm", "-q", "registry/definitions/play/deal-review.json"]);
    let shown = environment.git(&["diff", "--cached"]);
    assert!(shown.contains("(definition-removed, major)"), "{shown}");
}

/// Proposes what the work tree holds and lands it on a branch.
fn land(environment: &Environment, onto: &str, title: &str) {
    environment.canon(&["propose", "--title", title, "--why", "It is so"]).expect(0);
    let branch = environment.git(&["branch", "--show-current"]).trim().to_owned();
    environment.canon(&["approve", "--yes"]).expect(0);
    environment.git(&["switch", "-q", onto]);
    environment.git(&["merge", "-q", "--no-ff", "--no-edit", &branch]);
}

#[test]
fn two_changes_that_are_fine_alone_and_contradict_together_are_both_named() {
    let environment = Environment::with_registry();
    let list = "registry/definitions/list/partner-domains.json";
    let text = environment.read("registry/definitions/list/own-domains.json");
    environment.write(
        list,
        &text
            .replace("own-domains", "partner-domains")
            .replace("Own", "Partner")
            .replace("\"name\": \"", "\"name\": \"Partner "),
    );
    land(&environment, "main", "List partners");

    environment.git(&["switch", "-q", "-c", "use"]);
    let routing = "registry/definitions/routing/mql-to-development.json";
    environment.edit(routing, "\"own-domains\"", "\"own-domains\",\n    \"partner-domains\"");
    environment.canon(&["propose", "--title", "Ignore partners", "--why", "They are known"]).expect(0);
    environment.canon(&["check", "--against", "main"]).expect(0);

    environment.git(&["switch", "-q", "main"]);
    environment.edit(list, "\"status\": \"active\"", "\"status\": \"retired\"");
    land(&environment, "main", "Retire the list");
    environment.canon(&["check", "--against", "main~1"]).expect(0);

    environment.git(&["switch", "-q", "use"]);
    environment.git(&["merge", "-q", "--no-edit", "main"]);
    let ran = environment.canon(&["check", "--against", "main"]).expect(1);
    let named = "`list/partner-domains` is as the change `2026-05-01-retire-the-list` left it, \
                 `routing/mql-to-development` is as the change `2026-05-01-ignore-partners` left it";
    assert!(ran.stdout.contains("retired-reference") && ran.stdout.contains(named), "{ran}");
}

/// A segment by the number of employees, with an example of it.
fn segment(environment: &Environment, id: &str, criteria: &str, employees: u32) {
    let (expect, other) = (r#"{"outcome": "met"}"#, r#"{"outcome": "not-met"}"#);
    let example = |id: &str, employees: u32, expect: &str| {
        format!(
            r#"{{"id": "{id}", "at": "2026-03-16T15:00:00Z", "record": {{"employees": {employees}}}, "expect": {expect}}}"#
        )
    };
    let far = if employees < 50_000 { 200_000 } else { 1 };
    let text = environment.read("registry/definitions/segment/unknown-size.json");
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["id"] = id.into();
    value["name"] = format!("Team {id}").into();
    value["summary"] = "By people.".into();
    value["dimension"] = "team".into();
    value["recorded_in"] = serde_json::Value::Null;
    value["criteria"] = serde_json::from_str(criteria).unwrap();
    let examples = [example("in", employees, expect), example("out", far, other)];
    value["examples"] = serde_json::from_str(&format!("[{}]", examples.join(","))).unwrap();
    environment.write(&format!("registry/definitions/segment/{id}.json"), &value.to_string());
    environment.canon(&["fmt"]).expect(0);
}

#[test]
fn two_changes_that_move_the_ends_of_one_range_past_each_other_are_both_named() {
    let employees =
        |operator: &str, number: u32| format!(r#"{{"field": "account.employees", "{operator}": {number}}}"#);
    let rest = r#"{"all": [{"not": {"meets": "segment/few"}}, {"not": {"meets": "segment/many"}}]}"#;
    let unknown = r#"{"field": "account.employees", "is_known": false}"#;
    let few = |end: u32| format!(r#"{{"any": [{unknown}, {}]}}"#, employees("less_than", end));
    let environment = Environment::with_registry();
    segment(&environment, "few", &few(30_000), 10);
    segment(&environment, "some", rest, 45_000);
    segment(&environment, "many", &employees("at_least", 100_000), 150_000);
    land(&environment, "main", "Segments by people");

    environment.git(&["switch", "-q", "-c", "later"]);
    segment(&environment, "few", &few(84_000), 10);
    segment(&environment, "some", rest, 90_000);
    environment.canon(&["propose", "--title", "Few are more", "--why", "They grew"]).expect(0);
    environment.canon(&["check", "--against", "main"]).expect(0);

    environment.git(&["switch", "-q", "main"]);
    segment(&environment, "many", &employees("at_least", 60_000), 150_000);
    land(&environment, "main", "Many are fewer");
    environment.canon(&["check", "--against", "main~1"]).expect(0);

    environment.git(&["switch", "-q", "later"]);
    environment.git(&["merge", "-q", "--no-edit", "main"]);
    let ran = environment.canon(&["check", "--against", "main"]).expect(1);
    let named = "`segment/few` is as the change `2026-05-01-few-are-more` left it, \
                 `segment/many` is as the change `2026-05-01-many-are-fewer` left it";
    assert!(ran.stdout.contains("segments-overlap") && ran.stdout.contains(named), "{ran}");
}

#[test]
fn a_document_that_cannot_be_read_is_told_and_not_passed_over() {
    let environment = Environment::with_registry();
    let list = "registry/definitions/list/own-domains.json";
    environment.write(list, "{");
    let ran = environment.canon(&["diff", "--no-text"]).expect(1);
    assert!(ran.stdout.contains("malformed-json") && ran.stderr.contains("1 document differs"), "{ran}");
    for format in ["markdown", "github", "json"] {
        let ran = environment.canon(&["diff", "--format", format]).expect(1);
        assert!(ran.stdout.contains("malformed-json") && ran.stdout.contains(list), "{ran}");
        assert!(!ran.stdout.contains("Nothing differs"), "{ran}");
    }
}

#[test]
fn a_revision_beyond_a_shallow_clone_names_the_fetch() {
    let environment = Environment::with_registry();
    raise(&environment, "70");
    environment.git(&["commit", "-q", "-a", "-m", "More"]);
    let (from, to) = (environment.work(), environment.path("shallow"));
    let (from, to) = (format!("file://{}", from.display()), to.display().to_string());
    environment.git(&["clone", "-q", "--depth", "1", &from, &to]);
    let ran = environment.canon(&["-C", &to, "diff", "HEAD~1"]).expect(2);
    assert!(ran.stderr.contains("git fetch --unshallow"), "{ran}");
}
