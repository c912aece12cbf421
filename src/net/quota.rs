//! The last rate limit of each vendor: it holds for every request to it, whatever page makes it.

use super::{Connection, NET};
use crate::platform::clock;
use runs::model::Quota;
use runs::wire::http::Response;
use runs::{Dialect, Timestamp};
use std::cell::RefCell;

/// What is known of each connection's limits.
pub(super) struct Limits {
    dialects: RefCell<Vec<(String, Dialect)>>,
    quotas: RefCell<Vec<(String, Quota)>>,
    /// Until when a vendor wants no requests (`Retry-After`).
    quiet: RefCell<Vec<(String, Timestamp)>>,
}

impl Limits {
    pub(super) const fn new() -> Self {
        Self { dialects: RefCell::new(Vec::new()), quotas: RefCell::new(Vec::new()), quiet: RefCell::new(Vec::new()) }
    }
}

/// The connections, by whose dialects quotas are read from now on.
pub(super) fn know(connections: &[Connection]) {
    let dialects = connections.iter().map(|connection| (connection.id.clone(), connection.dialect)).collect();
    NET.with(|net| net.limits.dialects.replace(dialects));
}

pub(super) fn learn(connection: &str, response: &Response) {
    NET.with(|net| {
        let dialect = of(&net.limits.dialects, connection);
        if let Some(quota) = dialect.and_then(|dialect| dialect.adapter().quota(response)) {
            put(&net.limits.quotas, connection, quota);
        }
        // The vendor's own refusal, or the gateway's, which knows of the pause.
        if let (429 | 503, Some(seconds)) = (response.status, response.retry_after()) {
            put(&net.limits.quiet, connection, clock::now().plus(u64::from(seconds) * 1_000));
        }
    });
}

/// Whether the vendor asked for a pause that is not over: what can wait is not requested meanwhile.
pub fn quiet(connection: &str) -> bool {
    NET.with(|net| of(&net.limits.quiet, connection)).is_some_and(|until| clock::now() < until)
}

pub fn quota(connection: &str) -> Option<Quota> {
    NET.with(|net| of(&net.limits.quotas, connection))
}

fn of<T: Copy>(known: &RefCell<Vec<(String, T)>>, connection: &str) -> Option<T> {
    known.borrow().iter().find(|(id, _)| id == connection).map(|(_, value)| *value)
}

fn put<T>(known: &RefCell<Vec<(String, T)>>, connection: &str, value: T) {
    let mut known = known.borrow_mut();
    known.retain(|(id, _)| id != connection);
    known.push((connection.to_owned(), value));
}
