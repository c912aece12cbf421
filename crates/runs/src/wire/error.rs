//! One error for every vendor: what kind, and what the vendor said.

use crate::value::json::{Json, Malformed};
use crate::value::time::Timestamp;
use crate::wire::http::{Failure, FailureKind, Reply, Response};

/// The longest text kept of a vendor's error, in characters.
pub const MAX_DETAIL: usize = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The gateway itself did not answer.
    GatewayUnreachable,
    /// Something before the gateway wants a sign-in; the gateway was not reached.
    SignedOut,
    /// Something before the gateway refused the request; the gateway was not reached.
    Intercepted,
    /// The gateway could not reach the vendor; nothing was sent.
    VendorUnreachable,
    /// Sent, but no answer came back: it may have happened.
    Unconfirmed,
    Timeout,
    /// The vendor refused the key.
    Unauthorized,
    Forbidden,
    NotFound,
    Conflict,
    /// The request was understood and refused as invalid.
    Invalid,
    RateLimited,
    /// What was sent is larger than allowed; nothing happened.
    TooLarge,
    /// The vendor failed (5xx).
    Vendor,
    /// The answer could not be understood.
    Malformed,
    /// This dialect has no such call.
    Unsupported,
    /// Another 4xx.
    Refused,
    /// The view that asked is gone; never shown.
    Cancelled,
}

/// What went wrong with a call; its texts are the vendor's, bounded, and only ever shown as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    pub kind: ErrorKind,
    pub status: Option<u16>,
    pub request_id: Option<String>,
    /// Seconds, from `Retry-After`.
    pub retry_after: Option<u32>,
    /// When it is tried again by itself; known to whoever does that.
    pub next_try: Option<Timestamp>,
    /// The vendor's words (or the carrier's), bounded to [`MAX_DETAIL`].
    pub detail: String,
    /// The call, `GET workflows/runs`.
    pub call: Box<str>,
    /// Complaints about single fields: path and message.
    pub fields: Vec<(String, String)>,
}

impl ApiError {
    pub fn new(kind: ErrorKind, detail: impl AsRef<str>) -> Self {
        Self {
            kind,
            status: None,
            request_id: None,
            retry_after: None,
            next_try: None,
            detail: bounded(detail.as_ref()),
            call: Box::default(),
            fields: Vec::new(),
        }
    }

    pub fn unsupported(what: &str) -> Self {
        Self::new(ErrorKind::Unsupported, what)
    }

    pub fn malformed(problem: &Malformed, call: &str) -> Self {
        let detail = if problem.path.is_empty() { problem.problem.clone() } else { format!("{}: {}", problem.path, problem.problem) };
        Self { call: call.into(), ..Self::new(ErrorKind::Malformed, detail) }
    }

    pub fn from_failure(failure: &Failure, call: &str) -> Self {
        let kind = match failure.kind {
            FailureKind::NoAnswer | FailureKind::NotSent => ErrorKind::GatewayUnreachable,
            FailureKind::Timeout => ErrorKind::Timeout,
            FailureKind::Cancelled => ErrorKind::Cancelled,
            FailureKind::Broken => ErrorKind::Unconfirmed,
            FailureKind::Between(status) => between(status),
        };
        let status = if let FailureKind::Between(status @ 1..) = failure.kind { Some(status) } else { None };
        Self { call: call.into(), status, ..Self::new(kind, &failure.detail) }
    }

    /// Whether the request may have taken effect although no answer says so.
    ///
    /// A write that ends like this is "not confirmed" and is followed by reading the state back.
    pub const fn outcome_unknown(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Unconfirmed | ErrorKind::Timeout | ErrorKind::GatewayUnreachable | ErrorKind::Malformed | ErrorKind::Vendor
        )
    }

    /// Whether the request certainly never reached the vendor.
    pub const fn not_sent(&self) -> bool {
        matches!(self.kind, ErrorKind::VendorUnreachable | ErrorKind::SignedOut | ErrorKind::Intercepted)
    }

    /// Whether the way to the gateway failed: then no vendor is to blame, and it is the same with all of them.
    pub const fn before_gateway(&self) -> bool {
        matches!(self.kind, ErrorKind::GatewayUnreachable | ErrorKind::SignedOut | ErrorKind::Intercepted)
    }

    /// How long whoever reads a list to its end rests before the same request, in milliseconds, as the answer asked for, whatever
    /// else it said; `None`: nobody said that it helps to wait.
    pub fn rest(&self) -> Option<u32> {
        Some(self.retry_after?.max(1).saturating_mul(1_000))
    }

    /// Whether trying the same read again may help.
    pub const fn passing(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::GatewayUnreachable
                | ErrorKind::SignedOut
                | ErrorKind::Intercepted
                | ErrorKind::VendorUnreachable
                | ErrorKind::Unconfirmed
                | ErrorKind::Timeout
                | ErrorKind::RateLimited
                | ErrorKind::Vendor
        )
    }
}

