//! The queue beside a review.

use super::active_row::row_id;
use super::list::{Entry, Queue, is_skipped};
use super::navigation::page_of;
use super::page::elsewhere;
use super::row::waited;
use super::{claims, navigation};
use crate::dom::{KeyedRow, keyed};
use crate::features::keys;
use crate::features::review::desk::Desk;
use crate::platform::page;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, waiting_badge};
use console::keys::Action;
use std::sync::Arc;

/// The queue beside a review: where it stands in it, and what comes next.
pub fn side(desk: Desk, queue: Queue) -> Html {
    let words = t().queue;
    let count = move || desk.globals.waiting.count().map(|(count, more)| waiting_badge(count, more));
    let rows = keyed(Box::new(move || {
        let one = |key: String| -> KeyedRow {
            let id = key.clone();
            (key, Box::new(move || item(desk, queue, &id)))
        };
        queue.rows.get().into_iter().map(one).collect()
    }));
    let labelled =
        |name: &'static str, action| move || keys::words(action).map_or_else(|| name.to_owned(), |keys| format!("{name} ({keys})"));
    let further = Memo::new(move |_| queue.fitting.with(Vec::len) > queue.limit.get() || queue.goes_on());
    keep_in_sight(desk, queue);
    view! {
        <section class="sl-review__q" aria-label=words.title>
            <div class="sl-review__bar">
                <h2>{words.waiting}</h2>{count}
                <span class="sl-push"></span>
                <span class="sl-row sl-row--tight">
                    <button
                        type="button"
                        class="sl-btn sl-btn--icon sl-btn--quiet sl-btn--sm"
                        aria-label=words.previous
                        title=labelled(words.previous, Action::Previous)
                        on:click=move |_| navigation::go(desk, queue, navigation::Direction::Previous)
                    >
                        <Glyph icon=Icon::Left flip=true />
                    </button>
                    <button
                        type="button"
                        class="sl-btn sl-btn--icon sl-btn--quiet sl-btn--sm"
                        aria-label=words.next
                        title=labelled(words.next, Action::Next)
                        on:click=move |_| navigation::go(desk, queue, navigation::Direction::Next)
                    >
                        <Glyph icon=Icon::Right flip=true />
                    </button>
                </span>
            </div>
            <div
                class="sl-scroll"
                tabindex="0"
                role="region"
                aria-label=words.region
                on:mouseover=move |_| elsewhere(queue)
                on:mouseleave=move |_| elsewhere(queue)
                on:focusout=move |_| elsewhere(queue)
            >
                <ol>{rows}</ol>
                {move || further.get().then(|| view! {
                    <button type="button" class="sl-btn sl-btn--quiet sl-wq__further" on:click=move |_| queue.more()>
                        {move || if queue.busy.get() { words.reading_more } else { words.more }}
                    </button>
                })}
            </div>
        </section>
    }
}

/// The review that is open stays in sight when the page comes up.
fn keep_in_sight(desk: Desk, queue: Queue) {
    let key = desk.key();
    Effect::new(move |before: Option<bool>| {
        let there = queue.rows.with(|rows| rows.contains(&key));
        if there && before != Some(true) {
            let id = row_id(&key);
            request_animation_frame(move || {
                if let Some(row) = page::by_id(&id) {
                    let options = web_sys::ScrollIntoViewOptions::new();
                    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                    row.scroll_into_view_with_scroll_into_view_options(&options);
                }
            });
        }
        there
    });
}

fn item(desk: Desk, queue: Queue, key: &str) -> Html {
    let entry = queue.follow(key);
    view! {
        <li id=row_id(key) data-run=entry.with_untracked(|entry| entry.as_ref().map(|entry| entry.run.id.clone()))>
            {move || entry.get().map(|entry| link(desk, queue, &entry))}
        </li>
    }
}

fn link(desk: Desk, queue: Queue, entry: &Arc<Entry>) -> Html {
    let words = t().queue;
    let place = desk.address();
    let same_run = place.connection == entry.connection.id && place.run == entry.run.id;
    let here = same_run && entry.review_id().is_none_or(|review| *review == place.review);
    let name = entry.name();
    let told = entry.review.as_ref().map(|review| review.about.join(" · ")).filter(|told| !told.is_empty());
    let told = told.or_else(|| entry.run.name.clone());
    // A number and what it is about fit beside each other; a long id gives way to what it is about.
    let (title, id) = match told {
        Some(told) if name == entry.run.id => (told, name),
        told => ([Some(name), told].into_iter().flatten().collect::<Vec<_>>().join(" · "), String::new()),
    };
    let step = if entry.decides() { entry.step() } else { t().review.read_only_row.to_owned() };
    let about = [step, entry.flow.clone(), entry.connection.label.clone(), id];
    let about = about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let case = entry.key();
    let under_way = {
        let (deciding, waiting, case) = (desk.globals.deciding, desk.globals.waiting, case.clone());
        move || match deciding.of(&case).is_some_and(|case| case.under_way()) {
            true => Some(words.sending),
            false => waiting.is_elsewhere(&case).then_some(words.sending_elsewhere),
        }
    };
    let skipped = is_skipped(&case);
    let gone = entry.departed.is_some();
    let unread = entry.unread();
    let note = move || {
        let text = match under_way() {
            Some(under_way) => under_way,
            None if here && !gone => words.here,
            None if unread && !gone => words.run_unread,
            None if skipped && !gone => words.skipped,
            None => return None,
        };
        Some(view! { <span class="sl-q__c">{text}</span> })
    };
    let held = (!gone && !here).then(|| claims::claim_notes(queue, entry));
    view! {
        <a
            class="sl-q"
            href=page_of(&entry.connection, &entry.run, entry.review_id()).href()
            aria-current=here.then_some("true")
            data-locked=gone.then_some("")
        >
            <span class="sl-q__t sl-cut" title=title.clone()><bdi>{title.clone()}</bdi></span>
            <span class="sl-q__w">{(!gone).then(|| waited(queue, entry))}</span>
            <span class="sl-q__m sl-cut" title=about.clone()><bdi>{about.clone()}</bdi></span>
            {gone.then(|| view! { <span class="sl-q__c">{waited(queue, entry)}</span> })}
            {note}
            {held}
        </a>
    }
}
