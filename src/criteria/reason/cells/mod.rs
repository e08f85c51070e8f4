//! The values of a variable, as far as its tests tell them apart: for each pattern of outcomes one value that has it.

mod moments;
mod numbers;
mod texts;

pub(super) use moments::written;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::document::Value;

use super::Stop;
use super::space::{Key, Kind, Space, Test, TestForm};
use super::terms::Term;
use crate::criteria::evaluate::{Operated, is_missing, known_values};
use crate::criteria::model::{Field, FieldType};
use crate::criteria::syntax::{Argument, Literal, Operator};
use crate::criteria::time::{Moment, days_between};

/// Cells that one variable may have; more are not tried.
const MOST_CELLS: usize = 4096;

/// What the tests of a variable come to for a value, in their order.
pub(super) type Pattern = Vec<bool>;

/// Values that no test tells apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    /// One of them; null is missing. None where a pattern may be possible and no value of it is known.
    pub(super) value: Option<Value>,
    /// The least number among them.
    pub(super) low: f64,
    /// The greatest number among them.
    pub(super) high: f64,
}

/// All cells of a variable.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    /// The cells; those that make for small records first.
    pub(super) list: Vec<Cell>,
    /// For each test the cells in which it holds, a bit each.
    pub(super) holds: Vec<Vec<u64>>,
    /// Whether every value lies in one of them.
    pub(super) complete: bool,
    /// Whether the variable holds several values, each of which lies in a cell, or none. A test holds if it does for
    /// any of them.
    pub(super) several: bool,
    /// Whether there may be no value.
    pub(super) may_be_none: bool,
}

/// A value, or a pattern of which no value is known.
pub(super) enum Candidate {
    Value(Value),
    Interval(f64, f64, f64),
    Pattern(Pattern),
}

impl<'a> Space<'a> {
    /// Finds the cells of every variable.
    pub(super) fn fill_cells(&mut self) -> Result<(), Stop> {
        for variable in 0..self.variables.len() {
            let cells = self.cells(variable)?;
            self.variables[variable].cells = cells;
        }
        Ok(())
    }

    fn cells(&mut self, variable: usize) -> Result<Cells, Stop> {
        let (candidates, complete) = self.candidates(variable)?;
        if !self.is_multiple(variable) && candidates.iter().any(|one| matches!(one, Candidate::Interval(..))) {
            return self.number_cells(variable, candidates);
        }
        let tests = self.variables[variable].tests.len();
        let ordered = self.orders.iter().any(|(less, more)| *less == variable || *more == variable);
        let several = self.is_multiple(variable);
        let mut cells = Cells { holds: vec![Vec::new(); tests], complete, several, ..Cells::default() };
        let mut seen: BTreeSet<Pattern> = BTreeSet::new();
        let mut abstracts = Vec::new();
        for candidate in candidates {
            let (value, low, high) = match candidate {
                Candidate::Value(value) => (value, f64::NEG_INFINITY, f64::INFINITY),
                Candidate::Interval(low, high, number) => (number_value(number), low, high),
                Candidate::Pattern(pattern) => {
                    abstracts.push(pattern);
                    continue;
                }
            };
            if several && value.is_null() {
                cells.may_be_none = true;
                continue;
            }
            let pattern = self.pattern(variable, &value)?;
            if seen.insert(pattern.clone()) || ordered {
                cells.push(Cell { value: Some(value), low, high }, &pattern);
            }
        }
        for pattern in abstracts {
            if seen.insert(pattern.clone()) {
                cells.push(Cell { value: None, low: f64::NEG_INFINITY, high: f64::INFINITY }, &pattern);
            }
        }
        Ok(cells)
    }

