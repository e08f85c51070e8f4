//! Rows about credit, metrics, targets and segments, and about what prose says of them.

super::rows! {
    WINDOW_UNBOUND "window-unbound" Warning waivable
        "A window of credit without a beginning or without an anchor"
        "Credit that depends on today's date changes while nobody does anything, and last quarter's number cannot be told again."
        "Let the window begin and end at a date of what is credited, such as 90 days before the opportunity was created."
    WINDOW_EMPTY "window-empty" Error
        "A window that ends before it begins"
        "No touch is ever in it, so nobody gets credit, and the report looks as if nobody had done anything."
        "Let `from` be the earlier date. A step back in time is negative."
    POPULATION_DIFFERS "population-differs" Warning waivable
        "Sourced and influenced credit of one model that are about different rows"
        "The two are shown side by side. If they are about different deals, or different periods, the difference between them says nothing."
        "Give both the same population and the same date, or do not set them beside each other."
    CREDIT_ADDED_UP "credit-added-up" Error
        "A sum of sourced and influenced credit"
        "One deal is in both. Their sum counts it twice, and no finance department can find the money."
        "Show the two numbers side by side, each with its own name."
    UNIT_MISMATCH "unit-mismatch" Error
        "A formula that makes another unit than the metric says, or mixes units"
        "Money added to a number of deals, or a ratio shown as dollars, is a number that means nothing and looks like one that does."
        "Correct the formula, or the unit."
    DENOMINATOR_MISFIT "denominator-misfit" Error
        "A denominator that is no measure, or that nothing is divided by"
        "A rate is argued about by its denominator. It must be the one that the formula divides by, since readers look there and nowhere else."
        "Name the measure that the formula divides by."
    MEASURED_OTHERWISE "measured-otherwise" Error
        "A metric whose measures do something else than it says"
        "The fields `efficiency` and `velocity` are what people read and compare with other companies. If the measures do otherwise, two right answers exist."
        "Change the field, or the measures, so that both say the same."
    PLAY_MISSES_DRIVER "play-misses-driver" Warning waivable
        "A metric names a play that pushes none of its drivers"
        "When the number is bad somebody will run the play, and nothing that moves the number will have been touched."
        "Name a play that pushes one of the metric's drivers, or add the driver that it pushes."
    GRAIN_MISFIT "grain-misfit" Error
        "Periods that the metric does not have, or of different lengths"
        "A threshold for the week says nothing about a metric that is told by the quarter: the comparison is never made."
        "Use a length that `period.grain` of the metric lists, the same throughout."
    RATIO_OUT_OF_RANGE "ratio-out-of-range" Error
        "A share that is below 0 or above 1"
        "A share is written as 0.15 and not as 15. A target of 15 would be missed for ever, or a threshold of 70 be passed at once."
        "Write the share of one: 15 in a hundred is 0.15."
    RANGE_REVERSED "range-reversed" Error
        "A range whose low end is above its high end"
        "No number lies in it, so the metric is never good and the target never met."
        "Exchange the two ends."
    TARGET_MISFIT "target-misfit" Error
        "A target that does not fit its metric"
        "Money needs a currency, a share has no part of it that is due by a day, and what is good inside a range needs one. Otherwise two readers will disagree on whether the target was met."
        "Make the field that is named agree with the metric's unit and with which way is good."
    TARGET_TWICE "target-twice" Error
        "Two targets for one metric, segment, level and period"
        "Everybody will be measured by the one they like better."
        "Keep one of them; the other may be of another level."
    TARGET_PARTS "target-parts" Error waivable
        "The targets of the segments do not make up the whole"
        "If the parts fall short of the whole, everybody can reach theirs and the company still misses. If they exceed it by more than agreed, nobody believes them."
        "Change the whole, a part, or by how much the parts may exceed it."
    TARGET_NOT_SHARED "target-not-shared" Error waivable
        "A charter shares a metric and its target does not"
        "Two leaders who answer together for one number must have the same target, else each points at the other's."
        "Set `shared` and name the other roles as co-owners, or take the metric out of the charter's `shares`."
    SEGMENTS_OVERLAP "segments-overlap" Error waivable
        "A row that is in two segments of one dimension"
        "Its deals are counted twice, and the segments sum to more than the whole."
        "Narrow one of the two, for instance by `not` and `meets` of the other."
    SEGMENTS_GAP "segments-gap" Error waivable
        "A row that is in no segment of a dimension"
        "Its deals are in no segment's number, and the segments sum to less than the whole."
        "Widen a segment, or add one for what is left, such as the rows of which nothing is known."
    SEGMENT_RECORD "segment-record" Error
        "Segments of one dimension that are not kept apart by one field"
        "The CRM holds a segment as a value of one field. Two fields can disagree, and one value for two segments cannot be told apart."
        "Keep all segments of a dimension in one field, each with a value of its own."
    UNKNOWN_PART "unknown-part" Error
        "A name that none of the parts of a definition has"
        "What a name leads to is gone or misspelt: nobody can tell which option was chosen or which team was meant."
        "Use one of the names that are listed."
    KIND_NAMED "kind-named" Error
        "A kind is named that does not exist"
        "Evidence that looks at a kind nobody has will never be found, and nobody will know why."
        "Use the name of a kind: the folders of registry/definitions, as `canon list` shows them."
    SUMMARY_NUMBER "summary-number" Warning waivable
        "A number in the summary that the definition no longer says"
        "Most readers read the summary and nothing else. If it says 60 days and the criteria say 90, they will plan with 60."
        "Correct the summary, or the number beside it."
    NAME_IN_TEXT "name-in-text" Warning waivable
        "A name in a text that is nobody's name"
        "The text was true once; since then somebody renamed or removed what it speaks of."
        "Write the name that it has now."
}
