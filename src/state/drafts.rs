//! Drafts of reviews: edits that nobody has accepted yet, kept in this browser until they are accepted or thrown away.
//!
//! They are in IndexedDB. A closing tab cannot wait for that, so what was typed last is put into `localStorage` as well, at once,
//! and taken over from there by the next visit; so are the drafts of releases that knew no other place.

use super::{globals, page_wide, preferences};
use crate::platform::idb::{self, Change};
use crate::platform::tabs::Channel;
use crate::platform::{clock, page, storage, tabs};
use runs::deciding::decision::{Kept, Pending};
use runs::form::Draft;
use runs::model::review::Review;
use runs::value::percent::encode;
use std::cell::{Cell, OnceCell, RefCell};

/// Prefix of the `localStorage` keys of what was typed last.
const LAST: &str = "draft.";
/// The broadcast channel of drafts.
const CHANNEL: &str = "sluice-drafts";

/// What became of a draft that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saving {
    Kept,
    /// The browser has no place, or the draft is too large.
    Refused,
    /// On a shared device nothing is kept.
    Off,
    /// Another tab is sending a decision with this draft: it stays as it is.
    Taken,
}

/// A draft as text: for the browser's database, and for the last words of a tab that closes before that has answered.
pub struct Written {
    at: i64,
    text: String,
}

impl Written {
    pub fn text(&self) -> &str {
        &self.text
    }

    /// When it was typed.
    pub fn at(&self) -> i64 {
        self.at
    }
}

impl From<Kept> for Written {
    fn from(kept: Kept) -> Self {
        Self { at: kept.at.0, text: kept.write() }
    }
}

/// What another tab did with the draft of a review.
#[derive(Clone, Debug)]
pub enum Elsewhere {
    /// It was edited, or sent.
    Kept(Box<Kept>),
    /// It was accepted or thrown away.
    Gone,
}

pub fn place(connection: &str, run: &str, review: &str) -> String {
    format!("{}/{}/{}/", encode(connection), encode(run), encode(review))
}

fn key(connection: &str, read: &Review) -> String {
    format!("{}{}", place(connection, &read.run, &read.id), read.pin.digest)
}

fn off() -> bool {
    preferences::shared_device(globals().session)
}

/// Every draft of a review, each with the digest of the content that it was made on.
pub async fn load(connection: &str, run: &str, review: &str) -> Vec<(String, Kept)> {
    if off() {
        return Vec::new();
    }
    take_over().await;
    let start = place(connection, run, review);
    let found = idb::read(&start).await;
    found.iter().filter_map(|(key, text)| Some((key.strip_prefix(&start)?.to_owned(), Kept::read(text)?))).collect()
}

/// The draft of exactly this content, or else the newest one of the content before.
pub fn pick(mut found: Vec<(String, Kept)>, read: &Review) -> (Option<Kept>, Option<Kept>) {
    match found.iter().position(|(digest, _)| *digest == read.pin.digest) {
        Some(at) => (Some(found.swap_remove(at).1), None),
        None => (None, found.into_iter().map(|(_, kept)| kept).max_by_key(|kept| kept.at)),
    }
}

/// Keeps the edits as they are now.
pub async fn save(connection: &str, read: &Review, written: &Written) -> Saving {
    if off() {
        return Saving::Off;
    }
    let key = key(connection, read);
    let taken = Cell::new(false);
    let put = Change::Put { at: written.at, text: written.text.clone() };
    let done = idb::change(&key, |before| {
        taken.set(before.and_then(Kept::read).is_some_and(|before| before.pending.is_some()));
        if taken.get() { Change::Leave } else { put }
    });
    if !done.await {
        return Saving::Refused;
    }
    // Older last words, or the same: the draft is in its place now.
    storage::remove(&format!("{LAST}{key}"));
    if taken.get() {
        return Saving::Taken;
    }
    broadcast(&key, Some(&written.text));
    Saving::Kept
}

/// Keeps the edits at once, for a tab that may be gone before IndexedDB answers.
pub fn last_words(connection: &str, read: &Review, written: &Written) {
    if !off() {
        storage::set(&format!("{LAST}{}", key(connection, read)), &written.text);
    }
}

/// A decision with these edits is about to be sent.
pub async fn sent(connection: &str, read: &Review, draft: Option<Kept>, pending: Pending) {
    if off() {
        return;
    }
    let key = key(connection, read);
    let mut said = None;
    idb::change(&key, |before| {
        let kept = draft.or_else(|| before.and_then(Kept::read)).unwrap_or_else(|| {
            let untouched = Draft::open(read.schema.as_ref(), &read.data, &read.read_only);
            Kept::of(&untouched, None, clock::now())
        });
        let (at, text) = (kept.at.0, Kept { pending: Some(Pending { tab: Some(tabs::own()), ..pending }), ..kept }.write());
        said = Some(text.clone());
        Change::Put { at, text }
    })
    .await;
    broadcast(&key, said.as_deref());
}

