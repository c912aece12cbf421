//! An operation of one or several requests as a state machine that yields the next ones.

use crate::wire::error::ApiError;
use crate::wire::http::{Method, Reply, Request};

type Next<T, U> = Box<dyn FnOnce(Result<T, ApiError>) -> Operation<U>>;

type Then<T> = Box<dyn FnOnce(Vec<Reply>) -> Operation<T>>;

/// Either requests to carry (those of one turn may go at the same time) and what to do with their answers, or the end.
pub enum Operation<T> {
    Ask(Vec<Request>, Then<T>),
    Done(Result<T, ApiError>),
}

impl<T: 'static> Operation<T> {
    /// Asks for several answers at once; `then` gets them in the order of the requests.
    pub fn ask(requests: Vec<Request>, then: impl FnOnce(Vec<Reply>) -> Self + 'static) -> Self {
        Self::Ask(requests, Box::new(then))
    }

    /// Asks once; a missing reply, which no executor should produce, reads as one that was not sent.
    pub fn one(request: Request, then: impl FnOnce(Reply) -> Self + 'static) -> Self {
        Self::Ask(vec![request], Box::new(move |replies| then(first(replies))))
    }

    /// What it reads in its first turn.
    pub fn reads(self) -> Vec<Request> {
        match self {
            Self::Ask(requests, _) => requests.into_iter().filter(|request| request.method == Method::Get).collect(),
            Self::Done(_) => Vec::new(),
        }
    }

    pub fn done(value: T) -> Self {
        Self::Done(Ok(value))
    }

    pub fn fail(error: ApiError) -> Self {
        Self::Done(Err(error))
    }

    /// Whether what it asks first does no more when sent twice: see [`Request::repeatable`].
    pub fn repeatable(&self) -> bool {
        matches!(self, Self::Ask(requests, _) if requests.iter().all(|request| request.repeatable))
    }

    /// Goes on with the result, good or bad.
    pub fn and_then<U: 'static>(self, next: impl FnOnce(Result<T, ApiError>) -> Operation<U> + 'static) -> Operation<U> {
        self.go_on(Box::new(next))
    }

    // Boxed, so that there is one of it for each pair of types and not for each closure.
    fn go_on<U: 'static>(self, next: Next<T, U>) -> Operation<U> {
        match self {
            Self::Done(result) => next(result),
            Self::Ask(requests, then) => Operation::Ask(requests, Box::new(move |replies| then(replies).go_on(next))),
        }
    }

    pub fn map<U: 'static>(self, change: impl FnOnce(T) -> U + 'static) -> Operation<U> {
        self.and_then(|result| Operation::Done(result.map(change)))
    }

    /// Carries the whole operation with a function that answers at once: for tests.
    pub fn run_with(self, mut carry: impl FnMut(Request) -> Reply) -> Result<T, ApiError> {
        let mut operation = self;
        loop {
            match operation {
                Self::Done(result) => return result,
                Self::Ask(requests, then) => operation = then(requests.into_iter().map(&mut carry).collect()),
            }
        }
    }
}

fn first(mut replies: Vec<Reply>) -> Reply {
    if replies.is_empty() { not_carried() } else { replies.swap_remove(0) }
}

fn not_carried() -> Reply {
    Err(crate::wire::http::Failure { kind: crate::wire::http::FailureKind::NotSent, detail: String::new() })
}
