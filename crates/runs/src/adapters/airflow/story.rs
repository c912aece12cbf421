//! The vendor's log of what happened, as the history of a run: each change has its own moment there, and who made it.

use super::calls::TaskTry;
use super::wait::{WAITING, Wait};
use crate::model::status::{Status, StatusKind};
use crate::model::{Run, StatusEvent};
use crate::value::json::{Json, parse};
use crate::value::time::Timestamp;
use crate::wire::fields::{Unfit, lenient};

const MISMATCH: &str = "state mismatch";

/// One entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Entry {
    pub(super) at: Option<Timestamp>,
    pub(super) word: String,
    pub(super) by: Option<String>,
    pub(super) task: Option<String>,
    map: Option<i64>,
    number: Option<u32>,
    /// What was sent, of a call that somebody made; of the vendor's own, perhaps a sentence.
    extra: Json,
}

fn entry(value: Json) -> Result<Entry, Unfit> {
    lenient(value, "entry", &["event"], |fields| {
        let extra = fields.text("extra").map(|text| parse(text.as_bytes()).unwrap_or(Json::String(text))).unwrap_or_default();
        // Of a call that somebody made, the map index is among what was sent, as a text.
        let map = fields.int("map_index").or_else(|| extra.get("map_index")?.as_str()?.parse().ok());
        Entry {
            at: fields.time("when"),
            word: fields.required("event"),
            by: fields.words("owner"),
            task: fields.words("task_id"),
            map,
            number: fields.small("try_number", "a count of tries"),
            extra,
        }
    })
}

/// Oldest first.
pub(super) fn entries(items: Vec<Json>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = items.into_iter().filter_map(|item| entry(item).ok()).collect();
    entries.reverse();
    entries
}

impl Entry {
    pub(super) fn is_of(&self, task: &TaskTry) -> bool {
        self.task.as_deref() == Some(&task.task)
            && self.map.unwrap_or(-1) == task.map
            && self.number.is_none_or(|number| number == task.number)
    }

    fn sent(&self, name: &str) -> Option<&str> {
        self.extra.get(name)?.as_str()
    }

    /// The scheduler failed a task because it found it in another state than it thought: what it says of that.
    pub(super) fn mismatch(&self) -> Option<&str> {
        (self.word == MISMATCH).then(|| self.extra.as_str().unwrap_or(MISMATCH))
    }

    /// Somebody set the task to an end: its state and what was noted.
    pub(super) fn marked(&self) -> Option<(&str, Option<&str>)> {
        let marks = self.word.starts_with("patch_") && self.word.ends_with("task_instance");
        Some((self.sent("new_state").filter(|_| marks)?, self.sent("note").filter(|note| !note.is_empty())))
    }
}

/// When this try of a task began to wait.
pub(super) fn parked(entries: &[Entry], task: &TaskTry) -> Option<Timestamp> {
    entries.iter().rev().find(|entry| WAITING.contains(&entry.word.as_str()) && entry.is_of(task))?.at
}

