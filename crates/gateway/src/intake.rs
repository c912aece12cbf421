//! How much callers may add to the store in the long run, so that nobody who was let in fills the disk with the audit log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;

use crate::app::App;
use crate::bucket::Bucket;
use crate::problem::Problem;

/// What an entry takes besides its text.
const ENTRY: f64 = 1_024.0;
const DAY: f64 = 86_400.0;
/// A quarter of a day's share may come at once.
const AT_ONCE: f64 = 0.25;

/// The share of the disk that is left.
#[derive(Debug)]
pub struct Intake {
    megabytes: u32,
    bytes: Bucket,
}

impl Intake {
    pub fn new(megabytes_a_day: u32) -> Self {
        let day = f64::from(megabytes_a_day) * 1_048_576.0;
        Self { megabytes: megabytes_a_day, bytes: Bucket::new(day / DAY, day * AT_ONCE) }
    }

    fn take(&self, length: f64) -> Result<(), Problem> {
        let taken = self.bytes.take(Instant::now(), length + ENTRY, Duration::ZERO);
        taken.map(drop).map_err(|wait| Problem {
            retry_after: Some(wait.as_secs().saturating_add(1)),
            ..Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                format!(
                    "The audit log takes {} MB a day (audit_mb_per_day) and has had its share, so that it cannot fill the disk. \
                     Nothing was recorded.",
                    self.megabytes
                ),
            )
        })
    }
}

/// Before the entries of the audit log.
pub async fn bounded(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    if *request.method() == Method::POST {
        let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        // Nobody's browser leaves it out; then it counts as large.
        if let Err(problem) = app.intake().take(length.unwrap_or(1_048_576.0)) {
            return problem.into_response();
        }
    }
    next.run(request).await
}
