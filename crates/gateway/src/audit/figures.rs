//! Figures for those who lead reviewers, over the decisions of the last days.

use std::collections::BTreeMap;

use runs::{Json, Timestamp};
use serde::Deserialize;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::filter::{Asked, Filter, UNKNOWN, refused};
use crate::problem::Problem;
use crate::store::Statement;

const DAY: i64 = 86_400_000;
/// Rows of each table.
const MOST: usize = 20;
/// Minutes from UTC that a zone may be.
const ZONES: std::ops::RangeInclusive<i64> = -1_440..=1_440;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    days: u32,
    connection: Option<String>,
    flow: Option<String>,
    /// The reader's zone, in minutes east of UTC: where a day begins.
    offset: Option<i64>,
}

/// The days that are asked for, the last being today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    days: i64,
    offset: i64,
    /// The first day, counted from 1970 in the reader's zone.
    first: i64,
}

impl Wanted {
    pub fn range(&self, now: i64) -> Result<Range, Problem> {
        let offset = self.offset.unwrap_or(0);
        if ![7, 30, 90].contains(&self.days) {
            return Err(refused("days: 7, 30 or 90 is expected."));
        }
        if !ZONES.contains(&offset) {
            return Err(refused("offset: minutes east of UTC are expected."));
        }
        let days = i64::from(self.days);
        let today = (now + offset * 60_000).div_euclid(DAY);
        Ok(Range { days, offset, first: today - days + 1 })
    }

    fn filter(&self, range: Range) -> Result<Filter, Problem> {
        let from = Timestamp(range.first * DAY - range.offset * 60_000).iso();
        Filter::of(&Asked { connection: self.connection.clone(), flow: self.flow.clone(), from: Some(from), ..Asked::default() })
    }
}

/// One decision, as far as figures need it.
struct One {
    outcome: Option<String>,
    approve: bool,
    edited: bool,
    reason: Option<String>,
    /// From waiting to recorded, where both are known and fit together.
    took: Option<i64>,
    day: i64,
    flow: (String, String),
    flow_name: Option<String>,
}

impl One {
    fn recorded(&self) -> bool {
        matches!(self.outcome.as_deref(), Some("accepted" | "already_mine"))
    }
}

/// What is counted for the whole and for each flow. Only recorded decisions count, a key once.
#[derive(Default)]
struct Sum {
    approved: u64,
    edited: u64,
    rejected: u64,
    took: Vec<i64>,
    name: Option<String>,
}

impl Sum {
    fn add(&mut self, one: &One) {
        let count = match (one.approve, one.edited) {
            (false, _) => &mut self.rejected,
            (true, true) => &mut self.edited,
            (true, false) => &mut self.approved,
        };
        *count += 1;
        self.took.extend(one.took);
        if one.flow_name.is_some() {
            self.name.clone_from(&one.flow_name);
        }
    }

    const fn recorded(&self) -> u64 {
        self.approved + self.edited + self.rejected
    }

    fn write(mut self) -> Json {
        self.took.sort_unstable();
        json!({
            "recorded": self.recorded(),
            "approved": self.approved,
            "edited": self.edited,
            "rejected": self.rejected,
            "timed": self.took.len(),
            "median": rank(&self.took, 50),
            "p90": rank(&self.took, 90),
        })
    }
}

/// The nearest rank: a value that was really seen.
fn rank(sorted: &[i64], percent: usize) -> Option<i64> {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied()
}

/// `seen` leaves what the reader may see.
pub async fn figures(read: &AnyPool, wanted: &Wanted, seen: impl FnOnce(Filter) -> Filter, now: i64) -> Result<Json, Problem> {
    let range = wanted.range(now)?;
    let filter = seen(wanted.filter(range)?);
    let failed = |error: sqlx::Error| super::failed("read", &error);
    let all = decisions(read, &filter, range).await.map_err(failed)?;
    let fields = fields(read, &filter).await.map_err(failed)?;

    let (mut whole, mut flows, mut outcomes) = (Sum::default(), BTreeMap::<_, Sum>::new(), BTreeMap::<String, u64>::new());
    let (mut reasons, mut unreasoned) = (BTreeMap::<String, u64>::new(), 0u64);
    let mut days = vec![[0u64; 3]; usize::try_from(range.days).unwrap_or_default()];
    for one in &all {
        *outcomes.entry(one.outcome.clone().unwrap_or_else(|| UNKNOWN.into())).or_default() += 1;
        if !one.recorded() {
            continue;
        }
        whole.add(one);
        flows.entry(one.flow.clone()).or_default().add(one);
        if !one.approve {
            match one.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty()) {
                Some(reason) => *reasons.entry(reason.to_owned()).or_default() += 1,
                None => unreasoned += 1,
            }
        }
        let kind = if one.approve { usize::from(one.edited) } else { 2 };
        if let Some(day) = usize::try_from(one.day - range.first).ok().and_then(|at| days.get_mut(at)) {
            day[kind] += 1;
        }
    }
    let flow = |((connection, flow), sum): ((String, String), Sum)| {
        let name = sum.name.clone();
        json!({ "connection": connection, "flow": flow, "flow_name": name, "sum": sum.write() })
    };
    let day = |(at, [approved, edited, rejected]): (i64, [u64; 3])| {
        let date = Timestamp(at * DAY).iso();
        json!({ "day": date.split('T').next(), "approved": approved, "edited": edited, "rejected": rejected })
    };
    let mut flows: Vec<_> = flows.into_iter().collect();
    flows.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.recorded()));
    Ok(json!({
        "days": (range.first..).zip(days).map(day).collect::<Vec<_>>(),
        "decisions": all.len(),
        "sum": whole.write(),
        "outcomes": top(outcomes).into_iter().map(|(outcome, count)| json!({ "outcome": outcome, "count": count })).collect::<Vec<_>>(),
        "fields": fields,
        "reasons": top(reasons).into_iter().map(|(reason, count)| json!({ "reason": reason, "count": count })).collect::<Vec<_>>(),
        "unreasoned": unreasoned,
        "flows_total": flows.len(),
        "flows": flows.into_iter().take(MOST).map(flow).collect::<Vec<_>>(),
    }))
}

