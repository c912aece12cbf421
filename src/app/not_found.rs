use super::enter_page;
use crate::prelude::*;
use crate::routes::Page;
use crate::strings::t;
use runs::reading::address::HistoryAddress;

/// An address that names nothing, with a way on.
#[component]
pub fn NotFound() -> Html {
    let words = t().shell;
    enter_page(|| t().shell.unknown_page.into());
    view! { <Dead title=words.unknown_page next=words.unknown_page_next /> }
}

/// A connection that is not configured.
#[component]
pub fn UnknownConnection(id: String) -> Html {
    let words = t().shell;
    let title = (words.unknown_connection)(&id);
    let named = title.clone();
    enter_page(move || named.clone());
    view! { <Dead title=title next=words.unknown_connection_next /> }
}

#[component]
fn Dead(#[prop(into)] title: String, next: &'static str) -> Html {
    view! {
        <main id="main" class="sl-main" tabindex="-1">
            <section class="sl-panel">
                <div class="sl-empty">
                    <h1>{title}</h1>
                    <p>{next}</p>
                    <a class="sl-btn sl-btn--primary" href=Page::Runs(HistoryAddress::default()).href()>{t().shell.to_runs}</a>
                </div>
            </section>
        </main>
    }
}
