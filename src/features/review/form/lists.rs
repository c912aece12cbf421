//! Lists of the form: as a table where items are flat, else one frame an item.

use super::fields::field_id;
use super::fields::{control, group, label, nest, of_all, said_of_all};
use super::marks::{mark_of, marks};
use super::state::FormState;
use super::{editor, events, variants};
use crate::features::keys;
use crate::features::review::desk::Desk;
use crate::platform::page;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use console::keys::Action;
use runs::form::{Draft, Format, Kind, Node};
use std::collections::BTreeSet;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// Letters that a column of a table shows, at the least of a text and at the most of anything.
const SHORTEST: usize = 9;
const LONGEST: usize = 24;
/// Letters that the control of a date takes, and up to which a text is shown whole.
const DATE: usize = 14;
const CODE: usize = 17;

/// A list: as a table where its items are flat, else one frame an item.
pub fn list(form: FormState, draft: &Draft, node: &Node, items: &[Node]) -> Html {
    // The outermost list are the targets of the review: their number is the vendor's.
    let fixed = node.read_only || node.path.is_empty();
    let name = label(node);
    let (columns, max) = match &node.kind {
        Kind::List { template, flat: true, max, .. } => (template.below(), *max),
        Kind::List { max, .. } => (&[][..], *max),
        _ => (&[][..], None),
    };
    let fits = |item: &Node| item.below().iter().all(|field| columns.iter().any(|column| column.key == field.key));
    let inner = if !columns.is_empty() && items.iter().all(fits) {
        table(form, draft, &name, columns, items, fixed)
    } else {
        let last = items.len();
        items.iter().enumerate().map(|(at, one)| item(form, draft, &name, (at, last), one, fixed)).collect::<Vec<_>>().view()
    };
    let full = max.filter(|max| u64::try_from(items.len()).is_ok_and(|count| count >= *max)).map(t().form.full);
    let add = (!fixed).then(|| {
        let disabled = full.is_some().then_some("true");
        let why = full.clone().map(|why| view! { " "<span class="sl-xs sl-2">{why}</span> });
        view! {
            <p><button
                type="button"
                class="sl-link sl-sm"
                id=format!("{}-add", field_id(&node.path))
                data-act="add"
                data-at=node.path.clone()
                aria-disabled=disabled
                title=full
            >
                {(t().review.add_item)(&name)}
            </button>{why}</p>
        }
    });
    let mark = mark_of(form, &node.path);
    let wrong = move || mark.problem().map(|problem| view! { <p class="sl-field__x err">{problem}</p> });
    // What is wrong with the list as a whole takes the focus here.
    let inner = view! { <div class="sl-stack sl-stack--2" id=field_id(&node.path) tabindex="-1">{inner}{wrong}{add}</div> };
    nest(form, draft, node, inner.view())
}

fn item(form: FormState, draft: &Draft, list: &str, (at, last): (usize, usize), node: &Node, fixed: bool) -> Html {
    let actions = (!fixed && !node.read_only).then(|| actions(list, at, last, node, false));
    let inner = match &node.kind {
        Kind::Object { fields, .. } => {
            let chooser = variants::chooser(form, node);
            let fields = group(form, draft, fields);
            view! { {of_all(form, node)}{chooser}{fields} }
        }
        _ => group(form, draft, std::slice::from_ref(node)),
    };
    view! {
        <div class="sl-nest__item">
            <div class="sl-nest__bar">{at + 1}<span class="sl-push"></span>{actions}</div>
            {inner}
        </div>
    }
}

