//! Related rows: each aggregate is a variable; which rows it takes is a formula over one of them.

use std::borrow::Cow;
use std::rc::Rc;

use super::Stop;
use super::compile::{Reading, declared};
use super::place::{Frame, Place, Root};
use super::space::{Group, Key, Kind, NodeId, Space, Test, TestForm, Use};
use super::terms::{Reach, Term};
use crate::criteria::model::{Entity, FieldType};
use crate::criteria::syntax::{Aggregate, Argument, Function, Literal, Operator, Window};

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
        let field = match &aggregate.target.field {
            Some(id) => Some((id, entity.fields.get(id))),
            None => None,
        };
        let none = self.without_rows(
            aggregate.function,
            field.is_some_and(|(_, field)| field.is_some()),
            operator,
            argument,
            model,
        )?;
        let without = self.constant(none);
        let Some((place, steps, visible)) = self.way(aggregate, frame)? else {
            return Ok(self.of_known(timely, without, argument));
        };
        let group = self.group(place, steps, entity, frame)?;
        let rows = self.rows_of(group, aggregate, frame)?;
        let kind = match (aggregate.function, field) {
            (Function::Count, _) => Kind::Number(true, Some(0.0), self.most_rows(group, rows)?),
            (_, None | Some((_, None))) => return Ok(self.of_known(timely, without, argument)),
            (Function::CountDistinct, Some((_, Some(field)))) => {
                let values = match field.field_type {
                    FieldType::Enumeration | FieldType::Band if !field.values.is_empty() => Some(field.values.len()),
                    FieldType::Boolean => Some(2),
                    _ => None,
                };
                let values = values.and_then(|values| u32::try_from(values).ok()).map(f64::from);
                let most = self.most_rows(group, rows)?.filter(|_| !field.multiple);
                let most = match (most, values) {
                    (Some(rows), Some(values)) => Some(rows.min(values)),
                    (rows, values) => rows.or(values),
                };
                Kind::Number(true, Some(0.0), most)
            }
            (Function::Sum, Some((_, Some(field)))) => Kind::Number(field.field_type == FieldType::Integer, None, None),
            (_, Some((_, Some(field)))) => declared(model, field, true),
        };
        let always = matches!(kind, Kind::Number(..));
        let key = Key::Rows(group, aggregate.function, aggregate.target.field.clone(), rows);
        let variable = self.variable(key, kind)?;
        if !self.groups[group].uses.iter().any(|used| used.variable == variable) {
            let used = Use { variable, rows, frame: Rc::clone(frame), aggregate };
            self.groups[group].uses.push(used);
        }
        if let (Argument::Known(_), true) = (argument, always) {
            return Ok(self.of_known(timely, without, argument));
        }
        let sure = self.constant(true);
        let test = match argument {
            Argument::Known(_) => self.known(Reading { visible: sure, variable }, model),
            _ => self.compared(Reading { visible: sure, variable }, operator, argument, model),
        };
        let holds = match argument {
            Argument::Known(_) => self.both(visible, test),
            _ => self.choice(visible, test, without),
        };
        let holds = self.both(timely, holds);
        Ok(if argument == &Argument::Known(false) { self.not(holds) } else { holds })
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

    /// Which rows of a group an aggregate takes, as a formula of the group's space.
    fn rows_of(&mut self, group: usize, aggregate: &'a Aggregate, frame: &Rc<Frame>) -> Result<NodeId, Stop> {
        let root = self.roots.len();
        let inner = &mut self.groups[group].space;
        inner.taken(aggregate, frame, root)
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
    fn most_rows(&mut self, group: usize, rows: NodeId) -> Result<Option<f64>, Stop> {
        Ok(match () {
            () if self.groups[group].space.nodes[rows] == super::space::Node::Constant(false) => Some(0.0),
            () if !self.groups[group].many => Some(1.0),
            () => None,
        })
    }

    /// What is known of aggregates over the same rows: who takes more rows counts no fewer.
    pub(super) fn relate_groups(&mut self) -> Result<(), Stop> {
        for index in 0..self.groups.len() {
            let uses = self.groups[index].uses.clone();
            self.groups[index].space.close()?;
            self.latest_day = self.groups[index].space.latest_day.max(self.latest_day);
            for used in &uses {
                let function = used.aggregate.function;
                if function == Function::Count && !self.can_be_taken(index, used.rows)? {
                    self.bound(used.variable, 0.0);
                }
                for other in &uses {
                    if used.variable != other.variable && other.aggregate.function == Function::Count {
                        self.relate(index, used, other)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What a count says of another aggregate that takes no other rows.
    fn relate(&mut self, group: usize, used: &Use<'a>, count: &Use<'a>) -> Result<(), Stop> {
        let field = used.aggregate.target.field.as_ref();
        let multiple = field.and_then(|id| self.groups[group].entity.fields.get(id)).is_none_or(|field| field.multiple);
        match used.aggregate.function {
            Function::Sum => return Ok(()),
            Function::CountDistinct if multiple => return Ok(()),
            _ => {}
        }
        if !self.lies_in(group, used.rows, count.rows)? {
            return Ok(());
        }
        match used.aggregate.function {
            Function::Count | Function::CountDistinct => self.orders.push((used.variable, count.variable)),
            _ => {
                let model = used.frame.model;
                let known = self.test(used.variable, Test { model, form: TestForm::Known });
                let some = self.at_least(count.variable, model, 1.0);
                let unknown = self.not(known);
                let either = self.either(unknown, some);
                self.constraints.push(either);
            }
        }
        Ok(())
    }

    /// That a number is at least another.
    fn at_least(&mut self, variable: usize, model: usize, number: f64) -> NodeId {
        let argument = Cow::Owned(Argument::Literal(Literal::Number(number)));
        self.test(variable, Test { model, form: TestForm::Compare(Operator::AtLeast, argument) })
    }

    /// Bounds a number from above.
    fn bound(&mut self, variable: usize, most: f64) {
        if let Kind::Number(_, _, high) = &mut self.variables[variable].kind {
            *high = Some(high.map_or(most, |high| high.min(most)));
        }
    }

    fn can_be_taken(&mut self, group: usize, rows: NodeId) -> Result<bool, Stop> {
        let possible = self.groups[group].space.possible(&[(rows, true)])?;
        self.at_this_instant_only |= !possible && self.groups[group].space.at_this_instant_only;
        Ok(possible)
    }

    fn lies_in(&mut self, group: usize, rows: NodeId, others: NodeId) -> Result<bool, Stop> {
        let possible = self.groups[group].space.possible(&[(rows, true), (others, false)])?;
        self.at_this_instant_only |= !possible && self.groups[group].space.at_this_instant_only;
        Ok(!possible)
    }
}
