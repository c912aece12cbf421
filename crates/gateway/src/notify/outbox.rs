//! What is known to wait and what has yet to be told, in the store.

use std::collections::HashMap;

use sqlx::{Any, Row as _, Transaction};

use super::Channel;
use super::message::{MOST, Message, Waiting};
use crate::store::Store;

/// Under this name it is written, one change after the other.
const ALONE: &str = "notifications outbox";
/// So many reviews that came at once are told one by one; more are told together.
const SINGLY: usize = 5;
/// A message that nobody took for so long is given up, in milliseconds.
pub const GIVEN_UP: i64 = 2 * 24 * 3_600_000;

/// What is known of a run that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// How the run looked when its reviews were read.
    pub stamp: String,
    pub reviews: Vec<String>,
}

/// A message that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub id: String,
    pub message: Message,
    pub made: i64,
    pub tries: i64,
    /// Whether anything that it tells still waits.
    pub waits: bool,
}

#[derive(Clone, Debug)]
pub struct Outbox {
    store: Store,
}

impl Outbox {
    pub fn of(store: &Store) -> Self {
        Self { store: store.clone() }
    }

    /// What is known to wait at a connection, by run.
    pub async fn known(&self, connection: &str) -> sqlx::Result<HashMap<String, Known>> {
        let rows = sqlx::query("SELECT run, review, stamp FROM notify_waiting WHERE connection = $1").bind(connection);
        let mut known: HashMap<String, Known> = HashMap::new();
        for row in rows.fetch_all(&self.store.read).await? {
            let run = known.entry(row.try_get("run")?).or_default();
            run.stamp = row.try_get("stamp")?;
            run.reviews.push(row.try_get("review")?);
        }
        Ok(known)
    }

    /// These are the reviews of a run now: new ones are to be told, others no longer.
    pub async fn waits(
        &self,
        connection: &str,
        run: &str,
        stamp: &str,
        reviews: &[Waiting],
        channels: &[Channel],
        now: i64,
    ) -> sqlx::Result<()> {
        let mut change = self.store.begin_alone(ALONE).await?;
        let rows = sqlx::query("SELECT review FROM notify_waiting WHERE connection = $1 AND run = $2").bind(connection).bind(run);
        let before: Vec<String> = rows.fetch_all(&mut *change).await?.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        for gone in before.iter().filter(|before| !reviews.iter().any(|one| one.review == **before)) {
            forget(&mut change, connection, run, Some(gone)).await?;
        }
        for one in reviews {
            sqlx::query(
                "INSERT INTO notify_waiting (connection, run, review, stamp) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (connection, run, review) DO UPDATE SET stamp = excluded.stamp",
            )
            .bind(connection)
            .bind(run)
            .bind(one.review.as_str())
            .bind(stamp)
            .execute(&mut *change)
            .await?;
            if before.contains(&one.review) {
                continue;
            }
            let details = serde_json::to_string(one).unwrap_or_default();
            for channel in channels.iter().filter(|channel| channel.concerns(connection, &one.flow)) {
                sqlx::query(
                    "INSERT INTO notify_items (channel, connection, run, review, details, found) VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (channel, connection, run, review) DO NOTHING",
                )
                .bind(channel.id.as_str())
                .bind(connection)
                .bind(run)
                .bind(one.review.as_str())
                .bind(details.as_str())
                .bind(now)
                .execute(&mut *change)
                .await?;
            }
        }
        change.commit().await
    }

