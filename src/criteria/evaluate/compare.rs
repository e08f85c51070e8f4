//! Comparing known values with what criteria ask for.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::document::Value;

use super::{Evaluator, Exhausted};
use crate::criteria::model::{Field, FieldType};
use crate::criteria::syntax::{Argument, Literal, Operator};
use crate::criteria::text::{Band, band, fold, has_phrase, words};
use crate::criteria::time::Moment;

/// One known value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::criteria) enum Scalar<'s> {
    Text(&'s str),
    Number(f64),
    Boolean(bool),
}

impl<'s> Scalar<'s> {
    pub(super) fn of_value(value: &'s Value) -> Option<Scalar<'s>> {
        match value {
            Value::String(text) => Some(Scalar::Text(text)),
            Value::Number(number) => number.as_f64().map(Scalar::Number),
            Value::Bool(truth) => Some(Scalar::Boolean(*truth)),
            _ => None,
        }
    }

    fn of_literal(literal: &'s Literal) -> Scalar<'s> {
        match literal {
            Literal::Text(text) => Scalar::Text(text),
            Literal::Number(number) => Scalar::Number(*number),
            Literal::Boolean(truth) => Scalar::Boolean(*truth),
        }
    }

    pub(super) fn number(self) -> Option<f64> {
        match self {
            Scalar::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn text(self) -> Option<&'s str> {
        match self {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn moment(self) -> Option<Moment> {
        Moment::parse(self.text()?)
    }

    /// The text by which ids are equal, whether they are written as text or as numbers.
    pub(super) fn id(self) -> String {
        match self {
            Scalar::Text(text) => text.to_owned(),
            // Adding zero makes minus zero plain zero.
            Scalar::Number(number) => format!("{}", number + 0.0),
            Scalar::Boolean(truth) => format!("{truth}"),
        }
    }

    fn band(self) -> Option<Band> {
        match self {
            Scalar::Text(text) => band(text),
            Scalar::Number(number) => Some(Band { low: number, high: number, closed: true }),
            Scalar::Boolean(_) => None,
        }
    }
}

/// The known values of an operand, and what kind of values they are.
#[derive(Debug)]
pub(in crate::criteria) struct Operated<'s> {
    pub(in crate::criteria) field: Cow<'s, Field>,
    pub(in crate::criteria) values: Vec<Scalar<'s>>,
}

impl<'s> Operated<'s> {
    pub(super) fn missing() -> Operated<'s> {
        Operated::number(None)
    }

    pub(in crate::criteria) fn number(number: Option<f64>) -> Operated<'s> {
        let values = number.into_iter().map(Scalar::Number).collect();
        Operated::computed(Field::computed(FieldType::Number), values)
    }

    pub(in crate::criteria) fn of_field(field: &'s Field, values: Vec<Scalar<'s>>) -> Operated<'s> {
        Operated { field: Cow::Borrowed(field), values }
    }

    pub(in crate::criteria) fn computed(field: Field, values: Vec<Scalar<'s>>) -> Operated<'s> {
        Operated { field: Cow::Owned(field), values }
    }
}

impl Evaluator<'_> {
    /// Whether any known value satisfies a comparison. A missing operand satisfies none but the question for absence.
    pub(in crate::criteria) fn satisfies(
        &self,
        operated: &Operated,
        operator: Operator,
        argument: &Argument,
    ) -> Result<bool, Exhausted> {
        if let Argument::Known(known) = argument {
            return Ok(operated.values.is_empty() != *known);
        }
        for value in &operated.values {
            self.budget.pay(1)?;
            if self.one_satisfies(*value, &operated.field, operator, argument)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn one_satisfies(
        &self,
        value: Scalar,
        field: &Field,
        operator: Operator,
        argument: &Argument,
    ) -> Result<bool, Exhausted> {
        match argument {
            Argument::Known(_) => Ok(false),
            Argument::Literal(literal) if operator == Operator::Equals => {
                Ok(self.equal(value, Scalar::of_literal(literal), field))
            }
            Argument::Literal(literal) => Ok(self.is_bounded(value, operator, Scalar::of_literal(literal), field)),
            Argument::Literals(literals) => {
                self.budget.pay(literals.len())?;
                let mut wanted = literals.iter().map(Scalar::of_literal);
                Ok(match (operator, value) {
                    (Operator::OneOf, _) => wanted.any(|wanted| self.equal(value, wanted, field)),
                    (_, Scalar::Text(text)) => reads(operator, text, wanted.filter_map(Scalar::text)),
                    _ => false,
                })
            }
            Argument::List(id) => {
                let Some(list) = self.model.list(id) else { return Ok(false) };
                if operator == Operator::OneOf && field.field_type == FieldType::Id {
                    let id = value.id();
                    return Ok(list.items.contains(&id));
                }
                let Scalar::Text(text) = value else { return Ok(false) };
                if operator == Operator::OneOf {
                    return Ok(list.folded.contains(&fold(text)));
                }
                self.budget.pay(list.items.len())?;
                Ok(reads(operator, text, list.items.iter().map(String::as_str)))
            }
        }
    }

    fn equal(&self, value: Scalar, wanted: Scalar, field: &Field) -> bool {
        if field.field_type.is_date() {
            let moments = value.moment().zip(wanted.moment());
            return moments.is_some_and(|(value, wanted)| value.compare(wanted, self.model.zone()).is_eq());
        }
        match (value, wanted) {
            _ if field.field_type == FieldType::Id => value.id() == wanted.id(),
            (Scalar::Text(value), Scalar::Text(wanted)) => fold(value) == fold(wanted),
            (value, wanted) => value == wanted,
        }
    }

    fn is_bounded(&self, value: Scalar, operator: Operator, bound: Scalar, field: &Field) -> bool {
        if field.field_type == FieldType::Band {
            return value.band().zip(bound.number()).is_some_and(|(band, bound)| band_within(band, operator, bound));
        }
        let Some(ordering) = self.order(value, bound, field) else { return false };
        match operator {
            Operator::AtLeast => ordering.is_ge(),
            Operator::AtMost => ordering.is_le(),
            Operator::MoreThan => ordering.is_gt(),
            Operator::LessThan => ordering.is_lt(),
            _ => false,
        }
    }

    /// The order of two values of a field, if it has one.
    pub(super) fn order(&self, left: Scalar, right: Scalar, field: &Field) -> Option<Ordering> {
        match field.field_type {
            FieldType::Number | FieldType::Integer | FieldType::Money => left.number()?.partial_cmp(&right.number()?),
            FieldType::Date | FieldType::Instant => Some(left.moment()?.compare(right.moment()?, self.model.zone())),
            FieldType::Enumeration if field.ordered => {
                let rank = |scalar: Scalar| {
                    let wanted = fold(scalar.text()?);
                    field.values.iter().position(|value| fold(value) == wanted)
                };
                Some(rank(left)?.cmp(&rank(right)?))
            }
            FieldType::Band => left.band()?.low.partial_cmp(&right.band()?.low),
            _ => None,
        }
    }

    /// Text by which equal values of a field are found to be equal.
    pub(in crate::criteria) fn key(&self, value: Scalar, field: &Field) -> String {
        match value {
            _ if field.field_type == FieldType::Id => value.id(),
            Scalar::Text(text) if field.field_type.is_date() => match Moment::parse(text) {
                Some(Moment::Instant(instant)) => instant.to_string(),
                _ => text.to_owned(),
            },
            Scalar::Text(text) => fold(text),
            Scalar::Number(_) | Scalar::Boolean(_) => value.id(),
        }
    }
}

/// Whether the whole band is on the right side of a bound.
fn band_within(band: Band, operator: Operator, bound: f64) -> bool {
    match operator {
        Operator::AtLeast => band.low >= bound,
        Operator::AtMost => band.high <= bound,
        Operator::MoreThan => band.low > bound || (!band.closed && band.low >= bound),
        Operator::LessThan => band.high < bound || (!band.closed && band.high <= bound),
        _ => false,
    }
}

/// Whether a text holds, as the operator reads it, any of the wanted texts.
fn reads<'w>(operator: Operator, text: &str, mut wanted: impl Iterator<Item = &'w str>) -> bool {
    if operator == Operator::HasAnyWord {
        let text = words(text);
        return wanted.any(|phrase| has_phrase(&text, &words(phrase)));
    }
    let text = fold(text);
    wanted.any(|wanted| match operator {
        Operator::ContainsAny => text.contains(&fold(wanted)),
        Operator::StartsWithAny => text.starts_with(&fold(wanted)),
        Operator::EndsWithAny => text.ends_with(&fold(wanted)),
        _ => false,
    })
}
