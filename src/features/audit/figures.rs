mod chart;
mod strip;
mod tables;

use crate::app::enter_page;
use crate::data::Reading;
use crate::data::audit::{Figures, Outbox, read_figures};
use crate::platform::clock;
use crate::prelude::*;
use crate::router;
use crate::routes::{FiguresAddress, Page, RANGES};
use crate::state::{globals, page_wide};
use crate::strings::t;
use crate::ui::{ErrorSource, Failure, Glyph, Icon};
use runs::ApiError;
use std::sync::Arc;

/// What the gateway is asked.
fn asked(about: &FiguresAddress) -> Vec<(&'static str, String)> {
    [("connection", &about.connection), ("flow", &about.flow)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.clone()?)))
        .collect()
}

/// How reviewing goes: what waits, how long decisions take, what is corrected and why things are rejected.
#[component]
pub fn FiguresPage() -> Html {
    let words = t().audit;
    enter_page(|| t().audit.figures_title.into());
    leptos::task::spawn_local(async { page_wide::<Outbox>().submit().await });
    globals().waiting.begin();
    let about = router::own(|entry| if let Page::Figures(query) = &entry.page { Some(FiguresAddress::read(query)) } else { None });
    let figures = Reading::new(move |scope| {
        let about = about.get();
        let offset = clock::local(clock::now()).offset;
        async move { read_figures(about.days(), offset, asked(&about), &scope).await }
    });
    let range = move |days: u32| {
        let href = move || about.with(|about| Page::Figures(FiguresAddress { range: Some(days), ..about.clone() }.write()).href());
        view! { <a href=href aria-current=move || about.with(|about| (about.days() == days).then_some("true"))>{(words.last_days)(days)}</a> }
    };
    let narrowed = move || {
        let about = about.get();
        let label = about.connection.as_ref().map(|id| globals().session.connection(id).map_or_else(|| id.clone(), |one| one.label))?;
        let name = about.flow.as_ref().map_or_else(|| label.clone(), |flow| format!("{label}: {flow}"));
        let all = Page::Figures(about.of(None, None).write()).href();
        Some(view! {
            <span class="sl-tag"><bdi class="sl-cut sl-audit__v" title=name.clone()>{name}</bdi></span>
            <a class="sl-btn sl-btn--quiet" href=all>{words.all_flows}</a>
        })
    };
    let reading = || {
        view! {
            <section class="sl-panel">
                <p class="sl-vh" role="status">{t().shared.loading}</p>
                <div class="sl-panel__body sl-panel__body--top sl-stack" aria-hidden="true">{(0..5).map(|_| view! { <i class="sl-skel"></i> }).collect::<Vec<_>>()}</div>
            </section>
        }
    };
    let failed = |error: &ApiError, retry| {
        view! { <section class="sl-panel"><Failure what=words.figures_failed error=error.clone() source=ErrorSource::audit_log() retry=retry /></section> }
    };
    let ready = move |figures: &Arc<Figures>| {
        let about = about.get_untracked();
        view! { {strip::strip(figures, &about)}{tables::tables(figures, &about)} }
    };
    let body = move || figures.handle(reading, failed, ready);
    view! {
        <main id="main" class="sl-main" tabindex="-1" data-page="figures">
            <div class="sl-pagehead">
                <h1>{words.figures_title}</h1>
                <span class="sl-push"></span>
                <a class="sl-btn" href=Page::Audit(Default::default()).href()><Glyph icon=Icon::Clock />{words.title}</a>
            </div>
            <div class="sl-row sl-row--wrap">
                <nav class="sl-seg" aria-label=words.range>{RANGES.map(range).into_iter().collect::<Vec<_>>()}</nav>
                {narrowed}
            </div>
            {body}
            <p class="sl-xs sl-2">{words.figures_basis}</p>
        </main>
    }
}
