//! Maturity: in which stage each row of a matrix stands, by the registry's own evidence.
//!
//! A matrix is a definition of kind `maturity`. Each piece of its evidence is there, missing, or cannot be seen from
//! here, such as the history without a trust digest. What cannot be seen never counts as there. [`judge`] is a function
//! of the [`Sight`]; it knows no repository and no clock.

mod definitions;
mod history;
mod matrix;
mod sight;
mod word;

use matrix::{Cell, Evidence, Form, Matrix, Row};
pub use matrix::{NextFirst, Stage, Whole};
pub use sight::{AcceptedText, History, Sight, Unseen};

use crate::governance::ledger::Ledger;
use crate::registry::Definition;

/// Whether a piece of evidence is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is there.
    Met,
    /// It is not there.
    Missing,
    /// It could not be looked at.
    Unseen,
}

/// What looking for a piece of evidence gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Whether it is there.
    pub status: Status,
    /// What was found, in plain words.
    pub found: String,
    /// The definitions, roles or values that stand in the way, if they have names.
    pub lacking: Vec<String>,
    /// What to type or do, if it is not there.
    pub next: Option<String>,
}

impl Found {
    fn met(found: impl Into<String>) -> Found {
        Found { status: Status::Met, found: found.into(), lacking: Vec::new(), next: None }
    }

    fn missing(found: impl Into<String>, lacking: Vec<String>, next: impl Into<String>) -> Found {
        Found { status: Status::Missing, found: found.into(), lacking, next: Some(next.into()) }
    }

    fn unseen(found: &str, next: &str) -> Found {
        let (found, next) = (found.to_owned(), Some(next.to_owned()));
        Found { status: Status::Unseen, found, lacking: Vec::new(), next }
    }

    fn no_history(unseen: &Unseen) -> Found {
        Found::unseen("the history was not looked at", &unseen.next)
    }
}

/// A piece of evidence with what was found.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its id.
    pub id: String,
    /// What is demanded.
    pub says: String,
    /// The word of its form; none if this program does not know it.
    pub form: Option<&'static str>,
    /// What was found.
    pub found: Found,
}

/// A cell with its evidence.
#[derive(Clone, Debug)]
pub struct JudgedCell {
    /// What somebody would see; none if the matrix has no cell for this stage and row.
    pub looks_like: Option<String>,
    /// Its evidence.
    pub pieces: Vec<Piece>,
}

impl JudgedCell {
    /// Whether all of its evidence is there.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.looks_like.is_some() && self.pieces.iter().all(|piece| piece.found.status == Status::Met)
    }

    /// The evidence that is missing or could not be seen.
    pub fn open(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(|piece| piece.found.status != Status::Met)
    }
}

/// A row with where it stands.
#[derive(Clone, Debug)]
pub struct JudgedRow {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The question that it answers.
    pub asks: String,
    /// The role that moves it on.
    pub owner: String,
    /// A cell a stage, lowest first.
    pub cells: Vec<JudgedCell>,
    /// How many stages it has reached, from the lowest on.
    pub reached: usize,
}

/// A matrix with where it stands.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The definition's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The stages, lowest first.
    pub stages: Vec<Stage>,
    /// How the whole is judged by its rows.
    pub whole: Whole,
    /// The rows, in order.
    pub rows: Vec<JudgedRow>,
    /// How many stages the whole has reached, from the lowest on.
    pub reached: usize,
    /// Which row is to move next; none if all stand in the highest stage.
    pub next: Option<usize>,
}

/// Judges a matrix; none if the definition is not the shape of one.
#[must_use]
pub fn judge(definition: &Definition<'_>, sight: &Sight<'_>) -> Option<Assessment> {
    let matrix: Matrix = definition.document.value().read().ok()?;
    let rows: Vec<JudgedRow> = matrix.rows.iter().map(|row| judge_row(definition, &matrix, row, sight)).collect();
    let (reached, next) = (reached(&matrix, &rows), next(&matrix, &rows));
    let name = definition.document.text("name").unwrap_or(definition.id).to_owned();
    let Matrix { stages, whole, .. } = matrix;
    Some(Assessment { id: definition.id.to_owned(), name, stages, whole, rows, reached, next })
}

