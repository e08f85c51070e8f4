//! Search for cells of the variables with which formulas come out as wanted.
//!
//! Each variable begins with all its cells. What must hold takes cells away until nothing follows any more; then the
//! formula with the fewest open parts is tried one way, and if that fails, the other. Every look at a part of a formula
//! is a step of the budget.

use super::Stop;
use super::cells::Cells;
use super::space::{Key, Kind, Node, NodeId, Space, TestForm};

/// What a search came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Cells were found and accepted.
    Accepted,
    /// There are none.
    None,
    /// Some were found, and none accepted.
    Refused,
}

/// Decides whether cells that were found will do; it also sees what was wanted of which formulas.
pub(super) type Accept<'f> = dyn FnMut(&State, &[(NodeId, bool)]) -> Result<bool, Stop> + 'f;

/// Cells that were found and refused before the search is given up.
const MOST_REFUSALS: usize = 12;

/// The cells that each variable may still have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    alive: Vec<Vec<u64>>,
    /// For variables with several values, the tests that one of the values must pass.
    required: Vec<Vec<usize>>,
}

/// A formula that is tried the other way if this way fails.
struct Choice {
    state: State,
    wanted: usize,
    node: NodeId,
    truth: bool,
}

/// Whether formulas hold, so far; and what is wanted of them.
struct Pass {
    /// What formulas come to in all cells that are left.
    values: Vec<Option<bool>>,
    /// What is wanted of them.
    wanted: Vec<Option<bool>>,
    changed: bool,
    /// The open formula with the fewest open parts: how many, which part, and how that is tried first.
    open: Option<(usize, NodeId, bool)>,
}

impl Pass {
    fn new(space: &Space) -> Pass {
        let (values, wanted) = (vec![None; space.nodes.len()], vec![None; space.nodes.len()]);
        Pass { values, wanted, changed: false, open: None }
    }

    /// What a formula comes to, or must come to.
    fn value(&self, node: NodeId) -> Option<bool> {
        self.values[node].or(self.wanted[node])
    }

    /// Notes what a formula must come to.
    fn want(&mut self, node: NodeId, truth: bool) -> Result<(), Conflict> {
        match self.value(node) {
            Some(value) if value != truth => return Err(Conflict),
            _ => {}
        }
        self.changed |= self.wanted[node].is_none();
        self.wanted[node] = Some(truth);
        Ok(())
    }
}

/// No cells are left.
struct Conflict;

impl State {
    /// Every variable with all its cells; those without a value only if they are wanted.
    pub(super) fn full(space: &Space, with_unreal: bool) -> State {
        let cells = space.variables.iter().map(|variable| {
            let cells = &variable.cells;
            let mut words = vec![0_u64; cells.list.len().div_ceil(64)];
            for (index, cell) in cells.list.iter().enumerate() {
                if with_unreal || cell.value.is_some() {
                    words[index / 64] |= 1 << (index % 64);
                }
            }
            words
        });
        let known = space.variables.iter().map(|variable| {
            let known = variable.tests.iter().position(|test| test.form == TestForm::Known);
            known.filter(|_| variable.cells.several && !variable.cells.may_be_none).into_iter().collect()
        });
        State { alive: cells.collect(), required: known.collect() }
    }

    /// The cells of a variable, in order.
    pub(super) fn cells(&self, variable: usize) -> impl Iterator<Item = usize> + '_ {
        let words = self.alive[variable].iter().enumerate();
        words.flat_map(|(index, word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| index * 64 + bit))
    }

    /// Whether a variable has the same cells as in another state.
    pub(super) fn same(&self, other: &State, variable: usize) -> bool {
        self.alive[variable] == other.alive[variable] && self.required[variable] == other.required[variable]
    }

    /// The tests that one of several values must pass.
    pub(super) fn required(&self, variable: usize) -> &[usize] {
        &self.required[variable]
    }

    /// Gives a variable the cells that it has in another state.
    pub(super) fn take(&mut self, other: &State, variable: usize) {
        self.alive[variable].clone_from(&other.alive[variable]);
        self.required[variable].clone_from(&other.required[variable]);
    }

    fn is_empty(&self, variable: usize) -> bool {
        self.alive[variable].iter().all(|word| *word == 0)
    }

    /// Takes away the cells in which a test does not come out so; says whether that changed anything.
    fn keep(&mut self, variable: usize, test: usize, truth: bool, cells: &Cells) -> Result<bool, Conflict> {
        let mut changed = false;
        if cells.several && truth {
            changed = !self.required[variable].contains(&test);
            if changed {
                self.required[variable].push(test);
            }
        } else {
            for (alive, holds) in self.alive[variable].iter_mut().zip(&cells.holds[test]) {
                let kept = *alive & if truth { *holds } else { !*holds };
                changed |= kept != *alive;
                *alive = kept;
            }
        }
        let passes = |test: &usize| meet(&self.alive[variable], &cells.holds[*test]);
        let possible = match cells.several {
            true => self.required[variable].iter().all(passes),
            false => !self.is_empty(variable),
        };
        if possible { Ok(changed) } else { Err(Conflict) }
    }

    fn drop_cell(&mut self, variable: usize, cell: usize) {
        self.alive[variable][cell / 64] &= !(1 << (cell % 64));
    }
}

