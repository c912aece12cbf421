//! Who works on a review: start, unstart and assignments.

use super::wire::{Wire, answer, lost, ok};
use super::{EXECUTION, FLOW, GET_REVIEW, REVIEW, REVIEW_ID, START, TASKS, reference};
use runs::adapters::superai::SuperAi;
use runs::model::review::Holder;
use runs::{Adapter, ErrorKind, RunAdapter, Timestamp};

const UNSTART: &str = "POST human-review-tasks/bbbb0001-0000-4000-8000-000000000000/unstart";
const ASSIGNMENTS: &str = "GET human-review-tasks/bbbb0001-0000-4000-8000-000000000000/assignments";

/// One that was only asked, and two that have it open: a user whose name is told, and an earlier one without.
const ASSIGNED: &str = r#"[
    {"id": "a1", "created_at": "2026-05-01T10:00:00Z", "updated_at": "2026-05-01T10:00:00Z", "modified_by": "system",
     "human_review_task_id": "bbbb0001-0000-4000-8000-000000000000", "user_id": null, "worker_group_id": "group-1",
     "organization_id": "org-1", "status": "pending", "started_at": null, "user": null},
    {"id": "a2", "created_at": "2026-05-01T10:00:00Z", "updated_at": "2026-05-01T10:09:00Z", "modified_by": "user-2",
     "human_review_task_id": "bbbb0001-0000-4000-8000-000000000000", "user_id": "user-2", "worker_group_id": null,
     "organization_id": "org-1", "status": "in_progress", "started_at": "2026-05-01T10:09:00Z",
     "user": {"id": "user-2", "first_name": "Ada", "last_name": "Byron", "email": "ada@example.com", "role": "worker"}},
    {"id": "a3", "created_at": "2026-05-01T10:00:00Z", "updated_at": "2026-05-01T10:12:00Z", "modified_by": "user-3",
     "human_review_task_id": "bbbb0001-0000-4000-8000-000000000000", "user_id": "user-3", "worker_group_id": null,
     "organization_id": "org-1", "status": "in_progress", "started_at": "2026-05-01T10:12:00Z", "user": null}]"#;

fn vendor(review: &str) -> Wire {
    super::vendor(EXECUTION, TASKS, "[]", FLOW).on(GET_REVIEW, ok(review))
}

fn ada() -> Holder {
    Holder { id: "user-2".into(), name: Some("Ada Byron".into()), since: Timestamp::parse("2026-05-01T10:09:00Z") }
}

#[test]
fn a_review_says_who_has_it_started() {
    let mut wire = vendor(REVIEW).on(ASSIGNMENTS, ok(ASSIGNED));
    let review = wire.run(SuperAi.get_review(&reference(), REVIEW_ID)).expect("a review");
    assert_eq!(review.holder, Some(ada()));
    let at = wire.calls().iter().position(|call| call == ASSIGNMENTS).expect("it was asked for");
    assert_eq!(wire.query(at), ["include_user_info=true"]);
}

#[test]
fn without_assignments_there_is_a_review_and_nobody_is_named() {
    for reply in [ok("[]"), ok("{}"), answer(403, "{}"), answer(500, "{}"), lost(), ok(r#"[{"status": 1}]"#)] {
        let mut wire = vendor(REVIEW).on(ASSIGNMENTS, reply);
        assert_eq!(wire.run(SuperAi.get_review(&reference(), REVIEW_ID)).expect("a review").holder, None);
    }
}

#[test]
fn nobody_holds_a_review_that_is_completed() {
    let completed = REVIEW.replace(r#""status": "pending""#, r#""status": "completed""#);
    assert_ne!(completed, REVIEW);
    let mut wire = vendor(&completed).on(ASSIGNMENTS, ok(ASSIGNED));
    assert_eq!(wire.run(SuperAi.get_review(&reference(), REVIEW_ID)).expect("a review").holder, None);
}

#[test]
fn claiming_starts_it_and_tells_who_has_it() {
    assert!(SuperAi.capabilities().claims);
    let mut wire = vendor(REVIEW).on(START, ok(REVIEW)).on(ASSIGNMENTS, ok(ASSIGNED));
    assert_eq!(wire.run(SuperAi.claim(&reference(), REVIEW_ID)).expect("claimed"), Some(ada()));
    assert_eq!(wire.calls(), [START, ASSIGNMENTS]);
    assert!(wire.sent[0].repeatable, "documented as idempotent per user");

    let mut wire = vendor(REVIEW).on(START, ok(REVIEW)).on(ASSIGNMENTS, answer(500, "{}"));
    assert_eq!(wire.run(SuperAi.claim(&reference(), REVIEW_ID)).expect("claimed all the same"), None);
}

#[test]
fn a_completed_review_cannot_be_claimed() {
    let mut wire = vendor(REVIEW).on(START, answer(409, r#"{"error":{"message":"already completed","code":"conflict"}}"#));
    let error = wire.run(SuperAi.claim(&reference(), REVIEW_ID)).expect_err("refused");
    assert_eq!((error.kind, error.detail.as_str()), (ErrorKind::Conflict, "already completed (conflict)"));
    assert_eq!(wire.calls(), [START]);
}

#[test]
fn giving_back_what_nobody_has_is_done() {
    for (reply, wanted) in [
        (ok(REVIEW), Ok(())),
        (answer(409, "{}"), Ok(())),
        (answer(404, "{}"), Err(ErrorKind::NotFound)),
        (answer(403, "{}"), Err(ErrorKind::Forbidden)),
        (lost(), Err(ErrorKind::Unconfirmed)),
    ] {
        let mut wire = vendor(REVIEW).on(UNSTART, reply);
        assert_eq!(wire.run(SuperAi.release(&reference(), REVIEW_ID)).map_err(|error| error.kind), wanted);
        assert_eq!(wire.calls(), [UNSTART]);
        assert!(!wire.sent[0].repeatable, "a second one could take back somebody's new start");
    }
}
