//! Reads the flows' histories in the background: each connection at its own pace, its flows in turns of one page.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use runs::adapters::capability::NumberSource;
use runs::adapters::query::RunQuery;
use runs::model::{Page, Place, Run};
use runs::{ApiError, ErrorKind};

use super::Settings;
use super::book::{Book, Read};
use super::flow::{Flow, State};
use crate::app::App;
use crate::asker::{ASKED, Asker, FLOWS, FlowPages, Stopped};
use crate::clock;
use crate::upstream::Upstream;

/// Under this name one replica walks.
const TURN: &str = "ledger walker";
/// How often is tried to get the turn, and looked for flows that are due.
const AGAIN: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(1);
/// Rests between two looks at the newest runs of a flow: after one that found some, and the longest.
const SOON: i64 = 15_000;
const SELDOM: i64 = 600_000;
/// After a failure: the first rest, and the longest.
const AFTER_FAILURE: i64 = 2_000;
const AFTER_FAILURES: i64 = 300_000;
/// Rows that are read twice where a list is read by offset: if none of them is known, runs before them were deleted meanwhile.
const OVERLAP: u64 = 5;
/// How often a history is read before its first numbers are given, if the vendor counts more runs than were read.
const PASSES: i64 = 2;
const HOUR: i64 = 3_600_000;

