//! Who has which review open: this page tells the gateway while it can be seen, and learns of the others. Advisory.

use crate::net::{self, Scope};
use crate::platform::{clock, page, tabs};
use crate::state::globals;
use leptos::prelude::*;
use runs::value::json::{Malformed, Map};
use runs::wire::http::{Method, Request};
use runs::wire::object::ObjectReader;
use runs::{Json, Timestamp};
use std::cell::{Cell, RefCell};

/// Between two times that a page tells, in milliseconds; the gateway forgets after three.
const EVERY: u32 = 15_000;
/// A page that is drawn anew has not left.
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

thread_local! {
    static OPEN: RefCell<Option<Open>> = const { RefCell::new(None) };
    /// Views that want to know of everybody, and whether that is being read for them.
    static LISTENERS: Cell<u32> = const { Cell::new(0) };
    static READING: Cell<bool> = const { Cell::new(false) };
    /// One signal for the life of the page: it belongs to none of the views that read it.
    static EVERYBODY: ArcRwSignal<Vec<Here>> = ArcRwSignal::new(Vec::new());
}

/// Tells that this review is open here, for as long as the view lives and can be seen; who else has it open.
pub fn attend(connection: String, run: String, review: String) -> RwSignal<Vec<Here>> {
    let others = RwSignal::new(Vec::new());
    let open = Open { connection, run, review };
    OPEN.set(Some(open.clone()));
    let scope = Scope::of_view();
    let told = open.clone();
    leptos::task::spawn_local(async move {
        loop {
            page::until_visible().await;
            if scope.ended() {
                return;
            }
            // Not being able to tell is no reason to disturb anybody: the next turn tells again.
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
        OPEN.with_borrow_mut(|now| {
            if *now == Some(open.clone()) {
                *now = None;
            }
        });
        leptos::task::spawn_local(async move {
            clock::sleep(LEAVES_AFTER).await;
            if OPEN.with_borrow(Option::is_none) {
                net::own(&beat(&open, true), None).await.ok();
            }
        });
    });
    others
}

/// Everybody with a review open, read while a view that asks lives and can be seen; views that ask share one reading.
pub fn everybody() -> ArcRwSignal<Vec<Here>> {
    let all = EVERYBODY.with(Clone::clone);
    let scope = Scope::new();
    LISTENERS.set(LISTENERS.get() + 1);
    on_cleanup(|| LISTENERS.set(LISTENERS.get().saturating_sub(1)));
    if !READING.replace(true) {
        let all = all.clone();
        leptos::task::spawn_local(async move {
            while LISTENERS.get() > 0 {
                page::until_visible().await;
                let asked = Request::get("presence").with("except", tabs::own());
                if let Ok(json) = net::own(&asked, Some(&scope)).await {
                    all.set(decode(json).unwrap_or_default());
                }
                clock::sleep(EVERY).await;
            }
            READING.set(false);
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
