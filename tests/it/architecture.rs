//! The architecture, held against the source: layers, libraries with one user, a first line and a size for each file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Modules in reading order. A module may use those before it.
const LAYERS: [&str; 15] = [
    "document",
    "text",
    "finding",
    "git",
    "registry",
    "criteria",
    "outcome",
    "check",
    "compare",
    "governance",
    "release",
    "maturity",
    "operations",
    "report",
    "cli",
];

/// Libraries that only these folders or files may name, below `src`.
const HOMES: [(&str, &[&str]); 13] = [
    ("git2", &["git/"]),
    ("sha2", &["document/"]),
    ("serde_json_canonicalizer", &["document/"]),
    ("jsonschema", &["registry/"]),
    ("include_dir", &["registry/builtin.rs", "operations/demo/"]),
    ("rayon", &["registry/", "check/"]),
    ("ssh_key", &["governance/signature.rs"]),
    ("glob", &["governance/"]),
    ("similar", &["report/"]),
    ("annotate_snippets", &["report/"]),
    ("clap", &["cli/"]),
    ("anstream", &["cli/"]),
    ("indicatif", &["cli/"]),
];

/// Source files below `src`, by path from there.
fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.clone()];
    let mut found = BTreeMap::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read_to_string(&path).expect("a file"));
            }
        }
    }
    assert!(found.len() > 40, "the sources were not found");
    found
}

/// The module that a file belongs to.
fn module(name: &str) -> &str {
    name.split('/').next().unwrap_or(name).trim_end_matches(".rs")
}

/// Code without comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap_or(line)))
}

#[test]
fn modules_know_only_those_before_them() {
    for (name, text) in sources() {
        let module = module(&name);
        let Some(own) = LAYERS.iter().position(|layer| *layer == module) else {
            assert!(matches!(module, "main" | "lib"), "{name} belongs to no layer");
            continue;
        };
        for (line, code) in code(&text) {
            for (at, _) in code.match_indices("crate::") {
                let rest = &code[at + "crate::".len()..];
                let used: String =
                    rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
                let layer = LAYERS.iter().position(|layer| *layer == used);
                let layer = layer.unwrap_or_else(|| panic!("src/{name}:{line}: `crate::{used}` is no layer"));
                assert!(layer <= own, "src/{name}:{line}: {module} must not know {used}");
            }
        }
    }
}

#[test]
fn libraries_have_few_users() {
    let sources = sources();
    for (library, homes) in HOMES {
        let mut used = 0;
        for (name, text) in &sources {
            for (line, code) in code(text) {
                let names = [format!("{library}::"), format!("use {library}"), format!("{library};")];
                if names.iter().any(|one| code.contains(one.as_str())) {
                    let at_home = homes.iter().any(|home| name.starts_with(home));
                    assert!(at_home, "src/{name}:{line} uses {library}, which only {homes:?} may");
                    used += 1;
                }
            }
        }
        assert!(used > 0, "{library} is not used; leave it out of the table and of Cargo.toml");
    }
}

#[test]
fn every_file_says_its_job_and_is_short() {
    for (name, text) in sources() {
        assert!(text.starts_with("//! "), "src/{name} does not open with `//!`");
        let lines = text.lines().count();
        assert!(lines <= 600, "src/{name} has {lines} lines");
        let is_command = name.starts_with("cli/") && !matches!(name.as_str(), "cli/mod.rs" | "cli/printer.rs");
        assert!(!is_command || lines <= 80, "src/{name} has {lines} lines; a command parses, calls and prints");
    }
}

#[test]
fn every_layer_is_named_in_the_map() {
    let map =
        std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).expect("the map");
    for layer in LAYERS {
        assert!(map.contains(&format!("`{layer}")), "ARCHITECTURE.md does not tell of {layer}");
    }
}
