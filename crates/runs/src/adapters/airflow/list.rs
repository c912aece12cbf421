//! Lists of runs and flows, and what is counted of them.

use super::calls::{MOST, ask, ask_all, listed};
use super::decode::{Read, STATES, dag, run as read_run, unread, with_waits};
use super::wait::{WAITING, Wait, waits as read_waits};
use crate::adapters::FlowQuery;
use crate::adapters::filter::Created;
use crate::adapters::query::RunQuery;
use crate::model::status::{Status, StatusKind};
use crate::model::{Flow, NoNumber, Numbering, Page, Place, Run, Statistics};
use crate::value::json::{Json, Malformed};
use crate::value::percent::encode;
use crate::wire::error::ApiError;
use crate::wire::fields::{Fields, all, those_read};
use crate::wire::http::Request;
use crate::wire::operation::Operation;

const USUAL: u32 = 50;
/// How many pages of what waits are read to mark the runs of one page.
const MOST_PAGES: u32 = 5;

/// Of one flow, or of all.
fn runs_of(flow: Option<&str>) -> String {
    format!("dags/{}/dagRuns", flow.map_or_else(|| "~".to_owned(), encode))
}

/// Where a page begins: the vendor's own cursor, behind the number of its first run where that is known.
struct Cursor {
    at: String,
    number: Option<u64>,
}

impl Cursor {
    fn place(&self) -> Place {
        Place::Cursor(format!("{}~{}", self.number.map(|number| number.to_string()).unwrap_or_default(), self.at))
    }

    /// Comes out of an address, so it may be anything.
    fn read(text: &str) -> Self {
        let (number, at) = text.split_once('~').unwrap_or(("", text));
        Self { at: at.to_owned(), number: number.parse().ok() }
    }
}

/// The question for one page.
#[derive(Clone)]
struct Question {
    flow: Option<String>,
    statuses: Vec<StatusKind>,
    history: bool,
    place: Place,
}

pub(super) fn runs(query: &RunQuery) -> Operation<Page<Run>> {
    let question = Question {
        flow: query.flow.clone(),
        statuses: query.statuses.clone(),
        history: query.statuses.is_empty()
            && query.filter.created == Created::Any
            && query.filter.at_least_ms.is_none()
            && query.filter.at_most_ms.is_none(),
        place: query.place.clone(),
    };
    ask(page_call(query), move |told| match told.decoded(Found::read) {
        Ok(found) if found.rows.iter().any(|row| row.run.status.kind == StatusKind::Running) => {
            waiting_now(question.flow.clone(), 0, Vec::new(), move |waits| Operation::done(found.page(&question, &waits)))
        }
        Ok(found) => Operation::done(found.page(&question, &[])),
        Err(error) => Operation::fail(error),
    })
}

fn page_call(query: &RunQuery) -> Request {
    let size = if query.limit == 0 { USUAL } else { query.limit.min(MOST) };
    let mut request = Request::get(runs_of(query.flow.as_deref())).with("limit", size.to_string()).with("order_by", "-run_after");
    // A server before 3.2.2 does not know cursors, and gives a page with a total.
    request = match &query.place {
        Place::Offset(offset) => request.with("offset", offset.to_string()),
        Place::Cursor(text) => request.with("cursor", Cursor::read(text).at),
        _ => request.with("cursor", ""),
    };
    for (word, kind) in STATES {
        // What waits runs, as the vendor says.
        if query.statuses.contains(kind) || (*kind == StatusKind::Running && query.statuses.contains(&StatusKind::Waiting)) {
            request = request.with("state", *word);
        }
    }
    if let Created::Between(from, to) = query.filter.created {
        for (name, at) in [("run_after_gte", from), ("run_after_lte", to)] {
            if let Some(at) = at {
                request = request.with(name, at.iso());
            }
        }
    }
    for (name, bound) in [("duration_gte", query.filter.at_least_ms), ("duration_lte", query.filter.at_most_ms)] {
        if let Some(bound) = bound {
            request = request.with(name, format!("{}.{:03}", bound / 1_000, bound % 1_000));
        }
    }
    request
}

