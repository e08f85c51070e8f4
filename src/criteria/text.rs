//! How text compares: with Unicode case folded, by its words, beginnings and ends. And how bands are read.

/// Text with Unicode case folded in full, so that `STRASSE` and `straße` are one.
///
/// Lowering, raising and lowering each letter gives the same classes as the Unicode folding table, but for the
/// dotless i, which folds to itself.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{131}' => folded.push(letter),
            _ => folded.extend(letter.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase)),
        }
    }
    folded
}

/// The words of a text, folded. A word is a run of letters and digits.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(fold).collect()
}

/// Whether the words of a phrase stand in a text, one after another.
#[must_use]
pub fn has_phrase(text: &[String], phrase: &[String]) -> bool {
    !phrase.is_empty() && text.windows(phrase.len()).any(|words| words == phrase)
}

/// A range of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Its least number.
    pub low: f64,
    /// Its greatest number.
    pub high: f64,
    /// Whether its ends belong to it; `> 1000` does not hold 1000.
    pub closed: bool,
}

/// A band such as `51-200`, `1,001 - 5,000`, `1000+`, `< 10` or `200`.
#[must_use]
pub fn band(text: &str) -> Option<Band> {
    let text = text.trim();
    if let Some(above) = text.strip_suffix('+') {
        return Some(Band { low: number(above)?, high: f64::INFINITY, closed: true });
    }
    if let Some(below) = text.strip_prefix('<') {
        return Some(Band { low: f64::NEG_INFINITY, high: number(below)?, closed: false });
    }
    if let Some(above) = text.strip_prefix('>') {
        return Some(Band { low: number(above)?, high: f64::INFINITY, closed: false });
    }
    let (low, high) = match text.split_once(['-', '\u{2013}']) {
        Some((low, high)) => (number(low)?, number(high)?),
        None => (number(text)?, number(text)?),
    };
    (low <= high).then_some(Band { low, high, closed: true })
}

/// A number as bands write it: digits with separators between thousands, and a decimal point.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'));
    if !plain || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.replace(',', "").parse().ok().filter(|number: &f64| number.is_finite())
}
