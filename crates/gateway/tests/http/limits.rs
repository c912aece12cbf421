//! What a rude caller or a careless vendor gets: no connection for ever, no key, nothing that cannot be bounded.

use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use gateway::server::Limits;
use runs::Dialect;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::*;

const SHORT: Limits = Limits { head: Duration::from_millis(400), body: Duration::from_millis(400), connections: 12 };

/// Whether the gateway hangs up within ten seconds.
async fn is_closed(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest)).await.is_ok()
}

#[tokio::test]
async fn silent_callers_half_heads_and_half_bodies_do_not_stay() {
    let vendor = Vendor::plain().await;
    let gateway = gateway_within(SHORT, |config| config.connections = vec![connection("retab", Dialect::Retab, &vendor.base)]).await;
    let half_body = format!(
        "POST /api/c/retab/workflows/wf/run HTTP/1.1\r\nHost: {}\r\nX-Sluice: 1\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{{",
        gateway.addr
    );
    let answered = format!("GET /api/config HTTP/1.1\r\nHost: {}\r\n\r\n", gateway.addr);
    for sent in ["", "GET /api/config HT", "GET /api/config HTTP/1.1\r\nHost: 12", &half_body, &answered] {
        let mut stream = TcpStream::connect(gateway.addr).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        assert!(is_closed(stream).await, "{sent:?}");
    }
}

#[tokio::test]
async fn more_silent_callers_than_there_are_places_hold_nobody_up_for_long() {
    let gateway = gateway_within(SHORT, |_| {}).await;
    let mut silent = Vec::new();
    for _ in 0..4 * SHORT.connections {
        silent.push(TcpStream::connect(gateway.addr).await.unwrap());
    }
    let answer = tokio::time::timeout(Duration::from_secs(20), gateway.get("/api/config").send()).await.unwrap().unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_key_that_a_vendor_echoes_reaches_neither_the_browser_nor_the_check() {
    let vendor = Vendor::answering(|seen| {
        let key = seen.headers.values().find_map(|value| value.to_str().ok().filter(|text| text.contains(SECRET))).unwrap().to_owned();
        Response::builder()
            .status(401)
            .header("x-request-id", key.clone())
            .body(Body::from(format!("{{\"detail\":\"bad key {key}\"}}")))
            .unwrap()
    })
    .await;
    let one = connection("retab", Dialect::Retab, &vendor.base);
    let gateway = gateway(vec![one.clone()]).await;
    let answer = gateway.get("/api/c/retab/workflows").send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert!(answer.headers().values().all(|value| !value.to_str().unwrap().contains(SECRET)));
    let text = answer.text().await.unwrap();
    assert!(text.contains("bad key") && !text.contains(SECRET), "{text}");
    let verdicts = gateway::check::all(vec![gateway::upstream::Upstream::new(one).unwrap()]).await;
    assert!(verdicts[0].line.contains("bad key") && !verdicts[0].line.contains(SECRET), "{}", verdicts[0].line);
}

#[tokio::test]
async fn an_encoding_that_was_not_asked_for_is_not_handed_on() {
    for encoding in ["deflate", "gzip, br", "made-up"] {
        let vendor =
            Vendor::answering(move |_| Response::builder().header("content-encoding", encoding).body(Body::from("{}")).unwrap()).await;
        let gateway = gateway(vec![connection("retab", Dialect::Retab, &vendor.base)]).await;
        let answer = gateway.get("/api/c/retab/workflows").send().await.unwrap();
        assert_eq!(answer.status(), 502, "{encoding}");
        assert!(detail(answer).await.contains("encoding"), "{encoding}");
    }
}

#[tokio::test]
async fn a_vendors_links_and_types_do_nothing_on_our_origin() {
    let vendor = Vendor::answering(|_| {
        let answer = Response::builder().header("content-type", "text/javascript").header("link", "</evil.js>; rel=preload; as=script");
        answer.body(Body::from("alert(1)")).unwrap()
    })
    .await;
    let gateway = gateway(vec![connection("retab", Dialect::Retab, &vendor.base)]).await;
    let answer = gateway.get("/api/c/retab/workflows").send().await.unwrap();
    assert!(!answer.headers().contains_key("link"));
    let loaded = gateway.get("/api/c/retab/workflows").header("sec-fetch-dest", "script").send().await.unwrap();
    assert_eq!(loaded.status(), 403);
}

#[tokio::test]
async fn browsers_come_back_to_a_public_host_by_https_only() {
    let gateway = gateway_with(|config| config.public_hosts = vec!["sluice.example.com".into()]).await;
    let told = async |host: &str| {
        let answer = gateway.get("/api/config").header("host", host).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{host}");
        answer.headers().get("strict-transport-security").is_some()
    };
    assert!(told("sluice.example.com").await);
    assert!(!told(&gateway.addr.to_string()).await);
}
