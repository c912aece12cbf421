//! Flows as the vendor shows them (`FlowResponse`; the shape of `definition` is that of its API quickstart). Edges are
//! not stored: a task refers to the ones before it by `{{task.field}}` in its parameters.

use serde_json::{Map, Value, json};

use super::executions::input_fields;
use super::wire::{self, ORGANIZATION};
use crate::engine::clock::iso;
use crate::engine::model::{Flow, Node, Work};

/// What a client may ask to be computed for a flow.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Include {
    pub(super) task_names: bool,
    pub(super) validation_errors: bool,
    pub(super) input_schema: bool,
    pub(super) output_schemas: bool,
    pub(super) latest_count: bool,
}

/// A flow in one of its versions. `runs` is how often the flow was ever executed.
pub(super) fn flow(flow: &Flow, version: i64, runs: i64, include: Include) -> Value {
    let names: Vec<&str> = flow.nodes.iter().map(|node| node.id.as_str()).collect();
    json!({
        "id": flow.id, "created_at": iso(flow.created_at), "updated_at": iso(flow.updated_at), "modified_by": wire::USER,
        "display_name": flow.name, "description": flow.description, "version": version,
        "status": if flow.active { "published" } else { "draft" }, "is_latest": version == flow.version,
        "organization_id": ORGANIZATION, "definition": definition(flow, include),
        "settings": { "ttl": {}, "reexecute_on_update": false, "review_view_id": null }, "flow_executions_count": runs,
        "latest_version_executions_count": include.latest_count.then_some(runs),
        "task_names": include.task_names.then_some(names),
        "validation_errors": include.validation_errors.then(Vec::<Value>::new), "tags": [], "deleted": false,
    })
}

fn definition(flow: &Flow, include: Include) -> Value {
    let tasks: Vec<Value> = flow.nodes.iter().enumerate().map(|(place, node)| task(flow, place, node, include)).collect();
    json!({
        "flow": { "created_at": iso(flow.created_at), "author_uuid": wire::USER },
        "flow_configs": [{ "config": { "tasks": tasks } }],
    })
}

fn task(flow: &Flow, place: usize, node: &Node, include: Include) -> Value {
    let mut task = json!({
        "name": node.id, "task_title": node.label, "task_executor_name": node.kind, "parameters": parameters(flow, place, node),
        "visual_properties": { "position": { "x": 530 * place, "y": 359 } },
    });
    if let Some(object) = task.as_object_mut() {
        if include.input_schema && node.work == Work::Json {
            object.insert("input_schema".into(), input_schema(flow));
        }
        if include.output_schemas {
            object.insert("output_schema".into(), output_schema(node));
        }
    }
    task
}

/// What a task takes from the ones before it.
fn parameters(flow: &Flow, place: usize, node: &Node) -> Value {
    let receiver = flow.nodes.iter().find(|n| n.work == Work::Json).map_or("", |n| n.id.as_str());
    match node.work {
        Work::Json | Work::Document => json!({}),
        Work::Extract => json!({ "document_url": format!("{{{{{receiver}.{}}}}}", node.role), "document_type": node.role }),
        Work::Compare => {
            let sources = flow.nodes.iter().filter(|n| n.work == Work::Extract);
            let entries = sources.map(|n| (n.role.clone(), json!(format!("{{{{{}.output}}}}", n.id))));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        _ => match place.checked_sub(1).and_then(|before| flow.nodes.get(before)) {
            Some(before) => json!({ "data": format!("{{{{{}.output}}}}", before.id) }),
            None => json!({}),
        },
    }
}

/// JSON Schema of the `input` that an execution of the flow takes.
fn input_schema(flow: &Flow) -> Value {
    let fields = input_fields(flow);
    let field = |name: &str| {
        json!({
            "title": title(name), "anyOf": [{ "type": "string" }, { "type": "object" }],
            "description": "A file key, a gs:// URI, the document as text, or its fields as an object",
        })
    };
    let properties: Map<String, Value> = fields.iter().map(|name| ((*name).to_owned(), field(name))).collect();
    json!({ "type": "object", "title": "Input", "properties": properties, "required": fields })
}

fn output_schema(node: &Node) -> Value {
    match node.work {
        Work::Compare | Work::Review => crate::engine::executor::reconcile::schema(),
        _ => json!({ "type": "object", "additionalProperties": true }),
    }
}

fn title(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// One version in the list beside the editor (`FlowVersionSummary`).
pub(super) fn version_summary(flow: &Flow, version: i64) -> Value {
    json!({
        "version": version, "created_at": iso(flow.created_at), "updated_at": iso(flow.updated_at),
        "modified_by": wire::USER, "is_latest": version == flow.version, "name": null, "is_favourite": false,
    })
}
