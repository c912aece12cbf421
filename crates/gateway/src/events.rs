//! `/api/events`: tells a browser when the answer to a read that it watches changed, so that it need not ask again and again.
//!
//! What is told is only that it changed: the browser then reads it through the relay, which has it already. Each watched read is asked
//! once for everybody who watches it (`poll`), the way the relay itself would for them, and by nobody while nobody does (`hub`).

mod ask;
mod hub;
mod poll;
mod stream;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::routing::get;

use crate::app::App;
use crate::auth::Person;
use crate::problem::Problem;
use crate::server::Stopping;

use ask::Watch;
pub use hub::Hub;
use stream::{Probe, Stream};

/// The route, if anything is pushed at all.
pub fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    if app.hub().is_some() { Router::new().route("/api/events", get(events)) } else { Router::new() }
}

async fn events(State(app): State<Arc<App>>, person: Person, request: Request) -> Result<Response<Body>, Problem> {
    let watches = Watch::all(request.uri().query().unwrap_or_default())?;
    let Some(hub) = app.hub() else { return Err(Problem::new(StatusCode::NOT_FOUND, "This gateway pushes nothing.")) };
    let seat = hub.sit(&person)?;
    let watchers = watches.iter().map(|watch| hub.watch(&app, &person, watch)).collect::<Result<Vec<_>, _>>()?;
    let stopping = request.extensions().get::<Stopping>().cloned();
    let stream = Stream::new(Arc::clone(&app), seat, watchers, Probe::of(&request, person), stopping);
    let mut response = Response::new(Body::from_stream(stream.lines()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx holds answers back until it has some kilobytes of them.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
