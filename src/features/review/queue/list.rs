//! The rows of the queue: from the waiting lists, filtered, in an order that is stable under the pointer.

use super::departed::{self, Departed};
use super::details::{DetailCache, Details};
use super::navigation::review_name;
use super::{active_row, claims};
use crate::data::Connection;
use crate::features::review::session::ReviewSession;
use crate::net::Scope;
use crate::platform::page::normal_form;
use crate::prelude::*;
use crate::state::presence::{Here, everybody};
use crate::state::{Globals, case_id, drafts, globals};
use crate::strings::t;
use console::queue::{QueueAddress, Who, known_until, read_on, settle};
use runs::model::{ReviewRef, Run};
use runs::{ApiError, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows shown at first, and more each time.
pub const PAGE: usize = 50;

/// One waiting review; of a run whose reviews are not known (yet), the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub connection: Connection,
    pub run: Arc<Run>,
    pub review: Option<ReviewRef>,
    pub number: Option<u64>,
    /// Which of its namesakes in the run it is, of how many.
    pub place: Option<(usize, usize)>,
    /// Known once the run was read.
    pub details: Option<Details>,
    pub flow: String,
    /// It does not wait any more: what became of it.
    pub departed: Option<Departed>,
}

impl Entry {
    /// What waits in a run: its reviews, without those that were decided here a moment ago.
    fn of(connection: &Connection, run: &Arc<Run>, cache: &DetailCache, globals: Globals) -> Vec<Self> {
        let details = cache.run(&connection.id, run);
        let flow = cache.flow(&connection.id, run);
        let read = details.as_ref().and_then(|details| details.number);
        let number = run.number.or(read).or_else(|| globals.numbers.get(&connection.id, &run.id));
        let entry = |review, place| Self {
            connection: connection.clone(),
            run: Arc::clone(run),
            review,
            number,
            place,
            details: details.clone(),
            flow: flow.clone(),
            departed: None,
        };
        let decides = connection.dialect.adapter().capabilities().review.decides();
        let Some(reviews) = run.reviews.as_ref().filter(|reviews| decides && !reviews.is_empty()) else { return vec![entry(None, None)] };
        let reviews: Vec<ReviewRef> = reviews.iter().map(|review| told(review, details.as_ref())).collect();
        let same = |one: &ReviewRef, other: &ReviewRef| one.name == other.name && one.iteration == other.iteration;
        let waits = |review: &&ReviewRef| !globals.waiting.is_decided(connection, &run.id, review);
        let place = |review: &ReviewRef| {
            let count = reviews.iter().filter(|other| same(review, other)).count();
            let before = reviews.iter().take_while(|other| other.id != review.id).filter(|other| same(review, other)).count();
            (count > 1).then_some((before + 1, count))
        };
        reviews.iter().filter(waits).map(|review| entry(Some(review.clone()), place(review))).collect()
    }

    /// Where a decision on it has the same id, the key is that of its case.
    pub fn key(&self) -> String {
        match &self.review {
            Some(review) => case_id(&self.connection.id, &self.run.id, &review.id),
            None => key(&self.connection.id, &self.run.id),
        }
    }

    /// `#1,042`, or the id.
    pub fn name(&self) -> String {
        self.number.map_or_else(|| self.run.id.clone(), t().shared.run_number)
    }

    /// The step that asks, told apart from others of the run; empty while that is not known.
    pub fn step(&self) -> String {
        let named = self.review.as_ref().map(review_name).unwrap_or_default();
        match self.place {
            Some((at, of)) => (t().queue.one_of)(&named, at, of),
            None => named,
        }
    }

    /// Since when it waits, if that is known; otherwise since when its run exists.
    pub fn since(&self) -> Option<(Timestamp, bool)> {
        let own = self.review.as_ref().and_then(|review| review.since);
        let since = own.or(self.run.waiting_since).or_else(|| self.details.as_ref().and_then(|details| details.since));
        since.map(|at| (at, true)).or_else(|| self.run.created_at.map(|at| (at, false)))
    }

    pub fn decides(&self) -> bool {
        self.connection.dialect.adapter().capabilities().review.decides()
    }

    pub fn review_id(&self) -> Option<&String> {
        self.review.as_ref().map(|review| &review.id)
    }

    /// Why the run could not be read alone.
    pub fn read_error(&self) -> Option<&ApiError> {
        self.details.as_ref()?.failed.as_ref()
    }

    /// The run could not be read, by its list or alone.
    pub fn unread(&self) -> bool {
        self.run.unread || self.read_error().is_some()
    }

    fn fits(&self, address: &QueueAddress, queue: Queue) -> bool {
        let text = normal_form(address.text.trim());
        let found = || {
            let number = self.name();
            let about = self.review.iter().flat_map(|review| review.about.clone());
            let texts = [number.replace(',', ""), number, self.run.id.clone(), self.flow.clone(), self.step()];
            texts.into_iter().chain(self.run.name.clone()).chain(about).any(|name| normal_form(&name).contains(&text))
        };
        address.connection.as_ref().is_none_or(|id| *id == self.connection.id)
            && address.flow.as_ref().is_none_or(|flow| *flow == self.run.flow)
            && (text.is_empty() || found())
            && address.who.is_none_or(|who| claims::matches(queue, self, who))
    }
}

