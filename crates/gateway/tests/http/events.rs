//! Browsers are told what changes: one question for all of them, none while nobody looks, and an end when it has to be.

mod proxied;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Response;
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use gateway::config::Traffic;
use gateway::upstream::Connection;
use runs::Dialect;
use runs::value::percent::encode;

use crate::support::*;

const RUN: &str = "c/retab/workflows/runs/r1";
/// The numbers of paces: every two seconds, and once a minute.
const FAST: u8 = 0;
const RARE: u8 = 3;

/// What a browser is told.
pub(crate) struct Told {
    pieces: std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>,
    text: String,
}

impl Told {
    pub(crate) fn of(answer: reqwest::Response) -> Self {
        assert_eq!(answer.headers()["x-accel-buffering"], "no");
        Self::through(answer)
    }

    /// As a proxy hands it on.
    fn through(answer: reqwest::Response) -> Self {
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert!(!answer.headers().contains_key("content-encoding"), "what is compressed waits for more");
        Self { pieces: Box::pin(answer.bytes_stream()), text: String::new() }
    }

    /// The next line, also a sign of life; `None`: it has ended.
    pub(crate) async fn line(&mut self) -> Option<String> {
        loop {
            if let Some((line, rest)) = self.text.split_once("\n\n") {
                let line = line.strip_prefix("data: ").unwrap().to_owned();
                self.text = rest.to_owned();
                return Some(line);
            }
            let piece = tokio::time::timeout(Duration::from_secs(30), self.pieces.next()).await.expect("a sign of life within 30 s");
            self.text += std::str::from_utf8(&piece?.ok()?).unwrap();
        }
    }

    /// The next news.
    pub(crate) async fn news(&mut self) -> String {
        loop {
            match self.line().await.expect("the stream goes on").as_str() {
                "hello" | "beat" => {}
                news => return news.to_owned(),
            }
        }
    }

    /// Until it ends by itself, as it should.
    pub(crate) async fn end(&mut self) {
        let mut last = String::new();
        while let Some(line) = self.line().await {
            last = line;
        }
        assert_eq!(last, "end");
    }
}

pub(crate) fn watching(reads: &[(u8, &str)]) -> String {
    let reads: Vec<String> = reads.iter().map(|(pace, read)| format!("watch={pace}{}", encode(read))).collect();
    format!("/api/events?{}", reads.join("&"))
}

async fn watch(gateway: &Gateway, reads: &[(u8, &str)]) -> Told {
    Told::of(gateway.get(&watching(reads)).header("accept-encoding", "gzip, br").send().await.unwrap())
}

pub(crate) fn shared(base: &str) -> Connection {
    Connection { traffic: Traffic::default(), ..connection("retab", Dialect::Retab, base) }
}

/// Answers a number that the test changes, and counts writes up.
pub(crate) async fn numbered() -> (Vendor, Arc<AtomicUsize>) {
    let number = Arc::new(AtomicUsize::new(0));
    let told = Arc::clone(&number);
    let vendor = Vendor::answering(move |seen| {
        if seen.line.starts_with("POST") {
            told.fetch_add(1, Ordering::SeqCst);
        }
        Response::builder()
            .header("content-type", "application/json")
            .body(Body::from(format!("{{\"n\":{}}}", told.load(Ordering::SeqCst))))
            .unwrap()
    });
    (vendor.await, number)
}

