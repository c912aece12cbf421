//! The adapter of Airflow 3, against trimmed answers of a server of 3.3.2 that ran DAGs of ours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "airflow/actions.rs"]
mod actions;
#[path = "airflow/decide.rs"]
mod decide;
#[path = "airflow/lists.rs"]
mod lists;
#[path = "airflow/reading.rs"]
mod reading;
#[path = "retab/vendor.rs"]
#[allow(dead_code, reason = "shared with the tests of another adapter")]
mod vendor;

use runs::Json;
use runs::adapters::RunRef;
use runs::adapters::airflow::Airflow;
use vendor::{Vendor, json};

const RUN: &str = include_str!("fixtures/airflow/run.json");
const RUNS: &str = include_str!("fixtures/airflow/runs.json");
const TASKS: &str = include_str!("fixtures/airflow/tasks.json");
const HITL: &str = include_str!("fixtures/airflow/hitl.json");
const DETAIL: &str = include_str!("fixtures/airflow/detail.json");
const ANSWERED: &str = include_str!("fixtures/airflow/answered.json");
const ENTRY: &str = include_str!("fixtures/airflow/entry.json");
const CHOICE: &str = include_str!("fixtures/airflow/choice.json");
const EVENTS: &str = include_str!("fixtures/airflow/events.json");
const EVENTS_DONE: &str = include_str!("fixtures/airflow/events_done.json");
const EVENTS_MARKED: &str = include_str!("fixtures/airflow/events_marked.json");
const XCOMS: &str = include_str!("fixtures/airflow/xcoms.json");
const XCOM: &str = include_str!("fixtures/airflow/xcom.json");
const WAITING: &str = include_str!("fixtures/airflow/waiting.json");

const ID: &str = "delivery_check:t-1";
const REVIEW: &str = "check:1";
const GET_RUN: &str = "GET dags/delivery_check/dagRuns/t-1";
const TASK: &str = "dags/delivery_check/dagRuns/t-1/taskInstances/check/-1";
const GET_DETAIL: &str = "GET dags/delivery_check/dagRuns/t-1/taskInstances/check/-1/hitlDetails";
const ANSWER: &str = "PATCH dags/delivery_check/dagRuns/t-1/taskInstances/check/-1/hitlDetails";
const GET_EVENTS: &str = "GET eventLogs";

fn airflow() -> Vendor {
    Vendor::new(&Airflow::RELAYED)
}

/// Answers everything about the run that waits.
fn waiting() -> Vendor {
    around(airflow().ok(GET_DETAIL, DETAIL).ok(GET_EVENTS, &newest_first(EVENTS)))
}

fn around(vendor: Vendor) -> Vendor {
    vendor
        .ok(GET_RUN, RUN)
        .ok("GET dags/delivery_check/dagRuns/t-1/taskInstances", TASKS)
        .ok("GET dags/delivery_check/dagRuns/t-1/hitlDetails", HITL)
        .ok("GET dags/delivery_check/dagRuns/t-1/taskInstances/~/xcomEntries", XCOMS)
        .ok("GET dags/delivery_check/dagRuns/t-1/taskInstances/read_note/xcomEntries/return_value", XCOM)
}

/// The log as the adapter asks for it; the fixtures are in the order of time.
fn newest_first(events: &str) -> String {
    let mut events = json(events);
    events["event_logs"].as_array_mut().unwrap().reverse();
    events.to_string()
}

fn reference() -> RunRef {
    RunRef { id: ID.into(), flow: None }
}

/// A document with some values replaced, by their JSON pointers.
fn altered(document: &str, changes: &[(&str, Json)]) -> String {
    let mut document = json(document);
    for (at, value) in changes {
        *document.pointer_mut(at).unwrap_or_else(|| panic!("{at}")) = value.clone();
    }
    document.to_string()
}
