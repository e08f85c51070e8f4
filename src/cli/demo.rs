//! `canon demo`: the whole loop on a real history.

use std::path::PathBuf;

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::demo::demo;
use crate::report::story::scene;

/// Build a throw-away registry with a real definition history and walk the whole loop.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A new or empty folder.
    #[arg(default_value = "canonry-demo")]
    dir: PathBuf,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let folder = context.directory.join(&arguments.dir);
    let shown = arguments.dir.display().to_string();
    demo(&folder, &mut |part| context.printer.result(&scene(&part, &shown)))?;
    Ok(Done::Fine)
}
