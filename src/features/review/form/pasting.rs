//! Paste and drop: cells into a table after a preview, line breaks into a text field.

use super::editor;
use super::events::carried;
use super::fields::field_id;
use crate::features::review::desk::Desk;
use crate::platform::page;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::follow_open;
use leptos::html::Dialog;
use runs::form::{Draft, Kind, Pasted, Replaced, grid};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, Element, Event, HtmlInputElement, HtmlTextAreaElement};

const ENDS: [char; 2] = ['\r', '\n'];

/// Cells that were copied, and what they would do in the table.
#[derive(Debug)]
pub struct PastePreview {
    path: String,
    text: String,
    rows: Vec<Vec<String>>,
    told: Pasted,
    /// It may be one text of several lines as well.
    one: Option<Likely>,
}

/// How likely lines without tabs are one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Likely {
    Yes,
    No,
}

/// Whether an input's text was copied or dragged from somewhere.
pub fn came_from_elsewhere(event: &Event) -> bool {
    let kind = js_sys::Reflect::get(event, &"inputType".into()).ok().and_then(|kind| kind.as_string());
    kind.is_some_and(|kind| matches!(kind.as_str(), "insertFromPaste" | "insertFromDrop" | "insertFromYank"))
}

/// Cells go into the table once they were looked at; line breaks stay; any other text is pasted by the browser.
pub fn pasted(desk: Desk, event: &Event) {
    let Some((element, path)) = carried(event.target(), "data-path") else { return };
    let Some(data) = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data) else { return };
    let of = |kind: &str| data.get_data(kind).unwrap_or_default();
    let (text, html) = (of("text/plain"), of("text/html"));
    if text.is_empty() || desk.locked_now() || element.has_attribute("readonly") {
        return;
    }
    let sheet = html.contains("<table") || html.contains("<TABLE");
    let several_lines = element.dyn_ref::<HtmlTextAreaElement>().is_some();
    let rows = grid(&text);
    if (sheet || text.contains('\t') || !several_lines)
        && let Some(told) = desk.form.draft.with_untracked(|draft| draft.preview(&path, &rows))
    {
        event.prevent_default();
        let lines = !text.contains('\t') && is_text(desk, &path);
        let one = lines.then_some(if sheet { Likely::No } else { Likely::Yes });
        return desk.form.paste_preview.set(Some(Arc::new(PastePreview { path, text, rows, told, one })));
    }
    let in_list = desk.form.draft.with_untracked(|draft| draft.form().trail(&path).iter().any(|node| node.place.is_some()));
    let own = match rows.as_slice() {
        [row] if sheet || in_list => row.first().filter(|_| row.len() == 1),
        _ => None,
    };
    let own = own.map_or(text.as_str(), String::as_str);
    let one_line = element.dyn_ref::<HtmlInputElement>().is_some_and(|input| input.type_() == "text");
    let own = if one_line { own.trim_end_matches(ENDS) } else { own };
    let breaks = own.contains(ENDS);
    let ours = if breaks { is_text(desk, &path) && (one_line || own != text) } else { own != text };
    if ours {
        event.prevent_default();
        insert(desk, &element, &path, own);
    }
}

/// The browser takes the line breaks out of what is dropped on a field of one line: it is put at the end of its text instead, as it is.
pub fn dropped(desk: Desk, event: &DragEvent) {
    let Some((element, path)) = carried(event.target(), "data-path") else { return };
    let Some(input) = element.dyn_ref::<HtmlInputElement>().filter(|input| input.type_() == "text" && !input.read_only()) else { return };
    let Some(text) = event.data_transfer().and_then(|data| data.get_data("text/plain").ok()) else { return };
    let text = text.trim_end_matches(ENDS);
    if text.contains(ENDS) && is_text(desk, &path) && !desk.locked_now() {
        event.prevent_default();
        input.set_selection_range(u32::MAX, u32::MAX).ok();
        insert(desk, &element, &path, text);
    }
}

fn is_text(desk: Desk, path: &str) -> bool {
    desk.form.draft.with_untracked(|draft| draft.form().find(path).is_some_and(|node| matches!(node.kind, Kind::Text(_))))
}

