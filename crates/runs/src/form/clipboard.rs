//! Cells as spreadsheets put them on the clipboard: tabs between cells, line ends between rows, and in quotes what contains either.

/// A text as rows of cells. A comma or semicolon separates nothing: it is part of an amount as likely as not. The last line end of a
/// copy begins no row. A text without any of that is one cell as it is: its quotes are its own.
pub fn grid(text: &str) -> Vec<Vec<String>> {
    let mut rest = text.trim_start_matches('\u{feff}');
    if !rest.is_empty() && !rest.contains(['\t', '\r', '\n']) {
        return vec![vec![rest.to_owned()]];
    }
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    while !(rest.is_empty() && row.is_empty()) {
        let (cell, after) = quoted(rest).unwrap_or_else(|| {
            let (cell, after) = rest.split_at(rest.find(['\t', '\r', '\n']).unwrap_or(rest.len()));
            (cell.to_owned(), after)
        });
        row.push(cell);
        rest = match after.strip_prefix('\t') {
            Some(after) => after,
            None => {
                rows.push(std::mem::take(&mut row));
                after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\r', '\n'])).unwrap_or(after)
            }
        };
    }
    rows
}

/// A cell in quotes, which a tab, a line end or nothing follows; quotes that are doubled stand for one. Anything else that begins with a
/// quote is a text of its own.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut cell = String::new();
    let mut rest = inside;
    loop {
        let (before, after) = rest.split_once('"')?;
        cell.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None => return (after.is_empty() || after.starts_with(['\t', '\r', '\n'])).then_some((cell, after)),
        }
    }
}
