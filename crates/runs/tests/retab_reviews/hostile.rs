//! Answers that are cut, altered, of the wrong type or enormous end in an error, never in a panic or an endless question.

use super::altering::{replace, strange};
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

const FIXTURES: &[&str] = &[RUN, STEPS, REVIEW, VERSIONS, VERSION_MADE, GRAPH, WORKFLOW, BLOCKS];

static READ: LazyLock<Review> = LazyLock::new(|| waiting().run(RetabReviews.get_review(&reference(), "rev_1")).unwrap());

fn nothing<T>(_: T) {}

/// Runs every operation of an adapter against one function that answers; returns how many requests were made.
fn everything(answer: &dyn Fn(&Request) -> Reply) -> usize {
    let adapter = RetabReviews;
    let mut asked = 0;
    let mut carry = |request: Request| {
        let declared = RetabReviews::RELAYED.routes.iter().any(|route| route.matches(request.method, &request.path));
        assert!(declared, "{} is not a declared route", request.call());
        asked += 1;
        assert!(asked < 600, "an operation does not end");
        answer(&request)
    };
    let run = reference();
    let query = RunQuery { flow: Some("wrk_1".into()), limit: 50, ..RunQuery::default() };
    let intent = Intent { key: "k".into(), approve: true, edited: Some(json("{}")), reason: None };
    let refusal = Intent { approve: false, reason: Some("no".into()), ..intent.clone() };
    nothing(adapter.list_flows(&FlowQuery::default()).run_with(&mut carry));
    nothing(adapter.list_runs(&query).run_with(&mut carry));
    nothing(adapter.list_waiting(None, &Place::First).run_with(&mut carry));
    nothing(adapter.get_run(&run).run_with(&mut carry));
    nothing(adapter.get_review(&run, "rev_1").run_with(&mut carry));
    nothing(adapter.decide(&READ, &intent).run_with(&mut carry));
    nothing(adapter.decide(&READ, &refusal).run_with(&mut carry));
    nothing(adapter.confirm(&READ, &intent).run_with(&mut carry));
    nothing(adapter.describe_inputs("wrk_1").run_with(&mut carry));
    let start = StartRequest { flow: "wrk_1".into(), name: None, metadata: None, values: Vec::new(), key: "k".into() };
    nothing(adapter.start(start).run_with(&mut carry));
    nothing(adapter.cancel(&run, "k").run_with(&mut carry));
    nothing(adapter.rerun(&run, "k").run_with(&mut carry));
    nothing(adapter.delete(&run).run_with(&mut carry));
    asked
}

/// The honest answer to each call.
fn honest(request: &Request) -> String {
    match (request.method.word(), request.path.as_str()) {
        ("GET", "workflows") => list(&[WORKFLOW]),
        ("GET", "workflows/runs") => list(&[RUN]),
        ("GET", "workflows/reviews") => list(&[REVIEW]),
        ("GET", "workflows/reviews/versions") => VERSIONS.into(),
        ("GET", "workflows/steps") => STEPS.into(),
        ("GET", "workflows/blocks") => BLOCKS.into(),
        ("POST", "workflows/reviews/versions") => VERSION_MADE.into(),
        ("POST", path) if path.starts_with("workflows/reviews/") => {
            let review = decided("approved", "rvv_mine", None);
            format!(r#"{{"submission_status": "accepted", "review": {review}, "resume_status": "resumed", "resume_error": null}}"#)
        }
        ("POST", path) if path.ends_with("/cancel") => format!(r#"{{"run": {RUN}, "cancellation_status": "cancelled"}}"#),
        (_, path) if path.starts_with("workflows/reviews/") => REVIEW.into(),
        (_, path) if path.starts_with("workflows/versions/") => GRAPH.into(),
        (_, path) if path.starts_with("workflows/runs") => RUN.into(),
        _ => WORKFLOW.into(),
    }
}

proptest! {
    #[test]
    fn altered_answers_never_panic(at in 0usize..120, value in strange(), status in prop::sample::select(vec![200u16, 200, 200, 404, 409, 422, 500])) {
        everything(&|request| {
            let mut document = json(&honest(request));
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
        everything(&|request| cut(&honest(request)));
        let run = Vendor::new(&RetabReviews::RELAYED).on(GET_RUN, cut(RUN)).run(RetabReviews.get_run(&reference()));
        prop_assert_eq!(run.unwrap_err().kind, ErrorKind::Malformed);
        let list = Vendor::new(&RetabReviews::RELAYED).on("GET workflows/runs", cut(&list(&[RUN]))).run(RetabReviews.list_runs(&RunQuery::default()));
        prop_assert_eq!(list.unwrap_err().kind, ErrorKind::Malformed);
    }
}

#[test]
fn every_operation_asks_and_ends() {
    assert!(everything(&|request| says(200, honest(request))) > 15);
}

#[test]
fn enormous_answers_are_errors() {
    let deep = format!(r#"{{"id": "run_1", "inputs": {{"json_data": {}{}}}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    let long = format!(r#"{{"id": "run_1", "metadata": {{"a": "{}"}}}}"#, "x".repeat(runs::value::json::MAX_ANSWER));
    for text in [deep, long] {
        let error = retab().on(GET_RUN, says(200, &text)).run(RetabReviews.get_run(&reference())).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Malformed);
        assert!(error.detail.chars().count() <= runs::wire::error::MAX_DETAIL + 1);
    }
}

#[test]
fn a_list_that_never_ends_is_cut() {
    let endless = |request: &Request| {
        let place = request.query.iter().find(|(name, _)| *name == "after").map_or(0, |(_, at)| at.parse::<u64>().unwrap_or(0));
        let step = format!(r#"{{"block_id": "b", "step_id": "s{place}"}}"#);
        let next = format!(r#"{{"data": [{step}], "list_metadata": {{"before": null, "after": "{}"}}}}"#, place + 1);
        says(200, if request.path == "workflows/steps" { next } else { honest(request) })
    };
    let mut asked = 0;
    let detail = RetabReviews.get_run(&reference()).run_with(|request| {
        asked += 1;
        endless(&request)
    });
    assert_eq!(detail.unwrap().steps.len(), 50);
    assert!(asked < 60);
}
