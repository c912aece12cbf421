//! Reviews and decisions by `hil-decisions`: asynchronous at the vendor, idempotent by `command_id`
//! (<https://docs.retab.com/api-reference/workflows/runs/submit-hil-decision>).

use super::steps;
use super::{answer, complain, decision_path, get_run_call, run, run_path, steps_call};
use crate::adapters::why;
use crate::error::{ApiError, ErrorKind};
use crate::fields::{Fields, read};
use crate::http::{Method, Reply, Request, encode};
use crate::json::{Json, Malformed, Map};
use crate::model::{FactName, FactValue, RunDetail, Step};
use crate::operation::Operation;
use crate::review::{Decision, Intent, Outcome, Pin, Resume, ResumeState, Review, ReviewState, about, same_value};
use crate::status::Status;

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
        Some(list) => steps::read_list(crate::json::list(list, "steps").map_err(malformed(1))?),
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
fn with_its_waits(detail: RunDetail) -> Result<RunDetail, Malformed> {
    const WAITS: &str = "waiting_for_node_ids";
    match detail.other.iter().find(|(name, _)| name == WAITS) {
        Some((_, found)) => Err(Malformed::new(format!("run.{WAITS}"), format!("a list of texts was expected, not {found}"))),
        None => Ok(detail),
    }
}

/// A 404 of a part is an answer: there is none.
fn or_absent(answer: Result<Json, ApiError>) -> Result<Option<Json>, ApiError> {
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
        message: field("message").map(|message| crate::json::plain(&message)).filter(|message| !message.is_empty()),
    }
}

/// The data of the first JSON handle: `{"output-json-0": {"type": "json", "data": …}}`.
pub(in crate::adapters) fn payload(handles: &Json) -> Option<Json> {
    let json = |handle: &&Json| handle.get("type").and_then(Json::as_str) == Some("json");
    handles.as_object()?.values().filter(json).find_map(|handle| handle.get("data").filter(|data| !data.is_null()).cloned())
}

