//! A draft that exactly three definitions of the starter registry rest on, whatever else the starter comes to hold.

use canonry::document::{Value, parse};
use canonry::registry::{Registry, builtin};

use crate::values::{items, json};

/// The draft: a driver that the starter does not have.
pub(crate) const DRAFT: &str = "registry/definitions/driver/quiet-season.json";

/// The definitions that rest on the draft, in the order of their paths. It is the first of their `drivers`.
pub(crate) const RESTING: [&str; 3] = ["metric/new-bookings", "metric/win-rate", "play/deal-review"];

/// The documents to write over those of the starter: the draft, and what rests on it, each in its stored form.
pub(crate) fn documents() -> Vec<(String, Vec<u8>)> {
    let files: Vec<(String, Vec<u8>)> =
        builtin::schemas().chain(builtin::starter()).map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    let starter = |path: &str| {
        let (_, bytes) = files.iter().find(|(at, _)| at == path).unwrap_or_else(|| panic!("{path}"));
        parse(bytes).expect("a document of the starter")
    };
    let registry = Registry::load(files.clone()).0;
    let stored = |path: &str, value: &Value| (path.to_owned(), registry.stored_form(path, value));

    let mut draft = starter("registry/definitions/driver/deal-discipline.json");
    draft["id"] = json!("quiet-season");
    draft["name"] = json!("Quiet season");
    draft["summary"] = json!("Whether buyers are away.");
    draft["status"] = json!("draft");
    let mut documents = vec![stored(DRAFT, &draft)];
    for name in RESTING {
        let path = format!("registry/definitions/{name}.json");
        let mut resting = starter(&path);
        let mut drivers = items(&resting["drivers"]);
        drivers.insert(0, json!("quiet-season"));
        resting["drivers"] = Value::from(drivers);
        documents.push(stored(&path, &resting));
    }
    documents
}
