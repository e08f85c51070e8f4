//! Findings as workflow commands of GitHub Actions, which become annotations of a pull request.

use super::listing::{Listed, Listing};
use crate::text::line;

/// One command a finding.
#[must_use]
pub fn github(listing: &Listing<'_>) -> String {
    listing.listed().0.iter().map(command).collect()
}

fn command(listed: &Listed<'_>) -> String {
    let place = match listed.path.as_str() {
        "" => String::new(),
        path => {
            format!("file={},line={},col={},", property(&line(path)), listed.start.line, listed.start.column)
        }
    };
    let title = property(listed.finding.rule.code);
    format!("::{} {place}title={title}::{}\n", listed.finding.level().word(), data(&listed.lines().join("\n")))
}

/// What stands after the second `::` of a command. The percent sign comes first, else it would escape the escapes.
#[must_use]
pub fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
#[must_use]
pub fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
