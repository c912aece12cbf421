//! Answers that are broken, cut off, of wrong types or enormous: an error or a model, never a panic.

use proptest::prelude::*;
use runs::adapters::flowstack::FlowStack;
use runs::adapters::query::RunQuery;
use runs::adapters::{FlowQuery, RunRef, StartRequest};
use runs::wire::http::Reply;
use runs::{Adapter, ApiError, ErrorKind, Operation, RunAdapter};

use super::wire::{Wire, answer, changed, ok, spoiled};
use super::{FLOW_ID, FLOWS, GET_FLOW, GET_FLOWS, GET_RUN, GET_RUNS, GET_STATS, POST_RUN, RUN, RUNS, STARTED, STATS, get_run, not_found};

const SOUND: [(&str, &str); 6] = [
    (GET_FLOWS, FLOWS),
    (GET_FLOW, r#"{"id":"flow_abc123","name":"Daily report"}"#),
    (GET_RUNS, RUNS),
    (GET_STATS, STATS),
    (GET_RUN, RUN),
    (POST_RUN, STARTED),
];

fn every_operation(call: &str, broken: &Reply) -> Vec<Result<(), ApiError>> {
    let list = RunQuery { flow: Some(FLOW_ID.into()), limit: 2, ..RunQuery::default() };
    let start = StartRequest { flow: FLOW_ID.into(), name: None, metadata: None, values: Vec::new(), key: "k".into() };
    let run_ref = |flow: Option<&str>| RunRef { id: "run_xyz789".into(), flow: flow.map(str::to_owned) };
    let mut results = Vec::new();
    run(call, broken, FlowStack.list_flows(&FlowQuery::default()), &mut results);
    run(call, broken, FlowStack.list_runs(&list), &mut results);
    run(call, broken, FlowStack.get_run(&run_ref(Some(FLOW_ID))), &mut results);
    run(call, broken, FlowStack.get_run(&run_ref(None)), &mut results);
    run(call, broken, FlowStack.describe_inputs(FLOW_ID), &mut results);
    run(call, broken, FlowStack.start(start), &mut results);
    results
}

fn run<T: 'static>(call: &str, broken: &Reply, operation: Operation<T>, results: &mut Vec<Result<(), ApiError>>) {
    let wire = Wire::new(&FlowStack::RELAYED).otherwise(not_found());
    let mut wire = SOUND.into_iter().fold(wire, |wire, (name, body)| wire.on(name, if name == call { broken.clone() } else { ok(body) }));
    let result = wire.run(operation).map(|_| ());
    if wire.calls().iter().any(|asked| asked == call) {
        results.push(result);
    }
}

#[test]
fn cut_off_answers_are_errors() {
    for (call, body) in SOUND {
        for length in (0..body.len()).step_by(7).filter(|length| body.is_char_boundary(*length)) {
            let results = every_operation(call, &ok(&body[..length]));
            assert!(!results.is_empty(), "{call} is asked for by some operation");
            // Without its figures a list is only without numbers.
            for result in results.iter().filter(|_| call != GET_STATS) {
                let error = result.as_ref().expect_err("cut off");
                assert_eq!((error.kind, error.call.as_ref()), (ErrorKind::Malformed, call), "{error:?}");
            }
        }
    }
}

#[test]
fn values_of_other_types_never_panic() {
    for (call, body) in SOUND {
        for broken in spoiled(body) {
            every_operation(call, &ok(broken));
        }
    }
}

#[test]
fn a_value_of_the_wrong_type_costs_itself() {
    for (pointer, value) in [("/duration", "\"2340\""), ("/stepsCount", "2.5"), ("/startTime", "1776762002")] {
        let detail = get_run(&changed(RUN, pointer, value)).expect("everything else is read");
        let name = pointer.split('/').nth(1);
        let kept = detail.other.iter().find(|(other, _)| Some(other.as_str()) == name).map(|(_, kept)| kept.to_string());
        assert_eq!(kept.as_deref(), Some(value));
        assert_eq!(detail.steps.len(), 3);
    }
    let steps = get_run(&changed(RUN, "/steps/1", "7")).expect("everything else is read").steps;
    assert_eq!(steps[1].error.as_ref().and_then(|error| error.details.as_deref()), Some("7"));
    assert_eq!(steps[2].id, "3-Send Slack Message");
    let error = get_run(&changed(RUN, "/id", "null")).expect_err("refused");
    assert_eq!((error.kind, error.detail.as_str(), error.call.as_ref()), (ErrorKind::Malformed, "run.id: the field is missing", GET_RUN));
}

#[test]
fn enormous_answers_are_errors() {
    let deep = format!("{}{}", "{\"data\":".repeat(100_000), "}".repeat(100_000));
    let over = " ".repeat(runs::value::json::MAX_ANSWER + 1);
    for (body, call) in [(deep.as_str(), GET_FLOWS), (over.as_str(), GET_FLOWS), (deep.as_str(), GET_RUN)] {
        for result in every_operation(call, &ok(body)) {
            assert_eq!(result.expect_err("refused").kind, ErrorKind::Malformed);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bytes_never_panic(which in 0usize..6, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let (call, body) = SOUND[which];
        let mut bytes = body.as_bytes().to_vec();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        every_operation(call, &ok(bytes));
    }

    #[test]
    fn any_error_answer_is_read(status in 300u16..600, body in ".{0,200}", which in 0usize..6) {
        for result in every_operation(SOUND[which].0, &answer(status, body)) {
            prop_assert!(result.is_err() || SOUND[which].0 == GET_STATS || status == 404);
        }
    }
}
