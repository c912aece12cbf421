//! A question as a form: its options as a field where there is a choice, and the vendor's `params` as the others.

use super::wait::Wait;
use crate::value::json::{Json, Map};
use serde_json::json;

/// The field of the choice, unless a param goes by that name.
const CHOICE: [&str; 3] = ["option", "chosen_option", "the_chosen_option"];

/// What is sent as an answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reply {
    pub(super) options: Vec<String>,
    pub(super) input: Map<String, Json>,
}

impl Wait {
    /// The name of the field in which one or several options are chosen; `None` where there is nothing to choose.
    pub(super) fn choice(&self) -> Option<&'static str> {
        let choose = !self.is_approval() && (self.options.len() > 1 || self.multiple);
        choose.then(|| CHOICE.into_iter().find(|name| !self.params.contains_key(*name)).unwrap_or(CHOICE[0]))
    }

    /// What is filled in already.
    pub(super) fn data(&self) -> Json {
        let mut data = Map::new();
        if let Some(name) = self.choice() {
            if self.multiple {
                data.insert(name.into(), json!(self.defaults));
            } else if let Some(first) = self.defaults.first() {
                data.insert(name.into(), first.as_str().into());
            }
        }
        for (name, param) in &self.params {
            data.insert(name.clone(), param_value(param));
        }
        Json::Object(data)
    }

    /// The vendor takes every param or none at all, and no other.
    pub(super) fn schema(&self) -> Json {
        let mut properties = Map::new();
        if let Some(name) = self.choice() {
            let one = json!({"type": "string", "enum": self.options});
            let field = if self.multiple {
                json!({"type": "array", "title": "Options", "items": one, "minItems": 1, "uniqueItems": true})
            } else {
                json!({"type": "string", "title": "Option", "enum": self.options})
            };
            properties.insert(name.into(), field);
        }
        for (name, param) in &self.params {
            properties.insert(name.clone(), param_schema(param));
        }
        let required: Vec<&String> = properties.keys().collect();
        json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
    }

    /// The answer that the form makes.
    pub(super) fn reply(&self, approve: bool, form: &Json) -> Reply {
        let chosen = self.choice().and_then(|name| form.get(name));
        let options = match chosen {
            Some(Json::Array(options)) => options.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            Some(Json::String(option)) => vec![option.clone()],
            _ if self.is_approval() => vec![Self::word(approve).to_owned()],
            _ => self.options.first().cloned().into_iter().collect(),
        };
        let value = |name: &String, param: &Json| form.get(name).cloned().unwrap_or_else(|| param_value(param));
        Reply { options, input: self.params.iter().map(|(name, param)| (name.clone(), value(name, param))).collect() }
    }

    /// The form as an answer fills it in.
    pub(super) fn answered(&self, reply: &Reply) -> Json {
        let mut data = Map::new();
        if let Some(name) = self.choice() {
            let one = reply.options.first().map(|option| Json::from(option.as_str())).unwrap_or_default();
            data.insert(name.into(), if self.multiple { json!(reply.options) } else { one });
        }
        data.extend(reply.input.clone());
        Json::Object(data)
    }
}

/// A value with its schema; servers before 3.1.3 give the value alone.
fn parts(param: &Json) -> Option<(&Json, &Map<String, Json>)> {
    let map = param.as_object().filter(|map| map.contains_key("value"))?;
    Some((map.get("value")?, map.get("schema")?.as_object()?))
}

pub(super) fn param_value(param: &Json) -> Json {
    parts(param).map_or(param, |(value, _)| value).clone()
}

pub(super) fn param_schema(param: &Json) -> Json {
    let mut schema = parts(param).map(|(_, schema)| schema.clone()).unwrap_or_default();
    let described = param.get("description").and_then(Json::as_str).filter(|text| !text.is_empty());
    if let Some(text) = described.filter(|_| !schema.contains_key("description")) {
        schema.insert("description".into(), text.into());
    }
    Json::Object(schema)
}
