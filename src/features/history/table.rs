use super::row::{RunRow, row_of};
use super::view::View;
use crate::data::Numbers;
use crate::dom::{KeyedRow, keyed};
use crate::prelude::*;
use crate::state::globals;
use crate::strings::t;
use reactive_stores::{Field, Patch, Store};
use runs::model::{Numbering, Run};
use wasm_bindgen::JsCast;

/// The rows shown, keyed by id: an answer that changes ten of them touches these ten.
#[derive(Clone, Debug, Default, Store, Patch)]
pub struct Rows {
    #[store(key: String = |row| row.id.clone())]
    rows: Vec<Row>,
}

/// One run with what the list knows about it.
#[derive(Clone, Debug, PartialEq, Store, Patch)]
pub struct Row {
    pub id: String,
    pub number: Option<u64>,
    #[patch(|this, new| *this = new)]
    pub run: Run,
}

#[component]
pub fn RunsTable(view: View) -> Html {
    let words = &t().history;
    let rows = Store::new(Rows::default());
    // The longest duration of the page: bars compare within it.
    let longest = RwSignal::new(1u64);
    let numbers = globals().numbers;
    Effect::new(move |_| {
        let Some(listing) = view.live.value.get() else { return };
        let Some(connection) = view.connection.get_untracked() else { return };
        let read_at = view.live.read_at.get_untracked();
        let found = number_rows(&connection.id, &listing.page.items, listing.page.first_number, numbers);
        let most = found.iter().filter_map(|row| super::row::lasted(&row.run, read_at)).max().unwrap_or(1);
        if longest.get_untracked() != most {
            longest.set(most);
        }
        rows.patch(Rows { rows: found });
    });
    let caption = move || (words.table_caption)(&view.flow_label());
    view! {
        <table class="sl-runs sl-runs--plain" role="table" aria-label=caption aria-rowcount="-1" on:keydown=move_between_rows>
            <thead role="rowgroup">
                <tr role="row">
                    {columns().into_iter().map(|(class, name)| {
                        view! { <th role="columnheader" scope="col" class=class>{name}</th> }
                    }).collect::<Vec<_>>()}
                </tr>
            </thead>
            <tbody role="rowgroup">
                {keyed(Box::new(move || keyed_rows(rows, view, longest)))}
            </tbody>
        </table>
        {move || view.no_number().map(|why| view! { <p class="sl-panel__foot sl-xs sl-2">{why}</p> })}
    }
}

fn keyed_rows(rows: Store<Rows>, view: View, longest: RwSignal<u64>) -> Vec<KeyedRow> {
    let build = |row: Field<Row>| {
        let key = row.id().get_untracked();
        let make: Box<dyn FnOnce() -> Html> = Box::new(move || view! { <RunRow row=row view=view longest=longest /> });
        (key, make)
    };
    rows.rows().into_iter().map(|row| build(row_of(row))).collect()
}

/// The outline of rows while the first answer is on its way.
#[component]
pub fn RowsOutline() -> Html {
    let cell = |class: &'static str| view! { <td class=class><i class="sl-skel"></i></td> };
    let row = move |_| view! { <tr>{cell("c-num")}{cell("c-status")}{cell("c-flow")}</tr> };
    view! {
        <table class="sl-runs sl-runs--plain" role="presentation" aria-hidden="true">
            <tbody>{(0..8).map(row).collect::<Vec<_>>()}</tbody>
        </table>
        <p class="sl-vh" role="status">{t().shared.loading}</p>
    }
}

fn columns() -> [(&'static str, &'static str); 8] {
    let words = &t().history;
    [
        ("c-num", words.column_run),
        ("c-status", words.column_status),
        ("c-flow", words.column_flow),
        ("c-trig", words.column_trigger),
        ("c-start", words.column_started),
        ("c-dur", words.column_duration),
        ("c-steps", words.column_steps),
        ("c-note", words.column_what),
    ]
}

/// Counts down from the first run's number, or takes the vendor's own.
fn number_rows(connection: &str, items: &[Run], numbering: Numbering, numbers: Numbers) -> Vec<Row> {
    let row = |(at, run): (usize, &Run)| {
        let number = match numbering {
            Numbering::Native => run.number,
            Numbering::From(first) => first.checked_sub(at as u64).filter(|number| *number > 0),
            Numbering::Underivable(_) => None,
        };
        if let Some(number) = number {
            numbers.learn(connection, &run.id, number);
        }
        Row { id: run.id.clone(), number, run: run.clone() }
    };
    items.iter().enumerate().map(row).collect()
}

/// Up and Down move between the runs' links.
fn move_between_rows(event: web_sys::KeyboardEvent) {
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let row = target.and_then(|target| target.closest("tr").ok().flatten());
    let next = row.and_then(|row| if down { row.next_element_sibling() } else { row.previous_element_sibling() });
    let link = next.and_then(|row| row.query_selector("a").ok().flatten()).and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(link) = link {
        event.prevent_default();
        link.focus().ok();
    }
}
