//! Lists of runs, newest first, and their derived numbers.

use super::{answer, decoded, run};
use crate::adapters::filter::{Created, Filter};
use crate::adapters::query::RunQuery;
use crate::adapters::unread;
use crate::model::status::StatusKind;
use crate::model::{NoNumber, Numbering, Page, Place, Run, Statistics, TriggerKind};
use crate::value::json::{Json, Malformed};
use crate::wire::error::ApiError;
use crate::wire::fields::{Fields, Unfit, all, read};
use crate::wire::http::Request;
use crate::wire::operation::Operation;

pub(in crate::adapters) const MAX_LIMIT: u32 = 100;

/// What the vendor can filter by; later generations' words are not sent.
const FILTERS: &[(StatusKind, &str)] = &[
    (StatusKind::Queued, "pending,queued"),
    (StatusKind::Running, "running"),
    (StatusKind::Waiting, "waiting_for_human"),
    (StatusKind::Completed, "completed"),
    (StatusKind::Failed, "error"),
    (StatusKind::Cancelled, "cancelled"),
];

pub(super) const FILTERABLE: &[StatusKind] =
    &[StatusKind::Queued, StatusKind::Running, StatusKind::Waiting, StatusKind::Completed, StatusKind::Failed, StatusKind::Cancelled];

pub(super) fn list(query: &RunQuery) -> Operation<Page<Run>> {
    let words: Vec<_> = FILTERS.iter().filter(|(kind, _)| query.statuses.contains(kind)).map(|(_, word)| *word).collect();
    let request = page_call(query.flow.as_deref(), &words.join(","), &query.place, query.limit, "desc");
    let triggers: Vec<_> = query.filter.triggers.iter().filter_map(|kind| trigger_word(*kind)).collect();
    let mut narrowed = bounds(&query.filter, "min_duration", "max_duration");
    if !triggers.is_empty() {
        narrowed.push(("trigger_types", triggers.join(",")));
    }
    let whole = words.is_empty() && narrowed.is_empty();
    let request = narrowed.into_iter().fold(request, |request, (name, value)| request.with(name, value));
    let place = query.place.clone();
    let underivable = match (&query.flow, whole, &place, query.first_number) {
        (None, ..) => NoNumber::AllFlows,
        _ if query.plain => NoNumber::AllFlows,
        (_, false, ..) => NoNumber::Filtered,
        (Some(_), true, Place::First, _) if query.rows_first => NoNumber::Pending,
        (Some(flow), true, Place::First, _) => return first_page(flow.clone(), request),
        (Some(flow), true, _, Some(first)) => {
            let flow = flow.clone();
            return decoded(request, move |value| page(value, &place)).map(move |page| numbered(page, &flow, first));
        }
        (Some(_), true, _, None) => NoNumber::UnknownPlace,
    };
    decoded(request, move |value| Ok(Page { first_number: Numbering::Underivable(underivable), ..page(value, &place)? }))
}

/// The vendor's word for a trigger.
pub(in crate::adapters) const fn trigger_word(kind: TriggerKind) -> Option<&'static str> {
    Some(match kind {
        TriggerKind::Manual => "manual",
        TriggerKind::Api => "api",
        TriggerKind::Schedule => "schedule",
        TriggerKind::Webhook => "webhook",
        TriggerKind::Email => "email",
        TriggerKind::Restart => "restart",
        TriggerKind::Unknown => return None,
    })
}

/// Dates and durations as the vendor takes them. A date is a whole day in UTC: what lies beyond the moments asked for is for the
/// caller to leave out. A search is by a part of the id alone, so only what looks like one is sent.
pub(in crate::adapters) fn bounds(filter: &Filter, least: &'static str, most: &'static str) -> Vec<(&'static str, String)> {
    let mut bounds = Vec::new();
    if let Created::Between(from, to) = filter.created {
        for (name, at) in [("from_date", from), ("to_date", to)] {
            bounds.extend(at.and_then(|at| Some((name, at.iso().get(..10)?.to_owned()))));
        }
    }
    for (name, bound) in [(least, filter.at_least_ms), (most, filter.at_most_ms)] {
        bounds.extend(bound.map(|bound| (name, bound.to_string())));
    }
    if filter.text.starts_with("run_") {
        bounds.push(("search", filter.text.clone()));
    }
    bounds
}

/// Waiting runs, oldest first: here the next page is the newer one.
pub(super) fn waiting(flow: Option<&str>, place: &Place) -> Operation<Page<Run>> {
    let request = page_call(flow, "waiting_for_human", place, MAX_LIMIT, "asc");
    decoded(request, move |value| {
        let page = page(value, &Place::First)?;
        Ok(Page { first_number: Numbering::Underivable(NoNumber::Filtered), ..page })
    })
}

fn page_call(flow: Option<&str>, words: &str, place: &Place, limit: u32, order: &str) -> Request {
    let mut request = Request::get("workflows/runs");
    if let Some(flow) = flow {
        request = request.with("workflow_id", flow);
    }
    if !words.is_empty() {
        request = request.with("statuses", words);
    }
    at(request, place, limit, order, "created_at")
}

