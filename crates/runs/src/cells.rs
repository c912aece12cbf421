//! Delimited text: CSV files, and cells copied from a spreadsheet (RFC 4180, quotes doubled inside quotes).

/// A text as rows of cells; the separator is the one that the first line has most of.
pub fn table(text: &str, rows: usize, columns: usize) -> (Vec<Vec<String>>, bool) {
    let first = text.lines().next().unwrap_or("");
    let count = |separator: char| first.matches(separator).count();
    let separator = [';', '\t', '|'].into_iter().fold(',', |best, next| if count(next) > count(best) { next } else { best });
    read(text, separator, rows, columns)
}

/// Bounded by `rows` and `columns`; the flag tells that something was cut off.
pub fn read(text: &str, separator: char, rows: usize, columns: usize) -> (Vec<Vec<String>>, bool) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found: Vec<Vec<String>> = Vec::new();
    let (mut row, mut cell, mut quoted, mut cut) = (Vec::new(), String::new(), false, false);
    let mut characters = text.chars().peekable();
    let end_cell = |row: &mut Vec<String>, cell: &mut String, cut: &mut bool| {
        let cell = std::mem::take(cell);
        if row.len() < columns { row.push(cell) } else { *cut = true }
    };
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            '\r' if !quoted && characters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                end_cell(&mut row, &mut cell, &mut cut);
                if found.len() == rows {
                    return (found, true);
                }
                found.push(std::mem::take(&mut row));
            }
            character if character == separator && !quoted => end_cell(&mut row, &mut cell, &mut cut),
            character => cell.push(character),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        end_cell(&mut row, &mut cell, &mut cut);
        if found.len() == rows {
            return (found, true);
        }
        found.push(row);
    }
    (found, cut)
}
