//! What refers to what.

use std::collections::BTreeSet;

/// One reference that resolves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The definition that refers, as `kind/id`.
    pub from: String,
    /// The definition that is referred to, as `kind/id`.
    pub to: String,
    /// Where in the first it stands.
    pub pointer: String,
}

/// All references of a registry that resolve.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    edges: Vec<Edge>,
    /// The same edges by what they lead to.
    incoming: Vec<Edge>,
}

impl Graph {
    /// The graph of these edges.
    #[must_use]
    pub fn new(edges: impl IntoIterator<Item = Edge>) -> Graph {
        let mut edges: Vec<Edge> = edges.into_iter().collect();
        edges.sort_unstable();
        edges.dedup();
        let mut incoming = edges.clone();
        incoming
            .sort_by(|one, other| (&one.to, &one.from, &one.pointer).cmp(&(&other.to, &other.from, &other.pointer)));
        Graph { edges, incoming }
    }

    /// The same graph with more references, such as those that criteria make.
    #[must_use]
    pub fn with(self, more: impl IntoIterator<Item = Edge>) -> Graph {
        Graph::new(self.edges.into_iter().chain(more))
    }

    /// What a definition refers to.
    pub fn references_of(&self, name: &str) -> impl Iterator<Item = &Edge> {
        let start = self.edges.partition_point(|edge| edge.from.as_str() < name);
        self.edges.iter().skip(start).take_while(move |edge| edge.from == name)
    }

    /// What refers to a definition.
    pub fn referrers_of(&self, name: &str) -> impl Iterator<Item = &Edge> {
        let start = self.incoming.partition_point(|edge| edge.to.as_str() < name);
        self.incoming.iter().skip(start).take_while(move |edge| edge.to == name)
    }

    /// Every definition that rests on a definition, directly or through others, by name; never the definition itself.
    #[must_use]
    pub fn dependents_of(&self, name: &str) -> BTreeSet<&str> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = self.referrers_of(name).map(|edge| edge.from.as_str()).collect();
        while let Some(next) = open.pop() {
            if next != name && found.insert(next) {
                open.extend(self.referrers_of(next).map(|edge| edge.from.as_str()));
            }
        }
        found
    }
}