/// The outcome of what was sent is known; the edits stay.
pub async fn settled(connection: &str, read: &Review) {
    let change = |before: Option<&str>| match before.and_then(Kept::read) {
        Some(kept) if kept.pending.is_some() => Change::Put { at: kept.at.0, text: Kept { pending: None, ..kept }.write() },
        _ => Change::Leave,
    };
    idb::change(&key(connection, read), change).await;
}

/// The places of all drafts that this browser keeps, encoded as `connection/run/review/…`.
pub async fn kept() -> Vec<String> {
    if off() {
        return Vec::new();
    }
    take_over().await;
    idb::read("").await.into_iter().map(|(key, _)| key).collect()
}

/// Forgets every draft of a review, here and in the other tabs.
pub async fn forget(connection: &str, run: &str, review: &str) {
    let start = place(connection, run, review);
    for key in storage::keys(&format!("{LAST}{start}")) {
        storage::remove(&key);
    }
    idb::remove(&start).await;
    broadcast(&start, None);
}

/// Forgets every draft there is.
pub async fn forget_all() {
    for key in storage::keys(LAST) {
        storage::remove(&key);
    }
    idb::remove("").await;
}

/// Brings what stands in `localStorage` to its place, unless something newer is there.
async fn take_over() {
    for last in storage::keys(LAST) {
        let Some(kept) = storage::get(&last).and_then(|text| Kept::read(&text)) else {
            storage::remove(&last);
            continue;
        };
        let done = idb::change(&last[LAST.len()..], |before| match before.and_then(Kept::read) {
            Some(before) if before.pending.is_some() || before.at > kept.at => Change::Leave,
            _ => Change::Put { at: kept.at.0, text: kept.write() },
        });
        if done.await {
            storage::remove(&last);
        }
    }
}

/// What the tabs of this browser tell each other about drafts.
struct Drafts {
    channel: OnceCell<Channel>,
    /// What other tabs sent while this one was open: of which review, whether it was approved.
    sent: RefCell<Vec<(String, bool)>>,
    /// This page among the senders; another one after a reload.
    sender: String,
}

impl Default for Drafts {
    fn default() -> Self {
        Self { channel: OnceCell::new(), sent: RefCell::default(), sender: page::random_key() }
    }
}

impl Drafts {
    fn channel(&self) -> &Channel {
        self.channel.get_or_init(|| Channel::open(CHANNEL, |message| page_wide::<Self>().receive(&message)))
    }

    fn receive(&self, message: &str) {
        let Some((sender, key, text)) = parts(message) else { return };
        let sent = Kept::read(text).and_then(|kept| kept.pending).filter(|_| self.sender != sender);
        if let (Some(pending), Some((place, _))) = (sent, key.rsplit_once('/')) {
            let place = format!("{place}/");
            let mut all = self.sent.borrow_mut();
            all.retain(|(of, _)| *of != place);
            all.push((place, pending.approve));
        }
    }
}

/// Sender, key and text of a message. Keys hold no line break, and neither does JSON as it is written here.
fn parts(message: &str) -> Option<(&str, &str, &str)> {
    let mut parts = message.splitn(3, '\n');
    Some((parts.next()?, parts.next()?, parts.next()?))
}

/// Notes from now on what other tabs send.
pub fn attend() {
    page_wide::<Drafts>().channel();
}

/// Another tab of this browser sent this decision.
pub fn sent_elsewhere(connection: &str, run: &str, review: &str, approved: Option<bool>) -> bool {
    let place = place(connection, run, review);
    page_wide::<Drafts>().sent.borrow().iter().any(|(of, sent)| *of == place && Some(*sent) == approved)
}

fn broadcast(key: &str, text: Option<&str>) {
    let drafts = page_wide::<Drafts>();
    drafts.channel().broadcast(&format!("{}\n{key}\n{}", drafts.sender, text.unwrap_or_default()));
}

/// Listens to what other tabs do with the draft of this review; `digest` is of the content that is shown.
pub fn listen(place: String, digest: impl Fn() -> Option<String> + 'static, receive: impl Fn(Elsewhere) + 'static) -> Channel {
    Channel::open(CHANNEL, move |message| {
        let Some((sender, key, text)) = parts(&message) else { return };
        if page_wide::<Drafts>().sender == sender {
            return;
        }
        match (key.strip_prefix(&place), Kept::read(text)) {
            (Some(""), None) => receive(Elsewhere::Gone),
            (Some(other), Some(kept)) if digest().as_deref() == Some(other) => receive(Elsewhere::Kept(Box::new(kept))),
            _ => {}
        }
    })
}
