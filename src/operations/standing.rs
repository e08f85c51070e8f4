//! Where one stands: what `canon` alone shows.

use super::Failure;
use super::check::check_registry;
use super::status::{Standing, State, open_standings};
use super::workspace::{Workspace, differing, quoted};
use crate::finding::{Finding, any_error};
use crate::git::Head;
use crate::registry::layout::{REGISTRY_JSON, document_role};

/// Where one stands.
pub struct Overview {
    /// Name of the registry.
    pub name: String,
    /// How many definitions the work tree holds.
    pub definitions: usize,
    /// What `HEAD` is.
    pub head: Head,
    /// The main branch.
    pub main: String,
    /// Whether the accepted state could be proven at the tip of the main branch.
    pub proven: Option<bool>,
    /// Governed documents of the work tree that differ from `HEAD`.
    pub edited: Vec<String>,
    /// What is wrong in the work tree.
    pub findings: Vec<Finding>,
    /// Changes that have not settled.
    pub open: Vec<Standing>,
    /// The command to type next, and why.
    pub next: (String, String),
}

/// Looks around.
///
/// # Errors
/// The repository cannot be read.
pub fn overview(workspace: &Workspace) -> Result<Overview, Failure> {
    let (registry, loaded) = workspace.work_tree_registry()?;
    let checked = check_registry(registry, loaded, workspace.now);
    let registry = checked.registry();
    let name = registry.document(REGISTRY_JSON).and_then(|document| document.text("name")).unwrap_or("?").to_owned();
    let head = workspace.repository.head()?;
    let main = workspace.main_branch()?;
    let edited = edited(workspace, &head)?;
    let replay = workspace.repository.branch(&main).map(|_| workspace.replay_main());
    let (proven, open) = match replay {
        Some(Ok(replay)) => (Some(replay.ledger.proven()), open_standings(workspace, &replay, None)?),
        Some(Err(Failure::Unproven(_))) => (Some(false), Vec::new()),
        Some(Err(failure)) => return Err(failure),
        None => (None, Vec::new()),
    };
    let definitions = registry.definitions().count();
    let findings = checked.findings().to_vec();
    let next = next(&head, &main, proven, &edited, &findings, &open);
    Ok(Overview { name, definitions, head, main, proven, edited, findings, open, next })
}

/// Governed documents that the work tree and the commit of `HEAD` do not hold alike.
fn edited(workspace: &Workspace, head: &Head) -> Result<Vec<String>, Failure> {
    let committed = match head.commit() {
        Some(commit) => workspace.files_at(commit)?.0,
        None => Vec::new(),
    };
    let here = workspace.work_tree_files()?.0;
    let documents = differing(&here, &committed).into_iter().filter(|path| document_role(path).is_some());
    Ok(documents.map(str::to_owned).collect())
}

fn next(
    head: &Head,
    main: &str,
    proven: Option<bool>,
    edited: &[String],
    findings: &[Finding],
    open: &[Standing],
) -> (String, String) {
    let say = |command: &str, why: &str| (command.to_owned(), why.to_owned());
    let here = open.iter().find(|standing| standing.branch.is_some() && standing.branch.as_deref() == head.branch());
    if matches!(head, Head::Detached(_)) {
        return (format!("git switch {}", quoted(main)), "HEAD is detached; a proposal needs a branch".to_owned());
    }
    if any_error(findings) {
        return say("canon check", "something in the work tree is wrong; this shows it all");
    }
    if proven.is_none() {
        return say("git add registry schemas && git commit", "the main branch has no commit of the registry yet");
    }
    if !edited.is_empty() {
        return say("canon propose --title TITLE --why WHY", "you edited governed documents; propose them");
    }
    let landable = |standing: &&Standing| {
        matches!(standing.state, State::Ready) && standing.branch.as_deref().is_some_and(|branch| branch != main)
    };
    let ready = match here {
        Some(standing) => Some(standing).filter(landable),
        None => open.iter().find(landable),
    };
    if let Some(standing) = ready {
        let merge = format!("git merge --no-ff {}", quoted(standing.branch.as_deref().unwrap_or_default()));
        let command =
            if head.branch() == Some(main) { merge } else { format!("git switch {} && {merge}", quoted(main)) };
        return (command, "the change has every approval; land it".to_owned());
    }
    match here {
        Some(standing) => {
            (format!("canon status {}", standing.id), "the change here waits; this shows for whom".to_owned())
        }
        None if proven == Some(false) => say("canon verify", "the main branch holds content that is not accepted"),
        None => say("canon list", "everything is accepted; edit a definition, then `canon propose`"),
    }
}
