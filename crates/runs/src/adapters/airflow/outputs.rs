//! What tasks leave behind: the values that they hand on, and their logs.

use super::calls::{MOST, RunId, TaskTry, listed_if_allowed};
use crate::adapters::answers::Told;
use crate::value::json::Json;
use crate::value::percent::encode;
use crate::wire::error::{ApiError, bounded};
use crate::wire::http::Request;

/// So many values are read of one run: each takes a call.
pub(super) const MOST_VALUES: usize = 25;
/// The last lines of a log.
const MOST_LINES: usize = 200;

/// A value that a task handed on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Value {
    task: String,
    map: i64,
    key: String,
}

impl Value {
    pub(super) fn label(&self) -> String {
        let map = if self.map < 0 { String::new() } else { format!(" [{}]", self.map) };
        // What a task returns goes by this key.
        let key = if self.key == "return_value" { String::new() } else { format!(": {}", self.key) };
        format!("{}{map}{key}", self.task)
    }

    pub(super) fn is_of(&self, task: &TaskTry) -> bool {
        self.task == task.task && self.map == task.map
    }

    pub(super) fn get(&self, run: &RunId) -> Request {
        let path = format!("{}/taskInstances/{}/xcomEntries/{}", run.path(), encode(&self.task), encode(&self.key));
        Request::get(path).with("map_index", self.map.to_string())
    }
}

/// Which values there are, of all tasks.
pub(super) fn get_values(run: &RunId) -> Request {
    Request::get(format!("{}/taskInstances/~/xcomEntries", run.path())).with("limit", MOST.to_string())
}

/// The values that can be asked for; the vendor's own bookkeeping is left out.
pub(super) fn values(told: Told) -> Result<Vec<Value>, ApiError> {
    let value = |item: &Json| {
        let text = |name: &str| item.get(name).and_then(Json::as_str).map(str::to_owned);
        let map = item.get("map_index").and_then(Json::as_i64).unwrap_or(-1);
        Some(Value { task: text("task_id")?, map, key: text("key")? })
            .filter(|found| !found.key.starts_with('_') && !found.key.starts_with("skipmixin_") && crate::adapters::segment(&found.key))
    };
    Ok(listed_if_allowed(told, "xcom_entries")?.iter().filter_map(value).take(MOST_VALUES).collect())
}

pub(super) fn value_of(told: Told) -> Option<Json> {
    told.answer.ok().and_then(|found| found.get("value").cloned())
}

pub(super) fn get_log(run: &RunId, task: &TaskTry) -> Request {
    let path = format!("{}/taskInstances/{}/logs/{}", run.path(), encode(&task.task), task.number);
    Request::get(path).with("map_index", task.map.to_string()).with("full_content", "true")
}

#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) lines: Vec<String>,
    /// What the task failed of, by its log.
    pub(super) problem: Option<String>,
    pub(super) code: Option<String>,
    pub(super) stack: Option<String>,
}

/// The log of one try; marks of groups and what they hold of the worker's own preparation are no part of it.
pub(super) fn log(told: Told) -> Log {
    let mut log = Log::default();
    let Some(lines) = told.answer.ok().and_then(|found| found.get("content").and_then(Json::as_array).cloned()) else { return log };
    let mut depth = 0_u32;
    for line in &lines {
        let text = |name: &str| line.get(name).and_then(Json::as_str);
        let Some(event) = text("event").or_else(|| line.as_str()) else { continue };
        if event.starts_with("::group::") {
            depth += 1;
            continue;
        }
        if event.starts_with("::endgroup::") {
            depth = depth.saturating_sub(1);
            continue;
        }
        if let Some(raised) = line.get("error_detail").and_then(Json::as_array).and_then(|all| all.first()) {
            log.raised(raised);
        }
        if depth == 0 {
            let level = text("level").unwrap_or("info").to_uppercase();
            let at = text("timestamp").unwrap_or_default();
            log.lines.push(format!("{at} {level} {}", bounded(event)).trim_start().to_owned());
            if let Some(problem) = &log.problem
                && line.get("error_detail").is_some()
            {
                log.lines.push(problem.clone());
            }
        }
    }
    let cut = log.lines.len().saturating_sub(MOST_LINES);
    log.lines.drain(..cut);
    log
}

impl Log {
    fn raised(&mut self, raised: &Json) {
        let text = |value: &Json, name: &str| value.get(name).and_then(Json::as_str).map(str::to_owned);
        let (kind, said) = (text(raised, "exc_type"), text(raised, "exc_value").map(|said| bounded(&said)));
        self.problem = match (&kind, said) {
            (Some(kind), Some(said)) if !said.is_empty() => Some(format!("{kind}: {said}")),
            (Some(kind), _) => Some(kind.clone()),
            (None, said) => said,
        };
        self.code = kind;
        let frame = |frame: &Json| {
            let line = frame.get("lineno").map(crate::value::json::plain).unwrap_or_default();
            Some(format!("{}:{line} {}", text(frame, "filename")?, text(frame, "name").unwrap_or_default()))
        };
        let frames: Vec<String> = raised.get("frames").and_then(Json::as_array).into_iter().flatten().filter_map(frame).collect();
        self.stack = (!frames.is_empty()).then(|| frames.join("\n"));
    }
}
