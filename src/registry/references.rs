//! What a definition refers to.

/// One string of a definition that names another definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Where it stands.
    pub pointer: String,
    /// The kinds it may name; `*` is any.
    pub kinds: Vec<String>,
    /// The string as written: an id, or `kind/id` where more than one kind is possible.
    pub target: String,
    /// Whether the string says its kind.
    pub qualified: bool,
}

impl Reference {
    /// The definitions, as `kind/id`, that the string may mean; one of them must be there.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        if self.qualified {
            return vec![self.target.clone()];
        }
        self.kinds.iter().map(|kind| format!("{kind}/{}", self.target)).collect()
    }

    /// Whether a kind is one that may be named here.
    #[must_use]
    pub fn admits(&self, kind: &str) -> bool {
        self.kinds.iter().any(|known| known == kind || known == "*")
    }
}
