//! The pages that a first visit to the history does not need. In a release build their code is a module of its own, which is
//! fetched when somebody points at a link to one of them, or opens it.

use crate::data::{NOTIFY, elsewhere, notifying};
use crate::features::audit::{AuditPage, FiguresPage};
use crate::features::history::{self, AtRunNote, BulkBar, CompletingPage, ExportDialog, FurtherNote, View, What};
use crate::features::jump;
use crate::features::keys::{self, Ask};
use crate::features::review::{self, QueuePage, ReviewPage};
use crate::features::run::RunPage;
use crate::features::start::StartPage;
use crate::net::Scope;
use crate::platform::{page, storage};
use crate::prelude::*;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use futures_util::FutureExt;
use futures_util::future::join;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement};

/// The module did not arrive: the line broke, or a newer release has taken its place.
#[derive(Debug)]
struct Missing;

#[cfg(feature = "split")]
#[allow(unsafe_code, reason = "declared by the macro: a function that the linker finds in the other module")]
mod module {
    use super::*;

    impl From<wasm_split_helpers::SplitLoaderError> for Missing {
        fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
            Self
        }
    }

    // One for everything: each such function knows only of itself whether its module is here, and is not ready when it is asked first.
    #[wasm_split_helpers::wasm_split(pages, fallible, preload(fetch_module))]
    pub(super) fn ask(asked: Box<Asked>) -> Result<Html, Missing> {
        Ok(answer(*asked))
    }

    pub(super) async fn code() -> Result<(), Missing> {
        Ok(fetch_module().await?)
    }
}

#[cfg(not(feature = "split"))]
mod module {
    use super::*;

    pub(super) async fn ask(asked: Box<Asked>) -> Result<Html, Missing> {
        Ok(answer(*asked))
    }

    pub(super) async fn code() -> Result<(), Missing> {
        Ok(())
    }
}

/// What its pages are drawn with.
const STYLES: &str = "/pages.css";

/// The module with its stylesheet; ready when it is polled once, if both are here.
async fn fetch() -> Result<(), Missing> {
    let (styled, fetched) = join(page::add_stylesheet(STYLES), module::code()).await;
    if styled { fetched } else { Err(Missing) }
}

async fn ask(asked: Asked) -> Result<Html, Missing> {
    fetch().await?;
    module::ask(Box::new(asked)).await
}

/// What the other module is for.
enum Asked {
    Page(Page),
    /// In place of the history, while the flows of this connection are read.
    Completing(String),
    Part(Part),
    Keys(Ask),
    Errand(Errand),
    Notify,
}

fn answer(asked: Asked) -> Html {
    match asked {
        Asked::Page(page) => return page_of(page),
        Asked::Completing(connection) => return view! { <CompletingPage connection=connection /> },
        Asked::Part(part) => return part_of(part),
        Asked::Keys(ask) => keys::ask(&ask),
        Asked::Errand(errand) => run(errand),
        Asked::Notify => notifying::begin(),
    }
    ().view()
}

/// Draws what has been fetched: it is ready when it is polled once.
fn drawn(asked: Asked) -> Html {
    ask(asked).now_or_never().and_then(Result::ok).view()
}

fn page_of(page: Page) -> Html {
    if matches!(page, Page::Reviews(_) | Page::Review { .. }) {
        elsewhere::attend();
    }
    match page {
        Page::Reviews(_) => view! { <QueuePage /> },
        Page::Audit(_) => view! { <AuditPage /> },
        Page::Figures(_) => view! { <FiguresPage /> },
        Page::Start { connection, .. } => view! { <StartPage connection=connection /> },
        Page::Run { connection, run, flow } => view! { <RunPage connection=connection run=run flow=flow /> },
        Page::Review { connection, run, review, flow } => view! { <ReviewPage connection=connection run=run review=review flow=flow /> },
        Page::Home | Page::Runs(_) | Page::Unknown(_) => ().view(),
    }
}

/// A piece of the history page that is drawn on request.
#[derive(Clone)]
pub enum Part {
    Summary(View),
    Views(View),
    Columns(View),
    /// What the filters' menus offer.
    Trigger(View),
    Created(View),
    Duration(View),
    BulkBar(View),
    AtRun(View),
    Further(View),
    /// Open until it is closed.
    Export(View, RwSignal<bool>),
    /// What stands below the filters when the runs of all connections are shown.
    AllRuns(View),
}

fn part_of(part: Part) -> Html {
    match part {
        Part::Summary(view) => history::summary(view),
        Part::Views(view) => history::views_menu(view),
        Part::Columns(view) => history::columns_menu(view),
        Part::Trigger(view) => history::trigger_choices(view),
        Part::Created(view) => history::created_choices(view),
        Part::Duration(view) => history::duration_choices(view),
        Part::BulkBar(view) => view! { <BulkBar view=view /> },
        Part::AtRun(view) => view! { <AtRunNote view=view /> },
        Part::Further(view) => view! { <FurtherNote view=view /> },
        Part::Export(view, open) => view! { <ExportDialog view=view open=open what=What::Filter /> },
        Part::AllRuns(view) => history::all_runs(view),
    }
}

/// What the history has done by the module.
pub enum Errand {
    /// To the run that was typed; what comes of it is said there.
    Jump(View, String, RwSignal<String>),
    /// To the page of the list that holds the run of the address.
    OpenAt(View),
    /// What became of runs that the list does not hold any more.
    LookUp(View, Scope),
    /// How many reviews waiting runs have, where their list does not tell.
    LookIntoWaiting(Scope),
}

