//! What flows leave behind for people: artifacts and logs. What they return is kept by their workers.

use crate::model::status::{Status, StatusKind};
use crate::model::{Fact, FactName, FactValue};
use crate::model::{OutputAs, Step};
use crate::value::json::{Json, parse};
use crate::value::order;
use crate::wire::fields::{Unfit, all, lenient};

/// Artifacts, oldest first, as steps whose output they are.
pub(super) fn artifacts(items: Vec<Json>) -> Vec<Step> {
    let mut steps = all(items, artifact, Step::unread);
    order::sort(&mut steps, &|step| (order::when(step.finished_at), 0));
    steps
}

fn artifact(value: Json) -> Result<Step, Unfit> {
    lenient(value, "artifact", &["id"], |fields| {
        let id = fields.required("id");
        let name = fields.words("key").unwrap_or_else(|| id.clone());
        let kind = fields.words("type");
        // A table comes as a text that is JSON.
        let data = fields.take("data").map(|data| match &data {
            Json::String(text) if kind.as_deref() == Some("table") => parse(text.as_bytes()).unwrap_or(data),
            _ => data,
        });
        let output_as = match kind.as_deref() {
            Some("markdown") => OutputAs::Markdown,
            Some("table") => OutputAs::Table,
            Some("progress") => OutputAs::Percent,
            // `[words](address)`, or the address alone.
            Some("link") if data.as_ref().and_then(Json::as_str).is_some_and(|link| link.starts_with('[')) => OutputAs::Markdown,
            Some("link" | "image") => OutputAs::Link,
            _ => OutputAs::Data,
        };
        let description = fields.words("description");
        Step {
            output: data,
            output_as,
            finished_at: fields.time("created"),
            status: Status::new(StatusKind::Completed, ""),
            facts: description.into_iter().map(|text| Fact::text(FactName::Description, text)).collect(),
            other: fields.rest(),
            ..Step::not_started(id, name.clone(), name, kind)
        }
    })
}

/// The newest lines of the log, oldest first.
pub(super) fn logs(items: &[Json]) -> Option<Fact> {
    let lines: Vec<Json> = items.iter().rev().filter_map(line).map(Json::from).collect();
    (!lines.is_empty()).then_some(Fact { name: FactName::Logs, value: FactValue::Data(Json::Array(lines)) })
}

fn line(item: &Json) -> Option<String> {
    let message = item.get("message")?.as_str()?;
    let at = item.get("timestamp").and_then(Json::as_str).unwrap_or_default();
    let level = match item.get("level").and_then(Json::as_u64).unwrap_or(0) {
        0..=19 => "DEBUG",
        20..=29 => "INFO",
        30..=39 => "WARNING",
        40..=49 => "ERROR",
        _ => "CRITICAL",
    };
    Some(format!("{at} {level} {message}"))
}
