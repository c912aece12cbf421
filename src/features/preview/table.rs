//! A delimited file as a table.

use super::choice::separator;
use super::icon_button::icon_button;
use super::marking::{DocumentText, Mark, Marking, clicks, inline, presses};
use super::search::Search;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::Icon;
use console::file::cells;
use console::file::cells::Table;
use console::places::{MAX_TEXT, Span};
use std::sync::Arc;

/// Rows and columns that are read; the download has them all.
const MOST: usize = 50_000;
const COLUMNS: usize = 256;
/// Cells drawn at a time, in at most so many rows.
const CELLS: usize = 25_000;
const ROWS: usize = 500;

/// Delimited text as a table, so many rows at a time; `more` stands in its bar.
pub fn table(text: &str, name: String, marking: Option<Marking>, more: impl Fn() -> Html + 'static) -> Html {
    let (text, chosen) = (text.to_owned(), RwSignal::new(None::<char>));
    live(move || {
        let table = cells::table(&text, chosen.get(), MOST, COLUMNS);
        let sign = separator(table.separator, chosen);
        drawn(table, name.clone(), marking, view! { {sign}{more()} })
    })
}

/// A table, where its rows begin among the pieces that are searched, and which rows are drawn.
struct Shown {
    table: Table,
    starts: Vec<usize>,
    rows: usize,
    from: RwSignal<usize>,
    marking: Option<Marking>,
    finding: Search,
}

fn drawn(table: Table, name: String, marking: Option<Marking>, choices: Html) -> Html {
    let words = t().preview;
    let finding = Search::new();
    let widest = table.rows.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let rows = (CELLS / widest).clamp(50, ROWS);
    let starts = search(&table, marking, finding);
    // Titles and heading stay, whatever rows are shown.
    let head = (table.above + 1).min(table.rows.len());
    let (last, cut) = (table.rows.len(), table.cut);
    let from = RwSignal::new(head);
    let shown = Arc::new(Shown { table, starts, rows, from, marking, finding });
    follow(&shown, head);
    let count = last - head;
    let bar = move || {
        let (first, end) = (from.get() - head, (from.get() - head + rows).min(count));
        (count > rows).then(|| {
            view! {
                <span class="sl-sm sl-2 sl-nw" role="status">{(words.rows)(first + 1, end, count)}</span>
                {icon_button(Icon::Left, words.previous_rows, move || from.get() <= head, move || from.update(|from| *from = from.saturating_sub(rows).max(head)))}
                {icon_button(Icon::Right, words.next_rows, move || from.get() + rows >= last, move || from.update(|from| if *from + rows < last { *from += rows }))}
            }
        })
    };
    let (above, below) = (Arc::clone(&shown), Arc::clone(&shown));
    view! {
        <div class="sl-row sl-row--wrap sl-preview__bar">
            {bar}
            <span class="sl-push"></span>
            {finding.strip()}
            {choices}
        </div>
        <div
            class="sl-preview__table sl-scroll"
            tabindex="0"
            role="region"
            aria-label=name
            on:click=clicks(marking)
            on:keydown=presses(marking)
        >
            <table class="sl-grid">
                <thead>{above.lines(0, head)}</thead>
                <tbody>{move || below.lines(from.get(), (from.get() + rows).min(last))}</tbody>
            </table>
        </div>
        {cut.then(|| view! { <p class="sl-xs sl-2">{(words.cut)(MOST, COLUMNS)}</p> })}
    }
}

/// Hands over what the cells say, as far as it is searched; returns where each row begins.
fn search(table: &Table, marking: Option<Marking>, finding: Search) -> Vec<usize> {
    let (mut pieces, mut starts, mut length) = (Vec::new(), Vec::new(), 0);
    for row in &table.rows {
        starts.push(pieces.len());
        if length <= MAX_TEXT {
            length += row.iter().map(String::len).sum::<usize>();
            pieces.extend(row.iter().cloned());
        }
    }
    let (pieces, cut) = (Arc::new(pieces), table.cut || length > MAX_TEXT);
    finding.pieces.set(Arc::clone(&pieces));
    if let Some(marking) = marking {
        marking.text.set(DocumentText::Read { pieces, cut });
    }
    starts
}

