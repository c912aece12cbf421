//! Injected faults look like the real thing from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::Sandbox;

const COUNTS: &str = "/retab/v1/workflows/runs/counts";

#[tokio::test]
async fn status_delay_and_times() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(&json!({"path_contains": "counts", "times": 2, "action": {"status": 503, "body": {"detail": "later"}}})).await;
    for _ in 0..2 {
        let response = sandbox.request(Method::GET, COUNTS).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.json::<Value>().await.unwrap()["detail"], "later");
    }
    sandbox.get(COUNTS).await;
    sandbox.fault(&json!({"method": "GET", "path_contains": "counts", "action": {"delay_ms": 400}})).await;
    let begun = Instant::now();
    sandbox.get(COUNTS).await;
    assert!(begun.elapsed() >= Duration::from_millis(400));
    sandbox.fault(&json!({"method": "POST", "path_contains": "counts", "action": {"status": 500}})).await;
    sandbox.get(COUNTS).await;
    sandbox.stop().await;
}

#[tokio::test]
async fn an_answer_with_headers_of_its_own_and_retry_after_as_a_date() {
    let sandbox = Sandbox::start().await;
    let action = json!({"status": 429, "retry_after_date": 90, "body": {"detail": "Too many requests"}});
    sandbox.fault(&json!({"path_contains": "counts", "action": action})).await;
    let response = sandbox.request(Method::GET, COUNTS).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let date = response.headers()["retry-after"].to_str().unwrap();
    let at = jiff::fmt::rfc2822::parse(date).unwrap().timestamp();
    let wait = at.duration_since(jiff::Timestamp::now()).as_secs();
    assert!(date.ends_with(" GMT") && (80..=90).contains(&wait), "{date}");
    let page = "<html><title>Sign in</title></html>";
    let action = json!({"status": 200, "text": page, "headers": {"content-type": "text/html", "retry-after": "40"}});
    sandbox.fault(&json!({"path_contains": "counts", "action": action})).await;
    let response = sandbox.request(Method::GET, COUNTS).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/html");
    assert_eq!(response.headers()["retry-after"], "40");
    assert_eq!(response.text().await.unwrap(), page);
    sandbox.stop().await;
}

#[tokio::test]
async fn a_dropped_connection_before_or_after_the_decision() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.reconcile("purchase-order-4711.pdf", "invoice-4711.csv").await;
    sandbox.until(&id, &["waiting_for_human"]).await;
    let path = format!("/retab/v1/workflows/runs/{id}/hil-decisions");
    let body = json!({"node_id": "review-mismatch", "approved": true, "command_id": "once"});
    for (moment, received) in [("before", false), ("after", true)] {
        sandbox.fault(&json!({"method": "POST", "path_contains": "hil-decisions", "action": {"drop": moment}})).await;
        let error = sandbox.request(Method::POST, &path).json(&body).send().await.unwrap_err();
        assert!(error.status().is_none() && !error.is_timeout(), "{error:?}");
        let receipt = sandbox.get(&format!("{path}/review-mismatch")).await;
        assert_eq!(receipt["decision_received"], received, "{moment}");
    }
    let (status, answer) = sandbox.decide(&id, &body).await;
    assert_eq!(status, StatusCode::OK);
    assert!(answer["submission_status"].as_str().unwrap().starts_with("already_"), "{answer}");
    sandbox.stop().await;
}

#[tokio::test]
async fn a_truncated_answer_breaks_off() {
    let sandbox = Sandbox::start().await;
    sandbox.fault(&json!({"path_contains": "counts", "action": {"truncate": 10}})).await;
    let mut response = sandbox.request(Method::GET, COUNTS).send().await.unwrap();
    assert!(response.content_length().unwrap() > 10);
    assert_eq!(response.chunk().await.unwrap().unwrap().len(), 10);
    assert!(response.chunk().await.is_err());
    sandbox.get(COUNTS).await;
    sandbox.stop().await;
}

#[tokio::test]
async fn faults_need_the_key_and_make_sense() {
    let sandbox = Sandbox::start().await;
    let url = format!("{}/_sandbox/faults", sandbox.base);
    let fault = json!({"path_contains": "x", "action": {"status": 500}});
    let send = |body: Value, key: &'static str| sandbox.client.post(&url).bearer_auth(key).json(&body).send();
    assert_eq!(send(fault.clone(), "guess").await.unwrap().status(), StatusCode::UNAUTHORIZED);
    for wrong in [
        json!({"path_contains": "x", "action": {}}),
        json!({"path_contains": "x", "action": {"status": 500, "delay_ms": 1}}),
        json!({"path_contains": "", "action": {"status": 500}}),
        json!({"path_contains": "x", "times": 0, "action": {"status": 500}}),
        json!({"path_contains": "x", "action": {"status": 99}}),
        json!({"path_contains": "x", "action": {"explode": true}}),
        json!({"path_contains": "x", "action": {"delay_ms": 1, "retry_after_date": 1}}),
        json!({"path_contains": "x", "action": {"status": 500, "body": {}, "text": ""}}),
        json!({"path_contains": "x", "action": {"status": 500, "headers": {"a b": "c"}}}),
    ] {
        assert_eq!(send(wrong.clone(), "sandbox").await.unwrap().status(), StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(send(fault, "sandbox").await.unwrap().status(), StatusCode::NO_CONTENT);
    let list = async || -> Value { sandbox.client.get(&url).bearer_auth("sandbox").send().await.unwrap().json().await.unwrap() };
    assert_eq!(list().await.as_array().unwrap().len(), 1);
    sandbox.client.delete(&url).bearer_auth("sandbox").send().await.unwrap();
    assert!(list().await.as_array().unwrap().is_empty());
    sandbox.stop().await;
}
