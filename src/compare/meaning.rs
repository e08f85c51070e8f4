//! What the changes in one definition mean: fields that change together are told together, and criteria by what they do.

use super::fields::{Differences, FieldChange, Place};
use super::judge::{self, Flip, Judgement, Models};
use crate::check::{criteria_problems, subject_of};
use crate::criteria::reason::counts;
use crate::criteria::syntax::Predicate;
use crate::criteria::{Model, Source, grammar};
use crate::document::{Value, is_within};
use crate::registry::{CriteriaSite, Impact, Kind, Language, Registry};

/// One thing that a change means.
#[derive(Clone, Debug, PartialEq)]
pub struct Meaning {
    /// What it is about.
    pub place: Place,
    /// What is meant: a row of [`super::CODES`], or a word of the registry's own schema.
    pub code: String,
    /// The largest impact of the fields that it is made of.
    pub impact: Impact,
    /// The fields that it is made of, by their places among the changes of the row.
    pub fields: Vec<usize>,
    /// Records that come out otherwise, which show it.
    pub flips: Vec<Flip>,
}

impl Meaning {
    /// What is meant by a document as a whole.
    pub(super) fn whole(code: &str, impact: Impact) -> Meaning {
        Meaning {
            place: Place::After(String::new()),
            code: code.to_owned(),
            impact,
            fields: Vec::new(),
            flips: Vec::new(),
        }
    }
}

/// Both sides of a comparison, with what their criteria refer to.
pub struct Sides<'r> {
    /// Before.
    pub before: &'r Registry,
    /// After.
    pub after: &'r Registry,
    old: Model,
    new: Model,
    /// Whether rows of then can be rows of now.
    comparable: bool,
}

impl<'r> Sides<'r> {
    /// Two registries that hold what differs and all that this refers to.
    #[must_use]
    pub fn new(before: &'r Registry, after: &'r Registry) -> Sides<'r> {
        let new = Model::of(after);
        // Rows are what they are now; a field that came with the change is no reason to leave the rest open.
        let (old, comparable) = match Model::of(before).with_entities_of(&new) {
            Some(old) => (old, true),
            None => (Model::of(before), false),
        };
        Sides { before, after, old, new, comparable }
    }

    /// The models in which examples of either side are computed.
    pub(super) fn own_models(&self) -> (&Model, &Model) {
        (&self.old, &self.new)
    }

    fn models(&self) -> Models<'_> {
        Models { before: &self.old, after: &self.new, comparable: self.comparable }
    }
}

/// A definition on one side.
#[derive(Clone, Copy)]
pub(super) struct Text<'t> {
    /// `kind/id`.
    pub(super) name: &'t str,
    pub(super) value: &'t Value,
    pub(super) kind: Option<&'t Kind>,
}

/// What the differences between two texts of a definition mean, in the order in which they stand.
pub(super) fn meanings(sides: &Sides, before: Text, after: Text, differences: &Differences) -> Vec<Meaning> {
    let telling = Telling { sides, before, after, differences };
    let mut meanings: Vec<Meaning> = Vec::new();
    let mut told = vec![false; differences.fields.len()];
    for (at, field) in differences.fields.iter().enumerate() {
        if told[at] || field.pointer() == "/version" {
            continue;
        }
        let group = telling.group(at, field);
        group.iter().for_each(|place| told[*place] = true);
        meanings.extend(telling.meaning(field, group));
    }
    meanings.splice(0..0, telling.of_scores());
    meanings
}

struct Telling<'t> {
    sides: &'t Sides<'t>,
    before: Text<'t>,
    after: Text<'t>,
    differences: &'t Differences,
}

