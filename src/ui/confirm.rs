use super::follow_open;
use crate::platform::page;
use crate::prelude::*;
use leptos::html::Dialog;

/// A question with its consequence; the safe answer has the focus and is what Escape means.
#[component]
pub fn Confirm(
    open: RwSignal<bool>,
    #[prop(into)] question: Signal<String>,
    #[prop(into)] consequence: Signal<String>,
    safe: &'static str,
    #[prop(into)] verb: Signal<String>,
    confirmed: Callback<()>,
) -> Html {
    let dialog = NodeRef::<Dialog>::new();
    let id = StoredValue::new(page::random_key());
    follow_open(dialog, move || open.get(), || {});
    view! {
        <dialog node_ref=dialog class="sl-dialog" aria-labelledby=id.get_value() on:close=move |_| open.set(false)>
            <h2 id=id.get_value() class="sl-dialog__title">{question}</h2>
            <p>{consequence}</p>
            <div class="sl-dialog__act">
                <button type="button" class="sl-btn" autofocus on:click=move |_| open.set(false)>{safe}</button>
                <button
                    type="button"
                    class="sl-btn sl-btn--danger-solid"
                    on:click=move |_| {
                        open.set(false);
                        confirmed.run(());
                    }
                >
                    {verb}
                </button>
            </div>
        </dialog>
    }
}
