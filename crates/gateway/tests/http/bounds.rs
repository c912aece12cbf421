//! What is said when no answer comes, or too much of one.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Response;
use futures_util::StreamExt as _;
use runs::Dialect;
use runs::wire::error::{Complaint, ErrorKind, accept};
use tokio::sync::mpsc;

use crate::support::*;

async fn failing(base: &str) -> Gateway {
    let mut one = connection("retab", Dialect::Retab, base);
    one.timeout = Duration::from_secs(1);
    gateway(vec![one]).await
}

/// What the app's own code makes of an answer.
async fn kind(response: reqwest::Response) -> ErrorKind {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let headers = headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned())).collect();
    let body = response.bytes().await.unwrap().to_vec();
    accept(Ok(runs::wire::http::Response { status, headers, body }), "GET x", |_| Complaint::default()).unwrap_err().kind
}

#[tokio::test]
async fn an_unreachable_vendor_is_told_from_an_unknown_outcome() {
    const CALL: &str = "/api/c/retab/workflows/wf_1/run";
    let silent = raw_vendor(b"", true).await;
    let dropping = raw_vendor(b"", false).await;
    let half_head = raw_vendor(b"HTTP/1.1 200 OK\r\ncontent-ty", false).await;
    let gibberish = raw_vendor(b"\x16\x03\x01 what", false).await;
    // Nobody speaks TLS there.
    let no_tls = raw_vendor(b"HTTP/1.1 400 Bad Request\r\n\r\n", false).await.replace("http://", "https://");
    for (base, status, relay, says, expected) in [
        (nobody().await, 502, "not-sent", "Nothing was sent", ErrorKind::VendorUnreachable),
        (no_tls, 502, "not-sent", "Nothing was sent", ErrorKind::VendorUnreachable),
        ("http://no-such-name.invalid/v1".into(), 502, "not-sent", "cannot be looked up", ErrorKind::VendorUnreachable),
        (silent, 504, "unknown", "did not answer within 1 s", ErrorKind::Unconfirmed),
        (dropping, 502, "unknown", "may have taken effect", ErrorKind::Unconfirmed),
        (half_head, 502, "unknown", "may have taken effect", ErrorKind::Unconfirmed),
        (gibberish, 502, "unknown", "may have taken effect", ErrorKind::Unconfirmed),
    ] {
        let gateway = failing(&base).await;
        let answer = gateway.post(CALL, "{}").header("x-request-id", "r-7").send().await.unwrap();
        assert_eq!(answer.status(), status, "{base}");
        assert_eq!(answer.headers()["sluice-relay"], relay, "{base}");
        assert_eq!(answer.headers()["x-request-id"], "r-7");
        let text = detail(answer).await;
        assert!(text.contains("Retab") && text.contains(says), "{base}: {text}");
        assert!(!text.contains(SECRET), "{text}");
        assert_eq!(kind(gateway.post(CALL, "{}").send().await.unwrap()).await, expected, "{base}");
    }
}

