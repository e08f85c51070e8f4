//! Criteria in plain words, for people who read definitions.

use crate::document::Value;

use super::grammar;
use super::syntax::{
    Aggregate, Argument, Comparison, Date, DateForm, Duration, Ends, Function, Literal, Operand, Operator, Predicate,
    PredicateForm, Span, Window,
};
use crate::registry::{CriteriaSite, Language};

/// A predicate in short, readable English.
#[must_use]
pub fn words(predicate: &Predicate) -> String {
    sentence(predicate, false)
}

/// A place of a definition at which a condition stands, and the condition in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Where it stands.
    pub pointer: String,
    /// What it says.
    pub words: String,
}

/// Every condition of a definition in plain words, those of cases included, by the places at which its kind has
/// criteria. What does not follow the grammar is left out.
#[must_use]
pub fn conditions(definition: &Value, sites: &[CriteriaSite]) -> Vec<Said> {
    let said = |predicate: &Predicate| Said { pointer: predicate.pointer.clone(), words: words(predicate) };
    let at_site = |site: &CriteriaSite| -> Vec<Said> {
        let Some(value) = definition.pointer(&site.pointer) else { return Vec::new() };
        match site.language {
            Language::Predicate => grammar::predicate(value, &site.pointer).0.iter().map(said).collect(),
            Language::Cases => {
                let cases = grammar::cases(value, &site.pointer).0.map(|cases| cases.cases).unwrap_or_default();
                cases.iter().map(|case| said(&case.when)).collect()
            }
            _ => Vec::new(),
        }
    };
    sites.iter().flat_map(at_site).collect()
}

/// A condition, or its opposite.
fn sentence(predicate: &Predicate, negated: bool) -> String {
    match &predicate.form {
        PredicateForm::Compare(comparison) => compared(comparison, negated),
        PredicateForm::Meets(meets) => {
            let verb = if negated { "does not meet" } else { "meets" };
            match &meets.on {
                Some(path) => format!("{path} {verb} {}", meets.definition),
                None => format!("{verb} {}", meets.definition),
            }
        }
        PredicateForm::Not(inner) if !negated && is_plain(inner) => sentence(inner, true),
        _ if negated => format!("not ({})", sentence(predicate, false)),
        PredicateForm::Not(inner) => format!("not ({})", sentence(inner, false)),
        PredicateForm::All(conditions) => joined(conditions, " and "),
        PredicateForm::Any(conditions) => joined(conditions, " or "),
        PredicateForm::Of { conditions, at_least } => {
            format!("at least {at_least} of ({})", conditions.iter().map(words).collect::<Vec<_>>().join("; "))
        }
    }
}

fn is_plain(predicate: &Predicate) -> bool {
    matches!(predicate.form, PredicateForm::Compare(_) | PredicateForm::Meets(_))
}

fn joined(conditions: &[Predicate], by: &str) -> String {
    if let [only] = conditions {
        return words(only);
    }
    let parts = conditions.iter().map(|condition| match condition.form {
        PredicateForm::All(_) | PredicateForm::Any(_) => format!("({})", words(condition)),
        _ => words(condition),
    });
    parts.collect::<Vec<_>>().join(by)
}

fn compared(comparison: &Comparison, negated: bool) -> String {
    let operand = operand(&comparison.operand);
    let value = match &comparison.argument {
        Argument::Known(known) => {
            return format!("{operand} is {}", if *known == negated { "unknown" } else { "known" });
        }
        Argument::Literal(value) => literal(value),
        Argument::Literals(values) => values.iter().map(literal).collect::<Vec<_>>().join(", "),
        Argument::List(id) => format!("list {id}"),
    };
    let verb = match (comparison.operator, negated) {
        (Operator::Equals | Operator::IsKnown, false) => "is",
        (Operator::Equals | Operator::IsKnown, true) => "is not",
        (Operator::AtLeast, false) => "is at least",
        (Operator::AtLeast, true) => "is not at least",
        (Operator::AtMost, false) => "is at most",
        (Operator::AtMost, true) => "is not at most",
        (Operator::MoreThan, false) => "is more than",
        (Operator::MoreThan, true) => "is not more than",
        (Operator::LessThan, false) => "is less than",
        (Operator::LessThan, true) => "is not less than",
        (Operator::OneOf, false) => "is one of",
        (Operator::OneOf, true) => "is none of",
        (Operator::ContainsAny, false) => "contains any of",
        (Operator::ContainsAny, true) => "contains none of",
        (Operator::HasAnyWord, false) => "has any word of",
        (Operator::HasAnyWord, true) => "has no word of",
        (Operator::StartsWithAny, false) => "starts with any of",
        (Operator::StartsWithAny, true) => "starts with none of",
        (Operator::EndsWithAny, false) => "ends with any of",
        (Operator::EndsWithAny, true) => "ends with none of",
    };
    format!("{operand} {verb} {value}")
}

