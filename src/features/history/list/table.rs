use crate::app::{LazyAction, lazy_action};
use crate::data::{Ledger, Numbers};
use crate::dom::{KeyedRow, keyed};
use crate::features::history::list::cells::class;
use crate::features::history::list::loaded_page::{LoadedPage, Merged};
use crate::features::history::list::row::RunRow;
use crate::features::history::list::select::{clicked, pressed, select_page, switch};
use crate::features::history::list::window::{self, Window, at_once, run_of};
use crate::features::history::state::HistoryState;
use crate::features::keys;
use crate::net::Scope;
use crate::platform::page::{self, normal_form};
use crate::platform::press::Press;
use crate::prelude::*;
use crate::state::{Picked, globals};
use crate::strings::t;
use console::columns;
use console::columns::Column;
use console::keys::Action;
use console::windowing::Piece;
use runs::adapters::filter::{Created, Filter};
use runs::model::{Numbering, Run};

/// The rows shown, each with a signal of its own: an answer that changes ten of them touches these ten.
///
/// Not a keyed store: reading a field of a row that has just left its list panics there.
pub type Rows = Vec<(String, ArcRwSignal<Row>)>;

/// One run with what the list knows about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Names it among all rows of the page.
    pub key: String,
    pub connection: String,
    /// Its place on the page.
    pub at: usize,
    pub number: Option<u64>,
    pub run: Run,
    pub gone: Option<Gone>,
}

/// What became of a row that stays in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// It is no longer one of those that the list is asked for.
    Left,
    Deleted,
    /// The newest answer does not hold it, and what became of it is not known.
    Unheard,
}

impl Row {
    /// What people call it.
    pub fn name(&self) -> String {
        self.number.map_or_else(|| self.run.id.clone(), t().shared.run_number)
    }

    pub fn can_be_chosen(&self) -> bool {
        self.gone != Some(Gone::Deleted) && !self.run.unread
    }

    fn is_same_but_for_the_number(&self, other: &Self) -> bool {
        self.at == other.at && self.connection == other.connection && self.run == other.run && self.gone == other.gone
    }
}

