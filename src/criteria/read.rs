//! Reading the criteria in a definition's fields; nothing where they do not follow the grammar.

use crate::document::Value;

use super::grammar::{self, Read};
use super::syntax::{Path, Predicate};
use crate::document::{pointer_push, pointer_push_index};

/// A value that criteria are read from, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Field<'v> {
    pub(crate) value: &'v Value,
    pub(crate) pointer: String,
}

impl<'v> Field<'v> {
    /// A whole definition.
    pub(crate) fn root(value: &'v Value) -> Field<'v> {
        Field { value, pointer: String::new() }
    }

    /// A member, if it is there and not null.
    pub(crate) fn member(&self, key: &str) -> Option<Field<'v>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Field { value, pointer: pointer_push(&self.pointer, key) })
    }

    /// The items of a member that is a list; none where it is not there.
    pub(crate) fn items(&self, key: &str) -> Vec<Field<'v>> {
        let Some(list) = self.member(key) else { return Vec::new() };
        let items = list.value.as_array().unwrap_or_default().iter().enumerate();
        items.map(|(at, value)| Field { value, pointer: pointer_push_index(&list.pointer, at) }).collect()
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'v str> {
        self.value.get(key)?.as_str()
    }

    pub(crate) fn owned(&self, key: &str) -> Option<String> {
        self.text(key).map(str::to_owned)
    }

    /// A member read by the grammar, which must be there.
    pub(crate) fn read<T>(&self, key: &str, grammar: impl Fn(&Value, &str) -> Read<T>) -> Option<T> {
        let member = self.member(key)?;
        grammar(member.value, &member.pointer).0
    }

    /// A member read by the grammar, if it is there: nothing at all where it does not follow the grammar.
    pub(crate) fn read_if<T>(&self, key: &str, grammar: impl Fn(&Value, &str) -> Read<T>) -> Option<Option<T>> {
        match self.member(key) {
            None => Some(None),
            Some(member) => grammar(member.value, &member.pointer).0.map(Some),
        }
    }

    pub(crate) fn predicate_if(&self, key: &str) -> Option<Option<Predicate>> {
        self.read_if(key, grammar::predicate)
    }

    /// The condition of `{"where": P}` under a key, or none where that is null.
    pub(crate) fn population(&self, key: &str) -> Option<Option<Predicate>> {
        match self.member(key) {
            None => Some(None),
            Some(population) => population.predicate_if("where"),
        }
    }

    /// A list of paths.
    pub(crate) fn paths(&self, key: &str) -> Option<Vec<Path>> {
        self.items(key).into_iter().map(|item| grammar::path(item.value, &item.pointer).0).collect()
    }
}
