//! Retries of a request whose answer was lost, where the request is idempotent.

use crate::wire::http::{Failure, FailureKind, Method, Reply, Request};

/// Waits before the second and the third try, in milliseconds.
const WAITS: [u32; 2] = [400, 1_600];

/// What to do after a try.
#[derive(Debug)]
pub enum Turn {
    /// Send the same request again after so many milliseconds.
    Again(u32),
    Done(Reply),
}

/// The tries of one request.
#[derive(Debug, Default)]
pub struct Retry {
    tries: usize,
    /// A try of a write of which nobody knows whether it arrived.
    lost: Option<Reply>,
}

impl Retry {
    /// Takes in the reply to a try.
    ///
    /// Once a try of a write was lost, a later refusal says nothing about that one: the whole then counts as lost.
    pub fn after(&mut self, request: &Request, reply: Reply) -> Turn {
        let passing = request.repeatable && worth_repeating(&reply);
        if let Some(millis) = WAITS.get(self.tries).filter(|_| passing) {
            self.tries += 1;
            if request.method != Method::Get && self.lost.is_none() {
                self.lost = lost(reply);
            }
            return Turn::Again(*millis);
        }
        let told = reply.as_ref().is_ok_and(crate::wire::http::Response::ok);
        match self.lost.take() {
            Some(lost) if !told => Turn::Done(lost),
            _ => Turn::Done(reply),
        }
    }
}

/// Not where the vendor asked for quiet, with 429 or a `Retry-After`: the poller obeys that.
fn worth_repeating(reply: &Reply) -> bool {
    match reply {
        Ok(response) => matches!(response.status, 502..=504) && response.header("retry-after").is_none(),
        Err(failure) => matches!(failure.kind, FailureKind::NoAnswer | FailureKind::Broken | FailureKind::Between(502..=504)),
    }
}

/// A failure of the gateway's own that says "not sent" is none. An answer stays as it is: it says by what the request is known.
fn lost(reply: Reply) -> Option<Reply> {
    match reply {
        Ok(response) if response.header("sluice-relay") == Some("not-sent") => None,
        Ok(response) => Some(Ok(response)),
        Err(failure) if matches!(failure.kind, FailureKind::NotSent | FailureKind::Between(..500)) => None,
        Err(failure) => Some(Err(Failure { kind: FailureKind::Broken, ..failure })),
    }
}

#[cfg(test)]
mod tests {
    use super::{Retry, Turn};
    use crate::wire::http::{Failure, FailureKind, Method, Reply, Request, Response};

    fn status(status: u16) -> Reply {
        Ok(Response { status, headers: Vec::new(), body: Vec::new() })
    }

    fn broken() -> Reply {
        Err(Failure { kind: FailureKind::NoAnswer, detail: "the line broke".into() })
    }

    fn end(request: &Request, replies: Vec<Reply>) -> (usize, Reply) {
        let mut retry = Retry::default();
        for (at, reply) in replies.into_iter().enumerate() {
            if let Turn::Done(reply) = retry.after(request, reply) {
                return (at + 1, reply);
            }
        }
        (0, broken())
    }

    #[test]
    fn a_refusal_after_a_lost_try_of_a_write_does_not_say_that_nothing_happened() {
        let write = Request::write(Method::Post, "decide").keyed();
        for refusal in [401, 409, 422, 429] {
            let (tries, reply) = end(&write, vec![broken(), status(refusal)]);
            assert_eq!((tries, reply.map_err(|failure| failure.kind)), (2, Err(FailureKind::Broken)), "{refusal}");
        }
        let (tries, reply) = end(&write, vec![broken(), status(200)]);
        assert_eq!((tries, reply), (2, status(200)));
        let (tries, reply) = end(&write, vec![status(409)]);
        assert_eq!((tries, reply), (1, status(409)));
    }

    #[test]
    fn a_write_that_every_try_failed_keeps_the_answer_that_came_with_its_request() {
        let write = Request::write(Method::Post, "decide").keyed();
        let failed = |id: &str| {
            let headers = vec![("x-request-id".into(), id.into())];
            Ok(Response { status: 503, headers, body: b"the engine is down".to_vec() })
        };
        assert_eq!(end(&write, vec![failed("req_1"), failed("req_2"), status(409)]), (3, failed("req_1")));
        assert_eq!(end(&write, vec![failed("req_1"), failed("req_2"), failed("req_3")]), (3, failed("req_1")));
    }

    #[test]
    fn what_was_never_sent_leaves_the_later_answer_as_it_is() {
        let write = Request::write(Method::Post, "decide").keyed();
        let unsent = Ok(Response { status: 502, headers: vec![("sluice-relay".into(), "not-sent".into())], body: Vec::new() });
        assert_eq!(end(&write, vec![unsent, status(409)]), (2, status(409)));
    }

    #[test]
    fn reads_end_with_their_last_answer_and_other_writes_are_sent_once() {
        assert_eq!(end(&Request::get("run"), vec![broken(), status(404)]), (2, status(404)));
        assert_eq!(end(&Request::get("run"), vec![broken(), broken(), broken()]), (3, broken()));
        assert_eq!(end(&Request::write(Method::Post, "complete"), vec![broken()]), (1, broken()));
    }
}
