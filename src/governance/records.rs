//! Records: the change, the decision on it, the release manifest. Written once, signed beside, never reformatted.

use serde::de::DeserializeOwned;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::document::{Digest, Document, Value, stored_bytes};
use crate::git::ObjectId;
use crate::governance::people::{is_account_number, is_host};
use crate::governance::policy::Via;
use crate::registry::Impact;
use crate::registry::layout::{document_role, is_change_id, is_id};

/// `change.json`: a proposal. Why, by whom, and which rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    #[serde(rename = "type")]
    record_type: ChangeType,
    /// The trust digest of the registry.
    pub registry: Digest,
    /// Id: a date and a slug.
    pub id: String,
    /// Digest of a change that had settled when this one was proposed; the trust digest if none.
    pub after: Digest,
    /// What it does, in a line.
    pub title: String,
    /// Why.
    pub why: String,
    /// The sort of reason, which policy can tell apart.
    pub reason: String,
    /// Person who proposes and signs it.
    pub proposer: String,
    /// When it was proposed, as the proposer says (RFC 3339).
    pub opened: String,
    /// Tainted changes that it confirms.
    #[serde(default)]
    pub ratifies: Vec<String>,
    /// The documents it moves, sorted by path.
    pub rows: Vec<Row>,
}

/// One document's step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Path of the document.
    pub path: String,
    /// Digest of the accepted document; none for a new one.
    pub from: Option<Digest>,
    /// Digest of the document as it will be.
    pub to: Digest,
    /// Version before and after.
    pub version: VersionStep,
    /// What the row does, as the proposer's tool computed it; acceptance computes it again.
    pub impact: Impact,
}

/// Version before (none for a new document) and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionStep {
    /// Before.
    pub from: Option<semver::Version>,
    /// After.
    pub to: semver::Version,
}

/// What a person decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// Agrees.
    Approve,
    /// Blocks.
    Reject,
    /// Takes an earlier decision back.
    Withdraw,
}

impl Choice {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Choice::Approve => "approve",
            Choice::Reject => "reject",
            Choice::Withdraw => "withdraw",
        }
    }

    /// The word for it in past tense, for people to read.
    #[must_use]
    pub fn done(self) -> &'static str {
        match self {
            Choice::Approve => "approved",
            Choice::Reject => "rejected",
            Choice::Withdraw => "withdrew",
        }
    }
}

/// `approvals/<person>.json`: a person's decision on exactly one proposal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    #[serde(rename = "type")]
    record_type: DecisionType,
    /// The trust digest of the registry.
    pub registry: Digest,
    /// Id of the change.
    pub change: String,
    /// Digest of `change.json`, so the decision covers all that it says.
    pub proposal: Digest,
    /// Person who decides; who signs, if it is not relayed.
    pub person: String,
    /// What was decided.
    pub decision: Choice,
    /// When, as the person or the forge says (RFC 3339).
    pub at: String,
    /// How it reached the repository.
    pub via: Via,
    /// Of a relayed decision: what the relay saw, and who the relay is.
    #[serde(default, deserialize_with = "given")]
    pub evidence: Option<Evidence>,
}

impl Serialize for Decision {
    /// A record has no member for evidence where there is none; bytes without names of members hold every member.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let has_evidence = self.evidence.is_some() || !serializer.is_human_readable();
        let mut members = serializer.serialize_struct("Decision", 8 + usize::from(has_evidence))?;
        members.serialize_field("type", &self.record_type)?;
        members.serialize_field("registry", &self.registry)?;
        members.serialize_field("change", &self.change)?;
        members.serialize_field("proposal", &self.proposal)?;
        members.serialize_field("person", &self.person)?;
        members.serialize_field("decision", &self.decision)?;
        members.serialize_field("at", &self.at)?;
        members.serialize_field("via", &self.via)?;
        if has_evidence {
            members.serialize_field("evidence", &self.evidence)?;
        }
        members.end()
    }
}

/// Where a relayed decision was made, as the relay saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Host name of the forge.
    pub host: String,
    /// The repository there, as the forge names it.
    pub repository: String,
    /// Number of the pull or merge request.
    pub pull_request: u64,
    /// The forge's id of the review, as a text.
    pub review: String,
    /// Number of the account that decided, as a text.
    pub account: String,
    /// The commit that was reviewed.
    pub head: String,
    /// When, as the forge says (RFC 3339).
    pub time: String,
    /// SHA-256 of the exact bytes of the event.
    pub payload: Digest,
    /// Person whose key signs the record: the relay.
    pub relay: String,
}

