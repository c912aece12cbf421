//! The adapter of Retab's seed generation, against answers written from its documentation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/altering.rs"]
mod altering;
#[path = "retab/decide.rs"]
mod decide;
#[path = "retab/fields.rs"]
mod fields;
#[path = "retab/hostile.rs"]
mod hostile;
#[path = "retab/lists.rs"]
mod lists;
#[path = "retab/reading.rs"]
mod reading;
#[path = "retab/vendor.rs"]
mod vendor;
#[path = "retab/writing.rs"]
mod writing;

use runs::adapters::RunRef;
use runs::adapters::retab::Retab;
use vendor::Vendor;

const RUN_COMPLETED: &str = include_str!("fixtures/retab/run_completed.json");
const RUN_WAITING: &str = include_str!("fixtures/retab/run_waiting.json");
const STEPS_WAITING: &str = include_str!("fixtures/retab/steps_waiting.json");
const STEP_HIL: &str = include_str!("fixtures/retab/step_hil.json");
const DECISION_NONE: &str = include_str!("fixtures/retab/decision_none.json");
const DECISION_EDITED: &str = include_str!("fixtures/retab/decision_edited.json");
const LIST: &str = include_str!("fixtures/retab/list.json");
const COUNTS: &str = include_str!("fixtures/retab/counts.json");
const WORKFLOWS: &str = include_str!("fixtures/retab/workflows.json");
const BLOCKS: &str = include_str!("fixtures/retab/blocks.json");
const CANCEL: &str = include_str!("fixtures/retab/cancel.json");

fn retab() -> Vendor {
    Vendor::new(&Retab::RELAYED)
}

fn run_ref(id: &str) -> RunRef {
    RunRef { id: id.into(), flow: None }
}
