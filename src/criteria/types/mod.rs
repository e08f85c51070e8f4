//! Whether criteria fit the definitions that they are about: entities, fields, values, ways to rows, other definitions.

mod comparison;
mod faults;
mod negation;

use std::collections::BTreeMap;

use super::model::{FieldType, Model, Reached};
use super::problem::Problem;
use super::syntax::{Aggregate, Cases, Date, DateForm, Expression, ExpressionForm, Meets, Path, Predicate};
use super::syntax::{Function, PredicateForm, Span, Target, Window};
use crate::finding::nearest;
use crate::finding::rules::{
    DATE_UNKNOWN, MEETS_MISFIT, MEETS_UNKNOWN, OPERATOR_MISFIT, UNKNOWN_ENTITY, UNKNOWN_FIELD, UNKNOWN_MEASURE,
    WINDOW_WITHOUT_DATE,
};

/// What criteria stand among.
#[derive(Clone, Debug)]
pub struct Surroundings<'a> {
    /// The definitions of the revision.
    pub model: &'a Model,
    /// The entities that criteria see: the subject first, then the rows of what they stand in.
    pub scope: Vec<&'a str>,
    /// Whether the definition has a period.
    pub has_period: bool,
}

/// What a formula may ask of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureShape {
    /// One value.
    One,
    /// A value a row, so only percentiles.
    PerRow,
    /// One value, and values a row.
    Both,
}

impl<'a> Surroundings<'a> {
    /// What is wrong with a predicate.
    #[must_use]
    pub fn predicate(&self, predicate: &'a Predicate) -> Vec<Problem> {
        let mut checker = Checker::new(self);
        checker.predicate(predicate);
        negation::check(self.model, predicate, &mut checker.problems);
        checker.problems
    }

    /// What is wrong with a choice by cases.
    #[must_use]
    pub fn cases(&self, cases: &'a Cases) -> Vec<Problem> {
        cases.cases.iter().flat_map(|case| self.predicate(&case.when)).collect()
    }

    /// What is wrong with a date.
    #[must_use]
    pub fn date(&self, date: &Date) -> Vec<Problem> {
        let mut checker = Checker::new(self);
        checker.date(date);
        checker.problems
    }

    /// What is wrong with a window.
    #[must_use]
    pub fn window(&self, window: &Window) -> Vec<Problem> {
        let mut checker = Checker::new(self);
        checker.window(window);
        checker.problems
    }

    /// What is wrong with a path that reads a value, or leads to rows.
    #[must_use]
    pub fn path(&self, path: &Path) -> Vec<Problem> {
        let mut checker = Checker::new(self);
        if checker.in_scope(path) && !matches!(self.model.reach(&path.entity, &path.steps, true), Ok(Reached::Rows(_)))
        {
            checker.value_path(path);
        }
        checker.problems
    }

    /// What is wrong with an entity, or a field of it, that is aggregated.
    #[must_use]
    pub fn target(&self, target: &Target) -> Vec<Problem> {
        let mut checker = Checker::new(self);
        checker.target(target);
        checker.problems
    }

    /// What is wrong with the way to the rows of an entity.
    #[must_use]
    pub fn route(&self, target: &str, via: Option<&Path>, pointer: &str) -> Vec<Problem> {
        let mut checker = Checker::new(self);
        checker.route(target, via, pointer);
        checker.problems
    }
}

/// What is wrong with a formula over measures.
#[must_use]
pub fn expression(expression: &Expression, measures: &BTreeMap<String, MeasureShape>) -> Vec<Problem> {
    let unknown = |id: &str| {
        let problem = Problem::at(&UNKNOWN_MEASURE, &expression.pointer, format!("there is no measure `{id}`"));
        vec![problem.meant(nearest(id, measures.keys().map(String::as_str)))]
    };
    let misfit =
        |message: String, hint: &str| vec![Problem::at(&UNKNOWN_MEASURE, &expression.pointer, message).hint(hint)];
    match &expression.form {
        ExpressionForm::Number(_) => Vec::new(),
        ExpressionForm::Measure(id) => match measures.get(id) {
            None => unknown(id),
            Some(MeasureShape::PerRow) => {
                misfit(format!("`{id}` has a value a row, not one"), "take a percentile of it, or its mean or sum")
            }
            Some(_) => Vec::new(),
        },
        ExpressionForm::Percentile { of, .. } => match measures.get(of) {
            None => unknown(of),
            Some(MeasureShape::One) => {
                misfit(format!("`{of}` has one value, so no percentile"), "take it of a measure that has a value a row")
            }
            Some(_) => Vec::new(),
        },
        ExpressionForm::Operation(_, operands) => {
            operands.iter().flat_map(|operand| self::expression(operand, measures)).collect()
        }
    }
}

