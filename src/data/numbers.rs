use crate::net::{self, Scope};
use crate::platform::clock;
use leptos::prelude::*;
use runs::model::Run;
use runs::value::json::Malformed;
use runs::value::percent::encode;
use runs::wire::http::Request;
use runs::wire::object::ObjectReader;
use runs::{ApiError, ErrorKind, Json};
use std::collections::{BTreeMap, HashMap, HashSet};

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

#[derive(Default)]
struct Known {
    /// Numbers that the history derived.
    derived: HashMap<Key, u64>,
    given: HashMap<Key, Given>,
    /// Flows of which all runs are numbered.
    kept: HashSet<Key>,
    /// When a run is asked for again.
    again: HashMap<Key, i64>,
}

/// Run numbers: the ledger's, and those that the history derived, so that a run's own page can show its number.
#[derive(Clone, Copy)]
pub struct Numbers {
    known: StoredValue<Known>,
    /// Counts up when the ledger has told something.
    told: RwSignal<u32>,
    ledger: bool,
}

impl Numbers {
    pub fn new(ledger: bool) -> Self {
        Self { known: StoredValue::new(Known::default()), told: RwSignal::new(0), ledger }
    }

    pub fn learn(self, connection: &str, run: &str, number: u64) {
        self.known.update_value(|known| {
            if known.derived.len() >= MOST {
                known.derived.clear();
            }
            known.derived.insert((connection.into(), run.into()), number);
        });
    }

    /// The ledger's number, else the one derived last.
    pub fn get(self, connection: &str, run: &str) -> Option<u64> {
        let key = (connection.to_owned(), run.to_owned());
        self.known.with_value(|known| known.given.get(&key).map(|given| given.number).or_else(|| known.derived.get(&key).copied()))
    }

    pub fn of(self, connection: &str, run: &Run) -> Ledger {
        let key = (connection.to_owned(), run.id.clone());
        self.known.with_value(|known| match known.given.get(&key) {
            Some(given) => Ledger::Given(*given),
            None if known.kept.contains(&(key.0, run.flow.clone())) => Ledger::Coming,
            None => Ledger::Unknown,
        })
    }

    /// Whether the ledger numbers the runs of this flow: then none of them is counted here.
    pub fn keeps(self, connection: &str, flow: &str) -> bool {
        self.known.with_value(|known| known.kept.contains(&(connection.to_owned(), flow.to_owned())))
    }

    /// Whoever shows numbers follows what the ledger tells.
    pub fn track(self) {
        self.told.track();
    }

    /// Asks the ledger for these runs, unless their vendor numbers them or it was just asked; whoever tracks hears of it.
    pub fn want<'a>(self, connection: &str, runs: impl IntoIterator<Item = &'a Run>) {
        if !self.ledger {
            return;
        }
        let now = clock::now().0;
        let mut flows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        self.known.update_value(|known| {
            if known.given.len() >= MOST {
                *known = Known::default();
            }
            for run in runs.into_iter().filter(|run| run.named() && !run.flow.is_empty() && run.number.is_none()) {
                let key = (connection.to_owned(), run.id.clone());
                if known.given.contains_key(&key) || known.again.get(&key).is_some_and(|again| now < *again) {
                    continue;
                }
                known.again.insert(key, now + AGAIN);
                flows.entry(&run.flow).or_default().push(run.id.clone());
            }
        });
        let asked = flows.into_iter().flat_map(|(flow, ids)| {
            let batches: Vec<_> = ids.chunks(AT_ONCE).map(|ids| (flow.to_owned(), ids.to_vec())).collect();
            batches
        });
        for (flow, ids) in asked {
            let connection = connection.to_owned();
            leptos::task::spawn_local(async move {
                // What cannot be told is shown as without a ledger, and asked for with the next answer of the list.
                let _ = self.ask(&connection, &flow, &ids, None).await;
            });
        }
    }

    /// Asks for the numbers of these runs and waits for them.
    pub async fn read(self, connection: &str, runs: &[Run], scope: &Scope) {
        if !self.ledger {
            return;
        }
        let mut flows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for run in runs.iter().filter(|run| run.named() && !run.flow.is_empty() && run.number.is_none()) {
            if !matches!(self.of(connection, run), Ledger::Given(_)) {
                flows.entry(&run.flow).or_default().push(run.id.clone());
            }
        }
        for (flow, ids) in flows {
            for ids in ids.chunks(AT_ONCE) {
                // Without an answer the rows have the numbers that they would have without a ledger.
                let _ = self.ask(connection, flow, ids, Some(scope)).await;
            }
        }
    }

    async fn ask(self, connection: &str, flow: &str, ids: &[String], scope: Option<&Scope>) -> Result<(), ApiError> {
        let request = Request::get(format!("ledger/{}/numbers", encode(connection))).with("flow", flow).with("ids", ids.join(","));
        let json = net::own(&request, scope).await?;
        let (numbers, state) = decode(json).map_err(|problem| ApiError::malformed(&problem, &request.call()))?;
        let kept = state.as_deref() == Some("kept");
        let now = clock::now().0;
        self.known.update_value(|known| {
            if kept {
                known.kept.insert((connection.to_owned(), flow.to_owned()));
            } else {
                known.again.extend(ids.iter().map(|id| ((connection.to_owned(), id.clone()), now + AGAIN_UNREAD)));
            }
            for (id, given) in numbers {
                known.given.insert((connection.to_owned(), id), given);
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

type Told = (Vec<(String, Given)>, Option<String>);

fn decode(json: Json) -> Result<Told, Malformed> {
    let mut fields = ObjectReader::of(json, "numbers")?;
    let state = fields.text("state")?;
    let Some(numbers) = fields.take("numbers") else { return Ok((Vec::new(), state)) };
    let one = |(id, told): (String, Json)| {
        let mut told = ObjectReader::of(told, "number")?;
        let late = told.flag("late")?.unwrap_or(false);
        Ok(told.count("number")?.map(|number| (id, Given { number, late })))
    };
    let all: Result<Vec<_>, Malformed> = ObjectReader::of(numbers, "numbers")?.rest().into_iter().map(one).collect();
    Ok((all?.into_iter().flatten().collect(), state))
}
