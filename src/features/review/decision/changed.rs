//! Newer content beside edits: a comparison, and a choice between rebasing, discarding and sending them.

use super::choices::{Choice, choices};
use super::compare::{Column, export_values, table};
use super::outcome::{HEADING, trail};
use super::submit::{self, Approval};
use super::versions::moment;
use crate::features::review::desk::Desk;
use crate::features::review::form::RebaseMode;
use crate::features::review::form::focus;
use crate::platform::page;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, Moment};
use runs::form::Draft;
use runs::model::review::{Review, Version};
use runs::value::diff::{Comparison, three_way};
use std::sync::Arc;

const CARRY: &str = "carry";
const TAKE: &str = "take";
const VERSION: &str = "version";

/// `None`: there is nothing newer to compare with any more.
pub fn changed(desk: Desk) -> Html {
    let words = t().conflict;
    let newer = Memo::new(move |_| desk.newer());
    let chosen = RwSignal::new(CARRY);
    page::focus_soon(HEADING);
    desk.globals.toasts.announce(format!("{}. {}", words.changed, words.nothing_sent));
    view! {
        <div class="sl-main sl-narrow">{trail(desk)}{move || newer.get().zip(desk.read.get_untracked()).map(|(newer, read)| panels(desk, chosen, &read, &newer))}</div>
    }
}

fn panels(desk: Desk, chosen: RwSignal<&'static str>, read: &Review, newer: &Arc<Review>) -> Html {
    let words = t().conflict;
    let mine = desk.form.draft.with_untracked(|draft| draft.value().clone());
    let comparison = three_way(&read.data, &newer.data, &mine);
    let (theirs, before) = (latest(read, newer), shown(read));
    let column = |name: &'static str, version: Option<&Version>, otherwise: &str| Column {
        name,
        whose: version.map_or_else(|| otherwise.to_owned(), by),
    };
    view! {
        <section class="sl-panel sl-conflict" aria-labelledby=HEADING>
            <div class="sl-conflict__h" data-tone="odd"><Glyph icon=Icon::Stale /><div><h1 id=HEADING tabindex="-1">{words.changed}</h1><p class="sl-2">{words.nothing_sent}</p></div></div>
            {facts(desk, newer, theirs, before)}
        </section>
        {table(
            desk.form,
            &comparison,
            column(t().review.original, before, words.as_read),
            column(t().review.theirs, theirs, words.newer),
        )}
        {options(desk, chosen, &comparison, newer)}
        <div class="sl-row sl-row--wrap sl-actions">
            {act(desk, chosen, Arc::clone(newer))}
            {export_values(desk, read.data.clone(), newer.data.clone(), mine)}
            <button type="button" class="sl-btn sl-btn--quiet" on:click=move |_| back(desk)>{words.back}</button>
        </div>
    }
}

/// The newest of the versions that came since, where the vendor keeps them.
fn latest<'a>(read: &Review, newer: &'a Review) -> Option<&'a Version> {
    newer.versions.iter().rev().find(|version| read.versions.iter().all(|known| known.id != version.id))
}

/// The version that was read.
fn shown(read: &Review) -> Option<&Version> {
    read.versions.iter().rev().find(|version| version.data == read.data)
}

fn by(version: &Version) -> String {
    (t().standing.version)(version.author.kind, &version.author.name, &moment(version.created_at))
}

/// Who and when, as far as the vendor tells.
fn facts(desk: Desk, newer: &Review, theirs: Option<&Version>, before: Option<&Version>) -> Html {
    let words = t().conflict;
    let text = |text: String| view! { <bdi>{text}</bdi> };
    let rows = match theirs {
        Some(version) => [Some((words.newer_version, text(by(version)))), before.map(|version| (words.read_version, text(by(version))))],
        None => [
            newer.pin.updated_at.map(|at| (words.changed_at, view! { <Moment at=at /> })),
            Some((words.changed_by, text((words.changed_by_nobody)(desk.vendor())))),
        ],
    };
    let rows: Vec<Html> = rows.into_iter().flatten().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect();
    view! { <dl class="sl-facts">{rows}</dl> }
}

fn options(desk: Desk, chosen: RwSignal<&'static str>, comparison: &Comparison, newer: &Review) -> Html {
    let words = t().conflict;
    let counts = comparison.counts;
    let edits = desk.form.draft.with_untracked(Draft::count);
    let versions = desk.connection().dialect.adapter().capabilities().versions;
    let wrong = untrack(|| desk.form.blocking()).len();
    // Something that was typed and cannot be read has no place in a document.
    let off = match (versions && !newer.versions.is_empty(), wrong) {
        (false, _) => Some((words.version_none)(desk.vendor())),
        (true, 0) => None,
        (true, wrong) => Some((words.version_wrong)(wrong)),
    };
    let all = vec![
        Choice { key: CARRY, title: words.carry, means: (words.carry_means)(edits, counts.clash), off: None },
        Choice { key: TAKE, title: words.take, means: words.take_means.into(), off: None },
        Choice { key: VERSION, title: words.version, means: (words.version_means)(counts.only_theirs + counts.clash), off },
    ];
    choices(chosen, all)
}

/// The chosen way, as a verb. A version from mine is approved like anything else: with the name, the undo window and the log.
fn act(desk: Desk, chosen: RwSignal<&'static str>, newer: Arc<Review>) -> Html {
    let words = t().conflict;
    let verb = move || match chosen.get() {
        TAKE => words.take.to_owned(),
        VERSION => words.do_version.to_owned(),
        _ => (words.do_carry)(desk.form.draft.with_untracked(Draft::count)),
    };
    let go = move |_| {
        let edits = desk.form.draft.with_untracked(Draft::count);
        let toasts = desk.globals.toasts;
        match chosen.get_untracked() {
            TAKE => {
                desk.use_newer(Arc::clone(&newer), RebaseMode::Discard);
                toasts.say(words.taken);
            }
            VERSION => {
                desk.use_newer(Arc::clone(&newer), RebaseMode::Document);
                return submit::approve(desk, Approval::default());
            }
            _ => {
                desk.use_newer(Arc::clone(&newer), RebaseMode::Edits);
                toasts.say((words.carried)(edits));
            }
        }
        request_animation_frame(move || focus::arrive(desk));
    };
    view! { <button type="button" class="sl-btn sl-btn--primary" on:click=go><Glyph icon=Icon::Check />{verb}</button> }
}

fn back(desk: Desk) {
    desk.decision.comparing.set(false);
    page::focus_soon(focus::FORM);
}

/// Whether it is time to compare: something is newer, and there are edits to lose.
pub fn wanted(desk: Desk) -> bool {
    desk.decision.comparing.get() && desk.form.edited_now() && desk.newer().is_some()
}
