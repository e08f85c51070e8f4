//! Rows about governance: policy, people, records, the ledger and releases.

super::rows! {
    TRUST_MISMATCH "trust-mismatch" Error
        "The history starts from another registry than the one pinned"
        "The trust digest covers every governed document of the first commit. Another digest is another registry, whatever its name."
        "Clone the repository again from where you trust it, or ask its keepers for the trust digest."
}
