//! The shell: reads the connections, then draws the frame and the page that the address names.

mod name_dialog;
mod not_found;
mod toast;
mod top_bar;

use crate::features::history::HistoryPage;
use crate::features::review::{QueuePage, ReviewPage};
use crate::features::run::RunPage;
use crate::features::start::StartPage;
use crate::net;
use crate::platform::page;
use crate::state::{Globals, globals};
use crate::strings::t;
use crate::ui::{Failure, Glyph, Icon};
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::path;
use name_dialog::NameDialog;
use not_found::NotFound;
pub use not_found::UnknownConnection;
use runs::ApiError;
use toast::ToastRegion;
use top_bar::TopBar;

#[derive(Clone)]
enum Start {
    Reading,
    Ready(net::Config),
    Failed(ApiError),
}

#[component]
pub fn App() -> impl IntoView {
    let start = RwSignal::new(Start::Reading);
    let read = move || {
        start.set(Start::Reading);
        leptos::task::spawn_local(async move {
            start.set(match net::load_config().await {
                Ok(config) => Start::Ready(config),
                Err(error) => Start::Failed(error),
            });
        });
    };
    read();
    view! {
        <div class="sl-app">
            {move || match start.get() {
                Start::Reading => view! { <main id="main" class="sl-main" aria-busy="true"></main> }.into_any(),
                Start::Failed(error) => {
                    view! {
                        <main id="main" class="sl-main">
                            <section class="sl-panel">
                                <Failure what=t().shell.config_failed error=error vendor=t().shell.product retry=Callback::new(move |()| read()) />
                            </section>
                        </main>
                    }
                        .into_any()
                }
                Start::Ready(config) => {
                    Globals::provide(config);
                    view! { <Frame /> }.into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Frame() -> impl IntoView {
    if globals().session.first().is_none() {
        return view! { <NoConnections /> }.into_any();
    }
    view! {
        <Router>
            <a class="sl-skip sl-vh" href="#main" on:click=skip>{t().shell.skip}</a>
            <TopBar />
            <FlatRoutes fallback=|| view! { <NotFound /> }>
                <Route path=path!("/") view=|| view! { <Redirect path="/runs" /> } />
                <Route path=path!("/runs") view=HistoryPage />
                <Route path=path!("/reviews") view=QueuePage />
                <Route path=path!("/c/:connection/start") view=StartPage />
                <Route path=path!("/c/:connection/runs/:run") view=RunPage />
                <Route path=path!("/c/:connection/runs/:run/reviews/:review") view=ReviewPage />
            </FlatRoutes>
            <NameDialog />
            <ToastRegion />
        </Router>
    }
    .into_any()
}

/// The fragment belongs to step links, so the skip link moves the focus itself.
fn skip(event: web_sys::MouseEvent) {
    event.prevent_default();
    page::focus("main");
}

#[component]
fn NoConnections() -> impl IntoView {
    let words = &t().shell;
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
    Effect::new(move |before: Option<()>| {
        page::set_title(&(t().shell.title)(&title()));
        // The first page of a visit leaves the focus where the browser puts it.
        if before.is_none() && globals().toasts.visited() {
            page::focus_soon("main");
        }
    });
}
