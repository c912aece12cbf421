use super::desk::{Desk, field_id};
use super::{editor, lists};
use crate::platform::page;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::strings::t;
use runs::form::{Draft, Pasted};
use runs::keys::Action;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, EventTarget, HtmlInputElement};

/// The element around a target that carries this attribute, and what it carries.
pub fn carried(target: Option<EventTarget>, name: &str) -> Option<(Element, String)> {
    let element = target?.dyn_into::<Element>().ok()?.closest(&format!("[{name}]")).ok()??;
    let path = element.get_attribute(name)?;
    Some((element, path))
}

pub fn typed(desk: Desk, event: &web_sys::Event) {
    if let Some((_, path)) = carried(event.target(), "data-path") {
        desk.set(&path, &event_target_value(event));
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

/// From now on the field says at every input what is wrong with it.
pub fn left(desk: Desk, target: Option<EventTarget>) {
    let Some((element, path)) = carried(target, "data-path") else { return };
    if desk.draft.with_untracked(|draft| draft.form().find(&path).is_some()) && element.is_connected() {
        if desk.touched.with_untracked(|touched| !touched.contains(&path)) {
            desk.touched.update(|touched| {
                touched.insert(path);
            });
        }
        desk.draft.update_untracked(Draft::seal);
    }
}

pub fn pressed(desk: Desk, target: Option<EventTarget>) {
    let Some((element, path)) = carried(target, "data-at") else { return };
    if element.get_attribute("aria-disabled").is_some() {
        return;
    }
    match element.get_attribute("data-act").as_deref() {
        Some("revert") => revert(desk, &path),
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
        Some("go") => editor::go_to(desk, &path),
        _ => {}
    }
}

fn revert(desk: Desk, path: &str) {
    if editor::apply(desk, |draft| draft.revert(path).then(|| path.to_owned())).is_some() {
        desk.globals.toasts.announce((t().form.reverted)(&editor::name(desk, path)));
    }
}

/// Takes an item or field out; focus goes to what stands in its place, else to what it stood in.
pub fn remove(desk: Desk, path: &str) {
    let place = desk.draft.with_untracked(|draft| draft.form().find(path).and_then(|node| node.place));
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
        _ => false,
    }
}

/// Cells of a spreadsheet go into the table; any other text is pasted by the browser.
pub fn pasted(desk: Desk, event: &web_sys::Event) {
    let Some((_, path)) = carried(event.target(), "data-path") else { return };
    let Some(data) = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data) else { return };
    let Ok(text) = data.get_data("text/plain") else { return };
    if desk.locked() {
        return;
    }
    let mut told: Option<Pasted> = None;
    // Only what is cells changes anything: an ordinary paste leaves the draft alone.
    let cells = text.contains('\t') || text.trim_end().contains('\n');
    if !cells {
        return;
    }
    editor::apply(desk, |draft| {
        told = draft.paste(&path, &text);
        told.as_ref().map(|_| path.clone())
    });
    if let Some(told) = told {
        event.prevent_default();
        desk.touched.update(|touched| touched.extend(told.unfit.iter().map(|unfit| unfit.path.clone())));
        desk.edit.pasted.set(Some(told));
    }
}
