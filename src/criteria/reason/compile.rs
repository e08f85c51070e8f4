//! From criteria to formulas: definitions that are met are written out, each comparison becomes a test of a variable.

use std::borrow::Cow;
use std::rc::Rc;

use crate::document::Value;

use super::Stop;
use super::place::{Frame, Place, Root};
use super::space::{Key, Kind, NodeId, Space, Test, TestForm};
use super::terms::{Base, Move, Term};
use crate::criteria::evaluate::{Evaluator, Scope};
use crate::criteria::model::{Entity, Field};
use crate::criteria::references::NamesEntities;
use crate::criteria::scores::{Bounds, ScoreModel, Scores};
use crate::criteria::syntax::{
    Argument, Comparison, Date, DateForm, Meets, Operand, Operator, Path, Predicate, PredicateForm, Score,
};

/// Conditions that may be open within one another; as many as evaluation allows.
const DEEPEST: usize = 256;

/// A value that criteria read: when there can be one at all, and the variable that holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) visible: NodeId,
    pub(super) variable: usize,
}

impl<'a> Space<'a> {
    /// A predicate as a formula.
    pub(super) fn predicate(&mut self, predicate: &'a Predicate, frame: &Rc<Frame>) -> Result<NodeId, Stop> {
        self.nested(predicate, frame, 0)
    }

    fn nested(&mut self, predicate: &'a Predicate, frame: &Rc<Frame>, depth: usize) -> Result<NodeId, Stop> {
        self.budget.pay(10)?;
        if depth >= DEEPEST {
            return Err(Stop::Steps);
        }
        match &predicate.form {
            PredicateForm::All(inner) => self.several(inner, inner.len(), frame, depth),
            PredicateForm::Any(inner) => self.several(inner, 1, frame, depth),
            PredicateForm::Of { conditions, at_least } => self.several(conditions, *at_least, frame, depth),
            PredicateForm::Not(inner) => {
                let inner = self.nested(inner, frame, depth + 1)?;
                Ok(self.not(inner))
            }
            PredicateForm::Meets(meets) => self.meets(meets, frame, depth),
            PredicateForm::Compare(comparison) => self.comparison(comparison, frame),
        }
    }

    fn several(
        &mut self,
        conditions: &'a [Predicate],
        wanted: usize,
        frame: &Rc<Frame>,
        depth: usize,
    ) -> Result<NodeId, Stop> {
        let mut parts = Vec::with_capacity(conditions.len());
        for condition in conditions {
            parts.push(self.nested(condition, frame, depth + 1)?);
        }
        Ok(self.count(wanted, parts))
    }

    /// Criteria and no exclusion of another definition. A circle of definitions meets nothing.
    fn meets(&mut self, meets: &'a Meets, frame: &Rc<Frame>, depth: usize) -> Result<NodeId, Stop> {
        let nothing = self.constant(false);
        let Some(qualifier) = self.model(frame.model).qualifier(&meets.definition) else { return Ok(nothing) };
        if frame.meeting.contains(&meets.definition) {
            return Ok(nothing);
        }
        let (place, visible, stated) = match &meets.on {
            None => match frame.of_entity(&qualifier.subject) {
                Some(judged) => (judged.place.clone(), self.constant(true), judged.stated),
                None => return Ok(nothing),
            },
            Some(path) => match self.follow(path, &path.steps, frame)? {
                Some((_, place, visible)) => {
                    (place, visible, frame.of_entity(&path.entity).is_some_and(|frame| frame.stated))
                }
                None => return Ok(nothing),
            },
        };
        let mut meeting = frame.meeting.clone();
        meeting.push(meets.definition.clone());
        let inner = Rc::new(Frame {
            entity: qualifier.subject.clone(),
            place,
            stated,
            model: frame.model,
            meeting,
            outer: None,
        });
        let Some(criteria) = &qualifier.criteria else { return Ok(nothing) };
        let mut parts = vec![visible, self.nested(criteria, &inner, depth + 1)?];
        for exclusion in &qualifier.exclusions {
            let Some(when) = &exclusion.when else { return Ok(nothing) };
            let when = self.nested(when, &inner, depth + 1)?;
            parts.push(self.not(when));
        }
        Ok(self.count(parts.len(), parts))
    }

