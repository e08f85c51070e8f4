//! `canon completions`: a completion script for a shell.

use clap::CommandFactory as _;

use super::{Context, Done};
use crate::operations::Failure;

/// Print a completion script for a shell.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "canon", &mut script);
    context.printer.result(&String::from_utf8_lossy(&script));
    Ok(Done::Fine)
}
