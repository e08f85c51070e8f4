//! The demo: a real definition history, replayed as governed changes in a throw-away repository.
//!
//! Nothing is staged: keys are made, records signed, commits landed, and each verdict comes from the same code that
//! judges a company's registry. Only the clock is set to the days of the history.

mod cast;
mod data;

use std::path::{Path, PathBuf};

use super::approve::{Decided, brief, decide};
use super::log::{Entry, Wanted, log};
use super::memory::Depth;
use super::propose::{Proposal, Proposed, Wishes, propose};
use super::publish::{Published, publish};
use super::status::Standing;
use super::verify::{Verification, verify};
use super::workspace::{Now, Workspace};
use super::{Failure, init, land};
use crate::check::Checked;
use crate::document::Digest;
use crate::finding::{Level, rules};
use crate::git::Repository;
use crate::git::write::{Edits, write_file};
use crate::governance::records::{Choice, Manifest};
use crate::registry::builtin;
use crate::registry::layout::{change_branch, document_role};
use cast::{Actor, Cast};
use data::{History, Step, Turn};

const MAIN: &str = "main";

/// The step after which the first release is cut: the last one in which the MQL is not yet a score.
const FIRST_RELEASE_AFTER: &str = "2020-09-15";

/// What the demo tells while it goes.
pub enum Scene<'a> {
    /// The registry was started.
    Started {
        /// Its trust digest.
        trust: Digest,
        /// How many definitions it starts with.
        definitions: usize,
        /// Ids of the people.
        people: Vec<&'a str>,
    },
    /// A step begins.
    Step {
        /// Its place, from 1.
        number: usize,
        /// Of how many.
        of: usize,
        /// Its day.
        date: &'a str,
        /// What it is called.
        title: &'a str,
        /// The commit of the handbook that it restates; none for a step of the demo's own.
        source: Option<&'a str>,
    },
    /// Something was proposed.
    Proposed(&'a str, &'a Proposal),
    /// Somebody approved.
    Approved(&'a str),
    /// An approval no longer counts, or does not suffice.
    Stuck(&'a str, &'a Standing),
    /// Content landed without approval, by this commit title.
    Bypassed(&'a str),
    /// `verify` says so.
    Verified(&'a Verification),
    /// The step is done; what it did, in plain words.
    Told(&'a str),
    /// A release was cut.
    Released(&'a Manifest),
    /// The end: the ledger, newest first; the changes of the MQL, newest first; where the keys are.
    Ended {
        /// Every settled change.
        all: &'a [Entry],
        /// Those of `qualification/mql`.
        mql: &'a [Entry],
        /// Folder of the demo.
        folder: &'a Path,
    },
}

/// Plays the demo in a new or empty folder.
///
/// # Errors
/// The folder is not empty, a program is missing, or the disk is full.
pub fn demo(folder: &Path, tell: &mut dyn FnMut(Scene<'_>)) -> Result<(), Failure> {
    let history = data::history()?;
    let mut stage = Stage::build(folder, &history, tell)?;
    for (index, step) in history.steps.iter().enumerate() {
        tell(Scene::Step {
            number: index + 1,
            of: history.steps.len(),
            date: &step.date,
            title: &step.title,
            source: step.source_commit.as_deref(),
        });
        stage.play(step, tell)?;
        if step.date == FIRST_RELEASE_AFTER {
            stage.release(&step.date, tell)?;
        }
    }
    let last = history.steps.last().map_or(history.genesis_date.as_str(), |step| &step.date);
    stage.release(last, tell)?;
    stage.at(last, 18)?;
    stage.verify(tell)?;
    let of_mql = Wanted { definition: Some("qualification/mql".to_owned()), fields: true, ..Wanted::default() };
    let all = log(&stage.workspace, &Wanted::default(), &|_, _| ())?;
    let mql = log(&stage.workspace, &of_mql, &|_, _| ())?;
    tell(Scene::Ended { all: &all, mql: &mql, folder: &stage.folder });
    Ok(())
}

struct Stage {
    folder: PathBuf,
    workspace: Workspace,
    cast: Cast,
}

impl Stage {
    /// Makes the repository, the keys and genesis.
    fn build(folder: &Path, history: &History, tell: &mut dyn FnMut(Scene<'_>)) -> Result<Stage, Failure> {
        let file_error = |cause| Failure::File { path: folder.to_owned(), cause };
        if folder.symlink_metadata().is_ok() {
            let taken = !folder.is_dir() || std::fs::read_dir(folder).map_err(file_error)?.next().is_some();
            if taken {
                return Err(Failure::refused(
                    format!("`{}` is there already and is not an empty folder", folder.display()),
                    "Name a new one: `canon demo DIR`; or remove the old one.",
                ));
            }
        }
        std::fs::create_dir_all(folder).map_err(file_error)?;
        let folder = folder.canonicalize().map_err(file_error)?;
        let repository = Repository::create(&folder, MAIN)?;
        let cast = Cast::assemble(&folder.join(".git").join("demo-keys"))?;
        let revops = cast.get("revops-lead")?;
        let (name, email) = revops.committer();
        for (key, value) in [
            ("user.name", name.as_str()),
            ("user.email", email.as_str()),
            ("gpg.format", "ssh"),
            ("user.signingkey", &revops.file.to_string_lossy()),
            ("core.autocrlf", "false"),
        ] {
            repository.set_config(key, value)?;
        }
        let now = instant(&history.genesis_date, 9)?;
        let workspace = Workspace { repository, root: String::new(), now, committer: Some((name, email)) };
        let mut documents = data::files("genesis");
        documents.extend(builtin::schemas().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())));
        for actor in &cast.actors {
            documents.push(init::person_file(actor.id, actor.name, &actor.roles, Some(&actor.key.public), &[]));
        }
        documents.retain(|(path, _)| document_role(path).is_some());
        documents.sort();
        let trust = init::commit_genesis(&workspace, MAIN, "Developer tools company (demo)", &documents)?;
        let definitions = documents.iter().filter(|(path, _)| path.starts_with("registry/definitions/")).count();
        let people = cast.actors.iter().map(|actor| actor.id).collect();
        tell(Scene::Started { trust, definitions, people });
        Ok(Stage { folder, workspace, cast })
    }

    /// Sets the clock.
    fn at(&mut self, date: &str, hour: i8) -> Result<(), Failure> {
        self.workspace.now = instant(date, hour)?;
        Ok(())
    }

    fn play(&mut self, step: &Step, tell: &mut dyn FnMut(Scene<'_>)) -> Result<(), Failure> {
        self.at(&step.date, 9)?;
        let documents = format!("steps/{}", step.folder);
        match step.kind {
            Turn::Plain | Turn::Wording => self.write(&documents)?,
            Turn::Stale => {
                self.write(&format!("{documents}/first"))?;
                let id = self.propose("revops-lead", step, tell)?;
                self.approve("marketing-lead", &id, tell)?;
                self.write(&documents)?;
            }
            Turn::SelfApproval => {
                self.write(&documents)?;
                let id = self.propose("marketing-lead", step, tell)?;
                let standing = self.approve("marketing-lead", &id, tell)?;
                tell(Scene::Stuck("marketing-lead's own approval does not count", &standing));
                self.abandon(&id)?;
                self.write(&documents)?;
            }
            Turn::Bypass => {
                self.write(&documents)?;
                self.bypass(step, &documents, tell)?;
            }
        }
        let id = self.propose("revops-lead", step, tell)?;
        for approver in &step.approvers {
            self.approve(approver, &id, tell)?;
        }
        self.at(&step.date, 12)?;
        self.act_as("revops-lead")?;
        let message = format!("Merge change/{id}\n\n{}\n", step.title);
        self.merge(&change_branch(&id), &message)?;
        self.verify(tell)?;
        tell(Scene::Told(&step.says));
        Ok(())
    }

    /// Writes the documents of a folder of the data into the work tree.
    fn write(&self, documents: &str) -> Result<(), Failure> {
        for (path, bytes) in data::files(documents).into_iter().filter(|(path, _)| document_role(path).is_some()) {
            let file = self.folder.join(&path);
            write_file(&file, &bytes).map_err(|cause| Failure::File { path: file, cause })?;
        }
        Ok(())
    }

    fn propose(&mut self, proposer: &str, step: &Step, tell: &mut dyn FnMut(Scene<'_>)) -> Result<String, Failure> {
        self.act_as(proposer)?;
        let wishes = Wishes {
            title: Some(step.title.clone()),
            why: Some(step.why.clone()),
            reason: Some(step.reason.clone()),
            ..Wishes::default()
        };
        match propose(&self.workspace, &wishes, &self.cast.get(proposer)?.key)? {
            Proposed::Done(proposal) => {
                tell(Scene::Proposed(proposer, &proposal));
                let void =
                    proposal.standing.findings.iter().any(|finding| finding.rule.code == rules::APPROVAL_VOID.code);
                if void {
                    tell(Scene::Stuck(
                        "the content moved, so the approval given before counts no more",
                        &proposal.standing,
                    ));
                }
                Ok(proposal.change.id.clone())
            }
            Proposed::Nothing => Err(Failure::own_fault(format!("step {} changes nothing", step.folder))),
            Proposed::Faulty(checked) => Err(faulty(&checked, &step.folder)),
        }
    }

    fn approve(&mut self, person: &str, id: &str, tell: &mut dyn FnMut(Scene<'_>)) -> Result<Standing, Failure> {
        self.act_as(person)?;
        let actor = self.cast.get(person)?;
        let read = brief(&self.workspace, Some(id), &actor.key)?;
        match decide(&self.workspace, &read, Choice::Approve, &actor.key)? {
            Decided::Done(standing) => {
                tell(Scene::Approved(person));
                Ok(*standing)
            }
            Decided::Already => Err(Failure::own_fault(format!("{person} had approved {id} already"))),
        }
    }

    /// Lands a branch on the main branch by a merge commit, as a forge does, makes `HEAD` the main branch and removes the
    /// landed branch.
    fn merge(&self, branch: &str, message: &str) -> Result<(), Failure> {
        let repository = &self.workspace.repository;
        let (into, from) = (self.workspace.main_tip()?, repository.resolve(&format!("refs/heads/{branch}"))?);
        let Some(tree) = repository.merged_tree(into, from)? else {
            return Err(Failure::own_fault(format!("`{branch}` conflicts with `{MAIN}`")));
        };
        let merged = repository.write_commit(tree, &[into, from], &self.workspace.author()?, message)?;
        repository.move_reference(&format!("refs/heads/{MAIN}"), Some(into), merged, "canon")?;
        repository.switch(MAIN)?;
        Ok(repository.delete_branch(branch)?)
    }

    /// Leaves the branch of a change that will not land, and removes it.
    fn abandon(&self, id: &str) -> Result<(), Failure> {
        self.workspace.repository.switch(MAIN)?;
        Ok(self.workspace.repository.delete_branch(&change_branch(id))?)
    }

    /// Commits documents on the main branch with no record at all, and lets `verify` find it.
    fn bypass(&mut self, step: &Step, documents: &str, tell: &mut dyn FnMut(Scene<'_>)) -> Result<(), Failure> {
        self.act_as("marketing-lead")?;
        let files = data::files(documents).into_iter().filter(|(path, _)| document_role(path).is_some());
        let edits: Edits = files.map(|(path, bytes)| (path, Some(bytes))).collect();
        let message = format!("Quick fix: {}", step.title);
        let seen = self.workspace.main_tip()?;
        land::commit(&self.workspace, MAIN, Some(seen), &edits, &message)?;
        tell(Scene::Bypassed(&message));
        self.verify(tell)
    }

    fn verify(&self, tell: &mut dyn FnMut(Scene<'_>)) -> Result<(), Failure> {
        let verification = verify(&self.workspace, None, None, Depth::New, &|_, _| ())?;
        tell(Scene::Verified(&verification));
        Ok(())
    }

    fn release(&mut self, date: &str, tell: &mut dyn FnMut(Scene<'_>)) -> Result<(), Failure> {
        self.at(date, 15)?;
        self.act_as("revops-lead")?;
        match publish(&self.workspace, None, false, &self.cast.get("revops-lead")?.key)? {
            Published::Done { manifest, commit, .. } => {
                let tag = format!("refs/tags/canon/v{}", manifest.version);
                self.workspace.repository.move_reference(&tag, None, commit, "canon demo")?;
                tell(Scene::Released(&manifest));
                Ok(())
            }
            _ => Err(Failure::own_fault(format!("nothing can be published on {date}"))),
        }
    }

    fn act_as(&mut self, person: &str) -> Result<(), Failure> {
        let actor: &Actor = self.cast.get(person)?;
        self.workspace.committer = Some(actor.committer());
        Ok(())
    }
}

fn faulty(checked: &Checked, folder: &str) -> Failure {
    let error = checked.findings().iter().find(|finding| finding.level() == Level::Error);
    let what = error.map_or_else(String::new, |finding| format!(": {}: {}", finding.path, finding.message));
    Failure::own_fault(format!("the documents of step {folder} are faulty{what}"))
}

fn instant(date: &str, hour: i8) -> Result<Now, Failure> {
    let text = format!("{date}T{hour:02}:00:00Z");
    text.parse().map(Now).map_err(|_| Failure::own_fault(format!("`{text}` is no time")))
}
