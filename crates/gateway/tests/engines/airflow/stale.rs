//! Answers to questions that are none any more: the server itself says 200 to most of them.

use crate::common::{approval, named, rejection};
use runs::StatusKind;
use runs::model::review::{Outcome, ReviewState};
use serde_json::{Value as Json, json};

use super::server::{Server, run_path, task_path};
use super::through::Through;

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn what_ran_out_of_time_is_told_and_not_answered() {
    let through = Through::new().await;
    let run = through.start("delivery_deadline", json!({})).await.id;
    let short = through.review(&run, "short").await;
    let with_default = through.review(&run, "short_with_default").await;
    through.server.until(&run, "short", -1, &["failed"]).await;
    through.server.until(&run, "short_with_default", -1, &["success"]).await;
    let yes = approval(Some(json!({"option": "Yes"})));
    let outcome = through.decide(&short, &yes).await;
    assert!(matches!(&outcome, Outcome::NoLongerWaiting(_)), "{outcome:?}");
    assert_eq!(through.server.question(&run, "short", -1).await["response_received"], false, "nothing was recorded");
    let outcome = through.decide(&with_default, &yes).await;
    let Outcome::DecidedByAnother(decision) = outcome else { panic!("{outcome:?}") };
    assert_eq!((decision.by, decision.data), (None, Some(json!({"option": "No"}))), "by nobody: the default was taken");
    // What waits is told by where the task stands: the server lists the one that failed for ever.
    let waiting: Vec<_> = through.status(&run).await.reviews.unwrap().into_iter().map(|review| review.id).collect();
    assert_eq!(waiting, ["strict:1"]);
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn what_others_did_meanwhile_is_told() {
    let through = Through::new().await;
    let other = Server::named("ben");
    let mut runs = Vec::new();
    for _ in 0..5 {
        runs.push(through.start("delivery_check", json!({})).await.id);
    }
    let mut reviews = Vec::new();
    for run in &runs {
        reviews.push(through.review(run, "check").await);
    }
    let [answered, failed, ended, cleared, deleted] = &reviews[..] else { panic!("{reviews:?}") };

    // Marked failed, at Airflow's own page or by a script: the task, and the whole run.
    let mark = json!({"new_state": "failed", "note": "by hand"});
    other.does("PATCH", &task_path(&failed.run, "check", -1), mark).await;
    for intent in [approval(None), rejection("no")] {
        let outcome = through.decide(failed, &intent).await;
        let (Outcome::DecidedByAnother(by) | Outcome::AlreadyMine(by)) = outcome else { panic!("{outcome:?}") };
        assert_eq!((by.approved, by.by.as_deref(), by.reason.as_deref()), (Some(false), Some("ben"), Some("by hand")));
    }
    other.does("PATCH", &run_path(&ended.run), json!({"state": "failed"})).await;
    let outcome = through.decide(ended, &approval(None)).await;
    assert!(matches!(&outcome, Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Failed), "{outcome:?}");
    for review in [failed, ended] {
        assert_eq!(through.server.question(&review.run, "check", -1).await["response_received"], false, "nothing was recorded");
    }

    // Cleared: it asks anew, at the same address.
    let clear =
        json!({"dry_run": false, "dag_run_id": cleared.run.split_once(':').unwrap().1, "task_ids": ["check"], "only_failed": false});
    other.does("POST", "dags/delivery_check/clearTaskInstances", clear).await;
    let outcome = through.decide(cleared, &approval(None)).await;
    assert!(matches!(&outcome, Outcome::NoLongerWaiting(_)), "{outcome:?}");
    let again = through.review(&cleared.run, "check").await;
    assert_eq!(again.id, "check:2");
    let outcome = through.decide(cleared, &approval(None)).await;
    assert!(matches!(&outcome, Outcome::NoLongerWaiting(_)), "not on the second question what was read of the first: {outcome:?}");
    assert_eq!(through.server.question(&cleared.run, "check", -1).await["response_received"], false);
    assert_ne!(again.pin, cleared.pin);

    // Deleted, which the server does to no run that goes on.
    other.does("PATCH", &run_path(&deleted.run), json!({"state": "failed"})).await;
    Server::named("admin").does("DELETE", &run_path(&deleted.run), Json::Null).await;
    for intent in [approval(None), rejection("no")] {
        let outcome = through.decide(deleted, &intent).await;
        assert!(matches!(&outcome, Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Deleted), "{outcome:?}");
    }
    assert!(through.ask(through.adapter().get_status(&named(&deleted.run))).await.is_err());

    // Answered.
    let given = json!({"chosen_options": ["Reject"], "params_input": {}});
    other.does("PATCH", &format!("{}/hitlDetails", task_path(&answered.run, "check", -1)), given).await;
    let outcome = through.decide(answered, &approval(None)).await;
    let Outcome::DecidedByAnother(by) = outcome else { panic!("{outcome:?}") };
    assert_eq!((by.approved, by.by.as_deref()), (Some(false), Some("ben")));
    let read = through.read(&answered.run, &answered.id).await.unwrap();
    assert!(matches!(&read.state, ReviewState::Decided(_)), "{read:?}");
}

#[tokio::test]
#[ignore = "needs Airflow: cargo xtask test --only engines"]
async fn a_decision_that_is_held_is_not_sent_when_its_task_goes_on_meanwhile() {
    let through = Through::new().await;
    let review = through.waiting_run("delivery_check", "check", json!({})).await;
    let intent = approval(None);
    let meanwhile = async {
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        Server::named("ben").does("PATCH", &task_path(&review.run, "check", -1), json!({"new_state": "failed"})).await;
    };
    let (outcome, ()) = tokio::join!(through.decide(&review, &intent), meanwhile);
    let Outcome::DecidedByAnother(by) = outcome else { panic!("{outcome:?}") };
    assert_eq!((by.approved, by.by.as_deref()), (Some(false), Some("ben")));
    assert_eq!(through.server.question(&review.run, "check", -1).await["response_received"], false, "nothing was recorded");
}
