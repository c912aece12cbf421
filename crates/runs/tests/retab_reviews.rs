//! The adapter of today's live Retab, against answers written from its published client and documentation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/altering.rs"]
mod altering;
#[path = "retab_reviews/decide.rs"]
mod decide;
#[path = "retab_reviews/fields.rs"]
mod fields;
#[path = "retab_reviews/hostile.rs"]
mod hostile;
#[path = "retab_reviews/lists.rs"]
mod lists;
#[path = "retab_reviews/reading.rs"]
mod reading;
#[path = "retab_reviews/sources.rs"]
mod sources;
#[path = "retab/vendor.rs"]
mod vendor;

use runs::adapters::RunRef;
use runs::adapters::retab_reviews::RetabReviews;
use vendor::Vendor;

const RUN: &str = include_str!("fixtures/retab_reviews/run.json");
const STEPS: &str = include_str!("fixtures/retab_reviews/steps.json");
const REVIEW: &str = include_str!("fixtures/retab_reviews/review.json");
const VERSIONS: &str = include_str!("fixtures/retab_reviews/versions.json");
const VERSION_MADE: &str = include_str!("fixtures/retab_reviews/version_made.json");
const GRAPH: &str = include_str!("fixtures/retab_reviews/graph.json");
const WORKFLOW: &str = include_str!("fixtures/retab_reviews/workflow.json");
const BLOCKS: &str = include_str!("fixtures/retab_reviews/blocks.json");

const GET_RUN: &str = "GET workflows/runs/run_1";
const GET_STEPS: &str = "GET workflows/steps";
const GET_REVIEWS: &str = "GET workflows/reviews";
const GET_REVIEW: &str = "GET workflows/reviews/rev_1";
const GET_VERSIONS: &str = "GET workflows/reviews/versions";
const GET_GRAPH: &str = "GET workflows/versions/ver_7";
const GET_WORKFLOW: &str = "GET workflows/wrk_1";
const POST_VERSION: &str = "POST workflows/reviews/versions";
const APPROVE: &str = "POST workflows/reviews/rev_1/approve";
const REJECT: &str = "POST workflows/reviews/rev_1/reject";

fn retab() -> Vendor {
    Vendor::new(&RetabReviews::RELAYED)
}

fn reference() -> RunRef {
    RunRef { id: "run_1".into(), flow: Some("wrk_1".into()) }
}

/// A list of the vendor's.
fn list(items: &[&str]) -> String {
    format!(r#"{{"data": [{}], "list_metadata": {{"before": null, "after": null}}}}"#, items.join(","))
}

/// A vendor with one run that waits for its one review.
fn waiting() -> Vendor {
    around(REVIEW, VERSIONS)
}

fn around(review: &str, versions: &str) -> Vendor {
    beside(review, versions, RUN)
}

fn beside(review: &str, versions: &str, run: &str) -> Vendor {
    retab()
        .ok(GET_RUN, run)
        .ok(GET_STEPS, STEPS)
        .ok(GET_REVIEWS, &list(&[review]))
        .ok(GET_REVIEW, review)
        .ok(GET_VERSIONS, versions)
        .ok(GET_GRAPH, GRAPH)
        .ok(GET_WORKFLOW, WORKFLOW)
}

/// The review as it stands after a decision.
fn decided(verdict: &str, version: &str, reason: Option<&str>) -> String {
    let reason = reason.map_or("null".to_owned(), |reason| format!("{reason:?}"));
    let decision = format!(
        r#""decision": {{"verdict": "{verdict}", "version_id": "{version}", "author": {{"kind": "human", "id": "u_1", "display_name": "Ada"}}, "created_at": "2026-07-01T10:00:01Z", "reason": {reason}}}"#
    );
    REVIEW.replace(r#""decision": null"#, &decision)
}
