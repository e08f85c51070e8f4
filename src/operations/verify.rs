//! Proving the ledger: trust root, replay, remembered tip, and the state of the last commit.

use std::collections::BTreeSet;

use super::Failure;
use super::memory::{Depth, Memory};
use super::policy::whose_approval;
use super::workspace::{Progress, Workspace, quoted, short, trust_key};
use crate::check;
use crate::document::Digest;
use crate::finding::{Finding, any_error, counted, rules};
use crate::git::ObjectId;
use crate::governance::ledger::{Outcome, Replay};
use crate::registry::Registry;
use crate::registry::layout::{
    REGISTRY, REGISTRY_JSON, Role, SCHEMAS, change_path, document_role, is_schema, release_path, role,
};

/// A trust digest, and a settled change or release that must be on the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The trust digest.
    pub trust: Digest,
    /// The checkpoint, if one is named.
    pub checkpoint: Option<Digest>,
}

impl std::str::FromStr for Pin {
    type Err = crate::document::DigestError;

    /// Reads `DIGEST` or `DIGEST@CHECKPOINT`.
    fn from_str(text: &str) -> Result<Pin, Self::Err> {
        match text.split_once('@') {
            None => Ok(Pin { trust: text.parse()?, checkpoint: None }),
            Some((trust, checkpoint)) => Ok(Pin { trust: trust.parse()?, checkpoint: Some(checkpoint.parse()?) }),
        }
    }
}

/// What was proven, and what is wrong.
pub struct Verification {
    /// The replayed ledger; none if the history has no genesis that can be read.
    pub replay: Option<Box<Replay>>,
    /// The commit that was verified.
    pub tip: ObjectId,
    /// The name that it was asked for by.
    pub revision: String,
    /// Whether a trust digest was given to hold it against.
    pub pinned: bool,
    /// What is wrong, and what an auditor should know.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// Whether the last commit is proven.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.replay.as_ref().is_some_and(|replay| replay.ledger.proven()) && !any_error(&self.findings)
    }
}

/// Proves the history of a revision; the main branch if none is named.
///
/// # Errors
/// The revision names nothing, or the history is incomplete.
pub fn verify(
    workspace: &Workspace,
    revision: Option<&str>,
    pin: Option<Pin>,
    depth: Depth,
    progress: Progress<'_>,
) -> Result<Verification, Failure> {
    workspace.repository.require_complete()?;
    let main = workspace.main_branch()?;
    let on_main = |revision: &str| {
        revision == main
            || revision == format!("refs/heads/{main}")
            || revision == "HEAD" && workspace.repository.head().is_ok_and(|head| head.branch() == Some(&*main))
    };
    let (tip, name) = match revision.filter(|revision| !on_main(revision)) {
        Some(revision) => (workspace.repository.resolve(revision)?, revision.to_owned()),
        None => match workspace.repository.branch(&main) {
            Some(tip) => (tip, main.clone()),
            None => (workspace.head_commit()?, "HEAD".to_owned()),
        },
    };
    let pin = pin_of(workspace, pin)?;
    let named = Some(&*main).filter(|main| name == *main);
    let (replayed, findings) = trusted(workspace, tip, named, pin, depth, progress)?;
    let mut verification = Verification { replay: None, tip, revision: name.clone(), pinned: pin.is_some(), findings };
    let Some(replayed) = replayed else { return Ok(verification) };
    let findings = &mut verification.findings;
    findings.extend(replayed.faults().into_iter().map(|finding| with_origin(workspace, &replayed, finding)));
    let proven = named.filter(|_| depth == Depth::New).and_then(|main| Memory::of(workspace, main).proven());
    findings.extend(not_stored(workspace, &replayed, tip, proven)?);
    findings.extend(moved_tags(workspace, &replayed));
    findings.extend(imported(&replayed));
    findings.extend(excursions(&replayed));
    findings.extend(under_doubt(&replayed));
    verification.replay = Some(replayed);
    if let Some(main) = named.filter(|_| verification.holds()) {
        verification.findings.extend(Memory::of(workspace, main).remember(tip).err());
    }
    Ok(verification)
}

/// The replayed history of the main branch, if it is the one that is trusted; else the first reason why it is not.
/// What stands at its last commit is not judged.
///
/// # Errors
/// The history is incomplete.
pub fn history(
    workspace: &Workspace,
    pin: Option<Pin>,
    progress: Progress<'_>,
) -> Result<Result<Box<Replay>, Finding>, Failure> {
    workspace.repository.require_complete()?;
    let main = workspace.main_branch()?;
    let pin = pin_of(workspace, pin)?;
    let none = |message: String| Ok(Err(Finding::on_file(&rules::NO_GENESIS, REGISTRY_JSON, message)));
    let Some(tip) = workspace.repository.branch(&main) else {
        return none(format!("the main branch `{main}` has no commit yet"));
    };
    let (replayed, wrong) = trusted(workspace, tip, Some(&main), pin, Depth::New, progress)?;
    match (wrong.into_iter().next(), replayed) {
        (Some(finding), _) => Ok(Err(finding)),
        (None, Some(replayed)) => Ok(Ok(replayed)),
        (None, None) => none("its history cannot be replayed".to_owned()),
    }
}

