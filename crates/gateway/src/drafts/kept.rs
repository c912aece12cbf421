//! Drafts in the store.

use serde::Deserialize;
use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction};

use super::keys::{Keys, Sealed};
use crate::store::Store;

/// Drafts of one person, and bytes of all of them together.
pub const MOST: i64 = 200;
pub const MOST_BYTES: i64 = 32 * 1024 * 1024;

/// Whose draft of which review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub owner: String,
    pub connection: String,
    pub run: String,
    pub review: String,
}

/// What a browser gives to be kept.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Given {
    pub connection: String,
    pub run: String,
    pub review: String,
    pub pin: String,
    pub edited: i64,
    /// The browser; made up by it.
    pub writer: String,
    /// The version that it was made of, as far as its browser knows one.
    pub before: Option<i64>,
    pub text: String,
}

/// A draft as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub pin: String,
    pub edited: i64,
    pub saved: i64,
    pub version: i64,
    pub writer: String,
    /// `None`: no key opens it.
    pub text: Option<String>,
}

/// What became of a draft that was to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Put {
    Kept(i64),
    /// Another browser wrote it since.
    Clash,
    /// The person has too many, or too large ones.
    Full,
    /// This machine gives no random numbers.
    Unsealed,
}

impl Place {
    /// What a draft is sealed for: with another owner, review, content or time it does not open.
    fn sealed_for(&self, pin: &str, edited: i64, writer: &str) -> Vec<u8> {
        serde_json::json!(["draft", self.owner, self.connection, self.run, self.review, pin, edited, writer]).to_string().into_bytes()
    }
}

/// Keeps a draft, unless another browser wrote one that this one knows nothing of.
pub async fn put(store: &Store, place: &Place, given: &Given, keys: &Keys, now: i64, oldest: i64) -> sqlx::Result<Put> {
    let Some(sealed) = keys.seal(&given.text, &place.sealed_for(&given.pin, given.edited, &given.writer)) else {
        return Ok(Put::Unsealed);
    };
    let mut change = store.begin_alone(&format!("drafts of {}", place.owner)).await?;
    // The turn is this owner's; others' rows wait for the hourly sweep.
    let stale = sqlx::query("DELETE FROM drafts WHERE owner = $1 AND saved < $2");
    stale.bind(place.owner.clone()).bind(oldest).execute(&mut *change).await?;
    let mut version = now;
    if let Some(row) = row(&mut change, place).await? {
        let (known, edited): (i64, i64) = (row.try_get("version")?, row.try_get("edited")?);
        if given.before != Some(known) {
            if row.try_get::<String, _>("writer")? != given.writer {
                return Ok(Put::Clash);
            }
            // Its own later edit was quicker.
            if edited > given.edited {
                return Ok(Put::Kept(known));
            }
        }
        version = now.max(known.saturating_add(1));
    }
    if full(&mut change, place, sealed.text.len()).await? {
        return Ok(Put::Full);
    }
    let size = i64::try_from(sealed.text.len()).unwrap_or(i64::MAX);
    let written = sqlx::query(
        "INSERT INTO drafts (owner, connection, run, review, pin, writer, key, sealed, edited, saved, version, size)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (owner, connection, run, review) DO UPDATE SET pin = excluded.pin, writer = excluded.writer, key = excluded.key,
         sealed = excluded.sealed, edited = excluded.edited, saved = excluded.saved, version = excluded.version, size = excluded.size",
    );
    let texts = [&place.owner, &place.connection, &place.run, &place.review, &given.pin, &given.writer, &sealed.key, &sealed.text];
    let written = texts.into_iter().fold(written, |query, text| query.bind(text.clone()));
    written.bind(given.edited).bind(now).bind(version).bind(size).execute(&mut *change).await?;
    change.commit().await?;
    Ok(Put::Kept(version))
}

async fn row(change: &mut Transaction<'static, Any>, place: &Place) -> sqlx::Result<Option<AnyRow>> {
    let row = sqlx::query("SELECT version, edited, writer FROM drafts WHERE owner = $1 AND connection = $2 AND run = $3 AND review = $4");
    [&place.owner, &place.connection, &place.run, &place.review]
        .into_iter()
        .fold(row, |row, text| row.bind(text.clone()))
        .fetch_optional(&mut **change)
        .await
}

async fn full(change: &mut Transaction<'static, Any>, place: &Place, more: usize) -> sqlx::Result<bool> {
    let others = sqlx::query(
        "SELECT count(*) AS count, CAST(coalesce(sum(size), 0) AS BIGINT) AS bytes FROM drafts
         WHERE owner = $1 AND NOT (connection = $2 AND run = $3 AND review = $4)",
    );
    let others = [&place.owner, &place.connection, &place.run, &place.review].into_iter().fold(others, |row, text| row.bind(text.clone()));
    let others = others.fetch_one(&mut **change).await?;
    let (count, bytes): (i64, i64) = (others.try_get("count")?, others.try_get("bytes")?);
    Ok(count >= MOST || bytes.saturating_add(i64::try_from(more).unwrap_or(i64::MAX)) > MOST_BYTES)
}

/// The draft, unless it is older than `oldest`.
pub async fn get(store: &Store, place: &Place, keys: &Keys, oldest: i64) -> sqlx::Result<Option<Kept>> {
    let found = sqlx::query(
        "SELECT pin, writer, key, sealed, edited, saved, version FROM drafts
         WHERE owner = $1 AND connection = $2 AND run = $3 AND review = $4 AND saved >= $5",
    );
    let found = [&place.owner, &place.connection, &place.run, &place.review].into_iter().fold(found, |row, text| row.bind(text.clone()));
    let Some(row) = found.bind(oldest).fetch_optional(&store.read).await? else { return Ok(None) };
    let (pin, writer): (String, String) = (row.try_get("pin")?, row.try_get("writer")?);
    let edited: i64 = row.try_get("edited")?;
    let sealed = Sealed { key: row.try_get("key")?, text: row.try_get("sealed")? };
    let text = keys.open(&sealed, &place.sealed_for(&pin, edited, &writer));
    Ok(Some(Kept { pin, edited, saved: row.try_get("saved")?, version: row.try_get("version")?, writer, text }))
}

/// Forgets the draft as this browser knows it: one that another wrote since stays. Whether one went.
pub async fn drop_known(store: &Store, place: &Place, version: Option<i64>, writer: &str) -> sqlx::Result<bool> {
    let gone = sqlx::query(
        "DELETE FROM drafts WHERE owner = $1 AND connection = $2 AND run = $3 AND review = $4 AND (writer = $5 OR version = $6)",
    );
    let gone = [&place.owner, &place.connection, &place.run, &place.review].into_iter().fold(gone, |row, text| row.bind(text.clone()));
    Ok(gone.bind(writer.to_owned()).bind(version.unwrap_or(-1)).execute(&store.write).await?.rows_affected() > 0)
}

/// Forgets everybody's drafts of a review that was decided.
pub async fn decided(store: &Store, connection: &str, run: &str, review: &str) -> sqlx::Result<()> {
    let gone = sqlx::query("DELETE FROM drafts WHERE connection = $1 AND run = $2 AND review = $3");
    gone.bind(connection.to_owned()).bind(run.to_owned()).bind(review.to_owned()).execute(&store.write).await.map(drop)
}

/// Forgets what was written before; how many went.
pub async fn expire(store: &Store, oldest: i64) -> sqlx::Result<u64> {
    Ok(sqlx::query("DELETE FROM drafts WHERE saved < $1").bind(oldest).execute(&store.write).await?.rows_affected())
}
