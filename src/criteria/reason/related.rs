//! What links aggregates: the values of the subject that their conditions read, and rows that several of them take.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Stop;
use super::compile::{Reading, declared};
use super::place::{Frame, Place};
use super::space::{Key, Kind, Node, NodeId, Space, Test, TestForm, Use};
use crate::criteria::syntax::{Aggregate, Argument, Function, Literal, Operator};

/// Tests of the subject's values inside one condition on rows that are told apart.
const MOST_OUTER_TESTS: usize = 6;

impl<'a> Space<'a> {
    /// Which rows of a group an aggregate takes, as formulas of the group's space: one for each way in which the
    /// values outside the row come out that the condition reads, with the formula that says so.
    pub(super) fn rows_of(
        &mut self,
        group: usize,
        aggregate: &'a Aggregate,
        frame: &Rc<Frame>,
    ) -> Result<Vec<(NodeId, NodeId)>, Stop> {
        let root = self.roots.len();
        let rows = self.groups[group].space.taken(aggregate, frame, root)?;
        let mut outer: Vec<(NodeId, NodeId)> = Vec::new();
        for node in self.groups[group].space.tests_in(rows) {
            let Node::Test(variable, test) = self.groups[group].space.nodes[node] else { continue };
            if let Some(own) = self.lifted(group, variable, test, root)? {
                outer.push((node, own));
            }
        }
        let sure = self.constant(true);
        let mut ways = vec![(sure, rows)];
        if outer.len() > MOST_OUTER_TESTS {
            return Ok(ways);
        }
        for (inner, own) in outer {
            let opposite = self.not(own);
            let mut further = Vec::new();
            for (condition, rows) in ways {
                for (truth, side) in [(true, own), (false, opposite)] {
                    self.budget.pay(self.groups[group].space.nodes.len())?;
                    let rows = self.groups[group].space.replaced(rows, inner, truth, &mut BTreeMap::new());
                    further.push((self.both(condition, side), rows));
                }
            }
            ways = further;
        }
        Ok(ways)
    }