impl Evidence {
    /// Whether this tells of the same review as another one, whatever became of it meanwhile.
    #[must_use]
    pub fn is_of_same_review(&self, other: &Evidence) -> bool {
        self.host.eq_ignore_ascii_case(&other.host)
            && self.repository.eq_ignore_ascii_case(&other.repository)
            && (self.pull_request, &self.review) == (other.pull_request, &other.review)
    }

    /// What is wrong with its form, if anything.
    fn fault(&self) -> Option<String> {
        let id = |letter: u8| letter.is_ascii_alphanumeric() || b"_-".contains(&letter);
        let is = |text: &str, plain: &dyn Fn(u8) -> bool| {
            !text.is_empty() && text.len() <= MAX_NAME && text.bytes().all(plain)
        };
        let line = |text: &str| !text.is_empty() && text.len() <= MAX_NAME && !text.chars().any(char::is_control);
        if !is_host(&self.host) || self.host.len() > MAX_NAME {
            Some(format!("`{}` is no host name", self.host.escape_debug()))
        } else if !line(&self.repository) {
            Some(format!("`{}` is no name of a repository", self.repository.escape_debug()))
        } else if !is(&self.review, &id) {
            Some(format!("`{}` is no id of a review", self.review.escape_debug()))
        } else if !is_account_number(&self.account) || self.account.len() > MAX_NAME {
            Some(format!("`{}` is no number of an account", self.account.escape_debug()))
        } else if self.pull_request == 0 {
            Some("it names no pull request".to_owned())
        } else if ObjectId::parse(&self.head).is_none() {
            Some(format!("`{}` is no commit", self.head.escape_debug()))
        } else if !is_id(&self.relay) {
            Some(format!("`{}` is no id of a person", self.relay.escape_debug()))
        } else {
            is_instant(&self.time).err()
        }
    }
}

/// The longest name in evidence, in bytes.
const MAX_NAME: usize = 400;

/// A member that, where it is there, is not null: a decision has one of two shapes.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Evidence>, D::Error> {
    match deserializer.is_human_readable() {
        true => Evidence::deserialize(deserializer).map(Some),
        false => Option::deserialize(deserializer),
    }
}

/// `releases/<version>.json`: a published canonical set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    #[serde(rename = "type")]
    record_type: ManifestType,
    /// The trust digest of the registry.
    pub registry: Digest,
    /// Version of the set.
    pub version: semver::Version,
    /// Digest of the manifest before; none for the first.
    pub previous: Option<Digest>,
    /// The commit whose accepted definitions these are.
    pub commit: String,
    /// Person who publishes and signs it.
    pub signer: String,
    /// The definitions, sorted.
    pub rows: Vec<ReleaseRow>,
    /// RFC 6962 Merkle root over the RFC 8785 bytes of the rows.
    pub root: Digest,
}

