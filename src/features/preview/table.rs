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
pub fn Table(bytes: Arc<Bytes>, name: String) -> Html {
    let (rows, more) = read(&bytes.body);
    let mut rows = rows.into_iter();
    let head: Vec<Html> =
        rows.next().unwrap_or_default().into_iter().map(|cell| view! { <th scope="col"><bdi>{cell}</bdi></th> }).collect();
    let body: Vec<Html> = rows
        .map(|row| {
            let cells: Vec<Html> = row.into_iter().map(|cell| view! { <td><bdi>{cell}</bdi></td> }).collect();
            view! { <tr>{cells}</tr> }
        })
        .collect();
    view! {
        <div class="sl-preview__table sl-scroll" tabindex="0" role="region" aria-label=name>
            <table class="sl-grid">
                <thead><tr>{head}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
        {more.then(|| view! { <p class="sl-xs sl-2">{(t().preview.cut)(ROWS, COLUMNS)}</p> })}
    }
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