/// The replayed history of a commit, if it has a genesis that can be read, and what speaks against trusting it: the pin
/// and, where it is the history of the main branch of this name, the tip proven here before and the accepted name.
fn trusted(
    workspace: &Workspace,
    tip: ObjectId,
    main: Option<&str>,
    pin: Option<Pin>,
    depth: Depth,
    progress: Progress<'_>,
) -> Result<(Option<Box<Replay>>, Vec<Finding>), Failure> {
    let replayed = match workspace.replayed(tip, depth, progress)? {
        Outcome::Ledger(replay) => replay,
        Outcome::None(findings) => return Ok((None, findings)),
    };
    let mut findings = judge_pin(&replayed, pin, &workspace.root);
    if let Some(main) = main {
        findings.extend(Memory::of(workspace, main).lost(&replayed));
        findings.extend(other_main(main, &workspace.accepted_main_branch(&replayed)?));
    }
    Ok((Some(replayed), findings))
}

/// The pin that is given, else the one that git's configuration of this clone holds.
fn pin_of(workspace: &Workspace, given: Option<Pin>) -> Result<Option<Pin>, Failure> {
    if given.is_some() {
        return Ok(given);
    }
    let Some(text) = workspace.repository.config(&trust_key(&workspace.root)) else { return Ok(None) };
    let pin = text.parse().map_err(|error| {
        let key = trust_key(&workspace.root);
        Failure::refused(format!("git's {key}: {error}"), format!("Type `git config {} DIGEST`.", quoted(&key)))
    })?;
    Ok(Some(pin))
}

fn judge_pin(replay: &Replay, pin: Option<Pin>, root: &str) -> Vec<Finding> {
    let ledger = &replay.ledger;
    let Some(pin) = pin else {
        let message =
            format!("no trust digest was given to hold this registry against; it says that it is {}", ledger.trust);
        let hint = format!(
            "Type `git config {} DIGEST` with the digest that you were given by other ways.",
            quoted(&trust_key(root))
        );
        return vec![Finding::on_file(&rules::UNPINNED, REGISTRY_JSON, message).hint(hint)];
    };
    let mut findings = Vec::new();
    if ledger.trust != pin.trust {
        let message = format!("this registry is {}, but {} is the one you trust", ledger.trust, pin.trust);
        findings.push(Finding::on_file(&rules::TRUST_MISMATCH, REGISTRY_JSON, message));
    }
    if let Some(checkpoint) = pin.checkpoint.filter(|checkpoint| !ledger.has_checkpoint(*checkpoint)) {
        let message = format!("no settled change and no release on this branch has the digest {checkpoint}");
        findings.push(Finding::on_file(&rules::CHECKPOINT_MISSING, REGISTRY_JSON, message));
    }
    findings
}

/// That the branch which the tree calls the main one is another than the accepted `registry.json` names.
fn other_main(named: &str, accepted: &str) -> Option<Finding> {
    (named != accepted).then(|| {
        let message =
            format!("the main branch is `{accepted}` by the accepted document, and `{named}` by the one here");
        Finding::on_file(&rules::MAIN_BRANCH_MOVED, REGISTRY_JSON, message)
    })
}

/// A fault with the commit that brought it, and how to mend it.
fn with_origin(workspace: &Workspace, replay: &Replay, finding: Finding) -> Finding {
    let ledger = &replay.ledger;
    if let (true, Role::Change { change, .. }) = (finding.rule.code == rules::CHANGE_TAINTED.code, role(&finding.path))
    {
        let landing = ledger.settled.get(change).and_then(|settled| ledger.landings.get(settled.landing));
        let landed = landing.map(|landing| format!("It landed with {}. ", short(landing.id))).unwrap_or_default();
        let mend = format!("Type `canon propose --ratifies {change}` to confirm it, or `--revert {change}`.");
        return finding.hint(format!("{landed}{mend}"));
    }
    let lasting = ledger.excursions.last().filter(|excursion| excursion.healed.is_none());
    let brought = lasting.and_then(|excursion| ledger.landings.get(*excursion.paths.get(&finding.path)?));
    let Some(landing) = brought else { return finding };
    let commit = short(landing.id);
    let origin = format!("It came with {commit} by {}: \"{}\".", landing.author, landing.title);
    let mend = match finding.rule.code == rules::CONTENT_NOT_ACCEPTED.code {
        true => {
            let whose = whose_approval(workspace, replay, &finding.path);
            let whose = whose.map(|whose| format!(" of {whose}")).unwrap_or_default();
            format!(" Type `canon propose` to ask for the approval{whose}, or `git revert {commit}`.")
        }
        false => String::new(),
    };
    finding.hint(format!("{origin}{mend}"))
}

