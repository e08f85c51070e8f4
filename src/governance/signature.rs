//! SSH signatures (SSHSIG, OpenSSH's PROTOCOL.sshsig): verified in process, made by `ssh-keygen -Y sign`.
//!
//! One namespace, one hash, one spelling of the armour. The only user of `ssh_key`.

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ssh_key::{HashAlg, LineEnding, SshSig};

use crate::document::Document;

/// The namespace of every signature over a record.
pub const NAMESPACE: &str = "canonry@v1";

/// A public key, compared by what it is and not by its comment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey {
    data: ssh_key::public::KeyData,
}

/// What checking a signature gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// The bytes were signed by the holder of this key.
    Good(PublicKey),
    /// The signature does not hold, and why.
    Bad(String),
}

/// A signature that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// No key to sign with is known.
    #[error("no signing key is configured")]
    NoKey,
    /// The file of the key cannot be read.
    #[error("cannot read the key {path}: {cause}")]
    KeyFile {
        /// Path of the file.
        path: String,
        /// What the system or the parser said.
        cause: String,
    },
    /// The program that signs is not there.
    #[error("cannot run `{program}`: {cause}")]
    NoProgram {
        /// The program.
        program: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The program ran and made no signature.
    #[error("`{program}` made no signature: {message}")]
    Refused {
        /// The program.
        program: String,
        /// What it printed.
        message: String,
    },
}

impl SignError {
    /// What to type next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            SignError::NoKey => {
                "Type `git config user.signingkey ~/.ssh/id_ed25519.pub`, or pass `--key FILE`. `ssh-keygen -t ed25519` makes a key."
            }
            SignError::KeyFile { .. } => {
                "Name the file of an SSH key with `--key FILE` or `git config user.signingkey FILE`."
            }
            SignError::NoProgram { .. } => "Install OpenSSH 8.2 or newer (Debian: `apt-get install openssh-client`).",
            SignError::Refused { message, .. } if message.contains("UNPROTECTED") => {
                "Others can read the file of the key. Type `chmod 600 FILE`."
            }
            SignError::Refused { .. } => {
                "Check that the private key is there, or that the agent holds it (`ssh-add -l`)."
            }
        }
    }
}

impl PublicKey {
    /// Reads one line of OpenSSH public key, such as `ssh-ed25519 AAAA...`, with or without a comment.
    #[must_use]
    pub fn parse(text: &str) -> Option<PublicKey> {
        let key = ssh_key::PublicKey::from_openssh(text.trim()).ok()?;
        Some(PublicKey { data: key.key_data().clone() })
    }

    /// The fingerprint that `ssh-keygen -l` shows: `SHA256:...`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.data.fingerprint(HashAlg::Sha256).to_string()
    }

    /// The line of OpenSSH public key, without a comment.
    #[must_use]
    pub fn line(&self) -> String {
        ssh_key::PublicKey::from(self.data.clone()).to_openssh().unwrap_or_default()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.fingerprint())
    }
}

/// A record, with what its signature says of its bytes.
#[derive(Clone, Debug)]
pub struct Signed {
    document: Result<Document, String>,
    checked: Checked,
}

impl Signed {
    /// Checks an armoured signature over these bytes.
    #[must_use]
    pub fn check(bytes: &[u8], armour: &[u8]) -> Signed {
        let document = Document::parse(bytes).map_err(|error| error.message);
        Signed { document, checked: check(bytes, armour) }
    }

    /// The record.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn document(&self) -> Result<&Document, String> {
        self.document.as_ref().map_err(String::clone)
    }

    /// The key that signed them.
    ///
    /// # Errors
    /// Why the signature does not hold.
    pub fn key(&self) -> Result<&PublicKey, String> {
        match &self.checked {
            Checked::Good(key) => Ok(key),
            Checked::Bad(reason) => Err(reason.clone()),
        }
    }
}

/// Checks an armoured signature over exact bytes, in the namespace and with the hash of records.
#[must_use]
pub fn check(message: &[u8], armour: &[u8]) -> Checked {
    match try_check(message, armour) {
        Ok(key) => Checked::Good(key),
        Err(reason) => Checked::Bad(reason),
    }
}

fn try_check(message: &[u8], armour: &[u8]) -> Result<PublicKey, String> {
    let signature = SshSig::from_pem(armour).map_err(|_| "the signature file is no SSH signature".to_owned())?;
    let again = signature.to_pem(LineEnding::LF).map_err(|error| error.to_string())?;
    if armour.strip_suffix(b"\n") != Some(again.trim_end().as_bytes()) {
        return Err("the armour of the signature is not spelled as ssh-keygen spells it".to_owned());
    }
    if signature.namespace() != NAMESPACE {
        return Err(format!("the signature is for `{}`, not for `{NAMESPACE}`", signature.namespace().escape_debug()));
    }
    if signature.hash_alg() != HashAlg::Sha512 {
        return Err(format!("the signature uses the hash {}, not sha512", signature.hash_alg()));
    }
    let data = signature.public_key().clone();
    ssh_key::PublicKey::from(data.clone())
        .verify(NAMESPACE, message, &signature)
        .map_err(|_| "the signature does not fit the bytes of the file".to_owned())?;
    let is_hardware = data.is_sk_ed25519() || data.is_sk_ecdsa_p256();
    if is_hardware && !was_touched(signature.signature_bytes()) {
        return Err("nobody touched the hardware key for it".to_owned());
    }
    Ok(PublicKey { data })
}

