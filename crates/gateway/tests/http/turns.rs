//! Decisions on one task go one after the other, also through two gateways on one database.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use futures_util::future::join_all;
use runs::Dialect;

use crate::place::{Place, on_both};
use crate::support::*;

on_both!(decisions_on_one_task_go_one_after_the_other, a_turn_ends_with_whoever_had_it);

/// A vendor that takes a moment, and counts how many calls it had at once on the busiest task, and on all.
async fn slow_vendor() -> (String, Arc<[AtomicUsize; 4]>) {
    let counts: Arc<[AtomicUsize; 4]> = Arc::default();
    let counting = Arc::clone(&counts);
    let router = Router::new().fallback(move |request: Request| {
        let counts = Arc::clone(&counting);
        async move {
            let [task, most_of_task, all, most_of_all] = &*counts;
            let first = request.uri().path().contains("rev_1/");
            if first {
                most_of_task.fetch_max(task.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            }
            most_of_all.fetch_max(all.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(100)).await;
            all.fetch_sub(1, Ordering::SeqCst);
            if first {
                task.fetch_sub(1, Ordering::SeqCst);
            }
            "{}"
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (base, counts)
}

async fn decisions_on_one_task_go_one_after_the_other(place: Place) {
    let (base, counts) = slow_vendor().await;
    let start = || {
        gateway_with(|config| {
            config.store = Some(place.location.clone());
            config.connections = vec![connection("retab", Dialect::RetabReviews, &base)];
        })
    };
    let one = start().await;
    // PostgreSQL serves several replicas; a file serves one gateway.
    let two = if place.is_postgres() { Some(start().await) } else { None };
    let two = two.as_ref().unwrap_or(&one);
    let decide = |gateway: &Gateway, review: &str, verb: &str| {
        let call = gateway.post(&format!("/api/c/retab/workflows/reviews/{review}/{verb}"), "{}").send();
        async move { call.await.unwrap().status().as_u16() }
    };
    let calls = (0..6).flat_map(|at| {
        let gateway = if at % 2 == 0 { &one } else { two };
        let verb = if at % 3 == 0 { "reject" } else { "approve" };
        [decide(gateway, "rev_1", verb), decide(gateway, &format!("rev_{}", at + 2), verb)]
    });
    assert_eq!(join_all(calls.collect::<Vec<_>>()).await, [200; 12]);
    let [_, most_of_task, _, most_of_all] = &*counts;
    assert_eq!(most_of_task.load(Ordering::SeqCst), 1, "two decisions on one task were under way at once");
    assert!(most_of_all.load(Ordering::SeqCst) > 2, "decisions on different tasks do not wait for each other");
}

#[tokio::test]
async fn a_decision_about_what_went_on_meanwhile_is_not_sent() {
    let vendor = Vendor::answering(|seen| {
        let body = match seen.line.as_str() {
            "GET /v1/flow_runs/r1" => r#"{"state": {"id": "s2"}}"#,
            "GET /v1/flow_runs/gone" => return Response::builder().status(404).body(Body::from("{}")).unwrap(),
            _ => r#"{"status": "ACCEPT"}"#,
        };
        Response::builder().header("content-type", "application/json").body(Body::from(body)).unwrap()
    })
    .await;
    let gateway = gateway(vec![connection("prefect", Dialect::Prefect, &vendor.base)]).await;
    for (call, status, sent) in [
        ("flow_runs/r1/set_state?sluice-seen=s1", 409, None),
        ("flow_runs/r1/resume?sluice-seen=s1", 409, None),
        ("flow_runs/gone/resume?sluice-seen=s1", 409, None),
        ("flow_runs/r1/resume?sluice-seen=s2", 200, Some("POST /v1/flow_runs/r1/resume")),
        ("flow_runs/r1/set_state?a=%20b&sluice-seen=s%32&c", 200, Some("POST /v1/flow_runs/r1/set_state?a=%20b&c")),
        // Cancelling asks for no state.
        ("flow_runs/r1/set_state", 200, Some("POST /v1/flow_runs/r1/set_state")),
    ] {
        let before = vendor.seen().len();
        let answer = gateway.post(&format!("/api/c/prefect/{call}"), "{}").send().await.unwrap();
        assert_eq!(answer.status(), status, "{call}");
        assert_eq!(answer.headers().get("sluice-relay").is_some_and(|relay| relay == "not-sent"), sent.is_none(), "{call}");
        let written = vendor.seen().into_iter().skip(before).find(|seen| seen.line.starts_with("POST"));
        assert_eq!(written.map(|seen| seen.line).as_deref(), sent, "{call}");
    }
}

async fn a_turn_ends_with_whoever_had_it(place: Place) {
    let open = || gateway::store::Store::open(&place.location);
    let (one, two) = (open().await.unwrap(), open().await.unwrap());
    let two = if place.is_postgres() { two } else { one.clone() };
    let first = one.lock("a").await.unwrap();
    assert!(two.try_lock("a").await.unwrap().is_none());
    assert!(two.try_lock("b").await.unwrap().is_some(), "another name is another turn");
    let waiting = tokio::spawn({
        let two = two.clone();
        async move { two.lock("a").await.map(drop) }
    });
    // Somebody who gives up waiting takes nothing with him.
    assert!(tokio::time::timeout(Duration::from_millis(50), two.lock("a")).await.is_err());
    drop(first);
    tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap().unwrap().unwrap();
    tokio::time::timeout(Duration::from_secs(20), one.lock("a")).await.unwrap().unwrap();
    if place.is_postgres() {
        // A replica whose connection is cut has lost its turn, and is told.
        let mut held = one.lock("a").await.unwrap();
        place.meddle("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted").await.unwrap();
        tokio::time::timeout(Duration::from_secs(20), held.lost()).await.unwrap();
        tokio::time::timeout(Duration::from_secs(20), two.lock("a")).await.unwrap().unwrap();
    }
}
