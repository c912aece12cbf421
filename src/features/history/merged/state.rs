//! The data of the merged list. It outlives the page, so that Back from a run shows the same rows.

use super::engine::place_of;
use crate::data::Connection;
use crate::features::history::filters::filter_bar::left;
use crate::features::history::list::loaded_page::{LoadedPage, Merged};
use crate::net::Scope;
use crate::platform::clock;
use crate::platform::page::normal_form;
use crate::state::{globals, page_wide};
use crate::strings::t;
use runs::adapters::filter::{Created, Filter, FilterParts};
use runs::adapters::query::RunQuery;
use runs::model::{Flow, Numbering, Page, Place, Quota, Run};
use runs::reading::address::HistoryAddress;
use runs::reading::merge::{Fetch, Kind, Missing, PageState, Pages, Question, Watched};
use runs::{ApiError, StatusKind, Timestamp};
use std::cell::RefCell;

/// The merged list that is kept. In the second module: [`page_wide`] makes it where it is asked for.
#[derive(Default)]
struct KeptList(RefCell<Option<State>>);

/// Works on what is kept, if anything is. No signal may be set within.
pub fn with<T>(act: impl FnOnce(&mut State) -> T) -> Option<T> {
    page_wide::<KeptList>().0.borrow_mut().as_mut().map(act)
}

pub fn keep(state: State) {
    page_wide::<KeptList>().0.replace(Some(state));
}

pub struct State {
    /// The question: the address without its page.
    pub key: String,
    pub pages: Pages,
    pub of: Vec<Source>,
    statuses: Vec<StatusKind>,
    /// With its relative times resolved.
    filter: Filter,
    size: u32,
    /// The page that is shown, and whether its rows have been.
    pub page: usize,
    pub shown: bool,
    /// The row to move the focus to once it is shown: the first one, of a connection if one is named.
    pub focus: Option<Option<usize>>,
    /// How many have come.
    pub answers: u32,
    pub scope: Scope,
    pub left_at: Option<Timestamp>,
}

/// One connection.
pub struct Source {
    pub connection: Connection,
    question: Question,
    names: Vec<(String, String)>,
    /// Names of flows were asked for.
    named: bool,
    pub read_at: Option<Timestamp>,
    /// Its rows could not be read again.
    pub stale: Option<ApiError>,
    pub quota: Option<Quota>,
    /// Milliseconds between its last answer and the next question.
    pub pause: u32,
}

/// What is to be said of one connection.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceNotices {
    pub source: usize,
    pub connection: Connection,
    pub missing: Missing,
    pub stale: Option<ApiError>,
    pub left_out: Option<Option<u64>>,
    pub statuses_here: bool,
    pub here: FilterParts,
    /// Its lists do not tell what is asked for: none of its runs can be found.
    pub untold: FilterParts,
}

/// What stands below the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Footer {
    pub page: usize,
    pub state: PageState,
    pub from: usize,
    pub to: usize,
    pub looked: usize,
    pub older: bool,
    /// No page comes after it yet.
    pub last: bool,
    /// A further page is on its way.
    pub reading: bool,
    pub searching: bool,
}

impl State {
    pub fn new(address: &HistoryAddress, key: String, size: u32) -> Self {
        let filter = address.filter.at(clock::now());
        let of: Vec<Source> = globals()
            .session
            .connections()
            .into_iter()
            .map(|connection| {
                let question = Question::of(&address.statuses, &filter, &connection.dialect.adapter().capabilities());
                Source { connection, question, names: Vec::new(), named: false, read_at: None, stale: None, quota: None, pause: 0 }
            })
            .collect();
        let kinds: Vec<Kind> = of.iter().map(|of| of.question.kind).collect();
        let since = if let Created::Between(from, _) = filter.created { from } else { None };
        Self {
            key,
            pages: Pages::new(&kinds, since, size as usize),
            of,
            statuses: address.statuses.clone(),
            filter,
            size,
            page: 0,
            shown: false,
            focus: None,
            answers: 0,
            scope: Scope::new(),
            left_at: None,
        }
    }

    /// Fills the last page as far as what was read goes; says what has to be read for the rest.
    pub fn advance(&mut self) -> Vec<Fetch> {
        let Self { pages, of, statuses, filter, .. } = self;
        pages.advance(&|source, run| of[source].question.matches(run, statuses, filter, &normal_form))
    }

    /// Who is asked what for one page of one list.
    pub fn question(&self, stream: usize, place: Place) -> (Connection, RunQuery) {
        let of = &self.of[self.pages.merge.source_of(stream)];
        let query = of.question.page(self.pages.merge.flow_of(stream), &self.filter, place, self.size);
        (of.connection.clone(), query)
    }

    pub fn take_flows(&mut self, source: usize, place: &Place, answer: Result<Page<Flow>, ApiError>) {
        if let Ok(page) = &answer {
            self.name(source, &page.items);
            self.of[source].named = true;
        }
        self.pages.merge.flows(source, place, answer);
    }

    pub fn name(&mut self, source: usize, flows: &[Flow]) {
        self.of[source].names.extend(flows.iter().map(|flow| (flow.id.clone(), flow.name.clone())));
    }

