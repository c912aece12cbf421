//! What became of a review that does not wait any more. Its row stays for a moment with a word about it, and as long as somebody is at it.

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

/// How long the word stays, in milliseconds.
const LINGERS: u32 = 6_000;
/// Of so many it is asked who decided; the others just go.
const MOST_ASKED: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Left {
    pub why: Why,
    pub at: Timestamp,
    /// It has been shown long enough.
    over: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// Not known yet, or for good.
    Unknown,
    Mine,
    Another,
}

impl Left {
    pub fn words(self) -> String {
        let words = match self.why {
            Why::Unknown => t().queue.left,
            Why::Mine => t().queue.left_mine,
            Why::Another => t().queue.left_another,
        };
        words(&(t().shared.minutes)(clock::local(self.at)))
    }
}

impl Entry {
    pub fn lingers(&self) -> bool {
        self.left.is_some_and(|left| !left.over)
    }
}

/// Marks what has just gone; says which.
pub fn mark(entries: &mut BTreeMap<String, Arc<Entry>>, gone: &[String]) -> Vec<Arc<Entry>> {
    let mut fresh = Vec::new();
    for key in gone {
        if let Some(entry) = entries.get_mut(key).filter(|entry| entry.left.is_none()) {
            Arc::make_mut(entry).left = Some(Left { why: Why::Unknown, at: clock::now(), over: false });
            fresh.push(Arc::clone(entry));
        }
    }
    fresh
}

/// Finds out who decided, and lets the rows go after a while.
pub fn find_out(queue: Queue, fresh: Vec<Arc<Entry>>, scope: &Scope) {
    for (at, entry) in fresh.into_iter().enumerate() {
        let scope = scope.clone();
        leptos::task::spawn_local(async move {
            if at < MOST_ASKED {
                let (why, when) = who(queue, &entry, &scope).await;
                if scope.ended() {
                    return;
                }
                let name = entry.name(queue.globals);
                change(queue, &entry.key(), |left| {
                    left.why = why;
                    left.at = when.unwrap_or(left.at);
                    if why == Why::Another {
                        queue.globals.toasts.announce((t().queue.left_said)(&name, &left.words()));
                    }
                });
            }
            // What one decided oneself is no news: it goes at once.
            if change(queue, &entry.key(), |left| left.why) != Some(Why::Mine) {
                clock::sleep(LINGERS).await;
            }
            change(queue, &entry.key(), |left| left.over = true);
            queue.moved.try_update(|moved| *moved += 1);
        });
    }
}

fn change<T>(queue: Queue, key: &str, change: impl FnOnce(&mut Left) -> T) -> Option<T> {
    queue.entries.try_update(|entries| Arc::make_mut(entries.get_mut(key)?).left.as_mut().map(change)).flatten()
}

async fn who(queue: Queue, entry: &Entry, scope: &Scope) -> (Why, Option<Timestamp>) {
    let (connection, run) = (&entry.connection, &entry.run);
    let Some(asked) = &entry.review else { return (Why::Unknown, None) };
    let review = &asked.id;
    let case = case_id(&connection.id, &run.id, review);
    if queue.globals.deciding.of(&case).is_some() || untrack(|| queue.globals.waiting.is_decided(connection, &run.id, asked)) {
        return (Why::Mine, None);
    }
    let reference = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
    let operation = connection.dialect.run_adapter().get_review(&reference, review);
    match net::read(&connection.id, operation, scope).await.map(|review| review.state) {
        Ok(ReviewState::Decided(decision)) => {
            let mine = drafts::sent_elsewhere(&connection.id, &run.id, review, decision.approved);
            (if mine { Why::Mine } else { Why::Another }, decision.at)
        }
        _ => (Why::Unknown, None),
    }
}
