//! A vendor made of prepared answers. Every request has to match a route that the adapter declares.

#![allow(dead_code, reason = "each test crate uses its part")]

use std::collections::BTreeMap;

use runs::adapters::route::Relayed;
use runs::wire::http::{Failure, FailureKind, Method, Reply, Request, Response};
use runs::{ApiError, Json, Operation};

pub(crate) struct Wire {
    relayed: &'static Relayed,
    /// By call, `GET flows`; the last answer to a call is given again and again.
    answers: BTreeMap<String, Vec<Reply>>,
    pub(crate) sent: Vec<Request>,
    /// For calls that nothing was prepared for.
    otherwise: Option<Reply>,
}

impl Wire {
    pub(crate) fn new(relayed: &'static Relayed) -> Self {
        Self { relayed, answers: BTreeMap::new(), sent: Vec::new(), otherwise: None }
    }

    #[must_use]
    pub(crate) fn on(mut self, call: &str, reply: Reply) -> Self {
        self.answers.entry(call.into()).or_default().push(reply);
        self
    }

    /// The answer to every call that nothing was prepared for.
    #[must_use]
    pub(crate) fn otherwise(mut self, reply: Reply) -> Self {
        self.otherwise = Some(reply);
        self
    }

    pub(crate) fn run<T: 'static>(&mut self, operation: Operation<T>) -> Result<T, ApiError> {
        operation.run_with(|request| self.carry(request))
    }

    fn carry(&mut self, request: Request) -> Reply {
        let (relayed, call) = (self.relayed, request.call());
        assert!(relayed.routes.iter().any(|route| route.matches(request.method, &request.path)), "{call} is no declared route");
        assert!(request.method != Method::Get || request.repeatable, "a read can be repeated");
        self.sent.push(request);
        let Some(replies) = self.answers.get_mut(&call) else {
            if call.ends_with("/assignments") && self.otherwise.is_none() {
                return ok("[]");
            }
            return self.otherwise.clone().unwrap_or_else(|| panic!("no answer prepared for {call}"));
        };
        if replies.len() > 1 { replies.remove(0) } else { replies[0].clone() }
    }

    /// What was sent, in order.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.sent.iter().map(Request::call).collect()
    }

    /// The pairs of the query of the request number `at`.
    pub(crate) fn query(&self, at: usize) -> Vec<String> {
        self.sent[at].query.iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    pub(crate) fn body(&self, call: &str) -> String {
        let request = self.sent.iter().rfind(|request| request.call() == call).expect("it was sent");
        let runs::wire::http::Body::Bytes { content_type, bytes } = &request.body else { panic!("{call} has no body") };
        assert_eq!(content_type, "application/json");
        String::from_utf8(bytes.clone()).expect("UTF-8")
    }
}

pub(crate) fn answer(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    Ok(Response { status, headers: Vec::new(), body: body.into() })
}

pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Reply {
    answer(200, body)
}

pub(crate) fn with_headers(reply: Reply, headers: &[(&str, &str)]) -> Reply {
    reply.map(|response| Response {
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..response
    })
}

/// The connection broke: it may have arrived.
pub(crate) fn lost() -> Reply {
    Err(Failure { kind: FailureKind::Broken, detail: "connection reset".into() })
}

pub(crate) fn json(text: &str) -> Json {
    runs::value::json::parse(text.as_bytes()).expect("test data")
}

/// The text with one field changed, at the place that a JSON pointer names; numbers keep their digits.
pub(crate) fn changed(text: &str, pointer: &str, value: &str) -> String {
    put(json(text), pointer, json(value)).to_string()
}

fn put(mut whole: Json, pointer: &str, value: Json) -> Json {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    match whole.pointer_mut(parent).expect("the parent exists") {
        Json::Object(map) => {
            map.insert(name.into(), value);
        }
        Json::Array(items) => items[name.parse::<usize>().expect("an index")] = value,
        other => panic!("{parent} is {other}"),
    }
    whole
}

/// Ways to spoil an answer that stays JSON: every value below it, replaced by another type in turn.
pub(crate) fn spoiled(text: &str) -> Vec<String> {
    let mut pointers = Vec::new();
    let whole = json(text);
    collect(&whole, String::new(), &mut pointers);
    let others = ["null", "true", "-1", "1e400", "\"\\u0000\"", "\"..\"", "[]", "{}", "[[1]]", "18446744073709551616"];
    let mut found: Vec<String> = others.iter().map(|other| (*other).to_owned()).collect();
    for pointer in pointers {
        found.extend(others.iter().map(|other| put(whole.clone(), &pointer, json(other)).to_string()));
    }
    found
}

fn collect(value: &Json, at: String, pointers: &mut Vec<String>) {
    match value {
        Json::Object(map) => {
            for (name, inner) in map {
                pointers.push(format!("{at}/{name}"));
                collect(inner, format!("{at}/{name}"), pointers);
            }
        }
        Json::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                pointers.push(format!("{at}/{index}"));
                collect(inner, format!("{at}/{index}"), pointers);
            }
        }
        _ => {}
    }
}
