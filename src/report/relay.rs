//! What was relayed, and how relayed decisions are told beside those that people signed.

use super::brief;
use crate::governance::records::Decision;
use crate::operations::approve::Decided;
use crate::operations::relay::Relayed;
use crate::text::line;

/// What relaying gave.
#[must_use]
pub fn relayed(relayed: &Relayed) -> String {
    let Relayed { review, relay, brief: read, decided } = relayed;
    let (person, id, done) = (&read.person, &read.change.id, review.choice.done());
    let mut out = match decided {
        Decided::Already => format!("`{person}` {done} exactly this proposal already; nothing was signed.\n"),
        Decided::Done(_) => format!("`{person}` {done} {id}, relayed by `{relay}`.\n"),
    };
    out.push_str(&format!(
        "  review {} of {}#{} at {}, by {} ({}:{})\n",
        line(&review.review),
        line(&review.repository),
        review.pull_request,
        line(&review.time),
        line(&review.login),
        line(&review.host),
        line(&review.account),
    ));
    if !read.asked {
        out.push_str(&format!("  The policy does not ask `{person}` about this change.\n"));
    }
    if let Decided::Done(standing) = decided {
        out.push_str(&brief::standing(standing));
    }
    out
}

/// How a decision reached the repository, to be told after it; nothing where the person signed it.
#[must_use]
pub fn way(decision: &Decision) -> String {
    let Some(evidence) = &decision.evidence else { return String::new() };
    format!(
        ", relayed by {} from {}/{}#{} (review {}, account {}, commit {})",
        line(&evidence.relay),
        line(&evidence.host),
        line(&evidence.repository),
        evidence.pull_request,
        line(&evidence.review),
        line(&evidence.account),
        evidence.head.chars().take(10).collect::<String>(),
    )
}
