//! Cells from a spreadsheet, put into a list from one cell on.

use super::check::{Typed, read, shortened};
use super::draft::shown;
use super::problem::Wrong;
use super::variant::blank;
use super::{Draft, Kind, Node, edit};
use crate::value::diff::{align, join};
use crate::value::json::{Json, Map};

/// More is not taken from one paste.
const MAX_ROWS: usize = 1_000;
const MAX_COLUMNS: usize = 200;
/// So many cells without a fit are told one by one.
const MAX_TOLD: usize = 8;
/// So many cells are shown before they are replaced.
const MAX_SHOWN: usize = 60;

/// What came of a paste.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pasted {
    /// Cells that were filled.
    pub cells: usize,
    /// Lines that the list got more.
    pub added: usize,
    /// Cells whose text stays in its control because the field cannot hold it: the first of them, and how many there are.
    pub unfit: Vec<Unfit>,
    pub unfit_count: usize,
    /// Lines that had no place: the list is full, or there are too many for one paste.
    pub rows_left: usize,
    /// The list holds no more than this.
    pub max: Option<u64>,
    /// Columns of the paste beyond the last column of the list.
    pub columns_left: usize,
    /// Cells that may not be changed.
    pub locked: usize,
    /// The first line named the columns.
    pub by_name: bool,
    /// What each cell held and will show: the first of them, and how many held something else.
    pub shown: Vec<Replaced>,
    pub replaced: usize,
}

/// A cell that a paste fills.
#[derive(Clone, Debug, PartialEq)]
pub struct Replaced {
    /// One-based.
    pub line: usize,
    pub column: String,
    pub before: String,
    pub after: String,
    /// It does not fit, or asks something.
    pub wrong: bool,
}

/// A cell that does not fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfit {
    pub path: String,
    /// One-based.
    pub line: usize,
    pub column: String,
    pub found: String,
    pub wrong: Wrong,
}

impl Draft {
    /// What [`Draft::paste`] would do.
    pub fn preview(&self, path: &str, rows: &[Vec<String>]) -> Option<Pasted> {
        self.clone().paste(path, rows)
    }

