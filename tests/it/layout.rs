//! What every sort of path is.

use canonry::registry::layout::{
    DocumentRole as D, Role, change_path, decision_path, definition_name, definition_path, document_role, is_change_id,
    is_id, person_path, release_path, role, schema_path, version_pointer,
};

const CHANGE: &str = "2026-05-01-wait-longer";

fn decision(person: &str, number: u32, signature: bool) -> Role<'_> {
    Role::Decision { change: CHANGE, person, number, signature }
}

#[test]
fn documents() {
    for (path, expected) in [
        ("registry/registry.json", D::Registry),
        ("registry/waivers.json", D::Waivers),
        ("registry/governance/policy.json", D::Policy),
        ("registry/governance/people/ann.json", D::Person("ann")),
        ("registry/definitions/stage/mql.json", D::Definition { kind: "stage", id: "mql" }),
        ("registry/definitions/entity/page_view.json", D::Definition { kind: "entity", id: "page_view" }),
        ("schemas/stage.schema.json", D::Schema("stage")),
        ("schemas/common.schema.json", D::Schema("common")),
    ] {
        assert_eq!(role(path), Role::Document(expected), "{path}");
        assert_eq!(document_role(path), Some(expected), "{path}");
    }
}

#[test]
fn records() {
    let folder = format!("registry/changes/2026-05/{CHANGE}");
    for (file, expected) in [
        ("change.json", Role::Change { change: CHANGE, signature: false }),
        ("change.json.sig", Role::Change { change: CHANGE, signature: true }),
        ("approvals/ann.json", decision("ann", 1, false)),
        ("approvals/ann.json.sig", decision("ann", 1, true)),
        ("approvals/ann.2.json", decision("ann", 2, false)),
        ("approvals/ann.10.json.sig", decision("ann", 10, true)),
        ("approvals/ann.4294967295.json", decision("ann", u32::MAX, false)),
    ] {
        assert_eq!(role(&format!("{folder}/{file}")), expected, "{file}");
    }
    let release = |signature| Role::Release { version: "1.2.0", signature };
    assert_eq!(role("registry/releases/1.2.0.json"), release(false));
    assert_eq!(role("registry/releases/1.2.0.json.sig"), release(true));
}

#[test]
fn what_is_free_or_elsewhere() {
    assert_eq!(role("registry/CHANGELOG.md"), Role::Free);
    assert_eq!(role("schemas/output/list.schema.json"), Role::Free);
    for path in ["", "/", "README.md", "registry.json", "schemas.json", "docs/registry/registry.json"] {
        assert_eq!(role(path), Role::Outside, "{path}");
    }
    for path in
        ["/registry/registry.json", "./registry/registry.json", "Registry/registry.json", "schema/stage.schema.json"]
    {
        assert_eq!(role(path), Role::Outside, "{path}");
    }
}

