//! Decisions on one task go one after the other, also through several replicas: a call that decides waits for its turn.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::middleware::Next;
use axum::response::IntoResponse;

use crate::app::App;
use crate::problem::{Problem, Relay};
use crate::relay::PREFIX;

/// So long a decision waits for another on the same task.
const PATIENCE: Duration = Duration::from_secs(60);

/// Around the relay: lets everything pass but a call that decides while another on the same task is under way.
pub async fn in_turn(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let Some(task) = task(&app, &request) else { return next.run(request).await };
    let refused = |detail: &str| Problem::relay(StatusCode::SERVICE_UNAVAILABLE, Relay::NotSent, detail).into_response();
    let turn = match tokio::time::timeout(PATIENCE, app.store().lock(&task)).await {
        Ok(Ok(turn)) => turn,
        Ok(Err(error)) => {
            tracing::error!(%error, "a decision could not be put in line");
            return refused("The gateway's store, which puts decisions in line, does not answer. Nothing was sent. Try again.");
        }
        Err(_) => {
            return refused("Another decision on this task is still under way. Nothing was sent. Look at what came of it, then try again.");
        }
    };
    // In a task of its own: the turn ends with the call, not when a browser window closes.
    let carried = tokio::spawn(async move {
        let answer = next.run(request).await;
        drop(turn);
        answer
    });
    carried
        .await
        .unwrap_or_else(|_| Problem::relay(StatusCode::BAD_GATEWAY, Relay::Unknown, "The gateway's own task failed.").into_response())
}

/// The name of the task that a call decides: its connection, and what of its path names it.
fn task(app: &App, request: &Request) -> Option<String> {
    let (id, path) = request.uri().path().strip_prefix(PREFIX)?.split_once('/')?;
    let upstream = app.connection(id)?;
    let route = upstream.route(request.method().as_str(), path).ok()?;
    let task = route.task(path).filter(|_| route.in_turn)?;
    Some(format!("decision {id} {}", runs::value::percent::decode(task)))
}
