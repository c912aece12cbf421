//! Pages of the second module, with what stands in their place until it arrives.

use super::arrival::{Arrival, arriving, drawn};
use super::request::Request;
use crate::features::audit::{AuditPage, FiguresPage};
use crate::features::review::{QueuePage, ReviewPage};
use crate::features::run::RunPage;
use crate::features::start::StartPage;
use crate::platform::page;
use crate::prelude::*;
use crate::routes::Page;
use crate::state::{OtherTabs, globals, page_wide};
use crate::strings::t;
use crate::ui::{Glyph, Icon};

/// Runs in the second module.
pub fn page_of(page: Page) -> Html {
    if matches!(page, Page::Reviews(_) | Page::Review { .. }) {
        page_wide::<OtherTabs>().attend();
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

/// Draws the page, at once if its module is here.
pub fn lazy_page(page: Page) -> Html {
    whole(move || Request::Page(page.clone()))
}

/// The history's place while it is completed.
pub fn lazy_completing(connection: String) -> Html {
    whole(move || Request::Completing(connection.clone()))
}

fn whole(request: impl Fn() -> Request + 'static) -> Html {
    globals().waiting.begin();
    let (arrival, fetch) = arriving();
    if arrival.get_untracked() != Arrival::Here {
        page::set_title(t().shell.product);
    }
    live(move || match arrival.get() {
        Arrival::Here => drawn(request()),
        Arrival::Waiting => view! {
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
        Arrival::Missing => {
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
