//! JSON request bodies, checked field by field as FastAPI's models are.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::error::{Failure, Issue};

/// The object sent, and what was wrong with the fields asked for so far.
#[derive(Debug)]
pub(super) struct Body {
    fields: Map<String, Value>,
    issues: Vec<Issue>,
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| Failure::bad_request("The request body could not be read, or is too large"))?;
        let one = |kind, message: String| Failure::Detail(vec![Issue::body(kind, &[], message)]);
        if bytes.is_empty() {
            return Err(one("missing", "Field required".into()));
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(fields)) => Ok(Self { fields, issues: Vec::new() }),
            Ok(_) => Err(one("model_attributes_type", "Input should be a valid dictionary or object".into())),
            Err(error) => Err(one("json_invalid", format!("JSON decode error: {error}"))),
        }
    }
}

impl Body {
    fn wrong(&mut self, name: &str, kind: &'static str, message: impl Into<String>) {
        let mut issue = Issue::body(kind, &[name], message);
        issue.input = self.fields.get(name).cloned().unwrap_or(Value::Null);
        self.issues.push(issue);
    }

    fn taken(&mut self, name: &str) -> Option<Value> {
        let found = self.fields.get(name).cloned();
        if found.is_none() {
            self.wrong(name, "missing", "Field required");
        }
        found
    }

    /// A required UUID; empty if it was wrong, which [`Body::check`] then tells.
    pub(super) fn uuid(&mut self, name: &str) -> String {
        let text = self.text(name);
        match Uuid::parse_str(&text) {
            Ok(id) => return id.hyphenated().to_string(),
            Err(_) if text.is_empty() => {}
            Err(error) => self.wrong(name, "uuid_parsing", format!("Input should be a valid UUID, {error}")),
        }
        String::new()
    }

    pub(super) fn text(&mut self, name: &str) -> String {
        match self.taken(name) {
            Some(Value::String(text)) if text.is_empty() => {
                self.wrong(name, "string_too_short", "String should have at least 1 character");
            }
            Some(Value::String(text)) => return text,
            Some(_) => self.wrong(name, "string_type", "Input should be a valid string"),
            None => {}
        }
        String::new()
    }

    pub(super) fn optional_text(&mut self, name: &str) -> Option<String> {
        match self.fields.get(name) {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.text(name)),
        }
    }

    pub(super) fn object(&mut self, name: &str) -> Map<String, Value> {
        match self.taken(name) {
            Some(Value::Object(object)) => return object,
            Some(_) => self.wrong(name, "dict_type", "Input should be a valid dictionary"),
            None => {}
        }
        Map::new()
    }

    pub(super) fn flag(&mut self, name: &str) -> bool {
        match self.taken(name) {
            Some(Value::Bool(flag)) => return flag,
            Some(_) => self.wrong(name, "bool_type", "Input should be a valid boolean"),
            None => {}
        }
        false
    }

    pub(super) fn list(&mut self, name: &str) -> Vec<Value> {
        match self.taken(name) {
            Some(Value::Array(list)) => return list,
            Some(_) => self.wrong(name, "list_type", "Input should be a valid list"),
            None => {}
        }
        Vec::new()
    }

    /// A required value of any kind.
    pub(super) fn any(&mut self, name: &str) -> Value {
        self.taken(name).unwrap_or(Value::Null)
    }

    /// Fails in FastAPI's shape if any field asked for was wrong.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.issues.is_empty() { Ok(()) } else { Err(Failure::Detail(self.issues.clone())) }
    }

    /// Fails inside the vendor's envelope, for the operations that declare that for 422.
    pub(super) fn check_enveloped(&self) -> Result<(), Failure> {
        if self.issues.is_empty() { Ok(()) } else { Err(Failure::validation(&self.issues)) }
    }
}
