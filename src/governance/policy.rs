//! Policy: which roles must approve which rows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};

use crate::criteria::Moment;
use crate::criteria::time::FiscalStart;
use crate::document::Value;
use crate::finding::{Finding, rules};
use crate::governance::people::is_host;
use crate::registry::Impact;
use crate::registry::layout::{DocumentRole, POLICY_JSON, document_role};

/// How a decision reached the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// Signed by the person.
    Ssh,
    /// Signed by a relay that saw the person's review at a forge.
    Relay,
}

/// The policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    kind: String,
    /// Its own version.
    pub version: semver::Version,
    /// The roles that exist.
    pub roles: Vec<PolicyRole>,
    /// The rules, all of which apply that match.
    pub rules: Vec<PolicyRule>,
    /// Whether the proposer's own approval counts for nothing.
    pub separate_duties: bool,
    /// When a definition may take effect.
    #[serde(default)]
    pub effective_on: Vec<EffectiveOn>,
    /// Who publishes.
    pub publish: Publish,
    /// Who relays decisions that were made at a forge; without it none of those counts.
    #[serde(default, deserialize_with = "given")]
    pub relay: Option<Relay>,
}

/// A role.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRole {
    /// Id.
    pub id: String,
    /// Name, for people to read.
    pub name: String,
}

/// One rule: rows that match need these approvals.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRule {
    /// Id.
    pub id: String,
    /// Which rows it is about.
    #[serde(default)]
    pub when: When,
    /// Which approvals they need.
    pub require: Vec<Requirement>,
    /// By which ways an approval may come; every way if not said. None comes by a relay where the policy names none.
    #[serde(default)]
    pub via: Option<BTreeSet<Via>>,
}

/// Which rows a rule is about; what is not said matches every row.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    kinds: Option<BTreeSet<String>>,
    ids: Option<BTreeSet<String>>,
    paths: Option<Vec<String>>,
    at_least: Option<Impact>,
    at_most: Option<Impact>,
    meanings: Option<BTreeSet<String>>,
    reasons: Option<BTreeSet<String>>,
    /// Whether it is about definitions that rest on what changed, and not about what changed.
    #[serde(default)]
    affected: bool,
}

/// Approvals by holders of a role, by distinct people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// A role's id, `@owner` or `@co-owners`.
    pub role: String,
    /// How many people.
    #[serde(default = "one")]
    pub count: u32,
}

/// On which days a definition may take effect.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectiveOn {
    kinds: Option<BTreeSet<String>>,
    at_least: Option<Impact>,
    on: EffectiveDay,
    calendar: String,
    #[serde(default)]
    except: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum EffectiveDay {
    #[serde(rename = "fiscal-quarter-start")]
    FiscalQuarterStart,
}

/// Who publishes releases.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// The role.
    pub role: String,
}

/// Who relays decisions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// The role.
    pub role: String,
    /// The repositories at forges whose pull requests are those of this registry, each as `HOST/NAME`.
    pub repositories: BTreeSet<String>,
}

impl Relay {
    /// Whether a repository at a forge is one of this registry. Forges do not tell names apart by case.
    #[must_use]
    pub fn serves(&self, host: &str, repository: &str) -> bool {
        let name = format!("{host}/{repository}");
        self.repositories.iter().any(|served| served.eq_ignore_ascii_case(&name))
    }
}

/// A member that, where it is there, is not null.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Relay>, D::Error> {
    Relay::deserialize(deserializer).map(Some)
}

/// What policy looks at in a row.
#[derive(Clone, Copy, Debug)]
pub struct RowFacts<'a> {
    /// Path of the document.
    pub path: &'a str,
    /// What the row does.
    pub impact: Impact,
    /// The reason that the change gives.
    pub reason: &'a str,
    /// The accepted document, or the new one where there is none.
    pub owned_by: &'a Value,
    /// The document as it will be.
    pub after: &'a Value,
    /// The codes of what the change means; none where that could not be proved, so that every rule about meanings applies.
    pub meanings: Option<&'a BTreeSet<String>>,
    /// Whether the document stays as it is and rests on one that changes.
    pub affected: bool,
}

impl<'a> RowFacts<'a> {
    /// A definition that stays as it is and rests on one of which the meaning changes.
    #[must_use]
    pub fn affected(path: &'a str, reason: &'a str, document: &'a Value) -> RowFacts<'a> {
        let (owned_by, after) = (document, document);
        RowFacts { path, impact: Impact::Major, reason, owned_by, after, meanings: None, affected: true }
    }
}

/// One kind of approval that a row needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slots {
    /// The role whose holders fill them.
    pub role: String,
    /// How many people.
    pub count: u32,
    /// By which ways the approvals may come.
    pub via: BTreeSet<Via>,
}

