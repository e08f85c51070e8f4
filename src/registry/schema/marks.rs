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
    let mut open: Vec<usize> = (0..nodes.len()).filter(|at| nodes[*at].notes.is_mark()).collect();
    while let Some(at) = open.pop() {
        if !nodes[at].leads_to_marks {
            nodes[at].leads_to_marks = true;
            open.extend(&parents[at]);
        }
    }
}

impl Notes {
    fn is_mark(&self) -> bool {
        let in_values = self.refers.is_some() || self.unit.is_some();
        in_values || self.criteria.is_some() || self.key.is_some() || !self.scope.is_empty()
    }
}
