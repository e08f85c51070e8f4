//! `canon log`: who changed what, when, why, and who approved it.

use jiff::civil::Date;

use super::{Context, Done, Format};
use crate::operations::Failure;
use crate::operations::log::{Wanted, log};
use crate::report::{export, json, ledger};

/// Show who changed what, when and why, and who approved it.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Only changes of this definition, with the fields that changed.
    #[arg(value_name = "KIND/ID")]
    definition: Option<String>,
    /// Of this revision (default: the main branch).
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Only changes that landed on this day or later, by the commit's own date in UTC.
    #[arg(long, value_name = "DAY")]
    since: Option<Date>,
    /// Only changes that landed on this day or earlier.
    #[arg(long, value_name = "DAY")]
    until: Option<Date>,
    /// Only changes that this person proposed or decided on.
    #[arg(long, value_name = "ID")]
    person: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let progress = context.printer.progress();
    let Arguments { definition, rev, since, until, person } = arguments;
    let narrowed = since.is_some() || until.is_some() || person.is_some();
    let fields = context.format != Format::Text || definition.is_some();
    let wanted = Wanted { revision: rev, definition, person, since, until, fields };
    let entries = log(&workspace, &wanted, &progress)?;
    match context.format {
        Format::Json => context.printer.json(&json::log(&entries)),
        Format::Csv => context.printer.result(&export::csv(&entries)),
        Format::Markdown => context.printer.result(&export::markdown(&entries)),
        _ if entries.is_empty() && narrowed => context.printer.result("No change is like that.\n"),
        _ if entries.is_empty() => {
            context.printer.result("No change has settled yet; what is accepted is what the registry started with.\n");
        }
        _ => context.printer.result(&ledger::log(&entries)),
    }
    Ok(Done::Fine)
}
