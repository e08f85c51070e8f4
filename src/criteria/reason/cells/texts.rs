//! Texts: those that criteria name, and texts made of the pieces that criteria look for.

use crate::document::Value;

use super::{Candidate, Pattern, fresh};
use crate::criteria::reason::Stop;
use crate::criteria::reason::space::{Space, TestForm};
use crate::criteria::syntax::Operator;
use crate::criteria::text::{fold, has_phrase, words};

/// Tests of pieces of one text whose combinations are all looked at.
const MOST_PIECES: usize = 8;
/// Pieces that are put together in several ways.
const MOST_VARIED: usize = 256;

/// A test that looks for pieces in a text.
struct Look {
    /// Which test of the variable it is.
    test: usize,
    operator: Operator,
    pieces: Vec<String>,
}

impl<'a> Space<'a> {
    /// Texts to try for a variable, and whether they, with patterns that may be possible, are all that can be.
    pub(super) fn texts(&self, variable: usize) -> Result<(Vec<Candidate>, bool), Stop> {
        let tests = &self.variables[variable].tests;
        let mut whole: Vec<String> = Vec::new();
        let mut looks: Vec<Look> = Vec::new();
        for (index, test) in tests.iter().enumerate() {
            let TestForm::Compare(operator, argument) = &test.form else { continue };
            let texts: Vec<String> = self.texts_of(argument, test.model).map(str::to_owned).collect();
            self.budget.pay(texts.len())?;
            if operator.reads_text() {
                looks.push(Look { test: index, operator: *operator, pieces: texts });
            } else {
                whole.extend(texts);
            }
        }
        let mut texts = self.free_text(&whole, &looks);
        texts.extend(self.composed(&looks)?);
        texts.extend(whole);
        texts.retain(|text| !text.trim().is_empty());
        let mut seen = std::collections::BTreeSet::new();
        texts.retain(|text| seen.insert(text.clone()));
        let mut candidates: Vec<Candidate> =
            texts.into_iter().map(|text| Candidate::Value(Value::from(text))).collect();
        let complete = looks.len() <= MOST_PIECES;
        if complete && !looks.is_empty() {
            for pattern in self.patterns(variable, &looks)? {
                candidates.push(Candidate::Pattern(pattern));
            }
        }
        Ok((candidates, complete))
    }

    /// A text that criteria neither name nor find a piece in.
    fn free_text(&self, whole: &[String], looks: &[Look]) -> Vec<String> {
        let named: Vec<String> = whole.iter().map(|text| fold(text)).collect();
        let mut texts = Vec::new();
        if looks.is_empty() {
            texts.push(fresh(|text| named.iter().all(|known| known != text)));
        } else if let Some(letter) = free_letter(looks) {
            let mut text = letter.to_string();
            while named.contains(&text) {
                text.push(letter);
            }
            texts.push(text);
        }
        texts
    }

    /// Texts made of pieces: each alone and among other letters, and pieces of several tests together.
    fn composed(&self, looks: &[Look]) -> Result<Vec<String>, Stop> {
        let letter = free_letter(looks).unwrap_or('x');
        let mut texts = Vec::new();
        for piece in looks.iter().flat_map(|look| &look.pieces).take(MOST_VARIED) {
            texts.push(piece.clone());
            texts.push(format!("{piece} {letter}"));
            texts.push(format!("{letter} {piece}"));
            texts.push(format!("{letter} {piece} {letter}"));
            texts.push(format!("{letter}{piece}"));
            texts.push(format!("{piece}{letter}"));
            texts.push(format!("{letter}{piece}{letter}"));
        }
        let sets: Vec<usize> = match looks.len() {
            0 | 1 => Vec::new(),
            several if several <= MOST_PIECES => (1..1_usize << several).collect(),
            several => {
                let pair = |left: usize, right: usize| (1 << left) | (1 << right);
                let few = several.min(16);
                (0..few).flat_map(|left| (left + 1..few).map(move |right| pair(left, right))).collect()
            }
        };
        for set in sets {
            let chosen: Vec<&Look> = looks
                .iter()
                .enumerate()
                .filter(|(index, _)| *index < 64 && set >> index & 1 == 1)
                .map(|(_, look)| look)
                .collect();
            self.budget.pay(chosen.len())?;
            if chosen.len() > 1 {
                texts.push(together(&chosen));
            }
        }
        Ok(texts)
    }

