//! Airflow 3 (<https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html>), as seen on running servers of 3.3.2 with
//! the standard provider 1.21.0: flows are DAGs, runs DAG runs, steps task instances; a task that awaits input is a review.
//!
//! Ids of its runs are unique within a DAG only, so a run goes by both: `dag:run`. Of this file a first visit carries what is known
//! without asking; the rest comes late.

mod actions;
mod calls;
mod decide;
mod decode;
mod detail;
mod form;
mod list;
mod outputs;
mod review;
mod story;
mod tasks;
mod valid;
mod wait;

use super::late::{self, Lists};
use crate::adapters::capability::{Capabilities, Deletion, NumberSource, RejectReason, Rerun, ReviewStyle, Seek, StartStyle};
use crate::adapters::filter::{Filters, Listed};
use crate::adapters::query::RunQuery;
use crate::adapters::route::{About, Items, KeyHeader, Login, Named, Relayed, Route, Settled};
use crate::adapters::{Adapter, FlowInputs, FlowQuery, RunAdapter, RunRef, StartRequest};
use crate::model::review::{Intent, Outcome, Review};
use crate::model::status::StatusKind;
use crate::model::{ActionOutcome, Flow, Page, Place, Run, RunDetail, Started, Statistics, TriggerKind};
use crate::wire::http::Method::{Delete, Get, Patch, Post};
use crate::wire::operation::Operation;

#[derive(Clone, Copy, Debug)]
pub struct Airflow;

/// The member of a run, a task instance or a question that names its flow.
pub(super) const FLOW_FIELD: &str = "dag_id";

const DAG: Named = Named::Segment(1);

/// Of a task instance: which try it is, and where that stands.
const TASK: &[&str] = &["/id", "/state"];

/// What a task instance is in until it is through.
const UNDER_WAY: &[&str] =
    &["awaiting_input", "deferred", "scheduled", "queued", "running", "restarting", "up_for_retry", "up_for_reschedule"];

/// The vendor's scheduler loses answers that come right after the question (apache/airflow 66374, 71580, 72716), and takes its time
/// with all others: only then it is known what came of one.
const TAKEN: Settled = Settled { at: "/state", under_way: UNDER_WAY, hold_seconds: 10 };

const ROUTES: &[Route] = &[
    Route::new(Get, "dags").about(About::List(Items::at("dags").counted(&["/total_entries"]))),
    Route::new(Get, "dags/*/details").of_flow(DAG),
    // Of all flows the vendor's name is `~`.
    Route::new(Get, "dags/~/dagRuns").about(About::List(Items::at("dag_runs").counted(&["/total_entries"]))),
    Route::new(Get, "dags/*/dagRuns").of_flow(DAG),
    Route::new(Post, "dags/*/dagRuns").of_flow(DAG),
    Route::new(Get, "dags/*/dagRuns/*").of_flow(DAG),
    Route::new(Patch, "dags/*/dagRuns/*").of_flow(DAG),
    Route::new(Delete, "dags/*/dagRuns/*").of_flow(DAG),
    Route::new(Post, "dags/*/dagRuns/*/clear").of_flow(DAG),
    Route::new(Get, "dags/~/dagRuns/~/hitlDetails")
        .about(About::List(Items::at("hitl_details").counted(&["/total_entries"]).of("/task_instance/dag_id"))),
    Route::new(Get, "dags/*/dagRuns/*/hitlDetails").of_flow(DAG),
    Route::new(Get, "dags/*/dagRuns/*/taskInstances").of_flow(DAG),
    Route::new(Get, "dags/*/dagRuns/*/taskInstances/*/*").of_flow(DAG),
    // With a note it rejects, but it sets any task to any state just as well.
    Route::new(Patch, "dags/*/dagRuns/*/taskInstances/*/*").of_flow(DAG).in_turn().seen(TASK),
    Route::new(Get, "dags/*/dagRuns/*/taskInstances/*/*/tries").of_flow(DAG),
    Route::new(Get, "dags/*/dagRuns/*/taskInstances/*/*/hitlDetails").of_flow(DAG),
    Route::new(Patch, "dags/*/dagRuns/*/taskInstances/*/*/hitlDetails").of_flow(DAG).decides().seen(TASK).settles(&TAKEN),
    Route::new(Get, "dags/*/dagRuns/*/taskInstances/*/logs/*").of_flow(DAG),
    Route::new(Get, "dags/*/dagRuns/*/taskInstances/*/xcomEntries").of_flow(DAG),
    Route::new(Get, "dags/*/dagRuns/*/taskInstances/*/xcomEntries/*").of_flow(DAG),
    Route::new(Get, "eventLogs").of_flow(Named::Query("dag_id")),
];

impl Airflow {
    pub const RELAYED: Relayed = Relayed {
        routes: ROUTES,
        key_headers: &[KeyHeader::Login, KeyHeader::Bearer],
        flow_field: FLOW_FIELD,
        login: Some(Login { api: "/api/v2", path: "/auth/token", refused: "Invalid JWT token" }),
        // Its server has 15 connections to its database for 40 threads, and stands still for half a minute once they all wait for one.
        at_once: Some(8),
    };
}

impl Adapter for Airflow {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            list_all: true,
            page_sizes: &[25, 50, 100],
            // The vendor's cursors lead back as well, but not to the run numbers of the page.
            walks_back: false,
            status_filter: &[StatusKind::Queued, StatusKind::Running, StatusKind::Waiting, StatusKind::Completed, StatusKind::Failed],
            status_filter_many: true,
            filters: Filters { triggers: 0, created: true, duration: true },
            listed: Listed { triggers: &[TriggerKind::Manual, TriggerKind::Api, TriggerKind::Schedule], ..Listed::ALL },
            numbers: NumberSource::Derived,
            seek: Seek::Sequential,
            flow_search: true,
            review: ReviewStyle::ApproveReject,
            // Kept as the note of the task.
            reject_reason: RejectReason::Optional,
            claims: false,
            versions: false,
            // Marked failed: the vendor has no state of its own for a run that somebody ended.
            cancel: true,
            rerun: Rerun::SameRun,
            delete: Deletion::Removed,
            start: StartStyle::Json,
            markdown: true,
            files: false,
            keeps_history: true,
        }
    }

    fn list_flows(&self, query: &FlowQuery) -> Operation<Page<Flow>> {
        let query = query.clone();
        late::airflow(move |lists| lists.flows(&query))
    }

    fn list_runs(&self, query: &RunQuery) -> Operation<Page<Run>> {
        let query = query.clone();
        late::airflow(move |lists| lists.runs(&query))
    }

    fn list_waiting(&self, flow: Option<&str>, place: &Place) -> Operation<Page<Run>> {
        let (flow, place) = (flow.map(str::to_owned), place.clone());
        late::airflow(move |lists| lists.waiting(flow.as_deref(), &place))
    }
}

impl Lists for Airflow {
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

impl RunAdapter for Airflow {
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
