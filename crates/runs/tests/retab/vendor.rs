//! A vendor in a table: answers by call, remembers what was asked, and refuses what the adapter did not declare.

use runs::adapters::route::Relayed;
use runs::wire::http::{Body, Failure, FailureKind, Reply, Request, Response};
use runs::{ApiError, Json, Operation};

pub(crate) struct Vendor {
    relayed: &'static Relayed,
    answers: Vec<(String, Vec<Reply>)>,
    pub(crate) seen: Vec<Request>,
}

pub(crate) fn says(status: u16, body: impl AsRef<[u8]>) -> Reply {
    Ok(Response { status, headers: vec![("x-request-id".into(), "req_42".into())], body: body.as_ref().to_vec() })
}

pub(crate) fn fails(kind: FailureKind) -> Reply {
    Err(Failure { kind, detail: "the line broke".into() })
}

pub(crate) fn json(text: &str) -> Json {
    runs::value::json::parse(text.as_bytes()).expect("test data")
}

impl Vendor {
    pub(crate) fn new(relayed: &'static Relayed) -> Self {
        Self { relayed, answers: Vec::new(), seen: Vec::new() }
    }

    /// Answers a call (`GET workflows/runs`); several answers are given in turn, the last one for ever.
    #[must_use]
    pub(crate) fn on(mut self, call: &str, reply: Reply) -> Self {
        match self.answers.iter_mut().find(|(known, _)| known == call) {
            Some((_, replies)) => replies.push(reply),
            None => self.answers.push((call.into(), vec![reply])),
        }
        self
    }

    #[must_use]
    pub(crate) fn ok(self, call: &str, body: &str) -> Self {
        self.on(call, says(200, body))
    }

    pub(crate) fn carry(&mut self, request: Request) -> Reply {
        let declared = self.relayed.routes.iter().any(|route| route.matches(request.method, &request.path));
        assert!(declared, "{} is not a declared route", request.call());
        let call = request.call();
        self.seen.push(request);
        match self.answers.iter_mut().find(|(known, _)| *known == call) {
            Some((_, replies)) if replies.len() > 1 => replies.remove(0),
            Some((_, replies)) => replies[0].clone(),
            None => says(404, r#"{"detail": "Not found", "error": "Not found"}"#),
        }
    }

    pub(crate) fn run<T: 'static>(&mut self, operation: Operation<T>) -> Result<T, ApiError> {
        operation.run_with(|request| self.carry(request))
    }

    pub(crate) fn targets(&self) -> Vec<String> {
        self.seen.iter().map(|request| format!("{} {}", request.method.word(), request.target())).collect()
    }

    pub(crate) fn writes(&self) -> Vec<&Request> {
        self.seen.iter().filter(|request| request.method != runs::wire::http::Method::Get).collect()
    }
}

pub(crate) fn body(request: &Request) -> String {
    match &request.body {
        Body::None => String::new(),
        Body::Bytes { bytes, .. } => String::from_utf8_lossy(bytes).into_owned(),
    }
}
