//! Reviews: the queue of what waits for a person, and one review with its form, its decision and what came of it.

mod decision;
mod desk;
mod evidence;
mod form;
mod notices;
mod presence;
mod queue;
mod session;
mod workspace;

use crate::app::{UnknownConnection, enter_page};
use crate::data::Connection;
use crate::features::keys;
use crate::platform::page;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::routes::Page;
use crate::state::{Phase, globals};
use crate::strings::t;
use crate::ui::Failure;
use console::keys::Action;
use decision::submit::{self, Approval};
use decision::{changed, closed, conflict, outcome, reject};
use desk::{Desk, ReviewAddress};
use evidence::{pane, sources};
use form::{events, focus};
use queue::Queue;
use queue::navigation::{self, Direction};
pub use queue::navigation::{page_of, review_name, run_name};
pub use queue::{QueuePage, look_into_waiting};
use runs::ErrorKind;
use runs::model::review::{Outcome, ReviewState};
use wasm_bindgen::JsCast;

#[component]
pub fn ReviewPage(connection: String, run: String, review: String, flow: Option<String>) -> Html {
    let place = ReviewAddress { connection, run, review, flow };
    match globals().session.connection(&place.connection) {
        Some(connection) => review_page(connection, place),
        None => view! { <UnknownConnection id=place.connection /> },
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Screen {
    Outline,
    Missing,
    Failure,
    /// The vendor has no call to decide.
    Unsupported,
    Form,
    Closed,
    Outcome,
    Conflict,
    /// Newer content beside the edits.
    Changed,
}

fn screen(desk: Desk, decides: bool) -> Screen {
    if !decides {
        return Screen::Unsupported;
    }
    if let Some(Phase::Came(outcome)) = desk.decision.case.get().map(|case| case.phase.clone()) {
        match outcome {
            Outcome::Accepted(_) | Outcome::AlreadyMine(_) | Outcome::NoLongerWaiting(_) => return Screen::Outcome,
            Outcome::DecidedByAnother(_) => return Screen::Conflict,
            Outcome::Changed(_) | Outcome::Invalid { .. } | Outcome::NotPermitted { .. } | Outcome::NotConfirmed { .. } => {}
        }
    }
    let edited = || desk.form.edited_now();
    let decided = || desk.live.value.with(|now| now.as_ref().is_some_and(|now| matches!(now.state, ReviewState::Decided(_))));
    // What one's own decision came to is not known yet: it may be the one that is there.
    let looking = desk.decision.case.get().is_some_and(|case| case.under_way());
    let missing = desk.live.error.with(|error| error.as_ref().map(|error| error.kind == ErrorKind::NotFound));
    match desk.read.with(|read| read.as_ref().map(|read| read.state == ReviewState::Open)) {
        Some(true) if (desk.decision.shows_recorded.get() || desk.decision.comparing.get()) && decided() && !looking => Screen::Conflict,
        Some(true) if desk.decision.shows_recorded.get() => Screen::Closed,
        Some(true) if changed::wanted(desk) => Screen::Changed,
        Some(true) => Screen::Form,
        Some(false) if edited() && decided() && !looking => Screen::Conflict,
        Some(false) => Screen::Closed,
        None if missing == Some(true) => Screen::Missing,
        None if missing == Some(false) => Screen::Failure,
        None => Screen::Outline,
    }
}

fn review_page(connection: Connection, place: ReviewAddress) -> Html {
    let decides = connection.dialect.adapter().capabilities().review.decides();
    let desk = Desk::new(connection, place);
    enter_page(move || (t().review.page_title)(&desk.name(), &desk.run_name()));
    submit::resume_when_named(desk);
    let shown = Memo::new(move |_| screen(desk, decides));
    let panes = move || matches!(shown.get(), Screen::Form | Screen::Unsupported);
    let queue = Queue::new();
    let pane = RwSignal::new("form");
    sources::go_where_wanted(desk, pane);
    keys::answer(move |action| act(desk, queue, shown.get_untracked(), action));
    navigation::prefetch(desk, queue);
    follow(desk, queue, shown);
    view! {
        {move || panes().then(|| tabs(desk, pane))}
        <main id="main" class:sl-review=panes tabindex="-1" data-page="review" data-pane=move || pane.get() on:keydown=leave>
            {move || panes().then(|| queue::side(desk, queue))}
            {move || body(desk, queue, shown.get())}
        </main>
    }
}

/// Escape leaves a field for what is said below it, so that single keys work again and Tab goes on from there.
fn leave(press: Press) {
    let target = press.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(field) = target.filter(|target| press.key() == "Escape" && target.has_attribute("data-path")) else { return };
    if !page::focus(&format!("{}-x", field.id())) {
        page::focus(focus::FORM);
    }
}

/// One pane at a time on a narrow screen.
fn tabs(desk: Desk, pane: RwSignal<&'static str>) -> Html {
    let words = t().queue;
    let waiting = move || desk.globals.waiting.count().unwrap_or_default().0;
    let tab = move |key: &'static str, name: Html| {
        view! { <button type="button" aria-pressed=move || (pane.get() == key).to_string() on:click=move |_| {
            pane.set(key);
            // Beside the form it follows the focus; here it is shown now.
            desk.evidence.marking.reveal();
        }>{name}</button> }
    };
    view! {
        <nav class="sl-panes" aria-label=words.panes data-pane=move || pane.get()>
            <div class="sl-seg">
                {tab("queue", live(move || (words.pane_queue)(waiting())))}
                {tab("doc", words.pane_document.view())}
                {tab("form", words.pane_form.view())}
            </div>
        </nav>
    }
}

/// What comes after: the next review once a decision is on its way, and on arrival the focus where the work is.
fn follow(desk: Desk, queue: Queue, shown: Memo<Screen>) {
    Effect::new(move |_| {
        let under_way = desk.decision.case.get().is_some_and(|case| case.under_way());
        if under_way && desk.decision.then_next.try_update_value(std::mem::take).unwrap_or(false) {
            navigation::go(desk, queue, Direction::AfterDecision);
        }
    });
    let arriving = navigation::arriving();
    Effect::new(move |done: Option<bool>| {
        let (Some(way), false) = (arriving, done == Some(true)) else { return true };
        match shown.get() {
            Screen::Outline => return false,
            Screen::Form => focus::arrive(desk),
            _ => {}
        }
        let words = t().queue;
        let place = (t().review.page_title)(&untrack(|| desk.name()), &untrack(|| desk.run_name()));
        desk.globals.toasts.announce(if way == Direction::Skip { (words.moved_skipped)(&place) } else { (words.moved)(&place) });
        true
    });
}

fn act(desk: Desk, queue: Queue, shown: Screen, action: Action) -> bool {
    match action {
        Action::Next => navigation::go(desk, queue, Direction::Next),
        Action::Previous => navigation::go(desk, queue, Direction::Previous),
        Action::Skip => navigation::go(desk, queue, Direction::Skip),
        Action::Approve | Action::ApproveNext | Action::Reject if shown != Screen::Form => desk.globals.toasts.say(why_not(shown)),
        _ if shown != Screen::Form => return false,
        Action::Approve | Action::ApproveNext => {
            submit::approve(desk, Approval { then_next: action == Action::ApproveNext, ..Approval::default() });
        }
        Action::Reject => reject::ask(desk),
        Action::FirstField => focus::first(desk),
        Action::NextField => focus::next(desk, false),
        Action::PreviousField => focus::next(desk, true),
        Action::LineUp | Action::LineDown | Action::RemoveLine | Action::Revert | Action::TakeFirst | Action::TakeSecond => {
            return events::act(desk, action);
        }
        Action::NextPlace => return desk.evidence.marking.step(false),
        Action::PreviousPlace => return desk.evidence.marking.step(true),
        _ => return false,
    }
    true
}

/// A press that cannot decide says why.
fn why_not(shown: Screen) -> &'static str {
    let words = t().decide;
    match shown {
        Screen::Outline => words.is_being_read,
        Screen::Form | Screen::Changed => words.is_compared,
        Screen::Outcome | Screen::Conflict | Screen::Closed => words.is_decided,
        Screen::Missing | Screen::Failure | Screen::Unsupported => words.is_nothing,
    }
}

