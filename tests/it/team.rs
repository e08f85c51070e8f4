//! A registry in which a team decides, as tests drive it through the binary.

use std::path::PathBuf;
use std::sync::LazyLock;

use crate::environment::Environment;

pub(crate) const MQL: &str = "registry/definitions/qualification/mql.json";
pub(crate) const POLICY: &str = "registry/governance/policy.json";

/// The file of a person.
pub(crate) fn person_path(person: &str) -> String {
    format!("registry/governance/people/{person}.json")
}

/// The folder of a change.
pub(crate) fn change_folder(change: &str) -> String {
    format!("registry/changes/{}/{change}", &change[..7])
}

/// A registry in which marketing (`cmo`) and sales (`cro`) must both agree on a change of meaning.
pub(crate) struct Team {
    pub(crate) environment: Environment,
}

impl Team {
    pub(crate) fn new() -> Team {
        static MADE: LazyLock<PathBuf> =
            LazyLock::new(|| Team::gather(Environment::with_registry()).environment.keep("team"));
        Team { environment: Environment::like(&MADE) }
    }

    /// The same over few definitions, for what is tried very often.
    pub(crate) fn small() -> Team {
        static MADE: LazyLock<PathBuf> = LazyLock::new(|| {
            let environment = Environment::with_repository();
            environment.canon(&["init", "--name", "Test", "--minimal"]).expect(0);
            Team::gather(environment).environment.keep("small-team")
        });
        Team { environment: Environment::like(&MADE) }
    }

    /// A fresh registry whose keeper lets a team in.
    fn gather(environment: Environment) -> Team {
        let team = Team { environment };
        for (person, roles) in [("marketing", r#""cmo""#), ("sales", r#""cro""#), ("revops", r#""revops""#)] {
            team.add(person, roles);
        }
        team.environment.edit(POLICY, "\"separate_duties\": false", "\"separate_duties\": true");
        team.environment.edit(
            POLICY,
            "\"role\": \"@owner\"\n        }",
            "\"role\": \"@owner\"\n        },\n        {\n          \"role\": \"@co-owners\"\n        }",
        );
        team.environment.canon(&["fmt"]).expect(0);
        team.land("Let a team decide", &["keeper"]);
        team
    }

    /// Writes the file of a new person, with a new key.
    pub(crate) fn add(&self, person: &str, roles: &str) {
        let key = self.new_key(person);
        self.environment.write(
            &person_path(person),
            &format!(
                r#"{{"$schema": "../../../schemas/person.schema.json", "kind": "person", "id": "{person}",
                "version": "1.0.0", "name": "{person}", "roles": [{roles}], "status": "active",
                "keys": [{{"key": "{key}", "status": "active"}}], "accounts": []}}"#
            ),
        );
    }

    /// Proposes what was edited, as this person, and gives the change's id.
    pub(crate) fn propose(&self, person: &str, title: &str) -> String {
        let key = self.key(person);
        self.environment.canon(&["propose", "--title", title, "--why", "Because.", "--key", &key]).expect(0);
        self.change_here()
    }

    /// The id of the change whose branch is checked out.
    pub(crate) fn change_here(&self) -> String {
        let branch = self.environment.git(&["branch", "--show-current"]);
        branch.strip_prefix("change/").expect("a branch of a change").to_owned()
    }

    pub(crate) fn approve(&self, person: &str, change: &str) {
        self.environment.canon(&["approve", change, "--yes", "--key", &self.key(person)]).expect(0);
    }

    pub(crate) fn key(&self, person: &str) -> String {
        self.environment.path("keys").join(person).to_string_lossy().into_owned()
    }

    /// Merges the current branch into main, whatever its approvals.
    pub(crate) fn merge(&self) {
        let branch = self.environment.git(&["branch", "--show-current"]);
        self.environment.git(&["switch", "-q", "main"]);
        self.environment.git(&["merge", "-q", "--no-ff", "-m", "Merge", &branch]);
    }

    /// Proposes as the keeper, gathers approvals, and merges.
    pub(crate) fn land(&self, title: &str, approvers: &[&str]) -> String {
        let change = self.propose("keeper", title);
        for approver in approvers {
            self.approve(approver, &change);
        }
        self.merge();
        change
    }

    /// Signs a record anew with `ssh-keygen` itself.
    pub(crate) fn sign(&self, person: &str, path: &str) {
        let key = self.key(person);
        let script = format!("ssh-keygen -q -Y sign -n canonry@v1 -f '{key}' < '{path}' > '{path}.sig'");
        self.environment.program("sh", &["-c", &script]).expect(0);
    }

    /// Gives a person a new key, whose name is the person's with `-new`, and retires the one before.
    pub(crate) fn rotate(&self, person: &str) {
        let path = person_path(person);
        let key = self.new_key(&format!("{person}-new"));
        self.environment.edit(&path, "\"status\": \"active\"\n    }", "\"status\": \"retired\"\n    }");
        let added = format!("\"keys\": [\n    {{\"key\": \"{key}\", \"status\": \"active\"}},");
        self.environment.edit(&path, "\"keys\": [", &added);
        self.environment.canon(&["fmt"]).expect(0);
    }

    /// Makes a key and gives its public half, as a person's file says it.
    pub(crate) fn new_key(&self, name: &str) -> String {
        let key = self.environment.key(name, &["-t", "ed25519"]);
        let line = std::fs::read_to_string(key.with_extension("pub")).expect("a public key");
        line.split(' ').take(2).collect::<Vec<_>>().join(" ")
    }

    /// Changes the meaning of the MQL in a way that no example contradicts.
    pub(crate) fn cool_off(&self, from: u32, to: u32) {
        let days = |days| format!("\"cooling_off\": {{\n      \"days\": {days}\n    }}");
        self.environment.edit(MQL, &days(from), &days(to));
    }

    /// The codes of the findings of `verify`, with their paths, and whether it holds.
    pub(crate) fn verify(&self) -> (bool, Vec<(String, String)>) {
        let ran = self.environment.canon(&["verify", "--format", "json"]);
        let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
        assert_eq!(ran.status == 0, value["holds"] == true, "{ran}");
        (ran.status == 0, ran.findings("/findings"))
    }

    pub(crate) fn assert_proven(&self) {
        assert_eq!(self.verify(), (true, Vec::new()));
    }

    pub(crate) fn assert_found(&self, code: &str, path: &str) {
        let (holds, findings) = self.verify();
        assert!(!holds, "verify exits 0");
        assert!(findings.contains(&(code.to_owned(), path.to_owned())), "{findings:?}");
    }
}

/// A change of meaning on its branch, approved by everybody whom the policy asks.
pub(crate) fn approved(team: &Team) -> String {
    team.cool_off(60, 70);
    let change = team.propose("keeper", "Wait longer");
    team.approve("marketing", &change);
    team.approve("sales", &change);
    change
}
