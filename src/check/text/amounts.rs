//! Numbers in summaries: 60 days in the summary and 90 in the criteria. A number is told that counts what the definition
//! has numbers of, and that neither the definition nor anything that it names says.

use std::collections::{BTreeMap, BTreeSet};

use super::{is_aside, visit};
use crate::check::sound::Sound;
use crate::document::{Members, Value};
use crate::finding::{Finding, rules};
use crate::registry::{Definition, Survey};

/// Numbers by what they count, in thousandths of it.
type Amounts = BTreeMap<String, BTreeSet<i64>>;

/// The summary's first number that contradicts the definition.
pub(super) fn finding(sound: Sound, surveys: &BTreeMap<&str, Survey>, definition: &Definition) -> Option<Finding> {
    let said = Said::read(definition.document.text("summary")?);
    let own = said.any().then(|| amounts(surveys, definition))?;
    for (unit, numbers) in &said.amounts {
        let Some(beside) = own.get(unit) else { continue };
        let mut strange: Vec<i64> = numbers.difference(beside).copied().collect();
        if strange.is_empty() {
            continue;
        }
        for other in named(sound, definition) {
            let known = amounts(surveys, &other).remove(unit).unwrap_or_default();
            strange.retain(|number| !known.contains(number));
        }
        let Some(strange) = strange.first() else { continue };
        let silent: Vec<i64> = beside.iter().filter(|number| !said.mentions(unit, **number)).copied().collect();
        let numbers = if silent.is_empty() { beside.iter().copied().collect() } else { silent };
        let numbers: Vec<String> = numbers.into_iter().map(|number| worded(unit, number)).collect();
        let message =
            format!("the summary says {}, but the definition says {}", worded(unit, *strange), numbers.join(", "));
        return Some(Finding::at(&rules::SUMMARY_NUMBER, definition.path, "/summary", message));
    }
    None
}

/// The smaller of units that differ by a fixed factor, and that factor.
const TIMES: [(&str, &str, f64); 7] = [
    ("minute", "minute", 1.0),
    ("hour", "minute", 60.0),
    ("day", "day", 1.0),
    ("week", "day", 7.0),
    ("month", "month", 1.0),
    ("quarter", "month", 3.0),
    ("year", "month", 12.0),
];

/// A number of something in thousandths of its smaller unit.
fn amount(unit: &str, number: f64) -> (String, i64) {
    let unit = singular(unit);
    let (unit, factor) =
        TIMES.iter().find(|(name, ..)| *name == unit).map_or((unit, 1.0), |(_, smaller, factor)| (*smaller, *factor));
    // Whole for every number that people write; others saturate.
    (unit.to_owned(), (number.abs() * factor * 1000.0).round() as i64)
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|word| word.len() > 2).unwrap_or(word)
}

/// `90 days`, `3 hours`.
fn worded(unit: &str, thousandths: i64) -> String {
    let hours = unit == "minute" && thousandths % 60_000 == 0 && thousandths != 0;
    let (unit, number) = match hours {
        true => ("hour", thousandths as f64 / 60_000.0),
        false => (unit, thousandths as f64 / 1000.0),
    };
    if number == 1.0 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

/// The numbers of a summary.
#[derive(Default)]
struct Said {
    amounts: Amounts,
    /// All of them, whatever they count.
    numbers: BTreeSet<i64>,
}

/// Words that stand between a number and what it counts.
const BETWEEN: [&str; 9] = ["business", "calendar", "full", "further", "idle", "local", "more", "open", "working"];

impl Said {
    fn read(summary: &str) -> Said {
        let mut said = Said::default();
        let words: Vec<&str> = summary.split([' ', '\n']).filter(|word| !word.is_empty()).collect();
        for (at, word) in words.iter().enumerate() {
            let Some(number) = number(word) else { continue };
            said.numbers.insert((number * 1000.0).round() as i64);
            let mut after =
                words.iter().skip(at + 1).map(|word| word.trim_matches(|letter: char| !letter.is_alphabetic()));
            let counted = after.find(|word| !BETWEEN.contains(word));
            // A number at the end of a clause counts nothing that follows.
            let ends = word.ends_with([',', '.', ';', ':', ')']);
            if let Some(counted) = counted.filter(|counted| !ends && !counted.is_empty()) {
                let (unit, thousandths) = amount(&counted.to_lowercase(), number);
                said.amounts.entry(unit).or_default().insert(thousandths);
            }
        }
        said
    }

    fn any(&self) -> bool {
        !self.amounts.is_empty()
    }

    fn mentions(&self, unit: &str, number: i64) -> bool {
        let of_unit = self.amounts.get(unit).is_some_and(|numbers| numbers.contains(&number));
        let larger = TIMES.iter().filter(|(_, smaller, _)| *smaller == unit).map(|(.., factor)| *factor as i64);
        of_unit
            || self.numbers.contains(&number)
            || larger.into_iter().any(|factor| number % factor == 0 && self.numbers.contains(&(number / factor)))
    }
}

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// A number in digits or in words; "one" is mostly none.
fn number(word: &str) -> Option<f64> {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return word.replace(',', "").parse().ok();
    }
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    let number = if is("one") || is("zero") {
        None
    } else if is("hundred") {
        Some(100)
    } else if is("thousand") {
        Some(1000)
    } else {
        small(word).or_else(|| tens(word)).or_else(|| {
            let (ten, one) = word.split_once('-')?;
            Some(tens(ten)? + small(one).filter(|one| (1..10).contains(one))?)
        })
    };
    Some(f64::from(u32::try_from(number?).ok()?))
}