fn body(desk: Desk, queue: Queue, shown: Screen) -> Html {
    let words = t().review;
    match shown {
        Screen::Outline => workspace::skeleton(),
        Screen::Missing => {
            let panel = view! {
                <div class="sl-main">
                    <section class="sl-panel">
                        <div class="sl-empty">
                            <h1>{words.not_found}</h1>
                            <p>{(words.not_found_next)(desk.vendor())}</p>
                            <div class="sl-row sl-row--wrap">
                                <a class="sl-btn sl-btn--primary" href=pane::run_page(desk)>{(words.open_run)(&desk.run_name())}</a>
                                <a class="sl-btn" href=Page::Reviews(Default::default()).href()>{words.all_reviews}</a>
                            </div>
                        </div>
                    </section>
                </div>
            };
            panel.view()
        }
        Screen::Failure => desk
            .live
            .error
            .get()
            .map(|error| {
                let retry = Callback::new(move |()| desk.live.refresh());
                view! {
                    <div class="sl-main">
                        <h1 class="sl-vh">{words.title}</h1>
                        <section class="sl-panel"><Failure what=words.failed error=error source=desk.dialect() retry=retry /></section>
                    </div>
                }
            })
            .view(),
        Screen::Unsupported => view! { <h1 class="sl-vh">{(words.of_run)(&desk.run_name())}</h1>{closed::unsupported(desk)} },
        Screen::Form => workspace::workspace(desk, queue),
        Screen::Outcome => outcome::outcome(desk, queue),
        Screen::Conflict => conflict::theirs(desk).map(|decision| conflict::conflict(desk, queue, decision)).view(),
        Screen::Changed => changed::changed(desk),
        Screen::Closed => {
            let now = desk.live.value.get_untracked().or(desk.read.get_untracked());
            now.map(|review| closed::closed(desk, queue, &review)).view()
        }
    }
}