    /// The cells of a number. A bound holds on one side of a point, so few cells have to be asked.
    fn number_cells(&self, variable: usize, candidates: Vec<Candidate>) -> Result<Cells, Stop> {
        let data = &self.variables[variable];
        let endless = (f64::NEG_INFINITY, f64::INFINITY);
        let cells = candidates.into_iter().filter_map(|candidate| match candidate {
            Candidate::Interval(low, high, number) => Some(Cell { value: Some(number_value(number)), low, high }),
            Candidate::Value(value) => Some(Cell { value: Some(value), low: endless.0, high: endless.1 }),
            Candidate::Pattern(_) => None,
        });
        let list: Vec<Cell> = cells.collect();
        let number = |cell: &Cell| cell.value.as_ref().and_then(Value::as_f64);
        let mut sorted: Vec<(f64, usize)> =
            list.iter().enumerate().filter_map(|(index, cell)| Some((number(cell)?, index))).collect();
        sorted.sort_by(|left, right| left.0.total_cmp(&right.0));
        let words = list.len().div_ceil(64);
        let mut cells = Cells { list, holds: Vec::with_capacity(data.tests.len()), complete: true, ..Cells::default() };
        for test in &data.tests {
            let holds_at = |cell: usize| match &cells.list[cell].value {
                Some(value) => self.test_holds(&data.kind, test, value),
                None => Ok(false),
            };
            let mut holds = vec![0_u64; words];
            let mut mark = |cell: usize| holds[cell / 64] |= 1 << (cell % 64);
            match &test.form {
                TestForm::Known => sorted.iter().for_each(|(_, cell)| mark(*cell)),
                TestForm::Compare(operator, _) if operator.is_bound() => {
                    let rising = matches!(operator, Operator::AtLeast | Operator::MoreThan);
                    let (mut low, mut high) = (0, sorted.len());
                    while low < high {
                        let middle = low + (high - low) / 2;
                        if holds_at(sorted[middle].1)? == rising { high = middle } else { low = middle + 1 }
                    }
                    let side = if rising { &sorted[low..] } else { &sorted[..low] };
                    side.iter().for_each(|(_, cell)| mark(*cell));
                }
                TestForm::Compare(_, argument) if !literals(argument).is_empty() => {
                    for literal in literals(argument) {
                        let Literal::Number(wanted) = literal else { continue };
                        if let Ok(place) = sorted.binary_search_by(|(number, _)| order(*number, *wanted))
                            && holds_at(sorted[place].1)?
                        {
                            mark(sorted[place].1);
                        }
                    }
                }
                _ => {
                    for (_, cell) in &sorted {
                        if holds_at(*cell)? {
                            mark(*cell);
                        }
                    }
                }
            }
            self.budget.pay(words)?;
            cells.holds.push(holds);
        }
        Ok(cells)
    }

    fn is_multiple(&self, variable: usize) -> bool {
        match &self.variables[variable].kind {
            Kind::Field { declared, .. } => declared.iter().any(|(_, field)| field.multiple),
            _ => false,
        }
    }

    /// What the tests of a variable come to for a value.
    pub(super) fn pattern(&self, variable: usize, value: &Value) -> Result<Pattern, Stop> {
        let data = &self.variables[variable];
        data.tests.iter().map(|test| self.test_holds(&data.kind, test, value)).collect()
    }

    fn test_holds(&self, kind: &Kind, test: &Test, value: &Value) -> Result<bool, Stop> {
        // Dates and texts take about so many times what a look at a formula takes.
        self.budget.pay(8)?;
        let model = self.models[test.model];
        let moment = || value.as_str().and_then(Moment::parse);
        Ok(match &test.form {
            TestForm::Known => !is_missing(Some(value)),
            TestForm::Holds => value.as_bool().unwrap_or_default(),
            TestForm::Compare(operator, argument) => {
                let operated = Operated { field: field_of(kind, test.model), values: known_values(Some(value)) };
                self.evaluator(test.model).satisfies(&operated, *operator, argument)?
            }
            TestForm::Days(terms, operator, argument) => match moment() {
                Some(moment) => self.days_satisfy(&terms.0, &terms.1, Some(moment), *operator, argument, test.model)?,
                None => false,
            },
            TestForm::Within(reach) => {
                let end = |term: &Option<Term>| match term {
                    None => Some(None),
                    Some(term) => term.moment(None, &self.clocks[test.model], model.zone()).map(Some),
                };
                let ends = end(&reach.from).zip(end(&reach.to));
                let inside = ends.zip(moment());
                inside.is_some_and(|((from, to), moment)| moment.is_within(from, to, reach.ends, model.zone()))
            }
            TestForm::Exists => {
                let now = Moment::Instant(self.clocks[test.model].now);
                moment().is_none_or(|moment| moment.compare(now, model.zone()).is_le())
            }
        })
    }

