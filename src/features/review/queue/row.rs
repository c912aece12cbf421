//! One row of the queue.

use super::active_row::{link_id, row_id};
use super::bulk::Bulk;
use super::claims::claim_notes;
use super::list::{Entry, Queue, is_skipped};
use super::navigation::page_of;
use crate::platform::clock;
use crate::prelude::*;
use crate::routes;
use crate::strings::t;
use crate::ui::{Glyph, Icon, StatusMark, sandbox_mark};
use runs::adapters::capability::ReviewStyle;
use std::sync::Arc;

/// One waiting review on the queue's page. The row stays the same element; its cells follow what is known.
pub fn row(queue: Queue, bulk: Bulk, key: &str) -> Html {
    let words = t().review;
    let entry = queue.follow(key);
    let cell = move |draw: fn(Queue, &Arc<Entry>) -> Html| move || entry.get().map(|entry| draw(queue, &entry));
    let run = entry.with_untracked(|entry| entry.as_ref().map(|entry| entry.run.id.clone()));
    let review = entry.with_untracked(|entry| entry.as_ref().and_then(|entry| entry.review_id().cloned()));
    let held = entry.with_untracked(|entry| entry.as_ref().map(|entry| claim_notes(queue, entry)));
    let left = move || entry.with(|entry| entry.as_ref().is_some_and(|entry| entry.departed.is_some())).then_some("");
    let picked = {
        let key = key.to_owned();
        move || bulk.has(&key).then_some("")
    };
    let select = {
        let key = key.to_owned();
        move || {
            let open = entry.get().filter(|entry| entry.review.is_some() && entry.departed.is_none() && !entry.unread());
            open.map(|entry| bulk.checkbox(&key, &named(&entry)))
        }
    };
    view! {
        <tr id=row_id(key) role="row" data-run=run data-review=review data-left=left data-chosen=picked>
            <td role="cell" class="c-sel">{select}</td>
            <td role="cell" class="c-run">{cell(run_name)}</td>
            <td role="cell" class="c-flow" data-l=words.column_flow>{cell(|_, entry| view! { <bdi class="sl-clamp" title=entry.flow.clone()>{entry.flow.clone()}</bdi> })}</td>
            <td role="cell" class="c-rev" data-l=words.column_review>{cell(reviews)}{held}</td>
            <td role="cell" class="c-con" data-l=words.column_connection>{cell(connection)}</td>
            <td role="cell" class="c-wait sl-num">{cell(waited)}</td>
        </tr>
    }
}

/// The run, and the step where there is more than one.
fn named(entry: &Entry) -> String {
    let several = entry.run.reviews.as_ref().is_some_and(|reviews| reviews.len() > 1);
    let name = entry.name();
    if several { format!("{name}, {}", entry.step()) } else { name }
}

fn run_name(_: Queue, entry: &Arc<Entry>) -> Html {
    let name = entry.name();
    let given = entry.run.name.clone().filter(|given| *given != name);
    view! {
        <a href=page_of(&entry.connection, &entry.run, None).href() title=entry.run.id.clone()><bdi>{name}</bdi></a>
        {given.map(|given| view! { <bdi class="sl-wq__given sl-cut" title=given.clone()>{given.clone()}</bdi> })}
    }
}

fn connection(queue: Queue, entry: &Arc<Entry>) -> Html {
    let connection = &entry.connection;
    let mark = sandbox_mark(connection.sandbox && !queue.globals.session.only_sandboxes());
    view! { <bdi>{connection.label.clone()}</bdi>" "{mark} }
}

/// How long it waits, or why it does not any more.
pub fn waited(queue: Queue, entry: &Arc<Entry>) -> Html {
    if let Some(left) = entry.departed {
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
        return view! {
            <span title=(t().run.review_read_only)(vendor)><StatusMark tone="idle" icon=Icon::Lock words=words.read_only_row small=true /></span>
            {link}
        };
    }
    let skipped = is_skipped(&entry.key()).then(|| view! { <span class="sl-xs sl-2">{t().queue.skipped}</span> });
    let elsewhere = {
        let case = entry.key();
        let waiting = queue.globals.waiting;
        live(move || waiting.is_elsewhere(&case).then(|| view! { <span class="sl-xs sl-2">{t().queue.sending_elsewhere}</span> }))
    };
    let name = entry.name();
    let step = if entry.review.is_some() { entry.step() } else { words.see_run.to_owned() };
    let unread = entry.unread().then(|| {
        let why = entry.read_error().map(|error| (t().shared.error_line)(error, connection.dialect.vendor()));
        view! { <span class="sl-xs" title=why><StatusMark tone="odd" icon=Icon::Warn words=t().queue.run_unread small=true /></span> }
    });
    let page = page_of(connection, run, entry.review_id());
    view! {
        <a id=link_id(&entry.key()) href=page.href()>
            <span class="sl-vh">{(words.review_of)(&name)}" "</span><bdi class="sl-clamp" title=step.clone()>{step}</bdi>
        </a>
        {about(entry)}
        {unread}
        {skipped}
        {elsewhere}
    }
}

/// What it is about, in values of its own.
pub fn about(entry: &Entry) -> Option<Html> {
    let told = entry.review.as_ref().map(|review| review.about.join(" · ")).filter(|told| !told.is_empty())?;
    Some(view! { <bdi class="sl-wq__about sl-cut" title=told.clone()>{told.clone()}</bdi> })
}
