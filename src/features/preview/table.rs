use super::marking::{Mark, Marking, Paper, inline};
use crate::net::Bytes;
use crate::prelude::*;
use crate::strings::t;
use runs::cells;
use std::sync::Arc;

/// Rows and columns shown; the download has them all.
const ROWS: usize = 500;
const COLUMNS: usize = 50;

/// A CSV file as a table; its first row are the headings.
#[component]
pub fn Table(bytes: Arc<Bytes>, name: String, marking: Option<Marking>) -> Html {
    let (rows, more) = read(&bytes.body);
    let marks: Vec<RwSignal<Vec<(usize, Mark)>>> = rows.iter().map(|_| RwSignal::new(Vec::new())).collect();
    if let Some(marking) = marking {
        follow(marking, &rows, &marks, more);
    }
    let mut rows = rows.into_iter().zip(marks).enumerate().map(|(at, (cells, marks))| {
        let row = move || {
            let marks = marks.get();
            let cells: Vec<Html> = cells
                .iter()
                .enumerate()
                .map(|(column, cell)| match marks.iter().find(|(place, _)| *place == column) {
                    Some((_, mark)) if at == 0 => view! { <th scope="col">{inline(mark, cell.clone())}</th> },
                    Some((_, mark)) => view! { <td>{inline(mark, cell.clone())}</td> },
                    None if at == 0 => view! { <th scope="col"><bdi>{cell.clone()}</bdi></th> },
                    None => view! { <td><bdi>{cell.clone()}</bdi></td> },
                })
                .collect();
            view! { <tr>{cells}</tr> }
        };
        if marking.is_some() { live(row) } else { row() }
    });
    let head = rows.next();
    let body: Vec<Html> = rows.collect();
    view! {
        <div
            class="sl-preview__table sl-scroll"
            tabindex="0"
            role="region"
            aria-label=name
            on:click=move |event| {
                if let Some(marking) = marking {
                    marking.clicked(&event);
                }
            }
            on:keydown=move |press| {
                if let Some(marking) = marking {
                    marking.pressed(&press);
                }
            }
        >
            <table class="sl-grid">
                <thead>{head}</thead>
                <tbody>{body}</tbody>
            </table>
        </div>
        {more.then(|| view! { <p class="sl-xs sl-2">{(t().preview.cut)(ROWS, COLUMNS)}</p> })}
    }
}

/// Hands each row its marks: only rows whose marks change are drawn anew.
fn follow(marking: Marking, rows: &[Vec<String>], marks: &[RwSignal<Vec<(usize, Mark)>>], cut: bool) {
    let pieces: Vec<String> = rows.iter().flatten().cloned().collect();
    let count = pieces.len();
    // Of each row, where its cells begin among the pieces.
    let starts: Vec<usize> = rows
        .iter()
        .scan(0, |next, row| {
            let start = *next;
            *next += row.len();
            Some(start)
        })
        .collect();
    marking.paper.set(Paper::Read { pieces: Arc::new(pieces), cut });
    let signals = marks.to_vec();
    Effect::new(move |_| {
        let mut now: Vec<Vec<(usize, Mark)>> = vec![Vec::new(); signals.len()];
        for mark in marking.marks(0..count) {
            let row = starts.partition_point(|start| *start <= mark.place.piece) - 1;
            now[row].push((mark.place.piece - starts[row], mark));
        }
        for (signal, now) in signals.iter().zip(now) {
            if signal.with_untracked(|before| *before != now) {
                signal.set(now);
            }
        }
    });
}

/// The cells, and whether there are more than are shown.
fn read(bytes: &[u8]) -> (Vec<Vec<String>>, bool) {
    cells::table(&String::from_utf8_lossy(bytes), ROWS + 1, COLUMNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_whatever_separates_them() {
        let cells = |text: &str| read(text.as_bytes()).0;
        assert_eq!(cells("\u{feff}a,b\n1,\"x, y\"\n"), [["a", "b"], ["1", "x, y"]]);
        assert_eq!(cells("a;b\n1,5;2"), [["a", "b"], ["1,5", "2"]]);
        assert_eq!(cells("a\tb\n1\t2\n"), [["a", "b"], ["1", "2"]]);
        assert!(cells("").is_empty());
    }

    #[test]
    fn a_long_file_is_cut_and_says_so() {
        let (rows, more) = read("a,b\n".repeat(5_000).as_bytes());
        assert_eq!((rows.len(), more), (ROWS + 1, true));
        let (rows, more) = read(",".repeat(200).as_bytes());
        assert_eq!((rows[0].len(), more), (COLUMNS, true));
    }
}
