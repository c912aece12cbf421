use leptos::prelude::*;
use runs::model::Run;
use std::sync::Arc;

/// So many runs can be chosen at once.
pub const MOST: usize = 1_000;

/// A chosen run as it was last seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Picked {
    pub connection: String,
    pub number: Option<u64>,
    pub run: Run,
}

/// The runs that somebody chose in the history, whatever page they are on: they stay chosen while one pages, filters and reads on.
#[derive(Clone, Copy)]
pub struct Selection {
    /// In the order of their ids.
    pub picked: RwSignal<Vec<Arc<Picked>>>,
    /// Where a range begins that is chosen with Shift.
    pub anchor: StoredValue<String>,
    /// Counts what was begun with several runs; zero if there is nothing to show of it.
    pub job: RwSignal<u32>,
    /// The connection that they were chosen in.
    of: StoredValue<String>,
}

impl Selection {
    pub(super) fn new() -> Self {
        Self {
            picked: RwSignal::new(Vec::new()),
            anchor: StoredValue::new(String::new()),
            job: RwSignal::new(0),
            of: StoredValue::new(String::new()),
        }
    }

    pub fn has(self, connection: &str, run: &str) -> bool {
        self.picked.with(|picked| place(picked, connection, run).is_ok())
    }

    /// Another connection is shown: what was chosen in the one before is not.
    pub fn enter(self, connection: &str) {
        if self.of.get_value() != connection {
            self.of.set_value(connection.into());
            self.clear();
        }
    }

    pub fn clear(self) {
        if self.picked.with_untracked(|picked| !picked.is_empty()) {
            self.picked.set(Vec::new());
        }
    }

    /// Chooses runs, or no longer; `false` if there were too many. With what could not be read nothing can be done.
    pub fn choose(self, runs: Vec<Picked>, on: bool) -> bool {
        let mut fits = true;
        self.picked.update(|picked| {
            for run in runs.into_iter().filter(|picked| !picked.run.unread) {
                match (place(picked, &run.connection, &run.run.id), on) {
                    (Ok(at), false) => {
                        picked.remove(at);
                    }
                    (Err(_), true) if picked.len() >= MOST => fits = false,
                    (Err(at), true) => picked.insert(at, Arc::new(run)),
                    _ => {}
                }
            }
        });
        fits
    }

    /// Chosen runs that were read again.
    pub fn refresh(self, connection: &str, runs: &[&Run]) {
        let changed: Vec<(usize, Run)> = self.picked.with_untracked(|picked| {
            let known =
                |run: &&Run| place(picked, connection, &run.id).ok().filter(|at| picked[*at].run != **run).map(|at| (at, (*run).clone()));
            runs.iter().filter_map(known).collect()
        });
        if !changed.is_empty() {
            self.picked.update(|picked| {
                for (at, run) in changed {
                    Arc::make_mut(&mut picked[at]).run = run;
                }
            });
        }
    }
}

fn place(picked: &[Arc<Picked>], connection: &str, run: &str) -> Result<usize, usize> {
    let at = picked.partition_point(|known| (known.run.id.as_str(), known.connection.as_str()) < (run, connection));
    match picked.get(at) {
        Some(known) if known.run.id == run && known.connection == connection => Ok(at),
        _ => Err(at),
    }
}
