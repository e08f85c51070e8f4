//! Sides of a comparison: what people name, and the commit or folder that it is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Failure;
use super::view::View;
use super::workspace::{Workspace, quoted, short};
use crate::document::Document;
use crate::git::{GitError, ObjectId};
use crate::registry::layout::{REGISTRY_JSON, RELEASES, change_branch, definition_path, release_path};

/// A side that was found.
pub(super) struct Named {
    /// How it is called.
    pub(super) title: String,
    place: Place,
}

enum Place {
    Commit(ObjectId),
    Folder(PathBuf),
}

impl Named {
    /// Its files.
    pub(super) fn view<'w>(&self, workspace: &'w Workspace) -> Result<View<'w>, Failure> {
        match &self.place {
            Place::Commit(commit) => View::of_commit(workspace, *commit),
            Place::Folder(folder) => View::of_folder(workspace, folder),
        }
    }
}

/// A side by its name: nothing is the work tree.
pub(super) fn named(workspace: &Workspace, name: Option<&str>) -> Result<Named, Failure> {
    let Some(name) = name else {
        return Ok(Named { title: "the work tree".to_owned(), place: Place::Folder(workspace.folder()?) });
    };
    if name == workspace.main_branch()? {
        return main(workspace);
    }
    let title = name.to_owned();
    match workspace.repository.resolve(name) {
        Ok(commit) => return Ok(Named { title, place: Place::Commit(commit) }),
        Err(GitError::UnknownRevision(_)) => {}
        Err(error) => return Err(error.into()),
    }
    if let Some(commit) = release(workspace, name)? {
        return Ok(Named { title: format!("release {name}"), place: Place::Commit(commit) });
    }
    let folder = Path::new(name);
    if !name.is_empty() && folder.join(REGISTRY_JSON).is_file() {
        return Ok(Named { title, place: Place::Folder(folder.to_owned()) });
    }
    if let Some(commit) = workspace.repository.branch(&change_branch(name)) {
        return Ok(Named { title, place: Place::Commit(commit) });
    }
    // It may be beyond where history was cut off.
    workspace.repository.require_complete()?;
    Err(Failure::refused(
        format!("`{name}` is no revision, no release and no folder with a registry"),
        hint(workspace, name)?,
    ))
}

/// What somebody may have meant by the name of a side that is nowhere.
fn hint(workspace: &Workspace, name: &str) -> Result<String, Failure> {
    if let Some((before, after)) = name.split_once("...").or_else(|| name.split_once("..")) {
        let sides = [before, after].map(|side| if side.is_empty() { "HEAD".to_owned() } else { quoted(side) });
        return Ok(format!("Name both sides: `canon diff {} {}`.", sides[0], sides[1]));
    }
    let is_definition = name.split_once('/').is_some_and(|(kind, id)| {
        workspace.folder().is_ok_and(|folder| folder.join(definition_path(kind, id)).is_file())
    });
    if is_definition {
        return Ok(format!(
            "It is a definition, and sides are named here: `canon diff` tells all that differs, `canon log {name}` how this \
             one came to be so."
        ));
    }
    if is_version(name) {
        let known = releases(workspace)?;
        return Ok(match known.is_empty() {
            true => "Nothing was released yet; `canon publish` does that.".to_owned(),
            false => format!("Released are {}.", known.join(", ")),
        });
    }
    Ok("Type `git branch -a` and `git tag` to see what there is; a branch that was never fetched is fetched by `git fetch \
        origin BRANCH`."
        .to_owned())
}

/// The main branch: as `origin` has it where that is newer.
pub(super) fn main(workspace: &Workspace) -> Result<Named, Failure> {
    let main = workspace.main_branch()?;
    let repository = &workspace.repository;
    let remote = format!("origin/{main}");
    let tips =
        (repository.reference(&format!("refs/heads/{main}")), repository.reference(&format!("refs/remotes/{remote}")));
    let (title, commit) = match tips {
        (Some(local), Some(fetched)) if local != fetched && repository.contains(fetched, local)? => (remote, fetched),
        (Some(local), _) => (main, local),
        (None, Some(fetched)) => (remote, fetched),
        (None, None) => {
            let hint = format!(
                "Type `git fetch origin {0}:refs/remotes/origin/{0}`, or name the side to compare with.",
                quoted(&main)
            );
            return Err(Failure::refused(format!("the main branch `{main}` is not in this clone"), hint));
        }
    };
    Ok(Named { title, place: Place::Commit(commit) })
}

