//! Two sides beside each other: what differs, what that means, and what rests on it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Failure;
use super::memory::Depth;
use super::referrers::{Referrers, made_by};
use super::sides::{main, named, parted};
use super::view::View;
use super::workspace::Workspace;
use crate::check::reach::foundations;
use crate::compare::{Affected, RowChange, Sides, affected, closed, compare_at, tell};
use crate::document::{Document, Value};
use crate::finding::Finding;
use crate::git::ObjectId;
use crate::git::write::write_file;
use crate::governance::ledger::Ledger;
use crate::governance::policy::{Policy, RowFacts};
use crate::governance::records::Change;
use crate::registry::layout::{
    DEFINITIONS, DocumentRole, POLICY_JSON, definition_name, definition_path, document_role, is_schema,
};
use crate::registry::{Impact, Kinds, Registry, builtin};

/// Which two sides to compare.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The side before: a revision, a release or a folder; the main branch if nothing is said.
    pub base: Option<String>,
    /// The side after, likewise; the work tree if nothing is said.
    pub current: Option<String>,
    /// Whether to compare the two as they are, and not what the side after brought since it left the one before.
    pub exact: bool,
}

/// Two sides beside each other.
pub struct Comparison {
    /// How the side before is called.
    pub base: String,
    /// How the side after is called.
    pub current: String,
    /// What differs before, with all that its criteria refer to.
    pub before: Registry,
    /// The same after.
    pub after: Registry,
    /// The documents that differ, with what that means.
    pub rows: Vec<RowChange>,
    /// What rests on them, near ones first.
    pub affected: Vec<Resting>,
    /// The approvals that the policy of the side before asks for the documents that differ, by path; nothing where there
    /// is no policy that can be read.
    pub needs: BTreeMap<String, Vec<Need>>,
    /// What people call the roles of that policy, by id.
    pub roles: BTreeMap<String, String>,
    /// What is wrong with documents that differ and cannot be read.
    pub findings: Vec<Finding>,
}

/// Approvals by holders of a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// The role's id.
    pub role: String,
    /// What people call the role.
    pub title: String,
    /// How many people.
    pub count: u32,
}

/// A definition that rests on one that changed, as it stands after.
#[derive(Clone, Debug)]
pub struct Resting {
    /// Which, and by what way.
    pub affected: Affected,
    /// What people call it.
    pub title: String,
    /// The roles that answer for it.
    pub owners: Vec<String>,
    /// The unit of its number, if it is one.
    pub unit: Option<String>,
    /// The approvals that the policy of the side before asks for because of it.
    pub needs: Vec<Need>,
    value: Value,
}

/// Compares two sides.
///
/// # Errors
/// A side that is nowhere, a history that is not here, files that cannot be read.
pub fn compare(workspace: &Workspace, wanted: &Wanted) -> Result<Comparison, Failure> {
    let current = named(workspace, wanted.current.as_deref())?;
    let base = match (&wanted.base, &current) {
        (Some(base), _) => named(workspace, Some(base))?,
        (None, _) => main(workspace)?,
    };
    let base = if wanted.exact { base } else { parted(workspace, base, &current)? };
    let (before, after) = (base.view(workspace)?, current.view(workspace)?);
    let ruling = kinds_of(workspace, &after, Depth::New)?;
    let differing = View::differing_told(&before, &after, |folders| ruling.begin(folders))?;
    between(workspace, (base.title, &before), (current.title, &after), &differing, (true, Depth::New))
}

/// What git asks of a driver of `git diff`.
#[derive(Clone, Copy, Debug)]
pub enum Driven<'a> {
    /// To compare two texts of the document at a path of the repository.
    Texts {
        /// The path.
        path: &'a str,
        /// The file that holds the text before.
        before: &'a Path,
        /// The file that holds the text after.
        after: &'a Path,
    },
    /// To say that the document at a path is not merged yet.
    Unmerged(&'a str),
}

/// The arguments that git gives a driver (git(1), "GIT_EXTERNAL_DIFF"): a path; or a path, the file, the blob and the
/// mode before, the same after, and where a file was renamed its new path and what is alike.
///
/// # Errors
/// It was not git that gave them.
pub fn of_driver(arguments: &[String]) -> Result<Driven<'_>, Failure> {
    match arguments {
        [path] => Ok(Driven::Unmerged(path)),
        [path, before, _, _, after, _, _, ..] => {
            Ok(Driven::Texts { path, before: Path::new(before), after: Path::new(after) })
        }
        _ => Err(Failure::refused(
            format!("git gives its driver one argument or seven, and these are {}", arguments.len()),
            "Let git call it: `git config diff.canonry.command \"canon diff --driver\"`, and then `git diff --ext-diff`.",
        )),
    }
}

