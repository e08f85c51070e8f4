//! Documents against their schema, in the user's words. The `jsonschema` crate judges; `instance` lets it read documents,
//! and `pattern` asks it about patterns alone.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{Draft, Keyword, ValidationError};
use serde_json::json;

use super::instance::Instance;
use super::pattern::Pattern;
use super::schema::{self, File, Schemas};
use super::walk::Cursor;
use super::{sites::Language, survey};
use crate::document::{Value, pointer_push, stored_scalar};
use crate::finding::{Finding, counted, described, did_you_mean, nearest, rules};

/// One thing in which a document differs from its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// Where.
    pub pointer: String,
    /// Whether the key is meant, and not the value.
    pub key: bool,
    /// What is wrong.
    pub message: String,
    /// What to do, where that can be said.
    pub hint: Option<String>,
    /// The site of criteria that the error is in. What reads the criteria can say more of it.
    pub site: Option<String>,
    /// Whether no more is known than that the document does not fit.
    pub vague: bool,
}

/// Private base of all schemas; nothing is ever fetched from it.
const BASE: &str = "canonry:/";

/// A kind's schema made ready when it is first used.
pub(super) type Compiled = OnceLock<Validator>;

/// The schemas of one revision, known to each other.
pub(super) type Resources = OnceLock<Option<jsonschema::Registry<'static>>>;

/// A schema that is ready, or why it cannot be.
#[derive(Debug)]
pub(super) enum Validator {
    Ready(Box<jsonschema::Validator<Instance>>),
    Invalid {
        pointer: String,
        message: String,
    },
    /// A fault that is reported already stands in the way.
    Faulty,
}

/// Makes a schema ready. `proven` schemas are known to be JSON Schema.
pub(super) fn compile(schemas: &Schemas, file: &File, resources: &Resources, proven: bool) -> Validator {
    if file.faulty {
        return Validator::Faulty;
    }
    if !proven && let Err(error) = jsonschema::draft202012::meta::validate(&serde_json::Value::from(&file.value)) {
        let pointer = error.instance_path().to_string();
        let keyword = pointer.rsplit('/').next().unwrap_or_default();
        let message = format!("`{keyword}` cannot have this value in JSON Schema: {}", described(&instance(&error)));
        return Validator::Invalid { pointer, message };
    }
    let Some(resources) = resources.get_or_init(|| resources_of(schemas, proven)) else { return Validator::Faulty };
    let reference = json!({ "$ref": uri(&file.name) });
    let options =
        jsonschema::options_for::<Instance>().offline().with_draft(Draft::Draft202012).with_registry(resources);
    let options = options.with_keyword("pattern", |_, source, _| {
        Pattern::of(source.as_str().unwrap_or_default())
            .map(|pattern| Box::new(pattern) as Box<dyn for<'i> Keyword<'i, Instance>>)
    });
    match options.build(&reference) {
        Ok(validator) => Validator::Ready(Box::new(validator)),
        Err(error) => {
            Validator::Invalid { pointer: String::new(), message: format!("this is no usable schema: {error}") }
        }
    }
}

/// Makes schemas known to each other, which else happens when the first of them is made ready.
pub(super) fn make_resources_ready(schemas: &Schemas, resources: &Resources, proven: bool) {
    resources.get_or_init(|| resources_of(schemas, proven));
}

fn uri(name: &str) -> String {
    format!("{BASE}{name}.schema.json")
}

fn resources_of(schemas: &Schemas, proven: bool) -> Option<jsonschema::Registry<'static>> {
    let usable = schemas.files.iter().filter(|file| !file.faulty);
    let plain = |file: &File| if proven { lean(&file.value) } else { serde_json::Value::from(&file.value) };
    let pairs = usable.map(|file| (uri(&file.name), Draft::Draft202012.create_resource(plain(file))));
    jsonschema::Registry::new().draft(Draft::Draft202012).extend(pairs).ok()?.prepare().ok()
}

