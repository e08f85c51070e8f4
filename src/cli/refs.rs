//! `canon refs`: what a definition refers to, and what refers to it.

use super::{Context, Done};
use crate::operations::Failure;
use crate::operations::reading::{definition, dependents, references, registry};

/// Show what a definition refers to, and what depends on it.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The definition, as kind/id.
    #[arg(value_name = "KIND/ID")]
    definition: String,
    /// At this revision (default: the work tree).
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let (registry, findings) = registry(&workspace, arguments.rev.as_deref())?;
    context.printer.unread(&findings);
    let name = definition(&registry, &arguments.definition)?.name();
    let (outward, inward) = (references(&registry, &name), dependents(&registry, &name));
    if context.json() {
        let edges = |edges: &[(String, String)]| -> Vec<_> {
            edges.iter().map(|(name, at)| serde_json::json!({"definition": name, "pointer": at})).collect()
        };
        let (refers_to, referred_by) = (edges(&outward), edges(&inward));
        context.printer.json(&serde_json::json!({
            "type": "canonry/refs@1", "definition": name, "refers_to": refers_to, "referred_by": referred_by,
        }));
        return Ok(Done::Fine);
    }
    let list = |heading: &str, edges: &[(String, String)]| {
        let lines: String = edges.iter().map(|(name, at)| format!("  {name}  at {at}\n")).collect();
        if lines.is_empty() { format!("{heading} nothing.\n") } else { format!("{heading}\n{lines}") }
    };
    context.printer.result(&list(&format!("{name} refers to"), &outward));
    context.printer.result(&list("It is referred to by", &inward));
    Ok(Done::Fine)
}
