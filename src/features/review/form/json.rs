//! The draft as JSON text.

use super::editor::{self, WHOLE};
use crate::features::review::desk::Desk;
use crate::platform::page;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, Notice};
use runs::form::{Draft, Problem, Wrong};
use runs::model::status::Tone;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

/// The whole draft as JSON text.
pub fn json_tab(desk: Desk) -> Html {
    let words = t().form;
    let wrong = Memo::new(move |_| problem(desk));
    let text = move || desk.form.draft.with(Draft::whole_text);
    let typed = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        desk.form.vendor_messages.set(Vec::new());
        desk.form.draft.update(|draft| draft.set_whole(&text));
        desk.save_soon();
    };
    let message = move || match wrong.get() {
        None => view! { <span>{words.whole_hint}</span> },
        Some(problem) => {
            let place = match problem.wrong {
                Wrong::NotJson { line, column } => Some((line, column)),
                _ => None,
            };
            let go = place.map(|(line, column)| {
                view! {
                    <button type="button" class="sl-link" on:click=move |_| select(line, column)>{words.to_the_place}</button>
                }
            });
            view! {
                <Glyph icon=Icon::Warn small=true />
                <span>{(words.problem)(&problem)}" "{go}" "
                    <button type="button" class="sl-link" on:click=move |_| discard(desk)>{words.drop_whole}</button>
                </span>
            }
        }
    };
    view! {
        <div class="sl-stack sl-stack--2">
            <textarea
                id=WHOLE
                class="sl-input sl-input--code sl-whole"
                spellcheck="false"
                autocomplete="off"
                aria-label=words.whole_label
                aria-describedby="f-whole-x"
                aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                prop:value=text
                on:input=typed
                on:focusout=move |_| desk.form.draft.update_untracked(Draft::seal)
            ></textarea>
            <div class="sl-field__x" id="f-whole-x" role="status" class:err=move || wrong.with(Option::is_some)>{message}</div>
        </div>
    }
}

fn problem(desk: Desk) -> Option<Problem> {
    if !desk.form.draft.with(Draft::whole_is_wrong) {
        return None;
    }
    desk.form.problems.with(|problems| problems.first().filter(|problem| problem.path.is_empty()).cloned())
}

/// In the form: the other view holds text that is not in it.
pub fn notice(desk: Desk) -> Option<Html> {
    let wrong = Memo::new(move |_| desk.form.draft.with(Draft::whole_is_wrong));
    let shown = live(move || {
        let words = t().form;
        (wrong.get() && desk.form.tab.get() == editor::FORM).then(|| {
            let actions = view! {
                <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| editor::go_to(desk, "")>{words.to_json}</button>
                <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| discard(desk)>{words.drop_whole}</button>
            };
            view! { <Notice tone=Tone::Fail icon=Icon::Warn fact=words.whole_wrong next=words.whole_wrong_next actions=actions /> }
        })
    });
    Some(shown)
}

fn discard(desk: Desk) {
    editor::apply(desk, |draft| {
        draft.drop_whole();
        None
    });
}

/// Puts the cursor at a place of the text, both counted from one.
fn select(line: usize, column: usize) {
    let Some(area) = page::by_id(WHOLE).and_then(|area| area.dyn_into::<HtmlTextAreaElement>().ok()) else { return };
    let text = area.value();
    let units = |text: &str| text.encode_utf16().count();
    let before: usize = text.split('\n').take(line.saturating_sub(1)).map(|line| units(line) + 1).sum();
    let here = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let within = here.char_indices().nth(column.saturating_sub(1)).map_or(here.len(), |(at, _)| at);
    let at = u32::try_from(before + units(&here[..within])).unwrap_or(0);
    area.focus().ok();
    area.set_selection_range(at, at + 1).ok();
}
