//! The story of one run: where it stands, how it got there, what its steps did.

mod actions;
mod attempts;
mod details;
mod facts;
mod files;
mod gantt;
mod head;
mod payloads;
mod problem;
mod raw;
mod status_history;
mod step_list;
mod step_panel;
mod timeline;
mod view;

use crate::app::{UnknownConnection, enter_page};
use crate::data::Connection;
use crate::prelude::*;
use crate::routes::Page;
use crate::strings::t;
use crate::ui::{Failure, FailureNote, Tabs};
use details::Details;
use files::Files;
use head::Head;
use payloads::Payloads;
use problem::Problem;
use raw::Raw;
use runs::ErrorKind;
use step_list::StepList;
use timeline::Timeline;
use view::View;

#[component]
pub fn RunPage(connection: String, run: String, flow: Option<String>) -> Html {
    let place = view::Place { connection, run, flow };
    match view::connection_of(&place) {
        Some(connection) => view! { <Run connection=connection place=place /> },
        None => view! { <UnknownConnection id=place.connection /> },
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Outline,
    Missing,
    Failure,
    Run,
}

#[component]
fn Run(connection: Connection, place: view::Place) -> Html {
    let view = View::new(connection, place);
    enter_page(move || (t().run.title)(&view.name()));
    let shows = Memo::new(move |_| {
        let missing = view.live.error.with(|error| error.as_ref().map(|error| error.kind == ErrorKind::NotFound));
        match (view.live.value.with(Option::is_some), missing) {
            // A run that was deleted under our eyes is gone; any other error leaves the last answer in sight.
            (_, Some(true)) => Shows::Missing,
            (true, _) => Shows::Run,
            (false, Some(false)) => Shows::Failure,
            (false, None) => Shows::Outline,
        }
    });
    view! {
        <main id="main" class="sl-main" tabindex="-1" data-page="run">
            {move || match shows.get() {
                Shows::Outline => view! { <Outline view=view /> },
                Shows::Missing => view! { <Missing view=view /> },
                Shows::Failure => view! { <Failed view=view /> },
                Shows::Run => view! { <Story view=view /> },
            }}
        </main>
    }
}

#[component]
fn Outline(view: View) -> Html {
    view! {
        <h1 class="sl-vh">{(t().run.title)(&view.name())}</h1>
        <p class="sl-vh" role="status">{t().shared.loading}</p>
        <section class="sl-panel" aria-hidden="true">
            <div class="sl-panel__body sl-panel__body--top sl-stack">{(0..5).map(|_| view! { <i class="sl-skel"></i> }).collect::<Vec<_>>()}</div>
        </section>
    }
}

#[component]
fn Missing(view: View) -> Html {
    let words = t().run;
    let history = Page::runs_of(&view.connection().id).href();
    view! {
        <section class="sl-panel">
            <div class="sl-empty">
                <h1>{words.not_found}</h1>
                <p>{(words.not_found_next)(view.vendor())}</p>
                <p class="sl-mono sl-sm"><bdi>{view.run_id()}</bdi></p>
                <a class="sl-btn sl-btn--primary" href=history>{t().shell.to_runs}</a>
            </div>
        </section>
    }
}

#[component]
fn Failed(view: View) -> Html {
    live(move || {
        view.live.error.get().map(|error| {
            let retry = Callback::new(move |()| view.live.refresh());
            view! {
                <h1 class="sl-vh">{(t().run.title)(&view.name())}</h1>
                <section class="sl-panel">
                    <Failure what=(t().run.title)(&view.name()) error=error vendor=view.vendor() retry=retry />
                </section>
            }
        })
    })
}

#[component]
fn Story(view: View) -> Html {
    let words = t().run;
    let tab = view.tab;
    let counted = Memo::new(move |_| view.live.value.with(|detail| detail.as_ref().map(|detail| (detail.steps.len(), detail.files.len()))));
    let tabs = Signal::derive(move || {
        let (steps, files) = counted.get().unzip();
        vec![
            (view::TIMELINE, words.tab_timeline, None),
            ("steps", words.tab_steps, steps),
            ("files", words.tab_files, files),
            ("data", words.tab_data, None),
            ("details", words.tab_metadata, None),
            ("raw", words.tab_raw, None),
        ]
    });
    let panel = move |key: &'static str| match key {
        "steps" => view! { <StepList view=view /> },
        "files" => view! { <Files view=view /> },
        "data" => view! { <Payloads view=view /> },
        "details" => view! { <Details view=view /> },
        "raw" => view! { <Raw view=view /> },
        _ => view! { <Timeline view=view /> },
    };
    let stale = move || {
        view.live.error.get().map(|error| {
            view! { <FailureNote error=error vendor=view.vendor() retry=Callback::new(move |()| view.live.refresh()) /> }
        })
    };
    view! {
        <Head view=view />
        {stale}
        <Problem view=view />
        <section class="sl-panel" aria-label=words.tabs>
            <Tabs label=words.tabs tabs=tabs chosen=tab />
            {move || {
                let key = tab.get();
                view! { <div role="tabpanel" id=format!("panel-{key}") aria-labelledby=format!("tab-{key}")>{panel(key)}</div> }
            }}
        </section>
    }
}
