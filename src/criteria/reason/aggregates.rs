//! Related rows: each aggregate is a variable; which rows it takes is a formula over one of them.

use std::rc::Rc;

use super::Stop;
use super::compile::{Reading, declared};
use super::place::{Frame, Place, Root};
use super::space::{Group, Key, Kind, Node, NodeId, Space, Test, TestForm, Use};
use super::terms::{Reach, Term};
use crate::criteria::model::{Entity, Field, FieldType};
use crate::criteria::syntax::{Aggregate, Argument, Function, Operator, Window};

/// A comparison of what related rows come to.
struct Asked<'a> {
    aggregate: &'a Aggregate,
    /// The field whose values become one.
    field: Option<&'a Field>,
    operator: Operator,
    argument: &'a Argument,
    /// When the row is there that the way to the rows starts from.
    visible: NodeId,
    /// What it comes to without rows.
    without: NodeId,
}

impl<'a> Space<'a> {
    /// A comparison of what related rows come to.
    pub(super) fn aggregate(
        &mut self,
        aggregate: &'a Aggregate,
        operator: Operator,
        argument: &'a Argument,
        frame: &Rc<Frame>,
    ) -> Result<NodeId, Stop> {
        let model = frame.model;
        let Some(entity) = self.model(model).entity(&aggregate.target.entity) else {
            return Ok(self.never_known(argument));
        };
        let timely = match &aggregate.window {
            Some(window) => self.reach(window, frame)?.1,
            None => self.constant(true),
        };
        let field = aggregate.target.field.as_ref().and_then(|id| entity.fields.get(id));
        let none = self.without_rows(aggregate.function, field.is_some(), operator, argument, model)?;
        let without = self.constant(none);
        let Some((place, steps, visible)) = self.way(aggregate, frame)? else {
            return Ok(self.of_known(timely, without, argument));
        };
        let group = self.group(place, steps, entity, frame)?;
        let asked = Asked { aggregate, field, operator, argument, visible, without };
        // Rows that the subject's own values let in or keep out are counted apart for each of those values.
        let mut parts = Vec::new();
        for (condition, rows) in self.rows_of(group, aggregate, frame)? {
            let holds = self.over(group, rows, &asked, frame)?;
            parts.push(self.both(condition, holds));
        }
        let holds = self.count(1, parts);
        let holds = self.both(timely, holds);
        Ok(if argument == &Argument::Known(false) { self.not(holds) } else { holds })
    }

    /// A comparison of what some rows of a group come to; of its absence, the opposite.
    fn over(&mut self, group: usize, rows: NodeId, asked: &Asked<'a>, frame: &Rc<Frame>) -> Result<NodeId, Stop> {
        let (aggregate, argument, model) = (asked.aggregate, asked.argument, frame.model);
        let kind = match (aggregate.function, asked.field) {
            (Function::Count, _) => Kind::Number(true, Some(0.0), self.most_rows(group, rows)),
            (_, None) => return Ok(self.if_known(asked.without, argument)),
            (Function::CountDistinct, Some(field)) => {
                let values = match field.field_type {
                    FieldType::Enumeration | FieldType::Band if !field.values.is_empty() => Some(field.values.len()),
                    FieldType::Boolean => Some(2),
                    _ => None,
                };
                let values = values.and_then(|values| u32::try_from(values).ok()).map(f64::from);
                let most = self.most_rows(group, rows).filter(|_| !field.multiple);
                let most = match (most, values) {
                    (Some(rows), Some(values)) => Some(rows.min(values)),
                    (rows, values) => rows.or(values),
                };
                Kind::Number(true, Some(0.0), most)
            }
            (Function::Sum, Some(field)) => Kind::Number(field.field_type == FieldType::Integer, None, None),
            (_, Some(field)) => declared(model, field, true),
        };
        let always = matches!(kind, Kind::Number(..));
        let key = Key::Rows(group, aggregate.function, aggregate.target.field.clone(), rows);
        let variable = self.variable(key, kind)?;
        if !self.groups[group].uses.iter().any(|used| used.variable == variable) {
            let used = Use { variable, rows, frame: Rc::clone(frame), aggregate };
            self.groups[group].uses.push(used);
        }
        let visible = self.constant(true);
        let reading = Reading { visible, variable };
        match argument {
            Argument::Known(_) if always => Ok(self.if_known(asked.without, argument)),
            Argument::Known(_) => {
                let known = self.known(reading, model);
                Ok(self.both(asked.visible, known))
            }
            _ => {
                let test = self.compared(reading, asked.operator, argument, model);
                Ok(self.choice(asked.visible, test, asked.without))
            }
        }
    }