/// A policy without rules, which denies everything.
impl Default for Policy {
    fn default() -> Policy {
        Policy {
            _schema: None,
            kind: String::new(),
            version: semver::Version::new(0, 0, 0),
            roles: Vec::new(),
            rules: Vec::new(),
            separate_duties: true,
            effective_on: Vec::new(),
            publish: Publish { role: String::new() },
            relay: None,
        }
    }
}

impl Policy {
    /// Reads the policy from its document.
    ///
    /// # Errors
    /// What keeps it from being read.
    pub fn load(value: &Value) -> Result<Policy, Finding> {
        let invalid = |message: String| Finding::on_file(&rules::POLICY_INVALID, POLICY_JSON, message);
        let policy: Policy = value.read().map_err(|error| invalid(error.to_string()))?;
        if policy.kind != "policy" {
            return Err(invalid(format!("its kind is `{}`, not `policy`", policy.kind)));
        }
        let roles = policy.roles.iter().map(|role| role.id.as_str());
        if let Some(id) = first_repeated(roles) {
            return Err(invalid(format!("two roles have the id `{id}`")));
        }
        if let Some(id) = first_repeated(policy.rules.iter().map(|rule| rule.id.as_str())) {
            return Err(invalid(format!("two rules have the id `{id}`")));
        }
        let patterns = policy.rules.iter().filter_map(|rule| rule.when.paths.as_ref()).flatten();
        for pattern in patterns {
            // Matching more than two stars in one name can take time without end.
            if pattern.split('/').any(|name| name != "**" && name.matches('*').count() > 2) {
                return Err(invalid(format!("the path pattern `{pattern}` has more than two `*` in one name")));
            }
            glob::Pattern::new(pattern).map_err(|error| invalid(format!("the path pattern `{pattern}`: {error}")))?;
        }
        for rule in &policy.rules {
            for requirement in &rule.require {
                let special = ["@owner", "@co-owners"].contains(&requirement.role.as_str());
                if !special && !policy.has_role(&requirement.role) {
                    return Err(invalid(format!(
                        "rule `{}` needs the role `{}`, which is not among the roles",
                        rule.id, requirement.role
                    )));
                }
            }
        }
        let names_one = |served: &str| {
            served.split_once('/').is_some_and(|(host, name)| is_host(host) && !name.split('/').any(str::is_empty))
        };
        let served = policy.relay.iter().flat_map(|relay| &relay.repositories);
        if let Some(wrong) = served.clone().find(|served| !names_one(served)) {
            return Err(invalid(format!("`relay` names the repository `{}`; write HOST/NAME", wrong.escape_debug())));
        }
        if policy.relay.is_some() && served.count() == 0 {
            return Err(invalid("`relay` names no repository, so nothing could be relayed".to_owned()));
        }
        let relay = policy.relay.as_ref().map(|relay| ("relay", relay.role.as_str()));
        for (member, role) in [("publish", policy.publish.role.as_str())].into_iter().chain(relay) {
            if !policy.has_role(role) {
                return Err(invalid(format!("`{member}` names the role `{role}`, which is not among the roles")));
            }
        }
        Ok(policy)
    }

