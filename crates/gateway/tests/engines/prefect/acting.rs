//! Starting, cancelling, deleting.

use crate::common::{named, unique};
use runs::model::ActionOutcome;
use runs::{ErrorKind, StatusKind};
use serde_json::json;

use super::through::{BY_HAND, Through};

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn a_start_that_is_sent_twice_starts_one_run_and_a_wrong_one_starts_none() {
    let through = Through::new().await;
    let key = unique("once");
    let start = |parameters| through.start_keyed("Nightly count/served", parameters, &key);
    let (one, two) = tokio::join!(start(json!({})), start(json!({})));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.id, two.id);
    assert_eq!(start(json!({})).await.unwrap().id, one.id);
    let unknown = through.start_keyed(BY_HAND, json!({"nope": 1}), &unique("key")).await.unwrap_err();
    assert_eq!((unknown.kind, unknown.fields[0].0.as_str()), (ErrorKind::Invalid, "nope"));
    let wrong = through.start_keyed(BY_HAND, json!({"failures": "many"}), &unique("key")).await.unwrap_err();
    assert!(wrong.detail.contains("failures"), "{wrong:?}");
    through.ended(&one.id).await;
}

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn whatever_runs_or_waits_is_cancelled_and_can_be_deleted() {
    let through = Through::new().await;
    let mut started = Vec::new();
    for (flow, kind) in [
        ("Stocktaking/served", StatusKind::Running),
        (BY_HAND, StatusKind::Waiting),
        ("Delivery check, suspended/served", StatusKind::Waiting),
    ] {
        started.push((through.start(flow, json!({})).await.id, kind));
    }
    for (run, kind) in &started {
        through.until(run, |run| run.status.kind == *kind).await;
        let outcome = through.cancel(run).await.unwrap();
        assert!(matches!(outcome, ActionOutcome::Requested | ActionOutcome::Done));
    }
    for (run, _) in &started {
        let ended = through.ended(run).await;
        assert_eq!(ended.status.kind, StatusKind::Cancelled, "{:?}", through.server.states(run).await);
        let late = through.cancel(run).await.unwrap_err();
        assert_eq!(late.kind, ErrorKind::Conflict, "{late:?}");
    }
    for (run, _) in &started {
        assert_eq!(through.delete(run).await.unwrap(), ActionOutcome::Done);
        for error in [through.delete(run).await.unwrap_err(), through.ask(through.adapter().get_run(&named(run))).await.unwrap_err()] {
            assert_eq!(error.kind, ErrorKind::NotFound, "{error:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs Prefect: cargo xtask test --only engines"]
async fn a_run_that_nobody_took_up_yet_is_cancelled() {
    let through = Through::new().await;
    let (flow, deployment) = through.server.flow().await;
    let state = json!({"type": "SCHEDULED", "name": "Scheduled", "state_details": {}});
    let run = through.server.run_in(&flow, Some(&deployment), state).await;
    assert_eq!(through.cancel(&run).await.unwrap(), ActionOutcome::Done);
    let ended = through.ended(&run).await;
    assert_eq!(ended.status.kind, StatusKind::Cancelled, "{:?}", through.server.states(&run).await);
}