/// One answer of a list of runs.
struct Found {
    rows: Vec<Read>,
    total: Option<u64>,
    /// Beyond it the vendor counts no further.
    counts_to: Option<u64>,
    /// `None`: the server knows no cursors.
    next: Option<Option<String>>,
}

impl Found {
    fn read(value: Json) -> Result<Self, Malformed> {
        let mut fields = Fields::of(value, "list")?;
        let knows_cursors = fields.has("next_cursor");
        let rows = fields.needed_list("dag_runs", "list.dag_runs");
        fields.sound()?;
        let next = fields.words("next_cursor");
        Ok(Self {
            rows: all(rows, read_run, unread),
            total: fields.count("total_entries"),
            counts_to: fields.count("total_entries_limit"),
            next: knows_cursors.then_some(next),
        })
    }

    fn page(self, question: &Question, waits: &[Wait]) -> Page<Run> {
        let count = self.rows.len() as u64;
        let total = self.total.filter(|total| self.counts_to.is_none_or(|most| *total < most));
        let offset = if let Place::Offset(offset) = question.place { Some(offset) } else { None };
        let first = match &question.place {
            Place::Cursor(text) => Cursor::read(text).number,
            Place::Offset(offset) => total.and_then(|total| total.checked_sub(*offset)),
            _ => total,
        };
        let numbering = match (&question.flow, first) {
            (None, _) => Numbering::Underivable(NoNumber::AllFlows),
            _ if !question.history => Numbering::Underivable(NoNumber::Filtered),
            (_, Some(first)) if count <= first => Numbering::From(first),
            (_, Some(_)) => Numbering::Underivable(NoNumber::Moving),
            (_, None) if total.is_none() => Numbering::Underivable(NoNumber::NoTotal),
            (_, None) => Numbering::Underivable(NoNumber::UnknownPlace),
        };
        let number = if let Numbering::From(first) = numbering { first.checked_sub(count) } else { None };
        let older = match self.next {
            Some(next) if offset.is_none() => next.map(|at| Cursor { at, number }.place()),
            _ => {
                let end = offset.unwrap_or(0).saturating_add(count);
                (count > 0 && total.is_none_or(|total| end < total)).then_some(Place::Offset(end))
            }
        };
        let statuses = &question.statuses;
        let parts = statuses.contains(&StatusKind::Waiting) != statuses.contains(&StatusKind::Running);
        let mut items: Vec<Run> = self.rows.into_iter().map(|row| with_waits(row.run, waits)).collect();
        if parts {
            items.retain(|run| run.unread || statuses.contains(&run.status.kind));
        }
        let total = total.filter(|_| !parts);
        Page { items, total, older, newer: None, first_number: numbering, quota: None, unread: Vec::new() }
    }
}

/// The questions that are open, page after page; without the right to read them none is.
fn waiting_now<T: 'static>(
    flow: Option<String>,
    page: u32,
    mut known: Vec<Wait>,
    then: impl FnOnce(Vec<Wait>) -> Operation<T> + 'static,
) -> Operation<T> {
    let of = flow.clone();
    questions(of.as_deref(), u64::from(page * MOST), 0, move |found| match found {
        Ok(more) => {
            let full = more.len() >= MOST as usize;
            known.extend(more.waits);
            if full && page + 1 < MOST_PAGES { waiting_now(flow, page + 1, known, then) } else { then(known) }
        }
        // The runs can be read without.
        Err(_) => then(known),
    })
}

struct Questions {
    waits: Vec<Wait>,
    count: usize,
    total: Option<u64>,
}

impl Questions {
    const fn len(&self) -> usize {
        self.count
    }
}

