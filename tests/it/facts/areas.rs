//! The fourteen areas of a revenue operating system.

use super::Place;
use super::Says::{Has, Is, Tells};

pub(super) const AREAS: [(&str, &[Place]); 14] = [
    (
        "the revenue model: motions, segments, sizes and volumes, the constraint, ranges of what is good",
        &[
            ("motion/inbound", "/form", Is("\"inbound\"")),
            ("motion/enterprise", "/form", Is("\"enterprise\"")),
            ("motion/product-led", "/form", Is("\"product-led\"")),
            ("motion/partner", "/form", Is("\"partner\"")),
            ("motion/inbound", "/assumptions/segments/0", Has(&["segment", "value", "opened", "won_share"])),
            ("motion/inbound", "/constraint", Tells(&["response-speed", "mql-to-sql"])),
            ("motion/inbound", "/good", Has(&["coverage", "conversion", "velocity", "retention"])),
        ],
    ),
    (
        "the lifecycle: stages with entry, exit and owner, who qualifies, when an opportunity may be opened",
        &[
            ("stage/sal", "/enters/accepted/by", Is(r#"{"qualification": "sal"}"#)),
            ("stage/sal", "/leaves", Has(&["qualified", "parked", "disqualified", "ineligible"])),
            ("stage/sal", "/owner", Is("\"cro\"")),
            ("qualification/mql", "/criteria", Tells(&["person-score", "at_least", "form_submission"])),
            ("opportunity-rule/sales-qualified", "/opens/opened_by", Has(&["sdr", "account-executive"])),
            ("opportunity-rule/sales-qualified", "/opens/stage", Is("\"discovery\"")),
        ],
    ),
    (
        "credit: sourced and influenced, with their windows",
        &[
            ("attribution/sourced-by-team", "/mode", Is("\"sourced\"")),
            ("attribution/sourced-by-team", "/teams", Has(&["marketing", "sales", "partner", "customer-success"])),
            ("attribution/marketing-influenced", "/mode", Is("\"influenced\"")),
            ("attribution/marketing-influenced", "/window/from/by/days", Is("-150")),
            ("attribution/marketing-influenced", "/window/to", Is("\"opportunity.created_at\"")),
        ],
    ),
    (
        "promises and handoffs: routing, speed to lead, feedback, escalation, reported compliance",
        &[
            ("routing/mql-to-development", "/rules/cases", Has(&["account-has-owner", "europe"])),
            ("metric/speed-to-lead", "/measures/waits/sla", Is("\"mql-response\"")),
            ("handoff/mql-to-development", "/feedback/to", Is("\"cmo\"")),
            ("handoff/mql-to-development", "/slas", Has(&["mql-response"])),
            ("sla/mql-response", "/escalation", Has(&["tell-manager", "give-away"])),
            ("metric/mql-response-kept", "/measures/kept/sla", Is("\"mql-response\"")),
        ],
    ),
    (
        "the KPI spine: a metric of every class, each with owner, driver and play",
        &[
            ("metric/pipeline-coverage", "/class", Is("\"coverage\"")),
            ("metric/marketing-sourced-share", "/class", Is("\"contribution\"")),
            ("metric/mql-to-sql", "/class", Is("\"conversion\"")),
            ("metric/pipeline-velocity", "/class", Is("\"velocity\"")),
            ("metric/cac-payback", "/class", Is("\"efficiency\"")),
            ("metric/net-revenue-retention", "/class", Is("\"retention\"")),
            ("metric/expansion-rate", "/class", Is("\"expansion\"")),
            ("metric/mql-to-sql", "/drivers", Has(&["lead-fit", "response-speed"])),
            ("metric/mql-to-sql", "/plays", Has(&["threshold-retune"])),
        ],
    ),
    (
        "shared targets by segment: quality of meetings, conversion, time in stage",
        &[
            ("target/meeting-held-rate-enterprise", "/shared", Is("true")),
            ("target/meeting-held-rate-enterprise", "/co_owners", Has(&["cmo", "cro"])),
            ("target/mql-to-sql-enterprise", "/shared", Is("true")),
            ("target/mql-to-sql-enterprise", "/segment", Is("\"enterprise\"")),
            ("target/time-in-sal-enterprise", "/metric", Is("\"time-in-sal\"")),
            ("target/time-in-sal-enterprise", "/co_owners", Has(&["cmo", "revops"])),
        ],
    ),
    (
        "the ideal customer and the buying group, with use cases",
        &[
            ("icp/core", "/use_cases", Has(&["audit-readiness", "one-truth", "safe-change"])),
            ("icp/core", "/criteria", Tells(&["account.industry", "segment/mid-market"])),
            ("buying-group/core-purchase", "/personas", Has(&["economic-buyer", "champion"])),
        ],
    ),
    (
        "the cadence: week, month and quarter with owners, inputs and decisions",
        &[
            ("cadence/weekly-bottleneck", "/every", Is("\"week\"")),
            ("cadence/weekly-bottleneck", "/inputs", Has(&["speed", "meetings", "stalled"])),
            ("cadence/weekly-bottleneck", "/decides", Has(&["offer", "targeting", "enablement", "routing"])),
            ("cadence/monthly-performance", "/every", Is("\"month\"")),
            ("cadence/monthly-performance", "/decides/shift/about", Is("\"investment\"")),
            ("cadence/quarterly-planning", "/every", Is("\"fiscal-quarter\"")),
            ("cadence/quarterly-planning", "/decides/targets/about", Is("\"target\"")),
            ("cadence/quarterly-planning", "/chair", Is("\"cfo\"")),
        ],
    ),
    (
        "enablement: proofs and answers, mapped to objections and questions of an evaluation",
        &[
            ("proof/security-answers", "/answers/own-list/to", Is("\"objection\"")),
            ("proof/security-answers", "/answers/where/to", Is("\"evaluation-question\"")),
            ("proof/security-answers", "/answers/where/by", Has(&["technical-judge"])),
        ],
    ),
    (
        "playbooks: what works becomes a play, what lifts nothing is retired",
        &[
            ("play/stage-sweep", "/trigger/metric", Is("\"time-in-sal\"")),
            ("play/stage-sweep", "/expected", Tells(&["-3", "weeks"])),
            ("play/stage-sweep", "/review", Is(r#"{"after_runs": 3, "keep_if_at_least": 2, "role": "revops"}"#)),
            ("cadence/monthly-performance", "/decides/plays/about", Is("\"play\"")),
        ],
    ),
    (
        "the forecast: confidence and scenarios",
        &[
            ("scenario/quarter-downside", "/case", Is("\"downside\"")),
            ("scenario/quarter-expected", "/case", Is("\"expected\"")),
            ("scenario/quarter-upside", "/case", Is("\"upside\"")),
            ("scenario/quarter-expected", "/confidence", Has(&["reached_in", "checked_over", "off_by_at_most"])),
        ],
    ),
    (
        "machines: where they may be used, accuracy, compliance, voice",
        &[
            ("ai-use/no-machine-decides", "/level", Is("\"forbidden\"")),
            ("ai-use/draft-first-answer", "/level", Is("\"human-finishes\"")),
            ("ai-use/draft-first-answer", "/accuracy", Has(&["error_is", "sample", "errors_at_most"])),
            ("ai-use/draft-first-answer", "/compliance/trains_others", Is("\"never\"")),
            ("ai-use/draft-first-answer", "/voice/rules", Has(&["answer-first", "short"])),
        ],
    ),
    (
        "charters: outcome, scope, questions and levers of each role",
        &[
            ("charter/cmo", "/outcome/metric", Is("\"pipeline-created\"")),
            ("charter/cmo", "/scope/bookings/belongs", Is("\"out\"")),
            ("charter/cmo", "/questions", Has(&["enough", "right", "worth"])),
            ("charter/cmo", "/levers/programmes/beyond", Is("\"cfo\"")),
            ("charter/cro", "/role", Is("\"cro\"")),
            ("charter/revops", "/role", Is("\"revops\"")),
        ],
    ),
    (
        "maturity: two matrices of five rows and three stages, a cell met by a check or somebody's word",
        &[
            ("maturity/readiness", "/stages", Has(&["siloed", "aligned", "governed"])),
            (
                "maturity/readiness",
                "/rows",
                Has(&["definitions", "measurement", "operating-cadence", "cross-functional-execution", "credibility"]),
            ),
            ("maturity/partnership", "/stages", Has(&["marketing-led", "revenue-accountable", "one-system"])),
            (
                "maturity/partnership",
                "/rows",
                Has(&["scorecard", "pipeline-quality", "operating-cadence", "enablement", "outcomes"]),
            ),
            ("maturity/readiness", "/rows/measurement/cells/aligned/evidence/with-play", Has(&["refers"])),
            (
                "maturity/readiness",
                "/rows/credibility/cells/governed/evidence/audited/attested",
                Has(&["role", "asks", "valid_for", "given"]),
            ),
        ],
    ),
];
