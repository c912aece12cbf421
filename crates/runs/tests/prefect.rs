//! The adapter of Prefect 3, against trimmed answers of a server of 3.9.1 that ran flows of ours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "prefect/actions.rs"]
mod actions;
#[path = "support/altering.rs"]
#[allow(dead_code, reason = "shared with the tests of other adapters")]
mod altering;
#[path = "prefect/decide.rs"]
mod decide;
#[path = "prefect/lists.rs"]
mod lists;
#[path = "prefect/reading.rs"]
mod reading;
#[path = "retab/vendor.rs"]
#[allow(dead_code, reason = "shared with the tests of another adapter")]
mod vendor;

use runs::Json;
use runs::adapters::RunRef;
use runs::adapters::prefect::Prefect;
use vendor::{Vendor, json};

const RUN: &str = include_str!("fixtures/prefect/run.json");
const STATES: &str = include_str!("fixtures/prefect/states.json");
const TASKS: &str = include_str!("fixtures/prefect/tasks.json");
const ARTIFACTS: &str = include_str!("fixtures/prefect/artifacts.json");
const LOGS: &str = include_str!("fixtures/prefect/logs.json");
const INPUTS: &str = include_str!("fixtures/prefect/inputs.json");
const FLOWS: &str = include_str!("fixtures/prefect/flows.json");
const DEPLOYMENTS: &str = include_str!("fixtures/prefect/deployments.json");
const RUNS: &str = include_str!("fixtures/prefect/runs.json");

const ID: &str = "3faaa26f-2cfe-43b5-b5d3-0aaa8e74097d";
const REVIEW: &str = "01a22d04-67cd-7ea3-85da-bfd9b4ee65aa";
const GET_RUN: &str = "GET flow_runs/3faaa26f-2cfe-43b5-b5d3-0aaa8e74097d";
const GET_STATES: &str = "GET flow_run_states/";
const GET_INPUTS: &str = "POST flow_runs/3faaa26f-2cfe-43b5-b5d3-0aaa8e74097d/input/filter";
const RESUME: &str = "POST flow_runs/3faaa26f-2cfe-43b5-b5d3-0aaa8e74097d/resume";
const SET_STATE: &str = "POST flow_runs/3faaa26f-2cfe-43b5-b5d3-0aaa8e74097d/set_state";

fn prefect() -> Vendor {
    Vendor::new(&Prefect::RELAYED)
}

/// Answers everything about the run that waits.
fn waiting() -> Vendor {
    around(prefect().ok(GET_RUN, RUN).ok(GET_STATES, STATES).ok(GET_INPUTS, INPUTS))
}

fn around(vendor: Vendor) -> Vendor {
    vendor
        .ok("POST task_runs/filter", TASKS)
        .ok("POST artifacts/filter", ARTIFACTS)
        .ok("POST logs/filter", LOGS)
        .ok("POST flows/filter", FLOWS)
        .ok("POST deployments/filter", DEPLOYMENTS)
}

fn reference() -> RunRef {
    RunRef { id: ID.into(), flow: None }
}

/// What a server adds to the history once somebody answered.
fn followed_by(kind: &str, name: &str, message: &str) -> String {
    let mut states = json(STATES);
    let state = format!(
        r#"{{"id": "after", "type": "{kind}", "name": "{name}", "timestamp": "2026-11-30T15:20:00.5Z", "message": {message}, "state_details": {{}}}}"#
    );
    states.as_array_mut().unwrap().push(json(&state));
    states.to_string()
}

/// The run in that state.
fn run_in(kind: &str, name: &str) -> String {
    let mut run = json(RUN);
    for (member, value) in
        [("/state/id", "after"), ("/state/type", kind), ("/state/name", name), ("/state_type", kind), ("/state_name", name)]
    {
        *run.pointer_mut(member).unwrap() = Json::from(value);
    }
    run.to_string()
}

/// The questions with an answer.
fn answered(value: &str) -> String {
    let mut inputs = json(INPUTS);
    let mut row = inputs.get(0).unwrap().clone();
    for (member, value) in [("key", "paused-delivery-response"), ("value", value), ("created", "2026-11-30T15:20:00.4Z")] {
        row[member] = Json::from(value);
    }
    inputs.as_array_mut().unwrap().push(row);
    inputs.to_string()
}
