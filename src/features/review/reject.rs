use super::decide;
use super::desk::Desk;
use crate::platform::page;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use leptos::html::{Dialog, Textarea};
use runs::capability::RejectReason;

/// Characters of a reason; longer ones are not taken by the control.
const LONGEST: &str = "2000";

/// Asks before a rejection, and for its reason: the vendor's, where it takes one; else one that stays in the audit log.
pub fn dialog(desk: Desk, question: &'static str, consequence: Signal<String>, verb: &'static str) -> Html {
    let words = t().decide;
    let required = desk.connection().dialect.adapter().capabilities().reject_reason == RejectReason::Required;
    let dialog = NodeRef::<Dialog>::new();
    let reason = NodeRef::<Textarea>::new();
    let missing = RwSignal::new(false);
    let open = desk.rejecting;
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() {
            missing.set(false);
            dialog.show_modal().ok();
        } else if dialog.open() {
            dialog.close();
        }
    });
    let send = move || {
        let text = reason.get_untracked().map(|reason| reason.value().trim().to_owned()).filter(|text| !text.is_empty());
        if required && text.is_none() {
            missing.set(true);
            page::focus("reject-reason");
            return;
        }
        open.set(false);
        decide::reject(desk, text);
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.repeat() {
            event.prevent_default();
            event.stop_propagation();
            send();
        }
    };
    let (label, help) = match required {
        true => (words.reason, (words.reason_is_sent)(desk.vendor())),
        false => (words.reason_optional, (words.reason_stays)(desk.vendor())),
    };
    let invalid = move || missing.get().then_some("true");
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
                        maxlength=LONGEST
                        aria-required=required.then_some("true")
                        aria-invalid=invalid
                        aria-describedby="reject-help reject-error"
                        on:input=move |_| missing.set(false)
                    ></textarea>
                    <div id="reject-error" class="sl-field__x" class:err=missing role="alert">
                        {move || missing.get().then(|| view! { <Glyph icon=Icon::Failed small=true /><span>{words.reason_missing}</span> })}
                    </div>
                </div>
                <p id="reject-help" class="sl-xs sl-2">{help}</p>
                <div class="sl-dialog__act">
                    <button type="button" class="sl-btn" autofocus=(!required).then_some(true) on:click=move |_| open.set(false)>{t().review.keep_open}</button>
                    <button type="submit" class="sl-btn sl-btn--danger-solid">{verb}</button>
                </div>
            </form>
        </dialog>
    }
}
