use super::Connection;
use crate::net::{self, Scope};
use crate::platform::{clock, page};
use crate::state::Session;
use leptos::prelude::*;
use runs::adapter::FlowQuery;
use runs::capability::ReviewStyle;
use runs::model::{Page, Place, Run};
use runs::{ApiError, ErrorKind};
use std::sync::Arc;

/// Between two counts, in milliseconds.
const EVERY: u32 = 30_000;
/// Flows looked at where a vendor lists runs only per flow.
const MOST_FLOWS: usize = 20;

/// What waits for a person in one connection.
#[derive(Clone, Debug)]
pub struct WaitingOf {
    pub connection: Connection,
    /// Oldest first.
    pub runs: Vec<Run>,
    /// How many more there are at least, beyond `runs`.
    pub more: u64,
    /// The vendor has more than was counted.
    pub open_ended: bool,
    pub error: Option<ApiError>,
}

/// The runs that wait for people, over all connections: the queue and its count.
#[derive(Clone, Copy)]
pub struct Waiting {
    pub of: RwSignal<Vec<Arc<WaitingOf>>>,
    /// All connections have been asked at least once.
    pub complete: RwSignal<bool>,
    kick: RwSignal<u32>,
    session: Session,
}

impl Waiting {
    pub fn new(session: Session) -> Self {
        let waiting = Self { of: RwSignal::new(Vec::new()), complete: RwSignal::new(false), kick: RwSignal::new(0), session };
        Effect::new(move |_| {
            // Until somebody wants it, what waits gives way to what the page itself reads.
            if waiting.kick.get() == 0 {
                return;
            }
            let scope = Scope::of_view();
            leptos::task::spawn_local(async move { waiting.follow(&scope).await });
        });
        waiting
    }

    /// Begins to count, unless that has begun.
    pub fn begin(self) {
        if self.kick.get_untracked() == 0 {
            self.refresh();
        }
    }

    /// Counts again now: after a decision, or when the queue is opened.
    pub fn refresh(self) {
        self.kick.update(|kick| *kick += 1);
    }

    /// How many wait, and whether there are more than counted; `None` until known.
    pub fn count(self) -> Option<(u64, bool)> {
        let of = self.of.get();
        (self.complete.get() || !of.is_empty()).then(|| {
            let count = of.iter().map(|of| of.runs.len() as u64 + of.more).sum();
            (count, of.iter().any(|of| of.open_ended))
        })
    }

    async fn follow(self, scope: &Scope) {
        loop {
            for connection in self.session.connections() {
                if connection.dialect.adapter().capabilities().review == ReviewStyle::None {
                    continue;
                }
                let found = ask(&connection, scope).await;
                if scope.ended() {
                    return;
                }
                self.put(found);
            }
            self.complete.set(true);
            clock::sleep(EVERY).await;
            page::until_visible().await;
            if scope.ended() {
                return;
            }
        }
    }

    fn put(self, mut found: WaitingOf) {
        self.of.update(|of| match of.iter_mut().find(|known| known.connection.id == found.connection.id) {
            Some(known) => {
                if found.error.is_some() {
                    // What was known stays in sight, marked by the error.
                    found.runs.clone_from(&known.runs);
                    found.more = known.more;
                }
                *known = Arc::new(found);
            }
            None => of.push(Arc::new(found)),
        });
    }
}

async fn ask(connection: &Connection, scope: &Scope) -> WaitingOf {
    let mut found = WaitingOf { connection: connection.clone(), runs: Vec::new(), more: 0, open_ended: false, error: None };
    let adapter = connection.dialect.adapter();
    let flows: Vec<Option<String>> = if adapter.capabilities().list_all {
        vec![None]
    } else {
        match net::read(&connection.id, adapter.list_flows(&FlowQuery::default()), scope).await {
            Ok(page) => {
                found.open_ended = page.older.is_some() || page.items.len() > MOST_FLOWS;
                page.items.into_iter().take(MOST_FLOWS).map(|flow| Some(flow.id)).collect()
            }
            Err(error) => {
                found.error = Some(error);
                return found;
            }
        }
    };
    for flow in flows {
        match net::read(&connection.id, adapter.list_waiting(flow.as_deref(), &Place::First), scope).await {
            Ok(page) => add(&mut found, page),
            Err(error) if error.kind == ErrorKind::Cancelled => return found,
            Err(error) => found.error = Some(error),
        }
    }
    runs::order::sort(&mut found.runs, &|run| (runs::order::when(run.created_at), 0));
    found
}

fn add(found: &mut WaitingOf, page: Page<Run>) {
    let here = page.items.len() as u64;
    match page.total {
        Some(total) => found.more += total.saturating_sub(here),
        None => found.open_ended |= page.older.is_some(),
    }
    found.runs.extend(page.items);
}
