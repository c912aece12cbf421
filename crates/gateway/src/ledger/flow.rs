//! One flow as the ledger has it.

use runs::model::Place;
use runs::reading::address::read_place;
use runs::value::percent::decode;
use sqlx::Row as _;
use sqlx::any::AnyRow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its history is read for the first time.
    Walking,
    /// It was read; its runs are being numbered.
    Numbering,
    /// All its runs have numbers; new ones are looked for.
    Kept,
}

impl State {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Walking => "walking",
            Self::Numbering => "numbering",
            Self::Kept => "kept",
        }
    }

    fn of(word: &str) -> Self {
        match word {
            "numbering" => Self::Numbering,
            "kept" => Self::Kept,
            _ => Self::Walking,
        }
    }
}

/// One flow, and how far the ledger is with it.
#[derive(Clone, Debug)]
pub struct Flow {
    pub id: i64,
    pub flow: String,
    pub name: String,
    pub state: State,
    pub place: Place,
    pub walking: bool,
    pub passes: i64,
    pub listed: i64,
    pub total: Option<i64>,
    pub next: i64,
    pub began: i64,
    pub walked: Option<i64>,
    pub due: i64,
    pub looked: i64,
    pub rest: i64,
    pub error: Option<String>,
    pub failed: i64,
    pub(super) newest: Option<(i64, String)>,
}

impl Flow {
    pub(super) fn of(row: &AnyRow) -> sqlx::Result<Self> {
        let newest: Option<i64> = row.try_get("newest")?;
        Ok(Self {
            id: row.try_get("id")?,
            flow: row.try_get("flow")?,
            name: row.try_get("name")?,
            state: State::of(row.try_get("state")?),
            place: read_place(&decode(row.try_get::<Option<&str>, _>("place")?.unwrap_or_default())),
            walking: row.try_get::<i64, _>("walking")? != 0,
            passes: row.try_get("passes")?,
            listed: row.try_get("listed")?,
            total: row.try_get("total")?,
            next: row.try_get("next")?,
            began: row.try_get("began")?,
            walked: row.try_get("walked")?,
            due: row.try_get("due")?,
            looked: row.try_get("looked")?,
            rest: row.try_get("rest")?,
            error: row.try_get("error")?,
            failed: row.try_get("failed")?,
            newest: newest.zip(row.try_get("newest_run")?),
        })
    }
}
