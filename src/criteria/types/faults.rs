//! Paths that leave the way and rows without a way, told as problems.

use super::Checker;
use crate::criteria::model::{NoRoute, Stray};
use crate::criteria::problem::Problem;
use crate::criteria::syntax::Path;
use crate::finding::rules::{PATH_TO_MANY, UNKNOWN_FIELD, VIA_UNCLEAR};

impl Checker<'_> {
    pub(super) fn stray(&mut self, pointer: &str, stray: Stray) {
        let problem = match stray {
            Stray::NoEntity(id) => return self.unknown_entity(pointer, &id),
            Stray::NoName { entity, name, near } => {
                let message = format!("`{entity}` has no field or relation `{name}`");
                Problem::at(&UNKNOWN_FIELD, pointer, message).meant(near.as_deref())
            }
            Stray::GoesOn { entity, field } => {
                let message = format!("`{entity}.{field}` is a field; nothing can be reached from it");
                Problem::at(&UNKNOWN_FIELD, pointer, message)
            }
            Stray::Many { entity, relation, to } => {
                let message = format!("`{entity}.{relation}` leads to several rows; here one value is read");
                let hint = format!("say how they become one, such as {{\"latest\": \"{to}.<field>\", \"via\": ...}}");
                Problem::at(&PATH_TO_MANY, pointer, message).hint(hint)
            }
        };
        self.problems.push(problem);
    }

    /// Checks the way to the rows of an entity: over `via`, or over the only relation that leads there.
    pub(super) fn route(&mut self, target: &str, via: Option<&Path>, pointer: &str) {
        let Err(fault) = self.model.route(&self.scope, target, via) else { return };
        let pointer = via.map_or(pointer, |via| &via.pointer);
        let problem = match fault {
            NoRoute::OutOfScope(_) => {
                if let Some(via) = via {
                    self.in_scope(via);
                }
                return;
            }
            NoRoute::Stray(stray) => return self.stray(pointer, stray),
            NoRoute::EndsAtField(entity) => {
                let message = format!("this way ends at a field of {entity}, not at rows of {target}");
                Problem::at(&VIA_UNCLEAR, pointer, message)
            }
            NoRoute::EndsElsewhere(entity) => {
                let message = format!("this way ends at rows of {entity}, not of {target}");
                Problem::at(&VIA_UNCLEAR, pointer, message)
            }
            NoRoute::Missing => {
                let message = format!("no relation of {} leads to {target}", self.scope.join(" or "));
                Problem::at(&VIA_UNCLEAR, pointer, message).hint(format!("say the way to {target} with `via`"))
            }
            NoRoute::Ambiguous(ways) => {
                let message = format!("{} ways lead to {target}: {}", ways.len(), ways.join(", "));
                let hint = format!("say which with `via`, such as \"via\": \"{}\"", ways.first().map_or("", |way| way));
                Problem::at(&VIA_UNCLEAR, pointer, message).hint(hint)
            }
        };
        self.problems.push(problem);
    }
}
