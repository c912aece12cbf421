//! One run, and what is asked in it.

use crate::common::named;
use runs::model::{FactName, FactValue, TriggerKind};
use runs::{ErrorKind, Json, StatusKind};
use serde_json::json;

use super::server::Server;
use super::through::Through;

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn a_run_tells_its_history_tasks_and_values_and_asks_with_its_form() {
    let through = Through::new().await;
    let review = through.waiting_run("delivery_check", "check", json!({"number": "D-20", "extra": [1]})).await;
    let detail = through.detail(&review.run).await;
    assert_eq!(detail.run.status.kind, StatusKind::Waiting);
    assert_eq!(detail.run.flow_name.as_deref(), Some("Delivery check"));
    let trigger = detail.run.trigger.as_ref().unwrap();
    assert_eq!((trigger.kind, trigger.detail.as_deref()), (TriggerKind::Api, Some("ada")));
    for input in [("number", json!("D-20")), ("extra", json!([1]))] {
        assert!(detail.inputs.iter().any(|(name, value)| *name == input.0 && *value == input.1), "{:?}", detail.inputs);
    }
    let note = detail.facts.iter().find(|fact| fact.name == FactName::Note).unwrap();
    assert_eq!(note.value, FactValue::Text(json!({"desk": "7"}).to_string()));
    assert!(!detail.history_derived);
    let kinds: Vec<_> = detail.history.iter().map(|event| event.status.kind).collect();
    assert_eq!(kinds, [StatusKind::Queued, StatusKind::Running, StatusKind::Waiting], "{:?}", detail.history);
    assert_eq!(detail.history[0].why.as_deref(), Some("ada"), "who");
    let steps: Vec<_> = detail.steps.iter().map(|step| (step.name.as_str(), step.status.kind)).collect();
    let expected = [("read_note", StatusKind::Completed), ("check", StatusKind::Waiting), ("book", StatusKind::NotStarted)];
    assert_eq!(steps, expected, "{:?}", detail.steps);
    assert_eq!(detail.steps[1].id, review.id);
    let value = json!({"positions": [{"article": "PUMP-7", "quantity": 3, "price": 116.5}], "total": 349.5});
    assert_eq!(detail.outputs, [("read_note".to_owned(), value.clone())]);

    assert_eq!((review.name.as_str(), review.flow_name.as_deref()), ("check", Some("Delivery check")));
    assert_eq!(review.reason.as_deref(), Some("Delivery D-20: one pump more than ordered"));
    assert_eq!(review.instructions.as_deref(), Some("Total **349.5** EUR"));
    assert_eq!(review.data, json!({"comment": ""}));
    assert_eq!(review.schema.as_ref().unwrap()["properties"]["comment"], json!({"type": "string", "maxLength": 200, "title": "Comment"}));
    assert_eq!(review.evidence.iter().map(|step| step.output.clone()).collect::<Vec<_>>(), [Some(value)]);
    assert!(review.since.is_some());
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn a_failed_run_says_why_by_its_logs_and_tells_every_try() {
    let through = Through::new().await;
    let started = through.start("stocktaking", json!({})).await;
    assert_eq!(through.ended(&started.id).await.status.kind, StatusKind::Failed);
    let detail = through.detail(&started.id).await;
    let error = detail.run.error.as_ref().unwrap();
    assert_eq!((error.message.as_str(), error.step_name.as_deref()), ("RuntimeError: shelf 7 has no label", Some("count_shelf")));
    assert!(error.stack.as_ref().is_some_and(|stack| stack.contains("deliveries.py")), "{error:?}");
    let steps: Vec<_> = detail.steps.iter().map(|step| (step.node.as_str(), step.attempt, step.status.kind)).collect();
    let expected = [
        ("weigh", 1, StatusKind::Failed),
        ("weigh", 2, StatusKind::Completed),
        ("count_shelf", 1, StatusKind::Failed),
        ("report", 1, StatusKind::Skipped),
    ];
    assert_eq!(steps, expected, "{:?}", detail.steps);
    let failed = detail.steps.iter().find(|step| step.node == "count_shelf").unwrap();
    let log = failed.facts.iter().find(|fact| fact.name == FactName::Logs).map(|fact| &fact.value);
    let Some(FactValue::Data(Json::Array(lines))) = log else { panic!("{:?}", failed.facts) };
    let has = |text: &str| lines.iter().any(|line| line.as_str().is_some_and(|line| line.contains(text)));
    assert!(has("ERROR Task failed with exception") && has("shelf 7 has no label") && !has("::group::"), "{lines:?}");
    assert_eq!(detail.history.last().map(|event| event.status.kind), Some(StatusKind::Failed));
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn a_mapped_task_is_told_time_by_time() {
    let through = Through::new().await;
    let review = through.waiting_run("delivery_rounds", "each:1", json!({"count": 3})).await;
    assert_eq!((review.id.as_str(), review.reason.as_deref()), ("each:1:1", Some("Document 2")));
    let detail = through.detail(&review.run).await;
    let rounds: Vec<_> = detail.steps.iter().filter(|step| step.node == "each").map(|step| step.iteration).collect();
    assert_eq!(rounds.len(), 3, "{:?}", detail.steps);
    assert!((0..3).all(|round| rounds.contains(&Some(round))), "{rounds:?}");
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn what_is_not_there_and_a_wrong_password_say_so() {
    let through = Through::new().await;
    for run in ["delivery_check:nowhere", "nowhere:run", "no-id-at-all"] {
        let error = through.ask(through.adapter().get_run(&named(run))).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{run}: {error:?}");
        let error = through.read(run, "check:1").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{run}: {error:?}");
    }
    let stranger = Through::with(Server::named("ada"), "ada:wrong-password", None).await;
    let error = stranger.ask(stranger.adapter().get_run(&named("delivery_check:x"))).await.unwrap_err();
    assert_eq!((error.kind, error.status, error.detail.as_str()), (ErrorKind::Unauthorized, Some(401), "Invalid credentials"), "{error:?}");
    // Who may only look is told so.
    let viewer = Through::of("vera", None).await;
    let error = viewer.start_keyed("delivery_check", json!({}), "k").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden, "{error:?}");
}