/// Where a list goes on: by the ids at its ends.
pub(in crate::adapters) fn at(mut request: Request, place: &Place, limit: u32, order: &str, sort_by: &str) -> Request {
    match place {
        Place::After(id) | Place::Cursor(id) => request = request.with("after", id.as_str()),
        Place::Before(id) => request = request.with("before", id.as_str()),
        Place::First | Place::Offset(_) | Place::Number(_) => {}
    }
    request.with("limit", limit.clamp(1, MAX_LIMIT).to_string()).with("order", order).with("sort_by", sort_by)
}

fn page(value: Json, place: &Place) -> Result<Page<Run>, Malformed> {
    page_of(value, place, NoNumber::UnknownPlace, run::read_listed)
}

/// A page of a list that says by `list_metadata` where it goes on.
pub(in crate::adapters) fn page_of(
    value: Json,
    place: &Place,
    why: NoNumber,
    run: fn(Json) -> Result<Run, Unfit>,
) -> Result<Page<Run>, Malformed> {
    let (marks, items) = read(value, "list", |fields| (Marks::take(fields), fields.needed_list("data", "list.data")))?;
    let items = all(items, run, unread);
    // Where a page was reached from, there is an older one.
    let goes_on = marks.after.is_some() || matches!(place, Place::Before(_)) && !items.is_empty();
    // A list goes on from the run at its end; where that has no id, from the last one that has, else from where the vendor says.
    let named = |run: &&Run| run.named();
    let end = |run: Option<&Run>, mark: Option<String>| run.map(|run| run.id.clone()).or(mark);
    let newer = match place {
        Place::First | Place::Offset(_) | Place::Number(_) => false,
        Place::After(_) | Place::Cursor(_) => true,
        Place::Before(_) => marks.before.is_some(),
    };
    Ok(Page {
        older: end(items.iter().rfind(named), marks.after.clone()).filter(|_| goes_on).map(Place::After),
        newer: end(items.iter().find(named), marks.before).filter(|_| newer).map(Place::Before),
        items,
        total: None,
        first_number: Numbering::Underivable(why),
        quota: None,
        unread: Vec::new(),
    })
}

/// The ids at which `list_metadata` says that the list goes on.
#[derive(Default)]
pub(in crate::adapters) struct Marks {
    before: Option<String>,
    pub(in crate::adapters) after: Option<String>,
}

impl Marks {
    pub(in crate::adapters) fn take(fields: &mut Fields) -> Self {
        let marks = |marks: &mut Fields| Self { before: marks.text("before"), after: marks.text("after") };
        fields.object("list_metadata", "list_metadata", marks).unwrap_or_default()
    }
}

fn numbered(mut page: Page<Run>, flow: &str, first: u64) -> Page<Run> {
    page.first_number = if page.items.iter().any(|run| run.flow != flow && !run.unread) {
        Numbering::Underivable(NoNumber::AllFlows)
    } else if u64::try_from(page.items.len()).is_ok_and(|rows| rows <= first) {
        Numbering::From(first)
    } else {
        Numbering::Underivable(NoNumber::Moving)
    };
    page
}

/// Counts before and after the list: only if both agree does the list's first run have the total as its number.
fn first_page(flow: String, list: Request) -> Operation<Page<Run>> {
    Operation::one(counts_call(&flow), move |reply| {
        let before = total(reply, &flow);
        decoded(list, |value| page(value, &Place::First)).and_then(move |listed| match (listed, before) {
            (Err(error), _) => Operation::fail(error),
            (Ok(page), Err(_)) => Operation::done(Page { first_number: Numbering::Underivable(NoNumber::NoTotal), ..page }),
            (Ok(page), Ok(before)) => Operation::one(counts_call(&flow), move |reply| {
                Operation::done(match total(reply, &flow) {
                    Ok(after) if after == before => numbered(Page { total: Some(after), ..page }, &flow, after),
                    Ok(after) => Page { total: Some(after), first_number: Numbering::Underivable(NoNumber::Moving), ..page },
                    Err(_) => Page { first_number: Numbering::Underivable(NoNumber::NoTotal), ..page },
                })
            }),
        })
    })
}

fn counts_call(flow: &str) -> Request {
    Request::get("workflows/runs/counts").with("workflow_id", flow)
}

fn total(reply: crate::wire::http::Reply, flow: &str) -> Result<u64, ApiError> {
    let call = counts_call(flow).call();
    let malformed = |problem: Malformed| ApiError::malformed(&problem, &call);
    let total = read(answer(reply, &call)?, "counts", |fields| fields.count("total")).map_err(malformed)?;
    total.ok_or_else(|| malformed(Malformed::new("counts.total", "the field is missing")))
}

/// Counts by status; nothing is said of durations, nor of the newest run.
pub(super) fn statistics(flow: Option<&str>) -> Operation<Statistics> {
    let request = flow.map_or_else(|| Request::get("workflows/runs/counts"), counts_call);
    decoded(request, |value| {
        read(value, "counts", |fields| {
            let (total, pending, running) = (fields.count("total"), fields.count("pending"), fields.count("running"));
            Statistics {
                total,
                succeeded: fields.count("completed"),
                failed: fields.count("error"),
                waiting: fields.count("waiting_for_human"),
                under_way: running.map(|running| running.saturating_add(pending.unwrap_or(0))),
                ..Statistics::default()
            }
        })
    })
}
