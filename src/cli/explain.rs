//! `canon explain`: what a code means and how to mend it, what a change of some code does, what a kind holds, what a
//! command gives to programs.

use serde_json::Value;

use super::{Context, Done};
use crate::compare::{CODES, code};
use crate::finding::{RULES, nearest, rule};
use crate::operations::Failure;
use crate::operations::reading;
use crate::registry::{Kinds, builtin};
use crate::report::{explain, kind};

/// Explain the code of a finding or of a change, or list them all; or the properties of a kind; or print the schema of a
/// JSON output.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The code of a finding, such as `not-stored-form`, or of a change, such as `sla-tightened`; or a kind, such as `stage`;
    /// or the `type` of a JSON output, such as `canonry/findings@1`.
    code: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let show = |text: String, value: Value| match context.json() {
        true => context.printer.json(&value),
        false => context.printer.result(&text),
    };
    let Some(name) = arguments.code.map(|code| code.to_lowercase()) else {
        show(explain::all(), explain::all_json());
        return Ok(Done::Fine);
    };
    if let Some(schema) = builtin::output_schema(&name) {
        context.printer.result(&String::from_utf8_lossy(schema));
    } else if let Some(rule) = rule(&name) {
        show(explain::finding(rule), explain::finding_json(rule));
    } else if let Some(code) = code(&name) {
        show(explain::change(code), explain::change_json(code));
    } else {
        return explain_kind(context, &name);
    }
    Ok(Done::Fine)
}

/// What a kind of this registry holds; outside of one, what a built-in kind does.
fn explain_kind(context: &Context, name: &str) -> Result<Done, Failure> {
    let kinds = reading::kinds(context.workspace().ok().as_ref());
    let kind = kinds.get(name).ok_or_else(|| unknown(name, &kinds))?;
    match context.json() {
        true => context.printer.json(&serde_json::json!(kind.schema())),
        false => context.printer.result(&kind::text(&kinds, kind)),
    }
    Ok(Done::Fine)
}

fn unknown(code: &str, kinds: &Kinds) -> Failure {
    if code.starts_with("canonry/") {
        let types = builtin::output_types().collect::<Vec<_>>().join(", ");
        return Failure::refused(format!("no output has the type `{code}`"), format!("The types are {types}."));
    }
    let hint = match nearest(
        code,
        RULES.iter().map(|rule| rule.code).chain(CODES.iter().map(|code| code.code)).chain(kinds.names()),
    ) {
        Some(near) => format!("Did you mean `{near}`? `canon explain` lists all codes."),
        None => "`canon explain` lists all codes.".to_owned(),
    };
    Failure::refused(format!("no finding, no change and no kind is called `{code}`"), hint)
}
