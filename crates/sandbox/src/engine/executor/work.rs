//! The work of each kind of node.

use serde_json::{Map, Value, json};

use super::{reconcile, sections};
use crate::engine::documents::{Document, Role, Unreadable};
use crate::engine::error::StoreResult;
use crate::engine::model::{Decision, Flow, Review, RunDetail, RunError, Status, Step, Work};
use crate::engine::store::{Store, file_json};
use crate::engine::{clock, documents};

/// How a step ended.
pub(super) enum Done {
    Output(Value),
    Ask { reason: String, data: Value, schema: Value, target: String },
    Failed(RunError),
}

/// What a step starts from: the outputs of the steps before it that it builds on, as the flow's edges say.
pub(crate) fn input(steps: &[Step], flow: &Flow, step: &Step) -> Value {
    let done = |s: &&Step| s.attempt == step.attempt && s.ordinal < step.ordinal && !s.output.is_null();
    let role = |s: &Step| flow.node(&s.node).map(|node| node.role.as_str()).filter(|role| !role.is_empty());
    let starts = |s: &&Step| matches!(s.work, Work::Document | Work::Json) && role(s).is_some() && role(s) == role(step);
    let mut sources: Vec<&Step> = match step.work {
        Work::Document | Work::Json => return Value::Null,
        Work::Extract => steps.iter().filter(done).filter(starts).collect(),
        Work::Compare => steps.iter().filter(done).filter(|s| s.work == Work::Extract).collect(),
        _ => Vec::new(),
    };
    if sources.is_empty() {
        sources.extend(steps.iter().rfind(done));
    }
    let map: Map<String, Value> = sources.into_iter().map(|s| (s.node.clone(), s.output.clone())).collect();
    Value::Object(map)
}

pub(super) async fn perform(store: &Store, detail: &RunDetail, flow: &Flow, step: &Step) -> StoreResult<Done> {
    Ok(match step.work {
        Work::Document => document(detail, flow, step),
        Work::Json => Done::Output(detail.run.input.get(&step.node).unwrap_or(&detail.run.input).clone()),
        Work::Extract => extract(store, detail, flow, step).await?,
        Work::Compare => compare(detail, step),
        Work::Review => review(detail, step),
        Work::Loop => {
            let sections = sections::read(store, detail).await?;
            Done::Output(json!({"processed_at": clock::iso(clock::now()), "ok": true, "sections": sections}))
        }
        Work::Task => {
            Done::Output(sections::section(detail, step).unwrap_or_else(|| json!({"processed_at": clock::iso(clock::now()), "ok": true})))
        }
        Work::End => Done::Output(result(detail, step)),
    })
}

fn document(detail: &RunDetail, flow: &Flow, step: &Step) -> Done {
    if let Some(file) = detail.files.iter().find(|file| file.key == step.node) {
        return Done::Output(file_json(&file.id, &file.name, &file.mime));
    }
    let label = flow.node(&step.node).map_or(step.label.as_str(), |node| node.label.as_str());
    Done::Failed(RunError {
        message: format!("No document was given for \"{label}\". Start the run again with a file for it."),
        stage: "input_collection".into(),
        node: Some(step.node.clone()),
        code: "missing_input".into(),
        category: "permanent".into(),
        stack: None,
        context: json!({"node_id": step.node}),
    })
}

/// The keys under which the document of a role may have been given.
fn keys<'a>(flow: &'a Flow, role: &'a str) -> impl Iterator<Item = &'a str> {
    let starts = flow.nodes.iter().filter(move |n| n.role == role && matches!(n.work, Work::Document | Work::Json));
    starts.map(|n| n.id.as_str()).chain([role])
}

