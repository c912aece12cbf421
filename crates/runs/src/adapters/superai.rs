//! SuperAI Flows (<https://docs.flows.super.ai>): runs are flow executions, steps are task executions.

mod assignments;
mod calls;
mod decide;
mod decode;
mod definition;
mod detail;
mod history;
mod inputs;
mod reading;

use super::{unread, why};
use crate::adapters::capability::{Capabilities, Deletion, NumberSource, RejectReason, Rerun, ReviewStyle, Seek, StartStyle};
use crate::adapters::filter::{Created, Filters, Listed};
use crate::adapters::query::RunQuery;
use crate::adapters::route::{About, Items, KeyHeader, Named, Relayed, Route};
use crate::adapters::{Adapter, FlowInputs, FlowQuery, RunAdapter, RunRef, StartRequest};
use crate::model::review::{Holder, Intent, Outcome, Review};
use crate::model::status::StatusKind;
use crate::model::{ActionOutcome, FileLink, FilePlace, Flow, Numbering, Page, Place, Run, RunDetail, Started, Statistics};
use crate::value::json::{Json, Malformed, Map, list};
use crate::value::percent::encode;
use crate::value::time::Timestamp;
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::fields::{all, read, those_read};
use crate::wire::http::{Method, Request};
use crate::wire::operation::Operation;

#[derive(Clone, Copy, Debug)]
pub struct SuperAi;

/// Beyond it the vendor only goes on from an id.
const LAST_PAGE: u32 = 10_000;
const MAX_PAGE_SIZE: u32 = 1_000;
const DEFAULT_PAGE_SIZE: u32 = 50;
/// The vendor's largest page of flows.
const FLOWS_A_PAGE: u32 = 100;
const WAITING_A_PAGE: u32 = 100;

/// The member of whatever is one flow's that names it.
pub(super) const FLOW_FIELD: &str = "flow_id";
const RUN: Named = Named::Segment(1);
const REVIEW: Named = Named::Segment(1);
const RUN_PARAMETER: Named = Named::Query("flow_execution_id");

const ROUTES: &[Route] = &[
    Route::new(Method::Get, "flows").about(About::Flows(Items::at("flows"))),
    Route::new(Method::Get, "flows/*").of_flow(Named::Segment(1)),
    Route::new(Method::Get, "flow-executions").of_flow(Named::Query(FLOW_FIELD)),
    Route::new(Method::Post, "flow-executions").of_flow(Named::Body(FLOW_FIELD)),
    Route::new(Method::Get, "flow-executions/*").of_run(RUN),
    Route::new(Method::Delete, "flow-executions/*").of_run(RUN),
    Route::new(Method::Post, "flow-executions/*/cancel").of_run(RUN),
    Route::new(Method::Post, "flow-executions/*/execute").of_run(RUN),
    Route::new(Method::Post, "files/resolve").reads(),
    Route::new(Method::Post, "flows/download-url").reads(),
    Route::new(Method::Get, "task-executions").of_run(RUN_PARAMETER),
    Route::new(Method::Get, "human-review-tasks/by-execution").of_run(RUN_PARAMETER),
    Route::new(Method::Get, "human-review-tasks/*").of_review(REVIEW),
    Route::new(Method::Get, "human-review-tasks/*/assignments").of_review(REVIEW),
    Route::new(Method::Post, "human-review-tasks/*/start").of_review(REVIEW).decides(),
    Route::new(Method::Post, "human-review-tasks/*/unstart").of_review(REVIEW).decides(),
    Route::new(Method::Post, "human-review-tasks/*/complete").of_review(REVIEW).decides(),
];

/// The older generation's word for what runs; the one of now refuses to be asked for it.
const OLDER: &str = "in_progress";

