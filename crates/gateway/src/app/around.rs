//! Around every route: names of requests, who may call, what answers carry, and panics.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::IntoResponse;
use tower_http::catch_panic::CatchPanicLayer;

use super::App;
use crate::clock;
use crate::guard;
use crate::ids;
use crate::problem::Problem;
use crate::server::Caller;

/// So much of a path is logged.
const LOGGED: usize = 200;

/// Vendors' answers are data: opened as a page they neither run nor load anything.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

const EVERYWHERE: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Around every route: each request has its name, a panic costs one answer, foreign callers are refused, and the policy headers are on everything.
pub(super) fn protect(routes: Router, app: Arc<App>) -> Router {
    routes
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guarded))
        .layer(middleware::from_fn_with_state(app, policies))
        .layer(middleware::from_fn(ids::named))
}

async fn guarded(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response<Body> {
    match guard::check(&app.names, request.method(), request.uri(), request.headers()) {
        Ok(()) => match app.auth.admit(&mut request, &app.names).await {
            Ok(()) => next.run(request).await,
            Err(answer) => answer,
        },
        Err(problem) => {
            let path: String = request.uri().path().chars().take(LOGGED).collect();
            let caller = request.extensions().get::<Caller>().map(|caller| caller.0);
            // The path is a caller's text: it is written as one word, whatever it holds.
            tracing::warn!(method = %request.method(), ?path, ?caller, status = problem.status.as_u16(), reason = %problem.detail, "refused");
            problem.into_response()
        }
    }
}

async fn policies(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let api = guard::is_api(request.uri().path());
    let public = request.headers().get(header::HOST).is_some_and(|host| app.names.is_public(host));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let own_referrer = headers.remove(header::REFERRER_POLICY);
    for (name, value) in EVERYWHERE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(own) = own_referrer.filter(|_| !api) {
        headers.insert(header::REFERRER_POLICY, own);
    }
    if public {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if api {
        // Tells the page that the answer is the gateway's, and what time it is here.
        headers.insert(runs::wire::http::GATEWAY_TIME, clock::now().into());
    }
    let policy = if api { HeaderValue::from_static(DATA_POLICY) } else { app.page_policy.clone() };
    // A page that needs less has a stricter one already.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    response
}

fn panicked(_: Box<dyn Any + Send>) -> Response<Body> {
    tracing::error!("a request made the gateway panic; it goes on");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "The gateway made a mistake with this request. Its log says where; please report it.")
        .into_response()
}
