//! Which decisions are asked for: what a list, an export and the figures have in common.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use runs::Timestamp;
use serde::Deserialize;

use super::entry::OUTCOMES;
use crate::auth::{Flows, Person, Role};
use crate::problem::Problem;
use crate::store::Statement;

/// Decisions whose outcome nobody has noted.
pub const UNKNOWN: &str = "unknown";
/// What was noted last of the decision `e`, by the clock of the browser that followed it.
pub const LATEST: &str = "(SELECT o.outcome FROM audit_entries o WHERE o.kind = 'outcome' AND o.key = e.key \
    ORDER BY o.client_at DESC, o.id DESC LIMIT 1)";

/// The query of an address; every part may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub connection: Option<String>,
    pub flow: Option<String>,
    pub run: Option<String>,
    pub review: Option<String>,
    pub who: Option<String>,
    pub outcome: Option<String>,
    /// Moments in ISO 8601; `to` is the first that does not belong to it.
    pub from: Option<String>,
    pub to: Option<String>,
    /// Where the page before ended.
    pub after: Option<String>,
    pub limit: Option<u32>,
    /// What stands between the cells of an export.
    pub separator: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Filter {
    connection: Option<String>,
    flow: Option<String>,
    run: Option<String>,
    review: Option<String>,
    who: Option<String>,
    outcome: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
    /// The connections of which something may be seen, and the flows, unless it is all of them; `None`: everything.
    seen: Option<Vec<(String, Option<Vec<String>>)>>,
}

/// The place of an entry in the list, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at: i64,
    pub id: i64,
}

impl Cursor {
    pub fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self { at: at.parse().ok()?, id: id.parse().ok()? })
    }

    pub fn write(self) -> String {
        format!("{}.{}", self.at, self.id)
    }
}

/// The query itself, or what is wrong with it.
pub fn asked<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    query.map(|query| query.0).map_err(|error| refused(error.body_text()))
}

pub fn refused(reason: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, reason)
}

impl Filter {
    pub fn of(asked: &Asked) -> Result<Self, Problem> {
        let moment = |name: &str, text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => match Timestamp::parse(text) {
                Some(at) => Ok(Some(at.0)),
                None => Err(refused(format!("{name}: a moment like 2026-11-22T00:00:00Z is expected."))),
            },
        };
        if let Some(outcome) = &asked.outcome
            && outcome != UNKNOWN
            && !OUTCOMES.contains(&outcome.as_str())
        {
            return Err(refused(format!("outcome: one of {}, {UNKNOWN} is expected.", OUTCOMES.join(", "))));
        }
        Ok(Self {
            connection: asked.connection.clone(),
            flow: asked.flow.clone(),
            run: asked.run.clone(),
            review: asked.review.clone(),
            who: asked.who.clone(),
            outcome: asked.outcome.clone(),
            from: moment("from", &asked.from)?,
            to: moment("to", &asked.to)?,
            seen: None,
        })
    }

    /// Leaves what a person may see of these connections.
    #[must_use]
    pub fn seen_by<'a>(mut self, person: &Person, connections: impl Iterator<Item = &'a str>) -> Self {
        if person.everywhere(Role::Viewer) {
            return self;
        }
        let seen = connections.filter_map(|id| match person.flows(id, Role::Viewer) {
            Flows::All => Some((id.to_owned(), None)),
            flows if flows.none() => None,
            Flows::Only(flows) => Some((id.to_owned(), Some(flows.into_iter().collect()))),
        });
        self.seen = Some(seen.collect());
        self
    }

    /// Adds the conditions on the intents `e`.
    pub fn add(&self, query: &mut Statement) {
        query.push(" WHERE e.kind = 'intent'");
        let columns =
            [("connection", &self.connection), ("flow", &self.flow), ("run", &self.run), ("review", &self.review), ("who", &self.who)];
        for (column, value) in columns {
            if let Some(value) = value {
                query.push(format!(" AND e.{column} = ")).bind(value.clone());
            }
        }
        if let Some(seen) = &self.seen {
            query.push(" AND (1 = 0");
            for (connection, flows) in seen {
                query.push(" OR (e.connection = ").bind(connection.clone());
                if let Some(flows) = flows {
                    query.push(" AND e.flow IN (").bind_all(flows.iter().cloned()).push(")");
                }
                query.push(")");
            }
            query.push(")");
        }
        if let Some(from) = self.from {
            query.push(" AND e.at >= ").bind(from);
        }
        if let Some(to) = self.to {
            query.push(" AND e.at < ").bind(to);
        }
        if let Some(outcome) = &self.outcome {
            query.push(" AND ").push(LATEST).push(" IS NOT DISTINCT FROM ").bind((outcome != UNKNOWN).then(|| outcome.clone()));
        }
    }
}