fn judge_row(definition: &Definition<'_>, matrix: &Matrix, row: &Row, sight: &Sight<'_>) -> JudgedRow {
    let judge_cell = |cell: &Cell| {
        let judge_piece = |evidence: &Evidence| {
            let place = Place { path: definition.path, row: &row.id, stage: &cell.stage, evidence: &evidence.id };
            let found = evidence.form.as_ref().map_or_else(unknown_form, |form| look(form, &place, sight));
            let form = evidence.form.as_ref().map(Form::word);
            Piece { id: evidence.id.clone(), says: evidence.says.clone(), form, found }
        };
        let pieces = cell.evidence.iter().map(judge_piece).collect();
        JudgedCell { looks_like: Some(cell.looks_like.clone()), pieces }
    };
    let cell_of = |stage: &Stage| {
        let cell = row.cells.iter().find(|cell| cell.stage == stage.id);
        cell.map_or(JudgedCell { looks_like: None, pieces: Vec::new() }, judge_cell)
    };
    let cells: Vec<JudgedCell> = matrix.stages.iter().map(cell_of).collect();
    let reached = cells.iter().take_while(|cell| cell.is_met()).count();
    let (id, name, asks, owner) = (row.id.clone(), row.name.clone(), row.asks.clone(), row.owner.clone());
    JudgedRow { id, name, asks, owner, cells, reached }
}

/// Where a piece of evidence stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// Path of the matrix.
    path: &'a str,
    row: &'a str,
    stage: &'a str,
    evidence: &'a str,
}

fn unknown_form() -> Found {
    let why = "this program does not know this form of evidence, or it is not written as its schema says";
    Found::unseen(why, "Type `canon check`.")
}

/// Looks for a piece of evidence.
fn look(form: &Form, place: &Place<'_>, sight: &Sight<'_>) -> Found {
    match form {
        Form::Count { kinds, at_least } => definitions::count(sight, kinds, *at_least),
        Form::Every { kind, only, has, share_at_least } => {
            definitions::every(sight, kind, only.as_ref(), has, *share_at_least)
        }
        Form::Covers { kind, at, values } => definitions::covers(sight, kind, at, values),
        Form::Refers { from, only, to, share_at_least } => {
            definitions::refers(sight, from, only.as_ref(), to, *share_at_least)
        }
        Form::ReferredTo { kind, only, by, share_at_least } => {
            definitions::referred_to(sight, kind, only.as_ref(), by, *share_at_least)
        }
        Form::HeldBy { kinds, only, roles, share_at_least } => {
            definitions::held_by(sight, kinds, only.as_ref(), roles, *share_at_least)
        }
        Form::Dated { kind, at, within_days, at_least } => definitions::dated(sight, kind, at, *within_days, *at_least),
        Form::KeptUp { kind, due, needs, late_at_most } => definitions::kept_up(sight, kind, due, needs, *late_at_most),
        Form::Findings { level, kinds, at_most } => definitions::findings(sight, *level, kinds.as_deref(), *at_most),
        Form::Attested(attested) => word::attested(sight, place, attested),
        Form::Accepted { kinds, by, share_at_least } => {
            of_history(sight, |ledger| history::accepted(sight, ledger, kinds, *by, *share_at_least))
        }
        Form::Settled(asked) => of_history(sight, |ledger| history::settled(sight, ledger, asked)),
        Form::Released { within_days, at_least } => {
            of_history(sight, |ledger| history::released(sight, ledger, *within_days, *at_least))
        }
        Form::Excursions { within_days, at_most } => {
            of_history(sight, |ledger| history::excursions(sight, ledger, *within_days, *at_most))
        }
    }
}

/// What the history says, if it can be seen.
fn of_history(sight: &Sight<'_>, look: impl FnOnce(&Ledger) -> Found) -> Found {
    match &sight.history {
        Ok(history) => look(history.ledger),
        Err(unseen) => Found::no_history(unseen),
    }
}

/// How many stages the whole matrix has reached.
fn reached(matrix: &Matrix, rows: &[JudgedRow]) -> usize {
    let mut reached: Vec<usize> = rows.iter().map(|row| row.reached).collect();
    reached.sort_unstable();
    match matrix.whole {
        Whole::LowestRow => reached.first().copied().unwrap_or(0),
        // The highest stage that the upper half of the rows, rounded up, has reached.
        Whole::HalfOfRows => reached.get(reached.len() / 2).copied().unwrap_or(0),
    }
}

/// The row that is to move next.
fn next(matrix: &Matrix, rows: &[JudgedRow]) -> Option<usize> {
    let open = rows.iter().enumerate().filter(|(_, row)| row.reached < row.cells.len());
    let weight = |row: &JudgedRow| match matrix.next_first {
        NextFirst::LowestRow => row.reached,
        NextFirst::LeastMissing => row.cells[row.reached].open().count(),
    };
    open.min_by_key(|(at, row)| (weight(row), *at)).map(|(at, _)| at)
}
