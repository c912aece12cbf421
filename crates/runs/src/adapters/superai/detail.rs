//! One run's story, put together from its execution, task executions, review tasks and the flow's definition.

use super::calls::{Answer, Gathered, read_definition, read_execution, read_reviews, read_tasks};
use super::decode::{Execution, ReviewTask, Task};
use super::definition::Definition;
use super::history::{Stretch, history, stretches};
use super::reading::subject_data;
use crate::model::review::about;
use crate::model::status::StatusKind;
use crate::model::{File, FileRole, Iteration, ReviewRef, Run, RunDetail, RunError, Step};
use crate::value::json::Json;
use crate::value::order;
use crate::wire::error::{ApiError, ErrorKind};

/// The most files looked for in inputs and outputs.
const MAX_FILES: usize = 1_000;

pub(super) fn run_detail(gathered: Gathered, id: &str) -> Result<RunDetail, ApiError> {
    let mut raw = Vec::new();
    keep(&mut raw, "GET flow-executions/{id}", &gathered.execution);
    keep(&mut raw, "GET task-executions", &gathered.tasks);
    keep(&mut raw, "GET human-review-tasks/by-execution", &gathered.reviews);
    let Execution { run, input, facts, mut other } = read_execution(gathered.execution, &format!("GET flow-executions/{id}"))?;
    let tasks = read_tasks(gathered.tasks, &run.id)?;
    let (reviews, unread) = match read_reviews(gathered.reviews, &run.id) {
        // The older generation has no such call, and a key may see runs without seeing reviews: the run is shown either way.
        Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::Refused) => (Vec::new(), Vec::new()),
        result => result?,
    };
    other.extend(unread.into_iter().map(|item| ("human_review_tasks".to_owned(), item)));
    let definition = gathered.definition.and_then(|answer| {
        keep(&mut raw, "GET flows/{id}", &answer);
        read_definition(answer).ok().filter(|definition| definition.flow.id == run.flow)
    });
    Ok(together(Execution { run, input, facts, other }, tasks, &reviews, definition.as_ref(), raw))
}

/// What cannot fail is apart from what can: each way out would have everything known so far to drop.
fn together(
    execution: Execution,
    mut tasks: Vec<Task>,
    reviews: &[ReviewTask],
    definition: Option<&Definition>,
    raw: Vec<(String, Json)>,
) -> RunDetail {
    let Execution { mut run, input, facts, other } = execution;
    sort(&mut tasks, definition);
    for task in &mut tasks {
        name(&mut task.step, definition);
        reviewed(task, reviews);
    }
    let waits = stretches(reviews, &tasks);
    resuming(&mut run, reviews);
    fill(&mut run, &tasks, reviews, &waits, definition);
    let mut detail = RunDetail {
        history: history(&run, &waits),
        history_derived: true,
        steps: Vec::new(),
        steps_cut: false,
        attempts: Vec::new(),
        files: Vec::new(),
        inputs: input.into_iter().map(|input| (String::new(), input)).collect(),
        outputs: outputs(&tasks, definition),
        facts,
        reviews: open_reviews(&run, &tasks, reviews),
        other,
        raw,
        run,
    };
    detail.run.reviews = (detail.run.status.kind == StatusKind::Waiting).then(|| detail.reviews.clone());
    for review in reviews {
        if !tasks.iter().any(|task| review.is_of(&task.step.node, task.idx)) {
            detail.facts.extend(review.facts.iter().cloned());
        }
        detail.other.extend(review.other.iter().cloned());
    }
    for (label, value) in &detail.inputs {
        files_in(value, label, FileRole::Input, &mut detail.files);
    }
    for task in &tasks {
        if let Some(output) = &task.step.output {
            files_in(output, &task.step.name, FileRole::Output, &mut detail.files);
        }
    }
    detail.steps = tasks.into_iter().map(|task| task.step).collect();
    if let Some(definition) = definition {
        add_unreached(&mut detail.steps, &detail.run, definition);
    }
    detail.run.count(&detail.steps);
    detail
}

