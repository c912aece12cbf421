//! Notices above the form: the state of a decision, newer content, the draft.

use super::decision::compare::value;
use super::decision::submit;
use super::desk::Desk;
use super::form::fields::name_of;
use super::form::{RebaseMode, SaveState};
use crate::platform::clock;
use crate::prelude::*;
use crate::state::{Case, OtherTabs, Phase, page_wide};
use crate::strings::t;
use crate::ui::{ErrorSource, FailureNote, Glyph, Icon, Notice, moment_words, prose, vendor_told};
use runs::adapters::capability::ReviewStyle;
use runs::deciding::decision::Event;
use runs::model::review::{Outcome, Review, ReviewState};
use runs::model::status::Tone;
use runs::value::diff;
use std::sync::Arc;

/// Differences listed in a notice.
const SHOWN: usize = 20;
/// A vendor may go on saying for so many milliseconds that a decided review is open.
const ROUND: u64 = 60_000;

/// What came of a try to decide and did not end the review.
pub fn of_case(desk: Desk) -> Option<Html> {
    let Some(case) = desk.decision.case.get() else { return elsewhere(desk) };
    let words = t().review;
    let plain = |tone, icon, fact: String, next: String| Some(note(tone, icon, fact, next, None));
    match &case.phase {
        Phase::Held { until } => {
            let id = desk.case_id();
            let young = submit::old_enough(desk, &case.read).filter(|enough| enough.0 <= until.0 + 1_000);
            let next = young.map_or_else(
                || t().decide.held_next.to_owned(),
                |enough| (t().decide.held_young)(desk.vendor(), &(t().shared.clock)(clock::local(enough))),
            );
            let undo = move |_| desk.globals.deciding.take_back(&id);
            let actions = view! { <button type="button" class="sl-btn sl-btn--sm" on:click=undo>{t().decide.undo}</button> };
            Some(view! { <Notice tone=Tone::Run icon=Icon::Clock fact=case.fact() next=next actions=actions /> })
        }
        Phase::Preparing | Phase::Sending | Phase::Dropped => None,
        Phase::Unlogged(error) | Phase::Failed(error) => {
            let retry = Callback::new({
                let intent = case.intent.clone();
                move |()| submit::retry(desk, &intent)
            });
            let (still, source) = match case.phase {
                Phase::Unlogged(_) => (t().decide.unlogged, ErrorSource::audit_log()),
                _ => (words.nothing_recorded, desk.dialect().into()),
            };
            let error = error.clone();
            Some(view! { <div role="alert"><FailureNote error=error source=source still=still retry=retry /></div> })
        }
        Phase::Unconfirmed { detail, request_id, asking } => Some(unconfirmed(desk, &case, detail, request_id.as_deref(), *asking)),
        Phase::Came(Outcome::Invalid { detail, request_id, .. }) => {
            plain(Tone::Fail, Icon::Failed, (words.invalid)(desk.vendor()), said(detail, request_id.as_deref(), words.invalid_next))
        }
        Phase::Came(Outcome::NotPermitted { detail, request_id }) => plain(
            Tone::Fail,
            Icon::Lock,
            (words.not_permitted)(desk.vendor()),
            said(detail, request_id.as_deref(), words.not_permitted_next),
        ),
        Phase::Came(_) => None,
    }
}

/// A decision of another tab that is not known to this one's page in full: it is held there.
fn elsewhere(desk: Desk) -> Option<Html> {
    let words = t().decide;
    let is = desk.globals.waiting.is_elsewhere(&desk.case_id());
    is.then(|| note(Tone::Run, Icon::Clock, words.way_elsewhere.into(), words.way_elsewhere_next.into(), None))
}

fn said(detail: &str, request_id: Option<&str>, next: &str) -> String {
    let id = request_id.map(|id| format!(" ({} {id})", t().shared.request_id)).unwrap_or_default();
    if detail.is_empty() { format!("{next}{id}") } else { format!("“{detail}”{id}. {next}") }
}

