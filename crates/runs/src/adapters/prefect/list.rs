//! Lists of runs and flows, and what is counted of them.

use super::calls::{Told, ask, ask_all, complain, query};
use super::cursor::{Cursor, beside, settle, whole};
use super::decode::{Read, deployment, flow_names, runs as read_runs};
use super::filters::{Between, Wanted};
use crate::adapters::FlowQuery;
use crate::adapters::query::RunQuery;
use crate::model::status::StatusKind;
use crate::model::{Flow, NoNumber, Numbering, Page, Place, Run, Statistics};
use crate::value::json::{Json, Malformed, list};
use crate::value::time::Timestamp;
use crate::wire::error::{ApiError, ErrorKind, answer};
use crate::wire::fields::whole as whole_number;
use crate::wire::http::{Reply, Request};
use crate::wire::operation::Operation;
use serde_json::json;

const USUAL: u32 = 50;
/// One more is asked for than is shown, and the vendor gives no more than 200.
const LARGEST: u32 = 199;
const FLOWS_A_PAGE: u32 = 100;

/// One page of a list that is asked for.
#[derive(Clone)]
struct Question {
    wanted: Wanted,
    oldest_first: bool,
    size: u32,
    cursor: Option<Cursor>,
    /// Runs that are to come are left out: where the first page begins.
    until: Option<Timestamp>,
    numbers: bool,
}

pub(super) fn runs(query: &RunQuery) -> Operation<Page<Run>> {
    page(Question {
        wanted: Wanted::of(query),
        oldest_first: false,
        size: if query.limit == 0 { USUAL } else { query.limit.min(LARGEST) },
        cursor: Cursor::read(&query.place),
        until: None,
        numbers: !query.plain,
    })
}

/// Runs that wait, by the time that they were to start at.
pub(super) fn waiting(flow: Option<&str>, place: &Place) -> Operation<Page<Run>> {
    let wanted = Wanted::with(flow, &[StatusKind::Waiting]);
    page(Question { wanted, oldest_first: true, size: LARGEST, cursor: Cursor::read(place), until: None, numbers: false })
}

impl Question {
    fn bounds(&self) -> Between {
        let time = self.cursor.as_ref().map(|cursor| cursor.time.clone());
        match (&self.cursor, self.oldest_first) {
            (Some(Cursor { within: Some(_), .. }), _) => Between { after: time.clone(), before: time },
            (_, true) => Between { after: time, before: None },
            (_, false) => Between { after: None, before: time.or_else(|| self.until.map(Timestamp::iso)) },
        }
    }

    fn list(&self) -> Request {
        let within = self.cursor.as_ref().and_then(|cursor| cursor.within);
        let sort = match (within, self.oldest_first) {
            (Some(_), _) => "ID_DESC",
            (None, true) => "EXPECTED_START_TIME_ASC",
            (None, false) => "EXPECTED_START_TIME_DESC",
        };
        let filter = self.wanted.filter(&self.bounds());
        query("flow_runs/filter", &json!({"flow_runs": filter, "sort": sort, "limit": self.size + 1, "offset": within.unwrap_or(0)}))
    }

    /// How many there are from here on. With what was told of one time, which is taken off later.
    fn count(&self) -> Request {
        let bounds = Between { after: None, ..self.bounds() };
        query("flow_runs/count", &json!({"flow_runs": self.wanted.filter(&bounds)}))
    }
}

fn page(question: Question) -> Operation<Page<Run>> {
    let mut requests = vec![question.list()];
    if question.numbers {
        requests.push(question.count());
    }
    let calls: Vec<_> = requests.iter().map(Request::call).collect();
    Operation::ask(requests, move |replies| {
        let mut told = replies.into_iter().zip(calls);
        let Some((reply, call)) = told.next() else { return Operation::fail(ApiError::new(ErrorKind::Malformed, "an answer is missing")) };
        let now = moment(&reply);
        let rows = match (Told { answer: answer(reply, &call, complain), call }).list() {
            Ok(items) => read_runs(items),
            Err(error) => return Operation::fail(error),
        };
        let bounded = question.oldest_first || question.cursor.is_some() || question.until.is_some() || question.wanted.ends();
        let to_come = |row: &Read| row.run.created_at.zip(now).is_some_and(|(at, now)| at > now);
        if !bounded && rows.iter().any(to_come) {
            return page(Question { until: now, ..question });
        }
        let count = told.next().map(|(reply, call)| Told { answer: answer(reply, &call, complain), call }.decoded(number));
        match count {
            // Somebody who may see some flows only is not told how many runs there are.
            Some(Err(error)) if error.kind != ErrorKind::Forbidden => Operation::fail(error),
            count => paged(question, rows, count.and_then(Result::ok)),
        }
    })
}

