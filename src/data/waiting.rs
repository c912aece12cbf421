use super::waiting_list::{WaitList, WaitingOf};
use super::{Connection, Session};
use crate::net::{self, Scope};
use crate::platform::{Effect, clock, page, storage, together};
use console::queue::ListProgress;
use leptos::prelude::*;
use runs::adapters::FlowQuery;
use runs::adapters::capability::ReviewStyle;
use runs::model::{Place, ReviewRef};
use runs::value::percent::encode;
use runs::{ApiError, ErrorKind};
use std::cell::RefCell;
use std::sync::Arc;

/// Between two counts, in milliseconds; in a hidden tab it is only counted for the title.
const EVERY: u32 = 30_000;
const EVERY_HIDDEN: u32 = 60_000;
/// Flows looked at where a vendor lists runs only per flow, and how many at the same time.
const MOST_FLOWS: usize = 20;
const AT_ONCE: usize = 3;
/// Pages read of one list.
const MOST_PAGES: usize = 50;
/// What was decided here stays away for so long although a list still names it: lists are behind, but not for ever.
const LAG: i64 = 60_000;
const IN_TITLE: &str = "count-in-title";

/// What waits for people, over all connections: the queue and its count.
#[derive(Clone, Copy)]
pub struct Waiting {
    pub of: RwSignal<Vec<Arc<WaitingOf>>>,
    /// All connections have been asked at least once.
    pub complete: RwSignal<bool>,
    /// The count stands in the document's title and on its icon.
    pub in_title: RwSignal<bool>,
    /// Counted also while the tab is hidden, once a minute: somebody wants to be told.
    pub while_hidden: RwSignal<bool>,
    /// Reviews that were decided in this browser, and until when that is believed against a list.
    decided: RwSignal<Vec<(String, i64)>>,
    /// Decisions that are on their way in other tabs, and until when that is believed without a further word.
    elsewhere: RwSignal<Vec<(String, i64)>>,
    /// How many wait, and whether there are more than counted.
    counted: Memo<Option<(u64, bool)>>,
    /// Counts up to count again now; zero until somebody wants the count.
    refetch: RwSignal<u32>,
    /// Reads the runs themselves, where their list does not tell how many reviews they have.
    look_into_runs: fn(Scope),
    session: Session,
    /// Lists that are read beyond their first page: connection, flow, pages.
    deeper: StoredValue<Vec<(String, Option<String>, usize)>>,
}

impl Waiting {
    pub fn new(session: Session, look_into_runs: fn(Scope)) -> Self {
        let (of, complete) = (RwSignal::new(Vec::<Arc<WaitingOf>>::new()), RwSignal::new(false));
        let decided = RwSignal::new(Vec::<(String, i64)>::new());
        let counted = Memo::new(move |_| {
            let complete = complete.get();
            let decided = decided.get();
            of.with(|of| {
                let count =
                    |of: &Arc<WaitingOf>| of.reviews(&|run, review| is_in(&decided, &of.connection, run, review)) as u64 + of.more();
                (complete || !of.is_empty()).then(|| (of.iter().map(count).sum(), !complete || of.iter().any(|of| of.open_ended())))
            })
        });
        let waiting = Self {
            of,
            complete,
            decided,
            elsewhere: RwSignal::new(Vec::new()),
            counted,
            in_title: RwSignal::new(storage::get(IN_TITLE).as_deref() != Some("off")),
            while_hidden: RwSignal::new(false),
            refetch: RwSignal::new(0),
            look_into_runs,
            session,
            deeper: StoredValue::new(Vec::new()),
        };
        Effect::new(move |_| {
            // Until somebody wants it, what waits gives way to what the page itself reads.
            if waiting.refetch.get() == 0 {
                return;
            }
            let scope = Scope::of_view();
            leptos::task::spawn_local(async move { waiting.follow(&scope).await });
        });
        Effect::new(move |_| {
            let (count, more) = waiting.count().filter(|_| waiting.in_title.get()).unwrap_or_default();
            page::set_count(count, more);
        });
        waiting
    }

    /// Begins to count, unless that has begun.
    pub fn begin(self) {
        if self.refetch.get_untracked() == 0 {
            self.refresh();
        }
    }

    /// Counts again now: after a decision, or when the queue is opened.
    pub fn refresh(self) {
        self.refetch.update(|count| *count += 1);
    }

