//! What every format of findings is made from: the findings with their files, places and fingerprints.

use std::collections::BTreeMap;

use crate::check::{Waived, Waiver};
use crate::document::{Position, position_of, sha256_hex};
use crate::finding::{Finding, Level, Target};
use crate::text::line;

/// What a command found, for any format.
pub struct Listing<'a> {
    /// The command, such as `check`.
    pub command: &'a str,
    /// The registry's folder from the top of the repository; `""` if it is the top.
    pub root: &'a str,
    /// The documents that were looked at, by path from the registry's folder.
    pub documents: Vec<&'a str>,
    /// What was found.
    pub findings: &'a [Finding],
    /// What was found and is accepted for a while.
    pub waived: &'a [Waived],
    /// The least grave level that makes the command fail.
    pub fail_on: Level,
    /// The text of a file.
    pub source: &'a dyn Fn(&str) -> Option<&'a str>,
}

/// A finding as other tools are told it.
pub struct Listed<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Its file from the top of the repository.
    pub path: String,
    /// Its first character, from 1; the first of the file if it has no finer place.
    pub start: Position,
    /// One past its last character, if it has a place.
    pub end: Option<Position>,
    /// 64 hexadecimal digits that stay when lines move: they come from the code, the file and the JSON pointer.
    pub fingerprint: String,
}

impl<'a> Listing<'a> {
    /// The findings, then those that are waived, each list in its order.
    #[must_use]
    pub fn listed(&self) -> (Vec<Listed<'a>>, Vec<(Listed<'a>, &'a Waiver)>) {
        let mut seen = BTreeMap::new();
        let findings = self.findings.iter().map(|finding| self.one(finding, &mut seen)).collect();
        let waived = self.waived.iter().map(|waived| (self.one(&waived.finding, &mut seen), &waived.waiver)).collect();
        (findings, waived)
    }

    /// A path from the top of the repository.
    #[must_use]
    pub fn in_repository(&self, path: &str) -> String {
        if self.root.is_empty() || path.is_empty() { path.to_owned() } else { format!("{}/{path}", self.root) }
    }

    /// Whether a finding makes the command fail.
    #[must_use]
    pub fn fails(&self, finding: &Finding) -> bool {
        finding.level() <= self.fail_on
    }

    fn one(&self, finding: &'a Finding, seen: &mut BTreeMap<String, usize>) -> Listed<'a> {
        let path = self.in_repository(&finding.path);
        let source = (self.source)(&finding.path);
        let span = source.and_then(|source| Some((source, finding.span(source)?)));
        let said = serde_json::json!([finding.rule.code, path, pointer(finding).unwrap_or_default()]).to_string();
        // Two findings of one code at one place are told apart by their order.
        let times = seen.entry(said.clone()).or_insert(0);
        *times += 1;
        let fingerprint = match *times {
            1 => sha256_hex(said.as_bytes()),
            more => sha256_hex(format!("{said} {more}").as_bytes()),
        };
        Listed {
            finding,
            path,
            start: span.map_or(Position { line: 1, column: 1 }, |(source, span)| position_of(source, span.start)),
            end: span.map(|(source, span)| position_of(source, span.end)),
            fingerprint,
        }
    }
}

impl Listed<'_> {
    /// The message and, on lines of their own, what else there is to say; nothing foreign in it breaks a line.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let hint = self.finding.hint.as_deref().map(|hint| format!("help: {}", line(hint)));
        std::iter::once(line(&self.finding.message)).chain(hint).collect()
    }
}

/// The JSON pointer of a finding, if it is about a value or a key.
#[must_use]
pub fn pointer(finding: &Finding) -> Option<&str> {
    match &finding.target {
        Target::Value(pointer) | Target::Key(pointer) => Some(pointer),
        Target::File | Target::Offset(_) => None,
    }
}
