//! Every field of the vendor's published client reaches a typed place, not only "other" or the raw answer.

use super::vendor::says;
use super::*;
use runs::RunAdapter;
use runs::model::RunDetail;
use runs::model::review::Review;

/// Field and a fragment of a run; `@` is a text to be found again, TIME and 424242 likewise.
const RUN_FIELDS: &[(&str, &str)] = &[
    ("workflow_id", r#""workflow_id": "@""#),
    ("workflow_version_id", r#""workflow_version_id": "@""#),
    ("trigger.type", r#""trigger": {"type": "@"}"#),
    ("lifecycle.status", r#""lifecycle": {"status": "@"}"#),
    ("lifecycle.waiting_for_block_ids", r#""lifecycle": {"status": "awaiting_review", "waiting_for_block_ids": ["@"]}"#),
    ("lifecycle.message", r#""lifecycle": {"status": "error", "message": "@"}"#),
    ("lifecycle.stage", r#""lifecycle": {"status": "error", "message": "m", "stage": "@"}"#),
    ("lifecycle.category", r#""lifecycle": {"status": "error", "message": "m", "category": "@"}"#),
    ("lifecycle.failing_step_id", r#""lifecycle": {"status": "error", "message": "m", "failing_step_id": "@"}"#),
    ("lifecycle.details.message", r#""lifecycle": {"status": "error", "message": "m", "details": {"message": "@"}}"#),
    ("lifecycle.details.stack_trace", r#""lifecycle": {"status": "error", "message": "m", "details": {"stack_trace": "@"}}"#),
    ("lifecycle.details.block_id", r#""lifecycle": {"status": "error", "message": "m", "details": {"block_id": "@"}}"#),
    ("lifecycle.details.block_name", r#""lifecycle": {"status": "error", "message": "m", "details": {"block_name": "@"}}"#),
    ("lifecycle.details.error_code", r#""lifecycle": {"status": "error", "message": "m", "details": {"error_code": "@"}}"#),
    ("lifecycle.details.context", r#""lifecycle": {"status": "error", "message": "m", "details": {"context": {"a": "@"}}}"#),
    ("lifecycle.reason", r#""lifecycle": {"status": "cancelled", "reason": "@"}"#),
    ("timing.created_at", r#""timing": {"created_at": "TIME"}"#),
    ("timing.started_at", r#""timing": {"started_at": "TIME"}"#),
    ("timing.completed_at", r#""timing": {"completed_at": "TIME"}"#),
    ("inputs.documents", r#""inputs": {"documents": {"@": {}}}"#),
    ("inputs.documents.id", r#""inputs": {"documents": {"b": {"id": "@"}}}"#),
    ("inputs.documents.filename", r#""inputs": {"documents": {"b": {"filename": "@"}}}"#),
    ("inputs.documents.mime_type", r#""inputs": {"documents": {"b": {"mime_type": "@"}}}"#),
    ("inputs.json_data", r#""inputs": {"json_data": {"b": {"a": "@"}}}"#),
    ("metadata", r#""metadata": {"a": "@"}"#),
];

const STEP_FIELDS: &[(&str, &str)] = &[
    ("block_id", r#""block_id": "@""#),
    ("step_id", r#""block_id": "b", "step_id": "@""#),
    ("block_type", r#""block_id": "b", "block_type": "@""#),
    ("block_label", r#""block_id": "b", "block_label": "@""#),
    ("lifecycle.status", r#""block_id": "b", "lifecycle": {"status": "@"}"#),
    ("lifecycle.message", r#""block_id": "b", "lifecycle": {"status": "error", "message": "@"}"#),
    ("lifecycle.stage", r#""block_id": "b", "lifecycle": {"status": "error", "message": "m", "stage": "@"}"#),
    ("lifecycle.category", r#""block_id": "b", "lifecycle": {"status": "error", "message": "m", "category": "@"}"#),
    ("lifecycle.details", r#""block_id": "b", "lifecycle": {"status": "error", "message": "m", "details": {"stack_trace": "@"}}"#),
    ("lifecycle.reason", r#""block_id": "b", "lifecycle": {"status": "skipped", "reason": "@"}"#),
    ("started_at", r#""block_id": "b", "started_at": "TIME""#),
    ("completed_at", r#""block_id": "b", "completed_at": "TIME""#),
    ("model", r#""block_id": "b", "model": "@""#),
    ("loop_containers.container_id", r#""block_id": "b", "loop_containers": [{"container_id": "@", "iteration": 1}]"#),
    ("loop_containers.iteration", r#""block_id": "b", "loop_containers": [{"container_id": "c", "iteration": 424242}]"#),
    ("loop_containers.is_parallel", r#""block_id": "b", "loop_containers": [{"container_id": "c", "iteration": 1, "is_parallel": "@"}]"#),
    (
        "loop_containers.parallel_item_index",
        r#""block_id": "b", "loop_containers": [{"container_id": "c", "iteration": 1, "parallel_item_index": 424242}]"#,
    ),
    ("created_at", r#""block_id": "b", "created_at": "TIME""#),
    ("handle_inputs", r#""block_id": "b", "handle_inputs": {"h": {"type": "json", "data": "@"}}"#),
    ("handle_outputs.data", r#""block_id": "b", "handle_outputs": {"h": {"type": "json", "data": "@"}}"#),
    ("handle_outputs.document", r#""block_id": "b", "handle_outputs": {"h": {"type": "file", "document": {"id": "@"}}}"#),
    ("handle_outputs.download_url", r#""block_id": "b", "handle_outputs": {"h": {"type": "file", "download_url": "@"}}"#),
    ("handle_outputs.expires_at", r#""block_id": "b", "handle_outputs": {"h": {"type": "file", "expires_at": "@"}}"#),
    ("artifact.operation", r#""block_id": "b", "artifact": {"operation": "@", "id": "a"}"#),
    ("artifact.id", r#""block_id": "b", "artifact": {"operation": "o", "id": "@"}"#),
    ("retry_count", r#""block_id": "b", "retry_count": 424242"#),
];

/// Fields of a review that the run's page shows.
const REVIEW_FIELDS: &[(&str, &str)] = &[
    ("id", r#""id": "@", "run_id": "r", "created_at": "2026-01-01T00:00:00Z""#),
    ("block_id", r#""id": "v", "run_id": "r", "block_id": "@""#),
    ("parent_step_id", r#""id": "v", "run_id": "r", "parent_step_id": "@""#),
    ("iteration_key", r#""id": "v", "run_id": "r", "iteration_key": "@""#),
    ("triggered_by", r#""id": "v", "run_id": "r", "triggered_by": {"kind": "category_in", "categories": ["@"]}"#),
    ("created_at", r#""id": "v", "run_id": "r", "created_at": "TIME""#),
    ("decision.verdict", r#""id": "v", "run_id": "r", "decision": {"verdict": "@"}"#),
    ("decision.author", r#""id": "v", "run_id": "r", "decision": {"verdict": "approved", "author": {"display_name": "@"}}"#),
    ("decision.created_at", r#""id": "v", "run_id": "r", "decision": {"verdict": "approved", "created_at": "TIME"}"#),
    ("decision.reason", r#""id": "v", "run_id": "r", "decision": {"verdict": "rejected", "reason": "@"}"#),
    ("cancelled_at", r#""id": "v", "run_id": "r", "cancelled_at": "TIME""#),
];

/// Fields of a version that the review's page shows.
const VERSION_FIELDS: &[(&str, &str)] = &[
    ("id", r#""id": "@""#),
    ("parent_id", r#""id": "v", "parent_id": "@""#),
    ("author.id", r#""id": "v", "author": {"kind": "human", "id": "@"}"#),
    ("author.display_name", r#""id": "v", "author": {"kind": "human", "id": "u", "display_name": "@"}"#),
    ("snapshot", r#""id": "v", "snapshot": {"a": "@"}"#),
    ("note", r#""id": "v", "note": "@""#),
    ("created_at", r#""id": "v", "created_at": "TIME""#),
];

fn filled(fragment: &str) -> String {
    fragment.replace('@', "s3nt1nel").replace("TIME", "2031-02-03T04:05:06.789Z")
}

fn needle(fragment: &str) -> String {
    if fragment.contains("TIME") {
        runs::Timestamp::parse("2031-02-03T04:05:06.789Z").unwrap().0.to_string()
    } else if fragment.contains("424242") {
        "424242".into()
    } else {
        "s3nt1nel".into()
    }
}

/// The model without what merely keeps the answer, and without what was derived.
fn typed(run: &str, step: &str, review: &str) -> String {
    let wrap = |fields: &str| if fields.is_empty() { list(&[]) } else { list(&[&format!("{{{}}}", filled(fields))]) };
    let mut vendor = retab()
        .on("GET workflows/runs/r", says(200, format!(r#"{{"id": "r"{}{}}}"#, if run.is_empty() { "" } else { ", " }, filled(run))))
        .ok(GET_STEPS, &wrap(step))
        .ok(GET_REVIEWS, &wrap(review));
    let detail = vendor.run(RetabReviews.get_run(&RunRef { id: "r".into(), flow: None }));
    let detail = detail.unwrap_or_else(|error| panic!("{run}{step}{review}: {error:?}"));
    let mut detail = RunDetail { raw: Vec::new(), other: Vec::new(), history: Vec::new(), ..detail };
    detail.steps.iter_mut().for_each(|step| step.other.clear());
    detail.files.iter_mut().for_each(|file| file.other.clear());
    format!("{detail:?}")
}

#[test]
fn of_runs_steps_and_reviews() {
    for (at, fields) in [RUN_FIELDS, STEP_FIELDS, REVIEW_FIELDS].into_iter().enumerate() {
        for (field, fragment) in fields {
            let found = match at {
                0 => typed(fragment, "", ""),
                1 => typed("", fragment, ""),
                _ => typed("", "", fragment),
            };
            assert!(found.contains(&needle(fragment)), "{field} is dropped: {found}");
        }
    }
}

#[test]
fn of_versions() {
    for (field, fragment) in VERSION_FIELDS {
        let mut vendor = around(REVIEW, &list(&[&format!("{{{}}}", filled(fragment))]));
        let review = vendor.run(RetabReviews.get_review(&reference(), "rev_1")).unwrap_or_else(|error| panic!("{field}: {error:?}"));
        let review = Review { evidence: Vec::new(), data: runs::Json::Null, ..review };
        assert!(format!("{review:?}").contains(&needle(fragment)), "{field} is dropped: {review:?}");
    }
}

#[test]
fn unknown_fields_are_kept() {
    let run = RUN
        .replace(r#""metadata""#, r#""brand_new": "s3nt1nel", "metadata""#)
        .replace(r#""type": "api""#, r#""type": "api", "who": "s3nt1nel2""#);
    let steps = STEPS.replace(r#""model": "retab-large""#, r#""model": "retab-large", "fresh": "s3nt1nel3""#);
    let review = REVIEW.replace(r#""decision": null"#, r#""decision": null, "priority": "s3nt1nel4""#);
    let mut vendor = retab().ok(GET_RUN, &run).ok(GET_STEPS, &steps).ok(GET_REVIEWS, &list(&[&review]));
    let detail = vendor.run(RetabReviews.get_run(&reference())).unwrap();
    let other = format!("{:?}{:?}", detail.other, detail.steps.iter().map(|step| &step.other).collect::<Vec<_>>());
    for needle in ["s3nt1nel", "trigger.who", "s3nt1nel3", "s3nt1nel4"] {
        assert!(other.contains(needle), "{needle}: {other}");
    }
}

#[test]
fn a_field_of_the_wrong_type_costs_itself() {
    for (field, wrong) in [
        ("lifecycle", r#""lifecycle": "running""#),
        ("timing.created_at", r#""timing": {"created_at": 7}"#),
        ("inputs", r#""inputs": []"#),
        ("metadata", r#""metadata": "x""#),
        ("documents", r#""inputs": {"documents": 7}"#),
    ] {
        let mut vendor = beside(REVIEW, VERSIONS, &format!(r#"{{"id": "run_1", {wrong}}}"#));
        let detail = vendor.run(RetabReviews.get_run(&reference())).unwrap();
        assert!(detail.other.iter().any(|(name, _)| name.ends_with(field)), "{field}: {:?}", detail.other);
        assert!(!detail.steps.is_empty());
    }
}
