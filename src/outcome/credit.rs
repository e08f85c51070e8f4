//! Dividing credit among touches: in basis points, which are whole and sum to 10,000.

use crate::document::Value;

/// The whole, in basis points.
pub const WHOLE: u32 = 10_000;

/// How credit is divided among touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Split {
    /// Each touch gets the whole.
    Whole,
    /// All get the same share.
    Even,
    /// By position.
    Weighted(Vec<(Position, u32)>),
}

/// Which touch has a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// The first.
    First,
    /// The last.
    Last,
    /// The last one before the person was created.
    BeforePersonCreated,
    /// The last one before the opportunity was created.
    BeforeOpportunityCreated,
    /// All that have no other position, in equal shares.
    Others,
}

impl Position {
    /// The position with this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Position> {
        match word {
            "first" => Some(Position::First),
            "last" => Some(Position::Last),
            "before-person-created" => Some(Position::BeforePersonCreated),
            "before-opportunity-created" => Some(Position::BeforeOpportunityCreated),
            "others" => Some(Position::Others),
            _ => None,
        }
    }
}

impl Split {
    /// Reads `{"split", "weights"?}`.
    #[must_use]
    pub fn read(value: &Value) -> Option<Split> {
        match value.get("split")?.as_str()? {
            "whole" => Some(Split::Whole),
            "even" => Some(Split::Even),
            "weighted" => {
                let weights = value.get("weights")?.as_array()?.iter().map(|weight| {
                    let points = weight.get("basis_points")?.as_u64()?;
                    Some((Position::of_word(weight.get("position")?.as_str()?)?, u32::try_from(points).ok()?))
                });
                weights.collect::<Option<_>>().map(Split::Weighted)
            }
            _ => None,
        }
    }

    /// What the weights sum to; the whole where there are none.
    #[must_use]
    pub fn sum(&self) -> u64 {
        match self {
            Split::Weighted(weights) => weights.iter().map(|(_, points)| u64::from(*points)).sum(),
            Split::Whole | Split::Even => u64::from(WHOLE),
        }
    }
}

/// The share of each touch, in order, given the positions that it has. A touch in two positions has both weights; the
/// weight of a position that no touch has goes to the others in proportion. Shares that do not come out even are
/// rounded so that they sum to the whole, the earlier touch first.
#[must_use]
pub fn shares(split: &Split, positions: &[Vec<Position>]) -> Vec<u32> {
    let even = || vec![1; positions.len()];
    match split {
        Split::Whole => vec![WHOLE; positions.len()],
        Split::Even => apportion(&even()),
        Split::Weighted(weights) => {
            let others = positions.iter().filter(|held| held.is_empty()).count();
            let others = u64::try_from(others).unwrap_or(u64::MAX).max(1);
            let weight = |held: &Vec<Position>| -> u64 {
                let of = |wanted: Position| {
                    weights
                        .iter()
                        .filter(move |(position, _)| *position == wanted)
                        .map(|(_, points)| u64::from(*points))
                };
                match held.as_slice() {
                    [] => of(Position::Others).sum(),
                    held => held.iter().flat_map(|position| of(*position)).sum::<u64>().saturating_mul(others),
                }
            };
            let held: Vec<u64> = positions.iter().map(weight).collect();
            if held.iter().all(|weight| *weight == 0) { apportion(&even()) } else { apportion(&held) }
        }
    }
}

/// The whole in proportion to weights, by the largest remainder.
fn apportion(weights: &[u64]) -> Vec<u32> {
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if total == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: &u64| u128::from(*weight) * u128::from(WHOLE);
    let mut shares: Vec<u32> =
        weights.iter().map(|weight| u32::try_from(exact(weight) / total).unwrap_or(WHOLE)).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(weights.get(*index).map_or(0, |weight| exact(weight) % total)));
    let left = WHOLE.saturating_sub(shares.iter().sum());
    for index in order.into_iter().take(usize::try_from(left).unwrap_or_default()) {
        if let Some(share) = shares.get_mut(index) {
            *share += 1;
        }
    }
    shares
}