/// A schema without what decides nothing, and without the grammar of conditions.
///
/// That grammar is half the work of making a kind ready. What reads criteria refuses all that it refuses, which a test
/// proves of the built-in schemas, so nothing need look at it twice.
fn lean(schema: &Value) -> serde_json::Value {
    let Value::Object(members) = schema else { return serde_json::Value::from(schema) };
    if members.get("x-criteria").is_some_and(|language| language == "predicate") {
        return json!({ "type": "object" });
    }
    let decides = |keyword: &str| !keyword.starts_with("x-") && !["description", "examples"].contains(&keyword);
    let kept = members.iter().filter(|(keyword, _)| decides(keyword));
    let part = |(keyword, value): (&str, &Value)| (keyword.to_owned(), lean_part(keyword, value));
    kept.map(part).collect()
}

/// The value of one keyword, with each schema in it made lean.
fn lean_part(keyword: &str, value: &Value) -> serde_json::Value {
    match value {
        Value::Array(schemas) if schema::LIST.contains(&keyword) => schemas.iter().map(lean).collect(),
        Value::Object(schemas) if schema::NAMED.contains(&keyword) => {
            schemas.iter().map(|(name, schema)| (name.to_owned(), lean(schema))).collect()
        }
        _ if schema::ONE.contains(&keyword) => lean(value),
        _ => serde_json::Value::from(value),
    }
}

/// The finding that a schema is not JSON Schema.
pub(super) fn schema_faults(file: &File, validator: &Validator) -> Option<Finding> {
    match validator {
        Validator::Invalid { pointer, message } => {
            Some(Finding::at(&rules::SCHEMA_INVALID, &file.path, pointer, message.clone()))
        }
        _ => None,
    }
}

/// Everything in which a value differs from a schema.
pub(super) fn validate(validator: &Validator, value: &Value, root: &Cursor<'_>) -> Vec<ShapeError> {
    let Validator::Ready(validator) = validator else { return Vec::new() };
    if validator.is_valid(value) {
        return Vec::new();
    }
    let mut collected = Collected { root, value, errors: Vec::new(), known: BTreeSet::new(), misspelt: Vec::new() };
    validator.iter_errors(value).for_each(|error| collected.add(&error));
    let mut errors = collected.finish();
    if errors.is_empty() {
        // Only what follows from another fault was reported; say at least that the document does not fit.
        let message = "the document does not have the shape of its kind".to_owned();
        errors.push(ShapeError { vague: true, ..plain("", message) });
    }
    let sites = survey::survey(root, value).sites;
    for error in &mut errors {
        let site = sites.iter().find(|site| is_within(&error.pointer, &site.pointer, site.language));
        error.site = site.map(|site| site.pointer.clone());
    }
    errors
}

/// Whether a pointer is within criteria. What a case chooses is the kind's own and no criteria.
fn is_within(pointer: &str, site: &str, language: Language) -> bool {
    let Some(rest) = pointer.strip_prefix(site) else { return false };
    let steps: Vec<&str> = rest.split('/').collect();
    match (language, steps.as_slice()) {
        (Language::Cases, ["", "otherwise", ..] | ["", "cases", _, "is", ..]) => false,
        (_, ["", ..]) => true,
        _ => false,
    }
}

/// The schemas in force at a pointer, if the document has a value there.
pub(super) fn cursor_at<'s>(root: &Cursor<'s>, value: &Value, pointer: &str) -> Option<Cursor<'s>> {
    let (mut cursor, mut value) = (root.clone(), value);
    for step in pointer.split('/').skip(1) {
        let key = step.replace("~1", "/").replace("~0", "~");
        (cursor, value) = match value {
            Value::Object(members) => {
                let child = members.get(&key)?;
                (cursor.member(&key, child), child)
            }
            Value::Array(items) => {
                let at: usize = key.parse().ok()?;
                let child = items.get(at)?;
                (cursor.item(at, child), child)
            }
            _ => return None,
        };
    }
    Some(cursor)
}

struct Collected<'a> {
    root: &'a Cursor<'a>,
    value: &'a Value,
    errors: Vec<ShapeError>,
    /// What is told already: pointer, whether it is about the key, and the message where one place may have several.
    known: BTreeSet<(String, bool, String)>,
    /// Errors about a missing key, each with the pointer of the unknown key that was probably meant for it.
    misspelt: Vec<(ShapeError, String)>,
}