/// Up, down, out. In a table, which has keys for them, they are no stops on the way from cell to cell.
fn actions(list: &str, at: usize, last: usize, node: &Node, table: bool) -> Html {
    let (words, place) = (t().form, at + 1);
    let by_keys = table && [Action::LineUp, Action::LineDown, Action::RemoveLine].iter().all(|action| keys::words(*action).is_some());
    let stop = by_keys.then_some("-1");
    let button = |act: &'static str, name: String, icon: Icon, can: bool| {
        view! {
            <button
                type="button"
                class="sl-btn sl-btn--quiet sl-btn--icon sl-btn--sm"
                class:sl-flip=act == "down"
                aria-label=name.clone()
                title=name
                tabindex=stop
                data-act=act
                data-at=node.path.clone()
                aria-disabled=(!can).then_some("true")
            >
                <Glyph icon=icon small=true />
            </button>
        }
    };
    let up = (last > 1).then(|| button("up", (words.move_up)(list, place), Icon::Newest, at > 0));
    let down = (last > 1).then(|| button("down", (words.move_down)(list, place), Icon::Newest, place < last));
    view! {
        {up}
        {down}
        {button("remove", (t().review.remove_item)(list, place), Icon::Close, true)}
    }
}

fn table(form: FormState, draft: &Draft, list: &str, columns: &[Node], items: &[Node], fixed: bool) -> Html {
    let widths: Vec<usize> = columns.iter().map(|column| letters(draft, column, items)).collect();
    let all: usize = widths.iter().sum();
    let head = |(column, letters): (&Node, &usize)| {
        let class = if matches!(column.kind, Kind::Number(_)) { "sl-num c-a" } else { "" };
        let required = column.required.then(|| view! { <span class="sl-req" aria-hidden="true">"*"</span> });
        view! {
            <th scope="col" class=class style:--n=letters.to_string() title=column.description.clone()>
                <bdi title=column.label().to_owned()>{column.label().to_owned()}</bdi>{required}
            </th>
        }
    };
    let heads: Vec<Html> = columns.iter().zip(&widths).map(head).collect();
    let rows: Vec<Html> = items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let cells: Vec<Html> = columns.iter().map(|column| cell(form, draft, list, at, column, item)).collect();
            let added = draft.original(&item.path).is_none().then_some("");
            let actions = (!fixed && !item.read_only).then(|| actions(list, at, items.len(), item, true));
            view! { <tr data-added=added><td class="c-n"><span>{at + 1}</span></td>{cells}<td class="c-x"><div>{actions}</div></td></tr> }
        })
        .collect();
    let moves = !fixed && items.len() > 1;
    let hint = (!fixed).then(|| view! { <p class="sl-xs sl-2 sl-not-c">{table_keys}</p> });
    view! {
        // While a decision is on its way nothing in it takes the focus, and it still has to be scrolled.
        <div class="sl-liscroll" tabindex=move || form.locked.get().then_some("0")>
            <table class="sl-li" class:sl-li--moves=moves style:--n=all.to_string() style:--cols=columns.len().to_string() aria-label=list.to_owned()>
                <thead><tr><td class="c-n"></td>{heads}<td class="c-x"></td></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="sl-xs sl-2 sl-not-c sl-wider" aria-hidden="true" style:--n=all.to_string() style:--cols=columns.len().to_string()>{t().form.wider}</p>
        {said_of_lines(form, items)}
        {hint}
    }
}

/// What is wrong with lines as a whole: a row of the table has no room for it.
fn said_of_lines(form: FormState, items: &[Node]) -> Html {
    let lines: Vec<(String, String)> = items.iter().map(|item| (item.path.clone(), label(item))).collect();
    let wrong = Memo::new(move |_| {
        form.problems.with(|problems| {
            let told: BTreeSet<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
            lines.iter().filter(|(path, _)| told.contains(path.as_str())).cloned().collect::<Vec<_>>()
        })
    });
    live(move || wrong.get().into_iter().map(|(path, name)| said_of_all(form, &path, Some(name))).collect::<Vec<_>>())
}