/// When the answer was given, by the gateway's clock or the vendor's.
fn moment(reply: &Reply) -> Option<Timestamp> {
    let response = reply.as_ref().ok()?;
    response.gateway_time().or_else(|| response.header("date").and_then(Timestamp::parse_http))
}

fn number(value: Json) -> Result<u64, Malformed> {
    let number = value.as_number().and_then(whole_number).and_then(|number| u64::try_from(number).ok());
    number.ok_or_else(|| Malformed::new("count", "a number was expected"))
}

fn paged(question: Question, mut rows: Vec<Read>, count: Option<u64>) -> Operation<Page<Run>> {
    let full = rows.len() > question.size as usize;
    let within = question.cursor.as_ref().and_then(|cursor| cursor.within);
    let total = question.cursor.as_ref().map_or(count, |cursor| cursor.total);
    let next = |time: String, within| Some(Cursor { time, within, total });
    let older = match (within, full, &question.cursor) {
        (Some(told), true, Some(cursor)) => {
            rows.truncate(question.size as usize);
            next(cursor.time.clone(), Some(told.saturating_add(question.size)))
        }
        (Some(_), false, Some(cursor)) => beside(&cursor.time, question.oldest_first).and_then(|time| next(time, None)),
        (_, true, _) => {
            let time = rows.iter().find_map(|row| row.place.clone());
            match (whole(rows), time) {
                (Some((kept, time)), _) => {
                    rows = kept;
                    next(time, None)
                }
                // More are of one time than fit on a page.
                (None, Some(time)) => return page(Question { cursor: next(time, Some(0)), ..question }),
                (None, None) => return Operation::fail(ApiError::new(ErrorKind::Malformed, "no run of the list has a time")),
            }
        }
        _ => None,
    };
    // A place behind runs of one time says nothing of whether there are more.
    let rows_only = within.is_none();
    if rows_only {
        settle(&mut rows);
    }
    let exact = question.wanted.is_exact();
    let first_number = numbering(&question, count, rows.len());
    let nameless: Vec<String> = rows.iter().filter(|row| row.run.flow.is_empty()).filter_map(|row| row.flow_id.clone()).collect();
    let mut page = Page {
        items: Vec::new(),
        total: total.filter(|_| exact),
        older: older.map(|cursor| cursor.place()),
        newer: None,
        first_number,
        quota: None,
        unread: Vec::new(),
    };
    if !exact {
        rows.retain(|row| row.run.unread || question.wanted.statuses.contains(&row.run.status.kind));
    }
    if nameless.is_empty() {
        page.items = rows.into_iter().map(|row| row.run).collect();
        return Operation::done(page);
    }
    // Subflows and runs that somebody started by hand have no deployment, but a flow with a name.
    ask(query("flows/filter", &json!({"flows": {"id": {"any_": nameless}}, "limit": 200})), move |answer, _| {
        let names = answer.ok().as_ref().and_then(Json::as_array).map(|items| flow_names(items)).unwrap_or_default();
        page.items = rows.into_iter().map(|row| with_name(row, &names)).collect();
        Operation::done(page)
    })
}

fn with_name(row: Read, names: &[(String, String)]) -> Run {
    let name = row.flow_id.and_then(|flow| names.iter().find(|(id, _)| *id == flow).map(|(_, name)| name.clone()));
    Run { flow_name: name.filter(|_| row.run.flow.is_empty()), ..row.run }
}

/// The run at a place is the one with so many at its time and before, counted by the vendor; runs to come are none of them.
fn numbering(question: &Question, count: Option<u64>, rows: usize) -> Numbering {
    if question.wanted.flow.is_none() {
        return Numbering::Underivable(NoNumber::AllFlows);
    }
    if !question.wanted.is_history() || question.oldest_first {
        return Numbering::Underivable(NoNumber::Filtered);
    }
    let Some(count) = count else { return Numbering::Underivable(NoNumber::NoTotal) };
    let told = question.cursor.as_ref().and_then(|cursor| cursor.within).unwrap_or(0);
    match count.checked_sub(u64::from(told)) {
        Some(first) if u64::try_from(rows).is_ok_and(|rows| rows <= first) => Numbering::From(first),
        _ => Numbering::Underivable(NoNumber::Moving),
    }
}

