//! Errors in words: what failed, why, and what comes next.

use super::shared::{WORDS as SHARED, clock, duration};
use crate::platform::clock::local;
use runs::wire::error::shortened;
use runs::{ApiError, ErrorKind};

/// What failed, after "because".
pub(super) fn reason(error: &ApiError, vendor: &str) -> String {
    match error.kind {
        ErrorKind::GatewayUnreachable if error.status == Some(TOO_SLOW) => "the gateway did not answer in time".into(),
        ErrorKind::GatewayUnreachable => "the gateway did not answer".into(),
        ErrorKind::Intercepted => "something in front of the gateway refused the request".into(),
        ErrorKind::NotFound => format!("{vendor} does not know it"),
        ErrorKind::TooLarge => "what was sent is too large".into(),
        ErrorKind::SignedOut => "you were signed out".into(),
        ErrorKind::Cancelled => "it was stopped".into(),
        _ => error_title(error, vendor),
    }
}

/// Why nobody knows what became of a request, after "and"; `None`: not even that is known.
pub(super) fn why_unknown(error: Option<&ApiError>, vendor: &str) -> String {
    match error.map(|error| error.kind) {
        Some(ErrorKind::Vendor) => format!("{vendor} failed"),
        Some(ErrorKind::Malformed) => format!("{vendor}'s answer was not understood"),
        Some(ErrorKind::Unconfirmed) => "no full answer came".into(),
        Some(_) => "no answer came".into(),
        None => "its outcome is not known".into(),
    }
}

/// The same with the vendor's own words, as a sentence after a colon.
pub(super) fn said_of_unknown(error: Option<&ApiError>, vendor: &str) -> String {
    let why = why_unknown(error, vendor);
    // What a carrier or a parser says of an answer is nobody's word on the request.
    let told = error.filter(|error| error.kind == ErrorKind::Vendor && !error.detail.is_empty());
    sentence(&told.map_or(why.clone(), |error| format!("{why}: {}", shortened(&error.detail, LINE))))
}

/// What stood between gave up waiting for the gateway, which may be there and slow.
const TOO_SLOW: u16 = 504;

pub(super) fn error_title(error: &ApiError, vendor: &str) -> String {
    match error.kind {
        ErrorKind::GatewayUnreachable if error.status == Some(TOO_SLOW) => "The gateway did not answer in time".into(),
        ErrorKind::GatewayUnreachable => "The gateway did not answer".into(),
        ErrorKind::SignedOut => "You were signed out. Sign in again".into(),
        ErrorKind::Intercepted if error.status == Some(429) => "Something in front of the gateway is limiting requests".into(),
        ErrorKind::Intercepted => "Something in front of the gateway refused the request".into(),
        ErrorKind::VendorUnreachable => format!("{vendor} could not be reached"),
        ErrorKind::Unconfirmed => format!("{vendor} did not finish its answer"),
        ErrorKind::Timeout => format!("{vendor} took too long"),
        ErrorKind::Unauthorized => format!("{vendor} refused the key"),
        ErrorKind::Forbidden => format!("{vendor} does not allow this"),
        ErrorKind::NotFound => "Not found or deleted".into(),
        ErrorKind::Conflict => format!("{vendor} says that something else came first"),
        ErrorKind::Invalid => format!("{vendor} did not accept the request"),
        ErrorKind::RateLimited => format!("{vendor} is limiting requests"),
        ErrorKind::TooLarge => "What was sent is too large".into(),
        ErrorKind::Vendor => format!("{vendor} failed"),
        ErrorKind::Malformed => format!("{vendor} sent something unexpected"),
        ErrorKind::Unsupported => format!("{vendor} has no such call"),
        ErrorKind::Refused => format!("{vendor} refused the request"),
        ErrorKind::Cancelled => "Stopped".into(),
    }
}

/// Of a vendor's words in one line, in characters.
const LINE: usize = 300;

pub(super) fn error_line(error: &ApiError, vendor: &str) -> String {
    let mut text = error_title(error, vendor);
    if !error.detail.is_empty() {
        text = format!("{text}: {}", shortened(&error.detail, LINE));
    }
    with_request(&text, error)
}

/// A sentence, and by what the vendor or the gateway knows the request.
pub(super) fn with_request(text: &str, error: &ApiError) -> String {
    known_by(sentence(text), error.request_id.as_deref())
}

/// A fact, the vendor's words, and by what the request is known.
pub(super) fn with_told(mut fact: String, (detail, request_id): (&str, Option<&str>)) -> String {
    if !detail.is_empty() {
        fact = format!("{fact} “{}”", shortened(detail, LINE));
    }
    known_by(fact, request_id)
}

fn known_by(text: String, request_id: Option<&str>) -> String {
    match request_id {
        Some(id) => format!("{text} ({} {id})", SHARED.request_id),
        None => text,
    }
}

