//! The commands below `canon people`: what may happen to somebody.

use crate::governance::people::Account;
use crate::operations::people::Event;

#[derive(clap::Subcommand)]
pub(super) enum Happened {
    /// Somebody joins.
    Add {
        /// The id, such as a short name.
        id: String,
        /// What people call them (default: the id).
        #[arg(long)]
        name: Option<String>,
        /// A role of the policy; may be given more than once.
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// The public key: a file, or the line itself.
        #[arg(long, value_name = "KEY", required_unless_present = "accounts")]
        key: Option<String>,
        /// An account at a forge, as HOST:NUMBER[:LOGIN]; may be given more than once.
        #[arg(long = "account", value_name = "ACCOUNT")]
        accounts: Vec<Account>,
    },
    /// An account at a forge is somebody's; its reviews can be relayed.
    Account {
        /// The person.
        id: String,
        /// The account, as HOST:NUMBER[:LOGIN].
        account: Account,
    },
    /// A new key takes the place of one, which is retired.
    Rotate {
        /// The person.
        id: String,
        /// The new public key: a file, or the line itself.
        #[arg(long, value_name = "KEY")]
        key: String,
        /// The key that goes, by fingerprint or file (default: the only active one).
        #[arg(long, value_name = "KEY")]
        old: Option<String>,
    },
    /// Somebody leaves, or gives up a key; what they signed stays.
    Retire {
        /// The person.
        id: String,
        /// The key that goes, by fingerprint or file (default: everything).
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// A key, or a person with every account, was somebody else's; what that made settle since must be confirmed. This is
    /// final.
    Compromise {
        /// The person.
        id: String,
        /// The first commit since when it may have been misused.
        #[arg(long, value_name = "REV")]
        since: String,
        /// The key, by fingerprint or file (default: everything of the person).
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
}

impl Happened {
    /// The id of the person, and what happened.
    pub(super) fn told(self) -> (String, Event) {
        match self {
            Happened::Add { id, name, roles, key, accounts } => (id, Event::Joined { name, roles, key, accounts }),
            Happened::Account { id, account } => (id, Event::Account { account }),
            Happened::Rotate { id, key, old } => (id, Event::Rotated { key, old }),
            Happened::Retire { id, key } => (id, Event::Retired { key }),
            Happened::Compromise { id, since, key } => (id, Event::Compromised { key, since }),
        }
    }
}