#[test]
fn whatever_else_stands_there_is_unknown() {
    let long = "a".repeat(65);
    let odd = [
        "registry",
        "schemas",
        "registry/",
        "schemas/",
        "registry//registry.json",
        "registry/registry.json/",
        "registry/registry.json.sig",
        "registry/Registry.json",
        "registry/../registry/registry.json",
        "registry/changelog.md",
        "registry/notes.md",
        "registry/governance/policy.json.sig",
        "registry/governance/people/Ann.json",
        "registry/governance/people/page_view.json",
        "registry/governance/people/.json",
        "registry/governance/people/1ann.json",
        "registry/governance/people/ann/ann.json",
        "registry/definitions/mql.json",
        "registry/definitions/stage/",
        "registry/definitions/stage/.json",
        "registry/definitions/stage/mql",
        "registry/definitions/stage/mql.json.json.bak",
        "registry/definitions/stage/mql.JSON",
        "registry/definitions/stage/MQL.json",
        "registry/definitions/stage/mql.v2.json",
        "registry/definitions/stage/é.json",
        "registry/definitions/stage/deep/mql.json",
        "registry/definitions/sta_ge/mql.json",
        "registry/definitions/-stage/mql.json",
        "registry/releases/1.2.json",
        "registry/releases/v1.2.0.json",
        "registry/releases/1.2.0.json.sig.sig",
        "registry/releases/deep/1.2.0.json",
        "schemas/stage.json",
        "schemas/.schema.json",
        "schemas/Stage.schema.json",
        "schemas/page_view.schema.json",
        "schemas/deep/stage.schema.json",
        "schemas/stage.schema.json.sig",
        "schemas/output/list.json",
        "schemas/output/List.schema.json",
        "schemas/output/deep/list.schema.json",
    ];
    for path in odd {
        assert_eq!(role(path), Role::Unknown, "{path}");
    }
    assert_eq!(role(&definition_path("stage", &long)), Role::Unknown);
    assert_eq!(role(&definition_path(&long, "mql")), Role::Unknown);
    for file in [
        "",
        "change.sig",
        "change.json.sig.sig",
        "change.json/ann.json",
        "approvals",
        "approvals/Ann.json",
        "approvals/ann",
        "approvals/ann.json.bak",
        "approvals/ann.0.json",
        "approvals/ann.1.json",
        "approvals/ann.02.json",
        "approvals/ann.+2.json",
        "approvals/ann.-2.json",
        "approvals/ann.2.3.json",
        "approvals/ann.4294967296.json",
        "approvals/ann..json",
        "approvals/deep/ann.json",
    ] {
        let path = format!("registry/changes/2026-05/{CHANGE}/{file}");
        assert_eq!(role(&path), Role::Unknown, "{path}");
    }
    let other_month = format!("registry/changes/2026-06/{CHANGE}/change.json");
    assert_eq!(role(&other_month), Role::Unknown, "the folder of another month");
}

#[test]
fn ids_of_changes() {
    let longest = format!("2026-05-01-{}", "a".repeat(85));
    for id in ["2026-05-01-a", "2026-05-01-1", "2026-05-01--", "9999-99-99-a", CHANGE, longest.as_str()] {
        assert!(is_change_id(id), "{id}");
        assert!(matches!(role(&change_path(id)), Role::Change { .. }), "{id}");
    }
    let too_long = format!("{longest}a");
    let odd = [
        "",
        "2026-05-01",
        "2026-05-01-",
        "2026-5-01-a",
        "2026-05-01_a",
        "2026-05-01-A",
        "2026-05-01-é",
        "2026-05-é1-a",
    ];
    for id in odd.into_iter().chain(["2026/05/01-a", "2026-05-01-a/b", "2026-05-01-a.b", too_long.as_str()]) {
        assert!(!is_change_id(id), "{id}");
    }
}

#[test]
fn paths_that_are_made_are_known() {
    assert_eq!(role(&person_path("ann")), Role::Document(D::Person("ann")));
    assert_eq!(role(&schema_path("stage")), Role::Document(D::Schema("stage")));
    assert_eq!(role(&release_path("1.2.0")), Role::Release { version: "1.2.0", signature: false });
    for number in [1, 2, 30] {
        assert_eq!(role(&decision_path(CHANGE, "ann", number)), decision("ann", number, false));
    }
    let path = definition_path("stage", "mql");
    assert_eq!(definition_name(&path).as_deref(), Some("stage/mql"));
    assert_eq!(definition_name("registry/registry.json"), None);
    assert_eq!(definition_name("registry/definitions/stage/MQL.json"), None);
    assert_eq!((version_pointer(&path), version_pointer("schemas/stage.schema.json")), ("/version", "/x-version"));
    for (id, expected) in
        [("a", true), ("a-1", true), ("", false), ("1a", false), ("-a", false), ("a_b", false), ("A", false)]
    {
        assert_eq!(is_id(id), expected, "{id}");
    }
}
