//! Deciding. The vendor says yes to two people at once, to answers that nobody waits for any more, and to those that its task will not
//! take: a yes is read back, once the gateway saw the task through (`Route::settles`), and compared.

use super::calls::{ask, write};
use super::review::{Found, Seen, decision, find, marked};
use super::valid::wrong;
use super::wait::{Given, given};
use super::{calls, review};
use crate::adapters::answers::Told;
use crate::model::review::{Decision, Intent, Outcome, Resume, ResumeState, Review, ReviewState};
use crate::model::status::{Status, StatusKind};
use crate::value::decimal::same_value;
use crate::value::json::{Json, Map};
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::http::{Method, Request, SEEN, SINCE};
use crate::wire::operation::Operation;
use serde_json::json;

struct Case {
    run: String,
    id: String,
    approve: bool,
    reason: Option<String>,
    /// The whole form.
    form: Json,
}

pub(super) fn decide(read: &Review, intent: &Intent) -> Operation<Outcome> {
    if let Some(error) = intent.unsendable(read) {
        return Operation::fail(error);
    }
    let case = Case::of(read, intent);
    if let Some(outcome) = read.schema.as_ref().filter(|_| intent.approve).and_then(|schema| invalid(&case.form, schema)) {
        return Operation::done(outcome);
    }
    let pin = read.pin.clone();
    look(case, move |case, found| match found {
        Ok(Some(fresh)) => match &fresh.review.state {
            ReviewState::Decided(decision) => Operation::done(case.already(decision.clone())),
            ReviewState::Gone => Operation::done(Outcome::NoLongerWaiting(fresh.review.run_status)),
            ReviewState::Open if fresh.review.pin != pin => {
                review::get(&case.run, &case.id).map(|review| Outcome::Changed(Box::new(review)))
            }
            ReviewState::Open if case.approve || fresh.wait.is_approval() => case.answer(&fresh),
            ReviewState::Open => case.end(&fresh),
        },
        Ok(None) => gone(),
        Err(error) => refused(error),
    })
}

