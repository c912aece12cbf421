//! How much of a vendor the gateway asks for: its places, its rate, its pauses, and what is asked again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::Response;
use futures_util::future::join_all;
use gateway::config::Traffic;
use gateway::upstream::Connection;
use runs::Dialect;
use runs::wire::error::{Complaint, ErrorKind, accept};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::*;

const RUN: &str = "/api/c/retab/workflows/runs/r1";
const START: &str = "/api/c/retab/workflows/wf_1/run";

fn with(base: &str, traffic: Traffic) -> Connection {
    Connection { traffic: Traffic { share: Duration::ZERO, ..traffic }, ..connection("retab", Dialect::Retab, base) }
}

/// What the app's own code makes of an answer.
async fn kind(response: reqwest::Response) -> (ErrorKind, Option<u32>) {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let headers = headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned())).collect();
    let body = response.bytes().await.unwrap().to_vec();
    let error = accept(Ok(runs::wire::http::Response { status, headers, body }), "GET x", |_| Complaint::default()).unwrap_err();
    (error.kind, error.retry_after)
}

#[tokio::test]
async fn no_more_calls_than_configured_are_under_way_and_a_decision_finds_a_place() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, highest) = (Arc::clone(&now), Arc::clone(&most));
    let router = Router::new().fallback(move |request: axum::extract::Request| {
        let (now, most) = (Arc::clone(&counted), Arc::clone(&highest));
        async move {
            if request.method() == "GET" {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(400)).await;
                now.fetch_sub(1, Ordering::SeqCst);
            }
            Response::new(Body::from("{}"))
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let gateway = gateway(vec![with(&base, Traffic { at_once: 8, ..Traffic::default() })]).await;
    let reads = join_all((0..24).map(|at| gateway.get(&format!("/api/c/retab/workflows/runs/r{at}")).send()));
    let write = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let begun = Instant::now();
        assert_eq!(gateway.post(START, "{}").send().await.unwrap().status(), 200);
        begun.elapsed()
    };
    let (answers, waited) = tokio::join!(reads, write);
    assert!(answers.into_iter().all(|answer| answer.unwrap().status() == 200));
    assert_eq!(most.load(Ordering::SeqCst), 6, "a quarter of the places is for writes");
    assert!(waited < Duration::from_millis(900), "{waited:?}: it waited behind the reads");
}

#[tokio::test]
async fn a_vendor_that_hangs_costs_the_next_caller_a_bounded_wait() {
    let base = raw_vendor(b"", true).await;
    let gateway = gateway(vec![with(&base, Traffic { at_once: 1, ..Traffic::default() })]).await;
    let hanging = tokio::spawn(gateway.get(RUN).send());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    let answer = gateway.post(START, "{}").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["sluice-relay"].to_str().unwrap()), (503, "not-sent"));
    assert!(answer.headers().contains_key("retry-after"));
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    assert_eq!(kind(answer).await, (ErrorKind::RateLimited, Some(1)));
    hanging.abort();
}

#[tokio::test]
async fn a_rate_that_is_configured_is_kept_and_said() {
    let vendor = Vendor::plain().await;
    // Two at once, then one every five seconds.
    let gateway = gateway(vec![with(&vendor.base, Traffic { per_minute: Some(12), ..Traffic::default() })]).await;
    let answers = join_all((0..6).map(|at| gateway.get(&format!("/api/c/retab/workflows/runs/r{at}")).send())).await;
    let (mut good, mut refused) = (0, 0);
    for answer in answers {
        let answer = answer.unwrap();
        if answer.status() == 200 {
            good += 1;
        } else {
            refused += 1;
            assert_eq!((answer.status().as_u16(), answer.headers()["sluice-relay"].to_str().unwrap()), (503, "not-sent"));
            let seconds: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((5..=15).contains(&seconds), "{seconds}");
            assert!(detail(answer).await.contains("requests_per_minute"));
        }
    }
    assert!((2..=3).contains(&good) && good + refused == 6, "{good} {refused}");
    assert_eq!(vendor.seen().len(), good);
}

#[tokio::test]
async fn a_pause_that_the_vendor_asks_for_is_kept_for_everybody() {
    for (status, headers) in [
        (429, vec![("retry-after", "2")]),
        (503, vec![("retry-after", "2")]),
        (200, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "2")]),
    ] {
        let vendor = Vendor::answering(move |_| {
            let answer = Response::builder().status(status).header("content-type", "application/json");
            headers.iter().fold(answer, |answer, (name, value)| answer.header(*name, *value)).body(Body::from("{}")).unwrap()
        })
        .await;
        let gateway = gateway(vec![with(&vendor.base, Traffic::default())]).await;
        assert_eq!(gateway.get(RUN).send().await.unwrap().status(), status);
        for asked in [gateway.get(RUN), gateway.get("/api/c/retab/workflows"), gateway.post(START, "{}")] {
            let answer = asked.send().await.unwrap();
            assert_eq!((answer.status().as_u16(), answer.headers()["sluice-relay"].to_str().unwrap()), (503, "not-sent"), "{status}");
            let (kind, rest) = kind(answer).await;
            assert_eq!(kind, ErrorKind::RateLimited, "the app keeps the pause and calls it by its name");
            assert!((1..=2).contains(&rest.unwrap()));
        }
        assert_eq!(vendor.seen().len(), 1, "{status}: nothing was sent in the pause");
        tokio::time::sleep(Duration::from_millis(2_100)).await;
        assert_eq!(gateway.get(RUN).send().await.unwrap().status(), status);
    }
}

/// Closes so many connections without an answer, and then answers.
async fn closing(times: usize) -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let seen = Arc::clone(&count);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let seen = Arc::clone(&seen);
            tokio::spawn(async move {
                let mut buffer = [0; 4_096];
                if stream.read(&mut buffer).await.is_ok_and(|read| read > 0) && seen.fetch_add(1, Ordering::SeqCst) >= times {
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}").await;
                }
            });
        }
    });
    (base, count)
}

#[tokio::test]
async fn a_read_that_got_no_answer_is_asked_again_and_a_write_never() {
    let (base, asked) = closing(2).await;
    let gateway = gateway(vec![with(&base, Traffic::default())]).await;
    assert_eq!(gateway.get(RUN).send().await.unwrap().status(), 200);
    assert_eq!(asked.load(Ordering::SeqCst), 3);

    let (base, asked) = closing(99).await;
    let gateway = gateway_with(|config| config.connections = vec![with(&base, Traffic::default())]).await;
    assert_eq!(gateway.get(RUN).send().await.unwrap().status(), 502);
    assert_eq!(asked.load(Ordering::SeqCst), 3, "bounded");
    let answer = gateway.post(START, "{}").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["sluice-relay"].to_str().unwrap()), (502, "unknown"));
    assert_eq!(asked.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn a_vendor_that_is_down_is_not_asked_three_times_as_often() {
    let (base, asked) = closing(usize::MAX).await;
    let gateway = gateway(vec![with(&base, Traffic::default())]).await;
    const READS: usize = 60;
    join_all((0..READS).map(|at| gateway.get(&format!("/api/c/retab/workflows/runs/r{at}")).send())).await;
    let asked = asked.load(Ordering::SeqCst);
    assert!((READS..READS + 20).contains(&asked), "{asked}");
}
