//! Formulas over measures.

use crate::document::{Members, Value};

use super::Reader;
use crate::criteria::syntax::{Arithmetic, Expression, ExpressionForm};
use crate::document::pointer_push;
use crate::finding::described;
use crate::registry::layout::is_id;

impl Reader {
    pub(super) fn expression(&mut self, value: &Value, pointer: &str) -> Option<Expression> {
        self.nested(pointer, |reader| {
            let form = match value {
                Value::String(measure) if is_id(measure) => ExpressionForm::Measure(measure.to_string()),
                Value::Number(number) => ExpressionForm::Number(number.as_f64().filter(|number| number.is_finite())?),
                Value::Object(object) if object.contains_key("percentile") => reader.percentile(object, pointer)?,
                Value::Object(object) => reader.operation(object, pointer)?,
                other => {
                    let expected = "a measure's id, a number or an operation";
                    reader.fault(pointer, format!("expected {expected}, but this is {}", described(other)));
                    return None;
                }
            };
            Some(Expression { pointer: pointer.to_owned(), form })
        })
    }

    fn operation(&mut self, object: &Members, pointer: &str) -> Option<ExpressionForm> {
        let words: Vec<&str> = Arithmetic::ALL.iter().map(|operation| operation.word()).collect();
        self.only(object, &words, pointer);
        let named: Vec<Arithmetic> =
            Arithmetic::ALL.iter().copied().filter(|operation| object.contains_key(operation.word())).collect();
        let [operation] = named.as_slice() else {
            self.fault(pointer, format!("an operation has exactly one of {}, percentile", words.join(", ")));
            return None;
        };
        let operands = object.get(operation.word())?;
        let items = self.items(operands, &pointer_push(pointer, operation.word()), "formulas", 2)?;
        let read: Vec<_> = items.map(|(item, pointer)| self.expression(item, &pointer)).collect();
        Some(ExpressionForm::Operation(*operation, read.into_iter().collect::<Option<_>>()?))
    }

    fn percentile(&mut self, object: &Members, pointer: &str) -> Option<ExpressionForm> {
        self.only(object, &["percentile", "of"], pointer);
        let percent = self.required(object, "percentile", pointer)?;
        let number = percent.as_f64().filter(|percent| (0.0..=100.0).contains(percent));
        if number.is_none() {
            let message = format!("a percentile is a number from 0 to 100, but this is {}", described(percent));
            self.fault(&pointer_push(pointer, "percentile"), message);
        }
        let of = self.required(object, "of", pointer)?;
        let of = self.text(of, &pointer_push(pointer, "of"), "a measure's id")?;
        Some(ExpressionForm::Percentile { percent: number?, of: of.to_owned() })
    }
}
