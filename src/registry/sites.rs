//! Where criteria stand in a definition, as the kind's schema says it.

/// Which part of the language of criteria a value is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// A condition.
    Predicate,
    /// A choice by cases.
    Cases,
    /// A formula over measures.
    Expression,
    /// A day or an instant.
    Date,
    /// A stretch of time.
    Window,
    /// `entity.field` over relations.
    Path,
    /// An entity, or `entity.field`, that is aggregated.
    Target,
}

impl Language {
    /// Every part, with the word that `x-criteria` has for it.
    pub const WORDS: [(&'static str, Language); 7] = [
        ("predicate", Language::Predicate),
        ("cases", Language::Cases),
        ("expression", Language::Expression),
        ("date", Language::Date),
        ("window", Language::Window),
        ("path", Language::Path),
        ("target", Language::Target),
    ];

    /// The part that a word of `x-criteria` names.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Language> {
        Language::WORDS.iter().find(|(name, _)| *name == word).map(|(_, language)| *language)
    }
}

/// One value of a definition that is written in the language of criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CriteriaSite {
    /// Where it stands.
    pub pointer: String,
    /// What it is.
    pub language: Language,
    /// Entities that are in scope beside the subject, outermost first.
    pub scopes: Vec<String>,
}

/// Where a walk over a definition is: within criteria nothing is a site of its own, except what a case chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    Open,
    Criteria,
    /// A value of the language of cases; its list of cases; one case.
    Cases,
    CaseList,
    Case,
}

impl Within {
    /// At a site.
    pub(crate) fn of(language: Language) -> Within {
        if language == Language::Cases { Within::Cases } else { Within::Criteria }
    }

    pub(crate) fn member(self, key: &str) -> Within {
        match (self, key) {
            (Within::Cases, "cases") => Within::CaseList,
            (Within::Cases, "otherwise") | (Within::Case, "is") | (Within::Open, _) => Within::Open,
            _ => Within::Criteria,
        }
    }

    pub(crate) fn item(self) -> Within {
        match self {
            Within::CaseList => Within::Case,
            Within::Open => Within::Open,
            _ => Within::Criteria,
        }
    }
}
