//! What each vendor said last of its rate limit: it is for everything that is asked of it, whatever page asks.

use crate::state::globals_if_ready;
use runs::http::Response;
use runs::model::Quota;
use std::cell::RefCell;

thread_local!(static KNOWN: RefCell<Vec<(String, Quota)>> = const { RefCell::new(Vec::new()) });

pub(super) fn learn(connection: &str, response: &Response) {
    let of = globals_if_ready().and_then(|globals| globals.session.connection(connection));
    if let Some(quota) = of.and_then(|of| of.dialect.adapter().quota(response)) {
        KNOWN.with_borrow_mut(|known| {
            known.retain(|(id, _)| id != connection);
            known.push((connection.to_owned(), quota));
        });
    }
}

pub fn quota(connection: &str) -> Option<Quota> {
    KNOWN.with_borrow(|known| known.iter().find(|(id, _)| id == connection).map(|(_, quota)| *quota))
}