/// The commit whose definitions a release has, by its version: as its manifest says it, on the main branch or here.
fn release(workspace: &Workspace, name: &str) -> Result<Option<ObjectId>, Failure> {
    if !is_version(name) {
        return Ok(None);
    }
    let repository = &workspace.repository;
    let path = workspace.in_repository(&release_path(name.strip_prefix('v').unwrap_or(name)));
    for commit in with_releases(workspace)? {
        if let Some(blob) = repository.file(repository.commit(commit)?.tree, &path)?
            && let Ok(manifest) = Document::parse(&repository.blob(blob)?)
            && let Some(commit) = manifest.text("commit")
        {
            return Ok(Some(repository.resolve(commit)?));
        }
    }
    Ok(None)
}

/// Where releases are looked for.
fn with_releases(workspace: &Workspace) -> Result<impl Iterator<Item = ObjectId>, Failure> {
    Ok([workspace.main_tip().ok(), workspace.repository.head()?.commit()].into_iter().flatten())
}

/// The versions that were released, oldest first.
fn releases(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let mut versions: BTreeSet<semver::Version> = BTreeSet::new();
    for commit in with_releases(workspace)? {
        let tree = workspace.repository.commit(commit)?.tree;
        if let Some(folder) = workspace.repository.subtree(tree, &workspace.in_repository(RELEASES))? {
            let files = workspace.repository.tree(folder)?.entries;
            versions.extend(files.iter().filter_map(|file| file.name.strip_suffix(".json")?.parse().ok()));
        }
    }
    Ok(versions.iter().map(ToString::to_string).collect())
}

/// Whether a name is that of a release.
fn is_version(name: &str) -> bool {
    name.strip_prefix('v').unwrap_or(name).parse::<semver::Version>().is_ok()
}

/// Where the side after left the one before, if both are commits or the work tree.
pub(super) fn parted(workspace: &Workspace, base: Named, current: &Named) -> Result<Named, Failure> {
    let head = match &current.place {
        Place::Commit(commit) => *commit,
        Place::Folder(folder) if *folder == workspace.folder()? => match workspace.repository.head()?.commit() {
            Some(head) => head,
            None => return Ok(base),
        },
        Place::Folder(_) => return Ok(base),
    };
    let Place::Commit(commit) = base.place else { return Ok(base) };
    if commit == head {
        return Ok(base);
    }
    let Some(parted) = workspace.repository.merge_base(head, commit)? else {
        // Where history was cut off, that there is nothing in common means nothing.
        workspace.repository.require_complete()?;
        return Err(Failure::refused(
            format!("{} and {} have no commit in common", base.title, current.title),
            "`--exact` compares the two as they are.",
        ));
    };
    if parted == commit {
        return Ok(base);
    }
    workspace.repository.require_complete()?;
    let title = format!("{} ({}, where {} left it)", base.title, short(parted), current.title);
    Ok(Named { title, place: Place::Commit(parted) })
}

/// The commit from which a step is judged: where a revision, or the work tree, left the named one.
///
/// # Errors
/// One of them names nothing, or history is missing.
pub(super) fn baseline(workspace: &Workspace, base: &str, revision: Option<&str>) -> Result<ObjectId, Failure> {
    let current = named(workspace, revision)?;
    let base = named(workspace, Some(base))?;
    match parted(workspace, base, &current)?.place {
        Place::Commit(commit) => Ok(commit),
        Place::Folder(folder) => Err(Failure::refused(
            format!("{} is a folder, and a check needs a commit to start from", folder.display()),
            "Name a branch, a tag or a commit.",
        )),
    }
}
