//! The shell: reads the connections, then draws the frame and the page that the address names.

mod clock_note;
mod keys;
mod lazy;
mod name_dialog;
mod not_found;
mod notifications;
mod toast;
mod top_bar;

use crate::features::history::HistoryPage;
use crate::net;
use crate::platform::{clock, page};
use crate::prelude::*;
use crate::router::{self, Shown};
use crate::routes::Page;
use crate::state::{Globals, globals};
use crate::strings::t;
use crate::ui::{ErrorSource, Failure, Glyph, Icon};
use clock_note::ClockNote;
pub use lazy::{LazyAction, Part, lazy_action, part};
use not_found::NotFound;
pub use not_found::UnknownConnection;
use runs::ApiError;
use toast::ToastRegion;
use top_bar::TopBar;

/// The waiting runs are counted once the history has its rows, or after so many milliseconds.
const COUNT_AFTER: u32 = 1_500;

/// So many milliseconds the page waits for it: what comes later comes into the page.
const FIRST_ANSWER: u32 = 40;

#[derive(Clone)]
enum Start {
    Reading,
    Ready(net::Config),
    Failed(ApiError),
}

#[component]
pub fn App() -> impl IntoView {
    shell()
}

fn shell() -> Html {
    net::fetch_late_with(lazy::fetch_dialects);
    let start = RwSignal::new(Start::Reading);
    let read = move || {
        start.set(Start::Reading);
        leptos::task::spawn_local(async move {
            start.set(match net::load_config().await {
                Ok(config) => {
                    first_answer(&config).await;
                    Start::Ready(config)
                }
                Err(error) => Start::Failed(error),
            });
        });
    };
    read();
    live(move || {
        let shown = match start.get() {
            // The shell that `index.html` painted stays until there is something to put in its place.
            Start::Reading => return ().view(),
            Start::Failed(error) => view! {
                <main id="main" class="sl-main">
                    <section class="sl-panel">
                        <Failure what=t().shell.config_failed error=error source=ErrorSource::product() retry=Callback::new(move |()| read()) />
                    </section>
                </main>
            },
            Start::Ready(config) => {
                Globals::provide(config, lazy::look_into_waiting);
                frame()
            }
        };
        if let Some(boot) = page::by_id("boot") {
            boot.remove();
        }
        view! { <div class="sl-app">{shown}</div> }
    })
}

/// The page's first answer has often been under way since before the app came: with it at hand the page is drawn once, with its rows.
async fn first_answer(config: &net::Config) {
    let (path, query, _) = page::location();
    let (Page::Runs(address), _) = router::complete_for(Page::read(&path, &query), &config.connections, None, &|_| None) else { return };
    let Some(connection) = config.connections.iter().find(|connection| address.means(&connection.id)) else { return };
    if let Some(request) = address.asked_first(connection.dialect.adapter()).into_iter().next() {
        net::early(&connection.id, request, FIRST_ANSWER).await;
    }
}

fn frame() -> Html {
    if globals().session.first().is_none() {
        return no_connections();
    }
    let globals = globals();
    router::begin(globals.session, globals.flows);
    lazy::prefetch_on_sight();
    keys::listen();
    notifications::notify_if_wanted();
    let waiting = globals.waiting;
    leptos::task::spawn_local(async move {
        clock::sleep(COUNT_AFTER).await;
        waiting.begin();
    });
    let shown = router::shown();
    // Stays once it was asked for: its dialog opens and closes.
    let who = Memo::new(move |before| before == Some(&true) || globals.identity.asking.get());
    view! {
        <a class="sl-skip sl-vh" href="#main" on:click=skip>{t().shell.skip}</a>
        <TopBar />
        <ClockNote />
        {move || page_of(shown.get())}
        {move || who.get().then(|| part(Part::WhoDecides))}
        <ToastRegion />
    }
}

fn page_of(shown: Shown) -> Html {
    if let Shown::Completing(connection) = shown {
        return lazy::lazy_completing(connection);
    }
    match untrack(router::page) {
        Page::Home | Page::Runs(_) => view! { <HistoryPage /> },
        Page::Unknown(_) => view! { <NotFound /> },
        page => lazy::lazy_page(page),
    }
}

/// The fragment belongs to step links, so the skip link moves the focus itself.
fn skip(event: web_sys::MouseEvent) {
    event.prevent_default();
    page::focus("main");
}

fn no_connections() -> Html {
    let words = t().shell;
    view! {
        <main id="main" class="sl-main">
            <section class="sl-panel">
                <div class="sl-empty">
                    <Glyph icon=Icon::Gate />
                    <h1>{words.no_connections}</h1>
                    <p>{words.no_connections_next}</p>
                </div>
            </section>
        </main>
    }
}

/// Names a page: its title, and the focus on its start, so that a screen reader says where it is.
pub fn enter_page(title: impl Fn() -> String + 'static) {
    let toasts = globals().toasts;
    Effect::new(move |before: Option<()>| {
        page::set_title(&(t().shell.title)(&title()));
        // The first page of a visit leaves the focus where the browser puts it.
        if before.is_none() && toasts.visited() {
            page::focus_soon("main");
        }
    });
}
