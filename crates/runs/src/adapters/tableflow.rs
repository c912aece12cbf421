//! TableFlow v2 (<https://docs.tableflow.com/api-reference>).

mod list;
mod loose;
mod run;
mod start;

use crate::Json;
use crate::adapters::capability::{Capabilities, Deletion, NumberSource, RejectReason, Rerun, ReviewStyle, Seek, StartStyle};
use crate::adapters::filter::{Filters, Listed};
use crate::adapters::query::RunQuery;
use crate::adapters::route::{About, Items, KeyHeader, Named, Relayed, Route};
use crate::adapters::{Adapter, FlowInputs, FlowQuery, RunAdapter, RunRef, StartRequest};
use crate::model::{FileLink, FilePlace, Flow, Page, Place, Run, RunDetail, Started, Statistics, TriggerKind};
use crate::value::json::{Malformed, plain};
use crate::value::percent::encode;
use crate::wire::error::{ApiError, Complaint};
use crate::wire::http::Method::{Get, Post};
use crate::wire::http::{Reply, Request};
use crate::wire::operation::Operation;

/// The member of a run that names its flow.
pub(super) const FLOW_FIELD: &str = "flow_id";

const ROUTES: &[Route] = &[
    Route::new(Get, "flows").about(About::Flows(Items::at(""))),
    Route::new(Post, "flows/*/run").of_flow(Named::Segment(1)),
    Route::new(Get, "flows/runs").about(About::List(Items::at("flow_runs").by(FLOW_FIELD).counted(&["/pagination/total"]))),
    Route::new(Get, "flows/runs/*").of_run(Named::Segment(2)),
    Route::new(Get, "extractions/*/download-original"),
];

#[derive(Clone, Copy, Debug)]
pub struct TableFlow;

impl TableFlow {
    pub const RELAYED: Relayed =
        Relayed { routes: ROUTES, key_headers: &[KeyHeader::Bearer], flow_field: FLOW_FIELD, login: None, at_once: None };
}

impl Adapter for TableFlow {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            list_all: true,
            page_sizes: &[25, 50, 100, 250, 500, 1_000],
            walks_back: true,
            status_filter: list::FILTERABLE,
            status_filter_many: false,
            filters: Filters::NONE,
            listed: Listed { triggers: &[TriggerKind::Manual, TriggerKind::Api], ..Listed::ALL },
            numbers: NumberSource::Derived,
            seek: Seek::Offset,
            flow_search: false,
            // Runs wait in `review`, but no call to decide is documented.
            review: ReviewStyle::ReadOnly,
            reject_reason: RejectReason::Unsupported,
            claims: false,
            versions: false,
            cancel: false,
            rerun: Rerun::None,
            delete: Deletion::None,
            start: StartStyle::Files,
            markdown: false,
            files: true,
            keeps_history: true,
        }
    }

    /// Active flows, all at once; TableFlow cannot search or page them.
    fn list_flows(&self, _query: &FlowQuery) -> Operation<Page<Flow>> {
        decoded(Request::get("flows"), list::flows)
    }

    fn list_runs(&self, query: &RunQuery) -> Operation<Page<Run>> {
        list::list(query)
    }

    /// Of all flows or one, oldest first.
    fn list_waiting(&self, flow: Option<&str>, place: &Place) -> Operation<Page<Run>> {
        list::waiting(flow, place).map(super::askable)
    }
}

impl RunAdapter for TableFlow {
    fn get_run(&self, run: &RunRef) -> Operation<RunDetail> {
        let request = Request::get(format!("flows/runs/{}", encode(&run.id)));
        let call = request.call();
        decoded(request, move |value| {
            let raw = value.clone();
            Ok(RunDetail { raw: vec![(call, raw)], ..run::read(value).map_err(super::why)? })
        })
    }

    fn describe_inputs(&self, flow: &str) -> Operation<FlowInputs> {
        start::describe(flow)
    }

    fn statistics(&self, flow: Option<&str>) -> Operation<Statistics> {
        list::statistics(flow)
    }

    /// <https://docs.tableflow.com/api-reference/overview>: the original document of an extraction.
    fn file_link(&self, file: &str) -> Operation<FileLink> {
        let call = Request::get(format!("extractions/{}/download-original", encode(file)));
        Operation::done(FileLink { place: FilePlace::Call(call), name: None, media_type: None })
    }

    fn start(&self, request: StartRequest) -> Operation<Started> {
        start::start(request)
    }
}

/// One request whose answer is decoded by `read`.
fn decoded<T: 'static>(request: Request, read: impl FnOnce(Json) -> Result<T, Malformed> + 'static) -> Operation<T> {
    super::decoded(request, complain, read)
}

fn decode<T>(reply: Reply, call: &str, read: impl FnOnce(Json) -> Result<T, Malformed>) -> Result<T, ApiError> {
    let value = crate::wire::error::answer(reply, call, complain)?;
    read(value).map_err(|problem| ApiError::malformed(&problem, call))
}

/// `{"error": "Invalid parameters", "message": "…"}`
fn complain(envelope: Json) -> Complaint {
    let part = |name: &str| envelope.get(name).filter(|value| !value.is_null()).map(plain).filter(|text| !text.is_empty());
    let detail = match (part("error"), part("message")) {
        (Some(error), Some(message)) => Some(format!("{error}: {message}")),
        (error, message) => message.or(error),
    };
    Complaint { detail, ..Complaint::default() }
}
