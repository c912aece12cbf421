//! What the first module asks of the second, and its dispatch.

use super::actions::{LazyAction, run};
use super::page::page_of;
use super::part::{Part, part_of};
use crate::features::history::CompletingPage;
use crate::features::keys::{self, KeyRequest};
use crate::features::notifications;
use crate::prelude::*;
use crate::routes::Page;

pub enum Request {
    Page(Page),
    /// In place of the history, while the flows of this connection are read.
    Completing(String),
    Part(Part),
    Keys(KeyRequest),
    Action(LazyAction),
    Notify,
    /// The code of the dialects that a first visit does not carry.
    Dialects,
}

/// Runs in the second module; what draws nothing answers with nothing.
pub fn answer(request: Request) -> Html {
    match request {
        Request::Page(page) => return page_of(page),
        Request::Completing(connection) => return view! { <CompletingPage connection=connection /> },
        Request::Part(part) => return part_of(part),
        Request::Keys(request) => keys::run(&request),
        Request::Action(action) => run(action),
        Request::Notify => notifications::begin(),
        Request::Dialects => runs::adapters::late::arrive(),
    }
    ().view()
}