/// Deployments, the newest first, under the names of their flows.
pub(super) fn flows(asked: &FlowQuery) -> Operation<Page<Flow>> {
    let offset = if let Place::Offset(offset) = asked.place { offset } else { 0 };
    let mut body = json!({"sort": "CREATED_DESC", "limit": FLOWS_A_PAGE, "offset": offset});
    if let Some(map) = body.as_object_mut().filter(|_| !asked.search.is_empty()) {
        map.insert("deployments".into(), json!({"flow_or_deployment_name": {"like_": asked.search}}));
    }
    ask(query("deployments/filter", &body), move |answer, call| {
        let items = match super::calls::decoded(answer, call, |value| list(value, "deployments")) {
            Ok(items) => items,
            Err(error) => return Operation::fail(error),
        };
        let full = items.len() >= FLOWS_A_PAGE as usize;
        let older = full.then(|| Place::Offset(offset.saturating_add(u64::from(FLOWS_A_PAGE))));
        let ids: Vec<&Json> = items.iter().filter_map(|item| item.get("flow_id")).collect();
        let names = query("flows/filter", &json!({"flows": {"id": {"any_": ids}}, "limit": 200}));
        if items.is_empty() {
            return Operation::done(named(items, &[], older));
        }
        ask(names, move |answer, _| {
            // Without the names of the flows, those of the deployments still tell something.
            let names = answer.ok().as_ref().and_then(Json::as_array).map(|items| flow_names(items)).unwrap_or_default();
            Operation::done(named(items, &names, older))
        })
    })
}

fn named(items: Vec<Json>, names: &[(String, String)], older: Option<Place>) -> Page<Flow> {
    let name = |id: &str| names.iter().find(|(of, _)| of == id).map(|(_, name)| name.clone());
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    for item in items {
        match deployment(item, &name) {
            Ok(flow) => found.push(flow),
            Err((item, _)) => unread.push(crate::wire::error::bounded(&item.to_string())),
        }
    }
    let first_number = Numbering::Underivable(NoNumber::NoTotal);
    Page { items: found, total: None, older, newer: None, first_number, quota: None, unread }
}

const FAILED: &[StatusKind] = &[StatusKind::Failed, StatusKind::TimedOut];

/// What there is in all is counted once the time is known, because runs to come are none of it.
pub(super) fn statistics(flow: Option<&str>) -> Operation<Statistics> {
    let flow = flow.map(str::to_owned);
    let count = |flow: Option<&str>, statuses: &[StatusKind], between: &Between| {
        query("flow_runs/count", &json!({"flow_runs": Wanted::with(flow, statuses).filter(between)}))
    };
    let all = Between::default();
    let kinds: [&[StatusKind]; 4] = [&[StatusKind::Completed], FAILED, &[StatusKind::Waiting], &[StatusKind::Running]];
    let requests: Vec<_> = kinds.iter().map(|kinds| count(flow.as_deref(), kinds, &all)).collect();
    let call = "POST flow_runs/count";
    Operation::ask(requests, move |replies| {
        let now = replies.first().and_then(moment);
        let mut told = replies.into_iter().map(|reply| Told { answer: answer(reply, call, complain), call: call.into() }.decoded(number));
        let mut next = || told.next().unwrap_or_else(|| Err(ApiError::new(ErrorKind::Malformed, "an answer is missing")));
        let succeeded = match next() {
            Ok(succeeded) => succeeded,
            Err(error) => return Operation::fail(error),
        };
        let mut rest = || next().ok();
        let found = Statistics { succeeded: Some(succeeded), failed: rest(), waiting: rest(), under_way: rest(), ..Statistics::default() };
        let until = Between { after: None, before: now.map(Timestamp::iso) };
        ask_all(vec![count(flow.as_deref(), &[], &until)], move |mut answers| {
            Operation::done(Statistics { total: answers.next().decoded(number).ok(), ..found })
        })
    })
}
