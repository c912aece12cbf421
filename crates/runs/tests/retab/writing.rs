use super::vendor::{body, fails, json, says};
use super::{BLOCKS, CANCEL, RUN_COMPLETED, retab, run_ref};
use runs::adapters::retab::Retab;
use runs::adapters::{InputKind, InputValue, StartRequest};
use runs::model::ActionOutcome;
use runs::wire::http::FailureKind;
use runs::{ErrorKind, RunAdapter, StatusKind};

#[test]
fn inputs_are_the_start_nodes() {
    let mut vendor = retab().ok("GET workflows/wf_1", r#"{"id": "wf_1", "name": "Invoices"}"#).ok("GET workflows/wf_1/blocks", BLOCKS);
    let inputs = vendor.run(Retab.describe_inputs("wf_1")).unwrap();
    assert_eq!(inputs.flow.name, "Invoices");
    let fields: Vec<_> = inputs.fields.iter().map(|field| (field.key.as_str(), field.label.as_str(), &field.kind)).collect();
    let example = InputKind::Json { example: json(r#"{"number": "", "total": null, "lines": [], "currency": "EUR"}"#) };
    let file = InputKind::File { accept: Vec::new(), max_bytes: None, many: false };
    assert_eq!(fields, [("start-1", "Purchase order", &file), ("json-1", "Invoice", &example), ("text-1", "text-1", &InputKind::Text)]);
}

#[test]
fn a_start_sends_documents_and_json_digit_by_digit() {
    let mut vendor = retab().on("POST workflows/wf_1/run", says(200, RUN_COMPLETED.replace("\"completed\"", "\"running\"")));
    let started = vendor.run(Retab.start(StartRequest {
        flow: "wf_1".into(),
        name: None,
        metadata: None,
        values: vec![
            ("start-1".into(), InputValue::File { name: "po.csv".into(), media_type: "text/csv".into(), bytes: b"a,b\n1,2\n".to_vec() }),
            ("json-1".into(), InputValue::Json(json(r#"{"total": 1234.560, "serial": 9007199254740993}"#))),
            ("json-2".into(), InputValue::Json(json("null"))),
            ("text-1".into(), InputValue::Text(String::new())),
        ],
        key: "k1".into(),
    }));
    assert_eq!(started.unwrap().run.status.kind, StatusKind::Running);
    assert_eq!(
        body(&vendor.seen[0]),
        concat!(
            r#"{"documents":{"start-1":{"filename":"po.csv","content":"YSxiCjEsMgo=","mime_type":"text/csv"}},"#,
            r#""json_inputs":{"json-1":{"total":1234.560,"serial":9007199254740993}}}"#
        )
    );
    assert!(!vendor.seen[0].repeatable, "the vendor documents no key for it");
}

#[test]
fn a_lost_start_is_not_confirmed() {
    let request = StartRequest { flow: "wf_1".into(), name: None, metadata: None, values: Vec::new(), key: String::new() };
    let mut vendor = retab().on("POST workflows/wf_1/run", fails(FailureKind::Broken));
    assert!(vendor.run(Retab.start(request)).unwrap_err().outcome_unknown());
}

#[test]
fn cancel_says_what_the_vendor_says() {
    for (answer, outcome) in [
        (CANCEL, ActionOutcome::Requested),
        (r#"{"run": {"id": "r", "status": "cancelled"}, "cancellation_status": "cancelled"}"#, ActionOutcome::Done),
        (r#"{"run": {"id": "r", "status": "running"}, "cancellation_status": "later_word"}"#, ActionOutcome::Requested),
    ] {
        let mut vendor = retab().ok("POST workflows/runs/r/cancel", answer);
        assert_eq!(vendor.run(Retab.cancel(&run_ref("r"), "k-1")).unwrap(), outcome);
        assert_eq!(body(&vendor.seen[0]), r#"{"command_id":"k-1"}"#);
        assert!(vendor.seen[0].repeatable);
    }
}

#[test]
fn a_cancellation_that_failed_comes_with_the_request_id() {
    for (more, why) in [(r#", "cancel_native_error": "workflow already completed""#, "workflow already completed"), ("", "completed")] {
        let answer = format!(r#"{{"run": {{"id": "r", "status": "completed"{more}}}, "cancellation_status": "cancellation_failed"}}"#);
        let error = retab().ok("POST workflows/runs/r/cancel", &answer).run(Retab.cancel(&run_ref("r"), "k-1")).unwrap_err();
        assert_eq!((error.kind, error.detail.as_str(), error.request_id.as_deref()), (ErrorKind::Refused, why, Some("req_42")));
        assert!(!error.outcome_unknown(), "the vendor said what came of it");
    }
}

#[test]
fn a_restart_is_a_new_run_and_a_deletion_is_done() {
    let mut vendor = retab().ok("POST workflows/runs/r/restart", RUN_COMPLETED).on("DELETE workflows/runs/r", says(204, ""));
    assert_eq!(vendor.run(Retab.rerun(&run_ref("r"), "k-2")).unwrap(), ActionOutcome::NewRun("run_abc123xyz".into()));
    assert_eq!(body(&vendor.seen[0]), r#"{"command_id":"k-2"}"#);
    assert_eq!(vendor.run(Retab.delete(&run_ref("r"))).unwrap(), ActionOutcome::Done);
    let mut gone = retab();
    assert_eq!(gone.run(Retab.delete(&run_ref("r"))).unwrap_err().kind, ErrorKind::NotFound);
}
