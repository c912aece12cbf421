//! Answers that are cut, altered, of the wrong type or enormous end in an error, never in a panic or an endless question.

use super::altering::{replace, strange};
use super::vendor::{json, says};
use super::*;
use proptest::prelude::*;
use runs::adapters::query::RunQuery;
use runs::adapters::{FlowQuery, StartRequest};
use runs::model::Place;
use runs::wire::http::{Reply, Request};
use runs::{Adapter, ErrorKind, RunAdapter};

fn nothing<T>(_: T) {}

fn everything(answer: &dyn Fn(&Request) -> Reply) -> usize {
    let adapter = TableFlow;
    let mut asked = 0;
    let mut carry = |request: Request| {
        let declared = TableFlow::RELAYED.routes.iter().any(|route| route.matches(request.method, &request.path));
        assert!(declared, "{} is not a declared route", request.call());
        asked += 1;
        assert!(asked < 50, "an operation does not end");
        answer(&request)
    };
    let query = RunQuery { flow: Some("flow1".into()), limit: 50, place: Place::Offset(u64::MAX), ..RunQuery::default() };
    nothing(adapter.list_flows(&FlowQuery::default()).run_with(&mut carry));
    nothing(adapter.list_runs(&query).run_with(&mut carry));
    nothing(adapter.list_runs(&RunQuery { place: Place::First, ..query }).run_with(&mut carry));
    nothing(adapter.list_waiting(None, &Place::First).run_with(&mut carry));
    nothing(adapter.list_waiting(None, &Place::Offset(u64::MAX)).run_with(&mut carry));
    nothing(adapter.get_run(&run_ref("r")).run_with(&mut carry));
    nothing(adapter.describe_inputs("dk4g1tUg1uHLs8YU").run_with(&mut carry));
    let start = StartRequest { flow: "f".into(), name: None, metadata: None, values: Vec::new(), key: "k".into() };
    nothing(adapter.start(start).run_with(&mut carry));
    asked
}

fn honest(request: &Request) -> &'static str {
    match request.path.as_str() {
        "flows" => FLOWS,
        "flows/runs" => LIST,
        path if path.ends_with("/run") => RUN_STARTED,
        _ => RUN_REVIEW,
    }
}

proptest! {
    #[test]
    fn altered_answers_never_panic(at in 0usize..150, value in strange(), status in prop::sample::select(vec![200u16, 200, 200, 400, 500])) {
        everything(&|request| {
            let mut document = json(honest(request));
            replace(&mut document, &mut at.clone(), &value);
            says(status, document.to_string())
        });
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
        for text in [RUN_COMPLETED, RUN_REVIEW, RUN_STARTED] {
            let run = tableflow().on("GET flows/runs/r", cut(text)).run(TableFlow.get_run(&run_ref("r")));
            prop_assert_eq!(run.unwrap_err().kind, ErrorKind::Malformed);
        }
    }
}

#[test]
fn every_operation_asks_and_ends() {
    assert!(everything(&|request| says(200, honest(request))) >= 8);
    for text in [RUN_COMPLETED, RUN_REVIEW, RUN_STARTED, LIST, FLOWS] {
        everything(&|_| says(200, text));
    }
}

#[test]
fn enormous_answers_are_errors() {
    let deep = format!(r#"{{"id": "r", "steps": {}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let long = format!(r#"{{"id": "r", "error": "{}"}}"#, "x".repeat(runs::value::json::MAX_ANSWER));
    for text in [deep, long] {
        let error = tableflow().on("GET flows/runs/r", says(200, &text)).run(TableFlow.get_run(&run_ref("r"))).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed);
    }
}