/// Keeps an answer as it came, and a refused part of it in the vendor's words.
fn keep(raw: &mut Vec<(String, Json)>, call: &str, answer: &Answer) {
    let value = match answer {
        Ok(value) => value.clone(),
        Err(error) => Json::String(error.detail.clone()),
    };
    raw.push((call.into(), value));
}

/// By the flow's order, tries of one task after each other; tasks that the definition does not know by their first time.
pub(super) fn sort(tasks: &mut [Task], definition: Option<&Definition>) {
    let nodes: Vec<&str> = tasks.iter().map(|task| task.step.node.as_str()).collect();
    let names = order::Names::of(&nodes);
    let time = |task: &Task| order::when(task.step.started_at.or(task.created_at));
    let first = |node: &str| names.all(node).iter().map(|(_, at)| time(&tasks[*at])).min().unwrap_or(i64::MIN);
    let place = |node: &str| definition.and_then(|definition| definition.place(node)).map_or(i64::MAX, |place| place as i64);
    // Tries of one task share everything but their number: what is asked of a name is asked once.
    let mut keys: Vec<order::Key> = vec![(0, 0); tasks.len()];
    for (at, node) in nodes.iter().enumerate() {
        keys[at] = match names.first(node) {
            Some(same) if same < at => keys[same],
            _ => (place(node), first(node)),
        };
    }
    let compare = |left: usize, right: usize| {
        let idx = || tasks[left].idx.cmp(&tasks[right].idx);
        keys[left].cmp(&keys[right]).then_with(|| nodes[left].cmp(nodes[right])).then_with(idx)
    };
    let order = order::places(tasks.len(), &compare);
    order::arrange(tasks, order);
}

pub(super) fn name(step: &mut Step, definition: Option<&Definition>) {
    if let Some(task) = definition.and_then(|definition| definition.task(&step.node)) {
        step.name.clone_from(&task.title);
        step.kind.clone_from(&task.executor);
    }
}

/// What people said about it: a review belongs to the step that asked for it.
pub(super) fn reviewed(task: &mut Task, reviews: &[ReviewTask]) {
    for review in reviews.iter().filter(|review| review.is_of(&task.step.node, task.idx)) {
        let approved = review.completed() && review.result == Some(true);
        if approved && task.step.status.kind == StatusKind::Completed {
            task.step.status.kind = StatusKind::Approved;
        }
        for fact in &review.facts {
            if !task.step.facts.contains(fact) {
                task.step.facts.push(fact.clone());
            }
        }
    }
}

fn is_open(review: &ReviewTask) -> bool {
    matches!(review.status.as_str(), "pending" | "in_progress")
}

/// Decided, but the engine has not been told: the vendor still says "awaiting input".
pub(super) fn resuming(run: &mut Run, reviews: &[ReviewTask]) {
    let deferred = reviews.iter().any(|review| review.completed() && !review.signal_sent);
    if run.status.kind == StatusKind::Waiting && deferred && !reviews.iter().any(is_open) {
        run.status.kind = StatusKind::Resuming;
    }
}

fn fill(run: &mut Run, tasks: &[Task], reviews: &[ReviewTask], waits: &[Stretch], definition: Option<&Definition>) {
    run.flow_name = definition.map(|definition| definition.flow.name.clone());
    run.started_at = tasks.iter().filter_map(|task| task.step.started_at).min();
    if run.status.kind.is_final() {
        let last = tasks.iter().filter_map(|task| task.step.finished_at).max();
        // Cancelling is the last that happens to a run, and cancelled tasks need not have an end of their own.
        run.finished_at = if run.status.kind == StatusKind::Cancelled { run.updated_at.max(last) } else { last };
    }
    let waited: u64 = waits.iter().filter_map(|wait| wait.until.map(|until| until.since(wait.from))).sum();
    run.waited_ms = waits.iter().any(|wait| wait.until.is_some()).then_some(waited);
    if run.status.kind == StatusKind::Waiting {
        run.waiting_since = waits.iter().filter(|wait| wait.until.is_none()).map(|wait| wait.from).min();
        run.waiting_on = waiting_on(tasks, reviews);
    }
    if run.status.kind == StatusKind::Failed {
        run.error = tasks.iter().rev().find(|task| task.step.error.is_some()).and_then(run_error);
    }
}

