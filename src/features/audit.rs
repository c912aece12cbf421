//! What was decided: the log of decisions, and figures over it.

mod changes;
mod figures;
mod filters;
mod log;
mod table;

use crate::app::enter_page;
use crate::data::audit::Outbox;
use crate::prelude::*;
use crate::routes::{self, Page};
use crate::state::globals;
use crate::state::page_wide;
use crate::strings::t;
use crate::ui::{ErrorSource, Failure, FailureNote, Glyph, Icon, SeparatorChoice, download, usual_separator};
pub use figures::FiguresPage;
use filters::filters;
use log::{Log, LogState};
use table::table;

const EXPORT: &str = "sluice-audit.csv";

/// Every decision made here, newest first.
#[component]
pub fn AuditPage() -> Html {
    let words = t().audit;
    enter_page(|| t().audit.title.into());
    leptos::task::spawn_local(async { page_wide::<Outbox>().submit().await });
    let log = Log::new();
    let separator = RwSignal::new(usual_separator());
    let export = move || log.address.with(|address| routes::audit_export(&address.asked(), separator.get()));
    view! {
        <main id="main" class="sl-main" tabindex="-1" data-page="audit">
            <div class="sl-pagehead">
                <h1>{words.title}</h1>
                <span class="sl-push"></span>
                <a class="sl-btn" href=Page::Figures(Default::default()).href()>{words.figures}</a>
                <SeparatorChoice chosen=separator />
                <a class="sl-btn" href=export download=EXPORT on:click=move |event| download(&event, export(), EXPORT)><Glyph icon=Icon::File />{words.export}</a>
            </div>
            <p class="sl-sm sl-2">{words.about}{(!globals().identity.signed_in).then(|| view! { " "{t().who.names_self_declared} })}</p>
            <section class="sl-panel" aria-label=words.title>
                {filters(log)}
                {move || body(log, log.state())}
            </section>
        </main>
    }
}

fn body(log: Log, state: LogState) -> Html {
    let words = t().audit;
    let retry = Callback::new(move |()| log.again());
    match state {
        LogState::Reading => view! {
            <p class="sl-vh" role="status">{t().shared.loading}</p>
            <div class="sl-panel__body sl-panel__body--top sl-stack" aria-hidden="true">{(0..5).map(|_| view! { <i class="sl-skel"></i> }).collect::<Vec<_>>()}</div>
        },
        LogState::Failed => log
            .error
            .get_untracked()
            .map(|error| view! { <Failure what=words.failed error=error source=ErrorSource::audit_log() retry=retry /> })
            .view(),
        LogState::Empty => view! { <div class="sl-empty"><h2>{words.empty}</h2><p>{words.empty_next}</p></div> },
        LogState::NoMatch => view! {
            <div class="sl-empty">
                <h2>{words.no_match}</h2>
                <p>{words.no_match_next}</p>
                <a class="sl-btn" href=Page::Audit(Default::default()).href()>{words.clear}</a>
            </div>
        },
        LogState::Rows => view! {
            {table(log)}
            {move || log.error.get().map(|error| view! { <FailureNote error=error source=ErrorSource::audit_log() retry=Callback::new(move |()| log.more()) /> })}
            <div class="sl-panel__foot sl-row sl-row--wrap">
                <span role="status">{move || (words.shown)(log.entries.with(Vec::len), log.next.with(Option::is_some))}</span>
                {move || {
                    log.next.with(Option::is_some).then(|| {
                        view! { <button type="button" class="sl-btn" aria-disabled=move || log.busy.get().then_some("true") on:click=move |_| log.more()>{words.more}</button> }
                    })
                }}
            </div>
        },
    }
}
