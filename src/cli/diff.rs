//! `canon diff`: rows, changed fields with their impact, and the text.

use super::{Context, Done};
use crate::compare::compare;
use crate::operations::Failure;
use crate::operations::reading::{Side, side};
use crate::registry::layout::definition_name;
use crate::report::{brief, counted, json};

/// Compare two sides: which documents differ, by which fields, and what that does.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The side before (default: where the current branch left the main branch).
    base: Option<String>,
    /// The side after (default: the work tree).
    current: Option<String>,
    /// Leave out the difference of the texts.
    #[arg(long)]
    no_text: bool,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let base = side(&workspace, arguments.base.map_or(Side::Base, Side::Revision))?;
    let current = side(&workspace, arguments.current.map_or(Side::WorkTree, Side::Revision))?;
    let rows = compare(&base, &current);
    if context.json() {
        context.printer.json(&json::rows(&rows));
        return Ok(Done::Fine);
    }
    for row in &rows {
        let name = definition_name(&row.path).unwrap_or_else(|| row.path.clone());
        let version = match (&row.version_before, &row.version_after) {
            (Some(before), Some(after)) => format!("{before} -> {after}"),
            (None, Some(after)) => format!("new, {after}"),
            (Some(before), None) => format!("{before}, gone"),
            (None, None) => "no version".to_owned(),
        };
        context.printer.result(&format!("{name}  {version}  {}\n", row.impact.word()));
        context.printer.result(&brief::fields(&row.fields));
        if !arguments.no_text {
            let text = |side: &crate::registry::Registry| side.source(&row.path).unwrap_or_default().to_owned();
            context.printer.result(&brief::text_diff(&row.path, &text(&base), &text(&current)));
        }
    }
    context.printer.note(&format!("{} in this comparison.\n", counted(rows.len(), "document")));
    Ok(Done::Fine)
}
