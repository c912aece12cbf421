//! Polling: which answer counts, when to ask again, how far a decision has got.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod pace;
mod progress;

use proptest::prelude::*;
use runs::model::review::Decision;
use runs::model::{Fact, FactName, FactValue, NoNumber, Numbering, OutputAs, Page, Quota, ReviewRef, Run, RunDetail, Step};
use runs::reading::live::{
    Advance, Backoff, Pace, Progress, absent, advance, append, distinct, later, merge_page, new_runs, newer, number, over, refresh,
    says_the_same, scarce,
};
use runs::{ApiError, ErrorKind, Status, StatusKind, Timestamp};

fn run(id: &str, kind: StatusKind, updated: Option<i64>) -> Run {
    Run { updated_at: updated.map(Timestamp), ..Run::new(id, "wf", Status::new(kind, kind.slug())) }
}

fn attempt(number: u32, run: Run) -> Run {
    Run { attempt: Some(number), ..run }
}

use StatusKind::{Cancelled, Completed, Failed, NotStarted, Resuming, Running, Stale, Waiting};

fn detail(status: StatusKind, waits: &[&str], steps: &[(&str, StatusKind, Option<i64>)]) -> RunDetail {
    let mut run = run("r", status, None);
    run.waiting_on = waits.iter().map(|id| (*id).to_owned()).collect();
    RunDetail {
        run,
        history: Vec::new(),
        history_derived: true,
        steps: steps
            .iter()
            .map(|(id, status, from)| Step {
                id: (*id).into(),
                node: (*id).into(),
                name: format!("Step {id}"),
                kind: None,
                status: Status::new(*status, ""),
                started_at: from.map(Timestamp),
                finished_at: None,
                duration_ms: None,
                attempt: 1,
                parent: None,
                iteration: None,
                input: None,
                output: None,
                output_as: OutputAs::Data,
                error: None,
                facts: Vec::new(),
                other: Vec::new(),
            })
            .collect(),
        steps_cut: false,
        attempts: Vec::new(),
        files: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        facts: Vec::new(),
        reviews: waits.iter().map(|id| ReviewRef::new(*id, "", None)).collect(),
        other: Vec::new(),
        raw: Vec::new(),
    }
}

const AT: fn(i64) -> Timestamp = Timestamp;
