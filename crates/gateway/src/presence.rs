//! Who has which review open: told by open pages, forgotten when they stop telling. Advisory: it locks nothing.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use serde::Deserialize;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, AnyPool, Row as _};

use crate::app::App;
use crate::auth::{Flows, Person, Role, Thing};
use crate::problem::Problem;
use crate::store::{Statement, Store};

/// A page tells every 15 seconds; one that missed two turns is gone.
pub const EXPIRY: i64 = 45_000;
/// Pages remembered: far more than one gateway's reviewers have open.
const MOST: i64 = 2_000;
const MAX_BEAT: usize = 8 * 1024;
const MAX_ID: usize = 512;
const MAX_WHO: usize = 200;

/// What a page tells of itself.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Beat {
    pub connection: String,
    pub run: String,
    pub review: String,
    /// Self-declared; empty: nobody has said a name there.
    pub who: String,
    /// Which tab or window; made up by it.
    pub tab: String,
    /// The page is being left.
    #[serde(default)]
    pub gone: bool,
}

/// Which pages are asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    connection: Option<String>,
    run: Option<String>,
    review: Option<String>,
    /// The asking page itself, which is left out.
    except: Option<String>,
}

/// Kept by the store, so that replicas see each other's pages; after a restart pages tell again within seconds.
#[derive(Clone, Debug)]
pub struct Presence {
    pages: AnyPool,
}

impl Presence {
    pub fn of(store: &Store) -> Self {
        Self { pages: store.passing.clone() }
    }

    /// Takes in what a page tells; `false`: there are too many.
    pub async fn beat(&self, beat: &Beat, now: i64) -> sqlx::Result<bool> {
        if beat.gone {
            sqlx::query("DELETE FROM presence WHERE tab = $1").bind(&beat.tab).execute(&self.pages).await?;
            return Ok(true);
        }
        let known = sqlx::query(
            "UPDATE presence SET since = CASE WHEN connection = $2 AND run = $3 AND review = $4 AND seen > $7 THEN since ELSE $6 END,
             connection = $2, run = $3, review = $4, who = $5, seen = $6 WHERE tab = $1",
        );
        let known = bound(known, beat, now).bind(now - EXPIRY).execute(&self.pages).await?;
        if known.rows_affected() > 0 {
            return Ok(true);
        }
        sqlx::query("DELETE FROM presence WHERE seen <= $1").bind(now - EXPIRY).execute(&self.pages).await?;
        let new = sqlx::query(
            "INSERT INTO presence (tab, connection, run, review, who, since, seen) SELECT $1, $2, $3, $4, $5, $6, $6
             WHERE (SELECT count(*) FROM presence) < $7 ON CONFLICT (tab) DO UPDATE SET seen = excluded.seen",
        );
        Ok(bound(new, beat, now).bind(MOST).execute(&self.pages).await?.rows_affected() > 0)
    }

    /// The pages that fit, the one open longest first.
    pub async fn here(&self, asked: &Asked, now: i64) -> sqlx::Result<Vec<serde_json::Value>> {
        let mut here = Statement::new("SELECT connection, run, review, who, since, seen FROM presence WHERE seen > ");
        here.bind(now - EXPIRY);
        for (column, wanted) in [("connection", &asked.connection), ("run", &asked.run), ("review", &asked.review)] {
            if let Some(wanted) = wanted {
                here.push(format_args!(" AND {column} = ")).bind(whole(wanted));
            }
        }
        if let Some(except) = &asked.except {
            here.push(" AND tab <> ").bind(whole(except));
        }
        here.push(" ORDER BY since, tab");
        let tell = |here: AnyRow| {
            let text = |column: &str| here.try_get::<String, _>(column);
            let time = |column: &str| here.try_get::<i64, _>(column);
            // Without the tab: who knows it could speak for it.
            Ok(serde_json::json!({
                "connection": text("connection")?, "run": text("run")?, "review": text("review")?,
                "who": text("who")?, "since": time("since")?, "seen": time("seen")?,
            }))
        };
        here.build().fetch_all(&self.pages).await?.into_iter().map(tell).collect()
    }
}

type Bound<'q> = sqlx::query::Query<'q, Any, AnyArguments>;

fn bound<'q>(query: Bound<'q>, beat: &Beat, now: i64) -> Bound<'q> {
    [&beat.tab, &beat.connection, &beat.run, &beat.review, &beat.who]
        .into_iter()
        .fold(query, |query, text| query.bind(whole(text)))
        .bind(now)
}