/// What a dialect reads out of its error envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaint {
    pub detail: Option<String>,
    pub request_id: Option<String>,
    pub fields: Vec<(String, String)>,
}

/// What an answer with this status means that something before the gateway gave.
///
/// A page with 200 and a redirect are ways to ask for a sign-in; a 5xx says that the gateway behind it did not answer, or not in time.
const fn between(status: u16) -> ErrorKind {
    match status {
        0..=399 | 401 | 407 | 511 => ErrorKind::SignedOut,
        413 => ErrorKind::TooLarge,
        500.. => ErrorKind::GatewayUnreachable,
        _ => ErrorKind::Intercepted,
    }
}

/// Turns a reply into the bytes of a 2xx answer or into an [`ApiError`]; `read` understands the dialect's error envelope.
pub fn accept(reply: Reply, call: &str, read: fn(Json) -> Complaint) -> Result<Response, ApiError> {
    let response = reply.map_err(|failure| ApiError::from_failure(&failure, call))?;
    if response.ok() {
        return Ok(response);
    }
    let relay = response.header("sluice-relay").map(str::to_owned);
    let kind = match (relay.as_deref(), response.status) {
        // The gateway keeps a pause that the vendor asked for, or has no place: it says when to come again.
        (Some("not-sent"), 503) if response.retry_after().is_some() => ErrorKind::RateLimited,
        (Some("not-sent"), 500..) => ErrorKind::VendorUnreachable,
        // The gateway itself refused it, and says so with the status that a vendor would use.
        (Some("not-sent") | None, 413) => ErrorKind::TooLarge,
        (Some("not-sent"), _) => ErrorKind::Refused,
        (Some(_), _) => ErrorKind::Unconfirmed,
        (None, 401) => ErrorKind::Unauthorized,
        (None, 403) => ErrorKind::Forbidden,
        (None, 404 | 410) => ErrorKind::NotFound,
        (None, 409) => ErrorKind::Conflict,
        (None, 400 | 422) => ErrorKind::Invalid,
        (None, 408) => ErrorKind::Timeout,
        (None, 429) => ErrorKind::RateLimited,
        (None, 500..) => ErrorKind::Vendor,
        (None, _) => ErrorKind::Refused,
    };
    let envelope = crate::value::json::parse_answer(&response.body).ok();
    let complaint = match (&relay, envelope) {
        (Some(_), Some(json)) => Complaint { detail: json.get("detail").and_then(Json::as_str).map(str::to_owned), ..Complaint::default() },
        (None, Some(json)) => read(json),
        (_, None) => Complaint::default(),
    };
    // A page is written for a browser's window: its source tells nobody anything.
    let page = response.header("content-type").is_some_and(|kind| kind.contains("html"));
    let told = if page { String::new() } else { String::from_utf8_lossy(&response.body).into_owned() };
    let detail = complaint.detail.unwrap_or(told);
    Err(ApiError {
        kind,
        status: Some(response.status),
        request_id: response.request_id().or(complaint.request_id),
        retry_after: response.retry_after(),
        next_try: None,
        detail: bounded(&detail),
        call: call.into(),
        fields: complaint.fields,
    })
}

/// Like [`accept`], then decodes the JSON body.
pub fn answer(reply: Reply, call: &str, read: fn(Json) -> Complaint) -> Result<Json, ApiError> {
    let response = accept(reply, call, read)?;
    crate::value::json::parse_answer(&response.body).map_err(|problem| ApiError::malformed(&problem, call))
}

/// The first [`MAX_DETAIL`] characters.
pub fn bounded(text: &str) -> String {
    shortened(text, MAX_DETAIL)
}

/// The first so many characters, with a mark where there were more.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
