//! Retab, the generation of the seed documents: flat runs, `node_id`, `hil-decisions`
//! (<https://docs.retab.com/api-reference/workflows>). Today's live contract is another dialect.

mod decide;
pub(super) mod history;
pub(super) mod list;
pub(super) mod review;
pub(super) mod run;
pub(super) mod start;
mod steps;

use super::why;
use crate::Json;
use crate::adapters::capability::{Capabilities, Deletion, NumberSource, RejectReason, Rerun, ReviewStyle, Seek, StartStyle};
use crate::adapters::filter::{Filters, Listed};
use crate::adapters::query::RunQuery;
use crate::adapters::route::{About, Items, KeyHeader, Named, Relayed, Route};
use crate::adapters::{Adapter, FlowInputs, FlowQuery, RunAdapter, RunRef, StartRequest};
use crate::model::review::{Intent, Outcome, Review};
use crate::model::status::StatusKind;
use crate::model::{ActionOutcome, FileLink, FilePlace, Flow, NoNumber, Numbering, Page, Place, Run, RunDetail, Started, Statistics};
use crate::value::json::{Malformed, Map, plain};
use crate::value::percent::encode;
use crate::wire::error::{ApiError, Complaint, ErrorKind};
use crate::wire::fields::{Unfit, lenient, read, those_read};
use crate::wire::http::Method::{Delete, Get, Post};
use crate::wire::http::{Reply, Request};
use crate::wire::operation::Operation;

const FLOW: Named = Named::Segment(1);
const RUN: Named = Named::Segment(2);
/// The member of whatever is one flow's that names it.
pub(super) const FLOW_FIELD: &str = "workflow_id";

const ROUTES: &[Route] = &[
    Route::new(Get, "workflows").about(About::Flows(Items::at("data"))),
    Route::new(Get, "workflows/*").of_flow(FLOW),
    Route::new(Get, "workflows/*/blocks").of_flow(FLOW),
    Route::new(Post, "workflows/*/run").of_flow(FLOW),
    Route::new(Get, "workflows/runs").about(About::List(Items::at("data").by(FLOW_FIELD))),
    Route::new(Get, "workflows/runs/counts").of_flow(Named::Query(FLOW_FIELD)),
    Route::new(Get, "workflows/runs/*").of_run(RUN),
    Route::new(Delete, "workflows/runs/*").of_run(RUN),
    Route::new(Get, "workflows/runs/*/steps").of_run(RUN),
    Route::new(Get, "workflows/runs/*/steps/*").of_run(RUN),
    Route::new(Get, "files/*/download-link"),
    Route::new(Get, "workflows/runs/*/hil-decisions/*").of_run(RUN),
    Route::new(Post, "workflows/runs/*/hil-decisions").of_run(RUN).decides(),
    Route::new(Post, "workflows/runs/*/resume").of_run(RUN).decides(),
    Route::new(Post, "workflows/runs/*/cancel").of_run(RUN),
    Route::new(Post, "workflows/runs/*/restart").of_run(RUN),
];

#[derive(Clone, Copy, Debug)]
pub struct Retab;

impl Retab {
    pub const RELAYED: Relayed = Relayed {
        routes: ROUTES,
        key_headers: &[KeyHeader::Named("api-key"), KeyHeader::Bearer],
        flow_field: FLOW_FIELD,
        login: None,
        at_once: None,
    };
}

impl Adapter for Retab {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            list_all: true,
            page_sizes: &[25, 50, 100],
            walks_back: true,
            status_filter: list::FILTERABLE,
            status_filter_many: true,
            filters: Filters { triggers: usize::MAX, created: true, duration: true },
            listed: Listed::ALL,
            numbers: NumberSource::Derived,
            seek: Seek::Id,
            flow_search: false,
            review: ReviewStyle::ApproveReject,
            reject_reason: RejectReason::Unsupported,
            claims: false,
            versions: false,
            cancel: true,
            rerun: Rerun::NewRun,
            delete: Deletion::Removed,
            start: StartStyle::DocumentsAndJson,
            markdown: false,
            files: true,
            keeps_history: false,
        }
    }

    /// Retab cannot search flows: the caller filters.
    fn list_flows(&self, query: &FlowQuery) -> Operation<Page<Flow>> {
        let mut request = Request::get("workflows");
        if let Place::After(id) | Place::Cursor(id) = &query.place {
            request = request.with("after", id.as_str());
        }
        decoded(request.with("limit", "100").with("order", "desc").with("sort_by", "updated_at"), flows)
    }

    fn list_runs(&self, query: &RunQuery) -> Operation<Page<Run>> {
        list::list(query)
    }

    fn list_waiting(&self, flow: Option<&str>, place: &Place) -> Operation<Page<Run>> {
        list::waiting(flow, place).map(super::askable)
    }
}

