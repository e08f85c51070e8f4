//! Rows about criteria: grammar, types and examples.

super::rows! {
    CRITERIA_GRAMMAR "criteria-grammar" Error
        "Criteria that do not follow the grammar"
        "Criteria decide who counts. What a machine cannot read, two people will read differently."
        "Write the value as docs/criteria.md shows it."
}
