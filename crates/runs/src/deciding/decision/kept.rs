//! The persisted form of a draft: edits that were not accepted yet, and the decision that was sent with them.

use crate::form::{Draft, rebase, rebase_texts};
use crate::model::review::{Intent, Review, ReviewState};
use crate::value::diff::Change;
use crate::value::json::{Json, Map, parse_answer};
use crate::value::time::Timestamp;

/// A decision that was sent and whose outcome is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The idempotency key.
    pub key: String,
    pub approve: bool,
    /// Why it was rejected.
    pub reason: Option<String>,
    pub sent: Timestamp,
    /// The data that was approved or rejected. Drafts of earlier releases do not have it.
    pub data: Option<Json>,
    /// The browser's tab that sent it, as it calls itself.
    pub tab: Option<String>,
}

impl Pending {
    /// What was sent, with the draft beside which it was kept.
    pub fn intent(&self, edited: Option<Json>) -> Intent {
        Intent { key: self.key.clone(), approve: self.approve, edited: edited.filter(|_| self.approve), reason: self.reason.clone() }
    }

    /// What was sent, where the review's content is another by now: with the very data that it was about, which the content
    /// of now and the edits say nothing of.
    fn intent_on_its_data(self, draft: &Json) -> Intent {
        let edited = self.data.or_else(|| draft.get("value").filter(|_| self.approve).cloned());
        Intent { key: self.key, approve: self.approve, edited, reason: self.reason }
    }
}

/// A draft as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub at: Timestamp,
    /// What [`Draft::restore`] takes.
    pub draft: Json,
    /// The edits one by one, for carrying them over to data that changed.
    pub edits: Vec<Change>,
    /// What was typed as the reason of a rejection that nobody has sent.
    pub reason: String,
    pub pending: Option<Pending>,
}

impl Kept {
    pub fn of(draft: &Draft, pending: Option<Pending>, at: Timestamp) -> Self {
        Self { at, draft: draft.save(), edits: draft.changes(), reason: String::new(), pending }
    }

    /// As text; the version comes first, so that a later one can tell.
    pub fn write(self) -> String {
        let edits = self.edits.into_iter().map(write_change).collect();
        let mut map = Map::from_iter([
            ("v".to_owned(), 1.into()),
            ("at".to_owned(), self.at.0.into()),
            ("draft".to_owned(), self.draft),
            ("edits".to_owned(), Json::Array(edits)),
        ]);
        if !self.reason.is_empty() {
            map.insert("reason".into(), self.reason.into());
        }
        if let Some(pending) = self.pending {
            let mut sent = Map::from_iter([
                ("key".to_owned(), pending.key.into()),
                ("approve".to_owned(), pending.approve.into()),
                ("sent".to_owned(), pending.sent.0.into()),
            ]);
            sent.extend(pending.reason.map(|reason| ("reason".to_owned(), reason.into())));
            sent.extend(pending.data.map(|data| ("data".to_owned(), data)));
            sent.extend(pending.tab.map(|tab| ("tab".to_owned(), tab.into())));
            map.insert("pending".into(), Json::Object(sent));
        }
        Json::Object(map).to_string()
    }

    /// What [`Kept::write`] wrote. The first release put the time before the JSON and no version into it.
    pub fn read(text: &str) -> Option<Self> {
        let (before, json) = text.split_once('{')?;
        let json = parse_answer(format!("{{{json}").as_bytes()).ok()?;
        let at = json.get("at").and_then(Json::as_i64).or_else(|| before.trim().parse().ok())?;
        if json.get("v").is_some_and(|version| version.as_u64() != Some(1)) {
            return None;
        }
        let edits = json.get("edits").and_then(Json::as_array).map(|edits| edits.iter().filter_map(read_change).collect());
        let pending = json.get("pending").and_then(|pending| {
            Some(Pending {
                key: pending.get("key")?.as_str()?.to_owned(),
                approve: pending.get("approve")?.as_bool()?,
                reason: pending.get("reason").and_then(Json::as_str).map(str::to_owned),
                sent: Timestamp(pending.get("sent")?.as_i64()?),
                data: pending.get("data").cloned(),
                tab: pending.get("tab").and_then(Json::as_str).map(str::to_owned),
            })
        });
        let reason = json.get("reason").and_then(Json::as_str).unwrap_or_default().to_owned();
        Some(Self { at: Timestamp(at), draft: json.get("draft")?.clone(), edits: edits.unwrap_or_default(), reason, pending })
    }
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

/// A review as it is taken up, with what was kept of it.
#[derive(Debug)]
pub struct Resumed {
    pub draft: Draft,
    /// Edits of an earlier visit are in it: of when.
    pub restored: Option<Timestamp>,
    /// Edits that found no field in the data as it is now.
    pub dropped: usize,
    /// The reason of a rejection that was begun.
    pub reason: String,
    /// What was sent and has to be looked for.
    pub pending: Option<(Intent, Timestamp)>,
    /// The tab that sent it.
    pub tab: Option<String>,
}

/// Opens a review with the draft that was kept of exactly this content, or else with the edits made on its content of before.
pub fn resume(review: &Review, same: Option<Kept>, earlier: Option<Kept>) -> Resumed {
    let mut draft = Draft::open(review.schema.as_ref(), &review.data, &review.read_only);
    let open = review.state == ReviewState::Open;
    let (mut restored, mut dropped, mut pending) = (None, 0, None);
    let kept = same.as_ref().or(earlier.as_ref());
    // A reason speaks of what was read: another content may be another round of a loop.
    let reason = same.as_ref().map(|kept| kept.reason.clone()).unwrap_or_default();
    let tab = kept.and_then(|kept| kept.pending.as_ref()).and_then(|pending| pending.tab.clone());
    if let Some(kept) = same {
        let as_read = draft.save();
        restored = (draft.restore(&kept.draft) && draft.save() != as_read).then_some(kept.at);
        pending = kept.pending.map(|pending| (pending.intent(draft.edited()), pending.sent));
    } else if let Some(earlier) = earlier {
        // What was sent may be the very reason for the new content; while the review is open it was not taken.
        let sent = earlier.pending.filter(|_| !open);
        pending = sent.map(|pending| (pending.sent, pending.intent_on_its_data(&earlier.draft))).map(|(sent, intent)| (intent, sent));
        let as_read = draft.save();
        dropped = earlier.edits.len() - rebase(&earlier.edits, &mut draft) + rebase_texts(&earlier.draft, &mut draft);
        restored = (dropped > 0 || draft.save() != as_read).then_some(earlier.at);
    }
    Resumed { draft, restored: restored.filter(|_| open), dropped, reason, pending, tab }
}
