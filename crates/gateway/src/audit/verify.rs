//! `sluice audit verify`: goes along the chain from its beginning, or from what retention left of it, and names the first entry that
//! does not fit.

use std::fmt;

use runs::Timestamp;
use sqlx::{Any, Row as _, Transaction};

use super::chain::{GENESIS, Link, Linked, stretch};
use crate::store::Store;

/// What stands for the entries that were removed because of their age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub through: i64,
    pub digest: String,
    pub written: i64,
    pub at: i64,
    pub keep: String,
}

/// A head that was written down earlier: the id of an entry, and its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted(Link);

impl Noted {
    /// `1042:9f86…`, as a verification prints it.
    pub fn read(text: &str) -> Result<Self, String> {
        let noted = text.split_once(':').and_then(|(id, digest)| {
            let fits = digest.len() == GENESIS.len() && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
            Some(Link { id: id.parse().ok()?, digest: fits.then(|| digest.to_ascii_lowercase())? })
        });
        noted
            .map(Self)
            .ok_or_else(|| "a noted head is an entry's number, a colon and its digest, as `sluice audit verify` prints it".into())
    }
}

/// How the log stands.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Holds {
        entries: u64,
        /// Of the oldest entry that is there, and the newest.
        first: Option<(i64, i64)>,
        last: Option<(i64, i64)>,
        anchor: Option<Anchor>,
        head: Link,
        noted: Option<Seen>,
    },
    Broken {
        entry: i64,
        /// Where it is an entry that is there: when it was written, by whom, about what.
        about: Option<String>,
        why: String,
    },
}

#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// The noted entry is in the chain as it was noted.
    There(i64),
    /// It was removed by retention since.
    Removed(i64),
}

impl Verdict {
    pub const fn holds(&self) -> bool {
        matches!(self, Self::Holds { .. })
    }
}

/// Reads the whole log once, in one transaction: what is appended meanwhile is not looked at.
pub async fn verify(store: &Store, noted: Option<&Noted>) -> sqlx::Result<Verdict> {
    let mut look = if store.is_postgres() {
        let mut look = store.begin().await?;
        sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(&mut *look).await?;
        look
    } else {
        store.read.begin().await?
    };
    let anchor = anchor(&mut look).await?;
    let begin = anchor.as_ref().map(|anchor| Link { id: anchor.through, digest: anchor.digest.clone() });
    let mut head = begin.clone().unwrap_or_else(|| Link { id: 0, digest: GENESIS.into() });
    if let Some(stray) = before(&mut look, head.id).await? {
        let why = format!("it stands before entry {}, up to which the log was removed", head.id);
        return Ok(Verdict::Broken { entry: stray, about: None, why });
    }
    let (mut entries, mut first, mut last, mut seen) = (0, None, None, None);
    if let (Some(Noted(noted)), Some(anchor)) = (noted, &anchor)
        && noted.id <= anchor.through
    {
        if noted.id == anchor.through && noted.digest != anchor.digest {
            return Ok(Verdict::Broken { entry: noted.id, about: None, why: "it had another digest when it was noted".into() });
        }
        seen = Some(Seen::Removed(noted.id));
    }
    loop {
        let stretch = stretch(&mut look, head.id).await?;
        if stretch.is_empty() {
            break;
        }
        for linked in stretch {
            if let Some(why) = wrong(&linked, &head) {
                // Where one is missing, the missing one is named.
                let missing = linked.entry.id != head.id + 1;
                let (entry, about) = if missing { (head.id + 1, None) } else { (linked.entry.id, Some(about(&linked))) };
                return Ok(Verdict::Broken { entry, about, why });
            }
            let at = (linked.entry.id, linked.entry.at);
            first.get_or_insert(at);
            last = Some(at);
            entries += 1;
            head = Link { id: linked.entry.id, digest: linked.digest };
            if let Some(Noted(noted)) = noted.filter(|Noted(noted)| noted.id == head.id) {
                if noted.digest != head.digest {
                    let why = "it had another digest when it was noted: the log from there on was written anew".to_owned();
                    return Ok(Verdict::Broken { entry: head.id, about: None, why });
                }
                seen = Some(Seen::There(noted.id));
            }
        }
    }
    if let (Some(Noted(noted)), None) = (noted, &seen) {
        let why = format!("it was noted, and the log now ends with entry {}", head.id);
        return Ok(Verdict::Broken { entry: noted.id, about: None, why });
    }
    if let Some(orphan) = orphan(&mut look).await? {
        return Ok(Verdict::Broken { entry: orphan, about: None, why: "there are changed fields of it, and no such entry".into() });
    }
    Ok(Verdict::Holds { entries, first, last, anchor, head, noted: seen })
}

