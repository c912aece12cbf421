//! Reviews: the queue of what waits for a person, and one review with its form, its decision and what came of it.

mod bar;
mod closed;
mod conflict;
mod decide;
mod desk;
mod evidence;
mod fields;
mod lists;
mod marks;
mod next;
mod notices;
mod outcome;
mod pane;
mod pattern;
mod progress;
mod queue;

use crate::app::{UnknownConnection, enter_page};
use crate::data::Connection;
use crate::prelude::*;
use crate::routes::{Page, flow_of};
use crate::state::{Phase, globals};
use crate::strings::t;
use crate::ui::Failure;
use desk::{Desk, Place};
use leptos_router::hooks::use_location;
pub use queue::QueuePage;
use runs::ErrorKind;
use runs::review::{Outcome, ReviewState};

#[component]
pub fn ReviewPage(connection: String, run: String, review: String) -> Html {
    let flow = flow_of(&use_location().search.get_untracked());
    let place = Place { connection, run, review, flow };
    match globals().session.connection(&place.connection) {
        Some(connection) => desk_of(connection, place),
        None => view! { <UnknownConnection id=place.connection /> },
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Outline,
    Missing,
    Failure,
    /// The vendor has no call to decide.
    Unsupported,
    Form,
    Closed,
    Outcome,
    Conflict,
}

fn shows(desk: Desk, decides: bool) -> Shows {
    if !decides {
        return Shows::Unsupported;
    }
    if let Some(Phase::Came(outcome)) = desk.case.get().map(|case| case.phase.clone()) {
        match outcome {
            Outcome::Accepted(_) | Outcome::AlreadyMine(_) | Outcome::NoLongerWaiting(_) => return Shows::Outcome,
            Outcome::DecidedByAnother(_) => return Shows::Conflict,
            Outcome::Changed(_) | Outcome::Invalid { .. } | Outcome::NotPermitted { .. } | Outcome::NotConfirmed { .. } => {}
        }
    }
    let edited = || desk.draft.with_untracked(|draft| draft.count() > 0);
    let decided = || desk.live.value.with(|now| now.as_ref().is_some_and(|now| matches!(now.state, ReviewState::Decided(_))));
    let missing = desk.live.error.with(|error| error.as_ref().map(|error| error.kind == ErrorKind::NotFound));
    match desk.read.with(|read| read.as_ref().map(|read| read.state == ReviewState::Open)) {
        Some(true) if desk.looking.get() && decided() => Shows::Conflict,
        Some(true) if desk.looking.get() => Shows::Closed,
        Some(true) => Shows::Form,
        Some(false) if edited() && decided() => Shows::Conflict,
        Some(false) => Shows::Closed,
        None if missing == Some(true) => Shows::Missing,
        None if missing == Some(false) => Shows::Failure,
        None => Shows::Outline,
    }
}

fn desk_of(connection: Connection, place: Place) -> Html {
    let decides = connection.dialect.adapter().capabilities().review.decides();
    let desk = Desk::new(connection, place);
    enter_page(move || (t().review.page_title)(&desk.name(), &desk.run_name()));
    decide::when_named(desk);
    let shown = Memo::new(move |_| shows(desk, decides));
    let panes = move || matches!(shown.get(), Shows::Form | Shows::Unsupported);
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        let asked = desk.rejecting.get_untracked() || desk.globals.identity.asking.get_untracked();
        let meant = event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.repeat() && !asked;
        if meant && shown.get_untracked() == Shows::Form {
            event.prevent_default();
            decide::approve(desk);
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <main id="main" class:sl-review=panes class:sl-review--nq=panes tabindex="-1" data-page="review" data-pane="form">
            {move || body(desk, shown.get())}
        </main>
    }
}

fn body(desk: Desk, shown: Shows) -> Html {
    let words = t().review;
    match shown {
        Shows::Outline => pane::outline(),
        Shows::Missing => {
            let panel = view! {
                <div class="sl-main">
                    <section class="sl-panel">
                        <div class="sl-empty">
                            <h1>{words.not_found}</h1>
                            <p>{(words.not_found_next)(desk.vendor())}</p>
                            <div class="sl-row sl-row--wrap">
                                <a class="sl-btn sl-btn--primary" href=evidence::run_page(desk)>{(words.open_run)(&desk.run_name())}</a>
                                <a class="sl-btn" href=Page::Reviews.href()>{words.all_reviews}</a>
                            </div>
                        </div>
                    </section>
                </div>
            };
            panel.view()
        }
        Shows::Failure => desk
            .live
            .error
            .get()
            .map(|error| {
                let retry = Callback::new(move |()| desk.live.refresh());
                view! {
                    <div class="sl-main">
                        <h1 class="sl-vh">{words.title}</h1>
                        <section class="sl-panel"><Failure what=words.failed error=error vendor=desk.vendor() retry=retry /></section>
                    </div>
                }
            })
            .view(),
        Shows::Unsupported => view! { <h1 class="sl-vh">{(words.of_run)(&desk.run_name())}</h1>{closed::unsupported(desk)} },
        Shows::Form => pane::form(desk),
        Shows::Outcome => outcome::outcome(desk),
        Shows::Conflict => conflict::theirs(desk).map(|decision| conflict::conflict(desk, decision)).view(),
        Shows::Closed => {
            let now = desk.live.value.get_untracked().or(desk.read.get_untracked());
            now.map(|review| closed::closed(desk, &review)).view()
        }
    }
}
