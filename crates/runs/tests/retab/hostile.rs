//! Answers that are cut, altered, of the wrong type or enormous end in an error, never in a panic or an endless question.

use super::altering::{replace, strange};
use super::reading::review_of;
use super::vendor::{Vendor, json, says};
use super::*;
use proptest::prelude::*;
use runs::adapters::query::RunQuery;
use runs::adapters::{FlowQuery, StartRequest};
use runs::model::Place;
use runs::model::review::{Intent, Review};
use runs::wire::http::{Reply, Request};
use runs::{Adapter, ErrorKind, RunAdapter};
use std::sync::LazyLock;

const FIXTURES: &[&str] =
    &[RUN_COMPLETED, RUN_WAITING, STEPS_WAITING, STEP_HIL, DECISION_NONE, DECISION_EDITED, LIST, COUNTS, WORKFLOWS, BLOCKS, CANCEL];

static REVIEW: LazyLock<Review> = LazyLock::new(|| review_of(DECISION_NONE, RUN_WAITING));

fn nothing<T>(_: T) {}

/// Runs every operation of an adapter against one function that answers; returns how many requests were made.
fn everything(answer: &dyn Fn(&Request) -> Reply) -> usize {
    let adapter = Retab;
    let mut asked = 0;
    let mut carry = |request: Request| {
        let declared = Retab::RELAYED.routes.iter().any(|route| route.matches(request.method, &request.path));
        assert!(declared, "{} is not a declared route", request.call());
        asked += 1;
        assert!(asked < 100, "an operation does not end");
        answer(&request)
    };
    let run = run_ref("run_w1");
    let query = RunQuery { flow: Some("wf_1".into()), limit: 50, ..RunQuery::default() };
    let intent = Intent { key: "k".into(), approve: true, edited: Some(json("{}")), reason: None };
    nothing(adapter.list_flows(&FlowQuery::default()).run_with(&mut carry));
    nothing(adapter.list_runs(&query).run_with(&mut carry));
    nothing(adapter.list_waiting(None, &Place::First).run_with(&mut carry));
    nothing(adapter.get_run(&run).run_with(&mut carry));
    nothing(adapter.get_review(&run, "hil-1").run_with(&mut carry));
    nothing(adapter.decide(&REVIEW, &intent).run_with(&mut carry));
    nothing(adapter.confirm(&REVIEW, &intent).run_with(&mut carry));
    nothing(adapter.describe_inputs("wf_1").run_with(&mut carry));
    let start = StartRequest { flow: "wf_1".into(), name: None, metadata: None, values: Vec::new(), key: "k".into() };
    nothing(adapter.start(start).run_with(&mut carry));
    nothing(adapter.cancel(&run, "k").run_with(&mut carry));
    nothing(adapter.rerun(&run, "k").run_with(&mut carry));
    nothing(adapter.delete(&run).run_with(&mut carry));
    asked
}

/// The honest answer to each call.
fn honest(request: &Request) -> &'static str {
    match request.path.as_str() {
        "workflows" => WORKFLOWS,
        "workflows/runs" => LIST,
        "workflows/runs/counts" => COUNTS,
        path if path.ends_with("/steps") => STEPS_WAITING,
        path if path.contains("/steps/") => STEP_HIL,
        path if path.contains("/hil-decisions") => DECISION_EDITED,
        path if path.ends_with("/blocks") => BLOCKS,
        path if path.ends_with("/cancel") => CANCEL,
        path if path.starts_with("workflows/runs/") => RUN_WAITING,
        _ => r#"{"id": "wf_1", "name": "Invoices"}"#,
    }
}

proptest! {
    #[test]
    fn altered_answers_never_panic(at in 0usize..120, value in strange(), status in prop::sample::select(vec![200u16, 200, 200, 404, 409, 422, 500])) {
        everything(&|request| {
            let mut document = json(honest(request));
            replace(&mut document, &mut at.clone(), &value);
            says(status, document.to_string())
        });
    }

    #[test]
    fn mixed_up_answers_never_panic(fixture in 0usize..FIXTURES.len()) {
        everything(&|_| says(200, FIXTURES[fixture]));
    }

    #[test]
    fn altered_bytes_never_panic(at in 0usize..4000, byte: u8) {
        everything(&|request| {
            let mut bytes = honest(request).as_bytes().to_vec();
            let place = at % bytes.len();
            bytes[place] = byte;
            says(200, bytes)
        });
    }

    #[test]
    fn truncated_answers_are_errors(share in 0.0f64..0.999) {
        let cut = |text: &str| says(200, &text.trim_end().as_bytes()[..(text.trim_end().len() as f64 * share) as usize]);
        everything(&|request| cut(honest(request)));
        let run = Vendor::new(&Retab::RELAYED).on("GET workflows/runs/run_w1", cut(RUN_WAITING)).run(Retab.get_run(&run_ref("run_w1")));
        prop_assert_eq!(run.unwrap_err().kind, ErrorKind::Malformed);
        let list = Vendor::new(&Retab::RELAYED).on("GET workflows/runs", cut(LIST)).run(Retab.list_runs(&RunQuery::default()));
        prop_assert_eq!(list.unwrap_err().kind, ErrorKind::Malformed);
    }
}

#[test]
fn every_operation_asks_and_ends() {
    assert!(everything(&|request| says(200, honest(request))) > 15);
}

#[test]
fn enormous_answers_are_errors() {
    let deep = format!(r#"{{"id": "r", "dag_snapshot": {}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let long = format!(r#"{{"id": "r", "error": "{}"}}"#, "x".repeat(runs::value::json::MAX_ANSWER));
    for text in [deep, long] {
        let error = retab().on("GET workflows/runs/r", says(200, &text)).run(Retab.get_run(&run_ref("r"))).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed);
        assert!(error.detail.chars().count() <= runs::wire::error::MAX_DETAIL + 1);
    }
}
