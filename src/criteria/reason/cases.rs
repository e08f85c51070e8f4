//! Choices by cases: cases that are never reached, cases that overlap, records that no case takes.

use super::find::{Claim, find};
use super::{Answer, MOST_STEPS, Why, Witness};
use crate::criteria::model::Model;
use crate::criteria::syntax::{Cases, Overlap};

/// What is known of a choice by cases.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CasesAnswer {
    /// The cases that no record reaches, by their place.
    pub never: Vec<usize>,
    /// Two cases that one record meets; where the first is taken, none are looked for.
    pub overlaps: Vec<Overlapping>,
    /// Whether every record meets a case.
    pub gap: Gap,
    /// Questions that were not decided: the cases that they are about.
    pub not_decided: Vec<(Vec<usize>, Why)>,
}

/// Two cases that one record meets.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlapping {
    /// The earlier case.
    pub first: usize,
    /// The later one.
    pub second: usize,
    /// The record.
    pub witness: Witness,
}

/// Whether every record meets a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Gap {
    /// Every record does.
    None,
    /// This one meets none.
    Record(Box<Witness>),
    /// It was not found out.
    #[default]
    NotDecided,
}

/// What follows from the conditions of cases about an entity.
///
/// A case is never reached if no record meets it that an earlier case would not take. Where two may not apply at once,
/// every pair is looked at.
#[must_use]
pub fn cases(model: &Model, subject: &str, cases: &Cases) -> CasesAnswer {
    let claim = |index: usize, holds: bool| Claim { model, predicate: &cases.cases[index].when, holds };
    let mut answer = CasesAnswer::default();
    for index in 0..cases.cases.len() {
        let mut claims = vec![claim(index, true)];
        if cases.overlap == Overlap::First {
            claims.extend((0..index).map(|earlier| claim(earlier, false)));
        }
        match find(subject, &claims, MOST_STEPS).answer {
            Answer::Yes(_) => {}
            Answer::No => answer.never.push(index),
            Answer::NotDecided(why) => answer.not_decided.push((vec![index], why)),
        }
    }
    if cases.overlap == Overlap::Forbidden {
        for second in 0..cases.cases.len() {
            for first in 0..second {
                match find(subject, &[claim(first, true), claim(second, true)], MOST_STEPS).answer {
                    Answer::Yes(witness) => answer.overlaps.push(Overlapping { first, second, witness: *witness }),
                    Answer::No => {}
                    Answer::NotDecided(why) => answer.not_decided.push((vec![first, second], why)),
                }
            }
        }
    }
    let none: Vec<Claim> = (0..cases.cases.len()).map(|index| claim(index, false)).collect();
    answer.gap = match find(subject, &none, MOST_STEPS).answer {
        Answer::Yes(witness) => Gap::Record(witness),
        Answer::No => Gap::None,
        Answer::NotDecided(_) => Gap::NotDecided,
    };
    answer
}
