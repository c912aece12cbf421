//! Drawing time: the nasty histories and steps by name, and what holds for all of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod any;
mod bar;
mod gantt;

use proptest::prelude::*;
use runs::model::{OutputAs, StatusEvent, Step};
use runs::reading::timeline::{BarKind, Gantt, GanttOptions, Holding, RowKind, Section, SegKind, Side, StatusBar, gantt, status_segments};
use runs::{Status, StatusKind, Timestamp};
use std::collections::BTreeSet;

const MIN: i64 = 60_000;
const HOUR: i64 = 60 * MIN;

fn event(kind: StatusKind, at: i64) -> StatusEvent {
    StatusEvent { status: Status::new(kind, kind.slug()), at: Timestamp(at), why: Some(format!("at {at}")) }
}

fn bar(events: &[(StatusKind, i64)], end: i64, final_: bool, fold: bool) -> StatusBar {
    let history: Vec<_> = events.iter().map(|(kind, at)| event(*kind, *at)).collect();
    status_segments(&history, Timestamp(end), final_, fold)
}

fn lasted(bar: &StatusBar) -> Vec<Option<u64>> {
    bar.rows.iter().map(|row| row.lasted).collect()
}

fn step(id: &str, status: StatusKind, from: Option<i64>, to: Option<i64>) -> Step {
    Step {
        id: id.into(),
        node: id.into(),
        name: id.to_uppercase(),
        kind: None,
        status: Status::new(status, ""),
        started_at: from.map(Timestamp),
        finished_at: to.map(Timestamp),
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
    }
}

fn try_(node: &str, attempt: u32, status: StatusKind, from: i64, to: Option<i64>) -> Step {
    Step { node: node.into(), attempt, ..step(&format!("{node}-{attempt}"), status, Some(from), to) }
}

fn round(node: &str, iteration: u32, status: StatusKind, from: i64, to: i64) -> Step {
    Step {
        node: node.into(),
        parent: Some("loop".into()),
        iteration: Some(iteration),
        ..step(&format!("{node}-{iteration}"), status, Some(from), Some(to))
    }
}

fn draw(steps: &[Step], end: i64) -> Gantt {
    gantt(steps, Timestamp(end), &GanttOptions::default())
}

fn kinds(gantt: &Gantt, row: usize) -> Vec<BarKind> {
    gantt.rows[row].bars.iter().map(|bar| bar.kind).collect()
}

use StatusKind::{Approved, Cancelled, Completed, Failed, NotStarted, Queued, Rejected, Resuming, Running, Stale, Unknown, Waiting};
