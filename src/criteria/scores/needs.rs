//! What a score model needs so that its replay is true: rows that are dated and can be reached, fields whose earlier
//! values are known, and numbers that a sum can reach.

use std::collections::BTreeSet;

use super::model::{Bounds, Event, Events, ScoreModel};
use crate::criteria::model::{Entity, Field, Model, Reached};
use crate::criteria::problem::Problem;
use crate::criteria::syntax::{Aggregate, Comparison, Date, DateForm, Meets, Operand, Path, Predicate, PredicateForm};
use crate::criteria::types::Surroundings;
use crate::document::pointer_push;
use crate::finding::rules::{FIELD_NOT_TRACKED, SCORE_OUT_OF_REACH, WINDOW_WITHOUT_DATE};

/// What a score model lacks. Its criteria must be sound.
#[must_use]
pub fn problems(score: &ScoreModel, model: &Model) -> Vec<Problem> {
    let Some(rules) = &score.rules else { return Vec::new() };
    let mut problems = Vec::new();
    problems.extend(unordered(rules.total, "/total"));
    for part in &rules.parts {
        problems.extend(unordered(part.bounds, &part.pointer));
    }
    let mut entities = BTreeSet::new();
    let named = rules.of_events().flat_map(|(_, events)| events.events());
    let mut reader = Reader {
        model,
        problems: Vec::new(),
        place: None,
        named: named.map(|event| event.on.as_str()).collect(),
        met: BTreeSet::new(),
        told: BTreeSet::new(),
    };
    for (part, events) in rules.of_events() {
        if unordered(part.bounds, "").is_none() {
            problems.extend(events.resets.iter().filter(|reset| part.bounds.clamp(reset.to) != reset.to).map(
                |reset| {
                    let message = format!("the bounds of `{}` never let it be {}", part.id, reset.to);
                    Problem::at(&SCORE_OUT_OF_REACH, &reset.to_pointer, message)
                },
            ));
        }
        let named = events.events().filter(|event| entities.insert(event.on.as_str()));
        problems.extend(named.filter_map(|event| undated(event, model)));
        problems.extend(unreached(events, score, model));
        events.accrue_when.iter().for_each(|condition| reader.predicate(condition));
        events.events().filter_map(|event| event.filter.as_ref()).for_each(|condition| reader.predicate(condition));
    }
    problems.append(&mut reader.problems);
    problems
}

/// Whether a score model can be replayed, and lacks nothing for it.
#[must_use]
pub fn are_met(score: &ScoreModel, model: &Model) -> bool {
    score.rules.is_some() && problems(score, model).is_empty()
}

/// A floor above the cap.
fn unordered(bounds: Bounds, pointer: &str) -> Option<Problem> {
    let (min, max) = bounds.min.zip(bounds.max).filter(|(min, max)| min > max)?;
    let message = format!("nothing is at least {min} and at most {max}");
    Some(Problem::at(&SCORE_OUT_OF_REACH, &pointer_push(pointer, "min"), message))
}

/// Rows that nothing dates cannot be put in order.
fn undated(event: &Event, model: &Model) -> Option<Problem> {
    model.entity(&event.on).filter(|entity| entity.dated_by.is_none())?;
    let message = format!("a score replays rows of {} in order of time, and nothing dates them", event.on);
    let problem = Problem::at(&WINDOW_WITHOUT_DATE, &event.pointer, message);
    Some(problem.hint(format!("give entity `{}` a `dated_by`", event.on)))
}

/// Activity that is named by its entity alone needs one clear way to its rows.
fn unreached(events: &Events, score: &ScoreModel, model: &Model) -> Vec<Problem> {
    let surroundings = Surroundings { model, scope: vec![&score.subject], has_period: false };
    let activity = events.decay.iter().flat_map(|decay| &decay.activity);
    let plain = activity.filter(|event| !event.pointer.ends_with("/on") && model.entity(&event.on).is_some());
    plain.flat_map(|event| surroundings.route(&event.on, None, &event.pointer)).collect()
}

/// Reads a condition for the fields that it looks at in the past.
struct Reader<'a> {
    model: &'a Model,
    problems: Vec<Problem>,
    /// The reference that led to another definition, where the condition is not the score model's own.
    place: Option<(String, String)>,
    /// The entities whose rows are events of the model.
    named: BTreeSet<&'a str>,
    /// The other definitions that were read.
    met: BTreeSet<String>,
    /// The fields and references that were told; each is told once.
    told: BTreeSet<String>,
}

