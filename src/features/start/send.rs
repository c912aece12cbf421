use crate::data::Connection;
use crate::net;
use leptos::prelude::*;
use runs::adapters::StartRequest;
use runs::model::Started;
use runs::{ApiError, ErrorKind};

/// Where a start stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Sending {
    Idle,
    /// Percent of the upload; `None` once all of it is sent.
    Going(Option<u32>),
    Refused(ApiError),
    /// Sent, but nobody said whether it started.
    NotConfirmed(ApiError),
}

/// Sends the start once and follows it to its outcome.
pub async fn send(connection: &Connection, request: StartRequest, state: RwSignal<Sending>) -> Option<Started> {
    state.set(Sending::Going(Some(0)));
    let progress: net::Progress = Box::new(move |sent, total| {
        let percent = if total > 0.0 { (sent / total * 100.0) as u32 } else { 100 };
        state.try_set(Sending::Going((percent < 100).then_some(percent)));
    });
    match net::write(&connection.id, connection.dialect.run_adapter().start(request), Some(progress)).await {
        Ok(started) => {
            state.try_set(Sending::Idle);
            Some(started)
        }
        // The vendor said what is wrong, or nothing ever left: nothing was started.
        Err(error) if !error.outcome_unknown() || error.kind == ErrorKind::VendorUnreachable => {
            state.try_set(Sending::Refused(error));
            None
        }
        Err(error) => {
            state.try_set(Sending::NotConfirmed(error));
            None
        }
    }
}