/// Changes of the run, oldest first; empty where the log says nothing of it.
pub(super) fn history(run: &Run, entries: &[Entry], waits: &[Wait]) -> Vec<StatusEvent> {
    let mut told = Story { events: Vec::new(), open: Vec::new() };
    for entry in entries {
        let Some(at) = entry.at else { continue };
        // What the vendor does itself goes by its own name.
        let by = entry.by.as_deref().filter(|by| *by != "airflow");
        let who = |what: &[Option<&str>]| {
            let parts: Vec<&str> = std::iter::once(&by).chain(what).filter_map(|part| *part).filter(|part| !part.is_empty()).collect();
            (!parts.is_empty()).then(|| parts.join(" · "))
        };
        match (entry.word.as_str(), &entry.task) {
            ("trigger_dag_run", None) => told.push(StatusKind::Queued, &entry.word, at, who(&[])),
            ("clear_dag_run" | "post_clear_task_instances", _) => told.push(StatusKind::Queued, &entry.word, at, who(&[])),
            ("patch_dag_run", _) => {
                let state = entry.sent("state").unwrap_or_default();
                let kind = match state {
                    "failed" => StatusKind::Failed,
                    "success" => StatusKind::Completed,
                    "queued" => StatusKind::Queued,
                    _ => continue,
                };
                told.open.clear();
                told.push(kind, &entry.word, at, who(&[Some(state), entry.sent("note")]));
            }
            ("running", Some(_)) => {
                told.closed(entry, at, None);
                told.runs(&entry.word, at);
            }
            (word, Some(task)) if WAITING.contains(&word) && asks(waits, task) => told.waits(entry, at),
            ("update_hitl_detail", Some(_)) => {
                let said: Vec<&str> =
                    entry.extra.get("chosen_options").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
                // What was refused is logged as well.
                if is_recorded(waits, entry, &said) {
                    told.closed(entry, at, who(&[Some(&said.join(", "))]));
                }
            }
            ("success" | "failed" | "skipped" | MISMATCH | "removed", Some(_)) => told.closed(entry, at, None),
            _ if entry.marked().is_some() => {
                let (state, note) = entry.marked().unwrap_or_default();
                told.closed(entry, at, who(&[Some(state), note]));
            }
            _ => {}
        }
    }
    told.ended(run);
    told.events
}

/// Sensors wait too, but not for people.
fn asks(waits: &[Wait], task: &str) -> bool {
    waits.iter().any(|wait| wait.task.key == task)
}

/// Whether this is the answer that the task has.
fn is_recorded(waits: &[Wait], entry: &Entry, said: &[&str]) -> bool {
    let here = waits.iter().filter(|wait| Some(&wait.task.key) == entry.task.as_ref() && Some(wait.task.map) == entry.map.or(Some(-1)));
    here.filter_map(|wait| wait.answer.as_ref()).any(|given| given.options == said && given.by.as_ref() == entry.by.as_ref())
}

struct Story {
    events: Vec<StatusEvent>,
    /// Tasks that wait.
    open: Vec<(String, i64)>,
}

impl Story {
    fn push(&mut self, kind: StatusKind, word: &str, at: Timestamp, why: Option<String>) {
        self.events.push(StatusEvent { status: Status::new(kind, word), at, why });
    }

    fn kind(&self) -> Option<StatusKind> {
        self.events.last().map(|event| event.status.kind)
    }

    fn runs(&mut self, word: &str, at: Timestamp) {
        if self.open.is_empty() && self.kind() != Some(StatusKind::Running) {
            self.push(StatusKind::Running, word, at, None);
        }
    }

    fn place(entry: &Entry) -> (String, i64) {
        (entry.task.clone().unwrap_or_default(), entry.map.unwrap_or(-1))
    }

    fn waits(&mut self, entry: &Entry, at: Timestamp) {
        let place = Self::place(entry);
        if !self.open.contains(&place) {
            let why = if place.1 < 0 { place.0.clone() } else { format!("{} [{}]", place.0, place.1) };
            self.push(StatusKind::Waiting, &entry.word, at, Some(why));
            self.open.push(place);
        }
    }

    /// A task waits no longer; once none does, the run goes on.
    fn closed(&mut self, entry: &Entry, at: Timestamp, why: Option<String>) {
        let place = Self::place(entry);
        let before = self.open.len();
        self.open.retain(|open| *open != place);
        if self.open.len() == before {
            return;
        }
        let kind = if self.open.is_empty() { StatusKind::Running } else { StatusKind::Waiting };
        self.push(kind, &entry.word, at, why);
    }

    /// The run's own end is not in the log.
    fn ended(&mut self, run: &Run) {
        if let (true, Some(at)) = (run.status.kind.is_final() && self.kind() != Some(run.status.kind), run.finished_at) {
            self.push(run.status.kind, &run.status.raw, at, None);
        }
    }
}

/// Milliseconds of finished waiting for people.
pub(super) fn waited(history: &[StatusEvent]) -> u64 {
    let pairs = history.iter().zip(history.iter().skip(1));
    pairs.filter(|(event, _)| event.status.kind == StatusKind::Waiting).map(|(event, next)| next.at.since(event.at)).sum()
}