/// Walks while this replica has the turn, and waits for it while it has not.
pub async fn walk(app: &App, settings: Settings) {
    loop {
        match app.store().try_lock(TURN).await {
            Ok(Some(mut turn)) => {
                let walkers = app.connections().iter().map(|upstream| Walker::new(app, upstream, settings));
                let all = join_all(walkers.map(Walker::walk));
                tokio::select! {
                    _ = all => {}
                    () = turn.lost() => tracing::warn!("the database's connection that held the ledger's turn is gone"),
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the ledger's turn cannot be asked for"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

struct Walker {
    asker: Asker,
    book: Book,
    again: i64,
    /// When the flows are listed next.
    flows_due: i64,
}

impl Walker {
    fn new(app: &App, upstream: &Arc<Upstream>, settings: Settings) -> Self {
        Self {
            asker: Asker::new(upstream, settings.requests_per_second),
            book: Book::of(app.store()),
            again: i64::from(settings.again_hours) * HOUR,
            flows_due: 0,
        }
    }

    fn connection(&self) -> &str {
        self.asker.connection()
    }

    async fn walk(mut self) {
        loop {
            if self.flows_due <= clock::now() {
                self.flows_due = clock::now() + FLOWS;
                if let Err(stopped) = self.list_flows().await {
                    self.flows_due = clock::now() + self.heed(&stopped, 0);
                }
            }
            match self.book.due(self.connection(), clock::now()).await {
                Ok(Some(flow)) => {
                    self.step(&flow).await;
                    self.rest().await;
                }
                Ok(None) => tokio::time::sleep(IDLE).await,
                Err(error) => {
                    tracing::warn!(%error, "the ledger cannot be read");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    /// Where the vendor wants to be left alone, all flows say so.
    async fn rest(&self) {
        let Some((left, why)) = self.asker.pace.resting().filter(|(left, _)| *left > IDLE) else { return };
        let until = clock::now() + i64::try_from(left.as_millis()).unwrap_or_default();
        if let Err(error) = self.book.rest(self.connection(), why, until).await {
            tracing::warn!(%error, "the ledger cannot be written");
        }
    }

    /// Until when nothing is asked after this failure, in milliseconds; `failed`: how often before.
    fn heed(&mut self, stopped: &Stopped, failed: i64) -> i64 {
        let error = match stopped {
            Stopped::Vendor(error) => error,
            Stopped::Store(error) => {
                tracing::warn!(%error, connection = self.connection(), "the ledger cannot be written");
                return AFTER_FAILURES.min(AFTER_FAILURE << failed.clamp(0, 16));
            }
        };
        if let Some(asked) = self.asker.heed(error) {
            return i64::from(asked);
        }
        if error.passing() { AFTER_FAILURES.min(AFTER_FAILURE << failed.clamp(0, 16)) } else { AFTER_FAILURES }
    }

    async fn list_flows(&mut self) -> Result<(), Stopped> {
        let mut pages = FlowPages::default();
        while let Some(flows) = self.asker.flows(&mut pages).await? {
            self.book.enter(self.asker.connection(), &flows, clock::now()).await?;
        }
        Ok(())
    }

    /// One page, or one batch of numbers, of one flow.
    async fn step(&mut self, flow: &Flow) {
        let done = match (flow.state, flow.walking) {
            (State::Numbering, _) => self.give_numbers(flow).await,
            (_, true) => self.read_on(flow).await,
            (_, false) => self.look(flow).await,
        };
        let Err(stopped) = done else { return };
        let due = clock::now() + self.heed(&stopped, flow.failed);
        let (why, anew) = match &stopped {
            Stopped::Vendor(error) => {
                let gone = matches!(error.kind, ErrorKind::Invalid | ErrorKind::NotFound | ErrorKind::Refused | ErrorKind::Conflict);
                tracing::info!(connection = self.connection(), flow = ?flow.flow, kind = ?error.kind, "the ledger rests");
                (told(error), gone && flow.walking && flow.place != Place::First)
            }
            Stopped::Store(_) => ("the gateway's store could not be written".to_owned(), false),
        };
        // From its beginning it may go on at once.
        let due = if anew && flow.failed == 0 { clock::now() } else { due };
        if let Err(error) = self.book.fail(flow, &why, anew, due).await {
            tracing::warn!(%error, "the ledger cannot be written");
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn query(&self, flow: &Flow, place: Place, limit: u32) -> RunQuery {
        RunQuery { flow: Some(flow.flow.clone()), place, limit, plain: true, ..RunQuery::default() }
    }

    /// Reads the next page of a walk.
    async fn read_on(&mut self, flow: &Flow) -> Result<(), Stopped> {
        let adapter = self.asker.upstream.adapter();
        let capabilities = adapter.capabilities();
        let limit = capabilities.page_sizes.last().copied().unwrap_or(100);
        let page = self.asker.ask(adapter.list_runs(&self.query(flow, flow.place.clone(), limit))).await?;
        let runs = self.runs(&page, capabilities.numbers == NumberSource::Native);
        let total = match page.total {
            None if flow.place == Place::First && flow.listed == 0 => self.count(flow).await?,
            total => total,
        };
        if let Place::Offset(offset) = flow.place
            && !runs.is_empty()
        {
            let overlap = usize::try_from(OVERLAP).unwrap_or_default().min(runs.len());
            if self.book.known(flow, &runs[..overlap]).await?.is_empty() {
                let back = offset.saturating_sub(u64::from(limit));
                let place = if back == 0 { Place::First } else { Place::Offset(back) };
                return Ok(self.book.take(flow, &runs, &place, total, clock::now()).await?);
            }
        }
        match page.older {
            Some(older) if older != flow.place => {
                let place = match older {
                    Place::Offset(offset) if offset > 2 * OVERLAP => Place::Offset(offset - OVERLAP),
                    other => other,
                };
                if place == flow.place {
                    // A page of the overlap alone: the list has not more.
                    self.book.add(flow, &runs).await?;
                    return self.end(flow, capabilities.numbers, total).await;
                }
                Ok(self.book.take(flow, &runs, &place, total, clock::now()).await?)
            }
            // Nothing behind a run: perhaps that run was deleted, and the list has lost its place.
            _ if runs.is_empty() && matches!(flow.place, Place::After(_)) && flow.passes + 1 < PASSES => {
                Ok(self.book.begin_walk(flow, total, flow.passes + 1, clock::now()).await?)
            }
            _ => {
                self.book.take(flow, &runs, &flow.place, total, clock::now()).await?;
                self.end(flow, capabilities.numbers, total).await
            }
        }
    }

    /// The list's end was reached.
    async fn end(&mut self, flow: &Flow, numbers: NumberSource, total: Option<u64>) -> Result<(), Stopped> {
        if numbers == NumberSource::Native {
            return Ok(self.book.end_walk(flow, State::Kept, clock::now()).await?);
        }
        if flow.state == State::Walking {
            // What began meanwhile belongs to the runs that are numbered by their time.
            self.catch_up(flow).await?;
            let total = match total {
                None => self.count(flow).await?,
                total => total,
            };
            let read = self.book.count(flow).await?;
            if flow.passes + 1 < PASSES && total.is_some_and(|total| i64::try_from(total).is_ok_and(|total| total > read)) {
                return Ok(self.book.begin_walk(flow, total, flow.passes + 1, clock::now()).await?);
            }
        }
        Ok(self.book.end_walk(flow, State::Numbering, clock::now()).await?)
    }

    async fn give_numbers(&mut self, flow: &Flow) -> Result<(), Stopped> {
        let due = clock::now();
        if self.book.give_numbers(flow).await? == 0 {
            self.book.set_state(flow, State::Kept, due).await?;
        }
        Ok(())
    }

    /// Looks for runs newer than those that are known; now and then begins to read the whole history again.
    async fn look(&mut self, flow: &Flow) -> Result<(), Stopped> {
        let now = clock::now();
        if flow.walked.is_none_or(|walked| walked + self.again <= now) {
            return Ok(self.book.begin_walk(flow, None, 0, now).await?);
        }
        let found = self.catch_up(flow).await?;
        if found > 0 {
            while self.book.give_numbers(flow).await? > 0 {}
        }
        let rest = if found > 0 { SOON } else { (flow.rest + flow.rest / 2).clamp(SOON, SELDOM) };
        Ok(self.book.looked(flow, rest, clock::now()).await?)
    }

    /// Reads from the newest run until one that is known; answers with how many were not.
    async fn catch_up(&mut self, flow: &Flow) -> Result<usize, Stopped> {
        let adapter = self.asker.upstream.adapter();
        let capabilities = adapter.capabilities();
        let native = capabilities.numbers == NumberSource::Native;
        let mut limit = capabilities.page_sizes.first().copied().unwrap_or(25);
        let (mut place, mut found, mut met) = (Place::First, 0, HashSet::new());
        loop {
            let page = self.asker.ask(adapter.list_runs(&self.query(flow, place, limit))).await?;
            let runs = self.runs(&page, native);
            // Until its first numbers are given, what was read is what is known.
            let known = match flow.state {
                State::Kept => self.book.numbered(flow, &runs).await?,
                State::Walking | State::Numbering => self.book.known(flow, &runs).await?.len(),
            };
            found += runs.len().saturating_sub(known);
            if known < runs.len() {
                self.book.add(flow, &runs).await?;
            }
            match page.older {
                Some(older) if known == 0 && met.insert(format!("{older:?}")) => place = older,
                _ => return Ok(found),
            }
            limit = capabilities.page_sizes.last().copied().unwrap_or(100);
        }
    }

    /// The runs of a page that have an id. One whose time nobody knows has that of the run before it.
    fn runs(&self, page: &Page<Run>, native: bool) -> Vec<Read> {
        let mut last = clock::now();
        let read = |run: &Run| {
            last = run.created_at.or(run.started_at).map_or(last, |at| at.0);
            let native = native.then_some(run.number).flatten().and_then(|number| i64::try_from(number).ok());
            Read { run: run.id.clone(), created: last, native }
        };
        let runs: Vec<Read> = page.items.iter().filter(|run| run.named()).map(read).collect();
        if native { runs.into_iter().filter(|run| run.native.is_some()).collect() } else { runs }
    }

    /// How many runs there are, where the vendor says so of those that it lists.
    async fn count(&mut self, flow: &Flow) -> Result<Option<u64>, Stopped> {
        let statistics = self.asker.upstream.connection.dialect.run_adapter().statistics(Some(&flow.flow));
        match self.asker.ask(statistics).await {
            Ok(statistics) => Ok(statistics.total.filter(|_| !statistics.with_deleted)),
            Err(error) if error.rest().is_some() => Err(error.into()),
            // The list tells its end itself.
            Err(_) => Ok(None),
        }
    }
}

/// What the page of progress says: the vendor's own words stay in the log.
fn told(error: &ApiError) -> String {
    let what = match error.kind {
        ErrorKind::RateLimited => ASKED,
        ErrorKind::Unauthorized => "the vendor refused the key",
        ErrorKind::Forbidden => "the key may not list these runs",
        ErrorKind::NotFound => "the vendor has no such flow any more",
        ErrorKind::Malformed => "the vendor's answer could not be understood",
        ErrorKind::Timeout => "the vendor did not answer in time",
        ErrorKind::Vendor => "the vendor failed",
        ErrorKind::GatewayUnreachable | ErrorKind::VendorUnreachable | ErrorKind::Unconfirmed => "the vendor cannot be reached",
        _ => "the vendor refused to list these runs",
    };
    match error.status {
        Some(status) => format!("{what} ({status})"),
        None => what.to_owned(),
    }
}