const FILTERS: &[(StatusKind, &str)] = &[
    (StatusKind::Queued, "queued"),
    (StatusKind::Running, "running"),
    (StatusKind::Running, OLDER),
    (StatusKind::Waiting, "awaiting_input"),
    (StatusKind::Completed, "completed"),
    (StatusKind::CompletedEdited, "edited"),
    (StatusKind::Failed, "failed"),
    (StatusKind::Cancelling, "cancel_requested"),
    (StatusKind::Cancelled, "cancelled"),
    (StatusKind::Stale, "stale"),
];

impl SuperAi {
    pub const RELAYED: Relayed = Relayed {
        routes: ROUTES,
        key_headers: &[KeyHeader::Named("x-api-key"), KeyHeader::Bearer],
        flow_field: FLOW_FIELD,
        login: None,
        at_once: None,
    };
}

impl Adapter for SuperAi {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            list_all: false,
            page_sizes: &[25, 50, 100, 250, 500, 1_000],
            walks_back: true,
            status_filter: &[
                StatusKind::Queued,
                StatusKind::Running,
                StatusKind::Waiting,
                StatusKind::Completed,
                StatusKind::CompletedEdited,
                StatusKind::Failed,
                StatusKind::Cancelling,
                StatusKind::Cancelled,
                StatusKind::Stale,
            ],
            status_filter_many: true,
            filters: Filters { triggers: 0, created: true, duration: false },
            listed: Listed { triggers: &[], durations: false, texts: false },
            numbers: NumberSource::Native,
            seek: Seek::Page { last: LAST_PAGE, largest: MAX_PAGE_SIZE },
            flow_search: true,
            review: ReviewStyle::Complete,
            reject_reason: RejectReason::Unsupported,
            claims: true,
            versions: false,
            cancel: true,
            rerun: Rerun::SameRun,
            delete: Deletion::Hidden,
            start: StartStyle::Json,
            markdown: false,
            files: true,
            keeps_history: false,
        }
    }

    fn list_flows(&self, query: &FlowQuery) -> Operation<Page<Flow>> {
        let page = if let Place::Number(page) = query.place { page.clamp(1, LAST_PAGE) } else { 1 };
        let mut request = Request::get("flows").with("page", page.to_string()).with("page_size", FLOWS_A_PAGE.to_string());
        if !query.search.is_empty() {
            request = request.with("search", query.search.as_str());
        }
        calls::ask(request, move |answer, call| {
            let found = calls::decoded(answer, call, flows);
            Operation::Done(found.map(|((items, unread), total)| {
                let more = u64::from(page) * u64::from(FLOWS_A_PAGE) < total && page < LAST_PAGE;
                let older = more.then_some(Place::Number(page + 1));
                Page { items, total: Some(total), older, newer: newer(page), first_number: Numbering::Native, quota: None, unread }
            }))
        })
    }

    fn list_runs(&self, query: &RunQuery) -> Operation<Page<Run>> {
        let Some(flow) = &query.flow else { return Operation::fail(one_flow()) };
        let mut words = Vec::new();
        for wanted in &query.statuses {
            words.extend(FILTERS.iter().filter(|(kind, _)| kind == wanted).map(|(_, word)| *word));
        }
        if words.is_empty() && !query.statuses.is_empty() {
            return Operation::fail(ApiError::unsupported("a filter by this status"));
        }
        let size = if query.limit == 0 { DEFAULT_PAGE_SIZE } else { query.limit.min(MAX_PAGE_SIZE) };
        let Created::Between(from, to) = query.filter.created else { return list_page(flow, &words, &query.place, size, "desc", &[]) };
        let bounds: Vec<_> =
            [("created_after", from), ("created_before", to)].into_iter().filter_map(|(name, at)| Some((name, at?))).collect();
        list_page(flow, &words, &query.place, size, "desc", &bounds)
    }

    fn list_waiting(&self, flow: Option<&str>, place: &Place) -> Operation<Page<Run>> {
        match flow {
            Some(flow) => list_page(flow, &["awaiting_input"], place, WAITING_A_PAGE, "asc", &[]).map(super::askable),
            None => Operation::fail(one_flow()),
        }
    }
}

