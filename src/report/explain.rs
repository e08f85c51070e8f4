//! What codes of findings and of changes mean.

use serde_json::{Value, json};

use crate::compare::{CODES, Code};
use crate::finding::{RULES, Rule};

/// Every code with its title, a line each.
#[must_use]
pub fn all() -> String {
    let findings = RULES.iter().map(|rule| (rule.code, rule.title));
    let changes = CODES.iter().map(|code| (code.code, code.title));
    findings.chain(changes).map(|(code, title)| format!("{code:28}  {title}\n")).collect()
}

/// Every code, for programs.
#[must_use]
pub fn all_json() -> Value {
    let rules: Vec<Value> = RULES.iter().map(|rule| finding_json(rule)).collect();
    let changes: Vec<Value> = CODES.iter().map(change_json).collect();
    json!({"type": "canonry/rules@1", "rules": rules, "changes": changes})
}

/// What a finding means and how to mend it.
#[must_use]
pub fn finding(rule: &Rule) -> String {
    let waivable = if rule.waivable { "It can be waived" } else { "It cannot be waived" };
    format!(
        "{} ({})\n{}\n\nWhy it matters: {}\nHow to mend it: {}\n{waivable} (registry/waivers.json).\n",
        rule.code,
        rule.level.word(),
        rule.title,
        rule.why,
        rule.mend
    )
}

/// What a finding means, for programs.
#[must_use]
pub fn finding_json(rule: &Rule) -> Value {
    json!({
        "type": "canonry/rule@1", "code": rule.code, "level": rule.level, "title": rule.title, "why": rule.why,
        "mend": rule.mend, "waivable": rule.waivable,
    })
}

/// What a change with a code does.
#[must_use]
pub fn change(code: &Code) -> String {
    let Code { code, mirror, title, why } = code;
    format!("{code} (a change)\n{title}\n\nWhy it matters: {why}\nThe reverse is {mirror}.\n")
}

/// What a change with a code does, for programs.
#[must_use]
pub fn change_json(code: &Code) -> Value {
    let Code { code, mirror, title, why } = code;
    json!({"type": "canonry/code@1", "code": code, "mirror": mirror, "title": title, "why": why})
}
