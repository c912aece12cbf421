//! `/api/ledger`: what number a run has, which run a number, and how far the ledger is.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::book::{Book, Numbered};
use super::flow::{self, Flow};
use crate::app::App;
use crate::auth::{Person, Role};
use crate::clock;
use crate::problem::Problem;

/// Runs that are asked for at once.
const MOST: usize = 200;
const LONGEST: usize = 512;
/// A flow is not looked at more often for those who ask, in milliseconds.
const GAP: i64 = 3_000;
const UNKNOWN_FLOW: &str = "The ledger does not know this flow yet.";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfConnection {
    connection: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Ids with commas between them.
    ids: String,
    /// The flow that they are of: then the answer says how far the ledger is with it.
    flow: Option<String>,
}

/// `/api/ledger`: how far it is with each flow.
pub async fn progress(
    State(app): State<Arc<App>>,
    person: Person,
    query: Result<Query<OfConnection>, QueryRejection>,
) -> Result<Response<Body>, Problem> {
    let query = query.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.body_text()))?;
    let flows = Book::of(app.store()).flows(query.connection.as_deref()).await.map_err(|error| failed(&error))?;
    let now = clock::now();
    let flows: Vec<Value> = flows
        .iter()
        .filter(|(connection, flow)| app.connection(connection).is_some() && person.may(Role::Viewer, connection, &flow.flow))
        .map(|(connection, flow)| {
            let mut told = told(flow, now);
            told["connection"] = connection.as_str().into();
            told
        })
        .collect();
    Ok(answer(&json!({ "flows": flows })))
}

fn told(flow: &Flow, now: i64) -> Value {
    json!({
        "flow": flow.flow,
        "name": flow.name,
        "state": flow.state.word(),
        // Rows read in the walk that is under way, and how many there are, where the vendor says so.
        "listed": flow.walking.then_some(flow.total.map_or(flow.listed, |total| flow.listed.min(total))),
        "total": flow.walking.then_some(flow.total).flatten(),
        "numbered": flow.next - 1,
        "began": flow.began,
        "walked": flow.walked,
        "looked": (flow.looked > 0).then_some(flow.looked),
        "error": flow.error,
        "next_try": flow.error.is_some().then_some(flow.due.max(now)),
    })
}

/// `/api/ledger/{connection}/numbers?ids=a,b&flow=f`.
pub async fn numbers(
    State(app): State<Arc<App>>,
    person: Person,
    Path(connection): Path<String>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response<Body>, Problem> {
    let asked = query.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.body_text()))?.0;
    known(&app, &person, &connection)?;
    let ids: Vec<String> = asked.ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
    if ids.is_empty() || ids.len() > MOST || ids.iter().any(|id| id.chars().count() > LONGEST) {
        return Err(Problem::new(StatusCode::BAD_REQUEST, format!("ids: 1 to {MOST} ids with commas between them are expected.")));
    }
    let book = Book::of(app.store());
    let found = book.numbers(&connection, &ids).await.map_err(|error| failed(&error))?;
    let mut state = Value::Null;
    // Of a flow that somebody may not see nothing is told, not even whether there is one.
    let seen = |flow: &str| person.may(Role::Viewer, &connection, flow);
    if let Some(flow) = asked.flow.as_ref().filter(|flow| seen(flow)) {
        state = book.flow(&connection, flow).await.map_err(|error| failed(&error))?.map_or(Value::Null, |flow| flow.state.word().into());
        if found.len() < ids.len() {
            book.nudge(&connection, flow, GAP, clock::now()).await.map_err(|error| failed(&error))?;
        }
    }
    let of_flow = |one: &&Numbered| seen(&one.flow) && asked.flow.as_ref().is_none_or(|flow| *flow == one.flow);
    let one = |one: &Numbered| (one.run.clone(), json!({ "number": one.number, "late": one.late, "flow": one.flow }));
    let numbers: Map<String, Value> = found.iter().filter(of_flow).map(one).collect();
    Ok(answer(&json!({ "numbers": numbers, "state": state })))
}

/// `/api/ledger/{connection}/runs/{flow}/{number}`.
pub async fn number(
    State(app): State<Arc<App>>,
    person: Person,
    Path((connection, flow, number)): Path<(String, String, String)>,
) -> Result<Response<Body>, Problem> {
    known(&app, &person, &connection)?;
    let Some(number) = number.parse::<i64>().ok().filter(|number| *number > 0) else {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "A run's number is a whole number from 1 on."));
    };
    if !person.may(Role::Viewer, &connection, &flow) {
        return Err(Problem::new(StatusCode::NOT_FOUND, UNKNOWN_FLOW));
    }
    let book = Book::of(app.store());
    if let Some(found) = book.run(&connection, &flow, number).await.map_err(|error| failed(&error))? {
        let body = json!({ "run": found.run, "flow": found.flow, "number": found.number, "late": found.late, "created": found.created });
        return Ok(answer(&body));
    }
    let detail = match book.flow(&connection, &flow).await.map_err(|error| failed(&error))? {
        None => UNKNOWN_FLOW.to_owned(),
        Some(flow) if flow.state != flow::State::Kept => "The ledger is still reading this flow's history.".into(),
        Some(flow) => format!("No run of this flow has the number {number}. The newest is {}.", flow.next - 1),
    };
    Err(Problem::new(StatusCode::NOT_FOUND, detail))
}

fn known(app: &App, person: &Person, connection: &str) -> Result<(), Problem> {
    match app.connection(connection).filter(|_| person.sees(connection)) {
        Some(_) => Ok(()),
        None => Err(Problem::new(StatusCode::NOT_FOUND, "This gateway has no such connection.")),
    }
}

fn answer(body: &Value) -> Response<Body> {
    let mut response = body.to_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn failed(error: &sqlx::Error) -> Problem {
    tracing::error!(%error, "the ledger could not be read");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "The ledger could not be read. The gateway's own log says why.")
}