    /// Whether a role exists.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|known| known.id == role)
    }

    /// Ids of the calendars by which it judges days.
    pub fn calendars(&self) -> impl Iterator<Item = &str> {
        self.effective_on.iter().map(|rule| rule.calendar.as_str())
    }

    /// Every reason that a rule tells apart, and the empty one for all others.
    #[must_use]
    pub fn reasons(&self) -> BTreeSet<&str> {
        let named = self.rules.iter().filter_map(|rule| rule.when.reasons.as_ref()).flatten();
        std::iter::once("").chain(named.map(String::as_str)).collect()
    }

    /// The codes of which a change must mean one, rule by rule that asks.
    pub fn meanings(&self) -> impl Iterator<Item = &BTreeSet<String>> {
        self.rules.iter().filter_map(|rule| rule.when.meanings.as_ref())
    }

    /// What people call a role.
    #[must_use]
    pub fn title_of<'a>(&'a self, role: &'a str) -> &'a str {
        let named = self.roles.iter().find(|known| known.id == role).map(|known| known.name.as_str());
        named.filter(|name| !name.trim().is_empty()).unwrap_or(role)
    }

    /// Whether any rule is about definitions that rest on what changed.
    #[must_use]
    pub fn asks_for_affected(&self) -> bool {
        self.rules.iter().any(|rule| rule.when.affected)
    }

    /// Whether any rule tells changes apart by what they mean.
    #[must_use]
    pub fn asks_for_meanings(&self) -> bool {
        self.rules.iter().any(|rule| rule.when.meanings.is_some())
    }

    /// The rules that a row falls under.
    #[must_use]
    pub fn rules_for(&self, row: &RowFacts<'_>) -> Vec<&PolicyRule> {
        self.rules.iter().filter(|rule| rule.when.matches(row)).collect()
    }

    /// The approvals that a row needs: per role the largest count of any rule, by ways that every such rule allows.
    #[must_use]
    pub fn slots_for(&self, row: &RowFacts<'_>) -> Vec<Slots> {
        let mut by_role: BTreeMap<String, Slots> = BTreeMap::new();
        for rule in self.rules_for(row) {
            let via = rule.via.clone().unwrap_or_else(|| BTreeSet::from([Via::Ssh, Via::Relay]));
            for requirement in rule.require.iter().filter(|requirement| requirement.count > 0) {
                for role in resolve_role(&requirement.role, row.owned_by) {
                    let fresh = Slots { role: role.clone(), count: 0, via: via.clone() };
                    let slots = by_role.entry(role).or_insert(fresh);
                    slots.count = slots.count.max(requirement.count);
                    slots.via = slots.via.intersection(&via).copied().collect();
                }
            }
        }
        by_role.into_values().collect()
    }

    /// Why a definition may not take effect on the day it names, if so. `fiscal_year_starts` gives, for a calendar's
    /// id, its `MM-DD`.
    #[must_use]
    pub fn wrong_day(&self, row: &RowFacts<'_>, fiscal_year_starts: impl Fn(&str) -> Option<String>) -> Option<String> {
        let Some(DocumentRole::Definition { kind, .. }) = document_role(row.path) else { return None };
        let from = row.after.pointer("/effective/from").and_then(Value::as_str);
        self.effective_on.iter().find_map(|rule| {
            let applies = rule.kinds.as_ref().is_none_or(|kinds| kinds.contains(kind))
                && rule.at_least.is_none_or(|least| row.impact >= least)
                && !rule.except.contains(row.reason);
            if !applies {
                return None;
            }
            let EffectiveDay::FiscalQuarterStart = rule.on;
            let Some(starts) = fiscal_year_starts(&rule.calendar) else {
                return Some(format!(
                    "policy judges its day by the calendar `{}`, which is not accepted",
                    rule.calendar
                ));
            };
            let Some(start) = FiscalStart::parse(&starts) else {
                return Some(format!(
                    "policy judges its day by the calendar `{}`, whose fiscal year cannot be read",
                    rule.calendar
                ));
            };
            match from.map(|from| (from, Moment::parse(from))) {
                Some((_, Some(Moment::Day(day)))) if start.is_quarter_start(day) => None,
                Some((from, Some(Moment::Day(_)))) => Some(format!(
                    "takes effect on {from}, which is no start of a fiscal quarter (fiscal years start on {starts})"
                )),
                _ => Some("says no day in `effective.from` that can be read, and policy judges that day".to_owned()),
            }
        })
    }
}

impl When {
    fn matches(&self, row: &RowFacts<'_>) -> bool {
        let (kind, name) = match document_role(row.path) {
            Some(DocumentRole::Definition { kind, id }) => (kind, format!("{kind}/{id}")),
            Some(DocumentRole::Registry) => ("registry", String::new()),
            Some(DocumentRole::Waivers) => ("waivers", String::new()),
            Some(DocumentRole::Policy) => ("policy", String::new()),
            Some(DocumentRole::Person(_)) => ("person", String::new()),
            Some(DocumentRole::Schema(_)) => ("schema", String::new()),
            None => ("", String::new()),
        };
        let meant = |meanings: &BTreeSet<String>| row.meanings.is_none_or(|codes| !codes.is_disjoint(meanings));
        self.affected == row.affected
            && self.meanings.as_ref().is_none_or(meant)
            && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(kind))
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&name))
            && self.paths.as_ref().is_none_or(|patterns| patterns.iter().any(|pattern| matches_path(pattern, row.path)))
            && self.at_least.is_none_or(|least| row.impact >= least)
            && self.at_most.is_none_or(|most| row.impact <= most)
            && self.reasons.as_ref().is_none_or(|reasons| reasons.contains(row.reason))
    }
}

/// `*` stays inside one name of a path, `**` stands for any number of folders.
fn matches_path(pattern: &str, path: &str) -> bool {
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    glob::Pattern::new(pattern).is_ok_and(|pattern| pattern.matches_with(path, options))
}

fn resolve_role(role: &str, document: &Value) -> Vec<String> {
    match role {
        "@owner" => document.get("owner").and_then(Value::as_str).map(str::to_owned).into_iter().collect(),
        "@co-owners" => {
            let owners = document.get("co_owners").and_then(Value::as_array).into_iter().flatten();
            owners.filter_map(Value::as_str).map(str::to_owned).collect()
        }
        role => vec![role.to_owned()],
    }
}

fn first_repeated<'i>(mut ids: impl Iterator<Item = &'i str>) -> Option<&'i str> {
    let mut seen = BTreeSet::new();
    ids.find(|id| !seen.insert(*id))
}

fn one() -> u32 {
    1
}
