//! Reviews of every dialect that can decide, over HTTP, through the gateway.

use runs::adapters::RunRef;
use runs::model::Place;
use runs::model::review::{Intent, Outcome, ReviewState};
use runs::{Dialect, ErrorKind, Json, StatusKind};

use crate::support::*;
use crate::world::*;

#[tokio::test]
async fn a_correction_resumes_the_run_and_a_second_window_learns_of_it() {
    let world = World::new().await;
    for dialect in [Dialect::Retab, Dialect::SuperAi, Dialect::RetabReviews] {
        let vendor = world.vendor(dialect);
        let (run, review) = vendor.waiting_review("key-start").await;
        let second_window = review.clone();

        let note = "The invoice was misread.";
        let mine = Intent { key: "intent-1".into(), approve: true, edited: Some(corrected(&review, note)), reason: None };
        let outcome = vendor.decide(&review, &mine).await;
        let Outcome::Accepted(decision) = outcome else { panic!("{dialect:?}: {outcome:?}") };
        assert_eq!(decision.approved, Some(true), "{dialect:?}");
        assert!(decision.at.is_some(), "{dialect:?}");

        let again = vendor.decide(&review, &mine).await;
        assert!(matches!(again, Outcome::AlreadyMine(_)), "{dialect:?}: the same intent again: {again:?}");
        let found = vendor.carrier.run(vendor.run_adapter().confirm(&review, &mine)).await.unwrap();
        assert!(matches!(found, Outcome::Accepted(_) | Outcome::AlreadyMine(_)), "{dialect:?}: {found:?}");

        let theirs = Intent { key: "intent-2".into(), approve: true, edited: None, reason: None };
        let outcome = vendor.decide(&second_window, &theirs).await;
        let Outcome::DecidedByAnother(recorded) = outcome else { panic!("{dialect:?}: {outcome:?}") };
        assert_eq!(recorded.approved, Some(true));
        assert!(recorded.at.is_some(), "{dialect:?}: when");
        assert!(recorded.data.unwrap().to_string().contains(note), "{dialect:?}: with what");

        let done = vendor.until(&run, |detail| detail.run.status.kind.is_final()).await;
        assert!(
            matches!(done.run.status.kind, StatusKind::Completed | StatusKind::CompletedEdited),
            "{dialect:?}: {:?} {:?}",
            done.run.status,
            done.run.error
        );
        let outputs = done
            .outputs
            .iter()
            .map(|(_, value)| value.to_string())
            .chain(done.steps.iter().filter_map(|step| Some(step.output.as_ref()?.to_string())));
        let outputs = outputs.collect::<String>();
        assert!(outputs.contains(note) && outputs.contains("1562.5"), "{dialect:?}: {outputs}");
        let late = vendor.decide(&second_window, &theirs).await;
        assert!(matches!(late, Outcome::DecidedByAnother(_) | Outcome::NoLongerWaiting(_)), "{dialect:?}: {late:?}");
    }
}

#[tokio::test]
async fn a_rejection_ends_the_run_or_marks_it_as_incorrect() {
    let world = World::new().await;
    for (dialect, expected) in
        [(Dialect::Retab, StatusKind::Cancelled), (Dialect::SuperAi, StatusKind::Completed), (Dialect::RetabReviews, StatusKind::Cancelled)]
    {
        let vendor = world.vendor(dialect);
        let (run, review) = vendor.waiting_review("key-start").await;
        let outcome =
            vendor.decide(&review, &Intent { key: "no".into(), approve: false, edited: None, reason: Some("Not ours".into()) }).await;
        let Outcome::Accepted(decision) = outcome else { panic!("{dialect:?}: {outcome:?}") };
        assert_eq!(decision.approved, Some(false), "{dialect:?}");
        let done = vendor.until(&run, |detail| detail.run.status.kind.is_final()).await;
        assert_eq!(done.run.status.kind, expected, "{dialect:?}");
    }
}

