//! Variables, what is tested of them, and formulas over the tests.
//!
//! A space stands for all records at once. Each operand that criteria compare is a variable; each comparison is a test
//! of one variable. What links two variables beyond that is left out, or kept as a constraint, so that a space never
//! holds less than the records do.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::civil::Date as Day;

use super::Stop;
use super::cells::Cells;
use super::place::{Frame, Place, Root};
use super::terms::{Reach, Term};
use crate::criteria::evaluate::{Budget, Clock, Evaluator};
use crate::criteria::model::{Entity, Field, Model};
use crate::criteria::scores::Scores;
use crate::criteria::syntax::{Aggregate, Argument, Function, Operator};

/// A formula, by its place in the space.
pub(super) type NodeId = usize;

/// A formula. Its parts stand before it in the space.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// True or false.
    Constant(bool),
    /// A test of a variable.
    Test(usize, usize),
    /// The opposite.
    Not(NodeId),
    /// At least so many of these.
    Count(usize, Vec<NodeId>),
}

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    /// Whether the row at a place is there.
    Present(Place),
    /// A field of the row at a place.
    Field(Place, String),
    /// The id of the row that a relation leads to from the row at a place.
    RowId(Place, String),
    /// Whether a model has scored the subject, or the row at a place, whose score cannot be stated.
    Scored(Option<Place>, String),
    /// The score that it has, or a part of it.
    Score(Option<Place>, String, Option<String>),
    /// Days between two dates of which both are to be found.
    Days(Term, Term),
    /// Whether the date of the related row lies between dates that are to be found.
    Window(Box<Reach>),
    /// What related rows come to: the group of rows, how, of which field, and which rows of the group.
    Rows(usize, Function, Option<String>, NodeId),
}

/// What the values of a variable are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'a> {
    /// Those of a field, as each model declares it that speaks of it.
    Field {
        /// The declarations, by model.
        declared: Vec<(usize, &'a Field)>,
        /// Whether it may be missing though no declaration says so.
        missing: bool,
    },
    /// A number that is never missing: whether it is whole, its bounds.
    Number(bool, Option<f64>, Option<f64>),
    /// The id of a row, or none.
    RowId,
    /// True or false, never missing.
    Truth,
}

impl<'a> Kind<'a> {
    /// Takes in the values that another model gives the same variable.
    fn join(&mut self, other: Kind<'a>) -> Result<(), Stop> {
        match (self, other) {
            (Kind::Field { declared, .. }, Kind::Field { declared: also, .. }) => {
                for (model, field) in also {
                    if declared.iter().any(|(other, _)| *other == model) {
                        continue;
                    }
                    let differs = |(_, other): &(usize, &Field)| {
                        (other.field_type, other.multiple) != (field.field_type, field.multiple)
                    };
                    if declared.iter().any(differs) {
                        return Err(Stop::Theory);
                    }
                    declared.push((model, field));
                }
                Ok(())
            }
            (Kind::Number(whole, low, high), Kind::Number(also_whole, also_low, also_high)) => {
                *whole &= also_whole;
                *low = low.zip(also_low).map(|(one, other)| one.min(other));
                *high = high.zip(also_high).map(|(one, other)| one.max(other));
                Ok(())
            }
            (own, other) if *own == other => Ok(()),
            _ => Err(Stop::Theory),
        }
    }
}

/// A question about one variable.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Test<'a> {
    /// Which of the models gives the names their meaning.
    pub(super) model: usize,
    /// The question.
    pub(super) form: TestForm<'a>,
}

/// What is asked of one variable.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TestForm<'a> {
    /// Whether it is known.
    Known,
    /// Whether it is true.
    Holds,
    /// Whether a comparison holds.
    Compare(Operator, Cow<'a, Argument>),
    /// Whether the days between two dates, of which the variable is one or both, compare so.
    Days(Box<(Term, Term)>, Operator, &'a Argument),
    /// Whether it lies in a window with known ends.
    Within(Box<Reach>),
    /// Whether a row with this date is there: it has none, or one that is not later than the instant of evaluation.
    Exists,
}

/// A variable of a space.
#[derive(Debug)]
pub(super) struct Variable<'a> {
    /// What it stands for.
    pub(super) key: Key,
    /// What its values are.
    pub(super) kind: Kind<'a>,
    /// What is asked of it.
    pub(super) tests: Vec<Test<'a>>,
    /// Its values, as far as the tests tell them apart.
    pub(super) cells: Cells,
}

