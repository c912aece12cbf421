//! Lists: runs by offset, with their total; flows all at once.

use super::{decode, decoded, run};
use crate::adapters::query::RunQuery;
use crate::adapters::unread;
use crate::model::status::StatusKind;
use crate::model::{Flow, NoNumber, Numbering, Page, Place, Run, Statistics};
use crate::value::json::{Json, Malformed};
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::fields::{Fields, Unfit, all, lenient, read, those_read};
use crate::wire::http::Request;
use crate::wire::operation::Operation;

const MAX_LIMIT: u32 = 1_000;

/// A page of waiting runs, and how often it is asked for again while the list moves.
const WAITING_PAGE: u64 = 100;
const MAX_TRIES: u8 = 3;

const FILTERS: &[(StatusKind, &str)] = &[
    (StatusKind::Running, "processing"),
    (StatusKind::Waiting, "review"),
    (StatusKind::Completed, "completed"),
    (StatusKind::Failed, "failed"),
];

pub(super) const FILTERABLE: &[StatusKind] = &[StatusKind::Running, StatusKind::Waiting, StatusKind::Completed, StatusKind::Failed];

pub(super) fn list(query: &RunQuery) -> Operation<Page<Run>> {
    // One word at a time is all that the vendor takes.
    let word = FILTERS.iter().find(|(kind, _)| query.statuses.contains(kind)).map(|(_, word)| *word);
    let offset = offset(&query.place);
    let limit = query.limit.clamp(1, MAX_LIMIT);
    let (flow, filtered) = (query.flow.clone(), word.is_some());
    decoded(page_call(query.flow.as_deref(), word, offset, limit), move |value| {
        let found = Found::read(value)?;
        let first_number = found.numbering(flow.as_deref(), filtered, offset);
        let here = found.offset.unwrap_or(offset);
        let rows = u64::try_from(found.runs.len()).unwrap_or(0);
        let end = here.saturating_add(rows);
        let older = found.next.or_else(|| found.total.filter(|total| rows > 0 && *total > end).map(|_| end));
        Ok(Page {
            items: found.runs,
            total: found.total,
            // Only forward: an offset that does not advance would never end.
            older: older.filter(|next| *next > here).map(Place::Offset),
            newer: (here > 0).then(|| at(here.saturating_sub(u64::from(limit)))),
            first_number,
            quota: None,
            unread: Vec::new(),
        })
    })
}

const fn at(offset: u64) -> Place {
    if offset == 0 { Place::First } else { Place::Offset(offset) }
}

const fn offset(place: &Place) -> u64 {
    match place {
        Place::Offset(offset) => *offset,
        _ => 0,
    }
}

fn page_call(flow: Option<&str>, status: Option<&str>, offset: u64, limit: u32) -> Request {
    let mut request = Request::get("flows/runs");
    if let Some(flow) = flow {
        request = request.with("flow_id", flow);
    }
    if let Some(status) = status {
        request = request.with("status", status);
    }
    request.with("limit", limit.to_string()).with("offset", offset.to_string())
}

struct Found {
    runs: Vec<Run>,
    total: Option<u64>,
    /// As the vendor echoes it.
    offset: Option<u64>,
    next: Option<u64>,
}

impl Found {
    fn read(value: Json) -> Result<Self, Malformed> {
        let (items, marks) = read(value, "list", |fields| {
            let items = fields.needed_list("flow_runs", "page.flow_runs");
            let marks = |marks: &mut Fields| [marks.count("total"), marks.count("offset"), marks.count("next_offset")];
            (items, fields.object("pagination", "pagination", marks))
        })?;
        let runs = all(items, run::read_listed, unread);
        let [total, offset, next] = marks.unwrap_or_default();
        Ok(Self { runs, total, offset, next })
    }

    /// Newest first, so the run at an offset is number total − offset: if the total and the offset are the vendor's own.
    fn numbering(&self, flow: Option<&str>, filtered: bool, asked: u64) -> Numbering {
        let Some(flow) = flow else { return Numbering::Underivable(NoNumber::AllFlows) };
        if self.runs.iter().any(|run| run.flow != flow && !run.unread) {
            return Numbering::Underivable(NoNumber::AllFlows);
        }
        if filtered {
            return Numbering::Underivable(NoNumber::Filtered);
        }
        let Some(total) = self.total else { return Numbering::Underivable(NoNumber::NoTotal) };
        if self.offset.is_some_and(|offset| offset != asked) || (self.offset.is_none() && asked > 0) {
            return Numbering::Underivable(NoNumber::UnknownPlace);
        }
        match total.checked_sub(asked) {
            Some(first) if u64::try_from(self.runs.len()).is_ok_and(|rows| rows <= first) => Numbering::From(first),
            _ => Numbering::Underivable(NoNumber::Moving),
        }
    }
}

