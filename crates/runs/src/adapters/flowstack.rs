//! FlowStack (<https://docs.onflowstack.com/api/overview>): runs are listed per flow; there is no paused state and nothing to decide.

mod decode;
mod find;

use super::{unread, why};
use crate::adapters::capability::{Capabilities, Deletion, NumberSource, RejectReason, Rerun, ReviewStyle, Seek, StartStyle};
use crate::adapters::filter::{Filters, Listed};
use crate::adapters::query::RunQuery;
use crate::adapters::route::{About, Items, KeyHeader, Named, Relayed, Route};
use crate::adapters::{Adapter, FlowInputs, FlowQuery, InputField, InputKind, InputValue, RunAdapter, RunRef, StartRequest};
use crate::model::status::StatusKind;
use crate::model::{Flow, NoNumber, Numbering, Page, Place, Quota, Run, RunDetail, Started, Statistics, TriggerKind};
use crate::value::json::{Json, Malformed, Map};
use crate::value::percent::encode;
use crate::wire::error::{ApiError, ErrorKind, accept};
use crate::wire::fields::{all, those_read};
use crate::wire::http::{Method, Reply, Request, Response};
use crate::wire::operation::Operation;

pub use decode::{Stats, stats};

#[derive(Clone, Copy, Debug)]
pub struct FlowStack;

const MAX_PAGE_SIZE: u32 = 100;
const DEFAULT_PAGE_SIZE: u32 = 50;

/// The member of a run that names its flow.
pub(super) const FLOW_FIELD: &str = "flowId";
const FLOW: Named = Named::Segment(1);

const ROUTES: &[Route] = &[
    Route::new(Method::Get, "flows").about(About::Flows(Items::at("data"))),
    Route::new(Method::Get, "flows/*").of_flow(FLOW),
    Route::new(Method::Get, "flows/*/runs").of_flow(FLOW),
    Route::new(Method::Post, "flows/*/runs").of_flow(FLOW),
    Route::new(Method::Get, "flows/*/runs/*").of_flow(FLOW),
];

const FILTERS: &[(StatusKind, &str)] =
    &[(StatusKind::Running, "RUNNING"), (StatusKind::Completed, "SUCCEEDED"), (StatusKind::Failed, "FAILED")];

impl FlowStack {
    pub const RELAYED: Relayed =
        Relayed { routes: ROUTES, key_headers: &[KeyHeader::Bearer], flow_field: FLOW_FIELD, login: None, at_once: None };
}

impl Adapter for FlowStack {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            list_all: false,
            page_sizes: &[25, 50, 100],
            walks_back: false,
            status_filter: &[StatusKind::Running, StatusKind::Completed, StatusKind::Failed],
            status_filter_many: false,
            filters: Filters::NONE,
            listed: Listed {
                triggers: &[TriggerKind::Manual, TriggerKind::Api, TriggerKind::Schedule, TriggerKind::Webhook],
                texts: false,
                ..Listed::ALL
            },
            numbers: NumberSource::Derived,
            seek: Seek::Sequential,
            flow_search: false,
            review: ReviewStyle::None,
            reject_reason: RejectReason::Unsupported,
            claims: false,
            versions: false,
            cancel: false,
            rerun: Rerun::None,
            delete: Deletion::None,
            start: StartStyle::Json,
            markdown: false,
            files: false,
            keeps_history: false,
        }
    }

    fn quota(&self, response: &Response) -> Option<Quota> {
        decode::quota(response)
    }

    fn list_flows(&self, query: &FlowQuery) -> Operation<Page<Flow>> {
        let request = paged(Request::get("flows"), MAX_PAGE_SIZE, &query.place);
        let call = request.call();
        Operation::one(request, move |reply| Operation::Done(read_page(reply, &call, flows)))
    }

    fn list_runs(&self, query: &RunQuery) -> Operation<Page<Run>> {
        let Some(flow) = &query.flow else {
            return Operation::fail(ApiError::unsupported(
                "listing the runs of all flows: FlowStack lists the runs of one flow; choose a flow",
            ));
        };
        let size = if query.limit == 0 { DEFAULT_PAGE_SIZE } else { query.limit.min(MAX_PAGE_SIZE) };
        let mut request = paged(Request::get(runs_path(flow)), size, &query.place);
        match query.statuses.as_slice() {
            [] => {}
            [one] => match FILTERS.iter().find(|(kind, _)| kind == one) {
                Some((_, word)) => request = request.with("status", *word),
                None => return Operation::fail(ApiError::unsupported("a filter by this status")),
            },
            _ => return Operation::fail(ApiError::unsupported("a filter by several statuses: FlowStack filters by one")),
        }
        let first = !matches!(query.place, Place::Cursor(_));
        let numbers = match (query.statuses.is_empty(), first, query.first_number) {
            _ if query.plain => Numbering::Underivable(NoNumber::AllFlows),
            (false, _, _) => Numbering::Underivable(NoNumber::Filtered),
            (true, true, _) => return with_stats(request, flow),
            (true, false, Some(number)) => Numbering::From(number),
            (true, false, None) => Numbering::Underivable(NoNumber::UnknownPlace),
        };
        let call = request.call();
        Operation::one(request, move |reply| {
            Operation::Done(read_page(reply, &call, runs).map(|page| Page { first_number: numbers, ..page }))
        })
    }

    /// The vendor has no paused state: nothing ever waits, and nothing is asked.
    fn list_waiting(&self, _flow: Option<&str>, _place: &Place) -> Operation<Page<Run>> {
        Operation::done(Page {
            items: Vec::new(),
            total: Some(0),
            older: None,
            newer: None,
            first_number: Numbering::From(0),
            quota: None,
            unread: Vec::new(),
        })
    }
}