/// Whether somebody touched the hardware key: the flag of user presence, in the byte before the counter of four bytes at
/// the end of its signature (OpenSSH's PROTOCOL.u2f).
fn was_touched(signature: &[u8]) -> bool {
    signature.len().checked_sub(5).and_then(|at| signature.get(at)).is_some_and(|flags| flags & 1 != 0)
}

/// A key to sign with: a file that `ssh-keygen` can use, and its public half.
#[derive(Clone, Debug)]
pub struct SigningKey {
    source: KeySource,
    program: String,
    /// The public half.
    pub public: PublicKey,
}

#[derive(Clone, Debug)]
enum KeySource {
    File(PathBuf),
    /// The line of a public key whose private half an agent holds.
    Agent(String),
}

impl SigningKey {
    /// Finds the key that `setting` names, as git's `user.signingkey` does: a file (private or public), or the line of
    /// a public key, with or without `key::` before it. `program` is git's `gpg.ssh.program`, if it is set.
    ///
    /// # Errors
    /// The setting names no SSH key.
    pub fn find(setting: &str, program: Option<String>) -> Result<SigningKey, SignError> {
        let program = program.unwrap_or_else(|| "ssh-keygen".to_owned());
        let literal = setting.strip_prefix("key::").unwrap_or(setting);
        if let Some(public) = PublicKey::parse(literal) {
            return Ok(SigningKey { source: KeySource::Agent(public.line()), program, public });
        }
        let path = PathBuf::from(setting);
        let public = public_half(&path)?;
        Ok(SigningKey { source: KeySource::File(path), program, public })
    }

    /// Signs exact bytes.
    ///
    /// # Errors
    /// `ssh-keygen` is missing or refuses, or what it made does not verify.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut command = Command::new(&self.program);
        command.args(["-Y", "sign", "-q", "-n", NAMESPACE]);
        let folder;
        match &self.source {
            KeySource::File(path) => {
                command.arg("-f").arg(path);
            }
            KeySource::Agent(line) => {
                folder = KeyFile::write(line)?;
                command.arg("-U").arg("-f").arg(&folder.path);
            }
        }
        let armour = self.run(&mut command, message)?;
        match check(message, &armour) {
            Checked::Good(key) if key == self.public => Ok(armour),
            Checked::Good(key) => Err(self.refused(format!("it signed with {}, another key", key.fingerprint()))),
            Checked::Bad(reason) => Err(self.refused(reason)),
        }
    }

    fn run(&self, command: &mut Command, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let no_program = |cause| SignError::NoProgram { program: self.program.clone(), cause };
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(no_program)?;
        if let Some(mut input) = child.stdin.take() {
            // A program that refuses closes its input early; its message says why.
            let _ = input.write_all(message);
        }
        let output = child.wait_with_output().map_err(no_program)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        // Some of what it says stands in a frame of `@`.
        let plain = |line: &&str| line.chars().any(|letter| letter.is_alphabetic());
        let line = said.lines().find(plain).map_or("it said nothing", |line| line.trim_matches(['@', ' ']));
        Err(self.refused(line.to_owned()))
    }

    fn refused(&self, message: String) -> SignError {
        SignError::Refused { program: self.program.clone(), message }
    }
}

/// The public half of a key file: the file itself, the `.pub` beside it, or what the private file says.
fn public_half(path: &Path) -> Result<PublicKey, SignError> {
    let fail = |cause: String| SignError::KeyFile { path: path.display().to_string(), cause };
    let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
    if let Some(key) = PublicKey::parse(&text) {
        return Ok(key);
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".pub");
    if let Some(key) = std::fs::read_to_string(&beside).ok().and_then(|text| PublicKey::parse(&text)) {
        return Ok(key);
    }
    let private = ssh_key::PrivateKey::from_openssh(&text).map_err(|_| fail("it is no SSH key".to_owned()))?;
    Ok(PublicKey { data: private.public_key().key_data().clone() })
}

/// A public key in a file of its own, for as long as `ssh-keygen` needs it.
struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    fn write(line: &str) -> Result<KeyFile, SignError> {
        let name = format!("canon-key-{}-{}.pub", std::process::id(), crate::document::sha256_hex(line.as_bytes()));
        let path = std::env::temp_dir().join(name);
        let fail =
            |error: std::io::Error| SignError::KeyFile { path: path.display().to_string(), cause: error.to_string() };
        // A leftover of a killed run may stand there; `create_new` then refuses links that others laid.
        let _ = std::fs::remove_file(&path);
        let mut file = std::fs::File::create_new(&path).map_err(fail)?;
        file.write_all(format!("{line}\n").as_bytes()).map_err(fail)?;
        Ok(KeyFile { path })
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        // Nothing secret is left behind when it cannot be removed: the key is public.
        let _ = std::fs::remove_file(&self.path);
    }
}