/// Puts a text in the place of what is selected in a control; with line breaks a control of one line gives way to one of several.
fn insert(desk: Desk, element: &Element, path: &str, text: &str) {
    let (value, start, end) = if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        (input.value(), input.selection_start(), input.selection_end())
    } else if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        (area.value(), area.selection_start(), area.selection_end())
    } else {
        return;
    };
    let text = runs::form::plain_ends(text);
    let units: Vec<u16> = value.encode_utf16().collect();
    let place =
        |at: Result<Option<u32>, _>| at.ok().flatten().and_then(|at| usize::try_from(at).ok()).unwrap_or(units.len()).min(units.len());
    let (start, end) = (place(start), place(end));
    let (before, after) = (&units[..start.min(end)], &units[end.max(start)..]);
    let put: Vec<u16> = before.iter().copied().chain(text.encode_utf16()).chain(after.iter().copied()).collect();
    let (new, cursor) = (String::from_utf16_lossy(&put), before.len() + text.encode_utf16().count());
    editor::apply(desk, |draft| {
        draft.seal();
        draft.set(path, &new);
        draft.settle(path);
        draft.seal();
        Some(path.to_owned())
    });
    let id = field_id(path);
    request_animation_frame(move || {
        let Ok(at) = u32::try_from(cursor) else { return };
        let Some(control) = page::by_id(&id) else { return };
        if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
            area.set_selection_range(at, at).ok();
        } else if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
            input.set_selection_range(at, at).ok();
        }
    });
}

/// What the cells would replace. Nothing is overwritten before it is confirmed.
pub fn dialog(desk: Desk) -> Html {
    let dialog = NodeRef::<Dialog>::new();
    let shown = desk.form.paste_preview;
    follow_open(dialog, move || shown.with(Option::is_some), || {});
    view! {
        <dialog node_ref=dialog class="sl-dialog sl-dialog--wide" aria-labelledby="paste-title" on:close=move |_| shown.set(None)>
            {move || shown.get().map(|preview| inside(desk, &preview))}
        </dialog>
    }
}

fn inside(desk: Desk, preview: &Arc<PastePreview>) -> Html {
    let words = t().form;
    let told = &preview.told;
    let means: Vec<Html> = (words.paste_means)(told).into_iter().map(|said| view! { {said}" " }).collect();
    let row = |cell: &Replaced| {
        let tone = cell.wrong.then_some("odd");
        view! {
            <tr data-tone=tone>
                <td>{cell.line.to_string()}</td>
                <td><bdi>{cell.column.clone()}</bdi></td>
                <td><bdi>{cell.before.clone()}</bdi></td>
                <td><bdi>{cell.after.clone()}</bdi></td>
            </tr>
        }
    };
    let rows: Vec<Html> = told.shown.iter().map(row).collect();
    let hidden = (told.cells + told.unfit_count).saturating_sub(told.shown.len());
    let more = (hidden > 0).then(|| view! { <p>{(words.more_problems)(hidden)}</p> });
    let cells_first = preview.one != Some(Likely::Yes);
    let verb = |primary: bool| if primary { "sl-btn sl-btn--primary" } else { "sl-btn" };
    let (all, one) = (Arc::clone(preview), Arc::clone(preview));
    let one = preview.one.map(|_| {
        view! {
            <button type="button" class=verb(!cells_first) autofocus=!cells_first on:click=move |_| {
                desk.form.paste_preview.set(None);
                if let Some(control) = page::by_id(&field_id(&one.path)) {
                    insert(desk, &control, &one.path, one.text.trim_end_matches(ENDS));
                }
            }>{words.paste_one}</button>
        }
    });
    view! {
        <h2 id="paste-title" class="sl-dialog__title">{(words.paste_title)(told)}</h2>
        <p>{means}</p>
        <div class="sl-paste" tabindex="0" role="region" aria-labelledby="paste-title">
            <table class="sl-grid">
                <thead><tr>
                    <th scope="col">{words.paste_line}</th>
                    <th scope="col">{words.paste_column}</th>
                    <th scope="col">{words.paste_now}</th>
                    <th scope="col">{words.paste_then}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {more}
        </div>
        <div class="sl-dialog__act">
            <button type="button" class="sl-btn" on:click=move |_| desk.form.paste_preview.set(None)>{words.paste_cancel}</button>
            {one}
            <button type="button" class=verb(cells_first) autofocus=cells_first on:click=move |_| {
                desk.form.paste_preview.set(None);
                fill(desk, &all);
            }>{(words.paste_do)(told)}</button>
        </div>
    }
}

fn fill(desk: Desk, preview: &PastePreview) {
    let mut told: Option<Pasted> = None;
    editor::apply(desk, |draft| {
        told = Draft::paste(draft, &preview.path, &preview.rows);
        told.as_ref().map(|_| preview.path.clone())
    });
    if let Some(told) = told {
        desk.form.touched.update(|touched| touched.extend(told.unfit.iter().map(|unfit| unfit.path.clone())));
        desk.form.pasted.set(Some(told));
    }
}
