//! Query parameters as FastAPI reads them: every wrong one is reported, with its place and its type.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use uuid::Uuid;

use super::error::{Failure, Issue};

/// The decoded query string and what was wrong with the parameters asked for so far.
#[derive(Debug, Default)]
pub(super) struct Params {
    pairs: Vec<(String, String)>,
    issues: Vec<Issue>,
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Failure::bad_request("The query string could not be decoded"))?;
        Ok(Self { pairs, issues: Vec::new() })
    }
}

impl Params {
    /// The last value of a parameter, as FastAPI takes it.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    /// Every value of a repeatable parameter.
    pub(super) fn many(&self, name: &str) -> Vec<String> {
        self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    pub(super) fn required(&mut self, name: &str) -> Option<String> {
        let value = self.text(name);
        if value.is_none() {
            self.issues.push(Issue { input: serde_json::Value::Null, ..Issue::query("missing", name, "Field required", "") });
        }
        value
    }

    pub(super) fn integer(&mut self, name: &str, default: i64, min: i64, max: i64) -> i64 {
        self.optional_integer(name, min, max).unwrap_or(default)
    }

    pub(super) fn optional_integer(&mut self, name: &str, min: i64, max: i64) -> Option<i64> {
        let raw = self.text(name)?;
        let (kind, message) = match raw.trim().parse::<i64>() {
            Ok(value) if value < min => ("greater_than_equal", format!("Input should be greater than or equal to {min}")),
            Ok(value) if value > max => ("less_than_equal", format!("Input should be less than or equal to {max}")),
            Ok(value) => return Some(value),
            Err(_) => ("int_parsing", "Input should be a valid integer, unable to parse string as an integer".to_owned()),
        };
        self.issues.push(Issue::query(kind, name, message, &raw));
        None
    }

    pub(super) fn flag(&mut self, name: &str, default: bool) -> bool {
        let Some(raw) = self.text(name) else { return default };
        match raw.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => true,
            "false" | "0" | "no" | "off" | "f" | "n" => false,
            _ => {
                let message = "Input should be a valid boolean, unable to interpret input";
                self.issues.push(Issue::query("bool_parsing", name, message, &raw));
                default
            }
        }
    }

    pub(super) fn required_uuid(&mut self, name: &str) -> Option<String> {
        self.required(name)?;
        self.uuid(name)
    }

    pub(super) fn uuid(&mut self, name: &str) -> Option<String> {
        let raw = self.text(name)?;
        match Uuid::parse_str(&raw) {
            Ok(id) => Some(id.hyphenated().to_string()),
            Err(error) => {
                let message = format!("Input should be a valid UUID, {error}");
                self.issues.push(Issue::query("uuid_parsing", name, message, &raw));
                None
            }
        }
    }

    /// Milliseconds since 1970 of an ISO 8601 time; one without an offset is read as UTC.
    pub(super) fn time(&mut self, name: &str) -> Option<i64> {
        let raw = self.text(name)?;
        let parsed = raw.parse::<jiff::Timestamp>().or_else(|_| {
            let civil = raw.parse::<jiff::civil::DateTime>()?;
            civil.to_zoned(jiff::tz::TimeZone::UTC).map(|zoned| zoned.timestamp())
        });
        match parsed {
            Ok(time) => Some(time.as_millisecond()),
            Err(_) => {
                let message = "Input should be a valid datetime or date, invalid character in year";
                self.issues.push(Issue::query("datetime_from_date_parsing", name, message, &raw));
                None
            }
        }
    }

    pub(super) fn choice(&mut self, name: &str, allowed: &[&'static str]) -> Option<&'static str> {
        let raw = self.text(name)?;
        let found = allowed.iter().copied().find(|choice| *choice == raw);
        if found.is_none() {
            let message = format!("String should match pattern '^({})$'", allowed.join("|"));
            self.issues.push(Issue::query("string_pattern_mismatch", name, message, &raw));
        }
        found
    }

    /// A text between 1 and `max` characters.
    pub(super) fn bounded(&mut self, name: &str, max: usize) -> Option<String> {
        let raw = self.text(name)?;
        let length = raw.chars().count();
        if length == 0 {
            self.issues.push(Issue::query("string_too_short", name, "String should have at least 1 character", &raw));
            return None;
        }
        if length > max {
            let message = format!("String should have at most {max} characters");
            self.issues.push(Issue::query("string_too_long", name, message, ""));
            return None;
        }
        Some(raw)
    }

    /// Fails in FastAPI's shape if anything asked for was wrong.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.issues.is_empty() { Ok(()) } else { Err(Failure::Detail(self.issues.clone())) }
    }

    /// Fails inside the vendor's envelope, for the operations that declare that for 422.
    pub(super) fn check_enveloped(&self) -> Result<(), Failure> {
        if self.issues.is_empty() { Ok(()) } else { Err(Failure::validation(&self.issues)) }
    }
}

/// A path segment that must be a UUID.
pub(super) fn path_uuid(name: &str, raw: &str) -> Result<String, Failure> {
    Uuid::parse_str(raw).map(|id| id.hyphenated().to_string()).map_err(|error| {
        let message = format!("Input should be a valid UUID, {error}");
        let mut issue = Issue::query("uuid_parsing", name, message, raw);
        issue.loc = vec!["path".into(), name.into()];
        Failure::Detail(vec![issue])
    })
}