async fn extract(store: &Store, detail: &RunDetail, flow: &Flow, step: &Step) -> StoreResult<Done> {
    let role_name = flow.node(&step.node).map_or("", |node| node.role.as_str());
    let Some(role) = Role::parse(role_name) else { return Ok(Done::Output(json!({"ok": true}))) };
    let file = keys(flow, role_name).find_map(|key| detail.files.iter().find(|file| file.key == key));
    let read = match file {
        Some(file) => {
            let (row, bytes) = store.file(detail.run.dialect, &file.id).await?;
            documents::read(role, row.name, row.mime, bytes).await
        }
        None => match keys(flow, role_name).find_map(|key| detail.run.input.get(key)) {
            Some(Value::String(text)) => documents::from_text(role, text).map_err(|e| named(role, &e)),
            Some(value) => documents::from_json(role, value).map_err(|e| named(role, &e)),
            None => Err(Unreadable(format!("No {} was given. Start the run again with one.", role.noun()))),
        },
    };
    let read = read.and_then(|document| match document.grand_total() {
        Some(_) => Ok(document),
        None => Err(named(role, &Unreadable("no total and no line items were found in it".into()))),
    });
    Ok(match read {
        Ok(document) => Done::Output(document.to_json(role)),
        Err(Unreadable(message)) => Done::Failed(RunError {
            message,
            stage: "execution".into(),
            node: Some(step.node.clone()),
            code: "unreadable_document".into(),
            category: "permanent".into(),
            stack: None,
            context: json!({"file": file.map(|f| f.name.clone()), "role": role_name}),
        }),
    })
}

fn named(role: Role, error: &Unreadable) -> Unreadable {
    Unreadable(format!("Cannot read the {}: {error}. Start the run again with a complete document.", role.noun()))
}

fn extracted(detail: &RunDetail, step: &Step, role: Role) -> Document {
    let matches = |s: &&Step| s.work == Work::Extract && s.attempt == step.attempt;
    // In every flow the order is read before the invoice.
    let place = usize::from(role == Role::Invoice);
    let output = detail.steps.iter().filter(matches).nth(place).map_or(&Value::Null, |s| &s.output);
    documents::from_json(role, output).unwrap_or_default()
}

fn compare(detail: &RunDetail, step: &Step) -> Done {
    let order = extracted(detail, step, Role::PurchaseOrder);
    let invoice = extracted(detail, step, Role::Invoice);
    let found = reconcile::compare(&order, &invoice);
    let mut output = found.data;
    if let Some(map) = output.as_object_mut() {
        map.insert("matched".into(), json!(found.reason.is_none()));
        map.insert("reason".into(), found.reason.map_or(Value::Null, Value::String));
    }
    Done::Output(output)
}

/// The newest comparison, without what only says how it went.
fn compared<'a>(detail: &'a RunDetail, step: &Step) -> Option<(&'a Step, Value, Option<String>)> {
    let done = |s: &&Step| s.attempt == step.attempt && s.work == Work::Compare && s.status == Status::Completed;
    let found = detail.steps.iter().rfind(done)?;
    let mut data = found.output.clone();
    let map = data.as_object_mut()?;
    map.shift_remove("matched");
    let reason = map.shift_remove("reason").and_then(|reason| reason.as_str().map(str::to_owned));
    Some((found, data, reason))
}

fn review(detail: &RunDetail, step: &Step) -> Done {
    match compared(detail, step) {
        Some((target, data, Some(reason))) => Done::Ask { reason, data, schema: reconcile::schema(), target: target.node.clone() },
        Some((_, data, None)) => Done::Output(data),
        None => Done::Output(json!({"requires_review": false})),
    }
}

/// What goes on from a decided review: the edited data, or the data as it was.
pub(super) fn reviewed(review: &Review, decision: &Decision) -> Value {
    decision.modified.clone().unwrap_or_else(|| review.data.clone())
}

/// What the run puts out: the reviewed data, else the comparison, else what the last step made.
fn result(detail: &RunDetail, step: &Step) -> Value {
    let before = |s: &&Step| s.attempt == step.attempt && s.ordinal < step.ordinal && s.status == Status::Completed;
    let last = detail.steps.iter().filter(before).rfind(|s| !s.output.is_null());
    last.map_or_else(|| json!({}), |s| s.output.clone())
}