fn top(counts: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.truncate(MOST);
    counts
}

/// Each decision with what was noted last of it.
const WITH_OUTCOME: &str = "LEFT JOIN audit_entries o ON o.id = (SELECT x.id FROM audit_entries x \
    WHERE x.kind = 'outcome' AND x.key = e.key ORDER BY x.client_at DESC, x.id DESC LIMIT 1)";

async fn decisions(read: &AnyPool, filter: &Filter, range: Range) -> sqlx::Result<Vec<One>> {
    let mut query = Statement::new(
        "SELECT e.at, e.connection, e.flow, e.flow_name, e.decision, e.reason, e.waiting_since, e.changes,
         o.outcome, coalesce(o.recorded_at, o.at) AS recorded_at FROM audit_entries e ",
    );
    query.push(WITH_OUTCOME);
    filter.add(&mut query);
    let one = |row: AnyRow| {
        let (since, recorded) = (row.get::<Option<i64>, _>("waiting_since"), row.get::<Option<i64>, _>("recorded_at"));
        One {
            outcome: row.get("outcome"),
            approve: row.get::<String, _>("decision") == "approve",
            edited: row.get::<i64, _>("changes") > 0,
            reason: row.get("reason"),
            // Recorded before it waited: two clocks are compared that do not agree, and no time can be told.
            took: since.zip(recorded).and_then(|(since, recorded)| (recorded >= since).then_some(recorded - since)),
            day: (row.get::<i64, _>("at") + range.offset * 60_000).div_euclid(DAY),
            flow: (row.get("connection"), row.get("flow")),
            flow_name: row.get("flow_name"),
        }
    };
    Ok(query.build().fetch_all(read).await?.into_iter().map(one).collect())
}

/// The fields that are corrected most, places in lists taken together.
async fn fields(read: &AnyPool, filter: &Filter) -> sqlx::Result<Vec<Json>> {
    let mut query = Statement::new("SELECT c.field, count(*) AS edits, count(DISTINCT c.entry) AS decisions FROM audit_entries e ");
    query.push(WITH_OUTCOME).push(" JOIN audit_changes c ON c.entry = e.id");
    filter.add(&mut query);
    query.push(" AND o.outcome IN ('accepted', 'already_mine') GROUP BY c.field ORDER BY edits DESC, c.field LIMIT ");
    query.bind(i64::try_from(MOST).unwrap_or(i64::MAX));
    let field = |row: &AnyRow| json!({ "field": row.get::<String, _>("field"), "edits": row.get::<i64, _>("edits"), "decisions": row.get::<i64, _>("decisions") });
    Ok(query.build().fetch_all(read).await?.iter().map(field).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_values_that_were_seen() {
        for (values, median, ninety) in [
            (vec![], None, None),
            (vec![5], Some(5), Some(5)),
            (vec![1, 9], Some(1), Some(9)),
            ((1..=10).collect(), Some(5), Some(9)),
            ((1..=11).collect(), Some(6), Some(10)),
        ] {
            assert_eq!((rank(&values, 50), rank(&values, 90)), (median, ninety), "{values:?}");
        }
    }

    #[test]
    fn days_begin_where_the_reader_is() {
        let range = |offset, now: &str| {
            let wanted = Wanted { days: 7, connection: None, flow: None, offset: Some(offset) };
            let now = Timestamp::parse(now).map_or(0, |now| now.0);
            wanted.range(now).map(|range| Timestamp(range.first * DAY).iso())
        };
        assert_eq!(range(0, "2026-11-22T23:30:00Z"), Ok("2026-11-16T00:00:00Z".into()));
        assert_eq!(range(60, "2026-11-22T23:30:00Z"), Ok("2026-11-17T00:00:00Z".into()));
        assert_eq!(range(-600, "2026-11-22T09:30:00Z"), Ok("2026-11-15T00:00:00Z".into()));
        assert!(range(99_999, "2026-11-22T09:30:00Z").is_err());
    }
}