#[component]
pub fn RunsTable(history: HistoryState) -> Html {
    let words = t().history;
    let rows = RwSignal::new(Rows::new());
    // The longest duration of the page: bars compare within it.
    let longest = RwSignal::new(1u64);
    let renumbered = RwSignal::new(0u32);
    let numbers = globals().numbers;
    let window = history.list.window;
    let chosen = columns::read(&history.list.columns.get_untracked());
    let heads = heads(&chosen, history.all.get_untracked(), history);
    let own = (chosen != columns::USUAL).then_some("");
    Effect::new(move |_| {
        let Some(loaded) = history.list.live.value.get() else { return };
        numbers.track();
        let read_at = history.list.live.read_at.get_untracked();
        let found = match (&loaded.merged, history.connection.get_untracked()) {
            (Some(merged), _) => merged_rows(history, &loaded, merged, numbers),
            (None, Some(connection)) => {
                // What is read again goes on with the rows that are shown.
                let goes_on = loaded.latest.is_some();
                let known = |id: &str| rows.with_untracked(|rows| rows.iter().any(|(key, _)| key == id));
                let shown = |id: &str| goes_on && (known(id) || history.list.unmatched.with_value(|left| left.iter().any(|key| key == id)));
                rows_of(history, &connection.id, &loaded, numbers, &shown)
            }
            (None, None) => return,
        };
        numbers.want(found.iter().map(|row| (row.connection.as_str(), &row.run)));
        history.list.unmatched.set_value(found.iter().filter(|row| row.gone == Some(Gone::Left)).map(|row| row.key.clone()).collect());
        untrack(|| refresh_chosen(&found));
        let most = found.iter().filter_map(|row| row.run.lasted(read_at)).max().unwrap_or(1);
        let count = found.len();
        let new = rows.with_untracked(|known| !known.iter().take(at_once()).any(|(key, _)| found.iter().any(|row| row.key == *key)));
        if settle(rows, found, renumbered) {
            // Bars compare with the longest run that the page began with: a longer one does not draw all others anew.
            if longest.get_untracked() != most {
                longest.set(most);
            }
            window.begin(count, new);
        }
    });
    // What the list does not hold any more is looked up with each answer, until it is known what became of it.
    let scope = Scope::of_view();
    let unsaid = RwSignal::new(String::new());
    Effect::new(move |_| {
        history.list.live.read_at.track();
        if history.list.live.value.with(|loaded| loaded.as_ref().is_some_and(|loaded| !loaded.absent.is_empty())) {
            lazy_action(LazyAction::LookUp(history, scope.clone()), unsaid);
        }
    });
    keys::answer(move |action| {
        let focused = || page::document().and_then(|document| document.active_element()).and_then(|element| window::run_around(&element));
        match action {
            Action::Next => step(rows, window, focused(), true),
            Action::Previous => step(rows, window, focused(), false),
            Action::Choose => focused().is_some_and(|run| switch(rows, &run, false)),
            _ => false,
        }
    });
    let caption = move || (words.table_caption)(&history.flow_label());
    view! {
        <table
            class="sl-runs"
            data-own=own
            class:sl-runs--all=move || history.all.get()
            role="table"
            aria-label=caption
            aria-rowcount=move || history.list.row_count()
            aria-busy=move || window.early.get().then_some("true")
            on:keydown=move |press| {
                pressed(&press, rows);
                move_between_rows(&press, rows, window);
            }
        >
            <thead role="rowgroup">
                <tr role="row" aria-rowindex="1">
                    {select_page(rows)}
                    {heads}
                </tr>
            </thead>
            <tbody
                role="rowgroup"
                node_ref=window.body
                on:click=move |event| clicked(&event, rows)
                on:focusin=move |event| {
                    if let Some(run) = run_of(&event) {
                        window.pin(&run);
                    }
                }
            >
                {keyed(Box::new(move || keyed_rows(rows, history, longest, renumbered, &chosen)))}
            </tbody>
        </table>
        {move || history.list.no_number.get().map(|why| view! { <p class="sl-panel__foot sl-xs sl-2">{why}</p> })}
    }
}

/// Gives each row to its signal; the list changes only if rows come, go or move. Whether it did.
///
/// Numbers often come a moment after the runs: a row of which nothing else changed is not drawn anew for its own.
fn settle(rows: RwSignal<Rows>, found: Vec<Row>, renumbered: RwSignal<u32>) -> bool {
    let known = rows.get_untracked();
    let mut moved = known.len() != found.len();
    let mut other_numbers = false;
    let settled: Rows = found
        .into_iter()
        .enumerate()
        .map(|(at, row)| {
            let id = row.key.clone();
            moved |= known.get(at).is_none_or(|(key, _)| *key != id);
            match known.iter().find(|(key, _)| *key == id) {
                Some((_, signal)) => {
                    let (number, rest) =
                        signal.with_untracked(|shown| (shown.number == row.number, shown.is_same_but_for_the_number(&row)));
                    other_numbers |= !number;
                    if !rest {
                        signal.set(row);
                    } else if !number {
                        signal.update_untracked(|shown| shown.number = row.number);
                    }
                    (id, signal.clone())
                }
                None => (id, ArcRwSignal::new(row)),
            }
        })
        .collect();
    if moved {
        rows.set(settled);
    }
    if other_numbers {
        renumbered.update(|count| *count += 1);
    }
    moved
}

