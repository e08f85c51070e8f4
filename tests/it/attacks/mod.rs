//! Attacks by somebody with push access, as repositories: each must be found, each by its code, and what is honest beside
//! it must pass. SECURITY.md lists them.

mod approvals;
mod documents;
mod history;
mod interruptions;
mod keys;
mod memory;
mod relays;
mod releases;
mod rules;
mod table;
mod thefts;
mod trees;

use std::io::Write as _;
use std::process::Stdio;

use crate::environment::Environment;

/// Writes a tree from raw entries: mode, name, object.
fn raw_tree(environment: &Environment, entries: &[(&str, &str, &str)]) -> String {
    let mut bytes = Vec::new();
    for (mode, name, object) in entries {
        bytes.extend(format!("{mode} {name}\0").bytes());
        bytes.extend((0..20).map(|at| u8::from_str_radix(&object[2 * at..2 * at + 2], 16).expect("hexadecimal")));
    }
    let mut child = std::process::Command::new("git")
        .args(["hash-object", "-t", "tree", "-w", "--literally", "--stdin"])
        .current_dir(environment.work())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git");
    child.stdin.take().expect("input").write_all(&bytes).expect("written");
    String::from_utf8(child.wait_with_output().expect("git").stdout).expect("text").trim().to_owned()
}

/// The entries of a folder at `HEAD`: mode, name, object.
fn entries(environment: &Environment, folder: &str) -> Vec<(String, String, String)> {
    let listed = environment.git(&["ls-tree", &format!("HEAD:{folder}")]);
    let parse = |line: &str| {
        let (head, name) = line.split_once('\t').expect("an entry");
        let words: Vec<&str> = head.split(' ').collect();
        (words[0].trim_start_matches('0').to_owned(), name.to_owned(), words[2].to_owned())
    };
    listed.lines().map(parse).collect()
}

/// Commits `HEAD` with another tree in place of `registry/`.
fn commit_registry(environment: &Environment, registry: &str) {
    let top = entries(environment, "");
    let swapped: Vec<(&str, &str, &str)> = top
        .iter()
        .map(|(mode, name, id)| (mode.as_str(), name.as_str(), if name == "registry" { registry } else { id.as_str() }))
        .collect();
    let tree = raw_tree(environment, &swapped);
    let commit = environment.git(&["commit-tree", "-p", "HEAD", "-m", "Plumbing", &tree]);
    environment.git(&["update-ref", "refs/heads/main", &commit]);
}
