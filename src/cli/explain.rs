//! `canon explain`: what a code means and how to mend it, what a change of some code does, what a kind holds, what a
//! command gives to programs.

use serde_json::Value;

use super::{Context, Done};
use crate::compare::{CODES, Code, code};
use crate::finding::{RULES, Rule, nearest, rule};
use crate::operations::Failure;
use crate::operations::reading;
use crate::registry::{Kinds, builtin};
use crate::report::kind;

/// Explain the code of a finding or of a change, or list them all; or the properties of a kind; or print the schema of a
/// JSON output.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The code of a finding, such as `not-stored-form`, or of a change, such as `sla-tightened`; or a kind, such as `stage`;
    /// or the `type` of a JSON output, such as `canonry/findings@1`.
    code: Option<String>,
}

pub(super) fn run(context: &Context, arguments: Arguments) -> Result<Done, Failure> {
    let Some(code) = arguments.code.map(|code| code.to_lowercase()) else {
        if context.json() {
            let rules: Vec<Value> = RULES.iter().map(|rule| explained(rule)).collect();
            let changes: Vec<Value> = CODES.iter().map(meant).collect();
            context.printer.json(&serde_json::json!({"type": "canonry/rules@1", "rules": rules, "changes": changes}));
            return Ok(Done::Fine);
        }
        let findings = RULES.iter().map(|rule| (rule.code, rule.title));
        for (code, title) in findings.chain(CODES.iter().map(|code| (code.code, code.title))) {
            context.printer.result(&format!("{code:28}  {title}\n"));
        }
        return Ok(Done::Fine);
    };
    if let Some(schema) = builtin::output_schema(&code) {
        context.printer.result(&String::from_utf8_lossy(schema));
        return Ok(Done::Fine);
    }
    if let Some(code) = self::code(&code) {
        match context.json() {
            true => context.printer.json(&meant(code)),
            false => context.printer.result(&format!(
                "{} (a change)\n{}\n\nWhy it matters: {}\nThe reverse is {}.\n",
                code.code, code.title, code.why, code.mirror
            )),
        }
        return Ok(Done::Fine);
    }
    let Some(rule) = rule(&code) else {
        return explain_kind(context, &code);
    };
    if context.json() {
        context.printer.json(&explained(rule));
    } else {
        let waivable = if rule.waivable { "It can be waived" } else { "It cannot be waived" };
        let (head, why) = (format!("{} ({})\n{}", rule.code, rule.level.word(), rule.title), rule.why);
        context.printer.result(&format!(
            "{head}\n\nWhy it matters: {why}\nHow to mend it: {}\n{waivable} (registry/waivers.json).\n",
            rule.mend
        ));
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

fn explained(rule: &Rule) -> Value {
    serde_json::json!({
        "type": "canonry/rule@1", "code": rule.code, "level": rule.level, "title": rule.title, "why": rule.why,
        "mend": rule.mend, "waivable": rule.waivable,
    })
}

fn meant(code: &Code) -> Value {
    serde_json::json!({
        "type": "canonry/code@1", "code": code.code, "mirror": code.mirror, "title": code.title, "why": code.why,
    })
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
