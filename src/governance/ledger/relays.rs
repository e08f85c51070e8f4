//! Rule 2 of acceptance: decisions that were truly made, by people or by relays.

use super::Ledger;
use super::settle::Judge;
use crate::document::Value;
use crate::git::GitError;
use crate::governance::decide::{is_relay, truly_made};
use crate::governance::policy::Policy;
use crate::governance::signature::Signed;
use crate::registry::layout::{POLICY_JSON, person_path};

impl Judge<'_> {
    /// Whether a decision was truly made, so that it is kept for good; if not, why.
    pub(super) fn truly_made(
        &self,
        ledger: &Ledger,
        signed: &Signed,
        person: &str,
        change: &str,
    ) -> Result<Result<(), String>, GitError> {
        let decision = match truly_made(signed, person, change, ledger.trust, &self.people) {
            Ok(decision) => decision,
            Err(reason) => return Ok(Err(reason)),
        };
        let Some(evidence) = &decision.evidence else { return Ok(Ok(())) };
        let known = self.people.get(&evidence.relay);
        if known.is_some_and(|known| is_relay(known, &self.policy)) || self.was_relay(ledger, &evidence.relay)? {
            return Ok(Ok(()));
        }
        Ok(Err(format!("it says that `{}` relayed it, who never was a relay", evidence.relay)))
    }

    /// Whether a person ever held a role that any accepted policy gave to relays.
    fn was_relay(&self, ledger: &Ledger, person: &str) -> Result<bool, GitError> {
        let mut roles: Vec<String> = Vec::new();
        for value in self.accepted(ledger, POLICY_JSON)? {
            roles.extend(Policy::load(&value).ok().and_then(|policy| policy.relay).map(|relay| relay.role));
        }
        let holds = |value: &Value| {
            let held = value.get("roles").and_then(Value::as_array).unwrap_or_default();
            held.iter().filter_map(Value::as_str).any(|held| roles.iter().any(|role| role == held))
        };
        Ok(!roles.is_empty() && self.accepted(ledger, &person_path(person))?.iter().any(holds))
    }

    /// A document as it was accepted, from first to newest.
    fn accepted(&self, ledger: &Ledger, path: &str) -> Result<Vec<Value>, GitError> {
        let steps = ledger.accepted.get(path).map(Vec::as_slice).unwrap_or_default();
        let read = |blob| Ok(self.reader.document(blob)?.map(|document| document.value().clone()));
        steps.iter().filter_map(|step| read(step.blob).transpose()).collect()
    }
}