impl<'a> Space<'a> {
    /// Whether formulas can come out as wanted, as far as this space knows.
    pub(super) fn possible(&mut self, wanted: &[(NodeId, bool)]) -> Result<bool, Stop> {
        if self.variables.iter().any(|variable| !variable.cells.complete) {
            return Ok(true);
        }
        Ok(self.search(wanted, true, &mut |_, _| Ok(true))? != Outcome::None)
    }

    /// Looks for cells with which formulas come out as wanted and that are accepted.
    pub(super) fn search(
        &self,
        wanted: &[(NodeId, bool)],
        with_unreal: bool,
        accept: &mut Accept,
    ) -> Result<Outcome, Stop> {
        let mut state = State::full(self, with_unreal);
        let mut wanted: Vec<(NodeId, bool)> = wanted.to_vec();
        wanted.extend(self.constraints.iter().map(|node| (*node, true)));
        let asked = wanted.clone();
        let mut choices: Vec<Choice> = Vec::new();
        let mut refusals = 0;
        loop {
            let fails = match self.propagate(&mut state, &wanted)? {
                Err(Conflict) => true,
                Ok(Some((node, truth))) => {
                    choices.push(Choice { state: state.clone(), wanted: wanted.len(), node, truth });
                    wanted.push((node, truth));
                    false
                }
                Ok(None) => {
                    if accept(&state, &asked)? {
                        return Ok(Outcome::Accepted);
                    }
                    refusals += 1;
                    if refusals >= MOST_REFUSALS {
                        return Ok(Outcome::Refused);
                    }
                    true
                }
            };
            if fails {
                let Some(choice) = choices.pop() else {
                    return Ok(if refusals > 0 { Outcome::Refused } else { Outcome::None });
                };
                state = choice.state;
                wanted.truncate(choice.wanted);
                wanted.push((choice.node, !choice.truth));
            }
        }
    }

    /// Takes away cells until nothing follows any more; says what to try next, or that all is settled.
    fn propagate(
        &self,
        state: &mut State,
        wanted: &[(NodeId, bool)],
    ) -> Result<Result<Option<(NodeId, bool)>, Conflict>, Stop> {
        let mut pass = Pass::new(self);
        for (node, truth) in wanted {
            if pass.want(*node, *truth).is_err() {
                return Ok(Err(Conflict));
            }
        }
        loop {
            (pass.changed, pass.open) = (false, None);
            self.value_all(state, &mut pass)?;
            // Parts stand before the whole, so this goes from the whole to its parts.
            for node in (0..self.nodes.len()).rev() {
                if let Some(truth) = pass.wanted[node]
                    && self.force(node, truth, state, &mut pass)?.is_err()
                {
                    return Ok(Err(Conflict));
                }
            }
            match self.keep_orders(state)? {
                Err(Conflict) => return Ok(Err(Conflict)),
                Ok(changed) => pass.changed |= changed,
            }
            if !pass.changed {
                return Ok(Ok(pass.open.map(|(_, node, truth)| (node, truth))));
            }
        }
    }

    fn value_all(&self, state: &State, pass: &mut Pass) -> Result<(), Stop> {
        for (id, node) in self.nodes.iter().enumerate() {
            pass.values[id] = match node {
                Node::Count(least, parts) => {
                    self.budget.pay(parts.len())?;
                    count_value(*least, parts, &pass.values)
                }
                Node::Not(inner) => pass.values[*inner].map(|truth| !truth),
                Node::Constant(truth) => Some(*truth),
                Node::Test(variable, test) => self.test_value(state, *variable, *test),
            };
        }
        self.budget.pay(self.nodes.len())?;
        Ok(())
    }

    /// What a test comes to in all cells that are left, if it is one thing.
    pub(super) fn test_value(&self, state: &State, variable: usize, test: usize) -> Option<bool> {
        let cells = &self.variables[variable].cells;
        let (alive, holds) = (&state.alive[variable], &cells.holds[test]);
        if cells.several {
            // A value that passes a required test may be sure to pass this one.
            let sure = |required: &usize| within(alive, &cells.holds[*required], holds);
            return match state.required[variable].iter().any(sure) {
                true => Some(true),
                false => (!meet(alive, holds)).then_some(false),
            };
        }
        let (mut some, mut others) = (0_u64, 0_u64);
        for (alive, holds) in alive.iter().zip(holds) {
            some |= alive & holds;
            others |= alive & !holds;
        }
        match (some, others) {
            (0, _) => Some(false),
            (_, 0) => Some(true),
            _ => None,
        }
    }

