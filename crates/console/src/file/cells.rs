//! Delimited text: CSV files, and cells copied from a spreadsheet (RFC 4180, quotes doubled inside quotes).

use std::collections::BTreeMap;

/// Characters and rows that tell which separator a text has.
const PROBE: usize = 64_000;
const PROBED: usize = 60;
/// The surest first: a comma also stands in amounts and in sentences.
pub const SEPARATORS: [char; 4] = ['\t', ';', '|', ','];

/// A text as a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub rows: Vec<Vec<String>>,
    /// How many rows stand above the heading: titles, and what else is said of the whole.
    pub above: usize,
    pub separator: char,
    /// There are more rows or columns.
    pub cut: bool,
}

/// A text as rows of cells. The separator is the one that the file names (`sep=;`), else that which parts most of its first rows
/// alike, quotes and what stands in them left alone; or the one that was chosen.
pub fn table(text: &str, chosen: Option<char>, rows: usize, columns: usize) -> Table {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (named, text) = named(text);
    let separator = chosen.or(named).unwrap_or_else(|| separator(text));
    let (rows, cut) = read(text, separator, rows, columns);
    let above = above(&rows);
    Table { rows, above, separator, cut }
}

/// A first line that only names the separator, as Excel writes and reads it.
fn named(text: &str) -> (Option<char>, &str) {
    let (line, rest) = text.split_at(text.find(['\n', '\r']).unwrap_or(text.len()));
    let line = line.strip_prefix('"').and_then(|line| line.strip_suffix('"')).unwrap_or(line);
    let sign = line.split_at_checked(4).filter(|(start, _)| start.eq_ignore_ascii_case("sep=")).map(|(_, sign)| sign);
    let mut signs = sign.unwrap_or_default().chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None) if sign != '"' => {
            (Some(sign), rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r'])).unwrap_or(rest))
        }
        _ => (None, text),
    }
}

/// The separator before and after which quotes stand, and that gives the most rows the same number of cells, more than one.
fn separator(text: &str) -> char {
    let end = text.char_indices().nth(PROBE).map_or(text.len(), |(at, _)| at);
    let mut best = ((false, 0), ',');
    for separator in SEPARATORS {
        let (mut rows, cut) = read(&text[..end], separator, PROBED, usize::MAX);
        if end < text.len() && !cut {
            // The last one may be half a row.
            rows.pop();
        }
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        if let Some((cells, alike)) = usual(&rows) {
            // Titles above the table and sums below it do not count against it, unless they are most of the text.
            let other = |row: &&Vec<String>| row.len() != cells;
            let (above, below) = (rows.iter().take_while(other).count(), rows.iter().rev().take_while(other).count());
            let within = if alike * 2 >= rows.len() { rows.len() - above - below } else { rows.len() };
            if separator == ',' && cells == 2 && are_amounts(&rows[above..rows.len() - below], above > 0) {
                if best.0.1 == 0 {
                    best.1 = ';';
                }
                continue;
            }
            let score = (is_quoted(&text[..end], separator), alike * 1_000 / within.max(1));
            if score > best.0 {
                best = (score, separator);
            }
        }
    }
    best.1
}

/// Whether a comma only stands in amounts: between digits in each row, below a heading without one, or before two decimals each.
fn are_amounts(rows: &[Vec<String>], headed: bool) -> bool {
    rows.iter().all(|row| match row.as_slice() {
        [whole, decimals] => {
            whole.ends_with(|end: char| end.is_ascii_digit())
                && decimals.bytes().all(|digit| digit.is_ascii_digit())
                && if headed { !decimals.is_empty() } else { decimals.len() == 2 }
        }
        _ => false,
    })
}

/// Whether each quote that opens a cell has one that closes it, right before a separator or the end of the line.
fn is_quoted(text: &str, separator: char) -> bool {
    let mut rest = text.chars().peekable();
    let (mut fresh, mut quoted) = (true, false);
    while let Some(character) = rest.next() {
        match character {
            '"' if quoted && rest.next_if_eq(&'"').is_some() => {}
            '"' if quoted => {
                quoted = false;
                if rest.peek().is_some_and(|next| *next != separator && !matches!(next, '\n' | '\r')) {
                    return false;
                }
            }
            _ if quoted => {}
            '"' if fresh => (quoted, fresh) = (true, false),
            _ => fresh = character == separator || matches!(character, '\n' | '\r'),
        }
    }
    true
}

/// The number of cells that most rows have, more than one, and how many rows that are.
fn usual(rows: &[Vec<String>]) -> Option<(usize, usize)> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.len() > 1) {
        *counts.entry(row.len()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, rows)| *rows)
}

/// Rows before the heading have hardly a cell of it.
fn above(rows: &[Vec<String>]) -> usize {
    let first = &rows[..rows.len().min(PROBED)];
    let Some((usual, _)) = usual(first) else { return 0 };
    let sparse = |row: &&Vec<String>| {
        let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
        filled <= 1 || filled * 3 <= usual
    };
    let above = first.iter().take_while(sparse).count();
    if above < first.len() { above } else { 0 }
}

/// Bounded by `rows` and `columns`; the flag tells that something was cut off. A quote that is never closed is a character.
pub fn read(text: &str, separator: char, rows: usize, columns: usize) -> (Vec<Vec<String>>, bool) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found: Vec<Vec<String>> = Vec::new();
    let (mut row, mut cell, mut quoted, mut fresh, mut cut) = (Vec::new(), String::new(), false, true, false);
    // From here on no quote closes a cell.
    let open_from = last_closing(text, separator);
    let mut characters = text.char_indices().peekable();
    let end_cell = |row: &mut Vec<String>, cell: &mut String, cut: &mut bool| {
        let cell = std::mem::take(cell);
        if row.len() < columns { row.push(cell) } else { *cut = true }
    };
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        match character {
            '"' if quoted && next == Some('"') => {
                cell.push('"');
                characters.next();
            }
            '"' if quoted => quoted = false,
            '"' if fresh && at < open_from => (quoted, fresh) = (true, false),
            '\r' if !quoted && next == Some('\n') => {}
            '\n' | '\r' if !quoted => {
                end_cell(&mut row, &mut cell, &mut cut);
                if found.len() == rows {
                    return (found, true);
                }
                found.push(std::mem::take(&mut row));
                fresh = true;
            }
            character if character == separator && !quoted => {
                end_cell(&mut row, &mut cell, &mut cut);
                fresh = true;
            }
            character => {
                cell.push(character);
                fresh = false;
            }
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

/// Where the last quote stands that ends a cell: before a separator, an end of line or the end.
fn last_closing(text: &str, separator: char) -> usize {
    let ends = |(at, _): &(usize, &str)| {
        let next = text[at + 1..].chars().next();
        next.is_none_or(|next| next == separator || matches!(next, '\n' | '\r'))
    };
    text.rmatch_indices('"').find(ends).map_or(0, |(at, _)| at)
}
