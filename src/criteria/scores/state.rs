//! What a score model says of a subject, and scores that an example states instead of the events that make them.

use std::collections::BTreeMap;

use crate::document::Value;

/// Scores that are stated, by the model's id. A model that is not here is replayed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores(BTreeMap<String, ScoreState>);

/// What one score model says of a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreState {
    /// Whether there is a score; not scored is not zero.
    pub standing: Standing,
    /// The total, in points.
    pub total: Option<f64>,
    /// The points of the parts, by id.
    pub parts: BTreeMap<String, f64>,
}

/// Whether a subject has a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has one, which may be zero.
    Scored,
    /// It has none yet.
    Unscored,
    /// It never has one.
    Excluded,
}

impl Standing {
    /// The word in definitions.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Standing::Scored => "scored",
            Standing::Unscored => "unscored",
            Standing::Excluded => "excluded",
        }
    }

    /// The standing with this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Standing> {
        [Standing::Scored, Standing::Unscored, Standing::Excluded].into_iter().find(|standing| standing.word() == word)
    }
}

impl Scores {
    /// Reads `{"<model>": {"standing", "total", "parts"}}`; a state without a standing is scored.
    #[must_use]
    pub fn read(value: Option<&Value>) -> Scores {
        let states = value.and_then(Value::as_object).into_iter().flatten();
        Scores(states.map(|(model, state)| (model.to_owned(), ScoreState::read(state))).collect())
    }

    /// What is stated of a model.
    #[must_use]
    pub fn of(&self, model: &str) -> Option<&ScoreState> {
        self.0.get(model)
    }
}

impl ScoreState {
    /// The state of a subject that has no score.
    #[must_use]
    pub fn without_points(standing: Standing) -> ScoreState {
        ScoreState { standing, total: None, parts: BTreeMap::new() }
    }

    /// The points of a part, or the total; none where there is no score.
    #[must_use]
    pub fn points(&self, part: Option<&str>) -> Option<f64> {
        match (self.standing, part) {
            (Standing::Scored, None) => self.total,
            (Standing::Scored, Some(part)) => self.parts.get(part).copied(),
            (Standing::Unscored | Standing::Excluded, _) => None,
        }
    }

    fn read(value: &Value) -> ScoreState {
        let standing = match value.get("standing") {
            None => Some(Standing::Scored),
            Some(word) => word.as_str().and_then(Standing::of_word),
        };
        let parts = value.get("parts").and_then(Value::as_object).into_iter().flatten();
        ScoreState {
            standing: standing.unwrap_or(Standing::Unscored),
            total: value.get("total").and_then(Value::as_f64),
            parts: parts.filter_map(|(id, points)| Some((id.to_owned(), points.as_f64()?))).collect(),
        }
    }
}
