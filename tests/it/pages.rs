//! The pages for readers: every command in them runs.

use std::path::Path;

use crate::environment::Environment;

/// The `sh` blocks of a page, one after the other.
fn script(page: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
    let mut blocks = String::new();
    let mut inside = false;
    for line in text.lines() {
        match (inside, line.trim()) {
            (false, "```sh") => inside = true,
            (true, "```") => inside = false,
            (true, _) => blocks.push_str(&format!("{line}\n")),
            _ => {}
        }
    }
    blocks
}

/// Runs the blocks of a page in one shell, with a clean home and `canon` on the path.
fn run(page: &str, environment: &Environment) {
    let script = script(page);
    assert!(script.lines().count() > 5, "{page} has no commands");
    let canon = Path::new(env!("CARGO_BIN_EXE_canon")).parent().expect("a folder");
    let path = format!("{}:{}", canon.display(), std::env::var("PATH").unwrap_or_default());
    let text = format!("set -e\nexport PATH='{path}'\n{script}");
    environment.program("sh", &["-c", &text]).expect(0);
}

#[test]
fn the_tour_of_the_readme() {
    run("README.md", &Environment::new());
}

#[test]
fn the_page_about_kinds() {
    run("docs/kinds.md", &Environment::with_registry());
}

#[test]
fn the_page_about_ci() {
    let environment = Environment::with_registry();
    run("docs/ci.md", &environment);
    for file in ["gl-code-quality-report.json", "findings.sarif", "findings.json", "findings.schema.json"] {
        assert!(serde_json::from_str::<serde_json::Value>(&environment.read(file)).is_ok(), "{file}");
    }
    assert!(environment.read("junit.xml").ends_with("</testsuites>\n"));
}

#[test]
fn the_page_about_relays() {
    let environment = Environment::with_registry();
    run("docs/relay.md", &environment);
    let proven = environment.canon(&["verify"]).expect(0);
    assert!(proven.stdout.contains("of which 1 came by a relay"), "{proven}");
}

#[test]
fn the_commands_of_the_readme_are_all_there() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md");
    let help = Environment::new().canon(&["--help"]).expect(0).stdout;
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() >= 15, "{help}");
    for command in commands {
        assert!(readme.contains(&format!("canon {command}")), "README.md does not tell of `canon {command}`");
    }
    for command in ["cargo run --release -- demo", "cargo test"] {
        assert!(readme.contains(command), "README.md does not tell of `{command}`");
    }
}
