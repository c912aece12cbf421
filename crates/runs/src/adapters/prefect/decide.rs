//! Deciding: the whole form is sent with a resume, a rejection is a state that is set. The vendor has no idempotency key; two answers
//! to one form exclude each other there, without a form only the gateway's turns do.

use super::calls::{Answer, MOST_TRIES, ask, run_path, set_state, write};
use super::decode::{REJECTED, State, state};
use super::review::{Found, find};
use super::{calls, review};
use crate::model::review::{Decision, Intent, Outcome, Resume, ResumeState, Review, ReviewState};
use crate::model::status::{Status, StatusKind};
use crate::value::decimal::same_value;
use crate::value::json::Json;
use crate::value::time::Timestamp;
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::http::SEEN;
use crate::wire::operation::Operation;
use serde_json::json;

/// In a reviewer's input the vendor runs what stands beside it as a template.
const TEMPLATE: &str = "__prefect_kind";

struct Case {
    run: String,
    id: String,
    approve: bool,
    reason: Option<String>,
    /// The whole form; `None` where there is none.
    form: Option<Json>,
    suspended: bool,
    tries: u8,
}

pub(super) fn decide(read: &Review, intent: &Intent) -> Operation<Outcome> {
    if let Some(error) = intent.unsendable(read) {
        return Operation::fail(error);
    }
    let case = Case::of(read, intent);
    if let Some(outcome) = case.form.as_ref().filter(|_| intent.approve).and_then(|form| wrong(form, read.schema.as_ref())) {
        return Operation::done(outcome);
    }
    let pin = read.pin.clone();
    look(case, move |case, found| match found {
        Ok(Some(fresh)) => match fresh.state {
            ReviewState::Decided(decision) => Operation::done(case.already(decision)),
            ReviewState::Gone => Operation::done(Outcome::NoLongerWaiting(fresh.run_status)),
            ReviewState::Open if fresh.pin != pin => whole(fresh),
            ReviewState::Open => case.send(),
        },
        Ok(None) => gone(),
        Err(error) => refused(error),
    })
}

/// Reads what was recorded; sends nothing.
pub(super) fn confirm(read: &Review, intent: &Intent) -> Operation<Outcome> {
    look(Case::of(read, intent), |case, found| {
        Operation::Done(match found {
            Ok(Some(fresh)) => Ok(match fresh.state {
                ReviewState::Decided(decision) => case.already(decision),
                ReviewState::Gone => Outcome::NoLongerWaiting(fresh.run_status),
                ReviewState::Open => Outcome::NotConfirmed { detail: String::new(), request_id: None },
            }),
            Ok(None) => Ok(Outcome::NoLongerWaiting(Status::new(StatusKind::Deleted, ""))),
            Err(error) => Ok(Outcome::not_confirmed(error)),
        })
    })
}

/// The review as it is now, with its evidence.
fn whole(fresh: Review) -> Operation<Outcome> {
    review::get(&fresh.run, &fresh.id).map(|review| Outcome::Changed(Box::new(review)))
}

/// The run was deleted.
fn gone() -> Operation<Outcome> {
    Operation::done(Outcome::NoLongerWaiting(Status::new(StatusKind::Deleted, "")))
}

fn refused(error: ApiError) -> Operation<Outcome> {
    match error.kind {
        ErrorKind::Unauthorized | ErrorKind::Forbidden => {
            Operation::done(Outcome::NotPermitted { detail: error.detail, request_id: error.request_id })
        }
        _ => Operation::fail(error),
    }
}

/// What the vendor would take and only the flow would stumble over: templates, and formats, which it does not check.
fn wrong(form: &Json, schema: Option<&Json>) -> Option<Outcome> {
    let mut fields = Vec::new();
    templates(form, "", &mut fields);
    let properties = schema.and_then(|schema| schema.get("properties")).and_then(Json::as_object);
    for (name, field) in properties.into_iter().flatten() {
        let alternatives = field.get("anyOf").and_then(Json::as_array).into_iter().flatten();
        let format = std::iter::once(field).chain(alternatives).find_map(|field| field.get("format")?.as_str());
        if let (Some(format), Some(Json::String(text))) = (format, form.get(name))
            && !fits(format, text)
        {
            fields.push((name.clone(), format!("{text:?} is not a {format}")));
        }
    }
    let (_, detail) = fields.first()?;
    Some(Outcome::Invalid { detail: detail.clone(), fields, request_id: None })
}

