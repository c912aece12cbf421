//! A network that loses, delays, refuses and cuts short, in front of the real one.

use std::collections::BTreeMap;

use gateway::execute::Carrier;
use runs::wire::http::{Failure, FailureKind, Method, Reply, Request, Response};
use runs::wire::retry::{Retry, Turn};
use runs::{ApiError, Operation};

use crate::rng::Rng;

/// Who sent something, and in which of their tries to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    pub reviewer: usize,
    pub attempt: u64,
}

/// A write that reached the vendor.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub tag: Tag,
    pub call: String,
    pub status: u16,
    pub body: String,
}

pub struct Network {
    pub carrier: Carrier,
    pub rng: Rng,
    /// Nothing goes wrong.
    pub calm: bool,
    /// Writes that are still on their way, although nobody waits for their answer any more.
    pub late: Vec<(Tag, Request)>,
    pub arrived: Vec<Arrived>,
    /// How often each fault happened.
    pub seen: BTreeMap<&'static str, u64>,
}

/// An operation on its way. Its requests are tried one by one, so that anything else may come between: two requests of one turn are
/// not of one moment, and an answer may take its time.
pub enum Flight<T> {
    Over(Result<T, ApiError>),
    Under(Vec<Exchange>, Then<T>),
}

type Then<T> = Box<dyn FnOnce(Vec<Reply>) -> Operation<T>>;

pub struct Exchange {
    request: Request,
    tries: Retry,
    reply: Option<Reply>,
}

impl<T> Flight<T> {
    pub fn of(operation: Operation<T>) -> Self {
        match operation {
            Operation::Done(result) => Self::Over(result),
            Operation::Ask(requests, then) => {
                let part = |request| Exchange { request, tries: Retry::default(), reply: None };
                Self::Under(requests.into_iter().map(part).collect(), then)
            }
        }
    }

    /// One try of one request, or the whole turn.
    pub async fn go_on(self, network: &mut Network, tag: Tag, whole: bool) -> Self {
        let Self::Under(mut parts, then) = self else { return self };
        loop {
            let open: Vec<usize> = (0..parts.len()).filter(|at| parts[*at].reply.is_none()).collect();
            if open.is_empty() {
                return Self::of(then(parts.into_iter().filter_map(|part| part.reply).collect()));
            }
            let part = &mut parts[*network.rng.pick(&open)];
            let reply = network.once(&part.request, tag).await;
            if let Turn::Done(reply) = part.tries.after(&part.request, reply) {
                part.reply = Some(reply);
            }
            if !whole {
                return Self::Under(parts, then);
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    DropBefore,
    DropAfter,
    Late,
    Conflict,
    TooMany,
    FailedBefore,
    FailedAfter,
    Truncated,
    CutShort,
    NotSent,
    Unknown,
}

const FAULTS: &[Fault] = &[
    Fault::DropBefore,
    Fault::DropAfter,
    Fault::Late,
    Fault::Late,
    Fault::Conflict,
    Fault::TooMany,
    Fault::FailedBefore,
    Fault::FailedAfter,
    Fault::Truncated,
    Fault::CutShort,
    Fault::NotSent,
    Fault::Unknown,
];

impl Fault {
    const fn name(self) -> &'static str {
        match self {
            Self::DropBefore => "fault: dropped before",
            Self::DropAfter => "fault: dropped after",
            Self::Late => "fault: delayed beyond the wait",
            Self::Conflict => "fault: 409",
            Self::TooMany => "fault: 429",
            Self::FailedBefore => "fault: 500 before",
            Self::FailedAfter => "fault: 500 after",
            Self::Truncated => "fault: answer broken off",
            Self::CutShort => "fault: half an answer",
            Self::NotSent => "fault: the gateway did not send",
            Self::Unknown => "fault: the gateway does not know",
        }
    }
}

impl Network {
    async fn once(&mut self, request: &Request, tag: Tag) -> Reply {
        // Reads are more, and a decision has many: most of them have to pass.
        let percent = if request.method == Method::Get { 6 } else { 40 };
        if self.calm || !self.rng.chance(percent) {
            return self.deliver(request, tag).await;
        }
        let write = request.method != Method::Get;
        let fault = *self.rng.pick(FAULTS);
        *self.seen.entry(fault.name()).or_default() += 1;
        match fault {
            Fault::DropBefore => lost(FailureKind::NoAnswer),
            Fault::DropAfter => {
                let _ = self.deliver(request, tag).await;
                lost(FailureKind::Broken)
            }
            Fault::Late => {
                if write {
                    self.late.push((tag, request.clone()));
                }
                lost(if self.rng.chance(50) { FailureKind::Timeout } else { FailureKind::NoAnswer })
            }
            Fault::Conflict => status(409, None),
            Fault::TooMany => status(429, None),
            Fault::FailedBefore => status(500, None),
            Fault::FailedAfter => {
                let _ = self.deliver(request, tag).await;
                status(500, None)
            }
            Fault::Truncated => {
                let _ = self.deliver(request, tag).await;
                lost(FailureKind::Broken)
            }
            Fault::CutShort => self.deliver(request, tag).await.map(|mut response| {
                response.body.truncate(response.body.len() / 2);
                response
            }),
            Fault::NotSent => status(502, Some("not-sent")),
            Fault::Unknown => {
                let _ = self.deliver(request, tag).await;
                status(502, Some("unknown"))
            }
        }
    }

    /// Brings one of the late ones to the vendor.
    pub async fn deliver_late(&mut self) {
        if !self.late.is_empty() {
            let at = self.rng.below(self.late.len());
            let (tag, request) = self.late.swap_remove(at);
            let _ = self.deliver(&request, tag).await;
        }
    }

    async fn deliver(&mut self, request: &Request, tag: Tag) -> Reply {
        let reply = self.carrier.carry(request.clone()).await;
        if request.method != Method::Get {
            let (status, body) = match &reply {
                Ok(response) => (response.status, String::from_utf8_lossy(&response.body).into_owned()),
                Err(failure) => panic!("the sandbox itself failed at {}: {failure:?}", request.call()),
            };
            self.arrived.push(Arrived { tag, call: request.call(), status, body });
        }
        reply
    }
}

fn lost(kind: FailureKind) -> Reply {
    Err(Failure { kind, detail: "the line broke".into() })
}

fn status(status: u16, relay: Option<&str>) -> Reply {
    let headers = relay.map(|relay| ("sluice-relay".to_owned(), relay.to_owned())).into_iter().collect();
    Ok(Response { status, headers, body: br#"{"detail":"injected"}"#.to_vec() })
}
