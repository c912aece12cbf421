//! The page of one run: its status, status history and steps.

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
mod state;
mod status_history;
mod step_list;
mod step_panel;
mod timeline;

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
use state::RunState;
use step_list::StepList;
use timeline::Timeline;

#[component]
pub fn RunPage(connection: String, run: String, flow: Option<String>) -> Html {
    let address = state::RunAddress { connection, run, flow };
    match address.known_connection() {
        Some(connection) => view! { <Run connection=connection address=address /> },
        None => view! { <UnknownConnection id=address.connection /> },
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Outline,
    Missing,
    Failure,
    Run,
}

#[component]
fn Run(connection: Connection, address: state::RunAddress) -> Html {
    let state = RunState::new(connection, address);
    enter_page(move || (t().run.title)(&state.name()));
    let body = Memo::new(move |_| {
        let missing = state.live.error.with(|error| error.as_ref().map(|error| error.kind == ErrorKind::NotFound));
        match (state.live.value.with(Option::is_some), missing) {
            // A run that was deleted under our eyes is gone; any other error leaves the last answer in sight.
            (_, Some(true)) => Body::Missing,
            (true, _) => Body::Run,
            (false, Some(false)) => Body::Failure,
            (false, None) => Body::Outline,
        }
    });
    view! {
        <main id="main" class="sl-main" tabindex="-1" data-page="run">
            {move || match body.get() {
                Body::Outline => view! { <Outline state=state /> },
                Body::Missing => view! { <Missing state=state /> },
                Body::Failure => view! { <Failed state=state /> },
                Body::Run => view! { <Story state=state /> },
            }}
        </main>
    }
}

#[component]
fn Outline(state: RunState) -> Html {
    view! {
        <h1 class="sl-vh">{(t().run.title)(&state.name())}</h1>
        <p class="sl-vh" role="status">{t().shared.loading}</p>
        <section class="sl-panel" aria-hidden="true">
            <div class="sl-panel__body sl-panel__body--top sl-stack">{(0..5).map(|_| view! { <i class="sl-skel"></i> }).collect::<Vec<_>>()}</div>
        </section>
    }
}

#[component]
fn Missing(state: RunState) -> Html {
    let words = t().run;
    let history = Page::runs_of(&state.connection().id).href();
    view! {
        <section class="sl-panel">
            <div class="sl-empty">
                <h1>{words.not_found}</h1>
                <p>{(words.not_found_next)(state.vendor())}</p>
                <p class="sl-mono sl-sm"><bdi>{state.run_id()}</bdi></p>
                <a class="sl-btn sl-btn--primary" href=history>{t().shell.to_runs}</a>
            </div>
        </section>
    }
}

#[component]
fn Failed(state: RunState) -> Html {
    live(move || {
        state.live.error.get().map(|error| {
            let retry = Callback::new(move |()| state.live.refresh());
            view! {
                <h1 class="sl-vh">{(t().run.title)(&state.name())}</h1>
                <section class="sl-panel">
                    <Failure what=(t().run.title)(&state.name()) error=error source=state.dialect() retry=retry />
                </section>
            }
        })
    })
}

#[component]
fn Story(state: RunState) -> Html {
    let words = t().run;
    let tab = state.tab;
    let counted =
        Memo::new(move |_| state.live.value.with(|detail| detail.as_ref().map(|detail| (detail.steps.len(), detail.files.len()))));
    let tabs = Signal::derive(move || {
        let (steps, files) = counted.get().unzip();
        vec![
            (state::TIMELINE, words.tab_timeline, None),
            ("steps", words.tab_steps, steps),
            ("files", words.tab_files, files),
            ("data", words.tab_data, None),
            ("details", words.tab_metadata, None),
            ("raw", words.tab_raw, None),
        ]
    });
    let panel = move |key: &'static str| match key {
        "steps" => view! { <StepList state=state /> },
        "files" => view! { <Files state=state /> },
        "data" => view! { <Payloads state=state /> },
        "details" => view! { <Details state=state /> },
        "raw" => view! { <Raw state=state /> },
        _ => view! { <Timeline state=state /> },
    };
    let stale = move || {
        state.live.error.get().map(|error| {
            view! { <FailureNote error=error source=state.dialect() retry=Callback::new(move |()| state.live.refresh()) /> }
        })
    };
    view! {
        <Head state=state />
        {stale}
        <Problem state=state />
        <section class="sl-panel" aria-label=words.tabs>
            <Tabs label=words.tabs tabs=tabs chosen=tab />
            {move || {
                let key = tab.get();
                view! { <div role="tabpanel" id=format!("panel-{key}") aria-labelledby=format!("tab-{key}")>{panel(key)}</div> }
            }}
        </section>
    }
}
