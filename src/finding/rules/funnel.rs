//! Rows about lifecycles: their order, their ways, and who acts on whom.

super::rows! {
    STAGE_TIE "stage-tie" Error waivable
        "Two steps of one order that do not stand beside each other"
        "Conversion is counted from step to step. Of two steps in one place nobody can say which comes before the other, and a row in both is counted twice."
        "Give them different orders. If they are two ways to the same place, let each name the other under `beside`."
    STAGE_GAP "stage-gap" Warning waivable
        "A place among the steps that none has"
        "A gap looks like a stage that was forgotten, and whoever reads it goes looking for one."
        "Number the steps 1, 2, 3 without leaving one out."
    STAGE_BESIDE "stage-beside" Error
        "Two steps of which one stands beside the other, and the other does not agree"
        "Where two ways lead to the same place, both stages must say which of them is entered when both open. If they disagree, each team counts the row as its own."
        "Give both the same order, let each name the other under `beside`, and let `both` of the one mirror `both` of the other."
    STAGE_WAYS "stage-ways" Error
        "A way between two stages that only one of them knows"
        "A row leaves one stage and never arrives in the next, or arrives from where nothing leads: conversion rates of the two then disagree."
        "Write the way on both sides: under `leaves` of the stage it starts from, and under `enters` of the stage it leads to. A step back stands under `regression`."
    STAGE_NO_WAY_IN "stage-no-way-in" Error
        "A stage that no row ever comes to"
        "It stands in reports with a zero that looks like a result."
        "Give it a way in from a stage that is reached, or from none at all, or retire it."
    STAGE_NO_WAY_OUT "stage-no-way-out" Error
        "A stage from which nothing leads on, although it is no end"
        "Rows gather there and are forgotten: they are neither won nor lost, and no report asks for them."
        "Write the ways out under `leaves`, or let the stage be an end."
    STAGE_END "stage-end" Error
        "An end that leads on"
        "Reports close the book on rows at an end. If they can come back, they are counted as lost and as open at once."
        "Let its position be `parked` if there is a way back, or take the way out."
    STAGE_SKIPPED "stage-skipped" Error waivable
        "A way past a stage that may not be skipped"
        "If rows can go past a stage that forbids it, the conversion into it and out of it do not multiply to the whole."
        "Narrow the way in, or say under `skip` of the stage who may go past it."
    STAGES_OVERLAP "stages-overlap" Error waivable
        "Two stages of which no row can enter both, and one can"
        "Where two ways in are said to exclude each other, nobody decided what happens to a row that meets both. Each team will count it."
        "Narrow one of the ways in, or say under `both` which stage such a row enters."
    STAGE_WITHOUT_SLA "stage-without-sla" Warning waivable
        "A stage in which rows wait for a person, and no clock runs"
        "Interest fades within hours. A handover without a clock is where leads are lost without anybody having refused them."
        "Write an SLA that starts with the stage, and name it in the handoff."
    STAGE_WITHOUT_ACCEPTANCE "stage-without-acceptance" Warning waivable
        "A stage that a person decides on, and no handoff says who accepts"
        "A lead is qualified for sales once sales says so. Where nobody has to accept or refuse, each side counts by itself and the two never agree."
        "Write a handoff into the stage, with the decisions of whoever takes over."
    ROUTING_POOL "routing-pool" Error
        "Rows go to a pool that is not there"
        "They are given to nobody, and nobody sees that they wait."
        "Name a pool of this routing, or add it under `pools`."
    ROUTING_GAP "routing-gap" Error waivable
        "A row that no rule gives to anybody"
        "The routing says that its cases leave nobody out. The row that is shown fits none of them, and belongs to nobody."
        "Widen a case, or say under `otherwise` who gets the rest."
    ROUTING_OVERLAP "routing-overlap" Error waivable
        "A row that two rules give to two people"
        "The routing says that no row fits two cases. The row that is shown does, and who gets it is a matter of chance."
        "Narrow one of the cases, or let the first that fits count (`overlap`: `first`)."
    ROUTING_UNREACHED "routing-unreached" Error waivable
        "A rule that no row ever comes to"
        "Somebody counts on getting these rows, and will get none."
        "Move the rule before those that take its rows, change its condition, or remove it."
    ROUTING_NOT_PROVED "routing-not-proved" Warning waivable
        "A routing that could not be proved to be complete or unambiguous"
        "The routing claims that each row has exactly one answer. Its conditions are beyond what can be decided, so that stays a claim."
        "Make the conditions simpler, or give the rest to somebody and let the first case count: then nothing needs proof."
}
