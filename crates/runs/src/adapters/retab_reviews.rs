//! Today's live Retab: runs with a lifecycle, steps as a resource of their own, and reviews with content-addressed versions
//! (<https://docs.retab.com/api-reference/workflows>, shapes as in the vendor's Python package `retab` 0.0.160).

mod decide;
mod detail;
mod lineage;
mod list;
mod reading;
mod reviews;
mod run;
mod sources;
mod start;
mod steps;

use super::retab::{answer, cancel, decoded, delete, file_link, flows, run_path};
use super::why;
use crate::adapters::capability::{Capabilities, Deletion, NumberSource, RejectReason, Rerun, ReviewStyle, Seek, StartStyle};
use crate::adapters::filter::{Filters, Listed};
use crate::adapters::query::RunQuery;
use crate::adapters::route::{About, Items, KeyHeader, Named, Relayed, Route};
use crate::adapters::{Adapter, FlowInputs, FlowQuery, RunAdapter, RunRef, StartRequest};
use crate::model::review::{Intent, Outcome, Review};
use crate::model::source::SourceLocation;
use crate::model::{ActionOutcome, FileLink, Flow, Page, Place, Run, RunDetail, Started};
use crate::value::percent::encode;
use crate::wire::http::Method::{Delete, Get, Post};
use crate::wire::http::Request;
use crate::wire::operation::Operation;

const RUN: Named = Named::Segment(2);
const REVIEW: Named = Named::Segment(2);
pub(super) const FLOW_FIELD: &str = super::retab::FLOW_FIELD;

const ROUTES: &[Route] = &[
    Route::new(Get, "workflows").about(About::Flows(Items::at("data"))),
    Route::new(Get, "workflows/*").of_flow(Named::Segment(1)),
    Route::new(Get, "workflows/blocks").of_flow(Named::Query(FLOW_FIELD)),
    Route::new(Get, "workflows/versions/*").of_flow(Named::Query(FLOW_FIELD)),
    Route::new(Get, "workflows/runs").about(About::List(Items::at("data").by(FLOW_FIELD))),
    Route::new(Post, "workflows/runs").of_flow(Named::Body(FLOW_FIELD)),
    Route::new(Get, "workflows/runs/*").of_run(RUN),
    Route::new(Delete, "workflows/runs/*").of_run(RUN),
    Route::new(Post, "workflows/runs/*/cancel").of_run(RUN),
    Route::new(Get, "files/*/download-link"),
    Route::new(Get, "extractions/*/sources"),
    Route::new(Get, "workflows/steps").of_run(Named::Query("run_id")),
    Route::new(Get, "workflows/reviews").about(About::List(Items::at("data").by(FLOW_FIELD))),
    Route::new(Get, "workflows/reviews/*").of_review(REVIEW),
    Route::new(Get, "workflows/reviews/versions").of_review(Named::Query("review_id")),
    Route::new(Post, "workflows/reviews/versions").of_review(Named::Body("review_id")).decides(),
    Route::new(Post, "workflows/reviews/*/approve").of_review(REVIEW).decides(),
    Route::new(Post, "workflows/reviews/*/reject").of_review(REVIEW).decides(),
];

#[derive(Clone, Copy, Debug)]
pub struct RetabReviews;

impl RetabReviews {
    pub const RELAYED: Relayed = Relayed {
        routes: ROUTES,
        key_headers: &[KeyHeader::Bearer, KeyHeader::Named("api-key")],
        flow_field: FLOW_FIELD,
        login: None,
        at_once: None,
    };
}

impl Adapter for RetabReviews {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            list_all: true,
            page_sizes: &[25, 50, 100],
            walks_back: true,
            status_filter: list::FILTERABLE,
            status_filter_many: false,
            filters: Filters { triggers: 1, created: true, duration: true },
            listed: Listed::ALL,
            numbers: NumberSource::None,
            seek: Seek::Id,
            flow_search: false,
            review: ReviewStyle::ApproveReject,
            reject_reason: RejectReason::Required,
            claims: false,
            versions: true,
            cancel: true,
            rerun: Rerun::None,
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

impl RunAdapter for RetabReviews {
    fn get_run(&self, run: &RunRef) -> Operation<RunDetail> {
        detail::get(run)
    }

    fn describe_inputs(&self, flow: &str) -> Operation<FlowInputs> {
        start::describe(flow)
    }

    fn start(&self, request: StartRequest) -> Operation<Started> {
        start::start(request)
    }

    fn get_review(&self, run: &RunRef, review: &str) -> Operation<Review> {
        reading::get(&run.id, review)
    }

    fn decide(&self, read: &Review, intent: &Intent) -> Operation<Outcome> {
        decide::decide(read, intent)
    }

    fn confirm(&self, read: &Review, intent: &Intent) -> Operation<Outcome> {
        decide::confirm(read, intent)
    }

    fn sources(&self, review: &Review) -> Operation<Vec<SourceLocation>> {
        sources::get(review)
    }

    fn file_link(&self, file: &str) -> Operation<FileLink> {
        file_link(file)
    }

    fn get_status(&self, run: &RunRef) -> Operation<Run> {
        decoded(Request::get(run_path(&run.id)), |value| Ok(run::read(value).map_err(why)?.run))
    }

    fn cancel(&self, run: &RunRef, key: &str) -> Operation<ActionOutcome> {
        cancel(run, key, run::read)
    }

    fn delete(&self, run: &RunRef) -> Operation<ActionOutcome> {
        delete(run)
    }
}

/// The flow of a review; where it names none, its run's.
pub(super) fn flow_of_review(id: &str) -> Operation<String> {
    decoded(reading::get_review(id), reviews::review).and_then(|asked| match asked {
        Ok(asked) if asked.flow.is_empty() => RetabReviews.get_status(&RunRef { id: asked.run, flow: None }).map(|run| run.flow),
        Ok(asked) => Operation::done(asked.flow),
        Err(error) => Operation::fail(error),
    })
}

fn review_path(review: &str) -> String {
    format!("workflows/reviews/{}", encode(review))
}