    /// What a question comes to whose outcome is settled; of absence, the opposite.
    fn if_known(&mut self, outcome: NodeId, argument: &Argument) -> NodeId {
        if argument == &Argument::Known(false) { self.not(outcome) } else { outcome }
    }

    /// A comparison whose outcome is certain where the window is known, and not met where it is not.
    fn of_known(&mut self, timely: NodeId, holds: NodeId, argument: &Argument) -> NodeId {
        match argument {
            // What a value is known by has been settled for `true`; its absence is the opposite.
            Argument::Known(wanted) => {
                let known = if *wanted { holds } else { self.not(holds) };
                let known = self.both(timely, known);
                if *wanted { known } else { self.not(known) }
            }
            _ => self.both(timely, holds),
        }
    }

    /// What a comparison comes to where there are no rows.
    fn without_rows(
        &mut self,
        function: Function,
        has_field: bool,
        operator: Operator,
        argument: &'a Argument,
        model: usize,
    ) -> Result<bool, Stop> {
        let counted = function == Function::Count || has_field && function == Function::CountDistinct;
        let zero = counted || has_field && function == Function::Sum;
        match (zero, argument) {
            (_, Argument::Known(wanted)) => Ok(*wanted == zero),
            (false, _) => Ok(false),
            (true, _) => self.number_satisfies(0.0, operator, argument, model),
        }
    }

    /// The way to rows: the row it starts from after the first relations to one row, the rest, and when that row is
    /// there.
    fn way(
        &mut self,
        aggregate: &'a Aggregate,
        frame: &Rc<Frame>,
    ) -> Result<Option<(Place, Vec<String>, NodeId)>, Stop> {
        let model = self.model(frame.model);
        let entities: Vec<&str> = frame.rows().iter().map(|frame| frame.entity.as_str()).collect();
        let Ok(route) = model.route(&entities, &aggregate.target.entity, aggregate.via.as_ref()) else {
            return Ok(None);
        };
        let start = frame.of_entity(route.start).zip(model.entity(route.start));
        let Some((start, mut entity)) = start else { return Ok(None) };
        let mut place = start.place.clone();
        let mut visible = self.constant(true);
        let mut steps = route.steps.as_slice();
        while let [step, rest @ ..] = steps
            && !rest.is_empty()
            && let Some(relation) = entity.relations.get(*step).filter(|relation| !relation.many)
            && let Some(next) = model.entity(&relation.to)
        {
            (entity, place, steps) = (next, place.step(step), rest);
            let present = self.present(&place, entity, frame.model)?;
            visible = self.both(visible, present);
        }
        Ok(Some((place, steps.iter().map(|step| (*step).to_owned()).collect(), visible)))
    }

    /// The group of the rows that a way leads to.
    fn group(
        &mut self,
        place: Place,
        steps: Vec<String>,
        entity: &'a Entity,
        frame: &Rc<Frame>,
    ) -> Result<usize, Stop> {
        let known = self.groups.iter().position(|group| group.place == place && group.steps == steps);
        if let Some(known) = known {
            return if self.groups[known].entity.id == entity.id { Ok(known) } else { Err(Stop::Theory) };
        }
        let many = self.leads_to_many(&place, &steps, frame);
        let mut roots = self.roots.clone();
        roots.push(Root::Open);
        let mut space = Box::new(self.inner(roots));
        space.see_row(self.roots.len(), entity, frame.model);
        self.groups.push(Group { place, steps, entity, many, space, uses: Vec::new() });
        Ok(self.groups.len() - 1)
    }

