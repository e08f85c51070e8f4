//! `canon explain`: what a code means and how to mend it.

use super::{Context, Done};
use crate::finding::{Level, RULES, nearest, rule};
use crate::operations::Failure;

/// Explain a finding's code, or list them all.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The code, such as `not-stored-form`.
    code: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let Some(code) = arguments.code else {
        for rule in RULES.iter() {
            context.printer.result(&format!("{:28}  {}\n", rule.code, rule.title));
        }
        return Ok(Done::Fine);
    };
    let Some(rule) = rule(&code) else {
        let hint = match nearest(&code, RULES.iter().map(|rule| rule.code)) {
            Some(near) => format!("Did you mean `{near}`? `canon explain` lists all codes."),
            None => "`canon explain` lists all codes.".to_owned(),
        };
        return Err(Failure::refused(format!("no finding has the code `{code}`"), hint));
    };
    if context.json() {
        let value = serde_json::json!({
            "type": "canonry/rule@1", "code": rule.code, "level": rule.level, "title": rule.title, "why": rule.why,
            "mend": rule.mend,
        });
        context.printer.json(&value);
    } else {
        let level = if rule.level == Level::Error { "error" } else { "warning" };
        context.printer.result(&format!(
            "{} ({level})\n{}\n\nWhy it matters: {}\nHow to mend it: {}\n",
            rule.code, rule.title, rule.why, rule.mend
        ));
    }
    Ok(Done::Fine)
}
