//! Starting, marking failed, clearing, deleting.

use crate::common::{named, unique};
use runs::model::ActionOutcome;
use runs::{ErrorKind, StatusKind};
use serde_json::json;

use super::through::Through;

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn a_start_that_is_sent_twice_starts_one_run_and_a_wrong_one_starts_none() {
    let through = Through::new().await;
    let key = unique("once");
    let start = || through.start_keyed("archive", json!({}), &key);
    let (one, two) = tokio::join!(start(), start());
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.id, two.id);
    assert!(one.id.starts_with("archive:goods_in__"), "{}", one.id);
    assert_eq!(start().await.unwrap().id, one.id);
    let wrong = through.start_keyed("delivery_check", json!({"number": "abc"}), &unique("key")).await.unwrap_err();
    assert_eq!(wrong.kind, ErrorKind::Invalid);
    assert!(wrong.detail.contains("number") && wrong.detail.contains("does not match"), "{wrong:?}");
    let unknown = through.start_keyed("nowhere", json!({}), &unique("key")).await.unwrap_err();
    assert_eq!(unknown.kind, ErrorKind::NotFound, "{unknown:?}");
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn a_run_is_marked_failed_cleared_and_deleted() {
    let through = Through::of("admin", None).await;
    let watch = through.start("night_watch", json!({})).await.id;
    let waits = through.waiting_run("delivery_check", "check", json!({})).await.run;
    through.server.until(&watch, "watch", -1, &["running"]).await;
    for run in [&watch, &waits] {
        let early = through.ask(through.adapter().rerun(&named(run), "k")).await.unwrap_err();
        assert_eq!(early.kind, ErrorKind::Conflict, "{early:?}");
        assert_eq!(through.ask(through.adapter().cancel(&named(run), "k")).await.unwrap(), ActionOutcome::Done);
        assert_eq!(through.ended(run).await.status.kind, StatusKind::Failed);
        let late = through.ask(through.adapter().cancel(&named(run), "k")).await.unwrap_err();
        assert_eq!(late.kind, ErrorKind::Conflict, "{late:?}");
        let history = through.detail(run).await.history;
        assert!(history.iter().any(|event| event.why.as_deref() == Some("admin · failed")), "{history:?}");
    }
    // Again under its id: it asks once more.
    assert_eq!(through.ask(through.adapter().rerun(&named(&waits), "k")).await.unwrap(), ActionOutcome::Requested);
    let review = through.review(&waits, "check").await;
    assert_eq!(review.id, "check:2");
    let waits_on = through.ask(through.adapter().delete(&named(&waits))).await.unwrap_err();
    assert_eq!(waits_on.kind, ErrorKind::Conflict, "it is not over: {waits_on:?}");
    through.ask(through.adapter().cancel(&named(&waits), "k")).await.unwrap();
    for run in [&watch, &waits] {
        assert_eq!(through.ask(through.adapter().delete(&named(run))).await.unwrap(), ActionOutcome::Done);
        let again = through.ask(through.adapter().delete(&named(run))).await.unwrap_err();
        let read = through.ask(through.adapter().get_run(&named(run))).await.unwrap_err();
        for error in [again, read] {
            assert_eq!(error.kind, ErrorKind::NotFound, "{error:?}");
        }
    }
}
