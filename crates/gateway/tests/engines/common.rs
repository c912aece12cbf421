//! What the tests of all engines say and ask.

use std::sync::atomic::{AtomicU32, Ordering};

use runs::Json;
use runs::adapters::RunRef;
use runs::adapters::query::RunQuery;
use runs::model::review::{Intent, Review};
use runs::model::{Numbering, Page, Run};

/// A name that no other test takes.
pub fn unique(what: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros();
    format!("{what}-{}-{now}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

pub fn named(run: &str) -> RunRef {
    RunRef { id: run.into(), flow: None }
}

/// The data with some fields changed.
pub fn edited(review: &Review, fields: Json) -> Option<Json> {
    let mut data = review.data.clone();
    for (name, value) in fields.as_object().unwrap() {
        data[name] = value.clone();
    }
    Some(data)
}

pub fn approval(edited: Option<Json>) -> Intent {
    Intent { key: unique("intent"), approve: true, edited, reason: None }
}

pub fn rejection(reason: &str) -> Intent {
    Intent { key: unique("intent"), approve: false, edited: None, reason: Some(reason.into()) }
}

/// Every run of a list and the numbers that it gives, page after page.
pub async fn all(page: impl AsyncFn(&RunQuery) -> Page<Run>, query: &RunQuery, between: &mut impl AsyncFnMut()) -> (Vec<Run>, Vec<u64>) {
    let mut query = query.clone();
    let (mut runs, mut numbers): (Vec<Run>, Vec<u64>) = (Vec::new(), Vec::new());
    loop {
        let page = page(&query).await;
        assert!(page.items.len() <= query.limit as usize);
        if let Numbering::From(first) = page.first_number {
            numbers.extend((0..page.items.len() as u64).map(|at| first - at));
        }
        runs.extend(page.items);
        let Some(older) = page.older else { return (runs, numbers) };
        query.place = older;
        between().await;
    }
}
