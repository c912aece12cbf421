use crate::features::history::list::state::row_link_id;
use crate::features::history::list::table::{Row, Rows};
use crate::features::history::list::window::run_of;
use crate::platform::page;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::state::{MOST, Picked, globals};
use crate::strings::t;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, MouseEvent};

/// The box that chooses a run; clicks on it are the table's business ([`clicked`]).
pub fn select_cell(row: ArcRwSignal<Row>, renumbered: RwSignal<u32>) -> Html {
    let (on, gone) = (chosen(&row), row.clone());
    let name = move || {
        renumbered.track();
        row.with(|row| (t().select.one)(&row.name()))
    };
    let gone = move || gone.with(|row| !row.can_be_chosen());
    view! {
        <td role="cell" class="c-sel"><label><input type="checkbox" aria-label=name disabled=gone prop:checked=on /></label></td>
    }
}

/// Whether a row's run is chosen; what a row stands for never changes.
pub fn chosen(row: &ArcRwSignal<Row>) -> impl Fn() -> bool + 'static {
    let (id, connection) = row.with_untracked(|row| (row.run.id.clone(), row.connection.clone()));
    move || globals().selection.has(&connection, &id)
}

fn is_chosen(row: &Row) -> bool {
    globals().selection.has(&row.connection, &row.run.id)
}

/// The box for all runs of the page: some of them chosen is neither yes nor no.
pub fn select_page(rows: RwSignal<Rows>) -> Html {
    let count = move || rows.with(|rows| rows.iter().filter(|(_, row)| row.with(Row::can_be_chosen)).count());
    let chosen = Memo::new(move |_| rows.with(|rows| rows.iter().filter(|(_, row)| row.with_untracked(is_chosen)).count()));
    let all = move || chosen.get() > 0 && chosen.get() == count();
    let some = move || chosen.get() > 0 && !all();
    let switch = move |_| {
        let on = chosen.get_untracked() < untrack(count);
        choose(rows, &|_| true, on);
    };
    view! {
        <th role="columnheader" scope="col" class="c-sel">
            <label>
                <input
                    type="checkbox"
                    aria-label=move || (t().select.page)(count())
                    prop:checked=all
                    prop:indeterminate=some
                    on:change=switch
                />
            </label>
        </th>
    }
}

/// A click on a run's box, with Shift from the last one to this.
pub fn clicked(event: &MouseEvent, rows: RwSignal<Rows>) {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    if let (Some(input), Some(run)) = (input, run_of(event)) {
        toggle(rows, &run, input.checked(), event.shift_key());
    }
}

/// Space chooses the run whose row has the focus, Escape forgets what was chosen.
pub fn pressed(press: &Press, rows: RwSignal<Rows>) {
    if press.is_taken() || !press.is_plain() {
        return;
    }
    match (press.key(), run_of(press.event())) {
        // A box takes Space itself.
        (" ", Some(_)) if on_input(press.event()) => {}
        (" ", Some(run)) => {
            press.take();
            switch(rows, &run, press.shift());
        }
        ("Escape", _) => globals().selection.clear(),
        _ => {}
    }
}

/// Chooses a run, or leaves it out if it was chosen; with `range` all from the last one to it. Whether it is in the list.
pub fn switch(rows: RwSignal<Rows>, run: &str, range: bool) -> bool {
    let Some(row) = rows.with_untracked(|rows| rows.iter().find(|(key, _)| key == run).map(|(_, row)| row.clone())) else { return false };
    let on = !untrack(|| row.with_untracked(is_chosen));
    toggle(rows, run, on, range);
    true
}

/// Forgets what was chosen, and leaves the focus where the choosing was.
pub fn forget() {
    let selection = globals().selection;
    selection.clear();
    if !page::focus(&row_link_id(&selection.anchor.get_value())) {
        page::focus("main");
    }
}

fn on_input(event: &Event) -> bool {
    event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|target| target.has_type::<HtmlInputElement>())
}

fn toggle(rows: RwSignal<Rows>, run: &str, on: bool, range: bool) {
    let selection = globals().selection;
    let place = |run: &str| rows.with_untracked(|rows| rows.iter().position(|(id, _)| id == run));
    let from = Some(selection.anchor.get_value()).filter(|_| range).and_then(|anchor| place(&anchor));
    let to = place(run);
    selection.anchor.set_value(run.into());
    let between = move |at: usize| match (from, to) {
        (Some(from), Some(to)) => (from.min(to)..=from.max(to)).contains(&at),
        _ => Some(at) == to,
    };
    choose(rows, &between, on);
}

fn choose(rows: RwSignal<Rows>, which: &dyn Fn(usize) -> bool, on: bool) {
    let picked = rows.with_untracked(|rows| {
        let chosen = rows.iter().enumerate().filter(|(at, (_, row))| which(*at) && row.with_untracked(Row::can_be_chosen));
        chosen
            .map(|(_, (_, row))| {
                row.with_untracked(|row| Picked { connection: row.connection.clone(), number: row.number, run: row.run.clone() })
            })
            .collect()
    });
    if !globals().selection.choose(picked, on) {
        globals().toasts.warn((t().select.most)(MOST));
    }
}
