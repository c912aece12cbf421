//! The audit log of decisions: entries are appended and read, and there is no call to change or delete one.
//!
//! A decision is two entries or more under one key: its intent, before anything is sent, and what came of it.

mod append;
pub mod chain;
mod entry;
mod export;
mod figures;
mod filter;
mod page;
pub mod retention;
pub mod verify;

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};

use console::file::sheet::Separator;

use crate::app::App;
use crate::auth::{Flows, Person, Role, Thing};
use crate::problem::Problem;
use append::Appended;
use entry::{Entry, Kind, MAX_ENTRY};
use filter::{Asked, Cursor, Filter, asked, refused};

/// Under this name an entry is appended, one after the other, also by replicas: the log is one chain.
const ALONE: &str = "audit";
/// Decisions in one page.
const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;

/// `/api/audit`.
pub fn log() -> MethodRouter<Arc<App>> {
    get(list).post(append).fallback(append_only).layer(DefaultBodyLimit::max(MAX_ENTRY))
}

async fn append_only() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "The audit log is read and appended to; entries are never changed or deleted.")
        .allowing("GET, HEAD, POST")
}

async fn list(State(app): State<Arc<App>>, person: Person, query: Result<Query<Asked>, QueryRejection>) -> Result<Response<Body>, Problem> {
    let asked = asked(query)?;
    let filter = Filter::of(&asked)?.seen_by(&person, app.connection_ids());
    let after =
        asked.after.as_deref().map(|text| Cursor::read(text).ok_or_else(|| refused("after: it is the `next` of a page."))).transpose()?;
    let limit = asked.limit.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(refused(format!("limit: 1 to {LARGEST_PAGE} is expected.")));
    }
    let page = page::page(&app.store().read, &filter, after, limit).await.map_err(|error| failed("read", &error))?;
    Ok(json(StatusCode::OK, page.to_string()))
}

/// `/api/audit.csv`: the whole list that `/api/audit` pages through.
pub async fn export(
    State(app): State<Arc<App>>,
    person: Person,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response<Body>, Problem> {
    let asked = asked(query)?;
    if asked.after.is_some() || asked.limit.is_some() {
        return Err(refused("after, limit: an export is whole."));
    }
    let separator = match asked.separator.as_deref() {
        None => Separator::default(),
        Some(word) => {
            let words = Separator::ALL.map(Separator::word).join(", ");
            Separator::of_word(word).ok_or_else(|| refused(format!("separator: one of {words} is expected.")))?
        }
    };
    let filter = Filter::of(&asked)?.seen_by(&person, app.connection_ids());
    let mut response = Response::new(export::body(app.store().read.clone(), filter, separator));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"sluice-audit.csv\""));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `/api/audit/figures`.
pub async fn figures(
    State(app): State<Arc<App>>,
    person: Person,
    query: Result<Query<figures::Wanted>, QueryRejection>,
) -> Result<Response<Body>, Problem> {
    let seen = |filter: Filter| filter.seen_by(&person, app.connection_ids());
    let figures = figures::figures(&app.store().read, &asked(query)?, seen, crate::clock::now()).await?;
    Ok(json(StatusCode::OK, figures.to_string()))
}

async fn append(State(app): State<Arc<App>>, person: Person, body: Result<Bytes, BytesRejection>) -> Result<Response<Body>, Problem> {
    let body = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("One audit entry has at most {} MB. Nothing was written.", MAX_ENTRY / 1024 / 1024),
        ),
        status => Problem::new(status, "The audit entry did not arrive whole. Nothing was written."),
    })?;
    let mut entry = Entry::read(&body).map_err(|reason| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, reason))?;
    if entry.kind == Kind::Intent && app.connection(&entry.connection).is_none() {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "connection: this gateway has none of that name."));
    }
    permitted(&app, &person, &entry).await?;
    if let Some(name) = person.name() {
        name.clone_into(&mut entry.who);
    }
    let (status, id, at) = match append::append(app.store(), &entry, crate::clock::now()).await {
        Ok(Appended::Now { id, at }) => (StatusCode::CREATED, id, at),
        Ok(Appended::Before { id, at }) => (StatusCode::OK, id, at),
        Ok(Appended::Refused(reason)) => return Err(Problem::new(StatusCode::CONFLICT, reason)),
        Err(error) => return Err(failed("written", &error)),
    };
    crate::drafts::outcome(&app, &entry.connection, &entry.run, &entry.review, entry.outcome.as_deref()).await;
    Ok(json(status, serde_json::json!({ "id": id, "at": at }).to_string()))
}

/// Whether a person may decide what the entry is about. What came of a decision is noted by whoever could make it.
async fn permitted(app: &App, person: &Person, entry: &Entry) -> Result<(), Problem> {
    let flows = person.flows(&entry.connection, Role::Reviewer);
    let own = match (&flows, app.connection(&entry.connection)) {
        (Flows::All, _) => true,
        (_, Some(upstream)) if !flows.none() => {
            let flow = app.owners().flow(upstream, Thing::Run(entry.run.clone())).await?;
            flows.have(&flow) && flow == entry.flow
        }
        _ => false,
    };
    if own {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "You may not decide this review: that takes the role reviewer in its flow. Nothing was written.",
    ))
}

/// The database failed; what it says goes to the gateway's log, not to the browser.
fn failed(what: &str, error: &sqlx::Error) -> Problem {
    tracing::error!(%error, "the audit log could not be {what}");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, format!("The audit log could not be {what}. The gateway's own log says why."))
}

fn json(status: StatusCode, body: String) -> Response<Body> {
    let mut response = body.into_response();
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