/// The vendor sorts newest first only, so the queue is read from the list's end, each page turned round. A place is the
/// offset behind the page's oldest run.
pub(super) fn waiting(flow: Option<&str>, place: &Place) -> Operation<Page<Run>> {
    let flow = flow.map(str::to_owned);
    match place {
        Place::Offset(end) => {
            let start = end.saturating_sub(WAITING_PAGE);
            let length = u32::try_from(end - start).unwrap_or(MAX_LIMIT);
            decoded(waiting_call(flow.as_deref(), start, length), move |value| Ok(turned(Found::read(value)?, start)))
        }
        _ => last_page(flow, 0, MAX_TRIES),
    }
}

fn waiting_call(flow: Option<&str>, offset: u64, limit: u32) -> Request {
    page_call(flow, Some("review"), offset, limit.max(1))
}

/// Asks from `start`, and again from further behind while the answer's total says that older runs follow.
fn last_page(flow: Option<String>, start: u64, tries: u8) -> Operation<Page<Run>> {
    let request = waiting_call(flow.as_deref(), start, 100);
    let call = request.call();
    Operation::one(request, move |reply| {
        let found = match decode(reply, &call, Found::read) {
            Ok(found) => found,
            Err(error) => return Operation::fail(error),
        };
        let end = start.saturating_add(u64::try_from(found.runs.len()).unwrap_or(0));
        match found.total {
            Some(total) if total != end && tries > 1 && (total > end || start > 0) => {
                last_page(flow, total.saturating_sub(WAITING_PAGE), tries - 1)
            }
            _ => Operation::done(turned(found, start)),
        }
    })
}

fn turned(mut found: Found, start: u64) -> Page<Run> {
    found.runs.reverse();
    Page {
        items: found.runs,
        total: found.total,
        older: (start > 0).then_some(Place::Offset(start)),
        newer: None,
        first_number: Numbering::Underivable(NoNumber::Filtered),
        quota: None,
        unread: Vec::new(),
    }
}

pub(super) fn flows(value: Json) -> Result<Page<Flow>, Malformed> {
    let (items, unread) = those_read(crate::value::json::list(value, "flows")?, flow);
    Ok(Page {
        total: u64::try_from(items.len() + unread.len()).ok(),
        items,
        unread,
        older: None,
        newer: None,
        first_number: Numbering::Underivable(NoNumber::NoTotal),
        quota: None,
    })
}

pub(super) fn flow(value: Json) -> Result<Flow, Unfit> {
    lenient(value, "flow", &["id"], |fields| {
        let id = fields.required("id");
        Flow {
            name: fields.words("name").unwrap_or_else(|| id.clone()),
            description: fields.words("description"),
            version: None,
            active: fields.flag("active"),
            runs: None,
            other: fields.rest(),
            id,
        }
    })
}

/// The only counts are the totals of lists, so that one list of one row is asked for of each status, all at the same time.
pub(super) fn statistics(flow: Option<&str>) -> Operation<Statistics> {
    let words = [None, Some("completed"), Some("failed"), Some("review"), Some("processing")];
    let requests = words.map(|word| page_call(flow, word, 0, 1));
    let calls = requests.each_ref().map(Request::call);
    Operation::ask(requests.into(), move |replies| {
        let mut found = replies.into_iter().zip(calls).map(|(reply, call)| decode(reply, &call, Found::read));
        let mut next = || found.next().unwrap_or_else(|| Err(ApiError::new(ErrorKind::Malformed, "an answer is missing")));
        let all = match next() {
            Ok(all) => all,
            Err(error) => return Operation::fail(error),
        };
        // One of them that is missing takes nothing from the others.
        let mut total = || next().ok().and_then(|found| found.total);
        Operation::done(Statistics {
            total: all.total,
            succeeded: total(),
            failed: total(),
            waiting: total(),
            under_way: total(),
            last_run: all.runs.first().and_then(|run| run.created_at.or(run.started_at)),
            ..Statistics::default()
        })
    })
}
