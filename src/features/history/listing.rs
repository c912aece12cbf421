use runs::live;
use runs::model::{NoNumber, Numbering, Page, Run};

/// One page as it is shown, and what the newest answer holds beyond it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    pub page: Page<Run>,
    /// The newest answer to the same question.
    pub latest: Option<Box<Page<Run>>>,
    /// Runs in it that are not shown yet.
    pub fresh: Vec<Run>,
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

impl Listing {
    pub fn new(page: Page<Run>) -> Self {
        Self { page, latest: None, fresh: Vec::new(), merged: None }
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
        page.quota = latest.quota;
        live::number(&mut page, &latest);
        let listing = Self { page, latest: Some(Box::new(latest)), fresh: found.fresh, merged: None };
        let changed = listing.page != known.page || listing.fresh.len() != known.fresh.len();
        (listing, changed)
    }
}
