use crate::platform::clock;
use crate::state::globals;
use runs::Timestamp;
use runs::model::{NoNumber, Numbering, Page, Run};
use runs::reading::live;

/// One page as it is shown, and what the newest answer holds beyond it.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedPage {
    pub page: Page<Run>,
    /// The newest answer to the same question.
    pub latest: Option<Box<Page<Run>>>,
    /// Runs in it that are not shown yet.
    pub fresh: Vec<Run>,
    /// It held no others: behind them there may be more.
    pub more_fresh: bool,
    /// Places of the rows that the newest answer does not hold, each with the time when one last did.
    pub absent: Vec<(usize, Timestamp)>,
    /// When it came.
    pub at: Timestamp,
    /// Of a page over all connections.
    pub merged: Option<Merged>,
}

/// What a page over all connections knows beside its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The connection of each run.
    pub of: Vec<String>,
    /// How many runs of the merged list come before.
    pub before: u64,
}

impl LoadedPage {
    pub fn new(mut page: Page<Run>) -> Self {
        live::distinct(&mut page);
        Self { page, latest: None, fresh: Vec::new(), more_fresh: false, absent: Vec::new(), at: clock::now(), merged: None }
    }

    /// The run of a row as it is known now, of which the list was asked at `read_at`; and whether it was deleted.
    pub fn now(&self, at: usize, connection: &str, run: &Run, read_at: Option<Timestamp>) -> (Run, bool) {
        let held = self.absent.iter().find(|(absent, _)| *absent == at).map(|(_, held)| *held);
        // Beyond the page are runs that were found further back.
        let said = if at < self.page.items.len() { held.or(read_at) } else { None };
        let mut run = run.clone();
        let deleted = globals().learned.over(connection, &mut run, said, held.is_none());
        (run, deleted)
    }

    /// Something that was left out for the sake of the first rows.
    pub fn is_partial(&self) -> bool {
        self.page.first_number == Numbering::Underivable(NoNumber::Pending)
    }

    /// Brings the rows shown up to date without moving any; new ones wait.
    pub fn settle(known: Option<&Self>, answer: Self) -> (Self, bool) {
        let Some(known) = known.filter(|known| !known.page.items.is_empty()) else { return (answer, true) };
        let mut page = known.page.clone();
        let latest = answer.page;
        let found = live::refresh(&mut page.items, latest.items.clone());
        let held = |at: usize| known.absent.iter().find(|(known, _)| *known == at).map_or(known.at, |(_, held)| *held);
        let absent: Vec<_> = live::absent(&page.items, &latest.items).into_iter().map(|at| (at, held(at))).collect();
        page.quota = latest.quota;
        live::number(&mut page, &latest);
        let more_fresh = live::more(&found.fresh, &latest);
        let loaded = Self { page, latest: Some(Box::new(latest)), fresh: found.fresh, more_fresh, absent, at: answer.at, merged: None };
        let changed = loaded.page != known.page
            || loaded.fresh.len() != known.fresh.len()
            || more_fresh != known.more_fresh
            || loaded.absent != known.absent;
        (loaded, changed)
    }
}
