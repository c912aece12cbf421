//! How much of one vendor the gateway asks for: so many calls at a time and a minute, and none while the vendor wants a pause.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, StatusCode, header};
use runs::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::bucket::Bucket;
use crate::config::Traffic;
use crate::metrics::{Refusal, metrics};
use crate::problem::{Problem, Relay};

/// So long a call waits for a place; the app itself gives up after 30 s.
const PATIENCE: Duration = Duration::from_secs(5);
/// A longer pause than an hour is taken as an hour, as in the app.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);
/// A 429 that names no time.
const UNNAMED_PAUSE: Duration = Duration::from_secs(1);
/// Calls of a limit a minute that may come at once: those of ten seconds.
const BURST: f64 = 6.0;
const RETRIES_A_MINUTE: u32 = 60;

/// What a call is for: reads leave some places to writes, so that a decision does not wait behind a hundred hanging reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Read,
    Write,
}

fn a_minute(calls: u32) -> Bucket {
    Bucket::new(f64::from(calls) / 60.0, (f64::from(calls) / BURST).max(1.0))
}

/// The places, the rate and the pause of one vendor.
#[derive(Debug)]
pub struct Pace {
    all: Arc<Semaphore>,
    reads: Arc<Semaphore>,
    rate: Option<Bucket>,
    /// Retries of all reads together: a vendor that is down is not asked three times as often.
    retries: Bucket,
    paused_until: Mutex<Option<Instant>>,
    patience: Duration,
}

/// A place among the calls under way; it is given back when the answer has been read.
#[derive(Debug)]
pub struct Place {
    _place: OwnedSemaphorePermit,
    _read: Option<OwnedSemaphorePermit>,
    _counted: InFlight,
}

#[derive(Debug)]
struct InFlight(prometheus_client::metrics::gauge::Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Why a call was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    pub why: Refusal,
    pub retry_after: Duration,
}

impl Pace {
    pub fn new(traffic: &Traffic) -> Self {
        let kept_for_writes = if traffic.at_once >= 4 { traffic.at_once / 4 } else { 0 };
        Self {
            all: Arc::new(Semaphore::new(traffic.at_once)),
            reads: Arc::new(Semaphore::new(traffic.at_once - kept_for_writes)),
            rate: traffic.per_minute.map(a_minute),
            retries: a_minute(RETRIES_A_MINUTE),
            paused_until: Mutex::new(None),
            patience: PATIENCE,
        }
    }

    /// Whether a read that got no answer may be asked again.
    pub fn may_retry(&self) -> bool {
        self.pause().is_none() && self.retries.has(1.0)
    }

    /// A place for one call to the vendor, perhaps after a wait.
    pub async fn enter(&self, connection: &str, purpose: Purpose) -> Result<Place, Refused> {
        let refused = |why, retry_after| {
            metrics().refused(connection, why);
            Refused { why, retry_after }
        };
        if let Some(left) = self.pause() {
            return Err(refused(Refusal::Paused, left));
        }
        let place = tokio::time::timeout(self.patience, async {
            let read = match purpose {
                Purpose::Read => Some(Arc::clone(&self.reads).acquire_owned().await.ok()?),
                Purpose::Write => None,
            };
            Some((read, Arc::clone(&self.all).acquire_owned().await.ok()?))
        });
        let Ok(Some((read, place))) = place.await else { return Err(refused(Refusal::Busy, UNNAMED_PAUSE)) };
        // The place comes first: a turn of the rate is not used up by a call that then finds no place.
        if let Some(rate) = &self.rate {
            match rate.take(Instant::now(), 1.0, self.patience) {
                Ok(wait) if wait.is_zero() => {}
                Ok(wait) => tokio::time::sleep(wait).await,
                Err(wait) => return Err(refused(Refusal::Rate, wait)),
            }
        }
        // It may have been asked for while this call waited.
        if let Some(left) = self.pause() {
            return Err(refused(Refusal::Paused, left));
        }
        let in_flight = metrics().in_flight(connection);
        in_flight.inc();
        Ok(Place { _place: place, _read: read, _counted: InFlight(in_flight) })
    }

    /// What is left of the vendor's pause.
    pub fn pause(&self) -> Option<Duration> {
        let mut until = self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        let left = until.map(|until| until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero());
        if left.is_none() {
            *until = None;
        }
        left
    }

    /// Takes in what an answer says of the vendor's limits.
    pub fn learn(&self, status: StatusCode, headers: &HeaderMap) {
        let Some(pause) = pause_of(status, headers) else { return };
        let mut until = self.paused_until.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = Instant::now() + pause.min(LONGEST_PAUSE);
        *until = Some(until.map_or(asked, |known| known.max(asked)));
    }
}

impl Refused {
    /// What the caller is told; `name` is the vendor's.
    pub fn problem(self, name: &str) -> Problem {
        let seconds = self.retry_after.as_secs_f64().ceil().max(1.0) as u64;
        let why = match self.why {
            Refusal::Paused => format!("{name} asked for a pause, because its limit of requests is used up"),
            Refusal::Rate => format!("This gateway makes no more requests to {name} in this minute (requests_per_minute)"),
            Refusal::Busy => format!("{name} answers so slowly that all places for requests to it are taken (max_concurrent)"),
        };
        let detail = format!("{why}. Nothing was sent. Try again in {seconds} s.");
        Problem { retry_after: Some(seconds), ..Problem::relay(StatusCode::SERVICE_UNAVAILABLE, Relay::NotSent, detail) }
    }
}

