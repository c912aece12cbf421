//! Drafts of reviews: edits that nobody has sent yet, kept in this browser until they are accepted or thrown away.

use crate::platform::{clock, storage};
use runs::diff::Change;
use runs::form::Draft;
use runs::http::encode;
use runs::json::{Map, parse};
use runs::review::Review;
use runs::{Json, Timestamp};

/// So many drafts are kept; the oldest go first.
const MOST: usize = 50;
const ALL: &str = "draft.";

/// A decision that was sent and whose outcome is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The idempotency key.
    pub key: String,
    pub approve: bool,
    pub sent: Timestamp,
}

/// A draft as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub at: Timestamp,
    /// What [`Draft::restore`] takes.
    pub draft: Json,
    /// The edits one by one, for carrying them over to data that changed.
    pub edits: Vec<Change>,
    pub pending: Option<Pending>,
}

fn start(connection: &str, run: &str, review: &str) -> String {
    format!("{ALL}{}/{}/{}/", encode(connection), encode(run), encode(review))
}

fn key(connection: &str, read: &Review) -> String {
    format!("{}{}", start(connection, &read.run, &read.id), read.pin.digest)
}

/// The draft of exactly this content.
pub fn load(connection: &str, read: &Review) -> Option<Kept> {
    read_kept(&storage::get(&key(connection, read))?)
}

/// The newest draft of the same review as it was before its content changed.
pub fn load_earlier(connection: &str, read: &Review) -> Option<Kept> {
    let keys = storage::keys(&start(connection, &read.run, &read.id));
    keys.iter().filter_map(|key| read_kept(&storage::get(key)?)).max_by_key(|kept| kept.at)
}

/// `false`: this browser did not keep it.
pub fn save(connection: &str, read: &Review, draft: &Draft, pending: Option<&Pending>) -> bool {
    let edits = draft.changes().into_iter().map(write_change).collect();
    let mut map = Map::from_iter([("draft".to_owned(), draft.save()), ("edits".to_owned(), Json::Array(edits))]);
    if let Some(pending) = pending {
        let sent = Map::from_iter([
            ("key".to_owned(), pending.key.as_str().into()),
            ("approve".to_owned(), pending.approve.into()),
            ("sent".to_owned(), pending.sent.0.into()),
        ]);
        map.insert("pending".into(), Json::Object(sent));
    }
    let key = key(connection, read);
    prune(&key);
    // The time stands before the JSON, so that pruning reads no more than it needs.
    storage::set(&key, &format!("{} {}", clock::now().0, Json::Object(map)))
}

/// Forgets every draft of a review.
pub fn forget(connection: &str, run: &str, review: &str) {
    for key in storage::keys(&start(connection, run, review)) {
        storage::remove(&key);
    }
}

/// The outcome of what was sent is known; the edits stay.
pub fn settled(connection: &str, read: &Review) {
    let key = key(connection, read);
    let Some(text) = storage::get(&key) else { return };
    if let Some((at, Json::Object(mut map))) = split(&text) {
        map.shift_remove("pending");
        storage::set(&key, &format!("{at} {}", Json::Object(map)));
    }
}

fn prune(keep: &str) {
    let keys = storage::keys(ALL);
    if keys.len() < MOST {
        return;
    }
    let mut aged: Vec<(i64, String)> = keys
        .into_iter()
        .filter(|key| key != keep)
        .map(|key| {
            let at = storage::get(&key).and_then(|text| text.split(' ').next()?.parse().ok());
            (at.unwrap_or(0), key)
        })
        .collect();
    aged.sort_unstable();
    let surplus = (aged.len() + 1).saturating_sub(MOST);
    for (_, key) in aged.iter().take(surplus) {
        storage::remove(key);
    }
}

fn split(text: &str) -> Option<(i64, Json)> {
    let (at, json) = text.split_once(' ')?;
    Some((at.parse().ok()?, parse(json.as_bytes()).ok()?))
}

fn read_kept(text: &str) -> Option<Kept> {
    let (at, json) = split(text)?;
    let edits = json.get("edits").and_then(Json::as_array).map(|edits| edits.iter().filter_map(read_change).collect());
    let pending = json.get("pending").and_then(|pending| {
        Some(Pending {
            key: pending.get("key")?.as_str()?.to_owned(),
            approve: pending.get("approve")?.as_bool()?,
            sent: Timestamp(pending.get("sent")?.as_i64()?),
        })
    });
    Some(Kept { at: Timestamp(at), draft: json.get("draft")?.clone(), edits: edits.unwrap_or_default(), pending })
}

fn write_change(change: Change) -> Json {
    let mut map = Map::from_iter([("path".to_owned(), change.path.into()), ("was".to_owned(), change.was.into())]);
    map.extend(change.before.map(|before| ("before".to_owned(), before)));
    map.extend(change.after.map(|after| ("after".to_owned(), after)));
    Json::Object(map)
}

fn read_change(json: &Json) -> Option<Change> {
    Some(Change {
        path: json.get("path")?.as_str()?.to_owned(),
        was: json.get("was")?.as_str()?.to_owned(),
        before: json.get("before").cloned(),
        after: json.get("after").cloned(),
    })
}
