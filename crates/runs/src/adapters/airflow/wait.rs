//! The vendor's record of a task that asks a person: the question, and the answer once there is one.

use super::calls::{RunId, TaskTry};
use super::decode::TASK_STATES;
use crate::model::status::{Status, StatusKind};
use crate::model::{Iteration, ReviewRef};
use crate::value::json::{Json, Map};
use crate::value::time::Timestamp;
use crate::wire::fields::{Fields, Unfit, lenient};

/// States in which a task waits for its answer: the second until 3.2.
pub(super) const WAITING: [&str; 2] = ["awaiting_input", "deferred"];

/// What an approval offers, in this order.
const YES_AND_NO: [&str; 2] = ["Approve", "Reject"];

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wait {
    pub(super) task: Task,
    pub(super) subject: String,
    pub(super) body: Option<String>,
    pub(super) options: Vec<String>,
    pub(super) defaults: Vec<String>,
    pub(super) multiple: bool,
    /// The vendor's own: each with its value, its schema and what it means.
    pub(super) params: Map<String, Json>,
    /// Ids of those who may answer; empty: whoever has the role.
    pub(super) assigned: Vec<String>,
    created_at: Option<Timestamp>,
    pub(super) answer: Option<Given>,
}

/// The try of a task that a question belongs to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Task {
    /// Another one with each time that the task is cleared.
    pub(super) id: String,
    pub(super) dag: String,
    pub(super) run: String,
    pub(super) name: String,
    pub(super) key: String,
    pub(super) map: i64,
    pub(super) map_name: Option<String>,
    pub(super) number: u32,
    pub(super) state: String,
    pub(super) run_after: Option<Timestamp>,
    pub(super) started_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) note: Option<String>,
    pub(super) dag_name: Option<String>,
}

/// An answer as it is recorded; `by` is nobody where the defaults were taken when time was over.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Given {
    pub(super) by: Option<String>,
    pub(super) at: Option<Timestamp>,
    /// As it came: to the microsecond.
    pub(super) stamp: String,
    pub(super) options: Vec<String>,
    pub(super) input: Map<String, Json>,
}

impl Task {
    pub(super) fn read(fields: &mut Fields) -> Self {
        Self {
            id: fields.required("id"),
            dag: fields.required("dag_id"),
            run: fields.required("dag_run_id"),
            key: fields.required("task_id"),
            name: fields.words("task_display_name").unwrap_or_default(),
            map: fields.int("map_index").unwrap_or(-1),
            map_name: fields.words("rendered_map_index"),
            number: fields.small("try_number", "a count of tries").unwrap_or(0),
            state: fields.word("state").unwrap_or_default(),
            run_after: fields.time("run_after"),
            started_at: fields.time("start_date"),
            ended_at: fields.time("end_date"),
            note: fields.words("note"),
            dag_name: fields.words("dag_display_name"),
        }
    }

    pub(super) fn named(&self) -> TaskTry {
        TaskTry { task: self.key.clone(), map: self.map, number: self.number }
    }

    pub(super) fn title(&self) -> String {
        let name = if self.name.is_empty() { &self.key } else { &self.name };
        match &self.map_name {
            Some(label) => format!("{name} [{label}]"),
            None => name.clone(),
        }
    }

    pub(super) fn status(&self) -> Status {
        task_status(&self.state, false)
    }

    pub(super) fn waits(&self) -> bool {
        WAITING.contains(&self.state.as_str())
    }

    /// What the gateway finds if nothing went on: see `Route::seen`.
    pub(super) fn seen(&self) -> String {
        format!("{}~{}", self.id, self.state)
    }
}

impl Wait {
    /// Still to be answered. That no answer came says little: of a task that ended without one it stays so for ever.
    pub(super) fn is_open(&self) -> bool {
        self.answer.is_none() && self.task.waits()
    }

    pub(super) fn run_id(&self) -> String {
        RunId::join(&self.task.dag, &self.task.run)
    }

    /// When the question was first put: a task that is cleared keeps it, but starts anew.
    pub(super) fn since(&self) -> Option<Timestamp> {
        self.created_at.max(self.task.started_at)
    }

    pub(super) fn title(&self) -> String {
        self.task.title()
    }

    pub(super) fn review(&self) -> ReviewRef {
        let iteration = u32::try_from(self.task.map).ok().map(Iteration::Round);
        let about = vec![self.subject.clone()].into_iter().filter(|text| !text.is_empty()).collect();
        ReviewRef { iteration, about, ..ReviewRef::new(self.task.named().id(), self.title(), self.since()) }
    }

    /// A plain yes or no: then a rejection is an answer like the other.
    pub(super) fn is_approval(&self) -> bool {
        !self.multiple && self.options == YES_AND_NO
    }

    /// What `approved` means for an answer; other questions than a yes or no only have answers.
    pub(super) fn is_yes(&self, given: &Given) -> bool {
        !self.is_approval() || given.options.first().is_some_and(|option| option == YES_AND_NO[0])
    }

    /// The one option that says so.
    pub(super) const fn word(approve: bool) -> &'static str {
        if approve { YES_AND_NO[0] } else { YES_AND_NO[1] }
    }
}

pub(super) fn wait(value: Json) -> Result<Wait, Unfit> {
    lenient(value, "question", &[], |fields| {
        let task = fields.object("task_instance", "task", Task::read).unwrap_or_default();
        let by = fields.object("responded_by_user", "user", person).flatten();
        let (options, given) = (fields.texts("options"), fields.texts("chosen_options"));
        let (received, stamp) = (fields.flag("response_received"), fields.text("responded_at"));
        let input = fields.entries("params_input").into_iter().collect();
        let at = stamp.as_deref().and_then(Timestamp::parse);
        let answered = received.unwrap_or(stamp.is_some());
        let people = fields.some_list("assigned_users").unwrap_or_default();
        Wait {
            task,
            subject: fields.text("subject").unwrap_or_default(),
            body: fields.words("body"),
            options,
            defaults: fields.texts("defaults"),
            multiple: fields.flag("multiple").unwrap_or(false),
            params: fields.entries("params").into_iter().collect(),
            assigned: people.iter().filter_map(|person| Some(person.get("id")?.as_str()?.to_owned())).collect(),
            created_at: fields.time("created_at"),
            answer: answered.then(|| Given { by, at, stamp: stamp.unwrap_or_default(), options: given, input }),
        }
    })
}

/// The answer to an answer.
pub(super) fn given(value: Json) -> Result<Given, Unfit> {
    lenient(value, "answer", &["responded_at"], |fields| {
        let stamp = fields.required("responded_at");
        Given {
            by: fields.object("responded_by", "user", person).flatten(),
            at: Timestamp::parse(&stamp),
            stamp,
            options: fields.texts("chosen_options"),
            input: fields.entries("params_input").into_iter().collect(),
        }
    })
}

fn person(fields: &mut Fields) -> Option<String> {
    let id = fields.words("id");
    fields.words("name").or(id)
}

/// Those that can be read, of a list.
pub(super) fn waits(items: Vec<Json>) -> Vec<Wait> {
    items.into_iter().filter_map(|item| wait(item).ok()).filter(|wait| !wait.task.id.is_empty()).collect()
}

/// Whether a task that waits is one of those for a person; until 3.2 sensors too are `deferred`.
pub(super) fn task_status(state: &str, asks: bool) -> Status {
    if state.is_empty() {
        return Status::new(StatusKind::NotStarted, "");
    }
    let status = Status::from_table(state.to_owned(), TASK_STATES);
    if asks && WAITING.contains(&state) { Status { kind: StatusKind::Waiting, ..status } } else { status }
}
