//! The nearest of several known words, for "did you mean".

/// Words longer than this are never near anything; it bounds the work on hostile input.
const LONGEST: usize = 80;

/// The candidate that differs from `word` by the fewest typing slips, if it differs by few enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = word.chars().flat_map(char::to_lowercase).take(LONGEST + 1).collect();
    if wanted.len() > LONGEST {
        return None;
    }
    let limit = wanted.len().div_ceil(3).max(1);
    let distances = candidates.into_iter().filter_map(|candidate| {
        let letters: Vec<char> = candidate.chars().flat_map(char::to_lowercase).take(LONGEST + 1).collect();
        let distance = slips(&wanted, &letters);
        (letters.len() <= LONGEST && distance <= limit).then_some((distance, candidate))
    });
    distances.min().map(|(_, candidate)| candidate)
}

/// Letters put in, left out, exchanged or swapped with a neighbour (optimal string alignment).
fn slips(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let mut best = (above[column] + usize::from(letter != other)).min(above[column + 1] + 1);
            best = best.min(current[column] + 1);
            let swapped = row > 0 && column > 0 && left[row - 1] == *other && right[column - 1] == *letter;
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_forgiven_and_another_word_is_not() {
        let words = ["employees", "industry", "owner"];
        assert_eq!(nearest("employes", words), Some("employees"));
        assert_eq!(nearest("idnustry", words), Some("industry"));
        assert_eq!(nearest("Owner", words), Some("owner"));
        assert_eq!(nearest("revenue", words), None);
        assert_eq!(nearest("", words), None);
        assert_eq!(nearest(&"x".repeat(10_000), words), None);
    }
}