    fn comparison(&mut self, comparison: &'a Comparison, frame: &Rc<Frame>) -> Result<NodeId, Stop> {
        let (operator, argument) = (comparison.operator, &comparison.argument);
        match &comparison.operand {
            Operand::Score(score) => return self.score(score, operator, argument, frame),
            _ if self.is_known(comparison, frame) => {
                let holds = self.in_scope(frame, &mut |evaluator, scope| evaluator.compares(comparison, scope))?;
                return Ok(self.constant(holds));
            }
            _ => {}
        }
        match &comparison.operand {
            Operand::Field(path) => match self.field(path, frame)? {
                Some(reading) => Ok(self.compared(reading, operator, argument, frame.model)),
                None => Ok(self.never_known(argument)),
            },
            Operand::DaysBetween(dates) => self.days(dates, operator, argument, frame),
            Operand::Aggregate(aggregate) => self.aggregate(aggregate, operator, argument, frame),
            Operand::Score(_) => Ok(self.never_known(argument)),
        }
    }

    /// What a comparison comes to whose operand is always missing.
    pub(super) fn never_known(&mut self, argument: &Argument) -> NodeId {
        self.constant(matches!(argument, Argument::Known(false)))
    }

    /// A comparison of a value that can be missing.
    pub(super) fn compared(
        &mut self,
        reading: Reading,
        operator: Operator,
        argument: &'a Argument,
        model: usize,
    ) -> NodeId {
        let form = match argument {
            Argument::Known(_) => TestForm::Known,
            argument => TestForm::Compare(operator, Cow::Borrowed(argument)),
        };
        let test = self.test(reading.variable, Test { model, form });
        let holds = self.both(reading.visible, test);
        match argument {
            Argument::Known(false) => self.not(holds),
            _ => holds,
        }
    }

    /// That a value is known.
    pub(super) fn known(&mut self, reading: Reading, model: usize) -> NodeId {
        let test = self.test(reading.variable, Test { model, form: TestForm::Known });
        self.both(reading.visible, test)
    }

    fn score(
        &mut self,
        score: &'a Score,
        operator: Operator,
        argument: &'a Argument,
        frame: &Rc<Frame>,
    ) -> Result<NodeId, Stop> {
        let Some(scored) = self.model(frame.model).score_model(&score.model) else {
            return Ok(self.never_known(argument));
        };
        let Some(judged) = frame.of_entity(&scored.subject) else { return Ok(self.never_known(argument)) };
        if matches!(self.roots[judged.place.root], Root::Known(_)) {
            let holds = self
                .in_scope(judged, &mut |evaluator, scope| evaluator.score_compares(score, operator, argument, scope))?;
            return Ok(self.constant(holds));
        }
        // A score that cannot be stated is replayed; without rules for that there is none.
        let place = if judged.stated { None } else { Some(judged.place.clone()) };
        if place.is_some() && scored.rules.is_none() {
            return Ok(self.never_known(argument));
        }
        let standing = self.variable(Key::Scored(place.clone(), score.model.clone()), Kind::Truth)?;
        let visible = self.test(standing, Test { model: frame.model, form: TestForm::Holds });
        let bounds = bounds(scored, score.part.as_deref());
        let key = Key::Score(place, score.model.clone(), score.part.clone());
        let variable = self.variable(key, Kind::Number(false, bounds.min, bounds.max))?;
        Ok(self.compared(Reading { visible, variable }, operator, argument, frame.model))
    }

    /// A field over to-one relations, or the id of the row at the end of one; nothing where it is always missing.
    pub(super) fn field(&mut self, path: &'a Path, frame: &Rc<Frame>) -> Result<Option<Reading>, Stop> {
        let Some((last, relations)) = path.steps.split_last() else { return Ok(None) };
        let Some((entity, place, visible)) = self.follow(path, relations, frame)? else { return Ok(None) };
        let (key, kind) = if let Some(field) = entity.fields.get(last) {
            (Key::Field(place, last.clone()), declared(frame.model, field, false))
        } else {
            let relation = entity.relations.get(last).filter(|relation| !relation.many);
            if relation.and_then(|relation| self.model(frame.model).entity(&relation.to)).is_none() {
                return Ok(None);
            }
            (Key::RowId(place, last.clone()), Kind::RowId)
        };
        Ok(Some(Reading { visible, variable: self.variable(key, kind)? }))
    }

