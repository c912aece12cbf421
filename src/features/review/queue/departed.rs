//! Rows of reviews that do not wait any more: shown for some seconds, and as long as the pointer or the focus is on them.

use super::list::{Entry, Queue};
use crate::net::{self, Scope};
use crate::platform::clock;
use crate::state::{case_id, drafts};
use crate::strings::t;
use leptos::prelude::*;
use runs::Timestamp;
use runs::adapters::RunRef;
use runs::model::review::ReviewState;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long a departed row is shown, in milliseconds.
const SHOWN_FOR: u32 = 6_000;
/// So many departed rows are looked up for who decided.
const MOST_ASKED: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Departed {
    pub decider: Decider,
    pub at: Timestamp,
    /// It has been shown long enough.
    expired: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decider {
    /// Not known yet, or for good.
    Unknown,
    Me,
    Another,
}

impl Departed {
    pub fn words(self) -> String {
        let words = match self.decider {
            Decider::Unknown => t().queue.left,
            Decider::Me => t().queue.left_mine,
            Decider::Another => t().queue.left_another,
        };
        words(clock::local(self.at))
    }
}

impl Entry {
    pub fn lingers(&self) -> bool {
        self.departed.is_some_and(|left| !left.expired)
    }
}

/// Marks what has just gone; says which.
pub fn mark(entries: &mut BTreeMap<String, Arc<Entry>>, gone: &[String]) -> Vec<Arc<Entry>> {
    let mut fresh = Vec::new();
    for key in gone {
        if let Some(entry) = entries.get_mut(key).filter(|entry| entry.departed.is_none()) {
            Arc::make_mut(entry).departed = Some(Departed { decider: Decider::Unknown, at: clock::now(), expired: false });
            fresh.push(Arc::clone(entry));
        }
    }
    fresh
}

/// Finds out who decided, and lets the rows go after a while.
pub fn resolve(queue: Queue, fresh: Vec<Arc<Entry>>, scope: &Scope) {
    for (at, entry) in fresh.into_iter().enumerate() {
        let scope = scope.clone();
        leptos::task::spawn_local(async move {
            if at < MOST_ASKED {
                let (why, when) = who(queue, &entry, &scope).await;
                if scope.ended() {
                    return;
                }
                let name = entry.name();
                change(queue, &entry.key(), |left| {
                    left.decider = why;
                    left.at = when.unwrap_or(left.at);
                    if why == Decider::Another {
                        queue.globals.toasts.announce((t().queue.left_said)(&name, &left.words()));
                    }
                });
            }
            // What one decided oneself is no news: it goes at once.
            if change(queue, &entry.key(), |left| left.decider) != Some(Decider::Me) {
                clock::sleep(SHOWN_FOR).await;
            }
            change(queue, &entry.key(), |left| left.expired = true);
            queue.moved.try_update(|moved| *moved += 1);
        });
    }
}

fn change<T>(queue: Queue, key: &str, change: impl FnOnce(&mut Departed) -> T) -> Option<T> {
    queue.entries.try_update(|entries| Arc::make_mut(entries.get_mut(key)?).departed.as_mut().map(change)).flatten()
}

async fn who(queue: Queue, entry: &Entry, scope: &Scope) -> (Decider, Option<Timestamp>) {
    let (connection, run) = (&entry.connection, &entry.run);
    let Some(asked) = &entry.review else { return (Decider::Unknown, None) };
    let review = &asked.id;
    let case = case_id(&connection.id, &run.id, review);
    if queue.globals.deciding.of(&case).is_some() || untrack(|| queue.globals.waiting.is_decided(connection, &run.id, asked)) {
        return (Decider::Me, None);
    }
    let reference = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
    let operation = connection.dialect.run_adapter().get_review(&reference, review);
    match net::read(&connection.id, operation, scope).await.map(|review| review.state) {
        Ok(ReviewState::Decided(decision)) => {
            let mine = drafts::sent_elsewhere(&connection.id, &run.id, review, decision.approved);
            (if mine { Decider::Me } else { Decider::Another }, decision.at)
        }
        _ => (Decider::Unknown, None),
    }
}