/// By what the relay's own answer is known.
pub(crate) async fn tag(request: reqwest::RequestBuilder) -> String {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.headers()["sluice-tag"].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_watchers_cost_one_request_an_interval_and_learn_of_a_change_at_once() {
    let (vendor, number) = numbered().await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    let begun = Instant::now();
    let mut watchers = join_all((0..100).map(|_| watch(&gateway, &[(FAST, RUN)]))).await;
    let first = join_all(watchers.iter_mut().map(Told::news)).await;
    let known = tag(gateway.get(&format!("/api/{RUN}"))).await;
    assert!(first.iter().all(|news| *news == format!("0 {known}")), "what the relay's answer is known by: {first:?}");
    while vendor.seen().len() < 4 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    number.store(7, Ordering::SeqCst);
    let changed = Instant::now();
    let news = join_all(watchers.iter_mut().map(Told::news)).await;
    assert!(changed.elapsed() < Duration::from_millis(2_000 + 1_500), "told after {:?}", changed.elapsed());
    // Whoever reads now is given what was read for all.
    let before = vendor.seen().len();
    let reads = join_all((0..100).map(|_| tag(gateway.get(&format!("/api/{RUN}"))))).await;
    assert!(news.iter().zip(reads).all(|(news, read)| *news == format!("0 {read}")));
    let (asked, intervals) = (vendor.seen().len(), begun.elapsed().as_millis() / 1_900 + 2);
    assert!(asked <= before + 1 && asked as u128 <= intervals, "{asked} requests in {intervals} intervals");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nobody_looks_nothing_is_asked() {
    let (vendor, _) = numbered().await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    let mut watcher = watch(&gateway, &[(FAST, RUN)]).await;
    watcher.news().await;
    drop(watcher);
    // One that was due may still be made.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let asked = vendor.seen().len();
    tokio::time::sleep(Duration::from_millis(4_500)).await;
    assert_eq!(vendor.seen().len(), asked);
    // And whoever comes again is told what is now.
    let mut watcher = watch(&gateway, &[(FAST, RUN)]).await;
    assert_eq!(watcher.news().await, format!("0 {}", tag(gateway.get(&format!("/api/{RUN}"))).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_through_the_relay_is_told_at_once_however_rarely_it_is_asked_for() {
    let (vendor, _) = numbered().await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    let mut watcher = watch(&gateway, &[(RARE, RUN)]).await;
    let first = watcher.news().await;
    let written = Instant::now();
    assert_eq!(gateway.post("/api/c/retab/workflows/runs/r1/cancel", "{}").send().await.unwrap().status(), 200);
    let second = watcher.news().await;
    assert_ne!(first, second);
    assert!(written.elapsed() < Duration::from_secs(3), "{:?}", written.elapsed());
    // Many writes are not as many questions.
    let before = vendor.seen().len();
    for _ in 0..20 {
        assert_eq!(gateway.post("/api/c/retab/workflows/runs/r1/cancel", "{}").send().await.unwrap().status(), 200);
    }
    watcher.news().await;
    let reads = vendor.seen().iter().skip(before).filter(|seen| seen.line.starts_with("GET")).count();
    assert!(reads as u64 <= written.elapsed().as_secs() + 2, "{reads}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_watches_several_reads_learns_which_changed_and_the_fastest_pace_counts() {
    let changing = Arc::new(AtomicUsize::new(0));
    let told = Arc::clone(&changing);
    let vendor = Vendor::answering(move |seen| {
        let n = if seen.line.contains("r2") { told.load(Ordering::SeqCst) } else { 0 };
        Response::builder().header("content-type", "application/json").body(Body::from(n.to_string())).unwrap()
    })
    .await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    let second = "c/retab/workflows/runs/r2?a=b%2Fc";
    let mut slow = watch(&gateway, &[(RARE, second)]).await;
    slow.news().await;
    let mut fast = watch(&gateway, &[(RARE, RUN), (FAST, second)]).await;
    let mut first = [fast.news().await, fast.news().await];
    first.sort();
    assert!(first[0].starts_with("0 ") && first[1].starts_with("1 "), "{first:?}");
    changing.store(1, Ordering::SeqCst);
    let news = fast.news().await;
    assert!(news.starts_with("1 ") && news != first[1]);
    assert_eq!(slow.news().await[2..], news[2..], "who asked for less is told no later");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_wants_a_pause_gets_it_and_watchers_are_told_to_look_themselves() {
    let refuse = Arc::new(AtomicUsize::new(1));
    let refusing = Arc::clone(&refuse);
    let vendor = Vendor::answering(move |_| {
        let answer = Response::builder().header("content-type", "application/json");
        if refusing.load(Ordering::SeqCst) == 1 {
            return answer.status(429).header("retry-after", "3").body(Body::from("{}")).unwrap();
        }
        answer.body(Body::from("{}")).unwrap()
    })
    .await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    let begun = Instant::now();
    let mut watcher = watch(&gateway, &[(FAST, RUN)]).await;
    assert_eq!(watcher.news().await, "0 -");
    refuse.store(0, Ordering::SeqCst);
    // Somebody who comes meanwhile does not break the pause.
    let mut other = watch(&gateway, &[(FAST, RUN)]).await;
    assert_eq!(other.news().await, "0 -");
    let news = watcher.news().await;
    assert!(begun.elapsed() >= Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!((news.len(), vendor.seen().len()), (2 + 32, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_watched_is_said_and_not_asked_again() {
    let vendor = Vendor::answering(|seen| {
        let answer = Response::builder().header("content-type", "application/json");
        if seen.line.contains("large") {
            return answer.body(Body::from(" ".repeat(3 * 1024 * 1024))).unwrap();
        }
        answer.status(404).body(Body::from("{}")).unwrap()
    })
    .await;
    let gateway = gateway(vec![Connection { max_response: 8 << 20, ..shared(&vendor.base) }]).await;
    for (read, asked) in
        [("c/nobody/workflows", 0), ("c/retab/no/such/path", 0), ("c/retab/workflows/runs/r1", 1), ("c/retab/workflows/runs/large", 1)]
    {
        let before = vendor.seen().len();
        let mut watcher = watch(&gateway, &[(FAST, read)]).await;
        assert_eq!(watcher.news().await, "0 -", "{read}");
        // Longer than its pace.
        assert_eq!(watcher.line().await.as_deref(), Some("beat"), "{read}");
        assert_eq!(vendor.seen().len() - before, asked, "{read}");
    }
}

#[tokio::test]
async fn streams_have_bounds_and_can_be_switched_off() {
    let (vendor, _) = numbered().await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    let many: Vec<(u8, &str)> = vec![(FAST, RUN); 17];
    for path in ["/api/events".to_owned(), "/api/events?watch=7c/x/y".into(), watching(&many)] {
        assert_eq!(gateway.get(&path).send().await.unwrap().status(), 400, "{path}");
    }
    let foreign = gateway.get(&watching(&[(FAST, RUN)])).header("origin", "https://evil.example").send().await.unwrap();
    assert_eq!(foreign.status(), 403);
    let mut closing = Told::of(gateway.get(&watching(&[(FAST, RUN)])).header("connection", "close").send().await.unwrap());
    assert_eq!(closing.line().await.as_deref(), Some("hello"));
    assert!(closing.news().await.starts_with("0 "));
    let off = gateway_with(|config| {
        config.connections = vec![shared(&vendor.base)];
        config.events = false;
    })
    .await;
    assert_eq!(off.get(&watching(&[(FAST, RUN)])).send().await.unwrap().status(), 404);
    let below = gateway_with(|config| {
        config.connections = vec![shared(&vendor.base)];
        config.base_path = "/sluice".into();
    })
    .await;
    let mut told = Told::of(below.get(&format!("/sluice{}", watching(&[(FAST, RUN)]))).send().await.unwrap());
    assert!(told.news().await.starts_with("0 "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_and_a_new_configuration_end_the_streams_at_once() {
    let (vendor, _) = numbered().await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    let mut told = watch(&gateway, &[(FAST, RUN)]).await;
    told.news().await;
    gateway.app.hub().unwrap().close();
    tokio::time::timeout(Duration::from_secs(2), told.end()).await.unwrap();

    let gateway = gateway_with(|config| config.connections = vec![shared(&vendor.base)]).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = format!("http://{}{}", listener.local_addr().unwrap(), watching(&[(FAST, RUN)]));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let router = gateway::app::router(Arc::clone(&gateway.app));
    let serving = tokio::spawn(gateway::server::serve(listener, router, gateway::server::Limits::default(), async {
        stopped.await.ok();
    }));
    let answer = gateway.client.get(own).header("host", gateway.addr.to_string()).send().await.unwrap();
    let mut told = Told::of(answer);
    told.news().await;
    let begun = Instant::now();
    stop.send(()).unwrap();
    told.end().await;
    serving.await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2), "the stop waited for the stream: {:?}", begun.elapsed());
}
