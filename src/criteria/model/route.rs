//! The way from what is in scope to the rows of an entity.

use super::{Model, Reached, Stray};
use crate::criteria::syntax::Path;

/// The way to rows: from which entity in scope, over which relations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route<'a> {
    /// The entity in scope that it starts from.
    pub start: &'a str,
    /// The relations, in order.
    pub steps: Vec<&'a str>,
}

/// Why there is no way to rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoRoute {
    /// The path starts from an entity that is not in scope.
    OutOfScope(String),
    /// The path leaves the way.
    Stray(Stray),
    /// The path ends at a field.
    EndsAtField(String),
    /// The path ends at rows of another entity.
    EndsElsewhere(String),
    /// No relation of what is in scope leads there; perhaps one further away does.
    Missing,
    /// Several relations lead there.
    Ambiguous(Vec<String>),
}

impl Model {
    /// The way from the entities in scope to the rows of `target`: over `via`, or over the only relation that leads
    /// there.
    ///
    /// # Errors
    /// Why there is none.
    pub fn route<'a>(&'a self, scope: &[&'a str], target: &str, via: Option<&'a Path>) -> Result<Route<'a>, NoRoute> {
        let Some(via) = via else { return self.only_route(scope, target) };
        if !scope.contains(&via.entity.as_str()) {
            return Err(NoRoute::OutOfScope(via.entity.clone()));
        }
        match self.reach(&via.entity, &via.steps, true) {
            Err(stray) => Err(NoRoute::Stray(stray)),
            Ok(Reached::Field(entity, _)) => Err(NoRoute::EndsAtField(entity.id.clone())),
            Ok(Reached::Rows(entity)) if entity.id != target => Err(NoRoute::EndsElsewhere(entity.id.clone())),
            Ok(Reached::Rows(_)) => {
                Ok(Route { start: &via.entity, steps: via.steps.iter().map(String::as_str).collect() })
            }
        }
    }

    fn only_route<'a>(&'a self, scope: &[&'a str], target: &str) -> Result<Route<'a>, NoRoute> {
        let mut routes: Vec<(&str, &str)> = Vec::new();
        for start in scope {
            let relations = self.entity(start).into_iter().flat_map(|entity| &entity.relations);
            let leading = relations.filter(|(_, relation)| relation.to == target);
            routes.extend(leading.map(|(id, _)| (*start, id.as_str())));
        }
        routes.sort_unstable();
        routes.dedup();
        match routes.as_slice() {
            [] => Err(NoRoute::Missing),
            [(start, relation)] => Ok(Route { start, steps: vec![relation] }),
            many => Err(NoRoute::Ambiguous(many.iter().map(|(start, id)| format!("{start}.{id}")).collect())),
        }
    }
}
