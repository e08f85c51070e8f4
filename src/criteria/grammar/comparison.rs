//! Comparisons: an operand, one operator, and the value that the operator takes.

use crate::document::{Members, Value};

use super::Reader;
use crate::criteria::syntax::{Aggregate, Argument, Comparison, Function, Literal, Operand, Operator, Score, Target};
use crate::criteria::text;
use crate::document::{pointer_push, pointer_push_index};
use crate::finding::described;
use crate::registry::layout::is_path_name;

impl Reader {
    /// A comparison whose operand is named by `head`.
    pub(super) fn comparison(&mut self, object: &Members, head: &str, pointer: &str) -> Option<Comparison> {
        let beside: &[&str] = match head {
            "score" => &["part"],
            "field" | "days_between" => &[],
            _ => &["via", "where", "window"],
        };
        let operators = Operator::ALL.iter().map(|operator| operator.word());
        let allowed: Vec<&str> = [head].into_iter().chain(beside.iter().copied()).chain(operators).collect();
        self.only(object, &allowed, pointer);
        let operand = self.operand(object, head, pointer);
        let present: Vec<Operator> =
            Operator::ALL.iter().copied().filter(|operator| object.contains_key(operator.word())).collect();
        let operator = match present.as_slice() {
            [operator] => *operator,
            [] => {
                let words: Vec<_> = Operator::ALL.iter().map(|operator| operator.word()).collect();
                self.fault(pointer, format!("nothing says how `{head}` is compared: one of {}", words.join(", ")));
                return None;
            }
            [first, second, ..] => {
                let message = format!("`{}` and `{}` cannot stand in one comparison", first.word(), second.word());
                self.fault(pointer, format!("{message}; say each in its own, joined by `all`"));
                return None;
            }
        };
        let argument_pointer = pointer_push(pointer, operator.word());
        let argument = self.argument(operator, object.get(operator.word())?, &argument_pointer)?;
        Some(Comparison { operand: operand?, operator, argument, argument_pointer })
    }

    fn operand(&mut self, object: &Members, head: &str, pointer: &str) -> Option<Operand> {
        let value = object.get(head)?;
        let place = pointer_push(pointer, head);
        match head {
            "field" => self.path(value, &place).map(Operand::Field),
            "score" => self.score(object, value, pointer, place).map(Operand::Score),
            "days_between" => self.days_between(value, &place),
            _ => self.aggregate(object, Function::of_word(head)?, value, pointer),
        }
    }

    fn score(&mut self, object: &Members, value: &Value, pointer: &str, place: String) -> Option<Score> {
        let model = self.id(value, &place, "the id of a score model")?;
        let part_pointer = pointer_push(pointer, "part");
        let part = match object.get("part") {
            Some(part) => Some(self.id(part, &part_pointer, "the id of a part")?.to_owned()),
            None => None,
        };
        Some(Score { pointer: place, model: model.to_owned(), part, part_pointer })
    }

    fn days_between(&mut self, value: &Value, pointer: &str) -> Option<Operand> {
        let dates: Vec<_> = self.items(value, pointer, "two dates", 2)?.collect();
        let [first, second] = dates.as_slice() else {
            self.fault(pointer, "days are counted between two dates, no more");
            return None;
        };
        let from = self.date(first.0, &first.1);
        let to = self.date(second.0, &second.1);
        Some(Operand::DaysBetween(Box::new([from?, to?])))
    }

    fn aggregate(&mut self, object: &Members, function: Function, value: &Value, pointer: &str) -> Option<Operand> {
        let place = pointer_push(pointer, function.word());
        let target = self.target(value, &place);
        self.fits_function(function, target.as_ref());
        let via = object.get("via").map(|via| self.path(via, &pointer_push(pointer, "via")));
        let filter = object.get("where").map(|filter| self.predicate(filter, &pointer_push(pointer, "where")));
        let window = object.get("window").map(|window| self.window(window, &pointer_push(pointer, "window")));
        let (target, via) = (target?, via.map_or(Some(None), |via| via.map(Some))?);
        let filter = filter.map_or(Some(None), |filter| filter.map(Some))?;
        let window = window.map_or(Some(None), |window| window.map(Some))?;
        Some(Operand::Aggregate(Box::new(Aggregate { function, target, via, filter, window })))
    }

