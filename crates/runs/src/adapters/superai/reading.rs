//! Reading one review: the task, the outputs it is about, and the run around them.

use super::assignments::holder;
use super::calls::{Gathered, Reviews, decoded, gather, read_definition, read_execution, read_tasks};
use super::decode::{Execution, ReviewTask, Task, review_task};
use super::definition::Definition;
use super::detail;
use crate::model::review::{Decision, Pin, Review, ReviewState};
use crate::model::status::{Status, StatusKind};
use crate::value::json::Json;
use crate::value::time::Timestamp;
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::operation::Operation;

pub(super) enum Reading {
    Found(Box<Review>),
    /// There is no such review (any more); the run's status.
    Missing(Status),
}

pub(super) fn read_review(run: &str, flow: Option<&str>, review: &str) -> Operation<Reading> {
    gathered(review, gather(run, flow, &Reviews::One(review.to_owned())))
}

/// Like [`read_review`], and who has it started.
pub(super) fn read_held(run: &str, flow: Option<&str>, review: &str) -> Operation<Reading> {
    gathered(review, gather(run, flow, &Reviews::Held(review.to_owned())))
}

fn gathered(review: &str, gathered: Operation<Gathered>) -> Operation<Reading> {
    let review = review.to_owned();
    gathered.and_then(move |gathered| Operation::Done(gathered.and_then(|gathered| reading(gathered, &review))))
}

fn reading(gathered: Gathered, id: &str) -> Result<Reading, ApiError> {
    let Execution { mut run, .. } = match read_execution(gathered.execution, "GET flow-executions/{id}") {
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(Reading::Missing(Status::new(StatusKind::Deleted, ""))),
        execution => execution?,
    };
    let review = match decoded(gathered.reviews, &format!("GET human-review-tasks/{id}"), review_task) {
        Ok(review) if review.run.eq_ignore_ascii_case(&run.id) => review,
        Ok(_) => return Ok(Reading::Missing(run.status)),
        Err(error) if error.kind == ErrorKind::NotFound => return Ok(Reading::Missing(run.status)),
        Err(error) => return Err(error),
    };
    let holder = gathered.assignments.and_then(|answer| holder(answer, "GET human-review-tasks/{id}/assignments"));
    let mut tasks = read_tasks(gathered.tasks, &run.id)?;
    let definition = match gathered.definition.map(read_definition) {
        None => None,
        Some(Ok(definition)) => (definition.flow.id == run.flow).then_some(definition),
        // A schema that is missing now and there a moment later would look like a change.
        Some(Err(error)) if error.passing() => return Err(error),
        Some(Err(_)) => None,
    };
    detail::sort(&mut tasks, definition.as_ref());
    for task in &mut tasks {
        detail::name(&mut task.step, definition.as_ref());
        detail::reviewed(task, std::slice::from_ref(&review));
    }
    detail::resuming(&mut run, std::slice::from_ref(&review));
    run.flow_name = definition.as_ref().map(|definition| definition.flow.name.clone());
    let subject = Subject::of(&review, &tasks, definition.as_ref());
    if !subject.complete
        && let Some(error) = tasks.iter().find(|task| task.unread).and_then(|task| task.step.error.as_ref())
    {
        // What is reviewed may be there after all.
        return Err(ApiError { call: "GET task-executions".into(), ..ApiError::new(ErrorKind::Malformed, &error.message) });
    }
    let source = tasks.iter().find(|task| review.is_of(&task.step.node, task.idx));
    Ok(Reading::Found(Box::new(Review {
        name: source.map_or_else(|| review.source.clone(), |task| task.step.name.clone()),
        state: state(&review, &run.status, subject.complete),
        run_status: run.status,
        run: run.id,
        flow: run.flow,
        flow_name: run.flow_name,
        data: subject.data,
        schema: subject.schema,
        pin: subject.pin,
        reason: (!review.messages.is_empty()).then(|| review.messages.join("\n")),
        read_only: read_only(&review),
        evidence: tasks.iter().filter(|task| !review.is_of(&task.step.node, task.idx)).map(|task| task.step.clone()).collect(),
        versions: Vec::new(),
        holder: holder.filter(|_| !review.completed()),
        carry: Json::from(review.targets.len()),
        since: review.created_at,
        until: None,
        instructions: review.instructions,
        id: review.id,
    })))
}

fn read_only(review: &ReviewTask) -> Vec<usize> {
    review.targets.iter().enumerate().filter(|(_, target)| !target.editable).map(|(at, _)| at).collect()
}

fn state(review: &ReviewTask, run: &Status, complete: bool) -> ReviewState {
    if review.completed() {
        ReviewState::Decided(decision(review))
    } else if run.kind.is_final() || run.kind == StatusKind::Cancelling || !complete {
        ReviewState::Gone
    } else {
        ReviewState::Open
    }
}

pub(super) fn decision(review: &ReviewTask) -> Decision {
    Decision {
        approved: review.result,
        data: review.output.clone().map(|output| together(output, review.targets.len())),
        by: review.by.clone(),
        at: review.at,
        ..Decision::default()
    }
}

/// One target: its value itself; several: the list of them.
fn together(mut values: Vec<Json>, targets: usize) -> Json {
    if targets == 1 && values.len() == 1 { values.swap_remove(0) } else { Json::Array(values) }
}

/// What a reviewer looks at.
struct Subject {
    data: Json,
    schema: Option<Json>,
    pin: Pin,
    /// Every target is there.
    complete: bool,
}

impl Subject {
    fn of(review: &ReviewTask, tasks: &[Task], definition: Option<&Definition>) -> Self {
        let (mut values, mut marks) = (Vec::new(), Vec::new());
        let (mut attempt, mut changed): (Option<u32>, Option<Timestamp>) = (None, None);
        let mut complete = true;
        for target in &review.targets {
            let task = tasks.iter().find(|task| task.step.node == target.node && task.idx == target.idx);
            let value = task.and_then(|task| task.step.output.as_ref()).and_then(|output| target.of(output));
            complete &= value.is_some();
            values.push(value.cloned().unwrap_or_default());
            let updated_at = task.and_then(|task| task.updated_at);
            marks.push(Json::Array(vec![
                target.node.clone().into(),
                target.idx.into(),
                updated_at.map_or(Json::Null, |time| time.0.into()),
            ]));
            attempt = attempt.max(Some(target.idx.saturating_add(1)));
            changed = changed.max(updated_at);
        }
        let data = together(values, review.targets.len());
        let schema = schema(review, definition);
        let pinned = Json::Array(vec![data.clone(), Json::Array(marks)]);
        Self { pin: Pin::of(&pinned, schema.as_ref(), attempt, changed), data, schema, complete }
    }
}

/// The data under review, as far as it is there.
pub(super) fn subject_data(review: &ReviewTask, tasks: &[Task]) -> Json {
    Subject::of(review, tasks, None).data
}

/// The definition's schema of the output under review, where it has one and there is a single target.
fn schema(review: &ReviewTask, definition: Option<&Definition>) -> Option<Json> {
    let [target] = review.targets.as_slice() else { return None };
    let whole = definition?.task(&target.node)?.output_schema.as_ref()?;
    match &target.item {
        None => Some(whole.clone()),
        Some((name, _)) => whole.get("properties")?.get(name)?.get("items").cloned(),
    }
}
