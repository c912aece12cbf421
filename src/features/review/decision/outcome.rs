//! The outcome of a decision, and links to what comes next.

use super::conflict::{decision_facts, original};
use super::progress::progress;
use crate::features::review::desk::Desk;
use crate::features::review::evidence::pane::run_page;
use crate::features::review::queue::Queue;
use crate::features::review::queue::navigation::next_review;
use crate::platform::{clock, page};
use crate::prelude::*;
use crate::routes::AuditAddress;
use crate::routes::Page;
use crate::state::{Case, Phase};
use crate::strings::t;
use crate::ui::{Glyph, Icon, status_words};
use runs::Timestamp;
use runs::model::review::{Decision, Outcome};
use std::sync::Arc;

pub const HEADING: &str = "outcome";

/// The end of a decision that was taken, or that nobody asks for any more.
pub fn outcome(desk: Desk, queue: Queue) -> Html {
    announce(desk);
    view! { <div class="sl-main sl-narrow">{trail(desk)}{move || desk.decision.case.get().and_then(|case| panel(desk, &case))}{move || next_links(desk, queue)}</div> }
}

/// Focus goes to the outcome's heading, and it is said.
pub fn announce(desk: Desk) {
    let words = desk.decision.case.get_untracked().and_then(|case| headline(&case)).map(|(title, _)| title);
    page::focus_soon(HEADING);
    desk.globals.toasts.announce(words.unwrap_or_default());
}

fn headline(case: &Arc<Case>) -> Option<(String, String)> {
    let words = t().review;
    let vendor = case.connection.dialect.vendor();
    let style = case.connection.dialect.adapter().capabilities().review;
    let Phase::Came(outcome) = &case.phase else { return None };
    if case.elsewhere && case.is_mine(outcome) {
        let how = (words.how)(Some(case.intent.approve), style);
        return Some((
            (t().decide.in_another_tab)(how, clock::local(case.sent), clock::local(clock::now())),
            (t().decide.in_another_tab_next)(vendor),
        ));
    }
    Some(match outcome {
        Outcome::Accepted(_) if case.intent.approve => (words.approved.into(), (words.approved_next)(vendor)),
        Outcome::Accepted(_) => ((words.rejected)(style).into(), (words.approved_next)(vendor)),
        Outcome::AlreadyMine(_) if case.is_mine(outcome) => (words.was_recorded.into(), (words.was_recorded_next)(vendor)),
        Outcome::AlreadyMine(decision) => ((words.same_before)((words.how)(decision.approved, style)), words.same_before_next.into()),
        Outcome::NoLongerWaiting(status) => (words.not_waiting.into(), (words.not_waiting_next)(&status_words(status))),
        Outcome::DecidedByAnother(_)
        | Outcome::Changed(_)
        | Outcome::Invalid { .. }
        | Outcome::NotPermitted { .. }
        | Outcome::NotConfirmed { .. } => {
            return None;
        }
    })
}

fn panel(desk: Desk, case: &Arc<Case>) -> Option<Html> {
    let (title, next) = headline(case)?;
    let Phase::Came(outcome) = &case.phase else { return None };
    let (icon, decision): (Icon, Option<&Decision>) = match outcome {
        Outcome::NoLongerWaiting(_) => (Icon::Info, None),
        Outcome::Accepted(decision) | Outcome::AlreadyMine(decision) => {
            (if decision.approved == Some(false) || !case.intent.approve { Icon::Rejected } else { Icon::Approved }, Some(decision))
        }
        _ => (Icon::Approved, None),
    };
    // Where both are one, a second time would only puzzle.
    let mine = case.is_mine(outcome);
    let sent = if mine { Timestamp(0) } else { case.sent };
    let facts = decision.map(|decision| decision_facts(desk, decision, sent, mine, original(&case.read)));
    let steps = progress(case, desk.globals.deciding).map(|steps| view! { <div class="sl-conflict__p">{steps}</div> });
    let draft = (decision.is_none() && case.intent.edited.is_some()).then_some(t().review.draft_still_here);
    Some(view! {
        <section class="sl-panel sl-conflict" aria-labelledby=HEADING>
            <div class="sl-conflict__h"><Glyph icon=icon /><div><h1 id=HEADING tabindex="-1">{title}</h1><p class="sl-2">{next}" "{draft}</p></div></div>
            {facts}
            {steps.filter(|_| decision.is_some())}
        </section>
    })
}

/// What the audit log has of this review.
fn decisions(desk: Desk) -> String {
    let place = desk.address();
    let address =
        AuditAddress { connection: Some(place.connection), run: Some(place.run), review: Some(place.review), ..AuditAddress::default() };
    Page::Audit(address.write()).href()
}

/// Where this is: the queue, the run, the review.
pub fn trail(desk: Desk) -> Html {
    view! {
        <nav class="sl-row sl-sm sl-2" aria-label=t().run.breadcrumb>
            <a href=Page::Reviews(Default::default()).href()>{t().review.title}</a><span aria-hidden="true">"/"</span>
            <a class="sl-cut" href=run_page(desk) title=move || desk.run_name()><bdi>{move || desk.run_name()}</bdi></a><span aria-hidden="true">"/"</span>
            <bdi class="sl-cut" aria-current="page" title=move || desk.name()>{move || desk.name()}</bdi>
        </nav>
    }
}

/// The next review, the run, the queue.
pub fn next_links(desk: Desk, queue: Queue) -> Html {
    let words = t().review;
    // The queue is sorted anew with each of its answers; the link is drawn anew only if it leads elsewhere.
    let next = Memo::new(move |_| next_review(desk, queue));
    let link =
        move || next.get().map(|(name, href)| view! { <a class="sl-btn sl-btn--primary" href=href>{(words.next_review)(&name)}</a> });
    link_row(desk, link.view())
}

/// The run and the queue, beside a choice that leads on.
pub fn links(desk: Desk) -> Html {
    link_row(desk, ().view())
}

fn link_row(desk: Desk, first: Html) -> Html {
    let words = t().review;
    view! {
        <div class="sl-row sl-row--wrap sl-actions">
            {first}
            <a class="sl-btn" href=run_page(desk)>{(words.open_run)(&desk.run_name())}</a>
            <a class="sl-btn" href=Page::Reviews(Default::default()).href()>{words.all_reviews}</a>
            <a class="sl-btn" href=decisions(desk)>{t().audit.of_this}</a>
        </div>
    }
}
