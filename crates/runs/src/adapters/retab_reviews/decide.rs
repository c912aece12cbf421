//! Deciding: edits become a version (named by its content), then a version is approved, or rejected with a reason. The same
//! decision again answers `already_applied`; a different one answers `conflict`, with HTTP 200 and nothing changed.

use super::reading::{self, decision};
use super::reviews::{Submitted, submitted, version};
use super::{decoded, lineage, review_path};
use crate::model::review::{Decision, Intent, Outcome, Pin, Resume, Review, ReviewState, Version};
use crate::value::decimal::same_value;
use crate::value::json::{Json, Map};
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::http::{Method, Request};
use crate::wire::operation::Operation;

/// One decision on its way.
struct Case {
    run: String,
    review: String,
    pin: Pin,
    /// The versions as they were read.
    versions: Vec<Version>,
    approve: bool,
    /// What is approved, if it is not the version as read.
    edited: Option<Json>,
    /// What is approved or rejected.
    data: Json,
    reason: String,
}

impl Case {
    fn of(read: &Review, intent: &Intent) -> Self {
        let edited = intent.edited.clone().filter(|edited| intent.approve && !same_value(edited, &read.data));
        Self {
            run: read.run.clone(),
            review: read.id.clone(),
            pin: read.pin.clone(),
            versions: read.versions.clone(),
            approve: intent.approve,
            edited,
            data: intent.edited.clone().unwrap_or_else(|| read.data.clone()),
            reason: intent.reason.as_deref().unwrap_or_default().trim().to_owned(),
        }
    }

    /// The version that was looked at, and the other latest ones.
    fn subject(&self) -> Option<(&Version, Vec<&Version>)> {
        let mut latest = lineage::latest(&self.versions);
        latest.pop().map(|subject| (subject, latest))
    }

    /// Whether a recorded decision is what this intent sends.
    fn is_mine(&self, decision: &Decision) -> bool {
        decision.approved == Some(self.approve)
            && decision.data.as_ref().is_some_and(|recorded| same_value(recorded, &self.data))
            && (self.approve || decision.reason.as_deref().map(str::trim) == Some(self.reason.as_str()))
    }

    fn already(&self, decision: Decision) -> Outcome {
        match self.is_mine(&decision) {
            true => Outcome::AlreadyMine(decision),
            false => Outcome::DecidedByAnother(decision),
        }
    }
}

pub(super) fn decide(read: &Review, intent: &Intent) -> Operation<Outcome> {
    if let Some(error) = intent.unsendable(read) {
        return Operation::fail(error);
    }
    let case = Case::of(read, intent);
    if !case.approve && case.reason.is_empty() {
        let fields = vec![("reason".to_owned(), "a rejection needs a reason".to_owned())];
        return Operation::done(Outcome::Invalid { detail: "a rejection needs a reason".into(), fields, request_id: None });
    }
    reading::get(&case.run, &case.review).and_then(move |now| match now {
        Err(error) => before_sending(error),
        Ok(now) => match now.state {
            ReviewState::Decided(decision) => Operation::done(case.already(decision)),
            ReviewState::Gone => Operation::done(Outcome::NoLongerWaiting(now.run_status)),
            ReviewState::Open if now.pin == case.pin => send(case),
            // A version that this intent stored before its approval got lost is no change by somebody else.
            ReviewState::Open => match stored(&case, &now.versions) {
                Some(id) => submit(case, id),
                None => Operation::done(Outcome::Changed(Box::new(now))),
            },
        },
    })
}

