//! Routing: that rows go to pools that are there.

use std::collections::BTreeSet;

use super::sound::{items, text};
use crate::criteria::Source;
use crate::document::{Value, pointer_push, pointer_push_index};
use crate::finding::{Finding, did_you_mean, rules};

/// What is wrong with the pools to which a routing gives its rows.
pub(super) fn findings(path: &str, source: &Source) -> Vec<Finding> {
    if source.kind != "routing" {
        return Vec::new();
    }
    let pools: BTreeSet<&str> = items(source.value, "pools").iter().filter_map(|pool| text(pool, "id")).collect();
    let named = answers(source.value).into_iter().flat_map(|(pointer, answer)| {
        let keys = ["pool", "unless_away"].into_iter();
        keys.filter_map(move |key| Some((pointer_push(&pointer, key), text(answer, key)?)))
    });
    let unknown = named.filter(|(_, pool)| !pools.contains(pool)).map(|(pointer, pool)| {
        let message = format!("this routing has no pool `{pool}`");
        let all = || format!("its pools are {}", pools.iter().copied().collect::<Vec<_>>().join(", "));
        let hint = did_you_mean(pool, pools.iter().copied()).unwrap_or_else(all);
        Finding::at(&rules::ROUTING_POOL, path, &pointer, message).hint(hint)
    });
    unknown.collect()
}

/// Who gets a row, by each of the cases and otherwise.
fn answers(routing: &Value) -> Vec<(String, &Value)> {
    let cases = items(&routing["rules"], "cases").iter().enumerate();
    let cases =
        cases.map(|(index, case)| (pointer_push(&pointer_push_index("/rules/cases", index), "is"), &case["is"]));
    cases.chain([("/rules/otherwise".to_owned(), &routing["rules"]["otherwise"])]).collect()
}
