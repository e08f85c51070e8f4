//! Related rows that come to what was found for the aggregates over them.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Stop;
use super::build::object_at;
use super::compile::{Reading, declared};
use super::place::{Place, Root};
use super::search::{Outcome, State};
use super::space::{Group, Key, NodeId, Space, Test, TestForm};
use crate::criteria::model::Model;
use crate::criteria::syntax::{Argument, Function, Literal, Operator};

/// Rows that are written for one group; a record with more is no help to anybody.
const MOST_ROWS: f64 = 400.0;

/// What an aggregate must come to.
#[derive(Clone, Debug)]
struct Demand {
    /// Rows, or different values, that are still needed.
    needed: f64,
    /// Rows that it may still take.
    room: f64,
    /// The value that its rows must bring forth.
    value: Option<Value>,
}

/// What is asked of a field of a new row.
enum Ask<'v> {
    /// It is this.
    Is(&'v Value),
    /// It is known and none of these.
    Other(&'v [Value]),
}

/// Writes rows of a group into the row that they belong to; says whether there are any that do.
pub(super) fn write(space: &Space, state: &State, group: usize, row: &mut Value, all: bool) -> Result<bool, Stop> {
    let data = &space.groups[group];
    let Some(mut demands) = demands(space, state, data) else { return Ok(false) };
    if demands.iter().all(|demand| demand.needed == 0.0) {
        return Ok(true);
    }
    let mut made: Vec<Value> = Vec::new();
    let mut order: Vec<usize> = (0..demands.len()).collect();
    // Values first; then the fewest, which the wider counts take as well.
    order.sort_by(|left, right| {
        let key = |index: usize| (demands[index].value.is_none(), demands[index].needed);
        key(*left).partial_cmp(&key(*right)).unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut maker = Maker { space, data, row, all };
    for index in order {
        let function = data.uses[index].aggregate.function;
        let mut used: Vec<Value> = Vec::new();
        while demands[index].needed > 0.0 {
            let Some((new, taken)) = maker.row_for(index, &demands, &used)? else { return Ok(false) };
            let copies = if function == Function::Count { copies(index, &demands, &taken) } else { 1.0 };
            if let Some(value) = data.uses[index].aggregate.target.field.as_ref().and_then(|field| new.get(field)) {
                used.push(value.clone());
            }
            for (other, demand) in demands.iter_mut().enumerate() {
                let counts = data.uses[other].aggregate.function == Function::Count || other == index;
                if taken[other] && counts {
                    demand.needed = (demand.needed - copies).max(0.0);
                }
                if taken[other] {
                    demand.room -= copies;
                }
            }
            let mut left = copies;
            while left > 0.0 {
                made.push(new.clone());
                left -= 1.0;
            }
            if copies < 1.0 {
                return Ok(false);
            }
        }
    }
    let model = space.model(data.uses.first().map_or(0, |used| used.frame.model));
    Ok(insert(row, data, made, model))
}

/// What every aggregate over a group must come to; nothing where that is too much to write.
fn demands(space: &Space, state: &State, group: &Group) -> Option<Vec<Demand>> {
    let full = State::full(space, false);
    let mut least: Vec<(usize, f64)> = Vec::new();
    let mut demands = Vec::new();
    for used in &group.uses {
        let cells = &space.variables[used.variable].cells.list;
        let mut cell = state.cells(used.variable).map(|cell| &cells[cell]);
        let narrowed = !state.same(&full, used.variable);
        let endless = f64::INFINITY;
        let demand = if space.is_count(used.variable) && used.aggregate.function != Function::Sum {
            let fewest = cell.min_by(|left, right| left.low.total_cmp(&right.low))?;
            let most = if narrowed { fewest.high } else { endless };
            least.push((used.variable, fewest.low));
            let room = if used.aggregate.function == Function::Count { most } else { endless };
            Demand { needed: if narrowed { fewest.low } else { 0.0 }, room, value: None }
        } else if !narrowed {
            Demand { needed: 0.0, room: endless, value: None }
        } else {
            match cell.next()?.value.clone()? {
                Value::Null => Demand { needed: 0.0, room: 0.0, value: None },
                zero if used.aggregate.function == Function::Sum && zero == json!(0) => {
                    Demand { needed: 0.0, room: endless, value: None }
                }
                value => Demand { needed: 1.0, room: endless, value: Some(value) },
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

/// Makes rows that aggregates take.
struct Maker<'m, 'a> {
    space: &'m Space<'a>,
    data: &'m Group<'a>,
    row: &'m Value,
    all: bool,
}

impl<'a> Maker<'_, 'a> {
    /// A row that an aggregate takes and, if possible, no aggregate that needs none; and who takes it.
    fn row_for(
        &mut self,
        index: usize,
        demands: &[Demand],
        used: &[Value],
    ) -> Result<Option<(Value, Vec<bool>)>, Stop> {
        let others = |strict: bool| -> Vec<(usize, bool)> {
            let refuse = |demand: &Demand| demand.room <= 0.0 || strict && demand.needed == 0.0;
            let refused = demands.iter().enumerate().filter(|(other, demand)| *other != index && refuse(demand));
            std::iter::once((index, true)).chain(refused.map(|(other, _)| (other, false))).collect()
        };
        for (strict, alike) in [(true, false), (false, true), (false, false)] {
            let mut asks: Vec<(usize, Ask)> = Vec::new();
            if let Some(value) = &demands[index].value {
                asks.push((index, Ask::Is(value)));
            }
            if self.data.uses[index].aggregate.function == Function::CountDistinct {
                asks.push((index, Ask::Other(used)));
            }
            if alike {
                for (other, demand) in demands.iter().enumerate().filter(|(other, _)| *other != index) {
                    if let Some(value) = &demand.value
                        && self.data.uses[other].aggregate.function != Function::Sum
                    {
                        asks.push((other, Ask::Is(value)));
                    }
                }
            }
            if let Some(new) = self.solve(&others(strict), &asks)? {
                let taken = self.taken(&new)?;
                return Ok(taken[index].then_some((new, taken)));
            }
        }
        Ok(None)
    }

    fn root(&self) -> usize {
        self.space.roots.len()
    }

    /// A row that these aggregates take, or do not, with these fields.
    fn solve(&self, wants: &[(usize, bool)], asks: &[(usize, Ask)]) -> Result<Option<Value>, Stop> {
        let root = self.root();
        let mut space = self.space.beside(self.data.place.root, self.row, Root::Open);
        let model = self.data.uses.first().map_or(0, |used| used.frame.model);
        space.see_row(root, self.data.entity, model);
        let mut wanted: Vec<(NodeId, bool)> = Vec::new();
        for (index, truth) in wants {
            let used = &self.data.uses[*index];
            wanted.push((space.taken(used.aggregate, &used.frame, root)?, *truth));
        }
        for (index, ask) in asks {
            let used = &self.data.uses[*index];
            let timed = matches!(used.aggregate.function, Function::First | Function::Latest);
            if let Some(dated_by) = self.data.entity.dated_by.as_ref().filter(|_| timed)
                && let Some(known) = self.field_test(&mut space, root, model, dated_by, TestForm::Known)?
            {
                wanted.push((known, true));
            }
            let Some(field) = &used.aggregate.target.field else { continue };
            let (form, truth) = match ask {
                Ask::Is(value) => (compare(Operator::Equals, std::slice::from_ref(*value)), true),
                Ask::Other(values) => {
                    if let Some(known) = self.field_test(&mut space, root, model, field, TestForm::Known)? {
                        wanted.push((known, true));
                    }
                    (compare(Operator::OneOf, values), false)
                }
            };
            if let Some(test) = self.field_test(&mut space, root, model, field, form)? {
                wanted.push((test, truth));
            }
        }
        space.close()?;
        let mut found = None;
        let outcome = space.search(&wanted, false, &mut |state, asked| {
            let mut small = state.clone();
            space.loosen(&mut small, asked)?;
            let built = if self.all { space.build(state, root, true)? } else { space.build(&small, root, false)? };
            found = built.map(|built| built.row);
            Ok(found.is_some())
        })?;
        Ok(found.filter(|_| outcome == Outcome::Accepted))
    }

    fn field_test(
        &self,
        space: &mut Space<'a>,
        root: usize,
        model: usize,
        field: &str,
        form: TestForm<'a>,
    ) -> Result<Option<NodeId>, Stop> {
        let Some(definition) = self.data.entity.fields.get(field) else { return Ok(None) };
        let key = Key::Field(Place::root(root), field.to_owned());
        let variable = space.variable(key, declared(model, definition, false))?;
        if form == TestForm::Known {
            let visible = space.constant(true);
            return Ok(Some(space.known(Reading { visible, variable }, model)));
        }
        Ok(Some(space.test(variable, Test { model, form })))
    }

    /// Which aggregates take a row.
    fn taken(&self, new: &Value) -> Result<Vec<bool>, Stop> {
        let known = Root::Known(std::rc::Rc::new(new.clone()));
        let mut space = self.space.beside(self.data.place.root, self.row, known);
        let root = self.root();
        let mut taken = Vec::new();
        for used in &self.data.uses {
            let node = space.taken(used.aggregate, &used.frame, root)?;
            taken.push(space.nodes[node] == super::space::Node::Constant(true));
        }
        Ok(taken)
    }
}

/// A comparison with JSON values.
fn compare<'a>(operator: Operator, values: &[Value]) -> TestForm<'a> {
    let literals = values.iter().filter_map(|value| match value {
        Value::String(text) => Some(Literal::Text(text.clone())),
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
            let mut nested = rows.into_iter().map(|row| rest.iter().rev().fold(row, |row, step| json!({step: row})));
            if last_many.is_none() {
                if let Some(only) = nested.next() {
                    here.insert(step.clone(), only);
                }
                return nested.next().is_none();
            }
            let Some(array) = here.entry(step.clone()).or_insert_with(|| json!([])).as_array_mut() else {
                return false;
            };
            array.extend(nested);
            return true;
        }
        let next = here.entry(step.clone()).or_insert_with(|| if many[index] { json!([{}]) } else { json!({}) });
        let next = match next {
            Value::Array(items) => items.first_mut().and_then(Value::as_object_mut),
            other => other.as_object_mut(),
        };
        let Some(next) = next else { return false };
        here = next;
    }
    false
}
