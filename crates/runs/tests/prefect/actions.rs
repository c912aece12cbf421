use super::vendor::{body, json, says};
use super::{DEPLOYMENTS, GET_RUN, RUN, SET_STATE, prefect, reference, run_in};
use runs::adapters::prefect::Prefect;
use runs::adapters::{InputKind, InputValue, StartRequest};
use runs::model::ActionOutcome;
use runs::{ErrorKind, RunAdapter};

const FLOW: &str = "9564e056-c11d-427e-982c-5edfe62e3b79";
const DEPLOYMENT: &str = "GET deployments/9564e056-c11d-427e-982c-5edfe62e3b79";
const CREATE: &str = "POST deployments/9564e056-c11d-427e-982c-5edfe62e3b79/create_flow_run";

fn deployment() -> String {
    json(DEPLOYMENTS).get(0).unwrap().to_string()
}

fn request(parameters: &str) -> StartRequest {
    StartRequest {
        flow: FLOW.into(),
        name: Some("monday".into()),
        metadata: Some(json(r#"{"desk": "7"}"#)),
        values: vec![(String::new(), InputValue::Json(json(parameters)))],
        key: "k-1".into(),
    }
}

#[test]
fn a_start_is_described_in_the_functions_order_and_sent_with_its_key() {
    let inputs = prefect().ok(DEPLOYMENT, &deployment()).run(Prefect.describe_inputs(FLOW)).unwrap();
    let InputKind::Json { example } = &inputs.fields[0].kind else { panic!("{inputs:?}") };
    assert_eq!(example.to_string(), r#"{"note":"D-1001","fail_once":false,"timeout":3600}"#);
    let mut vendor = prefect().ok(DEPLOYMENT, &deployment()).on(CREATE, says(201, RUN));
    let started = vendor.run(Prefect.start(request(r#"{"note": "D-7"}"#))).unwrap();
    assert_eq!(started.run.name.as_deref(), Some("goods-2"));
    let wanted = r#"{"parameters":{"note":"D-7"},"idempotency_key":"k-1","name":"monday","labels":{"desk":"7"}}"#;
    assert_eq!(body(&vendor.seen[1]), wanted);
    assert!(vendor.seen[1].repeatable);
}

#[test]
fn a_busy_database_is_asked_again_and_nothing_is_doubted_if_it_stays_busy() {
    let busy = || says(503, r#"{"exception_message": "Service Unavailable"}"#);
    let mut vendor = prefect().ok(DEPLOYMENT, &deployment()).on(CREATE, busy()).on(CREATE, busy()).on(CREATE, says(201, RUN));
    vendor.run(Prefect.start(request("{}"))).unwrap();
    assert_eq!(vendor.seen.len(), 4);
    let ways: [fn() -> runs::Operation<ActionOutcome>; 2] = [|| Prefect.cancel(&reference(), "k"), || Prefect.delete(&reference())];
    for way in ways {
        let delete = format!("DELETE {}", GET_RUN.trim_start_matches("GET "));
        let error = prefect().ok(GET_RUN, RUN).on(SET_STATE, busy()).on(&delete, busy()).run(way()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::VendorUnreachable, "nothing happened: {error:?}");
    }
}

#[test]
fn a_parameter_that_the_flow_does_not_have_is_refused_here() {
    let mut vendor = prefect().ok(DEPLOYMENT, &deployment());
    let error = vendor.run(Prefect.start(request(r#"{"nope": 1}"#))).unwrap_err();
    assert_eq!((error.kind, error.fields[0].0.as_str()), (ErrorKind::Invalid, "nope"));
    assert_eq!(vendor.seen.len(), 1);
}

#[test]
fn each_way_to_wait_is_cancelled_in_its_own_way_and_a_run_that_is_over_says_so() {
    let accept = r#"{"state": {"id": "s", "type": "CANCELLING", "name": "Cancelling"}, "status": "ACCEPT", "details": {}}"#;
    let suspended = RUN.replace(r#""pause_reschedule": false"#, r#""pause_reschedule": true"#);
    for (run, word) in [(RUN, "CANCELLING"), (suspended.as_str(), "CANCELLED")] {
        let mut vendor = prefect().ok(GET_RUN, run).on(SET_STATE, says(201, accept));
        assert_eq!(vendor.run(Prefect.cancel(&reference(), "k")).unwrap(), ActionOutcome::Requested);
        assert_eq!(json(&body(&vendor.seen[1]))["state"]["type"], word);
    }
    // What no process works on has its end at once; and what stays as it was is not said to be on its way.
    let put = |kind: &str| {
        format!(
            r#"{{"state": {{"id": "s", "type": "{kind}"}}, "status": "REJECT", "details": {{"type": "reject_details", "reason": "why"}}}}"#
        )
    };
    let cancel = |answer: &str| prefect().ok(GET_RUN, RUN).ok(SET_STATE, answer).run(Prefect.cancel(&reference(), "k"));
    assert_eq!(cancel(&put("CANCELLED")).unwrap(), ActionOutcome::Done);
    let error = cancel(&put("PAUSED")).unwrap_err();
    assert_eq!((error.kind, error.detail.as_str()), (ErrorKind::Conflict, "why"));
    let abort = r#"{"state": null, "status": "ABORT", "details": {"reason": "Run is already in terminal state COMPLETED."}}"#;
    let error = prefect().ok(GET_RUN, RUN).ok(SET_STATE, abort).run(Prefect.cancel(&reference(), "k")).unwrap_err();
    assert_eq!((error.kind, error.detail.as_str()), (ErrorKind::Conflict, "Run is already in terminal state COMPLETED."));
}

#[test]
fn only_a_run_that_is_over_runs_again_under_its_id() {
    let error = prefect().ok(GET_RUN, RUN).run(Prefect.rerun(&reference(), "k")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    let accept = r#"{"state": {"id": "s", "type": "SCHEDULED", "name": "AwaitingRetry"}, "status": "ACCEPT", "details": {}}"#;
    let mut vendor = prefect().ok(GET_RUN, &run_in("FAILED", "Failed")).on(SET_STATE, says(201, accept));
    assert_eq!(vendor.run(Prefect.rerun(&reference(), "k")).unwrap(), ActionOutcome::Requested);
    assert_eq!(json(&body(&vendor.seen[1]))["state"]["name"], "AwaitingRetry");
}
