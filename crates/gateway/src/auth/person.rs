//! Who asks, and what that person may do.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use runs::adapters::route::Act;
use serde::Deserialize;

use crate::problem::Problem;

/// What somebody may do; each may do what those before it may.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees runs, reviews and the audit log.
    Viewer,
    /// Decides reviews.
    Reviewer,
    /// Starts, cancels, reruns and deletes runs.
    Admin,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Reviewer, Self::Admin];

    /// The word in configurations.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Reviewer => "reviewer",
            Self::Admin => "admin",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Who may do this at a vendor.
    pub const fn for_act(act: Act) -> Self {
        match act {
            Act::Read => Self::Viewer,
            Act::Review => Self::Reviewer,
            Act::Manage => Self::Admin,
        }
    }
}

/// A role, and where it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    /// Ids of connections; `None`: all.
    pub connections: Option<BTreeSet<String>>,
    /// Ids of flows; `None`: all.
    pub flows: Option<BTreeSet<String>>,
}

impl Grant {
    /// A role everywhere.
    pub const fn everywhere(role: Role) -> Self {
        Self { role, connections: None, flows: None }
    }
}

/// The flows of one connection in which somebody has a role.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Flows {
    All,
    /// Perhaps none.
    Only(BTreeSet<String>),
}

impl Flows {
    pub fn have(&self, flow: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(flows) => flows.contains(flow),
        }
    }

    pub fn none(&self) -> bool {
        matches!(self, Self::Only(flows) if flows.is_empty())
    }
}

/// Who asks. One is on every request under `/api` that a handler sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// `None`: whoever sits at this machine, and says of themselves who they are.
    name: Option<Arc<str>>,
    /// What tells them apart from somebody of the same name, where an identity provider says it.
    subject: Option<Arc<str>>,
    grants: Arc<[Grant]>,
}

impl Person {
    /// Whoever sits at the machine of a gateway that listens to it alone.
    pub fn local() -> Self {
        Self { name: None, subject: None, grants: Arc::new([Grant::everywhere(Role::Admin)]) }
    }

    /// Whoever sees these flows of a connection, and does nothing.
    pub fn seeing(connection: &str, flows: &Flows) -> Self {
        let flows = if let Flows::Only(flows) = flows { Some(flows.clone()) } else { None };
        Self::new("", vec![Grant { role: Role::Viewer, connections: Some([connection.to_owned()].into()), flows }])
    }

    pub fn new(name: &str, grants: Vec<Grant>) -> Self {
        Self { name: Some(name.into()), subject: None, grants: grants.into() }
    }

    /// The same, told apart by an identity provider's word instead of the name, which others may have too.
    #[must_use]
    pub fn with_subject(self, subject: &str) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// The name that stands in the audit log, if somebody signed in.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Under which what is this person's own is kept; the one of a gateway without a sign-in has one too.
    pub fn account(&self) -> String {
        match (&self.subject, &self.name) {
            (Some(subject), _) => format!("subject {subject}"),
            (None, Some(name)) => format!("name {name}"),
            (None, None) => "local".into(),
        }
    }

    /// Where on this connection the person has this role, or one above it.
    pub fn flows(&self, connection: &str, role: Role) -> Flows {
        let mut named = BTreeSet::new();
        for grant in self.grants.iter().filter(|grant| grant.role >= role) {
            if grant.connections.as_ref().is_some_and(|ids| !ids.contains(connection)) {
                continue;
            }
            match &grant.flows {
                None => return Flows::All,
                Some(flows) => named.extend(flows.iter().cloned()),
            }
        }
        Flows::Only(named)
    }

    pub fn may(&self, role: Role, connection: &str, flow: &str) -> bool {
        self.flows(connection, role).have(flow)
    }

    /// Whether anything of the connection is theirs to see.
    pub fn sees(&self, connection: &str) -> bool {
        !self.flows(connection, Role::Viewer).none()
    }

    /// The role in all flows of all connections.
    pub fn everywhere(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role >= role && grant.connections.is_none() && grant.flows.is_none())
    }
}

impl<S: Sync> FromRequestParts<S> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(super::signed_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[&str]) -> Option<BTreeSet<String>> {
        Some(ids.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn grants_add_up_and_reach_no_further_than_they_say() {
        let person = Person::new(
            "Ada",
            vec![
                Grant { role: Role::Viewer, connections: set(&["retab"]), flows: None },
                Grant { role: Role::Reviewer, connections: set(&["retab"]), flows: set(&["wf_1", "wf_2"]) },
                Grant { role: Role::Admin, connections: set(&["retab"]), flows: set(&["wf_3"]) },
            ],
        );
        assert_eq!(person.flows("retab", Role::Viewer), Flows::All);
        for (role, flow, may) in [
            (Role::Viewer, "wf_9", true),
            (Role::Reviewer, "wf_1", true),
            (Role::Reviewer, "wf_3", true),
            (Role::Reviewer, "wf_9", false),
            (Role::Admin, "wf_1", false),
            (Role::Admin, "wf_3", true),
        ] {
            assert_eq!(person.may(role, "retab", flow), may, "{role:?} {flow}");
            assert!(!person.may(role, "superai", flow), "another connection");
        }
        assert!(person.sees("retab") && !person.sees("superai") && !person.everywhere(Role::Viewer));
        assert!(Person::local().everywhere(Role::Admin) && Person::local().name().is_none());
    }
}