impl Reader<'_> {
    fn predicate(&mut self, predicate: &Predicate) {
        match &predicate.form {
            PredicateForm::All(inner) | PredicateForm::Any(inner) | PredicateForm::Of { conditions: inner, .. } => {
                inner.iter().for_each(|condition| self.predicate(condition));
            }
            PredicateForm::Not(inner) => self.predicate(inner),
            PredicateForm::Meets(meets) => self.meets(meets),
            PredicateForm::Compare(comparison) => self.comparison(comparison),
        }
    }

    fn comparison(&mut self, comparison: &Comparison) {
        match &comparison.operand {
            Operand::Field(path) => self.path(path),
            Operand::Score(score) => {
                let Some(model) = self.model.score_model(&score.model) else { return };
                let conditions = model.rules.iter().flat_map(|rules| rules.of_state());
                self.definition(&score.pointer, &model.definition, conditions);
            }
            Operand::DaysBetween(dates) => dates.iter().for_each(|date| self.date(date)),
            Operand::Aggregate(aggregate) => self.aggregate(aggregate),
        }
    }

    fn meets(&mut self, meets: &Meets) {
        let Some(qualifier) = self.model.qualifier(&meets.definition) else { return };
        let exclusions = qualifier.exclusions.iter().filter_map(|exclusion| exclusion.when.as_ref());
        let conditions = qualifier.criteria.iter().chain(exclusions);
        self.definition(&meets.pointer, &meets.definition, conditions);
    }

    /// The conditions of another definition, told at the reference to it.
    fn definition<'p>(&mut self, pointer: &str, name: &str, conditions: impl Iterator<Item = &'p Predicate>) {
        if !self.met.insert(name.to_owned()) {
            return;
        }
        let outer = self.place.is_none();
        if outer {
            self.place = Some((pointer.to_owned(), name.to_owned()));
        }
        conditions.for_each(|condition| self.predicate(condition));
        if outer {
            self.place = None;
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate) {
        let target = &aggregate.target;
        if let (Some(entity), Some(id)) = (self.model.entity(&target.entity), &target.field)
            && let Some(field) = entity.fields.get(id)
        {
            self.field(entity, id, field, &target.pointer);
        }
        aggregate.filter.iter().for_each(|filter| self.predicate(filter));
        let window = aggregate.window.iter();
        window.flat_map(|window| window.from.iter().chain(&window.to)).for_each(|date| self.date(date));
    }

    fn date(&mut self, date: &Date) {
        match &date.form {
            DateForm::Field(path) => self.path(path),
            DateForm::Shift { of, .. } | DateForm::EndOf { of, .. } => self.date(of),
            DateForm::Now | DateForm::AsOf | DateForm::PeriodStart | DateForm::PeriodEnd => {}
        }
    }

    fn path(&mut self, path: &Path) {
        if let (Ok(Reached::Field(entity, field)), Some(id)) =
            (self.model.reach(&path.entity, &path.steps, false), path.steps.last())
        {
            self.field(entity, id, field, &path.pointer);
        }
    }

    /// Tells a field whose value at an earlier instant is not known.
    fn field(&mut self, entity: &Entity, id: &str, field: &Field, pointer: &str) {
        if field.tracked || self.never_changes(entity, id) {
            return;
        }
        let name = format!("{}.{id}", entity.id);
        let (place, message) = match &self.place {
            None => (pointer, format!("`{name}` is looked at as of an event, and its earlier values are not kept")),
            Some((place, definition)) => (
                place.as_str(),
                format!("`{definition}` is looked at as of an event, and the earlier values of `{name}` are not kept"),
            ),
        };
        let once = if self.place.is_some() { place } else { &name };
        if self.told.insert(once.to_owned()) {
            let problem = Problem::at(&FIELD_NOT_TRACKED, place, message);
            let entity = &entity.id;
            let hint = format!("say `\"tracked\": true` of `{id}` in entity `{entity}`, if the CRM keeps its history");
            self.problems.push(problem.hint(hint));
        }
    }

    /// Whether a field keeps its value: the id and the date of a row, and all of a row that is an event. Events are
    /// rows that are dated, of an entity that keeps the history of nothing. Where an event of the model is not dated,
    /// that is told already.
    fn never_changes(&self, entity: &Entity, id: &str) -> bool {
        let dated = entity.dated_by.is_some() || self.named.contains(entity.id.as_str());
        let is_event = dated && !entity.fields.values().any(|field| field.tracked);
        is_event || [&entity.identified_by, &entity.dated_by].into_iter().flatten().any(|named| named == id)
    }
}