    /// The tests in a formula, each once.
    fn tests_in(&self, node: NodeId) -> Vec<NodeId> {
        let (mut open, mut seen, mut tests) = (vec![node], vec![false; self.nodes.len()], Vec::new());
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            match &self.nodes[node] {
                Node::Constant(_) => {}
                Node::Test(..) => tests.push(node),
                Node::Not(inner) => open.push(*inner),
                Node::Count(_, parts) => open.extend(parts),
            }
        }
        tests.sort_unstable();
        tests
    }

    /// A test of a group's space as a test of this space, if it is about a row of this space.
    fn lifted(&mut self, group: usize, variable: usize, test: usize, root: usize) -> Result<Option<NodeId>, Stop> {
        let inner = &self.groups[group].space.variables[variable];
        let (key, kind, test) = (inner.key.clone(), inner.kind.clone(), inner.tests[test].clone());
        let plain = matches!(test.form, TestForm::Known | TestForm::Holds | TestForm::Compare(..));
        let place = match &key {
            Key::Present(place) | Key::Field(place, _) | Key::RowId(place, _) => Some(place.clone()),
            Key::Scored(place, _) | Key::Score(place, ..) => place.clone(),
            Key::Days(..) | Key::Window(_) | Key::Rows(..) => return Ok(None),
        };
        if !plain || place.as_ref().is_some_and(|place| place.root == root) {
            return Ok(None);
        }
        if let (Key::Present(place), Some(known)) = (&key, place) {
            let row = self.groups[group].space.rows.iter().find(|(row, ..)| *row == known);
            if let Some((_, entity, model, _)) = row.cloned() {
                return Ok(Some(self.present(place, entity, model)?));
            }
        }
        let variable = self.variable(key, kind)?;
        Ok(Some(self.test(variable, test)))
    }

    /// A formula with a truth in the place of a test.
    fn replaced(&mut self, node: NodeId, test: NodeId, truth: bool, done: &mut BTreeMap<NodeId, NodeId>) -> NodeId {
        if node == test {
            return self.constant(truth);
        }
        if let Some(known) = done.get(&node) {
            return *known;
        }
        let new = match self.nodes[node].clone() {
            Node::Constant(_) | Node::Test(..) => node,
            Node::Not(inner) => {
                let inner = self.replaced(inner, test, truth, done);
                self.not(inner)
            }
            Node::Count(least, parts) => {
                let parts = parts.into_iter().map(|part| self.replaced(part, test, truth, done)).collect();
                self.count(least, parts)
            }
        };
        done.insert(node, new);
        new
    }

    /// What is known of aggregates over the same rows: who takes more rows counts no fewer, and where there is a first
    /// value or a greatest, there is a row.
    pub(super) fn relate_groups(&mut self) -> Result<(), Stop> {
        for index in 0..self.groups.len() {
            let uses = self.groups[index].uses.clone();
            let mut taken = Vec::new();
            let mut valued = Vec::new();
            for used in &uses {
                taken.push(self.with_value(index, used)?);
                valued.push(self.value_tests(index, used)?);
            }
            self.groups[index].space.close()?;
            self.latest_day = self.groups[index].space.latest_day.max(self.latest_day);
            for (at, used) in uses.iter().enumerate() {
                if used.aggregate.function == Function::Count && !self.possible_row(index, &[(used.rows, true)])? {
                    self.bound(used.variable, 0.0);
                }
                for (other_at, other) in uses.iter().enumerate() {
                    if at == other_at {
                        continue;
                    }
                    if !self.possible_row(index, &[(taken[at], true), (taken[other_at], false)])? {
                        self.order(index, used, other);
                        self.evidence(used, other);
                    }
                    for (own, row) in &valued[at] {
                        if !self.possible_row(index, &[(taken[at], true), (*row, true), (taken[other_at], false)])? {
                            let held = self.some(other);
                            self.follows(*own, held);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The rows from which an aggregate takes a value.
    fn with_value(&mut self, group: usize, used: &Use<'a>) -> Result<NodeId, Stop> {
        let timed = matches!(used.aggregate.function, Function::First | Function::Latest);
        let entity = self.groups[group].entity;
        let mut rows = used.rows;
        let dated_by = entity.dated_by.as_ref().filter(|_| timed);
        for id in used.aggregate.target.field.iter().chain(dated_by) {
            if let Some(known) = self.row_test(group, used, id, TestForm::Known)? {
                rows = self.groups[group].space.both(rows, known);
            }
        }
        Ok(rows)
    }

    /// A test of a field of the rows of a group.
    fn row_test(
        &mut self,
        group: usize,
        used: &Use<'a>,
        field: &str,
        form: TestForm<'a>,
    ) -> Result<Option<NodeId>, Stop> {
        let (root, model) = (self.roots.len(), used.frame.model);
        let group = &mut self.groups[group];
        let Some(definition) = group.entity.fields.get(field) else { return Ok(None) };
        let key = Key::Field(Place::root(root), field.to_owned());
        let variable = group.space.variable(key, declared(model, definition, false))?;
        Ok(Some(group.space.test(variable, Test { model, form })))
    }

    /// What is asked of the value of one row: each outcome here, and what it says of a row that has the value.
    fn value_tests(&mut self, group: usize, used: &Use<'a>) -> Result<Vec<(NodeId, NodeId)>, Stop> {
        let one = matches!(used.aggregate.function, Function::First | Function::Latest | Function::Min | Function::Max);
        let Some(field) = used.aggregate.target.field.as_ref().filter(|_| one) else { return Ok(Vec::new()) };
        if self.groups[group].entity.fields.get(field).is_none_or(|field| field.multiple) {
            return Ok(Vec::new());
        }
        let known = self.known_use(used);
        let mut found = Vec::new();
        for test in self.variables[used.variable].tests.clone() {
            if !matches!(test.form, TestForm::Compare(..)) {
                continue;
            }
            let Some(row) = self.row_test(group, used, field, test.form.clone())? else { continue };
            let own = self.test(used.variable, test);
            let (opposite, other_row) = (self.not(own), self.groups[group].space.not(row));
            let known_and_not = self.both(known, opposite);
            found.push((own, row));
            found.push((known_and_not, other_row));
        }
        Ok(found)
    }

    /// That an aggregate over rows has a value.
    fn known_use(&mut self, used: &Use<'a>) -> NodeId {
        let visible = self.constant(true);
        self.known(Reading { visible, variable: used.variable }, used.frame.model)
    }

    /// That there is a row from which an aggregate takes a value; true where that cannot be said.
    fn some(&mut self, used: &Use<'a>) -> NodeId {
        match used.aggregate.function {
            Function::Count | Function::CountDistinct => self.number_test(used, Operator::AtLeast, 1.0),
            Function::Sum => self.constant(true),
            _ => self.known_use(used),
        }
    }

    /// Where the one aggregate has a value, the other has.
    fn evidence(&mut self, used: &Use<'a>, other: &Use<'a>) {
        let own = match used.aggregate.function {
            Function::Sum => {
                let nothing = self.number_test(used, Operator::Equals, 0.0);
                self.not(nothing)
            }
            _ => self.some(used),
        };
        let held = self.some(other);
        self.follows(own, held);
    }

    fn follows(&mut self, from: NodeId, to: NodeId) {
        let opposite = self.not(from);
        let either = self.either(opposite, to);
        if self.nodes[either] != Node::Constant(true) {
            self.constraints.push(either);
        }
    }

    fn number_test(&mut self, used: &Use<'a>, operator: Operator, number: f64) -> NodeId {
        let argument = Cow::Owned(Argument::Literal(Literal::Number(number)));
        self.test(used.variable, Test { model: used.frame.model, form: TestForm::Compare(operator, argument) })
    }

    /// The order of two numbers of which the one takes no rows that the other does not.
    fn order(&mut self, group: usize, used: &Use<'a>, other: &Use<'a>) {
        use Function as F;
        let field = used.aggregate.target.field.as_ref();
        let multiple =
            field.and_then(|id| self.groups[group].entity.fields.get(id)).is_some_and(|field| field.multiple);
        let same_field = field == other.aggregate.target.field.as_ref();
        match (used.aggregate.function, other.aggregate.function) {
            (F::CountDistinct, F::Count) if multiple => {}
            (F::Count | F::CountDistinct, F::Count) => self.orders.push((used.variable, other.variable)),
            (F::CountDistinct, F::CountDistinct) if same_field => self.orders.push((used.variable, other.variable)),
            (F::Min, F::Max) | (F::Max, F::Max) if same_field => self.orders.push((used.variable, other.variable)),
            (F::Min, F::Min) | (F::Max, F::Min) if same_field => self.orders.push((other.variable, used.variable)),
            _ => {}
        }
    }

    /// Bounds a number from above.
    fn bound(&mut self, variable: usize, most: f64) {
        if let Kind::Number(_, _, high) = &mut self.variables[variable].kind {
            *high = Some(high.map_or(most, |high| high.min(most)));
        }
    }

    /// Whether a group can have such a row.
    fn possible_row(&mut self, group: usize, wanted: &[(NodeId, bool)]) -> Result<bool, Stop> {
        let space = &mut self.groups[group].space;
        let possible = space.possible(wanted)?;
        let only_now = !possible && space.at_this_instant_only;
        self.at_this_instant_only |= only_now;
        Ok(possible)
    }
}
