//! Asks one vendor in the background, for nobody in particular: at a pace of its own, below what people need.

mod pace;

pub use pace::{ASKED, Pace};

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use runs::adapters::FlowQuery;
use runs::{ApiError, Operation};

use crate::clock;
use crate::execute::Carrier;
use crate::upstream::Upstream;

/// So long a list of flows is taken for whole, in milliseconds.
pub const FLOWS: i64 = 300_000;

pub struct Asker {
    pub upstream: Arc<Upstream>,
    pub pace: Pace,
    carrier: Carrier,
}

/// Why what goes on in the background did not go on.
pub enum Stopped {
    Vendor(ApiError),
    Store(sqlx::Error),
}

impl From<ApiError> for Stopped {
    fn from(error: ApiError) -> Self {
        Self::Vendor(error)
    }
}

impl From<sqlx::Error> for Stopped {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error)
    }
}

/// How far a list of flows has been read.
#[derive(Default)]
pub struct FlowPages {
    query: FlowQuery,
    met: HashSet<String>,
    ended: bool,
}

impl Asker {
    pub fn new(upstream: &Arc<Upstream>, requests_per_second: u32) -> Self {
        Self {
            upstream: Arc::clone(upstream),
            pace: Pace::new(requests_per_second),
            carrier: Carrier::new(Arc::clone(upstream), HeaderMap::new()),
        }
    }

    pub fn connection(&self) -> &str {
        &self.upstream.connection.id
    }

    /// Carries an operation, each of its requests at the vendor's pace.
    pub async fn ask<T: 'static>(&mut self, mut operation: Operation<T>) -> Result<T, ApiError> {
        loop {
            match operation {
                Operation::Done(result) => return result,
                Operation::Ask(requests, then) => {
                    let mut replies = Vec::with_capacity(requests.len());
                    for request in requests {
                        self.pace.turn().await;
                        let reply = self.carrier.carry(request).await;
                        if let Ok(response) = &reply {
                            self.pace.heed(self.upstream.adapter().quota(response), clock::now());
                        }
                        replies.push(reply);
                    }
                    operation = then(replies);
                }
            }
        }
    }

    /// The vendor is left alone for as long as an error asks, which is told, in milliseconds.
    pub fn heed(&mut self, error: &ApiError) -> Option<u32> {
        let asked = error.rest()?;
        self.pace.rest(Duration::from_millis(asked.into()), ASKED);
        Some(asked)
    }

    /// The next page of the vendor's flows, by id and name.
    pub async fn flows(&mut self, pages: &mut FlowPages) -> Result<Option<Vec<(String, String)>>, ApiError> {
        if pages.ended {
            return Ok(None);
        }
        let page = self.ask(self.upstream.adapter().list_flows(&pages.query)).await?;
        match page.older {
            // A list that leads back to where it was never ends.
            Some(older) if pages.met.insert(format!("{older:?}")) => pages.query.place = older,
            _ => pages.ended = true,
        }
        Ok(Some(page.items.into_iter().map(|flow| (flow.id, flow.name)).collect()))
    }
}
