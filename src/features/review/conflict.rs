use super::bar::name_of;
use super::desk::Desk;
use super::outcome::{HEADING, announce, ways_on};
use super::progress::progress;
use crate::platform::page;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, Moment};
use runs::diff::{Compared, Comparison, Verdict, three_way};
use runs::form::field_text;
use runs::json::Map;
use runs::review::{Decision, Outcome, Review, ReviewState};
use runs::{Json, Timestamp};

/// Rows of a comparison; the clashes come first.
const SHOWN: usize = 200;

/// Somebody else decided: what, when and who as far as it is known, what differs, and the ways on. `decision` as it was recorded.
pub fn conflict(desk: Desk, decision: Decision) -> Html {
    let words = t().review;
    announce(desk);
    let case = desk.case.get_untracked();
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
    let mine = desk.draft.with_untracked(|draft| draft.value().clone());
    let theirs = decision.data.clone().unwrap_or_else(|| as_read.clone());
    let comparison = three_way(&as_read, &theirs, &mine);
    let edited = desk.draft.with_untracked(|draft| draft.count());
    let next = if sent.is_some() { words.changed_nothing } else { words.decided_meanwhile };
    let draft = (edited > 0).then_some(words.draft_still_here);
    let steps = move || {
        let case = desk.case.get()?;
        progress(&case, desk.globals.deciding).map(|steps| view! { <div class="sl-conflict__p">{steps}</div> })
    };
    view! {
        <div class="sl-main sl-narrow">
            <section class="sl-panel sl-conflict" aria-labelledby=HEADING>
                <div class="sl-conflict__h"><Glyph icon=icon /><div><h1 id=HEADING tabindex="-1">{title}</h1><p class="sl-2">{next}" "{draft}</p></div></div>
                {decision_facts(desk, &decision, sent.unwrap_or(Timestamp(0)), false, (name == words.original).then_some(&as_read))}
                {steps}
            </section>
            {(edited > 0 || decision.data.is_some()).then(|| table(desk, &comparison, name))}
            {(edited > 0).then(|| choices(desk, &mine))}
            {move || ways_on(desk)}
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
        (Some(data), Some(original)) => Some(runs::diff::changes(original, data).len()),
        (Some(_), None) => None,
    };
    let nobody = || (words.nobody_recorded)(desk.vendor());
    let by = match (mine.then(|| desk.globals.identity.name.get_untracked()).flatten(), &decision.by) {
        (Some(name), recorded) => {
            let recorded = recorded.as_ref().map_or_else(nobody, |by| (words.recorded_as)(desk.vendor(), by));
            format!("{name} ({}). {recorded}", t().shell.self_declared)
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

fn table(desk: Desk, comparison: &Comparison, original: &'static str) -> Html {
    let words = t().review;
    let counts = comparison.counts;
    let differing: Vec<&Compared> = comparison.rows.iter().filter(|row| row.verdict != Verdict::Same).collect();
    let hidden = differing.len().saturating_sub(SHOWN);
    let rows: Vec<Html> = desk.draft.with_untracked(|draft| {
        differing.iter().take(SHOWN).map(|compared| row(name_of(draft.form(), &compared.path), compared, original)).collect()
    });
    view! {
        <section class="sl-panel" aria-labelledby="differs">
            <div class="sl-panel__head"><h2 id="differs">{words.what_differs}</h2><span class="sl-sm sl-2">{(words.difference)(counts)}</span></div>
            <table class="sl-diff">
                <thead><tr><th scope="col">{words.field}</th><th scope="col">{original}</th><th scope="col">{words.theirs}</th><th scope="col">{words.yours}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="sl-panel__foot sl-sm sl-2">{(words.identical)(counts.same)}{(hidden > 0).then(|| (words.not_shown)(hidden))}</p>
        </section>
    }
}

fn row(name: String, compared: &Compared, original: &'static str) -> Html {
    let words = t().review;
    let (icon, verdict) = match compared.verdict {
        Verdict::Clash => (Icon::Warn, words.clash),
        Verdict::OnlyMine => (Icon::Pencil, words.only_mine),
        Verdict::OnlyTheirs => (Icon::User, words.only_theirs),
        Verdict::SameChange | Verdict::Same => (Icon::Check, words.same_change),
    };
    let clash = compared.verdict == Verdict::Clash;
    let theirs = (clash || compared.verdict == Verdict::OnlyTheirs).then_some("theirs");
    let yours = (clash || compared.verdict == Verdict::OnlyMine).then_some("yours");
    view! {
        <tr data-clash=clash.then_some("")>
            <th scope="row"><bdi>{name}</bdi><small><Glyph icon=icon small=true />{verdict}</small></th>
            <td data-l=original>{value(compared.original.as_ref())}</td>
            <td data-l=words.theirs data-ch=theirs>{value(compared.theirs.as_ref())}</td>
            <td data-l=words.yours data-ch=yours>{value(compared.mine.as_ref())}</td>
        </tr>
    }
}

/// One value in a comparison, bounded.
pub fn value(value: Option<&Json>) -> Html {
    let text = value.map_or_else(|| t().review.nothing.to_owned(), field_text);
    view! { <bdi>{runs::error::bounded(&text)}</bdi> }
}

fn choices(desk: Desk, mine: &Json) -> Html {
    let words = t().review;
    let changes = desk.draft.with_untracked(|draft| draft.changes());
    let count = changes.len();
    let values: Map<String, Json> = changes.into_iter().map(|change| (change.path, change.after.unwrap_or_default())).collect();
    let text = format!(
        "{:#}",
        Json::Object(Map::from_iter([("changed".to_owned(), Json::Object(values)), ("document".to_owned(), mine.clone())]))
    );
    let toasts = desk.globals.toasts;
    let copy = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            if page::copy(&text).await { toasts.say(t().shared.copied) } else { toasts.warn(t().shared.not_copied) }
        });
    };
    let kept = RwSignal::new(false);
    let keep = move |_| {
        desk.discard();
        kept.set(true);
        toasts.say(words.draft_deleted);
    };
    view! {
        <section class="sl-stack sl-stack--3" aria-labelledby="choices">
            <h2 id="choices">{words.what_now}</h2>
            <p class="sl-sm sl-2">{move || if kept.get() { words.draft_deleted } else { words.keep_theirs_means }}</p>
            <div class="sl-row sl-row--wrap sl-actions">
                <button type="button" class="sl-btn" aria-disabled=move || kept.get().then_some("true") on:click=keep><Glyph icon=Icon::Check />{words.keep_theirs}</button>
                <button type="button" class="sl-btn" on:click=copy><Glyph icon=Icon::Copy />{(words.copy_mine)(count)}</button>
            </div>
        </section>
    }
}

/// The decision that another window or person took, as far as it is known here.
pub fn theirs(desk: Desk) -> Option<Decision> {
    use crate::state::Phase;
    if let Some(Phase::Came(Outcome::DecidedByAnother(decision))) = desk.case.get_untracked().map(|case| case.phase.clone()) {
        return Some(decision);
    }
    match desk.live.value.get_untracked().map(|review| review.state.clone()) {
        Some(ReviewState::Decided(decision)) => Some(decision),
        _ => None,
    }
}