    /// Makes a formula come out as wanted, as far as that takes nothing but wanting something of its parts.
    fn force(&self, id: NodeId, truth: bool, state: &mut State, pass: &mut Pass) -> Result<Result<(), Conflict>, Stop> {
        match pass.values[id] {
            Some(value) if value == truth => return Ok(Ok(())),
            Some(_) => return Ok(Err(Conflict)),
            None => {}
        }
        match &self.nodes[id] {
            Node::Constant(_) => Ok(Ok(())),
            Node::Not(inner) => Ok(pass.want(*inner, !truth)),
            Node::Test(variable, test) => {
                match state.keep(*variable, *test, truth, &self.variables[*variable].cells) {
                    Err(Conflict) => return Ok(Err(Conflict)),
                    Ok(changed) => pass.changed |= changed,
                }
                Ok(Ok(()))
            }
            Node::Count(least, parts) => {
                self.budget.pay(parts.len())?;
                let open = parts.iter().filter(|part| pass.value(**part).is_none()).count();
                let held = parts.iter().filter(|part| pass.value(**part) == Some(true)).count();
                // Parts that may still fail, or hold, before the whole does not come out as wanted.
                let spare = if truth { (held + open).checked_sub(*least) } else { (*least - 1).checked_sub(held) };
                let settled = if truth { held >= *least } else { held + open < *least };
                match spare {
                    None => return Ok(Err(Conflict)),
                    Some(_) if settled => {}
                    Some(0) => {
                        for part in parts {
                            if pass.value(*part).is_none() && pass.want(*part, truth).is_err() {
                                return Ok(Err(Conflict));
                            }
                        }
                    }
                    Some(_) if pass.open.is_none_or(|(fewest, ..)| open < fewest) => {
                        let part = parts.iter().find(|part| pass.value(**part).is_none());
                        pass.open = part.map(|part| (open, *part, truth));
                    }
                    Some(_) => {}
                }
                Ok(Ok(()))
            }
        }
    }

    /// Takes away cells of numbers that are greater than others can be, or less; says whether there were any.
    fn keep_orders(&self, state: &mut State) -> Result<Result<bool, Conflict>, Stop> {
        let mut changed = false;
        for (less, more) in &self.orders {
            let bounds = |variable: usize, state: &State| {
                let cells = &self.variables[variable].cells.list;
                let least = state.cells(variable).map(|cell| cells[cell].low).fold(f64::INFINITY, f64::min);
                let most = state.cells(variable).map(|cell| cells[cell].high).fold(f64::NEG_INFINITY, f64::max);
                (least, most)
            };
            let ((least, _), (_, most)) = (bounds(*less, state), bounds(*more, state));
            for (variable, too_great) in [(*less, true), (*more, false)] {
                let cells = &self.variables[variable].cells.list;
                self.budget.pay(cells.len())?;
                let wrong = |cell: &usize| if too_great { cells[*cell].low > most } else { cells[*cell].high < least };
                let wrong: Vec<usize> = state.cells(variable).filter(wrong).collect();
                changed |= !wrong.is_empty();
                wrong.iter().for_each(|cell| state.drop_cell(variable, *cell));
                if state.is_empty(variable) {
                    return Ok(Err(Conflict));
                }
            }
        }
        Ok(Ok(changed))
    }

    /// Gives back to variables the cells without which formulas come out as wanted all the same.
    pub(super) fn loosen(&self, state: &mut State, wanted: &[(NodeId, bool)]) -> Result<(), Stop> {
        let full = State::full(self, false);
        let mut pass = Pass::new(self);
        for variable in (0..self.variables.len()).rev() {
            if state.same(&full, variable) {
                continue;
            }
            let before = state.clone();
            state.take(&full, variable);
            self.value_all(state, &mut pass)?;
            if wanted.iter().any(|(node, truth)| pass.values[*node] != Some(*truth)) {
                *state = before;
            }
        }
        Ok(())
    }

    /// Whether a variable is a count of rows.
    pub(super) fn is_count(&self, variable: usize) -> bool {
        let data = &self.variables[variable];
        matches!((&data.key, &data.kind), (Key::Rows(..), Kind::Number(..)))
    }
}

/// Whether two sets of cells have one in common.
fn meet(left: &[u64], right: &[u64]) -> bool {
    left.iter().zip(right).any(|(left, right)| left & right != 0)
}

/// Whether the cells of a set that are left all lie in another.
fn within(alive: &[u64], set: &[u64], other: &[u64]) -> bool {
    alive.iter().zip(set).zip(other).all(|((alive, set), other)| alive & set & !other == 0)
}

/// Whether at least so many parts hold, if that is settled.
fn count_value(least: usize, parts: &[NodeId], values: &[Option<bool>]) -> Option<bool> {
    let (mut held, mut open) = (0, 0);
    for part in parts {
        match values[*part] {
            Some(true) => held += 1,
            Some(false) => {}
            None => open += 1,
        }
    }
    match (held >= least, held + open >= least) {
        (true, _) => Some(true),
        (_, false) => Some(false),
        _ => None,
    }
}
