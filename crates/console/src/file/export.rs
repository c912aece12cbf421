//! Runs as lines of a file: CSV for spreadsheets, JSON for programs. The names are the model's, whatever the vendor calls them.

use crate::file::sheet;
use crate::file::sheet::{Record, Separator};
use runs::model::{Run, TriggerKind};
use runs::value::json::{Json, Map};
use runs::value::time::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv(Separator),
    Json,
}

/// One run with what the list knows about it.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub connection: &'a str,
    pub number: Option<u64>,
    pub run: &'a Run,
}

const COLUMNS: [&str; 29] = [
    "connection",
    "id",
    "number",
    "flow",
    "flow_name",
    "flow_version",
    "status",
    "vendor_status",
    "trigger",
    "vendor_trigger",
    "trigger_detail",
    "name",
    "created_at",
    "started_at",
    "finished_at",
    "updated_at",
    "duration_ms",
    "waited_ms",
    "waiting_since",
    "waiting_on",
    "steps_done",
    "steps_total",
    "attempt",
    "error_message",
    "error_step",
    "error_stage",
    "error_code",
    "error_details",
    "metadata",
];

impl Format {
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Json => "json",
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv(_) => "text/csv;charset=utf-8",
            Self::Json => "application/json",
        }
    }

    /// What a file begins with.
    pub fn head(self) -> String {
        match self {
            Self::Csv(separator) => {
                let names: Vec<Json> = COLUMNS.into_iter().map(Json::from).collect();
                format!("{}{}", sheet::MARK, csv(&names, separator))
            }
            Self::Json => "[".into(),
        }
    }

    /// One run; `first` of the file or not.
    pub fn line(self, line: &Line, first: bool) -> String {
        let values = values(line);
        match self {
            Self::Csv(separator) => csv(&values.map(flat), separator),
            Self::Json => json_item(COLUMNS.into_iter().zip(values), first),
        }
    }

    /// What a whole file ends with.
    pub fn foot(self) -> String {
        match self {
            Self::Csv(_) => String::new(),
            Self::Json => "\n]\n".into(),
        }
    }

    /// What a file ends with that does not hold everything: a last line that nobody takes for a run, in these words.
    pub fn cut(self, words: &str, first: bool) -> String {
        match self {
            Self::Csv(separator) => {
                let mut cells = vec![Json::from(words)];
                cells.resize(COLUMNS.len(), Json::Null);
                csv(&cells, separator)
            }
            Self::Json => json_item([("incomplete", words.into())].into_iter(), first) + &self.foot(),
        }
    }
}

fn values(Line { connection, number, run }: &Line) -> [Json; COLUMNS.len()] {
    let text = |text: &Option<String>| text.as_deref().map_or(Json::Null, Json::from);
    let time = |at: Option<Timestamp>| at.map_or(Json::Null, |at| at.iso().into());
    let count = |count: Option<u64>| count.map_or(Json::Null, Json::from);
    let trigger = run.trigger.as_ref();
    let error = run.error.as_ref();
    [
        (*connection).into(),
        run.id.as_str().into(),
        count(*number),
        run.flow.as_str().into(),
        text(&run.flow_name),
        text(&run.flow_version),
        run.status.kind.slug().into(),
        run.status.raw.as_str().into(),
        trigger.map_or(Json::Null, |trigger| trigger_word(trigger.kind).into()),
        trigger.map_or(Json::Null, |trigger| trigger.raw.as_str().into()),
        trigger.map_or(Json::Null, |trigger| text(&trigger.detail)),
        text(&run.name),
        time(run.created_at),
        time(run.started_at),
        time(run.finished_at),
        time(run.updated_at),
        // Of a run that ends before it starts nothing can be said, whatever the vendor makes of it.
        count(run.duration_ms.filter(|_| !run.ends_before_it_starts())),
        count(run.waited_ms),
        time(run.waiting_since),
        Json::Array(run.waiting_on.iter().map(|step| step.as_str().into()).collect()),
        count(run.steps_done.map(u64::from)),
        count(run.steps_total.map(u64::from)),
        count(run.attempt.map(u64::from)),
        error.map_or(Json::Null, |error| error.message.as_str().into()),
        error.map_or(Json::Null, |error| text(if error.step_name.is_some() { &error.step_name } else { &error.step })),
        error.map_or(Json::Null, |error| text(&error.stage)),
        error.map_or(Json::Null, |error| text(&error.code)),
        error.map_or(Json::Null, |error| text(&error.details)),
        runs::value::json::sound(Json::Object(run.metadata.iter().cloned().collect())),
    ]
}

const fn trigger_word(kind: TriggerKind) -> &'static str {
    match kind {
        TriggerKind::Manual => "manual",
        TriggerKind::Api => "api",
        TriggerKind::Schedule => "schedule",
        TriggerKind::Webhook => "webhook",
        TriggerKind::Email => "email",
        TriggerKind::Restart => "restart",
        TriggerKind::Unknown => "unknown",
    }
}

/// Lists become one cell, line by line; data stays JSON; what is empty is an empty cell.
fn flat(value: Json) -> Json {
    match value {
        Json::Array(items) => Json::String(items.iter().map(runs::value::json::plain).collect::<Vec<_>>().join("\n")),
        Json::Object(map) if map.is_empty() => Json::Null,
        Json::Object(map) => Json::String(Json::Object(map).to_string()),
        other => other,
    }
}

/// Numbers are written as they are; texts cannot become formulas.
fn csv(cells: &[Json], separator: Separator) -> String {
    let mut record = Record::new(separator);
    for cell in cells {
        match cell {
            Json::Null => record.plain(""),
            Json::String(text) => record.text(text),
            other => record.plain(&other.to_string()),
        }
    }
    record.end()
}

fn json_item<'a>(pairs: impl Iterator<Item = (&'a str, Json)>, first: bool) -> String {
    let item: Map<String, Json> = pairs.map(|(name, value)| (name.to_owned(), value)).collect();
    format!("{}\n{}", if first { "" } else { "," }, Json::Object(item))
}