impl RunAdapter for Retab {
    fn get_run(&self, run: &RunRef) -> Operation<RunDetail> {
        let asks = [get_run_call(&run.id), steps_call(&run.id)];
        let calls = asks.each_ref().map(Request::call);
        Operation::ask(asks.into(), move |replies| Operation::Done(detail(&calls, replies)))
    }

    fn describe_inputs(&self, flow: &str) -> Operation<FlowInputs> {
        start::describe(flow)
    }

    fn statistics(&self, flow: Option<&str>) -> Operation<Statistics> {
        list::statistics(flow)
    }

    fn start(&self, request: StartRequest) -> Operation<Started> {
        start::start(request)
    }

    fn get_review(&self, run: &RunRef, review: &str) -> Operation<Review> {
        review::get(&run.id, review)
    }

    fn decide(&self, read: &Review, intent: &Intent) -> Operation<Outcome> {
        decide::decide(read, intent)
    }

    fn confirm(&self, read: &Review, intent: &Intent) -> Operation<Outcome> {
        decide::confirm(read, intent)
    }

    fn file_link(&self, file: &str) -> Operation<FileLink> {
        file_link(file)
    }

    fn get_status(&self, run: &RunRef) -> Operation<Run> {
        decoded(get_run_call(&run.id), |value| run::read_listed(value).map_err(why))
    }

    fn cancel(&self, run: &RunRef, key: &str) -> Operation<ActionOutcome> {
        cancel(run, key, run::read)
    }

    fn rerun(&self, run: &RunRef, key: &str) -> Operation<ActionOutcome> {
        decoded(command(&run.id, "restart", key), |value| Ok(ActionOutcome::NewRun(run::read(value).map_err(why)?.run.id)))
    }

    fn delete(&self, run: &RunRef) -> Operation<ActionOutcome> {
        delete(run)
    }
}

/// Deduplicated by `command_id`; each generation reads the run that comes back in its own way.
pub(super) fn cancel(run: &RunRef, key: &str, run_of: fn(Json) -> Result<RunDetail, Unfit>) -> Operation<ActionOutcome> {
    let request = command(&run.id, "cancel", key);
    let call = request.call();
    Operation::one(request, move |reply| {
        Operation::Done(crate::wire::error::accept(reply, &call, complain).and_then(|response| {
            let malformed = |problem: &Malformed| ApiError::malformed(problem, &call);
            let value = crate::value::json::parse(&response.body).map_err(|problem| malformed(&problem))?;
            let outcome = cancelled(value, run_of).map_err(|problem| malformed(&problem))?;
            outcome.map_err(|why| ApiError {
                status: Some(response.status),
                request_id: response.request_id(),
                call: call.as_str().into(),
                ..ApiError::new(ErrorKind::Refused, why)
            })
        }))
    })
}

pub(super) fn delete(run: &RunRef) -> Operation<ActionOutcome> {
    let request = Request::write(Delete, run_path(&run.id));
    let call = request.call();
    Operation::one(request, move |reply| Operation::Done(crate::wire::error::accept(reply, &call, complain).map(|_| ActionOutcome::Done)))
}

/// <https://docs.retab.com/core-concepts/Files>: a link that is good for 60 minutes.
pub(super) fn file_link(file: &str) -> Operation<FileLink> {
    decoded(Request::get(format!("files/{}/download-link", encode(file))), |value| {
        read(value, "file", |fields| FileLink {
            place: FilePlace::Address(fields.required("download_url")),
            name: fields.text("filename"),
            media_type: fields.object("mime_data", "file.mime_data", |mime| mime.text("mime_type")).flatten(),
        })
    })
}

pub(super) fn run_path(run: &str) -> String {
    format!("workflows/runs/{}", encode(run))
}

fn decision_path(run: &str, node: &str) -> String {
    format!("{}/hil-decisions/{}", run_path(run), encode(node))
}

fn get_run_call(run: &str) -> Request {
    Request::get(run_path(run))
}

fn steps_call(run: &str) -> Request {
    Request::get(format!("{}/steps", run_path(run)))
}

/// A write that Retab takes once for each `command_id`.
fn command(run: &str, verb: &str, key: &str) -> Request {
    let mut body = Map::new();
    body.insert("command_id".into(), key.into());
    Request::write(Post, format!("{}/{verb}", run_path(run))).json(&Json::Object(body)).keyed()
}

pub(super) fn answer(reply: Reply, call: &str) -> Result<Json, ApiError> {
    crate::wire::error::answer(reply, call, complain)
}

/// One request whose answer is decoded by `read`.
pub(super) fn decoded<T: 'static>(request: Request, read: impl FnOnce(Json) -> Result<T, Malformed> + 'static) -> Operation<T> {
    super::decoded(request, complain, read)
}