/// Why an entry does not follow the one before.
fn wrong(linked: &Linked, head: &Link) -> Option<String> {
    if linked.entry.id != head.id + 1 {
        return Some(format!("it is missing: behind entry {} comes entry {}", head.id, linked.entry.id));
    }
    if linked.entry.digest(&linked.previous) != linked.digest {
        return Some("its content is not what its digest says: it was changed".into());
    }
    (linked.previous != head.digest)
        .then(|| format!("it was written behind another entry {}: that one was changed and its digest with it", head.id))
}

fn about(linked: &Linked) -> String {
    let entry = &linked.entry;
    format!("{} {} {}: {} of {} in run {}", Timestamp(entry.at).iso(), entry.who, entry.kind, entry.decision, entry.review, entry.run)
}

async fn anchor(look: &mut Transaction<'static, Any>) -> sqlx::Result<Option<Anchor>> {
    let row = sqlx::query("SELECT * FROM audit_anchors ORDER BY through DESC LIMIT 1").fetch_optional(&mut **look).await?;
    row.map(|row| {
        Ok(Anchor {
            through: row.try_get("through")?,
            digest: row.try_get("digest")?,
            written: row.try_get("written")?,
            at: row.try_get("at")?,
            keep: row.try_get("keep")?,
        })
    })
    .transpose()
}

async fn before(look: &mut Transaction<'static, Any>, through: i64) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("SELECT id FROM audit_entries WHERE id <= $1 ORDER BY id LIMIT 1").bind(through).fetch_optional(&mut **look).await
}

async fn orphan(look: &mut Transaction<'static, Any>) -> sqlx::Result<Option<i64>> {
    let orphan = "SELECT c.entry FROM audit_changes c LEFT JOIN audit_entries e ON e.id = c.entry WHERE e.id IS NULL LIMIT 1";
    sqlx::query_scalar(orphan).fetch_optional(&mut **look).await
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken { entry, about, why } => {
                write!(out, "The audit log does not hold. Entry {entry} does not fit: {why}.")?;
                about.as_ref().map_or(Ok(()), |about| write!(out, "\n  entry {entry}: {about}"))
            }
            Self::Holds { entries, first, last, anchor, head, noted } => {
                match (first, last) {
                    (Some(first), Some(last)) => {
                        let (from, to) = (Timestamp(first.1).iso(), Timestamp(last.1).iso());
                        write!(out, "The audit log holds: {entries} entries, {} to {}, written from {from} to {to}.", first.0, last.0)?;
                    }
                    _ => write!(out, "The audit log holds: it has no entries.")?,
                }
                if let Some(anchor) = anchor {
                    let (at, written) = (Timestamp(anchor.at).iso(), Timestamp(anchor.written).iso());
                    let (through, keep) = (anchor.through, &anchor.keep);
                    write!(out, "\nEntries up to {through}, written until {written}, were removed at {at} by keep = \"{keep}\".")?;
                }
                match noted {
                    Some(Seen::There(id)) => write!(out, "\nEntry {id} is what was noted.")?,
                    Some(Seen::Removed(id)) => write!(out, "\nEntry {id}, which was noted, is among those removed since.")?,
                    None => {}
                }
                write!(
                    out,
                    "\nHead: {}:{}\nNote it where this database's administrators cannot write; --noted tells later whether it is still in the log.",
                    head.id, head.digest
                )
            }
        }
    }
}
