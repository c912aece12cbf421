use super::reading::review_of;
use super::vendor::{Vendor, body, fails, json, says};
use super::{DECISION_EDITED, DECISION_NONE, RUN_WAITING, STEP_HIL, STEPS_WAITING, retab};
use runs::adapters::retab::Retab;
use runs::model::review::{Intent, Outcome, Review};
use runs::wire::http::{FailureKind, Reply};
use runs::{ApiError, ErrorKind, RunAdapter, StatusKind};

const RUN: &str = "GET workflows/runs/run_w1";
const SUBMIT: &str = "POST workflows/runs/run_w1/hil-decisions";
const RECORDED: &str = "GET workflows/runs/run_w1/hil-decisions/hil-1";
const MINE: &str = r#"{"total": 1200.00, "serial": 9007199254740993, "vendor": "Acme Corp"}"#;

fn read() -> Review {
    review_of(DECISION_NONE, RUN_WAITING)
}

fn edits() -> Intent {
    Intent { key: "key-1".into(), approve: true, edited: Some(json(MINE)), reason: None }
}

fn submission(word: &str, decision: &str) -> Reply {
    says(200, format!(r#"{{"submission_status": "{word}", "decision": {decision}}}"#))
}

fn waiting() -> Vendor {
    retab().ok(RUN, RUN_WAITING).ok(&format!("{RUN}/steps"), STEPS_WAITING).ok(&format!("{RUN}/steps/hil-1"), STEP_HIL)
}

/// Decides with nothing recorded before; `reply` answers the submission, `recorded` what is read afterwards.
fn decide(intent: &Intent, reply: Reply, recorded: Reply) -> (Result<Outcome, ApiError>, Vendor) {
    let mut vendor = waiting().ok(RECORDED, DECISION_NONE).on(RECORDED, recorded).on(SUBMIT, reply);
    let outcome = vendor.run(Retab.decide(&read(), intent));
    (outcome, vendor)
}

#[test]
fn an_accepted_decision_is_sent_once_with_its_digits_and_key() {
    let (outcome, vendor) = decide(&edits(), submission("accepted", DECISION_EDITED), says(500, ""));
    let Ok(Outcome::Accepted(decision)) = outcome else { panic!("{outcome:?}") };
    assert_eq!((decision.approved, decision.by), (Some(true), None));
    let writes = vendor.writes();
    assert_eq!(writes.len(), 1);
    assert!(writes[0].repeatable);
    assert_eq!(
        body(writes[0]),
        r#"{"node_id":"hil-1","approved":true,"modified_data":{"total":1200.00,"serial":9007199254740993,"vendor":"Acme Corp"},"command_id":"key-1"}"#
    );
    // The same intent again: the same bytes, the same key.
    let (_, again) = decide(&edits(), submission("accepted", DECISION_EDITED), says(500, ""));
    assert_eq!(body(again.writes()[0]), body(writes[0]));
}

#[test]
fn data_goes_along_only_if_it_was_edited_and_approved() {
    let plain = Intent { edited: None, ..edits() };
    let (_, vendor) = decide(&plain, submission("accepted", "null"), says(500, ""));
    assert_eq!(body(vendor.writes()[0]), r#"{"node_id":"hil-1","approved":true,"command_id":"key-1"}"#);
    let reject = Intent { approve: false, ..edits() };
    let (outcome, vendor) = decide(&reject, submission("accepted", "null"), says(500, ""));
    assert_eq!(body(vendor.writes()[0]), r#"{"node_id":"hil-1","approved":false,"command_id":"key-1"}"#);
    assert!(matches!(outcome, Ok(Outcome::Accepted(decision)) if decision.approved == Some(false) && decision.data.is_none()));
}

#[test]
fn untouched_data_goes_back_as_it_came() {
    let untouched = Intent { edited: Some(read().data), ..edits() };
    let (_, vendor) = decide(&untouched, submission("accepted", "null"), says(500, ""));
    assert!(body(vendor.writes()[0]).contains(r#""modified_data":{"total":1234.560,"serial":9007199254740993,"vendor":"Acme Corp"}"#));
}

#[test]
fn already_is_mine_only_with_what_this_intent_sent() {
    let other = DECISION_EDITED.replace("1200.00", "1201.00");
    let no = DECISION_EDITED.replace("\"approved\": true", "\"approved\": false");
    for word in ["already_received", "already_applied"] {
        let mine = decide(&edits(), submission(word, &DECISION_EDITED.replace("1200.00", "1200.0")), says(500, "")).0;
        assert!(matches!(mine, Ok(Outcome::AlreadyMine(_))), "{mine:?}");
        for recorded in [&other, &no] {
            let theirs = decide(&edits(), submission(word, recorded), says(500, "")).0;
            assert!(matches!(theirs, Ok(Outcome::DecidedByAnother(_))), "{theirs:?}");
        }
    }
}

#[test]
fn a_decision_recorded_before_is_told_and_nothing_is_sent() {
    for (intent, mine) in
        [(edits(), true), (Intent { edited: None, ..edits() }, false), (Intent { approve: false, edited: None, ..edits() }, false)]
    {
        let mut vendor = waiting().ok(RECORDED, DECISION_EDITED);
        let outcome = vendor.run(Retab.decide(&read(), &intent)).unwrap();
        assert_eq!(matches!(outcome, Outcome::AlreadyMine(_)), mine, "{outcome:?}");
        assert_eq!(matches!(outcome, Outcome::DecidedByAnother(_)), !mine);
        assert!(vendor.writes().is_empty());
    }
}

#[test]
fn a_changed_review_is_shown_and_nothing_is_sent() {
    let changes = [
        (STEP_HIL.replace("1234.560", "1234.561"), STEPS_WAITING.to_owned()),
        (STEP_HIL.replace("\"integer\"", "\"number\""), STEPS_WAITING.to_owned()),
        (
            STEP_HIL.to_owned(),
            STEPS_WAITING.replace(
                "\"retry_count\": 0, \"updated_at\": \"2026-05-01T14:00:20Z\"",
                "\"retry_count\": 1, \"updated_at\": \"2026-05-01T14:00:20Z\"",
            ),
        ),
        (
            STEP_HIL.to_owned(),
            STEPS_WAITING.replace("\"updated_at\": \"2026-05-01T14:00:20Z\"", "\"updated_at\": \"2026-05-01T14:00:21Z\""),
        ),
    ];
    for (step, steps) in changes {
        let mut vendor = retab()
            .ok(RUN, RUN_WAITING)
            .ok(&format!("{RUN}/steps"), &steps)
            .ok(&format!("{RUN}/steps/hil-1"), &step)
            .ok(RECORDED, DECISION_NONE);
        let outcome = vendor.run(Retab.decide(&read(), &edits())).unwrap();
        let Outcome::Changed(now) = outcome else { panic!("{outcome:?}") };
        assert_ne!(now.pin, read().pin);
        assert!(vendor.writes().is_empty());
    }
    // The same values in other clothes are no change.
    let same = STEP_HIL.replace("1234.560", "1234.56");
    let mut vendor = retab()
        .ok(RUN, RUN_WAITING)
        .ok(&format!("{RUN}/steps"), STEPS_WAITING)
        .ok(&format!("{RUN}/steps/hil-1"), &same)
        .ok(RECORDED, DECISION_NONE)
        .on(SUBMIT, submission("accepted", "null"));
    assert!(matches!(vendor.run(Retab.decide(&read(), &edits())), Ok(Outcome::Accepted(_))));
}

fn moved_on() -> String {
    RUN_WAITING.replace("\"status\": \"waiting_for_human\",\n  \"execution", "\"status\": \"cancelled\",\n  \"execution")
}

#[test]
fn a_run_that_went_on_is_no_longer_waiting() {
    let mut vendor = retab().ok(RUN, &moved_on()).ok(RECORDED, DECISION_NONE);
    let outcome = vendor.run(Retab.decide(&read(), &edits())).unwrap();
    assert!(matches!(outcome, Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Cancelled));
    assert!(vendor.writes().is_empty());
}

#[test]
fn a_conflict_is_looked_up() {
    let conflict = || says(409, r#"{"detail": "The node already has the opposite decision"}"#);
    let no = DECISION_EDITED.replace("\"approved\": true", "\"approved\": false");
    let (outcome, vendor) = decide(&edits(), conflict(), says(200, no));
    assert!(matches!(outcome, Ok(Outcome::DecidedByAnother(decision)) if decision.approved == Some(false)));
    assert_eq!(vendor.writes().len(), 1);

    let mut vendor = waiting().on(RUN, says(200, moved_on())).ok(RECORDED, DECISION_NONE).on(SUBMIT, conflict());
    let outcome = vendor.run(Retab.decide(&read(), &edits()));
    assert!(matches!(outcome, Ok(Outcome::NoLongerWaiting(status)) if status.raw == "cancelled"));

    let (outcome, _) = decide(&edits(), conflict(), says(200, DECISION_NONE));
    assert_eq!(outcome.unwrap_err().kind, ErrorKind::Conflict, "still waiting: the vendor's own words");
    let (outcome, _) = decide(&edits(), conflict(), fails(FailureKind::Timeout));
    assert_eq!(outcome.unwrap_err().kind, ErrorKind::Conflict);
}

#[test]
fn refusals_are_told_apart() {
    let invalid = says(
        422,
        r#"{"detail": [{"loc": ["body", "modified_data", "total"], "msg": "not a number", "type": "type_error"}, {"loc": ["body", "node_id"], "msg": "bad", "type": "x"}]}"#,
    );
    let (outcome, _) = decide(&edits(), invalid, says(500, ""));
    let Ok(Outcome::Invalid { detail, fields, request_id }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(fields, [("total".to_owned(), "not a number".to_owned()), ("node_id".into(), "bad".into())]);
    assert!(detail.contains("not a number"));
    assert_eq!(request_id.as_deref(), Some("req_42"));
    for status in [401, 403] {
        let (outcome, _) = decide(&edits(), says(status, r#"{"detail": "no"}"#), says(500, ""));
        assert!(matches!(outcome, Ok(Outcome::NotPermitted { detail, .. }) if detail == "no"));
    }
    let (outcome, vendor) = decide(&edits(), says(429, ""), says(500, ""));
    assert_eq!(outcome.unwrap_err().kind, ErrorKind::RateLimited);
    assert_eq!(vendor.writes().len(), 1);
}

#[test]
fn an_answer_that_never_came_is_looked_up_once_and_never_sent_again() {
    let unknown: [fn() -> Reply; 6] = [
        || fails(FailureKind::Timeout),
        || fails(FailureKind::Broken),
        || fails(FailureKind::NoAnswer),
        || says(502, "<html>"),
        || says(200, "{\"submission_status\": \"acc"),
        || submission("some_later_word", DECISION_NONE),
    ];
    for reply in unknown {
        let (outcome, vendor) = decide(&edits(), reply(), says(200, DECISION_EDITED));
        assert!(matches!(outcome, Ok(Outcome::Accepted(_))), "{outcome:?}");
        assert_eq!(vendor.writes().len(), 1);
        let (outcome, _) = decide(&edits(), reply(), says(200, DECISION_EDITED.replace("1200.00", "7")));
        assert!(matches!(outcome, Ok(Outcome::DecidedByAnother(_))), "{outcome:?}");
        for nothing in [says(200, DECISION_NONE), says(503, ""), fails(FailureKind::NoAnswer), says(200, "{")] {
            let (outcome, vendor) = decide(&edits(), reply(), nothing);
            assert!(matches!(outcome, Ok(Outcome::NotConfirmed { .. })), "{outcome:?}");
            assert_eq!(vendor.writes().len(), 1);
        }
    }
}

#[test]
fn what_was_never_sent_is_an_error() {
    let mut vendor = retab().on(RUN, fails(FailureKind::NoAnswer));
    assert_eq!(vendor.run(Retab.decide(&read(), &edits())).unwrap_err().kind, ErrorKind::GatewayUnreachable);
    assert!(vendor.writes().is_empty());
    let mut vendor = retab().on(RUN, says(403, ""));
    assert!(matches!(vendor.run(Retab.decide(&read(), &edits())), Ok(Outcome::NotPermitted { .. })));
    let mut relay = says(502, r#"{"detail": "no route to host"}"#);
    relay.as_mut().unwrap().headers.push(("sluice-relay".into(), "not-sent".into()));
    let (outcome, _) = decide(&edits(), relay, says(500, ""));
    assert_eq!(outcome.unwrap_err().kind, ErrorKind::VendorUnreachable);
}

#[test]
fn confirming_only_reads() {
    let mine: fn(&Outcome) -> bool = |outcome| matches!(outcome, Outcome::AlreadyMine(_));
    let theirs: fn(&Outcome) -> bool = |outcome| matches!(outcome, Outcome::DecidedByAnother(_));
    let gone: fn(&Outcome) -> bool = |outcome| matches!(outcome, Outcome::NoLongerWaiting(_));
    let unknown: fn(&Outcome) -> bool = |outcome| matches!(outcome, Outcome::NotConfirmed { .. });
    for (decision, run, wanted) in [
        (says(200, DECISION_EDITED), says(500, ""), mine),
        (says(200, DECISION_EDITED.replace("1200.00", "7")), says(200, RUN_WAITING), theirs),
        (says(200, DECISION_NONE), says(200, moved_on()), gone),
        (says(404, ""), says(200, RUN_WAITING), unknown),
        (says(200, DECISION_NONE), fails(FailureKind::Timeout), unknown),
        (fails(FailureKind::NoAnswer), says(200, moved_on()), unknown),
    ] {
        let mut vendor = retab().on(RECORDED, decision).on(RUN, run);
        let outcome = vendor.run(Retab.confirm(&read(), &edits())).unwrap();
        assert!(wanted(&outcome), "{outcome:?}");
        assert!(vendor.writes().is_empty());
    }
}

const RESUME: &str = "POST workflows/runs/run_w1/resume";

/// A vendor of the generation before: it has no `hil-decisions`.
fn earlier(reply: Reply) -> Vendor {
    waiting().on(RESUME, reply)
}

#[test]
fn the_generation_before_takes_the_decision_by_resume() {
    use runs::model::review::ResumeState;
    for (answer, state) in [
        (r#""resume_status": "processing""#, ResumeState::Pending),
        (r#""resume_status": "queued", "queue_position": 3, "queue_item_id": "q_1""#, ResumeState::Queued(Some(3))),
        (r#""resume_status": "queued""#, ResumeState::Queued(None)),
    ] {
        let mut vendor = earlier(says(200, format!(r#"{{"run": {RUN_WAITING}, {answer}}}"#)));
        let outcome = vendor.run(Retab.decide(&read(), &edits())).unwrap();
        let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
        assert_eq!(decision.resume.expect("it is told").state, state);
        assert_eq!(decision.data, edits().edited);
        let writes = vendor.writes();
        assert_eq!(writes.iter().map(|write| write.call()).collect::<Vec<_>>(), [SUBMIT, RESUME]);
        assert_eq!(body(writes[0]), body(writes[1]), "the same decision with the same key");
    }
}

#[test]
fn already_processed_is_looked_up_and_never_taken_for_ones_own() {
    let gone = RUN_WAITING.replace("waiting_for_human", "completed");
    let mut vendor = retab()
        .ok(RUN, RUN_WAITING)
        .ok(RUN, &gone)
        .ok(&format!("{RUN}/steps"), STEPS_WAITING)
        .ok(&format!("{RUN}/steps/hil-1"), STEP_HIL)
        .ok(RESUME, &format!(r#"{{"run": {gone}, "resume_status": "already_processed"}}"#));
    let outcome = vendor.run(Retab.decide(&read(), &edits())).unwrap();
    assert!(matches!(outcome, Outcome::NoLongerWaiting(_)), "{outcome:?}");
    // A word of later days is no acceptance.
    let mut vendor = earlier(says(200, r#"{"resume_status": "postponed"}"#));
    let outcome = vendor.run(Retab.decide(&read(), &edits())).unwrap();
    assert!(matches!(outcome, Outcome::NotConfirmed { .. }), "{outcome:?}");
}

#[test]
fn a_received_decision_says_its_place_in_the_queue() {
    use runs::model::review::{ResumeState, ReviewState};
    for (queue, place) in [
        (r#"[{"node_id": "other"}, {"node_id": "hil-1"}]"#, Some(2)),
        (r#"[{"node_id": "hil-1", "queue_position": 7}]"#, Some(7)),
        (r#"[{"node_id": "other"}]"#, None),
        (r#"{"hil-1": 1}"#, None),
    ] {
        let mut run = json(RUN_WAITING);
        run["resume_queue"] = json(queue);
        let received = DECISION_EDITED.replace(r#""applied_at": "2026-05-01T14:30:01Z""#, r#""applied_at": null"#);
        let review = review_of(&received, &run.to_string());
        let ReviewState::Decided(decision) = review.state else { panic!("decided") };
        let expected = place.map(|place| ResumeState::Queued(Some(place)));
        assert_eq!((decision.applied_at, decision.resume.map(|resume| resume.state)), (None, expected), "{queue}");
    }
}
