//! Deciding: start, then complete. The vendor has no idempotency key, so what is not confirmed is read back and never sent again.

use super::assignments::start_call;
use super::calls::{Answer, ask, decoded, get_execution, post, read_execution, review_path, write};
use super::decode::{ReviewTask, review_task};
use super::reading::{Reading, decision, read_review};
use crate::model::review::{Intent, Outcome, Review, ReviewState, unsendable};
use crate::model::status::{Status, StatusKind};
use crate::value::decimal::same_value;
use crate::value::json::{Json, Map};
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::http::Request;
use crate::wire::operation::Operation;

/// One decision on its way.
struct Case {
    id: String,
    run: String,
    approve: bool,
    /// One value a target, in their order.
    output: Vec<Json>,
    as_read: Vec<Json>,
}

pub(super) fn decide(read: &Review, intent: &Intent) -> Operation<Outcome> {
    let case = match Case::of(read, intent) {
        Ok(case) => case,
        Err(detail) => return Operation::done(Outcome::Invalid { detail, fields: Vec::new(), request_id: None }),
    };
    // Also what is marked as incorrect is sent along.
    if let Some(error) = case.output.iter().find_map(unsendable) {
        return Operation::fail(error);
    }
    let pin = read.pin.clone();
    read_review(&read.run, Some(&read.flow), &read.id).and_then(move |reading| match reading {
        Ok(Reading::Missing(status)) => Operation::done(Outcome::NoLongerWaiting(status)),
        Ok(Reading::Found(fresh)) => match &fresh.state {
            ReviewState::Decided(_) => look(case, Asked::Before),
            ReviewState::Gone => Operation::done(Outcome::NoLongerWaiting(fresh.run_status)),
            ReviewState::Open if fresh.pin != pin => Operation::done(Outcome::Changed(fresh)),
            ReviewState::Open => start(case),
        },
        Err(error) => refused(error),
    })
}

/// Reads what was recorded; sends nothing.
pub(super) fn confirm(read: &Review, intent: &Intent) -> Operation<Outcome> {
    match Case::of(read, intent) {
        Ok(case) => look(case, Asked::ToConfirm),
        Err(detail) => Operation::done(Outcome::Invalid { detail, fields: Vec::new(), request_id: None }),
    }
}

impl Case {
    fn of(read: &Review, intent: &Intent) -> Result<Self, String> {
        let edited = intent.edited.as_ref().filter(|_| intent.approve);
        let as_read = apart(&read.data, &read.carry)?;
        let mut output = match edited {
            Some(edited) => apart(edited, &read.carry)?,
            None => as_read.clone(),
        };
        if output.len() != as_read.len() {
            return Err(format!("{} items were read and {} are to be sent: none can be added or left out", as_read.len(), output.len()));
        }
        for at in &read.read_only {
            if let (Some(sent), Some(unchanged)) = (output.get_mut(*at), as_read.get(*at)) {
                sent.clone_from(unchanged);
            }
        }
        Ok(Self { id: read.id.clone(), run: read.run.clone(), approve: intent.approve, output, as_read })
    }

    /// Whether what is recorded is what this decision says.
    fn is(&self, task: &ReviewTask) -> bool {
        let recorded = task.output.as_deref().unwrap_or_default();
        let sent = self.output.iter().zip(&self.as_read);
        task.result == Some(self.approve)
            && recorded.len() == self.output.len()
            && recorded.iter().zip(sent).all(|(recorded, (sent, as_read))| says_the_same(recorded, sent, as_read))
    }

    /// Places that the vendor complains of, as places in the data that was edited.
    fn places(&self, fields: Vec<(String, String)>) -> Vec<(String, String)> {
        let data = |place: String| {
            let inner = place.strip_prefix("reviewed_output").map_or(place.as_str(), |rest| rest.trim_start_matches('.'));
            match (self.output.len(), inner.strip_prefix("0.")) {
                (1, Some(inner)) => inner.to_owned(),
                _ => inner.to_owned(),
            }
        };
        fields.into_iter().map(|(place, message)| (data(place), message)).collect()
    }

    fn invalid(&self, error: ApiError) -> Outcome {
        Outcome::Invalid { detail: error.detail, fields: self.places(error.fields), request_id: error.request_id }
    }
}

/// The vendor records what fits the task's output model: what was sent as it was read may be left out of the record.
fn says_the_same(recorded: &Json, sent: &Json, as_read: &Json) -> bool {
    let (Json::Object(recorded), Json::Object(fields)) = (recorded, sent) else { return same_value(recorded, sent) };
    recorded.keys().all(|name| fields.contains_key(name))
        && fields.iter().all(|(name, value)| match recorded.get(name) {
            Some(recorded) => same_value(recorded, value),
            None => as_read.get(name).is_some_and(|as_read| same_value(as_read, value)),
        })
}

/// One value a target: with a single target the data is its value.
fn apart(data: &Json, targets: &Json) -> Result<Vec<Json>, String> {
    match (targets.as_u64(), data) {
        (Some(1), data) => Ok(vec![data.clone()]),
        (_, Json::Array(items)) => Ok(items.clone()),
        _ => Err("the data is not the list of items that was read".into()),
    }
}

fn start(case: Case) -> Operation<Outcome> {
    write(start_call(&case.id)).and_then(move |result| match result {
        Ok(()) => complete(case),
        Err(error) if error.kind == ErrorKind::NotFound => ended(&case.run),
        Err(error) if error.kind == ErrorKind::Conflict || error.outcome_unknown() => look(case, Asked::ToStart(error)),
        Err(error) => refused(error),
    })
}