    /// The row that to-one relations lead to, and when it is there; nothing where it never is.
    pub(super) fn follow(
        &mut self,
        path: &Path,
        steps: &[String],
        frame: &Rc<Frame>,
    ) -> Result<Option<(&'a Entity, Place, NodeId)>, Stop> {
        let model = self.model(frame.model);
        let Some((start, mut entity)) = frame.of_entity(&path.entity).zip(model.entity(&path.entity)) else {
            return Ok(None);
        };
        let mut place = start.place.clone();
        let mut visible = self.constant(true);
        for step in steps {
            let relation = entity.relations.get(step).filter(|relation| !relation.many);
            let Some(next) = relation.and_then(|relation| model.entity(&relation.to)) else { return Ok(None) };
            (entity, place) = (next, place.step(step));
            let present = self.present(&place, entity, frame.model)?;
            visible = self.both(visible, present);
        }
        Ok(Some((entity, place, visible)))
    }

    /// That the row at a place is there, given that the one before it is.
    pub(super) fn present(&mut self, place: &Place, entity: &'a Entity, model: usize) -> Result<NodeId, Stop> {
        if let Root::Known(_) = &self.roots[place.root] {
            let there =
                self.row(place).is_some_and(|row| row.is_object() && self.evaluator(model).exists(entity, &row));
            return Ok(self.constant(there));
        }
        let variable = self.variable(Key::Present(place.clone()), Kind::Truth)?;
        let there = self.test(variable, Test { model, form: TestForm::Holds });
        if !self.rows.iter().any(|(known, ..)| known == place) {
            self.rows.push((place.clone(), entity, model, there));
        }
        Ok(there)
    }

    /// The known row at a place.
    pub(super) fn row(&self, place: &Place) -> Option<Value> {
        let Root::Known(root) = &self.roots[place.root] else { return None };
        place.steps.iter().try_fold(root.as_ref(), |row, step| row.get(step)).cloned()
    }

    /// Whether all rows that a comparison reads are known.
    fn is_known(&self, comparison: &Comparison, frame: &Frame) -> bool {
        let known = |entity: &str| match frame.of_entity(entity) {
            Some(frame) => matches!(self.roots[frame.place.root], Root::Known(_)),
            None => true,
        };
        let starts = match &comparison.operand {
            Operand::Aggregate(aggregate) => {
                let rows: Vec<&str> = frame.rows().iter().map(|frame| frame.entity.as_str()).collect();
                let route = self.model(frame.model).route(&rows, &aggregate.target.entity, aggregate.via.as_ref());
                route.map_or(true, |route| known(route.start))
            }
            _ => true,
        };
        starts && comparison.entities().iter().all(|named| known(&named.entity))
    }

    /// Runs something in the scope that a frame stands for. Rows that are not known are empty in it.
    pub(super) fn in_scope<T>(&self, frame: &Frame, run: &mut dyn FnMut(&Evaluator, &Scope) -> T) -> T {
        let mut rows: Vec<(&str, Value)> = Vec::new();
        let mut stated = true;
        for frame in frame.rows() {
            rows.push((frame.entity.as_str(), self.row(&frame.place).unwrap_or_default()));
            stated = frame.stated;
        }
        rows.reverse();
        let none = Scores::default();
        let evaluator = self.evaluator(frame.model);
        let evaluator = Evaluator { scores: if stated { evaluator.scores } else { &none }, ..evaluator };
        descend(&rows, None, &mut |scope| run(&evaluator, scope))
    }