    /// Counts again now, also what a vendor refused for good: somebody asks for it.
    pub fn try_again(self) {
        self.of.update(|of| of.iter_mut().for_each(|of| Arc::make_mut(of).try_again()));
        self.refresh();
    }

    /// How many wait, and whether there are more than counted; `None` until known.
    pub fn count(self) -> Option<(u64, bool)> {
        self.counted.get()
    }

    /// Whether the count stands in the title; kept in this browser.
    pub fn show_in_title(self, on: bool) {
        if on {
            storage::remove(IN_TITLE);
        } else {
            storage::set(IN_TITLE, "off");
        }
        self.in_title.set(on);
    }

    /// Reads one list a page further, from now on at every count.
    pub async fn read_on(self, connection: &Connection, flow: &Option<String>, scope: &Scope) {
        self.deeper.update_value(|deeper| match deeper.iter_mut().find(|(id, of, _)| *id == connection.id && of == flow) {
            Some((.., pages)) => *pages = (*pages + 1).min(MOST_PAGES),
            None => deeper.push((connection.id.clone(), flow.clone(), 2)),
        });
        self.ask_if_due(connection, flow.clone(), scope).await;
    }

    /// Nobody looks at later pages any more.
    pub fn only_first_pages(self) {
        self.deeper.update_value(Vec::clear);
    }

    /// A run was looked into: these are its open reviews.
    pub fn tell(self, connection: &str, run: &str, reviews: &[ReviewRef]) {
        let known = |of: &Arc<WaitingOf>| of.connection.id == connection && of.runs().any(|known| known.id == run);
        if self.of.with_untracked(|of| of.iter().any(known)) {
            self.of.update(|of| of.iter_mut().filter(|of| known(of)).for_each(|of| Arc::make_mut(of).tell(run, reviews)));
        }
    }

    /// The open reviews of a run, where they are known.
    pub fn reviews_of(self, run: &str) -> Option<Vec<ReviewRef>> {
        self.of.with_untracked(|of| of.iter().find_map(|of| of.runs().find(|known| known.id == run)?.reviews.clone()))
    }

    /// Whether this review was decided in this browser, although a list may still name it.
    pub fn is_decided(self, connection: &Connection, run: &str, review: &ReviewRef) -> bool {
        self.decided.with(|decided| is_in(decided, connection, run, review))
    }

    /// A decision in this browser was recorded: its review leaves at once.
    pub fn note_decided(self, case: &str) {
        self.forget_elsewhere(case);
        let until = clock::now().0 + LAG;
        self.decided.update(|decided| {
            decided.retain(|(known, _)| known != case);
            decided.push((case.to_owned(), until));
        });
    }

    /// Another tab has a decision on its way.
    pub fn note_elsewhere(self, case: &str, until: i64) {
        self.elsewhere.update(|cases| {
            cases.retain(|(known, _)| known != case);
            cases.push((case.to_owned(), until));
        });
    }

    /// Another tab's decision was taken back, or could not be sent.
    pub fn forget_elsewhere(self, case: &str) {
        if self.elsewhere.with_untracked(|cases| cases.iter().any(|(known, _)| known == case)) {
            self.elsewhere.update(|cases| cases.retain(|(known, _)| known != case));
        }
    }

    /// Whether another tab of this browser has a decision on this review on its way.
    pub fn is_elsewhere(self, case: &str) -> bool {
        self.elsewhere.with(|cases| cases.iter().any(|(known, until)| known == case && *until > clock::now().0))
    }

    async fn follow(self, scope: &Scope) {
        loop {
            // At the same time: a vendor that answers late holds up nobody else's reviews.
            together(self.session.connections().into_iter().map(|connection| async move {
                if connection.dialect.adapter().capabilities().review != ReviewStyle::None {
                    self.ask(&connection, scope).await;
                }
            }))
            .await;
            if scope.ended() {
                return;
            }
            let again = self.complete.get_untracked();
            self.complete.set(true);
            for noted in [self.decided, self.elsewhere] {
                let now = clock::now().0;
                if noted.with_untracked(|noted| noted.iter().any(|(_, until)| *until <= now)) {
                    noted.update(|noted| noted.retain(|(_, until)| *until > now));
                }
            }
            // Some lists do not tell how many reviews a run has. The runs themselves do; a first visit is not kept waiting for that.
            if again && self.of.with_untracked(|of| of.iter().any(|of| of.unknown())) {
                (self.look_into_runs)(scope.clone());
            }
            clock::sleep(EVERY).await;
            if page::is_hidden() && (self.in_title.get_untracked() || self.while_hidden.get_untracked()) {
                clock::sleep(EVERY_HIDDEN - EVERY).await;
            } else {
                page::until_visible().await;
            }
            if scope.ended() {
                return;
            }
        }
    }

