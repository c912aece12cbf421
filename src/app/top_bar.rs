use super::keys::request_keys;
use crate::features::keys::KeyRequest;
use crate::platform::clock;
use crate::prelude::*;
use crate::router;
use crate::routes::Page;
use crate::state::globals;
use crate::strings::t;
use crate::ui::{Glyph, Icon, waiting_badge};
use runs::reading::address::HistoryAddress;

/// Brand, pages with the count of what waits, the zone of all times, theme, who decides.
#[component]
pub fn TopBar() -> Html {
    let words = t().shell;
    let globals = globals();
    let at_reviews =
        Memo::new(move |_| matches!(router::page(), Page::Reviews(_) | Page::Review { .. } | Page::Audit(_) | Page::Figures(_)));
    let current = move |reviews: bool| (at_reviews.get() == reviews).then_some("page");
    let runs_href = Page::Runs(HistoryAddress::default()).href();
    let count = move || globals.waiting.count().filter(|(count, _)| *count > 0).map(|(count, more)| waiting_badge(count, more));
    let named = if globals.identity.signed_in { words.signed_in } else { words.who };
    let who = move || globals.identity.name.get().map_or(words.who_none.to_owned(), |name| named(&name));
    view! {
        <header class="sl-top">
            <a class="sl-brand" href=runs_href.clone() aria-label=words.home><Glyph icon=Icon::Gate /><span>{words.product}</span></a>
            <nav class="sl-nav" aria-label=words.main_nav>
                <a href=runs_href aria-current=move || current(false)>{words.runs}</a>
                <a href=Page::Reviews(String::new()).href() aria-current=move || current(true)>{words.reviews}{count}</a>
            </nav>
            <span class="sl-push"></span>
            <span class="sl-xs sl-3 sl-nw sl-not-c sl-tz">{move || {
                globals.tick.day.get();
                (words.times_in)(&clock::zone(), &(t().shared.offset)(clock::offset()))
            }}</span>
            <button
                type="button"
                class="sl-btn sl-btn--quiet sl-btn--icon"
                aria-label=words.palette
                title=words.palette
                aria-keyshortcuts="Control+K"
                on:click=|_| request_keys(KeyRequest::Palette, true)
            >
                <Glyph icon=Icon::Search />
            </button>
            <button
                type="button"
                class="sl-btn sl-btn--quiet sl-btn--icon sl-not-c"
                aria-label=words.shortcuts
                title=words.shortcuts
                on:click=|_| request_keys(KeyRequest::Sheet, true)
            >
                <Glyph icon=Icon::Keyboard />
            </button>
            <button
                type="button"
                class="sl-btn sl-btn--quiet sl-btn--icon"
                aria-label=words.switch_theme
                title=words.switch_theme
                on:click=move |_| globals.theme.switch()
            >
                <Glyph icon=Icon::Theme />
            </button>
            <button
                type="button"
                class="sl-btn sl-btn--quiet sl-btn--icon"
                aria-label=who
                title=who
                on:click=move |_| globals.identity.asking.set(true)
            >
                {move || match globals.identity.initials() {
                    Some(initials) => view! { <span class="sl-avatar" aria-hidden="true">{initials}</span> },
                    None => view! { <Glyph icon=Icon::User /> },
                }}
            </button>
        </header>
    }
}
