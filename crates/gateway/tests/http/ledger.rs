//! The run-number ledger over HTTP: walked in the background from real lists.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Response;
use gateway::ledger::{Settings, Walking};
use runs::Dialect;
use runs::adapters::RunRef;
use runs::model::Run;
use serde_json::{Value, json};

use crate::place::{Place, on_both};
use crate::support::*;
use crate::world::{RECONCILIATION, World};

mod kinds;
mod replicas;

on_both!(every_run_of_every_dialect_has_a_number_that_never_moves);

const QUICK: Settings = Settings { walk: true, requests_per_second: 1_000, again_hours: 24 };

async fn read(gateway: &Gateway, path: &str) -> (u16, Value) {
    let answer = gateway.get(path).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
}

/// The progress of every flow, once all satisfy `done`.
async fn until(gateway: &Gateway, done: impl Fn(&Value) -> bool) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let (_, progress) = read(gateway, "/api/ledger").await;
        let flows = progress["flows"].as_array().unwrap();
        if !flows.is_empty() && flows.iter().all(&done) {
            return flows.clone();
        }
        assert!(began.elapsed() < Duration::from_secs(120), "the ledger never got there: {progress:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn kept(flow: &Value) -> bool {
    flow["state"] == "kept"
}

/// What the ledger says of these runs: number, and whether it came late.
async fn numbers(gateway: &Gateway, connection: &str, flow: &str, ids: &[String]) -> HashMap<String, (i64, bool)> {
    let mut all = HashMap::new();
    for ids in ids.chunks(200) {
        let (status, body) = read(gateway, &format!("/api/ledger/{connection}/numbers?flow={flow}&ids={}", ids.join(","))).await;
        assert_eq!(status, 200, "{body}");
        for (id, told) in body["numbers"].as_object().unwrap() {
            assert_eq!(told["flow"], flow);
            all.insert(id.clone(), (told["number"].as_i64().unwrap(), told["late"].as_bool().unwrap()));
        }
    }
    all
}

/// By creation time, ties by id.
fn in_order(runs: &[Run]) -> Vec<String> {
    let mut order: Vec<_> = runs.iter().map(|run| (run.created_at.or(run.started_at), run.id.clone())).collect();
    order.sort();
    order.into_iter().map(|(_, id)| id).collect()
}

async fn every_run_of_every_dialect_has_a_number_that_never_moves(place: Place) {
    let mut world = World::new().await;
    let connections = world.connections.clone();
    world.gateway = gateway_with(|config| {
        config.store = Some(place.location.clone());
        config.connections = connections;
    })
    .await;
    let walking: Option<Walking> = gateway::ledger::start(&world.gateway.app, QUICK);
    let progress = until(&world.gateway, kept).await;
    let mut flows = 0;
    for dialect in Dialect::IMITATED {
        let (vendor, slug) = (world.vendor(dialect), dialect.slug());
        for flow in vendor.flows().await {
            flows += 1;
            let (runs, _) = vendor.all(&flow.id, 100).await;
            let ids: Vec<String> = runs.iter().map(|run| run.id.clone()).collect();
            let told = numbers(&world.gateway, slug, &flow.id, &ids).await;
            let expected: HashMap<String, (i64, bool)> = if dialect == Dialect::SuperAi {
                runs.iter().map(|run| (run.id.clone(), (run.number.unwrap() as i64, false))).collect()
            } else {
                in_order(&runs).into_iter().zip(1..).map(|(id, number)| (id, (number, false))).collect()
            };
            assert_eq!(told, expected, "{slug} {}", flow.name);
            let state = progress.iter().find(|state| state["connection"] == slug && state["flow"] == flow.id.as_str()).unwrap();
            assert_eq!(state["name"], flow.name.as_str());
            assert_eq!(state["numbered"], expected.values().map(|told| told.0).max().unwrap_or(0), "{state}");
            if let Some((id, (number, _))) = told.iter().next() {
                let (status, body) = read(&world.gateway, &format!("/api/ledger/{slug}/runs/{}/{number}", flow.id)).await;
                assert_eq!((status, body["run"].as_str()), (200, Some(id.as_str())));
            }
        }
    }
    assert_eq!(flows, progress.len());

    // A deleted run leaves a gap: the numbers of the others stay, and it keeps its own.
    let retab = world.vendor(Dialect::Retab);
    let flow = retab.flow(RECONCILIATION).await;
    let (runs, derived) = retab.all(&flow, 100).await;
    let order = in_order(&runs);
    let before = numbers(&world.gateway, "retab", &flow, &order).await;
    let third = RunRef { id: order[2].clone(), flow: Some(flow.clone()) };
    retab.carrier.run(retab.run_adapter().delete(&third)).await.unwrap();
    let started = retab.start("purchase-order-4711.pdf", "invoice-4711.csv", "ledger-1").await;
    let highest = i64::try_from(runs.len()).unwrap();
    assert_eq!(derived.len(), runs.len());
    let asked = [order.clone(), vec![started.id.clone()]].concat();
    let began = Instant::now();
    let after = loop {
        // Whoever asks for a run that is not known makes it looked for.
        let after = numbers(&world.gateway, "retab", &flow, &asked).await;
        if after.contains_key(&started.id) {
            break after;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "the new run never got a number");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(after[&started.id], (highest + 1, false));
    assert!(before.iter().all(|(id, number)| after[id] == *number));
    drop(walking);

    for (path, status) in [
        (format!("/api/ledger/retab/runs/{flow}/{}", highest + 2), 404),
        (format!("/api/ledger/retab/runs/{flow}/0"), 400),
        (format!("/api/ledger/retab/runs/{flow}/x"), 400),
        ("/api/ledger/retab/runs/nothing/1".into(), 404),
        ("/api/ledger/elsewhere/runs/x/1".into(), 404),
        ("/api/ledger/elsewhere/numbers?ids=x".into(), 404),
        ("/api/ledger/retab/numbers".into(), 400),
        ("/api/ledger/retab/numbers?ids=,,".into(), 400),
        (format!("/api/ledger/retab/numbers?ids={}", vec!["x"; 201].join(",")), 400),
        ("/api/ledger/retab/numbers?ids=%27%20OR%201%3D1%20--,%00".into(), 200),
    ] {
        assert_eq!(read(&world.gateway, &path).await.0, status, "{path}");
    }
}
