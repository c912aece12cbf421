//! The vendor's calls, and what is read together for one run.

use super::assignments::get_assignments;
use super::decode::{Execution, ReviewTask, Task, complaint, execution, review_task, task, unread};
use super::definition::{Definition, definition};
use crate::adapters::why;
use crate::value::json::{Json, Malformed, list};
use crate::value::percent::encode;
use crate::wire::error::{ApiError, ErrorKind, answer};
use crate::wire::fields::{all, read};
use crate::wire::http::{Method, Reply, Request};
use crate::wire::operation::Operation;

pub(super) type Answer = Result<Json, ApiError>;

pub(super) fn execution_path(id: &str) -> String {
    format!("flow-executions/{}", encode(id))
}

pub(super) fn review_path(id: &str) -> String {
    format!("human-review-tasks/{}", encode(id))
}

pub(super) fn get_execution(id: &str) -> Request {
    Request::get(execution_path(id)).with("include_run_number", "true").with("include_credits", "true")
}

pub(super) fn get_definition(flow: &str, schemas: Option<&'static str>) -> Request {
    let request = Request::get(format!("flows/{}", encode(flow))).with("include_ordered_task_names", "true");
    match schemas {
        Some(name) => request.with(name, "true"),
        None => request,
    }
}

/// A write that the vendor answers without a body, or whose body says nothing new.
pub(super) fn write(request: Request) -> Operation<()> {
    let call = request.call();
    Operation::one(request, move |reply| match crate::wire::error::accept(reply, &call, complaint) {
        Ok(_) => Operation::done(()),
        Err(error) => Operation::fail(error),
    })
}

pub(super) fn post(path: String) -> Request {
    Request::write(Method::Post, path)
}

/// Asks once and parses the body; `next` gets the answer, good or bad, and the name of the call.
pub(super) fn ask<T: 'static>(request: Request, next: impl FnOnce(Answer, &str) -> Operation<T> + 'static) -> Operation<T> {
    let call = request.call();
    Operation::one(request, move |reply| next(answer(reply, &call, complaint), &call))
}

pub(super) fn decoded<T>(answer: Answer, call: &str, decode: fn(Json) -> Result<T, Malformed>) -> Result<T, ApiError> {
    decode(answer?).map_err(|problem| ApiError::malformed(&problem, call))
}

/// Which review tasks are wanted beside a run.
pub(super) enum Reviews {
    OfRun,
    One(String),
    /// With who has it started.
    Held(String),
}

/// The answers about one run, still undecoded, by call.
pub(super) struct Gathered {
    pub(super) execution: Answer,
    pub(super) tasks: Answer,
    pub(super) reviews: Answer,
    /// `None` if they were not asked for.
    pub(super) assignments: Option<Answer>,
    /// `None` if the flow is not known, because there is no execution.
    pub(super) definition: Option<Answer>,
}

/// Reads a run with its tasks, reviews and flow: in one turn if the flow is known, else in two.
pub(super) fn gather(run: &str, flow: Option<&str>, reviews: &Reviews) -> Operation<Gathered> {
    let schemas = (!matches!(reviews, Reviews::OfRun)).then_some("include_output_schemas");
    let held = if let Reviews::Held(id) = reviews { Some(get_assignments(id)) } else { None };
    let reviews = match reviews {
        Reviews::OfRun => Request::get("human-review-tasks/by-execution").with("flow_execution_id", run),
        Reviews::One(id) | Reviews::Held(id) => Request::get(review_path(id)),
    };
    let tasks = Request::get("task-executions").with("flow_execution_id", run).with("include_credits", "true");
    let mut requests = vec![get_execution(run), tasks, reviews];
    let assigned = held.is_some();
    requests.extend(held);
    requests.extend(flow.map(|flow| get_definition(flow, schemas)));
    let calls: Vec<_> = requests.iter().map(Request::call).collect();
    Operation::ask(requests, move |replies| {
        let mut answers = replies.into_iter().zip(calls).map(|(reply, call)| answer(reply, &call, complaint));
        let mut next = || answers.next();
        let (Some(execution), Some(tasks), Some(reviews)) = (next(), next(), next()) else {
            return Operation::fail(ApiError::new(ErrorKind::GatewayUnreachable, ""));
        };
        let assignments = if assigned { next() } else { None };
        let gathered = Gathered { execution, tasks, reviews, assignments, definition: next() };
        match flow_of(&gathered) {
            Some(flow) => add_definition(gathered, get_definition(&flow, schemas)),
            None => Operation::done(gathered),
        }
    })
}

/// The execution's flow, if its definition was not asked for yet or another flow's was.
fn flow_of(gathered: &Gathered) -> Option<String> {
    let flow = gathered.execution.as_ref().ok()?.get("flow_id")?.as_str()?;
    let known = match &gathered.definition {
        Some(Ok(definition)) => definition.get("id").and_then(Json::as_str) == Some(flow),
        Some(Err(error)) => error.kind != ErrorKind::NotFound,
        None => false,
    };
    (!known && crate::adapters::segment(flow)).then(|| flow.to_owned())
}

fn add_definition(mut gathered: Gathered, request: Request) -> Operation<Gathered> {
    let call = request.call();
    Operation::one(request, move |reply: Reply| {
        gathered.definition = Some(answer(reply, &call, complaint));
        Operation::done(gathered)
    })
}

pub(super) fn read_execution(answer: Answer, call: &str) -> Result<Execution, ApiError> {
    decoded(answer, call, |value| execution(value).map_err(why)).map_err(|mut error| {
        if error.kind == ErrorKind::NotFound {
            error.detail = crate::wire::error::bounded(&format!("not found or deleted: {}", error.detail));
        }
        error
    })
}

/// The task executions of this run; a server that ignored the filter would answer with those of every run.
pub(super) fn read_tasks(answer: Answer, run: &str) -> Result<Vec<Task>, ApiError> {
    let mut tasks = decoded(answer, "GET task-executions", |value| {
        let tasks = read(value, "task executions", |fields| fields.needed_list("task_executions", "task_executions"))?;
        Ok(all(tasks, task, unread))
    })?;
    tasks.retain(|task| task.run.as_deref().is_none_or(|found| found.eq_ignore_ascii_case(run)));
    Ok(tasks)
}

/// The review tasks of this run, and what is none that can be read.
pub(super) fn read_reviews(answer: Answer, run: &str) -> Result<(Vec<ReviewTask>, Vec<Json>), ApiError> {
    let items = decoded(answer, "GET human-review-tasks/by-execution", |value| list(value, "human review tasks"))?;
    let (mut reviews, mut unread) = (Vec::new(), Vec::new());
    for item in items {
        match review_task(item.clone()) {
            Ok(review) if review.run.eq_ignore_ascii_case(run) => reviews.push(review),
            Ok(_) => {}
            Err(_) => unread.push(item),
        }
    }
    Ok((reviews, unread))
}

pub(super) fn read_definition(answer: Answer) -> Result<Definition, ApiError> {
    decoded(answer, "GET flows/{id}", definition)
}