/// Walks a tree and collects what is wrong.
struct Checker<'a> {
    model: &'a Model,
    scope: Vec<&'a str>,
    has_period: bool,
    problems: Vec<Problem>,
}

impl<'a> Checker<'a> {
    fn new(surroundings: &Surroundings<'a>) -> Checker<'a> {
        let Surroundings { model, scope, has_period } = surroundings.clone();
        Checker { model, scope, has_period, problems: Vec::new() }
    }

    fn predicate(&mut self, predicate: &'a Predicate) {
        match &predicate.form {
            PredicateForm::All(inner) | PredicateForm::Any(inner) | PredicateForm::Of { conditions: inner, .. } => {
                inner.iter().for_each(|condition| self.predicate(condition));
            }
            PredicateForm::Not(inner) => self.predicate(inner),
            PredicateForm::Meets(meets) => self.meets(meets),
            PredicateForm::Compare(comparison) => self.comparison(comparison),
        }
    }

    fn meets(&mut self, meets: &Meets) {
        let Some(qualifier) = self.model.qualifier(&meets.definition) else {
            let name = &meets.definition;
            let message = match self.model.has_definition(name) {
                true => format!("`{name}` has no criteria that could be met"),
                false => format!("there is no definition `{name}`"),
            };
            let near = nearest(name, self.model.qualifier_names());
            self.problems.push(Problem::at(&MEETS_UNKNOWN, &meets.pointer, message).meant(near));
            return;
        };
        let Some(path) = &meets.on else {
            if !self.scope.contains(&qualifier.subject.as_str()) {
                let message =
                    format!("`{}` is about {}, which is not in scope here", meets.definition, qualifier.subject);
                let problem = Problem::at(&MEETS_MISFIT, &meets.pointer, message);
                self.problems.push(problem.hint("say with `on` which row is judged"));
            }
            return;
        };
        if !self.in_scope(path) {
            return;
        }
        match self.model.reach(&path.entity, &path.steps, false) {
            Err(stray) => self.stray(&path.pointer, stray),
            Ok(Reached::Rows(entity)) if entity.id == qualifier.subject => {}
            Ok(Reached::Rows(entity)) => {
                let message =
                    format!("`{}` is about {}, but `{path}` is {}", meets.definition, qualifier.subject, entity.id);
                self.problems.push(Problem::at(&MEETS_MISFIT, &path.pointer, message));
            }
            Ok(Reached::Field(..)) => {
                let message = format!("`{path}` is a field, not a row that could meet `{}`", meets.definition);
                self.problems.push(Problem::at(&MEETS_MISFIT, &path.pointer, message));
            }
        }
    }

    /// Checks an aggregate; says whether its target is sound, so that its values have a type.
    fn aggregate(&mut self, aggregate: &'a Aggregate) -> bool {
        let target = &aggregate.target;
        let sound = self.target(target);
        if self.model.entity(&target.entity).is_none() {
            return false;
        }
        self.route(&target.entity, aggregate.via.as_ref(), &target.pointer);
        let timed = matches!(aggregate.function, Function::First | Function::Latest);
        let dated = self.model.entity(&target.entity).is_some_and(|entity| entity.dated_by.is_some());
        if !dated && (timed || aggregate.window.is_some()) {
            let asked = if timed { aggregate.function.word() } else { "window" };
            let message = format!("`{asked}` asks when rows of {} came to be, and nothing dates them", target.entity);
            let problem = Problem::at(&WINDOW_WITHOUT_DATE, &target.pointer, message);
            self.problems.push(problem.hint(format!("give entity `{}` a `dated_by`", target.entity)));
        }
        if let Some(window) = &aggregate.window {
            self.window(window);
        }
        if let Some(filter) = &aggregate.filter {
            self.scope.push(&target.entity);
            self.predicate(filter);
            self.scope.pop();
        }
        sound && self.fits_function(aggregate)
    }

    fn fits_function(&mut self, aggregate: &Aggregate) -> bool {
        let target = &aggregate.target;
        let entity = self.model.entity(&target.entity);
        let Some(field) = target.field.as_ref().and_then(|id| entity?.fields.get(id)) else {
            return aggregate.function == Function::Count;
        };
        let fits = match aggregate.function {
            Function::Sum => field.field_type.is_number(),
            Function::Min | Function::Max => field.has_order() && field.field_type != FieldType::Band,
            _ => true,
        };
        if !fits {
            let word = field.field_type.word();
            let message = format!("`{}` does not fit `{target}`, which is {word}", aggregate.function.word());
            self.problems.push(Problem::at(&OPERATOR_MISFIT, &target.pointer, message));
        }
        fits
    }

    fn target(&mut self, target: &Target) -> bool {
        let Some(entity) = self.model.entity(&target.entity) else {
            self.unknown_entity(&target.pointer, &target.entity);
            return false;
        };
        let Some(field) = &target.field else { return true };
        if entity.fields.contains_key(field) {
            return true;
        }
        let problem = if entity.relations.contains_key(field) {
            Problem::at(&UNKNOWN_FIELD, &target.pointer, format!("`{target}` is a relation, not a field"))
        } else {
            let message = format!("`{}` has no field `{field}`", entity.id);
            let near = nearest(field, entity.fields.keys().map(String::as_str));
            Problem::at(&UNKNOWN_FIELD, &target.pointer, message).meant(near)
        };
        self.problems.push(problem);
        false
    }

    fn window(&mut self, window: &Window) {
        window.from.iter().chain(&window.to).for_each(|date| self.date(date));
    }

    fn date(&mut self, date: &Date) {
        match &date.form {
            DateForm::Now | DateForm::AsOf => {}
            DateForm::PeriodStart | DateForm::PeriodEnd if self.has_period => {}
            DateForm::PeriodStart | DateForm::PeriodEnd => {
                let message = "there is no period here: this definition does not say one";
                self.problems.push(Problem::at(&DATE_UNKNOWN, &date.pointer, message));
            }
            DateForm::Shift { of, .. } => self.date(of),
            DateForm::EndOf { span, of } => {
                let fiscal = matches!(span, Span::FiscalQuarter | Span::FiscalYear);
                if fiscal && !self.has_period && self.model.fiscal_start().is_none() {
                    let message = "calendars do not agree on when the fiscal year starts, so this span is not known";
                    self.problems.push(Problem::at(&DATE_UNKNOWN, &date.pointer, message));
                }
                self.date(of);
            }
            DateForm::Field(path) => self.dated_field(path),
        }
    }

    fn dated_field(&mut self, path: &Path) {
        let Some(Reached::Field(_, field)) = self.value_path(path) else { return };
        if !field.field_type.is_date() {
            let message = format!("`{path}` is {}, not a date or an instant", field.field_type.word());
            self.problems.push(Problem::at(&OPERATOR_MISFIT, &path.pointer, message));
        } else if field.multiple {
            let message = format!("`{path}` holds several dates; here one is meant");
            self.problems.push(Problem::at(&OPERATOR_MISFIT, &path.pointer, message));
        }
    }

    /// What a path over to-one relations reads; what is wrong with it is told.
    fn value_path(&mut self, path: &Path) -> Option<Reached<'a>> {
        if !self.in_scope(path) {
            return None;
        }
        match self.model.reach(&path.entity, &path.steps, false) {
            Ok(reached) => Some(reached),
            Err(stray) => {
                self.stray(&path.pointer, stray);
                None
            }
        }
    }

    fn in_scope(&mut self, path: &Path) -> bool {
        if self.model.entity(&path.entity).is_none() {
            self.unknown_entity(&path.pointer, &path.entity);
            return false;
        }
        if self.scope.contains(&path.entity.as_str()) {
            return true;
        }
        let message = format!("`{}` is not in scope here: criteria see {}", path.entity, self.scope.join(" and "));
        self.problems.push(Problem::at(&UNKNOWN_ENTITY, &path.pointer, message).hint(format!(
            "start from {}, or use an aggregate over {} rows",
            self.scope.last().copied().unwrap_or("the subject"),
            path.entity
        )));
        false
    }

    fn unknown_entity(&mut self, pointer: &str, id: &str) {
        let message = format!("there is no entity `{id}`");
        let problem = Problem::at(&UNKNOWN_ENTITY, pointer, message);
        self.problems.push(problem.meant(nearest(id, self.model.entity_ids())));
    }
}
