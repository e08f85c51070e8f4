//! The one place that prints. Results go to standard output, everything else to standard error.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Color, Format};
use crate::document::stored_bytes;
use crate::finding::Finding;
use crate::operations::Failure;
use crate::report;
use crate::report::listing::Listing;
use crate::text::{json, visible};

/// Prints, in colour or not.
pub(super) struct Printer {
    choice: ColorChoice,
    quiet: bool,
}

impl Printer {
    pub(super) fn new(color: Color, quiet: bool) -> Printer {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Printer { choice, quiet }
    }

    /// Prints a result.
    pub(super) fn result(&self, text: &str) {
        // Whoever closed the pipe has read what they wanted.
        let _ = AutoStream::new(std::io::stdout(), self.choice).write_all(text.as_bytes());
    }

    /// Prints a result as JSON.
    pub(super) fn json(&self, value: &impl serde::Serialize) {
        let value = serde_json::to_value(value).unwrap_or_default();
        let text = json(&String::from_utf8_lossy(&stored_bytes(&value.into())));
        let _ = std::io::stdout().write_all(text.as_bytes());
    }

    /// Prints what a person may like to know beside the result.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            let _ = AutoStream::new(std::io::stderr(), self.choice).write_all(text.as_bytes());
        }
    }

    /// Asks; even a quiet run does.
    pub(super) fn prompt(&self, text: &str) {
        let _ = AutoStream::new(std::io::stderr(), self.choice).write_all(text.as_bytes());
    }

    /// Says how many files the result leaves out, since loading them found these.
    pub(super) fn unread(&self, findings: &[Finding]) {
        let files: BTreeSet<&str> = findings.iter().map(|finding| finding.path.as_str()).collect();
        if !files.is_empty() {
            let files = report::counted(files.len(), "file");
            self.note(&format!("{files} could not be read; type `canon check`.\n"));
        }
    }

    /// Prints findings in a format; as text with excerpts. Each command makes its own JSON.
    pub(super) fn listing(&self, format: Format, listing: &Listing<'_>) {
        match format {
            Format::Text | Format::Json | Format::Csv => self.findings(listing.findings, listing.source),
            Format::Github => self.result(&report::github::github(listing)),
            Format::Gitlab => self.json(&report::gitlab::gitlab(listing)),
            Format::Junit => self.result(&report::junit::junit(listing)),
            Format::Sarif => self.json(&report::sarif::sarif(listing)),
            Format::Markdown => self.result(&report::markdown::markdown(listing)),
        }
    }

    /// Prints findings with excerpts.
    pub(super) fn findings<'a>(&self, findings: &[Finding], source: impl Fn(&str) -> Option<&'a str>) {
        self.result(&report::findings::findings(findings, source, self.color()));
    }

    /// Prints why a job could not be done, and gives its exit status.
    pub(super) fn failure(&self, failure: &Failure) -> ExitCode {
        let error = style(AnsiColor::Red);
        let mut text = format!("{error}error{error:#}: {}\n", visible(&failure.to_string()));
        if let Failure::Unproven(findings) = failure {
            text.push_str(&report::findings::findings(findings, |_| None, false));
        }
        if let Some(hint) = failure.hint() {
            let help = style(AnsiColor::Cyan);
            text.push_str(&format!("{help}hint{help:#}: {}\n", visible(&hint)));
        }
        let _ = AutoStream::new(std::io::stderr(), self.choice).write_all(text.as_bytes());
        ExitCode::from(2)
    }

    /// A bar for long work, seen only on a terminal and only if the work is long.
    pub(super) fn progress(&self) -> impl Fn(usize, usize) + use<> {
        let shown = std::io::stderr().is_terminal() && !self.quiet;
        let bar = if shown { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} commits") {
            bar.set_style(style);
        }
        move |done, all| {
            if done % 256 == 0 {
                bar.set_length(all as u64);
                bar.set_position(done as u64);
            }
            if done + 1 == all {
                bar.finish_and_clear();
            }
        }
    }

    /// Whether results are coloured.
    pub(super) fn color(&self) -> bool {
        match self.choice {
            ColorChoice::Auto => AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
            choice => choice != ColorChoice::Never,
        }
    }
}

/// Bold, in a colour.
pub(super) fn style(color: AnsiColor) -> Style {
    color.on_default().bold()
}
