//! One run, and what is asked in it.

use crate::common::{approval, named};
use std::time::Duration;

use runs::model::{FactName, FactValue, TriggerKind};
use runs::{ErrorKind, Json, StatusKind};
use serde_json::json;

use super::through::{BY_HAND, Through};

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn a_run_tells_its_history_steps_tries_and_what_it_left_and_asks_with_its_form() {
    let through = Through::new().await;
    let started = through.start(BY_HAND, json!({"number": "D-20", "failures": 2})).await;
    let review = through.review(&started.id).await;
    let mut detail = through.detail(&started.id).await;
    // Lines of the log come in bundles.
    for _ in 0..100 {
        if format!("{:?}", detail.facts).contains("(try 2)") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        detail = through.detail(&started.id).await;
    }

    assert_eq!(detail.run.flow_name.as_deref(), Some(BY_HAND));
    assert_eq!(detail.run.trigger.as_ref().map(|trigger| trigger.kind), Some(TriggerKind::Api));
    assert_eq!(detail.run.metadata, [("desk".to_owned(), json!("7"))]);
    assert_eq!(detail.inputs, [("number".to_owned(), json!("D-20")), ("failures".to_owned(), json!(2))]);
    assert!(!detail.history_derived);
    assert!(detail.history.is_sorted_by(|older, newer| older.at <= newer.at));
    let kinds: Vec<_> = detail.history.iter().map(|event| event.status.kind).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&StatusKind::Queued), Some(&StatusKind::Waiting)), "{:?}", detail.history);
    assert_eq!(detail.history.last().unwrap().why.as_deref(), Some("delivery"));
    assert_eq!(detail.run.waiting_since, review.since);

    let steps: Vec<_> = detail.steps.iter().map(|step| (step.name.split('-').next().unwrap(), step.attempt, step.status.kind)).collect();
    assert_eq!(steps, [("read_note", 1, StatusKind::Completed), ("weigh", 3, StatusKind::Completed)], "{:?}", detail.steps);
    assert!(detail.steps.iter().all(|step| step.started_at.is_some() && step.finished_at.is_some()));
    let outputs: Vec<_> = detail.outputs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(outputs, ["delivery-note", "positions"]);
    assert_eq!(detail.outputs[1].1, json!([{"article": "PUMP-7", "quantity": 3, "price": 116.5}]), "a table is data, not a text");
    let log = detail.facts.iter().find(|fact| fact.name == FactName::Logs);
    let Some(FactValue::Data(Json::Array(lines))) = log.map(|fact| &fact.value) else { panic!("{:?}", detail.facts) };
    assert!(lines.iter().any(|line| line.as_str().is_some_and(|line| line.contains("the scales do not answer (try 2)"))), "{lines:?}");

    assert_eq!((review.name.as_str(), review.flow_name.as_deref()), ("delivery", Some(BY_HAND)));
    assert_eq!(review.reason.as_deref(), Some("**Delivery D-20**: one pump more than ordered"));
    let expected = json!({
        "verdict": "accept", "total": 349.5, "received": null,
        "positions": [{"article": "PUMP-7", "quantity": 3, "price": 116.5}], "comment": "",
    });
    assert_eq!(review.data, expected);
    let schema = review.schema.as_ref().unwrap();
    assert_eq!(schema["properties"]["verdict"]["enum"], json!(["accept", "return"]));
    assert_eq!(schema.pointer("/properties/positions/items/$ref"), Some(&json!("#/definitions/Position")));
    assert_eq!(schema["definitions"]["Position"]["required"], json!(["article", "quantity", "price"]));
    let evidence: Vec<_> = review.evidence.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(evidence, ["delivery-note", "positions"]);

    // Nobody is to wait for it.
    through.decide(&review, &approval(None)).await;
    let ended = through.ended(&started.id).await;
    assert_eq!(ended.status.kind, StatusKind::Completed, "{:?}", ended.error);
    let detail = through.detail(&started.id).await;
    assert!(detail.run.waited_ms.is_some_and(|waited| waited > 0), "{:?}", detail.run);
    assert_eq!(detail.history.last().map(|event| event.status.kind), Some(StatusKind::Completed));
}

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn a_failed_run_says_why_and_can_run_again_under_its_id() {
    let through = Through::new().await;
    let started = through.start("Nightly count/served", json!({})).await;
    let ended = through.ended(&started.id).await;
    assert_eq!(ended.status.kind, StatusKind::Failed);
    let error = ended.error.unwrap().message;
    assert!(error.contains("shelf 7 has no label"), "{error}");
    let before = through.detail(&started.id).await.history.len();
    assert_eq!(through.ask(through.adapter().rerun(&named(&started.id), "k")).await.unwrap(), runs::model::ActionOutcome::Requested);
    let again = through.ask(through.adapter().rerun(&named(&started.id), "k")).await.unwrap_err();
    assert_eq!(again.kind, ErrorKind::Conflict, "{again:?}");
    through.ended(&started.id).await;
    let history = through.detail(&started.id).await.history;
    assert!(history.len() > before && history.iter().filter(|event| event.status.kind == StatusKind::Failed).count() == 2, "{history:?}");
}

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn what_is_not_there_and_a_wrong_key_say_so() {
    let through = Through::new().await;
    for run in ["00000000-0000-4000-8000-000000000000", "no-id-at-all"] {
        let error = through.ask(through.adapter().get_run(&named(run))).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{run}: {error:?}");
        let error = through.read(run, "x").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{run}: {error:?}");
    }
    let stranger = Through::with(through.server.clone(), "sluice:wrong", None).await;
    let error = stranger.ask(stranger.adapter().get_run(&named("x"))).await.unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::Unauthorized, Some(401)), "{error:?}");
}
