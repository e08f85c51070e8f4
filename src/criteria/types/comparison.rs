//! Whether a comparison fits what it compares: the operator, the value, the allowed values.

use std::borrow::Cow;

use super::Checker;
use crate::criteria::model::{Field, FieldType, Reached};
use crate::criteria::problem::Problem;
use crate::criteria::syntax::{Argument, Comparison, Function, Literal, Operand, Operator, Score};
use crate::criteria::text::band;
use crate::criteria::time::Moment;
use crate::document::{pointer_push, pointer_push_index};
use crate::finding::nearest;
use crate::finding::rules::{
    OPERATOR_MISFIT, SCORE_MISFIT, UNKNOWN_LIST, UNKNOWN_SCORE, VALUE_MISFIT, VALUE_NOT_ALLOWED,
};

/// What an operand's values are, and how people call it.
struct Typed<'a> {
    field: Cow<'a, Field>,
    name: String,
    /// Whether it can never be missing, so that asking is idle.
    always_known: bool,
}

impl<'a> Checker<'a> {
    pub(super) fn comparison(&mut self, comparison: &'a Comparison) {
        if let Argument::List(id) = &comparison.argument
            && self.model.list(id).is_none()
        {
            let place = pointer_push(&comparison.argument_pointer, "list");
            let problem = Problem::at(&UNKNOWN_LIST, &place, format!("there is no list `{id}`"));
            self.problems.push(problem.meant(nearest(id, self.model.list_ids())));
        }
        let Some(typed) = self.operand(&comparison.operand) else { return };
        let operator = comparison.operator;
        if let Some(hint) = misfit(operator, &typed) {
            let word = typed.field.field_type.word();
            let message = match operator {
                Operator::IsKnown => format!("{} is always known, so `is_known` asks nothing", typed.name),
                _ => format!("`{}` does not fit {}, which is {word}", operator.word(), typed.name),
            };
            let problem = Problem::at(&OPERATOR_MISFIT, &comparison.argument_pointer, message);
            self.problems.push(problem.hint(hint));
            return;
        }
        let pointer = &comparison.argument_pointer;
        match &comparison.argument {
            Argument::Known(_) | Argument::List(_) => {}
            Argument::Literal(literal) => self.literal(literal, operator, &typed, pointer),
            Argument::Literals(literals) => {
                for (index, literal) in literals.iter().enumerate() {
                    self.literal(literal, operator, &typed, &pointer_push_index(pointer, index));
                }
            }
        }
    }

