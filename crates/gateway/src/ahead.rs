//! What a page asks for first, told with the page itself: the browser fetches it while the app is still on its way.

use axum::http::{HeaderValue, Uri};
use runs::http::{Request, encode};
use runs::query::HistoryAddress;

use crate::upstream::Upstream;

/// The `Link` header of the page at this address.
///
/// The app finds what was fetched when it reads the same target, so both take the question from `runs`.
pub fn link<'a>(connections: impl IntoIterator<Item = &'a Upstream>, uri: &Uri) -> Option<HeaderValue> {
    if !matches!(uri.path(), "/" | "/runs") {
        return None;
    }
    let address = HistoryAddress::read(uri.query().unwrap_or_default());
    let connection = &connections.into_iter().find(|upstream| address.means(&upstream.connection.id))?.connection;
    let links: Vec<String> = address
        .asked_first(connection.dialect.adapter())
        .iter()
        .map(Request::target)
        // Nothing that a vendor's API has in its paths would end the address in the header.
        .filter(|target| !target.contains('>'))
        .map(|target| format!("</api/c/{}/{target}>; rel=preload; as=fetch; crossorigin", encode(&connection.id)))
        .collect();
    HeaderValue::try_from(links.join(", ")).ok().filter(|value| !value.is_empty())
}
