//! Who must approve what, and why, for people and for programs.

use serde_json::{Value, json};

use crate::operations::policy::{Asked, Case, Explained};
use crate::registry::Impact;
use crate::text::line;

/// Case by case: who must agree, who may give it, and the rules that say so.
#[must_use]
pub fn explained(explained: &Explained) -> String {
    let policy =
        explained.policy.as_ref().map_or_else(|| "the policy".to_owned(), |version| format!("policy {version}"));
    let mut out = format!("{}, by {policy}\n", line(&explained.name));
    for case in &explained.cases {
        let alone = explained.cases.len() == 1;
        out.push_str(&format!("  {}\n", if alone { "any change".to_owned() } else { line(&heading(case)) }));
        for slot in &case.slots {
            let many = if slot.count == 1 { String::new() } else { format!(", {} people", slot.count) };
            let holders = match slot.holders.as_slice() {
                [] => "nobody holds it".to_owned(),
                holders => holders.join(" or "),
            };
            out.push_str(&format!("    {} ({}{many}): {}\n", line(&slot.title), line(&slot.role), line(&holders)));
        }
        match (case.rules.as_slice(), case.slots.as_slice()) {
            ([], _) => out.push_str("    nobody: no rule covers it, so it is denied\n"),
            (_, []) => out.push_str("    nobody: its rules ask for nobody, so it is denied\n"),
            (rules, _) => out.push_str(&format!("    by {}\n", line(&rules.join(", ")))),
        }
    }
    if explained.separate_duties {
        out.push_str("  Whoever proposes cannot approve: duties are separate.\n");
    }
    out
}

fn heading(case: &Case) -> String {
    let what = match case.impact {
        Some(Impact::Major) => "major: who counts, or how a number comes out, changes",
        Some(Impact::Minor) => "minor: something is added",
        Some(Impact::Patch) => "patch: wording",
        None => "it stays as it is, and rests on a definition of which the meaning changes",
    };
    match (case.meanings.is_empty(), case.reason.is_empty()) {
        (true, true) => what.to_owned(),
        (false, _) => {
            let codes: Vec<&str> = case.meanings.iter().map(String::as_str).collect();
            format!("{}, and it means {}, or that cannot be ruled out", word(case), codes.join(" or "))
        }
        (true, false) => format!("{}, for the reason {}", word(case), case.reason),
    }
}

fn word(case: &Case) -> &'static str {
    case.impact.map_or("resting", Impact::word)
}

/// The same for programs.
#[must_use]
pub fn json(explained: &Explained) -> Value {
    let asked = |asked: &Asked| json!({"role": asked.role, "name": asked.title, "count": asked.count, "holders": asked.holders});
    let case = |case: &Case| {
        json!({
            "impact": case.impact,
            "meanings": case.meanings,
            "reason": case.reason,
            "rules": case.rules,
            "slots": case.slots.iter().map(asked).collect::<Vec<_>>(),
        })
    };
    json!({
        "type": "canonry/policy@1",
        "document": explained.name,
        "path": explained.path,
        "policy": explained.policy,
        "separate_duties": explained.separate_duties,
        "cases": explained.cases.iter().map(case).collect::<Vec<_>>(),
    })
}
