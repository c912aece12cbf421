//! Reviews and decisions by `hil-decisions`: asynchronous at the vendor, idempotent by `command_id`
//! (<https://docs.retab.com/api-reference/workflows/runs/submit-hil-decision>).

use super::steps;
use super::{answer, decision_path, get_run_call, run, run_path, steps_call};
use crate::adapters::why;
use crate::model::review::{Decision, Pin, Resume, ResumeState, Review, ReviewState, about};
use crate::model::{FactName, FactValue, RunDetail, Step};
use crate::value::json::{Json, Malformed};
use crate::value::percent::encode;
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::fields::{Fields, read};
use crate::wire::http::{Reply, Request};
use crate::wire::operation::Operation;

pub(super) fn get(run_id: &str, node: &str) -> Operation<Review> {
    let node = node.to_owned();
    let asks = [
        get_run_call(run_id),
        steps_call(run_id),
        Request::get(format!("{}/steps/{}", run_path(run_id), encode(&node))),
        Request::get(decision_path(run_id, &node)),
    ];
    let calls = asks.each_ref().map(Request::call);
    Operation::ask(asks.into(), move |replies| Operation::Done(assemble(&node, &calls, replies)))
}

fn assemble(node: &str, calls: &[String; 4], replies: Vec<Reply>) -> Result<Review, ApiError> {
    let mut answers = replies.into_iter().zip(calls).map(|(reply, call)| answer(reply, call));
    let mut next = || answers.next().unwrap_or_else(|| Err(ApiError::new(ErrorKind::Malformed, "an answer is missing")));
    let malformed = |call: usize| move |problem: Malformed| ApiError::malformed(&problem, &calls[call]);
    let detail = run::read(next()?).map_err(why).and_then(with_its_waits).map_err(malformed(0))?;
    let documents = match or_absent(next())? {
        Some(list) => steps::read_list(crate::value::json::list(list, "steps").map_err(malformed(1))?),
        None => Vec::new(),
    };
    let output = match or_absent(next())? {
        Some(value) => Some(steps::read(value).map_err(why).map_err(malformed(2))?),
        None => None,
    };
    let mut decision = match or_absent(next())? {
        Some(value) => read_decision(value).map_err(malformed(3))?,
        None => None,
    };
    if let Some(decision) = decision.as_mut().filter(|decision| decision.applied_at.is_none()) {
        decision.resume = queued(&detail, node);
    }
    review(node, detail, documents, output, decision).ok_or_else(|| ApiError {
        call: calls[0].as_str().into(),
        ..ApiError::new(ErrorKind::NotFound, format!("the run has no step {node}"))
    })
}

/// A run whose list of waiting nodes could not be read does not say that it waits nowhere.
pub(super) fn with_its_waits(detail: RunDetail) -> Result<RunDetail, Malformed> {
    const WAITS: &str = "waiting_for_node_ids";
    match detail.other.iter().find(|(name, _)| name == WAITS) {
        Some((_, found)) => Err(Malformed::new(format!("run.{WAITS}"), format!("a list of texts was expected, not {found}"))),
        None => Ok(detail),
    }
}

/// A 404 of a part is an answer: there is none.
pub(super) fn or_absent(answer: Result<Json, ApiError>) -> Result<Option<Json>, ApiError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn review(node: &str, detail: RunDetail, documents: Vec<Step>, output: Option<Step>, decision: Option<Decision>) -> Option<Review> {
    let run = detail.run;
    let all = steps::merge(detail.steps, documents);
    let place = all.iter().rposition(|step| step.node == node || step.id == node);
    let waits = run.waiting_on.iter().any(|waiting| waiting == node);
    if place.is_none() && output.is_none() && decision.is_none() && !waits {
        return None;
    }
    let listed = place.and_then(|at| all.get(at));
    let subject = subject([output.as_ref(), listed]);
    let documented = listed.filter(|step| steps::has_retries(step));
    let state = match decision {
        Some(decision) => ReviewState::Decided(decision),
        None if waits && !run.status.kind.is_final() => ReviewState::Open,
        None => ReviewState::Gone,
    };
    Some(Review {
        id: node.to_owned(),
        name: listed.or(output.as_ref()).map_or_else(|| node.to_owned(), |step| step.name.clone()),
        since: listed.and_then(|step| step.started_at).or(run.waiting_since),
        until: None,
        pin: Pin::of(
            &subject.data,
            subject.schema.as_ref(),
            documented.map(|step| step.attempt),
            listed.and_then(|step| steps::time(&step.facts, FactName::UpdatedAt)),
        ),
        run: run.id,
        flow: run.flow,
        flow_name: run.flow_name,
        state,
        run_status: run.status,
        data: subject.data,
        schema: subject.schema,
        reason: subject.message,
        instructions: None,
        read_only: Vec::new(),
        evidence: all.into_iter().take(place.unwrap_or(usize::MAX)).filter(|step| step.node != node).collect(),
        versions: Vec::new(),
        holder: None,
        carry: Json::Null,
    })
}

