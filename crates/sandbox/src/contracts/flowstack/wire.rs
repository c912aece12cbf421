//! FlowStack's JSON (<https://docs.onflowstack.com/api/flows>, `api/flow-runs`): ISO 8601 times, durations in milliseconds.

use serde_json::{Number, Value, json};

use crate::engine::clock::iso;
use crate::engine::model::{Flow, Run, RunDetail, Status, Step, Trigger};
use crate::engine::store::FlowStats;

/// The vendor has three words; what other engines tell apart falls into them.
pub(super) const fn status(status: Status) -> &'static str {
    match status {
        Status::Completed | Status::Edited | Status::Stale | Status::Skipped => "SUCCEEDED",
        Status::Failed | Status::Cancelled | Status::Deleted => "FAILED",
        Status::Pending | Status::Queued | Status::Running | Status::InProgress | Status::Waiting | Status::Cancelling => "RUNNING",
    }
}

/// The internal states that the vendor's word stands for.
pub(super) fn statuses(word: &str) -> Option<Vec<Status>> {
    let found: Vec<Status> = Status::ALL.into_iter().filter(|s| status(*s) == word).collect();
    (!found.is_empty()).then_some(found)
}

const fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Schedule => "SCHEDULE",
        Trigger::Webhook | Trigger::Email => "WEBHOOK",
        Trigger::Manual | Trigger::Api | Trigger::Restart => "MANUAL",
    }
}

/// `activepieces` or `n8n`, as the names of the flow's own pieces tell.
fn engine(flow: &Flow) -> &'static str {
    if flow.nodes.iter().any(|node| node.kind.starts_with("n8n-")) { "n8n" } else { "activepieces" }
}

fn flow_trigger(flow: &Flow) -> &'static str {
    let label = flow.nodes.first().map_or("", |node| node.label.as_str());
    if label.starts_with("Schedule") {
        "SCHEDULE"
    } else if label.starts_with("Webhook") {
        "WEBHOOK"
    } else {
        "MANUAL"
    }
}

/// Whether other services may start this flow by its webhook URL.
pub(super) fn has_webhook(flow: &Flow) -> bool {
    flow_trigger(flow) == "WEBHOOK"
}

/// A flow. `successRate` is in percent of the finished runs, with one decimal.
pub(super) fn flow(flow: &Flow, stats: &FlowStats, newest: Option<&Run>) -> Value {
    let totals = Totals::of(stats);
    json!({
        "id": flow.id, "name": flow.name, "description": flow.description,
        "status": if flow.active { "ACTIVE" } else { "INACTIVE" }, "engine": engine(flow),
        "triggerType": flow_trigger(flow), "runCount": stats.total, "successRate": totals.success_rate(),
        "lastRun": newest.map(start), "created": iso(flow.created_at), "updated": iso(flow.updated_at),
    })
}

pub(super) fn stats(stats: &FlowStats, newest: Option<&Run>) -> Value {
    let totals = Totals::of(stats);
    json!({
        "totalRuns": stats.total, "succeeded": totals.succeeded, "failed": totals.failed,
        "successRate": totals.success_rate(), "averageDuration": stats.average_duration_ms().unwrap_or(0),
        "lastRun": newest.map(start),
    })
}

struct Totals {
    succeeded: u64,
    failed: u64,
}

impl Totals {
    fn of(stats: &FlowStats) -> Self {
        let sum =
            |word: &str| stats.by_status.iter().filter(|c| c.status != Status::Deleted && status(c.status) == word).map(|c| c.total).sum();
        Self { succeeded: sum("SUCCEEDED"), failed: sum("FAILED") }
    }

    fn success_rate(&self) -> Value {
        let finished = self.succeeded + self.failed;
        let tenths = (self.succeeded * 1000 + finished / 2).checked_div(finished).unwrap_or(0);
        let text = if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) };
        text.parse::<Number>().map_or(Value::Null, Value::Number)
    }
}

/// A run as the list shows it. What has not happened yet is null.
pub(super) fn run(run: &Run) -> Value {
    let mut value = head(run);
    if let Some(object) = value.as_object_mut() {
        object.insert("triggerType".into(), trigger(run.trigger).into());
        object.insert("stepsCount".into(), run.steps_total.into());
        object.insert("stepsSucceeded".into(), run.steps_done.into());
    }
    value
}

/// `startTime`; of the newest run it is also `lastRun`, as in the vendor's example.
fn start(run: &Run) -> String {
    iso(run.started_at.unwrap_or(run.created_at))
}

fn head(run: &Run) -> Value {
    let mut value = json!({
        "id": run.id, "flowId": run.flow_id, "status": status(run.status), "duration": run.duration_ms,
        "startTime": start(run), "finishTime": run.finished_at.map(iso),
    });
    if let (Some(error), Some(object)) = (error(run), value.as_object_mut()) {
        object.insert("error".into(), error);
    }
    value
}

/// Present only on failed runs, as in the vendor's example; the step is named by its title.
fn error(run: &Run) -> Option<Value> {
    if status(run.status) != "FAILED" {
        return None;
    }
    match &run.error {
        Some(error) => Some(json!({ "step": error.node, "message": error.message })),
        None => Some(json!({ "step": null, "message": "The run was stopped" })),
    }
}

/// A run with its steps. Steps carry no id in this API; those that did not start are left out.
pub(super) fn run_detail(detail: &RunDetail, flow: &Flow) -> Value {
    let mut value = head(&detail.run);
    let steps: Vec<Value> = detail.steps.iter().filter(|s| s.started_at.is_some()).map(step).collect();
    if let Some(object) = value.as_object_mut() {
        name_step(object, flow);
        object.insert("steps".into(), steps.into());
    }
    value
}

/// Puts the title of the failed step in the place of its node's id.
pub(super) fn name_step(run: &mut serde_json::Map<String, Value>, flow: &Flow) {
    let Some(step) = run.get_mut("error").and_then(|error| error.get_mut("step")) else { return };
    if let Some(node) = step.as_str().and_then(|id| flow.node(id)) {
        *step = node.label.clone().into();
    }
}

fn step(step: &Step) -> Value {
    let mut value = json!({ "name": step.label, "status": status(step.status), "duration": step.duration_ms() });
    let Some(object) = value.as_object_mut() else { return value };
    if !step.input.is_null() && step.input.as_object().is_none_or(|input| !input.is_empty()) {
        object.insert("input".into(), step.input.clone());
    }
    object.insert("output".into(), step.output.clone());
    if let Some(error) = &step.error {
        object.insert("error".into(), json!({ "message": error.message }));
    }
    value
}

/// What the trigger answers.
pub(super) fn triggered(run: &Run) -> Value {
    json!({
        "id": run.id, "flowId": run.flow_id, "status": "RUNNING", "startTime": start(run),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_one_of_the_three_words() {
        let words = ["RUNNING", "SUCCEEDED", "FAILED"];
        assert!(Status::ALL.into_iter().all(|s| words.contains(&status(s))));
        assert_eq!(statuses("SUCCEEDED").map(|found| found.len()), Some(4));
        assert!(statuses("succeeded").is_none());
    }

    #[test]
    fn success_rates_have_one_decimal_at_most() {
        let rate = |succeeded, failed| Totals { succeeded, failed }.success_rate().to_string();
        assert_eq!(rate(143, 2), "98.6");
        assert_eq!(rate(5, 0), "100");
        assert_eq!(rate(0, 0), "0");
        assert_eq!(rate(1, 2), "33.3");
    }
}