    /// What an operand is; nothing where it is unsound, which is told.
    fn operand(&mut self, operand: &'a Operand) -> Option<Typed<'a>> {
        let counted = |field_type: FieldType, name: &str, always_known: bool| {
            Some(Typed { field: Cow::Owned(Field::computed(field_type)), name: name.to_owned(), always_known })
        };
        match operand {
            Operand::Field(path) => {
                let field = match self.value_path(path)? {
                    Reached::Field(_, field) => Cow::Borrowed(field),
                    Reached::Rows(_) => Cow::Owned(Field::computed(FieldType::Id)),
                };
                Some(Typed { field, name: format!("`{path}`"), always_known: false })
            }
            Operand::Score(score) => {
                self.score(score);
                counted(FieldType::Number, "a score", false)
            }
            Operand::DaysBetween(dates) => {
                dates.iter().for_each(|date| self.date(date));
                counted(FieldType::Integer, "a number of days", false)
            }
            Operand::Aggregate(aggregate) => {
                if !self.aggregate(aggregate) {
                    return None;
                }
                let name = format!("`{}` of `{}`", aggregate.function.word(), aggregate.target);
                match aggregate.function {
                    Function::Count | Function::CountDistinct => {
                        counted(FieldType::Integer, &name, aggregate.window.is_none())
                    }
                    _ => {
                        let entity = self.model.entity(&aggregate.target.entity)?;
                        let field = entity.fields.get(aggregate.target.field.as_ref()?)?;
                        let always_known = aggregate.function == Function::Sum && aggregate.window.is_none();
                        Some(Typed { field: Cow::Borrowed(field), name, always_known })
                    }
                }
            }
        }
    }

    fn score(&mut self, score: &Score) {
        let Some(model) = self.model.score_model(&score.model) else {
            let message = format!("there is no score model `{}`", score.model);
            let near = nearest(&score.model, self.model.score_model_ids());
            self.problems.push(Problem::at(&UNKNOWN_SCORE, &score.pointer, message).meant(near));
            return;
        };
        if !self.scope.contains(&model.subject.as_str()) {
            let message = format!("`{}` scores {}, which is not in scope here", score.model, model.subject);
            let hint =
                format!("let a qualification of {} ask for the score, and refer to it with `meets`", model.subject);
            self.problems.push(Problem::at(&SCORE_MISFIT, &score.pointer, message).hint(hint));
        }
        let Some(part) = &score.part else { return };
        if !model.parts.contains(part) {
            let message = format!("`{}` has no part `{part}`", score.model);
            let near = nearest(part, model.parts.iter().map(String::as_str));
            self.problems.push(Problem::at(&UNKNOWN_SCORE, &score.part_pointer, message).meant(near));
        }
    }

    fn literal(&mut self, literal: &Literal, operator: Operator, typed: &Typed, pointer: &str) {
        if let Some(expected) = mistyped(literal, operator, &typed.field) {
            let message = format!("{} is compared with {expected}, not with {}", typed.name, described(literal));
            self.problems.push(Problem::at(&VALUE_MISFIT, pointer, message));
            return;
        }
        let closed = match typed.field.field_type {
            FieldType::Enumeration => true,
            FieldType::Band => !operator.is_bound(),
            _ => false,
        };
        let Literal::Text(text) = literal else { return };
        let values = || typed.field.values.iter().map(String::as_str);
        if closed && !values().any(|value| value == text) {
            let message = format!("{} is never `{}`", typed.name, text.escape_debug());
            let problem = Problem::at(&VALUE_NOT_ALLOWED, pointer, message);
            self.problems.push(match nearest(text, values()) {
                Some(near) => problem.meant(Some(near)),
                None => problem.hint(format!("allowed are {}", values().collect::<Vec<_>>().join(", "))),
            });
        }
    }
}

/// Why an operator does not fit, as a hint; nothing where it fits.
fn misfit(operator: Operator, typed: &Typed) -> Option<String> {
    use FieldType as T;
    let field = &typed.field;
    let fits = match operator {
        Operator::IsKnown => !typed.always_known,
        Operator::Equals => true,
        Operator::OneOf => !field.field_type.is_date() && field.field_type != T::Boolean,
        operator if operator.is_bound() => field.has_order(),
        _ => field.field_type == T::Text,
    };
    let unreadable = || field.values.iter().find(|value| band(value).is_none());
    if operator.is_bound()
        && field.field_type == T::Band
        && let Some(value) = unreadable()
    {
        return Some(format!("its value `{}` is not a range of numbers", value.escape_debug()));
    }
    if fits {
        return None;
    }
    Some(match (operator, field.field_type) {
        (Operator::IsKnown, _) => "compare it with a number".to_owned(),
        (_, T::Enumeration) if operator.is_bound() => {
            "its values have no rank: say `one_of`, or make the field `ordered`".to_owned()
        }
        (_, T::Enumeration | T::Id | T::Band) => "say `equals` or `one_of`".to_owned(),
        (_, T::Boolean) => "say `equals` with true or false".to_owned(),
        (_, T::Text) => "say `equals`, `one_of` or one of the comparisons of text".to_owned(),
        (_, T::Date | T::Instant) => "say `at_least` and its like with a date, or `days_between`".to_owned(),
        (_, T::Number | T::Integer | T::Money) => "say `equals`, `one_of`, or `at_least` and its like".to_owned(),
    })
}

/// What a literal should be, if it is something else.
fn mistyped(literal: &Literal, operator: Operator, field: &Field) -> Option<&'static str> {
    use FieldType as T;
    match (field.field_type, literal) {
        (T::Number | T::Money, Literal::Number(_)) | (T::Boolean, Literal::Boolean(_)) => None,
        (T::Integer, Literal::Number(number)) => {
            let exact = matches!(operator, Operator::Equals | Operator::OneOf);
            (exact && number.fract() != 0.0).then_some("a whole number")
        }
        (T::Text | T::Enumeration | T::Id, Literal::Text(_)) => None,
        (T::Band, Literal::Text(_)) => operator.is_bound().then_some("a number"),
        (T::Band, Literal::Number(_)) => (!operator.is_bound()).then_some("one of its ranges"),
        (T::Date | T::Instant, Literal::Text(text)) if Moment::parse(text).is_some() => None,
        (T::Date | T::Instant, _) => Some("a day such as 2026-05-01 or an instant with its offset"),
        (T::Number | T::Integer | T::Money, _) => Some("a number"),
        (T::Boolean, _) => Some("true or false"),
        (T::Text | T::Enumeration | T::Id, _) => Some("text"),
        (T::Band, _) => Some("a range or a number"),
    }
}

fn described(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("`{}`", text.escape_debug()),
        Literal::Number(number) => format!("{number}"),
        Literal::Boolean(truth) => format!("{truth}"),
    }
}