/// Shows the rows that a place is in which is meant.
fn follow(shown: &Arc<Shown>, head: usize) {
    let go = move |shown: &Shown, place: Option<Span>| {
        let Some(row) = place.and_then(|place| shown.row_of(place.piece)).filter(|row| *row >= head) else { return };
        let from = shown.from.get_untracked();
        if !(from..from + shown.rows).contains(&row) {
            shown.from.set(head + (row - head) / shown.rows * shown.rows);
        }
    };
    let (here, sought) = (Arc::clone(shown), Arc::clone(shown));
    Effect::new(move |_| {
        if let Some(marking) = here.marking {
            marking.seek.track();
            go(&here, untrack(|| marking.current()));
        }
    });
    Effect::new(move |_| {
        sought.finding.seek.track();
        go(&sought, untrack(|| sought.finding.current()));
    });
}

/// What is drawn into a row besides its cells: marks, and places that were looked for, by column.
#[derive(Clone, Default, PartialEq)]
struct Drawn {
    marks: Vec<(usize, Mark)>,
    hits: Vec<(usize, bool)>,
}

impl Shown {
    /// The row that a piece is a cell of.
    fn row_of(&self, piece: usize) -> Option<usize> {
        self.starts.partition_point(|start| *start <= piece).checked_sub(1)
    }

    /// Rows, each drawn anew when its own marks change.
    fn lines(self: &Arc<Self>, from: usize, to: usize) -> Vec<Html> {
        let signals: Vec<RwSignal<Drawn>> = (from..to).map(|_| RwSignal::new(Drawn::default())).collect();
        let (shown, all) = (Arc::clone(self), signals.clone());
        Effect::new(move |_| {
            let mut now = vec![Drawn::default(); all.len()];
            let start = |row: usize| shown.starts.get(row).copied();
            let pieces = start(from).unwrap_or(0)..start(to).unwrap_or(usize::MAX);
            let place = |piece: usize| {
                let row = shown.row_of(piece)?;
                Some((row.checked_sub(from)?, piece - start(row)?))
            };
            for mark in shown.marking.map(|marking| marking.marks(pieces.clone())).unwrap_or_default() {
                if let Some((row, column)) = place(mark.place.piece)
                    && let Some(drawn) = now.get_mut(row)
                {
                    drawn.marks.push((column, mark));
                }
            }
            for (hit, current) in shown.finding.hits(pieces) {
                if let Some((row, column)) = place(hit.piece)
                    && let Some(drawn) = now.get_mut(row)
                {
                    drawn.hits.push((column, current));
                }
            }
            for (signal, now) in all.iter().zip(now) {
                if signal.with_untracked(|before| *before != now) {
                    signal.set(now);
                }
            }
        });
        signals.into_iter().zip(from..to).map(|(drawn, row)| self.line(row, drawn)).collect()
    }

    fn line(self: &Arc<Self>, row: usize, drawn: RwSignal<Drawn>) -> Html {
        let shown = Arc::clone(self);
        live(move || {
            let drawn = drawn.get();
            let heading = row == shown.table.above;
            let cells = shown.table.rows.get(row).map(Vec::as_slice).unwrap_or_default();
            let cell = |(column, text): (usize, &String)| {
                let hit = drawn.hits.iter().filter(|(place, _)| *place == column).map(|(_, current)| *current).max();
                let inside = match drawn.marks.iter().find(|(place, _)| *place == column) {
                    Some((_, mark)) => inline(mark, text.clone()),
                    None => view! { <bdi>{text.clone()}</bdi> },
                };
                let class = match hit {
                    Some(true) => "sl-find on",
                    Some(false) => "sl-find",
                    None => "",
                };
                let current = hit == Some(true);
                if heading {
                    view! { <th scope="col" class=class data-hit=current>{inside}</th> }
                } else {
                    view! { <td class=class data-hit=current>{inside}</td> }
                }
            };
            let cells: Vec<Html> = cells.iter().enumerate().map(cell).collect();
            view! { <tr>{cells}</tr> }
        })
    }
}
