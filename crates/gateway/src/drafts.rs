//! Drafts of reviews that follow a person from one browser to another. Sealed by a key from the configuration; without one there are
//! none. The browser's own copy is the fast one, and this is written behind it.

mod kept;
mod keys;

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use serde::Deserialize;
use tokio::task::AbortHandle;

use crate::app::App;
use crate::auth::{Flows, Person, Role, Thing};
use crate::problem::Problem;
use crate::store::Store;
use kept::{Given, MOST, Place, Put};
pub use keys::Keys;

/// Bytes of one draft with what is said of it.
const LARGEST: usize = 2 * 1024 * 1024;
const MAX_ID: usize = 512;
const MAX_WRITER: usize = 100;
/// Times are between 1970 and the year 9999, in milliseconds.
const MAX_TIME: i64 = 253_402_300_800_000;
const DAY: i64 = 86_400_000;
/// Between two looks for those that are too old.
const EVERY: Duration = Duration::from_secs(3_600);
pub const DEFAULT_DAYS: u32 = 30;
/// Outcomes after which a review waits for nobody any more.
const DECIDED: [&str; 4] = ["accepted", "already_mine", "decided_by_another", "no_longer_waiting"];

/// The table `[drafts]`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// None: no drafts are kept.
    pub keys: Option<Arc<Keys>>,
    /// Days after its last edit that a draft is kept.
    pub days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { keys: None, days: DEFAULT_DAYS }
    }
}

impl Settings {
    /// What was written before is not kept any more.
    fn oldest(&self, now: i64) -> i64 {
        now.saturating_sub(i64::from(self.days).saturating_mul(DAY))
    }
}

/// Which draft is asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    connection: String,
    run: String,
    review: String,
}

/// Which draft goes, as far as its browser knows it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dropped {
    connection: String,
    run: String,
    review: String,
    writer: String,
    version: Option<i64>,
}

/// `/api/drafts`.
pub fn drafts() -> MethodRouter<Arc<App>> {
    get(read).put(keep).delete(forget).layer(DefaultBodyLimit::max(LARGEST))
}

async fn read(State(app): State<Arc<App>>, person: Person, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response<Body>, Problem> {
    let Query(asked) = asked.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.body_text()))?;
    let place = place(&app, &person, [asked.connection, asked.run, asked.review]).await?;
    let settings = app.drafts();
    let Some(keys) = &settings.keys else { return Ok(json(serde_json::json!({ "kept": false }))) };
    let found = kept::get(app.store(), &place, keys, settings.oldest(crate::clock::now())).await;
    let draft = found.map_err(|error| failed("read", &error))?.map(|kept| {
        if kept.text.is_none() {
            tracing::warn!(connection = ?place.connection, run = ?place.run, "a draft cannot be opened: its key is not in the key file any more");
        }
        serde_json::json!({
            "pin": kept.pin, "edited": kept.edited, "saved": kept.saved, "version": kept.version, "writer": kept.writer, "text": kept.text,
        })
    });
    Ok(json(serde_json::json!({ "kept": true, "draft": draft })))
}

async fn keep(State(app): State<Arc<App>>, person: Person, body: Result<Bytes, BytesRejection>) -> Result<Response<Body>, Problem> {
    let body = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let most = LARGEST / 1024 / 1024;
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("A draft has at most {most} MB here. It stays in the browser only."))
        }
        status => Problem::new(status, "The draft did not arrive whole. It stays in the browser only."),
    })?;
    let given: Given = serde_json::from_slice(&body).map_err(|error| unfit(format!("It cannot be read: {error}.")))?;
    for (name, text, most) in [("pin", &given.pin, MAX_ID), ("writer", &given.writer, MAX_WRITER)] {
        check(name, text, most)?;
    }
    if given.text.is_empty() {
        return Err(unfit("text: a draft that says nothing is deleted, not kept."));
    }
    if !(0..MAX_TIME).contains(&given.edited) {
        return Err(unfit("edited: it is the time of the last edit, in milliseconds since 1970."));
    }
    let place = place(&app, &person, [given.connection.clone(), given.run.clone(), given.review.clone()]).await?;
    let settings = app.drafts();
    let Some(keys) = &settings.keys else {
        return Err(Problem::new(StatusCode::NOT_FOUND, "This gateway keeps no drafts: it has no key for them."));
    };
    let now = crate::clock::now();
    match kept::put(app.store(), &place, &given, keys, now, settings.oldest(now)).await.map_err(|error| failed("kept", &error))? {
        Put::Kept(version) => Ok(json(serde_json::json!({ "version": version, "saved": now }))),
        Put::Clash => {
            Err(Problem::new(StatusCode::CONFLICT, "Another browser saved a draft of this review meanwhile. Nothing was written."))
        }
        Put::Full => Err(Problem::new(
            StatusCode::INSUFFICIENT_STORAGE,
            format!("You have {MOST} drafts at the gateway already, or too large ones. This one stays in the browser only."),
        )),
        Put::Unsealed => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "The draft could not be sealed. It stays in the browser only.")),
    }
}

