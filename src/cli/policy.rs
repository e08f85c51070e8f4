//! `canon policy`: who must approve what, and why.

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::policy::explain;
use crate::report::policy;

/// Say who must approve a change of a document, who may, and by which rules.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    question: Question,
}

#[derive(clap::Subcommand)]
enum Question {
    /// Say who must approve a change of a document, who may, and by which rules.
    Explain {
        /// A definition as kind/id, or the path of any document, such as `registry/governance/policy.json`.
        #[arg(value_name = "KIND/ID")]
        document: String,
    },
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let Question::Explain { document } = arguments.question;
    let workspace = context.workspace()?;
    let explained = explain(&workspace, &document)?;
    match context.json() {
        true => context.printer.json(&policy::json(&explained)),
        false => context.printer.result(&policy::explained(&explained)),
    }
    Ok(Done::Fine)
}