impl Collected<'_> {
    /// All errors. A key that is missing because it is misspelt is told once, at the misspelt key.
    fn finish(mut self) -> Vec<ShapeError> {
        let unknown_keys: BTreeSet<String> =
            self.errors.iter().filter(|error| error.key).map(|error| error.pointer.clone()).collect();
        for (missing, unknown) in std::mem::take(&mut self.misspelt) {
            if !unknown_keys.contains(&unknown) {
                self.push(missing);
            }
        }
        self.errors
    }

    fn add(&mut self, error: &ValidationError<'_>) {
        let pointer = error.instance_path().to_string();
        match error.kind() {
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => self.add_nearest(&pointer, context),
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                unexpected.iter().for_each(|key| self.add_unexpected(&pointer, key));
            }
            Kind::PropertyNames { error } => {
                let key = error.instance().as_str().unwrap_or_default();
                let message = format!("the key \"{key}\" is not one that may stand here: {}", message(error));
                self.push(ShapeError { key: true, ..plain(&pointer_push(&pointer, key), message) });
            }
            Kind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                let mut error = plain(&pointer, format!("`{key}` is missing"));
                let Some(unknown) = self.misspelt(&pointer, key) else { return self.push(error) };
                error.hint = Some(format!("rename `{unknown}` to `{key}`"));
                self.misspelt.push((error, pointer_push(&pointer, &unknown)));
            }
            Kind::Enum { options } => {
                let mut shape = plain(&pointer, message(error));
                let words = options.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
                shape.hint = error.instance().as_str().and_then(|word| did_you_mean(word, words));
                self.push_scalar(shape);
            }
            Kind::Pattern { .. } | Kind::MinLength { .. } | Kind::MaxLength { .. } => {
                let mut shape = plain(&pointer, message(error));
                shape.hint = self.description(&pointer);
                self.push_scalar(shape);
            }
            _ => self.push_scalar(plain(&pointer, message(error))),
        }
    }

    /// Of branches that all failed, the errors of the one that was most likely meant.
    fn add_nearest(&mut self, pointer: &str, branches: &[Vec<ValidationError<'static>>]) {
        let costs = branches.iter().map(|errors| errors.iter().map(|error| cost(error, pointer)).sum::<u64>());
        let Some((nearest, least)) = costs.enumerate().min_by_key(|(_, cost)| *cost) else { return };
        if least < WRONG_VALUE {
            return branches[nearest].iter().for_each(|error| self.add(error));
        }
        let mut wanted: Vec<String> = Vec::new();
        for error in branches.iter().flatten().filter(|error| error.instance_path().as_str() == pointer) {
            for word in wanted_of(error) {
                if !wanted.contains(&word) {
                    wanted.push(word);
                }
            }
        }
        if wanted.is_empty() {
            return branches[nearest].iter().for_each(|error| self.add(error));
        }
        let found = self.value.pointer(pointer).map(described).unwrap_or_default();
        self.push_scalar(plain(pointer, format!("must be {}, not {found}", either(&wanted))));
    }

    /// A key that the schema does not know. One that it does know is only reported in consequence of another fault.
    fn add_unexpected(&mut self, pointer: &str, key: &str) {
        let Some(cursor) = cursor_at(self.root, self.value, pointer) else { return };
        if cursor.knows(key) {
            return;
        }
        let mut error = plain(&pointer_push(pointer, key), format!("no field is called `{key}` here"));
        error.key = true;
        let siblings = self.value.pointer(pointer).and_then(Value::as_object);
        let free = cursor.names().filter(|name| siblings.is_none_or(|members| !members.contains_key(name)));
        error.hint = did_you_mean(key, free);
        self.push(error);
    }

    /// The unknown key beside a missing one that is nearly it.
    fn misspelt(&self, pointer: &str, key: &str) -> Option<String> {
        let cursor = cursor_at(self.root, self.value, pointer)?;
        let members = self.value.pointer(pointer)?.as_object()?;
        let unknown = members.keys().filter(|name| !cursor.knows(name));
        nearest(key, unknown).map(str::to_owned)
    }

    /// What the schema says of the value, closest to the form that was missed.
    fn description(&self, pointer: &str) -> Option<String> {
        cursor_at(self.root, self.value, pointer)?.form().map(str::to_owned)
    }

    /// Adds an error about one value, unless the same value is in error already.
    fn push_scalar(&mut self, error: ShapeError) {
        if self.known.insert((error.pointer.clone(), error.key, String::new())) {
            self.errors.push(error);
        }
    }

    /// Adds an error of which a place may have several.
    fn push(&mut self, error: ShapeError) {
        if self.known.insert((error.pointer.clone(), error.key, error.message.clone())) {
            self.errors.push(error);
        }
    }
}

