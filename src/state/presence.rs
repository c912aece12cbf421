//! Who has which review open: this page tells the gateway while it can be seen, and learns of the others. Advisory.

use super::{globals, page_wide};
use crate::net::{self, Scope};
use crate::platform::{clock, page, tabs};
use leptos::prelude::*;
use runs::value::json::{Malformed, Map};
use runs::wire::http::{Method, Request};
use runs::wire::object::ObjectReader;
use runs::{Json, Timestamp};
use std::cell::{Cell, RefCell};

/// Between two times that a page tells, in milliseconds; the gateway forgets after three.
const EVERY: u32 = 15_000;
/// A page that is drawn again within so many milliseconds has not left.
const LEAVES_AFTER: u32 = 300;

/// Somebody with a review open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    pub connection: String,
    pub run: String,
    pub review: String,
    /// Self-declared; empty if nobody has said a name.
    pub who: String,
    pub since: Timestamp,
}

#[derive(Clone, PartialEq, Eq)]
struct Open {
    connection: String,
    run: String,
    review: String,
}

/// This page's part in it.
#[derive(Default)]
struct Presence {
    open: RefCell<Option<Open>>,
    /// Views that want to know of everybody, and whether that is being polled for them.
    listeners: Cell<u32>,
    polling: Cell<bool>,
    /// Belongs to none of the views that read it.
    everybody: ArcRwSignal<Vec<Here>>,
}

/// Tells that this review is open here, for as long as the view lives and can be seen; who else has it open.
pub fn attend(connection: String, run: String, review: String) -> RwSignal<Vec<Here>> {
    let others = RwSignal::new(Vec::new());
    let open = Open { connection, run, review };
    page_wide::<Presence>().open.replace(Some(open.clone()));
    let scope = Scope::of_view();
    let told = open.clone();
    leptos::task::spawn_local(async move {
        loop {
            page::until_visible().await;
            if scope.ended() {
                return;
            }
            // Advisory: an error is not shown, the next turn tries again.
            if let Ok(here) = net::own(&beat(&told, false), Some(&scope)).await.map(|json| decode(json).unwrap_or_default()) {
                others.try_set(here);
            }
            if scope.ended() {
                return;
            }
            clock::sleep(EVERY).await;
        }
    });
    on_cleanup(move || {
        let presence = page_wide::<Presence>();
        presence.open.borrow_mut().take_if(|now| *now == open);
        leptos::task::spawn_local(async move {
            clock::sleep(LEAVES_AFTER).await;
            if presence.open.borrow().is_none() {
                net::own(&beat(&open, true), None).await.ok();
            }
        });
    });
    others
}

/// Everybody with a review open, polled while a view that asks lives and can be seen; views that ask share one poll.
pub fn everybody() -> ArcRwSignal<Vec<Here>> {
    let presence = page_wide::<Presence>();
    let all = presence.everybody.clone();
    let scope = Scope::new();
    presence.listeners.update(|count| count + 1);
    on_cleanup(|| page_wide::<Presence>().listeners.update(|count| count.saturating_sub(1)));
    if !presence.polling.replace(true) {
        leptos::task::spawn_local(async move {
            while presence.listeners.get() > 0 {
                page::until_visible().await;
                let request = Request::get("presence").with("except", tabs::own());
                if let Ok(json) = net::own(&request, Some(&scope)).await {
                    presence.everybody.set(decode(json).unwrap_or_default());
                }
                clock::sleep(EVERY).await;
            }
            presence.polling.set(false);
        });
    }
    all
}

fn beat(open: &Open, gone: bool) -> Request {
    let who = globals().identity.name.get_untracked().unwrap_or_default();
    let mut json = Map::from_iter([
        ("connection".to_owned(), Json::from(open.connection.as_str())),
        ("run".to_owned(), open.run.as_str().into()),
        ("review".to_owned(), open.review.as_str().into()),
        ("who".to_owned(), who.into()),
        ("tab".to_owned(), tabs::own().into()),
    ]);
    if gone {
        json.insert("gone".into(), true.into());
    }
    Request::write(Method::Put, "presence").json(&Json::Object(json))
}

fn decode(json: Json) -> Result<Vec<Here>, Malformed> {
    let one = |json| {
        let mut fields = ObjectReader::of(json, "here")?;
        Ok(Here {
            connection: fields.required("connection")?,
            run: fields.required("run")?,
            review: fields.required("review")?,
            who: fields.text("who")?.unwrap_or_default(),
            since: Timestamp(fields.count("since")?.and_then(|since| i64::try_from(since).ok()).unwrap_or_default()),
        })
    };
    ObjectReader::of(json, "presence")?.list("here")?.into_iter().map(one).collect()
}
