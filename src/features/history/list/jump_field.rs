use crate::app::{LazyAction, lazy_action};
use crate::features::history::state::HistoryState;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::too_long;

/// Where `g n` leads.
pub const FIELD: &str = "jump";

/// Goes to a run by its number or its id.
#[component]
pub fn JumpField(history: HistoryState) -> Html {
    let words = t().jump_field;
    let typed = RwSignal::new(String::new());
    let said = RwSignal::new(String::new());
    let go = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if let Some(why) = typed.with_untracked(|typed| too_long(typed)) {
            return said.set(why);
        }
        lazy_action(LazyAction::Jump(history, typed.get_untracked(), said), said);
    };
    view! {
        <form class="sl-jump" on:submit=go>
            <label for=FIELD>{words.label}</label>
            <input
                id=FIELD
                class="sl-input"
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="go"
                placeholder=words.hint
                title=move || history.numbers_move()
                aria-describedby="jump-said"
                on:input=move |event| {
                    typed.set(event_target_value(&event));
                    said.set(String::new());
                }
            />
            <button type="submit" class="sl-btn sl-btn--sm">{words.go}</button>
        </form>
        <p id="jump-said" class="sl-jump__said" role="status">{move || said.get()}</p>
        {move || history.linked_run.sign_in(said)}
    }
}