/// Compares two texts of one document, beside whatever `HEAD` holds. `path` is that of the repository. What rests on the
/// document is not asked.
///
/// # Errors
/// A file cannot be read, or the path is outside of the registry.
pub fn compare_texts(workspace: &Workspace, path: &str, before: &Path, after: &Path) -> Result<Comparison, Failure> {
    let root = workspace.in_repository("");
    let Some(inside) = path.strip_prefix(root.as_str()).filter(|path| document_role(path).is_some()) else {
        return Err(Failure::refused(
            format!("{path} is no document of this registry"),
            "Let .gitattributes name only `registry/definitions/**` for this driver.",
        ));
    };
    let head = workspace.head_commit()?;
    // Git names what is not there `/dev/null`.
    let read = |file: &Path| match std::fs::read(file) {
        Ok(bytes) => Ok(Some(bytes).filter(|bytes| !bytes.is_empty())),
        Err(cause) => Err(Failure::File { path: file.to_owned(), cause }),
    };
    let old = View::of_commit(workspace, head)?.with(inside, read(before)?);
    let new = View::of_commit(workspace, head)?.with(inside, read(after)?);
    let titles = (before.display().to_string(), after.display().to_string());
    between(workspace, (titles.0, &old), (titles.1, &new), &[inside.to_owned()], (false, Depth::New))
}

/// What a change does to the accepted documents, as it stands at a commit.
///
/// # Errors
/// An object is missing.
pub fn compare_change(
    workspace: &Workspace,
    ledger: &Ledger,
    change: &Change,
    commit: ObjectId,
) -> Result<Comparison, Failure> {
    let accepted = ledger.accepted.iter().filter_map(|(path, steps)| Some((path.clone(), steps.last()?.blob)));
    let mut blobs: BTreeMap<String, ObjectId> = accepted.collect();
    let before = View::of_blobs(workspace, blobs.clone().into_iter());
    // What else the branch holds, or lacks of what landed meanwhile, is none of the change.
    let tree = workspace.repository.commit(commit)?.tree;
    for row in &change.rows {
        match workspace.repository.file(tree, &workspace.in_repository(&row.path))? {
            Some(blob) => blobs.insert(row.path.clone(), blob),
            None => blobs.remove(&row.path),
        };
    }
    let after = View::of_blobs(workspace, blobs.into_iter());
    let titles = ("what is accepted".to_owned(), change.id.clone());
    let differing = View::differing(&before, &after)?;
    between(workspace, (titles.0, &before), (titles.1, &after), &differing, (true, Depth::Whole))
}

/// Compares these files of two sides, and looks for what rests on them if that is wanted. What was remembered of schemas and
/// references is believed, or all is read, as for somebody who signs.
fn between(
    workspace: &Workspace,
    (base, before): (String, &View),
    (current, after): (String, &View),
    differing: &[String],
    (reaching, depth): (bool, Depth),
) -> Result<Comparison, Failure> {
    let reading = Reading::of(workspace, before, after, differing, depth)?;
    let differing = differing.iter().map(String::as_str).filter(|path| document_role(path).is_some());
    let paths: BTreeSet<String> = differing.map(str::to_owned).collect();
    let (mut old, mut new, findings) = reading.load(&paths)?;
    let mut rows = compare_at(&old, &new, paths.iter().map(String::as_str));
    let asking = rows.iter().filter(|row| row.depends_on_others(&old, &new)).map(|row| row.path.clone());
    let asking: BTreeSet<String> = asking.collect();
    if !asking.is_empty() {
        let (before, after) = closed(&asking, |paths| reading.load(paths).map(|(before, after, _)| (before, after)))?;
        (old, new) = (old.with(before), new.with(after));
    }
    let changed = Changed::of(&rows);
    // The one asks what changes mean, the other reads files.
    let mut affected = std::thread::scope(|scope| {
        scope.spawn(|| tell(&mut rows, &Sides::new(&old, &new)));
        if reaching { resting(workspace, &reading, &changed) } else { Ok(Vec::new()) }
    })?;
    let policy = policy(before)?;
    let needs = policy.as_ref().map(|policy| needs(policy, &rows, &mut affected, (&old, &new))).unwrap_or_default();
    let roles = policy.into_iter().flat_map(|policy| policy.roles).map(|role| (role.id, role.name)).collect();
    Ok(Comparison { base, current, before: old, after: new, rows, affected, needs, roles, findings })
}