impl RunAdapter for FlowStack {
    fn get_run(&self, run: &RunRef) -> Operation<RunDetail> {
        match &run.flow {
            Some(flow) => find::get(flow, &run.id),
            None => find::search(&run.id),
        }
    }

    fn describe_inputs(&self, flow: &str) -> Operation<FlowInputs> {
        let request = Request::get(format!("flows/{}", encode(flow)));
        let call = request.call();
        Operation::one(request, move |reply| {
            Operation::Done(
                answer(reply, &call).and_then(|(value, _)| decode::one_flow(value).map_err(|unfit| malformed(&why(unfit), &call))).map(
                    |flow| {
                        let kind = InputKind::Json { example: Json::Object(Map::new()) };
                        FlowInputs {
                            flow,
                            fields: vec![InputField { key: String::new(), label: "Trigger data".into(), required: false, kind }],
                        }
                    },
                ),
            )
        })
    }

    fn statistics(&self, flow: Option<&str>) -> Operation<Statistics> {
        let Some(flow) = flow else { return Operation::done(Statistics::default()) };
        let request = Request::get(run_path(flow, "stats"));
        let call = request.call();
        Operation::one(request, move |reply| {
            Operation::Done(answer(reply, &call).and_then(|(value, quota)| {
                let stats = stats(value).map_err(|problem| malformed(&problem, &call))?;
                let ended = stats.succeeded.zip(stats.failed).map(|(succeeded, failed)| succeeded.saturating_add(failed));
                Ok(Statistics {
                    total: stats.total,
                    succeeded: stats.succeeded,
                    failed: stats.failed,
                    // The vendor knows no third end.
                    under_way: stats.total.zip(ended).and_then(|(total, ended)| total.checked_sub(ended)),
                    mean_ms: stats.average_ms.filter(|_| ended != Some(0)),
                    last_run: stats.last_run,
                    quota,
                    ..Statistics::default()
                })
            }))
        })
    }

    fn start(&self, request: StartRequest) -> Operation<Started> {
        let mut data = Json::Object(Map::new());
        for (key, value) in request.values {
            match (key.as_str(), value) {
                ("", InputValue::Json(value @ Json::Object(_))) => data = value,
                ("", InputValue::Json(_)) => return Operation::fail(ApiError::new(ErrorKind::Invalid, "the data has to be a JSON object")),
                _ => {
                    let problem = format!("FlowStack starts a flow with one JSON object; \"{key}\" cannot be sent");
                    return Operation::fail(ApiError::new(ErrorKind::Invalid, problem));
                }
            }
        }
        let mut body = Map::new();
        body.insert("data".into(), data);
        let call = Request::write(Method::Post, runs_path(&request.flow)).json(&Json::Object(body));
        let name = call.call();
        Operation::one(call, move |reply| {
            let started = answer(reply, &name).and_then(|(value, _)| decode::run(value).map_err(|unfit| malformed(&why(unfit), &name)));
            Operation::Done(started.map(|run| Started { run }))
        })
    }
}