fn run(errand: Errand) {
    match errand {
        Errand::Jump(view, text, said) => jump::from_field(view, &text, said),
        Errand::OpenAt(view) => jump::open_at(view),
        Errand::LookUp(view, scope) => history::look_up(view, scope),
        Errand::LookIntoWaiting(scope) => review::look_into_waiting(scope),
    }
}

/// Runs it as soon as the module is here; if it does not arrive, that is said.
pub fn errand(errand: Errand, said: RwSignal<String>) {
    leptos::task::spawn_local(async move {
        if ask(Asked::Errand(errand)).await.is_err() {
            said.try_set(t().shell.part_missing_next.into());
        }
    });
}

/// Tells of new reviews, if that was chosen on an earlier visit: the code for it is with the reviewers' pages.
pub fn notify_if_wanted() {
    if storage::get(NOTIFY).is_some() {
        globals().waiting.while_hidden.set(true);
        leptos::task::spawn_local(async {
            // Without the module there are no notifications on this visit; the Reviews page says what is switched on.
            ask(Asked::Notify).await.ok();
        });
    }
}

/// Fetches the module as soon as a link to one of its pages is pointed at or gets the focus.
pub fn prepare_on_sight() {
    for event in ["pointerover", "focusin"] {
        let handle = window_event_listener_untyped(event, |event| {
            let link = event.target().and_then(|at| at.dyn_into::<Element>().ok()).and_then(|at| at.closest("a[href]").ok().flatten());
            let path = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()).map(|link| link.pathname());
            if path.is_some_and(|path| !Page::read(&path, "").is_in_first_module()) {
                leptos::task::spawn_local(async {
                    // What fails now is tried again, and told, when the page is opened.
                    fetch().await.ok();
                });
            }
        });
        on_cleanup(move || handle.remove());
    }
}

/// The module is here: what is asked of it happens at once.
pub(super) fn is_here() -> bool {
    fetch().now_or_never().is_some()
}

/// `meant`: whoever asked for it waits for something, and is told if the module does not arrive.
pub fn ask_keys(wish: Ask, meant: bool) {
    let mut asked = Box::pin(ask(Asked::Keys(wish)));
    // Polled once: the browser's own use of a key can only be prevented now.
    if asked.as_mut().now_or_never().is_none() {
        leptos::task::spawn_local(async move {
            if asked.await.is_err() && meant {
                globals().toasts.warn(t().shell.keys_missing);
            }
        });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Waiting,
    Page,
    Missing,
}

/// Whether the module is here, and what fetches it; fetching has begun unless it is.
fn arriving() -> (RwSignal<Shows>, impl Fn() + Copy + 'static) {
    // Polled once: what has been fetched is ready.
    let shows = RwSignal::new(if fetch().now_or_never().is_some() { Shows::Page } else { Shows::Waiting });
    let fetch = move || {
        shows.set(Shows::Waiting);
        leptos::task::spawn_local(async move {
            shows.try_set(if fetch().await.is_ok() { Shows::Page } else { Shows::Missing });
        });
    };
    if shows.get_untracked() == Shows::Waiting {
        fetch();
    }
    (shows, fetch)
}

/// Draws a piece of the page, at once if its module is here.
pub fn part(part: Part) -> Html {
    let (shows, fetch) = arriving();
    live(move || match shows.get() {
        Shows::Page => drawn(Asked::Part(part.clone())),
        Shows::Waiting => view! { <p class="sl-part" role="status">{t().shared.loading}</p> },
        Shows::Missing => {
            let words = t().shell;
            view! {
                <div class="sl-part" role="alert">
                    <p><strong>{words.part_missing}</strong>" "{words.part_missing_next}</p>
                    <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| fetch()>{t().shared.try_again}</button>
                </div>
            }
        }
    })
}

/// Draws the page, at once if its module is here.
pub fn later(page: Page) -> Html {
    whole(move || Asked::Page(page.clone()))
}

/// The history's place while it is completed.
pub fn completing(connection: String) -> Html {
    whole(move || Asked::Completing(connection.clone()))
}

fn whole(asked: impl Fn() -> Asked + 'static) -> Html {
    globals().waiting.begin();
    let (shows, fetch) = arriving();
    if shows.get_untracked() != Shows::Page {
        page::set_title(t().shell.product);
    }
    live(move || match shows.get() {
        Shows::Page => drawn(asked()),
        Shows::Waiting => view! {
            <main id="main" class="sl-main" tabindex="-1">
                <h1 class="sl-vh">{t().shell.product}</h1>
                <p class="sl-vh" role="status">{t().shared.loading}</p>
                <section class="sl-panel" aria-hidden="true">
                    <div class="sl-panel__body sl-panel__body--top sl-stack">
                        {(0..5).map(|_| view! { <i class="sl-skel"></i> }).collect::<Vec<_>>()}
                    </div>
                </section>
            </main>
        },
        Shows::Missing => {
            let words = t().shell;
            view! {
                <main id="main" class="sl-main" tabindex="-1">
                    <section class="sl-panel">
                        <div class="sl-empty" role="alert">
                            <Glyph icon=Icon::Warn />
                            <h1>{words.part_missing}</h1>
                            <p>{words.part_missing_next}</p>
                            <div class="sl-row sl-row--wrap">
                                <button type="button" class="sl-btn sl-btn--primary" on:click=|_| page::reload()>{words.reload}</button>
                                <button type="button" class="sl-btn" on:click=move |_| fetch()>{t().shared.try_again}</button>
                            </div>
                        </div>
                    </section>
                </main>
            }
        }
    })
}
