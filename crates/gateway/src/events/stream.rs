//! What one browser is told, line after line, until it leaves, its session ends, or the gateway stops.
//!
//! `hello`; `{number} {tag}`: the answer to that read is another one; `{number} -`: it has to ask itself; `beat`; `end`: come again.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use futures_util::future::select_all;
use futures_util::{FutureExt as _, Stream as Lines, stream};
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::hub::{Seat, Watcher};
use crate::app::App;
use crate::auth::Person;
use crate::server::{Caller, Stopping};

/// Between two signs of life; with each it is looked whether whoever listens still may.
const BEAT: Duration = Duration::from_secs(5);
/// A stream ends after so long, so that whatever stands before the gateway is asked too.
const LIFE: Duration = Duration::from_secs(600);

/// The request that began it, to ask again and again whether it would still be let in.
#[derive(Debug)]
pub struct Probe {
    method: axum::http::Method,
    uri: axum::http::Uri,
    headers: axum::http::HeaderMap,
    caller: Option<Caller>,
    person: Person,
}

impl Probe {
    pub fn of(request: &Request, person: Person) -> Self {
        let caller = request.extensions().get::<Caller>().copied();
        Self { method: request.method().clone(), uri: request.uri().clone(), headers: request.headers().clone(), caller, person }
    }

    /// Whether it is still the same person, who may still do the same.
    async fn holds(&self, app: &App) -> bool {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        if let Some(caller) = self.caller {
            request.extensions_mut().insert(caller);
        }
        app.auth().admit(&mut request, app.names()).await.is_ok() && request.extensions().get::<Person>() == Some(&self.person)
    }
}

#[derive(Debug)]
pub struct Stream {
    app: Arc<App>,
    watchers: Vec<Option<Watcher>>,
    /// What was told last of each.
    last: Vec<Option<Option<Arc<str>>>>,
    waiting: VecDeque<String>,
    probe: Probe,
    beat: Interval,
    until: Instant,
    closed: Option<watch::Receiver<bool>>,
    stopping: Option<Stopping>,
    ended: bool,
    _seat: Seat,
}

impl Stream {
    pub fn new(app: Arc<App>, seat: Seat, watchers: Vec<Option<Watcher>>, probe: Probe, stopping: Option<Stopping>) -> Self {
        let mut beat = interval_at(Instant::now() + BEAT, BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut waiting = VecDeque::from(["hello".to_owned()]);
        waiting.extend(watchers.iter().enumerate().filter(|(_, watcher)| watcher.is_none()).map(|(at, _)| format!("{at} -")));
        Self {
            last: vec![None; watchers.len()],
            closed: app.hub().map(super::Hub::closed),
            until: Instant::now() + LIFE,
            app,
            watchers,
            waiting,
            probe,
            beat,
            stopping,
            ended: false,
            _seat: seat,
        }
    }

    /// As they go over the wire.
    pub fn lines(self) -> impl Lines<Item = Result<Bytes, Infallible>> {
        stream::unfold(self, |mut stream| async move {
            let line = stream.next().await?;
            Some((Ok(Bytes::from(format!("data: {line}\n\n"))), stream))
        })
    }

    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(line) = self.waiting.pop_front() {
                return Some(line);
            }
            if self.ended {
                return None;
            }
            tokio::select! {
                biased;
                () = over(self.closed.as_mut()) => self.end(),
                () = over(self.stopping.as_mut().map(|stopping| &mut stopping.0)) => self.end(),
                () = tokio::time::sleep_until(self.until) => self.end(),
                at = changed(&mut self.watchers) => match at {
                    Some(at) => self.tell(at),
                    None => self.end(),
                },
                _ = self.beat.tick() => {
                    if self.probe.holds(&self.app).await { self.waiting.push_back("beat".into()) } else { self.end() }
                }
            }
        }
    }

    fn end(&mut self) {
        self.ended = true;
        self.waiting.push_back("end".into());
    }

    fn tell(&mut self, at: usize) {
        let Some(watcher) = self.watchers.get_mut(at).and_then(Option::as_mut) else { return };
        let tag = watcher.told.borrow_and_update().tag.clone();
        if self.last[at].as_ref() != Some(&tag) {
            self.waiting.push_back(format!("{at} {}", tag.as_deref().unwrap_or("-")));
            self.last[at] = Some(tag);
        }
    }
}

/// Until it turns true; never, where there is nothing that could.
async fn over(flag: Option<&mut watch::Receiver<bool>>) {
    match flag {
        // A sender that is gone says the same.
        Some(flag) => drop(flag.wait_for(|over| *over).await),
        None => std::future::pending().await,
    }
}

/// Which read something was learned of; `None`: nothing will be learned any more.
async fn changed(watchers: &mut [Option<Watcher>]) -> Option<usize> {
    let waiting: Vec<_> = watchers
        .iter_mut()
        .enumerate()
        .filter_map(|(at, watcher)| Some((at, watcher.as_mut()?)))
        .map(|(at, watcher)| async move { watcher.told.changed().await.ok().map(|()| at) }.boxed())
        .collect();
    if waiting.is_empty() {
        return std::future::pending().await;
    }
    select_all(waiting).await.0
}