/// A review as its list gives it, with what its run told beside.
fn told(review: &ReviewRef, details: Option<&Details>) -> ReviewRef {
    let known = details.and_then(|details| details.reviews.iter().find(|known| known.id == review.id));
    known.map_or_else(|| review.clone(), |known| ReviewRef { since: review.since.or(known.since), ..known.clone() })
}

/// The key of the row of a run whose reviews are not known.
pub fn key(connection: &str, run: &str) -> String {
    runs::value::percent::encode(connection) + "/" + &runs::value::percent::encode(run)
}

/// The queue as one view shows it: the rows in their order, which move only where nobody points.
#[derive(Clone, Copy)]
pub struct Queue {
    pub globals: Globals,
    pub address: RwSignal<QueueAddress>,
    /// Keys of the rows that are shown, in their order.
    pub rows: RwSignal<Vec<String>>,
    pub entries: RwSignal<BTreeMap<String, Arc<Entry>>>,
    /// Everything that was read and fits the filters, oldest first.
    pub fitting: RwSignal<Vec<String>>,
    /// How many were read, whatever the filters.
    pub read: RwSignal<usize>,
    pub limit: RwSignal<usize>,
    /// More rows are being read.
    pub busy: RwSignal<bool>,
    /// Counts up when the pointer or the focus went elsewhere.
    pub moved: RwSignal<u32>,
    /// Who else has which review open.
    pub others: RwSignal<Vec<Here>>,
    /// Who has started a row's review at the vendor.
    pub started: RwSignal<BTreeMap<String, String>>,
    /// Reviews with a draft in this browser, by their cases.
    pub drafts: RwSignal<BTreeSet<String>>,
    /// The place of the review that is open, when it was there last.
    pub here: StoredValue<Option<usize>>,
    detail_cache: StoredValue<DetailCache>,
    scope: StoredValue<Scope>,
}

impl Queue {
    pub fn new() -> Self {
        let globals = globals();
        let queue = Self {
            globals,
            address: RwSignal::new(ReviewSession::get().filters.borrow().clone()),
            rows: RwSignal::new(Vec::new()),
            entries: RwSignal::new(BTreeMap::new()),
            fitting: RwSignal::new(Vec::new()),
            read: RwSignal::new(0),
            limit: RwSignal::new(PAGE),
            busy: RwSignal::new(false),
            moved: RwSignal::new(0),
            others: RwSignal::from(everybody()),
            started: RwSignal::new(BTreeMap::new()),
            drafts: RwSignal::new(BTreeSet::new()),
            here: StoredValue::new(None),
            detail_cache: StoredValue::new(ReviewSession::get().details.clone()),
            scope: StoredValue::new(Scope::of_view()),
        };
        drafts::attend();
        queue.detail_cache.with_value(|cache| cache.name_flows(globals));
        Effect::new(move |before: Option<QueueAddress>| {
            let address = queue.address.get();
            ReviewSession::get().filters.replace(address.clone());
            queue.sort(&address, before.as_ref() != Some(&address));
            address
        });
        claims::follow(queue);
        queue
    }

    pub fn detail_cache(self) -> DetailCache {
        self.detail_cache.get_value()
    }

    pub fn entry(self, key: &str) -> Option<Arc<Entry>> {
        self.entries.with(|entries| entries.get(key).cloned())
    }

    /// Its row alone follows it.
    pub fn follow(self, key: &str) -> Memo<Option<Arc<Entry>>> {
        let key = key.to_owned();
        let same = |before: Option<&Option<Arc<Entry>>>, now: Option<&Option<Arc<Entry>>>| match (before, now) {
            (Some(Some(before)), Some(Some(now))) => !Arc::ptr_eq(before, now),
            (before, now) => before.map(Option::is_some) != now.map(Option::is_some),
        };
        Memo::new_with_compare(move |_| self.entry(&key), same)
    }