/// FastAPI's envelope: `detail` is a text, `{code, message, details}`, or a list of `{loc, msg, type}`.
pub(super) fn complain(envelope: Json) -> Complaint {
    let mut complaint = Complaint::default();
    match envelope.get("detail") {
        Some(Json::String(text)) => complaint.detail = Some(text.clone()),
        Some(Json::Object(detail)) => {
            let part = |name: &str| detail.get(name).filter(|value| !value.is_null() && !run::is_empty(value)).map(plain);
            let message = part("message").or_else(|| part("code"));
            complaint.detail = match (message, part("details")) {
                (Some(message), Some(details)) => Some(format!("{message} ({details})")),
                (message, details) => message.or(details),
            };
        }
        Some(Json::Array(items)) => {
            for item in items.iter().take(100) {
                let path: Vec<_> = item.get("loc").and_then(Json::as_array).into_iter().flatten().map(plain).collect();
                let path = path.strip_prefix(&["body".to_owned()]).unwrap_or(&path).join(".");
                let message = item.get("msg").map(plain).unwrap_or_default();
                complaint.fields.push((path, crate::wire::error::bounded(&message)));
            }
            let lines: Vec<_> = complaint.fields.iter().map(|(path, message)| format!("{path}: {message}")).collect();
            complaint.detail = (!lines.is_empty()).then(|| lines.join("; "));
        }
        _ => {}
    }
    complaint
}

pub(super) fn flows(value: Json) -> Result<Page<Flow>, Malformed> {
    let (after, items) = read(value, "list", |fields| (list::Marks::take(fields).after, fields.needed_list("data", "list.data")))?;
    let (items, unread) = those_read(items, flow);
    Ok(Page {
        unread,
        older: after.map(|mark| Place::After(items.last().map_or(mark, |flow: &Flow| flow.id.clone()))),
        items,
        total: None,
        newer: None,
        first_number: Numbering::Underivable(NoNumber::NoTotal),
        quota: None,
    })
}

pub(super) fn flow(value: Json) -> Result<Flow, Unfit> {
    lenient(value, "workflow", &["id"], |fields| {
        let id = fields.required("id");
        Flow {
            name: fields.words("name").unwrap_or_else(|| id.clone()),
            description: fields.words("description"),
            version: None,
            active: None,
            runs: None,
            other: fields.rest(),
            id,
        }
    })
}

fn detail(calls: &[String; 2], replies: Vec<Reply>) -> Result<RunDetail, ApiError> {
    let mut answers = replies.into_iter().zip(calls).map(|(reply, call)| answer(reply, call));
    let mut next = || answers.next().unwrap_or_else(|| Err(ApiError::new(ErrorKind::Malformed, "an answer is missing")));
    let raw_run = next()?;
    // A run whose step documents are gone still has its summaries.
    let raw_steps = match next() {
        Ok(list) => Some(list),
        Err(error) if error.kind == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let mut detail = run::read(raw_run.clone()).map_err(|unfit| ApiError::malformed(&why(unfit), &calls[0]))?;
    detail.raw.push((calls[0].clone(), raw_run));
    if let Some(list) = raw_steps {
        let full = crate::value::json::list(list.clone(), "steps").map(steps::read_list);
        let full = full.map_err(|problem| ApiError::malformed(&problem, &calls[1]))?;
        let merged = steps::merge(std::mem::take(&mut detail.steps), full);
        run::set_steps(&mut detail, merged);
        review::tell_about(&mut detail);
        detail.raw.push((calls[1].clone(), list));
    }
    detail.history = history::derive(&detail);
    Ok(detail)
}

/// `cancellation_failed` comes with HTTP 200 too: then, why.
fn cancelled(value: Json, run_of: fn(Json) -> Result<RunDetail, Unfit>) -> Result<Result<ActionOutcome, String>, Malformed> {
    let (word, run) = read(value, "cancellation", |fields| (fields.text("cancellation_status").unwrap_or_default(), fields.take("run")))?;
    let run = run.map(run_of).transpose().map_err(why)?;
    let status = run.as_ref().map(|detail| &detail.run.status);
    Ok(Ok(match word.as_str() {
        "cancelled" => ActionOutcome::Done,
        "cancellation_failed" => {
            let why = run.as_ref().and_then(cancel_error);
            return Ok(Err(why.unwrap_or_else(|| status.map_or(word, |status| status.raw.clone()))));
        }
        _ if status.is_some_and(|status| status.kind == StatusKind::Cancelled) => ActionOutcome::Done,
        // `cancellation_requested`, or a word of later days: the run will tell.
        _ => ActionOutcome::Requested,
    }))
}

fn cancel_error(detail: &RunDetail) -> Option<String> {
    use crate::model::{FactName, FactValue};
    [FactName::CancelSignalError, FactName::CancelNativeError, FactName::CancelConfirmationError].into_iter().find_map(|name| {
        match run::fact(&detail.facts, name) {
            Some(FactValue::Text(text)) => Some(text.clone()),
            _ => None,
        }
    })
}