/// How many letters a column has to show: all of a number, of a text as much as tells it apart.
fn letters(draft: &Draft, column: &Node, items: &[Node]) -> usize {
    // Heads are in smaller letters than what stands below them.
    let words = column.label().split_whitespace().map(|word| (word.chars().count() * 7).div_ceil(8) + 1);
    let name = words.fold(3, usize::max);
    let own = items.iter().flat_map(|item| item.below().iter().filter(|field| field.key == column.key));
    let texts: Vec<_> = own.map(|field| draft.text(&field.path)).collect();
    let longest = texts.iter().map(|text| text.chars().count() + 1).fold(name, usize::max);
    match &column.kind {
        Kind::Number(_) => longest.min(LONGEST),
        Kind::Text(rules) if rules.format == Some(Format::Date) => name.clamp(DATE, LONGEST),
        // Amounts and numbers of articles that are written as texts.
        Kind::Text(_)
            if longest <= CODE && texts.iter().all(|text| text.is_empty() || text.contains(|sign: char| sign.is_ascii_digit())) =>
        {
            longest.clamp(SHORTEST, LONGEST)
        }
        _ => name.clamp(SHORTEST, LONGEST),
    }
}

/// Makes a column wider for what was typed into a cell: what was clipped could not be read over.
pub fn widen(control: &Element) {
    let wider = || {
        let input = control.dyn_ref::<HtmlInputElement>().filter(|input| input.type_() == "text")?;
        let text = input.value();
        let letters = text.chars().count() + 1;
        let cell = control.closest(".sl-li td").ok()??;
        let number = cell.class_list().contains("c-a");
        let code = letters <= CODE && text.contains(|sign: char| sign.is_ascii_digit());
        let row = cell.parent_element()?;
        let column = (0..row.children().length()).find(|at| row.children().item(*at).is_some_and(|other| other == cell))?;
        let table = cell.closest("table").ok()??;
        let head = table.query_selector("thead tr").ok()??.children().item(column)?;
        let (known, all) = (count_of(&head)?, count_of(&table)?);
        let wanted = letters.min(LONGEST);
        if (number || code) && wanted > known {
            count_to(&head, wanted);
            // The cue that the table is wider than its place reckons with the same count.
            let cue = table
                .parent_element()
                .and_then(|around| around.next_element_sibling())
                .filter(|next| next.matches(".sl-wider") == Ok(true));
            [Some(table), cue].iter().flatten().for_each(|element| count_to(element, all + wanted - known));
        }
        Some(())
    };
    wider();
}

/// Letters that a column or a table has room for.
fn count_of(element: &Element) -> Option<usize> {
    element.dyn_ref::<HtmlElement>()?.style().get_property_value("--n").ok()?.trim().parse().ok()
}

fn count_to(element: &Element, letters: usize) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        element.style().set_property("--n", &letters.to_string()).ok();
    }
}

/// The keys of a table, as far as there are any.
fn table_keys() -> String {
    let words = t().form;
    let of = |action: Action, says: fn(&str) -> String| keys::words(action).map(|keys| says(&keys));
    let all = [of(Action::RemoveLine, words.removes_line), of(Action::LineUp, words.moves_up), of(Action::LineDown, words.moves_down)];
    let all: Vec<String> = std::iter::once(words.table_keys.to_owned()).chain(all.into_iter().flatten()).collect();
    all.join(" ")
}

fn cell(form: FormState, draft: &Draft, list: &str, at: usize, column: &Node, item: &Node) -> Html {
    let Some(node) = item.below().iter().find(|field| field.key == column.key) else { return view! { <td></td> } };
    let mark = mark_of(form, &node.path);
    let about = format!("{}-x", field_id(&node.path));
    let name = (t().review.cell)(node.label(), list, at + 1);
    let control = control(draft, node, mark, Some(name), about.clone());
    let number = matches!(node.kind, Kind::Number(_));
    view! {
        <td
            class:c-a=number
            data-l=column.label().to_owned()
            data-edited=move || mark.edited().then_some("")
            data-err=move || mark.wrong().then_some("")
        >
            {control}
            {variants::chooser(form, node)}
            {marks(node, about, mark, None, true)}
        </td>
    }
}

