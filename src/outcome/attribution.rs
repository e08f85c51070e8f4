//! Attribution: who is credited for a row, by the touches that count or by the cases that name a source.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::document::Value;

use super::credit::{Position, Split, WHOLE, shares};
use super::{Case, Stop, number, object};
use crate::criteria::evaluate::{Key, Related};
use crate::criteria::read::Field;
use crate::criteria::syntax::{Cases, Path, Predicate, Window};
use crate::criteria::{Choice, Clock, Evaluator, Exhausted, Moment, Scope, Scores, Source, grammar};

/// An attribution, all of whose criteria follow the grammar.
#[derive(Clone, Debug)]
pub struct Attribution {
    subject: String,
    population: Option<Predicate>,
    amount: Path,
    missing_is_zero: bool,
    overrides: Vec<Override>,
    mode: Mode,
}

/// How credit comes about.
#[derive(Clone, Debug)]
enum Mode {
    /// One team has the whole.
    Sourced(Cases),
    /// Touches are counted.
    Influenced(Box<Influence>),
}

/// Which touches count, and how many it takes.
#[derive(Clone, Debug)]
struct Influence {
    credited_to: String,
    of: String,
    via: Option<Path>,
    eligible: Vec<Predicate>,
    repeats: Option<Repeats>,
    window: Option<Window>,
    minimum: Cases,
    split: Split,
    tie_break: Vec<Path>,
}

/// How several touches count as one.
#[derive(Clone, Debug)]
struct Repeats {
    one_per: Vec<Path>,
    keep_latest: bool,
}

/// What changes the outcome afterwards.
#[derive(Clone, Debug)]
struct Override {
    id: String,
    when: Predicate,
    window: Option<Window>,
    to: Option<String>,
}

impl Attribution {
    /// Reads an attribution; nothing if it does not follow the grammar.
    #[must_use]
    pub fn read(source: &Source) -> Option<Attribution> {
        let root = Field::root(source.value);
        let amount = root.member("amount")?;
        let mode = match root.text("mode")? {
            "sourced" => Mode::Sourced(root.read("source", grammar::cases)?),
            _ => Mode::Influenced(Box::new(Influence::read(&root)?)),
        };
        Some(Attribution {
            subject: source.subject?.to_owned(),
            population: root.population("population")?,
            amount: amount.read("field", grammar::path)?,
            missing_is_zero: amount.text("missing") == Some("zero"),
            overrides: root.items("overrides").iter().map(Override::read).collect::<Option<_>>()?,
            mode,
        })
    }

    /// What becomes of an example's record, and the credit it brings.
    pub(super) fn compute(&self, case: &Case) -> Result<Value, Stop> {
        let scores = Scores::default();
        let clock = Clock::at(case.at()?, case.model);
        let evaluator = Evaluator { model: case.model, scores: &scores, budget: case.budget, clock };
        let scope = Scope::subject(&self.subject, case.record());
        let outside = || object([("outcome", Some(Value::from("outside")))]);
        if let Some(population) = &self.population
            && !evaluator.holds(population, &scope)?
        {
            return Ok(outside());
        }
        let amount = match evaluator.numbers(&self.amount, &scope)?.first() {
            Some(amount) => *amount,
            None if self.missing_is_zero => 0.0,
            None => return Ok(outside()),
        };
        let overriding = self.overriding(&evaluator, &scope)?;
        match &self.mode {
            Mode::Sourced(source) => sourced(case, &evaluator, &scope, source, overriding, amount),
            Mode::Influenced(influence) => match overriding {
                Some(rule) if rule.to.as_ref() == Some(&influence.credited_to) => {
                    Ok(influenced(Some(&rule.id), amount, None))
                }
                Some(rule) => Ok(not_influenced(Some(&rule.id))),
                None => influence.compute(case, &evaluator, &scope, amount),
            },
        }
    }

    /// The first override whose condition held by the end of the stretch in which it may be made.
    fn overriding(&self, evaluator: &Evaluator, scope: &Scope) -> Result<Option<&Override>, Exhausted> {
        for rule in &self.overrides {
            let Some(made) = rule.made_at(evaluator, scope)? else { continue };
            if made.holds(&rule.when, scope)? {
                return Ok(Some(rule));
            }
        }
        Ok(None)
    }
}

impl Override {
    fn read(field: &Field) -> Option<Override> {
        Some(Override {
            id: field.owned("id")?,
            when: field.read("when", grammar::predicate)?,
            window: field.read_if("window", grammar::window)?,
            to: field.owned("to"),
        })
    }