    /// Whether the days between two terms compare so, where the variable that they rest on has this value.
    pub(super) fn days_satisfy(
        &self,
        from: &Term,
        to: &Term,
        value: Option<Moment>,
        operator: Operator,
        argument: &Argument,
        model: usize,
    ) -> Result<bool, Stop> {
        let (clock, zone) = (&self.clocks[model], self.models[model].zone());
        match from.moment(value, clock, zone).zip(to.moment(value, clock, zone)) {
            Some((from, to)) => {
                self.number_satisfies(f64::from(days_between(from, to, zone)), operator, argument, model)
            }
            None => Ok(false),
        }
    }

    /// Whether a number compares so.
    pub(super) fn number_satisfies(
        &self,
        number: f64,
        operator: Operator,
        argument: &Argument,
        model: usize,
    ) -> Result<bool, Stop> {
        Ok(self.evaluator(model).satisfies(&Operated::number(Some(number)), operator, argument)?)
    }

    /// Values to try for a variable, and whether they are all that the tests can tell apart.
    fn candidates(&mut self, variable: usize) -> Result<(Vec<Candidate>, bool), Stop> {
        let missing = || Candidate::Value(Value::Null);
        let kind = self.variables[variable].kind.clone();
        let (declared, missing_too) = match kind {
            Kind::Truth => {
                let absent_first = matches!(self.variables[variable].key, Key::Present(_) | Key::Scored(..));
                let both = [!absent_first, absent_first];
                return Ok((both.into_iter().map(|truth| Candidate::Value(Value::from(truth))).collect(), true));
            }
            Kind::Number(whole, low, high) => {
                return Ok((numbers::cells(self.numbers(variable), whole, low, high), true));
            }
            Kind::RowId => {
                let mut candidates = vec![missing()];
                candidates.extend(self.identifiers(variable)?);
                return Ok((candidates, true));
            }
            Kind::Field { declared, missing } => (declared, missing),
        };
        let optional = missing_too || declared.iter().any(|(_, field)| field.optional);
        let mut candidates: Vec<Candidate> = if optional { vec![missing()] } else { Vec::new() };
        let Some((_, first)) = declared.first() else { return Err(Stop::Theory) };
        let complete = match first.field_type {
            FieldType::Boolean => {
                candidates.extend([true, false].map(|truth| Candidate::Value(Value::from(truth))));
                true
            }
            FieldType::Enumeration | FieldType::Band => {
                let mut values: Vec<&str> = Vec::new();
                for value in declared.iter().flat_map(|(_, field)| &field.values) {
                    if !values.contains(&value.as_str()) {
                        values.push(value);
                    }
                }
                let complete = !values.is_empty();
                candidates.extend(values.into_iter().map(|value| Candidate::Value(Value::from(value))));
                complete
            }
            FieldType::Number | FieldType::Money | FieldType::Integer => {
                let whole = first.field_type == FieldType::Integer;
                candidates.extend(numbers::cells(self.numbers(variable), whole, None, None));
                true
            }
            FieldType::Id => {
                candidates.extend(self.identifiers(variable)?);
                true
            }
            FieldType::Text => {
                let (texts, complete) = self.texts(variable)?;
                candidates.extend(texts);
                complete
            }
            FieldType::Date | FieldType::Instant => {
                let (moments, complete) = self.moments(variable, first.field_type)?;
                candidates.extend(moments.into_iter().map(Candidate::Value));
                complete
            }
        };
        if candidates.len() > MOST_CELLS {
            return Err(Stop::Theory);
        }
        Ok((candidates, complete))
    }

