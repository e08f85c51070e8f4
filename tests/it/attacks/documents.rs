//! Documents that are gone, have another name, or say two things at once.

use crate::environment::Environment;
use crate::team::{MQL, Team, change_folder};

#[test]
fn a_definition_ends_as_retired_and_is_never_gone() {
    let team = Team::new();
    let renamed = "registry/definitions/qualification/mql-two.json";
    let moves: [&[&str]; 2] = [&["rm", "-q", MQL], &["mv", MQL, renamed]];
    for step in moves {
        team.environment.git(step);
        let ran = team.environment.canon(&["propose", "--title", "Away", "--why", "Because."]).expect(1);
        assert!(ran.stdout.contains("document-deleted"), "{ran}");
        team.environment.commit("Away");
        team.assert_found("content-not-accepted", MQL);
        team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    }
    team.assert_proven();
}

#[test]
fn an_id_is_never_used_for_something_else() {
    let team = Team::new();
    let other = team.environment.read("registry/definitions/qualification/sql.json").replace("\"sql\"", "\"mql\"");
    std::fs::remove_file(team.environment.work().join(MQL)).expect("removed");
    team.environment.commit("Away");
    team.environment.write(MQL, &other);
    team.environment.commit("Another one of the name, as if it were new");
    team.assert_found("content-not-accepted", MQL);
}

#[test]
fn a_change_lands_whole_or_not_at_all() {
    let half = |landed: bool| {
        let team = Team::new();
        let other = "registry/definitions/qualification/sql.json";
        team.cool_off(60, 70);
        team.environment.edit(other, "\"summary\": \"", "\"summary\": \"In short: ");
        let change = team.propose("keeper", "Both");
        team.approve("marketing", &change);
        team.approve("sales", &change);
        if landed {
            team.merge();
        } else {
            team.environment.git(&["switch", "-q", "main"]);
            team.environment.git(&["checkout", "-q", &format!("change/{change}"), "--", MQL, &change_folder(&change)]);
            team.environment.commit("Half of it");
        }
        team
    };
    half(false).assert_found("content-not-accepted", MQL);
    half(true).assert_proven();
}

#[test]
fn ids_alike_to_the_eye_are_no_ids() {
    let team = Team::new();
    for name in ["MQL", "mq\u{4cf}", "mql ", "mql\u{200b}"] {
        let path = format!("registry/definitions/qualification/{name}.json");
        team.environment.write(&path, &team.environment.read(MQL));
        let ran = team.environment.canon(&["check"]).expect(1);
        assert!(ran.stdout.contains("unknown-file"), "{ran}");
        team.environment.commit("Alike");
        let (holds, findings) = team.verify();
        assert!(!holds && findings.iter().any(|(code, _)| code == "unknown-file"), "{name}: {findings:?}");
        team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    }
    let dashed = "registry/definitions/stage/at-risk.json";
    team.environment
        .write("registry/definitions/stage/atrisk.json", &team.environment.read(dashed).replace("at-risk", "atrisk"));
    let ran = team.environment.canon(&["check"]);
    assert!(ran.stdout.contains("id-looks-alike"), "{ran}");
}

/// Makes a text one that must not be read.
type Spoil = fn(&str) -> String;

#[test]
fn bytes_that_two_readers_could_read_in_two_ways_are_refused() {
    let spoil: [(&str, Spoil); 9] = [
        ("two keys", |text| text.replacen("\"id\": \"mql\"", "\"id\": \"mql\", \"id\": \"mql\"", 1)),
        ("a byte order mark", |text| format!("\u{feff}{text}")),
        ("more behind it", |text| format!("{text}{{}}")),
        ("half a surrogate", |text| text.replacen("Marketing qualified lead", "\\ud800", 1)),
        ("an integer past 2^53", |text| text.replacen("\"days\": 60", "\"days\": 9007199254740993", 1)),
        ("too deep", |text| {
            text.replacen("\"owner\": \"cmo\"", &format!("\"owner\": {}1{}", "[".repeat(70), "]".repeat(70)), 1)
        }),
        ("too long", |text| text.replacen("Marketing qualified lead", &"x".repeat(1_100_000), 1)),
        ("no JSON", |text| text.replacen('{', "{,", 1)),
        ("a list", |_| "[]\n".to_owned()),
    ];
    let team = Team::new();
    let honest = team.environment.read(MQL);
    for (what, spoilt) in spoil {
        assert_ne!(spoilt(&honest), honest, "{what}");
        team.environment.write(MQL, &spoilt(&honest));
        let ran = team.environment.canon(&["check"]).expect(1);
        assert!(ran.stdout.contains("malformed-json"), "{what}: {ran}");
        let ran = team.environment.canon(&["propose", "--title", "Spoil", "--why", "Because."]).expect(1);
        assert!(ran.stdout.contains("malformed-json"), "{what}: {ran}");
        team.environment.commit("Spoil");
        team.assert_found("content-not-accepted", MQL);
        team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    }
    team.assert_proven();
}