/// The pause that an answer asks for.
fn pause_of(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let refused = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    if refused && headers.contains_key(header::RETRY_AFTER) {
        return retry_after(headers);
    }
    // The last request of a limit was used: the next one would only be refused.
    let spent = ["x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining"].iter().any(|name| text(name) == Some("0"));
    let reset = ["x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"].iter().find_map(|name| text(name));
    if let (true, Some(reset)) = (spent, reset) {
        return until_reset(reset, text("date"));
    }
    (status == StatusCode::TOO_MANY_REQUESTS).then_some(UNNAMED_PAUSE)
}

/// What `Retry-After` asks for: seconds, or the date at which it is over, by the clock of whoever answered.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: header::HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let value = text(header::RETRY_AFTER)?;
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = Timestamp::parse_http(value)?;
    Some(Duration::from_millis(until.since(answered(text(header::DATE)))))
}

/// Seconds from now, or a moment in seconds or milliseconds since 1970: vendors do all three.
fn until_reset(value: &str, date: Option<&str>) -> Option<Duration> {
    const MOMENT: i64 = 1_000_000_000;
    let number: i64 = value.split('.').next()?.parse().ok().filter(|number| *number >= 0)?;
    let moment = match number {
        ..MOMENT => return Some(Duration::from_secs(number.unsigned_abs())),
        MOMENT..1_000_000_000_000 => number.checked_mul(1_000)?,
        _ => number,
    };
    Some(Duration::from_millis(Timestamp(moment).since(answered(date))))
}

fn answered(date: Option<&str>) -> Timestamp {
    date.and_then(Timestamp::parse_http).unwrap_or_else(|| Timestamp(crate::clock::now()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn every_way_to_ask_for_a_pause_is_understood() {
        const DATE: (&str, &str) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        for (status, pairs, expected) in [
            (429, vec![("retry-after", "7")], Some(7)),
            (503, vec![("retry-after", "7")], Some(7)),
            (500, vec![("retry-after", "7")], None),
            (429, vec![], Some(1)),
            (429, vec![("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"), DATE], Some(60)),
            (429, vec![("retry-after", "99999999999999999999999")], Some(u64::MAX)),
            (200, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "784111787"), DATE], Some(784_111_787)),
            (200, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "30")], Some(30)),
            (200, vec![("ratelimit-remaining", "0"), ("ratelimit-reset", "30")], Some(30)),
            (200, vec![("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "30")], None),
            (200, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "soon")], None),
            (200, vec![("x-ratelimit-remaining", "0")], None),
        ] {
            let found = pause_of(StatusCode::from_u16(status).unwrap(), &headers(&pairs));
            assert_eq!(found.map(|pause| pause.as_secs()), expected, "{status} {pairs:?}");
        }
        let in_2001 = [("x-ratelimit-remaining", "0"), ("date", "Sun, 09 Sep 2001 01:46:40 GMT")];
        for reset in ["1000000025", "1000000025000"] {
            let pairs = [&in_2001[..], &[("x-ratelimit-reset", reset)]].concat();
            assert_eq!(pause_of(StatusCode::OK, &headers(&pairs)).unwrap().as_secs(), 25, "{reset}");
        }
    }

    #[tokio::test]
    async fn reads_leave_places_for_writes_and_give_up_in_time() {
        let pace = Pace { patience: Duration::from_millis(20), ..Pace::new(&Traffic { at_once: 4, ..Traffic::default() }) };
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(pace.enter("pace-test", Purpose::Read).await.unwrap());
        }
        assert_eq!(pace.enter("pace-test", Purpose::Read).await.unwrap_err().why, Refusal::Busy);
        held.push(pace.enter("pace-test", Purpose::Write).await.unwrap());
        held.clear();
        assert!(pace.enter("pace-test", Purpose::Read).await.is_ok());
    }

    #[tokio::test]
    async fn a_pause_holds_for_all_until_it_is_over() {
        let pace = Pace::new(&Traffic::default());
        pace.learn(StatusCode::TOO_MANY_REQUESTS, &headers(&[("retry-after", "2")]));
        // A shorter one that another answer names does not end it.
        pace.learn(StatusCode::TOO_MANY_REQUESTS, &headers(&[]));
        for purpose in [Purpose::Read, Purpose::Write] {
            let refused = pace.enter("pace-test", purpose).await.unwrap_err();
            assert_eq!((refused.why, refused.retry_after.as_secs_f64().ceil()), (Refusal::Paused, 2.0));
        }
        tokio::time::sleep(pace.pause().unwrap()).await;
        assert!(pace.enter("pace-test", Purpose::Read).await.is_ok());
        pace.learn(StatusCode::TOO_MANY_REQUESTS, &headers(&[("retry-after", "99999999")]));
        assert!(pace.pause().unwrap() <= LONGEST_PAUSE);
    }
}
