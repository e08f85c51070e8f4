//! A small revenue world for tests of criteria: entities, lists, a score model, qualifications and calendars.

use canonry::criteria::types::Surroundings;
use canonry::criteria::{Budget, Clock, Evaluator, Model, Outcome, Problem, Scope, Scores, Source, grammar};
use canonry::document::Value;
use canonry::finding::Level;
use canonry::outcome::{Answer, Computable};
use jiff::tz::TimeZone;
use std::sync::LazyLock;

use crate::values::json;

/// Where definitions of kind qualification have their criteria.
pub(crate) const OUTCOME: Outcome<'static> = Outcome { criteria: "/criteria", exclusions: Some("/exclusions") };

/// A definition: its kind, its id, the document.
pub(crate) type Definition = (&'static str, &'static str, Value);

/// A field in short: `name:type`, `?` after it if it is optional, `*` if it has several values, `!` if its values
/// are ordered, `~` if it is tracked, and allowed values after `=`, separated by `|`.
fn field(short: &str) -> Value {
    let (head, values) = short.split_once('=').map_or((short, None), |(head, values)| (head, Some(values)));
    let (id, marked) = head.split_once(':').expect("name:type");
    let mut field = json!({"id": id, "type": marked.trim_end_matches(['?', '*', '!', '~']), "description": "."});
    for (mark, key) in [('?', "optional"), ('*', "multiple"), ('!', "ordered"), ('~', "tracked")] {
        if marked.contains(mark) {
            field[key] = json!(true);
        }
    }
    if let Some(values) = values {
        field["values"] = values.split('|').collect();
    }
    field
}

/// A relation in short: `name>entity`, or `name>>entity` to several rows.
fn relation(short: &str) -> Value {
    let (id, to) = short.split_once('>').expect("name>entity");
    json!({"id": id, "to": to.trim_start_matches('>'), "many": to.starts_with('>'), "description": "."})
}

/// An entity in short.
pub(crate) fn entity(id: &'static str, dated_by: Option<&str>, fields: &str, relations: &str) -> Definition {
    let mut value = json!({
        "identified_by": "id",
        "fields": fields.split_whitespace().map(field).collect::<Vec<_>>(),
        "relations": relations.split_whitespace().map(relation).collect::<Vec<_>>(),
    });
    if let Some(dated_by) = dated_by {
        value["dated_by"] = json!(dated_by);
    }
    ("entity", id, value)
}

fn list(id: &'static str, items: &[&str]) -> Definition {
    ("list", id, json!({"items": items}))
}

fn calendar(id: &'static str, zone: &str, holidays: &[&str]) -> Definition {
    let open = json!([{"from": "09:00", "to": "18:00"}]);
    let holidays: Vec<Value> = holidays.iter().map(|day| json!({"date": day, "name": "."})).collect();
    let value = json!({
        "time_zone": zone,
        "hours": {"monday": open, "tuesday": open, "wednesday": open, "thursday": open, "friday": open,
                  "saturday": [], "sunday": []},
        "holidays": holidays,
        "fiscal_year_starts": "02-01",
    });
    ("calendar", id, value)
}

/// The definitions of the world.
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        entity(
            "person",
            Some("created_at"),
            "id:id name:text? title:text? email_domain:text? created_at:instant? score_band:enum!?=low|middle|high \
             seniority:enum?~=high|low stage:enum?~=inquiry|mql|working|recycle|disqualified|ineligible \
             worked_by:enum?~=sales|partner interests:text?* first_mql_at:instant? mql_at:instant? mql_count:integer? \
             opted_out:boolean? renewal_on:date?",
            "account>account owner>user touches>>touch form_submissions>>form_submission page_views>>page_view \
             campaign_responses>>campaign_response stage_changes>>stage_change owner_changes>>owner_change \
             activities>>activity merges>>merge opportunities>>opportunity",
        ),
        entity(
            "account",
            None,
            "id:id name:text is_competitor:boolean? employees:integer? size:band?=1-50|51-200|201-1000|1001+ \
             segment:enum?=smb|enterprise arr:money?",
            "people>>person opportunities>>opportunity touches>>touch",
        ),
        entity(
            "opportunity",
            Some("created_at"),
            "id:id amount:money? share:number? is_open:boolean? created_at:instant? accepted_at:instant? \
             closed_at:instant? stage:enum?=proposal|closed-won|closed-lost order_type:enum?=new|expansion|renewal \
             loss_reason:enum?=competitor|no-decision|duplicate|test source_disputed:boolean?",
            "account>account contact_roles>>contact_role",
        ),
        entity("contact_role", None, "id:id role:text?", "person>person"),
        entity("user", None, "id:id calendar:id?", ""),
        entity(
            "touch",
            Some("at"),
            "id:id at:instant type:enum=event|form|call|partner-meeting status:enum?=registered|attended|submitted \
             campaign:id? person:id? channel:enum?=event|web|phone|partner team:enum?=marketing|sales cost:money?",
            "",
        ),
        entity("form_submission", Some("at"), "id:id at:instant form:enum=contact-us|ebook|webinar", ""),
        entity("page_view", Some("at"), "id:id at:instant section:text", ""),
        entity("campaign_response", Some("at"), "id:id at:instant campaign_type:text status:text", ""),
        entity("stage_change", Some("at"), "id:id at:instant to:text origin:enum?=person|bulk|import|automation", ""),
        entity("owner_change", Some("at"), "id:id at:instant", "from>user to>user"),
        entity("activity", Some("at"), "id:id at:instant type:text direction:text origin:text?", ""),
        entity("merge", Some("at"), "id:id at:instant", ""),
        list("own-domains", &["canon.example"]),
        list("generic-domains", &["gmail.com", "gmx.de"]),
        list("key-pages", &["pricing", "security"]),
        list("chiefs", &["CTO", "Chief Technology Officer"]),
        calendar("hq", "Europe/Berlin", &["2026-05-25"]),
        calendar("berlin", "Europe/Berlin", &["2026-05-25"]),
        calendar("boston", "America/New_York", &["2026-07-03"]),
        calendar("fiscal", "Europe/Berlin", &[]),
        ("score-model", "person-score", json!({"subject": "person", "parts": [{"id": "fit"}, {"id": "behaviour"}]})),
        ("score-model", "account-score", json!({"subject": "account", "parts": [{"id": "fit"}]})),
        (
            "qualification",
            "fit-account",
            json!({
                "subject": "account",
                "criteria": {"field": "account.employees", "at_least": 200},
                "exclusions": [{"id": "competitor", "when": {"field": "account.is_competitor", "equals": true}}],
            }),
        ),
        (
            "qualification",
            "engaged",
            json!({
                "subject": "person",
                "criteria": {"count": "form_submission", "at_least": 1},
                "exclusions": [],
            }),
        ),
    ]
}