    /// Puts what the lists say into rows.
    fn sort(self, address: &QueueAddress, anew: bool) {
        self.moved.track();
        self.globals.numbers.track();
        let (cache, limit) = (self.detail_cache(), self.limit.get());
        let mut known: Vec<Entry> = Vec::new();
        let parts: Vec<_> = self.globals.waiting.of.with(|of| {
            for of in of {
                self.globals.numbers.want(of.runs().map(|run| (of.connection.id.as_str(), run.as_ref())));
                known.extend(of.runs().flat_map(|run| Entry::of(&of.connection, run, &cache, self.globals)));
            }
            let of = of.iter().filter(|of| address.connection.as_ref().is_none_or(|id| *id == of.connection.id));
            of.flat_map(|of| of.lists.iter().map(|list| list.part)).collect()
        });
        let shown = self.resolved(&known);
        let held = if anew { None } else { shown.iter().position(|key| active_row::is_active(key)) };
        // What a slower list puts further back has not left: it goes without a word, though not from under the pointer.
        let listed: BTreeSet<String> = known.iter().map(Entry::key).collect();
        let stay = held.map_or(&[][..], |held| &shown[..=held]);
        let until = known_until(&parts);
        known.retain(|entry| until.is_none_or(|until| entry.run.created_at.is_none_or(|at| at <= until)) || stay.contains(&entry.key()));
        runs::value::order::sort(&mut known, &|entry| (runs::value::order::when(entry.run.created_at), 0));
        let fitting: Vec<String> = known.iter().filter(|entry| entry.fits(address, self)).map(Entry::key).collect();
        if self.read.get_untracked() != known.len() {
            self.read.set(known.len());
        }
        let waits: BTreeMap<String, Entry> = known.into_iter().map(|entry| (entry.key(), entry)).collect();
        let gone: Vec<String> = shown.iter().filter(|key| !listed.contains(*key)).cloned().collect();
        let mut fresh = Vec::new();
        self.entries.update(|entries| {
            fresh = departed::mark(entries, &gone);
            entries.retain(|key, _| gone.contains(key) || waits.contains_key(key));
            for (key, entry) in waits {
                if entries.get(&key).is_none_or(|before| **before != entry) {
                    entries.insert(key, Arc::new(entry));
                }
            }
        });
        let wanted: Vec<String> = fitting.iter().take(limit).cloned().collect();
        let rows = if anew {
            wanted
        } else {
            let lingers = |key: &str| self.entries.with_untracked(|entries| entries.get(key).is_some_and(|entry| entry.lingers()));
            settle(&shown, &wanted, held, &lingers)
        };
        if self.fitting.with_untracked(|before| *before != fitting) {
            self.fitting.set(fitting);
        }
        if self.rows.with_untracked(|shown| *shown != rows) {
            self.rows.set(rows);
        }
        departed::resolve(self, fresh, &self.scope.get_value());
    }

    /// The rows shown; where a run's reviews have become known, its first one stands in the run's place.
    fn resolved(self, known: &[Entry]) -> Vec<String> {
        let shown = self.rows.get_untracked();
        let run = |key: &String| {
            let unknown = |entry: &Arc<Entry>| entry.review.is_none().then(|| (entry.connection.id.clone(), entry.run.id.clone()));
            self.entries.with_untracked(|entries| entries.get(key).and_then(unknown))
        };
        let first = |key: &String| {
            let (connection, run) = run(key)?;
            let entry = known.iter().find(|entry| entry.connection.id == connection && entry.run.id == run)?;
            Some(entry.key()).filter(|now| now != key)
        };
        let resolve = |key: String| match first(&key) {
            Some(now) => {
                active_row::move_focus(&key, &now);
                now
            }
            None => key,
        };
        shown.into_iter().map(resolve).collect()
    }

    /// Somebody else has it.
    pub fn taken(self, entry: &Entry) -> bool {
        !claims::matches(self, entry, Who::Free)
    }

    /// Whether the lists go on beyond what was read.
    pub fn goes_on(self) -> bool {
        self.next_list().is_some()
    }

    fn next_list(self) -> Option<(Connection, Option<String>)> {
        let wanted = self.address.with(|address| address.connection.clone());
        let lists: Vec<_> = self.globals.waiting.of.with(|of| {
            let of = of.iter().filter(|of| wanted.as_ref().is_none_or(|id| *id == of.connection.id));
            of.flat_map(|of| of.lists.iter().map(|list| (of.connection.clone(), list.flow.clone(), list.part))).collect()
        });
        let parts: Vec<_> = lists.iter().map(|(.., part)| *part).collect();
        read_on(&parts).and_then(|at| lists.into_iter().nth(at)).map(|(connection, flow, _)| (connection, flow))
    }

    /// Shows a page more, and reads on where that needs it.
    pub fn more(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.limit.update(|limit| *limit += PAGE);
        let scope = self.scope.get_value();
        leptos::task::spawn_local(async move {
            self.busy.try_set(true);
            // Each turn reads one list further; an answer may bring nothing that fits.
            while self.fitting.with_untracked(Vec::len) < self.limit.get_untracked() {
                let before = self.read.get_untracked();
                let Some((connection, flow)) = untrack(|| self.next_list()) else { break };
                self.globals.waiting.read_on(&connection, &flow, &scope).await;
                leptos::task::tick().await;
                if scope.ended() || self.read.get_untracked() <= before {
                    break;
                }
            }
            self.busy.try_set(false);
        });
    }
}

pub fn skip(key: &str) {
    let session = ReviewSession::get();
    let mut skipped = session.skipped.borrow_mut();
    skipped.retain(|other| other != key);
    skipped.push(key.to_owned());
}

pub fn is_skipped(key: &str) -> bool {
    skipped_at(key).is_some()
}

/// Its place among those that were skipped, the longest ago first.
pub fn skipped_at(key: &str) -> Option<usize> {
    ReviewSession::get().skipped.borrow().iter().position(|other| other == key)
}
