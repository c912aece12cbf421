//! Dialects whose code a first visit does not carry: it comes with the app's second module, which [`arrive`]s here. Everywhere else
//! it is there from the beginning.

use super::FlowQuery;
use super::query::RunQuery;
use super::{airflow, prefect};
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

/// One dialect's lists, once they are here.
pub(super) type Late = OnceLock<&'static dyn Lists>;

// Written once and read atomically: with a plain pointer the compiler would conclude what it can only be, and so bring the code along.
static PREFECT: Late = OnceLock::new();
static AIRFLOW: Late = OnceLock::new();

/// The code of every dialect is here. Only code that comes late may call it.
pub fn arrive() {
    PREFECT.get_or_init(|| &prefect::Prefect);
    AIRFLOW.get_or_init(|| &airflow::Airflow);
}

pub(super) fn prefect<T: 'static>(ask: impl FnOnce(&'static dyn Lists) -> Operation<T> + 'static) -> Operation<T> {
    with(&PREFECT, Box::new(ask))
}

pub(super) fn airflow<T: 'static>(ask: impl FnOnce(&'static dyn Lists) -> Operation<T> + 'static) -> Operation<T> {
    with(&AIRFLOW, Box::new(ask))
}

/// Asks with the dialect's code. Where that is not here yet, the operation asks for nothing first, which whoever carries it takes as
/// the wish to wait for the code.
fn with<T: 'static>(late: &'static Late, ask: Box<dyn FnOnce(&'static dyn Lists) -> Operation<T>>) -> Operation<T> {
    #[cfg(not(target_arch = "wasm32"))]
    arrive();
    match late.get() {
        Some(lists) => ask(*lists),
        None => Operation::ask(Vec::new(), move |_| match late.get() {
            Some(lists) => ask(*lists),
            None => Operation::fail(ApiError::new(ErrorKind::GatewayUnreachable, "the part of the app for this vendor did not arrive")),
        }),
    }
}