    fn known(self, connection: &Connection) -> Option<Arc<WaitingOf>> {
        self.of.with_untracked(|of| of.iter().find(|of| of.connection.id == connection.id).cloned())
    }

    /// Puts something new in its place; nobody is disturbed by what says the same.
    fn change(self, connection: &Connection, change: impl FnOnce(&mut WaitingOf)) {
        self.of.update(|of| {
            if !of.iter().any(|of| of.connection.id == connection.id) {
                of.push(Arc::new(WaitingOf::new(connection.clone())));
            }
            if let Some(of) = of.iter_mut().find(|of| of.connection.id == connection.id) {
                change(Arc::make_mut(of));
            }
        });
    }

    async fn ask(self, connection: &Connection, scope: &Scope) {
        let adapter = connection.dialect.adapter();
        let known = self.known(connection);
        if adapter.capabilities().list_all {
            return self.ask_if_due(connection, None, scope).await;
        }
        if known.as_ref().is_none_or(|known| known.flows_due()) {
            let found = net::read(&connection.id, adapter.list_flows(&FlowQuery::default()), scope).await;
            if scope.ended() {
                return;
            }
            let found = found.map(|page| {
                let more = page.older.is_some() || page.items.len() > MOST_FLOWS;
                (page.items.into_iter().take(MOST_FLOWS).map(|flow| (flow.id, flow.name)).collect::<Vec<_>>(), more)
            });
            self.change(connection, |of| of.flows_read(found));
        }
        // Each flow has its own result: one that fails or is slow hides no other's reviews.
        let flows: Vec<String> = self.known(connection).map_or_else(Vec::new, |known| known.flows());
        let flows = &RefCell::new(flows.into_iter());
        together((0..AT_ONCE).map(|_| async move {
            loop {
                let next = flows.borrow_mut().next();
                let Some(flow) = next.filter(|_| !scope.ended()) else { return };
                self.ask_if_due(connection, Some(flow), scope).await;
            }
        }))
        .await;
    }

    async fn ask_if_due(self, connection: &Connection, flow: Option<String>, scope: &Scope) {
        if self.known(connection).is_none_or(|known| known.due(&flow)) {
            self.ask_list(connection, flow, scope).await;
        }
    }

    async fn ask_list(self, connection: &Connection, flow: Option<String>, scope: &Scope) {
        let adapter = connection.dialect.adapter();
        let pages = self
            .deeper
            .with_value(|deeper| deeper.iter().find(|(id, of, _)| *id == connection.id && *of == flow).map_or(1, |(.., pages)| *pages));
        let mut list = WaitList::new(flow.clone());
        let (mut place, mut total, mut failure) = (Place::First, None, None::<ApiError>);
        list.part = ListProgress { end: None, open: true };
        for _ in 0..pages {
            match net::read(&connection.id, adapter.list_waiting(flow.as_deref(), &place), scope).await {
                Ok(page) => {
                    total = page.total;
                    match list.add(page) {
                        Some(next) => place = next,
                        None => break,
                    }
                }
                Err(error) if error.kind == ErrorKind::Cancelled => return,
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        if scope.ended() {
            return;
        }
        list.counted(total);
        self.change(connection, |of| of.put(list, failure));
    }
}

fn is_in(decided: &[(String, i64)], connection: &Connection, run: &str, review: &ReviewRef) -> bool {
    !decided.is_empty() && {
        let case = case_id(&connection.id, run, &review.id);
        // A loop may ask at the same step again.
        let again = |until: i64| review.since.is_some_and(|since| since.0 > until - LAG);
        decided.iter().any(|(known, until)| *known == case && !again(*until))
    }
}

/// Names a review among those of all connections.
pub fn case_id(connection: &str, run: &str, review: &str) -> String {
    format!("{}/{}/{}", encode(connection), encode(run), encode(review))
}