#[test]
fn another_spelling_of_the_same_value_is_said() {
    let spell: [fn(&str) -> String; 3] = [
        |text| text.replace('\n', "\r\n"),
        |text| text.replacen("Marketing qualified lead", "Marketing\\u0020qualified lead", 1),
        |text| text.replacen("\"days\": 60", "\"days\": 6e1", 1),
    ];
    let team = Team::new();
    let honest = team.environment.read(MQL);
    for spelling in spell {
        assert_ne!(spelling(&honest), honest);
        team.environment.write(MQL, &spelling(&honest));
        let ran = team.environment.canon(&["check"]).expect(1);
        assert!(ran.stdout.contains("not-stored-form"), "{ran}");
        team.environment.commit("Spell it otherwise");
        team.assert_found("not-stored-form", MQL);
        team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    }
    team.assert_proven();
}

#[test]
fn a_schema_does_not_lead_out_of_its_folder() {
    let team = Team::new();
    let schema = "schemas/list.schema.json";
    for elsewhere in ["https://example.com/list.json", "file:///etc/passwd", "../registry/registry.json", "/etc/passwd"]
    {
        team.environment.edit_json(schema, |schema| {
            schema["properties"]["items"] = serde_json::json!({"$ref": elsewhere});
        });
        let ran = team.environment.canon(&["check"]).expect(1);
        assert!(ran.stdout.contains("schema-reference"), "{elsewhere}: {ran}");
        team.environment.commit("Lead elsewhere");
        team.assert_found("content-not-accepted", schema);
        team.environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    }
    team.assert_proven();
}

#[test]
fn text_of_a_definition_steers_nothing() {
    let environment = Environment::with_registry();
    let nasty = "=cmd()<script>alert(1)</script>|[a](javascript:b)\\u001b[31m\\u202e\\u0007";
    environment.edit(MQL, "Marketing qualified lead", nasty);
    environment.edit(MQL, "\"summary\": \"", &format!("\"summary\": \"{nasty}"));
    environment.edit(
        "registry/definitions/list/buying-pages.json",
        "\"compare\"",
        &format!("\"{nasty}\", \"compare\""),
    );
    environment.commit(&nasty.replace("\\u001b", "\u{1b}"));
    let commands: [(&[&str], &[&str]); 8] = [
        (&["check"], &["text", "json", "github", "gitlab", "junit", "sarif", "markdown"]),
        (&["verify"], &["text", "json", "github", "gitlab", "junit", "sarif", "markdown"]),
        (&["diff", "HEAD~1"], &["text", "json", "github", "markdown"]),
        (&["list"], &["text", "json"]),
        (&["show", "qualification/mql"], &["text", "json"]),
        (&["refs", "qualification/mql"], &["text", "json"]),
        (&["log"], &["text", "json", "csv", "markdown"]),
        (&["maturity"], &["text", "json", "markdown"]),
    ];
    let mut said = 0;
    for (command, formats) in commands {
        for format in formats {
            let ran = environment.canon(&[command, &["--format", format]].concat());
            for text in [&ran.stdout, &ran.stderr] {
                let steering = |letter: char| {
                    (letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
                        || ('\u{202a}'..='\u{202e}').contains(&letter)
                };
                assert!(!text.contains(steering), "{command:?} {format}: {text:?}");
                said += usize::from(text.contains("cmd()"));
            }
            match *format {
                "markdown" => assert!(!outside_of_code(&ran.stdout).contains("<script"), "{command:?}: {ran}"),
                "junit" => assert!(!ran.stdout.contains("<script"), "{ran}"),
                "csv" => {
                    assert!(!ran.stdout.split([',', '\n']).any(|cell| cell.trim_matches('"').starts_with('=')), "{ran}")
                }
                _ => {}
            }
        }
    }
    assert!(said > 8, "{said}");
}

/// Markdown without its fenced blocks, in which markup is text.
fn outside_of_code(page: &str) -> String {
    let mut fence: Option<String> = None;
    let mut kept = String::new();
    for line in page.lines() {
        let ticks: String = line.chars().take_while(|letter| *letter == '`').collect();
        match &fence {
            Some(open) if line == *open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => kept.push_str(line),
        }
    }
    kept
}