impl Telling<'_> {
    /// The fields that are told together with one.
    fn group(&self, at: usize, field: &FieldChange) -> Vec<usize> {
        let fields = self.differences.fields.iter().enumerate();
        let together: Vec<usize> = match field.site {
            _ if self.decides(field) => fields.filter(|(_, other)| self.decides(other)).map(|(at, _)| at).collect(),
            Some(site) => fields.filter(|(_, other)| other.site == Some(site)).map(|(at, _)| at).collect(),
            None => vec![at],
        };
        together
    }

    /// Whether a field is part of what decides who counts.
    fn decides(&self, field: &FieldChange) -> bool {
        self.outcome().is_some_and(|(criteria, exclusions)| {
            [criteria].into_iter().chain(exclusions).any(|place| is_within(field.pointer(), place))
        })
    }

    fn outcome(&self) -> Option<(&str, Option<&str>)> {
        self.after.kind.and_then(Kind::outcome)
    }

    fn meaning(&self, field: &FieldChange, group: Vec<usize>) -> Option<Meaning> {
        let impact = group.iter().filter_map(|at| self.differences.fields.get(*at)).map(|field| field.impact).max()?;
        let judged = self.judged(field);
        let place = match field.site.and_then(|site| self.differences.sites.get(site)) {
            _ if self.decides(field) => Place::After(self.outcome()?.0.to_owned()),
            Some(site) => site.place()?,
            None => field.place(),
        };
        let (code, flips) = match judged {
            Some(Judgement { code, flips }) => (code.to_owned(), flips),
            None => (self.code(field, &group), Vec::new()),
        };
        Some(Meaning { place, code, impact, fields: group, flips })
    }

    /// The code of fields of which nothing is judged.
    fn code(&self, field: &FieldChange, group: &[usize]) -> String {
        let Some(site) = field.site.and_then(|site| self.differences.sites.get(site)) else {
            return field.code.clone();
        };
        let general = || match (group, site.language) {
            ([_], _) => field.code.clone(),
            (_, Language::Expression) => "formula-changed".to_owned(),
            _ => "changed".to_owned(),
        };
        site.code.clone().unwrap_or_else(general)
    }

    /// What the criteria that a field is part of do now; none where it is part of none.
    fn judged(&self, field: &FieldChange) -> Option<Judgement> {
        let allowance = judge::allowance();
        let models = self.sides.models();
        let open = || Some(Judgement { code: "not-decided", flips: Vec::new() });
        if self.decides(field) {
            let subject = self.subject()?;
            let (criteria, exclusions) = self.outcome()?;
            let places: Vec<&str> = [criteria].into_iter().chain(exclusions).collect();
            if !self.is_sound(&places, &places) {
                return open();
            }
            let (before, after) = (counts(self.before.name), counts(self.after.name));
            return Some(judge::conditions(models, subject, Some(&before), Some(&after), &allowance));
        }
        let site = self.differences.sites.get(field.site?)?;
        if !self.is_sound(site.before.as_deref().as_slice(), site.after.as_deref().as_slice()) {
            return open();
        }
        let was = site.before.as_deref().map(|place| (place, self.before.value.pointer(place)));
        let is = site.after.as_deref().map(|place| (place, self.after.value.pointer(place)));
        match site.language {
            Language::Predicate => {
                let read = |side: Option<(&str, Option<&Value>)>| match side {
                    None => Some(None),
                    Some((place, value)) => grammar::predicate(value?, place).0.map(Some),
                };
                let (Some(before), Some(after)) = (read(was), read(is)) else { return open() };
                let Some(subject) = self.subject_of(site.after.as_deref(), site.before.as_deref(), [&before, &after])
                else {
                    return open();
                };
                Some(judge::conditions(models, &subject, before.as_ref(), after.as_ref(), &allowance))
            }
            Language::Cases => {
                let read = |(place, value): (&str, Option<&Value>)| grammar::cases(value?, place).0;
                let (Some(before), Some(after)) = (was.and_then(read), is.and_then(read)) else { return open() };
                let conditions = before.cases.iter().chain(&after.cases).map(|case| &case.when);
                let site_of = self.site(site.after.as_deref()?, self.after);
                let scopes = site_of.map(|site| site.scopes).unwrap_or_default();
                let mut subjects = conditions.map(|when| subject_of(models.after, self.subject(), &scopes, when));
                let Some(subject) = subjects.next().flatten().map(str::to_owned) else { return open() };
                if subjects.any(|other| other != Some(subject.as_str())) {
                    return open();
                }
                Some(judge::cases(models, &subject, &before, &after, &allowance))
            }
            Language::Window => {
                let read = |(place, value): (&str, Option<&Value>)| grammar::window(value?, place).0;
                let (Some(before), Some(after)) = (was.and_then(read), is.and_then(read)) else { return open() };
                Some(judge::windows(&before, &after))
            }
            Language::Expression | Language::Date | Language::Path | Language::Target => None,
        }
    }

    /// Whether criteria at these places of the text before, and at those of the text after, can be true or false of a
    /// record at all.
    fn is_sound(&self, was: &[&str], is: &[&str]) -> bool {
        let sound = |text: Text, registry: &Registry, model: &Model, places: &[&str]| {
            let (Some(kind), Some(definition)) = (text.kind, registry.definition(text.name)) else { return false };
            let problems = criteria_problems(&Source::of(registry, &definition), &kind.sites(text.value), model);
            !problems.iter().any(|problem| places.iter().any(|place| is_within(&problem.pointer, place)))
        };
        let Sides { before, after, old, new, .. } = self.sides;
        (was.is_empty() || sound(self.before, before, old, was)) && (is.is_empty() || sound(self.after, after, new, is))
    }

    /// What a changed score model does to scores, beside what its fields say.
    fn of_scores(&self) -> Option<Meaning> {
        let fields: Vec<usize> = (0..self.differences.fields.len())
            .filter(|at| self.differences.fields[*at].impact == Impact::Major)
            .collect();
        let (before, after) = (self.before.name.split_once('/')?, self.after.name.split_once('/')?);
        if before != after || after.0 != "score-model" || fields.is_empty() {
            return None;
        }
        let texts = (self.before.value, self.after.value);
        let Judgement { code, flips } = judge::scores(self.sides.models(), after.1, texts, &judge::allowance());
        Some(Meaning { flips, ..Meaning::whole(code, Impact::Major) })
    }

    /// The entity that the definition is about, if it is still the same.
    fn subject(&self) -> Option<&str> {
        let of = |text: &Text<'_>| text.kind.and_then(|kind| kind.subject(text.value)).map(str::to_owned);
        let subject = self.after.kind.and_then(|kind| kind.subject(self.after.value))?;
        (of(&self.before).as_deref() == Some(subject)).then_some(subject)
    }

    /// The entity that both conditions at a place are about.
    fn subject_of(&self, is: Option<&str>, was: Option<&str>, conditions: [&Option<Predicate>; 2]) -> Option<String> {
        let site = is.and_then(|place| self.site(place, self.after)).or_else(|| self.site(was?, self.before))?;
        let model = &self.sides.new;
        let mut subjects = conditions
            .into_iter()
            .flatten()
            .map(|condition| subject_of(model, self.subject(), &site.scopes, condition).map(str::to_owned));
        let first = subjects.next()??;
        subjects.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }

    fn site(&self, pointer: &str, text: Text) -> Option<CriteriaSite> {
        text.kind?.sites(text.value).into_iter().find(|site| site.pointer == pointer)
    }
}