    /// Puts cells into a list, from the one at `path` to the right and down, as one step. `None`: it is one cell only, or the field lies
    /// in no list that they would fit into: it is an ordinary paste then.
    pub fn paste(&mut self, path: &str, rows: &[Vec<String>]) -> Option<Pasted> {
        let (list, line, columns, first) = self.target(path)?;
        let Some(Node { kind: Kind::List { items, template, max, .. }, read_only: false, .. }) = self.form().find(&list) else {
            return None;
        };
        if rows.iter().map(Vec::len).sum::<usize>() < 2 {
            return None;
        }
        let mut rows: Vec<&[String]> = rows.iter().map(|row| &row[..row.len().min(MAX_COLUMNS)]).collect();
        let mut told = Pasted { max: *max, ..Pasted::default() };
        let mut places: Vec<Option<usize>> = (first..columns.len()).map(Some).collect();
        if let Some(named) = named(&columns, &rows) {
            places = named;
            rows.remove(0);
            told.by_name = true;
        }
        let width = rows.iter().map(|row| row.len()).max()?;
        told.columns_left = if told.by_name { 0 } else { width.saturating_sub(places.len()) };
        let mut values = self.get(&list).and_then(Json::as_array).cloned().unwrap_or_default();
        // The outermost list's items belong to the vendor's, one by one.
        let most = if list.is_empty() { values.len() } else { max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX) };
        let room = most.max(values.len()).saturating_sub(line).min(MAX_ROWS);
        told.rows_left = rows.len().saturating_sub(room);
        rows.truncate(room);
        let originals = self.originals(&list, &values);
        let mut loose = self.loose.clone();
        for (at, row) in (line..).zip(&rows) {
            if at == values.len() {
                values.push(blank(template, self.inferred).unwrap_or(Json::Null));
                told.added += 1;
            }
            let item = items.get(at).unwrap_or(template);
            for (cell, place) in row.iter().zip(&places) {
                let Some(column) = place.and_then(|place| columns.get(place)) else { continue };
                let key = column.as_deref();
                let Some(node) = (match key {
                    Some(key) => item.below().iter().find(|field| field.key == key),
                    None => Some(item),
                }) else {
                    continue;
                };
                // A frame shows no text of its own.
                if node.read_only || matches!(node.kind, Kind::Object { .. } | Kind::List { .. }) {
                    told.locked += 1;
                    continue;
                }
                let of = join(&list, &at.to_string());
                let of = key.map_or_else(|| of.clone(), |key| join(&of, key));
                let original = originals.get(at).copied().flatten().and_then(|item| key.map_or(Some(item), |key| item.get(key)));
                let before = self.text(&of);
                let Some(value) = values.get_mut(at) else { continue };
                let taken = taken(node, cell, original);
                let after = match &taken {
                    Typed::Wrong(_) => cell.clone(),
                    Typed::Value(new) => shown(node, new),
                    Typed::Absent => String::new(),
                };
                told.replaced += usize::from(!before.is_empty() && before != after);
                if told.shown.len() < MAX_SHOWN {
                    let wrong = matches!(taken, Typed::Wrong(_));
                    told.shown.push(Replaced { line: at + 1, column: node.label().to_owned(), before, after, wrong });
                }
                match taken {
                    Typed::Wrong(wrong) => {
                        loose.put_text(&of, Some(cell));
                        told.unfit_count += 1;
                        if told.unfit.len() < MAX_TOLD {
                            let column = node.label().to_owned();
                            told.unfit.push(Unfit { path: of, line: at + 1, column, found: shortened(cell), wrong });
                        }
                        continue;
                    }
                    Typed::Value(new) => put(value, key, Some(new)),
                    Typed::Absent => put(value, key, None),
                }
                loose.put_text(&of, None);
                told.cells += 1;
            }
        }
        let changed = Some(&values) != self.get(&list).and_then(Json::as_array) || loose != self.loose;
        if changed {
            self.seal();
            self.write_as(path, &list, Some(Json::Array(values)), loose, false);
        }
        Some(told)
    }

    /// The list that a cell lies in, its line, the list's columns by key (one without a key where items are single values), and
    /// the cell's own column.
    fn target(&self, path: &str) -> Option<(String, usize, Vec<Option<String>>, usize)> {
        let trail = self.form().trail(path);
        let at = trail.iter().rposition(|node| node.place.is_some())?;
        let item = trail.get(at)?;
        let list = edit::split(&item.path)?.0.to_owned();
        let Kind::List { flat, template, .. } = &self.form().find(&list)?.kind else { return None };
        let single = !matches!(item.kind, Kind::Object { .. } | Kind::List { .. } | Kind::Json { .. });
        let line = item.place?;
        if *flat {
            let columns: Vec<Option<String>> = template.below().iter().map(|column| Some(column.key.clone())).collect();
            let first = columns.iter().position(|key| key.as_deref() == trail.get(at + 1).map(|field| field.key.as_str()))?;
            return Some((list, line, columns, first));
        }
        single.then(|| (list, line, vec![None], 0))
    }

    /// What was read of each item.
    fn originals(&self, list: &str, values: &[Json]) -> Vec<Option<&Json>> {
        let mut found = vec![None; values.len()];
        let Some(olds) = self.original(list).and_then(Json::as_array) else { return found };
        for (left, right) in align(olds, values) {
            if let (Some(left), Some(right)) = (left, right)
                && let Some(place) = found.get_mut(right)
            {
                *place = olds.get(left);
            }
        }
        found
    }
}

fn put(item: &mut Json, key: Option<&str>, value: Option<Json>) {
    match (key, value) {
        (None, value) => *item = value.unwrap_or_default(),
        (Some(key), value) => {
            if item.is_null() {
                *item = Json::Object(Map::new());
            }
            if let Json::Object(map) = item {
                match value {
                    Some(value) => {
                        map.insert(key.to_owned(), value);
                    }
                    None => {
                        map.shift_remove(key);
                    }
                }
            }
        }
    }
}

/// Spreadsheets write `TRUE`; otherwise a cell is read like typing.
fn taken(node: &Node, cell: &str, original: Option<&Json>) -> Typed {
    match node.kind {
        Kind::Bool => read(node, &cell.trim().to_ascii_lowercase(), original),
        Kind::Number(_) => read(node, cell.trim(), original),
        _ => read(node, cell, original),
    }
}

/// Whether the first line names columns of the list; then, for each cell of a line, its column.
fn named(columns: &[Option<String>], rows: &[&[String]]) -> Option<Vec<Option<usize>>> {
    let head = rows.first().filter(|_| rows.len() > 1)?;
    let place = |cell: &String| columns.iter().position(|key| key.as_ref().is_some_and(|key| key.eq_ignore_ascii_case(cell.trim())));
    let places: Vec<Option<usize>> = head.iter().map(place).collect();
    (places.iter().all(Option::is_some) && !places.is_empty()).then_some(places)
}
