//! The dialog before a rejection.

use super::submit;
use crate::features::review::desk::Desk;
use crate::platform::page;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, follow_open};
use leptos::html::{Dialog, Textarea};
use runs::adapters::capability::RejectReason;

/// Characters of a reason; longer ones stay in the text and are not sent.
const LONGEST: usize = 2_000;

/// Opens the question, if there is anything to reject.
pub fn ask(desk: Desk) {
    if submit::can_decide(desk) {
        desk.decision.rejecting.set(true);
    }
}

/// Why it is not sent like this.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Missing,
    TooLong,
}

/// Asks before a rejection, and for its reason: the vendor's, where it takes one; else one that stays in the audit log. What was
/// typed is part of the draft, so it is there again when the question is.
pub fn dialog(desk: Desk, question: &'static str, consequence: Signal<String>, verb: &'static str) -> Html {
    let words = t().decide;
    let carried = desk.connection().dialect.adapter().capabilities().reject_reason;
    let required = carried == RejectReason::Required;
    let dialog = NodeRef::<Dialog>::new();
    let reason = NodeRef::<Textarea>::new();
    let missing = RwSignal::new(false);
    let open = desk.decision.rejecting;
    let count = Memo::new(move |_| desk.decision.reason.with(|reason| reason.trim().chars().count()));
    let wrong = move || match count.get() {
        count if count > LONGEST => Some(Wrong::TooLong),
        _ => missing.get().then_some(Wrong::Missing),
    };
    let begin = move || {
        missing.set(false);
        if let Some(reason) = reason.get_untracked() {
            reason.set_value(&desk.decision.reason.get_untracked());
        }
    };
    follow_open(dialog, move || open.get(), begin);
    let send = move || {
        let text = Some(desk.decision.reason.get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
        missing.set(required && text.is_none());
        if untrack(wrong).is_some() {
            page::focus("reject-reason");
            return;
        }
        open.set(false);
        submit::reject(desk, text);
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let key = move |press: Press| {
        if press.key() == "Enter" && press.held() && !press.repeats() {
            press.keep();
            send();
        }
    };
    let (label, help) = match carried {
        RejectReason::Required => (words.reason, (words.reason_is_sent)(desk.vendor())),
        RejectReason::Optional => (words.reason_optional, (words.reason_is_kept)(desk.vendor())),
        RejectReason::Unsupported => (words.reason_optional, (words.reason_stays)(desk.vendor())),
    };
    let invalid = move || wrong().map(|_| "true");
    let says = move || {
        let said = match wrong()? {
            Wrong::Missing => words.reason_missing.to_owned(),
            Wrong::TooLong => (words.reason_too_long)(count.get(), LONGEST),
        };
        Some(view! { <Glyph icon=Icon::Failed small=true /><span>{said}</span> })
    };
    view! {
        <dialog node_ref=dialog class="sl-dialog" aria-labelledby="reject-title" on:close=move |_| open.set(false)>
            <form class="sl-stack" novalidate=true on:submit=submit on:keydown=key>
                <h2 id="reject-title" class="sl-dialog__title">{question}</h2>
                <p>{consequence}</p>
                <div class="sl-field">
                    <label for="reject-reason">{label}</label>
                    <textarea
                        node_ref=reason
                        id="reject-reason"
                        class="sl-input"
                        rows="3"
                        autofocus=true
                        aria-required=required.then_some("true")
                        aria-invalid=invalid
                        aria-describedby="reject-help reject-error"
                        on:input=move |event| {
                            missing.set(false);
                            desk.type_reason(event_target_value(&event));
                        }
                    ></textarea>
                    <div id="reject-error" class="sl-field__x" class:err=move || wrong().is_some() role="alert">{says}</div>
                </div>
                <p id="reject-help" class="sl-xs sl-2">{help}</p>
                <div class="sl-dialog__act">
                    <button type="button" class="sl-btn" on:click=move |_| open.set(false)>{t().review.keep_open}</button>
                    <button type="submit" class="sl-btn sl-btn--danger-solid">{verb}" "<kbd class="sl-kbd" aria-hidden="true">"Ctrl ↵"</kbd></button>
                </div>
            </form>
        </dialog>
    }
}
