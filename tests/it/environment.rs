//! A closed world for tests that run the `canon` binary: its own home, git configuration, clock and keys.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use canonry::registry::builtin;
use tempfile::TempDir;

/// What the clock of every world says.
const NOW: &str = "2026-05-01T09:00:00Z";

/// A folder that is removed afterwards, with everything a command can see.
pub(crate) struct Environment {
    folder: TempDir,
}

/// What a command printed, and how it ended.
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: i32,
}

impl fmt::Display for Ran {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "status: {}\nstdout:\n{}stderr:\n{}", self.status, self.stdout, self.stderr)
    }
}

impl Ran {
    /// The same, if it ended with this status.
    pub(crate) fn expect(self, status: i32) -> Ran {
        assert_eq!(self.status, status, "unexpected exit status\n{self}");
        self
    }

    /// The codes of findings, with their paths, that stand at a pointer of the JSON that was printed.
    pub(crate) fn findings(&self, pointer: &str) -> Vec<(String, String)> {
        let value: serde_json::Value = serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{self}"));
        let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let findings = value.pointer(pointer).and_then(serde_json::Value::as_array);
        let findings = findings.unwrap_or_else(|| panic!("no findings at {pointer}\n{self}")).iter();
        findings.map(|finding| (text(finding, "code"), text(finding, "path"))).collect()
    }
}

impl Environment {
    /// An empty world.
    pub(crate) fn new() -> Environment {
        let folder = temporary();
        let environment = Environment { folder };
        for name in ["home", "work", "keys"] {
            std::fs::create_dir(environment.path(name)).expect("a folder");
        }
        environment
    }

    /// A world with a git repository on `main` in `work`, and a key for its user.
    pub(crate) fn with_repository() -> Environment {
        let environment = Environment::new();
        environment.git(&["init", "-q", "-b", "main"]);
        environment.git(&["config", "user.name", "Keeper"]);
        environment.git(&["config", "user.email", "keeper@example.com"]);
        let key = environment.key("keeper", &["-t", "ed25519"]);
        environment.git(&["config", "user.signingkey", &key.to_string_lossy()]);
        environment
    }

    /// A world with a fresh registry, kept by one person.
    pub(crate) fn with_registry() -> Environment {
        static FRESH: LazyLock<PathBuf> = LazyLock::new(|| {
            let environment = Environment::with_repository();
            environment.canon(&["init", "--name", "Test"]).expect(0);
            environment.keep("registry")
        });
        Environment::like(&FRESH)
    }

    /// Keeps this world in a folder, for [`Environment::like`] to make others from: its objects in one pack, since
    /// what making a world costs is the number of its files.
    pub(crate) fn keep(self, name: &str) -> PathBuf {
        self.git(&["repack", "-a", "-d", "-q"]);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("worlds").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.parent().expect("a folder")).expect("a folder");
        copy(self.folder.path(), &folder);
        rename(self.folder.path(), &folder, &folder);
        folder
    }

    /// A world like one that was kept.
    pub(crate) fn like(kept: &Path) -> Environment {
        let folder = temporary();
        copy(&kept.join("."), folder.path());
        rename(kept, folder.path(), folder.path());
        Environment { folder }
    }

    /// A path in the world.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder in which commands run.
    pub(crate) fn work(&self) -> PathBuf {
        self.path("work")
    }

    /// A file in the work folder.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.work().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file in the work folder.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.work().join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Writes files in the work folder.
    pub(crate) fn write_all(&self, files: Vec<(String, Vec<u8>)>) {
        for (path, bytes) in files {
            self.write(&path, std::str::from_utf8(&bytes).expect("text"));
        }
    }

    /// Replaces the first occurrence of a text in a file of the work folder.
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not contain {from}");
        self.write(path, &text.replacen(from, to, 1));
    }

    /// Changes a document of the work tree.
    pub(crate) fn edit_json(&self, path: &str, change: impl FnOnce(&mut serde_json::Value)) {
        let mut value: serde_json::Value = serde_json::from_str(&self.read(path)).unwrap();
        change(&mut value);
        self.write(path, &serde_json::to_string_pretty(&value).unwrap());
    }

    /// Makes a key pair with `ssh-keygen` and gives the path of its private half.
    pub(crate) fn key(&self, name: &str, options: &[&str]) -> PathBuf {
        let path = self.path("keys").join(name);
        let mut command = self.command(Path::new("ssh-keygen"));
        command.args(["-q", "-N", "", "-C", name]).args(options).arg("-f").arg(&path);
        assert!(command.status().expect("ssh-keygen").success());
        path
    }

    /// Runs `canon` in the work folder.
    pub(crate) fn canon(&self, arguments: &[&str]) -> Ran {
        self.canon_with(&[], arguments)
    }

    /// Runs `canon` in the work folder with more variables set.
    pub(crate) fn canon_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_canon")));
        command.args(arguments).envs(variables.iter().copied());
        self.run(command)
    }

    /// Runs any program in the work folder.
    pub(crate) fn program(&self, program: &str, arguments: &[&str]) -> Ran {
        let mut command = self.command(Path::new(program));
        command.args(arguments);
        self.run(command)
    }

    /// Runs git, which must succeed, and gives what it printed without the last line end.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.program("git", arguments).expect(0).stdout.trim_end().to_owned()
    }

    /// Commits everything in the work folder and gives the commit.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The repository as it is: every ref with its object, `HEAD`, and the status of the work tree.
    pub(crate) fn fingerprint(&self) -> String {
        let refs = self.git(&["for-each-ref"]);
        let head = std::fs::read_to_string(self.work().join(".git/HEAD")).expect("HEAD");
        format!("{refs}\n{head}\n{}", self.git(&["status", "--porcelain", "-uall"]))
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.work())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.path("home").join(".gitconfig"))
            .env("GIT_AUTHOR_DATE", NOW)
            .env("GIT_COMMITTER_DATE", NOW)
            .env("GIT_CEILING_DIRECTORIES", self.folder.path())
            .env("CANON_NOW", NOW)
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8")
            .stdin(std::process::Stdio::null());
        command
    }

    fn run(&self, mut command: Command) -> Ran {
        let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Ran {
            stdout: self.steady(&output.stdout),
            stderr: self.steady(&output.stderr),
            status: output.status.code().unwrap_or(-1),
        }
    }

    /// Text without the folder's name, which differs from run to run.
    fn steady(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let folder = self.folder.path().canonicalize().expect("the folder");
        text.replace(&*folder.to_string_lossy(), "$FOLDER").replace(&*self.folder.path().to_string_lossy(), "$FOLDER")
    }
}