fn operand(operand: &Operand) -> String {
    match operand {
        Operand::Field(path) => path.to_string(),
        Operand::Score(score) => match &score.part {
            Some(part) => format!("{part} of score {}", score.model),
            None => format!("score {}", score.model),
        },
        Operand::DaysBetween(dates) => format!("days from {} to {}", date(&dates[0]), date(&dates[1])),
        Operand::Aggregate(aggregate) => aggregated(aggregate),
    }
}

fn aggregated(aggregate: &Aggregate) -> String {
    let target = &aggregate.target;
    let mut text = match aggregate.function {
        Function::Count => format!("number of {target}"),
        Function::CountDistinct => format!("number of different {target}"),
        Function::Sum => format!("sum of {target}"),
        Function::Min => format!("least {target}"),
        Function::Max => format!("greatest {target}"),
        Function::First => format!("first {target}"),
        Function::Latest => format!("latest {target}"),
    };
    if let Some(via) = &aggregate.via {
        text.push_str(&format!(" over {via}"));
    }
    if let Some(filter) = &aggregate.filter {
        text.push_str(&format!(" where ({})", words(filter)));
    }
    if let Some(inside) = aggregate.window.as_ref().and_then(window) {
        text.push_str(&format!(" {inside}"));
    }
    text
}

/// A window in words; nothing where it is open on both sides.
#[must_use]
pub fn window(window: &Window) -> Option<String> {
    let from = |date: &Date| match window.ends {
        Ends::Both | Ends::Start => format!("from {}", self::date(date)),
        Ends::End | Ends::Neither => format!("after {}", self::date(date)),
    };
    let to = |date: &Date| match window.ends {
        Ends::Both | Ends::End => format!("to {}", self::date(date)),
        Ends::Start | Ends::Neither => format!("before {}", self::date(date)),
    };
    let parts: Vec<String> = window.from.iter().map(from).chain(window.to.iter().map(to)).collect();
    let by = if matches!(window.ends, Ends::Start | Ends::Neither) { ", " } else { " " };
    (!parts.is_empty()).then(|| parts.join(by))
}

fn date(date: &Date) -> String {
    match &date.form {
        DateForm::Field(path) => path.to_string(),
        DateForm::Now => "now".to_owned(),
        DateForm::AsOf => "the date of the data".to_owned(),
        DateForm::PeriodStart => "the period's start".to_owned(),
        DateForm::PeriodEnd => "the period's end".to_owned(),
        DateForm::Shift { of, by } => {
            let side = if by.amount < 0 { "before" } else { "after" };
            format!("{} {side} {}", duration(*by), self::date(of))
        }
        DateForm::EndOf { span, of } => {
            let span = match span {
                Span::FiscalQuarter => "fiscal quarter",
                Span::FiscalYear => "fiscal year",
                other => other.word(),
            };
            format!("the end of the {span} of {}", self::date(of))
        }
    }
}

/// A length of time in words, without its direction.
#[must_use]
pub fn duration(duration: Duration) -> String {
    let amount = duration.amount.unsigned_abs();
    let unit = duration.unit.word();
    match amount {
        1 => format!("1 {}", unit.trim_end_matches('s')),
        _ => format!("{amount} {unit}"),
    }
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("\"{}\"", text.escape_debug()),
        Literal::Number(number) => format!("{number}"),
        Literal::Boolean(truth) => format!("{truth}"),
    }
}
