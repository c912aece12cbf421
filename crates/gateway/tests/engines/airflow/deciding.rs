//! Decisions, each seen from both ends: what the reviewer is told, and what the task was.

use crate::common::{approval, edited, rejection};
use runs::model::review::{Outcome, ResumeState, ReviewState};
use runs::{Json, StatusKind};
use serde_json::json;

use super::through::Through;

fn invalid(outcome: Outcome) -> Vec<String> {
    let Outcome::Invalid { fields, .. } = outcome else { panic!("{outcome:?}") };
    fields.into_iter().map(|(name, _)| name).collect()
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn an_approval_is_held_sent_and_told_once_the_task_is_through() {
    let through = Through::new().await;
    let review = through.waiting_run("delivery_check", "check", json!({})).await;
    let long = approval(edited(&review, json!({"comment": "x".repeat(201)})));
    assert_eq!(invalid(through.decide(&review, &long).await), ["comment"]);
    let comment = "Größe \"7\" <b>ß</b> {{ 1 }}";
    let mine = approval(edited(&review, json!({"comment": comment})));
    let outcome = through.decide(&review, &mine).await;
    let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
    assert_eq!((decision.approved, decision.by.as_deref()), (Some(true), Some("ada")));
    assert_eq!(decision.resume.as_ref().map(|resume| resume.state), Some(ResumeState::Resumed), "{decision:?}");
    assert!(decision.applied_at.is_some());
    let age = decision.at.unwrap().since(review.since.unwrap());
    assert!(age >= 9_900, "an answer after {age} ms may be lost");

    assert!(matches!(through.decide(&review, &mine).await, Outcome::AlreadyMine(_)));
    for other in [approval(None), rejection("too late")] {
        let outcome = through.decide(&review, &other).await;
        let Outcome::DecidedByAnother(recorded) = outcome else { panic!("{outcome:?}") };
        assert_eq!((recorded.data, recorded.by.as_deref()), (Some(json!({"comment": comment})), Some("ada")), "with what, and who");
    }
    assert_eq!(through.ended(&review.run).await.status.kind, StatusKind::Completed);
    let told = through.server.value(&review.run, "book", -1).await.unwrap();
    assert_eq!(told, json!({"options": ["Approve"], "input": {"comment": comment}}));
    let detail = through.detail(&review.run).await;
    assert!(detail.run.waited_ms.is_some_and(|waited| waited >= 9_900), "{:?}", detail.run);
    assert!(detail.history.iter().any(|event| event.why.as_deref() == Some("ada · Approve")), "{:?}", detail.history);
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn a_no_is_an_answer_and_its_reason_stays_as_a_note() {
    let through = Through::new().await;
    let check = through.start("delivery_check", json!({})).await;
    let strict = through.start("delivery_deadline", json!({})).await;
    for (run, task, state) in [(check.id, "check", "success"), (strict.id, "strict", "failed")] {
        let review = through.review(&run, task).await;
        let mine = rejection("wrong supplier");
        let outcome = through.decide(&review, &mine).await;
        let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
        assert_eq!((decision.approved, decision.reason.as_deref()), (Some(false), Some("wrong supplier")));
        assert_eq!(decision.resume.as_ref().map(|resume| resume.state), Some(ResumeState::Resumed), "{decision:?}");
        let task_now = through.server.until(&run, task, -1, &[state]).await;
        assert_eq!(task_now["note"], "wrong supplier");
        let question = through.server.question(&run, task, -1).await;
        assert_eq!(question["chosen_options"], json!(["Reject"]));
        assert!(matches!(through.decide(&review, &mine).await, Outcome::AlreadyMine(_)));
        let outcome = through.decide(&review, &approval(None)).await;
        assert!(matches!(&outcome, Outcome::DecidedByAnother(decision) if decision.approved == Some(false)), "{outcome:?}");
    }
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn options_are_chosen_one_or_several_and_no_others() {
    let through = Through::new().await;
    let several = through.waiting_run("delivery_sorting", "faults", json!({})).await;
    let one = through.review(&several.run, "where").await;
    assert_eq!((&several.data, &one.data), (&json!({"option": ["Quantity"]}), &json!({})), "what the DAG proposes");
    for wrong in [json!({"option": []}), json!({"option": ["Colour"]}), json!({"option": "Price"}), json!({"option": ["Price"], "more": 1})]
    {
        assert!(!invalid(through.decide(&several, &approval(Some(wrong))).await).is_empty());
    }
    for wrong in [None, Some(json!({"option": "elsewhere"})), Some(json!({"option": ["to_stock", "Back to the supplier"]}))] {
        assert_eq!(invalid(through.decide(&one, &approval(wrong)).await), ["option"]);
    }
    let (chosen, branch) = (json!({"option": ["Price", "Damage"]}), json!({"option": "Back to the supplier"}));
    let intents = (approval(Some(chosen.clone())), approval(Some(branch)));
    let outcomes = tokio::join!(through.decide(&several, &intents.0), through.decide(&one, &intents.1));
    assert!(matches!(&outcomes.0, Outcome::Accepted(decision) if decision.data == Some(chosen)), "{outcomes:?}");
    assert!(matches!(&outcomes.1, Outcome::Accepted(_)), "{outcomes:?}");
    assert_eq!(through.ended(&several.run).await.status.kind, StatusKind::Completed);
    assert_eq!(through.server.value(&several.run, "note_faults", -1).await.unwrap()["options"], json!(["Price", "Damage"]));
    let states = through.detail(&several.run).await.steps;
    let state = |node: &str| states.iter().find(|step| step.node == node).unwrap().status.raw.clone();
    assert_eq!((state("to_sender").as_str(), state("to_stock").as_str()), ("success", "skipped"));
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn a_form_is_checked_here_and_sent_whole() {
    let through = Through::new().await;
    let review = through.waiting_run("delivery_entry", "entry", json!({})).await;
    let defaults = json!({"total": 0, "currency": "EUR", "received": null, "positions": [], "address": {"city": ""}});
    assert!(runs::value::decimal::same_value(&review.data, &defaults), "{}", review.data);
    // Each of these the server would take, and then fail the task.
    for (field, value) in [
        ("total", json!("12")),
        ("total", json!(-1)),
        ("currency", json!("GBP")),
        ("received", json!("31.12.2026")),
        ("positions", json!([{"article": "PUMP-7", "quantity": "3"}])),
        ("positions", json!([{"article": "PUMP-7", "quantity": 0}])),
        ("address", json!("here")),
        ("address", json!({"city": "Ulm", "of": {"__classname__": "x.y"}})),
        ("address", json!({"__id__": 1})),
        ("stranger", json!(1)),
    ] {
        let fields = invalid(through.decide(&review, &approval(edited(&review, json!({field: value})))).await);
        assert!(fields[0].starts_with(field), "{field}: {fields:?}");
    }
    assert_eq!(through.server.question(&review.run, "entry", -1).await["response_received"], false);
    let positions = json!([{"article": "PUMP-7", "quantity": 2}]);
    let mine = approval(Some(json!({"total": 233.5, "received": "2026-11-30", "positions": positions})));
    let outcome = through.decide(&review, &mine).await;
    let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
    assert_eq!(decision.resume.as_ref().map(|resume| resume.state), Some(ResumeState::Resumed), "{decision:?}");
    assert_eq!(through.ended(&review.run).await.status.kind, StatusKind::Completed);
    let told = through.server.value(&review.run, "book_entry", -1).await.unwrap();
    let expected = json!({"total": 233.5, "currency": "EUR", "received": "2026-11-30", "positions": positions, "address": {"city": ""}});
    assert_eq!(told["input"], expected);
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn a_question_without_a_no_is_rejected_by_ending_its_task() {
    // It is the call that sets any task to any state.
    let through = Through::new().await;
    let review = through.waiting_run("delivery_entry", "entry", json!({})).await;
    let mine = rejection("nobody knows");
    let outcome = through.decide(&review, &mine).await;
    let Outcome::Accepted(decision) = outcome else { panic!("{outcome:?}") };
    assert_eq!((decision.approved, decision.reason.as_deref(), decision.by.as_deref()), (Some(false), Some("nobody knows"), Some("ada")));
    assert_eq!(through.ended(&review.run).await.status.kind, StatusKind::Failed);
    assert!(matches!(through.decide(&review, &mine).await, Outcome::AlreadyMine(_)));
    let outcome = through.decide(&review, &approval(None)).await;
    assert!(matches!(&outcome, Outcome::DecidedByAnother(decision) if decision.approved == Some(false)), "{outcome:?}");
    let read = through.read(&review.run, &review.id).await.unwrap();
    assert!(matches!(&read.state, ReviewState::Decided(decision) if decision.approved == Some(false)), "{read:?}");
    let question = through.server.question(&review.run, "entry", -1).await;
    assert_eq!(question["responded_at"], Json::Null);
}