    /// The evaluator at the last instant up to now at which the override could be made; none before its window.
    fn made_at<'e>(&self, evaluator: &Evaluator<'e>, scope: &Scope) -> Result<Option<Evaluator<'e>>, Exhausted> {
        let Some(window) = &self.window else { return Ok(Some(*evaluator)) };
        let Some((from, to)) = evaluator.window_ends(window, scope)? else { return Ok(None) };
        let zone = evaluator.model.zone();
        let now = evaluator.clock.now;
        if !Moment::Instant(now).is_within(from, None, window.ends, zone) {
            return Ok(None);
        }
        let end = to.and_then(|to| to.last_instant(zone)).map_or(now, |end| end.min(now));
        Ok(Some(evaluator.at(end)))
    }
}

fn sourced(
    case: &Case,
    evaluator: &Evaluator,
    scope: &Scope,
    source: &Cases,
    overriding: Option<&Override>,
    amount: f64,
) -> Result<Value, Stop> {
    let choice = evaluator.choose(source, scope)?;
    let (team, by) = match (overriding, &choice) {
        (Some(rule), _) => (rule.to.clone(), Some(rule.id.as_str())),
        (None, Choice::Case { id, is }) => (is.as_str().map(str::to_owned), Some(*id)),
        (None, _) => (case.chosen(&choice, "source")?.as_str().map(str::to_owned), None),
    };
    let outcome = if team.is_some() { "sourced" } else { "outside" };
    Ok(object([
        ("outcome", Some(Value::from(outcome))),
        ("credit", team.is_some().then(|| number(Some(amount)))),
        ("team", team.map(Value::from)),
        ("by", by.map(Value::from)),
    ]))
}

fn influenced(by: Option<&str>, amount: f64, touches: Option<Value>) -> Value {
    object([
        ("outcome", Some(Value::from("influenced"))),
        ("credit", Some(number(Some(amount)))),
        ("by", by.map(Value::from)),
        ("touches", touches),
    ])
}

fn not_influenced(by: Option<&str>) -> Value {
    object([("outcome", Some(Value::from("not-influenced"))), ("by", by.map(Value::from))])
}

/// A touch that counts, with the values by which touches are put in order.
struct Touch<'t> {
    related: Related<'t>,
    keys: Vec<Option<Key>>,
}

impl Influence {
    fn read(root: &Field) -> Option<Influence> {
        let touches = root.member("touches")?;
        let repeats = match touches.member("repeats") {
            None => None,
            Some(repeats) => {
                let keep_latest = repeats.text("keep") == Some("latest");
                Some(Repeats { one_per: repeats.paths("one_per")?, keep_latest })
            }
        };
        let eligible = touches.items("eligible");
        Some(Influence {
            credited_to: root.owned("credited_to")?,
            of: touches.owned("of")?,
            via: touches.read_if("via", grammar::path)?,
            eligible: eligible.iter().map(|item| item.read("when", grammar::predicate)).collect::<Option<_>>()?,
            repeats,
            window: root.read_if("window", grammar::window)?,
            minimum: root.read("minimum", grammar::cases)?,
            split: Split::read(root.value.get("credit")?)?,
            tie_break: root.paths("tie_break")?,
        })
    }

    fn compute(&self, case: &Case, evaluator: &Evaluator, scope: &Scope, amount: f64) -> Result<Value, Stop> {
        let touches = self.touches(evaluator, scope)?;
        let choice = evaluator.choose(&self.minimum, scope)?;
        let minimum = case.chosen(&choice, "minimum")?;
        let by = match &choice {
            Choice::Case { id, .. } => Some(*id),
            _ => None,
        };
        if minimum.is_null() || !self.reaches(minimum, &touches, evaluator, scope)? {
            return Ok(not_influenced(None));
        }
        let positions = self.positions(&touches, evaluator, scope);
        let credited = touches.iter().zip(shares(&self.split, &positions)).map(|(touch, points)| {
            let credit = amount * f64::from(points) / f64::from(WHOLE);
            object([
                ("id", touch.related.row.get("id").cloned()),
                ("basis_points", Some(Value::from(points))),
                ("credit", Some(number(Some(credit)))),
            ])
        });
        Ok(influenced(by, amount, Some(credited.collect())))
    }

    /// The touches that count: in the window, eligible, one of each set of repeats, in order.
    fn touches<'t>(&self, evaluator: &'t Evaluator, scope: &Scope<'t>) -> Result<Vec<Touch<'t>>, Stop> {
        let Some(entity) = evaluator.model.entity(&self.of) else { return Ok(Vec::new()) };
        let ends = match &self.window {
            None => None,
            Some(window) => match evaluator.window_ends(window, scope)? {
                Some(ends) => Some((ends, window.ends)),
                None => return Ok(Vec::new()),
            },
        };
        let zone = evaluator.model.zone();
        let mut touches = Vec::new();
        for related in evaluator.rows(&self.of, self.via.as_ref(), scope)? {
            let date = evaluator.dated(entity, related.row);
            let inside =
                ends.is_none_or(|((from, to), ends)| date.is_some_and(|date| date.is_within(from, to, ends, zone)));
            let inner = scope.with(&self.of, related.row);
            if !inside || !any_holds(&self.eligible, evaluator, &inner)? {
                continue;
            }
            let keys = self.tie_break.iter().map(|path| evaluator.sort_key(path, &inner));
            touches.push(Touch { related, keys: keys.collect::<Result<_, _>>()? });
        }
        touches.sort_by(|left, right| in_order(&left.keys, &right.keys));
        self.without_repeats(touches, evaluator, scope)
    }

