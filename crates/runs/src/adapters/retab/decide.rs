//! Sending a decision and finding out what became of it.

use super::review::{get, or_absent, read_decision, with_its_waits};
use super::{answer, complain, decision_path, get_run_call, run, run_path};
use crate::adapters::why;
use crate::model::review::{Decision, Intent, Outcome, Resume, ResumeState, Review, ReviewState};
use crate::model::status::Status;
use crate::value::decimal::same_value;
use crate::value::json::{Json, Malformed, Map};
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::fields::read;
use crate::wire::http::{Method, Reply, Request};
use crate::wire::operation::Operation;

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
            replies
                .next()
                .unwrap_or_else(|| Err(crate::wire::http::Failure { kind: crate::wire::http::FailureKind::NotSent, detail: String::new() }))
        };
        let decision = decision_of(next(), &calls[0]);
        let run = crate::wire::error::answer(next(), &calls[1], complain).and_then(|value| {
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