fn waiting_on(tasks: &[Task], reviews: &[ReviewTask]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for task in tasks {
        let asked = reviews.iter().any(|review| is_open(review) && review.is_of(&task.step.node, task.idx));
        if (asked || task.step.status.kind == StatusKind::Waiting) && !names.contains(&task.step.name) {
            names.push(task.step.name.clone());
        }
    }
    names
}

fn run_error(task: &Task) -> Option<RunError> {
    let error = task.step.error.clone()?;
    Some(RunError { step_name: Some(task.step.name.clone()), step: Some(task.step.id.clone()), ..error })
}

fn open_reviews(run: &Run, tasks: &[Task], reviews: &[ReviewTask]) -> Vec<ReviewRef> {
    if run.status.kind.is_final() {
        return Vec::new();
    }
    let named = |review: &ReviewTask| {
        let task = tasks.iter().find(|task| review.is_of(&task.step.node, task.idx));
        task.map_or_else(|| review.source.clone(), |task| task.step.name.clone())
    };
    let open: Vec<&ReviewTask> = reviews.iter().filter(|review| is_open(review)).collect();
    let one = |review: &&ReviewTask| {
        // Several of one task are times round a loop; a single one may be a second try of it.
        let several = open.iter().filter(|other| other.source == review.source).count() > 1;
        ReviewRef {
            iteration: several.then_some(Iteration::Round(review.source_idx)),
            about: about(&subject_data(review, tasks)),
            ..ReviewRef::new(review.id.as_str(), named(review), review.created_at)
        }
    };
    open.iter().map(one).collect()
}

/// The vendor has no output of a run: it is what the tasks at the flow's ends put out, in their last try.
fn outputs(tasks: &[Task], definition: Option<&Definition>) -> Vec<(String, Json)> {
    let mut outputs = Vec::new();
    for (at, task) in tasks.iter().enumerate() {
        let superseded = tasks.get(at + 1).is_some_and(|next| next.step.node == task.step.node);
        let last = definition.and_then(|definition| definition.task(&task.step.node)).is_some_and(|spec| spec.last);
        if last && !superseded {
            outputs.extend(task.step.output.clone().map(|output| (task.step.name.clone(), output)));
        }
    }
    outputs
}

/// Files are named by a storage address (`gs://…`) anywhere in the data, or by `file_key`.
fn files_in(value: &Json, field: &str, role: FileRole, files: &mut Vec<File>) {
    if files.len() >= MAX_FILES {
        return;
    }
    match value {
        Json::String(text) if text.starts_with("gs://") || (field.ends_with("file_key") && !text.is_empty()) => {
            add_file(text, field, role, files)
        }
        Json::Array(items) => items.iter().for_each(|item| files_in(item, field, role, files)),
        Json::Object(map) => map.iter().for_each(|(key, item)| files_in(item, key, role, files)),
        _ => {}
    }
}

fn add_file(address: &str, field: &str, role: FileRole, files: &mut Vec<File>) {
    if files.iter().any(|file| file.role == role && file.id.as_deref() == Some(address)) {
        return;
    }
    let name = address.rsplit('/').find(|part| !part.is_empty()).unwrap_or(address).to_owned();
    let id = Some(address.to_owned());
    files.push(File { role, field: field.into(), id, name, media_type: None, bytes: None, parts: Vec::new(), other: Vec::new() });
}

/// Tasks of the definition that this run has not come to; only if it is the version that the run uses.
fn add_unreached(steps: &mut Vec<Step>, run: &Run, definition: &Definition) {
    if run.flow_version != definition.flow.version {
        return;
    }
    let mut merged: Vec<Step> = Vec::with_capacity(definition.tasks.len());
    let mut rest = std::mem::take(steps).into_iter().peekable();
    for spec in &definition.tasks {
        let before = merged.len();
        while let Some(step) = rest.next_if(|step| step.node == spec.name) {
            merged.push(step);
        }
        if merged.len() == before {
            let id = format!("task:{}", spec.name);
            merged.push(Step::not_started(id, spec.name.clone(), spec.title.clone(), spec.executor.clone()));
        }
    }
    merged.extend(rest);
    *steps = merged;
}
