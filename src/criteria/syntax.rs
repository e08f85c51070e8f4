//! The tree of criteria: what a value means once it is known to follow the grammar.
//!
//! Every node keeps the JSON pointer of the value it was read from, so that whoever works on the tree can name a place.

use crate::document::Value;

/// A condition on one row of the subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicate {
    /// Where it stands.
    pub pointer: String,
    /// What it says.
    pub form: PredicateForm,
}

impl Predicate {
    /// Visits this condition and every one inside it, those that filter related rows included.
    pub fn visit<'p>(&'p self, visitor: &mut dyn FnMut(&'p Predicate)) {
        visitor(self);
        match &self.form {
            PredicateForm::All(inner) | PredicateForm::Any(inner) | PredicateForm::Of { conditions: inner, .. } => {
                inner.iter().for_each(|condition| condition.visit(visitor));
            }
            PredicateForm::Not(inner) => inner.visit(visitor),
            PredicateForm::Compare(Comparison { operand: Operand::Aggregate(aggregate), .. }) => {
                aggregate.filter.iter().for_each(|filter| filter.visit(visitor));
            }
            PredicateForm::Meets(_) | PredicateForm::Compare(_) => {}
        }
    }
}

/// What a condition says.
#[derive(Clone, Debug, PartialEq)]
pub enum PredicateForm {
    /// All of these hold.
    All(Vec<Predicate>),
    /// At least one of these holds.
    Any(Vec<Predicate>),
    /// This does not hold.
    Not(Box<Predicate>),
    /// At least so many of these hold.
    Of {
        /// The conditions.
        conditions: Vec<Predicate>,
        /// How many must hold.
        at_least: usize,
    },
    /// The criteria of another definition hold and none of its exclusions does.
    Meets(Meets),
    /// An operand compared with a value.
    Compare(Comparison),
}

/// A reference to the criteria of another definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Meets {
    /// Where `kind/id` stands.
    pub pointer: String,
    /// `kind/id`.
    pub definition: String,
    /// The to-one way to the row that is judged; without it the row in scope that the definition is about.
    pub on: Option<Path>,
}

/// An operand, an operator and what it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is compared.
    pub operand: Operand,
    /// How.
    pub operator: Operator,
    /// With what.
    pub argument: Argument,
    /// Where the value stands that it is compared with.
    pub argument_pointer: String,
}

/// What can be compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A field over to-one relations.
    Field(Path),
    /// A score, or one part of it.
    Score(Score),
    /// Local calendar days from the first date to the second.
    DaysBetween(Box<[Date; 2]>),
    /// Related rows, brought to one value.
    Aggregate(Box<Aggregate>),
}

/// A score model, or one part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Where the model's id stands.
    pub pointer: String,
    /// The model's id.
    pub model: String,
    /// The part's id; the total without it.
    pub part: Option<String>,
    /// Where the part's id would stand.
    pub part_pointer: String,
}

/// Related rows, brought to one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// How the rows become one value.
    pub function: Function,
    /// The rows, and which of their fields.
    pub target: Target,
    /// The way to the rows; without it, the only relation that leads there.
    pub via: Option<Path>,
    /// Which of the rows.
    pub filter: Option<Predicate>,
    /// When the rows happened.
    pub window: Option<Window>,
}

/// An entity, or a field of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Where it stands.
    pub pointer: String,
    /// The entity.
    pub entity: String,
    /// The field.
    pub field: Option<String>,
}

/// Names joined by dots: an entity, then relations, and a field or relation at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Where it stands.
    pub pointer: String,
    /// The entity that it starts from.
    pub entity: String,
    /// What follows; never empty.
    pub steps: Vec<String>,
}

impl std::fmt::Display for Path {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.entity)?;
        self.steps.iter().try_for_each(|step| write!(formatter, ".{step}"))
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.entity)?;
        self.field.iter().try_for_each(|field| write!(formatter, ".{field}"))
    }
}

/// Declares an enumeration whose variants are words of the language.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $word:literal)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every word, in the order of the grammar.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word in criteria.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The variant with this word.
            #[must_use]
            pub fn of_word(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// How rows become one value.
    Function {
        /// Number of rows.
        Count "count"
        /// Number of different known values.
        CountDistinct "count_distinct"
        /// Sum of known values; nothing sums to zero.
        Sum "sum"
        /// Least known value.
        Min "min"
        /// Greatest known value.
        Max "max"
        /// Known value of the earliest row.
        First "first"
        /// Known value of the last row.
        Latest "latest"
    }
}

words! {
    /// How an operand is compared.
    Operator {
        /// Is this value.
        Equals "equals"
        /// Is this or more.
        AtLeast "at_least"
        /// Is this or less.
        AtMost "at_most"
        /// Is above this.
        MoreThan "more_than"
        /// Is below this.
        LessThan "less_than"
        /// Is any of these.
        OneOf "one_of"
        /// Whether there is a value at all.
        IsKnown "is_known"
        /// Has any of these texts anywhere in it.
        ContainsAny "contains_any"
        /// Has any of these as whole words, one after another.
        HasAnyWord "has_any_word"
        /// Begins with any of these.
        StartsWithAny "starts_with_any"
        /// Ends with any of these.
        EndsWithAny "ends_with_any"
    }
}

