//! The built-in schemas.

use canonry::document::Document;
use canonry::registry::{Registry, builtin};

#[test]
fn the_built_in_schemas_have_no_fault() {
    assert!(builtin::schemas().count() >= 20);
    assert_eq!(builtin::faults(), []);
}

#[test]
fn the_examples_of_the_built_in_schemas_fit_them() {
    let mut examples = 0;
    for (path, bytes) in builtin::schemas() {
        let schema = Document::parse(bytes).unwrap();
        let name = path.trim_start_matches("schemas/").trim_end_matches(".schema.json");
        for example in schema.value()["examples"].as_array().into_iter().flatten() {
            let kind = builtin::kinds().schema(name).unwrap();
            assert_eq!(kind.validate(example), [], "{path}");
            examples += 1;
        }
    }
    assert!(examples >= 15, "{examples}");
}

#[test]
fn the_starter_registry_has_nothing_wrong() {
    let files = builtin::schemas().chain(builtin::starter()).map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
    let (registry, loaded) = Registry::load(files);
    assert!(registry.definitions().count() >= 30);
    let checked = canonry::check::run(registry, loaded);
    assert_eq!(checked.findings(), []);
    assert!(checked.into_checked().is_ok());
}