/// The version with this intent's edits, if it is the only one that came since.
fn stored(case: &Case, now: &[Version]) -> Option<String> {
    let (subject, _) = case.subject()?;
    let edited = case.edited.as_ref()?;
    let mut added = now.iter().filter(|version| !case.versions.iter().any(|known| known.id == version.id));
    let one = added.next().filter(|_| now.len() == case.versions.len() + 1)?;
    (one.parent.as_ref() == Some(&subject.id) && same_value(&one.data, edited)).then(|| one.id.clone())
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
    let Some((subject, others)) = case.subject() else {
        return Operation::fail(ApiError::new(ErrorKind::NotFound, "the review has no version"));
    };
    let id = subject.id.clone();
    let Some(edited) = case.edited.clone() else { return submit(case, id) };
    let mut body = Map::new();
    body.insert("review_id".into(), case.review.as_str().into());
    body.insert("parent_id".into(), id.into());
    body.insert("snapshot".into(), edited);
    acknowledge(&mut body, &others);
    // The id is made of the content: storing the same again is storing it once.
    let request = Request::write(Method::Post, "workflows/reviews/versions").json(&Json::Object(body)).keyed();
    decoded(request, version).and_then(move |made| match made {
        Ok(made) => submit(case, made.id),
        Err(error) => match error.kind {
            ErrorKind::Conflict | ErrorKind::NotFound => look(case, Asked::Refused(error)),
            ErrorKind::Invalid => Operation::done(invalid(error)),
            ErrorKind::Unauthorized | ErrorKind::Forbidden => Operation::done(not_permitted(error)),
            _ if error.outcome_unknown() || error.kind == ErrorKind::Cancelled => look(case, Asked::ToStore(error)),
            _ => Operation::fail(error),
        },
    })
}

/// Other latest versions are passed over knowingly: they were read, and the pin stands for them too.
fn acknowledge(body: &mut Map<String, Json>, others: &[&Version]) {
    if !others.is_empty() {
        let ids = others.iter().map(|version| Json::from(version.id.as_str()));
        body.insert("acknowledged_superseded_version_ids".into(), Json::Array(ids.collect()));
    }
}

fn invalid(error: ApiError) -> Outcome {
    let fields = error.fields.into_iter().map(|(path, message)| {
        let inner = path.strip_prefix("snapshot").map(|rest| rest.trim_start_matches('.').to_owned());
        (inner.unwrap_or(path), message)
    });
    Outcome::Invalid { detail: error.detail, fields: fields.collect(), request_id: error.request_id }
}

/// Sends the decision on one version. The vendor answers the same one again with `already_applied`, so it may be repeated.
fn submit(case: Case, version: String) -> Operation<Outcome> {
    let mut body = Map::new();
    body.insert("version_id".into(), version.as_str().into());
    let verb = if case.approve { "approve" } else { "reject" };
    if case.approve {
        if let Some((_, others)) = case.subject() {
            acknowledge(&mut body, &others);
        }
    } else {
        body.insert("reason".into(), case.reason.as_str().into());
    }
    let request = Request::write(Method::Post, format!("{}/{verb}", review_path(&case.review))).json(&Json::Object(body)).keyed();
    let call = request.call();
    decoded(request, submitted).and_then(move |answer| match answer {
        Ok(answer) => received(case, &version, answer, call),
        Err(error) => match error.kind {
            ErrorKind::Conflict | ErrorKind::NotFound => look(case, Asked::Refused(error)),
            ErrorKind::Invalid => Operation::done(invalid(error)),
            ErrorKind::Unauthorized | ErrorKind::Forbidden => Operation::done(not_permitted(error)),
            _ if error.outcome_unknown() || error.kind == ErrorKind::Cancelled => look(case, Asked::Unknown(error, None)),
            _ => Operation::fail(error),
        },
    })
}

/// The word says how the vendor took it; the decision in the answer says what is recorded, and that counts.
fn received(case: Case, version: &str, answer: Submitted, call: String) -> Operation<Outcome> {
    let Submitted { word, review, resume } = answer;
    let Some(verdict) = review.verdict.filter(|_| review.id == case.review) else {
        let error =
            ApiError { call: call.into(), ..ApiError::new(ErrorKind::Malformed, format!("submission_status: {word}, without a decision")) };
        return look(case, Asked::Unknown(error, resume));
    };
    // Only of the version that was sent the data is known without reading it.
    if verdict.version != version {
        return look(case, Asked::Told(resume));
    }
    let (subject, mut recorded) = (case.subject().map(|(subject, _)| subject.data.clone()), decision(&verdict, &[]));
    recorded.data = case.edited.clone().or(subject);
    recorded.resume = resume;
    Operation::done(match word.as_str() {
        "accepted" | "" if case.is_mine(&recorded) => Outcome::Accepted(recorded),
        _ => case.already(recorded),
    })
}