words! {
    /// Which ends of a window belong to it.
    Ends {
        /// Both.
        Both "both"
        /// Only the start.
        Start "start"
        /// Only the end.
        End "end"
        /// Neither.
        Neither "neither"
    }
}

words! {
    /// A unit of time.
    Unit {
        /// Elapsed minutes.
        Minutes "minutes"
        /// Elapsed hours.
        Hours "hours"
        /// Local calendar days.
        Days "days"
        /// Seven local calendar days each.
        Weeks "weeks"
        /// Calendar months, clamped to the month's end.
        Months "months"
        /// Calendar years, clamped to the month's end.
        Years "years"
    }
}

words! {
    /// A span of the calendar that has a last day.
    Span {
        /// Monday to Sunday.
        Week "week"
        /// A month.
        Month "month"
        /// Three months from January, April, July or October.
        Quarter "quarter"
        /// January to December.
        Year "year"
        /// Three months of the fiscal year.
        FiscalQuarter "fiscal-quarter"
        /// The fiscal year.
        FiscalYear "fiscal-year"
    }
}

words! {
    /// What holds when two cases apply.
    Overlap {
        /// The first is taken.
        First "first"
        /// It is forbidden that two apply.
        Forbidden "forbidden"
    }
}

words! {
    /// An operation on formulas.
    Arithmetic {
        /// Their sum.
        Add "add"
        /// The first less the others.
        Subtract "subtract"
        /// Their product.
        Multiply "multiply"
        /// The first divided by the others.
        Divide "divide"
        /// The least.
        MinOf "min_of"
        /// The greatest.
        MaxOf "max_of"
    }
}

impl Operator {
    /// Whether it compares text by its letters and words.
    #[must_use]
    pub fn reads_text(self) -> bool {
        matches!(self, Operator::ContainsAny | Operator::HasAnyWord | Operator::StartsWithAny | Operator::EndsWithAny)
    }

    /// Whether it asks for more or less.
    #[must_use]
    pub fn is_bound(self) -> bool {
        matches!(self, Operator::AtLeast | Operator::AtMost | Operator::MoreThan | Operator::LessThan)
    }
}

/// What an operand is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// One value.
    Literal(Literal),
    /// Values of which any will do.
    Literals(Vec<Literal>),
    /// The items of a definition of kind list.
    List(String),
    /// Whether a value is asked for (true) or its absence.
    Known(bool),
}

/// One text, number or truth value.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Boolean(bool),
}

/// A day or an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Date {
    /// Where it stands.
    pub pointer: String,
    /// Which it is.
    pub form: DateForm,
}

/// How a day or an instant is named.
#[derive(Clone, Debug, PartialEq)]
pub enum DateForm {
    /// A dated field.
    Field(Path),
    /// The instant of evaluation.
    Now,
    /// The instant as of which rows are read.
    AsOf,
    /// The first day of the period.
    PeriodStart,
    /// The last day of the period.
    PeriodEnd,
    /// A date moved.
    Shift {
        /// The date to move.
        of: Box<Date>,
        /// By how much.
        by: Duration,
    },
    /// The last day of the span that holds a date.
    EndOf {
        /// Which span.
        span: Span,
        /// The date inside it.
        of: Box<Date>,
    },
}

/// A length of time in one unit; negative goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration {
    /// How many.
    pub amount: i64,
    /// Of what.
    pub unit: Unit,
}

/// A stretch of time, open where an end is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Where it stands.
    pub pointer: String,
    /// Where it begins.
    pub from: Option<Date>,
    /// Where it ends.
    pub to: Option<Date>,
    /// Which ends belong to it.
    pub ends: Ends,
}

/// A choice by cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Cases {
    /// Where it stands.
    pub pointer: String,
    /// What holds when two cases apply.
    pub overlap: Overlap,
    /// The cases, in order.
    pub cases: Vec<Case>,
    /// What is chosen when no case applies.
    pub otherwise: Value,
}

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Where it stands.
    pub pointer: String,
    /// Its name.
    pub id: String,
    /// When it applies.
    pub when: Predicate,
    /// What is then chosen.
    pub is: Value,
}

/// A formula over measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// Where it stands.
    pub pointer: String,
    /// What it says.
    pub form: ExpressionForm,
}

/// What a formula says.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionForm {
    /// A measure's value.
    Measure(String),
    /// A number.
    Number(f64),
    /// An operation on formulas, from left to right.
    Operation(Arithmetic, Vec<Expression>),
    /// A percentile of a measure that has a value a row.
    Percentile {
        /// Which percentile, from 0 to 100.
        percent: f64,
        /// The measure.
        of: String,
    },
}