fn runs_path(flow: &str) -> String {
    format!("flows/{}/runs", encode(flow))
}

fn run_path(flow: &str, run: &str) -> String {
    format!("{}/{}", runs_path(flow), encode(run))
}

fn paged(request: Request, size: u32, place: &Place) -> Request {
    let request = request.with("limit", size.to_string());
    match place {
        Place::Cursor(cursor) => request.with("cursor", cursor.as_str()),
        _ => request,
    }
}

fn malformed(problem: &Malformed, call: &str) -> ApiError {
    ApiError::malformed(problem, call)
}

/// The parsed body, and what is left of the hour's requests.
fn answer(reply: Reply, call: &str) -> Result<(Json, Option<Quota>), ApiError> {
    let response = accept(reply, call, decode::complaint)?;
    let value = crate::value::json::parse_answer(&response.body).map_err(|problem| malformed(&problem, call))?;
    Ok((value, decode::quota(&response)))
}

/// The items of a page, and the text of those that have no place among them.
type ReadItems<T> = (Vec<T>, Vec<String>);

fn flows(items: Vec<Json>) -> ReadItems<Flow> {
    those_read(items, decode::flow)
}

fn runs(items: Vec<Json>) -> ReadItems<Run> {
    (all(items, decode::run, unread), Vec::new())
}

fn read_page<T>(reply: Reply, call: &str, read: fn(Vec<Json>) -> ReadItems<T>) -> Result<Page<T>, ApiError> {
    let (value, quota) = answer(reply, call)?;
    let (items, cursor) = decode::envelope(value).map_err(|problem| malformed(&problem, call))?;
    let (items, unread) = read(items);
    Ok(Page {
        items,
        unread,
        total: None,
        older: cursor.map(Place::Cursor),
        newer: None,
        first_number: Numbering::Underivable(NoNumber::NoTotal),
        quota,
    })
}

/// The first, unfiltered page with the flow's total: its first run is the newest, so its number is the total.
fn with_stats(request: Request, flow: &str) -> Operation<Page<Run>> {
    let stats = Request::get(run_path(flow, "stats"));
    let calls = [request.call(), stats.call()];
    Operation::ask(vec![request, stats], move |replies| {
        let mut replies = replies.into_iter();
        let (Some(list), stats) = (replies.next(), replies.next()) else {
            return Operation::fail(ApiError::new(ErrorKind::GatewayUnreachable, ""));
        };
        Operation::Done(read_page(list, &calls[0], runs).map(|mut page| {
            // Numbers are an extra: a list without them is better than none.
            let listed = page.quota.map(|quota| quota.remaining);
            if let Some(Ok((value, quota))) = stats.map(|reply| answer(reply, &calls[1])) {
                number(&mut page, decode::stats(value).ok());
                page.quota = quota.or(page.quota);
            }
            // Both were asked at once: whichever was counted last says what is left.
            if let Some(quota) = &mut page.quota {
                quota.remaining = quota.remaining.min(listed.unwrap_or(u32::MAX));
                quota.cost = 2;
            }
            page
        }))
    })
}

fn number(page: &mut Page<Run>, stats: Option<Stats>) {
    let Some((total, stats)) = stats.and_then(|stats| Some((stats.total?, stats))) else { return };
    page.total = Some(total);
    let newest = page.items.first().and_then(|run| run.started_at);
    let whole = page.older.is_none();
    // Read one after the other: only if both saw the same newest run do total and list belong together.
    let same = newest == stats.last_run && (!whole || page.items.len() as u64 == total);
    page.first_number =
        if same && total >= page.items.len() as u64 { Numbering::From(total) } else { Numbering::Underivable(NoNumber::Moving) };
}