/// PostgreSQL keeps no text with U+0000.
fn whole(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// `/api/presence`.
pub fn presence() -> MethodRouter<Arc<App>> {
    get(read).put(tell).layer(DefaultBodyLimit::max(MAX_BEAT))
}

async fn tell(State(app): State<Arc<App>>, person: Person, body: Result<Bytes, BytesRejection>) -> Result<Response<Body>, Problem> {
    let body = body.map_err(|error| Problem::new(error.status(), "What a page tells of itself has at most 8 kB."))?;
    let mut beat: Beat = serde_json::from_slice(&body).map_err(|error| unfit(format!("It cannot be read: {error}.")))?;
    for (name, text, most) in [
        ("connection", &beat.connection, MAX_ID),
        ("run", &beat.run, MAX_ID),
        ("review", &beat.review, MAX_ID),
        ("tab", &beat.tab, MAX_ID),
        ("who", &beat.who, MAX_WHO),
    ] {
        if (text.is_empty() && name != "who") || text.chars().count() > most {
            return Err(unfit(format!("{name}: it is empty or has more than {most} characters.")));
        }
    }
    if app.connection(&beat.connection).is_none() {
        return Err(unfit("connection: this gateway has none of that name."));
    }
    if !visible(&app, &person, &beat.connection, &beat.run).await {
        return Err(unfit("run: there is no such run among the flows that you may see."));
    }
    if let Some(name) = person.name() {
        beat.tab = tab_of(name, &beat.tab);
        name.clone_into(&mut beat.who);
    }
    let others = Asked {
        connection: Some(beat.connection.clone()),
        run: Some(beat.run.clone()),
        review: Some(beat.review.clone()),
        except: Some(beat.tab.clone()),
    };
    let now = crate::clock::now();
    if !app.presence().beat(&beat, now).await.map_err(|error| failed(&error))? {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Too many reviews are open to tell who has which."));
    }
    answer(&app, &person, &others, now).await
}

/// Of two people's tabs none is the other's, whatever they call them.
fn tab_of(name: &str, tab: &str) -> String {
    format!("{name}\n{tab}")
}

/// Whether a person may know of what happens to a run.
async fn visible(app: &App, person: &Person, connection: &str, run: &str) -> bool {
    match (person.flows(connection, Role::Viewer), app.connection(connection)) {
        (Flows::All, _) => true,
        (flows, Some(upstream)) if !flows.none() => {
            app.owners().flow(upstream, Thing::Run(run.to_owned())).await.is_ok_and(|flow| flows.have(&flow))
        }
        _ => false,
    }
}

async fn read(State(app): State<Arc<App>>, person: Person, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response<Body>, Problem> {
    let asked = asked.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.body_text()))?;
    let mut asked = asked.0;
    if let Some(name) = person.name() {
        asked.except = asked.except.map(|tab| tab_of(name, &tab));
    }
    answer(&app, &person, &asked, crate::clock::now()).await
}

async fn answer(app: &App, person: &Person, asked: &Asked, now: i64) -> Result<Response<Body>, Problem> {
    let mut seen = Vec::new();
    for here in app.presence().here(asked, now).await.map_err(|error| failed(&error))? {
        let part = |name: &str| here[name].as_str().unwrap_or_default().to_owned();
        if visible(app, person, &part("connection"), &part("run")).await {
            seen.push(here);
        }
    }
    let mut response = serde_json::json!({ "here": seen }).to_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The database failed; what it says goes to the gateway's log, not to the browser.
fn failed(error: &sqlx::Error) -> Problem {
    tracing::error!(%error, "who has which review open could not be kept");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Who has which review open cannot be told now. The gateway's own log says why.")
}

fn unfit(reason: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, reason)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::store::Location;

    fn beat(tab: &str, review: &str) -> Beat {
        Beat { connection: "c".into(), run: "r".into(), review: review.into(), who: tab.to_uppercase(), tab: tab.into(), gone: false }
    }

    async fn here() -> Presence {
        Presence::of(&Store::open(&Location::Memory).await.unwrap())
    }

    async fn who(presence: &Presence, review: &str, now: i64) -> Vec<(String, i64)> {
        let asked = Asked { review: Some(review.into()), except: Some("me".into()), ..Asked::default() };
        let one =
            |here: serde_json::Value| (here["who"].as_str().unwrap_or_default().to_owned(), here["since"].as_i64().unwrap_or_default());
        presence.here(&asked, now).await.unwrap().into_iter().map(one).collect()
    }

    #[tokio::test]
    async fn a_page_is_here_until_it_leaves_or_falls_silent() {
        let presence = here().await;
        for (beat, now) in [(beat("a", "x"), 1_000), (beat("b", "x"), 2_000), (beat("me", "x"), 2_000), (beat("a", "x"), 16_000)] {
            assert!(presence.beat(&beat, now).await.unwrap());
        }
        let (a, b) = (("A".to_owned(), 1_000), ("B".to_owned(), 2_000));
        assert_eq!(who(&presence, "x", 20_000).await, [a.clone(), b]);
        assert_eq!(who(&presence, "x", 2_000 + EXPIRY).await, [a]);
        assert_eq!(who(&presence, "x", 16_000 + EXPIRY).await, []);
        // Back after a silence, it came anew; and a tab has one page.
        assert!(presence.beat(&beat("a", "x"), 90_000).await.unwrap());
        assert_eq!(who(&presence, "x", 90_001).await, [("A".to_owned(), 90_000)]);
        assert!(presence.beat(&beat("a", "y"), 91_000).await.unwrap());
        assert_eq!(who(&presence, "x", 91_001).await, []);
        assert_eq!(who(&presence, "y", 91_001).await, [("A".to_owned(), 91_000)]);
        assert!(presence.beat(&Beat { gone: true, ..beat("a", "y") }, 92_000).await.unwrap());
        assert_eq!(who(&presence, "y", 92_001).await, []);
    }

    #[tokio::test]
    async fn it_is_bounded_and_makes_room_for_the_living() {
        let presence = here().await;
        for tab in 0..MOST {
            assert!(presence.beat(&beat(&tab.to_string(), "x"), 0).await.unwrap());
        }
        assert!(!presence.beat(&beat("late", "x"), 1_000).await.unwrap());
        assert!(presence.beat(&beat("7", "x"), 1_000).await.unwrap(), "who is here stays");
        assert!(presence.beat(&beat("late", "x"), EXPIRY).await.unwrap());
        assert_eq!(who(&presence, "x", EXPIRY).await.len(), 2);
    }
}