    /// A date as a term, and when it is known.
    pub(super) fn term(&mut self, date: &'a Date, frame: &Rc<Frame>) -> Result<(Term, NodeId), Stop> {
        let sure = self.constant(true);
        let (mut term, known) = match &date.form {
            DateForm::Field(path) => return self.dated_field(path, frame),
            DateForm::Now | DateForm::AsOf => (Term::of(Base::Now), sure),
            DateForm::PeriodStart | DateForm::PeriodEnd => return Err(Stop::Theory),
            DateForm::Shift { of, .. } | DateForm::EndOf { of, .. } => self.term(of, frame)?,
        };
        match &date.form {
            DateForm::Shift { by, .. } => term.moves.push(Move::Shift(*by)),
            DateForm::EndOf { span, .. } => term.moves.push(Move::EndOf(*span)),
            _ => {}
        }
        if term.open().is_none() {
            let zone = self.model(frame.model).zone();
            let known = term.moment(None, &self.clocks[frame.model], zone).is_some();
            return Ok((term, self.constant(known)));
        }
        Ok((term, known))
    }

    fn dated_field(&mut self, path: &'a Path, frame: &Rc<Frame>) -> Result<(Term, NodeId), Stop> {
        let root = frame.of_entity(&path.entity).map(|frame| frame.place.root);
        if root.is_some_and(|root| matches!(self.roots[root], Root::Known(_))) {
            let moment = self.in_scope(frame, &mut |evaluator, scope| evaluator.moment(path, scope))?;
            let known = self.constant(moment.is_some());
            return Ok((Term::of(Base::Fixed(moment)), known));
        }
        let Some(reading) = self.field(path, frame)? else {
            return Ok((Term::of(Base::Fixed(None)), self.constant(false)));
        };
        match &self.variables[reading.variable].kind {
            Kind::Field { declared, .. }
                if declared.iter().all(|(_, field)| field.field_type.is_date() && !field.multiple) => {}
            _ => return Err(Stop::Theory),
        }
        let known = self.known(reading, frame.model);
        Ok((Term::of(Base::Open(reading.variable)), known))
    }

    fn days(
        &mut self,
        dates: &'a [Date; 2],
        operator: Operator,
        argument: &'a Argument,
        frame: &Rc<Frame>,
    ) -> Result<NodeId, Stop> {
        let ((from, first), (to, second)) = (self.term(&dates[0], frame)?, self.term(&dates[1], frame)?);
        let known = self.both(first, second);
        if let Argument::Known(wanted) = argument {
            return Ok(if *wanted { known } else { self.not(known) });
        }
        let model = frame.model;
        let test = match (from.open(), to.open()) {
            (Some(one), Some(other)) if one != other => {
                let variable = self.variable(Key::Days(from, to), Kind::Number(true, None, None))?;
                self.test(variable, Test { model, form: TestForm::Compare(operator, Cow::Borrowed(argument)) })
            }
            (Some(variable), _) | (None, Some(variable)) => {
                self.test(variable, Test { model, form: TestForm::Days(Box::new((from, to)), operator, argument) })
            }
            (None, None) => {
                let holds = self.days_satisfy(&from, &to, None, operator, argument, model)?;
                self.constant(holds)
            }
        };
        Ok(self.both(known, test))
    }
}

/// The bounds of a score, or of a part of it.
fn bounds(scored: &ScoreModel, part: Option<&str>) -> Bounds {
    let Some(rules) = &scored.rules else { return Bounds::default() };
    match part {
        None => rules.total,
        Some(id) => rules.parts.iter().find(|part| part.id == id).map(|part| part.bounds).unwrap_or_default(),
    }
}

/// The values of a field as one model declares it.
pub(super) fn declared(model: usize, field: &Field, missing: bool) -> Kind<'_> {
    Kind::Field { declared: vec![(model, field)], missing }
}

fn descend<T>(rows: &[(&str, Value)], scope: Option<&Scope>, run: &mut dyn FnMut(&Scope) -> T) -> T {
    let Some(((entity, row), inner)) = rows.split_first() else {
        return run(scope.unwrap_or(&Scope::subject("", &Value::Null)));
    };
    match scope {
        None => descend(inner, Some(&Scope::subject(entity, row)), run),
        Some(scope) => descend(inner, Some(&scope.with(entity, row)), run),
    }
}
