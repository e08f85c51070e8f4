//! Which entities criteria name, and where.

use crate::document::Value;

use super::grammar;
use super::syntax::{Cases, Comparison, Date, DateForm, Operand, Path, Predicate, PredicateForm, Target, Window};
use crate::registry::{CriteriaSite, Language};

/// An entity that criteria name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntityReference {
    /// Where the path stands that begins with it.
    pub pointer: String,
    /// The entity's id.
    pub entity: String,
}

/// Something that may name entities.
pub trait NamesEntities {
    /// Adds every entity that is named, in order of the document.
    fn name_entities(&self, into: &mut Vec<EntityReference>);

    /// Every entity that is named, in order of the document.
    fn entities(&self) -> Vec<EntityReference> {
        let mut references = Vec::new();
        self.name_entities(&mut references);
        references
    }
}

impl NamesEntities for Path {
    fn name_entities(&self, into: &mut Vec<EntityReference>) {
        into.push(EntityReference { pointer: self.pointer.clone(), entity: self.entity.clone() });
    }
}

impl NamesEntities for Target {
    fn name_entities(&self, into: &mut Vec<EntityReference>) {
        into.push(EntityReference { pointer: self.pointer.clone(), entity: self.entity.clone() });
    }
}

impl NamesEntities for Date {
    fn name_entities(&self, into: &mut Vec<EntityReference>) {
        match &self.form {
            DateForm::Field(path) => path.name_entities(into),
            DateForm::Shift { of, .. } | DateForm::EndOf { of, .. } => of.name_entities(into),
            DateForm::Now | DateForm::AsOf | DateForm::PeriodStart | DateForm::PeriodEnd => {}
        }
    }
}

impl NamesEntities for Window {
    fn name_entities(&self, into: &mut Vec<EntityReference>) {
        self.from.iter().chain(&self.to).for_each(|date| date.name_entities(into));
    }
}

impl NamesEntities for Cases {
    fn name_entities(&self, into: &mut Vec<EntityReference>) {
        self.cases.iter().for_each(|case| case.when.name_entities(into));
    }
}

impl NamesEntities for Predicate {
    fn name_entities(&self, into: &mut Vec<EntityReference>) {
        match &self.form {
            PredicateForm::All(inner) | PredicateForm::Any(inner) | PredicateForm::Of { conditions: inner, .. } => {
                inner.iter().for_each(|condition| condition.name_entities(into));
            }
            PredicateForm::Not(inner) => inner.name_entities(into),
            PredicateForm::Meets(meets) => meets.on.iter().for_each(|path| path.name_entities(into)),
            PredicateForm::Compare(comparison) => comparison.name_entities(into),
        }
    }
}

impl NamesEntities for Comparison {
    fn name_entities(&self, into: &mut Vec<EntityReference>) {
        match &self.operand {
            Operand::Field(path) => path.name_entities(into),
            Operand::Score(_) => {}
            Operand::DaysBetween(dates) => dates.iter().for_each(|date| date.name_entities(into)),
            Operand::Aggregate(aggregate) => {
                aggregate.target.name_entities(into);
                aggregate.via.iter().for_each(|via| via.name_entities(into));
                aggregate.filter.iter().for_each(|filter| filter.name_entities(into));
                aggregate.window.iter().for_each(|window| window.name_entities(into));
            }
        }
    }
}

/// The entities that the criteria of a definition name, and where.
#[must_use]
pub fn entities(definition: &Value, sites: &[CriteriaSite]) -> Vec<EntityReference> {
    let named = |site: &CriteriaSite| {
        let (pointer, value) = (&site.pointer, definition.pointer(&site.pointer)?);
        Some(match site.language {
            Language::Predicate => grammar::predicate(value, pointer).0?.entities(),
            Language::Cases => grammar::cases(value, pointer).0?.entities(),
            Language::Date => grammar::date(value, pointer).0?.entities(),
            Language::Window => grammar::window(value, pointer).0?.entities(),
            Language::Path => grammar::path(value, pointer).0?.entities(),
            Language::Target => grammar::target(value, pointer).0?.entities(),
            Language::Expression => Vec::new(),
        })
    };
    sites.iter().filter_map(named).flatten().collect()
}
