//! One review of a bulk approval: whether it is eligible, and its outcome.

use super::list::{Entry, Queue};
use super::navigation::{page_of, review_name};
use crate::data::Connection;
use crate::features::review::form::validation::wrong_in;
use crate::net::{self, Scope};
use crate::platform::page;
use crate::prelude::*;
use crate::state::{Globals, Phase, case_id, drafts};
use crate::strings::t;
use crate::ui::{Icon, StatusMark, sign_in};
use runs::ApiError;
use runs::adapters::RunRef;
use runs::form::Draft;
use runs::model::review::{Outcome, Review, ReviewState};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Item {
    pub connection: Connection,
    pub run_name: String,
    pub name: String,
    pub href: String,
    pub case: String,
    pub eligibility: Eligibility,
}

#[derive(Clone, Debug)]
pub enum Eligibility {
    /// As it was read, with the key of this intent.
    Ready { review: Arc<Review>, key: String },
    /// Departed out, and why.
    Excluded(String),
    /// It could not be read.
    Unread(ApiError),
}

impl Item {
    pub fn approved(&self, phase: &Phase) -> bool {
        matches!(phase, Phase::Came(Outcome::Accepted(_) | Outcome::AlreadyMine(_)))
    }
}

/// Reads a review anew, or every open one of a run that did not tell them: only one that waits, is valid and was not edited may be
/// approved unseen.
pub async fn check(queue: Queue, entry: &Entry, scope: &Scope) -> Vec<Item> {
    let words = t().queue;
    let run = entry.name();
    let item = |review: &str, name: &str, eligibility: Eligibility| Item {
        connection: entry.connection.clone(),
        run_name: run.clone(),
        name: if name.is_empty() { run.clone() } else { format!("{run} · {name}") },
        href: page_of(&entry.connection, &entry.run, Some(&review.to_owned()).filter(|id| !id.is_empty())).href(),
        case: case_id(&entry.connection.id, &entry.run.id, review),
        eligibility,
    };
    let reviews: Vec<(String, String)> = match entry.review_id() {
        Some(id) => vec![(id.clone(), entry.step())],
        None => {
            let details = queue.detail_cache().read(&entry.connection, &entry.run, scope).await;
            if let Some(error) = details.failed {
                return vec![item("", "", Eligibility::Unread(error))];
            }
            details.reviews.into_iter().map(|review| (review.id.clone(), review_name(&review))).collect()
        }
    };
    if !entry.connection.may_decide(&entry.run.flow) {
        return vec![item("", "", Eligibility::Excluded(t().decide.not_allowed.to_owned()))];
    }
    if reviews.is_empty() {
        return vec![item("", "", Eligibility::Excluded(words.bulk_no_review.to_owned()))];
    }
    let mut items = Vec::new();
    for (id, name) in reviews {
        let case = case_id(&entry.connection.id, &entry.run.id, &id);
        let under_way = queue.globals.deciding.under_way(&case) || untrack(|| queue.globals.waiting.is_elsewhere(&case));
        let eligibility = if under_way {
            Eligibility::Excluded(words.bulk_under_way.to_owned())
        } else {
            let reference = RunRef { id: entry.run.id.clone(), flow: Some(entry.run.flow.clone()) };
            let operation = entry.connection.dialect.run_adapter().get_review(&reference, &id);
            match net::read(&entry.connection.id, operation, scope).await {
                Ok(read) => eligibility_of(entry, read).await,
                Err(error) => Eligibility::Unread(error),
            }
        };
        items.push(item(&id, &name, eligibility));
    }
    items
}

async fn eligibility_of(entry: &Entry, read: Review) -> Eligibility {
    let words = t().queue;
    if read.state != ReviewState::Open {
        return Eligibility::Excluded(words.bulk_closed.to_owned());
    }
    if !drafts::load(&entry.connection.id, &read.run, &read.id).await.is_empty() {
        return Eligibility::Excluded(words.bulk_edited.to_owned());
    }
    let draft = Draft::open(read.schema.as_ref(), &read.data, &read.read_only);
    match wrong_in(&draft).await {
        None => Eligibility::Excluded(words.bulk_unchecked.to_owned()),
        Some(0) => Eligibility::Ready { review: Arc::new(read), key: page::random_key() },
        Some(wrong) => Eligibility::Excluded((words.bulk_invalid)(wrong)),
    }
}

/// Where it stands, in words.
pub fn entry_words(globals: Globals, item: &Item, sent: bool) -> Html {
    let words = t().queue;
    let vendor = item.connection.dialect.vendor();
    let say = |tone: &'static str, icon: Icon, text: &str| view! { <StatusMark tone=tone icon=icon words=text small=true isolate=true /> };
    let failed = |tone: &'static str, icon: Icon, fact: &str, error: &ApiError, source: &str| {
        let line = (words.bulk_because)(fact, &(t().shared.error_line)(error, source));
        view! { {say(tone, icon, &line)}{sign_in(error)} }
    };
    let told = |phase: &Phase, fact: &str| (words.bulk_told)(fact, phase.told());
    match &item.eligibility {
        Eligibility::Excluded(why) => return say("idle", Icon::Skipped, why),
        Eligibility::Unread(error) => return failed("idle", Icon::Skipped, words.bulk_unread, error, vendor),
        Eligibility::Ready { .. } => {}
    }
    if !sent {
        return ().view();
    }
    let Some(case) = globals.deciding.of(&item.case) else { return say("idle", Icon::Skipped, words.bulk_undone) };
    match &case.phase {
        Phase::Held { .. } => say("wait", Icon::Waiting, words.bulk_held),
        Phase::Preparing => say("run", Icon::Queued, words.bulk_wait),
        Phase::Sending => say("run", Icon::Running, words.bulk_sending),
        Phase::Failed(error) => failed("fail", Icon::Failed, words.bulk_failed, error, vendor),
        Phase::Unlogged(error) => failed("fail", Icon::Failed, words.bulk_unlogged, error, t().audit.log),
        phase @ Phase::Unconfirmed { .. } => say("wait", Icon::Warn, &told(phase, words.bulk_unconfirmed)),
        Phase::Dropped => say("idle", Icon::Skipped, words.bulk_undone),
        phase @ Phase::Came(outcome) => match outcome {
            Outcome::Accepted(_) => say("ok", Icon::Approved, words.bulk_approved),
            Outcome::AlreadyMine(_) => say("ok", Icon::Approved, words.bulk_already),
            Outcome::DecidedByAnother(_) => say("odd", Icon::Warn, words.bulk_another),
            Outcome::Changed(_) => say("odd", Icon::Stale, words.bulk_changed),
            Outcome::NoLongerWaiting(_) => say("idle", Icon::Skipped, words.bulk_gone),
            Outcome::Invalid { .. } => say("fail", Icon::Failed, &told(phase, &(t().review.invalid)(vendor))),
            Outcome::NotPermitted { .. } => say("fail", Icon::Lock, &told(phase, &(t().review.not_permitted)(vendor))),
            Outcome::NotConfirmed { .. } => say("wait", Icon::Warn, &told(phase, words.bulk_unconfirmed)),
        },
    }
}