/// One page of the questions that are open. Servers know one of two words for that, and refuse the other.
fn questions<T: 'static>(
    flow: Option<&str>,
    offset: u64,
    word: usize,
    then: impl FnOnce(Result<Questions, ApiError>) -> Operation<T> + 'static,
) -> Operation<T> {
    let path = format!("{}/~/hitlDetails", runs_of(flow));
    let state = WAITING.get(word).copied().unwrap_or_default();
    let request = Request::get(path)
        .with("response_received", "false")
        .with("state", state)
        .with("order_by", "created_at")
        .with("limit", MOST.to_string())
        .with("offset", offset.to_string());
    let flow = flow.map(str::to_owned);
    ask(request, move |told| {
        let refused = matches!(&told.answer, Err(error) if error.status == Some(422));
        if refused && word + 1 < WAITING.len() {
            return questions(flow.as_deref(), offset, word + 1, then);
        }
        let total = told.answer.as_ref().ok().and_then(|value| value.get("total_entries")?.as_u64());
        then(listed(told, "hitl_details").map(|items| {
            let count = items.len();
            Questions { waits: read_waits(items), count, total }
        }))
    })
}

/// Runs in which somebody is asked, the longest first.
pub(super) fn waiting(flow: Option<&str>, place: &Place) -> Operation<Page<Run>> {
    let offset = if let Place::Offset(offset) = place { *offset } else { 0 };
    questions(flow, offset, 0, move |found| {
        Operation::Done(found.map(|found| {
            let end = offset.saturating_add(found.len() as u64);
            let more = found.len() > 0 && found.total.map_or(found.len() >= MOST as usize, |total| end < total);
            let mut items: Vec<Run> = Vec::new();
            for wait in found.waits.iter().filter(|wait| wait.is_open()) {
                let id = wait.run_id();
                if !items.iter().any(|run| run.id == id) {
                    items.push(asking(wait, &found.waits));
                }
            }
            let first_number = Numbering::Underivable(NoNumber::Filtered);
            let older = more.then_some(Place::Offset(end));
            Page { items, total: None, older, newer: None, first_number, quota: None, unread: Vec::new() }
        }))
    })
}

/// The run of a question, as far as the question tells it.
fn asking(wait: &Wait, all: &[Wait]) -> Run {
    let run = Run {
        flow_name: wait.task.dag_name.clone(),
        name: Some(wait.task.run.clone()),
        created_at: wait.task.run_after,
        ..Run::new(wait.run_id(), wait.task.dag.as_str(), Status::new(StatusKind::Running, "running"))
    };
    with_waits(run, all)
}

/// DAGs by the names that people see.
pub(super) fn flows(asked: &FlowQuery) -> Operation<Page<Flow>> {
    let offset = if let Place::Offset(offset) = asked.place { offset } else { 0 };
    let mut request = Request::get("dags").with("limit", MOST.to_string()).with("offset", offset.to_string());
    request = request.with("order_by", "dag_display_name");
    if !asked.search.is_empty() {
        request = request.with("dag_display_name_pattern", format!("%{}%", asked.search));
    }
    ask(request, move |told| {
        let total = told.answer.as_ref().ok().and_then(|value| value.get("total_entries")?.as_u64());
        Operation::Done(listed(told, "dags").map(|items| {
            let end = offset.saturating_add(items.len() as u64);
            let more = !items.is_empty() && total.map_or(items.len() >= MOST as usize, |total| end < total);
            let (items, unread) = those_read(items, dag);
            let first_number = Numbering::Underivable(NoNumber::NoTotal);
            Page { items, total, older: more.then_some(Place::Offset(end)), newer: None, first_number, quota: None, unread }
        }))
    })
}

/// The vendor counts each list without giving it.
pub(super) fn statistics(flow: Option<&str>) -> Operation<Statistics> {
    let count = |states: &[&'static str]| {
        states.iter().fold(Request::get(runs_of(flow)).with("limit", "0"), |request, state| request.with("state", *state))
    };
    let requests = vec![count(&[]), count(&["success"]), count(&["failed"]), count(&["queued", "running"])];
    ask_all(requests, |mut answers| {
        let mut next = || answers.next().decoded(|value| Ok(value.get("total_entries").and_then(Json::as_u64)));
        match next() {
            Ok(total) => {
                let mut rest = || next().ok().flatten();
                Operation::done(Statistics { total, succeeded: rest(), failed: rest(), under_way: rest(), ..Statistics::default() })
            }
            Err(error) => Operation::fail(error),
        }
    })
}
