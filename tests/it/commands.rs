//! Every command on a fresh registry: what it prints, and how it ends.

use insta::assert_snapshot;

use crate::drafts::{self, DRAFT};
use crate::environment::{Environment, masked, uncounted};

const MQL: &str = "registry/definitions/qualification/mql.json";

fn ran(environment: &Environment, arguments: &[&str]) -> String {
    uncounted(&masked(&environment.canon(arguments).to_string()))
}

/// A registry with a proposal on a branch.
fn proposed() -> Environment {
    let environment = Environment::with_registry();
    environment.edit(MQL, "\"days\": 60", "\"days\": 90");
    environment.canon(&["propose", "--title", "Wait longer", "--why", "They come back too soon."]).expect(0);
    environment
}

#[test]
fn init() {
    let environment = Environment::with_repository();
    assert_snapshot!(ran(&environment, &["init", "--name", "Test"]), @r#"
    status: 0
    stdout:
    Started a registry of N definitions on `main`.

    Trust digest: sha256:DIGEST
    Write it down where your auditors look. This clone remembers it (git config canonry.trust).

    You are `keeper`, with the key SHA256:KEY and every role.
    You are alone, so `separate_duties` is off: you may approve what you propose. Add people and turn it on
    (registry/governance/policy.json) as soon as two can fill the roles.

    Next: edit a definition, then `canon check` and `canon propose`. `canon` alone says where you stand.
    stderr:
    "#);
    assert_eq!(environment.git(&["status", "--porcelain"]), "");
    assert_snapshot!(environment.read(".gitattributes"), @r#"
    registry/** -merge -text
    schemas/** -merge -text
    "#);
}

#[test]
fn init_in_a_subfolder_that_is_new() {
    let environment = Environment::with_repository();
    environment.write("app.txt", "monorepo\n");
    environment.commit("Begin");
    environment.canon(&["init", "revenue/words"]).expect(0);
    for folder in ["revenue/words", "revenue/words/registry/definitions"] {
        environment.canon(&["-C", folder, "check"]).expect(0);
        environment.canon(&["-C", folder, "verify"]).expect(0);
    }
    environment.edit(&format!("revenue/words/{MQL}"), "\"days\": 60", "\"days\": 90");
    environment.canon(&["-C", "revenue/words", "propose", "--title", "T", "--why", "W"]).expect(0);
    environment.canon(&["-C", "revenue/words", "approve", "--yes"]).expect(0);
    environment.git(&["checkout", "-q", "main"]);
    environment.git(&["merge", "-q", "--no-ff", "-m", "Merge", "change/2026-05-01-t"]);
    environment.canon(&["-C", "revenue/words", "verify"]).expect(0);
    environment.canon(&["-C", "revenue/words", "publish"]).expect(0);
    environment.canon(&["-C", "revenue/words", "verify"]).expect(0);
}

#[test]
fn standing() {
    let environment = Environment::with_registry();
    assert_snapshot!(ran(&environment, &[]), @r#"
    status: 0
    stdout:
    Registry "Test": N definitions.
    You are on `main` at SHORT.
    The tip of `main` is exactly what was accepted.
    Next: canon list
          (everything is accepted; edit a definition, then `canon propose`)
    stderr:
    "#);
    environment.edit(MQL, "\"days\": 60", "\"days\": 90");
    assert_snapshot!(ran(&environment, &[]), @r#"
    status: 0
    stdout:
    Registry "Test": N definitions.
    You are on `main` at SHORT.
    The tip of `main` is exactly what was accepted.
    Edited and not committed: registry/definitions/qualification/mql.json
    Next: canon propose --title TITLE --why WHY
          (you edited governed documents; propose them)
    stderr:
    "#);
    environment.canon(&["propose", "--title", "Wait longer", "--why", "They come back too soon."]).expect(0);
    assert_snapshot!(ran(&environment, &[]), @r#"
    status: 0
    stdout:
    Registry "Test": N definitions.
    You are on `change/2026-05-01-wait-longer` at SHORT.
    The tip of `main` is exactly what was accepted.
    Open: 2026-05-01-wait-longer waits for approvals.
    Next: canon status 2026-05-01-wait-longer
          (the change here waits; this shows for whom)
    stderr:
    "#);
    environment.canon(&["approve", "--yes"]).expect(0);
    assert_snapshot!(ran(&environment, &[]), @r#"
    status: 0
    stdout:
    Registry "Test": N definitions.
    You are on `change/2026-05-01-wait-longer` at SHORT.
    The tip of `main` is exactly what was accepted.
    Open: 2026-05-01-wait-longer has every approval.
    Next: git switch main && git merge --no-ff change/2026-05-01-wait-longer
          (the change has every approval; land it)
    stderr:
    "#);
    environment.git(&["switch", "-q", "main"]);
    assert_snapshot!(ran(&environment, &[]), @r#"
    status: 0
    stdout:
    Registry "Test": N definitions.
    You are on `main` at SHORT.
    The tip of `main` is exactly what was accepted.
    Open: 2026-05-01-wait-longer has every approval.
    Next: git merge --no-ff change/2026-05-01-wait-longer
          (the change has every approval; land it)
    stderr:
    "#);
}

#[test]
fn check() {
    let environment = Environment::with_registry();
    assert_snapshot!(ran(&environment, &["check"]), @r#"
    status: 0
    stdout:
    stderr:
    Checked N definitions: nothing is wrong.
    "#);
    environment.edit(MQL, "\"cmo\"", "\"cmoo\"");
    assert_snapshot!(ran(&environment, &["check"]), @r#"
    status: 1
    stdout:
    error[unknown-role]: the policy has no role `cmoo`
     --> registry/definitions/qualification/mql.json:8:12
      |
    8 |   "owner": "cmoo",
      |            ^^^^^^
      |
      = help: did you mean `cmo`?

    stderr:
    Checked N definitions: 1 error.
    "#);
    assert_snapshot!(ran(&environment, &["check", "--format", "json"]), @r#"
    status: 1
    stdout:
    {
      "type": "canonry/findings@1",
      "definitions": N,
      "findings": [
        {
          "code": "unknown-role",
          "level": "error",
          "path": "registry/definitions/qualification/mql.json",
          "pointer": "/owner",
          "place": {
            "start": {
              "line": 8,
              "column": 12
            },
            "end": {
              "line": 8,
              "column": 18
            }
          },
          "message": "the policy has no role `cmoo`",
          "hint": "did you mean `cmo`?"
        }
      ],
      "waived": []
    }
    stderr:
    "#);
    assert_snapshot!(ran(&environment, &["check", "--rev", "HEAD"]), @r#"
    status: 0
    stdout:
    stderr:
    Checked N definitions: nothing is wrong.
    "#);
}

#[test]
fn check_against_a_baseline() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "\"days\": 60", "\"days\": 90");
    environment.commit("Edited");
    assert_snapshot!(ran(&environment, &["check", "--against", "HEAD~1"]), @r#"
    status: 1
    stdout:
    error[change-unrecorded]: differs from the baseline, and no change record says so
    --> registry/definitions/qualification/mql.json
     = help: Type `canon propose` on the branch of the change.

    error[version-not-raised]: version 1.0.0 does not rise enough from 1.0.0: the changed `/requalify/cooling_off` is a major change
     --> registry/definitions/qualification/mql.json:5:14
      |
    5 |   "version": "1.0.0",
      |              ^^^^^^^
      |
      = help: set the version to 2.0.0, or let `canon propose` set it

    stderr:
    Checked 1 changed definition and 154 that this reaches: 2 errors.
    "#);
    let environment = proposed();
    environment.canon(&["check", "--against", "main"]).expect(0);
}

#[test]
fn check_finds_what_is_gone_since_the_baseline() {
    let environment = Environment::with_registry();
    environment.write_all(drafts::documents());
    environment.edit(DRAFT, "\"draft\"", "\"active\"");
    environment.commit("One more driver");
    std::fs::remove_file(environment.work().join(DRAFT)).unwrap();
    std::fs::remove_file(environment.work().join("registry/waivers.json")).unwrap();
    assert_snapshot!(ran(&environment, &["check", "--against", "HEAD"]), @r#"
    status: 1
    stdout:
    error[document-deleted]: is in the baseline and gone here
    --> registry/definitions/driver/quiet-season.json
     = help: Restore the file from the baseline; to end it, set its status to `retired`.

    error[dangling-reference]: there is no driver `quiet-season`
       --> registry/definitions/metric/new-bookings.json:112:5
        |
    112 |     "quiet-season",
        |     ^^^^^^^^^^^^^^

    error[dangling-reference]: there is no driver `quiet-season`
       --> registry/definitions/metric/win-rate.json:174:5
        |
    174 |     "quiet-season",
        |     ^^^^^^^^^^^^^^

    error[dangling-reference]: there is no driver `quiet-season`
      --> registry/definitions/play/deal-review.json:15:5
       |
    15 |     "quiet-season",
       |     ^^^^^^^^^^^^^^

    error[document-deleted]: is in the baseline and gone here
    --> registry/waivers.json
     = help: Restore the file from the baseline.

    stderr:
    Checked 1 changed definition and 161 that this reaches: 5 errors.
    "#);
}

#[test]
fn what_cannot_be_read_is_not_left_out_in_silence() {
    let environment = Environment::with_registry();
    environment.write("registry/definitions/stage/mql.json", "{");
    environment.write("registry/definitions/stage/sql.json", "{");
    for arguments in [&["list"][..], &["show", "stage/sal"], &["refs", "stage/sal"]] {
        let ran = environment.canon(arguments).expect(0);
        assert_eq!(ran.stderr, "2 files could not be read; type `canon check`.\n", "{arguments:?}");
        let ran = environment.canon(&[arguments, &["--rev", "HEAD"]].concat()).expect(0);
        assert_eq!(ran.stderr, "", "{arguments:?}");
    }
}

#[test]
fn fmt() {
    let environment = Environment::with_registry();
    let text = environment.read(MQL);
    environment.write(MQL, &text.replace('\n', "\r\n"));
    assert_snapshot!(ran(&environment, &["fmt", "--check"]), @r#"
    status: 1
    stdout:
    registry/definitions/qualification/mql.json
    stderr:
    1 file would change.
    "#);
    assert_snapshot!(ran(&environment, &["fmt"]), @r#"
    status: 0
    stdout:
    registry/definitions/qualification/mql.json
    stderr:
    1 file changed.
    "#);
    assert_eq!(environment.read(MQL), text);
}

#[test]
fn list() {
    let environment = Environment::with_registry();
    assert_snapshot!(ran(&environment, &["list", "qualification"]), @r#"
    status: 0
    stdout:
    qualification/engaged-person   1.0.0  active  Engaged person
    qualification/expansion-ready  1.0.0  active  Ready for expansion
    qualification/mqa              1.0.0  active  Marketing qualified account
    qualification/mql              1.0.0  active  Marketing qualified lead
    qualification/pql              1.0.0  active  Product qualified lead
    qualification/sal              1.0.0  active  Sales accepted lead
    qualification/sql              1.0.0  active  Sales qualified lead
    stderr:
    "#);
    assert_snapshot!(ran(&environment, &["list", "calendar", "--format", "json"]), @r#"
    status: 0
    stdout:
    {
      "type": "canonry/list@1",
      "definitions": [
        {
          "definition": "calendar/hq",
          "version": "1.0.0",
          "status": "active",
          "name": "Head office"
        },
        {
          "definition": "calendar/london",
          "version": "1.0.0",
          "status": "active",
          "name": "London office"
        }
      ]
    }
    stderr:
    "#);
}

#[test]
fn show() {
    let environment = Environment::with_registry();
    assert_snapshot!(ran(&environment, &["show", "qualification/mql"]), @r#"
    status: 0
    stdout:
    qualification/mql  1.0.0 (active)
    Marketing qualified lead

    Sixty-five points of which behaviour gives at least 20; or a request for a talk in the last 30 days from somebody who fits. Customers, competitors, our own people, and companies with an open deal do not count.

    owned by   cmo, cro
    since      2026-02-01; past periods stay
    about      person
    examples   11
    digest     sha256:DIGEST

    criteria
      (score person-score is at least 65 and behaviour of score person-score is at least 20) or (fit of score person-score is at least 10 and number of form_submission where (form_submission.form is one of "demo-request", "contact-us") from 30 days before now to now is at least 1)

    exclusions / one-of-us
      person.email_domain is one of list own-domains

    exclusions / competitor
      person.email_domain is one of list competitor-domains or person.account.is_competitor is true

    exclusions / customer
      person.account.is_customer is true

    exclusions / ended
      person.stage is one of "disqualified", "ineligible"

    exclusions / open-opportunity
      number of opportunity over person.account.opportunities where (opportunity.is_open is true) is at least 1

    enters  "mql"
    recorded  "by-rule"
    requalify  {"cooling_off":{"days":60},"from":[{"stage":"recycle"}],"reported_date":"latest","writes":{"count...

    The whole document: canon show qualification/mql --format json
    stderr:
    "#);
    let ran = environment.canon(&["show", "qualification/mql@1.0.0", "--format", "json"]).expect(0);
    assert_eq!(ran.stdout, environment.read(MQL));
    assert_snapshot!(environment.canon(&["show", "qualification/mql@9.0.0"]), @r#"
    status: 2
    stdout:
    stderr:
    error: `qualification/mql` was never accepted at version `9.0.0`
    hint: Its accepted versions are 1.0.0.
    "#);
}

#[test]
fn refs() {
    let environment = Environment::with_registry();
    assert_snapshot!(ran(&environment, &["refs", "qualification/sal"]), @r#"
    status: 0
    stdout:
    qualification/sal refers to
      entity/activity  at /criteria/all/1/count
      entity/activity  at /criteria/all/1/where/all/0/field
      entity/activity  at /criteria/all/1/where/all/1/field
      entity/person  at /criteria/all/0/field
      entity/person  at /exclusions/0/when/field
      entity/person  at /exclusions/1/when/field
      entity/person  at /requalify/writes/latest
      entity/person  at /subject
      stage/mql  at /requalify/from/0/stage
      stage/pql  at /requalify/from/1/stage
      stage/sal  at /enters
    It is referred to by
      qualification/sql  at /criteria/all/0/meets
      stage/inquiry  at /leaves/2/by/when/all/0/meets
      stage/mql  at /leaves/0/by/qualification
      stage/pql  at /leaves/0/by/qualification
      stage/sal  at /enters/0/by/qualification
      stage/sal  at /enters/1/by/when/all/0/meets
    stderr:
    "#);
}

#[test]
fn diff() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "\"days\": 60", "\"days\": 90");
    assert_snapshot!(ran(&environment, &["diff"]), @r#"
    status: 0
    stdout:
    qualification/mql  1.0.0, not raised  major
      Requalify / cooling off: who qualified once must wait longer to qualify again (cooling-off-lengthened, major)
        60 days -> 90 days
      needs: Chief marketing officer
    --- a/registry/definitions/qualification/mql.json
    +++ b/registry/definitions/qualification/mql.json
    @@ -410,7 +410,7 @@
           }
         ],
         "cooling_off": {
    -      "days": 60
    +      "days": 90
         },
         "reported_date": "latest",
         "writes": {
    38 definitions rest on what changed, among them the numbers MQL to SAL, MQL to SQL and Time in acceptance:
      charter/cmo  by qualification/mql  (cmo, cfo, cro)
      handoff/mql-to-development  by qualification/mql  (cmo, cro)
      routing/mql-to-development  by qualification/mql  (revops, cmo, cro)
      stage/inquiry  by qualification/mql  (cmo, cro)
      stage/mql  by qualification/mql  (cmo, cro)
      stage/recycle  by qualification/mql  (cmo, cro)
      charter/cro  by handoff/mql-to-development <- qualification/mql  (cro, cfo, cmo)
      handoff/pql-to-development  by stage/recycle <- qualification/mql  (cro, cmo)
      handoff/sql-to-sales  by stage/recycle <- qualification/mql  (cro, cmo)
      metric/mql-acceptance  by stage/mql <- qualification/mql  (cro, cmo)
      metric/mql-to-sql  by stage/mql <- qualification/mql  (cmo, cro)
      motion/inbound  by stage/inquiry <- qualification/mql  (cmo, cro)
      and 26 more, which `--format json` lists
    stderr:
    1 document differs between main and the work tree; 38 definitions rest on that.
    "#);
    let printed = environment.canon(&["diff", "--format", "json"]).expect(0).stdout;
    let comparison: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let row = &comparison["rows"][0];
    assert_eq!((&comparison["base"], &comparison["current"]), (&"main".into(), &"the work tree".into()));
    assert_eq!((&row["impact"], &row["needs"][0]["role"]), (&"major".into(), &"cmo".into()));
    assert_eq!(row["fields"][0]["code"], "cooling-off-lengthened");
    assert_eq!(row["meanings"][0]["fields"], serde_json::json!([0]));
    assert_snapshot!(ran(&environment, &["diff", "HEAD", "HEAD"]), @r#"
    status: 0
    stdout:
    stderr:
    0 documents differ between HEAD and HEAD.
    "#);
}

#[test]
fn propose_status_and_approve() {
    let environment = Environment::with_registry();
    environment.edit(MQL, "\"days\": 60", "\"days\": 90");
    let arguments = ["propose", "--title", "Wait longer", "--why", "They come back too soon."];
    assert_snapshot!(ran(&environment, &arguments), @r#"
    status: 0
    stdout:
    # Wait longer

    They come back too soon.

    ## What this change means

    **Marketing qualified lead** (`qualification/mql`, 1.0.0 to 2.0.0). Who qualified once must wait longer to qualify again: 90 days, no longer 60 days. It holds from 2026-02-01 as before; periods before keep the numbers that they had, those since need not. Chief marketing officer must agree.

    | what | meaning | before | after | impact | must agree |
    | --- | --- | --- | --- | --- | --- |
    | Marketing qualified lead: requalify / cooling off | Who qualified once must wait longer to qualify again (`cooling-off-lengthened`) | 60 days | 90 days | major | Chief marketing officer |

    ### What rests on it

    38 definitions rest on this, among them the numbers MQL to SAL, MQL to SQL and Time in acceptance.

    <details>
    <summary>All 38, near ones first</summary>

    | definition | rests on it by | answer for it |
    | --- | --- | --- |
    | Charter of the CMO (`charter/cmo`) | `qualification/mql` | Chief marketing officer, Chief financial officer, Chief revenue officer |
    | MQL to sales development (`handoff/mql-to-development`) | `qualification/mql` | Chief marketing officer, Chief revenue officer |
    | MQLs and PQLs to sales development (`routing/mql-to-development`) | `qualification/mql` | Revenue operations, Chief marketing officer, Chief revenue officer |
    | Inquiry (`stage/inquiry`) | `qualification/mql` | Chief marketing officer, Chief revenue officer |
    | Marketing qualified lead (`stage/mql`) | `qualification/mql` | Chief marketing officer, Chief revenue officer |
    | Recycle (`stage/recycle`) | `qualification/mql` | Chief marketing officer, Chief revenue officer |
    | Charter of the CRO (`charter/cro`) | `handoff/mql-to-development` &larr; `qualification/mql` | Chief revenue officer, Chief financial officer, Chief marketing officer |
    | PQL to sales development (`handoff/pql-to-development`) | `stage/recycle` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | SQL to sales (`handoff/sql-to-sales`) | `stage/recycle` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | MQL to SAL (`metric/mql-acceptance`) | `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | MQL to SQL (`metric/mql-to-sql`) | `stage/mql` &larr; `qualification/mql` | Chief marketing officer, Chief revenue officer |
    | Inbound (`motion/inbound`) | `stage/inquiry` &larr; `qualification/mql` | Chief marketing officer, Chief revenue officer |
    | Product-led (`motion/product-led`) | `stage/inquiry` &larr; `qualification/mql` | Chief marketing officer, Chief revenue officer |
    | Product qualified lead (`qualification/pql`) | `stage/recycle` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | Sales accepted lead (`qualification/sal`) | `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | Lifecycle stage in HubSpot (`status-map/hubspot-person`) | `stage/inquiry` &larr; `qualification/mql` | Revenue operations, Chief marketing officer, Chief revenue officer |
    | Lead status in Salesforce (`status-map/salesforce-person`) | `stage/inquiry` &larr; `qualification/mql` | Revenue operations, Chief marketing officer, Chief revenue officer |
    | Monthly review of performance (`cadence/monthly-performance`) | `metric/mql-to-sql` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief financial officer, Chief marketing officer |
    | Weekly review of bottlenecks (`cadence/weekly-bottleneck`) | `metric/mql-acceptance` &larr; `stage/mql` &larr; `qualification/mql` | Revenue operations, Chief marketing officer, Chief revenue officer |
    | No MQL by fit alone (`decision/mql-needs-behaviour`) | `metric/mql-to-sql` &larr; `stage/mql` &larr; `qualification/mql` | Chief marketing officer, Chief revenue officer |
    | Enterprise (`motion/enterprise`) | `motion/product-led` &larr; `stage/inquiry` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | Partner (`motion/partner`) | `motion/product-led` &larr; `stage/inquiry` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | Sales qualified lead (`qualification/sql`) | `qualification/sal` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | Quarter, downside (`scenario/quarter-downside`) | `metric/mql-to-sql` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief financial officer, Chief marketing officer |
    | Product qualified lead (`stage/pql`) | `qualification/pql` &larr; `stage/recycle` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | Sales accepted lead (`stage/sal`) | `qualification/sal` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | MQL to SQL, enterprise, fiscal 2026 (`target/mql-to-sql-enterprise`) | `metric/mql-to-sql` &larr; `stage/mql` &larr; `qualification/mql` | Chief marketing officer, Chief revenue officer |
    | MQL to SQL, mid-market, fiscal 2026 (`target/mql-to-sql-mid-market`) | `metric/mql-to-sql` &larr; `stage/mql` &larr; `qualification/mql` | Chief marketing officer, Chief revenue officer |
    | MQL to SQL, small, fiscal 2026 (`target/mql-to-sql-small`) | `metric/mql-to-sql` &larr; `stage/mql` &larr; `qualification/mql` | Chief marketing officer, Chief revenue officer |
    | Time in acceptance (`metric/time-in-sal`) | `stage/sal` &larr; `qualification/sal` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | Opened on an SQL (`opportunity-rule/sales-qualified`) | `qualification/sql` &larr; `qualification/sal` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer, Chief financial officer |
    | SQLs to account executives (`routing/sql-to-executives`) | `qualification/sql` &larr; `qualification/sal` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer, Revenue operations |
    | Sales qualified lead (`stage/sql`) | `qualification/sql` &larr; `qualification/sal` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer |
    | Charter of revenue operations (`charter/revops`) | `metric/time-in-sal` &larr; `stage/sal` &larr; `qualification/sal` &larr; `stage/mql` &larr; `qualification/mql` | Revenue operations, Chief marketing officer, Chief revenue officer |
    | Opened on a customer who is ready (`opportunity-rule/expansion`) | `opportunity-rule/sales-qualified` &larr; `qualification/sql` &larr; `qualification/sal` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief financial officer |
    | Opened on a term that ends (`opportunity-rule/renewal`) | `opportunity-rule/sales-qualified` &larr; `qualification/sql` &larr; `qualification/sal` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief financial officer |
    | Time in acceptance, enterprise, fiscal 2026 (`target/time-in-sal-enterprise`) | `metric/time-in-sal` &larr; `stage/sal` &larr; `qualification/sal` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer, Revenue operations |
    | Time in acceptance, mid-market, fiscal 2026 (`target/time-in-sal-mid-market`) | `metric/time-in-sal` &larr; `stage/sal` &larr; `qualification/sal` &larr; `stage/mql` &larr; `qualification/mql` | Chief revenue officer, Chief marketing officer, Revenue operations |

    </details>

    <details>
    <summary>The texts</summary>

    ```diff
    --- a/registry/definitions/qualification/mql.json
    +++ b/registry/definitions/qualification/mql.json
    @@ -2,7 +2,7 @@
       "$schema": "../../../schemas/qualification.schema.json",
       "kind": "qualification",
       "id": "mql",
    -  "version": "1.0.0",
    +  "version": "2.0.0",
       "status": "active",
       "name": "Marketing qualified lead",
       "owner": "cmo",
    @@ -410,7 +410,7 @@
           }
         ],
         "cooling_off": {
    -      "days": 60
    +      "days": 90
         },
         "reported_date": "latest",
         "writes": {
    ```

    </details>

    ### Needs the approval of

    - cmo: keeper

    To approve, check out this branch and type `canon approve 2026-05-01-wait-longer`.
    stderr:
    Proposed on the branch `change/2026-05-01-wait-longer`.

    Next: push `change/2026-05-01-wait-longer` and open a pull request with the text above; approvers type
          `canon approve 2026-05-01-wait-longer` on that branch.
    "#);
    assert_snapshot!(ran(&environment, &arguments), @r#"
    status: 0
    stdout:
    Nothing to propose: every document is as it was accepted or proposed.
    stderr:
    "#);
    assert_snapshot!(ran(&environment, &["status"]), @r#"
    status: 1
    stdout:
    2026-05-01-wait-longer  Wait longer
      why: They come back too soon.
      proposed by keeper (conceptual)
      qualification/mql  1.0.0 -> 2.0.0  major
      on branch change/2026-05-01-wait-longer
    2026-05-01-wait-longer is not accepted yet.
      qualification/mql
        cmo: missing; keeper may give it
    stderr:
    "#);
    assert_snapshot!(ran(&environment, &["status", "--format", "json"]), @r#"
    status: 1
    stdout:
    {
      "type": "canonry/status@1",
      "changes": [
        {
          "id": "2026-05-01-wait-longer",
          "branch": "change/2026-05-01-wait-longer",
          "state": "waiting",
          "change": {
            "type": "canonry/change@1",
            "registry": "sha256:DIGEST",
            "id": "2026-05-01-wait-longer",
            "after": "sha256:DIGEST",
            "title": "Wait longer",
            "why": "They come back too soon.",
            "reason": "conceptual",
            "proposer": "keeper",
            "opened": "2026-05-01T09:00:00Z",
            "ratifies": [],
            "rows": [
              {
                "path": "registry/definitions/qualification/mql.json",
                "from": "sha256:DIGEST",
                "to": "sha256:DIGEST",
                "version": {
                  "from": "1.0.0",
                  "to": "2.0.0"
                },
                "impact": "major"
              }
            ]
          },
          "verdict": {
            "rows": [
              {
                "path": "registry/definitions/qualification/mql.json",
                "rules": [
                  "meaning"
                ],
                "slots": [
                  {
                    "role": "cmo",
                    "filled_by": null,
                    "may": [
                      "keeper"
                    ],
                    "via": [
                      "ssh",
                      "relay"
                    ]
                  }
                ],
                "denied": null
              }
            ],
            "rejected_by": [],
            "own_approval_ignored": false
          },
          "decisions": [],
          "outdated": [],
          "findings": [
            {
              "code": "approval-missing",
              "level": "error",
              "path": "registry/changes/2026-05/2026-05-01-wait-longer/change.json",
              "pointer": null,
              "place": null,
              "message": "the approval of cmo is missing (keeper may give it)",
              "hint": null
            }
          ]
        }
      ]
    }
    stderr:
    "#);
    assert_snapshot!(ran(&environment, &["approve"]), @r#"
    status: 2
    stdout:
    2026-05-01-wait-longer  Wait longer
      why: They come back too soon.
      proposed by keeper (conceptual)
    qualification/mql  1.0.0 -> 2.0.0  major
      Requalify / cooling off: who qualified once must wait longer to qualify again (cooling-off-lengthened, major)
        60 days -> 90 days
      needs: Chief marketing officer
    --- a/registry/definitions/qualification/mql.json
    +++ b/registry/definitions/qualification/mql.json
    @@ -2,7 +2,7 @@
       "$schema": "../../../schemas/qualification.schema.json",
       "kind": "qualification",
       "id": "mql",
    -  "version": "1.0.0",
    +  "version": "2.0.0",
       "status": "active",
       "name": "Marketing qualified lead",
       "owner": "cmo",
    @@ -410,7 +410,7 @@
           }
         ],
         "cooling_off": {
    -      "days": 60
    +      "days": 90
         },
         "reported_date": "latest",
         "writes": {
    38 definitions rest on what changed, among them the numbers MQL to SAL, MQL to SQL and Time in acceptance:
      charter/cmo  by qualification/mql  (cmo, cfo, cro)
      handoff/mql-to-development  by qualification/mql  (cmo, cro)
      routing/mql-to-development  by qualification/mql  (revops, cmo, cro)
      stage/inquiry  by qualification/mql  (cmo, cro)
      stage/mql  by qualification/mql  (cmo, cro)
      stage/recycle  by qualification/mql  (cmo, cro)
      charter/cro  by handoff/mql-to-development <- qualification/mql  (cro, cfo, cmo)
      handoff/pql-to-development  by stage/recycle <- qualification/mql  (cro, cmo)
      handoff/sql-to-sales  by stage/recycle <- qualification/mql  (cro, cmo)
      metric/mql-acceptance  by stage/mql <- qualification/mql  (cro, cmo)
      metric/mql-to-sql  by stage/mql <- qualification/mql  (cmo, cro)
      motion/inbound  by stage/inquiry <- qualification/mql  (cmo, cro)
      and 26 more, which `--format json` lists
    stderr:
    error: this is no terminal, so nobody can be asked
    hint: Read what is shown above, then type the command again with `--yes`.
    "#);
    assert_snapshot!(ran(&environment, &["approve", "--yes", "-q"]), @r#"
    status: 0
    stdout:
    2026-05-01-wait-longer  Wait longer
      why: They come back too soon.
      proposed by keeper (conceptual)
    qualification/mql  1.0.0 -> 2.0.0  major
      Requalify / cooling off: who qualified once must wait longer to qualify again (cooling-off-lengthened, major)
        60 days -> 90 days
      needs: Chief marketing officer
    --- a/registry/definitions/qualification/mql.json
    +++ b/registry/definitions/qualification/mql.json
    @@ -2,7 +2,7 @@
       "$schema": "../../../schemas/qualification.schema.json",
       "kind": "qualification",
       "id": "mql",
    -  "version": "1.0.0",
    +  "version": "2.0.0",
       "status": "active",
       "name": "Marketing qualified lead",
       "owner": "cmo",
    @@ -410,7 +410,7 @@
           }
         ],
         "cooling_off": {
    -      "days": 60
    +      "days": 90
         },
         "reported_date": "latest",
         "writes": {
    38 definitions rest on what changed, among them the numbers MQL to SAL, MQL to SQL and Time in acceptance:
      charter/cmo  by qualification/mql  (cmo, cfo, cro)
      handoff/mql-to-development  by qualification/mql  (cmo, cro)
      routing/mql-to-development  by qualification/mql  (revops, cmo, cro)
      stage/inquiry  by qualification/mql  (cmo, cro)
      stage/mql  by qualification/mql  (cmo, cro)
      stage/recycle  by qualification/mql  (cmo, cro)
      charter/cro  by handoff/mql-to-development <- qualification/mql  (cro, cfo, cmo)
      handoff/pql-to-development  by stage/recycle <- qualification/mql  (cro, cmo)
      handoff/sql-to-sales  by stage/recycle <- qualification/mql  (cro, cmo)
      metric/mql-acceptance  by stage/mql <- qualification/mql  (cro, cmo)
      metric/mql-to-sql  by stage/mql <- qualification/mql  (cmo, cro)
      motion/inbound  by stage/inquiry <- qualification/mql  (cmo, cro)
      and 26 more, which `--format json` lists
    `keeper` approved 2026-05-01-wait-longer.
    2026-05-01-wait-longer has everything it needs; it settles when its branch lands.
      qualification/mql
        cmo: approved by keeper
    stderr:
    "#);
    assert_snapshot!(ran(&environment, &["approve", "--yes", "-q"]), @r#"
    status: 0
    stdout:
    2026-05-01-wait-longer  Wait longer
      why: They come back too soon.
      proposed by keeper (conceptual)
    qualification/mql  1.0.0 -> 2.0.0  major
      Requalify / cooling off: who qualified once must wait longer to qualify again (cooling-off-lengthened, major)
        60 days -> 90 days
      needs: Chief marketing officer
    --- a/registry/definitions/qualification/mql.json
    +++ b/registry/definitions/qualification/mql.json
    @@ -2,7 +2,7 @@
       "$schema": "../../../schemas/qualification.schema.json",
       "kind": "qualification",
       "id": "mql",
    -  "version": "1.0.0",
    +  "version": "2.0.0",
       "status": "active",
       "name": "Marketing qualified lead",
       "owner": "cmo",
    @@ -410,7 +410,7 @@
           }
         ],
         "cooling_off": {
    -      "days": 60
    +      "days": 90
         },
         "reported_date": "latest",
         "writes": {
    38 definitions rest on what changed, among them the numbers MQL to SAL, MQL to SQL and Time in acceptance:
      charter/cmo  by qualification/mql  (cmo, cfo, cro)
      handoff/mql-to-development  by qualification/mql  (cmo, cro)
      routing/mql-to-development  by qualification/mql  (revops, cmo, cro)
      stage/inquiry  by qualification/mql  (cmo, cro)
      stage/mql  by qualification/mql  (cmo, cro)
      stage/recycle  by qualification/mql  (cmo, cro)
      charter/cro  by handoff/mql-to-development <- qualification/mql  (cro, cfo, cmo)
      handoff/pql-to-development  by stage/recycle <- qualification/mql  (cro, cmo)
      handoff/sql-to-sales  by stage/recycle <- qualification/mql  (cro, cmo)
      metric/mql-acceptance  by stage/mql <- qualification/mql  (cro, cmo)
      metric/mql-to-sql  by stage/mql <- qualification/mql  (cmo, cro)
      motion/inbound  by stage/inquiry <- qualification/mql  (cmo, cro)
      and 26 more, which `--format json` lists
    `keeper` approved exactly this proposal already.
    stderr:
    "#);
    assert_snapshot!(ran(&environment, &["status", "2026-05-01-wait-longer"]), @r#"
    status: 0
    stdout:
    2026-05-01-wait-longer  Wait longer
      why: They come back too soon.
      proposed by keeper (conceptual)
      qualification/mql  1.0.0 -> 2.0.0  major
      on branch change/2026-05-01-wait-longer
    2026-05-01-wait-longer has everything it needs; it settles when its branch lands.
      qualification/mql
        cmo: approved by keeper
    stderr:
    "#);
}

#[test]
fn verify_log_and_publish() {
    let environment = proposed();
    environment.canon(&["approve", "--yes"]).expect(0);
    environment.git(&["switch", "-q", "main"]);
    environment.git(&["merge", "-q", "--no-ff", "-m", "Merge", "change/2026-05-01-wait-longer"]);
    assert_snapshot!(ran(&environment, &["verify"]), @r#"
    status: 0
    stdout:
    main at SHORT: proven.
      trust     sha256:DIGEST (pinned)
      accepted  201 documents, of which N definitions
      ledger    1 settled change over 2 commits, 1 decision that counted
    stderr:
    "#);
    assert_snapshot!(ran(&environment, &["log", "qualification/mql"]), @r#"
    status: 0
    stdout:
    2026-05-01-wait-longer  Wait longer
      why: They come back too soon.
      proposed by keeper (conceptual)
      qualification/mql  1.0.0 -> 2.0.0  major
        /requalify/cooling_off  {"days":60} -> {"days":90}  (major, cooling-off-lengthened)
      approved by keeper at 2026-05-01T09:00:00Z with SHA256:KEY
      settled 2026-05-01 at SHORT by Keeper <keeper@example.com>
    stderr:
    "#);
    assert_snapshot!(ran(&environment, &["publish", "--dry-run"]), @r#"
    status: 0
    stdout:
    Release 1.0.0 of N definitions
      commit    COMMIT
      root      sha256:DIGEST
      previous  none; this is the first
    stderr:
    Nothing was written.
    "#);
    assert_snapshot!(ran(&environment, &["publish"]), @r#"
    status: 0
    stdout:
    Release 1.0.0 of N definitions
      commit    COMMIT
      root      sha256:DIGEST
      previous  none; this is the first
    stderr:

    Committed on `main`. Next: `git tag canon/v1.0.0 COMMIT` and push both.
    "#);
    assert_snapshot!(ran(&environment, &["publish"]), @r#"
    status: 0
    stdout:
    Nothing to publish: no definition changed since 1.0.0.
    stderr:
    "#);
    assert_snapshot!(environment.read("registry/CHANGELOG.md"), @r#"
    # Changes of Test

    Written by `canon publish` from the ledger. Proof is in the records, not here.

    ## 1.0.0 (2026-05-01)

    - **Wait longer** (`2026-05-01-wait-longer`, 2026-05-01): They come back too soon. Approved by keeper.
      - `qualification/mql` 1.0.0 to 2.0.0 (major)
    "#);
    environment.edit(MQL, "\"days\": 90", "\"days\": 91");
    environment.commit("Quietly");
    assert_snapshot!(ran(&environment, &["verify"]), @r#"
    status: 1
    stdout:
    error[content-not-accepted]: this document differs from the accepted one: no change record covers it
    --> registry/definitions/qualification/mql.json
     = help: It came with SHORT by Keeper <keeper@example.com>: "Quietly". Type `canon propose` to ask for the approval of cmo (keeper), or `git revert SHORT`.

    main at SHORT: NOT proven.
      trust     sha256:DIGEST (pinned)
      accepted  201 documents, of which N definitions
      ledger    1 settled change over 4 commits, 1 decision that counted
      release   1.0.0 (1 in all)
    stderr:
    "#);
    assert_snapshot!(ran(&environment, &["publish"]), @r#"
    status: 1
    stdout:
    error[content-not-accepted]: this document differs from the accepted one: no change record covers it
    --> registry/definitions/qualification/mql.json
     = help: It came with SHORT by Keeper <keeper@example.com>: "Quietly". Type `canon propose` to ask for the approval of cmo (keeper), or `git revert SHORT`.

    stderr:
    Nothing was published: only what is proven against a pinned trust digest can be.
    "#);
    environment.git(&["config", "--unset", "canonry.trust"]);
    environment.git(&["reset", "-q", "--hard", "HEAD~1"]);
    assert_snapshot!(ran(&environment, &["verify"]), @r#"
    status: 0
    stdout:
    warning[unpinned]: no trust digest was given to hold this registry against; it says that it is sha256:DIGEST
    --> registry/registry.json
     = help: Type `git config canonry.trust DIGEST` with the digest that you were given by other ways.

    main at SHORT: proven.
      trust     sha256:DIGEST (not pinned)
      accepted  201 documents, of which N definitions
      ledger    1 settled change over 3 commits, 1 decision that counted
      release   1.0.0 (1 in all)
    stderr:
    "#);
    let other = format!("sha256:{}", "0".repeat(64));
    assert_snapshot!(ran(&environment, &["verify", "--trust", &other]), @r#"
    status: 1
    stdout:
    error[trust-mismatch]: this registry is sha256:DIGEST, but sha256:DIGEST is the one you trust
    --> registry/registry.json

    main at SHORT: NOT proven.
      trust     sha256:DIGEST (pinned)
      accepted  201 documents, of which N definitions
      ledger    1 settled change over 3 commits, 1 decision that counted
      release   1.0.0 (1 in all)
    stderr:
    "#);
}

#[test]
fn explain_and_completions() {
    let environment = Environment::new();
    assert_snapshot!(environment.canon(&["explain", "approval-void"]), @r#"
    status: 0
    stdout:
    approval-void (warning)
    A decision does not count

    Why it matters: A decision counts only for the exact proposal that was signed, by a person and a key that count.
    How to mend it: Ask the person to type `canon approve CHANGE` again, after reading what changed.
    It cannot be waived (registry/waivers.json).
    stderr:
    "#);
    for shell in ["bash", "zsh", "fish"] {
        assert!(environment.canon(&["completions", shell]).expect(0).stdout.contains("canon"));
    }
}

#[test]
fn help_and_usage() {
    let environment = Environment::new();
    assert_snapshot!(environment.canon(&["--help"]), @r#"
    status: 0
    stdout:
    A git-native registry of governed revenue definitions.

    `canon` alone says where you stand and what to type next. `canon demo` shows the whole loop in a
    throw-away folder.

    Usage: canon [OPTIONS] [COMMAND]

    Commands:
      demo         Build a throw-away registry with a real definition history and walk the whole loop
      init         Start a registry in a git repository: schemas, starter definitions, policy, yourself
      new          Write a new definition, with all that can be told and blanks for the rest
      check        Find everything that is wrong: form, references, criteria, examples; with a baseline,
                   versions
      fmt          Write governed files in their stored form
      list         List definitions
      show         Show a definition in plain words
      refs         Show what a definition refers to, and what depends on it
      diff         Compare two sides: what a change means, whom it moves, and what rests on it
      people       List people and their keys, or write down that somebody joins, leaves, or has another
                   key
      policy       Say who must approve a change of a document, who may, and by which rules
      propose      Propose what you edited: sets versions, signs the change record, commits it on a
                   branch
      status       Show what a change still needs, and who may give it
      approve      Approve a change: shows what it does, asks, and signs your decision
      relay        Relay a decision: reads what a forge says of a review, and signs it with the relay's
                   own key
      verify       Prove from git alone that everything on the branch was approved
      log          Show who changed what, when and why, and who approved it
      blame        Show which change gave each value of a definition, and who agreed
      maturity     Show how mature the revenue system is, by the registry's own evidence, and what is
                   missing for the next stage
      publish      Publish the accepted definitions: a signed manifest of digests, chained to the one
                   before
      explain      Explain the code of a finding or of a change, or list them all; or the properties of
                   a kind; or print the schema of a JSON output
      completions  Print a completion script for a shell
      help         Print this message or the help of the given subcommand(s)

    Options:
      -C, --directory <DIR>
              Work in this folder
              
              [default: .]

          --format <FORMAT>
              How results are shown

              Possible values:
              - text:     For people
              - json:     For programs; `canon explain TYPE` prints the schema
              - github:   Annotations of GitHub Actions
              - gitlab:   A code quality report of GitLab
              - junit:    JUnit XML
              - sarif:    SARIF 2.1.0, for code scanning
              - markdown: A table for a job summary or a comment
              - csv:      Comma-separated values, for spreadsheets
              
              [default: text]

          --color <COLOR>
              Colours: only on a terminal, always, or never

              Possible values:
              - auto:   On a terminal
              - always: Always
              - never:  Never
              
              [default: auto]

      -q, --quiet
              Say only what is wrong

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Exit status: 0 nothing to report; 1 findings, denied or unproven; 2 the job could not be done.
    stderr:
    "#);
    assert_snapshot!(environment.canon(&["prove"]), @r#"
    status: 2
    stdout:
    stderr:
    error: unrecognized subcommand 'prove'

      tip: some similar subcommands exist: 'people', 'propose', 'approve'

    Usage: canon [OPTIONS] [COMMAND]

    For more information, try '--help'.
    "#);
    assert_snapshot!(environment.canon(&["propose", "--format", "json"]), @r#"
    status: 2
    stdout:
    stderr:
    error: `$FOLDER/work` is in no git repository
    hint: Type `git init` there, then `canon init`; or name another folder with `-C DIR`.
    "#);
}
