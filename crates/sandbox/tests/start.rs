//! Starting, seeding and stopping.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use sandbox::StartError;
use serde_json::Value;
use support::{FLOW, Sandbox, config};

/// What a dialect's list and totals say about its reconciliation flow.
async fn totals(sandbox: &Sandbox) -> [u64; 4] {
    let get = async |path: String| -> Value {
        let request = sandbox.client.get(format!("{}{path}", sandbox.base)).bearer_auth("sandbox");
        request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
    };
    let retab = get(format!("/retab/v1/workflows/runs/counts?workflow_id={FLOW}")).await;
    let tableflow = get("/tableflow/v2/flows/runs?flow_id=dk4g1tUg1uHLs8YU&limit=1".to_owned()).await;
    let flowstack = get("/flowstack/api/v1/flows/flow_poinvoice1/runs/stats".to_owned()).await;
    let superai = "/superai/api/flow-executions?flow_id=0b7c1a52-6f3e-4d19-9a58-2f1e7c40d801&page_size=1&include_run_number=true";
    let superai = get(superai.to_owned()).await;
    [&retab["total"], &tableflow["pagination"]["total"], &flowstack["totalRuns"], &superai[0]["run_number"]].map(|n| n.as_u64().unwrap())
}

#[tokio::test]
async fn every_dialect_has_more_than_ten_thousand_runs_and_a_second_start_adds_none() {
    let folder = tempfile::tempdir().unwrap();
    let db = sandbox::Database::File(folder.path().join("sandbox.db"));
    let config = sandbox::Config { runs: 10_240, db, ..config() };
    let first = Sandbox::with(config.clone()).await;
    assert_eq!(totals(&first).await, [10_240; 4]);
    first.stop().await;
    let second = Sandbox::with(config).await;
    assert_eq!(totals(&second).await, [10_240; 4]);
    second.stop().await;
}

#[tokio::test]
async fn refuses_what_it_cannot_serve() {
    let public = sandbox::Config { listen: ([0, 0, 0, 0], 0).into(), ..config() };
    let error = sandbox::serve(public, std::future::pending()).await.unwrap_err();
    assert!(matches!(error, StartError::NotLoopback(_)), "{error}");
    let error = sandbox::serve(sandbox::Config { runs: 1, ..config() }, std::future::pending()).await.unwrap_err();
    assert!(error.to_string().contains("--runs 1"), "{error}");
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let busy = sandbox::Config { listen: taken.local_addr().unwrap(), ..config() };
    let error = sandbox::serve(busy, std::future::pending()).await.unwrap_err().to_string();
    assert!(error.contains("--listen") && error.lines().count() == 1, "{error}");
}