/// Reads what was recorded; sends nothing.
pub(super) fn confirm(read: &Review, intent: &Intent) -> Operation<Outcome> {
    look(Case::of(read, intent), |case, found| {
        Operation::Done(match found {
            Ok(Some(fresh)) => Ok(match fresh.review.state {
                ReviewState::Decided(decision) => case.already(decision),
                ReviewState::Gone => Outcome::NoLongerWaiting(fresh.review.run_status),
                ReviewState::Open => Outcome::NotConfirmed { detail: String::new(), request_id: None },
            }),
            Ok(None) => Ok(Outcome::NoLongerWaiting(Status::new(StatusKind::Deleted, ""))),
            Err(error) => Ok(Outcome::not_confirmed(error)),
        })
    })
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

fn invalid(form: &Json, schema: &Json) -> Option<Outcome> {
    let fields = wrong(form, schema);
    let (place, problem) = fields.first()?;
    Some(Outcome::Invalid { detail: format!("{place}: {problem}"), fields, request_id: None })
}

/// The review as it is now; `None`: there is no such run any more.
fn look(case: Case, then: impl FnOnce(Case, Found) -> Operation<Outcome> + 'static) -> Operation<Outcome> {
    let (run, id) = (case.run.clone(), case.id.clone());
    find(&run, &id, |_| Vec::new(), move |found, _, _| then(case, found))
}

impl Case {
    fn of(read: &Review, intent: &Intent) -> Self {
        let reason = intent.reason.clone().filter(|reason| !reason.trim().is_empty());
        Self { run: read.run.clone(), id: read.id.clone(), approve: intent.approve, reason, form: intent.whole(read) }
    }

    /// Whether what is recorded is what this decision says.
    fn is(&self, decision: &Decision) -> bool {
        let same = decision.data.as_ref().is_some_and(|recorded| same_value(&self.form, recorded));
        decision.approved == Some(self.approve) && (!self.approve || same)
    }

    fn already(&self, decision: Decision) -> Outcome {
        if self.is(&decision) { Outcome::AlreadyMine(decision) } else { Outcome::DecidedByAnother(decision) }
    }

    /// A call about the task as it was seen just now.
    fn on_task(fresh: &Seen, verb: &str, body: &Json) -> Request {
        let task = &fresh.wait.task;
        let path = calls::RunId { dag: task.dag.clone(), run: task.run.clone() };
        write(Method::Patch, format!("{}{verb}", task.named().path(&path)), body).with(SEEN, task.seen())
    }

    fn answer(self, fresh: &Seen) -> Operation<Outcome> {
        let reply = fresh.wait.reply(self.approve, &self.form);
        // With a no nobody looks at the fields, but wrong ones fail the task; the vendor takes none of them as well.
        let input = if self.approve { reply.input.clone() } else { Map::new() };
        let body = json!({"chosen_options": reply.options, "params_input": input});
        let mut request = Self::on_task(fresh, "/hitlDetails", &body);
        if let Some(since) = fresh.review.since {
            request = request.with(SINCE, since.iso());
        }
        let task = fresh.wait.task.id.clone();
        ask(request, move |told| match calls::one(told, given) {
            Ok(own) if own.options == reply.options => self.recorded(own, task),
            Ok(own) => self.lost(ApiError::new(ErrorKind::Conflict, format!("recorded was {:?}", own.options))),
            Err(error) => self.failed(error),
        })
    }

    /// The vendor said yes, perhaps to another as well.
    fn recorded(self, own: Given, task: String) -> Operation<Outcome> {
        look(self, move |case, found| {
            let (id, run) = (case.id.clone(), case.run.clone());
            match found {
                Ok(Some(fresh)) => match &fresh.wait.answer {
                    Some(now) if is_same(now, &own) => case.noted(&fresh, decision(&fresh.wait, now, &fresh.entries)),
                    Some(now) if fresh.wait.task.id == task => {
                        Operation::done(Outcome::DecidedByAnother(decision(&fresh.wait, now, &fresh.entries)))
                    }
                    // It was cleared since, and asks anew.
                    _ => {
                        let resume = Resume { state: ResumeState::Skipped, raw: fresh.wait.task.state.clone(), error: None };
                        let decision = decision(&fresh.wait, &own, &fresh.entries);
                        Operation::done(Outcome::Accepted(Decision { resume: Some(Box::new(resume)), ..decision }))
                    }
                },
                Ok(None) => gone(),
                Err(error) => {
                    let detail = format!("{id} of {run} could not be read back: {}", error.detail);
                    Operation::done(Outcome::NotConfirmed { detail, request_id: error.request_id })
                }
            }
        })
    }

    /// The reason of a rejection, which the answer itself has no place for.
    fn noted(self, fresh: &Seen, decision: Decision) -> Operation<Outcome> {
        let Some(reason) = self.reason.filter(|_| !self.approve) else { return Operation::done(Outcome::Accepted(decision)) };
        let task = &fresh.wait.task;
        let path = task.named().path(&calls::RunId { dag: task.dag.clone(), run: task.run.clone() });
        let note = write(Method::Patch, path, &json!({"note": reason})).with("update_mask", "note");
        ask(note, move |told| {
            // That it was rejected holds without.
            let reason = told.answer.is_ok().then_some(reason);
            Operation::done(Outcome::Accepted(Decision { reason, ..decision }))
        })
    }

    /// A question that has no "no": the task is ended as failed, with the reason as its note.
    fn end(self, fresh: &Seen) -> Operation<Outcome> {
        let mut body = json!({"new_state": "failed"});
        if let (Some(reason), Some(map)) = (&self.reason, body.as_object_mut()) {
            map.insert("note".into(), reason.as_str().into());
        }
        ask(Self::on_task(fresh, "", &body), move |told: Told| match told.answer {
            Ok(_) => look(self, |case, found| match found {
                Ok(Some(fresh)) => match (marked(&fresh.wait, &fresh.entries), fresh.review.state) {
                    (Some(decision), _) if fresh.wait.answer.is_none() => Operation::done(Outcome::Accepted(decision)),
                    (_, ReviewState::Decided(decision)) => Operation::done(Outcome::DecidedByAnother(decision)),
                    // Who may not read the log still sees where the task stands.
                    _ if fresh.wait.task.state == "failed" => Operation::done(Outcome::Accepted(Decision {
                        approved: Some(false),
                        at: fresh.wait.task.ended_at,
                        reason: case.reason,
                        ..Decision::default()
                    })),
                    _ => Operation::done(Outcome::NoLongerWaiting(fresh.review.run_status)),
                },
                Ok(None) => gone(),
                Err(error) => Operation::done(Outcome::not_confirmed(error)),
            }),
            Err(error) => self.failed(error),
        })
    }

    fn failed(self, error: ApiError) -> Operation<Outcome> {
        match (error.kind, error.status) {
            (ErrorKind::Unauthorized | ErrorKind::Forbidden, _) => refused(error),
            (ErrorKind::Invalid, _) => {
                Operation::done(Outcome::Invalid { detail: error.detail, fields: error.fields, request_id: error.request_id })
            }
            (ErrorKind::Conflict | ErrorKind::NotFound, _) | (ErrorKind::Refused, Some(409)) => self.lost(error),
            _ if error.outcome_unknown() || error.kind == ErrorKind::Cancelled => self.lost(error),
            _ => Operation::fail(error),
        }
    }

    /// Reads what was recorded in its place.
    fn lost(self, error: ApiError) -> Operation<Outcome> {
        look(self, move |case, found| match found {
            Ok(Some(fresh)) => match fresh.review.state {
                // It was open right before it was sent, and an answer that was lost may have been a yes.
                ReviewState::Decided(decision) if error.outcome_unknown() && case.is(&decision) => {
                    Operation::done(Outcome::Accepted(decision))
                }
                ReviewState::Decided(decision) => Operation::done(case.already(decision)),
                ReviewState::Gone => Operation::done(Outcome::NoLongerWaiting(fresh.review.run_status)),
                ReviewState::Open if error.outcome_unknown() => Operation::done(Outcome::not_confirmed(error)),
                ReviewState::Open => Operation::fail(error),
            },
            Ok(None) => gone(),
            Err(_) => Operation::done(Outcome::not_confirmed(error)),
        })
    }
}

/// Whether two records are of one answer: nobody else's has its time.
fn is_same(now: &Given, own: &Given) -> bool {
    let input = |given: &Given| Json::Object(given.input.clone());
    now.stamp == own.stamp && now.by == own.by && now.options == own.options && same_value(&input(now), &input(own))
}
