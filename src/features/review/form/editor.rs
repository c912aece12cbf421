//! Tabs, undo and redo of the form; changes to the draft and the focus after them.

use super::fields::field_id;
use super::fields::name_of;
use super::lists;
use crate::features::review::desk::Desk;
use crate::platform::page;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::Tabs;
use runs::form::{Draft, plain_ends};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

pub const FORM: &str = "form";
pub const JSON: &str = "json";
/// The control of the JSON view.
pub const WHOLE: &str = "f-whole";

/// The tabs, undo and redo.
pub fn tools(desk: Desk) -> Html {
    let words = t().form;
    let tabs = Signal::derive(move || vec![(FORM, words.form, None), (JSON, words.json, None)]);
    let can_undo = Memo::new(move |_| desk.form.draft.with(Draft::can_undo));
    let can_redo = Memo::new(move |_| desk.form.draft.with(Draft::can_redo));
    let unavailable = |can: Memo<bool>| move || (desk.locked() || !can.get()).then_some("true");
    view! {
        <div class="sl-review__bar sl-formtools">
            <Tabs label=words.tools tabs=tabs chosen=desk.form.tab />
            <span class="sl-push"></span>
            <button
                type="button"
                class="sl-btn sl-btn--quiet sl-btn--sm"
                title=words.undo_key
                aria-keyshortcuts="Control+Z"
                aria-disabled=unavailable(can_undo)
                on:click=move |_| undo(desk)
            >
                {words.undo}
            </button>
            <button
                type="button"
                class="sl-btn sl-btn--quiet sl-btn--sm"
                title=words.redo_key
                aria-keyshortcuts="Control+Shift+Z Control+Y"
                aria-disabled=unavailable(can_redo)
                on:click=move |_| redo(desk)
            >
                {words.redo}
            </button>
        </div>
    }
}

pub fn undo(desk: Desk) {
    if let Some(path) = step(desk, Draft::undo) {
        desk.globals.toasts.announce((t().form.undone)(&name(desk, &path)));
    }
}

pub fn redo(desk: Desk) {
    if let Some(path) = step(desk, Draft::redo) {
        desk.globals.toasts.announce((t().form.redone)(&name(desk, &path)));
    }
}

fn step(desk: Desk, take: impl FnOnce(&mut Draft) -> Option<String>) -> Option<String> {
    if desk.locked() {
        return None;
    }
    let path = apply(desk, take);
    desk.form.pasted.set(None);
    path
}

pub fn name(desk: Desk, path: &str) -> String {
    desk.form.draft.with_untracked(|draft| name_of(draft.form(), path))
}

/// Changes the draft and shows it: in place where the form stays as it is, else drawn anew. Focus goes to the path that the
/// change answers with.
pub fn apply(desk: Desk, change: impl FnOnce(&mut Draft) -> Option<String>) -> Option<String> {
    let before = desk.form.draft.with_untracked(|draft| draft.form().clone());
    let mut path = None;
    desk.form.draft.update(|draft| path = change(draft));
    let same = desk.form.draft.with_untracked(|draft| *draft.form() == before);
    if !same || (desk.form.tab.get_untracked() == FORM && !show_again(desk)) {
        desk.form.redraw();
    }
    desk.save_soon();
    if let Some(path) = &path {
        focus(desk, path);
    }
    path
}

/// Puts the draft's texts into the controls that show something else; `false` if one of them cannot show its text.
fn show_again(desk: Desk) -> bool {
    let Some(found) = page::document().and_then(|document| document.query_selector_all(".sl-form [data-path]").ok()) else { return false };
    desk.form.draft.with_untracked(|draft| {
        (0..found.length()).filter_map(|at| found.item(at)).all(|node| {
            let Some(path) = node.dyn_ref::<web_sys::Element>().and_then(|element| element.get_attribute("data-path")) else { return true };
            let text = draft.text(&path);
            if let Some(input) = node.dyn_ref::<HtmlInputElement>() {
                if input.value() != text {
                    input.set_value(&text);
                    lists::widen(input);
                }
                input.value() == text
            } else if let Some(area) = node.dyn_ref::<HtmlTextAreaElement>() {
                if area.value() != plain_ends(&text) {
                    area.set_value(&text);
                }
                true
            } else if let Some(select) = node.dyn_ref::<HtmlSelectElement>() {
                let word = draft.picked(&path).word();
                let entries = select.query_selector_all("option").ok();
                let of = |at: u32| entries.as_ref()?.item(at)?.dyn_ref::<web_sys::Element>()?.get_attribute("data-pick");
                match (0..select.length()).find(|at| of(*at).as_deref() == Some(&word)).and_then(|at| i32::try_from(at).ok()) {
                    Some(at) => {
                        select.set_selected_index(at);
                        true
                    }
                    None => false,
                }
            } else {
                true
            }
        })
    })
}

/// Moves focus to a field, in the view that has it; of a group or line to its first field.
pub fn focus(desk: Desk, path: &str) {
    let wrong = path.is_empty() && desk.form.draft.with_untracked(Draft::whole_is_wrong);
    if wrong {
        desk.form.tab.set(JSON);
    }
    if desk.form.tab.get_untracked() == JSON {
        return page::focus_soon(WHOLE);
    }
    let mut ids = Vec::new();
    desk.form.draft.with_untracked(|draft| {
        let mut node = draft.form().find(path);
        if path.is_empty() {
            node = None;
        }
        while let Some(below) = node.and_then(|node| node.below().first()) {
            node = Some(below);
        }
        ids.extend(node.map(|node| field_id(&node.path)));
    });
    // What is not there any more: the nearest around it.
    let mut near = path;
    while !near.is_empty() {
        ids.push(field_id(near));
        near = near.rsplit_once('/').map_or("", |(above, _)| above);
    }
    request_animation_frame(move || {
        let _ = ids.iter().any(|id| page::focus(id));
    });
}

/// Goes to a field from elsewhere: to the form, unless it is the JSON text itself that is wrong.
pub fn go_to(desk: Desk, path: &str) {
    let whole = path.is_empty() && desk.form.draft.with_untracked(Draft::whole_is_wrong);
    let view = if whole { JSON } else { FORM };
    if desk.form.tab.get_untracked() != view {
        desk.form.tab.set(view);
    }
    if whole || !page::focus(&field_id(path)) {
        focus(desk, path);
    }
}
