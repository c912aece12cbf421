//! Dialects whose code a first visit does not carry: it comes with the app's second module, which [`arrive`]s here. Everywhere else
//! it is there from the beginning.

use super::FlowQuery;
use super::prefect;
use super::query::RunQuery;
use crate::model::{Flow, Page, Place, Run};
use crate::wire::error::{ApiError, ErrorKind};
use crate::wire::operation::Operation;
use std::sync::OnceLock;

/// The lists of a dialect, as [`Adapter`](super::Adapter) gives them.
pub(super) trait Lists: Sync {
    fn flows(&self, query: &FlowQuery) -> Operation<Page<Flow>>;
    fn runs(&self, query: &RunQuery) -> Operation<Page<Run>>;
    fn waiting(&self, flow: Option<&str>, place: &Place) -> Operation<Page<Run>>;
}

// Written once and read atomically: with a plain pointer the compiler would conclude what it can only be, and so bring the code along.
static PREFECT: OnceLock<&'static dyn Lists> = OnceLock::new();

/// The code of every dialect is here. Only code that comes late may call it.
pub fn arrive() {
    PREFECT.get_or_init(|| &prefect::Prefect);
}

/// Asks with the dialect's code. Where that is not here yet, the operation asks for nothing first, which whoever carries it takes as
/// the wish to wait for the code.
pub(super) fn prefect<T: 'static>(ask: impl FnOnce(&'static dyn Lists) -> Operation<T> + 'static) -> Operation<T> {
    #[cfg(not(target_arch = "wasm32"))]
    arrive();
    match PREFECT.get() {
        Some(lists) => ask(*lists),
        None => Operation::ask(Vec::new(), |_| match PREFECT.get() {
            Some(lists) => ask(*lists),
            None => Operation::fail(ApiError::new(ErrorKind::GatewayUnreachable, "the part of the app for this vendor did not arrive")),
        }),
    }
}