    /// The numbers that a variable is compared with.
    fn numbers(&self, variable: usize) -> Vec<f64> {
        let literals = self.variables[variable].tests.iter().flat_map(|test| match &test.form {
            TestForm::Compare(_, argument) => literals(argument),
            _ => &[],
        });
        literals
            .filter_map(|literal| if let Literal::Number(number) = literal { Some(*number) } else { None })
            .collect()
    }

    /// Ids that a variable is compared with, and one that it is not.
    fn identifiers(&self, variable: usize) -> Result<Vec<Candidate>, Stop> {
        let mut ids: Vec<String> = Vec::new();
        for test in &self.variables[variable].tests {
            let TestForm::Compare(_, argument) = &test.form else { continue };
            ids.extend(self.texts_of(argument, test.model).map(str::to_owned));
        }
        self.budget.pay(ids.len())?;
        ids.sort_unstable();
        ids.dedup();
        let other = fresh(|id| ids.iter().all(|known| known != id));
        ids.insert(0, other);
        Ok(ids.into_iter().filter(|id| !id.trim().is_empty()).map(|id| Candidate::Value(Value::from(id))).collect())
    }

    /// The texts that an argument holds, those of a list included.
    fn texts_of<'t>(&'t self, argument: &'t Argument, model: usize) -> impl Iterator<Item = &'t str> {
        let listed = match argument {
            Argument::List(id) => self.models[model].list(id).map_or(&[][..], |list| list.items.as_slice()),
            _ => &[],
        };
        let written = literals(argument).iter().filter_map(|literal| match literal {
            Literal::Text(text) => Some(text.as_str()),
            _ => None,
        });
        written.chain(listed.iter().map(String::as_str))
    }
}

impl Cells {
    fn push(&mut self, cell: Cell, pattern: &[bool]) {
        let (word, bit) = (self.list.len() / 64, self.list.len() % 64);
        self.list.push(cell);
        for (holds, truth) in self.holds.iter_mut().zip(pattern) {
            holds.resize(word + 1, 0);
            holds[word] |= u64::from(*truth) << bit;
        }
    }

    /// Whether a test holds in a cell.
    pub(super) fn holds(&self, test: usize, cell: usize) -> bool {
        self.holds[test][cell / 64] >> (cell % 64) & 1 == 1
    }
}

fn field_of<'k>(kind: &'k Kind, model: usize) -> Cow<'k, Field> {
    match kind {
        Kind::Field { declared, .. } => {
            let own = declared.iter().find(|(of, _)| *of == model).or(declared.first());
            own.map_or_else(|| Cow::Owned(Field::computed(FieldType::Text)), |(_, field)| Cow::Borrowed(*field))
        }
        Kind::Number(..) => Cow::Owned(Field::computed(FieldType::Number)),
        Kind::RowId => Cow::Owned(Field::computed(FieldType::Id)),
        Kind::Truth => Cow::Owned(Field::computed(FieldType::Boolean)),
    }
}

/// The order of numbers; zero has two signs and is one number.
fn order(left: f64, right: f64) -> Ordering {
    left.partial_cmp(&right).unwrap_or(Ordering::Equal)
}

/// The literals of an argument.
pub(super) fn literals(argument: &Argument) -> &[Literal] {
    match argument {
        Argument::Literal(literal) => std::slice::from_ref(literal),
        Argument::Literals(literals) => literals,
        Argument::List(_) | Argument::Known(_) => &[],
    }
}

/// A number as JSON writes it.
pub(super) fn number_value(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return Value::from(number as i64);
    }
    Value::from(number)
}

/// A word that is like no other.
fn fresh(is_free: impl Fn(&str) -> bool) -> String {
    let mut word = "other".to_owned();
    let mut round = 1_u32;
    while !is_free(&word) {
        round += 1;
        word = format!("other {round}");
    }
    word
}
