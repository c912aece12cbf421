//! What a provider says of a person, by the names that the configuration gives.

use std::collections::HashMap;

use openidconnect::AdditionalClaims;
use runs::Json;
use serde::{Deserialize, Serialize};

/// Every claim that the standard does not name.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Claims(pub HashMap<String, Json>);

impl AdditionalClaims for Claims {}

/// Groups as providers write them: a list, or words with blanks or commas between.
pub fn groups(value: &Json) -> Vec<String> {
    let named = |group: &str| Some(group.trim().to_owned()).filter(|group| !group.is_empty());
    match value {
        Json::Array(items) => items.iter().filter_map(Json::as_str).filter_map(named).collect(),
        Json::String(text) => text.split([',', ' ']).filter_map(named).collect(),
        _ => Vec::new(),
    }
}

/// A name that fits into the audit log.
pub fn name(text: &str) -> Option<String> {
    let name: String = text.trim().chars().filter(|letter| !letter.is_control()).take(200).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn groups_are_read_in_each_way_that_providers_write_them() {
        for (value, expected) in [
            (json!(["a", " b ", 7, ""]), vec!["a", "b"]),
            (json!("a,b c"), vec!["a", "b", "c"]),
            (json!({ "a": 1 }), vec![]),
            (json!(null), vec![]),
        ] {
            assert_eq!(groups(&value), expected, "{value}");
        }
    }
}
