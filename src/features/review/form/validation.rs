//! Validates the draft against the vendor's schema in a worker, after each pause in typing and before an approval.

use crate::features::review::decision::submit::{self, Approval};
use crate::features::review::desk::Desk;
use crate::platform::{clock, schema};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Icon, Notice};
use runs::form::{Draft, Problem, findings, joined, problems};
use runs::model::status::Tone;

/// A pause in typing, in milliseconds.
const PAUSE: u32 = 300;

/// A draft as it was at one moment.
type Edition = (u64, u64);

#[derive(Clone, Copy)]
pub struct Validation {
    /// What the validator found last, and in which edition of the draft.
    found: RwSignal<(Option<Edition>, Vec<Problem>)>,
    begun: StoredValue<Option<Edition>>,
    /// An approval waits for the check of this edition.
    waiting: RwSignal<Option<(Edition, Approval)>>,
    /// An approval was stopped because the rules could not be checked.
    stopped: RwSignal<Option<Approval>>,
}

impl Validation {
    pub fn new() -> Self {
        Self {
            found: RwSignal::new((None, Vec::new())),
            begun: StoredValue::new(None),
            waiting: RwSignal::new(None),
            stopped: RwSignal::new(None),
        }
    }

    /// Everything that is said about the draft: `own` was found without the validator.
    pub fn joined(self, draft: &Draft, own: &[Problem]) -> Vec<Problem> {
        self.found.with(|(of, found)| joined(draft, own, found, *of == Some(draft.edition())))
    }

    pub fn is_waiting(self) -> bool {
        self.waiting.with(Option::is_some)
    }

    /// Whether the draft was checked as it is now.
    pub fn is_current(self, draft: &Draft) -> bool {
        draft.rules().is_none() || self.found.with(|(of, _)| *of == Some(draft.edition()))
    }
}

/// Checks the draft as it changes.
pub fn follow(desk: Desk) {
    let checking = desk.form.validation;
    Effect::new(move |last: Option<u64>| {
        let (edition, rules) = desk.form.draft.with(|draft| (draft.edition(), draft.rules().is_some()));
        if checking.waiting.with_untracked(|waiting| waiting.is_some_and(|(of, _)| of != edition)) {
            checking.waiting.set(None);
            desk.globals.toasts.say(t().decide.changed_meanwhile);
        }
        checking.stopped.set(None);
        if rules && desk.read.with_untracked(Option::is_some) {
            // A document that was just opened is no typing.
            let pause = if last == Some(edition.0) { PAUSE } else { 0 };
            leptos::task::spawn_local(async move {
                if pause > 0 {
                    clock::sleep(pause).await;
                }
                if desk.form.draft.try_with_untracked(Draft::edition) == Some(edition) {
                    check(desk).await;
                }
            });
        }
        edition.0
    });
    // Left while the check was under way: it ends with the page.
    on_cleanup(move || {
        if checking.waiting.try_with_untracked(Option::is_some) == Some(true) {
            desk.globals.toasts.warn((t().decide.left_meanwhile)(&untrack(|| desk.run_name())));
        }
    });
}

async fn check(desk: Desk) {
    let checking = desk.form.validation;
    let read = |draft: &Draft| Some((draft.edition(), draft.rules()?.to_string(), draft.value().to_string()));
    let Some((edition, rules, data)) = desk.form.draft.try_with_untracked(read).flatten() else { return };
    if checking.begun.try_update_value(|begun| begun.replace(edition)) == Some(Some(edition)) {
        return;
    }
    let answer = schema::check("form", &rules, &data).await;
    let is_now = |draft: &Draft| draft.edition() == edition;
    if desk.form.draft.try_with_untracked(is_now) != Some(true) || answer.as_deref() == Some("") {
        return;
    }
    let found = answer.and_then(|answer| desk.form.draft.with_untracked(|draft| findings(&answer, draft)));
    let failed = found.is_none();
    checking.begun.set_value(if failed { None } else { Some(edition) });
    if let Some(found) = found {
        desk.form.draft.update_untracked(|draft| draft.learn(&found));
        checking.found.set((Some(edition), found));
        checking.stopped.set(None);
    }
    if let Some((_, approval)) = take_waiting(checking, edition) {
        if failed { stop(desk, approval) } else { submit::approve_validated(desk, approval) }
    }
}

fn take_waiting(checking: Validation, edition: Edition) -> Option<(Edition, Approval)> {
    let waits = checking.waiting.try_with_untracked(|waiting| waiting.is_some_and(|(of, _)| of == edition)) == Some(true);
    waits.then(|| checking.waiting.try_update(Option::take).flatten()).flatten()
}

fn stop(desk: Desk, approval: Approval) {
    desk.form.validation.stopped.set(Some(approval));
    desk.globals.toasts.announce(t().decide.unchecked);
}

/// Goes on with an approval once the rules were checked: at once where they were, else when the check ends, which has its own limit of time.
/// Never without a word.
pub fn validate_then_approve(desk: Desk, approval: Approval) {
    let checking = desk.form.validation;
    if untrack(|| desk.form.draft.with(|draft| checking.is_current(draft))) {
        return submit::approve_validated(desk, approval);
    }
    let edition = desk.form.draft.with_untracked(Draft::edition);
    if checking.waiting.with_untracked(Option::is_some) {
        return desk.globals.toasts.say(t().decide.checking);
    }
    checking.stopped.set(None);
    checking.waiting.set(Some((edition, approval)));
    desk.globals.toasts.announce(t().decide.checking);
    leptos::task::spawn_local(check(desk));
}

/// The rules could not be checked: what now?
pub fn notice(desk: Desk) -> Option<Html> {
    let words = t().decide;
    let approval = desk.form.validation.stopped.get()?;
    let again = move |_| validate_then_approve(desk, approval);
    let all_the_same = move |_| {
        desk.form.validation.stopped.set(None);
        // What was found in an earlier edition says nothing of this one.
        desk.form.validation.found.set((None, Vec::new()));
        submit::approve_validated(desk, approval);
    };
    let actions = view! {
        <button type="button" class="sl-btn sl-btn--sm" on:click=again>{words.check_rules_again}</button>
        <button type="button" class="sl-btn sl-btn--sm" on:click=all_the_same>{words.approve_unchecked}</button>
    };
    Some(view! {
        <div role="alert"><Notice tone=Tone::Wait icon=Icon::Warn fact=words.unchecked next=words.unchecked_next actions=actions.view() /></div>
    })
}

/// How much is wrong with a document that nobody edits; `None`: it could not be checked.
pub async fn wrong_in(draft: &Draft) -> Option<usize> {
    let own = problems(draft);
    let all = match draft.rules() {
        None => own,
        Some(rules) => {
            let answer = schema::check("several", &rules.to_string(), &draft.value().to_string()).await?;
            joined(draft, &own, &findings(&answer, draft)?, true)
        }
    };
    Some(all.iter().filter(|problem| problem.blocks()).count())
}
