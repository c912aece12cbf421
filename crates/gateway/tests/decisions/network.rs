//! A network that loses, delays, refuses and cuts short, in front of the real one.

use gateway::execute::Carrier;
use runs::deciding::{Retry, Turn};
use runs::http::{Failure, FailureKind, Method, Reply, Request, Response};

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

impl Network {
    /// One request with all its tries, as the app's `net` carries it.
    pub async fn carry(&mut self, request: &Request, tag: Tag) -> Reply {
        let mut tries = Retry::default();
        loop {
            let reply = self.once(request, tag).await;
            if let Turn::Done(reply) = tries.after(request, reply) {
                return reply;
            }
        }
    }

    async fn once(&mut self, request: &Request, tag: Tag) -> Reply {
        // Reads are more, and a decision has many: most of them have to pass.
        let percent = if request.method == Method::Get { 6 } else { 40 };
        if self.calm || !self.rng.chance(percent) {
            return self.deliver(request, tag).await;
        }
        let write = request.method != Method::Get;
        match *self.rng.pick(FAULTS) {
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
