//! A maturity matrix as its definition says it: stages, rows, cells, and the forms that evidence has.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What a definition of kind `maturity` says.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Matrix {
    /// The stages, lowest first.
    pub(super) stages: Vec<Stage>,
    /// What is judged, one by one.
    pub(super) rows: Vec<Row>,
    /// In which stage the matrix as a whole stands.
    pub(super) whole: Whole,
    /// Which row is to move next.
    pub(super) next_first: NextFirst,
}

/// A stage.
#[derive(Clone, Debug, Deserialize)]
pub struct Stage {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is like to be there.
    pub means: String,
}

/// A row.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Row {
    /// Its id.
    pub(super) id: String,
    /// What people call it.
    pub(super) name: String,
    /// The question that it answers.
    pub(super) asks: String,
    /// The role that moves it on.
    pub(super) owner: String,
    /// What each stage is in this row.
    pub(super) cells: Vec<Cell>,
}

/// What a stage is in a row.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Cell {
    /// The stage's id.
    pub(super) stage: String,
    /// What somebody would see.
    pub(super) looks_like: String,
    /// What proves it; all of it must be there.
    pub(super) evidence: Vec<Evidence>,
}

/// A piece of evidence.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Evidence {
    /// Its id.
    pub(super) id: String,
    /// What is demanded.
    pub(super) says: String,
    /// What is looked at; none if this program does not know the form.
    #[serde(flatten)]
    pub(super) form: Option<Form>,
}

/// Where the whole matrix stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whole {
    /// Where its lowest row does.
    LowestRow,
    /// Where at least half of its rows do.
    HalfOfRows,
}

/// Which row is to move next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NextFirst {
    /// The first of the lowest.
    LowestRow,
    /// The one with the least missing.
    LeastMissing,
}

/// The forms of evidence. Shares are in basis points.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Form {
    /// So many active definitions of some kinds.
    Count { kinds: Vec<String>, at_least: usize },
    /// A share of the active definitions of a kind has a value at a place.
    Every { kind: String, only: Option<Only>, has: String, share_at_least: u32 },
    /// Each of some texts occurs at a place of active definitions of a kind.
    Covers { kind: String, at: String, values: Vec<String> },
    /// A share of the active definitions of a kind refers to active ones of another.
    Refers { from: String, only: Option<Only>, to: String, share_at_least: u32 },
    /// A share of the active definitions of a kind is referred to by active ones of another.
    ReferredTo { kind: String, only: Option<Only>, by: String, share_at_least: u32 },
    /// A share of active definitions has all of some roles among its owner and co-owners.
    HeldBy { kinds: Vec<String>, only: Option<Only>, roles: Vec<String>, share_at_least: u32 },
    /// A share of active definitions is as the ledger accepted it.
    Accepted { kinds: Vec<String>, by: AcceptedBy, share_at_least: u32 },
    /// So many changes settled.
    Settled(SettledChanges),
    /// So many releases were published.
    Released { within_days: Option<i64>, at_least: usize },
    /// So many active definitions have a day at a place that is not long past.
    Dated { kind: String, at: String, within_days: i64, at_least: usize },
    /// Hardly any active definition let a day pass by which something had to be there.
    KeptUp { kind: String, due: String, needs: String, late_at_most: usize },
    /// The check finds no more than so much.
    Findings { level: FoundLevel, kinds: Option<Vec<String>>, at_most: usize },
    /// The tree left the accepted state no more than so often.
    Excursions { within_days: i64, at_most: usize },
    /// Somebody in a role says so.
    Attested(Attested),
}

/// Which definitions are looked at: those with one of these texts at a place.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Only {
    /// The place, a JSON pointer.
    pub(super) at: String,
    /// The texts.
    pub(super) one_of: Vec<String>,
}

/// Which settled changes count, and how many there must be.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SettledChanges {
    /// Only changes with a row of a definition of one of these kinds.
    pub(super) kinds: Option<Vec<String>>,
    /// Only those that landed at most so many days ago.
    pub(super) within_days: Option<i64>,
    /// Only those that so many different people approved.
    pub(super) approvers_at_least: usize,
    /// Only those that people in each of these roles signed.
    pub(super) roles: Option<Vec<String>>,
    /// How many there must be.
    pub(super) at_least: usize,
}

/// Whether genesis counts as acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AcceptedBy {
    /// It does.
    GenesisOrChange,
    /// Only an approved change does.
    Change,
}

/// The level from which on a finding counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FoundLevel {
    /// Errors only.
    Error,
    /// Errors and warnings.
    Warning,
}

/// The word of somebody in a role.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Attested {
    /// Who may say it.
    pub(super) role: String,
    /// The question that is answered with yes.
    pub(super) asks: String,
    /// How long an answer holds: one unit with how many.
    pub(super) valid_for: BTreeMap<String, i64>,
    /// The answer, once it is given.
    pub(super) given: Option<Given>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Given {
    /// The day of the answer.
    pub(super) on: String,
    /// Whether it is so.
    pub(super) yes: bool,
    /// What was looked at.
    pub(super) seen: String,
}

impl Form {
    /// The word by which a definition names the form.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Form::Count { .. } => "count",
            Form::Every { .. } => "every",
            Form::Covers { .. } => "covers",
            Form::Refers { .. } => "refers",
            Form::ReferredTo { .. } => "referred_to",
            Form::HeldBy { .. } => "held_by",
            Form::Accepted { .. } => "accepted",
            Form::Settled(_) => "settled",
            Form::Released { .. } => "released",
            Form::Dated { .. } => "dated",
            Form::KeptUp { .. } => "kept_up",
            Form::Findings { .. } => "findings",
            Form::Excursions { .. } => "excursions",
            Form::Attested(_) => "attested",
        }
    }
}