    fn without_repeats<'t>(
        &self,
        mut touches: Vec<Touch<'t>>,
        evaluator: &Evaluator,
        scope: &Scope,
    ) -> Result<Vec<Touch<'t>>, Stop> {
        let Some(repeats) = &self.repeats else { return Ok(touches) };
        if repeats.keep_latest {
            touches.reverse();
        }
        let mut seen = BTreeSet::new();
        let mut kept = Vec::new();
        for touch in touches {
            let inner = scope.with(&self.of, touch.related.row);
            let identity: Result<Vec<_>, _> =
                repeats.one_per.iter().map(|path| evaluator.identities(path, &inner)).collect();
            let identity = identity?;
            // What is missing is equal to nothing, so such a touch repeats no other.
            if identity.iter().any(Vec::is_empty) || seen.insert(identity) {
                kept.push(touch);
            }
        }
        if repeats.keep_latest {
            kept.reverse();
        }
        Ok(kept)
    }

    fn reaches(&self, minimum: &Value, touches: &[Touch], evaluator: &Evaluator, scope: &Scope) -> Result<bool, Stop> {
        let at_least = |value: &Value, key: &str| value.get(key).and_then(Value::as_u64).unwrap_or(u64::MAX);
        let reached = |count: usize, wanted: u64| u64::try_from(count).is_ok_and(|count| count >= wanted);
        if !reached(touches.len(), at_least(minimum, "touches")) {
            return Ok(false);
        }
        let Some(distinct) = minimum.get("distinct").filter(|distinct| !distinct.is_null()) else { return Ok(true) };
        let Some(path) = distinct.get("by").and_then(|by| grammar::path(by, "").0) else { return Ok(false) };
        let mut different = BTreeSet::new();
        for touch in touches {
            different.extend(evaluator.identities(&path, &scope.with(&self.of, touch.related.row))?);
        }
        Ok(reached(different.len(), at_least(distinct, "at_least")))
    }

    /// The positions of each touch that the split gives weight to.
    fn positions(&self, touches: &[Touch], evaluator: &Evaluator, scope: &Scope) -> Vec<Vec<Position>> {
        let mut positions = vec![Vec::new(); touches.len()];
        let Split::Weighted(weights) = &self.split else { return positions };
        let created = |entity: &str| Some((evaluator.model.entity(entity)?, scope.row_of(entity)?));
        for (position, _) in weights {
            let index = match position {
                Position::First => (!touches.is_empty()).then_some(0),
                Position::Last => touches.len().checked_sub(1),
                Position::BeforeOpportunityCreated => {
                    let date = created("opportunity").and_then(|(entity, row)| evaluator.dated(entity, row));
                    touches.iter().rposition(|touch| self.is_before(touch, date, evaluator))
                }
                Position::BeforePersonCreated => touches.iter().rposition(|touch| {
                    let related = &touch.related;
                    let person = related.parent_entity.id == "person";
                    let date = person.then(|| evaluator.dated(related.parent_entity, related.parent)).flatten();
                    self.is_before(touch, date, evaluator)
                }),
                Position::Others => None,
            };
            if let Some(held) = index.and_then(|index| positions.get_mut(index)) {
                held.push(*position);
            }
        }
        positions
    }

    fn is_before(&self, touch: &Touch, date: Option<Moment>, evaluator: &Evaluator) -> bool {
        let entity = evaluator.model.entity(&self.of);
        let touched = entity.and_then(|entity| evaluator.dated(entity, touch.related.row));
        touched.zip(date).is_some_and(|(touched, date)| touched.compare(date, evaluator.model.zone()).is_le())
    }
}

fn any_holds(conditions: &[Predicate], evaluator: &Evaluator, scope: &Scope) -> Result<bool, Exhausted> {
    for condition in conditions {
        if evaluator.holds(condition, scope)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Known values in order, the missing ones first.
fn in_order(left: &[Option<Key>], right: &[Option<Key>]) -> Ordering {
    let pairs = left.iter().zip(right);
    let orders = pairs.map(|pair| match pair {
        (Some(left), Some(right)) => left.compare(right),
        (left, right) => left.is_some().cmp(&right.is_some()),
    });
    orders.fold(Ordering::Equal, Ordering::then)
}
