//! The adapter of TableFlow v2, against answers written from its documentation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/altering.rs"]
mod altering;
#[path = "tableflow/fields.rs"]
mod fields;
#[path = "tableflow/hostile.rs"]
mod hostile;
#[path = "tableflow/lists.rs"]
mod lists;
#[path = "tableflow/reading.rs"]
mod reading;
#[path = "tableflow/starting.rs"]
mod starting;
#[path = "retab/vendor.rs"]
#[allow(dead_code, reason = "shared with the tests of another adapter")]
mod vendor;

use runs::adapters::RunRef;
use runs::adapters::tableflow::TableFlow;
use vendor::Vendor;

const RUN_COMPLETED: &str = include_str!("fixtures/tableflow/run_completed.json");
const RUN_STARTED: &str = include_str!("fixtures/tableflow/run_started.json");
const RUN_REVIEW: &str = include_str!("fixtures/tableflow/run_review.json");
const LIST: &str = include_str!("fixtures/tableflow/list.json");
const FLOWS: &str = include_str!("fixtures/tableflow/flows.json");

fn tableflow() -> Vendor {
    Vendor::new(&TableFlow::RELAYED)
}

fn run_ref(id: &str) -> RunRef {
    RunRef { id: id.into(), flow: None }
}
