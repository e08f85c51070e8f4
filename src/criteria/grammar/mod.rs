//! From a JSON value to the tree of criteria. Strict: what the grammar does not say is a problem, and all are collected.

mod comparison;
mod dates;
mod formula;

use crate::document::{Members, Value};

use super::problem::Problem;
use super::syntax::{
    Case, Cases, Date, Duration, Expression, Function, Meets, Operator, Overlap, Path, Predicate, PredicateForm,
    Target, Window,
};
use crate::document::{pointer_push, pointer_push_index};
use crate::finding::rules::CRITERIA_GRAMMAR;
use crate::finding::{described, nearest};
use crate::registry::layout;

/// Levels of nesting that criteria may have; no file holds more.
const DEEPEST: usize = 64;

/// What was read, if it follows the grammar, and everything that does not.
pub type Read<T> = (Option<T>, Vec<Problem>);

/// Reads a predicate.
#[must_use]
pub fn predicate(value: &Value, pointer: &str) -> Read<Predicate> {
    read(|reader| reader.predicate(value, pointer))
}

/// Reads a choice by cases.
#[must_use]
pub fn cases(value: &Value, pointer: &str) -> Read<Cases> {
    read(|reader| reader.cases(value, pointer))
}

/// Reads a formula over measures.
#[must_use]
pub fn expression(value: &Value, pointer: &str) -> Read<Expression> {
    read(|reader| reader.expression(value, pointer))
}

/// Reads a date.
#[must_use]
pub fn date(value: &Value, pointer: &str) -> Read<Date> {
    read(|reader| reader.date(value, pointer))
}

/// Reads a window.
#[must_use]
pub fn window(value: &Value, pointer: &str) -> Read<Window> {
    read(|reader| reader.window(value, pointer))
}

/// Reads a path: an entity and what is reached from it.
#[must_use]
pub fn path(value: &Value, pointer: &str) -> Read<Path> {
    read(|reader| reader.path(value, pointer))
}

/// Reads what an aggregate is over: an entity, or a field of it.
#[must_use]
pub fn target(value: &Value, pointer: &str) -> Read<Target> {
    read(|reader| reader.target(value, pointer))
}

fn read<T>(parse: impl FnOnce(&mut Reader) -> Option<T>) -> Read<T> {
    let mut reader = Reader { problems: Vec::new(), depth: 0 };
    let node = parse(&mut reader);
    let sound = reader.problems.is_empty();
    (node.filter(|_| sound), reader.problems)
}

/// Reads a length of time in one unit.
#[must_use]
pub fn duration(value: &Value, pointer: &str) -> Read<Duration> {
    read(|reader| reader.duration(value, pointer))
}

/// Keys that say which alternative of the grammar an object is, beside the functions over rows.
const HEADS: [&str; 8] = ["all", "any", "not", "of", "meets", "field", "score", "days_between"];

/// Collects problems while it reads. A function that gives `None` has told at least one.
struct Reader {
    problems: Vec<Problem>,
    depth: usize,
}

impl Reader {
    fn fault(&mut self, pointer: &str, message: impl Into<String>) {
        self.problems.push(Problem::at(&CRITERIA_GRAMMAR, pointer, message));
    }

    /// Reads one level deeper, unless that is too deep.
    fn nested<T>(&mut self, pointer: &str, parse: impl FnOnce(&mut Reader) -> Option<T>) -> Option<T> {
        if self.depth >= DEEPEST {
            self.fault(pointer, format!("criteria are nested more than {DEEPEST} levels deep"));
            return None;
        }
        self.depth += 1;
        let node = parse(self);
        self.depth -= 1;
        node
    }