    pub fn take_runs(&mut self, stream: usize, place: &Place, answer: Result<Page<Run>, ApiError>) {
        let source = self.pages.merge.source_of(stream);
        if let Ok(page) = &answer {
            self.of[source].quota = page.quota.or(self.of[source].quota);
            self.of[source].read_at = Some(clock::now());
        }
        self.pages.merge.runs(stream, place, answer);
    }

    /// Puts what is known of the newest runs in the place of what is shown.
    pub fn renew(&mut self) {
        self.pages = self.pages.renewed();
        (self.page, self.shown) = (0, false);
    }

    /// The pages of one connection to read again for what is shown.
    pub fn watched(&self, source: usize) -> Vec<Watched> {
        let Some(page) = self.pages.pages().get(self.page) else { return Vec::new() };
        let mut watched = self.pages.merge.watched(page.from, page.to, self.page == 0);
        watched.retain(|watched| self.pages.merge.source_of(watched.stream) == source);
        watched
    }

    /// The page that is shown, once there is something to show; `None` while it is still read.
    pub fn loaded(&mut self) -> Option<LoadedPage> {
        let extent = self.pages.pages().get(self.page)?;
        if extent.state == PageState::Reading && !self.shown && !self.pages.searching() {
            return None;
        }
        let before = extent.from as u64;
        let merge = &self.pages.merge;
        let rows = self.pages.rows(self.page)?;
        let (mut items, mut of) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        let mut absent = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            absent.extend(row.absent.map(|held| (at, held)));
            let source = &self.of[merge.source_of(row.stream)];
            let mut run = row.run.clone();
            if run.flow_name.is_none() {
                run.flow_name = source.names.iter().find(|(id, _)| *id == run.flow).map(|(_, name)| name.clone());
            }
            items.push(run);
            of.push(source.connection.id.clone());
        }
        let lets = |source: usize, run: &Run| self.of[source].question.matches(run, &self.statuses, &self.filter, &normal_form);
        let fresh = if self.page == 0 {
            merge.fresh().filter(|(source, run)| lets(*source, run)).map(|(_, run)| run.clone()).collect()
        } else {
            Vec::new()
        };
        // What is missing is not all that there is.
        let more = self.pages.older(self.page) || (0..self.of.len()).any(|source| merge.missing(source) != Missing::default());
        let older = more.then(|| place_of(self.page + 1));
        self.shown = true;
        let page = Page { items, total: None, older, newer: None, first_number: Numbering::Native, quota: None, unread: Vec::new() };
        let more_fresh = !fresh.is_empty() && merge.more_fresh();
        Some(LoadedPage { page, latest: None, fresh, more_fresh, absent, at: Timestamp(0), merged: Some(Merged { of, before }) })
    }

    /// Connections whose flows have no names yet, though rows of theirs are shown; each is said once.
    pub fn unnamed(&mut self, loaded: &LoadedPage) -> Vec<(usize, Connection)> {
        let Some(merged) = &loaded.merged else { return Vec::new() };
        let nameless: Vec<&String> =
            loaded.page.items.iter().zip(&merged.of).filter(|(run, _)| run.flow_name.is_none()).map(|(_, of)| of).collect();
        let mut found = Vec::new();
        for (source, of) in self.of.iter_mut().enumerate().filter(|(_, of)| !of.named) {
            if nameless.contains(&&of.connection.id) {
                of.named = true;
                found.push((source, of.connection.clone()));
            }
        }
        found
    }

    /// When the oldest of what is shown was read.
    pub fn read_at(&self) -> Option<Timestamp> {
        self.of.iter().filter_map(|of| of.read_at).min()
    }

    pub fn notices(&self) -> Vec<SourceNotices> {
        let of = self.of.iter().enumerate().map(|(source, of)| SourceNotices {
            source,
            connection: of.connection.clone(),
            missing: self.pages.merge.missing(source),
            stale: of.stale.clone(),
            left_out: self.pages.merge.left_out(source),
            statuses_here: of.question.statuses_here && !of.question.kind.never,
            here: if of.question.kind.never { FilterParts::default() } else { of.question.here },
            untold: of.question.untold,
        });
        of.collect()
    }

    /// What each vendor that tells it leaves of its limit, in words.
    pub fn limits(&self) -> Vec<String> {
        let limits = self.of.iter().filter_map(|of| Some((t().merged.limit)(&of.connection.label, &left(of.quota?, of.pause))));
        limits.collect()
    }

    pub fn footer(&self) -> Footer {
        let pages = self.pages.pages();
        let last = pages.len().saturating_sub(1);
        let reading = pages.last().is_some_and(|page| page.state == PageState::Reading);
        let (state, from, to, looked) =
            pages.get(self.page).map_or((PageState::default(), 0, 0, 0), |page| (page.state, page.from, page.to, page.looked));
        Footer {
            page: self.page,
            state,
            from,
            to,
            looked,
            older: self.pages.older(self.page),
            last: self.page == last,
            reading,
            searching: self.pages.searching(),
        }
    }

    /// The row that is to have the focus now, by its name in the page.
    pub fn take_focus(&mut self) -> Option<String> {
        let wanted = self.focus.take()?;
        let rows = self.pages.rows(self.page)?;
        let of = |stream: usize| self.pages.merge.source_of(stream);
        let row = rows.iter().find(|row| wanted.is_none_or(|wanted| of(row.stream) == wanted))?;
        Some(format!("{}/{}", self.of[of(row.stream)].connection.id, row.run.id))
    }
}