/// Why the review is read back.
enum Asked {
    /// The vendor refused, perhaps because of another decision or a newer version.
    Refused(ApiError),
    /// The version may have been stored; nothing was decided.
    ToStore(ApiError),
    /// The decision may have been recorded.
    Unknown(ApiError, Option<Box<Resume>>),
    /// The answer told that another decision stands.
    Told(Option<Box<Resume>>),
}

/// Reads only, except that a version found stored is then approved.
fn look(case: Case, asked: Asked) -> Operation<Outcome> {
    reading::get(&case.run, &case.review).and_then(move |now| match (now, asked) {
        (Ok(now), asked) => looked(case, now, asked),
        (Err(again), Asked::Refused(error) | Asked::ToStore(error)) => {
            let detail = format!("{}; reading it back: {}", error.detail, again.detail);
            Operation::fail(not_decided(ApiError { detail, ..error }))
        }
        (Err(_), Asked::Unknown(error, _)) => not_confirmed(error),
        (Err(error), Asked::Told(_)) => not_confirmed(error),
    })
}

fn looked(case: Case, now: Review, asked: Asked) -> Operation<Outcome> {
    match (now.state.clone(), asked) {
        (ReviewState::Decided(mut decision), asked) => {
            let (unknown, resume) = match asked {
                Asked::Unknown(_, resume) => (true, resume),
                Asked::Told(resume) => (false, resume),
                Asked::Refused(_) | Asked::ToStore(_) => (false, None),
            };
            decision.resume = resume;
            Operation::done(match case.is_mine(&decision) {
                // None was recorded right before sending, so it is this one.
                true if unknown => Outcome::Accepted(decision),
                true => Outcome::AlreadyMine(decision),
                false => Outcome::DecidedByAnother(decision),
            })
        }
        (ReviewState::Gone, _) => Operation::done(Outcome::NoLongerWaiting(now.run_status)),
        (ReviewState::Open, Asked::ToStore(error)) => match stored(&case, &now.versions) {
            Some(id) => submit(case, id),
            None if now.pin != case.pin => Operation::done(Outcome::Changed(Box::new(now))),
            None => Operation::fail(not_decided(error)),
        },
        (ReviewState::Open, Asked::Refused(_)) if now.pin != case.pin && stored(&case, &now.versions).is_none() => {
            Operation::done(Outcome::Changed(Box::new(now)))
        }
        // Refused, and yet it waits: the vendor's own words say more than a guess.
        (ReviewState::Open, Asked::Refused(error)) => Operation::fail(error),
        (ReviewState::Open, Asked::Unknown(error, _)) => not_confirmed(error),
        (ReviewState::Open, Asked::Told(_)) => {
            not_confirmed(ApiError::new(ErrorKind::Unconfirmed, "the vendor named a decision that is not recorded"))
        }
    }
}

fn not_confirmed(error: ApiError) -> Operation<Outcome> {
    Operation::done(Outcome::not_confirmed(error))
}

/// Nothing was decided, so this error must not read as "perhaps it was".
fn not_decided(error: ApiError) -> ApiError {
    let kind = if error.outcome_unknown() { ErrorKind::VendorUnreachable } else { error.kind };
    let detail = format!("no decision was sent: {}", error.detail);
    ApiError { kind, detail: crate::wire::error::bounded(&detail), ..error }
}

/// Finds out what was recorded; sends nothing.
pub(super) fn confirm(read: &Review, intent: &Intent) -> Operation<Outcome> {
    let case = Case::of(read, intent);
    reading::get(&case.run, &case.review).and_then(move |now| {
        Operation::done(match now {
            Ok(now) => match now.state {
                ReviewState::Decided(decision) => case.already(decision),
                ReviewState::Gone => Outcome::NoLongerWaiting(now.run_status),
                ReviewState::Open => Outcome::NotConfirmed { detail: String::new(), request_id: None },
            },
            Err(error) => Outcome::not_confirmed(error),
        })
    })
}
