//! Starting a run: `multipart/form-data` (RFC 7578), built here because the browser's own form object is out of reach.

use super::{decoded, list, run};
use crate::adapters::why;
use crate::adapters::{FlowInputs, InputField, InputKind, InputValue, StartRequest};
use crate::model::{Flow, Started};
use crate::value::json::{Json, Malformed, Map};
use crate::value::percent::encode;
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::fields::{Fields, read};
use crate::wire::http::{Body, Method, Request};
use crate::wire::operation::Operation;

/// Marks the key of a field that takes several files: each gets an index from 1 behind its name.
const MANY: &str = "[]";

pub(super) fn describe(flow: &str) -> Operation<FlowInputs> {
    let request = Request::get("flows");
    let call = request.call();
    let wanted = flow.to_owned();
    decoded(request, |value| crate::value::json::list(value, "flows")).and_then(move |flows| {
        let found = flows.map(|flows| flows.into_iter().find(|flow| flow.get("id").and_then(Json::as_str) == Some(wanted.as_str())));
        Operation::Done(match found {
            Ok(Some(flow)) => inputs(flow).map_err(|problem| ApiError::malformed(&problem, &call)),
            Ok(None) => Err(ApiError { call: call.into(), ..ApiError::new(ErrorKind::NotFound, format!("no active flow {wanted}")) }),
            Err(error) => Err(error),
        })
    })
}

fn inputs(value: Json) -> Result<FlowInputs, Malformed> {
    let config = value.get("file_input_config").cloned();
    let flow: Flow = list::flow(value).map_err(why)?;
    let mut fields = Vec::new();
    if let Some(config) = config.filter(|config| !config.is_null()) {
        read(config, "file_input_config", |config| {
            config.parts("file_fields", "file_fields", &["key"], |field| file_field(field, &mut fields));
        })?;
    }
    Ok(FlowInputs { flow, fields })
}

fn file_field(field: &mut Fields, fields: &mut Vec<InputField>) {
    let key = field.required("key");
    let label = field.words("name").unwrap_or_else(|| key.clone());
    // Documented for the call ("fields that accept multiple files"), but not how a field says so: one that says nothing may.
    let said = field.flag("multiple").or(field.flag("allow_multiple"));
    let many = said == Some(true);
    let kind = InputKind::File { accept: field.texts("file_types"), max_bytes: field.count("max_file_size"), many: said != Some(false) };
    let required = field.flag("required").unwrap_or(false);
    fields.push(InputField { key: if many { format!("{key}{MANY}") } else { key.clone() }, label: label.clone(), required, kind });
    fields.push(InputField { key: format!("{key}_guidance"), label: format!("{label}: guidance"), required: false, kind: InputKind::Text });
    let example = Json::Object(Map::new());
    fields.push(InputField {
        key: format!("{key}_metadata"),
        label: format!("{label}: metadata"),
        required: false,
        kind: InputKind::Json { example },
    });
}

/// One part of the form.
struct Part {
    name: String,
    file: Option<(String, String)>,
    bytes: Vec<u8>,
}

impl Part {
    const fn text(name: String, text: String) -> Self {
        Self { name, file: None, bytes: text.into_bytes() }
    }
}

/// Not repeatable: TableFlow documents no idempotency key.
pub(super) fn start(request: StartRequest) -> Operation<Started> {
    let (body, content_type) = form(parts(&request), &request.key);
    let mut call = Request::write(Method::Post, format!("flows/{}/run", encode(&request.flow)));
    call.body = Body::Bytes { content_type, bytes: body };
    decoded(call, |value| Ok(Started { run: run::read(value).map_err(why)?.run }))
}

fn parts(request: &StartRequest) -> Vec<Part> {
    let mut parts = Vec::new();
    let files_of =
        |key: &str| request.values.iter().filter(|(other, value)| other == key && matches!(value, InputValue::File { .. })).count();
    let mut sent: Vec<&str> = Vec::new();
    for (key, value) in &request.values {
        match value {
            InputValue::File { name, media_type, bytes } => {
                sent.push(key);
                let index = sent.iter().filter(|other| *other == key).count();
                let field = match key.strip_suffix(MANY) {
                    Some(field) => format!("{field}_{index}"),
                    None if files_of(key) > 1 => format!("{key}_{index}"),
                    None => key.clone(),
                };
                parts.push(Part { name: field, file: Some((name.clone(), media_type.clone())), bytes: bytes.clone() });
            }
            InputValue::Json(value) if is_blank(value) => {}
            InputValue::Json(value) => parts.push(Part::text(key.clone(), value.to_string())),
            InputValue::Text(text) if text.trim().is_empty() => {}
            InputValue::Text(text) => parts.push(Part::text(key.clone(), text.clone())),
        }
    }
    if let Some(name) = request.name.as_ref().filter(|name| !name.trim().is_empty()) {
        parts.push(Part::text("name".into(), name.clone()));
    }
    if let Some(metadata) = request.metadata.as_ref().filter(|metadata| !is_blank(metadata)) {
        parts.push(Part::text("metadata".into(), metadata.to_string()));
    }
    parts
}

fn is_blank(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// The body and its content type.
fn form(parts: Vec<Part>, key: &str) -> (Vec<u8>, String) {
    let boundary = boundary(&parts, key);
    let mut body = Vec::with_capacity(parts.iter().map(|part| part.bytes.len() + 200).sum());
    for part in parts {
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(&part.name));
        if let Some((name, media_type)) = part.file {
            head.push_str(&format!("; filename=\"{}\"\r\nContent-Type: {}", quoted(&name), media(&media_type)));
        }
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(&part.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (body, format!("multipart/form-data; boundary={boundary}"))
}

/// From the request's key, made different until no part contains it; at most 70 characters (RFC 2046).
fn boundary(parts: &[Part], key: &str) -> String {
    let stem: String = key.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    let mut boundary = format!("sluice-{stem}");
    let mut again = 0u32;
    while parts.iter().any(|part| contains(&part.bytes, boundary.as_bytes())) {
        again += 1;
        boundary = format!("sluice-{stem}-{again}");
    }
    boundary
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// As browsers escape names (WHATWG HTML, multipart/form-data encoding).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn media(text: &str) -> &str {
    let plain = !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if plain { text } else { "application/octet-stream" }
}
