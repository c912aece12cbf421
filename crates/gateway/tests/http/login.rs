//! A vendor that gives tokens for user and password, and the decisions that it has to be protected from.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Response;
use base64::Engine as _;
use gateway::config::Traffic;
use gateway::upstream::{Connection, Key};
use runs::{Dialect, Timestamp};
use serde_json::{Value, json};

use crate::support::*;

const USER: &str = "sluice:pass-0123456789";

fn says(status: u16, body: impl Into<String>) -> Response<Body> {
    Response::builder().status(status).header("content-type", "application/json").body(Body::from(body.into())).unwrap()
}

/// A token that is good for so long.
fn token(number: usize, seconds: u64) -> String {
    let claims = json!({"sub": number, "iat": 1_000, "exp": 1_000 + seconds}).to_string();
    format!("head-{number}.{}.sign", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims))
}

fn airflow(vendor: &Vendor, key: &str) -> Connection {
    let base = vendor.base.replace("/v1", "/api/v2");
    Connection { key: Key::new(key).unwrap(), ..connection("airflow", Dialect::Airflow, &base) }
}

/// Gives tokens that are good for so long, takes the last one only, and says what it is asked with.
async fn vendor(seconds: u64, refused: u16) -> (Vendor, Arc<AtomicUsize>) {
    let given = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&given);
    let vendor = Vendor::answering(move |seen| {
        if seen.line == "POST /auth/token" {
            let asked: Value = serde_json::from_slice(&seen.body).unwrap();
            if asked != json!({"username": "sluice", "password": "pass-0123456789"}) {
                return says(401, r#"{"detail": "Invalid credentials"}"#);
            }
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            return says(201, json!({"access_token": token(number, seconds)}).to_string());
        }
        let last = format!("Bearer {}", token(count.load(Ordering::SeqCst), seconds));
        match seen.headers.get("authorization").and_then(|value| value.to_str().ok()) {
            Some(sent) if sent == last => says(200, json!({"dags": [], "echo": sent}).to_string()),
            _ if refused == 403 => says(403, r#"{"detail": "Invalid JWT token"}"#),
            _ => says(refused, r#"{"detail": "Token Expired"}"#),
        }
    })
    .await;
    (vendor, given)
}

fn logins(vendor: &Vendor) -> usize {
    vendor.seen().iter().filter(|seen| seen.line == "POST /auth/token").count()
}

#[tokio::test]
async fn a_token_is_fetched_once_renewed_in_time_and_never_shown() {
    let (vendor, _) = vendor(3_600, 401).await;
    let gateway = gateway(vec![airflow(&vendor, USER)]).await;
    let asked = (0..6).map(|at| gateway.get(&format!("/api/c/airflow/dags?limit={at}")).send());
    for answer in futures_util::future::join_all(asked).await {
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 200);
        let text = answer.text().await.unwrap();
        assert!(text.contains("Bearer ***") && !text.contains("head-1"), "{text}");
    }
    assert_eq!(logins(&vendor), 1, "those who come at once share it");

    // One of a second is renewed after 0.8.
    let (short, _) = self::vendor(1, 401).await;
    let gateway = crate::support::gateway(vec![airflow(&short, USER)]).await;
    let begun = Instant::now();
    let mut all = 0;
    while begun.elapsed() < Duration::from_millis(1_300) {
        assert_eq!(gateway.get("/api/c/airflow/dags").send().await.unwrap().status(), 200);
        all += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(logins(&short), 2, "of {all} calls");
    assert!(short.seen().iter().filter(|seen| seen.line.starts_with("GET")).count() == all, "none was refused");
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_once_and_the_call_sent_again() {
    for refused in [401, 403] {
        let (vendor, given) = vendor(3_600, refused).await;
        let gateway = gateway(vec![airflow(&vendor, USER)]).await;
        assert_eq!(gateway.get("/api/c/airflow/dags").send().await.unwrap().status(), 200);
        // The server forgot it.
        given.fetch_add(1, Ordering::SeqCst);
        let call = gateway.post("/api/c/airflow/dags/a/dagRuns", r#"{"conf": {}}"#);
        assert_eq!(call.send().await.unwrap().status(), 200, "{refused}");
        let sent: Vec<_> = vendor.seen().into_iter().filter(|seen| seen.line == "POST /api/v2/dags/a/dagRuns").collect();
        assert_eq!(sent.len(), 2);
        assert!(sent.iter().all(|seen| seen.body == r#"{"conf": {}}"#), "whole both times");
        given.fetch_add(1, Ordering::SeqCst);
        assert_eq!(gateway.get("/api/c/airflow/dags").send().await.unwrap().status(), 200, "{refused}");
        assert_eq!(logins(&vendor), 3);
    }
    // Another 403 is an answer.
    let vendor = Vendor::answering(|seen| match seen.line.as_str() {
        "POST /auth/token" => says(201, json!({"access_token": token(1, 60)}).to_string()),
        _ => says(403, r#"{"detail": "Forbidden"}"#),
    })
    .await;
    let gateway = gateway(vec![airflow(&vendor, USER)]).await;
    let answer = gateway.get("/api/c/airflow/dags").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (403, r#"{"detail": "Forbidden"}"#));
    assert_eq!(logins(&vendor), 1);
}

#[tokio::test]
async fn a_password_that_is_refused_is_a_refused_key_and_not_tried_again_and_again() {
    let (vendor, _) = vendor(60, 401).await;
    let gateway = gateway(vec![airflow(&vendor, "sluice:wrong-0123456789")]).await;
    for _ in 0..3 {
        let answer = gateway.get("/api/c/airflow/dags").send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert!(!answer.headers().contains_key("sluice-relay"), "the vendor says so");
        assert_eq!(detail(answer).await, "Invalid credentials");
    }
    assert_eq!(logins(&vendor), 1, "some servers lock the account");
    assert!(vendor.seen().iter().all(|seen| seen.line.starts_with("POST /auth/token")), "nothing was sent without a token");
    let broken = Vendor::answering(|_| says(500, "{}")).await;
    let gateway = crate::support::gateway(vec![airflow(&broken, USER)]).await;
    let answer = gateway.post("/api/c/airflow/dags/a/dagRuns", "{}").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["sluice-relay"].to_str().unwrap()), (502, "not-sent"));
    assert!(detail(answer).await.contains("could not sign in"));
}

const TASK: &str = "dags/a/dagRuns/r/taskInstances/t/-1";

/// A task that waits until it was answered, and is through so many looks later.
async fn waiting(looks: usize) -> Vendor {
    let seen_after = Arc::new(AtomicUsize::new(0));
    Vendor::answering(move |seen| match seen.line.as_str() {
        "POST /auth/token" => says(201, json!({"access_token": token(1, 3_600)}).to_string()),
        line if line == format!("GET /api/v2/{TASK}") => {
            let state = match seen_after.load(Ordering::SeqCst) {
                0 => "awaiting_input",
                count => {
                    seen_after.store(count + 1, Ordering::SeqCst);
                    if count > looks { "success" } else { "queued" }
                }
            };
            says(200, json!({"id": "ti-1", "state": state}).to_string())
        }
        line if line.starts_with("PATCH") => {
            seen_after.store(1, Ordering::SeqCst);
            says(200, r#"{"responded_at": "now"}"#)
        }
        _ => says(404, "{}"),
    })
    .await
}

#[tokio::test]
async fn a_decision_is_held_until_its_wait_is_old_enough_and_told_once_its_task_is_through() {
    let hold = |seconds: u64| Traffic { share: Duration::ZERO, hold: Some(Duration::from_secs(seconds)), ..Traffic::default() };
    let since = |millis: i64| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
        runs::value::percent::encode(&Timestamp(now - millis).iso())
    };
    let vendor = waiting(2).await;
    let to = Connection { traffic: hold(2), ..airflow(&vendor, USER) };
    let gateway = gateway(vec![to]).await;
    let patch = |query: String| {
        let url = gateway.url(&format!("/api/c/airflow/{TASK}/hitlDetails?{query}"));
        gateway
            .client
            .patch(url)
            .header("x-sluice", "1")
            .header("content-type", "application/json")
            .body(r#"{"chosen_options": ["a"]}"#)
            .send()
    };
    // Elsewhere by now, in one way or the other.
    for seen in ["ti-2~awaiting_input", "ti-1~deferred", "ti-1"] {
        let answer = patch(format!("sluice-seen={seen}&sluice-since={}", since(60_000))).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["sluice-relay"].to_str().unwrap()), (409, "not-sent"), "{seen}");
    }
    let begun = Instant::now();
    let answer = patch(format!("sluice-seen=ti-1~awaiting_input&sluice-since={}", since(1_000))).await.unwrap();
    let took = begun.elapsed();
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, r#"{"responded_at": "now"}"#));
    // A second until it is old enough, and three looks of half a second.
    assert!(took > Duration::from_millis(2_300) && took < Duration::from_secs(8), "{took:?}");
    let lines: Vec<_> = vendor.seen().into_iter().map(|seen| seen.line).filter(|line| !line.starts_with("POST")).collect();
    let sent = lines.iter().position(|line| line.starts_with("PATCH")).unwrap();
    assert_eq!(lines[sent], format!("PATCH /api/v2/{TASK}/hitlDetails"), "what is ours is not the vendor's");
    assert_eq!(lines[sent + 1..], vec![format!("GET /api/v2/{TASK}"); 3], "until it is through");
}