/// The model of some definitions, in the time zone of Berlin.
pub(crate) fn model_of(definitions: &[Definition]) -> Model {
    let zone = TimeZone::get("Europe/Berlin").expect("zone");
    Model::new(zone, definitions.iter().map(source))
}

/// The model of the world.
pub(crate) fn model() -> &'static Model {
    static MODEL: LazyLock<Model> = LazyLock::new(|| model_of(&definitions()));
    &MODEL
}

/// A definition as the model reads it: subjects stand at `subject`, a metric's at `of`.
pub(crate) fn source((kind, id, value): &Definition) -> Source<'_> {
    let subject = value.get("subject").or_else(|| value.get("of")).and_then(Value::as_str);
    Source { kind, id, value, subject, outcome: (*kind == "qualification").then_some(OUTCOME) }
}

/// When tests evaluate, unless they say otherwise.
pub(crate) const NOW: &str = "2026-05-20T12:00:00Z";

/// Whether a predicate about a person holds for a record at noon of 20 May 2026.
pub(crate) fn holds(predicate: Value, record: Value) -> bool {
    holds_for("person", predicate, record, NOW)
}

/// Whether a predicate holds for a record of an entity at an instant. The predicate must be sound.
pub(crate) fn holds_for(entity: &str, predicate: Value, record: Value, at: &str) -> bool {
    judge(model(), entity, predicate, record, json!({}), at)
}

/// Whether a predicate about a person holds for a record, in a model.
pub(crate) fn holds_in(model: &Model, predicate: Value, record: &Value, at: &str) -> bool {
    judge(model, "person", predicate, record.clone(), json!({}), at)
}

/// Whether a sound predicate holds, with scores that are stated.
pub(crate) fn judge(model: &Model, entity: &str, predicate: Value, record: Value, scores: Value, at: &str) -> bool {
    let (node, problems) = grammar::predicate(&predicate, "");
    assert!(problems.is_empty(), "{predicate}: {problems:?}");
    let node = node.expect("no problem, so a predicate");
    let surroundings = Surroundings { model, scope: vec![entity], has_period: false };
    let problems: Vec<_> = surroundings.predicate(&node).into_iter().filter(is_error).collect();
    assert!(problems.is_empty(), "{predicate}: {problems:?}");
    let (scores, budget) = (Scores::read(Some(&scores)), Budget::default());
    let clock = Clock::at(at.parse().expect("instant"), model);
    let evaluator = Evaluator { model, scores: &scores, budget: &budget, clock };
    evaluator.holds(&node, &Scope::subject(entity, &record)).expect("within the budget")
}

fn is_error(problem: &Problem) -> bool {
    problem.rule.level == Level::Error
}

/// The codes of what is wrong with a predicate about an entity, each with its place.
pub(crate) fn problems(model: &Model, entity: &str, predicate: &Value) -> Vec<String> {
    let (node, problems) = grammar::predicate(predicate, "");
    let surroundings = Surroundings { model, scope: vec![entity], has_period: false };
    let typed = node.iter().flat_map(|node| surroundings.predicate(node));
    let told = |problem: Problem| format!("{} {}: {}", problem.rule.code, problem.pointer, problem.message);
    problems.into_iter().chain(typed).map(told).collect()
}

/// What an example of a definition comes to.
pub(crate) fn answer(model: &Model, definition: &Definition, example: &Value) -> Answer {
    let computable = Computable::read(&source(definition)).expect("a definition that computes something");
    computable.compute(model, example, "")
}

/// What an example comes to, which must be computable.
pub(crate) fn computed(definition: &Definition, example: &Value) -> Value {
    match answer(model(), definition, example) {
        Answer::Computed(value) => value,
        Answer::Stopped(problem) => panic!("{problem:?}"),
    }
}
