//! The vendor's calls, its errors, and how answers of one turn are taken.

use crate::adapters::answers;
use crate::value::json::Json;
use crate::value::percent::encode;
use crate::wire::error::{ApiError, Complaint, ErrorKind, answer};
use crate::wire::http::{Method, Reply, Request};
use crate::wire::operation::Operation;
use serde_json::json;

/// The most that one answer holds of anything.
pub(super) const MOST: u32 = 200;

pub(super) use crate::adapters::answers::{Answer, Answers, Told, decoded};

pub(super) fn run_path(run: &str) -> String {
    format!("flow_runs/{}", encode(run))
}

/// Reads that are asked for with a body.
pub(super) fn query(path: impl Into<String>, body: &Json) -> Request {
    Request::write(Method::Post, path).json(body).keyed()
}

/// A write, which the vendor would do twice.
pub(super) fn write(path: String, body: &Json) -> Request {
    Request::write(Method::Post, path).json(body)
}

pub(super) fn get_run(run: &str) -> Request {
    Request::get(run_path(run))
}

/// The history of a run's states, oldest first, all of it. Without the slash the vendor redirects.
pub(super) fn get_states(run: &str) -> Request {
    Request::get("flow_run_states/").with("flow_run_id", run)
}

/// Every question that was put in a run, and every answer to one.
pub(super) fn get_inputs(run: &str) -> Request {
    query(format!("{}/input/filter", run_path(run)), &json!({"prefix": "", "limit": MOST}))
}

/// Things of one run.
pub(super) fn of_run(path: &str, run: &str, sort: &str, offset: usize) -> Request {
    query(path, &json!({"flow_runs": {"id": {"any_": [run]}}, "sort": sort, "limit": MOST, "offset": offset}))
}

pub(super) fn set_state(run: &str, state: &Json) -> Request {
    write(format!("{}/set_state", run_path(run)), &json!({"state": state, "force": false}))
}

/// Asks once and parses the body; `next` gets the answer, good or bad, and the name of the call.
pub(super) fn ask<T: 'static>(request: Request, next: impl FnOnce(Answer, &str) -> Operation<T> + 'static) -> Operation<T> {
    answers::ask(request, complain, |told| next(told.answer, &told.call))
}

/// So often a write is sent again of which the vendor says that it rolled it back.
pub(super) const MOST_TRIES: u8 = 3;
/// And so often where nothing has to be looked at before.
const INSISTS: u8 = 7;

/// Asks again while the vendor's database is busy. On SQLite it turns away one of two writes that come together.
pub(super) fn insist<T: 'static, R: 'static>(
    request: Request,
    read: fn(Reply, &str) -> Result<R, ApiError>,
    next: impl FnOnce(Result<R, ApiError>, &str) -> Operation<T> + 'static,
) -> Operation<T> {
    again(request, read, INSISTS, next)
}

fn again<T: 'static, R: 'static>(
    request: Request,
    read: fn(Reply, &str) -> Result<R, ApiError>,
    left: u8,
    next: impl FnOnce(Result<R, ApiError>, &str) -> Operation<T> + 'static,
) -> Operation<T> {
    let (call, same) = (request.call(), request.clone());
    Operation::one(request, move |reply| match read(reply, &call) {
        Err(error) if busy(&error) && left > 0 => again(same, read, left - 1, next),
        // It says itself that nothing happened.
        Err(error) if busy(&error) => next(Err(ApiError { kind: ErrorKind::VendorUnreachable, ..error }), &call),
        found => next(found, &call),
    })
}

fn busy(error: &ApiError) -> bool {
    (error.kind, error.status) == (ErrorKind::Vendor, Some(503))
}

pub(super) fn json_of(reply: Reply, call: &str) -> Answer {
    answer(reply, call, complain)
}

pub(super) fn ask_all<T: 'static>(requests: Vec<Request>, next: impl FnOnce(Answers) -> Operation<T> + 'static) -> Operation<T> {
    answers::ask_all(requests, complain, next)
}

/// `{"detail": "…"}`, or `{"exception_message": "…", "exception_detail": [{"loc": ["body", "limit"], "msg": "…"}]}`.
pub(super) fn complain(envelope: Json) -> Complaint {
    let text = |name: &str| envelope.get(name).and_then(Json::as_str).map(str::to_owned);
    let details = envelope.get("exception_detail").or_else(|| envelope.get("detail")).and_then(Json::as_array);
    let fields = details.into_iter().flatten().filter_map(complaint).collect();
    Complaint { detail: text("detail").or_else(|| text("exception_message")), request_id: None, fields }
}

fn complaint(detail: &Json) -> Option<(String, String)> {
    let place = detail.get("loc")?.as_array()?.iter().filter(|part| part.as_str() != Some("body"));
    let place: Vec<_> = place.map(crate::value::json::plain).collect();
    Some((place.join("."), detail.get("msg")?.as_str()?.to_owned()))
}