fn plain(pointer: &str, message: String) -> ShapeError {
    ShapeError { pointer: pointer.to_owned(), key: false, message, hint: None, site: None, vague: false }
}

/// From here on a branch is not even of the right type or word.
const WRONG_VALUE: u64 = 1_000;

/// How far an error is from what was meant; only the order means something.
fn cost(error: &ValidationError<'_>, base: &str) -> u64 {
    let path = error.instance_path().as_str();
    let here = path == base;
    match error.kind() {
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            let of = |errors: &Vec<ValidationError<'static>>| errors.iter().map(|error| cost(error, base)).sum::<u64>();
            context.iter().map(of).min().unwrap_or(1)
        }
        Kind::Type { .. } | Kind::Enum { .. } | Kind::Constant { .. } if here => WRONG_VALUE,
        Kind::Required { .. } if here => 10,
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } if here => {
            unexpected.len() as u64 * 5
        }
        // A field that tells the branches apart has another word; any other fault is one to be mended in this branch.
        Kind::Enum { .. } | Kind::Constant { .. } => 20,
        _ => 2,
    }
}

/// The values that an error says were wanted, as words.
fn wanted_of(error: &ValidationError<'_>) -> Vec<String> {
    match error.kind() {
        Kind::Type { kind } => type_words(kind),
        Kind::Constant { expected_value } => vec![scalar(expected_value)],
        Kind::Enum { options } => options.as_array().into_iter().flatten().map(scalar).collect(),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            context.iter().flatten().flat_map(wanted_of).collect()
        }
        _ => Vec::new(),
    }
}

fn type_words(kind: &TypeKind) -> Vec<String> {
    let article = |word: &str| match word {
        "null" => "null".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => "a list".to_owned(),
        "integer" => "a whole number".to_owned(),
        "object" => "an object".to_owned(),
        word => format!("a {word}"),
    };
    match kind {
        TypeKind::Single(one) => vec![article(&one.to_string())],
        TypeKind::Multiple(many) => many.iter().map(|one| article(&one.to_string())).collect(),
    }
}

fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// What is wrong, in the user's words.
fn message(error: &ValidationError<'_>) -> String {
    let found = described(&instance(error));
    let number = scalar;
    match error.kind() {
        Kind::Type { .. } | Kind::Constant { .. } | Kind::Enum { .. } => {
            format!("must be {}, not {found}", either(&wanted_of(error)))
        }
        Kind::Pattern { .. } => format!("{found} is not written in the form that is wanted here"),
        Kind::Minimum { limit } => format!("must be at least {}, not {found}", number(limit)),
        Kind::Maximum { limit } => format!("must be at most {}, not {found}", number(limit)),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {}, not {found}", number(limit)),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {}, not {found}", number(limit)),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}, not {found}"),
        Kind::MinItems { limit } => format!("must have at least {}", counted(*limit, "item")),
        Kind::MaxItems { limit } => format!("must have at most {}", counted(*limit, "item")),
        Kind::MinLength { limit } => format!("must have at least {}", counted(*limit, "character")),
        Kind::MaxLength { limit } => format!("must have at most {}", counted(*limit, "character")),
        Kind::MinProperties { limit } => format!("must have at least {}", counted(*limit, "field")),
        Kind::MaxProperties { limit } => format!("must have at most {}", counted(*limit, "field")),
        Kind::UniqueItems => "holds the same item twice".to_owned(),
        Kind::OneOfMultipleValid { .. } => "says more than one of the things of which one may be said".to_owned(),
        Kind::FalseSchema => "nothing may stand here".to_owned(),
        Kind::Not { .. } => "must not have this value, or these fields together".to_owned(),
        Kind::Contains => "lacks an item that must be there".to_owned(),
        _ => error.to_string(),
    }
}

fn scalar(value: &serde_json::Value) -> String {
    stored_scalar(&Value::from(value.clone()))
}

/// The value that an error is about.
fn instance(error: &ValidationError<'_>) -> Value {
    Value::from(error.instance().clone().into_owned())
}