/// Related rows that one way leads to.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The row that the way starts from.
    pub(super) place: Place,
    /// The way; only its first relations may lead to one row.
    pub(super) steps: Vec<String>,
    /// The entity of the rows.
    pub(super) entity: &'a Entity,
    /// Whether there can be more than one row.
    pub(super) many: bool,
    /// Which of the rows, as formulas over one of them.
    pub(super) space: Box<Space<'a>>,
    /// The aggregates over them: the variable, and where they were first written.
    pub(super) uses: Vec<Use<'a>>,
}

/// One aggregate over a group of rows.
#[derive(Clone, Debug)]
pub(super) struct Use<'a> {
    /// The variable that stands for its value.
    pub(super) variable: usize,
    /// Which rows it takes, in the space of the group.
    pub(super) rows: NodeId,
    /// Where it stands.
    pub(super) frame: Rc<Frame>,
    /// What it says.
    pub(super) aggregate: &'a Aggregate,
}

/// All records, as far as criteria tell them apart.
#[derive(Debug)]
pub(super) struct Space<'a> {
    pub(super) models: Rc<Vec<&'a Model>>,
    pub(super) clocks: Rc<Vec<Clock>>,
    pub(super) budget: Rc<Budget>,
    pub(super) scores: Rc<Scores>,
    pub(super) roots: Vec<Root>,
    pub(super) nodes: Vec<Node>,
    index: BTreeMap<Node, NodeId>,
    pub(super) variables: Vec<Variable<'a>>,
    /// What every record satisfies.
    pub(super) constraints: Vec<NodeId>,
    /// Pairs of numbers of which the first is never greater.
    pub(super) orders: Vec<(usize, usize)>,
    pub(super) groups: Vec<Group<'a>>,
    /// The rows that must have come to be to be there, and when they are.
    pub(super) rows: Vec<(Place, &'a Entity, usize, NodeId)>,
    /// The latest day that criteria name.
    pub(super) latest_day: Option<Day>,
    closed: bool,
    /// Whether what is found at one instant may differ at another.
    pub(super) at_this_instant_only: bool,
}

