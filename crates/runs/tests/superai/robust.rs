//! Answers that are broken, cut off, of wrong types or enormous: an error or a model, never a panic.

use std::sync::LazyLock;

use proptest::prelude::*;
use runs::adapters::query::RunQuery;
use runs::adapters::superai::SuperAi;
use runs::adapters::{FlowQuery, StartRequest};
use runs::model::Place;
use runs::model::review::{Intent, Review};
use runs::wire::http::Reply;
use runs::{Adapter, ApiError, ErrorKind, Operation, RunAdapter};

use super::wire::{Wire, ok, spoiled};
use super::{
    COMPLETE, EXECUTION, EXECUTIONS, FLOW, FLOW_ID, GET_FLOW, GET_REVIEW, GET_REVIEWS, GET_RUN, GET_TASKS, OLDER_TASKS, REVIEW, REVIEW_ID,
    RUN, START, TASKS, reference,
};

/// Every answer that an operation reads, sound.
fn sound() -> Vec<(&'static str, String)> {
    vec![
        (GET_RUN, EXECUTION.into()),
        (GET_TASKS, TASKS.into()),
        (GET_REVIEWS, format!("[{REVIEW}]")),
        (GET_REVIEW, REVIEW.into()),
        (GET_FLOW, FLOW.into()),
        ("GET flows", format!(r#"{{"flows":[{FLOW}],"total":1,"page":1,"page_size":100}}"#)),
        ("GET flow-executions", EXECUTIONS.into()),
        ("POST flow-executions", EXECUTION.into()),
        (START, REVIEW.into()),
        (COMPLETE, REVIEW.replace("pending", "completed")),
    ]
}

fn wire(call: &str, broken: &Reply) -> Wire {
    sound().into_iter().fold(Wire::new(&SuperAi::RELAYED).otherwise(super::not_found()), |wire, (name, body)| {
        let reply = if name == call { broken.clone() } else { ok(body) };
        wire.on(name, reply)
    })
}

fn review() -> &'static Review {
    static REVIEW: LazyLock<Review> = LazyLock::new(|| {
        let mut wire = wire("", &ok(""));
        wire.run(SuperAi.get_review(&reference(), REVIEW_ID)).expect("a sound review")
    });
    &REVIEW
}

/// Runs every operation with one answer replaced; tells which failed of those that asked for it.
fn every_operation(call: &str, broken: &Reply) -> Vec<Result<(), ApiError>> {
    let (list, search) = (RunQuery { flow: Some(FLOW_ID.into()), limit: 2, ..RunQuery::default() }, FlowQuery::default());
    let start = StartRequest { flow: FLOW_ID.into(), name: None, metadata: None, values: Vec::new(), key: "k".into() };
    let (read, intent) = (review(), Intent { key: "k".into(), approve: true, edited: None, reason: None });
    let mut results = Vec::new();
    run(call, broken, SuperAi.list_flows(&search), &mut results);
    run(call, broken, SuperAi.list_runs(&list), &mut results);
    run(call, broken, SuperAi.list_waiting(Some(FLOW_ID), &Place::First), &mut results);
    run(call, broken, SuperAi.get_run(&reference()), &mut results);
    run(call, broken, SuperAi.describe_inputs(FLOW_ID), &mut results);
    run(call, broken, SuperAi.start(start), &mut results);
    run(call, broken, SuperAi.get_review(&reference(), REVIEW_ID), &mut results);
    run(call, broken, SuperAi.decide(read, &intent), &mut results);
    run(call, broken, SuperAi.confirm(read, &intent), &mut results);
    results
}

fn run<T: 'static>(call: &str, broken: &Reply, operation: Operation<T>, results: &mut Vec<Result<(), ApiError>>) {
    let mut wire = wire(call, broken);
    let result = wire.run(operation).map(|_| ());
    if wire.calls().iter().any(|asked| asked == call) {
        results.push(result);
    }
}

/// Calls without which an operation has nothing to show, and what they answer.
const NEEDED: &[&str] = &[GET_RUN, GET_TASKS, "GET flows", "POST flow-executions"];

#[test]
fn cut_off_answers_are_errors() {
    for (call, body) in sound() {
        for length in (0..body.len()).step_by(37).filter(|length| body.is_char_boundary(*length)) {
            let results = every_operation(call, &ok(&body[..length]));
            assert!(!results.is_empty(), "{call} is asked for by some operation");
            for result in results.iter().filter(|_| NEEDED.contains(&call)) {
                let error = result.as_ref().expect_err("cut off");
                assert_eq!((error.kind, error.call.is_empty()), (ErrorKind::Malformed, false), "{call}: {error:?}");
            }
        }
    }
}