#[tokio::test]
async fn an_answer_lost_after_the_decision_is_not_decided_twice() {
    let world = World::new().await;
    for (dialect, call) in [(Dialect::Retab, "hil-decisions"), (Dialect::SuperAi, "/complete"), (Dialect::RetabReviews, "/approve")] {
        let vendor = world.vendor(dialect);
        let (_, review) = vendor.waiting_review("key-start").await;
        let intent = Intent { key: "intent-1".into(), approve: true, edited: Some(corrected(&review, "lost")), reason: None };
        let fault = format!(r#"{{"method": "POST", "path_contains": "{call}", "times": 9, "action": {{"drop": "after"}}}}"#);
        world.fault(&fault).await;
        let outcome = vendor.decide(&review, &intent).await;
        // Either it reads the decision back by itself, or it says that it does not know.
        match outcome {
            Outcome::Accepted(_) | Outcome::AlreadyMine(_) => {}
            Outcome::NotConfirmed { .. } => {
                let found = vendor.carrier.run(vendor.run_adapter().confirm(&review, &intent)).await.unwrap();
                assert!(matches!(found, Outcome::Accepted(_) | Outcome::AlreadyMine(_)), "{dialect:?}: {found:?}");
            }
            other => panic!("{dialect:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn nothing_is_recorded_if_the_decision_never_left() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::Retab);
    let (run, review) = vendor.waiting_review("key-start").await;
    world.fault(r#"{"method": "POST", "path_contains": "hil-decisions", "times": 9, "action": {"drop": "before"}}"#).await;
    let intent = Intent { key: "intent-1".into(), approve: true, edited: None, reason: None };
    let outcome = vendor.decide(&review, &intent).await;
    assert!(matches!(outcome, Outcome::NotConfirmed { .. }), "{outcome:?}");
    assert_eq!(vendor.review(&run, &review.id).await.state, ReviewState::Open, "still open, to be decided again");
}

#[tokio::test]
async fn a_review_can_be_started_and_given_back() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::SuperAi);
    let (run, review) = vendor.waiting_review("key-start").await;
    assert_eq!(review.holder, None);
    let named = RunRef { id: run.id.clone(), flow: Some(run.flow.clone()) };
    let adapter = vendor.run_adapter();
    let holder = vendor.carrier.run(adapter.claim(&named, &review.id)).await.unwrap().expect("who has it");
    assert_eq!(holder.name.as_deref(), Some("Sandbox Reviewer"));
    assert!(holder.since.is_some());
    assert_eq!(vendor.carrier.run(adapter.holder(&named, &review.id)).await.unwrap(), Some(holder.clone()));
    assert_eq!(vendor.review(&run, &review.id).await.holder, Some(holder));
    vendor.carrier.run(adapter.release(&named, &review.id)).await.unwrap();
    assert_eq!(vendor.review(&run, &review.id).await.holder, None);
    assert_eq!(vendor.carrier.run(adapter.holder(&named, &review.id)).await.unwrap(), None);
    vendor.carrier.run(adapter.release(&named, &review.id)).await.expect("once more does no harm");
    // It can still be decided: the decision starts it again.
    let intent = Intent { key: "k".into(), approve: true, edited: None, reason: None };
    assert!(matches!(vendor.decide(&review, &intent).await, Outcome::Accepted(_)));
    assert_eq!(vendor.review(&run, &review.id).await.holder, None, "nobody has what is decided");
    for dialect in Dialect::IMITATED.into_iter().filter(|dialect| *dialect != Dialect::SuperAi) {
        let vendor = world.vendor(dialect);
        assert!(!vendor.adapter.capabilities().claims);
        let refused = vendor.carrier.run(vendor.run_adapter().claim(&named, "r")).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Unsupported, "{dialect:?}");
    }
}

/// Sends one request of the vendor's own, as another client of it would.
async fn beside(world: &World, path: &str, body: Json) -> Json {
    let url = format!("http://{}/retab-reviews/v1/{path}", world.sandbox);
    let request = client().post(url).bearer_auth("sandbox").header("content-type", "application/json").body(body.to_string());
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn edits_become_a_version_and_a_newer_version_is_never_passed_over_unseen() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::RetabReviews);
    let (run, review) = vendor.waiting_review("key-start").await;
    assert_eq!(review.versions.len(), 1, "the model's");
    assert!(review.schema.as_ref().is_some_and(|schema| schema["properties"]["invoice"].is_object()), "{:?}", review.schema);
    assert_eq!(review.reason.as_deref(), Some("data.matched is false"));

    // Somebody else corrects it first, without deciding.
    let theirs = corrected(&review, "theirs");
    let first = review.versions[0].id.clone();
    beside(&world, "workflows/reviews/versions", serde_json::json!({"review_id": review.id, "parent_id": first, "snapshot": theirs})).await;
    let mine = Intent { key: "k".into(), approve: true, edited: Some(corrected(&review, "mine")), reason: None };
    let Outcome::Changed(now) = vendor.decide(&review, &mine).await else { panic!("nothing may be sent") };
    assert_eq!((now.versions.len(), &now.data), (2, &theirs));
    let unedited = Intent { edited: None, ..mine.clone() };
    assert!(matches!(vendor.decide(&review, &unedited).await, Outcome::Changed(_)), "approving as read is no less blind");

    // Mine follows theirs, once theirs was read.
    let Outcome::Accepted(decision) = vendor.decide(&now, &mine).await else { panic!("not accepted") };
    assert_eq!(decision.data, mine.edited);
    assert!(decision.resume.is_some_and(|resume| resume.state == runs::model::review::ResumeState::Resumed));
    let decided = vendor.review(&run, &review.id).await;
    assert_eq!(decided.versions.len(), 3);
    assert_eq!(decided.versions[2].parent.as_ref(), Some(&decided.versions[1].id));
    let ReviewState::Decided(recorded) = decided.state else { panic!("{:?}", decided.state) };
    assert_eq!((recorded.data, recorded.by.as_deref()), (mine.edited, Some("API key")));
}

#[tokio::test]
async fn a_rejection_keeps_its_reason_and_a_conflict_tells_the_other_decision() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::RetabReviews);
    let (_, review) = vendor.waiting_review("key-start").await;
    let no = |reason: Option<&str>| Intent { key: "k".into(), approve: false, edited: None, reason: reason.map(str::to_owned) };
    assert!(matches!(vendor.decide(&review, &no(Some("  "))).await, Outcome::Invalid { .. }), "it needs a reason");
    let Outcome::Accepted(decision) = vendor.decide(&review, &no(Some("Wrong supplier"))).await else { panic!("not accepted") };
    assert_eq!(decision.reason.as_deref(), Some("Wrong supplier"));
    assert!(matches!(vendor.decide(&review, &no(Some("Wrong supplier"))).await, Outcome::AlreadyMine(_)));
    let Outcome::DecidedByAnother(other) = vendor.decide(&review, &no(Some("Another reason"))).await else { panic!("not mine") };
    assert_eq!((other.approved, other.reason.as_deref()), (Some(false), Some("Wrong supplier")));

    // Decided between reading it again and sending: the vendor answers `conflict` with HTTP 200.
    let (_, review) = vendor.waiting_review("key-second").await;
    let path = format!("workflows/reviews/{}/approve", review.id);
    let version = serde_json::json!({"version_id": review.versions[0].id});
    assert_eq!(beside(&world, &path, version.clone()).await["submission_status"], "accepted");
    assert_eq!(beside(&world, &path, version.clone()).await["submission_status"], "already_applied");
    let path = format!("workflows/reviews/{}/reject", review.id);
    let late = serde_json::json!({"version_id": review.versions[0].id, "reason": "too late"});
    let answer = beside(&world, &path, late).await;
    assert_eq!(
        (answer["submission_status"].as_str(), answer["review"]["decision"]["verdict"].as_str()),
        (Some("conflict"), Some("approved"))
    );
}

