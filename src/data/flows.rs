use super::Connection;
use crate::net::{self, Scope};
use crate::platform::page::lower_case;
use leptos::prelude::*;
use runs::ApiError;
use runs::adapter::FlowQuery;
use runs::model::{Flow, Page, Place};

/// Flows read before anybody types: beyond them what is typed decides what is read.
const MOST: usize = 2_000;
/// So many that fit are enough to choose from; typing more narrows them down.
const ENOUGH: usize = 50;

/// The flows of a connection, as far as they are read.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    pub connection: String,
    pub flows: Vec<Flow>,
    pub complete: bool,
    pub error: Option<ApiError>,
    /// More are being read for what is typed.
    pub searching: bool,
    next: Option<Place>,
}

impl Flows {
    /// Whether name or id of a flow holds the text, which is in lower case.
    pub fn fits(flow: &Flow, text: &str) -> bool {
        lower_case(&flow.name).contains(text) || lower_case(&flow.id).contains(text)
    }

    fn take(&mut self, page: Page<Flow>) {
        for flow in page.items {
            // A search finds flows again that are known, and lists move while they are read.
            if !self.flows.iter().any(|known| known.id == flow.id) {
                self.flows.push(flow);
            }
        }
    }

    fn enough(&self, text: &str) -> bool {
        self.flows.iter().filter(|flow| Self::fits(flow, text)).take(ENOUGH).count() >= ENOUGH
    }
}

/// Reads the first flows.
pub async fn read(connection: &Connection, flows: RwSignal<Flows>, scope: &Scope) {
    flows.set(Flows { connection: connection.id.clone(), next: Some(Place::First), ..Flows::default() });
    walk(connection, flows, scope, &|flows| flows.flows.len() >= MOST).await;
}

/// Reads what fits a text from the flows that were not read yet: by the vendor's own search, or walking on.
pub async fn search(connection: &Connection, flows: RwSignal<Flows>, text: &str, scope: &Scope) {
    let text = lower_case(text.trim());
    let known = flows.try_with_untracked(|flows| flows.complete || flows.next.is_none() || flows.enough(&text)).unwrap_or(true);
    if text.is_empty() || known {
        return;
    }
    flows.update(|flows| flows.searching = true);
    if connection.dialect.adapter().capabilities().flow_search {
        let query = FlowQuery { search: text, place: Place::First };
        let answer = net::read(&connection.id, connection.dialect.adapter().list_flows(&query), scope).await;
        if !scope.ended() {
            flows.try_update(|flows| match answer {
                Ok(page) => {
                    flows.error = None;
                    flows.take(page);
                }
                Err(error) => flows.error = Some(error),
            });
        }
    } else {
        walk(connection, flows, scope, &|flows| flows.enough(&text)).await;
    }
    if !scope.ended() {
        flows.try_update(|flows| flows.searching = false);
    }
}

async fn walk(connection: &Connection, flows: RwSignal<Flows>, scope: &Scope, enough: &dyn Fn(&Flows) -> bool) {
    while let Some(place) = flows.try_with_untracked(|flows| flows.next.clone()).flatten() {
        let query = FlowQuery { search: String::new(), place };
        let answer = net::read(&connection.id, connection.dialect.adapter().list_flows(&query), scope).await;
        if scope.ended() {
            return;
        }
        let stop = flows.try_update(|flows| match answer {
            Ok(page) => {
                flows.error = None;
                flows.next.clone_from(&page.older);
                flows.complete = flows.next.is_none();
                flows.take(page);
                enough(flows)
            }
            // The place stays: typing on tries again.
            Err(error) => {
                flows.error = Some(error);
                true
            }
        });
        if stop.unwrap_or(true) {
            return;
        }
    }
}
