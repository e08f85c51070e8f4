//! Tells builds of other sources apart: `CANONRY_BUILD` is the SHA-256 of sources, data and locked dependencies, so that
//! what one build remembers under `.git/canonry` is never read by another.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

const MADE_OF: [&str; 7] = ["build.rs", "Cargo.toml", "Cargo.lock", "src", "schemas", "registry", "demo"];

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    for part in MADE_OF {
        println!("cargo::rerun-if-changed={part}");
        list(Path::new(part), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let bytes = std::fs::read(&file)?;
        hash.update(format!("{}\0{}\0", file.display(), bytes.len()));
        hash.update(bytes);
    }
    println!("cargo::rustc-env=CANONRY_BUILD={:x}", hash.finalize());
    Ok(())
}

/// The files under a path. What is not there is part of nothing.
fn list(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            list(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.push(path.to_owned());
    }
    Ok(())
}
