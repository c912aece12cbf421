//! Runs and reviews as they are read.

use super::*;
use runs::model::review::{AuthorKind, Review, ReviewState};
use runs::model::{FactName, FactValue};
use runs::{ErrorKind, RunAdapter, StatusKind, Timestamp};

fn review_of(vendor: &mut Vendor) -> Review {
    vendor.run(RetabReviews.get_review(&reference(), "rev_1")).expect("a review")
}

#[test]
fn a_run_is_put_together_from_its_parts() {
    let mut vendor = waiting();
    let detail = vendor.run(RetabReviews.get_run(&reference())).expect("a run");
    let run = &detail.run;
    assert_eq!((run.status.kind, run.status.raw.as_str()), (StatusKind::Waiting, "awaiting_review"));
    assert_eq!((run.flow_name.as_deref(), run.flow_version.as_deref()), (Some("Invoices"), Some("ver_7")));
    assert_eq!(run.waiting_since, Timestamp::parse("2026-07-01T09:00:05Z"), "since the review was asked for, not since the step began");
    assert_eq!((run.steps_total, run.steps_done), (Some(3), Some(1)));
    assert_eq!(detail.reviews.len(), 1);
    assert_eq!((detail.reviews[0].id.as_str(), detail.reviews[0].name.as_str()), ("rev_1", "Extract invoice"));
    assert_eq!(detail.inputs[0].1.to_string(), r#"{"limit":1234.560}"#);
    let kinds: Vec<_> = detail.history.iter().map(|event| event.status.kind).collect();
    assert_eq!(kinds, [StatusKind::Queued, StatusKind::Running, StatusKind::Waiting]);
    let extract = &detail.steps[1];
    assert_eq!((extract.attempt, extract.status.kind), (2, StatusKind::Waiting));
    assert!(extract.facts.iter().any(|fact| fact.name == FactName::ReviewStatus && fact.value == FactValue::Text("pending".into())));
    assert_eq!(detail.raw.len(), 3);
}

#[test]
fn a_decided_review_shows_on_its_step_and_in_the_history() {
    let run = RUN
        .replace(r#"{ "status": "awaiting_review", "waiting_for_block_ids": ["extract-1"] }"#, r#"{ "status": "completed" }"#)
        .replace(r#""completed_at": null"#, r#""completed_at": "2026-07-01T10:00:09Z""#);
    let steps = STEPS.replace("awaiting_review", "completed");
    let mut vendor = retab()
        .ok(GET_RUN, &run)
        .ok(GET_STEPS, &steps)
        .ok(GET_REVIEWS, &list(&[&decided("approved", "rvv_model", None)]))
        .ok(GET_WORKFLOW, WORKFLOW);
    let detail = vendor.run(RetabReviews.get_run(&reference())).expect("a run");
    assert_eq!(detail.steps[1].status.kind, StatusKind::Approved);
    assert!(detail.reviews.is_empty());
    assert_eq!(detail.run.waited_ms, Some(3_596_000));
    assert_eq!(detail.run.duration_ms, Some(3_607_750));
    let kinds: Vec<_> = detail.history.iter().map(|event| event.status.kind).collect();
    let expected = [StatusKind::Queued, StatusKind::Running, StatusKind::Waiting, StatusKind::Running, StatusKind::Completed];
    assert_eq!(kinds, expected);
}

#[test]
fn long_lists_are_read_to_their_end_and_no_further() {
    let first = STEPS.replace(r#""after": null"#, r#""after": "publish-1""#);
    let second = list(&[r#"{"block_id": "last", "step_id": "last", "lifecycle": {"status": "skipped", "reason": "not needed"}}"#]);
    let mut vendor =
        retab().ok(GET_RUN, RUN).ok(GET_STEPS, &first).ok(GET_STEPS, &second).ok(GET_REVIEWS, &list(&[])).ok(GET_WORKFLOW, WORKFLOW);
    let detail = vendor.run(RetabReviews.get_run(&reference())).expect("a run");
    assert_eq!(detail.steps.len(), 4);
    assert!(vendor.targets().iter().any(|target| target.ends_with("&after=publish-1")), "{:?}", vendor.targets());
    // One that names the same place again and again ends.
    let mut vendor = retab().ok(GET_RUN, RUN).ok(GET_STEPS, &first).ok(GET_REVIEWS, &list(&[]));
    vendor.run(RetabReviews.get_run(&reference())).expect("a run");
    assert_eq!(vendor.targets().iter().filter(|target| target.contains("workflows/steps")).count(), 2);
}

#[test]
fn a_review_shows_the_latest_version_with_the_schema_of_its_block() {
    let review = review_of(&mut waiting());
    assert_eq!(review.state, ReviewState::Open);
    assert_eq!(review.data.to_string(), r#"{"total":1612.50,"id":9007199254740993}"#);
    assert_eq!(review.schema.unwrap()["properties"]["total"]["type"], "number");
    assert_eq!(review.reason.as_deref(), Some("confidence_lt (threshold: 0.9)"));
    assert_eq!(review.since, Timestamp::parse("2026-07-01T09:00:05Z"));
    assert_eq!((review.versions.len(), review.versions[0].author.kind), (1, AuthorKind::Model));
    assert_eq!(review.evidence.len(), 1, "only the steps before it");
}

#[test]
fn the_comparisons_of_a_gate_are_told_and_not_their_json() {
    let nested = |condition: &str| {
        let triggered = format!(r#"{{ "kind": "json_condition", "condition": {condition} }}"#);
        review_of(&mut around(&REVIEW.replace(r#"{ "kind": "confidence_lt", "threshold": 0.9 }"#, &triggered), VERSIONS)).reason.unwrap()
    };
    let unmatched = r#"{"path": "data.matched", "operator": "is_false"}"#;
    let large = r#"{"path": "data.total", "operator": "gt", "value": 1000.50}"#;
    let all = |operator: &str, parts: &[&str]| format!(r#"{{"logical_operator": "{operator}", "sub_conditions": [{}]}}"#, parts.join(","));
    assert_eq!(nested(&all("and", &[unmatched])), "data.matched is false");
    assert_eq!(
        nested(&all("or", &[unmatched, &all("and", &[large, unmatched])])),
        "data.matched is false or (data.total gt 1000.50 and data.matched is false)"
    );
    // What is not understood is shown as it came.
    assert!(nested(&all("and", &[r#"{"path": 1}"#])).starts_with("json_condition (condition: "));
    assert!(nested(&all("and", &[])).starts_with("json_condition"));
    let deep = (0..20).fold(unmatched.to_owned(), |inner, _| all("and", &[&inner]));
    assert!(nested(&deep).starts_with("json_condition"));
}

#[test]
fn the_pin_changes_with_the_versions_and_with_nothing_else() {
    let pin = review_of(&mut waiting()).pin;
    let reworded = REVIEW.replace("0.9", "0.8");
    assert_eq!(review_of(&mut around(&reworded, VERSIONS)).pin, pin);
    let versions = list(&[&first_version(), VERSION_MADE]);
    let newer = review_of(&mut around(REVIEW, &versions));
    assert_ne!(newer.pin, pin);
    assert_eq!(newer.data["total"].to_string(), "1562.50", "the newest of the latest versions is shown");
}

/// The one version of the fixture, alone.
fn first_version() -> String {
    vendor::json(VERSIONS)["data"][0].to_string()
}

#[test]
fn blocks_without_a_schema_of_their_own_have_the_documented_one() {
    for (kind, place) in [
        ("classifier", "/properties/category"),
        ("split", "/properties/documents/items/properties/pages/items"),
        ("for_each", "/properties/partitions/items/properties/key"),
    ] {
        let review = review_of(&mut around(&REVIEW.replace(r#""block_type": "extract""#, &format!(r#""block_type": "{kind}""#)), VERSIONS));
        assert!(review.schema.as_ref().is_some_and(|schema| schema.pointer(place).is_some()), "{kind}: {:?}", review.schema);
    }
    let mut vendor = waiting().on("GET workflows/versions/ver_8", vendor::says(404, "{}"));
    assert!(review_of(&mut vendor).schema.is_some());
    let other = REVIEW.replace("ver_7", "ver_8");
    assert_eq!(review_of(&mut around(&other, VERSIONS)).schema, None, "a version that is gone leaves the form without a schema");
}

#[test]
fn a_review_that_is_over_is_not_open() {
    let cancelled = REVIEW.replace(r#""cancelled_at": null"#, r#""cancelled_at": "2026-07-01T09:30:00Z""#);
    assert_eq!(review_of(&mut around(&cancelled, VERSIONS)).state, ReviewState::Gone);
    let ended = RUN.replace("awaiting_review", "cancelled");
    assert_eq!(review_of(&mut beside(REVIEW, VERSIONS, &ended)).state, ReviewState::Gone);
    let ReviewState::Decided(decision) = review_of(&mut around(&decided("rejected", "rvv_model", Some("No")), VERSIONS)).state else {
        panic!("decided")
    };
    assert_eq!((decision.approved, decision.by.as_deref(), decision.reason.as_deref()), (Some(false), Some("Ada"), Some("No")));
    assert_eq!(decision.data.unwrap()["total"].to_string(), "1612.50");
}

#[test]
fn another_runs_review_is_not_found() {
    let error = around(&REVIEW.replace("run_1", "run_2"), VERSIONS).run(RetabReviews.get_review(&reference(), "rev_1")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[test]
fn a_version_that_came_between_two_answers_is_not_missing_from_the_decision() {
    let both = list(&[&vendor::json(VERSIONS)["data"][0].to_string(), VERSION_MADE]);
    let theirs = decided("approved", "rvv_mine", None);
    let mut vendor = retab()
        .ok(GET_RUN, RUN)
        .ok(GET_STEPS, STEPS)
        .ok(GET_REVIEW, &theirs)
        .ok(GET_VERSIONS, VERSIONS)
        .ok(GET_VERSIONS, &both)
        .ok(GET_GRAPH, GRAPH);
    let ReviewState::Decided(decision) = review_of(&mut vendor).state else { panic!("not decided") };
    assert_eq!(decision.data.unwrap()["total"].to_string(), "1562.50");
    // What is missing for good is not asked for again and again.
    let mut vendor = around(&decided("approved", "rvv_gone", None), VERSIONS);
    let ReviewState::Decided(decision) = review_of(&mut vendor).state else { panic!("not decided") };
    assert_eq!(decision.data, None);
    assert_eq!(vendor.seen.iter().filter(|request| request.call() == GET_VERSIONS).count(), 2);
}
