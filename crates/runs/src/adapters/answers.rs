//! The answers of one turn, for dialects that ask for several things at once.

use crate::value::json::{Json, Malformed, list};
use crate::wire::error::{ApiError, Complaint, ErrorKind, answer};
use crate::wire::http::{Reply, Request};
use crate::wire::operation::Operation;

pub(super) type Answer = Result<Json, ApiError>;

/// Asks once and parses the body; `next` gets the answer, good or bad, with the name of its call.
pub(super) fn ask<T: 'static>(
    request: Request,
    complain: fn(Json) -> Complaint,
    next: impl FnOnce(Told) -> Operation<T> + 'static,
) -> Operation<T> {
    let call = request.call();
    Operation::one(request, move |reply| next(Told { answer: answer(reply, &call, complain), call }))
}

/// The answers of one turn, in the order of the requests, by call.
pub(super) struct Answers {
    replies: std::vec::IntoIter<(Reply, String)>,
    complain: fn(Json) -> Complaint,
}

/// One answer and the name of its call.
pub(super) struct Told {
    pub(super) call: String,
    pub(super) answer: Answer,
}

pub(super) fn ask_all<T: 'static>(
    requests: Vec<Request>,
    complain: fn(Json) -> Complaint,
    next: impl FnOnce(Answers) -> Operation<T> + 'static,
) -> Operation<T> {
    let calls: Vec<_> = requests.iter().map(Request::call).collect();
    Operation::ask(requests, move |replies| {
        next(Answers { replies: replies.into_iter().zip(calls).collect::<Vec<_>>().into_iter(), complain })
    })
}

impl Answers {
    pub(super) fn next(&mut self) -> Told {
        match self.replies.next() {
            Some((reply, call)) => Told { answer: answer(reply, &call, self.complain), call },
            None => Told { call: String::new(), answer: Err(ApiError::new(ErrorKind::Malformed, "an answer is missing")) },
        }
    }
}

impl Told {
    pub(super) fn decoded<T>(self, read: impl FnOnce(Json) -> Result<T, Malformed>) -> Result<T, ApiError> {
        decoded(self.answer, &self.call, read)
    }

    pub(super) fn list(self) -> Result<Vec<Json>, ApiError> {
        self.decoded(|value| list(value, "items"))
    }

    /// Somebody who may see some flows only is refused by the gateway what is asked for by a filter: there is nothing of it then.
    pub(super) fn list_if_allowed(self) -> Result<Vec<Json>, ApiError> {
        match self.list() {
            Err(error) if error.kind == ErrorKind::Forbidden => Ok(Vec::new()),
            found => found,
        }
    }

    /// The answer as it came, beside its call.
    pub(super) fn raw(&self) -> Option<(String, Json)> {
        self.answer.as_ref().ok().map(|value| (self.call.clone(), value.clone()))
    }
}

pub(super) fn decoded<T>(answer: Answer, call: &str, read: impl FnOnce(Json) -> Result<T, Malformed>) -> Result<T, ApiError> {
    read(answer?).map_err(|problem| ApiError::malformed(&problem, call))
}