fn keyed_rows(
    rows: RwSignal<Rows>,
    history: HistoryState,
    longest: RwSignal<u64>,
    renumbered: RwSignal<u32>,
    columns: &[Column],
) -> Vec<KeyedRow> {
    let rows = rows.get();
    let ids: Vec<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
    let window = history.list.window;
    let build = |piece: Piece| -> KeyedRow {
        match piece {
            Piece::Row(at) => {
                let ((key, row), columns) = (rows[at].clone(), columns.to_vec());
                (key, Box::new(move || view! { <RunRow row=row history=history longest=longest renumbered=renumbered columns=columns /> }))
            }
            Piece::Gap(from, to) => (
                format!("gap {from} {to}"),
                Box::new(move || {
                    view! {
                        <tr class="sl-gap" aria-hidden="true" style:--h=move || window.gap(from, to)><td colspan="13"></td></tr>
                    }
                }),
            ),
        }
    };
    window.pieces(&ids).into_iter().map(build).collect()
}

/// The outline of rows while the first answer is on its way.
#[component]
pub fn RowsOutline() -> Html {
    let cell = |class: &'static str| view! { <td class=class><i class="sl-skel"></i></td> };
    let row = move |_| view! { <tr><td class="c-sel"></td>{cell("c-num")}{cell("c-status")}{cell("c-flow")}</tr> };
    view! {
        <table class="sl-runs" role="presentation" aria-hidden="true">
            <tbody>{(0..8).map(row).collect::<Vec<_>>()}</tbody>
        </table>
        <p class="sl-vh" role="status">{t().shared.loading}</p>
    }
}

/// The heads of the columns: run and status are always there.
fn heads(columns: &[Column], all: bool, history: HistoryState) -> Vec<Html> {
    let words = t().history;
    let mut heads = vec![("c-status", words.column_status.to_owned())];
    heads.extend(all.then(|| ("c-conn", words.connection.to_owned())));
    heads.extend(columns.iter().map(|column| (class(column), (t().overview.column)(column))));
    let run = view! { <th role="columnheader" scope="col" class="c-num" title=move || history.numbers_move()>{words.column_run}</th> };
    let rest = heads.into_iter().map(|(class, name)| view! { <th role="columnheader" scope="col" class=class>{name}</th> });
    [run].into_iter().chain(rest).collect()
}

/// What is chosen of these runs is what they are now.
fn refresh_chosen(rows: &[Row]) {
    let mut done: Vec<&str> = Vec::new();
    for row in rows {
        if !done.contains(&row.connection.as_str()) {
            done.push(&row.connection);
            let own: Vec<&Run> = rows.iter().filter(|other| other.connection == row.connection).map(|row| &row.run).collect();
            globals().selection.refresh(&row.connection, &own);
        }
    }
    let picked = |row: &Row| Picked { connection: row.connection.clone(), number: row.number, run: row.run.clone() };
    let deleted = rows.iter().filter(|row| !row.can_be_chosen() && globals().selection.has(&row.connection, &row.run.id));
    let deleted: Vec<Picked> = deleted.map(picked).collect();
    if !deleted.is_empty() {
        globals().selection.choose(deleted, false);
    }
}

/// Brings rows up to date by what is known of their runs beside the list, and says of them what became of them.
fn brought_up(history: HistoryState, loaded: &LoadedPage, rows: &mut [Row], filter: &Filter) {
    let read_at = history.list.live.read_at.get_untracked();
    let statuses = history.address.with_untracked(|address| address.statuses.clone());
    for row in rows {
        let (now, deleted) = loaded.now(row.at, &row.connection, &row.run, read_at);
        let listed = std::mem::replace(&mut row.run, now).status.kind;
        // Some vendors' filters take more statuses than they are asked for: one that the list itself told of fits.
        let status = row.run.status.kind;
        let fits = statuses.is_empty() || status == listed || statuses.contains(&status);
        let unheard = || {
            let absent = loaded.absent.iter().any(|(at, _)| *at == row.at);
            absent && history.list.unheard.with(|runs| runs.contains(&format!("{}/{}", row.connection, row.run.id)))
        };
        row.gone = match deleted {
            true => Some(Gone::Deleted),
            false if !fits || !filter.matches(&row.run, &normal_form) => Some(Gone::Left),
            false => unheard().then_some(Gone::Unheard),
        };
    }
}

