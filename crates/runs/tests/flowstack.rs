//! The FlowStack adapter against answers written by hand from the vendor's documentation.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "flowstack/fields.rs"]
mod fields;
#[path = "flowstack/lists.rs"]
mod lists;
#[path = "flowstack/robust.rs"]
mod robust;
#[path = "flowstack/run.rs"]
mod run;
#[path = "superai/wire.rs"]
mod wire;

use runs::adapters::RunRef;
use runs::adapters::flowstack::FlowStack;
use runs::model::RunDetail;
use runs::{ApiError, RunAdapter};
use wire::{Wire, answer, ok};

const RUNS: &str = include_str!("fixtures/flowstack/runs.json");
const RUN: &str = include_str!("fixtures/flowstack/run.json");
const STATS: &str = include_str!("fixtures/flowstack/stats.json");
const FLOWS: &str = include_str!("fixtures/flowstack/flows.json");
/// What the vendor answers to a start.
const STARTED: &str = r#"{"id":"run_new123","flowId":"flow_abc123","status":"RUNNING","startTime":"2026-04-21T10:45:00Z"}"#;

const FLOW_ID: &str = "flow_abc123";
const GET_FLOWS: &str = "GET flows";
const GET_FLOW: &str = "GET flows/flow_abc123";
const GET_RUNS: &str = "GET flows/flow_abc123/runs";
const GET_STATS: &str = "GET flows/flow_abc123/runs/stats";
const GET_RUN: &str = "GET flows/flow_abc123/runs/run_xyz789";
const POST_RUN: &str = "POST flows/flow_abc123/runs";

fn reference() -> RunRef {
    RunRef { id: "run_xyz789".into(), flow: Some(FLOW_ID.into()) }
}

fn get_run(run: &str) -> Result<RunDetail, ApiError> {
    Wire::new(&FlowStack::RELAYED).on(GET_RUN, ok(run)).run(FlowStack.get_run(&reference()))
}

fn not_found() -> runs::wire::http::Reply {
    answer(404, r#"{"error":{"code":"NOT_FOUND","message":"Run not found","statusCode":404}}"#)
}