    /// Patterns of tests of pieces that nothing rules out, for a text that criteria do not name.
    fn patterns(&self, variable: usize, looks: &[Look]) -> Result<Vec<Pattern>, Stop> {
        let count = looks.len();
        let mut implied = vec![vec![false; count]; count];
        let mut excluded = vec![vec![false; count]; count];
        for left in 0..count {
            for right in 0..count {
                if left != right {
                    let (one, other) = (&looks[left], &looks[right]);
                    self.budget.pay(one.pieces.len().saturating_mul(other.pieces.len()))?;
                    implied[left][right] = one.pieces.iter().all(|piece| surely(one.operator, piece, other));
                    excluded[left][right] = apart(one, other);
                }
            }
        }
        let tests = &self.variables[variable].tests;
        let mut patterns = Vec::new();
        for set in 0..1_usize << count {
            let has = |look: usize| set >> look & 1 == 1;
            let possible = (0..count).all(|left| {
                !has(left)
                    || !looks[left].pieces.is_empty()
                        && (0..count).all(|right| {
                            (has(right) || !implied[left][right]) && !(has(right) && excluded[left][right])
                        })
            });
            if possible {
                let mut pattern: Pattern = tests.iter().map(|test| test.form == TestForm::Known).collect();
                for (index, look) in looks.iter().enumerate() {
                    pattern[look.test] = has(index);
                }
                patterns.push(pattern);
            }
        }
        Ok(patterns)
    }
}

/// A letter that stands in no piece.
fn free_letter(looks: &[Look]) -> Option<char> {
    let pieces: Vec<String> = looks.iter().flat_map(|look| &look.pieces).map(|piece| fold(piece)).collect();
    "xqzjkvwybdfghmnprstlcuaoie0123456789\u{436}\u{3b6}"
        .chars()
        .find(|letter| !pieces.iter().any(|piece| piece.contains(*letter)))
}

/// The shortest piece of each test in one text: beginnings first, ends last.
fn together(looks: &[&Look]) -> String {
    let shortest = |look: &&Look| look.pieces.iter().min_by_key(|piece| piece.len()).cloned().unwrap_or_default();
    let of = |wanted: fn(Operator) -> bool| looks.iter().filter(move |look| wanted(look.operator));
    let mut starts: Vec<String> = of(|operator| operator == Operator::StartsWithAny).map(shortest).collect();
    let mut ends: Vec<String> = of(|operator| operator == Operator::EndsWithAny).map(shortest).collect();
    let middle = of(|operator| matches!(operator, Operator::ContainsAny | Operator::HasAnyWord)).map(shortest);
    // Of several beginnings only the longest can begin with the others; so with ends.
    starts.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    ends.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    let parts: Vec<String> = starts.into_iter().take(1).chain(middle).chain(ends.into_iter().take(1)).collect();
    parts.join(" ")
}

/// Whether a text in which a test finds this piece is sure to pass another test.
fn surely(operator: Operator, piece: &str, other: &Look) -> bool {
    let folded = fold(piece);
    let own_words = words(piece);
    other.pieces.iter().any(|wanted| {
        let wanted_folded = fold(wanted);
        let held = match operator {
            // Other letters may join the words at the ends of a piece, and folding may make words of letters.
            Operator::HasAnyWord => own_words.iter().any(|word| word.contains(&wanted_folded)),
            _ => folded.contains(&wanted_folded),
        };
        match other.operator {
            Operator::ContainsAny => held,
            Operator::StartsWithAny => operator == Operator::StartsWithAny && folded.starts_with(&wanted_folded),
            Operator::EndsWithAny => operator == Operator::EndsWithAny && folded.ends_with(&wanted_folded),
            Operator::HasAnyWord => {
                let phrase = words(wanted);
                match operator {
                    Operator::HasAnyWord => has_phrase(&own_words, &phrase),
                    _ if piece.is_ascii() => has_phrase(&sure_words(operator, piece), &phrase),
                    _ => false,
                }
            }
            _ => false,
        }
    })
}

/// The words of a piece that stay words whatever stands around it.
fn sure_words(operator: Operator, piece: &str) -> Vec<String> {
    let mut sure = words(piece);
    let joins = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    if operator != Operator::EndsWithAny && joins(piece.chars().next_back()) {
        sure.pop();
    }
    if operator != Operator::StartsWithAny && joins(piece.chars().next()) && !sure.is_empty() {
        sure.remove(0);
    }
    sure
}

/// Whether no text passes both tests: no beginning of one begins another, and so with ends.
fn apart(left: &Look, right: &Look) -> bool {
    let clash = |fits: fn(&str, &str) -> bool| {
        left.pieces.iter().all(|one| {
            right.pieces.iter().all(|other| {
                let (one, other) = (fold(one), fold(other));
                !fits(&one, &other) && !fits(&other, &one)
            })
        })
    };
    match (left.operator, right.operator) {
        (Operator::StartsWithAny, Operator::StartsWithAny) => clash(|one, other| one.starts_with(other)),
        (Operator::EndsWithAny, Operator::EndsWithAny) => clash(|one, other| one.ends_with(other)),
        _ => false,
    }
}
