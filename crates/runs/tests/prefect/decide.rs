use super::vendor::{Vendor, body, fails, json, says};
use super::{
    GET_INPUTS, GET_RUN, GET_STATES, INPUTS, RESUME, REVIEW, RUN, SET_STATE, STATES, answered, around, followed_by, prefect, reference,
    run_in, waiting,
};
use runs::adapters::prefect::Prefect;
use runs::model::review::{Intent, Outcome, ResumeState, Review};
use runs::wire::http::FailureKind;
use runs::{ErrorKind, Json, RunAdapter, StatusKind};

const ACCEPT: &str = r#"{"state": {"id": "after", "type": "RUNNING", "name": "Running", "timestamp": "2026-11-30T15:20:00.5Z", "state_details": {}}, "status": "ACCEPT", "details": {"type": "accept_details"}}"#;
const ABORT: &str =
    r#"{"state": null, "status": "ABORT", "details": {"type": "abort_details", "reason": "Cannot resume a flow run that is not paused."}}"#;
const OURS: &str = r#"{"verdict":"return","total":349.5,"currency":"EUR","due":null,"positions":[{"article":"PUMP-7","quantity":3,"price":116.5}],"comment":""}"#;

fn read() -> Review {
    waiting().run(Prefect.get_review(&reference(), REVIEW)).unwrap()
}

fn intent(edited: Option<&str>) -> Intent {
    Intent { key: "k".into(), approve: true, edited: edited.map(json), reason: None }
}

fn rejection() -> Intent {
    Intent { key: "k".into(), approve: false, edited: None, reason: Some("wrong supplier".into()) }
}

fn decide(vendor: &mut Vendor, intent: &Intent) -> Result<Outcome, runs::ApiError> {
    let review = read();
    vendor.run(Prefect.decide(&review, intent))
}

/// Open when it is read, and then as others left it.
fn then(states: &str, run: &str, inputs: &str) -> Vendor {
    around(
        prefect()
            .ok(GET_RUN, RUN)
            .ok(GET_RUN, run)
            .ok(GET_STATES, STATES)
            .ok(GET_STATES, states)
            .ok(GET_INPUTS, INPUTS)
            .ok(GET_INPUTS, inputs),
    )
}

fn resumed(inputs: &str) -> Vendor {
    then(&followed_by("RUNNING", "Running", "null"), &run_in("RUNNING", "Running"), inputs)
}

fn sent(vendor: &Vendor, call: &str) -> Vec<Json> {
    vendor.seen.iter().filter(|request| request.call() == call).map(|request| json(&body(request))).collect()
}