/// One definition of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRow {
    /// `kind/id`.
    pub definition: String,
    /// Its version.
    pub version: String,
    /// Its digest.
    pub digest: Digest,
    /// The change that last settled it; `genesis` if none.
    pub change: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum ChangeType {
    #[serde(rename = "canonry/change@1")]
    V1,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum DecisionType {
    #[serde(rename = "canonry/approval@1")]
    V1,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum ManifestType {
    #[serde(rename = "canonry/release@1")]
    V1,
}

/// What a new change says, beside its type.
#[derive(Clone, Debug)]
pub struct NewChange {
    /// See [`Change::registry`].
    pub registry: Digest,
    /// See [`Change::id`].
    pub id: String,
    /// See [`Change::after`].
    pub after: Digest,
    /// See [`Change::title`].
    pub title: String,
    /// See [`Change::why`].
    pub why: String,
    /// See [`Change::reason`].
    pub reason: String,
    /// See [`Change::proposer`].
    pub proposer: String,
    /// See [`Change::opened`].
    pub opened: String,
    /// See [`Change::ratifies`].
    pub ratifies: Vec<String>,
    /// See [`Change::rows`].
    pub rows: Vec<Row>,
}

impl Change {
    /// A new proposal.
    #[must_use]
    pub fn new(new: NewChange) -> Change {
        let NewChange { registry, id, after, title, why, reason, proposer, opened, ratifies, rows } = new;
        let record_type = ChangeType::V1;
        Change { record_type, registry, id, after, title, why, reason, proposer, opened, ratifies, rows }
    }

    /// Reads a change record and checks its form.
    ///
    /// # Errors
    /// Why it is no well-formed change record.
    pub fn read(document: &Document) -> Result<Change, String> {
        let change: Change = from_value(document.value())?;
        if !is_change_id(&change.id) {
            return Err(format!("`{}` is no change id", change.id));
        }
        if !is_id(&change.proposer) {
            return Err(format!("`{}` is no id of a person", change.proposer));
        }
        is_instant(&change.opened)?;
        if change.title.chars().any(char::is_control) || change.reason.chars().any(char::is_control) {
            return Err("its title and reason are not each one line".to_owned());
        }
        if change.rows.is_empty() && change.ratifies.is_empty() {
            return Err("it has no rows".to_owned());
        }
        if !change.rows.is_sorted_by(|left, right| left.path < right.path) {
            return Err("its rows are not sorted by path, each once".to_owned());
        }
        match change.rows.iter().find(|row| document_role(&row.path).is_none()) {
            Some(row) => Err(format!("`{}` is no path of a governed document", row.path)),
            None => Ok(change),
        }
    }

    /// The bytes of `change.json`.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        record_bytes(self)
    }
}

impl Decision {
    /// A decision by a person's own signature.
    #[must_use]
    pub fn new(registry: Digest, change: &str, proposal: Digest, person: &str, decision: Choice, at: &str) -> Decision {
        Decision {
            record_type: DecisionType::V1,
            registry,
            change: change.to_owned(),
            proposal,
            person: person.to_owned(),
            decision,
            at: at.to_owned(),
            via: Via::Ssh,
            evidence: None,
        }
    }

    /// The same decision, made at a forge and signed by a relay. Its time is that of the forge.
    #[must_use]
    pub fn relayed(self, evidence: Evidence) -> Decision {
        Decision { via: Via::Relay, at: evidence.time.clone(), evidence: Some(evidence), ..self }
    }

    /// Id of the person who signs: the one who decides, or the relay.
    #[must_use]
    pub fn signer(&self) -> &str {
        self.evidence.as_ref().map_or(&self.person, |evidence| &evidence.relay)
    }

    /// When it was made, as the person or the forge says.
    #[must_use]
    pub fn instant(&self) -> Option<jiff::Timestamp> {
        self.at.parse().ok()
    }

    /// Reads a decision and checks its form.
    ///
    /// # Errors
    /// Why it is no well-formed decision.
    pub fn read(document: &Document) -> Result<Decision, String> {
        let decision: Decision = from_value(document.value())?;
        is_instant(&decision.at)?;
        match (decision.via, &decision.evidence) {
            (Via::Ssh, None) => return Ok(decision),
            (Via::Ssh, Some(_)) => return Err("it came by no relay and has evidence of one".to_owned()),
            (Via::Relay, None) => return Err("it came by a relay and has no evidence".to_owned()),
            (Via::Relay, Some(evidence)) => {
                if let Some(fault) = evidence.fault() {
                    return Err(format!("its evidence: {fault}"));
                }
                if evidence.time != decision.at {
                    return Err("it says another time than its evidence".to_owned());
                }
                if evidence.relay == decision.person {
                    return Err(format!("`{}` relays a decision of its own", evidence.relay));
                }
            }
        }
        Ok(decision)
    }

    /// The bytes of the record.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        record_bytes(self)
    }
}

impl Manifest {
    /// A manifest over rows that are sorted by definition.
    #[must_use]
    pub fn new(
        registry: Digest,
        version: semver::Version,
        previous: Option<Digest>,
        commit: String,
        signer: String,
        rows: Vec<ReleaseRow>,
    ) -> Manifest {
        let root = rows_root(&rows);
        Manifest { record_type: ManifestType::V1, registry, version, previous, commit, signer, rows, root }
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// Why it is no well-formed manifest.
    pub fn read(document: &Document) -> Result<Manifest, String> {
        from_value(document.value())
    }

    /// The bytes of the record.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        record_bytes(self)
    }
}

/// The Merkle root over rows of a release.
#[must_use]
pub fn rows_root(rows: &[ReleaseRow]) -> Digest {
    let leaves: Vec<Vec<u8>> = rows.iter().map(|row| crate::document::canonical_bytes(&to_value(row))).collect();
    crate::document::merkle_root(&leaves)
}

fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    value.read().map_err(|error| error.to_string())
}

fn to_value(record: &impl Serialize) -> Value {
    // Records hold strings, whole numbers and lists of them, which always serialise.
    serde_json::to_value(record).unwrap_or_default().into()
}

fn record_bytes(record: &impl Serialize) -> Vec<u8> {
    stored_bytes(&to_value(record))
}

fn is_instant(text: &str) -> Result<(), String> {
    match text.parse::<jiff::Timestamp>() {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("`{text}` is no RFC 3339 time")),
    }
}
