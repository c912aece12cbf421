//! Runs as lines of a file: CSV for spreadsheets, JSON for programs. The names are the model's, whatever the vendor calls them.

use crate::json::{Json, Map};
use crate::model::{Run, TriggerKind};
use crate::time::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
}

/// One run with what the list knows about it.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub connection: &'a str,
    pub number: Option<u64>,
    pub run: &'a Run,
}

/// How far a file goes that does not hold everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut<'a> {
    pub rows: u64,
    /// Why it ends there, in words.
    pub why: &'a str,
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
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::Json => "application/json",
        }
    }

    /// What a file begins with. A CSV file begins with a byte order mark: without it Excel takes UTF-8 for the system's old encoding.
    pub fn head(self) -> String {
        match self {
            Self::Csv => {
                let names: Vec<Json> = COLUMNS.into_iter().map(Json::from).collect();
                format!("\u{feff}{}", csv(&names))
            }
            Self::Json => "[".into(),
        }
    }

    /// One run; `first` of the file or not.
    pub fn line(self, line: &Line, first: bool) -> String {
        let values = values(line);
        match self {
            Self::Csv => csv(&values.map(flat)),
            Self::Json => json_item(COLUMNS.into_iter().zip(values), first),
        }
    }

    /// What a whole file ends with.
    pub fn foot(self) -> String {
        match self {
            Self::Csv => String::new(),
            Self::Json => "\n]\n".into(),
        }
    }

    /// What a file ends with that does not hold everything: a last line that nobody takes for a run.
    pub fn cut(self, cut: &Cut, first: bool) -> String {
        let words = format!("INCOMPLETE: {} runs. {}", cut.rows, cut.why);
        match self {
            Self::Csv => {
                let mut cells = vec![Json::from(words)];
                cells.resize(COLUMNS.len(), Json::Null);
                csv(&cells)
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
        count(run.duration_ms),
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
        crate::json::sound(Json::Object(run.metadata.iter().cloned().collect())),
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
        Json::Array(items) => Json::String(items.iter().map(crate::json::plain).collect::<Vec<_>>().join("\n")),
        Json::Object(map) if map.is_empty() => Json::Null,
        Json::Object(map) => Json::String(Json::Object(map).to_string()),
        other => other,
    }
}

/// One record by RFC 4180, with its line end. Numbers are written as they are; texts cannot become formulas.
fn csv(cells: &[Json]) -> String {
    let mut line = String::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        match cell {
            Json::Null => {}
            Json::String(text) => quote(&mut line, text),
            other => line.push_str(&other.to_string()),
        }
    }
    line.push_str("\r\n");
    line
}

fn quote(line: &mut String, text: &str) {
    let safe = if is_formula(text) { "'" } else { "" };
    let plain = !text.contains([',', ';', '"', '\r', '\n', '\t']) && text.trim() == text;
    if plain {
        line.push_str(safe);
        line.push_str(text);
        return;
    }
    line.push('"');
    line.push_str(safe);
    line.push_str(&text.replace('"', "\"\""));
    line.push('"');
}

/// Whether a spreadsheet could take a text for a formula: what it begins with, also behind blanks and in the full-width forms that
/// some locales read alike. A number is none, whatever its sign.
pub fn is_formula(text: &str) -> bool {
    let blank = |character: char| character.is_whitespace() || character.is_control() || character == '\u{feff}';
    let begins = text.trim_start_matches(blank);
    let breaks = text.starts_with(['\t', '\r', '\n']);
    let sign = begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    (breaks || sign) && !crate::json::is_number(text)
}

fn json_item<'a>(pairs: impl Iterator<Item = (&'a str, Json)>, first: bool) -> String {
    let item: Map<String, Json> = pairs.map(|(name, value)| (name.to_owned(), value)).collect();
    format!("{}\n{}", if first { "" } else { "," }, Json::Object(item))
}
