//! Event handlers of the form.

use super::fields::field_id;
use super::{editor, lists, pasting};
use crate::features::review::desk::Desk;
use crate::platform::page;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::strings::t;
use console::keys::Action;
use runs::form::{Draft, Pick};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlInputElement};

/// The element around a target that carries this attribute, and what it carries.
pub fn carried(target: Option<EventTarget>, name: &str) -> Option<(Element, String)> {
    let element = target?.dyn_into::<Element>().ok()?.closest(&format!("[{name}]")).ok()??;
    let path = element.get_attribute(name)?;
    Some((element, path))
}

pub fn typed(desk: Desk, event: &web_sys::Event) {
    if let Some((element, path)) = carried(event.target(), "data-path") {
        // By its place: several values may read alike.
        let picked = element.query_selector("option:checked").ok().flatten().and_then(|option| option.get_attribute("data-pick"));
        if let Some(pick) = picked {
            return pick_entry(desk, &path, &pick);
        }
        if is_half(&element) {
            return desk.form.draft.update(|draft| draft.set_incomplete(&path));
        }
        desk.edit_field(&path, &event_target_value(event));
        lists::widen(&element);
        if pasting::came_from_elsewhere(event) {
            settle(desk, &element, &path);
        }
    } else if let Some((_, path)) = carried(event.target(), "data-variant")
        && let Ok(at) = event_target_value(event).parse::<usize>()
    {
        editor::apply(desk, |draft| {
            draft.choose(&path, at);
            None
        });
        page::focus_soon(format!("{}-kind", field_id(&path)));
    }
}

fn pick_entry(desk: Desk, path: &str, word: &str) {
    desk.form.clear_message(path);
    if let Some(pick) = Pick::read(word) {
        desk.form.draft.update(|draft| {
            draft.pick(path, pick);
        });
        desk.save_soon();
    }
}

/// From now on the field says at every input what is wrong with it.
pub fn left(desk: Desk, target: Option<EventTarget>) {
    let Some((element, path)) = carried(target, "data-path") else { return };
    if desk.form.draft.with_untracked(|draft| draft.form().find(&path).is_some()) && element.is_connected() {
        if desk.form.touched.with_untracked(|touched| !touched.contains(&path)) {
            desk.form.touched.update(|touched| {
                touched.insert(path.clone());
            });
        }
        // A part filled in where nothing stood, or taken out again, is no input to the browser.
        let (half, told) = (is_half(&element), desk.form.draft.with_untracked(|draft| draft.is_incomplete(&path)));
        if half {
            desk.form.draft.update(|draft| draft.set_incomplete(&path));
        } else if told && let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            desk.edit_field(&path, &input.value());
        }
        settle(desk, &element, &path);
        desk.form.draft.update_untracked(Draft::seal);
    }
}

/// Writes a number in its control as the form does.
fn settle(desk: Desk, element: &Element, path: &str) {
    let mut settled = false;
    desk.form.draft.maybe_update(|draft| {
        settled = draft.settle(path);
        settled
    });
    if settled && let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        input.set_value(&desk.form.draft.with_untracked(|draft| draft.text(path)));
        lists::widen(element);
    }
}

/// Whether a part of a date is missing. Nothing else is invalid to the browser: the schema's rules are ours.
fn is_half(element: &Element) -> bool {
    element.matches("input[type=date]:invalid").unwrap_or(false)
}

/// Half dates that the browser told nobody of.
pub fn find_halves(desk: Desk) {
    let Some(found) = page::document().and_then(|document| document.query_selector_all(".sl-form input[type=date]:invalid").ok()) else {
        return;
    };
    let paths = (0..found.length()).filter_map(|at| found.item(at)?.dyn_ref::<Element>()?.get_attribute("data-path"));
    for path in paths {
        if !desk.form.draft.with_untracked(|draft| draft.is_incomplete(&path)) {
            desk.form.draft.update(|draft| draft.set_incomplete(&path));
        }
    }
}

