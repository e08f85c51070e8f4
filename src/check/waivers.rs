//! Waivers: findings that registry/waivers.json accepts for a while.
//!
//! A waiver names a code, a document and perhaps a place in it, says why, and ends. Only codes whose row says so can be
//! waived. The clock is handed in; nothing here knows another one.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Checked;
use crate::criteria::Moment;
use crate::document::{Value, pointer_push_index};
use crate::finding::{Finding, Level, RULES, Rule, Target, did_you_mean, rule, rules};
use crate::registry::Registry;
use crate::registry::layout::{WAIVERS_JSON, definition_path};

/// Why a finding is accepted, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The waiver's id.
    pub id: String,
    /// Why.
    pub reason: String,
    /// The last day on which it counts, in the registry's time zone.
    pub until: Date,
}

/// A finding that is accepted for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// What was found.
    pub finding: Finding,
    /// What accepts it.
    pub waiver: Waiver,
}

/// A waiver as the list has it, if it counts today.
struct Listed {
    waiver: Waiver,
    place: String,
    rule: &'static Rule,
    path: String,
    pointer: String,
    used: bool,
}

impl Checked {
    /// The same with the findings set apart that the registry's waivers accept at a time, and with findings on waivers
    /// that do nothing. A file that is so wrong that not every finding is told keeps all of them.
    #[must_use]
    pub fn waive(self, now: Timestamp) -> Checked {
        let entries = entries(&self.registry);
        if entries.is_empty() {
            return self;
        }
        let today = now.to_zoned(self.registry.time_zone()).date();
        let crowded = self.crowded();
        let Checked { registry, found: findings, mut waived, .. } = self;
        let (mut listed, mut kept): (Vec<Listed>, Vec<Finding>) = (Vec::new(), Vec::new());
        let known = |new: &Finding| findings.iter().any(|known| known.path == new.path && known.target == new.target);
        for (place, entry) in &entries {
            match read(place, entry, today) {
                Some(Ok(waiver)) => listed.push(waiver),
                Some(Err(finding)) if !known(&finding) => kept.push(finding),
                // What is wrong with its shape is told already.
                Some(Err(_)) | None => {}
            }
        }
        for finding in findings {
            let open = !crowded.contains(&finding.path);
            match listed.iter_mut().find(|listed| open && listed.covers(&finding)) {
                None => kept.push(finding),
                Some(listed) => {
                    listed.used = true;
                    waived.push(Waived { finding, waiver: listed.waiver.clone() });
                }
            }
        }
        // Where a document has an error that stops its check, not everything that a waiver may be about was looked at.
        let stops = |found: &Finding| found.level() == Level::Error && !found.rule.waivable;
        let wrong = |path: &str| kept.iter().any(|found| found.path == path && stops(found));
        let idle = |listed: &&Listed| !listed.used && !crowded.contains(&listed.path) && !wrong(&listed.path);
        let unused: Vec<Finding> = listed.iter().filter(idle).map(|listed| listed.tell(&registry)).collect();
        kept.extend(unused);
        Checked { waived, ..Checked::new(registry, kept) }
    }

    /// What was found and is accepted for a while.
    #[must_use]
    pub fn waived(&self) -> &[Waived] {
        &self.waived
    }
}

impl Listed {
    fn covers(&self, finding: &Finding) -> bool {
        let inside = match &finding.target {
            Target::Value(place) | Target::Key(place) => {
                place.strip_prefix(&self.pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
            Target::File | Target::Offset(_) => self.pointer.is_empty(),
        };
        finding.rule == self.rule && self.rule.waivable && finding.path == self.path && inside
    }

    fn tell(&self, registry: &Registry) -> Finding {
        let message = match registry.source(&self.path) {
            Some(_) => format!("`{}` waives nothing: there is no such finding", self.waiver.id),
            None => format!("`{}` waives nothing: there is no {}", self.waiver.id, self.path),
        };
        Finding::at(&rules::WAIVER_UNUSED, WAIVERS_JSON, &self.place, message).hint("remove it")
    }
}

/// The entries of the list, with their places.
fn entries(registry: &Registry) -> Vec<(String, Value)> {
    let document = registry.document(WAIVERS_JSON);
    let list = document.and_then(|document| document.value().get("waivers")?.as_array()).into_iter().flatten();
    list.enumerate().map(|(at, entry)| (pointer_push_index("/waivers", at), entry.clone())).collect()
}

/// A waiver that counts today, or why it does not; none if the entry has not the shape of a waiver.
fn read(place: &str, entry: &Value, today: Date) -> Option<Result<Listed, Finding>> {
    let text = |key: &str| entry.get(key)?.as_str();
    let wrong = |rule: &'static Rule, key: &str, message: String| {
        Finding::at(rule, WAIVERS_JSON, &format!("{place}/{key}"), message)
    };
    let (id, code, reason, until) = (text("id")?, text("code")?, text("reason")?, text("until")?);
    let path = match (text("path"), text("definition")) {
        (Some(path), None) => path.to_owned(),
        (None, Some(name)) => name.split_once('/').map(|(kind, id)| definition_path(kind, id))?,
        _ => return None,
    };
    let Some(rule) = rule(code) else {
        let finding =
            wrong(&rules::WAIVER_REFUSED, "code", format!("no finding has the code `{}`", code.escape_debug()));
        let near = did_you_mean(code, waivable());
        return Some(Err(match near {
            Some(near) => finding.hint(near),
            None => finding.hint(all_waivable()),
        }));
    };
    if !rule.waivable {
        let message = format!("`{code}` cannot be waived");
        return Some(Err(wrong(&rules::WAIVER_REFUSED, "code", message).hint(all_waivable())));
    }
    let Some(Moment::Day(until)) = Moment::parse(until) else {
        let message = format!("\"{}\" is no day of the calendar", until.escape_debug());
        return Some(Err(wrong(&rules::BAD_DATE, "until", message).hint("write YYYY-MM-DD")));
    };
    if until < today {
        let message = format!("`{id}` ended on {until} and waives nothing any more");
        let hint = "mend what it waived and remove it, or agree on a new day";
        return Some(Err(wrong(&rules::WAIVER_EXPIRED, "until", message).hint(hint)));
    }
    let waiver = Waiver { id: id.to_owned(), reason: reason.to_owned(), until };
    let pointer = text("pointer").unwrap_or_default().to_owned();
    Some(Ok(Listed { waiver, place: place.to_owned(), rule, path, pointer, used: false }))
}

fn waivable() -> impl Iterator<Item = &'static str> {
    RULES.iter().filter(|rule| rule.waivable).map(|rule| rule.code)
}

fn all_waivable() -> String {
    format!("what can be waived is {}", waivable().collect::<Vec<_>>().join(", "))
}
