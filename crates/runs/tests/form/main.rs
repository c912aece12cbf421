//! Forms and drafts: each construct of a schema, digits, undo, and what must never be lost.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod choices;
mod findings;
mod lines;
mod named;
mod numbers;
mod paste;
mod properties;
mod rules;
mod schema;
mod steps;
mod typing;
mod variants;
mod whole;

use runs::Json;
use runs::form::{Draft, Node, Wrong, problems};
use serde_json::json;

fn parse(text: &str) -> Json {
    runs::value::json::parse(text.as_bytes()).unwrap()
}

fn wrongs(draft: &Draft) -> Vec<(String, Wrong)> {
    problems(draft).into_iter().map(|problem| (problem.path, problem.wrong)).collect()
}

/// One property `x` with this schema and value.
fn one(schema: Json, value: Json) -> Draft {
    Draft::open(Some(&json!({"type": "object", "properties": {"x": schema}})), &json!({"x": value}), &[])
}

fn x(draft: &Draft) -> &Node {
    draft.form().find("/x").unwrap()
}

fn after(mut draft: Draft, typed: &str) -> (Json, Vec<Wrong>) {
    assert!(draft.set("/x", typed));
    let wrong = wrongs(&draft).into_iter().map(|(_, wrong)| wrong).collect();
    (draft.get("/x").cloned().unwrap_or(json!("absent")), wrong)
}