#[tokio::test]
async fn the_queue_of_reviews_says_since_when_runs_wait() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::RetabReviews);
    let page = vendor.carrier.run(vendor.adapter.list_waiting(None, &Place::First)).await.unwrap();
    assert!(page.items.len() > 5);
    assert!(page.items.iter().all(|run| run.waiting_since.is_some()), "{:?}", page.items);
    let detail = vendor.detail(&page.items[0]).await;
    assert_eq!(detail.run.waiting_since, page.items[0].waiting_since);
    assert!(detail.run.flow_name.is_some());
}

#[tokio::test]
async fn a_version_whose_approval_got_lost_is_approved_and_not_made_again() {
    let world = World::new().await;
    let vendor = world.vendor(Dialect::RetabReviews);
    let (run, review) = vendor.waiting_review("key-start").await;
    let intent = Intent { key: "k".into(), approve: true, edited: Some(corrected(&review, "mine")), reason: None };
    world.fault(r#"{"method": "POST", "path_contains": "/approve", "times": 9, "action": {"drop": "before"}}"#).await;
    let outcome = vendor.decide(&review, &intent).await;
    assert!(matches!(outcome, Outcome::NotConfirmed { .. }), "{outcome:?}");
    let open = vendor.review(&run, &review.id).await;
    assert_eq!((open.state, open.versions.len()), (ReviewState::Open, 2), "stored, not decided");
    let url = format!("http://{}/_sandbox/faults", world.sandbox);
    client().delete(url).bearer_auth("sandbox").send().await.unwrap();
    let outcome = vendor.decide(&review, &intent).await;
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    assert_eq!(vendor.review(&run, &review.id).await.versions.len(), 2);
}