    /// These runs wait no longer.
    pub async fn gone<'a>(&self, connection: &str, runs: impl IntoIterator<Item = &'a String>) -> sqlx::Result<()> {
        let mut change = None;
        for run in runs {
            let change = match &mut change {
                Some(change) => change,
                none => none.insert(self.store.begin_alone(ALONE).await?),
            };
            forget(change, connection, run, None).await?;
        }
        match change {
            Some(change) => change.commit().await,
            None => Ok(()),
        }
    }

    /// Puts what a channel has to tell into messages: single ones if they are few and it wants no digest.
    pub async fn put_together(&self, channel: &Channel, write: impl Fn(&[Waiting], usize) -> Message, now: i64) -> sqlx::Result<()> {
        let untold = "SELECT count(*) FROM notify_items WHERE channel = $1 AND message IS NULL";
        if sqlx::query_scalar::<_, i64>(untold).bind(channel.id.as_str()).fetch_one(&self.store.read).await? == 0 {
            return Ok(());
        }
        let mut change = self.store.begin_alone(ALONE).await?;
        if let Some(digest) = channel.digest {
            let next = sqlx::query_scalar::<_, i64>("SELECT next FROM notify_channels WHERE id = $1").bind(channel.id.as_str());
            if next.fetch_optional(&mut *change).await?.is_some_and(|next| next > now) {
                return Ok(());
            }
            let next = now + i64::try_from(digest.as_millis()).unwrap_or(i64::MAX / 2);
            sqlx::query("INSERT INTO notify_channels (id, next) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET next = excluded.next")
                .bind(channel.id.as_str())
                .bind(next)
                .execute(&mut *change)
                .await?;
        }
        let rows = sqlx::query(
            "SELECT run, review, connection, details FROM notify_items WHERE channel = $1 AND message IS NULL
             ORDER BY found, connection, run, review",
        );
        let rows = rows.bind(channel.id.as_str()).fetch_all(&mut *change).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in &rows {
            // What an older Sluice wrote otherwise is not told, and not tried for ever.
            if let Ok(one) = serde_json::from_str::<Waiting>(row.try_get("details")?) {
                items.push(one);
            }
        }
        let together = channel.digest.is_some() || items.len() > SINGLY;
        let messages = if together { items.chunks(items.len().max(1)).collect::<Vec<_>>() } else { items.chunks(1).collect() };
        for items in messages {
            let id = format!("msg_{}", uuid::Uuid::new_v4().simple());
            let message = write(&items[..items.len().min(MOST)], items.len());
            sqlx::query("INSERT INTO notify_messages (id, channel, body, made, due) VALUES ($1, $2, $3, $4, $4)")
                .bind(id.as_str())
                .bind(channel.id.as_str())
                .bind(serde_json::to_string(&message).unwrap_or_default())
                .bind(now)
                .execute(&mut *change)
                .await?;
            for one in items {
                sqlx::query("UPDATE notify_items SET message = $1 WHERE channel = $2 AND connection = $3 AND run = $4 AND review = $5")
                    .bind(id.as_str())
                    .bind(channel.id.as_str())
                    .bind(one.connection.as_str())
                    .bind(one.run.as_str())
                    .bind(one.review.as_str())
                    .execute(&mut *change)
                    .await?;
            }
        }
        change.commit().await
    }

    /// The message of a channel that has been due for longest.
    pub async fn due(&self, channel: &str, now: i64) -> sqlx::Result<Option<Due>> {
        let row = sqlx::query(
            "SELECT id, body, made, tries, (SELECT count(*) FROM notify_items WHERE message = notify_messages.id) AS waits
             FROM notify_messages WHERE channel = $1 AND due <= $2 ORDER BY due, id LIMIT 1",
        );
        let Some(row) = row.bind(channel).bind(now).fetch_optional(&self.store.read).await? else { return Ok(None) };
        let body: String = row.try_get("body")?;
        let unreadable = || Message { subject: String::new(), text: String::new(), payload: String::new() };
        Ok(Some(Due {
            id: row.try_get("id")?,
            // One that cannot be read tells nothing that waits, and is dropped for that.
            waits: row.try_get::<i64, _>("waits")? > 0 && !body.is_empty(),
            message: serde_json::from_str(&body).unwrap_or_else(|_| unreadable()),
            made: row.try_get("made")?,
            tries: row.try_get("tries")?,
        }))
    }

    /// It was taken, or is given up.
    pub async fn done(&self, id: &str) -> sqlx::Result<()> {
        let mut change = self.store.begin_alone(ALONE).await?;
        sqlx::query("DELETE FROM notify_items WHERE message = $1").bind(id).execute(&mut *change).await?;
        sqlx::query("DELETE FROM notify_messages WHERE id = $1").bind(id).execute(&mut *change).await?;
        change.commit().await
    }

    /// It was not taken, and is tried again at `due`.
    pub async fn failed(&self, id: &str, due: i64) -> sqlx::Result<()> {
        let mut change = self.store.begin_alone(ALONE).await?;
        let later = sqlx::query("UPDATE notify_messages SET tries = tries + 1, due = $1 WHERE id = $2").bind(due).bind(id);
        later.execute(&mut *change).await?;
        change.commit().await
    }
}

/// One review, or all of a run: neither known nor to be told any more.
async fn forget(change: &mut Transaction<'static, Any>, connection: &str, run: &str, review: Option<&str>) -> sqlx::Result<()> {
    for table in ["notify_waiting", "notify_items"] {
        let which = if review.is_some() { "review = $3" } else { "$3 = ''" };
        let text = format!("DELETE FROM {table} WHERE connection = $1 AND run = $2 AND {which}");
        let delete = sqlx::query(sqlx::AssertSqlSafe(text)).bind(connection).bind(run).bind(review.unwrap_or_default());
        delete.execute(&mut **change).await?;
    }
    Ok(())
}
