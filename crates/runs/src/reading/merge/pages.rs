//! The merged list page by page.

use super::{Fetch, Kind, Merge, Row, Step};
use crate::model::Run;
use crate::value::time::Timestamp;

/// Rows kept in memory; before the page that is shown, older answers are forgotten beyond it.
const MOST_ROWS: usize = 5_000;

/// How a page stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageState {
    /// Rows of it are still being read.
    #[default]
    Reading,
    /// It has as many as wanted.
    Full,
    /// It would have to read more of a list that is filtered here: that is done on request.
    Cut,
    /// The list ends with it, as far as it can be read.
    Ended,
}

/// Which rows of the list a page has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    pub from: usize,
    pub to: usize,
    /// Runs that were looked at for it, wanted or not.
    pub looked: usize,
    pub state: PageState,
    wanted: usize,
    /// Lists that are filtered here and were read for this page: once is enough, unless it is searched further.
    read: Vec<usize>,
    searching: bool,
}

#[derive(Clone, Debug)]
pub struct Pages {
    pub merge: Merge,
    size: usize,
    pages: Vec<Extent>,
}

impl Pages {
    pub fn new(kinds: &[Kind], since: Option<Timestamp>, size: usize) -> Self {
        Self::of(Merge::new(kinds, since), size)
    }

    fn of(merge: Merge, size: usize) -> Self {
        let mut pages = Self { merge, size, pages: Vec::new() };
        pages.begin();
        pages
    }

    /// The same question from the newest runs on, with what is known of them.
    pub fn renewed(&self) -> Self {
        Self::of(self.merge.renewed(), self.size)
    }

    fn begin(&mut self) {
        let from = self.merge.count();
        self.pages.push(Extent {
            from,
            to: from,
            looked: 0,
            state: PageState::Reading,
            wanted: self.size,
            read: Vec::new(),
            searching: false,
        });
    }

    pub fn pages(&self) -> &[Extent] {
        &self.pages
    }

    /// The rows of a page; `None` if there is no such page, or its rows are kept no longer.
    pub fn rows(&self, page: usize) -> Option<&[Row]> {
        let page = self.pages.get(page)?;
        self.merge.rows(page.from, page.to)
    }

    /// Whether there may be a page after this one.
    pub fn older(&self, page: usize) -> bool {
        page + 1 < self.pages.len() || self.pages.get(page).is_some_and(|page| page.state != PageState::Reading) && self.merge.more()
    }

    /// Begins the page after the last one, once that is done.
    pub fn turn(&mut self) -> bool {
        let Some(last) = self.pages.last().filter(|last| last.state != PageState::Reading) else { return false };
        let from = last.from;
        if !self.merge.more() {
            return false;
        }
        if self.merge.count().saturating_sub(MOST_ROWS) > 0 {
            self.merge.forget((self.merge.count() - MOST_ROWS).min(from));
        }
        self.begin();
        true
    }

    /// Fills the last page as far as possible; says what has to be read for the rest of it.
    pub fn advance(&mut self, lets: &dyn Fn(usize, &Run) -> bool) -> Vec<Fetch> {
        let Self { merge, pages, .. } = self;
        let Some(page) = pages.last_mut() else { return Vec::new() };
        loop {
            if page.to - page.from >= page.wanted {
                page.state = PageState::Full;
                page.searching = false;
                return merge.ask(false, &|_| false);
            }
            match merge.step(lets) {
                Step::Row => {
                    page.to += 1;
                    page.looked += 1;
                }
                Step::Passed => page.looked += 1,
                Step::End => {
                    page.state = PageState::Ended;
                    page.searching = false;
                    return merge.ask(false, &|_| false);
                }
                Step::Blocked => {
                    let here: Vec<bool> = (0..merge.streams.len()).map(|at| merge.sources[merge.streams[at].source].kind.here).collect();
                    let asks = merge.ask(true, &|at| page.searching || !here[at] || !page.read.contains(&at));
                    page.read.extend(asks.iter().filter_map(|ask| match ask {
                        Fetch::Runs { stream, .. } => here.get(*stream).filter(|here| **here).map(|_| *stream),
                        Fetch::Flows { .. } => None,
                    }));
                    page.state = if asks.is_empty() && !merge.reading() { PageState::Cut } else { PageState::Reading };
                    return asks;
                }
            }
        }
    }

    /// What was being read is due: nobody is reading it any more.
    pub fn interrupt(&mut self) {
        self.merge.interrupt();
        if let Some(page) = self.pages.last_mut() {
            page.read.clear();
        }
    }

    /// Looks for as many more rows as a page holds, however far back.
    pub fn search_on(&mut self) {
        let size = self.size;
        if let Some(page) = self.pages.last_mut() {
            (page.wanted, page.searching) = (page.to - page.from + size, true);
        }
    }

    /// Looks no further.
    pub fn stop(&mut self) {
        if let Some(page) = self.pages.last_mut().filter(|page| page.searching) {
            (page.wanted, page.searching, page.state) = (page.to - page.from, false, PageState::Full);
        }
    }

    /// Whether the last page is being searched further.
    pub fn searching(&self) -> bool {
        self.pages.last().is_some_and(|page| page.searching)
    }

    /// Takes in what came late of a connection. Says on which page it begins; the pages from there on are laid out anew.
    pub fn show(&mut self, source: usize) -> Option<usize> {
        let gap = self.merge.show(source)?;
        let at = self.pages.iter().rposition(|page| page.from <= gap)?;
        self.pages.truncate(at + 1);
        let page = self.pages.last_mut()?;
        page.to = gap.min(page.to).max(page.from);
        (page.looked, page.wanted, page.state) = (page.to - page.from, self.size.max(page.to - page.from), PageState::Reading);
        (page.read, page.searching) = (Vec::new(), false);
        Some(at)
    }
}
