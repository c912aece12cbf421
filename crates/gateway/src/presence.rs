//! Who has which review open: told by open pages, forgotten when they stop telling. Advisory: it locks nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use serde::Deserialize;

use crate::app::App;
use crate::auth::{Flows, Person, Role, Thing};
use crate::problem::Problem;

/// A page tells every 15 seconds; one that missed two turns is gone.
pub const EXPIRY: i64 = 45_000;
/// Pages remembered: far more than one gateway's reviewers have open.
const MOST: usize = 2_000;
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

#[derive(Clone, Debug)]
struct Here {
    beat: Beat,
    since: i64,
    seen: i64,
}

/// In memory: after a restart pages tell again within seconds.
#[derive(Debug, Default)]
pub struct Presence {
    tabs: Mutex<HashMap<String, Here>>,
}

impl Presence {
    /// Takes in what a page tells; `false`: there are too many.
    pub fn beat(&self, beat: Beat, now: i64) -> bool {
        let mut tabs = self.tabs.lock().unwrap_or_else(PoisonError::into_inner);
        if beat.gone {
            tabs.remove(&beat.tab);
            return true;
        }
        if tabs.len() >= MOST && !tabs.contains_key(&beat.tab) {
            tabs.retain(|_, here| now - here.seen < EXPIRY);
            if tabs.len() >= MOST {
                return false;
            }
        }
        let known = tabs.get(&beat.tab).filter(|here| {
            let same = (&here.beat.connection, &here.beat.run, &here.beat.review) == (&beat.connection, &beat.run, &beat.review);
            same && now - here.seen < EXPIRY
        });
        let since = known.map_or(now, |here| here.since);
        tabs.insert(beat.tab.clone(), Here { beat, since, seen: now });
        true
    }

    /// The pages that fit, the one open longest first.
    pub fn here(&self, asked: &Asked, now: i64) -> Vec<serde_json::Value> {
        let tabs = self.tabs.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        let mut here: Vec<&Here> = tabs
            .values()
            .filter(|here| {
                let beat = &here.beat;
                now - here.seen < EXPIRY
                    && fits(&asked.connection, &beat.connection)
                    && fits(&asked.run, &beat.run)
                    && fits(&asked.review, &beat.review)
                    && asked.except.as_deref() != Some(&beat.tab)
            })
            .collect();
        here.sort_by(|left, right| (left.since, &left.beat.tab).cmp(&(right.since, &right.beat.tab)));
        let tell = |here: &Here| {
            // Without the tab: who knows it could speak for it.
            serde_json::json!({
                "connection": here.beat.connection, "run": here.beat.run, "review": here.beat.review,
                "who": here.beat.who, "since": here.since, "seen": here.seen,
            })
        };
        here.into_iter().map(tell).collect()
    }
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
    if !app.presence().beat(beat, now) {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Too many reviews are open to tell who has which."));
    }
    Ok(answer(&app, &person, &others, now).await)
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
    Ok(answer(&app, &person, &asked, crate::clock::now()).await)
}

async fn answer(app: &App, person: &Person, asked: &Asked, now: i64) -> Response<Body> {
    let mut seen = Vec::new();
    for here in app.presence().here(asked, now) {
        let part = |name: &str| here[name].as_str().unwrap_or_default().to_owned();
        if visible(app, person, &part("connection"), &part("run")).await {
            seen.push(here);
        }
    }
    let mut response = serde_json::json!({ "here": seen }).to_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn unfit(reason: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beat(tab: &str, review: &str) -> Beat {
        Beat { connection: "c".into(), run: "r".into(), review: review.into(), who: tab.to_uppercase(), tab: tab.into(), gone: false }
    }

    fn who(presence: &Presence, review: &str, now: i64) -> Vec<(String, i64)> {
        let asked = Asked { review: Some(review.into()), except: Some("me".into()), ..Asked::default() };
        let one =
            |here: serde_json::Value| (here["who"].as_str().unwrap_or_default().to_owned(), here["since"].as_i64().unwrap_or_default());
        presence.here(&asked, now).into_iter().map(one).collect()
    }

    #[test]
    fn a_page_is_here_until_it_leaves_or_falls_silent() {
        let presence = Presence::default();
        assert!(presence.beat(beat("a", "x"), 1_000) && presence.beat(beat("b", "x"), 2_000) && presence.beat(beat("me", "x"), 2_000));
        assert!(presence.beat(beat("a", "x"), 16_000));
        let (a, b) = (("A".to_owned(), 1_000), ("B".to_owned(), 2_000));
        assert_eq!(who(&presence, "x", 20_000), [a.clone(), b]);
        assert_eq!(who(&presence, "x", 2_000 + EXPIRY), [a]);
        assert_eq!(who(&presence, "x", 16_000 + EXPIRY), []);
        // Back after a silence, it came anew; and a tab has one page.
        assert!(presence.beat(beat("a", "x"), 90_000));
        assert_eq!(who(&presence, "x", 90_001), [("A".to_owned(), 90_000)]);
        assert!(presence.beat(beat("a", "y"), 91_000));
        assert_eq!(who(&presence, "x", 91_001), []);
        assert_eq!(who(&presence, "y", 91_001), [("A".to_owned(), 91_000)]);
        assert!(presence.beat(Beat { gone: true, ..beat("a", "y") }, 92_000));
        assert_eq!(who(&presence, "y", 92_001), []);
    }

    #[test]
    fn it_is_bounded_and_makes_room_for_the_living() {
        let presence = Presence::default();
        for tab in 0..MOST {
            assert!(presence.beat(beat(&tab.to_string(), "x"), 0));
        }
        assert!(!presence.beat(beat("late", "x"), 1_000));
        assert!(presence.beat(beat("7", "x"), 1_000), "who is here stays");
        assert!(presence.beat(beat("late", "x"), EXPIRY));
        assert_eq!(who(&presence, "x", EXPIRY).len(), 2);
    }
}
