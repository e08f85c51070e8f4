//! Paths, dates, durations and windows.

use crate::document::Value;

use super::Reader;
use crate::criteria::problem::Problem;
use crate::criteria::syntax::{Date, DateForm, Duration, Ends, Path, Span, Unit, Window};
use crate::document::pointer_push;
use crate::finding::rules::CRITERIA_GRAMMAR;
use crate::finding::{described, nearest};
use crate::registry::layout::is_path_name;

/// Names after the entity that a path may have.
const LONGEST_PATH: usize = 7;

impl Reader {
    pub(super) fn path(&mut self, value: &Value, pointer: &str) -> Option<Path> {
        let text = self.text(value, pointer, "a path such as person.account.employees")?;
        let mut names = text.split('.');
        let entity = names.next().unwrap_or_default();
        let steps: Vec<String> = names.map(str::to_owned).collect();
        if !is_path_name(entity) || steps.is_empty() || steps.iter().any(|step| !is_path_name(step)) {
            let message = format!("`{}` is not a path: an entity, then names joined by dots", text.escape_debug());
            self.fault(pointer, message);
            return None;
        }
        if steps.len() > LONGEST_PATH {
            self.fault(pointer, format!("a path has at most {LONGEST_PATH} names after its entity"));
            return None;
        }
        Some(Path { pointer: pointer.to_owned(), entity: entity.to_owned(), steps })
    }

    pub(super) fn date(&mut self, value: &Value, pointer: &str) -> Option<Date> {
        self.nested(pointer, |reader| {
            let form = match value {
                Value::String(text) => reader.named_date(text, value, pointer)?,
                Value::Object(object) if object.contains_key("shift") => {
                    reader.only(object, &["shift", "by"], pointer);
                    let of = reader.date(object.get("shift")?, &pointer_push(pointer, "shift"));
                    let by = reader.required(object, "by", pointer)?;
                    let by = reader.duration(by, &pointer_push(pointer, "by"));
                    DateForm::Shift { of: Box::new(of?), by: by? }
                }
                Value::Object(object) if object.contains_key("end_of") => {
                    reader.only(object, &["end_of", "of"], pointer);
                    let words: Vec<&str> = Span::ALL.iter().map(|span| span.word()).collect();
                    let span = reader.word(object, "end_of", pointer, Span::of_word, &words);
                    let of = reader.required(object, "of", pointer)?;
                    let of = reader.date(of, &pointer_push(pointer, "of"));
                    DateForm::EndOf { span: span?, of: Box::new(of?) }
                }
                other => {
                    let expected = "a dated field, now, as_of, period.start, period.end, a shift or the end of a span";
                    reader.fault(pointer, format!("expected {expected}, but this is {}", described(other)));
                    return None;
                }
            };
            Some(Date { pointer: pointer.to_owned(), form })
        })
    }

    fn named_date(&mut self, text: &str, value: &Value, pointer: &str) -> Option<DateForm> {
        match text {
            "now" => Some(DateForm::Now),
            "as_of" => Some(DateForm::AsOf),
            "period.start" => Some(DateForm::PeriodStart),
            "period.end" => Some(DateForm::PeriodEnd),
            word if !word.contains('.') => {
                let message = format!("`{}` is not a date", word.escape_debug());
                let near = nearest(word, ["now", "as_of", "period.start", "period.end"]);
                self.problems.push(Problem::at(&CRITERIA_GRAMMAR, pointer, message).meant(near));
                None
            }
            _ => self.path(value, pointer).map(DateForm::Field),
        }
    }

    pub(super) fn window(&mut self, value: &Value, pointer: &str) -> Option<Window> {
        let object = self.object(value, pointer, "a window")?;
        self.only(object, &["from", "to", "ends"], pointer);
        let words: Vec<&str> = Ends::ALL.iter().map(|ends| ends.word()).collect();
        let ends = self.word(object, "ends", pointer, Ends::of_word, &words);
        let from = self.required(object, "from", pointer);
        let to = self.required(object, "to", pointer);
        let mut end = |value: &Value, key: &str| match value {
            Value::Null => Some(None),
            date => self.date(date, &pointer_push(pointer, key)).map(Some),
        };
        let from = end(from?, "from");
        let to = end(to?, "to");
        Some(Window { pointer: pointer.to_owned(), from: from?, to: to?, ends: ends? })
    }

    pub(super) fn duration(&mut self, value: &Value, pointer: &str) -> Option<Duration> {
        let object = self.object(value, pointer, "a length of time such as {\"days\": 30}")?;
        let units: Vec<&str> = Unit::ALL.iter().map(|unit| unit.word()).collect();
        self.only(object, &units, pointer);
        let named: Vec<Unit> = Unit::ALL.iter().copied().filter(|unit| object.contains_key(unit.word())).collect();
        let [unit] = named.as_slice() else {
            self.fault(pointer, format!("a length of time has exactly one of {}", units.join(", ")));
            return None;
        };
        let amount = object.get(unit.word())?;
        let Some(amount) = amount.as_i64() else {
            let message = format!("expected a whole number of {}, but this is {}", unit.word(), described(amount));
            self.fault(&pointer_push(pointer, unit.word()), message);
            return None;
        };
        Some(Duration { amount, unit: *unit })
    }
}
