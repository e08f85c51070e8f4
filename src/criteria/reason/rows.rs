//! Related rows that come to what was found for the aggregates over them.

use std::borrow::Cow;
use std::rc::Rc;

use crate::document::Value;
use jiff::ToSpan;

use super::Stop;
use super::cells::{number_value, written};
use super::compile::declared;
use super::json::{empty, extend, holding, member, object_at};
use super::place::{Place, Root};
use super::search::{Outcome, State};
use super::space::{Group, Key, NodeId, Space, Test, TestForm};
use crate::criteria::evaluate::is_missing;
use crate::criteria::model::Model;
use crate::criteria::number;
use crate::criteria::scores::Scores;
use crate::criteria::syntax::{Argument, Function, Literal, Operator};
use crate::criteria::time::Moment;

/// Rows that are written for one group; a record with more is no help to anybody.
const MOST_ROWS: f64 = 400.0;

/// How rows are written.
pub(super) struct Writing<'w> {
    /// The scores that are stated.
    pub(super) scores: &'w Rc<Scores>,
    /// Whether all values that criteria read are written.
    pub(super) all: bool,
}

/// What an aggregate must come to.
#[derive(Clone, Debug)]
struct Demand {
    /// Rows, or different values, that are still needed.
    needed: f64,
    /// Rows that it may still take.
    room: f64,
    /// Whether one row must bring forth its value.
    valued: bool,
}

