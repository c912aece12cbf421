//! Decisions, each seen from both ends: what the reviewer is told, and what the flow was.

use crate::common::{approval, edited, named, rejection};
use runs::model::ActionOutcome;
use runs::model::review::{Outcome, ResumeState, ReviewState};
use runs::{ErrorKind, StatusKind};
use serde_json::json;

use super::through::{BY_HAND, Through, booked};

const SUSPENDED: &str = "Delivery check, suspended/served";

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn an_approval_reaches_the_flow_as_it_was_edited() {
    let through = Through::new().await;
    for (flow, state) in [(BY_HAND, ResumeState::Resumed), (SUSPENDED, ResumeState::Pending)] {
        let review = through.waiting_run(flow, json!({})).await;
        let positions = json!([{"article": "PUMP-7", "quantity": 2, "price": 116.5}]);
        let changed = json!({"total": 233.0, "received": "2026-11-30", "positions": positions, "comment": "Größe \"7\" <b>ß</b> {{ 1 }}"});
        let mine = approval(edited(&review, changed.clone()));

        // What the server would take, and what it would not.
        for (field, value) in [("received", json!("30.11.2026")), ("verdict", json!("burn")), ("comment", json!("x".repeat(201)))] {
            let wrong = approval(edited(&review, json!({field: value})));
            let outcome = through.decide(&review, &wrong).await;
            let Outcome::Invalid { fields, detail, .. } = outcome else { panic!("{field}: {outcome:?}") };
            assert_eq!(fields.first().map(|(name, _)| name.as_str()), Some(field), "{detail}");
        }
        let outcome = through.decide(&review, &mine).await;
        let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
        assert_eq!((decision.approved, decision.resume.map(|resume| resume.state)), (Some(true), Some(state)));
        assert!(decision.at.is_some());

        let again = through.decide(&review, &mine).await;
        assert!(matches!(again, Outcome::AlreadyMine(_)), "{again:?}");
        let outcome = through.decide(&review, &approval(None)).await;
        let Outcome::DecidedByAnother(recorded) = outcome else { panic!("{outcome:?}") };
        assert_eq!(recorded.data, mine.edited, "with what");

        let ended = through.ended(&review.run).await;
        assert_eq!(ended.status.kind, StatusKind::Completed, "{flow}: {:?}", ended.error);
        let seen = booked(&through.detail(&review.run).await);
        for (name, value) in changed.as_object().unwrap() {
            assert_eq!(seen[name], *value, "{flow}: {name}");
        }
        let late = through.decide(&review, &rejection("too late")).await;
        assert!(matches!(&late, Outcome::DecidedByAnother(decision) if decision.approved == Some(true)), "{late:?}");
        assert_eq!(through.ended(&review.run).await.status.kind, StatusKind::Completed);
    }
}

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn a_rejection_ends_the_run_with_its_reason() {
    let through = Through::new().await;
    let started = [through.start(BY_HAND, json!({})).await, through.start(SUSPENDED, json!({})).await];
    for (run, expected) in started.iter().zip([StatusKind::Cancelled, StatusKind::Rejected]) {
        let review = through.review(&run.id).await;
        let mine = rejection("wrong supplier");
        let outcome = through.decide(&review, &mine).await;
        let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
        assert_eq!(decision.approved, Some(false));
        assert!(matches!(through.decide(&review, &mine).await, Outcome::AlreadyMine(_)));
        let outcome = through.decide(&review, &approval(None)).await;
        assert!(matches!(&outcome, Outcome::DecidedByAnother(decision) if decision.approved == Some(false)), "{outcome:?}");
        let ended = through.ended(&run.id).await;
        assert_eq!(ended.status.kind, expected, "{:?}", through.server.states(&run.id).await);
        let history = through.detail(&run.id).await.history;
        assert!(history.iter().any(|event| event.why.as_deref() == Some("wrong supplier")), "{history:?}");
    }
}

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn a_gate_without_a_question_opens_and_says_when_it_was_open_already() {
    let through = Through::new().await;
    let review = through.waiting_run("Gate/served", json!({})).await;
    assert_eq!((review.name.as_str(), &review.data), ("Paused", &json!({})));
    let outcome = through.decide(&review, &approval(None)).await;
    assert!(matches!(&outcome, Outcome::Accepted(decision) if decision.approved == Some(true)), "{outcome:?}");
    let outcome = through.decide(&review, &rejection("no")).await;
    assert!(matches!(&outcome, Outcome::DecidedByAnother(decision) if decision.approved == Some(true)), "{outcome:?}");
    assert_eq!(through.ended(&review.run).await.status.kind, StatusKind::Completed);
    assert_eq!(booked(&through.detail(&review.run).await), json!({"gate": "open"}));
}

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn whoever_comes_second_learns_what_the_other_client_did() {
    let through = Through::new().await;
    let server = &through.server;
    let flow = server.flow().await;
    for suspended in [false, true] {
        let open = async |asks: bool| {
            let run = server.waiting(&flow, suspended, asks).await;
            through.review(&run).await
        };
        // Answered, at Prefect's own page or by a script.
        let review = open(true).await;
        server.does("POST", &format!("flow_runs/{}/resume", review.run), json!({"run_input": {"answer": "script"}})).await;
        let outcome = through.decide(&review, &approval(None)).await;
        assert!(matches!(&outcome, Outcome::DecidedByAnother(by) if by.data == Some(json!({"answer": "script"}))), "{outcome:?}");
        let mine = approval(Some(json!({"answer": "script"})));
        assert!(matches!(through.decide(&review, &mine).await, Outcome::AlreadyMine(_)), "the same answer");
        let read = through.read(&review.run, &review.id).await.unwrap();
        assert!(matches!(&read.state, ReviewState::Decided(decision) if decision.approved == Some(true)), "{read:?}");

        // Cancelled.
        let review = open(true).await;
        let state = json!({"state": {"type": "CANCELLED", "message": "by hand"}, "force": false});
        server.does("POST", &format!("flow_runs/{}/set_state", review.run), state).await;
        let outcome = through.decide(&review, &approval(None)).await;
        assert!(matches!(&outcome, Outcome::DecidedByAnother(by) if by.approved == Some(false)), "{outcome:?}");

        // It ran out of time.
        let review = open(false).await;
        let state = json!({"state": {"type": "FAILED", "message": "The flow was paused and never resumed."}, "force": true});
        server.does("POST", &format!("flow_runs/{}/set_state", review.run), state).await;
        let outcome = through.decide(&review, &approval(None)).await;
        assert!(matches!(&outcome, Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Failed), "{outcome:?}");

        // Its time is over, and the server has not noticed yet, or just has.
        let review = open(false).await;
        let details = json!({"pause_key": "2", "pause_reschedule": suspended, "pause_timeout": "2026-01-01T00:00:00Z"});
        let state = json!({"state": {"type": "PAUSED", "name": "Paused", "state_details": details}, "force": true});
        server.does("POST", &format!("flow_runs/{}/set_state", review.run), state).await;
        let late = through.until(&review.run, |_| true).await;
        if let Some(wait) = late.waiting_on.first() {
            let review = through.read(&review.run, wait).await.unwrap();
            let outcome = through.decide(&review, &approval(None)).await;
            assert!(matches!(&outcome, Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Failed), "{outcome:?}");
        }

        // Deleted.
        let review = open(true).await;
        server.does("DELETE", &format!("flow_runs/{}", review.run), json!(null)).await;
        for intent in [approval(None), rejection("no")] {
            let outcome = through.decide(&review, &intent).await;
            assert!(matches!(&outcome, Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Deleted), "{outcome:?}");
            let found = through.ask(through.adapter().confirm(&review, &intent)).await.unwrap();
            assert!(matches!(&found, Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Deleted), "{found:?}");
        }
        assert!(through.ask(through.adapter().get_status(&named(&review.run))).await.is_err());
    }
}

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn a_suspended_run_that_nothing_can_take_up_stays_open_and_says_why() {
    let through = Through::new().await;
    let (flow, _) = through.server.flow().await;
    let details = json!({"pause_key": "1", "pause_reschedule": true, "pause_timeout": "2099-01-01T00:00:00Z"});
    let run = through.server.run_in(&flow, None, json!({"type": "PAUSED", "name": "Suspended", "state_details": details})).await;
    let review = through.review(&run).await;
    let error = through.ask(through.adapter().decide(&review, &approval(None))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert!(error.detail.contains("without a deployment"), "{error:?}");
    assert_eq!(through.read(&run, &review.id).await.unwrap().state, ReviewState::Open);
    // It cannot be ended either, which is not said to be on its way.
    let error = through.ask(through.adapter().decide(&review, &rejection("nobody can"))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict, "{error:?}");
    assert_eq!(through.cancel(&run).await.unwrap_err().kind, ErrorKind::Conflict);
    assert_eq!(through.delete(&run).await.unwrap(), ActionOutcome::Done);
}