    fn fits_function(&mut self, function: Function, target: Option<&Target>) {
        let Some(target) = target else { return };
        match (function, &target.field) {
            (Function::Count, Some(_)) => {
                let message = format!("`count` counts rows: name the entity `{}` alone", target.entity);
                self.fault(&target.pointer, message);
            }
            (Function::Count, None) | (_, Some(_)) => {}
            (_, None) => {
                let message = format!("`{}` needs a field of `{}`, as entity.field", function.word(), target.entity);
                self.fault(&target.pointer, message);
            }
        }
    }

    /// An entity, or a field of it.
    pub(super) fn target(&mut self, value: &Value, pointer: &str) -> Option<Target> {
        let text = self.text(value, pointer, "an entity, or a field as entity.field")?;
        let mut names = text.split('.');
        let (entity, field) = (names.next().unwrap_or_default(), names.next());
        if names.next().is_some() || !is_path_name(entity) || field.is_some_and(|field| !is_path_name(field)) {
            let message = format!("`{}` is neither an entity nor a field as entity.field", text.escape_debug());
            self.fault(pointer, message);
            return None;
        }
        Some(Target { pointer: pointer.to_owned(), entity: entity.to_owned(), field: field.map(str::to_owned) })
    }

    fn argument(&mut self, operator: Operator, value: &Value, pointer: &str) -> Option<Argument> {
        if operator == Operator::IsKnown {
            let Some(known) = value.as_bool() else {
                self.fault(pointer, format!("`is_known` is true or false, but this is {}", described(value)));
                return None;
            };
            return Some(Argument::Known(known));
        }
        if operator == Operator::Equals {
            return self.literal(value, pointer, "one text, number or truth value").map(Argument::Literal);
        }
        if operator.is_bound() {
            let literal = self.literal(value, pointer, "a number, a date or a value that has a rank")?;
            if matches!(literal, Literal::Boolean(_)) {
                self.fault(pointer, format!("`{}` does not take a truth value", operator.word()));
                return None;
            }
            return Some(Argument::Literal(literal));
        }
        if value.is_object() {
            return self.list(value, pointer);
        }
        let items = self.items(value, pointer, "values", 1)?;
        let read: Vec<_> =
            items.map(|(item, pointer)| self.literal(item, &pointer, "one text, number or truth value")).collect();
        let literals: Vec<Literal> = read.into_iter().collect::<Option<_>>()?;
        if operator.reads_text() {
            self.readable_texts(operator, &literals, pointer)?;
        }
        Some(Argument::Literals(literals))
    }

    fn list(&mut self, value: &Value, pointer: &str) -> Option<Argument> {
        let object = self.object(value, pointer, "values or a list")?;
        self.only(object, &["list"], pointer);
        let id = self.required(object, "list", pointer)?;
        let id = self.id(id, &pointer_push(pointer, "list"), "the id of a list")?;
        Some(Argument::List(id.to_owned()))
    }

    fn literal(&mut self, value: &Value, pointer: &str, expected: &str) -> Option<Literal> {
        let literal = match value {
            Value::String(text) => Some(Literal::Text(text.to_string())),
            Value::Bool(truth) => Some(Literal::Boolean(*truth)),
            Value::Number(number) => number.as_f64().filter(|number| number.is_finite()).map(Literal::Number),
            _ => None,
        };
        if literal.is_none() {
            self.fault(pointer, format!("expected {expected}, but this is {}", described(value)));
        }
        literal
    }

    /// A blank text is part of every text and a phrase without words is part of none: neither can be meant.
    fn readable_texts(&mut self, operator: Operator, literals: &[Literal], pointer: &str) -> Option<()> {
        let before = self.problems.len();
        for (index, literal) in literals.iter().enumerate() {
            let place = pointer_push_index(pointer, index);
            match literal {
                Literal::Text(text) if text.trim().is_empty() => {
                    self.fault(&place, format!("`{}` does not take a blank text", operator.word()));
                }
                Literal::Text(text) if operator == Operator::HasAnyWord && text::words(text).is_empty() => {
                    self.fault(&place, format!("`{}` has no word in it", text.escape_debug()));
                }
                Literal::Text(_) => {}
                _ => self.fault(&place, format!("`{}` takes texts", operator.word())),
            }
        }
        (self.problems.len() == before).then_some(())
    }
}
