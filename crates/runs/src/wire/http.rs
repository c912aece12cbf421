//! Requests and answers as values. Whoever carries them adds the base URL and the key.

use crate::value::percent::encode_into;
use crate::value::time::Timestamp;

/// On every answer of the gateway under `/api`: its clock, in milliseconds since 1970. An answer without it is not the gateway's.
pub const GATEWAY_TIME: &str = "sluice-time";

/// On the gateway's answers to reads: what the answer is known by. Another answer to the same read has another one.
pub const TAG: &str = "sluice-tag";

/// On the gateway's refusal of a caller who is not signed in: the page where that is done.
pub const SIGN_IN: &str = "sluice-sign-in";

/// In the query of a decision, for the gateway: where the task stood when it was read (see `Route::seen`). No vendor gets it.
pub const SEEN: &str = "sluice-seen";

/// In the query of a decision, for the gateway: since when the task has been waiting (see `Settled::hold_seconds`). No vendor gets it.
pub const SINCE: &str = "sluice-since";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One request, relative to the connection's base URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// Percent-encoded, without a leading slash: `workflows/runs/run_1`.
    pub path: String,
    /// Decoded pairs in order; [`Request::target`] encodes them.
    pub query: Vec<(&'static str, String)>,
    pub body: Body,
    /// Sending it twice does no more than sending it once: a read, or a write that carries the vendor's idempotency key.
    pub repeatable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    None,
    Bytes { content_type: String, bytes: Vec<u8> },
}

impl Request {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::Get, path: path.into(), query: Vec::new(), body: Body::None, repeatable: true }
    }

    /// A write; see [`Request::repeatable`].
    pub fn write(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), body: Body::None, repeatable: false }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn json(mut self, value: &crate::Json) -> Self {
        self.body = Body::Bytes { content_type: "application/json".into(), bytes: value.to_string().into_bytes() };
        self
    }

    #[must_use]
    pub fn keyed(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Path and query, percent-encoded, without a leading slash.
    pub fn target(&self) -> String {
        let mut target = self.path.clone();
        for (at, (name, value)) in self.query.iter().enumerate() {
            target.push(if at == 0 { '?' } else { '&' });
            target.push_str(name);
            target.push('=');
            encode_into(&mut target, value);
        }
        target
    }

    /// What errors name: `GET workflows/runs`.
    pub fn call(&self) -> String {
        format!("{} {}", self.method.word(), self.path)
    }
}

/// One answer, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    /// What the vendor, or the gateway, calls this exchange.
    pub fn request_id(&self) -> Option<String> {
        self.header("x-request-id").map(crate::wire::error::bounded)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub const fn ok(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The gateway's clock as it answered.
    pub fn gateway_time(&self) -> Option<Timestamp> {
        self.header(GATEWAY_TIME)?.parse().ok().map(Timestamp)
    }

    /// The pause that `Retry-After` asks for, in seconds: given as such, or as the date at which it is over, which is read by the
    /// clock of whoever answered, and never by that of this computer.
    pub fn retry_after(&self) -> Option<u32> {
        let value = self.header("retry-after")?.trim();
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(value.parse().unwrap_or(u32::MAX));
        }
        let until = Timestamp::parse_http(value)?;
        let answered = self.header("date").and_then(Timestamp::parse_http).or_else(|| self.gateway_time())?;
        Some(u32::try_from(until.since(answered).div_ceil(1_000)).unwrap_or(u32::MAX))
    }

    /// What a request to the gateway came to: an answer without its mark was given by something before it, such as a proxy whose
    /// login ran out. Of such an answer only the status is kept: its text was written for nobody who reads here, and may hold tokens.
    /// It is the same if the gateway's own login ran out.
    pub fn of_gateway(self) -> Reply {
        if self.header(GATEWAY_TIME).is_some() && self.header(SIGN_IN).is_none() {
            Ok(self)
        } else {
            Err(Failure { kind: FailureKind::Between(self.status), detail: String::new() })
        }
    }
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    /// The carrier's own words, bounded.
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// Nobody answered at the gateway's address; whether the request arrived is not known.
    NoAnswer,
    /// The time allowed ran out; whether the request arrived is not known.
    Timeout,
    /// The view that asked is gone.
    Cancelled,
    /// The answer was larger than allowed or broke off.
    Broken,
    /// Never left: the request itself could not be made.
    NotSent,
    /// Something before the gateway answered in its place, with this status; 0 for a redirect, of which a browser tells nothing.
    Between(u16),
}

pub type Reply = Result<Response, Failure>;
