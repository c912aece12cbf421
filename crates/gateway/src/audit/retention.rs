//! How long entries are kept. What is older is removed from the chain's beginning, and an anchor with the last digest stays in its
//! place, so that the rest still verifies.

use std::fmt;
use std::time::Duration;

use sqlx::Row as _;

use super::ALONE;
use crate::store::Store;

/// How often is looked for entries that are too old.
pub const EVERY: Duration = Duration::from_secs(3_600);
const DAY: i64 = 86_400_000;

/// A time that entries are kept, in the words of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    days: i64,
    words: String,
}

impl Keep {
    /// `5 years`, `18 months`, `90 days`.
    pub fn read(text: &str) -> Result<Self, String> {
        const WANTED: &str = "keep is a time such as \"5 years\", \"18 months\" or \"90 days\", from 1 day to 100 years";
        let (number, unit) = text.trim().split_once(char::is_whitespace).ok_or(WANTED)?;
        let days = match unit.trim() {
            "day" | "days" => 1,
            "month" | "months" => 31,
            "year" | "years" => 366,
            _ => return Err(WANTED.into()),
        };
        let days = number.parse::<i64>().ok().and_then(|number| number.checked_mul(days)).filter(|days| (1..=36_600).contains(days));
        Ok(Self { days: days.ok_or(WANTED)?, words: text.trim().to_owned() })
    }

    /// The first moment of which entries are kept.
    pub const fn from(&self, now: i64) -> i64 {
        now - self.days * DAY
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.words)
    }
}

/// Removes what is too old; answers with how many entries that were.
pub async fn remove(store: &Store, keep: &Keep, now: i64) -> sqlx::Result<u64> {
    let oldest = sqlx::query_scalar::<_, i64>("SELECT at FROM audit_entries ORDER BY id LIMIT 1").fetch_optional(&store.read).await?;
    if oldest.is_none_or(|oldest| oldest >= keep.from(now)) {
        return Ok(0);
    }
    let mut change = store.begin_alone(ALONE).await?;
    // From the beginning to the first that is young enough: a clock that was set back leaves no hole.
    let young = sqlx::query_scalar::<_, Option<i64>>("SELECT min(id) FROM audit_entries WHERE at >= $1").bind(keep.from(now));
    let young = young.fetch_one(&mut *change).await?.unwrap_or(i64::MAX);
    let last = sqlx::query("SELECT id, at, digest FROM audit_entries WHERE id < $1 ORDER BY id DESC LIMIT 1").bind(young);
    let Some(last) = last.fetch_optional(&mut *change).await? else { return Ok(0) };
    let through: i64 = last.try_get("id")?;
    let removed = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM audit_entries WHERE id <= $1").bind(through);
    let removed = removed.fetch_one(&mut *change).await?;
    sqlx::query("INSERT INTO audit_anchors (through, digest, written, at, keep, removed) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(through)
        .bind(last.try_get::<String, _>("digest")?)
        .bind(last.try_get::<i64, _>("at")?)
        .bind(now)
        .bind(&keep.words)
        .bind(removed)
        .execute(&mut *change)
        .await?;
    sqlx::query("DELETE FROM audit_changes WHERE entry <= $1").bind(through).execute(&mut *change).await?;
    sqlx::query("DELETE FROM audit_entries WHERE id <= $1").bind(through).execute(&mut *change).await?;
    change.commit().await?;
    Ok(u64::try_from(removed).unwrap_or_default())
}

/// Removes now and then, until the gateway stops.
pub async fn keep_up(store: Store, keep: Keep) {
    loop {
        match remove(&store, &keep, crate::clock::now()).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, %keep, "old entries of the audit log were removed"),
            Err(error) => tracing::error!(%error, "old entries of the audit log could not be removed"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_time_is_read_and_everything_else_refused() {
        for (text, days) in [("5 years", 1_830), ("1 year", 366), ("18 months", 558), (" 90  days ", 90), ("1 day", 1)] {
            assert_eq!(Keep::read(text).unwrap().from(0), -days * DAY, "{text}");
        }
        for text in ["", "5", "years", "0 days", "-1 days", "5 weeks ago", "101 years", "99999999999999999999 days", "1.5 years"] {
            assert!(Keep::read(text).is_err(), "{text}");
        }
    }
}
