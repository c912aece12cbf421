use crate::net::{self, Scope};
use crate::platform::clock;
use leptos::prelude::*;
use runs::model::Run;
use runs::value::percent::encode;
use runs::wire::http::Request;
use runs::{ApiError, ErrorKind, Json};
use std::collections::HashMap;

/// The most run numbers remembered.
const MOST: usize = 20_000;
/// Runs that the ledger is asked for at once.
const AT_ONCE: usize = 100;
/// A run that the ledger did not know is asked for again after so long, in milliseconds; one of a flow that it still reads later.
const AGAIN: i64 = 5_000;
const AGAIN_UNREAD: i64 = 60_000;

type Key = (String, String);

/// A run's number in the gateway's ledger: it never moves again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    pub number: u64,
    /// The run appeared after later ones had their numbers.
    pub late: bool,
}

/// What the ledger says of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ledger {
    Given(Given),
    /// Its flow is numbered, it is not yet.
    Coming,
    /// There is no ledger, or it does not know the flow (yet).
    Unknown,
}

/// What is known of one run's number.
#[derive(Clone, Copy, Default)]
struct Known {
    /// As the history counted it last.
    derived: Option<u64>,
    given: Option<Given>,
    /// When the ledger is asked for it again.
    again: i64,
}

/// One table for all: each further kind of map is kilobytes of a first visit.
#[derive(Default)]
struct Table {
    runs: HashMap<Key, Known>,
    /// Flows of which all runs are numbered.
    kept: Vec<Key>,
}

impl Table {
    /// Not while an answer is taken in: its first runs would be forgotten for its last.
    fn make_room(&mut self) {
        if self.runs.len() >= MOST {
            *self = Self::default();
        }
    }

    fn run(&mut self, connection: &str, run: &str) -> &mut Known {
        self.runs.entry((connection.into(), run.into())).or_default()
    }

    fn keeps(&self, connection: &str, flow: &str) -> bool {
        self.kept.iter().any(|(of, kept)| of == connection && kept == flow)
    }
}

/// Runs of one flow that the ledger is asked for at once.
struct Batch {
    connection: String,
    flow: String,
    ids: Vec<String>,
}

/// Run numbers: the ledger's, and those that the history derived, so that a run's own page can show its number.
#[derive(Clone, Copy)]
pub struct Numbers {
    known: StoredValue<Table>,
    /// Counts up when the ledger has told something.
    told: RwSignal<u32>,
    ledger: bool,
}

impl Numbers {
    pub fn new(ledger: bool) -> Self {
        Self { known: StoredValue::new(Table::default()), told: RwSignal::new(0), ledger }
    }

    pub fn learn(self, connection: &str, run: &str, number: u64) {
        self.known.update_value(|table| {
            table.make_room();
            table.run(connection, run).derived = Some(number);
        });
    }

    fn known(self, connection: &str, run: &str) -> Known {
        self.known.with_value(|known| known.runs.get(&(connection.into(), run.into())).copied()).unwrap_or_default()
    }

    /// The ledger's number, else the one derived last.
    pub fn get(self, connection: &str, run: &str) -> Option<u64> {
        let known = self.known(connection, run);
        known.given.map(|given| given.number).or(known.derived)
    }

    pub fn of(self, connection: &str, run: &Run) -> Ledger {
        match self.known(connection, &run.id).given {
            Some(given) => Ledger::Given(given),
            None if self.keeps(connection, &run.flow) => Ledger::Coming,
            None => Ledger::Unknown,
        }
    }

    /// Whether the ledger numbers the runs of this flow: then none of them is counted here.
    pub fn keeps(self, connection: &str, flow: &str) -> bool {
        self.known.with_value(|known| known.keeps(connection, flow))
    }

    /// Whoever shows numbers follows what the ledger tells.
    pub fn track(self) {
        self.told.track();
    }

