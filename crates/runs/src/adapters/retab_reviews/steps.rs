//! Steps: `GET workflows/steps?run_id=…`, page after page.

use super::run::lifecycle;
use super::{answer, decoded};
use crate::adapters::number;
use crate::adapters::retab::run::is_empty;
use crate::model::status::StatusKind;
use crate::model::{Fact, FactName, FactValue, OutputAs, Step};
use crate::value::json::{Json, Malformed};
use crate::wire::error::ApiError;
use crate::wire::fields::{Fields, all as all_of, lenient, read};
use crate::wire::http::{Reply, Request};
use crate::wire::operation::Operation;

/// A list longer than this is cut: 5,000 entries.
const MAX_PAGES: usize = 50;

const STATUSES: &[(&str, StatusKind)] = &[
    ("pending", StatusKind::NotStarted),
    ("queued", StatusKind::Queued),
    ("running", StatusKind::Running),
    ("awaiting_review", StatusKind::Waiting),
    ("completed", StatusKind::Completed),
    ("skipped", StatusKind::Skipped),
    ("error", StatusKind::Failed),
    ("failed", StatusKind::Failed),
    ("cancelled", StatusKind::Cancelled),
];

pub(super) fn call(run: &str) -> Request {
    Request::get("workflows/steps").with("run_id", run).with("limit", "100")
}

/// The first page of a list, and the id after which the next one starts.
type StepPage = (Vec<Json>, Option<String>);

fn part(value: Json) -> Result<StepPage, Malformed> {
    read(value, "list", |fields| {
        let after = fields.object("list_metadata", "list_metadata", |marks| marks.words("after")).flatten();
        (fields.needed_list("data", "list.data"), after)
    })
}

/// The items of a list; `cut`: there are more than are read.
pub(super) struct Whole {
    pub(super) items: Vec<Json>,
    pub(super) cut: bool,
}

/// The whole of a list whose first page was answered: asks for the others, one after the other.
pub(super) fn whole(request: Request, reply: Reply) -> Operation<Whole> {
    let call = request.call();
    match answer(reply, &call).and_then(|value| part(value).map_err(|problem| ApiError::malformed(&problem, &call))) {
        Ok(first) => more(request, first, MAX_PAGES),
        Err(error) => Operation::fail(error),
    }
}

/// The whole of a list.
pub(super) fn all(request: Request) -> Operation<Whole> {
    Operation::one(request.clone(), move |reply| whole(request, reply))
}

fn more(request: Request, (mut items, after): StepPage, pages: usize) -> Operation<Whole> {
    match after.filter(|_| !items.is_empty()) {
        None => Operation::done(Whole { items, cut: false }),
        Some(_) if pages <= 1 => Operation::done(Whole { items, cut: true }),
        Some(after) => decoded(request.clone().with("after", after.as_str()), part).and_then(move |next| match next {
            Err(error) => Operation::fail(error),
            Ok((more_items, next)) => {
                items.extend(more_items);
                // A list that does not move on is not asked for ever.
                let pages = if next.as_ref() == Some(&after) { 1 } else { pages - 1 };
                more(request, (items, next), pages)
            }
        }),
    }
}

/// By their start; those that never started stay in the vendor's order, behind the others.
pub(super) fn read_all(items: Vec<Json>) -> Vec<Step> {
    let mut steps = all_of(items, |item| lenient(item, "step", &["block_id"], decode), Step::unread);
    number(&mut steps);
    crate::value::order::sort(&mut steps, &|step| (step.started_at.map_or(i64::MAX, |at| at.0), 0));
    steps
}

fn decode(fields: &mut Fields) -> Step {
    let node = fields.required("block_id");
    let mut facts = Vec::new();
    let found = fields.object("lifecycle", "lifecycle", |fields| lifecycle(fields, STATUSES, "pending", &mut facts));
    let found = found.unwrap_or_default();
    facts.extend(fields.words("model").map(|text| Fact::text(FactName::Model, text)));
    let retries = fields.count("retry_count");
    facts.extend(retries.filter(|count| *count > 0).map(|count| Fact { name: FactName::Retries, value: FactValue::Count(count) }));
    facts.extend(fields.time("created_at").map(|at| Fact { name: FactName::CreatedAt, value: FactValue::Time(at) }));
    facts.extend(fields.take("artifact").map(|artifact| Fact { name: FactName::Artifact, value: FactValue::Data(artifact) }));
    let containers = fields.list("loop_containers");
    let innermost = containers.last().cloned();
    let (mut parent, mut iteration) = (None, None);
    if let Some(container) = innermost {
        fields.part(container, "loop_containers", "container", |container| {
            parent = container.text("container_id");
            iteration = container.count("iteration").and_then(|at| u32::try_from(at).ok());
        });
    }
    if !containers.is_empty() {
        facts.push(Fact { name: FactName::Containers, value: FactValue::Data(Json::Array(containers)) });
    }
    let outputs = fields.take("handle_outputs").filter(|value| !is_empty(value));
    // The run's own id again.
    let _ = fields.text("run_id");
    let started_at = fields.time("started_at");
    let finished_at = fields.time("completed_at");
    let error = found.error.map(|mut error| {
        error.step.get_or_insert_with(|| node.clone());
        error
    });
    let mut other: Vec<_> = found.other.into_iter().map(|(name, value)| (format!("lifecycle.{name}"), value)).collect();
    let name = fields.words("block_label").unwrap_or_else(|| node.clone());
    let kind = fields.text("block_type");
    let id = fields.words("step_id").unwrap_or_else(|| node.clone());
    let input = fields.take("handle_inputs").filter(|value| !is_empty(value));
    other.extend(fields.rest());
    Step {
        id,
        name,
        kind,
        status: found.status,
        started_at,
        finished_at,
        duration_ms: started_at.zip(finished_at).and_then(|(from, to)| from.until(to)),
        attempt: u32::try_from(retries.unwrap_or(0)).unwrap_or(u32::MAX).saturating_add(1),
        parent,
        iteration,
        input,
        output: outputs,
        output_as: OutputAs::Data,
        error,
        facts,
        other,
        node,
    }
}
