//! What those who run the gateway ask it: does it live, can it work, what has it counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::metrics::metrics;
use crate::problem::Problem;
use crate::store::Store;

const PATIENCE: Duration = Duration::from_secs(2);

/// Whether calls are welcome.
#[derive(Clone, Debug)]
pub struct Health {
    store: Store,
    stopping: Arc<AtomicBool>,
}

impl Health {
    pub fn new(store: Store) -> Self {
        Self { store, stopping: Arc::default() }
    }

    /// From now on it is not ready.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// `/healthz` and `/readyz`; they tell nothing but that, so whoever asks by whatever name is answered.
    pub fn routes(&self) -> Router {
        Router::new().route("/healthz", get(async || text("ok\n"))).route("/readyz", get(ready)).with_state(self.clone())
    }

    /// The same and `/metrics`, for a port of its own: a proxy before the other one passes on whatever the internet asks.
    pub fn with_metrics(&self) -> Router {
        self.routes().route("/metrics", get(counted)).layer(middleware::from_fn(no_page))
    }
}

/// Not the vendors: one that is down must not take the console away from the others.
async fn ready(State(health): State<Health>) -> Response<Body> {
    let unready = |why: &str| Problem::new(StatusCode::SERVICE_UNAVAILABLE, why).into_response();
    if health.stopping.load(Ordering::Relaxed) {
        return unready("The gateway is stopping.");
    }
    let asked = sqlx::query("SELECT 1").execute(&health.store.read);
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(_)) => text("ready\n"),
        _ => unready("The store does not answer."),
    }
}

async fn counted() -> Response<Body> {
    match metrics().text() {
        Ok(counts) => {
            let mut response = text(counts);
            let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
        Err(_) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "The counts cannot be written.").into_response(),
    }
}

/// Any website could have a browser on this machine ask; Prometheus is no browser.
async fn no_page(request: Request, next: Next) -> Response<Body> {
    let page = request.headers().contains_key(header::ORIGIN) || request.headers().get("sec-fetch-site").is_some_and(|site| site != "none");
    if page {
        return Problem::new(StatusCode::FORBIDDEN, "Counts are not for pages in a browser.").into_response();
    }
    next.run(request).await
}

fn text(text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
