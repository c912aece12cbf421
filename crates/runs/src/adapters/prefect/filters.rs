//! The vendor's filter for a question.

use super::decode::{NAMED, types_of};
use crate::adapters::filter::Created;
use crate::adapters::query::RunQuery;
use crate::model::status::StatusKind;
use crate::value::json::{Json, Map};
use crate::value::time::Timestamp;
use serde_json::json;

/// What runs are asked for, apart from the place in their list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wanted {
    pub(super) flow: Option<String>,
    pub(super) statuses: Vec<StatusKind>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

/// The bounds of a page within the list, as the vendor writes times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Between {
    pub(super) after: Option<String>,
    pub(super) before: Option<String>,
}

impl Wanted {
    pub(super) fn of(query: &RunQuery) -> Self {
        let (from, to) = if let Created::Between(from, to) = query.filter.created { (from, to) } else { (None, None) };
        Self { flow: query.flow.clone(), statuses: query.statuses.clone(), from, to }
    }

    pub(super) fn with(flow: Option<&str>, statuses: &[StatusKind]) -> Self {
        Self { flow: flow.map(str::to_owned), statuses: statuses.to_vec(), ..Self::default() }
    }

    /// Every run of a flow, and of one flow only: places in such a list are run numbers.
    pub(super) fn is_history(&self) -> bool {
        self.statuses.is_empty() && self.from.is_none() && self.to.is_none()
    }

    /// Bounded towards the future by whoever asks.
    pub(super) const fn ends(&self) -> bool {
        self.to.is_some()
    }

    /// Whether the vendor gives exactly what is wanted. It compares types and names apart, so that it cannot be asked for a name that
    /// says more together with other types.
    pub(super) fn is_exact(&self) -> bool {
        self.only_names() || NAMED.iter().all(|(of, _, kind)| !self.statuses.contains(kind) || types(&self.statuses, false).contains(of))
    }

    fn only_names(&self) -> bool {
        self.statuses.iter().all(|kind| NAMED.iter().any(|(_, _, named)| named == kind))
    }

    pub(super) fn filter(&self, between: &Between) -> Json {
        let mut filter = Map::new();
        if let Some(flow) = &self.flow {
            filter.insert("deployment_id".into(), json!({"any_": [flow]}));
        }
        if !self.statuses.is_empty() {
            filter.insert("state".into(), self.state());
        }
        let later = |bound: Option<Timestamp>, own: &Option<String>| own.clone().or_else(|| bound.map(Timestamp::iso));
        let (after, before) = (later(self.from, &between.after), later(self.to, &between.before));
        if after.is_some() || before.is_some() {
            filter.insert("expected_start_time".into(), json!({"after_": after, "before_": before}));
        }
        Json::Object(filter)
    }

    fn state(&self) -> Json {
        let names = |wanted: bool| -> Vec<&str> {
            NAMED.iter().filter(|(_, _, kind)| self.statuses.contains(kind) == wanted).map(|(_, name, _)| *name).collect()
        };
        if self.only_names() {
            return json!({"name": {"any_": names(true)}});
        }
        json!({"type": {"any_": types(&self.statuses, true)}, "name": {"not_any_": names(false)}})
    }
}

/// The types of states of these statuses; `named`: those too that only their name tells.
fn types(statuses: &[StatusKind], named: bool) -> Vec<&'static str> {
    let mut found: Vec<&str> = statuses.iter().flat_map(|kind| types_of(*kind)).collect();
    if named {
        found.extend(NAMED.iter().filter(|(_, _, kind)| statuses.contains(kind)).map(|(of, ..)| *of));
    }
    found
}
