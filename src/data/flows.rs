use super::Connection;
use crate::net::{self, Scope};
use crate::platform::clock;
use crate::platform::page::normal_form;
use leptos::prelude::*;
use runs::adapters::FlowQuery;
use runs::model::{Flow, Page, Place};
use runs::{ApiError, Timestamp};

/// Flows read before anybody types: beyond them what is typed decides what is read.
const MOST: usize = 2_000;
/// So many that fit are enough to choose from; typing more narrows them down.
const ENOUGH: usize = 50;

/// How often is looked whether another walk is done, in milliseconds.
const PAUSE: u32 = 100;
/// A list read so many milliseconds ago is still the list.
const FRESH: u64 = 60_000;

/// The flows of every connection: one list each, for all pages.
#[derive(Clone, Copy)]
pub struct FlowLists {
    of: StoredValue<Vec<(String, RwSignal<Flows>)>>,
    /// Of a connection that does not exist.
    none: RwSignal<Flows>,
}

impl FlowLists {
    pub fn new(connections: &[Connection]) -> Self {
        let list = |connection: &Connection| (connection.id.clone(), RwSignal::new(Flows::default()));
        Self { of: StoredValue::new(connections.iter().map(list).collect()), none: RwSignal::new(Flows::default()) }
    }

    pub fn of(self, connection: &str) -> RwSignal<Flows> {
        self.of.with_value(|of| of.iter().find(|(id, _)| id == connection).map(|(_, flows)| *flows)).unwrap_or(self.none)
    }

    /// Reads a connection's flows unless that has just been done; what is known stays until the answer is there.
    pub fn read(self, connection: &Connection) {
        let flows = self.of(&connection.id);
        let due = flows.with_untracked(|flows| {
            !flows.reading && (flows.error.is_some() || flows.read_at.is_none_or(|at| clock::now().since(at) > FRESH))
        });
        if due {
            self.read_again(connection);
        }
    }

    pub fn read_again(self, connection: &Connection) {
        let (connection, flows) = (connection.clone(), self.of(&connection.id));
        flows.update(|flows| (flows.reading, flows.error) = (true, None));
        leptos::task::spawn_local(async move { read(&connection, flows).await });
    }
}

/// The flows of a connection, as far as they are read.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    pub flows: Vec<Flow>,
    pub complete: bool,
    pub error: Option<ApiError>,
    /// What the vendor sent in the place of flows that could not be read.
    pub unread: Vec<String>,
    /// More are being read for what is typed.
    pub searching: bool,
    pub reading: bool,
    read_at: Option<Timestamp>,
    next: Option<Place>,
}

impl Flows {
    /// Whether name or id of a flow holds the text, which is in lower case.
    pub fn fits(flow: &Flow, text: &str) -> bool {
        normal_form(&flow.name).contains(text) || normal_form(&flow.id).contains(text)
    }

    fn take(&mut self, page: Page<Flow>) {
        for sent in page.unread {
            if !self.unread.contains(&sent) {
                self.unread.push(sent);
            }
        }
        for flow in page.items {
            // A search finds flows again that are known, and lists move while they are read.
            if !self.flows.iter().any(|known| known.id == flow.id) {
                self.flows.push(flow);
            }
        }
    }

    /// One page further. After an error the place stays: the next search tries again.
    fn take_page(&mut self, answer: Result<Page<Flow>, ApiError>) {
        match answer {
            Ok(page) => {
                self.error = None;
                self.next.clone_from(&page.older);
                self.complete = self.next.is_none();
                self.take(page);
            }
            Err(error) => self.error = Some(error),
        }
    }

    fn enough(&self, text: &str) -> bool {
        self.flows.iter().filter(|flow| Self::fits(flow, text)).take(ENOUGH).count() >= ENOUGH
    }
}

/// Reads the first flows. The first time each page of them is shown as it comes; later they take the place of what was known.
async fn read(connection: &Connection, flows: RwSignal<Flows>) {
    let again = flows.with_untracked(|flows| flows.read_at.is_some());
    let fresh = if again { RwSignal::new(Flows::default()) } else { flows };
    fresh.update(|fresh| (fresh.next, fresh.reading) = (Some(Place::First), true));
    let scope = Scope::new();
    walk(connection, fresh, &scope, &|flows| flows.flows.len() >= MOST).await;
    fresh.update(|fresh| (fresh.reading, fresh.read_at) = (false, Some(clock::now())));
    if again {
        let read = fresh.get_untracked();
        fresh.dispose();
        match read.error {
            // What was known before is better than half of the list.
            Some(error) => flows.update(|flows| (flows.error, flows.reading) = (Some(error), false)),
            None => flows.set(read),
        }
    }
}

async fn walk(connection: &Connection, flows: RwSignal<Flows>, scope: &Scope, enough: &dyn Fn(&Flows) -> bool) {
    while let Some(place) = flows.with_untracked(|flows| flows.next.clone()) {
        let query = FlowQuery { search: String::new(), place };
        let answer = net::read(&connection.id, connection.dialect.adapter().list_flows(&query), scope).await;
        if scope.ended() {
            return;
        }
        flows.update(|flows| flows.take_page(answer));
        if flows.with_untracked(|flows| flows.error.is_some() || enough(flows)) {
            return;
        }
    }
}

/// Reads what fits a text from the flows that were not read yet: by the vendor's own search, or walking on.
pub async fn search(connection: &Connection, flows: RwSignal<Flows>, text: &str, scope: &Scope) {
    let text = normal_form(text.trim());
    let known = flows.with_untracked(|flows| flows.complete || flows.next.is_none() || flows.enough(&text));
    if text.is_empty() || known {
        return;
    }
    flows.update(|flows| flows.searching = true);
    if connection.dialect.adapter().capabilities().flow_search {
        let query = FlowQuery { search: text, place: Place::First };
        let answer = net::read(&connection.id, connection.dialect.adapter().list_flows(&query), scope).await;
        if !scope.ended() {
            flows.update(|flows| match answer {
                Ok(page) => {
                    flows.error = None;
                    flows.take(page);
                }
                Err(error) => flows.error = Some(error),
            });
        }
    } else {
        // One walk at a time: what is being read anyway comes first.
        while flows.with_untracked(|flows| flows.reading) && !scope.ended() {
            clock::sleep(PAUSE).await;
        }
        if !scope.ended() && !flows.with_untracked(|flows| flows.enough(&text)) {
            walk(connection, flows, scope, &|flows| flows.enough(&text)).await;
        }
    }
    flows.update(|flows| flows.searching = false);
}
