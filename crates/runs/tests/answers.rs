//! Whose an answer is, and what it says of a pause, whatever stands between the vendor and the page.

#![allow(clippy::unwrap_used)]

use runs::wire::error::{Complaint, accept};
use runs::wire::http::{FailureKind, Response};
use runs::{ApiError, ErrorKind};

fn answer(status: u16, headers: &[(&str, &str)]) -> Response {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Response { status, headers, body: b"<html>token=secret</html>".to_vec() }
}

/// What the page makes of an answer that came in place of the gateway's.
fn between(status: u16) -> ApiError {
    accept(answer(status, &[("content-type", "text/html")]).of_gateway(), "POST runs", |_| Complaint::default()).unwrap_err()
}

#[test]
fn retry_after_is_read_as_seconds_and_as_a_date_by_the_clock_of_who_answered() {
    let date = ("retry-after", "Sun, 29 Nov 2026 18:02:00 GMT");
    let at = |text| ("date", text);
    for (headers, expected) in [
        (vec![("retry-after", " 37 ")], Some(37)),
        (vec![("retry-after", "99999999999999")], Some(u32::MAX)),
        (vec![date, at("Sun, 29 Nov 2026 18:00:00 GMT")], Some(120)),
        // The vendor's own clock counts, however wrong it goes, and without it the gateway's.
        (vec![date, at("Sun, 29 Nov 2026 18:00:00 GMT"), ("sluice-time", "1795971600000")], Some(120)),
        (vec![date, ("sluice-time", "1795975260500")], Some(60)),
        (vec![date, at("Sun, 29 Nov 2026 19:00:00 GMT")], Some(0)),
        (vec![date], None),
        (vec![("retry-after", "soon"), at("Sun, 29 Nov 2026 18:00:00 GMT")], None),
        (vec![("retry-after", "")], None),
        (vec![], None),
    ] {
        assert_eq!(answer(429, &headers).retry_after(), expected, "{headers:?}");
    }
    let error = accept(Ok(answer(429, &[date, at("Sun, 29 Nov 2026 18:00:00 GMT")])), "GET runs", |_| Complaint::default()).unwrap_err();
    assert_eq!((error.kind, error.retry_after, error.rest()), (ErrorKind::RateLimited, Some(120), Some(120_000)));
}

#[test]
fn a_pause_that_is_over_is_no_reason_to_ask_again_without_any() {
    let at = |seconds| ApiError { retry_after: Some(seconds), ..ApiError::new(ErrorKind::RateLimited, "") };
    assert_eq!((at(0).rest(), at(u32::MAX).rest()), (Some(1_000), Some(u32::MAX)));
    assert_eq!(ApiError::new(ErrorKind::RateLimited, "").rest(), None);
    // A vendor that is down for a while says so with a 503.
    assert_eq!(ApiError { kind: ErrorKind::Vendor, ..at(9) }.rest(), Some(9_000));
    assert_eq!(ApiError::new(ErrorKind::Vendor, "").rest(), None);
}

#[test]
fn an_answer_of_something_before_the_gateway_is_neither_the_vendors_nor_the_gateways() {
    use ErrorKind::{GatewayUnreachable, Intercepted, SignedOut, TooLarge};
    for (status, kind) in [
        (0, SignedOut),
        (200, SignedOut),
        (302, SignedOut),
        (401, SignedOut),
        (511, SignedOut),
        (403, Intercepted),
        (404, Intercepted),
        (429, Intercepted),
        (413, TooLarge),
        (502, GatewayUnreachable),
        (504, GatewayUnreachable),
    ] {
        let error = between(status);
        assert_eq!((error.kind, error.status), (kind, (status > 0).then_some(status)), "{status}");
        assert!(!error.detail.contains("secret"), "{status}: {}", error.detail);
        // A 5xx may have come after the request went on to the gateway; with all others it went nowhere.
        assert_eq!(error.outcome_unknown(), status >= 500 && status != 511, "{status}");
        assert_eq!(error.not_sent(), matches!(kind, SignedOut | Intercepted), "{status}");
    }
}

#[test]
fn the_gateways_own_answers_pass_whatever_they_say() {
    for status in [200, 302, 401, 403, 502] {
        let own = answer(status, &[("sluice-time", "1795975200000")]);
        assert_eq!(own.clone().of_gateway(), Ok(own));
    }
    let failure = answer(401, &[]).of_gateway().unwrap_err();
    assert_eq!((failure.kind, failure.detail.as_str()), (FailureKind::Between(401), ""));
}
