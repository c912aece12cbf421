//! Writing: the intent before a decision leaves, its outcome once it is known.

use super::Word;
use crate::net;
use crate::platform::{clock, storage};
use runs::model::review::{Intent, Review};
use runs::value::diff::{Change, changes};
use runs::value::json::{Map, parse, sound};
use runs::wire::error::shortened;
use runs::wire::http::{Method, Request};
use runs::{ApiError, ErrorKind, Json, Timestamp};
use std::cell::{Cell, RefCell};

/// Outcomes that the gateway has not taken yet, each under a key of its own so that tabs do not lose each other's.
const OUTBOX: &str = "audit.";
const MOST_WAITING: usize = 200;
/// Back-off between the tries to submit what waits, in milliseconds; after that, with the next outcome or visit.
const TRIES: [u32; 6] = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000];
/// Characters of a name; longer ones are cut, because a name must not be the reason that nothing is sent.
const LONGEST_NAME: usize = 500;
const LONGEST_REASON: usize = 10_000;

/// Notes what is about to be sent. After an error the decision must not leave: nobody could tell later who made it.
pub async fn intent(connection: &str, read: &Review, intent: &Intent, who: &str) -> Result<(), ApiError> {
    let mut entry = entry("intent", connection, read, intent, who);
    if let Some(edited) = &intent.edited {
        let changes = changes(&read.data, edited).into_iter().map(write_change).collect();
        entry.insert("changes".into(), Json::Array(changes));
    }
    append(Json::Object(entry)).await
}

/// Outcomes on their way to the audit log: one for the page.
#[derive(Default)]
pub struct Outbox {
    submitting: Cell<bool>,
    /// What this browser's storage did not take.
    unstored: RefCell<Vec<(String, String)>>,
}

impl Outbox {
    /// Notes what came of a decision: at once if the gateway answers, otherwise as soon as it does.
    pub async fn outcome(&self, connection: &str, read: &Review, intent: &Intent, who: &str, word: Word, recorded_at: Option<Timestamp>) {
        let mut entry = entry("outcome", connection, read, intent, who);
        entry.insert("outcome".into(), word.slug().into());
        entry.extend(recorded_at.map(|at| ("recorded_at".to_owned(), at.0.into())));
        // The time goes first: what waits is submitted in its order.
        let key = format!("{OUTBOX}{:015}.{}.{}", clock::now().0, intent.key, word.slug());
        self.keep(key, Json::Object(entry).to_string());
        self.submit().await;
    }

    /// Submits what an earlier visit could not; pages of reviewers call it.
    pub async fn submit(&self) {
        if self.submitting.replace(true) {
            // The call that is under way takes the new one too.
            return;
        }
        let mut tries = TRIES.iter();
        while let Some((key, text)) = self.first() {
            let sent = match parse(text.as_bytes()) {
                Ok(entry) => append(entry).await,
                // No JSON: it cannot be submitted.
                Err(_) => Ok(()),
            };
            match sent {
                Err(error) if error.passing() => match tries.next() {
                    Some(wait) => clock::sleep(*wait).await,
                    None => break,
                },
                // What the gateway refuses once it refuses always.
                Ok(()) | Err(_) => self.drop_kept(&key),
            }
        }
        self.submitting.set(false);
    }

    fn keep(&self, key: String, text: String) {
        let mut waiting = storage::keys(OUTBOX);
        if waiting.len() >= MOST_WAITING {
            waiting.sort_unstable();
            for oldest in &waiting[..=waiting.len() - MOST_WAITING] {
                storage::remove(oldest);
            }
        }
        if !storage::set(&key, &text) {
            let mut unstored = self.unstored.borrow_mut();
            unstored.truncate(MOST_WAITING - 1);
            unstored.push((key, text));
        }
    }

    fn first(&self) -> Option<(String, String)> {
        let kept = storage::keys(OUTBOX).into_iter().min().and_then(|key| Some((storage::get(&key)?, key))).map(|(text, key)| (key, text));
        kept.or_else(|| self.unstored.borrow().first().cloned())
    }

    fn drop_kept(&self, key: &str) {
        storage::remove(key);
        self.unstored.borrow_mut().retain(|(kept, _)| kept != key);
    }
}

async fn append(entry: Json) -> Result<(), ApiError> {
    let request = Request::write(Method::Post, "audit").json(&entry).keyed();
    net::own(&request, None).await.map(drop).map_err(|error| match error.kind {
        // Written or not: the entry is not confirmed, and sending the same once more does no harm.
        ErrorKind::Malformed => ApiError { kind: ErrorKind::Unconfirmed, ..error },
        _ => error,
    })
}

fn entry(kind: &str, connection: &str, read: &Review, intent: &Intent, who: &str) -> Map<String, Json> {
    let name = |text: &str| Json::from(shortened(text, LONGEST_NAME - 1));
    let given = |text: &str, or: &str| if text.is_empty() { name(or) } else { name(text) };
    let mut entry = Map::from_iter([
        ("kind".to_owned(), kind.into()),
        ("key".to_owned(), intent.key.as_str().into()),
        ("connection".to_owned(), connection.into()),
        ("flow".to_owned(), read.flow.as_str().into()),
        ("run".to_owned(), read.run.as_str().into()),
        ("review".to_owned(), read.id.as_str().into()),
        ("review_name".to_owned(), given(&read.name, &read.id)),
        ("pin".to_owned(), read.pin.digest.as_str().into()),
        ("decision".to_owned(), if intent.approve { "approve" } else { "reject" }.into()),
        ("who".to_owned(), who.into()),
        ("client_at".to_owned(), clock::here().0.into()),
    ]);
    entry.extend(read.flow_name.as_deref().filter(|flow| !flow.is_empty()).map(|flow| ("flow_name".to_owned(), name(flow))));
    entry.extend(read.pin.attempt.map(|attempt| ("attempt".to_owned(), attempt.into())));
    entry.extend(read.since.map(|since| ("waiting_since".to_owned(), since.0.into())));
    let reason = intent.reason.as_deref().filter(|reason| !reason.is_empty());
    entry.extend(reason.map(|reason| ("reason".to_owned(), shortened(reason, LONGEST_REASON - 1).into())));
    entry
}

fn write_change(change: Change) -> Json {
    let mut map = Map::from_iter([("path".to_owned(), Json::from(change.path))]);
    map.extend(change.before.map(|before| ("before".to_owned(), sound(before))));
    map.extend(change.after.map(|after| ("after".to_owned(), sound(after))));
    Json::Object(map)
}
