//! Steps: the summaries inside a run, and the full documents of `GET workflows/runs/{id}/steps`.

use super::run::{Shape, error, is_empty, take_facts};
use crate::adapters::number;
use crate::model::status::{Status, StatusKind};
use crate::model::{Fact, FactName, FactValue, OutputAs, RunError, Step};
use crate::value::json::{Json, Map};
use crate::value::time::Timestamp;
use crate::wire::fields::{Fields, Unfit, all, lenient};

/// A pending step was not reached: the run may be over without it.
const STATUSES: &[(&str, StatusKind)] = &[
    ("pending", StatusKind::NotStarted),
    ("queued", StatusKind::Queued),
    ("running", StatusKind::Running),
    ("waiting_for_human", StatusKind::Waiting),
    ("waiting_for_hil", StatusKind::Waiting),
    ("awaiting_review", StatusKind::Waiting),
    ("completed", StatusKind::Completed),
    ("skipped", StatusKind::Skipped),
    ("error", StatusKind::Failed),
    ("failed", StatusKind::Failed),
    ("cancelled", StatusKind::Cancelled),
];

const FACTS: &[(&str, FactName, Shape)] = &[
    ("organization_id", FactName::Organization, Shape::Text),
    ("requires_human_review", FactName::NeedsReview, Shape::Flag),
    ("human_reviewed_at", FactName::ReviewedAt, Shape::Time),
    ("human_review_approved", FactName::ReviewApproved, Shape::Flag),
    ("retry_count", FactName::Retries, Shape::Count),
    ("model", FactName::Model, Shape::Text),
    ("cost", FactName::Cost, Shape::Data),
    ("tokens", FactName::Tokens, Shape::Data),
    ("trace_spans", FactName::TraceSpans, Shape::Data),
    ("created_at", FactName::CreatedAt, Shape::Time),
    ("updated_at", FactName::UpdatedAt, Shape::Time),
    ("error_category", FactName::ErrorCategory, Shape::Text),
];

const DOCUMENTS: [&str; 3] = ["input_document", "output_document", "split_documents"];

/// Without it a step belongs to no node.
pub(super) const NEEDED: &[&str] = &["node_id"];

pub(super) fn read_list(items: Vec<Json>) -> Vec<Step> {
    numbered(all(items, read, Step::unread))
}

pub(super) fn numbered(mut steps: Vec<Step>) -> Vec<Step> {
    number(&mut steps);
    steps
}

pub(super) fn read(value: Json) -> Result<Step, Unfit> {
    lenient(value, "step", NEEDED, decode)
}

pub(super) fn decode(fields: &mut Fields) -> Step {
    let node = fields.required("node_id");
    let name = fields.words("node_label").unwrap_or_else(|| node.clone());
    let kind = fields.text("node_type");
    let mut status = Status::from_table(fields.word("status").unwrap_or_else(|| "pending".into()), STATUSES);
    let mut facts = Vec::new();
    take_facts(fields, FACTS, &mut facts);
    if status.kind == StatusKind::Completed {
        status.kind = match flag(&facts, FactName::ReviewApproved) {
            Some(true) => StatusKind::Approved,
            Some(false) => StatusKind::Rejected,
            None => StatusKind::Completed,
        };
    }
    take_documents(fields, &mut facts);
    let output = fields.take("output");
    let handles = fields.take("handle_outputs").filter(|value| !is_empty(value));
    let output = match (output, handles) {
        (Some(output), Some(handles)) => {
            facts.push(Fact { name: FactName::Handles, value: FactValue::Data(handles) });
            Some(output)
        }
        (output, handles) => output.or(handles),
    };
    // The run's own id again.
    let _ = fields.text("run_id");
    let retries = facts.iter().find(|fact| fact.name == FactName::Retries);
    let attempt = match retries.map(|fact| &fact.value) {
        Some(FactValue::Count(retries)) => u32::try_from(*retries).unwrap_or(u32::MAX).saturating_add(1),
        _ => 1,
    };
    Step {
        id: fields.text("step_id").unwrap_or_else(|| node.clone()),
        name,
        kind,
        status,
        started_at: fields.time("started_at"),
        finished_at: fields.time("completed_at"),
        duration_ms: fields.count("duration_ms"),
        attempt,
        parent: fields.text("loop_id"),
        iteration: fields.count("iteration").and_then(|at| u32::try_from(at).ok()),
        input: fields.take("handle_inputs").filter(|value| !is_empty(value)),
        output,
        output_as: OutputAs::Data,
        error: error(fields).map(|error| RunError { step: error.step.or_else(|| Some(node.clone())), ..error }),
        facts,
        other: fields.rest(),
        node,
    }
}

fn take_documents(fields: &mut Fields, facts: &mut Vec<Fact>) {
    let mut documents = Map::new();
    for name in DOCUMENTS {
        if let Some(value) = fields.take(name).filter(|value| !is_empty(value)) {
            documents.insert(name.into(), value);
        }
    }
    if !documents.is_empty() {
        facts.push(Fact { name: FactName::Documents, value: FactValue::Data(Json::Object(documents)) });
    }
}

pub(super) fn flag(facts: &[Fact], name: FactName) -> Option<bool> {
    match super::run::fact(facts, name) {
        Some(FactValue::Flag(value)) => Some(*value),
        _ => None,
    }
}

pub(super) fn time(facts: &[Fact], name: FactName) -> Option<Timestamp> {
    match super::run::fact(facts, name) {
        Some(FactValue::Time(value)) => Some(*value),
        _ => None,
    }
}

/// Puts what only the summaries know into the full documents, and keeps summaries that have no document.
pub(super) fn merge(summaries: Vec<Step>, mut steps: Vec<Step>) -> Vec<Step> {
    for summary in summaries {
        // A summary names one time round a loop by its step's id; by its node's it speaks of the node's last try.
        let place = steps.iter().rposition(|step| step.id == summary.node);
        match place.or_else(|| steps.iter().rposition(|step| step.node == summary.node)).and_then(|at| steps.get_mut(at)) {
            Some(step) => fill(step, summary),
            None => steps.push(summary),
        }
    }
    number(&mut steps);
    // Stable: steps that never started stay in the vendor's order, behind the others.
    crate::value::order::sort(&mut steps, &|step| (step.started_at.map_or(i64::MAX, |at| at.0), 0));
    steps
}

fn fill(step: &mut Step, summary: Step) {
    let same_try = step.parent.is_none() || step.id == summary.node;
    if step.name == step.node {
        step.name = summary.name;
    }
    step.kind = step.kind.take().or(summary.kind);
    if !same_try {
        return;
    }
    step.started_at = step.started_at.or(summary.started_at);
    step.finished_at = step.finished_at.or(summary.finished_at);
    step.duration_ms = step.duration_ms.or(summary.duration_ms);
    step.output = step.output.take().or(summary.output);
    step.error = step.error.take().or(summary.error);
    for fact in summary.facts {
        if !step.facts.iter().any(|known| known.name == fact.name) {
            step.facts.push(fact);
        }
    }
    for (name, value) in summary.other {
        if !step.other.iter().any(|(known, _)| *known == name) {
            step.other.push((name, value));
        }
    }
}

/// Whether the vendor told which try this is.
pub(super) fn has_retries(step: &Step) -> bool {
    step.facts.iter().any(|fact| fact.name == FactName::Retries)
}
