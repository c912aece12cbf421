//! Who the key belongs to, and what is left to spend (`/api/profile/me`, `/api/organizations/credits`,
//! `/api/auth/anon-key`).

use axum::Json;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::error::Failure;
use super::wire::{ORGANIZATION, USER};
use crate::engine::clock;
use crate::engine::clock::iso;
use crate::engine::model::Dialect;
use crate::state::AppState;

/// Credits a month. One finished task costs one.
const ALLOWANCE: i64 = 10_000_000;
/// When the sandbox's user came to be: a fixed day, as nothing depends on it.
const JOINED: i64 = 1_735_732_800_000;

/// The user, as assignments show it (`UserResponse`).
pub(super) fn user() -> Value {
    json!({
        "id": USER, "created_at": iso(JOINED), "updated_at": iso(JOINED), "modified_by": "system",
        "first_name": "Sandbox", "last_name": "Reviewer", "email": "reviewer@sandbox.invalid", "role": "org_admin",
        "status": "active", "organization_id": ORGANIZATION,
    })
}

/// `GET /api/profile/me`
pub(super) async fn profile() -> Json<Value> {
    let mut profile = user();
    if let Some(fields) = profile.as_object_mut() {
        fields.insert("organization_name".into(), json!("Sandbox"));
        fields.insert("organization_tier".into(), json!("free"));
        fields.insert("organization_payment_method".into(), json!("stripe"));
        fields.insert("landing_page".into(), json!({ "landing_page_config": "hub", "landing_page_flow_id": null }));
        fields.insert("settings".into(), json!({ "templates_collapsed": false, "hub_view": "cards", "runs_per_page": 10 }));
    }
    Json(profile)
}

/// `GET /api/organizations/credits`
pub(super) async fn credits(State(app): State<AppState>) -> Result<Json<Value>, Failure> {
    let (start, end) = month(clock::now());
    let consumed = app.store.steps_since(Dialect::SuperAi, start).await?;
    Ok(Json(json!({
        "organization_id": ORGANIZATION,
        "monthly": {
            "allowance": ALLOWANCE, "consumed": consumed.min(ALLOWANCE), "remaining": (ALLOWANCE - consumed).max(0),
            "period_end": end,
        },
        "additional": { "granted": 0, "consumed": 0, "remaining": 0 },
        "overcharge_credits": (consumed - ALLOWANCE).max(0),
    })))
}

/// The beginning of the month of a time (Unix milliseconds), and the date on which the next one begins.
fn month(now: i64) -> (i64, String) {
    let time = Timestamp::from_millisecond(now).unwrap_or_default().to_zoned(TimeZone::UTC);
    let first = time.date().first_of_month();
    let next = first.last_of_month().tomorrow().unwrap_or(first);
    let start = first.to_zoned(TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_millisecond());
    (start, next.to_string())
}

/// `GET /api/auth/anon-key`: public. The sandbox has no login of its own, so this key opens nothing.
pub(super) async fn anon_key() -> Json<Value> {
    Json(json!({ "anon_key": "sandbox-anon-key" }))
}

/// How long a started task stays assigned without being completed.
pub(super) const ASSIGNMENT: SignedDuration = SignedDuration::from_hours(1);

#[cfg(test)]
mod tests {
    use super::month;

    #[test]
    fn months_begin_and_end_in_utc() {
        assert_eq!(month(1_735_732_800_000), (1_735_689_600_000, "2025-02-01".to_owned()));
        assert_eq!(month(1_767_225_599_999).1, "2026-01-01");
    }
}
