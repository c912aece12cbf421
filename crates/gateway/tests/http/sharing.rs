//! Equal reads are one at the vendor, for a moment, and never older than a caller's own write.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Response};
use futures_util::future::join_all;
use gateway::config::Traffic;
use gateway::upstream::Connection;
use runs::Dialect;

use crate::support::*;

const RUN: &str = "/api/c/retab/workflows/runs/r1";

fn shared(base: &str) -> Connection {
    Connection { traffic: Traffic::default(), ..connection("retab", Dialect::Retab, base) }
}

fn json(text: impl Into<String>) -> Response<Body> {
    Response::builder().header("content-type", "application/json").body(Body::from(text.into())).unwrap()
}

/// Answers a new number each time.
async fn counting() -> Vendor {
    let count = Arc::new(AtomicUsize::new(0));
    Vendor::answering(move |_| json(format!("{{\"n\":{}}}", count.fetch_add(1, Ordering::Relaxed)))).await
}

/// A vendor that takes its time; also how many it was asked.
async fn slow(delay: Duration, status: u16) -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&count);
    let router = Router::new().fallback(move || {
        asked.fetch_add(1, Ordering::Relaxed);
        async move {
            tokio::time::sleep(delay).await;
            Response::builder().status(status).header("content-type", "application/json").body(Body::from("{}")).unwrap()
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (base, count)
}

async fn text(request: reqwest::RequestBuilder) -> String {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

#[tokio::test]
async fn a_hundred_browsers_on_one_run_cost_one_request_an_interval() {
    let vendor = counting().await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    let begun = Instant::now();
    // Each browser asks again two seconds after its answer, as a run's page does, and all began at another moment.
    let browsers = (0..100).map(|at: u64| {
        let gateway = &gateway;
        async move {
            tokio::time::sleep(Duration::from_millis(at * 20)).await;
            for _ in 0..3 {
                text(gateway.get(RUN).header("accept-language", if at.is_multiple_of(2) { "de" } else { "en" })).await;
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
        }
    });
    join_all(browsers).await;
    let intervals = begun.elapsed().as_millis() / 1_900 + 1;
    let asked = vendor.seen().len() as u128;
    assert!(asked <= intervals, "{asked} requests in {intervals} intervals");
}

#[tokio::test]
async fn one_browser_gets_a_new_answer_with_each_poll() {
    let vendor = counting().await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    assert_eq!(text(gateway.get(RUN)).await, r#"{"n":0}"#);
    assert_eq!(text(gateway.get(RUN)).await, r#"{"n":0}"#);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(text(gateway.get(RUN)).await, r#"{"n":1}"#);
}

#[tokio::test]
async fn what_differs_in_the_question_is_not_shared() {
    let vendor = counting().await;
    let gateway = gateway(vec![shared(&vendor.base), Connection { id: "other".into(), ..shared(&vendor.base) }]).await;
    let asked = [
        gateway.get(RUN),
        gateway.get("/api/c/retab/workflows/runs/r2"),
        gateway.get("/api/c/retab/workflows/runs/r1?a=1"),
        gateway.get("/api/c/retab/workflows/runs/r1?a=2"),
        gateway.get(RUN).header("accept", "text/csv"),
        gateway.get("/api/c/other/workflows/runs/r1"),
    ];
    let answers = join_all(asked.into_iter().map(text)).await;
    let different: std::collections::BTreeSet<_> = answers.iter().collect();
    assert_eq!(different.len(), answers.len(), "{answers:?}");
}

#[tokio::test]
async fn a_read_is_never_older_than_the_callers_own_write() {
    // What was written last is what a read tells; each takes a moment at the vendor.
    let state = Arc::new(AtomicUsize::new(0));
    let router = Router::new().fallback(move |request: axum::extract::Request| {
        let state = Arc::clone(&state);
        async move {
            if request.method() == "POST" {
                tokio::time::sleep(Duration::from_millis(50)).await;
                return json(state.fetch_add(1, Ordering::SeqCst).to_string());
            }
            let now = state.load(Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(150)).await;
            json(now.to_string())
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = gateway(vec![shared(&format!("http://{}", listener.local_addr().unwrap()))]).await;
    tokio::spawn(async move { axum::serve(listener, router).await });
    for written in 1..4 {
        // Somebody else's read is under way while the write is made, and would be joined.
        let other = tokio::spawn(gateway.get(RUN).send());
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(gateway.post("/api/c/retab/workflows/runs/r1/cancel", "{}").send().await.unwrap().status(), 200);
        assert_eq!(text(gateway.get(RUN)).await, written.to_string());
        // Nor does the old read come back when it ends.
        other.await.unwrap().unwrap();
        assert_eq!(text(gateway.get(RUN)).await, written.to_string());
    }
}

#[tokio::test]
async fn a_write_that_nobody_confirmed_empties_what_is_kept_too() {
    let vendor = counting().await;
    let mut one = shared(&vendor.base);
    one.timeout = Duration::from_millis(300);
    let gateway = gateway(vec![one]).await;
    assert_eq!(text(gateway.get(RUN)).await, r#"{"n":0}"#);
    let refused = gateway.client.post(gateway.url("/api/c/retab/workflows/runs/r1/cancel")).header("x-sluice", "1");
    assert_eq!(refused.header("content-length", "0").send().await.unwrap().status(), 200);
    assert_eq!(text(gateway.get(RUN)).await, r#"{"n":2}"#);
}

#[tokio::test]
async fn who_asks_for_a_fresh_answer_gets_one() {
    let vendor = counting().await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    assert_eq!(text(gateway.get(RUN)).await, r#"{"n":0}"#);
    assert_eq!(text(gateway.get(RUN).header("cache-control", "no-cache")).await, r#"{"n":1}"#);
    assert_eq!(text(gateway.get(RUN)).await, r#"{"n":1}"#, "the others have it too");
    assert_eq!(text(gateway.get(RUN).header("cache-control", "max-age=0")).await, r#"{"n":2}"#);
    assert_eq!(text(gateway.get(RUN).header("cache-control", "no-store")).await, r#"{"n":3}"#);
    assert_eq!(text(gateway.get(RUN)).await, r#"{"n":2}"#, "that one was for nobody else");
}

#[tokio::test]
async fn those_who_wait_share_an_error_and_the_next_one_asks_again() {
    for status in [500, 404, 503] {
        let (base, asked) = slow(Duration::from_millis(300), status).await;
        let gateway = gateway(vec![shared(&base)]).await;
        let answers = join_all((0..20).map(|_| gateway.get(RUN).send())).await;
        assert!(answers.into_iter().all(|answer| answer.unwrap().status() == status));
        assert_eq!(asked.load(Ordering::Relaxed), 1, "{status}");
        assert_eq!(gateway.get(RUN).send().await.unwrap().status(), status);
        assert_eq!(asked.load(Ordering::Relaxed), 2, "{status}");
    }
    let gateway = gateway(vec![shared(&nobody().await)]).await;
    for answer in join_all((0..20).map(|_| gateway.get(RUN).send())).await {
        assert!(detail(answer.unwrap()).await.contains("cannot be reached"));
    }
}

#[tokio::test]
async fn a_read_goes_on_for_those_who_stayed_and_ends_with_the_last() {
    let (base, asked) = slow(Duration::from_millis(400), 200).await;
    let gateway = gateway(vec![shared(&base)]).await;
    let first = tokio::spawn(gateway.get(RUN).send());
    tokio::time::sleep(Duration::from_millis(100)).await;
    let second = tokio::spawn(gateway.get(RUN).send());
    tokio::time::sleep(Duration::from_millis(50)).await;
    first.abort();
    assert_eq!(second.await.unwrap().unwrap().status(), 200);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn large_answers_and_streams_are_for_whoever_asked() {
    for (kind, size) in [("application/json", 3 * 1024 * 1024), ("application/x-ndjson", 10), ("text/event-stream", 10)] {
        let vendor =
            Vendor::answering(move |_| Response::builder().header("content-type", kind).body(Body::from(vec![b' '; size])).unwrap()).await;
        let gateway = gateway(vec![Connection { max_response: 8 * 1024 * 1024, ..shared(&vendor.base) }]).await;
        let answers = join_all((0..5).map(|_| text(gateway.get(RUN)))).await;
        assert!(answers.iter().all(|answer| answer.len() == size), "{kind}");
        assert_eq!(vendor.seen().len(), 5, "{kind}");
    }
}

#[tokio::test]
async fn what_the_vendor_wants_nobody_to_keep_is_not_kept() {
    let vendor = Vendor::answering(|_| {
        Response::builder()
            .header("content-type", "application/json")
            .header("cache-control", "private, no-store")
            .body(Body::from("{}"))
            .unwrap()
    })
    .await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    text(gateway.get(RUN)).await;
    text(gateway.get(RUN)).await;
    assert_eq!(vendor.seen().len(), 2);
}

/// A list as vendors answer it.
fn list() -> String {
    let runs: Vec<String> = (0..400).map(|at| format!("{{\"id\":\"run_{at}\",\"status\":\"completed\",\"n\":1234.560}}")).collect();
    format!("[{}]", runs.join(","))
}

fn headers(answer: &reqwest::Response) -> HeaderMap {
    answer.headers().clone()
}

#[tokio::test]
async fn a_poll_that_finds_nothing_new_costs_a_304() {
    let vendor = Vendor::answering(|seen| {
        let answer = Response::builder().header("content-type", "application/json").header("x-ratelimit-remaining", "7");
        answer.body(Body::from(if seen.line.contains("changed") { "[]".to_owned() } else { list() })).unwrap()
    })
    .await;
    for share in [Duration::ZERO, Traffic::default().share] {
        let gateway = gateway(vec![Connection { traffic: Traffic { share, ..Traffic::default() }, ..shared(&vendor.base) }]).await;
        for encoding in ["identity", "br", "gzip"] {
            let first = gateway.get(RUN).header("accept-encoding", encoding).send().await.unwrap();
            let told = headers(&first);
            let tag = told["etag"].to_str().unwrap().to_owned();
            assert!(tag.starts_with('"'), "strong: {tag}");
            assert_eq!(told["cache-control"], "private, no-cache");
            assert_eq!(told["vary"], "accept-encoding");
            for known in [tag.clone(), format!("\"x\", {tag}"), format!("W/{tag}"), "*".into()] {
                let again = gateway.get(RUN).header("accept-encoding", encoding).header("if-none-match", &known).send().await.unwrap();
                assert_eq!(again.status(), 304, "{known}");
                let told = headers(&again);
                assert_eq!(told["etag"], tag.as_str());
                assert_eq!(told["x-ratelimit-remaining"], "7", "the limit is told all the same");
                assert!(told.contains_key("sluice-time"));
                assert!(again.bytes().await.unwrap().is_empty());
            }
            for unknown in ["\"x\"", "", tag.trim_matches('"')] {
                let again = gateway.get(RUN).header("accept-encoding", encoding).header("if-none-match", unknown).send().await.unwrap();
                assert_eq!(again.status(), 200, "{unknown}");
            }
            let changed = gateway.get("/api/c/retab/workflows/runs/changed").header("if-none-match", &tag).send().await.unwrap();
            assert_eq!((changed.status().as_u16(), changed.text().await.unwrap()), (200, "[]".to_owned()));
        }
    }
}

#[tokio::test]
async fn on_a_shared_device_browsers_keep_nothing() {
    let vendor = Vendor::answering(|_| json(list())).await;
    let gateway = gateway_with(|config| {
        config.shared_device = true;
        config.connections = vec![shared(&vendor.base)];
    })
    .await;
    assert_eq!(gateway.get(RUN).send().await.unwrap().headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn answers_travel_compressed_and_arrive_whole() {
    let vendor = Vendor::answering(|seen| if seen.line.contains("tiny") { json("[]") } else { json(list()) }).await;
    let gateway = gateway(vec![shared(&vendor.base)]).await;
    let mut tags = std::collections::BTreeSet::new();
    for encoding in ["br", "zstd", "gzip"] {
        let raw = gateway.get(RUN).header("accept-encoding", encoding).send().await.unwrap();
        assert_eq!(raw.headers()["content-encoding"], encoding);
        tags.insert(raw.headers()["etag"].to_str().unwrap().to_owned());
        let size = raw.bytes().await.unwrap().len();
        assert!(size * 5 < list().len(), "{encoding}: {size} of {}", list().len());
        // With a client that unpacks.
        let unpacking =
            reqwest::Client::builder().no_proxy().gzip(encoding == "gzip").brotli(encoding == "br").zstd(encoding == "zstd").build();
        assert_eq!(unpacking.unwrap().get(gateway.url(RUN)).send().await.unwrap().text().await.unwrap(), list());
    }
    assert_eq!(tags.len(), 3, "a strong tag is of the bytes as they travel: {tags:?}");
    let tiny = gateway.get("/api/c/retab/workflows/runs/tiny").header("accept-encoding", "br").send().await.unwrap();
    assert!(!tiny.headers().contains_key("content-encoding"));
}

#[tokio::test]
async fn the_gateways_own_answers_travel_compressed_but_files_do_not() {
    let vendor =
        Vendor::answering(|seen| if seen.line.contains("/file") { json(r#"{"url":"http://127.0.0.1:9/x"}"#) } else { json(list()) }).await;
    let many = (0..40).map(|at| Connection { id: format!("c{at}"), ..shared(&vendor.base) }).collect();
    let gateway = gateway(many).await;
    for (encoding, path) in [("br", "/api/config"), ("gzip", "/api/config"), ("zstd", "/api/config")] {
        let answer = gateway.get(path).header("accept-encoding", encoding).send().await.unwrap();
        assert_eq!(answer.headers()["content-encoding"], encoding, "{path}");
    }
    // Larger than what is held: compressed as it comes.
    let large = Vendor::answering(|_| json(" ".repeat(3 * 1024 * 1024))).await;
    let gateway = gateway_with(|config| config.connections = vec![Connection { max_response: 8 << 20, ..shared(&large.base) }]).await;
    let answer = gateway.get(RUN).header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert!(answer.bytes().await.unwrap().len() < 100_000);
}

#[tokio::test]
async fn a_vendor_is_asked_for_compressed_answers_and_each_is_unpacked_within_its_bound() {
    use std::io::Write as _;
    let plain = list();
    let mut br = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    br.write_all(plain.as_bytes()).unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(plain.as_bytes()).unwrap();
    for (encoding, packed) in
        [("br", br.into_inner()), ("gzip", gz.finish().unwrap()), ("zstd", zstd::bulk::compress(plain.as_bytes(), 3).unwrap())]
    {
        let vendor = Vendor::answering(move |seen| {
            assert_eq!(seen.headers["accept-encoding"], "zstd,gzip,br");
            let answer = Response::builder().header("content-type", "application/json").header("content-encoding", encoding);
            answer.body(Body::from(packed.clone())).unwrap()
        })
        .await;
        let gateway = gateway(vec![shared(&vendor.base)]).await;
        assert_eq!(text(gateway.get(RUN)).await, plain, "{encoding}");
        // Packed it would fit.
        let small = gateway_with(|config| config.connections = vec![Connection { max_response: 8_000, ..shared(&vendor.base) }]).await;
        let answer = small.get(RUN).send().await.unwrap();
        assert_eq!(answer.status(), 502, "{encoding}");
        assert!(detail(answer).await.contains("max_response_mb"), "{encoding}");
    }
}
