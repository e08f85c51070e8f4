//! Rows about what criteria come to: what nobody meets, what everybody meets, and what adds nothing.

super::rows! {
    CRITERIA_IMPOSSIBLE "criteria-impossible" Error
        "Criteria that no record can meet"
        "At least 100 and at most 50 lets nobody through. A number that is zero for such a reason looks like a bad quarter."
        "Correct the value that is not what was agreed, or say `any` where either is enough."
    CRITERIA_ALWAYS "criteria-always" Warning waivable
        "A condition that every record meets"
        "A condition that leaves nobody out is mostly one whose value slipped, and readers believe that it guards something."
        "Correct the value, or remove the condition."
    CONDITION_REDUNDANT "condition-redundant" Warning waivable
        "A condition that changes nothing beside the others"
        "Whoever tunes a threshold that another one covers changes no number, and wonders why."
        "Remove it, or correct the value that makes it follow from the others."
    CASE_NEVER "case-never" Warning waivable
        "A case that no record reaches"
        "Where the first case counts, one that stands behind a wider one is dead: its value is agreed on and never used."
        "Put the narrower case first, or remove the one that is never reached."
    EXCLUSIONS_SWALLOW "exclusions-swallow" Error
        "Exclusions that leave nobody of those who meet the criteria"
        "Whoever meets the criteria is excluded again, so nobody counts, and neither list shows it by itself."
        "Narrow the exclusion that is named, or the criteria, whichever is not what was agreed."
    EXAMPLES_ONE_SIDED "examples-one-sided" Warning waivable
        "Criteria without an example on each side"
        "An example of somebody who counts, and one of somebody who does not, is how people see the line before they approve it."
        "Add the example that is missing; the hint shows a record for it, where one is found."
}
