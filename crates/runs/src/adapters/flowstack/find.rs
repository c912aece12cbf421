//! One run: the vendor only finds it by its flow, so without one the flows are looked through.

use super::{answer, decode, malformed, paged, run_path};
use crate::adapters::why;
use crate::model::{Place, RunDetail};
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::http::{Reply, Request};
use crate::wire::operation::Operation;

/// The most flows that are looked through for a run; every look costs a request of the hour's allowance.
const MAX_FLOWS: u32 = 50;
/// How many of them are asked at once.
const AT_ONCE: usize = 5;

pub(super) fn get(flow: &str, run: &str) -> Operation<RunDetail> {
    let request = Request::get(run_path(flow, run));
    let call = request.call();
    Operation::one(request, move |reply| Operation::Done(read(reply, &call)))
}

fn read(reply: Reply, call: &str) -> Result<RunDetail, ApiError> {
    let (value, _) = answer(reply, call)?;
    decode::run_detail(value).map_err(|unfit| malformed(&why(unfit), call))
}

pub(super) fn search(run: &str) -> Operation<RunDetail> {
    let run = run.to_owned();
    let request = paged(Request::get("flows"), MAX_FLOWS, &Place::First);
    let call = request.call();
    Operation::one(request, move |reply| match super::read_page(reply, &call, super::flows) {
        Ok(page) => {
            let more = page.older.is_some();
            let mut flows: Vec<_> = page.items.into_iter().map(|flow| flow.id).collect();
            // The gateway relays no other ids, and one of them would end the search.
            flows.retain(|id| !matches!(id.as_str(), "" | "." | "..") && !id.contains(['/', '\\']));
            flows.truncate(MAX_FLOWS as usize);
            flows.reverse();
            ask_some(flows, run, more)
        }
        Err(error) => Operation::fail(error),
    })
}

/// Asks the last few of `flows`, then the others before them.
fn ask_some(mut flows: Vec<String>, run: String, more: bool) -> Operation<RunDetail> {
    let rest = flows.len().saturating_sub(AT_ONCE);
    let requests: Vec<_> = flows.split_off(rest).iter().rev().map(|flow| Request::get(run_path(flow, &run))).collect();
    if requests.is_empty() {
        return Operation::fail(not_found(more));
    }
    let calls: Vec<_> = requests.iter().map(Request::call).collect();
    Operation::ask(requests, move |replies| {
        let mut failed = None;
        for (reply, call) in replies.into_iter().zip(&calls) {
            match read(reply, call) {
                Ok(detail) => return Operation::done(detail),
                Err(error) if error.kind == ErrorKind::NotFound => {}
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) => Operation::fail(error),
            None => ask_some(flows, run, more),
        }
    })
}

fn not_found(more: bool) -> ApiError {
    let detail = if more {
        "FlowStack finds a run only by its flow; it is in none of the 50 newest flows, and there are more. Open it from the history of its flow"
    } else {
        "the run is in none of the flows that this key can see"
    };
    ApiError { call: "GET flows/{id}/runs/{id}".into(), ..ApiError::new(ErrorKind::NotFound, detail) }
}
