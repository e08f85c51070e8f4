//! Where the values stand that criteria read: rows by the way to them, and the rows that are in scope.

use std::rc::Rc;

use crate::document::Value;

/// A row: one of the roots, or what to-one relations lead to from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Which root.
    pub(super) root: usize,
    /// The relations, in order.
    pub(super) steps: Vec<String>,
}

impl Place {
    /// A root itself.
    pub(super) fn root(root: usize) -> Place {
        Place { root, steps: Vec::new() }
    }

    /// The row that a relation of this row leads to.
    pub(super) fn step(&self, relation: &str) -> Place {
        let mut place = self.clone();
        place.steps.push(relation.to_owned());
        place
    }
}

/// A row that places start from.
#[derive(Clone, Debug)]
pub(super) enum Root {
    /// Its values are what is asked for.
    Open,
    /// Its values stand.
    Known(Rc<Value>),
}

/// A row in scope, and those around it, as in [`crate::criteria::Scope`].
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The entity of the row.
    pub(super) entity: String,
    /// The row.
    pub(super) place: Place,
    /// Whether stated scores are about it.
    pub(super) stated: bool,
    /// Which of the models gives the names their meaning.
    pub(super) model: usize,
    /// The definitions that are being met, the innermost last.
    pub(super) meeting: Vec<String>,
    /// The scope around it.
    pub(super) outer: Option<Rc<Frame>>,
}

impl Frame {
    /// The scope of a definition's criteria.
    pub(super) fn subject(entity: &str, model: usize) -> Rc<Frame> {
        Rc::new(Frame {
            entity: entity.to_owned(),
            place: Place::root(0),
            stated: true,
            model,
            meeting: Vec::new(),
            outer: None,
        })
    }

    /// The scope inside one that sees a related row as well, which is a root of its own.
    pub(super) fn with(outer: &Rc<Frame>, entity: &str, root: usize) -> Rc<Frame> {
        Rc::new(Frame {
            entity: entity.to_owned(),
            place: Place::root(root),
            stated: false,
            model: outer.model,
            meeting: outer.meeting.clone(),
            outer: Some(Rc::clone(outer)),
        })
    }

    /// The innermost part of the scope that sees a row of an entity.
    pub(super) fn of_entity(&self, entity: &str) -> Option<&Frame> {
        let mut here = self;
        while here.entity != entity {
            here = here.outer.as_deref()?;
        }
        Some(here)
    }

    /// This row and those around it, from the innermost.
    pub(super) fn rows(&self) -> Vec<&Frame> {
        let mut rows = vec![self];
        while let Some(outer) = rows.last().and_then(|frame| frame.outer.as_deref()) {
            rows.push(outer);
        }
        rows
    }
}
