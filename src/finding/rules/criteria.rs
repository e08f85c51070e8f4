//! Rows about criteria: grammar, types and examples.

super::rows! {
    CRITERIA_GRAMMAR "criteria-grammar" Error
        "Criteria that do not follow the grammar"
        "Criteria decide who counts. What a machine cannot read, two people will read differently."
        "Write the value as docs/criteria.md shows it."
    UNKNOWN_ENTITY "unknown-entity" Error
        "Criteria about an entity that is not there"
        "A criterion about rows that no entity describes can never be computed, and looks as if it could."
        "Name an entity that the criteria see: the definition's subject, or inside `where` the related row's. Or define it under registry/definitions/entity/."
    UNKNOWN_FIELD "unknown-field" Error
        "Criteria about a field or relation that the entity does not have"
        "A threshold on a field that does not exist is met by nobody, silently."
        "Correct the name, or add the field to the entity's definition."
    PATH_TO_MANY "path-to-many" Error
        "One value is read where there are several rows"
        "An account has many people. Which of their values is meant is a decision, and each choice gives another number."
        "Say how the rows become one value: count, first, latest, min, max or sum."
    OPERATOR_MISFIT "operator-misfit" Error
        "A comparison that does not fit what is compared"
        "At least 'enterprise', or a word of a number, has no meaning; whoever reads it guesses."
        "Use a comparison that the type of the field has; docs/criteria.md has the table."
    VALUE_MISFIT "value-misfit" Error
        "A value of another type than the field"
        "Text is never equal to a number, so the criterion would be met by nobody."
        "Write the value as the field's type wants it."
    VALUE_NOT_ALLOWED "value-not-allowed" Error
        "A value that the field never has"
        "A criterion on a value that is not among the allowed ones is met by nobody, mostly because somebody renamed it."
        "Use an allowed value, or add it to the entity's definition first."
    VIA_UNCLEAR "via-unclear" Error
        "It is not clear which related rows are meant"
        "Touches by contact role and touches by account are different touches. Two teams will take one each."
        "Say the way with `via`: from an entity that the criteria see, over relations, to the rows."
    WINDOW_WITHOUT_DATE "window-without-date" Error
        "A question of time about rows that have no date"
        "First, latest and windows need to know when a row came to be."
        "Give the entity `dated_by`, or drop the window."
    DATE_UNKNOWN "date-unknown" Error
        "A date that nothing can fix here"
        "Periods are known where the definition says its period, and fiscal spans where it is known when the fiscal year starts."
        "Use now or a dated field, or say the period and its calendar."
    UNKNOWN_LIST "unknown-list" Error
        "Criteria refer to a list that is not there"
        "Whom a missing list names is everybody's guess."
        "Correct the id, or define the list under registry/definitions/list/."
    UNKNOWN_SCORE "unknown-score" Error
        "Criteria refer to a score, or a part of one, that is not there"
        "A threshold on a score that no longer exists lets nobody through, or everybody."
        "Correct the id, or define the score model."
    SCORE_MISFIT "score-misfit" Error
        "The score of another entity than the criteria see"
        "An account's score says nothing of one person until it is said how they belong together."
        "Put the threshold into a qualification of that entity, and refer to it with `meets` and `on`."
    FIELD_NOT_TRACKED "field-not-tracked" Error
        "A score looks at the past of a field whose past is not kept"
        "A score is replayed: a condition on an event is about the field's value at that event. Without its history today's value stands in, and old points change whenever the field does."
        "Say in the entity that the field is tracked, if the CRM keeps its history. Otherwise ask for rows that record the change, such as stage_change."
    SCORE_OUT_OF_REACH "score-out-of-reach" Error
        "A number of points that a score can never have"
        "A floor above a cap, or a reset to a number beyond the bounds, gives another number than the one that is written."
        "Correct the bounds or the number, whichever is not what was agreed."
    MEETS_UNKNOWN "meets-unknown" Error
        "`meets` refers to a definition without criteria"
        "Only a definition that decides who counts can be met."
        "Refer to a definition, as kind/id, that has criteria, such as a qualification."
    MEETS_MISFIT "meets-misfit" Error
        "`meets` refers to criteria about another entity"
        "A person cannot meet what is asked of accounts. Which account is meant must be said."
        "Say with `on` which row is judged, such as person.account."
    MEETS_CIRCLE "meets-circle" Error
        "Definitions whose criteria refer to one another in a circle"
        "If A is whoever meets B and B is whoever meets A, nobody can say who is either."
        "Cut the circle: let one of them say its criteria without the other."
    NOT_OVER_MISSING "not-over-missing" Warning waivable
        "`not` over a field that may be missing"
        "A comparison on a missing value is not met, so its `not` is: everybody whose value is unknown counts."
        "Say what is meant for the unknown: put `is_known` on the same field beside it."
    UNKNOWN_MEASURE "unknown-measure" Error
        "A formula over a measure that is not there"
        "A formula that names nothing has no value, and a report shows it as a gap or a zero."
        "Use the id of one of the definition's measures."
    EXAMPLE_FAILS "example-fails" Error
        "An example does not come out as it says"
        "Examples are what people agreed on. If the criteria say something else, one of the two is wrong."
        "Correct the criteria, or what the example expects, whichever is not what was agreed."
    EXAMPLE_RECORD "example-record" Error
        "An example's record does not fit its entity"
        "A misspelt field in an example is a missing value, and the example then proves nothing."
        "Use the fields, relations and values of the entity's definition."
    EXAMPLE_NOT_COMPUTED "example-not-computed" Error waivable
        "An example that cannot be computed"
        "An example that nothing computes is only a claim."
        "Say what is missing in the example, or make the criteria simpler."
    CASES_OVERLAP "cases-overlap" Error
        "Two cases apply where that is forbidden"
        "The definition says that no two cases can apply at once, and an example shows a record where they do."
        "Narrow one of the cases, or say that the first counts."
    WEIGHTS_SUM "weights-sum" Error
        "Weights that do not sum to the whole"
        "Credit that sums to 9,900 of 10,000 loses money; 10,100 invents it."
        "Make the basis points sum to 10,000, or split evenly."
    UNKNOWN_TIME_ZONE "unknown-time-zone" Error
        "A time zone that is not known"
        "Days, windows and open hours all hang on the zone."
        "Use a name of the IANA database, such as Europe/Berlin."
}
