//! Which nodes lead to annotations that a survey looks for, so that it can pass over the rest of a document.

use super::{Node, Notes};

/// Sets `leads_to_marks` of every node.
pub(super) fn lead(nodes: &mut [Node]) {
    let mut parents: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (parent, node) in nodes.iter().enumerate() {
        for child in node.targets() {
            if let Some(parents) = parents.get_mut(child.0 as usize) {
                parents.push(parent);
            }
        }
    }
    let mut open: Vec<usize> = (0..nodes.len()).filter(|at| nodes[*at].is_mark()).collect();
    while let Some(at) = open.pop() {
        if !nodes[at].leads_to_marks {
            nodes[at].leads_to_marks = true;
            open.extend(&parents[at]);
        }
    }
}

impl Node {
    fn is_mark(&self) -> bool {
        let Notes { refers, unit, criteria, key, scope, role, not_before, .. } = &self.notes;
        let of_values = refers.is_some() || unit.is_some() || *role || self.is_date || not_before.is_some();
        of_values || criteria.is_some() || key.is_some() || !scope.is_empty()
    }
}