#[tokio::test]
async fn an_error_never_repeats_the_query() {
    let gateway = failing(&nobody().await).await;
    let text = detail(gateway.get("/api/c/retab/workflows/runs?name=somebody%20private").send().await.unwrap()).await;
    assert!(!text.contains("private"), "{text}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Vendor::plain().await;
        let target = format!("{}/workflows", elsewhere.base);
        let vendor =
            Vendor::answering(move |_| Response::builder().status(status).header("location", &target).body(Body::empty()).unwrap()).await;
        let gateway = failing(&vendor.base).await;
        let answer = gateway.get("/api/c/retab/workflows").send().await.unwrap();
        assert_eq!(answer.status(), 502);
        assert!(!answer.headers().contains_key("location"));
        assert!(detail(answer).await.contains("base_url"));
        assert_eq!(elsewhere.seen().len(), 0, "the key went elsewhere");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_looks_broken() {
    for head in [
        &b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"data\":"[..],
        &b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{\"data\":\r\n"[..],
    ] {
        // Closed early, and silent until the time is over.
        for hang in [false, true] {
            let gateway = failing(&raw_vendor(head, hang).await).await;
            // A read is held until it is whole.
            let asked = gateway.get("/api/c/retab/workflows").send();
            let answer = tokio::time::timeout(Duration::from_secs(8), asked).await.expect("bounded in time").unwrap();
            assert_eq!((answer.status().as_u16(), answer.headers()["sluice-relay"].to_str().unwrap()), (502, "unknown"));
            // What a write is answered is handed on as it comes.
            let answer = gateway.post("/api/c/retab/workflows/wf_1/run", "{}").send().await.unwrap();
            assert_eq!(answer.status(), 200);
            let body = tokio::time::timeout(Duration::from_secs(8), answer.bytes()).await.expect("bounded in time");
            assert!(body.is_err(), "half an answer passed for a whole one: {body:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_larger_than_allowed_is_refused_or_broken_off() {
    const MB: usize = 1024 * 1024;
    let announced = Vendor::answering(|_| Response::new(Body::from(vec![b' '; MB + 1]))).await;
    let gateway = failing(&announced.base).await;
    let answer = gateway.get("/api/c/retab/workflows").send().await.unwrap();
    assert_eq!(answer.status(), 502);
    assert!(detail(answer).await.contains("max_response_mb"));

    let endless = Vendor::answering(|_| {
        let chunks = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 65_536]));
        Response::new(Body::from_stream(chunks))
    })
    .await;
    let gateway = failing(&endless.base).await;
    let mut chunks = gateway.get("/api/c/retab/workflows").send().await.unwrap().bytes_stream();
    let mut received = 0;
    let broke = loop {
        match chunks.next().await {
            Some(Ok(chunk)) => received += chunk.len(),
            Some(Err(_)) => break true,
            None => break false,
        }
    };
    assert!(broke, "the end came as if the answer were whole");
    assert!(received <= MB, "{received} bytes passed");

    let exact = Vendor::answering(|_| Response::new(Body::from(vec![b' '; MB]))).await;
    let gateway = failing(&exact.base).await;
    assert_eq!(gateway.get("/api/c/retab/workflows").send().await.unwrap().bytes().await.unwrap().len(), MB);
}

#[tokio::test]
async fn a_compressed_answer_is_bounded_by_its_real_size() {
    // 4 MB of spaces in a few kilobytes of gzip.
    let bomb = {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b' '; 4 * 1024 * 1024]).unwrap();
        encoder.finish().unwrap()
    };
    let vendor =
        Vendor::answering(move |_| Response::builder().header("content-encoding", "gzip").body(Body::from(bomb.clone())).unwrap()).await;
    let gateway = failing(&vendor.base).await;
    let answer = gateway.get("/api/c/retab/workflows").send().await.unwrap();
    assert!(!answer.headers().contains_key("content-encoding"));
    assert!(answer.bytes().await.is_err());
}

#[tokio::test]
async fn an_upload_has_a_bound() {
    let vendor = Vendor::plain().await;
    let gateway = failing(&vendor.base).await;
    let head = |length: &str| {
        format!(
            "POST /api/c/retab/workflows/wf_1/run HTTP/1.1\r\nhost: {}\r\nx-sluice: 1\r\ncontent-type: application/json\r\n{length}\r\n\r\n",
            gateway.addr
        )
    };
    let too_much = gateway::relay::MAX_REQUEST + 1;
    assert_eq!(raw_status(gateway.addr, &head(&format!("content-length: {too_much}"))).await, 413);
    assert_eq!(raw_status(gateway.addr, &head("transfer-encoding: chunked")).await, 411);
    assert_eq!(vendor.seen().len(), 0);
}

#[tokio::test]
async fn a_write_is_finished_although_the_caller_went_away() {
    let (arrived, mut arrival) = mpsc::channel::<()>(1);
    let (finished, mut finish) = mpsc::channel::<()>(1);
    // A server drops a handler whose connection closes: the second message comes only if the gateway stays on the line.
    let router = Router::new().fallback(move || {
        let (arrived, finished) = (arrived.clone(), finished.clone());
        async move {
            arrived.send(()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
            finished.send(()).await.unwrap();
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = failing(&format!("http://{}", listener.local_addr().unwrap())).await;
    tokio::spawn(async move { axum::serve(listener, router).await });

    let request = tokio::spawn(gateway.post("/api/c/retab/workflows/wf_1/run", "{}").send());
    arrival.recv().await.unwrap();
    request.abort();
    tokio::time::timeout(Duration::from_secs(5), finish.recv()).await.expect("the write was taken back").unwrap();
}

#[tokio::test]
async fn many_calls_share_few_connections_and_none_is_lost() {
    let vendor = Vendor::answering(|seen| Response::new(Body::from(seen.line.clone()))).await;
    let gateway = gateway(vec![connection("retab", Dialect::Retab, &vendor.base)]).await;
    let calls = (0..200).map(|at| {
        let request = gateway.get(&format!("/api/c/retab/workflows/runs/r{at}"));
        async move { (at, request.send().await.unwrap().text().await.unwrap()) }
    });
    let answers: Vec<_> = futures_util::stream::iter(calls).buffer_unordered(20).collect().await;
    assert_eq!(answers.len(), 200);
    for (at, text) in answers {
        assert_eq!(text, format!("GET /v1/workflows/runs/r{at}"));
    }
}