    /// The runs that the ledger does not have told a number of and may be asked for, which is noted.
    fn unknown<'a>(self, runs: &mut dyn Iterator<Item = (&'a str, &'a Run)>, again: bool) -> Vec<Batch> {
        let mut batches: Vec<Batch> = Vec::new();
        if !self.ledger {
            return batches;
        }
        let now = clock::now().0;
        self.known.update_value(|table| {
            table.make_room();
            for (connection, run) in runs.filter(|(_, run)| run.named() && !run.flow.is_empty() && run.number.is_none()) {
                let known = table.run(connection, &run.id);
                if known.given.is_some() || (!again && now < known.again) {
                    continue;
                }
                known.again = now + AGAIN;
                let fits = |batch: &&mut Batch| batch.connection == connection && batch.flow == run.flow && batch.ids.len() < AT_ONCE;
                match batches.iter_mut().find(fits) {
                    Some(batch) => batch.ids.push(run.id.clone()),
                    None => batches.push(Batch { connection: connection.into(), flow: run.flow.clone(), ids: vec![run.id.clone()] }),
                }
            }
        });
        batches
    }

    /// Asks the ledger for these runs, unless their vendor numbers them or it was just asked; whoever tracks hears of it.
    pub fn want<'a>(self, mut runs: impl Iterator<Item = (&'a str, &'a Run)>) {
        for batch in self.unknown(&mut runs, false) {
            // What cannot be told is shown as without a ledger, and asked for with the next answer of the list.
            leptos::task::spawn_local(async move {
                let _ = self.ask(&batch, None).await;
            });
        }
    }

    /// Asks for the numbers of these runs and waits for them.
    pub async fn read(self, connection: &str, runs: &[Run], scope: &Scope) {
        for batch in self.unknown(&mut runs.iter().map(|run| (connection, run)), true) {
            // Without an answer the rows have the numbers that they would have without a ledger.
            let _ = self.ask(&batch, Some(scope)).await;
        }
    }

    async fn ask(self, batch: &Batch, scope: Option<&Scope>) -> Result<(), ApiError> {
        let Batch { connection, flow, ids } = batch;
        let request = Request::get(format!("ledger/{}/numbers", encode(connection))).with("flow", flow).with("ids", ids.join(","));
        let json = net::own(&request, scope).await?;
        let (numbers, kept) = decode(&json);
        let now = clock::now().0;
        self.known.update_value(|table| {
            if !kept {
                ids.iter().for_each(|id| table.run(connection, id).again = now + AGAIN_UNREAD);
            } else if !table.keeps(connection, flow) {
                table.kept.push((connection.clone(), flow.clone()));
            }
            for (id, given) in numbers {
                table.run(connection, &id).given = Some(given);
            }
        });
        self.told.update(|told| *told += 1);
        Ok(())
    }

    /// The run with this number, where the ledger knows it. `Ok(None)`: it cannot say.
    pub async fn run_of(self, connection: &str, flow: &str, number: u64, scope: &Scope) -> Result<Option<String>, ApiError> {
        if !self.ledger {
            return Ok(None);
        }
        let request = Request::get(format!("ledger/{}/runs/{}/{number}", encode(connection), encode(flow)));
        match net::own(&request, Some(scope)).await {
            Ok(json) => Ok(json.get("run").and_then(Json::as_str).map(str::to_owned)),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The numbers that an answer tells, and how far the ledger is with the flow. What is no number is passed over.
fn decode(json: &Json) -> (Vec<(String, Given)>, bool) {
    let told = json.get("numbers").and_then(Json::as_object).into_iter().flatten();
    let one = |(id, told): (&String, &Json)| {
        let number = told.get("number")?.as_u64()?;
        Some((id.clone(), Given { number, late: told.get("late") == Some(&Json::Bool(true)) }))
    };
    (told.filter_map(one).collect(), json.get("state").and_then(Json::as_str) == Some("kept"))
}