/// The policy of a side, if it can be read.
fn policy(view: &View) -> Result<Option<Policy>, Failure> {
    let files = view.read([POLICY_JSON])?;
    let document = files.first().and_then(|(_, bytes)| Document::parse(bytes).ok());
    Ok(document.and_then(|document| Policy::load(document.value()).ok()))
}

/// What the policy of the side before asks for, of the documents that differ and, said to each, of what rests on them.
fn needs(
    policy: &Policy,
    rows: &[RowChange],
    resting: &mut [Resting],
    (before, after): (&Registry, &Registry),
) -> BTreeMap<String, Vec<Need>> {
    let needs = |facts: &RowFacts<'_>| -> Vec<Need> {
        let needs = policy.slots_for(facts).into_iter().map(|slots| Need {
            title: policy.title_of(&slots.role).to_owned(),
            role: slots.role,
            count: slots.count,
        });
        needs.filter(|need| !need.role.trim().is_empty()).collect()
    };
    for one in resting {
        if let Some((kind, id)) = one.affected.name.split_once('/') {
            one.needs = needs(&RowFacts::affected(&definition_path(kind, id), "", &one.value));
        }
    }
    let of_row = |row: &RowChange| {
        let after = after.document(&row.path)?.value();
        let owned_by = before.document(&row.path).map_or(after, |document| document.value());
        let meanings = row.codes();
        let (path, impact) = (row.path.as_str(), row.impact);
        let facts =
            RowFacts { path, impact, reason: "", owned_by, after, meanings: meanings.as_ref(), affected: false };
        Some((row.path.clone(), needs(&facts)))
    };
    rows.iter().filter_map(of_row).collect()
}

/// Both sides, and the kinds that rule on each.
struct Reading<'v, 'w> {
    before: &'v View<'w>,
    after: &'v View<'w>,
    kinds: (Ruling, Ruling),
    differing: BTreeSet<String>,
    depth: Depth,
}

/// The kinds of a side.
#[derive(Clone)]
enum Ruling {
    /// The built-in ones, of which only those are read that are asked for.
    BuiltIn,
    /// Its own.
    Own(Kinds),
}

impl Ruling {
    /// Begins to read the kinds of some files or of folders of definitions, beside whatever is done next.
    fn begin(&self, paths: &[&str]) {
        let names: BTreeSet<&str> = paths.iter().filter_map(|path| kind_of_folder(path)).collect();
        if matches!(self, Ruling::BuiltIn) && !names.is_empty() {
            builtin::begin_kinds(&names);
        }
    }

    /// The kinds of some files.
    fn of<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Kinds {
        match self {
            Ruling::Own(kinds) => kinds.clone(),
            Ruling::BuiltIn => {
                let names: BTreeSet<&str> = paths.filter_map(kind_of_path).collect();
                builtin::some_kinds(&names)
            }
        }
    }
}

/// The kind of what is in a folder of definitions, or of a definition.
fn kind_of_folder(path: &str) -> Option<&str> {
    path.strip_prefix(DEFINITIONS)?.split('/').nth(1)
}

/// The kind of the definition at a path.
fn kind_of_path(path: &str) -> Option<&str> {
    match document_role(path)? {
        DocumentRole::Definition { kind, .. } => Some(kind),
        _ => None,
    }
}

impl<'v, 'w> Reading<'v, 'w> {
    fn of(
        workspace: &Workspace,
        before: &'v View<'w>,
        after: &'v View<'w>,
        differing: &[String],
        depth: Depth,
    ) -> Result<Reading<'v, 'w>, Failure> {
        let new = kinds_of(workspace, after, depth)?;
        let same = !differing.iter().any(|path| is_schema(path));
        let old = if same { new.clone() } else { kinds_of(workspace, before, depth)? };
        Ok(Reading { before, after, kinds: (old, new), differing: differing.iter().cloned().collect(), depth })
    }