/// What is asked of a field of a new row.
enum Ask<'v> {
    /// It comes out in every test as the aggregate does.
    Like,
    /// It is this.
    Is(&'v Value),
    /// It adds nothing to a sum.
    Nothing,
    /// It is known and none of these.
    Other(&'v [Value]),
}

/// Writes rows of a group into the row that they belong to; says whether there are any that do.
pub(super) fn write(
    space: &Space,
    state: &State,
    group: usize,
    row: &mut Value,
    writing: &Writing,
) -> Result<bool, Stop> {
    let data = &space.groups[group];
    let Some(mut demands) = demands(space, state, data) else { return Ok(false) };
    let mut made: Vec<Value> = Vec::new();
    let mut order: Vec<usize> = (0..demands.len()).collect();
    // Values first, sums after the others; then the fewest, and of as many those that others take as well.
    order.sort_by(|left, right| {
        let key = |index: usize| {
            let used = &data.uses[index];
            let wider = space.orders.iter().filter(|(_, more)| *more == used.variable).count();
            let sums = used.aggregate.function == Function::Sum;
            (!demands[index].valued, sums, demands[index].needed, wider)
        };
        key(*left).partial_cmp(&key(*right)).unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut maker = Maker { space, state, data, row, writing };
    for index in order {
        let function = data.uses[index].aggregate.function;
        let mut used: Vec<Value> = Vec::new();
        while demands[index].needed > 0.0 {
            let sum = (function == Function::Sum).then(|| maker.left_of_sum(index, &made)).transpose()?.flatten();
            let Some(mut new) = maker.row_for(index, &demands, &used, sum.as_ref())? else { return Ok(false) };
            if new.serves.iter().any(|served| data.uses[*served].aggregate.function == Function::First) {
                earlier(&mut new.row, data);
            }
            let copies = if function == Function::Count { copies(index, &demands, &new.taken) } else { 1.0 };
            if copies < 1.0 {
                return Ok(false);
            }
            if let Some(value) = data.uses[index].aggregate.target.field.as_ref().and_then(|field| new.row.get(field)) {
                used.push(value.clone());
            }
            for (other, demand) in demands.iter_mut().enumerate() {
                if new.taken[other] {
                    demand.room -= copies;
                }
                if new.serves.contains(&other)
                    || new.taken[other] && data.uses[other].aggregate.function == Function::Count
                {
                    demand.needed = (demand.needed - copies).max(0.0);
                }
            }
            let mut left = copies;
            while left > 0.0 {
                made.push(new.row.clone());
                left -= 1.0;
            }
        }
    }
    if made.is_empty() {
        return Ok(true);
    }
    let model = space.model(data.uses.first().map_or(0, |used| used.frame.model));
    Ok(insert(row, data, made, model))
}

/// Moves a row that must be the first a minute back, before others of the same instant.
fn earlier(row: &mut Value, group: &Group) {
    let Some(dated_by) = &group.entity.dated_by else { return };
    if let Some(Moment::Instant(instant)) = row.get(dated_by).and_then(Value::as_str).and_then(Moment::parse)
        && let Ok(before) = instant.checked_sub(1.minute())
    {
        row.set(dated_by, written(Moment::Instant(before)));
    }
}

/// What every aggregate over a group must come to; nothing where that is too much to write.
fn demands(space: &Space, state: &State, group: &Group) -> Option<Vec<Demand>> {
    let full = State::full(space, false);
    let mut demands = Vec::new();
    for used in &group.uses {
        let cells = &space.variables[used.variable].cells.list;
        let mut cell = state.cells(used.variable).map(|cell| &cells[cell]);
        let endless = f64::INFINITY;
        let demand = if state.same(&full, used.variable) {
            Demand { needed: 0.0, room: endless, valued: false }
        } else if space.is_count(used.variable) && used.aggregate.function != Function::Sum {
            let mut possible: Vec<(f64, f64)> = cell.map(|cell| (cell.low, cell.high)).collect();
            possible.sort_by(|left, right| left.0.total_cmp(&right.0));
            let (fewest, mut most) = *possible.first()?;
            for (low, high) in possible {
                most = if low <= most + 1.0 { most.max(high) } else { most };
            }
            let counts = used.aggregate.function == Function::Count || most == 0.0;
            Demand { needed: fewest, room: if counts { most } else { endless }, valued: false }
        } else {
            let sums = used.aggregate.function == Function::Sum;
            let none = if sums { Value::from(0) } else { Value::Null };
            if cell.any(|cell| cell.value.as_ref() == Some(&none)) {
                Demand { needed: 0.0, room: if sums { endless } else { 0.0 }, valued: false }
            } else {
                Demand { needed: 1.0, room: endless, valued: true }
            }
        };
        demands.push(demand);
    }
    demands.iter().all(|demand| demand.needed <= MOST_ROWS).then_some(demands)
}

/// How many copies of a row are needed and fit.
fn copies(index: usize, demands: &[Demand], taken: &[bool]) -> f64 {
    let room = demands.iter().zip(taken).filter(|(_, taken)| **taken).map(|(demand, _)| demand.room);
    room.fold(demands[index].needed, f64::min)
}

/// A new row.
struct NewRow {
    row: Value,
    /// Which aggregates take it.
    taken: Vec<bool>,
    /// Whose value it brings forth.
    serves: Vec<usize>,
}

/// Makes rows that aggregates take.
struct Maker<'m, 'a> {
    space: &'m Space<'a>,
    state: &'m State,
    data: &'m Group<'a>,
    row: &'m Value,
    writing: &'m Writing<'m>,
}

impl<'a> Maker<'_, 'a> {
    /// A row that an aggregate takes. First one is tried that serves every value that is wanted, then one that only
    /// this aggregate takes, then one that changes no value of those that take it too.
    fn row_for(
        &mut self,
        index: usize,
        demands: &[Demand],
        used: &[Value],
        sum: Option<&Value>,
    ) -> Result<Option<NewRow>, Stop> {
        let valued: Vec<usize> = (0..demands.len()).filter(|other| demands[*other].valued).collect();
        let waiting: Vec<usize> =
            valued.iter().copied().filter(|other| *other != index && demands[*other].needed > 0.0).collect();
        for attempt in 0..4 {
            let mut wants = vec![(index, true)];
            let mut asks: Vec<(usize, Ask)> = Vec::new();
            let mut serves = vec![index];
            match sum {
                Some(value) => asks.push((index, Ask::Is(value))),
                None if demands[index].valued => asks.push((index, Ask::Like)),
                None => {}
            }
            if self.function(index) == Function::CountDistinct {
                asks.push((index, Ask::Other(used)));
            }
            if attempt == 0 {
                if waiting.is_empty() || !demands[index].valued {
                    continue;
                }
                serves.extend(&waiting);
                wants.extend(waiting.iter().map(|other| (*other, true)));
                asks.extend(waiting.iter().map(|other| (*other, Ask::Like)));
            }
            for (other, demand) in demands.iter().enumerate().filter(|(other, _)| !serves.contains(other)) {
                if demand.room <= 0.0 || attempt == 1 && (demand.needed == 0.0 || demand.valued) {
                    wants.push((other, false));
                }
            }
            if attempt == 2 {
                for other in valued.iter().filter(|other| !serves.contains(other)) {
                    let sums = self.function(*other) == Function::Sum;
                    asks.push((*other, if sums { Ask::Nothing } else { Ask::Like }));
                }
            }
            if let Some(row) = self.solve(&wants, &asks)? {
                let taken = self.taken(&row)?;
                return Ok(taken[index].then_some(NewRow { row, taken, serves }));
            }
        }
        Ok(None)
    }

    /// What is left of a sum that must come out, after the rows that were made.
    fn left_of_sum(&self, index: usize, made: &[Value]) -> Result<Option<Value>, Stop> {
        let used = &self.data.uses[index];
        let Some(field) = &used.aggregate.target.field else { return Ok(None) };
        let mut terms = Vec::new();
        for row in made {
            if let Some(term) = row.get(field).and_then(Value::as_f64)
                && self.taken(row)?[index]
            {
                terms.push(-term);
            }
        }
        let cells = &self.space.variables[used.variable].cells.list;
        let wanted = self.state.cells(used.variable).find_map(|cell| cells[cell].value.as_ref()?.as_f64());
        Ok(wanted.filter(|_| !terms.is_empty()).map(|wanted| {
            terms.push(wanted);
            number_value(number::sum(&terms))
        }))
    }

    fn function(&self, index: usize) -> Function {
        self.data.uses[index].aggregate.function
    }

    fn root(&self) -> usize {
        self.space.roots.len()
    }

    /// A row that these aggregates take, or do not, with these fields.
    fn solve(&self, wants: &[(usize, bool)], asks: &[(usize, Ask)]) -> Result<Option<Value>, Stop> {
        let root = self.root();
        let mut space = self.space.beside(self.data.place.root, self.row, self.writing.scores, Root::Open);
        let model = self.data.uses.first().map_or(0, |used| used.frame.model);
        space.see_row(root, self.data.entity, model);
        let mut wanted: Vec<(NodeId, bool)> = Vec::new();
        for (index, truth) in wants {
            let used = &self.data.uses[*index];
            let mut taken = space.taken(used.aggregate, &used.frame, root)?;
            if let Some(field) = used.aggregate.target.field.as_ref().filter(|_| !truth)
                && let Some((known, _)) = self.field_test(&mut space, root, model, field, (TestForm::Known, true))?
            {
                taken = space.both(taken, known);
            }
            wanted.push((taken, *truth));
        }
        for (index, ask) in asks {
            let used = &self.data.uses[*index];
            let timed = matches!(used.aggregate.function, Function::First | Function::Latest);
            if let Some(dated_by) = self.data.entity.dated_by.as_ref().filter(|_| timed) {
                wanted.extend(self.field_test(&mut space, root, model, dated_by, (TestForm::Known, true))?);
            }
            let Some(field) = &used.aggregate.target.field else { continue };
            let known = || (TestForm::Known, true);
            let forms = match ask {
                Ask::Like => {
                    let mut forms = self.outcomes(used.variable);
                    forms.push(known());
                    forms
                }
                Ask::Is(value) => vec![(compare(Operator::Equals, std::slice::from_ref(*value)), true)],
                Ask::Nothing => {
                    let optional = self.data.entity.fields.get(field).is_some_and(|field| field.optional);
                    let zero = [Value::from(0)];
                    vec![if optional { (TestForm::Known, false) } else { (compare(Operator::Equals, &zero), true) }]
                }
                Ask::Other(values) => vec![known(), (compare(Operator::OneOf, values), false)],
            };
            for form in forms {
                wanted.extend(self.field_test(&mut space, root, model, field, form)?);
            }
        }
        space.close()?;
        let mut found = None;
        let outcome = space.search(&wanted, false, &mut |state, asked| {
            let mut small = state.clone();
            space.loosen(&mut small, asked)?;
            let built =
                if self.writing.all { space.build(state, root, true)? } else { space.build(&small, root, false)? };
            found = built.map(|built| built.row);
            Ok(found.is_some())
        })?;
        Ok(found.filter(|_| outcome == Outcome::Accepted))
    }

    /// How the tests of a variable come out that are settled.
    fn outcomes(&self, variable: usize) -> Vec<(TestForm<'a>, bool)> {
        let tests = self.space.variables[variable].tests.iter().enumerate();
        let settled = |test: usize| self.space.test_value(self.state, variable, test);
        tests.filter_map(|(index, test)| Some((test.form.clone(), settled(index)?))).collect()
    }

    /// That a test of a field of the new row comes out so.
    fn field_test(
        &self,
        space: &mut Space<'a>,
        root: usize,
        model: usize,
        field: &str,
        (form, truth): (TestForm<'a>, bool),
    ) -> Result<Option<(NodeId, bool)>, Stop> {
        let Some(definition) = self.data.entity.fields.get(field) else { return Ok(None) };
        let key = Key::Field(Place::root(root), field.to_owned());
        let variable = space.variable(key, declared(model, definition, false))?;
        Ok(Some((space.test(variable, Test { model, form }), truth)))
    }

    /// Which aggregates take a row.
    fn taken(&self, new: &Value) -> Result<Vec<bool>, Stop> {
        let known = Root::Known(Rc::new(new.clone()));
        let mut space = self.space.beside(self.data.place.root, self.row, self.writing.scores, known);
        let root = self.root();
        let mut taken = Vec::new();
        for used in &self.data.uses {
            let node = space.taken(used.aggregate, &used.frame, root)?;
            let valued = used.aggregate.target.field.as_ref().is_none_or(|field| !is_missing(new.get(field)));
            taken.push(valued && space.nodes[node] == super::space::Node::Constant(true));
        }
        Ok(taken)
    }
}

/// A comparison with JSON values.
fn compare<'a>(operator: Operator, values: &[Value]) -> TestForm<'a> {
    let literals = values.iter().filter_map(|value| match value {
        Value::String(text) => Some(Literal::Text(text.as_str().to_owned())),
        Value::Number(number) => number.as_f64().map(Literal::Number),
        Value::Bool(truth) => Some(Literal::Boolean(*truth)),
        _ => None,
    });
    let mut literals: Vec<Literal> = literals.collect();
    let argument = match (operator, literals.len()) {
        (Operator::Equals, 1) => Argument::Literal(literals.remove(0)),
        _ => Argument::Literals(literals),
    };
    TestForm::Compare(operator, Cow::Owned(argument))
}

/// Nests rows under the relations that lead to them; says whether there was room.
fn insert(row: &mut Value, group: &Group, rows: Vec<Value>, model: &Model) -> bool {
    let Some(mut here) = object_at(row, &group.place.steps) else { return false };
    let mut entity = None;
    // The entity at the start is the one whose relations lead on; it is found from the end of the way.
    let starts = model.entity_ids().filter_map(|id| model.entity(id));
    for start in starts {
        let mut end = Some(start);
        for step in &group.steps {
            end = end.and_then(|end| model.entity(&end.relations.get(step)?.to));
        }
        if end.is_some_and(|end| end.id == group.entity.id) {
            entity = Some(start);
            break;
        }
    }
    let mut many = Vec::new();
    for step in &group.steps {
        let relation = entity.and_then(|entity| entity.relations.get(step));
        many.push(relation.is_some_and(|relation| relation.many));
        entity = relation.and_then(|relation| model.entity(&relation.to));
    }
    let last_many = many.iter().rposition(|many| *many);
    for (index, step) in group.steps.iter().enumerate() {
        let rest = &group.steps[index + 1..];
        if Some(index) == last_many || last_many.is_none() && rest.is_empty() {
            let mut nested = rows.into_iter().map(|row| rest.iter().rev().fold(row, |row, step| holding(step, row)));
            if last_many.is_none() {
                if let Some(only) = nested.next() {
                    here.set(step, only);
                }
                return nested.next().is_none();
            }
            return member(here, step, || Value::from(Vec::<Value>::new())).is_some_and(|array| extend(array, nested));
        }
        let new = || if many[index] { Value::from(vec![empty()]) } else { empty() };
        let Some(next) = member(here, step, new) else { return false };
        here = match next {
            Value::Array(items) if items.is_empty() => return false,
            Value::Array(items) => &mut items[0],
            other => other,
        };
    }
    false
}
