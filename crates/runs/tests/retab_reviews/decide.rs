//! Decisions: versions, approval, rejection, and every way they can end.

use super::vendor::{body, fails, json, says};
use super::*;
use runs::model::review::{Intent, Outcome, ResumeState, Review};
use runs::wire::http::FailureKind;
use runs::{ErrorKind, Json, RunAdapter, StatusKind};

const EDITED: &str = r#"{"total":1562.50,"id":9007199254740993}"#;

fn read() -> Review {
    waiting().run(RetabReviews.get_review(&reference(), "rev_1")).expect("a review")
}

fn approve(edited: Option<&str>) -> Intent {
    Intent { key: "cmd_1".into(), approve: true, edited: edited.map(json), reason: None }
}

fn reject(reason: Option<&str>) -> Intent {
    Intent { key: "cmd_1".into(), approve: false, edited: None, reason: reason.map(str::to_owned) }
}

fn submission(word: &str, review: &str, resume: &str) -> String {
    format!(r#"{{"submission_status": {word}, "review": {review}, {resume}}}"#)
}

const RESUMED: &str = r#""resume_status": "resumed", "resume_error": null"#;

fn both_versions() -> String {
    list(&[&json(VERSIONS)["data"][0].to_string(), VERSION_MADE])
}

fn decide(vendor: &mut Vendor, intent: &Intent) -> Result<Outcome, runs::ApiError> {
    vendor.run(RetabReviews.decide(&read(), intent))
}

#[test]
fn approving_as_read_names_the_version_that_was_looked_at() {
    for edited in [None, Some(r#"{"id":9007199254740993,"total":1612.5}"#)] {
        let mut vendor = waiting().ok(APPROVE, &submission(r#""accepted""#, &decided("approved", "rvv_model", None), RESUMED));
        let Outcome::Accepted(decision) = decide(&mut vendor, &approve(edited)).unwrap() else { panic!("not accepted") };
        assert_eq!((decision.approved, decision.by.as_deref()), (Some(true), Some("Ada")));
        assert_eq!(decision.resume.unwrap().state, ResumeState::Resumed);
        let writes = vendor.writes();
        assert_eq!(writes.len(), 1, "the same values are no edit");
        assert_eq!(body(writes[0]), r#"{"version_id":"rvv_model"}"#);
        assert!(writes[0].repeatable, "the same again answers already_applied");
    }
}

#[test]
fn edits_become_a_version_that_is_then_approved() {
    let mut vendor =
        waiting().ok(POST_VERSION, VERSION_MADE).ok(APPROVE, &submission(r#""accepted""#, &decided("approved", "rvv_mine", None), RESUMED));
    let Outcome::Accepted(decision) = decide(&mut vendor, &approve(Some(EDITED))).unwrap() else { panic!("not accepted") };
    assert_eq!(decision.data.unwrap().to_string(), EDITED);
    let writes: Vec<_> = vendor.writes().into_iter().map(body).collect();
    let version = format!(r#"{{"review_id":"rev_1","parent_id":"rvv_model","snapshot":{EDITED}}}"#);
    assert_eq!(writes, [version.as_str(), r#"{"version_id":"rvv_mine"}"#]);
}

#[test]
fn a_rejection_sends_its_reason_and_never_goes_without() {
    let answer = submission(r#""accepted""#, &decided("rejected", "rvv_model", Some("Not ours")), RESUMED);
    let mut vendor = waiting().ok(REJECT, &answer);
    let Outcome::Accepted(decision) = decide(&mut vendor, &reject(Some(" Not ours "))).unwrap() else { panic!("not accepted") };
    assert_eq!(decision.reason.as_deref(), Some("Not ours"));
    assert_eq!(body(vendor.writes()[0]), r#"{"version_id":"rvv_model","reason":"Not ours"}"#);
    for reason in [None, Some(""), Some("  ")] {
        let mut vendor = waiting();
        assert!(matches!(decide(&mut vendor, &reject(reason)).unwrap(), Outcome::Invalid { .. }));
        assert!(vendor.seen.is_empty(), "nothing is sent");
    }
}

#[test]
fn what_the_vendor_says_is_told() {
    let mine = decided("approved", "rvv_model", None);
    let other = decided("rejected", "rvv_model", Some("No"));
    for (word, review, name) in [
        (r#""accepted""#, &mine, "Accepted"),
        ("null", &mine, "Accepted"),
        (r#""already_applied""#, &mine, "AlreadyMine"),
        (r#""conflict""#, &other, "DecidedByAnother"),
        // The word says mine, the decision says another's: the decision counts.
        (r#""accepted""#, &other, "DecidedByAnother"),
        (r#""already_applied""#, &other, "DecidedByAnother"),
    ] {
        let mut vendor = waiting().ok(APPROVE, &submission(word, review, RESUMED));
        let outcome = format!("{:?}", decide(&mut vendor, &approve(None)).unwrap());
        assert!(outcome.starts_with(name), "{word}: {outcome}");
    }
}

#[test]
fn another_version_decided_is_another_decision() {
    let theirs = decided("approved", "rvv_mine", None);
    let mut vendor = retab()
        .ok(GET_RUN, RUN)
        .ok(GET_STEPS, STEPS)
        .ok(GET_REVIEW, REVIEW)
        .ok(GET_REVIEW, &theirs)
        .ok(GET_VERSIONS, VERSIONS)
        .ok(GET_VERSIONS, &both_versions())
        .ok(GET_GRAPH, GRAPH)
        .ok(APPROVE, &submission(r#""conflict""#, &theirs, r#""resume_status": "skipped", "resume_error": null"#));
    let Outcome::DecidedByAnother(decision) = decide(&mut vendor, &approve(None)).unwrap() else { panic!("not another's") };
    assert_eq!(decision.data.unwrap()["total"].to_string(), "1562.50", "with the data that it was made on");
}

#[test]
fn whether_the_run_goes_on_is_carried() {
    for (resume, state, error) in [
        (r#""resume_status": "pending", "resume_error": null"#, ResumeState::Pending, None),
        (r#""resume_status": "failed", "resume_error": "no worker""#, ResumeState::Failed, Some("no worker")),
        (r#""resume_status": "skipped", "resume_error": null"#, ResumeState::Skipped, None),
        (r#""resume_status": "later", "resume_error": null"#, ResumeState::Unknown, None),
    ] {
        let mut vendor = waiting().ok(APPROVE, &submission(r#""accepted""#, &decided("approved", "rvv_model", None), resume));
        let Outcome::Accepted(decision) = decide(&mut vendor, &approve(None)).unwrap() else { panic!("not accepted") };
        let told = decision.resume.unwrap();
        assert_eq!((told.state, told.error.as_deref()), (state, error));
    }
}

#[test]
fn nothing_is_sent_on_what_changed_since_it_was_read() {
    for intent in [approve(None), approve(Some(r#"{"total":1}"#)), reject(Some("No"))] {
        let mut vendor = around(REVIEW, &both_versions());
        let Outcome::Changed(now) = decide(&mut vendor, &intent).unwrap() else { panic!("not changed") };
        assert_eq!(now.data["total"].to_string(), "1562.50");
        assert!(vendor.writes().is_empty());
    }
}

#[test]
fn a_version_of_ones_own_is_taken_up_again() {
    let mut vendor =
        around(REVIEW, &both_versions()).ok(APPROVE, &submission(r#""accepted""#, &decided("approved", "rvv_mine", None), RESUMED));
    assert!(matches!(decide(&mut vendor, &approve(Some(EDITED))).unwrap(), Outcome::Accepted(_)));
    assert_eq!(vendor.writes().len(), 1, "no second version");
}

#[test]
fn a_lineage_that_forks_is_acknowledged_only_as_it_was_read() {
    let other = VERSION_MADE.replace("rvv_mine", "rvv_other").replace("10:00:00Z", "10:30:00Z");
    let forked = list(&[&json(VERSIONS)["data"][0].to_string(), VERSION_MADE, &other]);
    let read = around(REVIEW, &forked).run(RetabReviews.get_review(&reference(), "rev_1")).expect("a review");
    let mut vendor = around(REVIEW, &forked).ok(APPROVE, &submission(r#""accepted""#, &decided("approved", "rvv_other", None), RESUMED));
    assert!(matches!(vendor.run(RetabReviews.decide(&read, &approve(None))).unwrap(), Outcome::Accepted(_)));
    assert_eq!(body(vendor.writes()[0]), r#"{"version_id":"rvv_other","acknowledged_superseded_version_ids":["rvv_mine"]}"#);
}

#[test]
fn a_409_shows_the_newer_version() {
    let refusal =
        r#"{"detail": {"code": "superseded_versions", "message": "newer versions", "details": {"superseded_version_ids": ["rvv_other"]}}}"#;
    let other = VERSION_MADE.replace("rvv_mine", "rvv_other").replace("1562.50", "7");
    let newer = list(&[&json(VERSIONS)["data"][0].to_string(), &other]);
    for (call, intent) in [(APPROVE, approve(None)), (POST_VERSION, approve(Some(EDITED)))] {
        let mut vendor = retab()
            .ok(GET_RUN, RUN)
            .ok(GET_STEPS, STEPS)
            .ok(GET_REVIEW, REVIEW)
            .ok(GET_VERSIONS, VERSIONS)
            .ok(GET_VERSIONS, &newer)
            .ok(GET_GRAPH, GRAPH)
            .on(call, says(409, refusal));
        let Outcome::Changed(now) = decide(&mut vendor, &intent).unwrap() else { panic!("not changed") };
        assert_eq!(now.data["total"].to_string(), "7");
    }
    let error = decide(&mut waiting().on(APPROVE, says(409, refusal)), &approve(None)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict, "refused, and yet nothing is newer");
    assert!(error.detail.contains("newer versions"));
}

#[test]
fn a_lost_answer_is_read_back_and_never_guessed() {
    let lost = || fails(FailureKind::Broken);
    let later = |review: &str| {
        retab()
            .ok(GET_RUN, RUN)
            .ok(GET_STEPS, STEPS)
            .ok(GET_REVIEW, REVIEW)
            .ok(GET_REVIEW, review)
            .ok(GET_VERSIONS, VERSIONS)
            .ok(GET_GRAPH, GRAPH)
            .on(APPROVE, lost())
    };
    for (review, name) in [
        (decided("approved", "rvv_model", None), "Accepted"),
        (decided("rejected", "rvv_model", Some("No")), "DecidedByAnother"),
        (REVIEW.to_owned(), "NotConfirmed"),
    ] {
        let outcome = format!("{:?}", decide(&mut later(&review), &approve(None)).unwrap());
        assert!(outcome.starts_with(name), "{outcome}");
    }
    // A version that may have been stored decides nothing.
    let error = decide(&mut waiting().on(POST_VERSION, lost()), &approve(Some(EDITED))).unwrap_err();
    assert!(!error.outcome_unknown(), "{error:?}");
    assert!(error.detail.starts_with("no decision was sent"));
}

#[test]
fn what_the_vendor_refuses_is_told_at_its_field() {
    let refusal = r#"{"detail": [{"loc": ["body", "snapshot", "total"], "msg": "Input should be a number", "type": "type_error"}]}"#;
    let mut vendor = waiting().on(POST_VERSION, says(422, refusal));
    let Outcome::Invalid { fields, .. } = decide(&mut vendor, &approve(Some(r#"{"total":"x"}"#))).unwrap() else { panic!("not invalid") };
    assert_eq!(fields, [("total".to_owned(), "Input should be a number".to_owned())]);
    let outcome = decide(&mut waiting().on(APPROVE, says(403, r#"{"detail": "no"}"#)), &approve(None)).unwrap();
    assert!(matches!(outcome, Outcome::NotPermitted { .. }));
    let gone = RUN.replace("awaiting_review", "cancelled");
    let outcome = decide(&mut beside(REVIEW, VERSIONS, &gone), &approve(None)).unwrap();
    assert!(matches!(outcome, Outcome::NoLongerWaiting(status) if status.kind == StatusKind::Cancelled));
}

#[test]
fn confirming_only_reads() {
    for (review, name) in [
        (decided("approved", "rvv_model", None), "AlreadyMine"),
        (decided("approved", "rvv_gone", None), "DecidedByAnother"),
        (REVIEW.to_owned(), "NotConfirmed"),
    ] {
        let mut vendor = around(&review, VERSIONS);
        let outcome = vendor.run(RetabReviews.confirm(&read(), &approve(None))).unwrap();
        assert!(format!("{outcome:?}").starts_with(name), "{outcome:?}");
        assert!(vendor.writes().is_empty());
    }
}

/// After a reload the content may be another's, and what is looked for is told with its own data.
#[test]
fn a_decision_that_is_looked_for_on_changed_content_is_compared_by_its_own_data() {
    let first = json(VERSIONS)["data"][0]["snapshot"].clone();
    let theirs = |verdict, reason| around(&decided(verdict, "rvv_mine", reason), &both_versions());
    for (verdict, reason) in [("approved", None), ("rejected", Some("No"))] {
        let now = theirs(verdict, reason).run(RetabReviews.get_review(&reference(), "rev_1")).expect("a review");
        let intent = |data: Json| Intent {
            key: "cmd_1".into(),
            approve: verdict == "approved",
            edited: Some(data),
            reason: reason.map(str::to_owned),
        };
        let outcome = theirs(verdict, reason).run(RetabReviews.confirm(&now, &intent(first.clone()))).unwrap();
        assert!(matches!(outcome, Outcome::DecidedByAnother(_)), "{verdict}: {outcome:?}");
        let outcome = theirs(verdict, reason).run(RetabReviews.confirm(&now, &intent(json(EDITED)))).unwrap();
        assert!(matches!(outcome, Outcome::AlreadyMine(_)), "{verdict}: {outcome:?}");
    }
}
