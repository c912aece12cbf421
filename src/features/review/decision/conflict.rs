//! A review that somebody else decided.

use super::choices::{Choice, choices};
use super::compare::{Column, export_values, table};
use super::outcome::{HEADING, announce, links, next_links, trail};
use super::progress::progress;
use crate::features::review::desk::Desk;
use crate::features::review::queue::Queue;
use crate::features::review::queue::navigation::next_review;
use crate::prelude::*;
use crate::router;
use crate::strings::t;
use crate::ui::{Glyph, Icon, Moment};
use runs::model::review::{Decision, Outcome, Review, ReviewState};
use runs::value::diff::three_way;
use runs::{Json, Timestamp};

const KEEP: &str = "keep";

/// Somebody else decided: what, when and who as far as it is known, what differs, and the ways on. `decision` as it was recorded.
pub fn conflict(desk: Desk, queue: Queue, decision: Decision) -> Html {
    let words = t().review;
    announce(desk);
    let case = desk.decision.case.get_untracked();
    let sent = case.as_ref().map(|case| case.sent);
    let icon = if decision.approved == Some(false) { Icon::Rejected } else { Icon::Approved };
    let title = (words.decided_by)(how(desk, &decision), decision.by.as_deref());
    desk.globals.toasts.announce(title.clone());
    let read = desk.read.get_untracked();
    let (as_read, name) = match case.as_ref().map(|case| &case.read).or(read.as_ref()) {
        Some(read) if original(read).is_some() => (read.data.clone(), words.original),
        Some(read) => (read.data.clone(), words.now_there),
        None => (Json::Null, words.original),
    };
    let mine = desk.form.draft.with_untracked(|draft| draft.value().clone());
    let theirs = decision.data.clone().unwrap_or_else(|| as_read.clone());
    let comparison = three_way(&as_read, &theirs, &mine);
    let edited = desk.form.draft.with_untracked(|draft| draft.count());
    let about = if sent.is_some() { words.changed_nothing } else { words.decided_meanwhile };
    let draft = (edited > 0).then_some(words.draft_still_here);
    let steps = move || {
        let case = desk.decision.case.get()?;
        progress(&case, desk.globals.deciding).map(|steps| view! { <div class="sl-conflict__p">{steps}</div> })
    };
    view! {
        <div class="sl-main sl-narrow">
            {trail(desk)}
            <section class="sl-panel sl-conflict" aria-labelledby=HEADING>
                <div class="sl-conflict__h"><Glyph icon=icon /><div><h1 id=HEADING tabindex="-1">{title}</h1><p class="sl-2">{about}" "{draft}</p></div></div>
                {decision_facts(desk, &decision, sent.unwrap_or(Timestamp(0)), false, (name == words.original).then_some(&as_read))}
                {steps}
            </section>
            {(edited > 0 || decision.data.is_some()).then(|| {
                let read = Column { name, whose: t().conflict.as_read.into() };
                table(desk.form, &comparison, read, Column { name: words.theirs, whose: (t().conflict.recorded_by)(decision.by.as_deref()) })
            })}
            {(edited > 0).then(|| options(desk, queue, as_read, theirs, mine))}
            {move || if edited > 0 { links(desk) } else { next_links(desk, queue) }}
        </div>
    }
}

/// The data before the decision; once it is decided, a step may show the edited data instead.
pub fn original(read: &Review) -> Option<&Json> {
    (read.state == ReviewState::Open).then_some(&read.data)
}

/// `approved`, `rejected`: in the words that fit the vendor.
pub fn how(desk: Desk, decision: &Decision) -> &'static str {
    (t().review.how)(decision.approved, desk.connection().dialect.adapter().capabilities().review)
}

/// What was decided, by whom and when. `original`: as it was before, where that is still known; `sent`: when this window sent its own, zero if it did not; `mine`: it is this window's.
pub fn decision_facts(desk: Desk, decision: &Decision, sent: Timestamp, mine: bool, original: Option<&Json>) -> Html {
    let words = t().review;
    let edits = match (&decision.data, original) {
        (None, _) => Some(0),
        (Some(data), Some(original)) => Some(runs::value::diff::changes(original, data).len()),
        (Some(_), None) => None,
    };
    let nobody = || (words.nobody_recorded)(desk.vendor());
    let by = match (mine.then(|| desk.globals.identity.name.get_untracked()).flatten(), &decision.by) {
        (Some(name), recorded) => {
            let recorded = recorded.as_ref().map_or_else(nobody, |by| (words.recorded_as)(desk.vendor(), by));
            let declared = if desk.globals.identity.signed_in { String::new() } else { format!(" ({})", t().who.self_declared) };
            format!("{name}{declared}. {recorded}")
        }
        (None, Some(recorded)) => recorded.clone(),
        (None, None) => nobody(),
    };
    let moment = |at: Timestamp| view! { <Moment at=at /> };
    let rows = [
        Some((words.decision, (words.what_decided)(decision.approved, edits, how(desk, decision)).view())),
        Some((words.by, view! { <bdi>{by}</bdi> })),
        decision.at.map(|at| (words.decided_at, moment(at))),
        (sent.0 > 0).then(|| (words.your_attempt, moment(sent))),
    ];
    let rows: Vec<Html> = rows.into_iter().flatten().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect();
    view! { <div class="sl-panel__body"><dl class="sl-facts">{rows}</dl></div> }
}

fn options(desk: Desk, queue: Queue, as_read: Json, theirs: Json, mine: Json) -> Html {
    let words = t().conflict;
    let capabilities = desk.connection().dialect.adapter().capabilities();
    let impossible = if capabilities.versions { words.version_final } else { words.version_none };
    let all = vec![
        Choice { key: KEEP, title: words.keep, means: words.keep_means.into(), off: None },
        Choice { key: "version", title: words.version, means: String::new(), off: Some((impossible)(desk.vendor())) },
    ];
    let kept = RwSignal::new(false);
    let keep = move |_| {
        if kept.get_untracked() {
            return;
        }
        desk.discard();
        kept.set(true);
        desk.globals.toasts.say(words.kept);
        if let Some((_, href)) = untrack(|| next_review(desk, queue)) {
            router::go(&href);
        }
    };
    let verb = move || if next_review(desk, queue).is_some() { words.keep_next } else { t().conflict.take };
    view! {
        {choices(RwSignal::new(KEEP), all)}
        <div class="sl-row sl-row--wrap sl-actions">
            <button type="button" class="sl-btn sl-btn--primary" aria-disabled=move || kept.get().then_some("true") on:click=keep><Glyph icon=Icon::Check />{verb}</button>
            {export_values(desk, as_read, theirs, mine)}
        </div>
    }
}

/// The decision that another window or person took, as far as it is known here.
pub fn theirs(desk: Desk) -> Option<Decision> {
    use crate::state::Phase;
    if let Some(Phase::Came(Outcome::DecidedByAnother(decision))) = desk.decision.case.get_untracked().map(|case| case.phase.clone()) {
        return Some(decision);
    }
    match desk.live.value.get_untracked().map(|review| review.state.clone()) {
        Some(ReviewState::Decided(decision)) => Some(decision),
        _ => None,
    }
}
