use super::Connection;
use crate::net::{self, Scope};
use crate::platform::clock;
use leptos::prelude::*;
use runs::adapters::RunRef;
use runs::model::Run;
use runs::model::status::Status;
use runs::reading::live::{later, newer, over};
use runs::{ApiError, ErrorKind, StatusKind, Timestamp};
use std::sync::Arc;

/// So many runs are remembered.
const MOST: usize = 1_000;
/// A list that was asked before a run was deleted may still answer with it for so many milliseconds.
const LAG: u64 = 30_000;

#[derive(Clone)]
struct Known {
    connection: String,
    id: String,
    /// `None`: deleted.
    run: Option<Run>,
    at: Timestamp,
}

/// What is known of single runs beside the lists that show them: by what was done with them in this tab, from their own pages, and
/// from looking up what a list no longer holds.
#[derive(Clone, Copy)]
pub struct Learned {
    /// In the order of their ids.
    known: RwSignal<Vec<Arc<Known>>>,
}

impl Learned {
    pub fn new() -> Self {
        Self { known: RwSignal::new(Vec::new()) }
    }

    /// An answer about one run.
    pub fn run(self, connection: &str, run: &Run) {
        self.learn(connection, &run.id, Some(run.clone()));
    }

    pub fn deleted(self, connection: &str, id: &str) {
        self.learn(connection, id, None);
    }

    /// What an answer about one run comes to.
    pub fn answered(self, connection: &str, id: &str, answer: Result<&Run, &ApiError>) {
        match answer {
            Ok(run) => self.run(connection, run),
            Err(error) if error.kind == ErrorKind::NotFound => self.deleted(connection, id),
            Err(_) => {}
        }
    }

    /// Reads one run, for all lists that show it.
    pub async fn look_up(self, connection: &Connection, run: &RunRef, scope: &Scope) {
        let answer = net::read(&connection.id, connection.dialect.run_adapter().get_status(run), scope).await;
        self.answered(&connection.id, &run.id, answer.as_ref());
    }

    fn learn(self, connection: &str, id: &str, run: Option<Run>) {
        let new = Arc::new(Known { connection: connection.into(), id: id.into(), run, at: clock::now() });
        self.known.try_update(|known| {
            match place(known, connection, id) {
                Ok(at) => known[at] = new,
                Err(at) => known.insert(at, new),
            }
            if known.len() > MOST
                && let Some(oldest) = (0..known.len()).min_by_key(|at| known[*at].at)
            {
                known.remove(oldest);
            }
        });
    }

    /// When this run was learned of, and whether anything more is to be expected.
    pub fn when(self, connection: &str, id: &str) -> Option<(Timestamp, bool)> {
        self.known.with_untracked(|known| {
            let known = &known[place(known, connection, id).ok()?];
            Some((known.at, known.run.as_ref().is_some_and(|run| !run.status.kind.is_final())))
        })
    }

    /// Brings a list's row up to date, which the list said at `said`; with `held` it still does. `true`: the run was deleted.
    pub fn over(self, connection: &str, row: &mut Run, said: Option<Timestamp>, held: bool) -> bool {
        self.known.with(|known| {
            let Ok(at) = place(known, connection, &row.id) else { return false };
            let Known { run, at, .. } = &*known[at];
            match run {
                Some(run) => {
                    if newer(row, run) && (said.is_none_or(|said| *at > said) || later(row, run)) {
                        *row = over(row, run);
                    }
                    false
                }
                None if held && said.is_some_and(|said| said.since(*at) > LAG) => false,
                None => {
                    *row = Run { waiting_on: Vec::new(), waiting_since: None, error: None, ..row.clone() };
                    row.status = Status::new(StatusKind::Deleted, "");
                    true
                }
            }
        })
    }
}

fn place(known: &[Arc<Known>], connection: &str, id: &str) -> Result<usize, usize> {
    let at = known.partition_point(|known| (known.id.as_str(), known.connection.as_str()) < (id, connection));
    match known.get(at) {
        Some(known) if known.id == id && known.connection == connection => Ok(at),
        _ => Err(at),
    }
}
