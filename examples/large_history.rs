//! Makes a repository with a long governed history to measure with: one commit in ten lands a change with two approvals.
//!
//! ```text
//! cargo run --release --example large_history -- 50000 FOLDER [MORE]
//! ```
//!
//! `FOLDER` is a new repository with so many commits, its trust digest pinned. The branch `later` holds `MORE` commits
//! beyond `main`.

use std::io::{BufWriter, Write};
use std::process::{Command, Stdio};

use canonry::compare::version_of;
use canonry::document::{Digest, Document, Value, stored_bytes};
use canonry::governance::ledger::trust_digest;
use canonry::governance::records::{Change, Choice, Decision, NewChange, Row, VersionStep};
use canonry::governance::signature::NAMESPACE;
use canonry::registry::layout::{change_folder, decision_path, document_role, person_path};
use canonry::registry::{Impact, builtin};
use jiff::civil::date;
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{HashAlg, LineEnding, PrivateKey};

/// Commits from one landed change to the next.
const EVERY: usize = 10;
/// The people, with the role that each holds.
const PEOPLE: [(&str, &str); 3] = [("keeper", "revops"), ("marketing", "cmo"), ("sales", "cro")];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (commits, folder, more) = match arguments.as_slice() {
        [commits, folder] => (commits, folder, "0"),
        [commits, folder, more] => (commits, folder, more.as_str()),
        _ => panic!("say how many commits, and where"),
    };
    let [commits, more] = [commits, more].map(|count| count.parse::<usize>().expect("a number of commits"));
    let git = |arguments: &[&str]| {
        let status = Command::new("git").args(["-C", folder]).args(arguments).status().expect("git runs");
        assert!(status.success(), "git {}", arguments.join(" "));
    };
    std::fs::create_dir_all(folder).expect("a folder");
    git(&["init", "-q", "-b", "main"]);
    let mut import = Command::new("git")
        .args(["-C", folder, "fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    let mut history = History::new(BufWriter::new(import.stdin.take().expect("an input")));
    history.genesis();
    for number in 1..commits {
        history.commit(number, "main");
    }
    if more > 0 {
        history.branch("later");
        for number in commits..commits + more {
            history.commit(number, "later");
        }
    }
    let trust = history.trust.to_string();
    drop(history);
    assert!(import.wait().expect("git ends").success());
    git(&["config", "gc.auto", "0"]);
    git(&["config", "canonry.trust", &trust]);
}

/// The history, as `git fast-import` takes it.
struct History<W: Write> {
    out: W,
    keys: Vec<PrivateKey>,
    /// Definitions that change in turn.
    definitions: Vec<(String, Value)>,
    trust: Digest,
    newest: Digest,
}

impl<W: Write> History<W> {
    fn new(out: W) -> History<W> {
        let key = |at: usize| {
            let pair = Ed25519Keypair::from_seed(&[u8::try_from(at).expect("few people"); 32]);
            PrivateKey::new(KeypairData::from(pair), "").expect("a key")
        };
        let nothing = Digest::of_bytes(&[]);
        let keys = (0..PEOPLE.len()).map(key).collect();
        History { out, keys, definitions: Vec::new(), trust: nothing, newest: nothing }
    }

    /// The first commit: the starter set, and a policy that asks two teams about everything.
    fn genesis(&mut self) {
        let rule = r#"{"id": "everything", "when": {}, "require": [{"role": "cmo"}, {"role": "cro"}]}"#;
        let mut documents: Vec<(String, Vec<u8>)> = Vec::new();
        for (path, bytes) in builtin::schemas().chain(builtin::starter()).filter(|file| document_role(file.0).is_some())
        {
            let mut value = Document::parse(bytes).expect("a document").value().clone();
            if path == "registry/governance/policy.json" {
                value.set("separate_duties", true);
                value.set("rules", Value::from(vec![canonry::document::parse(rule.as_bytes()).expect("a rule")]));
            }
            if path.starts_with("registry/definitions/metric/") {
                self.definitions.push((path.to_owned(), value.clone()));
            }
            documents.push((path.to_owned(), stored_bytes(&value)));
        }
        for ((person, role), key) in PEOPLE.iter().zip(&self.keys) {
            let line = key.public_key().to_openssh().expect("a line");
            let text = format!(
                r#"{{"$schema": "../../../schemas/person.schema.json", "kind": "person", "id": "{person}", "version": "1.0.0",
                "name": "{person}", "roles": ["{role}"], "status": "active",
                "keys": [{{"key": "{}", "status": "active"}}], "accounts": []}}"#,
                line.trim()
            );
            let value = canonry::document::parse(text.as_bytes()).expect("a person");
            documents.push((person_path(person), stored_bytes(&value)));
        }
        documents.sort();
        let parsed: Vec<(String, Digest)> = documents
            .iter()
            .map(|(path, bytes)| (path.clone(), Document::parse(bytes).expect("a document").digest()))
            .collect();
        self.trust = trust_digest(parsed.iter().map(|(path, digest)| (path.as_str(), *digest)));
        self.newest = self.trust;
        self.begin("main", 0, "Start");
        documents.iter().for_each(|(path, bytes)| self.file(path, bytes));
    }

    fn branch(&mut self, name: &str) {
        writeln!(self.out, "reset refs/heads/{name}\nfrom refs/heads/main\n").expect("written");
    }

    fn commit(&mut self, number: usize, branch: &str) {
        if number.is_multiple_of(EVERY) {
            self.land(number, branch);
        } else {
            self.begin(branch, number, "Work");
            self.file(&format!("src/part-{}.txt", number % 100), format!("{number}\n").as_bytes());
        }
    }

    fn land(&mut self, number: usize, branch: &str) {
        let turn = number / EVERY;
        let at = turn % self.definitions.len();
        let (path, value) = &mut self.definitions[at];
        let before = Digest::of_value(value);
        let old = version_of(path, value).expect("a version");
        let new = semver::Version::new(old.major, old.minor, old.patch + 1);
        value.set("version", new.to_string());
        value.set("summary", format!("Worded for the {turn}th time."));
        let (path, bytes, to) = (path.clone(), stored_bytes(value), Digest::of_value(value));
        let day = date(2026, 1, 1).checked_add(jiff::Span::new().days(i64::try_from(turn / 10).expect("a day")));
        let day = day.expect("a day");
        let change = Change::new(NewChange {
            registry: self.trust,
            id: format!("{day}-change-{turn}"),
            after: self.newest,
            title: "Word it better".to_owned(),
            why: "It was unclear.".to_owned(),
            reason: "conceptual".to_owned(),
            proposer: PEOPLE[0].0.to_owned(),
            opened: format!("{day}T09:00:00Z"),
            ratifies: Vec::new(),
            rows: vec![Row {
                path: path.clone(),
                from: Some(before),
                to,
                version: VersionStep { from: Some(old), to: new },
                impact: Impact::Patch,
            }],
        });
        let record = change.bytes();
        let proposal = Document::parse(&record).expect("a record").digest();
        self.newest = proposal;
        self.begin(branch, number, &change.title);
        self.file(&path, &bytes);
        self.signed(&format!("{}/change.json", change_folder(&change.id)), &record, 0);
        for (signer, (person, _)) in PEOPLE.iter().enumerate().skip(1) {
            let at = format!("{day}T10:00:00Z");
            let decision = Decision::new(self.trust, &change.id, proposal, person, Choice::Approve, &at);
            self.signed(&decision_path(&change.id, person, 1), &decision.bytes(), signer);
        }
    }

    fn begin(&mut self, branch: &str, number: usize, title: &str) {
        let when = 1_767_225_600 + number;
        writeln!(self.out, "commit refs/heads/{branch}\ncommitter Keeper <keeper@example.com> {when} +0000")
            .expect("written");
        writeln!(self.out, "data {}\n{title}", title.len()).expect("written");
    }

    fn file(&mut self, path: &str, bytes: &[u8]) {
        write!(self.out, "M 100644 inline {path}\ndata {}\n", bytes.len()).expect("written");
        self.out.write_all(bytes).expect("written");
        writeln!(self.out).expect("written");
    }

    fn signed(&mut self, path: &str, bytes: &[u8], signer: usize) {
        let signature = self.keys[signer].sign(NAMESPACE, HashAlg::Sha512, bytes).expect("a signature");
        let armour = signature.to_pem(LineEnding::LF).expect("armour");
        self.file(path, bytes);
        self.file(&format!("{path}.sig"), format!("{}\n", armour.trim_end()).as_bytes());
    }
}
