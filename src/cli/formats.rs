//! Which formats a command has.

use clap::ValueEnum;

use crate::operations::Failure;

/// How results are shown.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs; `canon explain TYPE` prints the schema.
    Json,
    /// Annotations of GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// JUnit XML.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// A table for a job summary or a comment.
    Markdown,
    /// Comma-separated values, for spreadsheets.
    Csv,
}

/// The formats of commands that report findings.
const FINDINGS: &[Format] =
    &[Format::Text, Format::Json, Format::Github, Format::Gitlab, Format::Junit, Format::Sarif, Format::Markdown];

/// The formats of a command; nothing is `canon` alone.
fn of(command: Option<&str>) -> &'static [Format] {
    match command {
        Some("check" | "fmt" | "verify") => FINDINGS,
        Some("diff") => &[Format::Text, Format::Json, Format::Markdown, Format::Github],
        Some("log") => &[Format::Text, Format::Json, Format::Markdown, Format::Csv],
        Some("maturity") => &[Format::Text, Format::Json, Format::Markdown],
        Some(
            "list" | "show" | "refs" | "propose" | "status" | "approve" | "relay" | "publish" | "explain" | "blame"
            | "people" | "policy",
        ) => &[Format::Text, Format::Json],
        _ => &[Format::Text],
    }
}

/// The formats of a command, in words.
fn words(command: Option<&str>) -> String {
    let name =
        |format: &Format| format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    of(command).iter().map(name).collect::<Vec<String>>().join(", ")
}

/// The commands with what formats they have at the end of their help.
pub(super) fn told(mut commands: clap::Command) -> clap::Command {
    let names: Vec<String> = commands.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names {
        let formats = format!("Formats of this command: {}", words(Some(&name)));
        commands = commands.mut_subcommand(&name, |command| command.after_help(formats));
    }
    commands
}

/// Refuses a format that a command does not have.
pub(super) fn require(command: Option<&str>, format: Format) -> Result<(), Failure> {
    if of(command).contains(&format) {
        return Ok(());
    }
    let name = format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let called = command.map_or_else(|| "canon".to_owned(), |command| format!("canon {command}"));
    Err(Failure::refused(format!("`{called}` has no format `{name}`"), format!("It has {}.", words(command))))
}