impl<'a> Space<'a> {
    /// A space with nothing asked yet. Related rows are roots after the subject.
    pub(super) fn new(
        models: Rc<Vec<&'a Model>>,
        clocks: Rc<Vec<Clock>>,
        budget: Rc<Budget>,
        roots: Vec<Root>,
        scores: Rc<Scores>,
    ) -> Space<'a> {
        Space {
            models,
            clocks,
            budget,
            scores,
            roots,
            nodes: Vec::new(),
            index: BTreeMap::new(),
            variables: Vec::new(),
            constraints: Vec::new(),
            orders: Vec::new(),
            groups: Vec::new(),
            rows: Vec::new(),
            latest_day: None,
            closed: false,
            at_this_instant_only: false,
        }
    }

    /// A space like this one that sees another row as well.
    pub(super) fn inner(&self, roots: Vec<Root>) -> Space<'a> {
        Space::new(
            Rc::clone(&self.models),
            Rc::clone(&self.clocks),
            Rc::clone(&self.budget),
            roots,
            Rc::clone(&self.scores),
        )
    }

    /// A model.
    pub(super) fn model(&self, model: usize) -> &'a Model {
        self.models[model]
    }

    /// The evaluator of a model.
    pub(super) fn evaluator(&self, model: usize) -> Evaluator<'_> {
        Evaluator { model: self.models[model], scores: &self.scores, budget: &self.budget, clock: self.clocks[model] }
    }

    /// True or false as a formula.
    pub(super) fn constant(&mut self, truth: bool) -> NodeId {
        self.intern(Node::Constant(truth))
    }

    /// The opposite of a formula.
    pub(super) fn not(&mut self, node: NodeId) -> NodeId {
        match self.nodes[node] {
            Node::Constant(truth) => self.constant(!truth),
            Node::Not(inner) => inner,
            _ => self.intern(Node::Not(node)),
        }
    }

    /// Both formulas.
    pub(super) fn both(&mut self, left: NodeId, right: NodeId) -> NodeId {
        self.count(2, vec![left, right])
    }

    /// Either formula.
    pub(super) fn either(&mut self, left: NodeId, right: NodeId) -> NodeId {
        self.count(1, vec![left, right])
    }

    /// One formula where a condition holds, another where it does not.
    pub(super) fn choice(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> NodeId {
        let opposite = self.not(condition);
        let (then, otherwise) = (self.both(condition, then), self.both(opposite, otherwise));
        self.either(then, otherwise)
    }

    /// At least so many of some formulas.
    pub(super) fn count(&mut self, mut wanted: usize, parts: Vec<NodeId>) -> NodeId {
        let mut open = Vec::with_capacity(parts.len());
        for part in parts {
            match self.nodes[part] {
                Node::Constant(true) => wanted = wanted.saturating_sub(1),
                Node::Constant(false) => {}
                _ => open.push(part),
            }
        }
        let (all, any) = (wanted == open.len(), wanted == 1);
        if all || any {
            open.sort_unstable();
            open.dedup();
            wanted = if all { open.len() } else { wanted };
        }
        match open.as_slice() {
            _ if wanted == 0 => self.constant(true),
            open if wanted > open.len() => self.constant(false),
            [only] => *only,
            _ => self.intern(Node::Count(wanted, open)),
        }
    }

    fn intern(&mut self, node: Node) -> NodeId {
        if let Some(known) = self.index.get(&node) {
            return *known;
        }
        self.nodes.push(node.clone());
        self.index.insert(node, self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    /// The variable of a key. A field that another model declares as well has the values of both.
    pub(super) fn variable(&mut self, key: Key, kind: Kind<'a>) -> Result<usize, Stop> {
        if let Some(known) = self.variables.iter().position(|variable| variable.key == key) {
            self.variables[known].kind.join(kind)?;
            return Ok(known);
        }
        self.variables.push(Variable { key, kind, tests: Vec::new(), cells: Cells::default() });
        Ok(self.variables.len() - 1)
    }

    /// A test of a variable, as a formula.
    pub(super) fn test(&mut self, variable: usize, test: Test<'a>) -> NodeId {
        let place = match self.variables[variable].tests.iter().position(|known| self.same(variable, known, &test)) {
            Some(place) => place,
            None => {
                self.variables[variable].tests.push(test);
                self.variables[variable].tests.len() - 1
            }
        };
        self.intern(Node::Test(variable, place))
    }

    /// Ends the questions: adds what links the variables, and finds their cells.
    pub(super) fn close(&mut self) -> Result<(), Stop> {
        if self.closed {
            return Ok(());
        }
        self.closed = true;
        self.exist();
        self.order_windows();
        self.relate_groups()?;
        self.fill_cells()
    }

    /// Rows that are there have come to be.
    fn exist(&mut self) {
        for (place, entity, model, there) in self.rows.clone() {
            let Some(dated_by) = &entity.dated_by else { continue };
            let key = Key::Field(place, dated_by.clone());
            if let Some(variable) = self.variables.iter().position(|variable| variable.key == key) {
                let exists = self.test(variable, Test { model, form: TestForm::Exists });
                let absent = self.not(there);
                let either = self.either(absent, exists);
                self.constraints.push(either);
            }
        }
    }

    /// What lies in a window lies in every window around it.
    fn order_windows(&mut self) {
        let windows: Vec<(usize, Reach)> = self
            .variables
            .iter()
            .enumerate()
            .filter_map(|(index, variable)| match &variable.key {
                Key::Window(reach) => Some((index, (**reach).clone())),
                _ => None,
            })
            .collect();
        for (inner, reach) in &windows {
            for (outer, around) in &windows {
                if inner != outer && reach.lies_in(around) {
                    let inside = self.test(*inner, Test { model: 0, form: TestForm::Holds });
                    let outside = self.not(inside);
                    let around = self.test(*outer, Test { model: 0, form: TestForm::Holds });
                    let either = self.either(outside, around);
                    self.constraints.push(either);
                }
            }
        }
    }

    /// Whether two tests of a variable ask the same, though they may be of two models.
    fn same(&self, variable: usize, left: &Test, right: &Test) -> bool {
        if left.form != right.form {
            return false;
        }
        if left.model == right.model {
            return true;
        }
        let (first, second) = (self.models[left.model], self.models[right.model]);
        let lists = match &left.form {
            TestForm::Compare(_, argument) => match argument.as_ref() {
                Argument::List(id) => first.list(id) == second.list(id),
                _ => true,
            },
            _ => true,
        };
        let declared = |model: usize| match &self.variables[variable].kind {
            Kind::Field { declared, .. } => declared.iter().find(|(of, _)| *of == model).map(|(_, field)| *field),
            _ => None,
        };
        lists && declared(left.model) == declared(right.model) && first.fiscal_start() == second.fiscal_start()
    }
}