    /// Adds a related row that must have come to be.
    pub(super) fn see_row(&mut self, root: usize, entity: &'a Entity, model: usize) {
        let there = self.constant(true);
        self.rows.push((Place::root(root), entity, model, there));
    }

    /// Whether any relation on the way leads to several rows.
    fn leads_to_many(&self, place: &Place, steps: &[String], frame: &Rc<Frame>) -> bool {
        let model = self.model(frame.model);
        let start = frame.rows().into_iter().find(|frame| frame.place.root == place.root);
        let mut entity = start.and_then(|start| model.entity(&start.entity));
        let skipped = start.map_or(0, |start| start.place.steps.len());
        for step in place.steps.iter().skip(skipped).chain(steps) {
            let Some(relation) = entity.and_then(|entity| entity.relations.get(step)) else { return true };
            if relation.many {
                return true;
            }
            entity = model.entity(&relation.to);
        }
        false
    }

    /// That the row at a root is one that an aggregate takes.
    pub(super) fn taken(&mut self, aggregate: &'a Aggregate, outer: &Rc<Frame>, root: usize) -> Result<NodeId, Stop> {
        let frame = Frame::with(outer, &aggregate.target.entity, root);
        let filter = match &aggregate.filter {
            Some(filter) => self.predicate(filter, &frame)?,
            None => self.constant(true),
        };
        let within = match &aggregate.window {
            Some(window) => self.window(window, outer, &frame)?,
            None => self.constant(true),
        };
        Ok(self.both(filter, within))
    }

    /// The ends of a window as terms, and when they are known.
    pub(super) fn reach(&mut self, window: &'a Window, frame: &Rc<Frame>) -> Result<(Reach, NodeId), Stop> {
        let mut known = self.constant(true);
        let mut ends = [None, None];
        for (end, date) in ends.iter_mut().zip([&window.from, &window.to]) {
            if let Some(date) = date {
                let (term, when) = self.term(date, frame)?;
                known = self.both(known, when);
                *end = Some(term);
            }
        }
        let [from, to] = ends;
        Ok((Reach { from, to, ends: window.ends }, known))
    }

    /// That the date of the row of a frame lies in a window.
    fn window(&mut self, window: &'a Window, outer: &Rc<Frame>, frame: &Rc<Frame>) -> Result<NodeId, Stop> {
        let (reach, known) = self.reach(window, outer)?;
        let model = frame.model;
        let Some(entity) = self.model(model).entity(&frame.entity) else { return Ok(self.constant(false)) };
        let dated = entity.dated_by.as_ref().and_then(|id| Some((id, entity.fields.get(id)?)));
        let Some((id, field)) = dated else { return Ok(self.constant(false)) };
        if let Root::Known(row) = &self.roots[frame.place.root] {
            let (evaluator, zone) = (self.evaluator(model), self.model(model).zone());
            let end = |term: &Option<Term>| match term {
                None => Some(None),
                Some(term) => term.moment(None, &self.clocks[model], zone).map(Some),
            };
            let inside = evaluator.dated(entity, row).zip(end(&reach.from).zip(end(&reach.to)));
            let inside = inside.is_some_and(|(date, (from, to))| date.is_within(from, to, reach.ends, zone));
            return Ok(self.constant(inside));
        }
        let key = Key::Field(frame.place.clone(), id.clone());
        let variable = self.variable(key, declared(model, field, false))?;
        let visible = self.constant(true);
        let dated = self.known(Reading { visible, variable }, model);
        let inside = if reach.opens().next().is_none() {
            self.test(variable, Test { model, form: TestForm::Within(Box::new(reach)) })
        } else {
            let window = self.variable(Key::Window(Box::new(reach)), Kind::Truth)?;
            self.test(window, Test { model, form: TestForm::Holds })
        };
        let inside = self.both(dated, inside);
        Ok(self.both(known, inside))
    }

    /// How many rows there can be at most, where that is known before anything else.
    fn most_rows(&self, group: usize, rows: NodeId) -> Option<f64> {
        let group = &self.groups[group];
        match group.space.nodes[rows] {
            Node::Constant(false) => Some(0.0),
            _ => (!group.many).then_some(1.0),
        }
    }
}