/// The rows over all connections: two of them may well name a run alike.
fn merged_rows(history: HistoryState, loaded: &LoadedPage, merged: &Merged, numbers: Numbers) -> Vec<Row> {
    let row = |(at, (run, connection)): (usize, (&Run, &String))| {
        if let Some(number) = run.number {
            numbers.learn(connection, &run.id, number);
        }
        let key = format!("{connection}/{}", run.id);
        let number = match numbers.of(connection, run) {
            Ledger::Given(given) => Some(given.number),
            Ledger::Coming | Ledger::Unknown => run.number,
        };
        Row { key, connection: connection.clone(), at, number, run: run.clone(), gone: None }
    };
    let mut rows: Vec<Row> = loaded.page.items.iter().zip(&merged.of).enumerate().map(row).collect();
    // When a run was created is settled, and what "the last hour" was when the list was begun.
    let filter = history.address.with_untracked(|address| Filter { created: Created::Any, ..address.filter.clone() });
    brought_up(history, loaded, &mut rows, &filter);
    rows
}

/// What is shown of a page: the runs that the filter lets through or that are `shown` already, and those found further back.
fn rows_of(history: HistoryState, connection: &str, loaded: &LoadedPage, numbers: Numbers, shown: &dyn Fn(&str) -> bool) -> Vec<Row> {
    let mut found = numbered(connection, &loaded.page.items, loaded.page.first_number, numbers);
    let filter = untrack(|| history.filters.applied());
    if !filter.is_empty() {
        let more = history.filters.search.found.get();
        let known: Vec<String> = found.iter().map(|(_, run)| run.id.clone()).collect();
        found.extend(more.into_iter().filter(|(_, run)| !known.contains(&run.id)));
    }
    let row = |(at, (number, run)): (usize, (Option<u64>, Run))| Row {
        key: run.id.clone(),
        connection: connection.into(),
        at,
        number,
        run,
        gone: None,
    };
    let mut rows: Vec<Row> = found.into_iter().enumerate().map(row).collect();
    rows.retain(|row| filter.matches(&row.run, &normal_form) || shown(&row.key));
    brought_up(history, loaded, &mut rows, &filter);
    for (at, row) in rows.iter_mut().enumerate() {
        row.at = at;
    }
    rows
}

/// The ledger's numbers; of a flow that it does not number, counted down from the first run's number, or the vendor's own.
pub fn numbered(connection: &str, items: &[Run], numbering: Numbering, numbers: Numbers) -> Vec<(Option<u64>, Run)> {
    let row = |(at, run): (usize, &Run)| {
        let number = match numbering {
            Numbering::Native => run.number,
            Numbering::From(first) => first.checked_sub(at as u64).filter(|number| *number > 0),
            Numbering::Underivable(_) => None,
        };
        match numbers.of(connection, run) {
            Ledger::Given(given) => return (Some(given.number), run.clone()),
            // The one that is counted here could be another run's.
            Ledger::Coming if numbering != Numbering::Native => return (None, run.clone()),
            Ledger::Coming | Ledger::Unknown => {}
        }
        if let Some(number) = number {
            numbers.learn(connection, &run.id, number);
        }
        (number, run.clone())
    };
    items.iter().enumerate().map(row).collect()
}

/// Up and Down move between the runs' links, also to one that is not drawn yet.
fn move_between_rows(press: &Press, rows: RwSignal<Rows>, window: Window) {
    let down = match press.key() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let from = run_of(press.event());
    if from.is_some() && step(rows, window, from, down) {
        press.take();
    }
}

/// To the row below or above one, or to the first; whether there is one.
fn step(rows: RwSignal<Rows>, window: Window, from: Option<String>, down: bool) -> bool {
    let next = rows.with_untracked(|rows| {
        let at = from.and_then(|run| rows.iter().position(|(id, _)| *id == run));
        let next = match at {
            Some(at) if down => at.checked_add(1),
            Some(at) => at.checked_sub(1),
            None => Some(0),
        };
        rows.get(next?).map(|(id, _)| id.clone())
    });
    if let Some(run) = &next {
        window.focus(run);
    }
    next.is_some()
}