fn complete(case: Case) -> Operation<Outcome> {
    let mut body = Map::new();
    body.insert("review_result".into(), Json::Bool(case.approve));
    body.insert("reviewed_output".into(), Json::Array(case.output.clone()));
    let request = post(format!("{}/complete", review_path(&case.id))).json(&Json::Object(body));
    ask(request, move |answer, call| match decoded(answer, call, review_task) {
        Ok(task) if task.completed() => Operation::done(Outcome::Accepted(decision(&task))),
        Ok(_) => look(case, Asked::Unknown(ApiError::new(ErrorKind::Unconfirmed, "the vendor accepted it, but the review is still open"))),
        Err(error) if error.kind == ErrorKind::NotFound => ended(&case.run),
        Err(error) if matches!(error.kind, ErrorKind::Conflict | ErrorKind::Invalid) => look(case, Asked::Refused(error)),
        Err(error) if error.outcome_unknown() => look(case, Asked::Unknown(error)),
        Err(error) => refused(error),
    })
}

fn refused(error: ApiError) -> Operation<Outcome> {
    match error.kind {
        ErrorKind::Unauthorized | ErrorKind::Forbidden => {
            Operation::done(Outcome::NotPermitted { detail: error.detail, request_id: error.request_id })
        }
        _ => Operation::fail(error),
    }
}

/// The review is gone: what became of the run tells why.
fn ended(run: &str) -> Operation<Outcome> {
    ask(get_execution(run), |answer, call| match read_execution(answer, call) {
        Ok(execution) => Operation::done(Outcome::NoLongerWaiting(execution.run.status)),
        Err(error) if error.kind == ErrorKind::NotFound => Operation::done(Outcome::NoLongerWaiting(Status::new(StatusKind::Deleted, ""))),
        Err(error) => Operation::fail(error),
    })
}

/// Why the review is read back.
enum Asked {
    /// It was decided before anything was sent.
    Before,
    ToStart(ApiError),
    /// The vendor refused the completion.
    Refused(ApiError),
    /// The completion may have been recorded.
    Unknown(ApiError),
    /// Like it, later and with nothing sent since.
    ToConfirm,
}

fn look(case: Case, asked: Asked) -> Operation<Outcome> {
    ask(Request::get(review_path(&case.id)), move |answer, call| looked(case, asked, answer, call))
}

fn looked(case: Case, asked: Asked, answer: Answer, call: &str) -> Operation<Outcome> {
    match (decoded(answer, call, review_task), asked) {
        (Ok(task), asked) if task.completed() => Operation::done(match (case.is(&task), asked) {
            (true, Asked::Unknown(_) | Asked::ToConfirm) => Outcome::Accepted(decision(&task)),
            (true, _) => Outcome::AlreadyMine(decision(&task)),
            (false, _) => Outcome::DecidedByAnother(decision(&task)),
        }),
        (Ok(task), Asked::ToStart(error)) if error.outcome_unknown() && task.status == "in_progress" => complete(case),
        (Ok(task), Asked::Refused(error)) if error.kind == ErrorKind::Invalid && task.status == "in_progress" => {
            Operation::done(case.invalid(error))
        }
        // 422: the data was refused before the vendor looked at the review's state.
        (_, Asked::Refused(error)) if error.kind == ErrorKind::Invalid && (error.status == Some(422) || !error.fields.is_empty()) => {
            Operation::done(case.invalid(error))
        }
        (_, Asked::ToStart(error)) => Operation::fail(not_started(error)),
        // Refused although the review is open: somebody put it back in between. Nothing was recorded.
        (_, Asked::Refused(error)) => Operation::fail(ApiError { kind: ErrorKind::Conflict, ..error }),
        (Err(error), Asked::Unknown(_) | Asked::ToConfirm) if error.kind == ErrorKind::NotFound => ended(&case.run),
        (Ok(_), Asked::Unknown(error)) => not_confirmed(error),
        (Err(again), Asked::Unknown(error)) => {
            let detail = format!("{}; reading it back: {}", error.detail, again.detail);
            not_confirmed(ApiError { detail: crate::wire::error::bounded(&detail), ..error })
        }
        (Ok(_), Asked::ToConfirm) => still_open(&case.run),
        (Err(error), Asked::ToConfirm) => Operation::fail(error),
        (Ok(_), Asked::Before) => Operation::fail(ApiError::new(ErrorKind::Conflict, "the review was open again when it was read back")),
        (Err(error), Asked::Before) => Operation::fail(error),
    }
}

fn not_confirmed(error: ApiError) -> Operation<Outcome> {
    Operation::done(Outcome::not_confirmed(error))
}

/// No decision is recorded: the run may have ended without one, or it may still come.
fn still_open(run: &str) -> Operation<Outcome> {
    ended(run).and_then(|outcome| match outcome {
        Ok(Outcome::NoLongerWaiting(status)) if !status.kind.is_final() => {
            not_confirmed(ApiError::new(ErrorKind::Unconfirmed, "the review is still open and no decision is recorded"))
        }
        outcome => Operation::Done(outcome),
    })
}

/// Nothing was decided, so this error must not read as "perhaps it was".
fn not_started(error: ApiError) -> ApiError {
    let kind = if error.outcome_unknown() { ErrorKind::VendorUnreachable } else { error.kind };
    let detail = format!("the review could not be started, so no decision was sent: {}", error.detail);
    ApiError { kind, detail: crate::wire::error::bounded(&detail), ..error }
}
