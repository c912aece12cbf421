//! A task that asks a person as a review. It goes by its try, because a task that is cleared asks anew at the same address.

use super::calls::{Answers, RunId, TaskTry, ask_all, get_events, get_run, listed_if_allowed, one};
use super::decode::run as read_run;
use super::outputs::{Value, get_values, value_of, values};
use super::story::{Entry, entries, parked};
use super::wait::{Given, Task, Wait, wait as read_wait};
use crate::model::review::{Decision, Pin, Resume, ResumeState, Review, ReviewState};
use crate::model::status::{Status, StatusKind};
use crate::model::{Run, Step};
use crate::value::json::Json;
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::http::Request;
use crate::wire::operation::Operation;
use serde_json::json;

/// States in which something is still to come.
const UNDER_WAY: [&str; 7] = ["", "awaiting_input", "deferred", "scheduled", "queued", "running", "restarting"];

/// A review with what it was read from.
pub(super) struct Seen {
    pub(super) review: Review,
    pub(super) wait: Wait,
    pub(super) entries: Vec<Entry>,
}

/// What is there, or why it cannot be told; `None`: there was no such review.
pub(super) type Found = Result<Option<Seen>, ApiError>;

/// The review as it is now, and the answers to what else is asked.
pub(super) fn find<T: 'static>(
    run: &str,
    id: &str,
    others: impl FnOnce(&RunId) -> Vec<Request>,
    then: impl FnOnce(Found, RunId, Answers) -> Operation<T> + 'static,
) -> Operation<T> {
    let (run, task) = match (RunId::read(run), TaskTry::read(id)) {
        (Ok(run), Some(task)) => (run, task),
        (Err(error), _) => return Operation::fail(error),
        (_, None) => return Operation::fail(never()),
    };
    let question = Request::get(format!("{}/hitlDetails", task.path(&run)));
    let mut requests = vec![question, get_run(&run), get_events(&run, Some(&task.task), 0)];
    requests.extend(others(&run));
    ask_all(requests, move |mut answers| {
        let found = read(&mut answers, &task);
        then(found, run, answers)
    })
}

fn never() -> ApiError {
    ApiError::new(ErrorKind::NotFound, "the run never waited there, or was deleted")
}

fn read(answers: &mut Answers, task: &TaskTry) -> Found {
    let wait = one(answers.next(), read_wait);
    let run = one(answers.next(), read_run);
    let entries = entries(listed_if_allowed(answers.next(), "event_logs").unwrap_or_default());
    match wait {
        Ok(wait) => run.map(|run| Some(seen(wait, run.run, entries, task))),
        // No such task, run or question.
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn seen(wait: Wait, run: Run, entries: Vec<Entry>, task: &TaskTry) -> Seen {
    let (data, schema) = (wait.data(), wait.schema());
    let since = parked(&entries, &wait.task.named()).max(wait.since());
    let state = state(&wait, &entries, task);
    let run_status = if state == ReviewState::Open { Status { kind: StatusKind::Waiting, ..run.status } } else { run.status };
    let review = Review {
        id: task.id(),
        run: wait.run_id(),
        flow: wait.task.dag.clone(),
        flow_name: wait.task.dag_name.clone(),
        name: wait.title(),
        state,
        run_status,
        pin: Pin::of(&data, Some(&json!({"schema": schema, "task": wait.task.id})), Some(wait.task.number), None),
        reason: Some(wait.subject.clone()).filter(|text| !text.trim().is_empty()),
        instructions: wait.body.clone(),
        since,
        until: None,
        read_only: Vec::new(),
        evidence: Vec::new(),
        versions: Vec::new(),
        holder: None,
        carry: json!({"assigned": wait.assigned}),
        data,
        schema: Some(schema),
    };
    Seen { review, wait, entries }
}

fn state(wait: &Wait, entries: &[Entry], task: &TaskTry) -> ReviewState {
    if wait.task.number != task.number {
        // It was cleared, and asks anew.
        return ReviewState::Gone;
    }
    if let Some(given) = &wait.answer {
        return ReviewState::Decided(decision(wait, given, entries));
    }
    if wait.task.waits() {
        return ReviewState::Open;
    }
    marked(wait, entries).map_or(ReviewState::Gone, ReviewState::Decided)
}

/// Somebody put an end to the task instead of answering it.
pub(super) fn marked(wait: &Wait, entries: &[Entry]) -> Option<Decision> {
    let task = wait.task.named();
    let (entry, (state, note)) =
        entries.iter().rev().filter(|entry| entry.is_of(&task)).find_map(|entry| Some((entry, entry.marked()?)))?;
    (wait.task.state == state && state == "failed").then(|| Decision {
        approved: Some(false),
        by: entry.by.clone(),
        at: entry.at,
        applied_at: wait.task.ended_at,
        reason: note.map(str::to_owned),
        ..Decision::default()
    })
}

/// A recorded answer, with what became of it.
pub(super) fn decision(wait: &Wait, given: &Given, entries: &[Entry]) -> Decision {
    let yes = wait.is_yes(given);
    let reply = super::form::Reply { options: given.options.clone(), input: given.input.clone() };
    let data = if given.input.is_empty() && !wait.params.is_empty() { None } else { Some(wait.answered(&reply)) };
    Decision {
        approved: Some(yes),
        data: data.filter(|_| yes),
        by: given.by.clone(),
        at: given.at,
        applied_at: wait.task.ended_at.filter(|_| wait.task.state == "success"),
        reason: wait.task.note.clone().filter(|_| !yes),
        resume: Some(Box::new(became(&wait.task, given, yes, entries))),
    }
}

/// What the engine made of an answer that it said yes to.
fn became(task: &Task, given: &Given, yes: bool, entries: &[Entry]) -> Resume {
    let lost = entries.iter().rev().filter(|entry| entry.is_of(&task.named()) && entry.at >= given.at).find_map(Entry::mismatch);
    let ended_before = task.ended_at.zip(given.at).is_some_and(|(ended, answered)| ended < answered);
    let state = match task.state.as_str() {
        "success" => ResumeState::Resumed,
        state if UNDER_WAY.contains(&state) => ResumeState::Pending,
        _ if ended_before => ResumeState::Skipped,
        // A no may be what ends it.
        "failed" if !yes && lost.is_none() => ResumeState::Resumed,
        _ => ResumeState::Failed,
    };
    Resume { state, raw: task.state.clone(), error: lost.map(str::to_owned) }
}

pub(super) fn get(run: &str, id: &str) -> Operation<Review> {
    find(
        run,
        id,
        |run| vec![get_values(run)],
        |found, run, mut answers| {
            let review = match found.and_then(|found| found.ok_or_else(never)) {
                Ok(seen) => seen.review,
                Err(error) => return Operation::fail(error),
            };
            let values = values(answers.next()).unwrap_or_default();
            if values.is_empty() {
                return Operation::done(review);
            }
            let calls: Vec<Request> = values.iter().map(|value| value.get(&run)).collect();
            ask_all(calls, move |mut answers| {
                let told = values.into_iter().filter_map(|value| Some((value, value_of(answers.next())?)));
                Operation::done(Review { evidence: told.map(|(value, data)| handed_on(&value, data)).collect(), ..review })
            })
        },
    )
}

/// What a task before it returned.
fn handed_on(value: &Value, data: Json) -> Step {
    let label = value.label();
    Step {
        output: Some(data),
        status: Status::new(StatusKind::Completed, "success"),
        ..Step::not_started(label.clone(), label.clone(), label, None)
    }
}