fn note(tone: Tone, icon: Icon, fact: String, next: String, actions: Option<Html>) -> Html {
    view! { <div role="alert"><Notice tone=tone icon=icon fact=fact next=next actions=actions.view() /></div> }
}

fn unconfirmed(desk: Desk, case: &Arc<Case>, detail: &str, request_id: Option<&str>, asking: bool) -> Html {
    let words = t().review;
    let deciding = desk.globals.deciding;
    // A vendor that knows the key again takes the same decision once; any other is read again first.
    let keyed = case.connection.dialect.adapter().capabilities().review == ReviewStyle::ApproveReject;
    if case.elsewhere && asking {
        let style = case.connection.dialect.adapter().capabilities().review;
        let fact =
            (t().decide.in_another_tab)((words.how)(Some(case.intent.approve), style), clock::local(case.sent), clock::local(clock::now()))
                + ".";
        return note(Tone::Run, Icon::Running, fact, t().decide.in_another_tab_sending.into(), None);
    }
    let next = match (asking, keyed) {
        (true, _) => words.looking_for_it,
        (false, true) => words.send_again_is_safe,
        (false, false) => t().decide.reads_before_sending,
    };
    let id = desk.case_id();
    let actions = move || {
        let button = |words: &'static str, event: Event| {
            let id = id.clone();
            view! { <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| deciding.on(&id, event.clone())>{words}</button> }
        };
        (!asking).then(|| {
            vec![
                button(words.check_again, Event::CheckAgain),
                button(words.send_again, Event::SendAgain),
                button(t().decide.give_up, Event::GiveUp),
            ]
        })
    };
    note(Tone::Wait, Icon::Warn, words.not_confirmed.into(), said(detail, request_id, next), Some(actions.view()))
}

/// The data is not what the form shows any more.
pub fn of_change(desk: Desk) -> Option<Html> {
    let words = t().review;
    let (newer, read) = (desk.newer()?, desk.read.get()?);
    // With the draft would go what tells, after a reload, that something was sent.
    let free = desk.decision.case.get().is_none_or(|case| case.can_be_left());
    let changes = diff::changes(&read.data, &newer.data);
    let rows: Vec<Html> = desk.form.draft.with_untracked(|draft| {
        let row = |change: &diff::Change| {
            let name = name_of(draft.form(), &change.was);
            view! { <li><bdi>{name}</bdi>": "<del>{value(change.before.as_ref())}</del>" → "{value(change.after.as_ref())}</li> }
        };
        changes.iter().take(SHOWN).map(row).collect()
    });
    let next = if changes.is_empty() { words.changed_same_data } else { words.changed_next };
    let edited = desk.form.draft.with(|draft| draft.count() > 0);
    let compare = edited.then(|| {
        view! { <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| desk.decision.comparing.set(true)>{t().conflict.compare}</button> }
    });
    Some(view! {
        <section class="sl-note" data-tone="wait" role="alert">
            <Glyph icon=Icon::Stale />
            <div class="sl-stack sl-stack--2">
                <p><strong>{words.changed}</strong>" "{next}</p>
                <ul class="sl-sm">{rows}</ul>
            </div>
            <span class="sl-row sl-row--wrap">
                {compare}
                {free.then(|| {
                    let take = move |_| desk.use_newer(Arc::clone(&newer), RebaseMode::Edits);
                    view! { <button type="button" class="sl-btn sl-btn--sm" on:click=take>{words.use_newer}</button> }
                })}
            </span>
        </section>
    })
}

