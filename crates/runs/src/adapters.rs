//! What a vendor can be asked ([`Adapter`], [`RunAdapter`]: questions, capabilities, routes), and one module a dialect that answers.
//! Only those modules know a vendor's field names.

mod adapter;
pub mod airflow;
mod answers;
pub mod capability;
pub mod dialect;
pub mod filter;
pub mod flowstack;
pub mod late;
pub mod prefect;
pub mod query;
pub mod retab;
pub mod retab_reviews;
pub mod route;
pub mod superai;
pub mod tableflow;

pub use adapter::{Adapter, FlowInputs, FlowQuery, InputField, InputKind, InputValue, RunAdapter, RunRef, StartRequest};

use crate::model::{Page, Run};
use crate::value::json::{Json, Malformed};
use crate::wire::error::{ApiError, Complaint};
use crate::wire::fields::Unfit;
use crate::wire::http::Request;
use crate::wire::operation::Operation;

/// One request whose answer is decoded by `read`; `complain` understands the dialect's errors.
fn decoded<T: 'static>(
    request: Request,
    complain: fn(Json) -> Complaint,
    read: impl FnOnce(Json) -> Result<T, Malformed> + 'static,
) -> Operation<T> {
    let call = request.call();
    Operation::one(request, move |reply| {
        let answer = crate::wire::error::answer(reply, &call, complain);
        Operation::Done(answer.and_then(|value| read(value).map_err(|problem| ApiError::malformed(&problem, &call))))
    })
}

/// A run of a list that could not be read. Every vendor calls a run's id so.
fn unread(_: usize, unfit: Unfit) -> Run {
    Run::unread(unfit.0.get("id").and_then(Json::as_str).map(str::to_owned), unfit)
}

/// A page of the queue: a run that nobody can ask for is no row of it.
fn askable(mut page: Page<Run>) -> Page<Run> {
    let (named, others): (Vec<_>, Vec<_>) = page.items.into_iter().partition(Run::named);
    page.items = named;
    page.unread.extend(others.into_iter().filter_map(|run| run.error?.details));
    page
}

/// Alone, what could not be read is an error.
fn why((_, problem): Unfit) -> Malformed {
    problem
}

/// Whether an id from an answer can stand in a path: the gateway relays no other.
fn segment(id: &str) -> bool {
    !matches!(id, "" | "." | "..") && !id.contains(['/', '\\'])
}

/// Makes the ids of a run's steps unique: two tries of one node may come with the same.
fn number(steps: &mut [crate::model::Step]) {
    let mut taken = std::collections::HashSet::new();
    for (place, step) in steps.iter_mut().enumerate() {
        // The place makes the first guess a free one, however many steps share an id.
        let mut suffix = place + 1;
        let mut id = step.id.clone();
        while !taken.insert(id.clone()) {
            id = format!("{}~{suffix}", step.id);
            suffix += 1;
        }
        step.id = id;
    }
}