fn fits(format: &str, text: &str) -> bool {
    match format {
        "date" => text.len() == 10 && Timestamp::parse(&format!("{text}T00:00:00Z")).is_some(),
        "date-time" => Timestamp::parse(text).is_some(),
        _ => true,
    }
}

fn templates(value: &Json, path: &str, fields: &mut Vec<(String, String)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Json::Object(map) if map.contains_key(TEMPLATE) => fields.push((path.into(), format!("{TEMPLATE} is not sent: it is a template"))),
        Json::Object(map) => map.iter().for_each(|(key, value)| templates(value, &below(key), fields)),
        Json::Array(items) => items.iter().enumerate().for_each(|(at, value)| templates(value, &below(&at.to_string()), fields)),
        _ => {}
    }
}

impl Case {
    fn of(read: &Review, intent: &Intent) -> Self {
        let told = |name: &str| read.carry.get(name).and_then(Json::as_bool) == Some(true);
        Self {
            run: read.run.clone(),
            id: read.id.clone(),
            approve: intent.approve,
            reason: intent.reason.clone(),
            // Without a field the vendor would take its default, and store no word of it.
            form: told("form").then(|| intent.whole(read)),
            suspended: told("suspended"),
            tries: 0,
        }
    }

    /// Whether what is recorded is what this decision says.
    fn is(&self, decision: &Decision) -> bool {
        let same = match (&self.form, &decision.data) {
            (Some(form), Some(recorded)) => same_value(form, recorded),
            (form, recorded) => form.is_none() == recorded.is_none(),
        };
        decision.approved == Some(self.approve) && (!self.approve || same)
    }

    fn already(&self, decision: Decision) -> Outcome {
        if self.is(&decision) { Outcome::AlreadyMine(decision) } else { Outcome::DecidedByAnother(decision) }
    }

    fn send(self) -> Operation<Outcome> {
        if !self.approve {
            return self.reject();
        }
        let body = self.form.as_ref().map_or_else(|| json!({}), |form| json!({"run_input": form}));
        let resume = write(format!("{}/resume", run_path(&self.run)), &body).with(SEEN, self.id.as_str());
        ask(resume, move |answer, call| match told(answer, call) {
            Ok(Told::Accepted(state)) => Operation::done(Outcome::Accepted(self.approved(&state))),
            Ok(Told::Refused(detail)) => Operation::done(Outcome::Invalid { fields: field(&detail), detail, request_id: None }),
            Ok(Told::Replaced(_, detail) | Told::Aborted(detail)) => self.lost(ApiError::new(ErrorKind::Conflict, detail)),
            Err(error) => self.failed(error),
        })
    }

    fn approved(&self, state: &State) -> Decision {
        let resumed = if self.suspended { ResumeState::Pending } else { ResumeState::Resumed };
        let resume = Resume { state: resumed, raw: state.status.raw.clone(), error: None };
        Decision { approved: Some(true), data: self.form.clone(), at: state.at, resume: Some(Box::new(resume)), ..Decision::default() }
    }

    /// In process the runner has to end what waits; suspended nothing runs, and the run can have its end at once.
    fn reject(self) -> Operation<Outcome> {
        let state = match self.suspended {
            true => json!({"type": "CANCELLED", "name": REJECTED, "message": self.reason}),
            false => json!({"type": "CANCELLING", "message": self.reason}),
        };
        // The vendor would cancel what was approved meanwhile: the gateway looks, in its turn.
        ask(set_state(&self.run, &state).with(SEEN, self.id.as_str()), move |answer, call| match told(answer, call) {
            Ok(Told::Accepted(_)) => self.rejected(),
            Ok(Told::Refused(detail) | Told::Replaced(_, detail) | Told::Aborted(detail)) => {
                self.lost(ApiError::new(ErrorKind::Conflict, detail))
            }
            Err(error) => self.failed(error),
        })
    }

    /// The vendor cancels whatever runs: only the history says whether it still waited when another client had its way.
    fn rejected(self) -> Operation<Outcome> {
        look(self, |case, found| match found {
            Ok(Some(Review { state: ReviewState::Decided(decision), .. })) if case.is(&decision) => {
                Operation::done(Outcome::Accepted(decision))
            }
            Ok(Some(Review { state: ReviewState::Decided(decision), .. })) => Operation::done(Outcome::DecidedByAnother(decision)),
            Ok(Some(fresh)) => Operation::done(Outcome::NoLongerWaiting(fresh.run_status)),
            Ok(None) => gone(),
            Err(error) => Operation::done(Outcome::not_confirmed(error)),
        })
    }