/// Ends with one mark, whatever vendors' words end with.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let ended = text.ends_with(['.', '!', '?', '…', '。', '！', '？']);
    if ended || text.is_empty() { text.to_owned() } else { format!("{text}.") }
}

pub(super) fn error_next(error: &ApiError, vendor: &str) -> String {
    let what = match error.kind {
        ErrorKind::GatewayUnreachable if error.status == Some(TOO_SLOW) => {
            "Something in front of the gateway gave up waiting for it. It may only be slow.".into()
        }
        ErrorKind::GatewayUnreachable => {
            "The Sluice gateway is stopped, or the network to it is down. Runs themselves are not affected.".into()
        }
        ErrorKind::SignedOut => {
            "The request went no further. Sign in in the new tab, then come back: this page goes on where it was.".into()
        }
        ErrorKind::Intercepted => {
            "The gateway was not reached. If you were signed out, sign in again in a new tab; otherwise, whoever runs the proxy knows why."
                .into()
        }
        ErrorKind::VendorUnreachable => "The gateway runs, but the vendor's address does not answer. Nothing was sent.".into(),
        ErrorKind::Unconfirmed => "The answer broke off. Whether the request took effect is not known.".into(),
        ErrorKind::Timeout => "No full answer came in time. Runs themselves are not affected.".into(),
        ErrorKind::Unauthorized => {
            "The key that the gateway uses is wrong, expired or revoked. An administrator can test it with “sluice check”.".into()
        }
        ErrorKind::Forbidden => "The key that the gateway uses may not do this.".into(),
        ErrorKind::NotFound => format!("{vendor} does not know it. It may have been deleted, or it belongs to another account."),
        ErrorKind::Conflict => "Somebody else, or the engine, changed it first. Read it again.".into(),
        ErrorKind::Invalid => "The request was refused as invalid.".into(),
        ErrorKind::RateLimited if error.next_try.is_none() && error.retry_after.is_none() => "Wait a little, then try again.".into(),
        ErrorKind::TooLarge => {
            "The gateway takes up to 64 MB in one request; a vendor, or a proxy in front of the gateway, may take less. Nothing was done."
                .into()
        }
        ErrorKind::Vendor => "The failure is on the vendor's side. Runs themselves are not affected.".into(),
        ErrorKind::Malformed => "The answer does not fit the vendor's documented shape.".into(),
        ErrorKind::Unsupported => "What the vendor cannot do is not offered.".into(),
        ErrorKind::RateLimited | ErrorKind::Refused | ErrorKind::Cancelled => String::new(),
    };
    let when = match (error.next_try, error.retry_after) {
        (Some(at), asked) if asked.is_some() || error.kind == ErrorKind::RateLimited => {
            format!("The next try comes by itself at {}.", clock(local(at)))
        }
        (None, Some(seconds)) => format!("It asks for a pause of {}.", duration(u64::from(seconds) * 1_000)),
        _ => return what,
    };
    if what.is_empty() { when } else { format!("{what} {when}") }
}

#[cfg(test)]
mod tests {
    use super::{ApiError, ErrorKind, error_line, error_next, reason, said_of_unknown, why_unknown};

    #[test]
    fn a_gateway_that_is_slow_behind_a_proxy_is_not_called_stopped() {
        let slow = ApiError { status: Some(504), ..ApiError::new(ErrorKind::GatewayUnreachable, "") };
        assert_eq!(error_line(&slow, "Retab"), "The gateway did not answer in time.");
        assert!(!error_next(&slow, "Retab").contains("stopped"));
        let stopped = ApiError { status: Some(502), ..slow };
        assert!(error_next(&stopped, "Retab").contains("is stopped"));
    }

    #[test]
    fn whoever_answered_is_not_said_to_have_been_silent() {
        for (kind, why) in [
            (ErrorKind::Vendor, "Retab failed"),
            (ErrorKind::Malformed, "Retab's answer was not understood"),
            (ErrorKind::Unconfirmed, "no full answer came"),
            (ErrorKind::Timeout, "no answer came"),
            (ErrorKind::GatewayUnreachable, "no answer came"),
        ] {
            assert!(ApiError::new(kind, "").outcome_unknown());
            assert_eq!(why_unknown(Some(&ApiError::new(kind, "")), "Retab"), why, "{kind:?}");
        }
        assert_eq!(why_unknown(None, "Retab"), "its outcome is not known");
        let told = said_of_unknown(Some(&ApiError::new(ErrorKind::Vendor, "the engine is down")), "Retab");
        assert_eq!(told, "Retab failed: the engine is down.");
    }

    #[test]
    fn what_failed_stands_within_a_sentence() {
        let refused = reason(&ApiError::new(ErrorKind::Intercepted, ""), "Retab");
        assert_eq!(refused, "something in front of the gateway refused the request");
        assert_eq!(reason(&ApiError::new(ErrorKind::SignedOut, ""), "Retab"), "you were signed out");
    }
}
