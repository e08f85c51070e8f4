//! `canon diff`: what differs between two sides, what that means, and what rests on it.

use super::{Context, Done, Format};
use crate::git::believe_objects;
use crate::operations::Failure;
use crate::operations::diff::{Wanted, compare};
use crate::report::change;

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
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let Arguments { base, current, exact, no_text } = arguments;
    believe_objects();
    let workspace = context.workspace()?;
    let comparison = compare(&workspace, &Wanted { base, current, exact })?;
    match context.format {
        Format::Json => context.printer.json(&change::json(&comparison)),
        Format::Github => context.printer.result(&change::notices(&comparison, &workspace.root)),
        Format::Markdown => context.printer.result(&change::markdown(&comparison)),
        _ => {
            context.printer.result(&change::text(&comparison, !no_text));
            context.printer.note(&change::tally(&comparison));
        }
    }
    // The process ends here; to give everything back piece by piece takes time for nothing.
    std::mem::forget(comparison);
    Ok(Done::Fine)
}