impl RunAdapter for SuperAi {
    fn get_run(&self, run: &RunRef) -> Operation<RunDetail> {
        let id = run.id.clone();
        calls::gather(&run.id, run.flow.as_deref(), &calls::Reviews::OfRun)
            .and_then(move |gathered| Operation::Done(gathered.and_then(|gathered| detail::run_detail(gathered, &id))))
    }

    fn describe_inputs(&self, flow: &str) -> Operation<FlowInputs> {
        inputs::describe(flow)
    }

    /// How often a flow was executed is all that the vendor counts; it does not say that deleted runs are left out.
    fn statistics(&self, flow: Option<&str>) -> Operation<Statistics> {
        let Some(flow) = flow else { return Operation::done(Statistics::default()) };
        calls::ask(Request::get(format!("flows/{}", encode(flow))), |answer, call| {
            let total = calls::decoded(answer, call, |value| definition::flow(value).map_err(why)).map(|flow| flow.runs);
            Operation::Done(total.map(|total| Statistics { total, with_deleted: true, ..Statistics::default() }))
        })
    }

    fn start(&self, request: StartRequest) -> Operation<Started> {
        inputs::start(request)
    }

    fn get_review(&self, run: &RunRef, review: &str) -> Operation<Review> {
        let call = format!("GET {}", calls::review_path(review));
        reading::read_held(&run.id, run.flow.as_deref(), review).and_then(move |reading| match reading {
            Ok(reading::Reading::Found(review)) => Operation::done(*review),
            Ok(reading::Reading::Missing(_)) => Operation::fail(ApiError {
                call: call.into(),
                ..ApiError::new(ErrorKind::NotFound, "the review was not found, or its run was deleted")
            }),
            Err(error) => Operation::fail(error),
        })
    }

    fn decide(&self, read: &Review, intent: &Intent) -> Operation<Outcome> {
        decide::decide(read, intent)
    }

    fn confirm(&self, read: &Review, intent: &Intent) -> Operation<Outcome> {
        decide::confirm(read, intent)
    }

    fn claim(&self, _run: &RunRef, review: &str) -> Operation<Option<Holder>> {
        assignments::claim(review)
    }

    fn holder(&self, _run: &RunRef, review: &str) -> Operation<Option<Holder>> {
        assignments::read_holder(review)
    }

    fn release(&self, _run: &RunRef, review: &str) -> Operation<()> {
        assignments::release(review)
    }

    /// <https://docs.flows.super.ai/getting-started/downloading-files>: `gs://` addresses and file keys, good for an hour.
    fn file_link(&self, file: &str) -> Operation<FileLink> {
        let (path, name) = if file.starts_with("gs://") { ("files/resolve", "uri") } else { ("flows/download-url", "file_key") };
        let body = Map::from_iter([(name.to_owned(), Json::from(file))]);
        // Nothing changes by asking for an address, so it may be asked for again.
        let request = calls::post(path.into()).json(&Json::Object(body)).keyed();
        calls::ask(request, |answer, call| {
            let link = |value| {
                read(value, "file", |fields| FileLink {
                    place: FilePlace::Address(fields.required("download_url")),
                    name: None,
                    media_type: None,
                })
            };
            Operation::Done(calls::decoded(answer, call, link))
        })
    }

    fn get_status(&self, run: &RunRef) -> Operation<Run> {
        calls::ask(calls::get_execution(&run.id), |answer, call| {
            Operation::Done(calls::read_execution(answer, call).map(|execution| execution.run))
        })
    }

    fn cancel(&self, run: &RunRef, _key: &str) -> Operation<ActionOutcome> {
        calls::write(calls::post(format!("{}/cancel", calls::execution_path(&run.id)))).map(|()| ActionOutcome::Requested)
    }