fn small(word: &str) -> Option<usize> {
    SMALL.iter().position(|known| word.eq_ignore_ascii_case(known))
}

fn tens(word: &str) -> Option<usize> {
    TENS.iter().position(|known| word.eq_ignore_ascii_case(known)).map(|at| (at + 2) * 10)
}

/// Numbers that the summary of a definition still says, and that its fields said before and do not now.
pub(crate) fn left_behind(before: (&Value, &Survey), after: (&Value, &Survey)) -> Vec<String> {
    let summary = after.0.get("summary").and_then(Value::as_str).unwrap_or_default();
    let said = Said::read(summary);
    let (was, is) = (amounts_of(before.0, &before.1.units), amounts_of(after.0, &after.1.units));
    let none = BTreeSet::new();
    let of_unit = |(unit, numbers): (&String, &BTreeSet<i64>)| {
        let gone = was.get(unit).unwrap_or(&none) - is.get(unit).unwrap_or(&none);
        numbers.intersection(&gone).map(|number| worded(unit, *number)).collect::<Vec<String>>()
    };
    said.amounts.iter().flat_map(of_unit).collect()
}

/// The numbers of a definition, by what they count.
fn amounts(surveys: &BTreeMap<&str, Survey>, definition: &Definition) -> Amounts {
    let units = surveys.get(definition.path).map(|survey| survey.units.as_slice()).unwrap_or_default();
    amounts_of(definition.document.value(), units)
}

fn amounts_of(whole: &Value, units: &[(String, String)]) -> Amounts {
    let mut found = Amounts::new();
    let mut add = |unit: &str, number: f64| {
        let (unit, thousandths) = amount(unit, number);
        found.entry(unit).or_default().insert(thousandths);
    };
    visit(whole, &mut |_, value| {
        if let Value::Object(members) = value {
            of_object(members, &mut add);
        }
    });
    for (pointer, unit) in units {
        if let Some(number) = whole.pointer(pointer).and_then(Value::as_f64).filter(|_| !is_aside(pointer)) {
            add(unit.rsplit(' ').next().unwrap_or(unit), number);
        }
    }
    found
}

const BOUNDS: [&str; 5] = ["equals", "at_least", "at_most", "more_than", "less_than"];

/// A length of time; or a comparison, whose number counts days, points, or what the field is called.
fn of_object(members: &Members, add: &mut impl FnMut(&str, f64)) {
    let mut counted = None;
    for (key, value) in members {
        match key {
            "field" => counted = value.as_str().and_then(|path| path.rsplit('.').next()),
            "days_between" => counted = counted.or(Some("day")),
            "score" => counted = counted.or(Some("point")),
            _ => {}
        }
        let Some(number) = value.as_f64() else { continue };
        if let Some((unit, ..)) = TIMES.iter().find(|(unit, ..)| key.strip_suffix('s') == Some(unit)) {
            add(unit, number);
        }
    }
    let Some(unit) = counted else { return };
    for (key, value) in members {
        let Some(number) = value.as_f64().filter(|_| BOUNDS.contains(&key)) else { continue };
        add(unit, number);
        // "At most 30" and "more than 30" speak of one border from its two sides.
        match key {
            "more_than" => add(unit, number + 1.0),
            "less_than" => add(unit, number - 1.0),
            _ => {}
        }
    }
}

/// The definitions that a definition names, in whatever place.
fn named<'a>(sound: Sound<'a>, definition: &Definition<'a>) -> Vec<Definition<'a>> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    visit(definition.document.value(), &mut |_, value| {
        names.extend(value.as_str().filter(|text| !text.contains(' ')));
    });
    let of_name = |name: &str| -> Vec<Definition<'a>> {
        let of_kinds =
            sound.registry.kinds().names().filter_map(|kind| sound.registry.definition(&format!("{kind}/{name}")));
        of_kinds.chain(name.split_once('/').and_then(|_| sound.registry.definition(name))).collect()
    };
    names.into_iter().filter(|name| *name != definition.id).flat_map(of_name).collect()
}
