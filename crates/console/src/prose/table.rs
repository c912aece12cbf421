//! Data that is a table.

use super::{Block, Inline};
use runs::Json;

/// Lines and columns that are drawn.
const MOST_ROWS: usize = 500;
const MOST_COLUMNS: usize = 50;

/// A list of objects, a list of lists, or an object of columns as a table; `None`: it is neither.
pub fn table(value: &Json) -> Option<Vec<Block>> {
    let (head, rows) = match value {
        Json::Array(rows) if rows.iter().all(Json::is_object) => of_objects(rows)?,
        Json::Array(rows) if rows.iter().all(Json::is_array) => (Vec::new(), rows.iter().filter_map(Json::as_array).cloned().collect()),
        Json::Object(columns) if !columns.is_empty() && columns.values().all(Json::is_array) => {
            let length = columns.values().filter_map(Json::as_array).map(Vec::len).max().unwrap_or(0);
            let row = |at| columns.values().map(|column| column.get(at).cloned().unwrap_or_default()).collect();
            (columns.keys().cloned().collect(), (0..length.min(MOST_ROWS)).map(row).collect())
        }
        _ => return None,
    };
    (!rows.is_empty()).then(|| {
        let head = head.into_iter().take(MOST_COLUMNS).map(|name| vec![Inline::Text(name)]).collect();
        let rows = rows.into_iter().take(MOST_ROWS).map(|row| row.iter().take(MOST_COLUMNS).map(cell).collect()).collect();
        vec![Block::Table { head, rows }]
    })
}

/// Columns in the order in which they come up first.
fn of_objects(rows: &[Json]) -> Option<(Vec<String>, Vec<Vec<Json>>)> {
    let mut head: Vec<String> = Vec::new();
    for key in rows.iter().filter_map(Json::as_object).flat_map(runs::value::json::Map::keys) {
        if !head.contains(key) {
            head.push(key.clone());
        }
        if head.len() > MOST_COLUMNS {
            break;
        }
    }
    let row = |row: &Json| head.iter().map(|name| row.get(name.as_str()).cloned().unwrap_or_default()).collect();
    let lines = rows.iter().take(MOST_ROWS).map(row).collect();
    (!head.is_empty()).then_some((head, lines))
}

fn cell(value: &Json) -> Vec<Inline> {
    match value {
        Json::Null => Vec::new(),
        Json::String(text) => vec![Inline::Text(text.clone())],
        other => vec![Inline::Text(other.to_string())],
    }
}
