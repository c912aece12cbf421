//! Calls of the gateway itself, not of a vendor: the audit log, who has a review open.

use super::{Scope, Terms, api, carry_to};
use runs::wire::error::{Complaint, answer};
use runs::wire::http::{Method, Request};
use runs::{ApiError, ErrorKind, Json};

/// Carries one call to `/api/…`. Without a scope it is a write, which no view ends.
pub async fn own(request: &Request, scope: Option<&Scope>) -> Result<Json, ApiError> {
    let url = api(&request.target());
    let signal = scope.and_then(Scope::signal);
    let reply = carry_to(&url, request, Terms { signal: signal.as_ref(), ..Terms::default() }).await;
    if scope.is_some_and(Scope::ended) {
        return Err(ApiError::new(ErrorKind::Cancelled, ""));
    }
    answer(reply, &request.call(), complaint)
}

/// Ends the session; where to go from here.
pub async fn sign_out() -> Result<String, ApiError> {
    let answer = own(&Request::write(Method::Post, "sign-out"), None).await?;
    let to = answer.get("to").and_then(Json::as_str).filter(|to| to.starts_with('/') || to.starts_with("http"));
    to.map(str::to_owned).ok_or_else(|| ApiError::new(ErrorKind::Malformed, ""))
}

pub(super) fn complaint(json: Json) -> Complaint {
    Complaint { detail: json.get("detail").and_then(Json::as_str).map(str::to_owned), ..Complaint::default() }
}
