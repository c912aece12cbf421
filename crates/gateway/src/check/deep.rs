//! `sluice check --deep`: one connection, step by step, with what each step took.

use std::sync::Arc;
use std::time::Instant;

use axum::http::HeaderMap;
use futures_util::future::join_all;
use runs::adapters::query::RunQuery;
use runs::adapters::{FlowQuery, RunRef};
use runs::model::{Place, Run};
use runs::wire::http::Response;
use runs::{ApiError, ErrorKind, Operation, Timestamp};

use super::{Verdict, explain};
use crate::execute::Carrier;
use crate::upstream::Upstream;

const PAGE: u32 = 25;
/// A clock that is further off makes ages and waiting times wrong.
const CLOCK_OFF: u64 = 10_000;

pub(super) async fn all(upstream: Arc<Upstream>) -> Vec<Verdict> {
    let mut steps = Steps { carrier: Carrier::new(Arc::clone(&upstream), HeaderMap::new()), upstream, verdicts: Vec::new(), clock: None };
    steps.run().await;
    steps.verdicts
}

struct Steps {
    upstream: Arc<Upstream>,
    carrier: Carrier,
    verdicts: Vec<Verdict>,
    /// How far the vendor's clock is ahead of ours, in milliseconds.
    clock: Option<i64>,
}

impl Steps {
    async fn run(&mut self) {
        let (adapter, runs) = (self.upstream.adapter(), self.upstream.connection.dialect.run_adapter());
        let flows = adapter.list_flows(&FlowQuery::default());
        let Some(flows) = self.step("flows", flows, |page| format!("{} on the first page", page.items.len())).await else { return };
        self.tell_clock();
        let flow = flows.items.first().map(|flow| flow.id.clone());
        if flow.is_none() && !adapter.capabilities().list_all {
            return self.skip("runs", "there is no flow to list the runs of");
        }
        let query = RunQuery { flow: flow.clone(), limit: PAGE, ..RunQuery::default() };
        let listed = self.step("runs", adapter.list_runs(&query), |page| format!("{} of the first flow", page.items.len())).await;
        match listed.and_then(|page| page.items.into_iter().next()) {
            Some(run) => {
                let said = |found: &runs::model::RunDetail| format!("{} steps, {} reviews", found.steps.len(), found.reviews.len());
                self.step("one run", runs.get_run(&named(&run)), said).await;
            }
            None => self.skip("one run", "the first flow has none"),
        }
        let of = if adapter.capabilities().list_all { None } else { flow };
        let waiting = adapter.list_waiting(of.as_deref(), &Place::First);
        let waiting = self.step("waiting runs", waiting, |page| format!("{} on the first page", page.items.len())).await;
        let Some(run) = waiting.and_then(|page| page.items.into_iter().next()) else {
            return self.skip("one review", "no run waits for a person");
        };
        let detail = self.step("its run", runs.get_run(&named(&run)), |found| format!("{} reviews", found.reviews.len())).await;
        match detail.and_then(|detail| detail.reviews.into_iter().next()) {
            Some(review) => {
                self.step("one review", runs.get_review(&named(&run), &review.id), |_| "readable".to_owned()).await;
            }
            None => self.skip("one review", "the run that waits names none"),
        }
    }

    /// Carries one operation and notes how it went.
    async fn step<T: 'static>(&mut self, what: &str, operation: Operation<T>, said: impl FnOnce(&T) -> String) -> Option<T> {
        let begun = Instant::now();
        let (result, requests) = self.carry(operation).await;
        let ms = begun.elapsed().as_millis();
        let calls = if requests == 1 { "1 request".to_owned() } else { format!("{requests} requests") };
        match result {
            Ok(found) => {
                self.note(true, "ok", &format!("{what}: {}, {calls}, {ms} ms", said(&found)));
                Some(found)
            }
            Err(error) if error.kind == ErrorKind::Unsupported => {
                self.skip(what, "this vendor has no call for it");
                None
            }
            Err(error) => {
                let why = explain(&self.upstream, &error);
                self.note(false, "FAILED", &format!("{what}: {why}"));
                None
            }
        }
    }

    async fn carry<T: 'static>(&mut self, mut operation: Operation<T>) -> (Result<T, ApiError>, usize) {
        let mut requests = 0;
        loop {
            match operation {
                Operation::Done(result) => return (result, requests),
                Operation::Ask(asked, then) => {
                    requests += asked.len();
                    let replies = join_all(asked.into_iter().map(|request| self.carrier.carry(request))).await;
                    if let Some(Ok(answer)) = replies.first() {
                        self.clock = ahead(answer).or(self.clock);
                    }
                    operation = then(replies);
                }
            }
        }
    }

    fn tell_clock(&mut self) {
        if let Some(off) = self.clock.filter(|off| off.unsigned_abs() >= CLOCK_OFF) {
            let (seconds, side) = (off.unsigned_abs() / 1_000, if off > 0 { "behind" } else { "ahead of" });
            self.note(
                true,
                "note",
                &format!("this machine's clock is {seconds} s {side} the vendor's: ages and waiting times will be wrong"),
            );
        }
    }

    fn skip(&mut self, what: &str, why: &str) {
        self.note(true, "-", &format!("{what}: not tried, {why}"));
    }

    fn note(&mut self, ok: bool, word: &str, line: &str) {
        let id = &self.upstream.connection.id;
        self.verdicts.push(Verdict { ok, line: format!("{id}  {word:6}  {line}") });
    }
}

fn named(run: &Run) -> RunRef {
    RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) }
}

fn ahead(answer: &Response) -> Option<i64> {
    let date: Timestamp = answer.header("date").and_then(Timestamp::parse_http)?;
    Some(date.0 - crate::clock::now())
}
