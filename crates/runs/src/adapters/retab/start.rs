//! Starting a run: what the start nodes take, and `POST workflows/{id}/run`.

use super::{answer, flow};
use crate::adapters::why;
use crate::adapters::{FlowInputs, InputField, InputKind, InputValue, StartRequest};
use crate::model::Started;
use crate::value::json::{Json, Malformed, Map};
use crate::value::percent::encode;
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::fields::{Fields, read};
use crate::wire::http::{Method, Request};
use crate::wire::operation::Operation;

/// How deep an example is built from a JSON Schema.
const MAX_DEPTH: u8 = 6;

pub(super) fn describe(id: &str) -> Operation<FlowInputs> {
    let asks = [Request::get(format!("workflows/{}", encode(id))), Request::get(format!("workflows/{}/blocks", encode(id)))];
    let calls = asks.each_ref().map(Request::call);
    Operation::ask(asks.into(), move |replies| {
        let mut answers = replies.into_iter().zip(&calls).map(|(reply, call)| answer(reply, call));
        let mut next = || answers.next().unwrap_or_else(|| Err(ApiError::new(ErrorKind::Malformed, "an answer is missing")));
        Operation::Done((|| {
            let flow = flow(next()?).map_err(|unfit| ApiError::malformed(&why(unfit), &calls[0]))?;
            let fields = next().and_then(|blocks| blocks_fields(blocks).map_err(|problem| ApiError::malformed(&problem, &calls[1])))?;
            Ok(FlowInputs { flow, fields })
        })())
    })
}

fn blocks_fields(blocks: Json) -> Result<Vec<InputField>, Malformed> {
    let mut found = Vec::new();
    for block in crate::value::json::list(blocks, "blocks")? {
        found.extend(read(block, "block", block_field)?);
    }
    Ok(found)
}

/// `None` for a block that takes nothing.
fn block_field(block: &mut Fields) -> Option<InputField> {
    let key = block.required("id");
    let word = block.text("type").unwrap_or_default();
    let label = block.words("label").unwrap_or_else(|| key.clone());
    let config = block.take("config").unwrap_or(Json::Null);
    let kind = match word.as_str() {
        "start" => InputKind::File { accept: Vec::new(), max_bytes: None, many: false },
        "start_json" => {
            InputKind::Json { example: config.get("json_schema").map_or_else(|| Json::Object(Map::new()), |schema| example(schema, 0)) }
        }
        "start_text" => InputKind::Text,
        _ => return None,
    };
    // Retab documents no required start node: a run without one fails in its own words.
    let required = config.get("required").and_then(Json::as_bool).unwrap_or(false);
    Some(InputField { key, label, required, kind })
}

/// An empty value of a schema's shape, to be filled in.
pub(in crate::adapters) fn example(schema: &Json, depth: u8) -> Json {
    if let Some(given) = schema.get("default").or_else(|| schema.get("examples").and_then(|examples| examples.get(0))) {
        return given.clone();
    }
    let properties = schema.get("properties").and_then(Json::as_object);
    match (schema.get("type").and_then(Json::as_str), properties) {
        (_, Some(properties)) if depth < MAX_DEPTH => {
            Json::Object(properties.iter().map(|(name, schema)| (name.clone(), example(schema, depth + 1))).collect())
        }
        (Some("object"), _) => Json::Object(Map::new()),
        (Some("array"), _) => Json::Array(Vec::new()),
        (Some("string"), _) => Json::String(String::new()),
        _ => Json::Null,
    }
}

/// Not repeatable: Retab documents no idempotency key for it. The name and metadata of a run have no place in the call.
pub(super) fn start(request: StartRequest) -> Operation<Started> {
    let (mut documents, mut data, mut texts) = (Map::new(), Map::new(), Map::new());
    for (node, value) in request.values {
        match value {
            InputValue::File { name, media_type, bytes } => {
                let mut document = Map::new();
                document.insert("filename".into(), name.into());
                document.insert("content".into(), base64(&bytes).into());
                document.insert("mime_type".into(), media_type.into());
                documents.insert(node, Json::Object(document));
            }
            // Left alone in the form: another node takes this document.
            InputValue::Json(Json::Null) => {}
            InputValue::Json(value) => drop(data.insert(node, value)),
            InputValue::Text(text) if text.is_empty() => {}
            InputValue::Text(text) => drop(texts.insert(node, text.into())),
        }
    }
    let mut body = Map::new();
    // `text_inputs` is named after the other two: how text reaches a `start_text` node is not documented.
    for (name, part) in [("documents", documents), ("json_inputs", data), ("text_inputs", texts)] {
        if !part.is_empty() {
            body.insert(name.into(), Json::Object(part));
        }
    }
    let request = Request::write(Method::Post, format!("workflows/{}/run", encode(&request.flow))).json(&Json::Object(body));
    super::decoded(request, |value| Ok(Started { run: super::run::read(value).map_err(why)?.run }))
}

/// Standard alphabet with padding (RFC 4648); a crate would cost more download than these lines.
pub(in crate::adapters) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            if place <= chunk.len() {
                text.push(char::from(ALPHABET[(group >> (18 - 6 * place) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_follows_the_rfc() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }
}
