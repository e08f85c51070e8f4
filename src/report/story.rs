//! The demo as it is told: what happened, in plain words.

use anstyle::{AnsiColor, Style};

use super::{brief, counted, day, shown};
use crate::finding::{Finding, Level};
use crate::governance::records::Choice;
use crate::operations::demo::Scene;
use crate::operations::log::Entry;
use crate::operations::propose::Proposal;
use crate::operations::verify::Verification;
use crate::registry::layout::definition_name;

const HEADING: Style = AnsiColor::Cyan.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();

/// One part of the story, in text with colours. `folder` is how the reader called the folder.
#[must_use]
pub fn scene(scene: &Scene<'_>, folder: &str) -> String {
    match scene {
        Scene::Started { trust, definitions, people } => format!(
            "A company that sells developer tools writes down what its revenue words mean, and from now on nobody\n\
             changes them alone. What changed and when, from 2020 to 2023, is real: facts of Sourcegraph's public\n\
             handbook (Apache-2.0). You see them again as governed changes; reasons and mishaps are the demo's own.\n\n\
             {HEADING}Start{HEADING:#}  {} in {folder}, three people ({}), a policy:\n\
             a change of meaning needs marketing and sales, mere wording only the owner.\n\
             Trust digest {trust}\n",
            counted(*definitions, "definition"),
            people.join(", "),
        ),
        Scene::Step { number, of, date, title, source } => {
            let source = source.map_or_else(
                || "a step of the demo's own".to_owned(),
                |commit| format!("handbook commit {}", commit.get(..10).unwrap_or(commit)),
            );
            format!("\n{HEADING}{number:2}/{of}  {date}  {title}{HEADING:#}  ({source})\n")
        }
        Scene::Proposed(by, proposal) => proposed(by, proposal),
        Scene::Approved(person) => format!("       {GOOD}approved{GOOD:#} by {person}\n"),
        Scene::Stuck(why, standing) => {
            format!("       {BAD}not accepted{BAD:#}: {why}\n{}", indented(&brief::standing(standing)))
        }
        Scene::Bypassed(title) => {
            format!("       marketing-lead commits straight to main, without a proposal: \"{title}\"\n")
        }
        Scene::Verified(verification) => verified(verification),
        Scene::Told(says) => wrapped(says),
        Scene::Released(manifest) => format!(
            "\n{HEADING}Release {}{HEADING:#}  {}, Merkle root {}\n",
            manifest.version,
            counted(manifest.rows.len(), "definition"),
            manifest.root,
        ),
        Scene::Ended { all, mql, folder: path } => ended(all, mql, path, folder),
    }
}

fn proposed(by: &str, proposal: &Proposal) -> String {
    let verb = if proposal.renewed { "proposed anew" } else { "proposed" };
    let mut out = format!("       {verb} by {by}\n");
    for row in &proposal.change.rows {
        let name = definition_name(&row.path).unwrap_or_else(|| row.path.clone());
        let from = row.version.from.as_ref().map_or_else(|| "new".to_owned(), ToString::to_string);
        out.push_str(&format!("         {name}  {from} -> {}  {}\n", row.version.to, row.impact.word()));
    }
    out
}

fn verified(verification: &Verification) -> String {
    let tell = |finding: &Finding| {
        format!(
            "         {}[{}] {}\n           {}\n",
            if finding.level() == Level::Error { "error" } else { "note" },
            finding.rule.code,
            finding.message,
            finding.path
        )
    };
    if verification.holds() {
        return format!("       {GOOD}verify: proven{GOOD:#}\n");
    }
    let findings: String = verification.findings.iter().map(tell).collect();
    format!("       {BAD}verify: NOT proven{BAD:#}\n{findings}")
}

fn ended(all: &[Entry], mql: &[Entry], path: &std::path::Path, folder: &str) -> String {
    let mut out = format!("\n{HEADING}The log{HEADING:#}  (canon log)\n");
    for entry in all {
        let change = &entry.settled.change;
        let rows: Vec<String> = change
            .rows
            .iter()
            .map(|row| {
                let name = definition_name(&row.path).unwrap_or_else(|| row.path.clone());
                format!("{name} {}", row.version.to)
            })
            .collect();
        let ratified = if entry.ratified { ", ratified after the fact" } else { "" };
        out.push_str(&format!("  {}  {}  [{}{ratified}]\n", day(entry.landed.2), change.title, rows.join(", ")));
    }
    out.push_str(&format!("\n{HEADING}Who moved the MQL, and who agreed?{HEADING:#}  (canon log qualification/mql)\n"));
    for entry in mql {
        let settled = &entry.settled;
        let agreed: Vec<&str> = settled
            .decisions()
            .filter(|(decision, _)| decision.decision == Choice::Approve)
            .map(|(decision, _)| decision.person.as_str())
            .collect();
        out.push_str(&format!(
            "  {}  {}: proposed by {}, agreed by {}\n",
            day(entry.landed.2),
            settled.change.title,
            settled.change.proposer,
            agreed.join(" and "),
        ));
        let numbers = entry.fields.values().flatten().filter(|field| {
            field.before.as_ref().is_some_and(crate::document::Value::is_number)
                && field.after.as_ref().is_some_and(crate::document::Value::is_number)
        });
        for field in numbers {
            let (before, after) = (shown(field.before.as_ref()), shown(field.after.as_ref()));
            out.push_str(&format!("              {}: {before} -> {after}\n", field.pointer()));
        }
    }
    out.push_str(&format!(
        "\n{HEADING}What happened{HEADING:#}\n\
         Every change was proposed with a reason, judged by the policy, signed with SSH keys and landed by a merge.\n\
         An approval went stale when the content moved, an approval of one's own proposal did not count, and a\n\
         commit that landed without approval was caught, named and ratified. All of it can be proven from git alone.\n\n\
         {HEADING}Now type{HEADING:#}\n\
         \x20 cd {folder}\n\
         \x20 canon                              where you stand\n\
         \x20 canon verify                       prove it all again\n\
         \x20 canon show qualification/mql       what an MQL is now\n\
         \x20 canon log qualification/mql        how it came to be so\n\
         \x20 git log --first-parent --oneline   it is an ordinary repository\n\
         You are revops-lead there. The keys of the other two are in {}/.git/demo-keys:\n\
         \x20 canon approve CHANGE --key .git/demo-keys/sales-lead\n",
        path.display(),
    ));
    out
}

/// Text in lines of at most a hundred characters, with a margin.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut line = String::from("      ");
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > 100 {
            out.push_str(&line);
            out.push('\n');
            line = String::from("      ");
        }
        line.push(' ');
        line.push_str(word);
    }
    format!("{out}{line}\n")
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("         {line}\n")).collect()
}
