//! Which of a person's decisions stands.

use canonry::document::Digest;
use canonry::governance::heard::{Said, Weight, order, standing};
use canonry::governance::policy::Via;
use canonry::governance::records::{Choice, Decision, Evidence};

use Choice::{Approve, Reject, Withdraw};
use Weight::{Elsewhere, Full, Kept, Lost};

/// A decision of this minute, by a key or by a relay.
fn decision(minute: usize, choice: Choice, via: Via) -> Decision {
    let digest = Digest::of_bytes(b"a proposal");
    let at = format!("2026-05-01T09:{minute:02}:00Z");
    let own = Decision::new(digest, "2026-05-01-wait-longer", digest, "sales", choice, &at);
    match via {
        Via::Ssh => own,
        Via::Relay => own.relayed(Evidence {
            host: "github.com".to_owned(),
            repository: "example-company/definitions".to_owned(),
            pull_request: 12,
            review: "700001".to_owned(),
            account: "4002".to_owned(),
            head: "0123456789abcdef0123456789abcdef01234567".to_owned(),
            time: at,
            payload: digest,
            relay: "review-relay".to_owned(),
        }),
    }
}

/// What was said, each a minute after the one before, and landed there: choice, way and weight; and which of it stands.
type Case<'a> = (&'a [(Choice, Via, Weight)], Option<usize>);

#[test]
fn one_of_a_person_s_decisions_stands_or_none() {
    let (own, relayed) = (Via::Ssh, Via::Relay);
    let cases: [Case<'_>; 17] = [
        (&[], None),
        (&[(Approve, own, Full)], Some(0)),
        (&[(Approve, own, Full), (Withdraw, own, Full)], Some(1)),
        (&[(Reject, own, Full), (Approve, own, Full)], Some(1)),
        // A key that counts no more blocks, or takes back, and grants nothing.
        (&[(Approve, own, Kept)], None),
        (&[(Reject, own, Kept)], Some(0)),
        (&[(Reject, own, Kept), (Withdraw, own, Kept)], None),
        (&[(Reject, own, Kept), (Approve, own, Full)], Some(1)),
        // No relay takes back what was signed with a key.
        (&[(Reject, own, Full), (Approve, relayed, Full)], Some(0)),
        (&[(Reject, relayed, Full), (Approve, relayed, Full)], Some(1)),
        (&[(Reject, own, Full), (Approve, own, Full), (Reject, relayed, Full)], Some(2)),
        // Whoever decided on another text since has not approved this one, and has rejected it all the same.
        (&[(Approve, own, Full), (Approve, own, Elsewhere)], None),
        (&[(Reject, own, Full), (Approve, own, Elsewhere)], Some(0)),
        // What may be a thief's rejection stands until its person decides anew, and nothing else of a thief counts.
        (&[(Approve, own, Full), (Reject, own, Lost)], Some(1)),
        (&[(Reject, own, Lost), (Withdraw, own, Lost)], Some(0)),
        (&[(Reject, own, Lost), (Approve, own, Full)], Some(1)),
        (&[(Approve, own, Full), (Withdraw, own, Lost)], Some(0)),
    ];
    for (case, stands) in cases {
        let made: Vec<Decision> =
            case.iter().enumerate().map(|(minute, (choice, via, _))| decision(minute, *choice, *via)).collect();
        let said: Vec<Said<'_>> =
            made.iter().zip(case).enumerate().map(|(landed, (decision, one))| (decision, one.2, landed)).collect();
        assert!(made.is_sorted_by_key(order));
        assert_eq!(standing(&said), stands, "{case:?}");
    }
    // A thief chooses times, and not when things land.
    let (early, late) = (decision(1, Approve, own), decision(50, Reject, own));
    assert_eq!(standing(&[(&early, Full, 7), (&late, Lost, 3)]), Some(0));
    // Of one moment a rejection is the last.
    let same = [Withdraw, Approve, Reject].map(|choice| decision(1, choice, own));
    assert!(same.is_sorted_by_key(order));
}