    fn rerun(&self, run: &RunRef, _key: &str) -> Operation<ActionOutcome> {
        let request = calls::post(format!("{}/execute", calls::execution_path(&run.id))).with("only_stale", "false");
        calls::write(request).map(|()| ActionOutcome::Requested)
    }

    fn delete(&self, run: &RunRef) -> Operation<ActionOutcome> {
        // Documented as idempotent.
        calls::write(Request::write(Method::Delete, calls::execution_path(&run.id)).keyed()).map(|()| ActionOutcome::Done)
    }
}

fn one_flow() -> ApiError {
    ApiError::unsupported("listing the runs of all flows: SuperAI lists the runs of one flow; choose a flow")
}

fn newer(page: u32) -> Option<Place> {
    match page {
        0 | 1 => None,
        2 => Some(Place::First),
        _ => Some(Place::Number(page - 1)),
    }
}

/// One page of a flow's executions. The vendor gives no total: a full page means that there may be another.
fn list_page(
    flow: &str,
    statuses: &[&str],
    place: &Place,
    size: u32,
    direction: &str,
    bounds: &[(&'static str, Timestamp)],
) -> Operation<Page<Run>> {
    let mut request = Request::get("flow-executions")
        .with("flow_id", flow)
        .with("sort_field", "created_at")
        .with("sort_direction", direction)
        .with("include_run_number", "true")
        .with("page_size", size.to_string());
    let page = match place {
        Place::Number(page) => Some((*page).clamp(1, LAST_PAGE)),
        Place::After(id) => {
            request = request.with("start_from_execution_id", id.as_str());
            None
        }
        _ => Some(1),
    };
    if let Some(page) = page {
        request = request.with("page", page.to_string());
    }
    for word in statuses {
        request = request.with("status", *word);
    }
    for (name, at) in bounds {
        request = request.with(name, at.iso());
    }
    let without = statuses.contains(&OLDER).then(|| {
        let known: Vec<&str> = statuses.iter().copied().filter(|word| *word != OLDER).collect();
        list_page(flow, &known, place, size, direction, bounds)
    });
    calls::ask(request, move |answer, call| {
        if let (Some(without), Err(error)) = (without, &answer)
            && error.kind == ErrorKind::Invalid
        {
            return without;
        }
        Operation::Done(calls::decoded(answer, call, executions).map(|items| {
            let full = items.len() >= size as usize;
            let older = match (page, items.last()) {
                (Some(page), Some(_)) if full && page < LAST_PAGE => Some(Place::Number(page + 1)),
                (_, Some(last)) if full && last.named() => Some(Place::After(last.id.clone())),
                _ => None,
            };
            let newer = page.and_then(newer);
            Page { items, total: None, older, newer, first_number: Numbering::Native, quota: None, unread: Vec::new() }
        }))
    })
}

fn executions(value: Json) -> Result<Vec<Run>, Malformed> {
    Ok(all(list(value, "flow executions")?, |item| decode::execution(item).map(|execution| execution.run), unread))
}

/// The flows, what could not be read of them, and how many there are.
type Flows = ((Vec<Flow>, Vec<String>), u64);

/// The flow of a review, by the run that it is of.
pub(super) fn flow_of_review(id: &str) -> Operation<String> {
    let read = calls::ask(Request::get(calls::review_path(id)), |answer, call| {
        Operation::Done(calls::decoded(answer, call, |value| decode::review_task(value).map(|task| task.run)))
    });
    read.and_then(|run| match run {
        Ok(id) => SuperAi.get_status(&RunRef { id, flow: None }).map(|run| run.flow),
        Err(error) => Operation::fail(error),
    })
}

fn flows(value: Json) -> Result<Flows, Malformed> {
    let (items, total) = read(value, "flows", |fields| (fields.needed_list("flows", "flows"), fields.count("total")))?;
    let total = total.unwrap_or(items.len() as u64);
    Ok((those_read(items, definition::flow), total))
}