    /// These files on both sides, and what is found in those after.
    fn load(&self, paths: &BTreeSet<String>) -> Result<(Registry, Registry, Vec<Finding>), Failure> {
        let law = self.differing.iter().any(|path| is_schema(path));
        let (differing, same): (Vec<&str>, Vec<&str>) =
            paths.iter().map(String::as_str).partition(|path| law || self.differing.contains(*path));
        let load = |view: &View, ruling: &Ruling, paths: &[&str]| {
            ruling.begin(paths);
            let files = view.read(paths.iter().copied())?;
            Ok::<_, Failure>(Registry::load_under(&ruling.of(paths.iter().copied()), files))
        };
        let (before, _) = load(self.before, &self.kinds.0, &differing)?;
        let (after, found) = load(self.after, &self.kinds.1, &differing)?;
        let (same, _) = load(self.after, &self.kinds.1, &same)?;
        Ok((before.with(same.clone()), after.with(same), found))
    }
}

/// The kinds of a side. That the schemas of a tree are the built-in ones is remembered: then nothing has to be read to know
/// them.
fn kinds_of(workspace: &Workspace, view: &View, depth: Depth) -> Result<Ruling, Failure> {
    let file = workspace.repository.memory().join("schemas");
    let known = view.schemas_id()?.map(|id| [made_by(), id.as_bytes().to_vec()].concat());
    if depth == Depth::New && known.is_some() && std::fs::read(&file).ok() == known {
        return Ok(Ruling::BuiltIn);
    }
    let kinds = Registry::load(view.schemas()?).0.kinds().clone();
    if let Some(known) = known.filter(|_| kinds.are_built_in()) {
        let _ = write_file(&file, &known);
        return Ok(Ruling::BuiltIn);
    }
    Ok(Ruling::Own(kinds))
}

/// The definitions that differ, by name.
struct Changed {
    all: BTreeSet<String>,
    /// Those of which the meaning changed. What is only added or worded otherwise moves nothing.
    in_meaning: BTreeSet<String>,
}

impl Changed {
    fn of(rows: &[RowChange]) -> Changed {
        let name = |row: &RowChange| definition_name(&row.path);
        let in_meaning = rows.iter().filter(|row| row.impact == Impact::Major && row.is_definition());
        Changed { all: rows.iter().filter_map(name).collect(), in_meaning: in_meaning.filter_map(name).collect() }
    }
}

/// What rests on the definitions of which the meaning changed.
fn resting(workspace: &Workspace, reading: &Reading, changed: &Changed) -> Result<Vec<Resting>, Failure> {
    if changed.in_meaning.is_empty() {
        return Ok(Vec::new());
    }
    let ruling = &reading.kinds.1;
    let kinds = |paths: &[&str]| ruling.of(paths.iter().copied());
    let mut referrers = match reading.depth {
        Depth::New => Referrers::of(workspace, reading.after, reading.before, &kinds)?,
        Depth::Whole => Referrers::afresh(reading.after, &kinds)?,
    };
    let mut known: Vec<Registry> = Vec::new();
    let mut rests_on: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let found = affected(&changed.in_meaning, |name| {
        let candidates = referrers.of_definition(name)?;
        let unseen = candidates.iter().filter(|name| !rests_on.contains_key(*name));
        let paths = unseen.filter_map(|name| name.split_once('/'));
        let paths: Vec<String> = paths.map(|(kind, id)| definition_path(kind, id)).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        ruling.begin(&paths);
        let files = reading.after.read(paths.iter().copied())?;
        let (registry, _) = Registry::load_under(&kinds(&paths), files);
        rests_on.extend(foundations(&registry));
        known.push(registry);
        let truly = |candidate: &String| rests_on.get(candidate).is_some_and(|names| names.contains(name));
        Ok::<_, Failure>(candidates.into_iter().filter(truly).collect())
    })?;
    let others = found.into_iter().filter(|affected| !changed.all.contains(&affected.name));
    Ok(others.filter_map(|affected| Resting::of(affected, &known)).collect())
}

impl Resting {
    fn of(affected: Affected, known: &[Registry]) -> Option<Resting> {
        let definition = known.iter().find_map(|registry| registry.definition(&affected.name))?;
        let document = definition.document;
        if document.text("status") == Some("retired") {
            return None;
        }
        let co_owners = document.value().get("co_owners").and_then(Value::as_array).into_iter().flatten();
        let owners = document.text("owner").into_iter().chain(co_owners.filter_map(Value::as_str));
        Some(Resting {
            title: document.text("name").unwrap_or(&affected.name).to_owned(),
            owners: owners.map(str::to_owned).collect(),
            unit: document.text("unit").map(str::to_owned),
            needs: Vec::new(),
            value: document.value().clone(),
            affected,
        })
    }
}