/// A `HILDecisionResource`; `None` while no decision was received.
fn read_decision(value: Json) -> Result<Option<Decision>, Malformed> {
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

/// What a decision is about, without the weight of the review.
struct Case {
    run: String,
    node: String,
    data: Json,
    intent: Intent,
}

impl Case {
    fn of(read: &Review, intent: &Intent) -> Self {
        Self { run: read.run.clone(), node: read.id.clone(), data: read.data.clone(), intent: intent.clone() }
    }

    /// Whether a recorded decision is what this intent sends: no data and the data as read say the same.
    fn is_mine(&self, decision: &Decision) -> bool {
        let recorded = decision.data.as_ref().unwrap_or(&self.data);
        let sent = self.sent().unwrap_or(&self.data);
        decision.approved == Some(self.intent.approve) && same_value(recorded, sent)
    }

    fn sent(&self) -> Option<&Json> {
        self.intent.edited.as_ref().filter(|_| self.intent.approve)
    }

    fn already(&self, decision: Decision) -> Outcome {
        match self.is_mine(&decision) {
            true => Outcome::AlreadyMine(decision),
            false => Outcome::DecidedByAnother(decision),
        }
    }

    fn read_back(&self) -> Request {
        Request::get(decision_path(&self.run, &self.node))
    }

    fn submit(&self, verb: &str) -> Request {
        let mut body = Map::new();
        body.insert("node_id".into(), self.node.as_str().into());
        body.insert("approved".into(), self.intent.approve.into());
        if let Some(data) = self.sent() {
            body.insert("modified_data".into(), data.clone());
        }
        body.insert("command_id".into(), self.intent.key.as_str().into());
        Request::write(Method::Post, format!("{}/{verb}", run_path(&self.run))).json(&Json::Object(body)).keyed()
    }
}

/// An error of the whole operation means that nothing was recorded by it: it failed before sending, or was refused.
pub(super) fn decide(read: &Review, intent: &Intent) -> Operation<Outcome> {
    if let Some(error) = intent.unsendable(read) {
        return Operation::fail(error);
    }
    let case = Case::of(read, intent);
    let pin = read.pin.clone();
    get(&case.run, &case.node).and_then(move |now| match now {
        Err(error) => before_sending(error),
        Ok(now) => match now.state {
            ReviewState::Decided(decision) => Operation::done(case.already(decision)),
            ReviewState::Gone => Operation::done(Outcome::NoLongerWaiting(now.run_status)),
            ReviewState::Open if now.pin != pin => Operation::done(Outcome::Changed(Box::new(now))),
            ReviewState::Open => send(case),
        },
    })
}

fn before_sending(error: ApiError) -> Operation<Outcome> {
    match error.kind {
        ErrorKind::Unauthorized | ErrorKind::Forbidden => Operation::done(not_permitted(error)),
        _ => Operation::fail(error),
    }
}

fn not_permitted(error: ApiError) -> Outcome {
    Outcome::NotPermitted { detail: error.detail, request_id: error.request_id }
}

fn send(case: Case) -> Operation<Outcome> {
    send_by(case, "hil-decisions")
}

/// The generation before has no `hil-decisions`: the run was read a moment ago, so a 404 means the call, and `resume` takes the same
/// body and key.
fn send_by(case: Case, verb: &'static str) -> Operation<Outcome> {
    let request = case.submit(verb);
    let call = request.call();
    Operation::one(request, move |reply| {
        let submitted = answer(reply, &call).and_then(|value| submitted(value).map_err(|problem| ApiError::malformed(&problem, &call)));
        match submitted {
            Ok(Submitted { word, decision, resume }) => match (word.as_str(), decision) {
                ("accepted", decision) => {
                    let sent = || Decision { approved: Some(case.intent.approve), data: case.sent().cloned(), ..Decision::default() };
                    let mut decision = decision.unwrap_or_else(sent);
                    decision.resume = resume;
                    Operation::done(Outcome::Accepted(decision))
                }
                ("already_processed", _) => {
                    let error = ApiError { call: call.into(), ..ApiError::new(ErrorKind::Conflict, "the node was decided before") };
                    refused(case, error)
                }
                ("already_received" | "already_applied", Some(decision)) => Operation::done(case.already(decision)),
                _ => settle(
                    case,
                    ApiError { call: call.into(), ..ApiError::new(ErrorKind::Malformed, format!("submission_status: {word}")) },
                ),
            },
            Err(error) => match error.kind {
                ErrorKind::NotFound if verb == "hil-decisions" => send_by(case, "resume"),
                ErrorKind::Conflict => refused(case, error),
                ErrorKind::Invalid => Operation::done(invalid(error)),
                ErrorKind::Unauthorized | ErrorKind::Forbidden => Operation::done(not_permitted(error)),
                _ if error.outcome_unknown() || error.kind == ErrorKind::Cancelled => settle(case, error),
                _ => Operation::fail(error),
            },
        }
    })
}

/// The answer to a submission, or to the `/resume` of the generation before it: `processing`, `queued` with a place in line, or
/// `already_processed`, and the run in place of the decision.
fn submitted(value: Json) -> Result<Submitted, Malformed> {
    let (word, resume, decision) = read(value, "submission", |fields| {
        let resume = fields.text("resume_status");
        let place = fields.count("queue_position");
        let word =
            if resume.is_none() { fields.required("submission_status") } else { fields.text("submission_status").unwrap_or_default() };
        (word, resume.map(|raw| resumption(raw, place)), fields.take("decision"))
    })?;
    let word = match &resume {
        Some(resume) if word.is_empty() && resume.state != ResumeState::Unknown => "accepted".to_owned(),
        Some(resume) if word.is_empty() => resume.raw.clone(),
        _ => word,
    };
    Ok(Submitted { word, decision: decision.map_or(Ok(None), read_decision)?, resume: resume.map(Box::new) })
}

struct Submitted {
    word: String,
    decision: Option<Decision>,
    resume: Option<Box<Resume>>,
}

/// `already_processed` tells of a decision, but not of which one: it is looked up.
fn resumption(raw: String, place: Option<u64>) -> Resume {
    let state = match raw.as_str() {
        "processing" => ResumeState::Pending,
        "queued" => ResumeState::Queued(place),
        _ => ResumeState::Unknown,
    };
    Resume { state, raw, error: None }
}

/// The place of a node in the run's `resume_queue`, once its decision was received and until it is taken up.
fn queued(run: &RunDetail, node: &str) -> Option<Box<Resume>> {
    let Some(FactValue::Data(Json::Array(queue))) = run::fact(&run.facts, FactName::ResumeQueue) else { return None };
    let at = queue.iter().position(|item| item.get("node_id").and_then(Json::as_str) == Some(node))?;
    let named = queue.get(at).and_then(|item| item.get("queue_position").or_else(|| item.get("position"))).and_then(Json::as_u64);
    let place = named.or_else(|| u64::try_from(at + 1).ok());
    Some(Box::new(Resume { state: ResumeState::Queued(place), raw: "queued".into(), error: None }))
}

fn invalid(error: ApiError) -> Outcome {
    let fields = error.fields.into_iter().map(|(path, message)| {
        let inner = path.strip_prefix("modified_data").map(|rest| rest.trim_start_matches('.').to_owned());
        (inner.unwrap_or(path), message)
    });
    Outcome::Invalid { detail: error.detail, fields: fields.collect(), request_id: error.request_id }
}

fn decision_of(reply: Reply, call: &str) -> Result<Option<Decision>, ApiError> {
    match or_absent(answer(reply, call))? {
        Some(value) => read_decision(value).map_err(|problem| ApiError::malformed(&problem, call)),
        None => Ok(None),
    }
}

/// After an answer that tells nothing: reads once what was recorded; never sends again.
fn settle(case: Case, error: ApiError) -> Operation<Outcome> {
    let request = case.read_back();
    let call = request.call();
    Operation::one(request, move |reply| {
        Operation::done(match decision_of(reply, &call) {
            // None was recorded right before sending, so it is this one.
            Ok(Some(decision)) if case.is_mine(&decision) => Outcome::Accepted(decision),
            Ok(Some(decision)) => Outcome::DecidedByAnother(decision),
            Ok(None) | Err(_) => Outcome::not_confirmed(error),
        })
    })
}

/// After a 409: the other decision, or where the run is now.
fn refused(case: Case, error: ApiError) -> Operation<Outcome> {
    look(case, move |case, found| match found {
        Ok((Some(decision), _)) => Operation::done(case.already(decision)),
        Ok((None, Some(status))) => Operation::done(Outcome::NoLongerWaiting(status)),
        // Refused, and yet it waits: the vendor's own words say more than a guess.
        Ok((None, None)) | Err(_) => Operation::fail(error),
    })
}

/// Reads only.
pub(super) fn confirm(read: &Review, intent: &Intent) -> Operation<Outcome> {
    look(Case::of(read, intent), |case, found| {
        Operation::done(match found {
            Ok((Some(decision), _)) => case.already(decision),
            Ok((None, Some(status))) => Outcome::NoLongerWaiting(status),
            Ok((None, None)) => Outcome::NotConfirmed { detail: String::new(), request_id: None },
            Err(error) => Outcome::not_confirmed(error),
        })
    })
}

/// The recorded decision, and the run's status if it does not wait at this node any more.
type Found = Result<(Option<Decision>, Option<Status>), ApiError>;

fn look(case: Case, then: impl FnOnce(&Case, Found) -> Operation<Outcome> + 'static) -> Operation<Outcome> {
    let asks = [case.read_back(), get_run_call(&case.run)];
    let calls = asks.each_ref().map(Request::call);
    Operation::ask(asks.into(), move |replies| {
        let mut replies = replies.into_iter();
        let mut next = || {
            replies.next().unwrap_or_else(|| Err(crate::http::Failure { kind: crate::http::FailureKind::NotSent, detail: String::new() }))
        };
        let decision = decision_of(next(), &calls[0]);
        let run = crate::error::answer(next(), &calls[1], complain).and_then(|value| {
            run::read(value).map_err(why).and_then(with_its_waits).map_err(|problem| ApiError::malformed(&problem, &calls[1]))
        });
        let found = match (decision, run) {
            // A decision says everything; the run adds nothing to it.
            (Ok(Some(decision)), _) => Ok((Some(decision), None)),
            (Ok(None), Ok(detail)) => {
                let run = detail.run;
                let waits = !run.status.kind.is_final() && run.waiting_on.contains(&case.node);
                Ok((None, (!waits).then_some(run.status)))
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        then(&case, found)
    })
}
