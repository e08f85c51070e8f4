//! Entities: typed fields, and relations that lead to other entities.

use std::collections::BTreeMap;

use crate::document::Value;

use super::Model;
use crate::finding::nearest;

/// What the business keeps rows of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entity {
    /// Its id.
    pub id: String,
    /// The field that tells rows apart.
    pub identified_by: Option<String>,
    /// The field that says when a row came to be.
    pub dated_by: Option<String>,
    /// Its fields, by id.
    pub fields: BTreeMap<String, Field>,
    /// Its relations, by id.
    pub relations: BTreeMap<String, Relation>,
}

/// A field of an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// What its values are.
    pub field_type: FieldType,
    /// Whether the value may be missing.
    pub optional: bool,
    /// Whether a row holds several values.
    pub multiple: bool,
    /// Whether earlier values are kept.
    pub tracked: bool,
    /// Whether the order of the values is a rank.
    pub ordered: bool,
    /// The allowed values of an enumeration or a band.
    pub values: Vec<String>,
}

/// What the values of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldType {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// An amount of money.
    Money,
    /// True or false.
    Boolean,
    /// A local date.
    Date,
    /// A point in time.
    Instant,
    /// One of a few values.
    Enumeration,
    /// A range of numbers, written as text.
    Band,
    /// The id of a row.
    Id,
}

/// A way to other rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The entity it leads to.
    pub to: String,
    /// Whether it leads to several rows.
    pub many: bool,
}

/// What a path reaches.
#[derive(Clone, Copy, Debug)]
pub enum Reached<'m> {
    /// A field of an entity.
    Field(&'m Entity, &'m Field),
    /// The row, or rows, at the end of a relation.
    Rows(&'m Entity),
}

/// Where a path leaves the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stray {
    /// No entity has this id.
    NoEntity(String),
    /// The entity has neither a field nor a relation of this name; perhaps the other was meant.
    NoName {
        /// The entity.
        entity: String,
        /// The name.
        name: String,
        /// A name that is near.
        near: Option<String>,
    },
    /// A field stands where the path goes on.
    GoesOn {
        /// The entity.
        entity: String,
        /// The field.
        field: String,
    },
    /// A relation that leads to several rows stands where one row is read.
    Many {
        /// The entity.
        entity: String,
        /// The relation.
        relation: String,
        /// The entity it leads to.
        to: String,
    },
}

impl FieldType {
    /// The word in entity definitions.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            FieldType::Text => "text",
            FieldType::Number => "number",
            FieldType::Integer => "integer",
            FieldType::Money => "money",
            FieldType::Boolean => "boolean",
            FieldType::Date => "date",
            FieldType::Instant => "instant",
            FieldType::Enumeration => "enum",
            FieldType::Band => "band",
            FieldType::Id => "id",
        }
    }

    fn of_word(word: &str) -> Option<FieldType> {
        use FieldType as T;
        let all =
            [T::Text, T::Number, T::Integer, T::Money, T::Boolean, T::Date, T::Instant, T::Enumeration, T::Band, T::Id];
        all.into_iter().find(|field_type| field_type.word() == word)
    }

    /// Whether its values can be added up.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, FieldType::Number | FieldType::Integer | FieldType::Money)
    }

    /// Whether its values are days or instants.
    #[must_use]
    pub fn is_date(self) -> bool {
        matches!(self, FieldType::Date | FieldType::Instant)
    }
}

impl Field {
    /// A field of a type that is always filled, for values that criteria compute.
    #[must_use]
    pub fn computed(field_type: FieldType) -> Field {
        let values = Vec::new();
        Field { field_type, optional: false, multiple: false, tracked: false, ordered: false, values }
    }

    /// Whether more and less mean something for its values.
    #[must_use]
    pub fn has_order(&self) -> bool {
        match self.field_type {
            FieldType::Enumeration => self.ordered,
            FieldType::Band => true,
            other => other.is_number() || other.is_date(),
        }
    }

    fn read(value: &Value) -> Option<Field> {
        let flag = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or_default();
        let values = value.get("values").and_then(Value::as_array).unwrap_or_default();
        Some(Field {
            field_type: FieldType::of_word(value.get("type")?.as_str()?)?,
            optional: flag("optional"),
            multiple: flag("multiple"),
            tracked: flag("tracked"),
            ordered: flag("ordered"),
            values: values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        })
    }
}

impl Entity {
    /// Reads a definition of kind entity; what does not fit is left out.
    pub(super) fn read(id: &str, value: &Value) -> Entity {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let items = |key: &str| value.get(key).and_then(Value::as_array).unwrap_or_default();
        let fields = items("fields").iter();
        let fields = fields.filter_map(|field| Some((field.get("id")?.as_str()?.to_owned(), Field::read(field)?)));
        let relations = items("relations").iter().filter_map(|relation| {
            let to = relation.get("to")?.as_str()?.to_owned();
            Some((relation.get("id")?.as_str()?.to_owned(), Relation { to, many: relation.get("many")?.as_bool()? }))
        });
        Entity {
            id: id.to_owned(),
            identified_by: text("identified_by"),
            dated_by: text("dated_by"),
            fields: fields.collect(),
            relations: relations.collect(),
        }
    }

    /// The names that criteria may write after this entity.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().chain(self.relations.keys()).map(String::as_str)
    }
}

impl Model {
    /// What a path reaches from an entity. Relations that lead to several rows are followed only if `many` is set.
    ///
    /// # Errors
    /// Where the path leaves the way.
    pub fn reach<'m>(&'m self, entity: &str, steps: &[String], many: bool) -> Result<Reached<'m>, Stray> {
        let mut here = self.entity(entity).ok_or_else(|| Stray::NoEntity(entity.to_owned()))?;
        for (index, step) in steps.iter().enumerate() {
            if let Some(field) = here.fields.get(step) {
                if index + 1 == steps.len() {
                    return Ok(Reached::Field(here, field));
                }
                return Err(Stray::GoesOn { entity: here.id.clone(), field: step.clone() });
            }
            let Some(relation) = here.relations.get(step) else {
                let near = nearest(step, here.names()).map(str::to_owned);
                return Err(Stray::NoName { entity: here.id.clone(), name: step.clone(), near });
            };
            if relation.many && !many {
                let to = relation.to.clone();
                return Err(Stray::Many { entity: here.id.clone(), relation: step.clone(), to });
            }
            here = self.entity(&relation.to).ok_or_else(|| Stray::NoEntity(relation.to.clone()))?;
        }
        Ok(Reached::Rows(here))
    }
}

impl Entity {
    /// Whether every field and relation that was there is still what it was, but for values that were added.
    pub(super) fn goes_on_as(&self, now: &Entity) -> bool {
        let fields = self.fields.iter().all(|(id, field)| now.fields.get(id).is_none_or(|now| field.goes_on_as(now)));
        let relation = |(id, relation): (&String, &Relation)| now.relations.get(id).is_none_or(|now| relation == now);
        fields && self.relations.iter().all(relation) && self.dated_by == now.dated_by
    }
}

impl Field {
    fn goes_on_as(&self, now: &Field) -> bool {
        let mut values = now.values.iter();
        let kept = self.values.iter().all(|value| values.any(|now| now == value));
        self.field_type == now.field_type && self.multiple == now.multiple && self.ordered == now.ordered && kept
    }
}
