//! Who works on a review: assignments, `start` and `unstart`. The vendor takes a start back after a time that no answer tells.

use super::calls::{Answer, ask, decoded, post, review_path, write};
use crate::model::review::Holder;
use crate::value::json::{Json, Malformed, list};
use crate::value::time::Timestamp;
use crate::wire::error::ErrorKind;
use crate::wire::fields::{Fields, each};
use crate::wire::http::Request;
use crate::wire::operation::Operation;

pub(super) fn get_assignments(review: &str) -> Request {
    Request::get(format!("{}/assignments", review_path(review))).with("include_user_info", "true")
}

/// Documented as idempotent per user: it may be sent again.
pub(super) fn start_call(review: &str) -> Request {
    post(format!("{}/start", review_path(review))).keyed()
}

pub(super) fn claim(review: &str) -> Operation<Option<Holder>> {
    let id = review.to_owned();
    write(start_call(review)).and_then(move |started| match started {
        Ok(()) => read_holder(&id),
        Err(error) => Operation::fail(error),
    })
}

pub(super) fn read_holder(review: &str) -> Operation<Option<Holder>> {
    ask(get_assignments(review), |answer, call| Operation::done(holder(answer, call)))
}

/// 409 says that it was not started: then there is nothing to give back.
pub(super) fn release(review: &str) -> Operation<()> {
    write(post(format!("{}/unstart", review_path(review)))).and_then(|released| match released {
        Err(error) if error.kind == ErrorKind::Conflict => Operation::done(()),
        released => Operation::Done(released),
    })
}

/// Who started it first. A key may see reviews without seeing assignments: then nobody is named.
pub(super) fn holder(answer: Answer, call: &str) -> Option<Holder> {
    let found = decoded(answer, call, |value| each(list(value, "assignments")?, assignment)).ok()?;
    found.into_iter().flatten().min_by_key(|holder| holder.since.map_or(i64::MAX, |since| since.0))
}

/// Somebody who has it in progress; others are only asked to look at it.
fn assignment(value: Json) -> Result<Option<Holder>, Malformed> {
    crate::wire::fields::read(value, "assignment", |fields| {
        let status = fields.required("status");
        let since: Option<Timestamp> = fields.time("started_at");
        let user = fields.text("user_id").or_else(|| fields.text("worker_group_id"));
        let name = fields.object("user", "user", name).flatten();
        (status == "in_progress").then(|| Holder { id: user.unwrap_or_default(), name, since })
    })
}

fn name(user: &mut Fields) -> Option<String> {
    let names: Vec<String> = [user.words("first_name"), user.words("last_name")].into_iter().flatten().collect();
    if names.is_empty() { user.words("email") } else { Some(names.join(" ")) }
}