    fn failed(self, error: ApiError) -> Operation<Outcome> {
        match (error.kind, error.status) {
            (ErrorKind::Unauthorized | ErrorKind::Forbidden, _) => refused(error),
            (ErrorKind::Invalid, _) => {
                Operation::done(Outcome::Invalid { detail: error.detail, fields: error.fields, request_id: error.request_id })
            }
            // Two at once: the vendor's 409 for the second form, its 503 for a database that is busy, both rolled back; a 500 for a run
            // that is gone. What it says tells nothing of the other.
            (ErrorKind::Conflict | ErrorKind::NotFound, _) | (ErrorKind::Refused, Some(409)) | (ErrorKind::Vendor, Some(500 | 503)) => {
                self.lost(error)
            }
            _ if error.outcome_unknown() || error.kind == ErrorKind::Cancelled => self.lost(error),
            _ => Operation::fail(error),
        }
    }

    /// Reads what was recorded in its place.
    fn lost(self, error: ApiError) -> Operation<Outcome> {
        look(self, move |mut case, found| match found {
            Ok(Some(fresh)) => match fresh.state {
                // It was open right before it was sent, and an answer that was lost may have been a yes.
                ReviewState::Decided(decision) if error.outcome_unknown() && case.is(&decision) => {
                    Operation::done(Outcome::Accepted(decision))
                }
                ReviewState::Decided(decision) => Operation::done(case.already(decision)),
                ReviewState::Gone => Operation::done(Outcome::NoLongerWaiting(fresh.run_status)),
                ReviewState::Open if error.status == Some(503) && case.tries < MOST_TRIES => {
                    case.tries += 1;
                    case.send()
                }
                // The vendor says itself that nothing happened.
                ReviewState::Open if matches!(error.status, Some(500 | 503)) => {
                    Operation::fail(ApiError { kind: ErrorKind::VendorUnreachable, ..error })
                }
                ReviewState::Open if error.outcome_unknown() => Operation::done(Outcome::not_confirmed(error)),
                ReviewState::Open => Operation::fail(error),
            },
            Ok(None) => gone(),
            Err(_) => Operation::done(Outcome::not_confirmed(error)),
        })
    }
}

/// The review as it is now; `None`: there is no such run any more.
fn look(case: Case, then: impl FnOnce(Case, Found) -> Operation<Outcome> + 'static) -> Operation<Outcome> {
    let (run, id) = (case.run.clone(), case.id.clone());
    find(&run, &id, Vec::new(), move |found, _| {
        let found = match found {
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            found => found,
        };
        then(case, found)
    })
}

/// What the vendor says to a state that was asked for: all of it in answers of 200 and 201.
pub(super) enum Told {
    Accepted(State),
    /// What was sent does not do.
    Refused(String),
    /// The vendor put another state in the place of the one that was asked for, or left the run in its own: the state it is in.
    Replaced(Option<State>, String),
    /// It is not the time for it.
    Aborted(String),
}

pub(super) fn told(answer: Answer, call: &str) -> Result<Told, ApiError> {
    let value = answer?;
    let reason = || value.pointer("/details/reason").and_then(Json::as_str).unwrap_or_default().to_owned();
    match value.get("status").and_then(Json::as_str) {
        Some("ACCEPT") => calls::decoded(Ok(value.get("state").cloned().unwrap_or_default()), call, |value| {
            state(value).map(Told::Accepted).map_err(|(_, problem)| problem)
        }),
        // A form that does not do is a `REJECT` with the details of an `ABORT`.
        Some("REJECT") if value.pointer("/details/type").and_then(Json::as_str) == Some("reject_details") => {
            Ok(Told::Replaced(value.get("state").cloned().and_then(|found| state(found).ok()), reason()))
        }
        Some("REJECT") => Ok(Told::Refused(reason())),
        // WAIT has no reason of its own either.
        Some("ABORT" | "WAIT") => Ok(Told::Aborted(reason())),
        _ => Err(ApiError { call: call.into(), ..ApiError::new(ErrorKind::Malformed, "the answer has no status") }),
    }
}

/// `Reason: Validation failed for field 'decision'. Failure reason: …` names the first field that is wrong.
fn field(reason: &str) -> Vec<(String, String)> {
    let named = reason.split_once("for field '").and_then(|(_, rest)| rest.split_once('\''));
    let why = reason.split_once("Failure reason: ").map_or(reason, |(_, why)| why);
    named.map(|(name, _)| (name.to_owned(), crate::wire::error::bounded(why))).into_iter().collect()
}
