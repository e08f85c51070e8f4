//! Routing, proved: that each row has an answer, that it has only one, and that each rule gets rows.

use super::MOST_IN_A_FILE;
use super::witnesses::shown;
use crate::criteria::reason::{Allowance, Answer, MOST_STEPS, Together};
use crate::criteria::syntax::{Cases, Overlap};
use crate::criteria::{Model, Source, grammar};
use crate::document::Value;
use crate::finding::{Finding, rules};

/// Questions that are told of those that were not decided.
const MOST_OPEN: usize = 5;
/// Steps that all questions about one routing may take together; a large one has some hundred rules.
const ALL: u64 = 20_000_000;

/// What is wrong with the rules of a routing, which can be read. What is not decided is told once, if it is claimed.
pub(super) fn findings(path: &str, source: &Source, model: &Model) -> Vec<Finding> {
    if source.kind != "routing" {
        return Vec::new();
    }
    let Some(subject) = source.subject else { return Vec::new() };
    let Some(cases) = source.value.get("rules").and_then(|rules| grammar::cases(rules, "/rules").0) else {
        return Vec::new();
    };
    let population = source.value.pointer("/population/where");
    let population = population.map(|value| grammar::predicate(value, "/population/where").0);
    if matches!(population, Some(None)) {
        return Vec::new();
    }
    let population = population.flatten();
    let conditions = cases.cases.iter().map(|case| &case.when).chain(&population).collect();
    let allowance = &Allowance::new(MOST_STEPS, ALL);
    let together = Together::new(model, subject, conditions, allowance);
    let population = population.is_some().then_some((cases.cases.len(), true));
    let routing = Routing { subject, cases: &cases, together, population, allowance };
    let mut open = Vec::new();
    let mut findings = routing.unreached(path);
    findings.extend(routing.overlaps(path, &mut open));
    findings.extend(routing.gap(path, &mut open));
    if findings.is_empty() && !open.is_empty() {
        let more = open.len().saturating_sub(MOST_OPEN);
        let more = if more > 0 { format!(", and {more} more such questions") } else { String::new() };
        let told: Vec<&str> = open.iter().take(MOST_OPEN).map(String::as_str).collect();
        let message = format!("it is not decided whether {}{more}", told.join(", or "));
        let hint = "make the conditions simpler, or let the first case count and give the rest to somebody";
        findings.push(Finding::at(&rules::ROUTING_NOT_PROVED, path, "/rules", message).hint(hint));
    }
    findings
}

/// The rules of a routing.
struct Routing<'a> {
    subject: &'a str,
    cases: &'a Cases,
    /// The conditions of the cases, and that of the population behind them.
    together: Together<'a>,
    /// That a row is of the population; without it, every row has to have an answer.
    population: Option<(usize, bool)>,
    allowance: &'a Allowance,
}

impl Routing<'_> {
    /// Whether there is a row of the population of which some cases hold and others do not. That no row at all is so
    /// takes less to find out, and is the common answer.
    fn row(&self, wanted: &[(usize, bool)]) -> Answer {
        if self.is_none(wanted, false) {
            return Answer::No;
        }
        self.together.find(&self.of_population(wanted))
    }

    /// Whether there is surely none; of all rows, or of those of the population.
    fn is_none(&self, wanted: &[(usize, bool)], of_population: bool) -> bool {
        if of_population {
            return self.together.is_never(&self.of_population(wanted));
        }
        self.together.is_never(wanted)
    }

    fn of_population(&self, wanted: &[(usize, bool)]) -> Vec<(usize, bool)> {
        self.population.into_iter().chain(wanted.iter().copied()).collect()
    }

    fn name(&self, index: usize) -> &str {
        &self.cases.cases[index].id
    }

    /// Cases that no row of the population comes to. One that no row at all meets is told as criteria that are
    /// impossible, wherever they stand.
    fn unreached(&self, path: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (index, case) in self.cases.cases.iter().enumerate() {
            let earlier = || (0..index).map(|earlier| (earlier, false));
            let mut wanted = vec![(index, true)];
            if self.cases.overlap == Overlap::First {
                wanted.extend(earlier());
            }
            if !self.is_none(&wanted, true) || self.is_none(&[(index, true)], false) {
                continue;
            }
            let message = match self.is_none(&[(index, true)], true) {
                true => format!("no {} that this routing is for comes to `{}`", self.subject, case.id),
                false => {
                    format!("no {} comes to `{}`: {} all that it is for", self.subject, case.id, self.takers(index))
                }
            };
            let hint = "move it before the cases that take its rows, or remove it";
            findings.push(Finding::at(&rules::ROUTING_UNREACHED, path, &case.when.pointer, message).hint(hint));
        }
        findings
    }

    /// "`a` takes", or "the cases before it take".
    fn takers(&self, index: usize) -> String {
        let alone = (0..index).find(|earlier| self.is_none(&[(index, true), (*earlier, false)], true));
        alone.map_or("the cases before it take".to_owned(), |taker| format!("`{}` takes", self.name(taker)))
    }

    /// Two cases that one row meets, where that is forbidden.
    fn overlaps(&self, path: &str, open: &mut Vec<String>) -> Vec<Finding> {
        if self.cases.overlap != Overlap::Forbidden {
            return Vec::new();
        }
        let mut findings = Vec::new();
        for (second, case) in self.cases.cases.iter().enumerate() {
            for first in 0..second {
                if findings.len() == MOST_IN_A_FILE {
                    return findings;
                }
                if self.allowance.is_spent() {
                    open.push(format!("a {} fits two of the cases", self.subject));
                    return findings;
                }
                let (one, other) = (self.name(first), self.name(second));
                match self.row(&[(first, true), (second, true)]) {
                    Answer::Yes(witness) => {
                        let message = format!("this {} fits `{one}` and `{other}`: {}", self.subject, shown(&witness));
                        let hint = "narrow one of the two, or let the first that fits count (`overlap`: `first`)";
                        findings
                            .push(Finding::at(&rules::ROUTING_OVERLAP, path, &case.when.pointer, message).hint(hint));
                    }
                    Answer::No => {}
                    Answer::NotDecided(_) => open.push(format!("a {} fits `{one}` and `{other}`", self.subject)),
                }
            }
        }
        findings
    }

    /// A row that no case takes, where nothing is said for the rest.
    fn gap(&self, path: &str, open: &mut Vec<String>) -> Option<Finding> {
        if self.cases.otherwise != Value::Null {
            return None;
        }
        let none: Vec<(usize, bool)> = (0..self.cases.cases.len()).map(|index| (index, false)).collect();
        match self.row(&none) {
            Answer::Yes(witness) => {
                let message = format!("this {} is given to nobody: {}", self.subject, shown(&witness));
                let hint = "widen a case, or say here who gets the rest";
                Some(Finding::at(&rules::ROUTING_GAP, path, "/rules/otherwise", message).hint(hint))
            }
            Answer::No => None,
            Answer::NotDecided(_) => {
                open.push(format!("a {} fits none of the cases", self.subject));
                None
            }
        }
    }
}
