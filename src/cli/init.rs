//! `canon init`: starts a registry.

use std::path::PathBuf;

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::init::{Wishes, init};
use crate::report::counted;

/// Start a registry in a git repository: schemas, starter definitions, policy, yourself.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Folder of the registry, inside a git repository.
    dir: Option<PathBuf>,
    /// Name of the registry (default: the folder's name).
    #[arg(long)]
    name: Option<String>,
    /// Your id in the registry (default: made from git's user.name).
    #[arg(long, value_name = "ID")]
    person: Option<String>,
    /// Start with few definitions: the way from inquiry to SQL, its handoffs and SLAs, and four metrics.
    #[arg(long)]
    minimal: bool,
    /// SSH key to sign with (default: git's user.signingkey).
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let folder = arguments.dir.map_or_else(|| context.directory.clone(), |dir| context.directory.join(dir));
    let wishes = Wishes { name: arguments.name, person: arguments.person, minimal: arguments.minimal };
    let started = init(&folder, &wishes, arguments.key.as_deref(), context.now)?;
    context.printer.result(&format!(
        "Started a registry of {} on `{}`.\n\n\
         Trust digest: {}\n\
         Write it down where your auditors look. This clone remembers it (git config canonry.trust).\n\n\
         You are `{}`, with the key {} and every role.\n\
         You are alone, so `separate_duties` is off: you may approve what you propose. Add people and turn it on\n\
         (registry/governance/policy.json) as soon as two can fill the roles.\n\n\
         Next: edit a definition, then `canon check` and `canon propose`. `canon` alone says where you stand.\n",
        counted(started.definitions, "definition"),
        started.branch,
        started.trust,
        started.person,
        started.fingerprint,
    ));
    Ok(Done::Fine)
}
