//! The SuperAI adapter against answers written by hand from the vendor's documentation.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "superai/claims.rs"]
mod claims;
#[path = "superai/decide.rs"]
mod decide;
#[path = "superai/fields.rs"]
mod fields;
#[path = "superai/lists.rs"]
mod lists;
#[path = "superai/robust.rs"]
mod robust;
#[path = "superai/run.rs"]
mod run;
#[path = "superai/wire.rs"]
mod wire;

use runs::adapters::RunRef;
use runs::adapters::superai::SuperAi;
use runs::model::RunDetail;
use runs::{ApiError, RunAdapter};
use wire::{Wire, answer, ok};

const EXECUTION: &str = include_str!("fixtures/superai/execution.json");
const EXECUTIONS: &str = include_str!("fixtures/superai/executions.json");
const TASKS: &str = include_str!("fixtures/superai/tasks.json");
const REVIEW: &str = include_str!("fixtures/superai/review.json");
const FLOW: &str = include_str!("fixtures/superai/flow.json");
const OLDER_EXECUTION: &str = include_str!("fixtures/superai/older_execution.json");
const OLDER_TASKS: &str = include_str!("fixtures/superai/older_tasks.json");

const RUN: &str = "223e4567-e89b-12d3-a456-426614174000";
const FLOW_ID: &str = "550e8400-e29b-41d4-a716-446655440000";
const REVIEW_ID: &str = "bbbb0001-0000-4000-8000-000000000000";

const GET_RUN: &str = "GET flow-executions/223e4567-e89b-12d3-a456-426614174000";
const GET_TASKS: &str = "GET task-executions";
const GET_REVIEWS: &str = "GET human-review-tasks/by-execution";
const GET_REVIEW: &str = "GET human-review-tasks/bbbb0001-0000-4000-8000-000000000000";
const GET_FLOW: &str = "GET flows/550e8400-e29b-41d4-a716-446655440000";
const START: &str = "POST human-review-tasks/bbbb0001-0000-4000-8000-000000000000/start";
const COMPLETE: &str = "POST human-review-tasks/bbbb0001-0000-4000-8000-000000000000/complete";

fn reference() -> RunRef {
    RunRef { id: RUN.into(), flow: Some(FLOW_ID.into()) }
}

/// A vendor with one run, its review tasks and its flow.
fn vendor(execution: &str, tasks: &str, reviews: &str, flow: &str) -> Wire {
    Wire::new(&SuperAi::RELAYED).on(GET_RUN, ok(execution)).on(GET_TASKS, ok(tasks)).on(GET_REVIEWS, ok(reviews)).on(GET_FLOW, ok(flow))
}

fn get_run(execution: &str, tasks: &str, reviews: &str, flow: &str) -> Result<RunDetail, ApiError> {
    vendor(execution, tasks, reviews, flow).run(SuperAi.get_run(&reference()))
}

/// The usual run: it waits for its one review.
fn waiting() -> RunDetail {
    get_run(EXECUTION, TASKS, &format!("[{REVIEW}]"), FLOW).expect("a run")
}

fn not_found() -> runs::wire::http::Reply {
    answer(404, r#"{"error":{"message":"Resource not found","code":"not_found"},"request_id":"01K8KABR6S16YETA2SZPVBS9SP"}"#)
}
