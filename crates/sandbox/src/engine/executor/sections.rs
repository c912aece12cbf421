//! A contract whose sections were given: the flow's loop goes round once for each, and every round waits for a person of its own,
//! all at the same time. `{"sections": [{"heading": "Term", "months": 24}, …]}`, as a JSON document or as JSON input.

use serde_json::{Value, json};

use crate::demo::seed;
use crate::engine::error::StoreResult;
use crate::engine::ids;
use crate::engine::model::{Dialect, Flow, Node, RunDetail, Status, Step, Work};
use crate::engine::store::{Advance, OpenReview, StepChange, Store};

/// A flow that is given more takes the first ones.
const MOST: usize = 50;

/// The sections in a run's input, or in one of its parts.
pub(crate) fn of_input(input: &Value) -> Vec<Value> {
    let of = |value: &Value| value.get("sections").and_then(Value::as_array).cloned();
    let parts = || input.as_object().into_iter().flat_map(|parts| parts.values());
    let mut found = of(input).or_else(|| parts().find_map(of)).unwrap_or_default();
    found.retain(Value::is_object);
    found.truncate(MOST);
    found
}

/// The sections in a document.
pub(crate) fn of_document(bytes: &[u8]) -> Vec<Value> {
    serde_json::from_slice(bytes).map_or_else(|_| Vec::new(), |value| of_input(&value))
}

/// One step to come: its id, its node, and the loop and the round that it is in.
pub(crate) type Planned<'a> = (String, &'a Node, Option<(&'a str, usize)>);

/// The steps of a run in their order: what stands behind the loop, up to the flow's end, comes once for each section.
pub(crate) fn plan(flow: &Flow, sections: usize) -> Vec<Planned<'_>> {
    fn once(node: &Node) -> Planned<'_> {
        (node.id.clone(), node, None)
    }
    let Some(at) = flow.nodes.iter().position(|node| node.work == Work::Loop).filter(|_| sections > 0) else {
        return flow.nodes.iter().map(once).collect();
    };
    let (before, behind) = flow.nodes.split_at(at + 1);
    let id = before.last().map_or("", |node| node.id.as_str());
    let (body, end): (Vec<&Node>, Vec<&Node>) = behind.iter().partition(|node| node.work != Work::End);
    let rounds = |node| rounds_of(id, node, sections);
    before.iter().map(once).chain(body.into_iter().flat_map(rounds)).chain(end.into_iter().map(once)).collect()
}

fn rounds_of<'a>(id: &'a str, node: &'a Node, sections: usize) -> Vec<Planned<'a>> {
    (0..sections).map(|at| (format!("{id}_iter_{at}_{}", node.id), node, Some((id, at)))).collect()
}

/// What the loop hands to its rounds.
pub(super) async fn read(store: &Store, detail: &RunDetail) -> StoreResult<Vec<Value>> {
    for file in &detail.files {
        let (_, bytes) = store.file(detail.run.dialect, &file.id).await?;
        let found = of_document(&bytes);
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(of_input(&detail.run.input))
}

/// The section of a step's round.
pub(super) fn section(detail: &RunDetail, step: &Step) -> Option<Value> {
    let (id, round) = (step.loop_id.as_ref()?, usize::try_from(step.iteration?).ok()?);
    let made = detail.steps.iter().rfind(|other| other.node == *id && other.attempt == step.attempt)?;
    made.output.get("sections")?.get(round).cloned()
}

/// Every round of the loop asks at once.
pub(super) fn ask(detail: &RunDetail, step: &Step, now: i64) -> Advance {
    let mut advance = Advance { now, status: Some((Status::Waiting, "Sections wait for a person".into())), ..Advance::default() };
    let rounds = detail.steps.iter().filter(|other| {
        let open = matches!(other.status, Status::Pending | Status::Running);
        other.attempt == step.attempt && other.node == step.node && other.loop_id == step.loop_id && open
    });
    for round in rounds {
        let target = detail.steps.iter().find(|other| {
            other.work == Work::Task
                && other.loop_id == round.loop_id
                && other.iteration == round.iteration
                && other.attempt == round.attempt
        });
        let reason = format!("Section {} needs a person", round.iteration.unwrap_or(0) + 1);
        advance.steps.push(StepChange {
            ordinal: round.ordinal,
            status: Status::Waiting,
            started_at: Some(now),
            finished_at: None,
            input: target.map(|target| json!({target.id.as_str(): target.output})),
            output: None,
            error: None,
        });
        advance.open.push(OpenReview {
            id: ids::uuid(&mut ids::fresh()),
            node: round.id.clone(),
            target_node: target.map_or_else(|| round.id.clone(), |target| target.id.clone()),
            reason,
            data: asked(detail.run.dialect, section(detail, round)),
            schema: if detail.run.dialect == Dialect::RetabReviews { seed::terms_schema() } else { schema() },
        });
    }
    advance
}

/// What is asked about. Where the block's own schema counts, a section comes with the terms that it wants.
fn asked(dialect: Dialect, section: Option<Value>) -> Value {
    let mut data = match dialect {
        Dialect::RetabReviews => {
            json!({"party": {"name": "Nordlicht Papier GmbH"}, "begins": "2026-01-01", "renewal": "none", "notice_days": 30})
        }
        _ => json!({}),
    };
    if let (Some(data), Some(Value::Object(section))) = (data.as_object_mut(), section) {
        data.extend(section);
    }
    data
}

fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": "Section",
        "required": ["heading"],
        "properties": {
            "heading": {"type": "string", "title": "Heading", "minLength": 1},
            "months": {"type": ["integer", "null"], "title": "Term in months", "minimum": 0},
            "amount": {"type": ["number", "null"], "title": "Amount"},
            "note": {"type": ["string", "null"], "title": "Note"},
        },
    })
}
