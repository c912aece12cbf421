//! Query parameters, validated as FastAPI does.

use serde_json::{Value, json};

use super::{
    error::{Answer, Failure},
    words,
};
use crate::engine::clock;
use crate::engine::model::{Dialect, Trigger};
use crate::engine::store::{Page, RunQuery, Sort, SortField};

/// The parameters as they came, in their order.
pub(in crate::contracts) struct Params(pub Vec<(String, String)>);

impl Params {
    /// The last value of a parameter; an empty one counts as absent.
    pub(in crate::contracts) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter, repeated or separated by commas.
    pub(in crate::contracts) fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        let given = self.0.iter().filter(move |(key, _)| key == name);
        given.flat_map(|(_, value)| value.split(',')).map(str::trim).filter(|word| !word.is_empty())
    }

    pub(in crate::contracts) fn limit(&self, default: u32) -> Answer<u32> {
        let Some(text) = self.get("limit") else { return Ok(default) };
        let input = json!(text);
        let Ok(limit) = text.parse::<i64>() else {
            return Err(invalid("limit", "Input should be a valid integer, unable to parse string as an integer", "int_parsing", &input));
        };
        match limit {
            1..=100 => Ok(u32::try_from(limit).unwrap_or(default)),
            i64::MIN..1 => Err(invalid("limit", "Input should be greater than or equal to 1", "greater_than_equal", &input)),
            _ => Err(invalid("limit", "Input should be less than or equal to 100", "less_than_equal", &input)),
        }
    }

    pub(in crate::contracts) fn ascending(&self) -> Answer<bool> {
        match self.get("order") {
            None | Some("desc") => Ok(false),
            Some("asc") => Ok(true),
            Some(other) => Err(invalid("order", "Input should be 'asc' or 'desc'", "literal_error", &json!(other))),
        }
    }

    pub(in crate::contracts) fn page(&self) -> Page {
        match (self.get("after"), self.get("before")) {
            (Some(id), _) => Page::After(id.to_owned()),
            (None, Some(id)) => Page::Before(id.to_owned()),
            (None, None) => Page::First,
        }
    }

    pub(in crate::contracts) fn number(&self, name: &str) -> Answer<Option<i64>> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let wrong = || invalid(name, "Input should be a valid integer, unable to parse string as an integer", "int_parsing", &json!(text));
        text.parse().map(Some).map_err(|_| wrong())
    }

    /// A date's first or last millisecond, or the time given.
    pub(in crate::contracts) fn date(&self, name: &str, end: bool) -> Answer<Option<i64>> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let wrong = || invalid(name, "Input should be a valid date in the format YYYY-MM-DD", "date_parsing", &json!(text));
        let start = clock::parse(text).ok_or_else(wrong)?;
        Ok(Some(if end && text.len() == 10 { start + 86_399_999 } else { start }))
    }
}

pub(in crate::contracts) fn invalid(name: &str, message: &str, kind: &str, input: &Value) -> Failure {
    Failure::invalid(&["query", name], message, kind, input)
}

/// The question a list of runs asks. `min_cost` and `max_cost` are validated, but every run of the sandbox costs
/// nothing, so they filter only as far as zero goes.
pub(super) fn runs(params: &Params) -> Answer<RunQuery> {
    let mut query = RunQuery::new(Dialect::Retab);
    query.flow = params.get("workflow_id").map(str::to_owned);
    for word in params.list("status").chain(params.list("statuses")) {
        for status in statuses("status", word)? {
            // Two words may stand for the same, and a run is listed once.
            if !query.statuses.contains(&status) {
                query.statuses.push(status);
            }
        }
    }
    for word in params.list("exclude_status") {
        query.exclude.extend(statuses("exclude_status", word)?);
    }
    for word in params.list("trigger_type").chain(params.list("trigger_types")) {
        let known = Trigger::parse(word).ok_or_else(|| enumeration("trigger_type", &words::TRIGGERS, word))?;
        query.triggers.push(known);
    }
    query.created_from = params.date("from_date", false)?;
    query.created_to = params.date("to_date", true)?;
    query.min_duration_ms = params.number("min_duration")?;
    query.max_duration_ms = params.number("max_duration")?;
    query.search = params.get("search").map(str::to_owned);
    query.sort = Sort { field: sort_field(params)?, ascending: params.ascending()? };
    query.page = params.page();
    query.limit = params.limit(20)?;
    Ok(query)
}

/// Whether the cost bounds let a free run through.
pub(super) fn costs_fit(params: &Params) -> Answer<bool> {
    let mut fit = true;
    for name in ["min_cost", "max_cost"] {
        let Some(text) = params.get(name) else { continue };
        let Ok(cost) = text.parse::<f64>() else {
            return Err(invalid(name, "Input should be a valid number, unable to parse string as a number", "float_parsing", &json!(text)));
        };
        fit &= if name == "min_cost" { cost <= 0.0 } else { cost >= 0.0 };
    }
    Ok(fit)
}

fn statuses(name: &str, word: &str) -> Answer<Vec<crate::engine::model::Status>> {
    words::parse_status(word).map(<[_]>::to_vec).ok_or_else(|| enumeration(name, &words::RUN_STATUSES, word))
}

fn enumeration(name: &str, known: &[&str], word: &str) -> Failure {
    let list = known.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
    invalid(name, &format!("Input should be one of {list}"), "enum", &json!(word))
}

fn sort_field(params: &Params) -> Answer<SortField> {
    Ok(match params.get("sort_by") {
        None | Some("created_at") => SortField::CreatedAt,
        Some("updated_at") => SortField::UpdatedAt,
        Some("started_at") => SortField::StartedAt,
        Some("completed_at") => SortField::FinishedAt,
        Some("duration_ms") => SortField::Duration,
        Some("status") => SortField::Status,
        Some(other) => {
            let known = ["created_at", "updated_at", "started_at", "completed_at", "duration_ms", "status"];
            return Err(enumeration("sort_by", &known, other));
        }
    })
}

/// Keeps only the asked fields of each object; ids always stay, pages need them.
pub(super) fn project(params: &Params, mut value: Value) -> Value {
    let fields: Vec<&str> = params.list("fields").collect();
    if let (false, Some(object)) = (fields.is_empty(), value.as_object_mut()) {
        object.retain(|key, _| key == "id" || fields.contains(&key.as_str()));
    }
    value
}