#[test]
fn values_of_other_types_never_panic() {
    for (call, body) in sound() {
        for broken in spoiled(&body) {
            every_operation_of(call, &ok(broken));
        }
    }
    for broken in spoiled(OLDER_TASKS) {
        every_operation_of(GET_TASKS, &ok(broken));
    }
}

/// Like [`every_operation`], without those that never ask for this call: there are thousands of broken answers.
fn every_operation_of(call: &str, broken: &Reply) {
    let mut results = Vec::new();
    if [GET_RUN, GET_TASKS, GET_REVIEWS, GET_FLOW].contains(&call) {
        run(call, broken, SuperAi.get_run(&reference()), &mut results);
    }
    let list = RunQuery { flow: Some(FLOW_ID.into()), limit: 2, ..RunQuery::default() };
    let intent = Intent { key: "k".into(), approve: true, edited: None, reason: None };
    match call {
        "GET flows" => run(call, broken, SuperAi.list_flows(&FlowQuery::default()), &mut results),
        "GET flow-executions" => run(call, broken, SuperAi.list_runs(&list), &mut results),
        GET_FLOW => run(call, broken, SuperAi.describe_inputs(FLOW_ID), &mut results),
        GET_TASKS | GET_RUN => run(call, broken, SuperAi.get_review(&reference(), REVIEW_ID), &mut results),
        GET_REVIEW | START | COMPLETE => run(call, broken, SuperAi.decide(review(), &intent), &mut results),
        _ => {}
    }
    if call == GET_REVIEW {
        run(call, broken, SuperAi.confirm(review(), &intent), &mut results);
    }
}

#[test]
fn a_task_that_cannot_be_read_stands_in_its_place() {
    for (pointer, value, place) in [
        ("/task_executions/1/task_execution_idx", "\"1\"", "task execution.task_execution_idx: an index was expected, \"1\" found"),
        ("/task_executions/1/task_execution_idx", "-1", "task execution.task_execution_idx: an index was expected, -1 found"),
        ("/task_executions/1/id", "null", "task execution.id: the field is missing"),
    ] {
        let broken = super::wire::changed(TASKS, pointer, value);
        let detail = super::get_run(EXECUTION, &broken, "[]", FLOW).expect("everything else is read");
        let unread = detail.steps.iter().filter(|step| step.error.as_ref().is_some_and(|error| error.message == place));
        assert_eq!(unread.count(), 1, "{place}: {:?}", detail.steps);
    }
    let broken = super::wire::changed(TASKS, "/task_executions/1/started_at", "\"yesterday\"");
    let detail = super::get_run(EXECUTION, &broken, "[]", FLOW).expect("everything else is read");
    assert!(detail.steps.iter().any(|step| step.other.iter().any(|(name, value)| name == "started_at" && value == "yesterday")));
    let broken = super::wire::changed(TASKS, "/task_executions", "{}");
    let error = super::get_run(EXECUTION, &broken, "[]", FLOW).expect_err("an envelope");
    let place = "task executions.task_executions: a list was expected, object found";
    assert_eq!((error.kind, error.detail.as_str(), error.call.as_ref()), (ErrorKind::Malformed, place, GET_TASKS));
}

#[test]
fn enormous_answers_are_errors_or_bounded() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!(r#"{{"id":"{}"}}"#, "x".repeat(1_000_000));
    for broken in [deep, long] {
        for call in NEEDED {
            for result in every_operation(call, &ok(broken.as_str())) {
                let error = result.expect_err(call);
                assert!(error.detail.chars().count() <= runs::wire::error::MAX_DETAIL + 1);
            }
        }
    }
    let over = vec![b' '; runs::value::json::MAX_ANSWER + 1];
    assert_eq!(
        wire("GET flows", &ok(over)).run(SuperAi.list_flows(&FlowQuery::default())).expect_err("too large").kind,
        ErrorKind::Malformed
    );
    let many = format!(r#"{{"gs":[{}"gs://x"]}}"#, (0..5_000).map(|at| format!("\"gs://bucket/{at}\",")).collect::<String>());
    let detail = super::get_run(&super::wire::changed(EXECUTION, "/input", &many), TASKS, "[]", FLOW).expect("a run");
    assert!(detail.files.len() <= 1_000, "{}", detail.files.len());
    assert_eq!(detail.run.id, RUN);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bytes_never_panic(which in 0usize..10, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let (call, body) = sound().swap_remove(which);
        let mut bytes = body.into_bytes();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        every_operation_of(call, &ok(bytes));
    }

    #[test]
    fn any_error_answer_is_read(status in 300u16..600, body in ".{0,200}", which in 0usize..10) {
        let (call, _) = sound().swap_remove(which);
        every_operation_of(call, &super::wire::answer(status, body));
    }
}
