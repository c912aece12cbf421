//! Asks one vendor what waits, politely, and notes what is new.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use runs::adapters::RunRef;
use runs::model::{Page, Place, Run};
use runs::{ErrorKind, StatusKind};

use super::Settings;
use super::message::Waiting;
use super::outbox::{Known, Outbox};
use crate::asker::{Asker, FLOWS, FlowPages, Stopped};
use crate::clock;
use crate::store::Store;
use crate::upstream::Upstream;

/// Requests a second at most: it has time.
const REQUESTS: u32 = 4;
/// Pages of one list that are read in one look.
const PAGES: usize = 40;
/// After a failure: the longest rest.
const LONGEST: Duration = Duration::from_secs(600);

pub struct Finder<'a> {
    asker: Asker,
    outbox: Outbox,
    settings: &'a Settings,
    /// The flows, where what waits is listed by flow; and when they are listed again.
    flows: Vec<(String, String)>,
    flows_due: i64,
}

impl<'a> Finder<'a> {
    pub fn new(store: &Store, upstream: &Arc<Upstream>, settings: &'a Settings) -> Self {
        Self { asker: Asker::new(upstream, REQUESTS), outbox: Outbox::of(store), settings, flows: Vec::new(), flows_due: 0 }
    }

    fn connection(&self) -> &str {
        self.asker.connection()
    }

    /// Looks again and again, if any channel is about this connection.
    pub async fn look(mut self) {
        let about = |list: &Option<Vec<String>>| list.as_ref().is_none_or(|list| list.iter().any(|id| id == self.connection()));
        if !self.settings.channels.iter().any(|channel| about(&channel.connections)) {
            return std::future::pending().await;
        }
        let mut rest = self.settings.every;
        loop {
            match self.once().await {
                Ok(()) => rest = self.settings.every,
                Err(Stopped::Vendor(error)) if error.kind == ErrorKind::Unsupported => {
                    tracing::info!(connection = self.connection(), "notifications: this vendor does not tell what waits");
                    return std::future::pending().await;
                }
                Err(Stopped::Vendor(error)) => {
                    rest = (rest * 2).min(LONGEST.max(self.settings.every));
                    self.asker.heed(&error);
                    tracing::info!(connection = self.connection(), kind = ?error.kind, "notifications: what waits is not known just now");
                }
                Err(Stopped::Store(error)) => {
                    rest = (rest * 2).min(LONGEST.max(self.settings.every));
                    tracing::warn!(%error, connection = self.connection(), "notifications: the store fails");
                }
            }
            tokio::time::sleep(rest).await;
        }
    }

    async fn once(&mut self) -> Result<(), Stopped> {
        let known = self.outbox.known(self.connection()).await?;
        let mut met = HashSet::new();
        let mut whole = true;
        if self.asker.upstream.adapter().capabilities().list_all {
            whole = self.list(None, &known, &mut met).await?;
        } else {
            self.list_flows().await?;
            for (flow, name) in self.flows.clone() {
                whole &= self.list(Some((&flow, &name)), &known, &mut met).await?;
            }
        }
        // Only a list that was read to its end tells what is no longer in it.
        if whole {
            self.outbox.gone(self.connection(), known.keys().filter(|run| !met.contains(*run))).await?;
        }
        Ok(())
    }

    /// Reads one list; whether to its end.
    async fn list(
        &mut self,
        flow: Option<(&str, &str)>,
        known: &HashMap<String, Known>,
        met: &mut HashSet<String>,
    ) -> Result<bool, Stopped> {
        let adapter = self.asker.upstream.adapter();
        let (mut place, mut places) = (Place::First, HashSet::new());
        for _ in 0..PAGES {
            let page: Page<Run> = self.asker.ask(adapter.list_waiting(flow.map(|(id, _)| id), &place)).await?;
            for run in page.items.iter().filter(|run| run.named() && !run.id.contains('\0')) {
                met.insert(run.id.clone());
                self.note(run, flow, known.get(&run.id)).await?;
            }
            match page.older {
                Some(older) if places.insert(format!("{older:?}")) => place = older,
                // A list that leads back to where it was has shown all that it shows.
                _ => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Notes the reviews of a run, if it is new or looks otherwise than before.
    async fn note(&mut self, run: &Run, flow: Option<(&str, &str)>, known: Option<&Known>) -> Result<(), Stopped> {
        let (since, changed) = (run.waiting_since.map(|at| at.0), run.updated_at.map(|at| at.0));
        let listed: Option<Vec<&str>> = run.reviews.as_ref().map(|reviews| reviews.iter().map(|one| one.id.as_str()).collect());
        let stamp = clean(&format!("{since:?} {changed:?} {:?} {:?} {listed:?}", run.attempt, run.waiting_on));
        if known.is_some_and(|known| known.stamp == stamp) {
            return Ok(());
        }
        let named = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()).filter(|flow| !flow.is_empty()) };
        let none = Vec::new();
        let read;
        let (run, reviews) = match &run.reviews {
            Some(reviews) => (run, reviews),
            None => match self.asker.ask(self.asker.upstream.connection.dialect.run_adapter().get_run(&named)).await {
                Ok(detail) => {
                    read = detail;
                    if read.run.status.kind != StatusKind::Waiting {
                        return Ok(());
                    }
                    (&read.run, &read.reviews)
                }
                // Gone since it was listed: the next look tells.
                Err(error) if error.kind == ErrorKind::NotFound => return Ok(()),
                Err(error) if error.passing() || error.rest().is_some() => return Err(error.into()),
                // It waits, and that is all that can be told of it: one odd run must not silence the rest.
                Err(_) => (run, &none),
            },
        };
        let flow_id = if run.flow.is_empty() { flow.map_or("", |(id, _)| id) } else { &run.flow };
        let name = run.flow_name.as_deref().or(flow.map(|(_, name)| name)).filter(|name| !name.is_empty()).unwrap_or(flow_id);
        let waiting = |review: &str, step: &str, since: Option<i64>| Waiting {
            connection: self.connection().to_owned(),
            label: self.asker.upstream.connection.label.clone(),
            flow: clean(flow_id),
            flow_name: clean(name),
            run: run.id.clone(),
            review: clean(review),
            step: clean(step),
            since: since.or(run.waiting_since.map(|since| since.0)),
        };
        let mut all: Vec<Waiting> = reviews.iter().map(|one| waiting(&one.id, &one.name, one.since.map(|since| since.0))).collect();
        if all.is_empty() {
            all.push(waiting("", &run.waiting_on.join(", "), None));
        }
        let id = run.id.clone();
        Ok(self.outbox.waits(self.connection(), &id, &stamp, &all, &self.settings.channels, clock::now()).await?)
    }

    async fn list_flows(&mut self) -> Result<(), Stopped> {
        if self.flows_due > clock::now() {
            return Ok(());
        }
        let (mut pages, mut flows) = (FlowPages::default(), Vec::new());
        while let Some(page) = self.asker.flows(&mut pages).await? {
            flows.extend(page);
        }
        (self.flows, self.flows_due) = (flows, clock::now() + FLOWS);
        Ok(())
    }
}

/// PostgreSQL keeps no text with U+0000.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