/// Copies a folder with its modes and times.
/// A temporary folder, in memory where there is plenty: worlds are many small files, made and removed all the time.
fn temporary() -> tempfile::TempDir {
    const PLENTY: u64 = 2 << 20;
    static IN_MEMORY: LazyLock<bool> = LazyLock::new(|| {
        let listed = Command::new("df").args(["-k", "--output=avail", "/dev/shm"]).output();
        let free = listed.ok().and_then(|listed| String::from_utf8(listed.stdout).ok());
        let free = free.and_then(|text| text.lines().last()?.trim().parse::<u64>().ok());
        free.is_some_and(|kibibytes| kibibytes > PLENTY)
    });
    let folder = if *IN_MEMORY { tempfile::tempdir_in("/dev/shm") } else { tempfile::tempdir() };
    folder.expect("a temporary folder")
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-Rp").arg(from).arg(to).status();
    assert!(status.expect("cp").success());
}

/// In a world that was copied, git's configuration names keys by their paths: these move from one folder to another.
fn rename(from: &Path, to: &Path, world: &Path) {
    let config = world.join("work/.git/config");
    let text = std::fs::read_to_string(&config).expect("git's configuration");
    let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
    assert!(text.contains(&*from), "{text}");
    std::fs::write(config, text.replace(&*from, &to)).expect("written");
}

/// Text in which digests, commits and fingerprints of keys are masked, so that it can be compared with a snapshot.
pub(crate) fn masked(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for character in text.chars().chain(['\0']) {
        if character.is_ascii_alphanumeric() || matches!(character, '+' | '/') {
            word.push(character);
            continue;
        }
        let hexadecimal = word.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        let digits = word.bytes().any(|byte| byte.is_ascii_digit());
        match word.len() {
            64 if hexadecimal => out.push_str("DIGEST"),
            40 if hexadecimal => out.push_str("COMMIT"),
            10 | 12 if hexadecimal && digits => out.push_str("SHORT"),
            43 if out.ends_with("SHA256:") => out.push_str("KEY"),
            _ => out.push_str(&word),
        }
        word.clear();
        if character != '\0' {
            out.push(character);
        }
    }
    out
}

/// Text in which numbers of definitions are said beside that of the starter registry, as `N` or `N+1`: it grows.
pub(crate) fn uncounted(text: &str) -> String {
    let starter = builtin::starter().filter(|(path, _)| path.starts_with("registry/definitions/")).count();
    let near = [(starter - 1, "N-1"), (starter, "N"), (starter + 1, "N+1")];
    near.into_iter().fold(text.to_owned(), |text, (count, name)| {
        text.replace(&format!(" {count} definitions"), &format!(" {name} definitions"))
            .replace(&format!("\"definitions\": {count},"), &format!("\"definitions\": {name},"))
    })
}
