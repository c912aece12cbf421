//! Which columns the table of runs has beside run and status, and in which order.

use runs::value::percent::{decode, encode};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    Flow,
    Trigger,
    Started,
    Duration,
    Steps,
    /// What happened.
    Note,
    Id,
    Name,
    Created,
    Finished,
    Attempt,
    /// What the run carries under a key.
    Metadata(String),
}

/// As long as nobody chose.
pub const USUAL: [Column; 6] = [Column::Flow, Column::Trigger, Column::Started, Column::Duration, Column::Steps, Column::Note];

/// What can be chosen beside keys of metadata.
pub const OFFERED: [Column; 11] = [
    Column::Flow,
    Column::Trigger,
    Column::Started,
    Column::Duration,
    Column::Steps,
    Column::Note,
    Column::Id,
    Column::Name,
    Column::Created,
    Column::Finished,
    Column::Attempt,
];

/// Columns at once: more have no room to be read.
pub const MOST: usize = 8;
/// Characters of a key.
pub const LONGEST_KEY: usize = 60;

const VERSION: &str = "1 ";
const METADATA: &str = "meta.";

impl Column {
    /// The word in storage; the cell's class is made of it.
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Trigger => "trig",
            Self::Started => "start",
            Self::Duration => "dur",
            Self::Steps => "steps",
            Self::Note => "note",
            Self::Id => "id",
            Self::Name => "name",
            Self::Created => "created",
            Self::Finished => "finished",
            Self::Attempt => "attempt",
            Self::Metadata(_) => "meta",
        }
    }

    fn word(&self) -> String {
        match self {
            Self::Metadata(key) => format!("{METADATA}{}", encode(key)),
            other => other.slug().to_owned(),
        }
    }

    fn read(word: &str) -> Option<Self> {
        match word.strip_prefix(METADATA) {
            Some(key) => Some(Self::Metadata(key_of(&decode(key))?)),
            None => OFFERED.into_iter().find(|column| column.slug() == word),
        }
    }
}

/// A key of metadata as typed; `None` if it is empty or too long.
pub fn key_of(text: &str) -> Option<String> {
    let key = text.trim();
    (!key.is_empty() && key.chars().count() <= LONGEST_KEY).then(|| key.to_owned())
}

/// Reads what [`write`] wrote, word by word. What is not understood, comes twice or is too much is left out; of nothing, or of
/// another version, come the usual columns.
pub fn read(text: &str) -> Vec<Column> {
    let Some(words) = text.strip_prefix(VERSION) else { return USUAL.to_vec() };
    let mut columns: Vec<Column> = Vec::new();
    for column in words.split(',').filter_map(Column::read) {
        if columns.len() < MOST && !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}

/// For storage; empty for the usual columns.
pub fn write(columns: &[Column]) -> String {
    if columns == USUAL {
        return String::new();
    }
    let words: Vec<String> = columns.iter().map(Column::word).collect();
    format!("{VERSION}{}", words.join(","))
}

/// With a column at the end, unless it is there or there is no room.
pub fn with(mut columns: Vec<Column>, column: Column) -> Vec<Column> {
    if columns.len() < MOST && !columns.contains(&column) {
        columns.push(column);
    }
    columns
}

/// With a column one place further to the front or back; at the end it stays.
pub fn moved(mut columns: Vec<Column>, at: usize, back: bool) -> Vec<Column> {
    let to = if back { at.checked_sub(1) } else { at.checked_add(1) };
    if let Some(to) = to.filter(|to| *to < columns.len() && at < columns.len()) {
        columns.swap(at, to);
    }
    columns
}
