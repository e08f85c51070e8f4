//! Who plays in the demo: three roles, each with a key made on the spot.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::document::Value;
use crate::governance::signature::{SignError, SigningKey};
use crate::operations::Failure;

/// One role with its key.
pub(super) struct Actor {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) roles: Vec<Value>,
    pub(super) key: SigningKey,
    pub(super) file: PathBuf,
}

impl Actor {
    /// Name and address that the actor commits by.
    pub(super) fn committer(&self) -> (String, String) {
        (self.name.to_owned(), format!("{}@example.com", self.id))
    }
}

/// Everybody.
pub(super) struct Cast {
    pub(super) actors: Vec<Actor>,
}

impl Cast {
    /// Makes the keys in a folder.
    pub(super) fn assemble(folder: &Path) -> Result<Cast, Failure> {
        std::fs::create_dir_all(folder).map_err(|cause| Failure::File { path: folder.to_owned(), cause })?;
        let roles = [
            ("marketing-lead", "Marketing lead", "marketing"),
            ("sales-lead", "Sales lead", "sales"),
            ("revops-lead", "RevOps lead", "revops"),
        ];
        let mut actors = Vec::new();
        for (id, name, role) in roles {
            let file = folder.join(id);
            make_key(&file, id)?;
            let key = SigningKey::find(&file.to_string_lossy(), None)?;
            actors.push(Actor { id, name, roles: vec![role.into(), "council".into()], key, file });
        }
        Ok(Cast { actors })
    }

    /// The actor of this id.
    pub(super) fn get(&self, id: &str) -> Result<&Actor, Failure> {
        let found = self.actors.iter().find(|actor| actor.id == id);
        found.ok_or_else(|| Failure::own_fault(format!("nobody plays `{id}`")))
    }
}

fn make_key(file: &Path, comment: &str) -> Result<(), Failure> {
    let program = "ssh-keygen".to_owned();
    let output = Command::new(&program)
        .args(["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f"])
        .arg(file)
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|cause| SignError::NoProgram { program: program.clone(), cause })?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(SignError::Refused { program, message }.into())
}
