//! Lists of runs, newest first. The vendor gives neither numbers nor a total.

use super::{answer, decoded, run};
use crate::adapters::query::RunQuery;
use crate::adapters::retab::list::{MAX_LIMIT, Marks, at, bounds, page_of, trigger_word};
use crate::model::status::StatusKind;
use crate::model::{Iteration, NoNumber, Page, Place, ReviewRef, Run};
use crate::value::json::{Json, Malformed};
use crate::wire::error::ApiError;
use crate::wire::fields::{Unfit, lenient, read};
use crate::wire::http::Request;
use crate::wire::operation::Operation;

/// What the vendor can filter by, one at a time.
const FILTERS: &[(StatusKind, &str)] = &[
    (StatusKind::Queued, "pending"),
    (StatusKind::Running, "running"),
    (StatusKind::Waiting, "awaiting_review"),
    (StatusKind::Completed, "completed"),
    (StatusKind::Failed, "error"),
    (StatusKind::Cancelled, "cancelled"),
];

pub(super) const FILTERABLE: &[StatusKind] =
    &[StatusKind::Queued, StatusKind::Running, StatusKind::Waiting, StatusKind::Completed, StatusKind::Failed, StatusKind::Cancelled];

pub(super) fn list(query: &RunQuery) -> Operation<Page<Run>> {
    let mut words = FILTERS.iter().filter(|(kind, _)| query.statuses.contains(kind)).map(|(_, word)| *word);
    let word = words.next();
    if words.next().is_some() || (word.is_none() && !query.statuses.is_empty()) {
        return Operation::fail(ApiError::unsupported("a filter by these statuses: Retab filters by one at a time"));
    }
    let mut narrowed = bounds(&query.filter, "min_duration_ms", "max_duration_ms");
    // One trigger at a time is all that the vendor takes; several are the caller's to tell apart.
    if let [only] = query.filter.triggers.as_slice() {
        narrowed.extend(trigger_word(*only).map(|word| ("trigger_type", word.to_owned())));
    }
    let why = match (&query.flow, word.is_some() || !narrowed.is_empty()) {
        (None, _) => NoNumber::AllFlows,
        (Some(_), true) => NoNumber::Filtered,
        (Some(_), false) => NoNumber::NoTotal,
    };
    let place = query.place.clone();
    let request = page_call(query.flow.as_deref(), word, &place, query.limit, "desc");
    let request = narrowed.into_iter().fold(request, |request, (name, value)| request.with(name, value));
    decoded(request, move |value| page(value, &place, why))
}

/// Waiting runs, oldest first: here the next page is the newer one. The queue of reviews, read beside the first page, adds which
/// reviews are open in each of them and since when, which no run says.
pub(super) fn waiting(flow: Option<&str>, place: &Place) -> Operation<Page<Run>> {
    let runs = page_call(flow, Some("awaiting_review"), place, MAX_LIMIT, "asc");
    if !matches!(place, Place::First) {
        return decoded(runs, |value| page(value, &Place::First, NoNumber::Filtered));
    }
    let mut queue = Request::get("workflows/reviews").with("decision_status", "pending");
    if let Some(flow) = flow {
        queue = queue.with("workflow_id", flow);
    }
    let queue = queue.with("limit", MAX_LIMIT.to_string()).with("order", "asc");
    let calls = [runs.call(), queue.call()];
    Operation::ask(vec![runs, queue], move |replies| {
        let mut answers = replies.into_iter().zip(&calls).map(|(reply, call)| answer(reply, call));
        let (runs, queue) = (answers.next(), answers.next());
        let runs = runs.unwrap_or_else(|| Err(ApiError::new(crate::wire::error::ErrorKind::Malformed, "an answer is missing")));
        Operation::Done(runs.and_then(|value| {
            let mut page = page(value, &Place::First, NoNumber::Filtered).map_err(|problem| ApiError::malformed(&problem, &calls[0]))?;
            // The runs are the list; without the queue they only do not say what they wait for.
            if let Some(Ok(queue)) = queue {
                asked(&mut page.items, queue);
            }
            Ok(page)
        }))
    })
}

/// The open reviews of each run, the oldest of which tells since when it waits.
fn asked(runs: &mut [Run], queue: Json) {
    let found = read(queue, "queue", |fields| (fields.list("data"), Marks::take(fields).after.is_some()));
    let Ok((items, more)) = found else { return };
    for (run, review) in items.into_iter().filter_map(|review| opened(review).ok()) {
        if let Some(run) = runs.iter_mut().find(|known| known.id == run) {
            let since = [run.waiting_since, review.since].into_iter().flatten().min();
            run.waiting_since = since;
            run.reviews.get_or_insert_default().push(review);
        }
    }
    // Of a queue that goes on, the newest of a run's reviews may be missing.
    for run in runs.iter_mut().filter(|_| more) {
        let blocks = run.waiting_on.len();
        run.reviews.take_if(|reviews| reviews.len() < blocks);
    }
}

/// A review and the run that it is of. Its step's name is in neither list: the block's id stands in for it.
fn opened(review: Json) -> Result<(String, ReviewRef), Unfit> {
    lenient(review, "review", &["id", "run_id"], |fields| {
        let iteration = fields.word("iteration_key").filter(|key| !key.is_empty()).map(Iteration::Key);
        let (id, block) = (fields.required("id"), fields.text("block_id").unwrap_or_default());
        (fields.required("run_id"), ReviewRef { iteration, ..ReviewRef::new(id, block, fields.time("created_at")) })
    })
}

fn page_call(flow: Option<&str>, word: Option<&str>, place: &Place, limit: u32, order: &str) -> Request {
    let mut request = Request::get("workflows/runs");
    if let Some(flow) = flow {
        request = request.with("workflow_id", flow);
    }
    if let Some(word) = word {
        request = request.with("status", word);
    }
    at(request, place, limit, order, "timing.created_at")
}

fn page(value: Json, place: &Place, why: NoNumber) -> Result<Page<Run>, Malformed> {
    page_of(value, place, why, |item| Ok(run::read(item)?.run))
}
