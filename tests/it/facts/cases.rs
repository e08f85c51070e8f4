//! The twenty-six hard cases for which companies have written rules.

use super::Place;
use super::Says::{Has, Is, Tells};

pub(super) const CASES: [(&str, &[Place]); 26] = [
    (
        "1: who qualifies again",
        &[
            ("qualification/mql", "/requalify/from", Is(r#"[{"stage": "recycle"}]"#)),
            ("qualification/mql", "/requalify/cooling_off", Is(r#"{"days": 60}"#)),
            ("qualification/mql", "/requalify/reported_date", Is("\"latest\"")),
            ("stage/mql", "/dated/reported", Is("\"latest\"")),
            ("qualification/mql", "/requalify/writes", Has(&["first", "latest", "count"])),
        ],
    ),
    (
        "2: three different ends with reasons, and no way back to the first stage",
        &[
            ("stage/recycle", "/reasons", Has(&["no-budget-yet", "no-answer", "wrong-moment"])),
            ("stage/recycle", "/leaves/qualified/to", Is("\"mql\"")),
            ("stage/disqualified", "/reasons", Has(&["no-need", "bad-data"])),
            ("stage/disqualified", "/leaves", Is("[]")),
            ("stage/ineligible", "/reasons", Has(&["student-or-private", "unserved-country"])),
            ("stage/ineligible", "/leaves", Is("[]")),
            ("stage/inquiry", "/reentry", Is("\"forbidden\"")),
            (
                "status-map/salesforce-person",
                "/reasons/0/values",
                Tells(&["\"ineligible\"", "\"in_denominators\":false"]),
            ),
        ],
    ),
    (
        "3: skipped stages",
        &[
            ("stage/mql", "/skip/dated", Is("\"missing\"")),
            ("stage/evaluation", "/skip/dated", Is("\"landing-stage\"")),
            ("metric/mql-to-sql", "/measures/sqls/skipped", Is("\"left-out\"")),
            ("metric/time-in-sal", "/measures/stays/skipped", Is("\"missing\"")),
        ],
    ),
    (
        "4: a status that was changed in bulk",
        &[
            ("stage/mql", "/dated/changed_in_bulk", Is("\"left-out\"")),
            ("status-map/salesforce-person", "/bulk", Is("\"correction\"")),
            ("metric/mql-to-sql", "/measures/mqls/changed_in_bulk", Is("\"left-out\"")),
        ],
    ),
    (
        "5: a change of owner while a clock runs",
        &[
            ("sla/mql-response", "/owner_change/timer", Is("\"one-per-owner\"")),
            ("sla/mql-response", "/owner_change/earlier_timers", Is("\"reported-not-judged\"")),
            ("sla/mql-response", "/examples/given-to-a-colleague/expect/0/outcome", Is("\"transferred\"")),
            ("metric/mql-response-kept", "/measures/kept/take", Is("\"timers\"")),
        ],
    ),
    (
        "6: work outside business hours",
        &[
            ("sla/mql-response", "/clock/counts", Is("\"business\"")),
            ("sla/mql-response", "/clock/zero_elapsed", Is("\"met\"")),
            ("sla/mql-response", "/examples/in-the-morning/expect/0/business_minutes", Is("60")),
            ("sla/pql-response", "/examples/worked-at-night-answered-in-the-morning/expect/0/outcome", Is("\"met\"")),
            ("routing/mql-to-development", "/outside_hours", Is("\"given-at-once\"")),
        ],
    ),
    (
        "7: no score is not a score of zero",
        &[
            ("score-model/person-score", "/standing/cases/no-address/is", Is("\"unscored\"")),
            ("score-model/person-score", "/examples/nothing-known/expect", Is(r#"{"standing": "unscored"}"#)),
            ("qualification/mql", "/examples/has-no-score/expect/outcome", Is("\"not-met\"")),
        ],
    ),
    (
        "8: a partner works the lead: the score is frozen, and decays",
        &[
            ("score-model/person-score", "/parts/behaviour/accrue_when", Tells(&["person.worked_by", "\"partner\""])),
            ("score-model/person-score", "/parts/behaviour/decay/idle/while_frozen", Is("\"continues\"")),
            ("score-model/person-score", "/examples/a-partner-talks-to-them/expect/parts/behaviour", Is("44")),
            ("handoff/mql-to-development", "/worked_by_partner", Is("\"leave\"")),
            ("routing/mql-to-development", "/rules/cases/worked-by-partner/is/to", Is("\"nobody\"")),
        ],
    ),
    (
        "9: a partner registers a deal that is open already",
        &[
            ("attribution/sourced-by-team", "/overrides/late-registration/by", Is("\"cro\"")),
            ("attribution/sourced-by-team", "/overrides/late-registration/window/to/by/days", Is("14")),
            ("attribution/sourced-by-team", "/examples/registered-too-late/expect/team", Is("\"marketing\"")),
            ("attribution/sourced-by-team", "/examples/late-but-granted/expect/team", Is("\"partner\"")),
            ("decision/partner-late-registration", "/chosen", Is("\"granted\"")),
        ],
    ),
    (
        "10: an approach by sales within days outdoes an inbound source",
        &[
            ("attribution/sourced-by-team", "/source/cases/answered-approach/when/window/from/by/days", Is("-30")),
            ("attribution/sourced-by-team", "/source/cases/answered-approach/is", Is("\"sales\"")),
            ("attribution/sourced-by-team", "/examples/answered-approach-wins/expect/team", Is("\"sales\"")),
        ],
    ),
    (
        "11: the account has an open opportunity",
        &[
            ("qualification/mql", "/exclusions/open-opportunity/when", Tells(&["opportunity.is_open"])),
            ("qualification/mql", "/examples/deal-is-under-way/expect/by", Is("\"open-opportunity\"")),
            ("handoff/mql-to-development", "/account_with_open_opportunity", Is("\"attach\"")),
            ("opportunity-rule/sales-qualified", "/already_open/otherwise", Is("\"attach\"")),
        ],
    ),
    (
        "12: merged records keep the oldest source",
        &[
            ("attribution/sourced-by-team", "/merged_records", Is("\"oldest\"")),
            ("opportunity-rule/sales-qualified", "/merged_records", Is("\"earliest\"")),
            ("stage/mql", "/dated/merged_records", Is("\"earliest\"")),
        ],
    ),
    (
        "13: customers without sales",
        &[
            ("motion/product-led", "/criteria", Tells(&["opportunity.self_serve"])),
            ("motion/product-led", "/path", Is(r#"["inquiry", "pql", "closed-won", "customer"]"#)),
            ("stage/customer", "/enters/bought/from", Has(&["inquiry", "pql"])),
            ("stage/closed-won", "/enters/bought-on-the-site/from", Is("[]")),
            ("opportunity-rule/expansion", "/without_sales", Is("\"opened-and-won\"")),
        ],
    ),
    (
        "14: expansion with a cycle of zero days",
        &[
            ("opportunity-rule/expansion", "/zero_days", Is("\"left-out\"")),
            ("metric/days-to-sign", "/population/where/equals", Is("\"new\"")),
            (
                "metric/pipeline-velocity",
                "/measures/cycle/where",
                Tells(&["opportunity.accepted_at", "\"at_least\":1"]),
            ),
        ],
    ),
    (
        "15: a customer who returns is a renewal for a while, then new business",
        &[
            ("opportunity-rule/sales-qualified", "/opens/order_type/by/cases/came-back-soon/is", Is("\"renewal\"")),
            (
                "opportunity-rule/sales-qualified",
                "/opens/order_type/by/cases/came-back-soon/when/where",
                Tells(&["subscription.ends_on", "\"at_most\":180"]),
            ),
            ("opportunity-rule/sales-qualified", "/opens/order_type/by/otherwise", Is("\"new\"")),
            ("stage/churned", "/leaves/came-back/to", Is("\"onboarding\"")),
        ],
    ),
    (
        "16: registered is not attended",
        &[
            ("attribution/marketing-influenced", "/touches/eligible/event-attended/when", Tells(&["\"attended\""])),
            (
                "attribution/marketing-influenced",
                "/examples/registered-is-not-attended/expect/outcome",
                Is("\"not-influenced\""),
            ),
            ("qualification/engaged-person", "/examples/only-registered/expect/outcome", Is("\"not-met\"")),
        ],
    ),
    (
        "17: the segment is not known",
        &[
            ("segment/unknown-size", "/criteria", Tells(&["\"is_known\":false"])),
            ("segment/unknown-size", "/examples/nothing-known/expect/outcome", Is("\"met\"")),
            ("segment/enterprise", "/examples/nothing-known/expect/outcome", Is("\"not-met\"")),
            ("routing/sql-to-executives", "/rules/cases/size-unknown/is/role", Is("\"sales-manager\"")),
        ],
    ),
    (
        "18: parents and children, and two tests of size that disagree",
        &[
            ("entity/account", "/relations/parent/to", Is("\"account\"")),
            ("segment/enterprise", "/criteria/any", Tells(&["account.group_employees", "account.developers"])),
            ("segment/enterprise", "/examples/by-developers-alone/expect/outcome", Is("\"met\"")),
            ("segment/enterprise", "/examples/small-company-of-a-large-group/expect/outcome", Is("\"met\"")),
            ("segment/enterprise", "/group", Is("\"each\"")),
            (
                "routing/mql-to-development",
                "/rules/cases/parent-has-owner/is/of",
                Is("\"person.account.parent.owner\""),
            ),
        ],
    ),
    (
        "19: closed periods; mistakes restate, ideas freeze",
        &[
            ("qualification/mql", "/effective/history", Is("\"freeze\"")),
            ("metric/win-rate", "/effective/history", Is("\"restate\"")),
            ("metric/win-rate", "/valued/after_close", Is("\"locked\"")),
            ("metric/sales-and-marketing-cost", "/valued/after_close", Is("\"restated\"")),
            ("decision/definitions-move-quarterly", "/summary", Tells(&["restate the past", "leave the past alone"])),
        ],
    ),
    (
        "20: step-ups, the day after the term, days of grace",
        &[
            ("entity/subscription", "/summary", Tells(&["step-up"])),
            ("metric/net-revenue-retention", "/measures/base/per", Is("\"subscription.account\"")),
            ("metric/net-revenue-retention", "/measures/base/in_force/ends", Is("\"both\"")),
            ("metric/net-revenue-retention", "/measures/base/in_force/grace", Is(r#"{"days": 30}"#)),
            ("opportunity-rule/renewal", "/examples/on-the-last-day/expect/outcome", Is("\"met\"")),
            ("opportunity-rule/renewal", "/examples/grace-is-over/expect/outcome", Is("\"not-met\"")),
        ],
    ),
    (
        "21: currency, and the day of the rate",
        &[
            ("attribution/sourced-by-team", "/amount/currency/rate_on", Is("\"opportunity.created_at\"")),
            ("metric/new-bookings", "/measures/booked/currency/rate_on", Is("\"opportunity.closed_at\"")),
            ("target/new-bookings", "/money", Is(r#"{"currency": "USD", "rates": "planned"}"#)),
            ("scenario/quarter-expected", "/amount/currency/rate_on", Is("\"period.start\"")),
        ],
    ),
    (
        "22: accounts qualify: fit, and several personas of the buying group",
        &[
            ("qualification/mqa", "/subject", Is("\"account\"")),
            (
                "qualification/mqa",
                "/criteria",
                Tells(&["icp/core", "\"count_distinct\":\"person.persona\"", "\"at_least\":3"]),
            ),
            ("qualification/mqa", "/examples/three-people-of-one-persona/expect/outcome", Is("\"not-met\"")),
            ("buying-group/core-purchase", "/reached", Is("\"mqa\"")),
        ],
    ),
    (
        "23: points by action, caps by frequency, decay, exclusions",
        &[
            ("score-model/person-score", "/parts/behaviour/components/asks-for-talk/points", Is("50")),
            ("score-model/person-score", "/parts/behaviour/components/downloads/limit/times", Is("2")),
            (
                "score-model/person-score",
                "/parts/behaviour/decay/idle",
                Tells(&["\"points\":-6", "\"days\":30", "\"days\":15"]),
            ),
            ("score-model/person-score", "/standing/cases/one-of-us/is", Is("\"excluded\"")),
            ("score-model/person-score", "/examples/fades/expect/parts/behaviour", Is("26")),
        ],
    ),
    (
        "24: definitions change when a fiscal quarter begins, mistakes excepted",
        &[
            ("decision/definitions-move-quarterly", "/chosen", Is("\"quarterly\"")),
            ("cadence/quarterly-planning", "/definitions/in_force", Is("\"next-fiscal-quarter\"")),
            ("cadence/quarterly-planning", "/definitions/sooner_for", Has(&["mistake"])),
            ("segment/enterprise", "/resorted/at", Is("\"fiscal-quarter\"")),
            ("target/mql-to-sql-enterprise", "/reset/at", Is("\"fiscal-quarter\"")),
            // A fresh registry may change on any day; this is how its policy says otherwise.
            ("schemas/policy", "/examples/0/effective_on/0/on", Is("\"fiscal-quarter-start\"")),
            ("schemas/policy", "/examples/0/effective_on/0/except", Has(&["corrective"])),
        ],
    ),
    (
        "25: a definition that names what is gone",
        &[
            // Names are references, so that what is gone can be found; `what_is_gone_is_found` takes three away.
            ("qualification/mql", "/criteria/any/0/all/1/part", Is("\"behaviour\"")),
            ("qualification/mql", "/exclusions/competitor/when/any/0/one_of/list", Is("\"competitor-domains\"")),
            ("motion/inbound", "/constraint/driver", Is("\"response-speed\"")),
        ],
    ),
    (
        "26: what a CRM cannot say",
        &[
            (
                "status-map/salesforce-person",
                "/limits/influence-timeframe",
                Tells(&["\"months\"", "\"step\":3", "\"at_most\":24"]),
            ),
            ("status-map/salesforce-person", "/limits/influence-timeframe/binds/0/keeps", Is("\"not-used\"")),
            ("status-map/hubspot-opportunity", "/limits/stage-probability/step", Is("0.1")),
            ("status-map/hubspot-opportunity", "/limits/stage-probability/binds/0/keeps", Is("\"kept\"")),
        ],
    ),
];
