//! One question: is there a record of which some claims are true?

use std::rc::Rc;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::build::Built;
use super::place::{Frame, Root};
use super::search::Outcome;
use super::space::{NodeId, Space};
use super::witness::{Witness, is_so, small};
use super::{Answer, Stop, Why};
use crate::criteria::evaluate::{Budget, Clock};
use crate::criteria::model::Model;
use crate::criteria::scores::Scores;
use crate::criteria::syntax::Predicate;

/// That a predicate holds of a record, or that it does not.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The definitions that the predicate refers to.
    pub model: &'a Model,
    /// The predicate.
    pub predicate: &'a Predicate,
    /// Whether it holds.
    pub holds: bool,
}

/// What was found, and what it took.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Whether there is a record.
    pub answer: Answer,
    /// The steps that were taken.
    pub steps: u32,
}

/// The instant at which records are evaluated, where nothing speaks for a later one: a Monday in the middle of a month.
const INSTANT: i64 = 1_781_524_800;

/// Looks for a record of an entity of which all claims are true, in at most so many steps.
#[must_use]
pub fn find(subject: &str, claims: &[Claim], steps: u32) -> Found {
    let budget = Rc::new(Budget::of(steps));
    let answer = match Question::of(subject, claims, &budget).and_then(|question| question.answer()) {
        Ok(answer) => answer,
        Err(Stop::Steps) => Answer::NotDecided(Why::Steps),
        Err(Stop::Theory) => Answer::NotDecided(Why::Theory),
    };
    Found { answer, steps: steps - budget.left() }
}

/// Whether there is no record of an entity of which all claims are true; false also where that is not found out. Takes
/// less than [`find`] where there is one, since no witness is built.
pub(super) fn impossible(subject: &str, claims: &[Claim], budget: &Rc<Budget>) -> bool {
    let none = Question::of(subject, claims, budget).and_then(|question| question.is_impossible(&question.wanted));
    none == Ok(Some(true))
}

/// A question at one instant.
pub(super) struct Question<'a> {
    subject: &'a str,
    claims: Vec<Claim<'a>>,
    budget: Rc<Budget>,
    at: Timestamp,
    space: Space<'a>,
    /// What the claims want of which formulas.
    pub(super) wanted: Vec<(NodeId, bool)>,
}

impl<'a> Question<'a> {
    /// Makes claims ready to be looked into.
    pub(super) fn of(subject: &'a str, claims: &[Claim<'a>], budget: &Rc<Budget>) -> Result<Question<'a>, Stop> {
        let Some(first) = claims.first() else { return Err(Stop::Theory) };
        if claims.iter().any(|claim| claim.model.zone() != first.model.zone()) {
            return Err(Stop::Theory);
        }
        let now = Timestamp::from_second(INSTANT).map_err(|_| Stop::Theory)?;
        let question = Question::new(subject, claims, budget, now)?;
        // An instant after every day that criteria name: whatever they say can have come to be.
        let Some(latest) = question.space.latest_day else { return Ok(question) };
        let later = latest.to_zoned(TimeZone::UTC).ok().and_then(|day| day.timestamp().checked_add(60.hours()).ok());
        match later.filter(|later| *later > now) {
            Some(later) => Question::new(subject, claims, budget, later),
            None => Ok(question),
        }
    }

    fn new(subject: &'a str, claims: &[Claim<'a>], budget: &Rc<Budget>, at: Timestamp) -> Result<Question<'a>, Stop> {
        let mut models: Vec<&Model> = Vec::new();
        for claim in claims {
            if !models.iter().any(|model| std::ptr::eq(*model, claim.model)) {
                models.push(claim.model);
            }
        }
        let clocks = models.iter().map(|model| Clock::at(at, model)).collect();
        let scores = Rc::new(Scores::default());
        let (known, budget) = (Rc::new(models.clone()), Rc::clone(budget));
        let mut space = Space::new(known, Rc::new(clocks), Rc::clone(&budget), vec![Root::Open], scores);
        let mut wanted = Vec::new();
        for claim in claims {
            let model = models.iter().position(|model| std::ptr::eq(*model, claim.model)).unwrap_or_default();
            wanted.push((space.predicate(claim.predicate, &Frame::subject(subject, model))?, claim.holds));
        }
        space.close()?;
        Ok(Question { subject, claims: claims.to_vec(), budget, at, space, wanted })
    }

    /// Whether there is no record with which formulas come out as wanted; nothing where that is not found out.
    pub(super) fn is_impossible(&self, wanted: &[(NodeId, bool)]) -> Result<Option<bool>, Stop> {
        let outcome = self.space.search(wanted, false, &mut |_, _| Ok(true))?;
        Ok(match outcome {
            Outcome::Accepted => Some(false),
            outcome => self.is_none(wanted, outcome)?.then_some(true),
        })
    }

    fn answer(&self) -> Result<Answer, Stop> {
        let mut found: Option<Built> = None;
        let space = &self.space;
        let outcome = space.search(&self.wanted, false, &mut |state, asked| {
            let mut small = state.clone();
            space.loosen(&mut small, asked)?;
            for (state, all) in [(&small, false), (state, true)] {
                if let Some(built) = space.build(state, 0, all)?
                    && is_so(self.subject, &self.claims, &built, self.at, &self.budget)?
                {
                    found = Some(built);
                    return Ok(true);
                }
            }
            Ok(false)
        })?;
        if let Some(built) = found {
            let built = small(self.subject, &self.claims, built, self.at, &self.budget)?;
            return Ok(Answer::Yes(Box::new(Witness { at: self.at, record: built.row, scores: built.scores })));
        }
        Ok(if self.is_none(&self.wanted, outcome)? { Answer::No } else { Answer::NotDecided(Why::Theory) })
    }

    /// Whether a search that ended so shows that there is no record.
    fn is_none(&self, wanted: &[(NodeId, bool)], outcome: Outcome) -> Result<bool, Stop> {
        let space = &self.space;
        let unreal =
            || space.variables.iter().any(|variable| variable.cells.list.iter().any(|cell| cell.value.is_none()));
        let complete = space.variables.iter().all(|variable| variable.cells.complete);
        Ok(outcome == Outcome::None
            && complete
            && !space.at_this_instant_only
            && (!unreal() || space.search(wanted, true, &mut |_, _| Ok(true))? == Outcome::None))
    }
}