/// Somebody decided, or the run went on, while the form was open.
pub fn of_meanwhile(desk: Desk) -> Option<Html> {
    let words = t().review;
    if desk.decision.case.get().is_some_and(|case| case.elsewhere || case.under_way()) {
        return None;
    }
    let now = desk.live.value.get()?;
    let open = now.state == ReviewState::Open;
    let look = move || {
        view! { <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| desk.decision.shows_recorded.set(true)>{words.see_decision}</button> }
    };
    // A review that is open long after is another round of it.
    let there = page_wide::<OtherTabs>().decided_there(&desk.case_id()).filter(|(_, at)| !open || clock::now().since(*at) < ROUND);
    if let Some((approved, at)) = there {
        let style = desk.connection().dialect.adapter().capabilities().review;
        let fact = (t().decide.in_another_tab)((words.how)(Some(approved), style), clock::local(at), clock::local(clock::now())) + ".";
        return Some(note(Tone::Ok, Icon::Info, fact, (t().decide.in_another_tab_next)(desk.vendor()), (!open).then(|| look.view())));
    }
    if open {
        return None;
    }
    Some(note(Tone::Wait, Icon::Info, words.meanwhile.into(), words.meanwhile_next.into(), Some(look.view())))
}

/// Edits of an earlier visit are in the form.
pub fn of_draft(desk: Desk) -> Option<Html> {
    let words = t().review;
    let discard = move || {
        view! { <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| desk.discard()>{words.discard}</button> }
    };
    let dropped = desk.form.dropped.get();
    let fact = match (desk.form.storage.restored.get(), dropped) {
        (Some(at), _) => (words.restored)(&moment_words(at)),
        (None, 0) => return None,
        (None, _) => words.carried.to_owned(),
    };
    let kept = if desk.form.storage.carrying.kept.get() { t().carried.kept_where } else { words.restored_next };
    let next = if dropped > 0 { (words.dropped)(dropped) } else { kept.to_owned() };
    Some(view! { <Notice tone=Tone::Run icon=Icon::Pencil fact=fact next=next actions=discard.view() /> })
}

/// The same draft is open in another tab.
pub fn of_elsewhere(desk: Desk) -> Option<Html> {
    let words = t().decide;
    desk.form.storage.other_tab.get().then(|| {
        view! { <div role="status"><Notice tone=Tone::Run icon=Icon::Copy fact=words.elsewhere next=words.elsewhere_next /></div> }
    })
}

/// Why a person is asked.
pub fn of_reason(review: &Review, markdown: bool) -> Option<Html> {
    let words = t().review;
    let text: Vec<String> = review.reason.iter().chain(&review.instructions).cloned().collect();
    (!text.is_empty()).then(|| {
        let first = words.why;
        if markdown {
            let told = prose(console::prose::markdown(&text.join("\n\n")), first);
            return view! { <section class="sl-note" data-tone="wait"><Glyph icon=Icon::Waiting /><div class="sl-stack sl-stack--2"><strong>{first}</strong>{told}</div><span></span></section> };
        }
        let rest = vendor_told(text.join("\n"));
        view! { <section class="sl-note" data-tone="wait"><Glyph icon=Icon::Waiting /><p class="sl-lines"><strong>{first}</strong>" "{rest}</p><span></span></section> }
    })
}

/// `Draft saved 14:08:31`
pub fn saved(desk: Desk) -> Option<Html> {
    let (icon, text) = match desk.form.storage.state.get() {
        SaveState::Nothing => return None,
        SaveState::At(at) => {
            let saved = (t().review.saved)(&(t().shared.clock)(clock::local(at)));
            if desk.form.storage.carrying.only_here() { (Icon::Warn, (t().carried.only_here)(&saved)) } else { (Icon::Check, saved) }
        }
        SaveState::Refused => (Icon::Warn, t().review.not_saved.to_owned()),
        SaveState::Off => (Icon::Lock, t().decide.not_kept.to_owned()),
    };
    Some(
        view! { <span class="sl-xs sl-2 sl-row sl-row--tight sl-saved" title=text.clone()><Glyph icon=icon small=true /><span>{text}</span></span> },
    )
}