/// Moves an item one place up or down; `false` if the path lies in none.
pub fn shift(desk: Desk, path: &str, down: bool) -> bool {
    let Some((at, field)) = line_of(desk, path) else { return false };
    let to = if down { at.1 + 1 } else { at.1.wrapping_sub(1) };
    let moved = editor::apply(desk, |draft| Some(draft.move_item(&at.0, to)? + &field));
    if moved.is_some() {
        desk.globals.toasts.announce((t().form.moved)(to + 1));
    }
    true
}

/// Takes the item out that a field lies in; `false` if it lies in none.
pub fn take_out(desk: Desk, path: &str) -> bool {
    let found = line_of(desk, path);
    found.is_some_and(|((item, _), _)| {
        events::remove(desk, &item);
        true
    })
}

/// The innermost item that a field lies in, its place, and the rest of the field's path.
fn line_of(desk: Desk, path: &str) -> Option<((String, usize), String)> {
    desk.form.draft.with_untracked(|draft| {
        let trail = draft.form().trail(path);
        let item = trail.iter().rev().find(|node| node.place.is_some())?;
        let inside = item.path.rsplit_once('/').is_some_and(|(list, _)| !list.is_empty());
        // The outermost list's items stay where they are.
        let place = item.place.filter(|_| inside)?;
        Some(((item.path.clone(), place), path.strip_prefix(item.path.as_str())?.to_owned()))
    })
}

/// Arrows lead from a table's cell to the next; whether it was one.
pub fn key(press: &Press, control: &Element) -> bool {
    match press.key() {
        key @ ("ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight") if press.is_plain() && !press.shift() => next_cell(control, key)
            .is_some_and(|next| {
                next.focus().ok();
                if let Some(input) = next.dyn_ref::<HtmlInputElement>() {
                    input.select();
                }
                true
            }),
        _ => false,
    }
}

/// The control that an arrow leads to, if the cursor is at the cell's edge on that side.
fn next_cell(control: &Element, key: &str) -> Option<HtmlElement> {
    let cell = control.closest(".sl-li td").ok().flatten()?;
    let input = control.dyn_ref::<HtmlInputElement>().filter(|input| input.type_() == "text");
    let vertical = matches!(key, "ArrowUp" | "ArrowDown");
    match input {
        // Arrows change a date, a choice and a text of several lines.
        None if vertical || control.tag_name() != "SELECT" => return None,
        None => {}
        Some(input) if !vertical => {
            let at = |edge: Result<Option<u32>, _>| edge.ok().flatten();
            let (start, end) = (at(input.selection_start())?, at(input.selection_end())?);
            let length = u32::try_from(input.value().encode_utf16().count()).ok()?;
            let all = start == 0 && end == length;
            let left = (key == "ArrowLeft") != page::is_rtl(control);
            if !all && (start != end || start != if left { 0 } else { length }) {
                return None;
            }
        }
        Some(_) => {}
    }
    let forward = match key {
        "ArrowDown" => true,
        "ArrowUp" => false,
        key => (key == "ArrowRight") != page::is_rtl(control),
    };
    let step = |element: &Element| if forward { element.next_element_sibling() } else { element.previous_element_sibling() };
    let control_in = |cell: &Element| cell.query_selector("[data-path]").ok().flatten();
    let found = if vertical {
        let row = cell.parent_element()?;
        let column = (0..row.children().length()).position(|at| row.children().item(at).is_some_and(|other| other == cell))?;
        control_in(&step(&row)?.children().item(u32::try_from(column).ok()?)?)
    } else {
        let mut next = step(&cell);
        while let Some(cell) = next.as_ref().filter(|cell| control_in(cell).is_none()) {
            next = step(cell);
        }
        next.as_ref().and_then(control_in)
    };
    found?.dyn_into().ok()
}
