use super::bulk::Bulk;
use super::holding::row_id;
use super::list::{Entry, Queue, is_skipped};
use super::who::held;
use crate::features::review::next::page_of;
use crate::platform::clock;
use crate::prelude::*;
use crate::routes;
use crate::strings::t;
use crate::ui::{Glyph, Icon, sandbox_mark};
use runs::capability::ReviewStyle;
use std::sync::Arc;

/// One waiting run on the queue's page. The row stays the same element; its cells follow what is known.
pub fn row(queue: Queue, bulk: Bulk, key: &str) -> Html {
    let words = t().review;
    let entry = queue.follow(key);
    let cell = move |draw: fn(Queue, &Arc<Entry>) -> Html| move || entry.get().map(|entry| draw(queue, &entry));
    let run = entry.with_untracked(|entry| entry.as_ref().map(|entry| entry.run.id.clone()));
    let held = entry.with_untracked(|entry| entry.as_ref().map(|entry| held(queue, entry)));
    let left = move || entry.with(|entry| entry.as_ref().is_some_and(|entry| entry.left.is_some())).then_some("");
    let picked = {
        let key = key.to_owned();
        move || bulk.has(&key).then_some("")
    };
    let select = {
        let key = key.to_owned();
        move || {
            entry.get().filter(|entry| entry.decides() && entry.left.is_none()).map(|entry| bulk.checkbox(&key, &entry.name(queue.globals)))
        }
    };
    view! {
        <tr id=row_id(key) role="row" data-run=run data-left=left data-chosen=picked>
            <td role="cell" class="c-sel">{select}</td>
            <td role="cell" class="c-run">{cell(run_name)}</td>
            <td role="cell" class="c-flow" data-l=words.column_flow>{cell(|_, entry| view! { <bdi class="sl-clamp" title=entry.flow.clone()>{entry.flow.clone()}</bdi> })}</td>
            <td role="cell" class="c-rev" data-l=words.column_review>{cell(reviews)}{held}</td>
            <td role="cell" class="c-con" data-l=words.column_connection>{cell(connection)}</td>
            <td role="cell" class="c-wait sl-num">{cell(waited)}</td>
        </tr>
    }
}

fn run_name(queue: Queue, entry: &Arc<Entry>) -> Html {
    let name = entry.name(queue.globals);
    view! { <a href=page_of(&entry.connection, &entry.run, None).href() title=entry.run.id.clone()><bdi>{name}</bdi></a> }
}

fn connection(queue: Queue, entry: &Arc<Entry>) -> Html {
    let connection = &entry.connection;
    let mark = sandbox_mark(connection.sandbox && !queue.globals.session.only_sandboxes());
    view! { <bdi>{connection.label.clone()}</bdi>" "{mark} }
}

/// How long it waits, or why it does not any more.
pub fn waited(queue: Queue, entry: &Arc<Entry>) -> Html {
    if let Some(left) = entry.left {
        return view! { <span class="sl-wq__left">{left.words()}</span> };
    }
    let waited = entry.since().map(|(at, exact)| {
        let iso = clock::iso_local(at);
        let text = move || {
            let time = (t().shared.duration)(queue.globals.tick.since(at));
            if exact { time } else { (t().review.created_for)(&time) }
        };
        view! { <time class="sl-wq__time" data-since=(!exact).then_some("created") datetime=iso.clone() title=iso>{text}</time> }
    });
    waited.view()
}

fn reviews(queue: Queue, entry: &Arc<Entry>) -> Html {
    let words = t().review;
    let (connection, run) = (&entry.connection, &entry.run);
    if connection.dialect.adapter().capabilities().review == ReviewStyle::ReadOnly {
        let vendor = connection.dialect.vendor();
        let outside = connection.open_url.as_ref().and_then(|template| routes::outside(template, &run.id, &run.flow));
        let link = outside.map(|href| {
            view! { " "<a href=href target="_blank" rel="noopener noreferrer external">{(t().shared.open_in)(vendor)}<Glyph icon=Icon::External small=true /></a> }
        });
        return view! { <span class="sl-status" data-tone="idle" title=(t().run.review_read_only)(vendor)><Glyph icon=Icon::Lock small=true /><span>{words.read_only_row}</span></span>{link} };
    }
    let name = entry.name(queue.globals);
    let link = |at: usize, page: routes::Page, step: String| {
        // The first is what J and K go to.
        let id = (at == 0).then(|| format!("{}-open", row_id(&entry.key())));
        view! { <a id=id href=page.href()><span class="sl-vh">{(words.review_of)(&name)}" "</span><bdi class="sl-clamp" title=step.clone()>{step}</bdi></a>" " }
    };
    let open = entry.reviews();
    let skipped = is_skipped(&entry.key()).then(|| view! { <span class="sl-xs sl-2">{t().queue.skipped}</span> });
    if open.is_empty() {
        return view! { {link(0, page_of(connection, run, None), words.see_run.to_owned())}{skipped} };
    }
    let links: Vec<Html> =
        open.into_iter().enumerate().map(|(at, review)| link(at, page_of(connection, run, Some(&review.id)), review.name)).collect();
    view! { {links}{skipped} }
}
