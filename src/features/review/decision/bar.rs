//! The bar below the form: the first problem or the changes, and the buttons that decide.

use super::reject;
use super::submit::{self, Approval};
use crate::features::keys;
use crate::features::review::desk::Desk;
use crate::features::review::form::fields::name_of;
use crate::features::review::form::{editor, marks};
use crate::features::review::queue::navigation::Direction;
use crate::features::review::queue::{Queue, navigation};
use crate::prelude::*;
use crate::state::Phase;
use crate::strings::t;
use crate::ui::{Glyph, Icon, StatusMark};
use console::keys::Action;
use runs::adapters::capability::ReviewStyle;
use runs::form::Draft;

/// What stands in the way, and the decision.
pub fn bar(desk: Desk, queue: Queue) -> Html {
    let words = t().review;
    let style = desk.connection().dialect.adapter().capabilities().review;
    let count = Memo::new(move |_| desk.form.draft.with(Draft::count));
    let approve = move || (words.approve)(count.get());
    let (reject, question, verb) = match style {
        ReviewStyle::Complete => (words.incorrect, words.incorrect_question, words.incorrect_verb),
        _ => (words.reject, words.reject_question, words.reject_verb),
    };
    let consequence = Signal::derive(move || {
        let consequence = match style {
            ReviewStyle::Complete => words.incorrect_consequence,
            _ => words.reject_consequence,
        };
        (consequence)(desk.vendor(), count.get())
    });
    // A region that is built anew under the pointer loses the click: leaving a field must not touch the line.
    let status = Memo::new(move |_| BarStatus::of(desk));
    let skip = view! {
        <button
            type="button"
            class="sl-btn sl-skipbtn"
            aria-keyshortcuts=|| keys::aria(&[Action::Skip])
            on:click=move |_| navigation::go(desk, queue, Direction::Skip)
        >
            {t().queue.skip}
            {key(Action::Skip)}
        </button>
    };
    if !desk.may_decide() {
        return view! {
            <footer class="sl-decide" aria-label=words.decision>
                <span class="sl-decide__line">
                    <span class="sl-status" data-tone="idle"><Glyph icon=Icon::Lock /><span>{t().decide.not_allowed}</span></span>
                </span>
                {skip}
            </footer>
        };
    }
    let locked = move || desk.locked().then_some("true");
    let why = move || desk.locked().then_some(words.sending);
    view! {
        <footer class="sl-decide" aria-label=words.decision>
            <span class="sl-decide__line">
                {move || line(desk, status.get())}
                <span class="sl-push"></span>
                {move || keys::words(Action::ApproveNext).map(|keys| view! {
                    <span class="sl-xs sl-2 sl-nw sl-not-c sl-hint"><kbd class="sl-kbd">{keys}</kbd>" "{t().queue.approve_next}</span>
                })}
            </span>
            <button
                type="button"
                class="sl-btn sl-btn--primary"
                aria-disabled=locked
                aria-keyshortcuts=|| keys::aria(&[Action::Approve, Action::ApproveNext])
                title=why
                on:click=move |_| submit::approve(desk, Approval::default())
            >
                <Glyph icon=Icon::Check />
                {approve}
                {key(Action::Approve)}
            </button>
            <button
                type="button"
                class="sl-btn sl-btn--danger"
                aria-disabled=locked
                aria-keyshortcuts=|| keys::aria(&[Action::Reject])
                title=why
                on:click=move |_| reject::ask(desk)
            >
                <Glyph icon=Icon::Close />
                {reject}
                {key(Action::Reject)}
            </button>
            {skip}
        </footer>
        {reject::dialog(desk, question, consequence, verb)}
    }
}

/// The key beside a verb, where there is one.
fn key(action: Action) -> Html {
    live(move || keys::words(action).map(|keys| view! { <kbd class="sl-kbd" aria-hidden="true">{keys}</kbd> }))
}

/// What the bar shows beside the buttons.
#[derive(Clone, Debug, PartialEq)]
enum BarStatus {
    Sending,
    /// An approval waits for the rules.
    Checking,
    /// How much is wrong, and the place of the first.
    Wrong(usize, String),
    Changes(usize),
}

impl BarStatus {
    fn of(desk: Desk) -> Self {
        if desk.decision.case.get().is_some_and(|case| matches!(case.phase, Phase::Preparing | Phase::Sending)) {
            return Self::Sending;
        }
        if desk.form.validation.is_waiting() {
            return Self::Checking;
        }
        let touched = desk.form.touched.get();
        let told = desk.form.vendor_messages.with(|told| told.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>());
        let all = desk.form.show_all.get();
        let seen =
            desk.form.blocking().into_iter().filter(|problem| all || marks::at_once(desk.form, problem) || touched.contains(&problem.path));
        let mut wrong: Vec<String> = seen.map(|problem| problem.path).collect();
        wrong.extend(told);
        match wrong.first() {
            Some(first) => Self::Wrong(wrong.len(), first.clone()),
            None => Self::Changes(desk.form.draft.with(Draft::count)),
        }
    }
}

/// The first thing that is wrong, or what would be sent.
fn line(desk: Desk, status: BarStatus) -> Html {
    let words = t().review;
    let under_way = |said: &'static str| view! { <StatusMark tone="run" icon=Icon::Running words=said /> };
    match status {
        BarStatus::Sending => under_way(words.sending),
        BarStatus::Checking => under_way(t().decide.checking),
        BarStatus::Changes(count) => view! { <span class="sl-2">{(words.changes)(count)}</span> },
        BarStatus::Wrong(count, first) => {
            let name = desk.form.draft.with_untracked(|draft| name_of(draft.form(), &first));
            view! {
                <StatusMark tone="fail" icon=Icon::Warn words=(words.errors)(count) />
                <button type="button" class="sl-link" on:click=move |_| editor::go_to(desk, &first)>{(words.go_to)(&name)}</button>
            }
        }
    }
}