pub fn pressed(desk: Desk, target: Option<EventTarget>) {
    let Some((element, path)) = carried(target, "data-at") else { return };
    if element.get_attribute("aria-disabled").is_some() {
        return;
    }
    match element.get_attribute("data-act").as_deref() {
        Some("revert") => revert(desk, &path),
        Some("mend") => {
            mend(desk, &path, element.get_attribute("data-mend").and_then(|at| at.parse().ok()).unwrap_or_default());
        }
        Some("add") => {
            editor::apply(desk, |draft| draft.add_item(&path));
        }
        Some("remove") => remove(desk, &path),
        Some("up") => drop(lists::shift(desk, &path, false)),
        Some("down") => drop(lists::shift(desk, &path, true)),
        Some("null") => {
            editor::apply(desk, |draft| draft.set_null(&path).then(|| path.clone()));
        }
        Some("name") => add_name(desk, &path),
        Some("lack") => {
            let name = element.get_attribute("data-name").unwrap_or_default();
            editor::apply(desk, |draft| draft.add_field(&path, &name));
        }
        Some("go") => editor::go_to(desk, &path),
        _ => {}
    }
}

fn revert(desk: Desk, path: &str) {
    if editor::apply(desk, |draft| draft.revert(path).then(|| path.to_owned())).is_some() {
        desk.globals.toasts.announce((t().form.reverted)(&editor::name(desk, path)));
    }
}

/// Puts into a field what it offers; `false` if that is nothing.
fn mend(desk: Desk, path: &str, at: usize) -> bool {
    let mended = editor::apply(desk, |draft| {
        let mend = draft.mends(path).into_iter().nth(at)?;
        draft.put(path, mend).then(|| path.to_owned())
    });
    if mended.is_some() {
        desk.globals.toasts.announce((t().form.mended)(&editor::name(desk, path)));
    }
    mended.is_some()
}

/// Takes an item or field out; focus goes to what stands in its place, else to what it stood in.
pub fn remove(desk: Desk, path: &str) {
    let place = desk.form.draft.with_untracked(|draft| draft.form().find(path).and_then(|node| node.place));
    let gone = editor::apply(desk, |draft| {
        let (above, _) = path.rsplit_once('/')?;
        let above = above.to_owned();
        draft.remove(path).then_some(())?;
        let last = draft.form().find(&above).map_or(0, |list| list.below().len());
        Some(match place {
            Some(place) if last > 0 => format!("{above}/{}", place.min(last - 1)),
            _ => above,
        })
    });
    if let (Some(_), Some(place)) = (gone, place) {
        desk.globals.toasts.announce((t().form.removed)(place + 1));
    }
}

fn add_name(desk: Desk, group: &str) {
    let Some(input) = page::by_id(&format!("{}-name", field_id(group))).and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else {
        return;
    };
    let name = input.value();
    let name = name.trim();
    if name.is_empty() {
        input.focus().ok();
    } else if editor::apply(desk, |draft| draft.add_field(group, name)).is_none() {
        desk.globals.toasts.say((t().form.name_taken)(name));
    }
}

/// Keys of the form: undo and redo, the table's arrows. A new field's name is undone by the browser.
pub fn key(desk: Desk, press: &Press) {
    let (held, new) = (press.held() && !press.alt(), carried(press.target(), "data-new"));
    let done = match (press.key(), new) {
        ("z" | "Z", None) if held => {
            if press.shift() {
                editor::redo(desk)
            } else {
                editor::undo(desk)
            }
            true
        }
        ("y" | "Y", None) if held && !press.shift() => {
            editor::redo(desk);
            true
        }
        ("Enter", Some((_, group))) if press.is_plain() => {
            add_name(desk, &group);
            true
        }
        _ => carried(press.target(), "data-path").is_some_and(|(element, _)| lists::key(press, &element)),
    };
    if done {
        press.take();
    }
}

/// Changes the line or the field that has the focus; `false` if none has.
pub fn act(desk: Desk, action: Action) -> bool {
    let focused = page::document().and_then(|document| document.active_element());
    let Some((_, path)) = carried(focused.map(Into::into), "data-path").filter(|_| !desk.locked_now()) else { return false };
    match action {
        Action::LineUp => lists::shift(desk, &path, false),
        Action::LineDown => lists::shift(desk, &path, true),
        Action::RemoveLine => lists::take_out(desk, &path),
        Action::Revert => {
            revert(desk, &path);
            true
        }
        Action::TakeFirst => mend(desk, &path, 0),
        Action::TakeSecond => mend(desk, &path, 1),
        _ => false,
    }
}