/// Says of each open review what it is about, as far as the run's steps hold its data.
pub(super) fn tell_about(detail: &mut RunDetail) {
    for review in &mut detail.reviews {
        let step = detail.steps.iter().rfind(|step| step.id == review.id || step.node == review.id);
        review.about = about(&subject([step, None]).data);
    }
    if let Some(reviews) = &mut detail.run.reviews {
        reviews.clone_from(&detail.reviews);
    }
}

struct Subject {
    data: Json,
    schema: Option<Json>,
    message: Option<String>,
}

/// What the person looks at: `extracted_data` of the step's output; else the JSON that came in or went out of the node.
fn subject(sources: [Option<&Step>; 2]) -> Subject {
    let outputs = || sources.iter().flatten().filter_map(|step| step.output.as_ref());
    let field = |name: &str| outputs().find_map(|output| output.get(name)).filter(|value| !value.is_null()).cloned();
    let handle = || {
        let inputs = sources.iter().flatten().filter_map(|step| step.input.as_ref());
        inputs.chain(outputs()).find_map(payload)
    };
    Subject {
        data: field("extracted_data").or_else(handle).unwrap_or(Json::Null),
        schema: field("json_schema"),
        message: field("message").map(|message| crate::value::json::plain(&message)).filter(|message| !message.is_empty()),
    }
}

/// The data of the first JSON handle: `{"output-json-0": {"type": "json", "data": …}}`.
pub(in crate::adapters) fn payload(handles: &Json) -> Option<Json> {
    let json = |handle: &&Json| handle.get("type").and_then(Json::as_str) == Some("json");
    handles.as_object()?.values().filter(json).find_map(|handle| handle.get("data").filter(|data| !data.is_null()).cloned())
}

/// A `HILDecisionResource`; `None` while no decision was received.
pub(super) fn read_decision(value: Json) -> Result<Option<Decision>, Malformed> {
    read(value, "decision", |fields| match fields.take("decision") {
        Some(inner) => fields.part(inner, "decision", "decision", received).flatten(),
        None => received(fields),
    })
}

fn received(fields: &mut Fields) -> Option<Decision> {
    let approved = fields.flag("approved");
    let received = fields.flag("decision_received").unwrap_or(approved.is_some());
    let decision = Decision {
        approved,
        data: fields.take("modified_data"),
        // Retab records no person.
        at: fields.time("received_at"),
        applied_at: fields.time("applied_at"),
        ..Decision::default()
    };
    received.then_some(decision)
}

/// The place of a node in the run's `resume_queue`, once its decision was received and until it is taken up.
fn queued(run: &RunDetail, node: &str) -> Option<Box<Resume>> {
    let Some(FactValue::Data(Json::Array(queue))) = run::fact(&run.facts, FactName::ResumeQueue) else { return None };
    let at = queue.iter().position(|item| item.get("node_id").and_then(Json::as_str) == Some(node))?;
    let named = queue.get(at).and_then(|item| item.get("queue_position").or_else(|| item.get("position"))).and_then(Json::as_u64);
    let place = named.or_else(|| u64::try_from(at + 1).ok());
    Some(Box::new(Resume { state: ResumeState::Queued(place), raw: "queued".into(), error: None }))
}
