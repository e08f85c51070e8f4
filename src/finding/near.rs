//! "Did you mean": the name that is nearest to one that is not known.

/// Longer words are never misspellings of names.
const LONGEST: usize = 80;

/// The candidate nearest to a word, if one is near enough to be what was meant.
///
/// Near enough is one edit for short words and one more for every four letters, at most three; the swap of two
/// neighbours is one edit. Of two that are equally near the first is taken.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(LONGEST + 1).collect();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let limit = (1 + word.len() / 4).min(3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.chars().take(LONGEST + 1).collect();
        if letters.len() > LONGEST || letters.len().abs_diff(word.len()) > limit {
            continue;
        }
        let distance = edits(&word, &letters);
        if distance <= limit && distance < letters.len() && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", if there is a near name.
#[must_use]
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(|name| format!("did you mean `{name}`?"))
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
fn edits(from: &[char], to: &[char]) -> usize {
    let width = to.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (i, left) in from.iter().enumerate() {
        let above = &rows[i];
        let mut row = vec![i + 1; width];
        for (j, right) in to.iter().enumerate() {
            let replaced = above[j] + usize::from(left != right);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *left == to[j - 1] && from[i - 1] == *right {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row[j + 1] = least;
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_near_and_another_word_is_not() {
        let names = ["person", "account", "opportunity"];
        assert_eq!(nearest("presno", names), Some("person"));
        assert_eq!(nearest("opportunty", names), Some("opportunity"));
        assert_eq!(nearest("touch", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest("a", ["b"]), None);
    }
}