async fn forget(
    State(app): State<Arc<App>>,
    person: Person,
    asked: Result<Query<Dropped>, QueryRejection>,
) -> Result<Response<Body>, Problem> {
    let Query(asked) = asked.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.body_text()))?;
    check("writer", &asked.writer, MAX_WRITER)?;
    let place = place(&app, &person, [asked.connection, asked.run, asked.review]).await?;
    let gone = kept::drop_known(app.store(), &place, asked.version, &asked.writer).await.map_err(|error| failed("deleted", &error))?;
    Ok(json(serde_json::json!({ "gone": gone })))
}

/// Where this person's draft of a review is; for whoever may decide it.
async fn place(app: &App, person: &Person, [connection, run, review]: [String; 3]) -> Result<Place, Problem> {
    for (name, text) in [("connection", &connection), ("run", &run), ("review", &review)] {
        check(name, text, MAX_ID)?;
    }
    let flows = person.flows(&connection, Role::Reviewer);
    let upstream = app.connection(&connection).filter(|_| person.sees(&connection));
    let upstream = upstream.ok_or_else(|| unfit("connection: this gateway has none of that name."))?;
    let may = match &flows {
        Flows::All => true,
        flows if flows.none() => false,
        flows => flows.have(&app.owners().flow(upstream, Thing::Run(run.clone())).await?),
    };
    if !may {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "Drafts are kept of reviews that you may decide: that takes the role reviewer in its flow.",
        ));
    }
    Ok(Place { owner: person.account(), connection, run, review })
}

/// PostgreSQL keeps no text with U+0000, and no id has one.
fn check(name: &str, text: &str, most: usize) -> Result<(), Problem> {
    if text.is_empty() || text.chars().count() > most || text.contains('\0') {
        return Err(unfit(format!("{name}: it is empty, has more than {most} characters, or is no text.")));
    }
    Ok(())
}

/// The audit log says what came of a decision: where the review waits no more, nobody's draft of it is of use.
pub(crate) async fn outcome(app: &App, connection: &str, run: &str, review: &str, outcome: Option<&str>) {
    if outcome.is_some_and(|outcome| DECIDED.contains(&outcome))
        && let Err(error) = kept::decided(app.store(), connection, run, review).await
    {
        tracing::error!(%error, "the drafts of a decided review could not be deleted; they go with their time");
    }
}

/// Removes what is too old, until it is dropped.
#[derive(Debug)]
pub struct Sweeping(AbortHandle);

impl Drop for Sweeping {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Also where no drafts are kept any more: what is left of them goes.
pub fn sweep(store: Store, settings: Settings) -> Sweeping {
    let task = tokio::spawn(async move {
        loop {
            match kept::expire(&store, settings.oldest(crate::clock::now())).await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, days = settings.days, "old drafts were removed"),
                Err(error) => tracing::error!(%error, "old drafts could not be removed"),
            }
            tokio::time::sleep(EVERY).await;
        }
    });
    Sweeping(task.abort_handle())
}

/// The database failed; what it says goes to the gateway's log, not to the browser.
fn failed(what: &str, error: &sqlx::Error) -> Problem {
    tracing::error!(%error, "a draft could not be {what}");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, format!("The draft could not be {what}. The gateway's own log says why."))
}

fn unfit(reason: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, reason)
}

fn json(body: serde_json::Value) -> Response<Body> {
    let mut response = body.to_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
