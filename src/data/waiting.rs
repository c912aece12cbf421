use super::Connection;
use crate::net::{self, Scope};
use crate::platform::{clock, page, storage};
use crate::state::Session;
use futures_util::future::join_all;
use leptos::prelude::*;
use runs::adapter::FlowQuery;
use runs::capability::ReviewStyle;
use runs::model::{Page, Place, Run};
use runs::queue::Part;
use runs::{ApiError, ErrorKind};
use std::sync::Arc;

/// Between two counts, in milliseconds; in a hidden tab it is only counted for the title.
const EVERY: u32 = 30_000;
const EVERY_HIDDEN: u32 = 60_000;
/// Flows looked at where a vendor lists runs only per flow.
const MOST_FLOWS: usize = 20;
/// Pages read of one list.
const MOST_PAGES: usize = 50;
const IN_TITLE: &str = "count-in-title";

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
    /// The lists that it was read from: one, or one a flow.
    pub lists: Vec<(Option<String>, Part)>,
}

/// The runs that wait for people, over all connections: the queue and its count.
#[derive(Clone, Copy)]
pub struct Waiting {
    pub of: RwSignal<Vec<Arc<WaitingOf>>>,
    /// All connections have been asked at least once.
    pub complete: RwSignal<bool>,
    /// The count stands in the document's title and on its icon.
    pub in_title: RwSignal<bool>,
    /// Counted also while the tab is hidden, once a minute: somebody wants to be told.
    pub while_hidden: RwSignal<bool>,
    /// How many wait, and whether there are more than counted.
    counted: Memo<Option<(u64, bool)>>,
    kick: RwSignal<u32>,
    session: Session,
    /// Lists that are read beyond their first page: connection, flow, pages.
    deeper: StoredValue<Vec<(String, Option<String>, usize)>>,
}

impl Waiting {
    pub fn new(session: Session) -> Self {
        let (of, complete) = (RwSignal::new(Vec::<Arc<WaitingOf>>::new()), RwSignal::new(false));
        let counted = Memo::new(move |_| {
            let complete = complete.get();
            of.with(|of| {
                let count = of.iter().map(|of| of.runs.len() as u64 + of.more).sum();
                (complete || !of.is_empty()).then(|| (count, of.iter().any(|of| of.open_ended)))
            })
        });
        let waiting = Self {
            of,
            complete,
            counted,
            in_title: RwSignal::new(storage::get(IN_TITLE).as_deref() != Some("off")),
            while_hidden: RwSignal::new(false),
            kick: RwSignal::new(0),
            session,
            deeper: StoredValue::new(Vec::new()),
        };
        Effect::new(move |_| {
            // Until somebody wants it, what waits gives way to what the page itself reads.
            if waiting.kick.get() == 0 {
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
        let found = self.ask(connection, scope).await;
        if !scope.ended() {
            self.put(found);
        }
    }

    /// Nobody looks at later pages any more.
    pub fn only_first_pages(self) {
        self.deeper.update_value(Vec::clear);
    }

    async fn follow(self, scope: &Scope) {
        loop {
            // At the same time: a vendor that answers late holds up nobody else's reviews.
            join_all(self.session.connections().into_iter().map(|connection| async move {
                if connection.dialect.adapter().capabilities().review != ReviewStyle::None && !net::quiet(&connection.id) {
                    let found = self.ask(&connection, scope).await;
                    if !scope.ended() {
                        self.put(found);
                    }
                }
            }))
            .await;
            if scope.ended() {
                return;
            }
            self.complete.set(true);
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

    fn put(self, mut found: WaitingOf) {
        self.of.update(|of| match of.iter_mut().find(|known| known.connection.id == found.connection.id) {
            Some(known) => {
                if found.error.is_some() {
                    // What was known stays in sight, marked by the error.
                    found.runs.clone_from(&known.runs);
                    found.lists.clone_from(&known.lists);
                    found.more = known.more;
                }
                *known = Arc::new(found);
            }
            None => of.push(Arc::new(found)),
        });
    }

    async fn ask(self, connection: &Connection, scope: &Scope) -> WaitingOf {
        let (connection, lists) = (connection.clone(), Vec::new());
        let mut found = WaitingOf { connection, runs: Vec::new(), more: 0, open_ended: false, error: None, lists };
        let adapter = found.connection.dialect.adapter();
        let flows: Vec<Option<String>> = if adapter.capabilities().list_all {
            vec![None]
        } else {
            match net::read(&found.connection.id, adapter.list_flows(&FlowQuery::default()), scope).await {
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
            if !self.ask_list(&mut found, flow, scope).await {
                break;
            }
        }
        runs::order::sort(&mut found.runs, &|run| (runs::order::when(run.created_at), 0));
        found
    }

    /// `false`: the view is gone.
    async fn ask_list(self, found: &mut WaitingOf, flow: Option<String>, scope: &Scope) -> bool {
        let adapter = found.connection.dialect.adapter();
        let pages = self.deeper.with_value(|deeper| {
            deeper.iter().find(|(id, of, _)| *id == found.connection.id && *of == flow).map_or(1, |(.., pages)| *pages)
        });
        let (mut part, mut place, mut total) = (Part { end: None, open: true }, Place::First, None);
        let before = found.runs.len();
        for _ in 0..pages {
            match net::read(&found.connection.id, adapter.list_waiting(flow.as_deref(), &place), scope).await {
                Ok(page) => {
                    total = page.total;
                    match add(&mut found.runs, page, &mut part) {
                        Some(next) => place = next,
                        None => break,
                    }
                }
                Err(error) if error.kind == ErrorKind::Cancelled => return false,
                Err(error) => {
                    found.error = Some(error);
                    break;
                }
            }
        }
        match total {
            Some(total) => found.more += total.saturating_sub((found.runs.len() - before) as u64),
            None => found.open_ended |= part.open && part.end.is_some(),
        }
        found.lists.push((flow, part));
        true
    }
}

/// Adds a page; says where the next one is.
fn add(runs: &mut Vec<Run>, page: Page<Run>, part: &mut Part) -> Option<Place> {
    // Lists move while they are read: what comes twice is one.
    let new: Vec<Run> = page.items.into_iter().filter(|run| !runs.iter().any(|known| known.id == run.id)).collect();
    part.end = new.iter().filter_map(|run| run.created_at).chain(part.end).max();
    part.open = page.older.is_some();
    runs.extend(new);
    page.older
}