    fn object<'v>(&mut self, value: &'v Value, pointer: &str, expected: &str) -> Option<&'v Members> {
        let object = value.as_object();
        if object.is_none() {
            self.fault(pointer, format!("expected {expected}, but this is {}", described(value)));
        }
        object
    }

    fn text<'v>(&mut self, value: &'v Value, pointer: &str, expected: &str) -> Option<&'v str> {
        let text = value.as_str();
        if text.is_none() {
            self.fault(pointer, format!("expected {expected}, but this is {}", described(value)));
        }
        text
    }

    /// The id of a definition, or of a part of one.
    fn id<'v>(&mut self, value: &'v Value, pointer: &str, expected: &str) -> Option<&'v str> {
        let text = self.text(value, pointer, expected)?;
        if !layout::is_id(text) {
            self.fault(pointer, format!("`{}` is not {expected}", text.escape_debug()));
            return None;
        }
        Some(text)
    }

    /// The value of a key that must be there.
    fn required<'v>(&mut self, object: &'v Members, key: &str, pointer: &str) -> Option<&'v Value> {
        let value = object.get(key);
        if value.is_none() {
            self.fault(pointer, format!("`{key}` is missing here"));
        }
        value
    }

    /// Tells every key that has no place in this object.
    fn only(&mut self, object: &Members, allowed: &[&str], pointer: &str) {
        for key in object.keys().filter(|key| !allowed.contains(key)) {
            let near = nearest(key, allowed.iter().copied().filter(|word| !object.contains_key(word)));
            let problem = Problem::at(
                &CRITERIA_GRAMMAR,
                &pointer_push(pointer, key),
                format!("`{}` has no place here", key.escape_debug()),
            );
            self.problems.push(problem.meant(near));
        }
    }

    fn predicate(&mut self, value: &Value, pointer: &str) -> Option<Predicate> {
        self.nested(pointer, |reader| {
            let object = reader.object(value, pointer, "a condition")?;
            let form = reader.predicate_form(object, pointer)?;
            Some(Predicate { pointer: pointer.to_owned(), form })
        })
    }

    fn predicate_form(&mut self, object: &Members, pointer: &str) -> Option<PredicateForm> {
        let known = |key: &&str| HEADS.contains(key) || Function::of_word(key).is_some();
        let heads: Vec<&str> = object.keys().filter(known).collect();
        match heads.as_slice() {
            [] => {
                self.no_head(object, pointer);
                None
            }
            ["all"] => Some(PredicateForm::All(self.alone(object, "all", pointer)?)),
            ["any"] => Some(PredicateForm::Any(self.alone(object, "any", pointer)?)),
            ["not"] => {
                self.only(object, &["not"], pointer);
                let inner = self.predicate(object.get("not")?, &pointer_push(pointer, "not"))?;
                Some(PredicateForm::Not(Box::new(inner)))
            }
            ["of"] => self.of(object, pointer),
            ["meets"] => self.meets(object, pointer),
            [operand] => self.comparison(object, operand, pointer).map(PredicateForm::Compare),
            [first, second, ..] => {
                self.fault(pointer, format!("`{first}` and `{second}` cannot stand in one condition; say each in its own, joined by `all` or `any`"));
                None
            }
        }
    }

    fn no_head(&mut self, object: &Members, pointer: &str) {
        let words = || HEADS.into_iter().chain(Function::ALL.iter().map(|function| function.word()));
        let operator = |key: &&str| Operator::of_word(key).is_some();
        let near = object.keys().filter(|key| !operator(key)).find_map(|key| nearest(key, words()));
        let message = match object.keys().find(|key| !operator(key)) {
            Some(key) => format!("`{}` does not begin a condition", key.escape_debug()),
            None => "this condition does not say what it is about".to_owned(),
        };
        let problem = Problem::at(&CRITERIA_GRAMMAR, pointer, message);
        self.problems.push(match near {
            Some(_) => problem.meant(near),
            None => problem.hint(format!("a condition has one of {}", words().collect::<Vec<_>>().join(", "))),
        });
    }

    /// The conditions under the only key of an object.
    fn alone(&mut self, object: &Members, key: &str, pointer: &str) -> Option<Vec<Predicate>> {
        self.only(object, &[key], pointer);
        self.predicates(object.get(key)?, &pointer_push(pointer, key))
    }

    fn predicates(&mut self, value: &Value, pointer: &str) -> Option<Vec<Predicate>> {
        let items = self.items(value, pointer, "conditions", 1)?;
        let read: Vec<_> = items.map(|(item, pointer)| self.predicate(item, &pointer)).collect();
        read.into_iter().collect()
    }

    /// The items of an array that needs at least so many, each with its pointer.
    fn items<'v>(
        &mut self,
        value: &'v Value,
        pointer: &str,
        of_what: &str,
        at_least: usize,
    ) -> Option<impl Iterator<Item = (&'v Value, String)> + use<'v>> {
        let Some(items) = value.as_array() else {
            self.fault(pointer, format!("expected a list of {of_what}, but this is {}", described(value)));
            return None;
        };
        if items.len() < at_least {
            self.fault(pointer, format!("this list of {of_what} needs at least {at_least}"));
            return None;
        }
        let pointer = pointer.to_owned();
        Some(items.iter().enumerate().map(move |(index, item)| (item, pointer_push_index(&pointer, index))))
    }

    fn of(&mut self, object: &Members, pointer: &str) -> Option<PredicateForm> {
        self.only(object, &["of", "at_least"], pointer);
        let conditions = self.predicates(object.get("of")?, &pointer_push(pointer, "of"));
        let at_least = self.required(object, "at_least", pointer)?;
        let Some(count) = at_least.as_u64().filter(|count| *count >= 1) else {
            let message = format!("expected a whole number from 1, but this is {}", described(at_least));
            self.fault(&pointer_push(pointer, "at_least"), message);
            return None;
        };
        let conditions = conditions?;
        let at_least = usize::try_from(count).unwrap_or(usize::MAX);
        if at_least > conditions.len() {
            let message = format!("{count} of {} conditions can never hold", conditions.len());
            self.fault(&pointer_push(pointer, "at_least"), message);
            return None;
        }
        Some(PredicateForm::Of { conditions, at_least })
    }

    fn meets(&mut self, object: &Members, pointer: &str) -> Option<PredicateForm> {
        self.only(object, &["meets", "on"], pointer);
        let place = pointer_push(pointer, "meets");
        let definition = self.text(object.get("meets")?, &place, "a definition as kind/id")?;
        let on = match object.get("on") {
            Some(on) => Some(self.path(on, &pointer_push(pointer, "on"))?),
            None => None,
        };
        let named =
            definition.split_once('/').is_some_and(|(kind, id)| layout::is_id(kind) && layout::is_definition_id(id));
        if !named {
            self.fault(&place, format!("`{}` is not a definition as kind/id", definition.escape_debug()));
            return None;
        }
        Some(PredicateForm::Meets(Meets { pointer: place, definition: definition.to_owned(), on }))
    }

    fn cases(&mut self, value: &Value, pointer: &str) -> Option<Cases> {
        let object = self.object(value, pointer, "a choice by cases")?;
        self.only(object, &["id", "overlap", "cases", "otherwise"], pointer);
        let overlap = self.word(object, "overlap", pointer, Overlap::of_word, &["first", "forbidden"]);
        let otherwise = self.required(object, "otherwise", pointer).cloned();
        let list = self.required(object, "cases", pointer)?;
        let items = self.items(list, &pointer_push(pointer, "cases"), "cases", 0)?;
        let read: Vec<_> = items.map(|(item, pointer)| self.case(item, &pointer)).collect();
        let cases: Vec<Case> = read.into_iter().collect::<Option<_>>()?;
        for (index, case) in cases.iter().enumerate() {
            if cases.iter().take(index).any(|earlier| earlier.id == case.id) {
                self.fault(&pointer_push(&case.pointer, "id"), format!("two cases are called `{}`", case.id));
            }
        }
        Some(Cases { pointer: pointer.to_owned(), overlap: overlap?, cases, otherwise: otherwise? })
    }

    fn case(&mut self, value: &Value, pointer: &str) -> Option<Case> {
        let object = self.object(value, pointer, "a case")?;
        self.only(object, &["id", "when", "is"], pointer);
        let id = self.required(object, "id", pointer);
        let id = id.and_then(|id| self.text(id, &pointer_push(pointer, "id"), "the case's name"));
        let is = self.required(object, "is", pointer).cloned();
        let when = self.required(object, "when", pointer)?;
        let when = self.predicate(when, &pointer_push(pointer, "when"));
        Some(Case { pointer: pointer.to_owned(), id: id?.to_owned(), when: when?, is: is? })
    }

    /// One of a few words under a key that must be there.
    fn word<T>(
        &mut self,
        object: &Members,
        key: &str,
        pointer: &str,
        of_word: impl Fn(&str) -> Option<T>,
        words: &[&str],
    ) -> Option<T> {
        let value = self.required(object, key, pointer)?;
        let expected = || format!("one of {}", words.join(", "));
        let place = pointer_push(pointer, key);
        let word = self.text(value, &place, &expected())?;
        let found = of_word(word);
        if found.is_none() {
            let message = format!("`{}` is not {}", word.escape_debug(), expected());
            let near = nearest(word, words.iter().copied());
            self.problems.push(Problem::at(&CRITERIA_GRAMMAR, &place, message).meant(near));
        }
        found
    }
}
