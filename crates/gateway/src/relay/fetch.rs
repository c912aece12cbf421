//! One read at the vendor: within its limits, tried again if it got no answer, held as a whole or streamed.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response, header};
use futures_util::{StreamExt as _, stream};
use reqwest::Url;
use runs::wire::http::Method;

use super::answer::Answer;
use super::kept::{Fetched, Outcome};
use super::pace::{Place, Purpose};
use super::stream::hand_on;
use super::{broken, checked, too_large, unreachable};
use crate::guard::names_token;
use crate::headers;
use crate::metrics::{Took, metrics};
use crate::problem::Problem;
use crate::upstream::{NoAnswer, Upstream, cause};

/// Larger answers are streamed to whoever asked.
pub const HELD: usize = 2 * 1024 * 1024;

/// What a read is made of.
#[derive(Debug)]
pub struct Read {
    pub upstream: Arc<Upstream>,
    pub url: Url,
    pub headers: HeaderMap,
}

impl Read {
    pub async fn fetch(self) -> Outcome {
        let started = Instant::now();
        let mut tries = 0;
        loop {
            let failure = match self.once().await {
                Ok(fetched) => return Ok(fetched),
                Err(failure) => failure,
            };
            // A vendor that is slow is not made faster by asking twice.
            let early = started.elapsed() < self.upstream.connection.timeout / 2;
            if !failure.passing || !early || tries >= self.upstream.connection.traffic.retries || !self.upstream.pace.may_retry() {
                return Err(failure.problem);
            }
            tries += 1;
            metrics().retried(&self.upstream.connection.id);
            tokio::time::sleep(pause(tries)).await;
        }
    }

    async fn once(&self) -> Result<Fetched, Failed> {
        let upstream = &self.upstream;
        let place = upstream.enter(Purpose::Read).await.map_err(Failed::finally)?;
        let took = Took::begin(&upstream.connection.id);
        let sent = upstream.send(Method::Get, self.url.clone(), self.headers.clone(), Bytes::new()).await;
        let answer = sent.map_err(|error| {
            took.failed();
            match error {
                // Connections that were closed just as they were used again are the common case.
                NoAnswer::Http(error) => {
                    Failed { passing: !error.is_timeout() && !error.is_builder(), problem: unreachable(upstream, &error) }
                }
                NoAnswer::Login(problem) => Failed::finally(problem),
            }
        })?;
        took.answered(answer.status());
        upstream.pace.learn(answer.status(), answer.headers());
        let answer = checked(upstream, answer).map_err(Failed::finally)?;
        if is_held(&answer) {
            return self.held(answer, place).await;
        }
        let (status, all) = (answer.status(), answer.headers().clone());
        Ok(streamed(hand_on(upstream, status, &all, place, answer.bytes_stream())))
    }

    async fn held(&self, answer: reqwest::Response, place: Place) -> Result<Fetched, Failed> {
        let (status, all) = (answer.status(), answer.headers().clone());
        let most = usize::try_from(self.upstream.connection.max_response).unwrap_or(usize::MAX);
        let mut body = Vec::new();
        let mut pieces = answer.bytes_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| {
                let problem = broken(&self.upstream, &cause(&error));
                Failed { passing: !error.is_timeout(), problem }
            })?;
            if body.len() + piece.len() > most {
                return Err(Failed::finally(too_large(&self.upstream)));
            }
            body.extend_from_slice(&piece);
            if body.len() > HELD {
                let pieces = stream::iter([Ok(Bytes::from(body))]).chain(pieces);
                return Ok(streamed(hand_on(&self.upstream, status, &all, place, pieces)));
            }
        }
        let redactor = self.upstream.redactor();
        redactor.redact(&mut body);
        let passing =
            all.get_all(header::CACHE_CONTROL).iter().any(|value| value.to_str().is_ok_and(|value| names_token(value, "no-store")));
        Ok(Fetched::Whole(Arc::new(Answer::new(status, headers::from_vendor(&all, &redactor), body.into()).passing(passing))))
    }
}

fn streamed(response: Response<Body>) -> Fetched {
    Fetched::Streamed(Arc::new(Mutex::new(Some(response))))
}

struct Failed {
    problem: Problem,
    /// The same read may have more luck now.
    passing: bool,
}

impl Failed {
    const fn finally(problem: Problem) -> Self {
        Self { problem, passing: false }
    }
}

/// Whether an answer is read to its end before it is handed out: those that end soon, for all we know.
fn is_held(answer: &reqwest::Response) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("").to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or("").trim();
    let runs_on = kind == "text/event-stream" || ["ndjson", "jsonl", "json-seq", "stream+json"].iter().any(|end| kind.ends_with(end));
    let short = answer.content_length().is_some_and(|length| length <= HELD as u64);
    !runs_on && (short || kind.ends_with("json") || !answer.status().is_success())
}

/// Not all callers at once.
fn pause(tries: u32) -> Duration {
    let random = uuid::Uuid::new_v4().as_u128() as u64 % 100;
    Duration::from_millis(100 * u64::from(tries) + random * u64::from(tries))
}
