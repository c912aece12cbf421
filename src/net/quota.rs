//! What each vendor said last of its rate limit: it is for everything that is asked of it, whatever page asks.

use crate::platform::clock;
use crate::state::globals_if_ready;
use runs::Timestamp;
use runs::model::Quota;
use runs::wire::http::Response;
use std::cell::RefCell;

thread_local! {
    static KNOWN: RefCell<Vec<(String, Quota)>> = const { RefCell::new(Vec::new()) };
    /// Until when a vendor wants no requests.
    static QUIET: RefCell<Vec<(String, Timestamp)>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn learn(connection: &str, response: &Response) {
    let of = globals_if_ready().and_then(|globals| globals.session.connection(connection));
    if let Some(quota) = of.and_then(|of| of.dialect.adapter().quota(response)) {
        KNOWN.with_borrow_mut(|known| {
            known.retain(|(id, _)| id != connection);
            known.push((connection.to_owned(), quota));
        });
    }
    if let (429, Some(seconds)) = (response.status, response.retry_after()) {
        QUIET.with_borrow_mut(|quiet| {
            quiet.retain(|(id, _)| id != connection);
            quiet.push((connection.to_owned(), clock::now().plus(u64::from(seconds) * 1_000)));
        });
    }
}

/// Whether the vendor asked for a pause that is not over: what can wait is not asked for meanwhile.
pub fn quiet(connection: &str) -> bool {
    let now = clock::now();
    QUIET.with_borrow(|quiet| quiet.iter().any(|(id, until)| id == connection && now < *until))
}

pub fn quota(connection: &str) -> Option<Quota> {
    KNOWN.with_borrow(|known| known.iter().find(|(id, _)| id == connection).map(|(_, quota)| *quota))
}