#[test]
fn an_approval_carries_every_field_whether_it_was_edited_or_not() {
    for edited in [None, Some(r#"{"verdict": "return"}"#)] {
        let mut vendor = waiting().on(RESUME, says(201, ACCEPT));
        let outcome = decide(&mut vendor, &intent(edited)).unwrap();
        let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
        assert_eq!(decision.resume.as_ref().unwrap().state, ResumeState::Resumed);
        let bodies = sent(&vendor, RESUME);
        assert_eq!(bodies.len(), 1);
        let form = &bodies[0]["run_input"];
        assert_eq!(form.as_object().unwrap().len(), 6, "{form}");
        assert_eq!(form["verdict"], if edited.is_some() { "return" } else { "accept" });
        assert_eq!(decision.data.as_ref(), Some(form));
    }
}

#[test]
fn an_abort_in_a_200_and_a_409_are_told_by_what_is_recorded() {
    for refusal in [says(200, ABORT), says(409, r#"{"detail": "Data integrity conflict."}"#)] {
        let mut vendor = resumed(&answered(r#"{"comment": "by Ben"}"#)).on(RESUME, refusal.clone());
        let outcome = decide(&mut vendor, &intent(Some(r#"{"verdict": "return"}"#))).unwrap();
        let Outcome::DecidedByAnother(decision) = outcome else { panic!("{outcome:?}") };
        assert_eq!(decision.data, Some(json(r#"{"comment": "by Ben"}"#)));
        let mut vendor = resumed(&answered(OURS)).on(RESUME, refusal);
        let outcome = decide(&mut vendor, &intent(Some(r#"{"verdict": "return"}"#))).unwrap();
        assert!(matches!(outcome, Outcome::AlreadyMine(_)), "{outcome:?}");
    }
    // The run ended in between, and nobody had answered.
    let mut vendor =
        then(&followed_by("FAILED", "Failed", r#""never resumed""#), &run_in("FAILED", "Failed"), INPUTS).on(RESUME, says(200, ABORT));
    let outcome = decide(&mut vendor, &intent(None)).unwrap();
    assert!(matches!(&outcome, Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Failed), "{outcome:?}");
}

#[test]
fn a_503_was_rolled_back_and_is_sent_again_while_the_run_still_waits() {
    let busy = || says(503, r#"{"exception_message": "Service Unavailable"}"#);
    let mut vendor = waiting().on(RESUME, busy()).on(RESUME, busy()).on(RESUME, says(201, ACCEPT));
    let outcome = decide(&mut vendor, &intent(None)).unwrap();
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    assert_eq!(sent(&vendor, RESUME).len(), 3);
    let mut vendor = waiting().on(RESUME, busy());
    let error = decide(&mut vendor, &intent(None)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::VendorUnreachable, "nothing was recorded: {error:?}");
    assert_eq!(sent(&vendor, RESUME).len(), 4);
}

#[test]
fn an_answer_that_is_lost_is_looked_for_and_never_sent_again() {
    let mut vendor = resumed(&answered(OURS)).on(RESUME, fails(FailureKind::Broken));
    let outcome = decide(&mut vendor, &intent(Some(OURS))).unwrap();
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    let mut vendor = waiting().on(RESUME, fails(FailureKind::Broken));
    let outcome = decide(&mut vendor, &intent(None)).unwrap();
    assert!(matches!(outcome, Outcome::NotConfirmed { .. }), "{outcome:?}");
    assert_eq!(sent(&vendor, RESUME).len(), 1);
}

#[test]
fn an_answer_that_is_stored_while_it_is_looked_for_is_not_taken_for_none() {
    let torn = |answer: &str| {
        let vendor = prefect().ok(GET_RUN, RUN).ok(GET_RUN, &run_in("RUNNING", "Running")).ok(GET_STATES, STATES);
        let vendor = vendor.ok(GET_STATES, &followed_by("RUNNING", "Running", "null"));
        around(vendor.ok(GET_INPUTS, INPUTS).ok(GET_INPUTS, INPUTS).ok(GET_INPUTS, &answered(answer)))
    };
    let edited = intent(Some(r#"{"verdict": "return"}"#));
    let outcome = decide(&mut torn(OURS).on(RESUME, fails(FailureKind::Broken)), &edited).unwrap();
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    let outcome = decide(&mut torn(r#"{"comment": "by Ben"}"#).ok(RESUME, ABORT), &edited).unwrap();
    let Outcome::DecidedByAnother(decision) = outcome else { panic!("{outcome:?}") };
    assert_eq!(decision.data, Some(json(r#"{"comment": "by Ben"}"#)));
    // A script may resume without a form: then there is nothing to wait for.
    let outcome = decide(&mut resumed(INPUTS).ok(RESUME, ABORT), &edited).unwrap();
    assert!(matches!(&outcome, Outcome::DecidedByAnother(decision) if decision.data.is_none()), "{outcome:?}");
}

#[test]
fn a_500_for_a_run_that_is_gone_says_that_it_is_gone() {
    let vendor = around(prefect().ok(GET_RUN, RUN).on(GET_RUN, says(404, r#"{"detail": "Flow run not found"}"#)));
    let mut vendor =
        vendor.ok(GET_STATES, STATES).ok(GET_INPUTS, INPUTS).on(RESUME, says(500, r#"{"exception_message": "Internal Server Error"}"#));
    let outcome = decide(&mut vendor, &intent(None)).unwrap();
    assert!(matches!(&outcome, Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Deleted), "{outcome:?}");
}

#[test]
fn what_the_schema_forbids_comes_back_at_its_field() {
    let reason = "Reason: Validation failed for field 'verdict'. Failure reason: 'maybe' is not one of ['accept', 'return']";
    let reject = format!(r#"{{"state": null, "status": "REJECT", "details": {{"type": "abort_details", "reason": "{reason}"}}}}"#);
    let mut vendor = waiting().ok(RESUME, &reject);
    let outcome = decide(&mut vendor, &intent(Some(r#"{"verdict": "maybe"}"#))).unwrap();
    let Outcome::Invalid { fields, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(fields, [("verdict".to_owned(), "'maybe' is not one of ['accept', 'return']".to_owned())]);
}

#[test]
fn a_decision_tells_the_gateway_which_state_it_saw_and_looks_again_if_that_is_over() {
    let refused = || {
        let mut answer = says(409, r#"{"detail": "This went on since it was read."}"#);
        if let Ok(answer) = &mut answer {
            answer.headers.push(("sluice-relay".into(), "not-sent".into()));
        }
        answer
    };
    for (intent, call) in [(rejection(), SET_STATE), (intent(None), RESUME)] {
        let mut vendor = resumed(&answered(r#"{"comment": "by Ben"}"#)).on(call, refused());
        let outcome = decide(&mut vendor, &intent).unwrap();
        assert!(matches!(&outcome, Outcome::DecidedByAnother(decision) if decision.approved == Some(true)), "{outcome:?}");
        let sent = vendor.seen.iter().find(|request| request.call() == call).unwrap();
        assert_eq!(sent.query, [("sluice-seen", REVIEW.to_owned())]);
    }
}

#[test]
fn a_suspended_run_that_nothing_can_take_up_is_no_fault_of_the_form() {
    let reason = "Cannot reschedule a resuming flow run without a deployment.";
    let reject = format!(
        r#"{{"state": {{"id": "{REVIEW}", "type": "PAUSED", "name": "Suspended", "state_details": {{}}}}, "status": "REJECT", "details": {{"type": "reject_details", "reason": "{reason}"}}}}"#
    );
    let error = decide(&mut waiting().ok(RESUME, &reject), &intent(None)).unwrap_err();
    assert_eq!((error.kind, error.detail.as_str()), (ErrorKind::Conflict, reason), "{error:?}");
}

#[test]
fn an_answer_that_comes_after_the_time_is_no_fault_of_the_form() {
    let reject = r#"{"state": {"id": "after", "type": "FAILED", "name": "Failed", "message": "The flow was running and never resumed.", "state_details": {}}, "status": "REJECT", "details": {"type": "reject_details", "reason": "The flow run pause has timed out and can no longer resume."}}"#;
    let failed = followed_by("FAILED", "Failed", r#""The flow was running and never resumed.""#);
    let mut vendor = then(&failed, &run_in("FAILED", "Failed"), INPUTS).ok(RESUME, reject);
    let outcome = decide(&mut vendor, &intent(None)).unwrap();
    assert!(matches!(&outcome, Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Failed), "{outcome:?}");
}

#[test]
fn what_the_vendor_does_not_check_is_not_sent() {
    for edited in [r#"{"due": "31.12.2026"}"#, r#"{"due": "2026-02-30"}"#, r#"{"comment": {"__prefect_kind": "jinja"}}"#] {
        let mut vendor = waiting();
        let outcome = decide(&mut vendor, &intent(Some(edited))).unwrap();
        assert!(matches!(outcome, Outcome::Invalid { .. }), "{edited}: {outcome:?}");
        assert!(vendor.seen.is_empty());
    }
}

#[test]
fn a_rejection_in_process_is_a_cancellation_that_is_checked_afterwards() {
    let accept = ACCEPT.replace("RUNNING", "CANCELLING").replace("Running", "Cancelling");
    let mut vendor = then(&followed_by("CANCELLING", "Cancelling", r#""wrong supplier""#), &run_in("CANCELLING", "Cancelling"), INPUTS)
        .on(SET_STATE, says(201, &accept));
    let outcome = decide(&mut vendor, &rejection()).unwrap();
    assert!(matches!(&outcome, Outcome::Accepted(decision) if decision.approved == Some(false)), "{outcome:?}");
    assert_eq!(sent(&vendor, SET_STATE)[0]["state"], json(r#"{"type": "CANCELLING", "message": "wrong supplier"}"#));
    // Somebody approved in between: the vendor cancels it all the same, and says so to nobody.
    let mut vendor = resumed(&answered(OURS)).on(SET_STATE, says(201, &accept));
    let outcome = decide(&mut vendor, &rejection()).unwrap();
    assert!(matches!(&outcome, Outcome::DecidedByAnother(decision) if decision.approved == Some(true)), "{outcome:?}");
}

#[test]
fn a_rejection_of_a_suspended_run_is_its_end() {
    let suspend = |text: &str| text.replace(r#""pause_reschedule": false"#, r#""pause_reschedule": true"#);
    let vendor = || around(prefect().ok(GET_RUN, &suspend(RUN)).ok(GET_STATES, &suspend(STATES)).ok(GET_INPUTS, INPUTS));
    let review = vendor().run(Prefect.get_review(&reference(), REVIEW)).unwrap();
    let mut vendor = vendor().on(SET_STATE, says(201, ACCEPT));
    vendor.run(Prefect.decide(&review, &rejection())).unwrap();
    assert_eq!(sent(&vendor, SET_STATE)[0]["state"], json(r#"{"type": "CANCELLED", "name": "Rejected", "message": "wrong supplier"}"#));
}

#[test]
fn a_form_that_changed_since_it_was_read_is_shown_and_nothing_is_sent() {
    let other = INPUTS.replace("349.5", "350.5");
    let mut vendor = around(prefect().ok(GET_RUN, RUN).ok(GET_STATES, STATES).ok(GET_INPUTS, &other));
    let outcome = decide(&mut vendor, &intent(None)).unwrap();
    let Outcome::Changed(review) = outcome else { panic!("{outcome:?}") };
    assert_eq!(review.data["total"].to_string(), "350.5");
    assert!(sent(&vendor, RESUME).is_empty());
}
