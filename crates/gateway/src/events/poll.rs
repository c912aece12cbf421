//! Asks for one watched read, at the app's pace, for as long as somebody watches it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use runs::model::Quota;
use runs::reading::live::{Backoff, Pace};
use runs::{Adapter, ApiError, ErrorKind, Timestamp};
use tower::ServiceExt as _;

use super::hub::{Key, Told, Watched};
use crate::app::{self, App};
use crate::auth::Person;
use crate::clock;

/// However much is written and whoever comes: so long lies between two questions.
const LEAST: Duration = Duration::from_secs(1);

/// What an answer says to whoever asks on.
struct Heard {
    /// What it is known by; `None`: it has nothing that could be watched.
    tag: Option<Arc<str>>,
    error: Option<ApiError>,
    quota: Option<Quota>,
}

pub async fn follow(app: Arc<App>, key: Key, watched: Arc<Watched>) {
    let (Some(hub), Some(upstream)) = (app.hub(), app.connection(&key.connection)) else { return };
    let (adapter, mut emptied) = (upstream.adapter(), upstream.kept.emptied());
    let relay = app::relayed(&app).with_state(Arc::clone(&app));
    let person = Person::seeing(&key.connection, &key.flows);
    let mut backoff = Backoff::new(watched.pace());
    let mut before = None;
    loop {
        let begun = Instant::now();
        emptied.mark_unchanged();
        let heard = tokio::select! {
            () = watched.told.closed() => {
                if hub.abandoned(&key, &watched) { return }
                continue;
            }
            heard = ask(&relay, &person, &key.target, adapter) => heard,
        };
        match &heard.error {
            Some(error) => backoff.failed(error),
            None => backoff.answered(heard.tag != before),
        }
        // What cannot be watched is not asked for: whoever wants it does.
        backoff.finished(heard.tag.is_none() && heard.error.is_none());
        before.clone_from(&heard.tag);
        watched.told.send_replace(Told { at: Some(begun), tag: heard.tag });
        backoff.keep(watched.pace());
        loop {
            let pace = watched.pace();
            backoff.keep(pace);
            let delay = backoff.delay(Timestamp(clock::now()), heard.quota, 0.0).map(|delay| Duration::from_millis(delay.into()));
            let due =
                delay.map(|delay| if heard.error.is_none() { in_step(begun, delay, pace, &key.target) } else { Instant::now() + delay });
            let due = async {
                match due {
                    Some(due) => tokio::time::sleep_until(due.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = watched.told.closed() => if hub.abandoned(&key, &watched) { return },
                () = due => break,
                // Somebody wrote, here or through another gateway.
                changed = emptied.changed() => {
                    if changed.is_err() { return }
                    backoff.wake();
                    tokio::time::sleep_until((begun + LEAST).into()).await;
                    break;
                }
                () = watched.joined.notified() => {
                    let fresh = begun.elapsed() < Duration::from_millis(watched.pace().base() as u64);
                    // The vendor's pause holds for whoever comes too.
                    if !fresh && heard.error.as_ref().is_none_or(|error| error.retry_after.is_none()) {
                        backoff.wake();
                        break;
                    }
                }
            }
        }
    }
}

/// Asks as the relay does for a browser of such a person.
async fn ask(relay: &Router, person: &Person, target: &str, adapter: &dyn Adapter) -> Heard {
    // What browsers' own reads send, so that it is one question.
    let request = Request::get(target).header(header::ACCEPT, "*/*").extension(person.clone()).body(Body::empty());
    let answer = match request {
        Ok(request) => relay.clone().oneshot(request).await.unwrap_or_else(|never| match never {}),
        Err(_) => with(StatusCode::BAD_REQUEST),
    };
    let (status, headers) = (answer.status(), answer.headers());
    let told = runs::wire::http::Response { status: status.as_u16(), headers: plain(headers), body: Vec::new() };
    let tag = headers.get(runs::wire::http::TAG).and_then(|tag| tag.to_str().ok()).filter(|_| status == StatusCode::OK);
    let passing =
        matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS) || status.is_server_error();
    let error = passing.then(|| ApiError { retry_after: told.retry_after(), ..ApiError::new(ErrorKind::Vendor, "") });
    Heard { tag: tag.map(Arc::from), error, quota: adapter.quota(&told) }
}

fn with(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn plain(headers: &HeaderMap<HeaderValue>) -> Vec<(String, String)> {
    headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))).collect()
}

/// When to ask again: all who ask for one read, on behalf of people who see different parts of it, do so at the same moments, so that
/// the vendor is asked once.
fn in_step(begun: Instant, delay: Duration, pace: Pace, target: &str) -> Instant {
    static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);
    let base = pace.base() as u64;
    let mut hasher = DefaultHasher::new();
    target.hash(&mut hasher);
    let (epoch, phase) = (*EPOCH, hasher.finish() % base);
    let since = |at: Instant| u64::try_from(at.saturating_duration_since(epoch).as_millis()).unwrap_or(u64::MAX / 2) + base - phase;
    let delay = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX / 4);
    let next = (since(begun) + base / 2) / base + delay.div_ceil(base).max(1);
    // An answer that took longer than the pause.
    let next = next.max(since(Instant::now()) / base + 1);
    epoch + Duration::from_millis((next * base).saturating_sub(base - phase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ask_at_the_same_moments_and_never_sooner_than_the_pace() {
        let base = Duration::from_secs(2);
        let begun = Instant::now();
        let first = in_step(begun, base, Pace::RunPage, "/a");
        assert!(first > begun && first <= begun + base * 2);
        let second = in_step(first, base, Pace::RunPage, "/a");
        assert_eq!(second - first, base);
        assert_eq!(in_step(first + Duration::from_millis(40), base, Pace::RunPage, "/a"), second, "an answer's time does not add up");
        assert_eq!(in_step(first, Duration::from_millis(4_500), Pace::RunPage, "/a") - first, base * 3, "a longer pause is kept");
    }
}
