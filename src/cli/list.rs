//! `canon list`: the definitions.

use super::{Context, Done};
use crate::finding::nearest;
use crate::operations::Failure;
use crate::operations::reading::registry;
use crate::text::line;

/// List definitions.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Only of this kind.
    kind: Option<String>,
    /// At this revision (default: the work tree).
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let workspace = context.workspace()?;
    let (registry, findings) = registry(&workspace, arguments.rev.as_deref())?;
    context.printer.unread(&findings);
    if let Some(kind) = arguments.kind.as_deref().filter(|kind| registry.kinds().get(kind).is_none()) {
        let hint = match nearest(kind, registry.kinds().names()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("The kinds are {}.", registry.kinds().names().collect::<Vec<_>>().join(", ")),
        };
        return Err(Failure::refused(format!("there is no kind `{kind}`"), hint));
    }
    let field = |document: &crate::document::Document, key: &str| document.text(key).unwrap_or("?").to_owned();
    let rows: Vec<[String; 4]> = registry
        .definitions()
        .filter(|definition| arguments.kind.as_deref().is_none_or(|kind| kind == definition.kind))
        .map(|definition| {
            let document = definition.document;
            [definition.name(), field(document, "version"), field(document, "status"), field(document, "name")]
        })
        .collect();
    if context.json() {
        let one = |[definition, version, status, name]: &[String; 4]| serde_json::json!({"definition": definition, "version": version, "status": status, "name": name});
        let definitions: Vec<_> = rows.iter().map(one).collect();
        context.printer.json(&serde_json::json!({"type": "canonry/list@1", "definitions": definitions}));
        return Ok(Done::Fine);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    for [definition, version, status, name] in &rows {
        let [first, second, third] = widths;
        let row = format!("{definition:first$}  {version:second$}  {status:third$}  {name}");
        context.printer.result(&format!("{}\n", line(&row)));
    }
    Ok(Done::Fine)
}
