//! Prefect 3 (<https://docs.prefect.io/v3/api-ref/rest-api>), as seen on running servers of 3.9.1: flows are deployments, runs flow
//! runs, steps task runs; a run that is paused or suspended is a review.
//!
//! Of this file a first visit carries what is known without asking; the rest comes late.

mod actions;
mod calls;
mod cursor;
mod decide;
mod decode;
mod detail;
mod evidence;
mod filters;
mod list;
mod review;
mod tasks;

use super::late::{self, Lists};
use crate::adapters::capability::{Capabilities, Deletion, NumberSource, RejectReason, Rerun, ReviewStyle, Seek, StartStyle};
use crate::adapters::filter::{Filters, Listed};
use crate::adapters::query::RunQuery;
use crate::adapters::route::{About, Items, KeyHeader, Named, Relayed, Route};
use crate::adapters::{Adapter, FlowInputs, FlowQuery, RunAdapter, RunRef, StartRequest};
use crate::model::review::{Intent, Outcome, Review};
use crate::model::status::StatusKind;
use crate::model::{ActionOutcome, Flow, Page, Place, Run, RunDetail, Started, Statistics, TriggerKind};
use crate::wire::http::Method::{Delete, Get, Post};
use crate::wire::operation::Operation;

#[derive(Clone, Copy, Debug)]
pub struct Prefect;

/// The member of a run that names its flow.
pub(super) const FLOW_FIELD: &str = "deployment_id";

const RUN: Named = Named::Segment(1);
/// Of a run, which state it is in.
const STATE: &[&str] = &["/state/id"];

const ROUTES: &[Route] = &[
    Route::new(Post, "deployments/filter").about(About::Flows(Items::at(""))).reads(),
    Route::new(Get, "deployments/*").of_flow(Named::Segment(1)),
    Route::new(Post, "deployments/*/create_flow_run").of_flow(Named::Segment(1)),
    Route::new(Post, "flow_runs/filter").about(About::List(Items::at("").by(FLOW_FIELD))).reads(),
    Route::new(Get, "flow_runs/*").of_run(RUN),
    Route::new(Delete, "flow_runs/*").of_run(RUN),
    Route::new(Post, "flow_runs/*/input/filter").of_run(RUN).reads(),
    Route::new(Get, "flow_run_states/").of_run(Named::Query("flow_run_id")),
    Route::new(Post, "flow_runs/*/resume").of_run(RUN).decides().seen(STATE),
    // It rejects, but cancels and reruns just as well: nothing in it tells them apart for sure.
    Route::new(Post, "flow_runs/*/set_state").of_run(RUN).in_turn().seen(STATE),
    // What these are about stands inside a filter, which may name many things.
    Route::new(Post, "flow_runs/count").reads(),
    Route::new(Post, "flows/filter").reads(),
    Route::new(Post, "task_runs/filter").reads(),
    Route::new(Post, "artifacts/filter").reads(),
    Route::new(Post, "logs/filter").reads(),
];

impl Prefect {
    pub const RELAYED: Relayed =
        Relayed { routes: ROUTES, key_headers: &[KeyHeader::Basic, KeyHeader::Bearer], flow_field: FLOW_FIELD, login: None, at_once: None };
}

impl Adapter for Prefect {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            list_all: true,
            page_sizes: &[25, 50, 100],
            // A page is found by the time that it begins at, and only towards older runs.
            walks_back: false,
            status_filter: &[
                StatusKind::Queued,
                StatusKind::Running,
                StatusKind::Waiting,
                StatusKind::Resuming,
                StatusKind::Completed,
                StatusKind::Rejected,
                StatusKind::Failed,
                StatusKind::TimedOut,
                StatusKind::Cancelling,
                StatusKind::Cancelled,
            ],
            status_filter_many: true,
            filters: Filters { triggers: 0, created: true, duration: false },
            listed: Listed { triggers: &[TriggerKind::Schedule, TriggerKind::Webhook, TriggerKind::Api], ..Listed::ALL },
            numbers: NumberSource::Derived,
            seek: Seek::Sequential,
            flow_search: true,
            review: ReviewStyle::ApproveReject,
            reject_reason: RejectReason::Optional,
            claims: false,
            versions: false,
            cancel: true,
            rerun: Rerun::SameRun,
            delete: Deletion::Removed,
            start: StartStyle::Json,
            markdown: true,
            // What a flow returns is kept by its workers; no call gives it.
            files: false,
            keeps_history: true,
        }
    }

    fn list_flows(&self, query: &FlowQuery) -> Operation<Page<Flow>> {
        let query = query.clone();
        late::prefect(move |lists| lists.flows(&query))
    }

    fn list_runs(&self, query: &RunQuery) -> Operation<Page<Run>> {
        let query = query.clone();
        late::prefect(move |lists| lists.runs(&query))
    }

    fn list_waiting(&self, flow: Option<&str>, place: &Place) -> Operation<Page<Run>> {
        let (flow, place) = (flow.map(str::to_owned), place.clone());
        late::prefect(move |lists| lists.waiting(flow.as_deref(), &place))
    }
}

impl Lists for Prefect {
    fn flows(&self, query: &FlowQuery) -> Operation<Page<Flow>> {
        list::flows(query)
    }

    fn runs(&self, query: &RunQuery) -> Operation<Page<Run>> {
        list::runs(query)
    }

    fn waiting(&self, flow: Option<&str>, place: &Place) -> Operation<Page<Run>> {
        list::waiting(flow, place).map(super::askable)
    }
}

impl RunAdapter for Prefect {
    fn get_run(&self, run: &RunRef) -> Operation<RunDetail> {
        detail::get(&run.id)
    }

    fn get_status(&self, run: &RunRef) -> Operation<Run> {
        detail::status(&run.id)
    }

    fn describe_inputs(&self, flow: &str) -> Operation<FlowInputs> {
        actions::describe(flow)
    }

    fn statistics(&self, flow: Option<&str>) -> Operation<Statistics> {
        list::statistics(flow)
    }

    fn start(&self, request: StartRequest) -> Operation<Started> {
        actions::start(request)
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

    fn cancel(&self, run: &RunRef, _key: &str) -> Operation<ActionOutcome> {
        actions::cancel(&run.id)
    }

    fn rerun(&self, run: &RunRef, _key: &str) -> Operation<ActionOutcome> {
        actions::rerun(&run.id)
    }

    fn delete(&self, run: &RunRef) -> Operation<ActionOutcome> {
        actions::delete(&run.id)
    }
}
