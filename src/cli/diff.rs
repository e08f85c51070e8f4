//! `canon diff`: what differs between two sides, what that means, and what rests on it.

use super::{Context, Done, Format};
use crate::finding::Level;
use crate::git::believe_objects;
use crate::operations::Failure;
use crate::operations::diff::{Driven, Wanted, compare, compare_texts, of_driver};
use crate::registry::builtin;
use crate::report::change;
use crate::report::listing::Listing;

/// Compare two sides: what a change means, whom it moves, and what rests on it.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The side before: a revision, a release such as 1.4.0, or a folder (default: the main branch, as of where CURRENT
    /// left it).
    base: Option<String>,
    /// The side after, likewise (default: the work tree).
    current: Option<String>,
    /// Compare the two as they are, and not what CURRENT brought since it left BASE.
    #[arg(long)]
    exact: bool,
    /// Leave out the difference of the texts.
    #[arg(long)]
    no_text: bool,
    /// Be a driver of `git diff`, which names a path and two files: `git config diff.canonry.command "canon diff
    /// --driver"`, and `registry/definitions/** diff=canonry` in .gitattributes.
    #[arg(long, num_args = 1..=9, value_name = "ARGUMENT", conflicts_with_all = ["base", "current", "exact"])]
    driver: Option<Vec<String>>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let Arguments { base, current, exact, no_text, driver } = arguments;
    believe_objects();
    builtin::begin_few();
    let workspace = context.workspace()?;
    let comparison = match driver.as_deref().map(of_driver).transpose()? {
        None => compare(&workspace, &Wanted { base, current, exact })?,
        Some(Driven::Texts { path, before, after }) => compare_texts(&workspace, path, before, after)?,
        Some(Driven::Unmerged(path)) => {
            context.printer.result(&format!("{path} is not merged yet\n"));
            return Ok(Done::Fine);
        }
    };
    match context.format {
        Format::Json => context.printer.json(&change::json(&comparison)),
        Format::Github => context.printer.result(&change::notices(&comparison, &workspace.root)),
        Format::Markdown => context.printer.result(&change::markdown(&comparison)),
        _ => {
            context.printer.result(&change::text(&comparison, !no_text));
            if driver.is_none() {
                context.printer.note(&change::tally(&comparison));
            }
        }
    }
    let found = comparison.findings.iter().any(|finding| finding.level() == Level::Error);
    if !matches!(context.format, Format::Json) && found {
        let listing = Listing {
            command: "diff",
            root: &workspace.root,
            documents: comparison.findings.iter().map(|finding| finding.path.as_str()).collect(),
            findings: &comparison.findings,
            waived: &[],
            fail_on: Level::Error,
            source: &|path| comparison.after.source(path),
        };
        context.printer.listing(context.format, &listing);
    }
    // The process ends here; to give everything back piece by piece takes time for nothing.
    std::mem::forget(comparison);
    // Git takes any other end of its driver for a crash.
    Ok(Done::from(!found || driver.is_some()))
}
