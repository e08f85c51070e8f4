//! Versions and what a change demands of them.

use crate::registry::Impact;

/// The version that follows from an impact.
#[must_use]
pub fn next_version(version: &semver::Version, impact: Impact) -> semver::Version {
    match impact {
        Impact::Major => semver::Version::new(version.major.saturating_add(1), 0, 0),
        Impact::Minor => semver::Version::new(version.major, version.minor.saturating_add(1), 0),
        Impact::Patch => semver::Version::new(version.major, version.minor, version.patch.saturating_add(1)),
    }
}
