//! Starting a run: what the start blocks take, and `POST workflows/runs`.

use super::detail::flow_call;
use super::{decoded, run, steps};
use crate::adapters::retab::flow;
use crate::adapters::retab::start::{base64, example};
use crate::adapters::why;
use crate::adapters::{FlowInputs, InputField, InputKind, InputValue, StartRequest};
use crate::model::Started;
use crate::value::json::{Json, Map, plain};
use crate::wire::error::ApiError;
use crate::wire::fields::{Fields, read};
use crate::wire::http::{Method, Request};
use crate::wire::operation::Operation;

pub(super) fn describe(id: &str) -> Operation<FlowInputs> {
    let blocks = Request::get("workflows/blocks").with("workflow_id", id).with("limit", "100");
    decoded(flow_call(id), |value| flow(value).map_err(why)).and_then(move |flow| match flow {
        Err(error) => Operation::fail(error),
        Ok(flow) => {
            let call = blocks.call();
            steps::all(blocks).and_then(move |items| {
                Operation::Done(items.and_then(|whole| {
                    let mut fields = Vec::new();
                    for item in whole.items {
                        fields.extend(read(item, "block", block_field).map_err(|problem| ApiError::malformed(&problem, &call))?);
                    }
                    Ok(FlowInputs { flow, fields })
                }))
            })
        }
    })
}

/// `None` for a block that takes nothing.
fn block_field(block: &mut Fields) -> Option<InputField> {
    let key = block.required("id");
    let word = block.text("type").unwrap_or_default();
    let label = block.words("label").unwrap_or_else(|| key.clone());
    let config = block.take("config").unwrap_or(Json::Null);
    let kind = match word.as_str() {
        "start_document" => InputKind::File { accept: Vec::new(), max_bytes: None, many: false },
        "start_json" => {
            InputKind::Json { example: config.get("json_schema").map_or_else(|| Json::Object(Map::new()), |schema| example(schema, 0)) }
        }
        _ => return None,
    };
    // No start block is documented as required: a run without one fails in the vendor's own words.
    Some(InputField { key, label, required: false, kind })
}

/// Not repeatable: the call has no idempotency key in its body, and requests here carry no headers of their own.
pub(super) fn start(request: StartRequest) -> Operation<Started> {
    let (mut documents, mut data) = (Map::new(), Map::new());
    for (block, value) in request.values {
        match value {
            InputValue::File { name, media_type, bytes } => {
                let mut document = Map::new();
                document.insert("filename".into(), name.into());
                document.insert("url".into(), format!("data:{media_type};base64,{}", base64(&bytes)).into());
                documents.insert(block, Json::Object(document));
            }
            // Left alone in the form: another block takes this document.
            InputValue::Json(Json::Null) => {}
            InputValue::Json(value) => drop(data.insert(block, value)),
            InputValue::Text(text) if text.is_empty() => {}
            InputValue::Text(text) => drop(data.insert(block, text.into())),
        }
    }
    let mut body = Map::new();
    body.insert("workflow_id".into(), request.flow.into());
    for (name, part) in [("documents", documents), ("json_inputs", data)] {
        if !part.is_empty() {
            body.insert(name.into(), Json::Object(part));
        }
    }
    if let Some(Json::Object(metadata)) = request.metadata {
        // Texts only.
        let texts = metadata.into_iter().map(|(name, value)| (name, plain(&value).into()));
        body.insert("metadata".into(), Json::Object(texts.collect()));
    }
    decoded(Request::write(Method::Post, "workflows/runs").json(&Json::Object(body)), |value| {
        Ok(Started { run: run::read(value).map_err(why)?.run })
    })
}
