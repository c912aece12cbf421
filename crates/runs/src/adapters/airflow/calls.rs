//! The vendor's calls and its errors.

pub(super) use crate::adapters::answers::{Answers, Told};

use crate::adapters::answers;
use crate::value::json::{Json, Malformed};
use crate::value::percent::encode;
use crate::wire::error::{ApiError, Complaint, ErrorKind, bounded};
use crate::wire::fields::Fields;
use crate::wire::http::{Method, Request};
use crate::wire::operation::Operation;

/// The most that one answer holds of anything, unless its operator allows more; beyond it the vendor cuts without a word.
pub(super) const MOST: u32 = 100;

/// A run is known by its DAG and its own id, which other DAGs' runs have too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RunId {
    pub(super) dag: String,
    pub(super) run: String,
}

impl RunId {
    /// No id of a DAG holds a colon.
    pub(super) fn join(dag: &str, run: &str) -> String {
        format!("{dag}:{run}")
    }

    pub(super) fn read(id: &str) -> Result<Self, ApiError> {
        match id.split_once(':') {
            Some((dag, run)) if !dag.is_empty() && !run.is_empty() => Ok(Self { dag: dag.to_owned(), run: run.to_owned() }),
            _ => Err(ApiError::new(ErrorKind::NotFound, "there is no such run: its id names no DAG")),
        }
    }

    pub(super) fn path(&self) -> String {
        format!("dags/{}/dagRuns/{}", encode(&self.dag), encode(&self.run))
    }
}

/// One try of one task of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TaskTry {
    pub(super) task: String,
    /// −1 of a task that is not mapped.
    pub(super) map: i64,
    pub(super) number: u32,
}

impl TaskTry {
    /// `check:1`, of a mapped one `each:2:1`: no id of a task holds a colon.
    pub(super) fn id(&self) -> String {
        if self.map < 0 { format!("{}:{}", self.task, self.number) } else { format!("{}:{}:{}", self.task, self.map, self.number) }
    }

    pub(super) fn read(id: &str) -> Option<Self> {
        let mut parts = id.split(':');
        let task = parts.next().filter(|task| !task.is_empty())?.to_owned();
        let (one, two) = (parts.next()?, parts.next());
        let (map, number) = two.map_or((Some(-1), one), |two| (one.parse().ok().filter(|map| *map >= 0), two));
        parts.next().is_none().then_some(Self { task, map: map?, number: number.parse().ok()? })
    }

    pub(super) fn path(&self, run: &RunId) -> String {
        format!("{}/taskInstances/{}/{}", run.path(), encode(&self.task), self.map)
    }
}

pub(super) fn ask<T: 'static>(request: Request, next: impl FnOnce(Told) -> Operation<T> + 'static) -> Operation<T> {
    answers::ask(request, complain, next)
}

pub(super) fn ask_all<T: 'static>(requests: Vec<Request>, next: impl FnOnce(Answers) -> Operation<T> + 'static) -> Operation<T> {
    answers::ask_all(requests, complain, next)
}

/// A write, which the vendor would do twice.
pub(super) fn write(method: Method, path: String, body: &Json) -> Request {
    Request::write(method, path).json(body)
}

pub(super) fn get_run(run: &RunId) -> Request {
    Request::get(run.path())
}

/// Questions of a run: those without an answer, or the first of all.
pub(super) fn get_questions(run: &RunId, unanswered: bool) -> Request {
    let request = Request::get(format!("{}/hitlDetails", run.path())).with("limit", MOST.to_string());
    if unanswered { request.with("response_received", "false") } else { request }
}

/// What was written down of a run, the newest first: of tasks and of people.
pub(super) fn get_events(run: &RunId, task: Option<&str>, offset: usize) -> Request {
    let request = Request::get("eventLogs").with("dag_id", run.dag.as_str()).with("run_id", run.run.as_str());
    let request = match task {
        Some(task) => request.with("task_id", task),
        None => request,
    };
    request.with("order_by", "-when").with("limit", MOST.to_string()).with("offset", offset.to_string())
}

/// The list of this name in an answer; what may be missing: who may not read it gets none.
pub(super) fn listed(told: Told, name: &str) -> Result<Vec<Json>, ApiError> {
    told.decoded(|value| {
        let mut fields = Fields::of(value, "list")?;
        let items = fields.needed_list(name, "list");
        fields.sound().map(|()| items)
    })
}

pub(super) fn listed_if_allowed(told: Told, name: &str) -> Result<Vec<Json>, ApiError> {
    match listed(told, name) {
        Err(error) if error.kind == ErrorKind::Forbidden => Ok(Vec::new()),
        found => found,
    }
}

/// An object of the answer by what it reads as.
pub(super) fn one<T>(told: Told, read: impl FnOnce(Json) -> Result<T, (Json, Malformed)>) -> Result<T, ApiError> {
    told.decoded(|value| read(value).map_err(|(_, problem)| problem))
}

/// `detail` is a text, a list of complaints, or an object with a `message`.
pub(super) fn complain(envelope: Json) -> Complaint {
    let detail = envelope.get("detail");
    let fields: Vec<_> = detail.and_then(Json::as_array).into_iter().flatten().filter_map(complaint).collect();
    let text = match detail {
        Some(Json::String(text)) => Some(text.clone()),
        Some(Json::Object(map)) => {
            let word = |name: &str| map.get(name).and_then(Json::as_str);
            word("reason").or_else(|| word("message")).map(str::to_owned)
        }
        _ => fields.first().map(|(place, said): &(String, String)| format!("{place}: {said}")),
    };
    Complaint { detail: text, request_id: None, fields }
}

fn complaint(detail: &Json) -> Option<(String, String)> {
    let place = detail.get("loc")?.as_array()?.iter().filter(|part| part.as_str() != Some("body"));
    let place: Vec<_> = place.map(crate::value::json::plain).collect();
    Some((place.join("."), bounded(detail.get("msg")?.as_str()?)))
}