/// That records stood in genesis, which no pin covers and nothing proves.
fn imported(replay: &Replay) -> Option<Finding> {
    let first = replay.ledger.imported.first()?;
    let message = format!(
        "{} stood in the first commit already and prove nothing",
        counted(replay.ledger.imported.len(), "record")
    );
    Some(Finding::on_file(&rules::RECORDS_IMPORTED, first, message))
}

/// Governed files whose bytes are not the stored form of what they say. Those of a tip that was proven before, under the
/// same schemas, are not read again.
fn not_stored(
    workspace: &Workspace,
    replay: &Replay,
    tip: ObjectId,
    proven: Option<ObjectId>,
) -> Result<Vec<Finding>, Failure> {
    // What was proven may be gone by now.
    let differing = proven.and_then(|proven| {
        let [before, after] = [proven, tip].map(|commit| workspace.tree(commit).ok());
        let files = workspace.repository.differing(before?, after?, &[REGISTRY, SCHEMAS], |_| ()).ok()?;
        let paths: BTreeSet<String> = files.into_iter().map(|file| file.path).collect();
        Some(paths).filter(|paths| !paths.iter().any(|path| is_schema(path)))
    });
    let is_wanted = |path: &String| differing.as_ref().is_none_or(|differing| differing.contains(path));
    let documents = replay.files().iter().filter(|(path, _)| document_role(path).is_some() && is_wanted(path));
    let documents = documents.map(|(path, blob)| Ok((path.clone(), workspace.repository.blob(*blob)?)));
    let (registry, _) = Registry::load_under(&replay.ledger.kinds, documents.collect::<Result<Vec<_>, Failure>>()?);
    Ok(check::stored_form(&registry))
}

/// Release tags that do not point at the commit that brought the manifest.
fn moved_tags(workspace: &Workspace, replay: &Replay) -> Vec<Finding> {
    let ledger = &replay.ledger;
    let moved = |release: &crate::governance::ledger::Release| {
        let tag = format!("canon/v{}", release.manifest.version);
        let name = format!("refs/tags/{tag}");
        workspace.repository.reference(&name)?;
        let tagged = workspace.repository.resolve(&name).ok();
        let brought = ledger.landings[release.landing].id;
        (tagged != Some(brought)).then(|| {
            let found = tagged.map_or_else(|| "no commit".to_owned(), short);
            let message = format!("the tag {tag} points at {found}, but {} brought the release", short(brought));
            Finding::on_file(&rules::TAG_MOVED, &release_path(&release.manifest.version.to_string()), message)
        })
    };
    ledger.releases.iter().filter_map(moved).collect()
}

/// How many of a list are told where people read; programs are told all.
const MOST: usize = 3;

/// A finding for each change of policy, people or schemas that a thief may have brought, under which others settled.
fn under_doubt(replay: &Replay) -> Vec<Finding> {
    let tell = |(doubtful, settled): (&str, Vec<&str>)| {
        let (told, more) = settled.split_at(settled.len().min(MOST));
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        let count = counted(settled.len(), "change");
        let message = format!("{count} settled by what it had brought: {}{more}", told.join(", "));
        (!settled.is_empty()).then(|| Finding::on_file(&rules::SETTLED_UNDER_DOUBT, &change_path(doubtful), message))
    };
    replay.ledger.settled_under_doubt().into_iter().filter_map(tell).collect()
}

/// A finding for every stretch of unapproved content that was healed; one that lasts shows in the faults.
fn excursions(replay: &Replay) -> Vec<Finding> {
    let ledger = &replay.ledger;
    let tell = |excursion: &crate::governance::ledger::Excursion| {
        let (healed, changes) = excursion.healed.as_ref()?;
        let first = &ledger.landings[*excursion.landings.first()?];
        let by = match changes.as_slice() {
            [] => "the accepted content was restored".to_owned(),
            changes => format!("healed by {}", changes.join(", ")),
        };
        let commits = match excursion.landings.len() {
            1 => "1 commit".to_owned(),
            count => format!("{count} commits"),
        };
        let told = excursion.missing.iter().take(MOST).map(|finding| format!("{}: {}", finding.path, finding.message));
        let missing: Vec<String> = told.collect();
        let more = match excursion.missing.len().saturating_sub(MOST) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let message = format!(
            "{commits} from {} by {} ({}) held what was not approved; {by} at {}. {}{more}",
            short(first.id),
            first.author,
            first.title,
            short(ledger.landings[*healed].id),
            missing.join("; "),
        );
        let path = excursion.paths.keys().next().cloned().unwrap_or_default();
        Some(Finding::on_file(&rules::EXCURSION, &path, message))
    };
    ledger.excursions.iter().filter_map(tell).collect()
}
