//! Rows about governance: policy, people, records, the ledger and releases.

super::rows! {
    POLICY_INVALID "policy-invalid" Error
        "The policy cannot be read"
        "Without a policy that every reader understands alike, nobody knows whose approval a change needs."
        "Mend the place that is named; schemas/policy.schema.json describes every field."
    PEOPLE_INVALID "people-invalid" Error
        "A person's file cannot be read, or two people claim one key"
        "A key or an account speaks for exactly one person, for ever. If two could claim it, an approval would prove nothing."
        "Mend the place that is named; schemas/person.schema.json describes every field."
    PEOPLE_LOST "people-lost" Error
        "A person, a key or an account is gone, or a compromised one is back"
        "Years later an auditor must still see whose key signed what. And a key that was stolen must not come back."
        "Put it back; to end a person or a key, set its status to `retired`."
    POLICY_FROZEN "policy-frozen" Error
        "Policy and people could never be changed again"
        "If nobody can approve a change to the policy or to the people, the registry is locked for good."
        "Give the roles that the policy asks for to enough people who can sign, or ask for less."
    POLICY_FRAGILE "policy-fragile" Warning
        "One person's absence would freeze policy or people"
        "When that person leaves or loses a key, nobody can approve the replacement."
        "Give a second person the role, or lower what the policy asks for."
    CHANGE_UNRECORDED "change-unrecorded" Error
        "A document differs from the baseline, and no change record says so"
        "Without a record there is no reason, no proposer, and nothing to approve."
        "Type `canon propose` on the branch of the change."
    CHANGE_INVALID "change-invalid" Error
        "A change record is not well-formed, not signed, or not by somebody who may propose"
        "The record is what approvals bind to. If it is not exactly what its proposer signed, nothing was agreed."
        "Check out the branch of the change and type `canon propose` again."
    ROW_MOVED "row-moved" Error
        "A change starts from a document that is no longer the accepted one"
        "What was approved was a step from one text to another. From somewhere else it is another step, which nobody approved."
        "Bring the branch up to date with the main branch, then type `canon propose` again; approvals are then given anew."
    ROW_CONTENT "row-content" Error
        "A document is not the one that the change record names"
        "An approval covers exact content. If the document was edited after the proposal, what stands there was not approved."
        "Type `canon propose` again on the branch of the change; approvals are then given anew."
    ROW_MISSTATED "row-misstated" Error
        "A change record says something else of a document than the document does"
        "Approvers read the record. If it calls a major change a patch, they agreed to something else."
        "Type `canon propose` again on the branch of the change; approvals are then given anew."
    VERSION_TOO_LOW "version-too-low" Error
        "A document's version does not rise as its change demands"
        "Readers tell by the version whether a number still means what it meant."
        "Type `canon propose`: it sets the version that the change demands."
    APPROVAL_MISSING "approval-missing" Error
        "An approval that the policy asks for is missing"
        "The policy says who must agree before a definition counts."
        "Ask one of the people named to type `canon approve CHANGE`."
    APPROVAL_VOID "approval-void" Warning
        "A decision does not count"
        "A decision counts only for the exact proposal that was signed, by a person and a key that count."
        "Ask the person to type `canon approve CHANGE` again, after reading what changed."
    CHANGE_REJECTED "change-rejected" Error
        "Somebody who may decide rejects the change"
        "One rejection by somebody who may fill a slot blocks, whoever else agrees."
        "Talk to the person; they can type `canon approve CHANGE` once they agree."
    ROW_DENIED "row-denied" Error
        "The policy lets nobody approve this row"
        "What no rule covers is denied: a forgotten rule must not be an open door."
        "Propose a change to the policy first, or change the document as the message says."
    TREE_MALFORMED "tree-malformed" Error
        "A folder under registry/ or schemas/ holds what no registry holds"
        "Links, submodules, executable files and doubled names let one reader see other files than the next."
        "Remove the entry that is named and commit."
    CONTENT_NOT_ACCEPTED "content-not-accepted" Error
        "A governed document differs from the accepted one"
        "Somebody changed what counts without the approvals that the policy demands."
        "Type `canon propose` to ask for the approvals, or restore the accepted document."
    RECORD_ALTERED "record-altered" Error
        "A record that had landed was edited or removed"
        "Records are the proof of who agreed to what. They are written once."
        "Restore the file from the commit where it landed: `git checkout COMMIT -- FILE`."
    RECORDS_IMPORTED "records-imported" Warning
        "Records stood in the first commit already"
        "Imported records are kept, but the trust digest does not cover them and nothing checks them."
        "Nothing is to be done; do not take what they say for proven here."
    RECORD_UNKNOWN "record-unknown" Error
        "A record that proves nothing"
        "A record whose signature, person or place does not hold must not stand among those that do."
        "Remove the file, or make it again with `canon approve` or `canon publish`."
    GENESIS_INVALID "genesis-invalid" Error
        "The first commit of the registry cannot be trusted as a start"
        "Everything accepted later builds on the documents, policy and people of the first commit."
        "Start again with `canon init` in a fresh repository."
    NO_GENESIS "no-genesis" Error
        "No commit on this branch holds a registry"
        "The proof starts from the first commit with registry/registry.json."
        "Type `canon init`, and name a branch that holds the registry."
    TRUST_MISMATCH "trust-mismatch" Error
        "The history starts from another registry than the one pinned"
        "The trust digest covers every governed document of the first commit. Another digest is another registry, whatever its name."
        "Clone the repository again from where you trust it, or ask its keepers for the trust digest."
    CHECKPOINT_MISSING "checkpoint-missing" Error
        "The history lacks a change or release that was known to have landed"
        "Somebody may have rewritten the branch and left out what they disliked."
        "Fetch again; if it stays so, compare the branch with a colleague's clone."
    TIP_LOST "tip-lost" Error
        "The branch no longer contains the commit that was verified last"
        "A force-push or a foxtrot merge replaced history that had been proven."
        "Find out who moved the branch. `git reflog` shows where it was."
    TIP_NOT_REMEMBERED "tip-not-remembered" Warning
        "The commit that was proven could not be noted"
        "The next proof in this clone cannot tell whether the branch went back."
        "Nothing, in a clone that is thrown away; else make the .git folder writable."
    MAIN_BRANCH_MOVED "main-branch-moved" Error
        "The tree names another main branch than the accepted one"
        "Whoever may choose the branch that is proven may hide the one that people read."
        "Restore `main_branch` in registry/registry.json, or name the revision: `canon verify REV`."
    TAG_MOVED "tag-moved" Error
        "A release tag points at another commit than the one that brought the release"
        "People check out tags. The manifest in the tree is the truth, and the tag must lead to it."
        "Fetch the tags again, or move the tag back: `git tag -f canon/vVERSION COMMIT`."
    CHANGE_TAINTED "change-tainted" Error
        "A change settled with keys that were somebody else's by then"
        "Without what was stolen it would not have landed: a thief may have proposed or approved it."
        "Read what it did. `canon propose --ratifies CHANGE` confirms it, `--revert CHANGE` takes it back and confirms that."
    SETTLED_UNDER_DOUBT "settled-under-doubt" Warning
        "Changes settled by policy, people or schemas that a thief may have brought"
        "They had the approvals that were asked for, and those who asked may have been somebody else."
        "Read them (`canon log`). Nothing is said any more once the change that brought it is confirmed as it stands; if it was taken back, they stay listed."
    EXCURSION "excursion" Warning
        "For a while the branch held content that was not approved"
        "It was healed later, but what was read from the branch meanwhile had not been agreed."
        "Nothing is to be done; it stays listed so that an auditor sees it."
    UNPINNED "unpinned" Warning
        "The proof starts from whatever registry this clone holds"
        "Without a pinned trust digest a clone of a forged repository proves itself."
        "Pass `--trust DIGEST`, set CANON_TRUST, or type `git config canonry.trust DIGEST`."
}
