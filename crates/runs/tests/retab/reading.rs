use super::vendor::{fails, json, says};
use super::{DECISION_EDITED, DECISION_NONE, RUN_COMPLETED, RUN_WAITING, STEP_HIL, STEPS_WAITING, retab, run_ref};
use runs::adapters::retab::Retab;
use runs::model::review::{Review, ReviewState};
use runs::model::{FactName, FactValue, FileRole, RunDetail, TriggerKind};
use runs::wire::http::FailureKind;
use runs::{ErrorKind, RunAdapter, StatusKind, Timestamp};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn history(detail: &RunDetail) -> Vec<(StatusKind, String)> {
    detail.history.iter().map(|event| (event.status.kind, event.at.iso())).collect()
}

fn read(run: &str, steps: Option<&str>) -> RunDetail {
    let id = json(run)["id"].as_str().unwrap().to_owned();
    let mut vendor = retab().ok(&format!("GET workflows/runs/{id}"), run);
    if let Some(steps) = steps {
        vendor = vendor.ok(&format!("GET workflows/runs/{id}/steps"), steps);
    }
    vendor.run(Retab.get_run(&run_ref(&id))).unwrap()
}

#[test]
fn the_documented_run_is_read_whole() {
    let detail = read(RUN_COMPLETED, None);
    let run = &detail.run;
    assert_eq!(
        (run.id.as_str(), run.flow.as_str(), run.flow_name.as_deref()),
        ("run_abc123xyz", "wf_abc123xyz", Some("Invoice Processing"))
    );
    assert_eq!((run.status.kind, run.status.raw.as_str()), (StatusKind::Completed, "completed"));
    assert_eq!((run.started_at, run.finished_at), (Some(at("2024-01-15T10:30:00Z")), Some(at("2024-01-15T10:30:15Z"))));
    assert_eq!((run.duration_ms, run.steps_total, run.steps_done), (Some(15_000), Some(3), Some(3)));
    assert_eq!(run.trigger.as_ref().map(|trigger| trigger.kind), Some(TriggerKind::Manual));
    assert_eq!((&run.error, &run.waiting_since), (&None, &None));

    let names: Vec<_> = detail.steps.iter().map(|step| (step.id.as_str(), step.name.as_str(), step.duration_ms)).collect();
    assert_eq!(
        names,
        [
            ("start-node-1", "Invoice Input", Some(1_000)),
            ("extract-node-1", "Extract Data", Some(9_000)),
            ("end-node-1", "Output", Some(5_000))
        ]
    );
    assert_eq!(detail.steps[1].output.as_ref().unwrap()["total_amount"].to_string(), "1234.56");
    let file = &detail.files[0];
    assert_eq!(
        (file.role, file.field.as_str(), file.id.as_deref(), file.name.as_str(), file.media_type.as_deref()),
        (FileRole::Input, "start-node-1", Some("file_123"), "invoice.pdf", Some("application/pdf"))
    );
    assert_eq!(detail.outputs[0].0, "Output");
    assert_eq!(detail.outputs[0].1["vendor_name"], "Acme Corp");
    assert_eq!(detail.facts[0].name, FactName::Organization);
    assert!(detail.history_derived);
    assert_eq!(
        history(&detail),
        [(StatusKind::Running, "2024-01-15T10:30:00Z".into()), (StatusKind::Completed, "2024-01-15T10:30:15Z".into())]
    );
    assert!(detail.other.is_empty(), "{:?}", detail.other);
    assert_eq!(detail.raw, [("GET workflows/runs/run_abc123xyz".to_owned(), json(RUN_COMPLETED))]);
}

#[test]
fn steps_are_merged_with_their_documents() {
    let detail = read(RUN_WAITING, Some(STEPS_WAITING));
    let steps: Vec<_> = detail
        .steps
        .iter()
        .map(|step| (step.id.as_str(), step.node.as_str(), step.status.kind, step.attempt, step.parent.as_deref(), step.iteration))
        .collect();
    assert_eq!(
        steps,
        [
            ("start-1", "start-1", StatusKind::Completed, 1, None, None),
            ("mr1_iter_0_extract-1", "extract-1", StatusKind::Failed, 1, Some("mr1"), Some(0)),
            ("mr1_iter_1_extract-1", "extract-1", StatusKind::Completed, 2, Some("mr1"), Some(1)),
            ("hil-1", "hil-1", StatusKind::Waiting, 1, None, None),
            ("end-1", "end-1", StatusKind::NotStarted, 1, None, None),
        ]
    );
    assert_eq!(detail.steps[1].error.as_ref().unwrap().message, "The model timed out");
    assert!(detail.steps[1].facts.iter().any(|fact| fact.value == FactValue::Text("transient".into())));
    // Digits survive.
    assert_eq!(detail.steps[2].output.as_ref().unwrap().to_string(), r#"{"total":1234.560,"serial":9007199254740993}"#);
    assert!(detail.steps[3].facts.iter().any(|fact| fact.name == FactName::NeedsReview), "from the summary");
    assert_eq!((detail.run.steps_total, detail.run.steps_done), (Some(5), Some(2)));
    assert_eq!(detail.reviews.len(), 1);
    assert_eq!((detail.reviews[0].id.as_str(), detail.reviews[0].name.as_str()), ("hil-1", "Check totals"));
    assert_eq!(detail.run.trigger.as_ref().unwrap().detail.as_deref(), Some("ap@acme.example"));
    assert_eq!(detail.run.waited_ms, Some(600_000));
    assert_eq!(
        history(&detail),
        [
            (StatusKind::Queued, "2026-05-01T14:00:00Z".into()),
            (StatusKind::Running, "2026-05-01T14:00:02Z".into()),
            (StatusKind::Waiting, "2026-05-01T14:00:20Z".into())
        ]
    );
    assert_eq!(detail.history[2].why.as_deref(), Some("Check totals"));
}

#[test]
fn a_failing_steps_call_is_said_and_a_missing_one_is_made_up_for() {
    let call = "GET workflows/runs/run_w1";
    let mut vendor = retab().ok(call, RUN_WAITING).on(&format!("{call}/steps"), says(503, r#"{"detail": "busy"}"#));
    let error = vendor.run(Retab.get_run(&run_ref("run_w1"))).unwrap_err();
    assert_eq!((error.kind, error.detail.as_str(), error.request_id.as_deref()), (ErrorKind::Vendor, "busy", Some("req_42")));
    let detail = read(RUN_WAITING, None);
    assert_eq!(detail.steps.len(), 4);
}

#[test]
fn a_history_is_derived_from_decisions_and_cancellation() {
    let detail = read(
        r#"{"id": "r", "status": "cancelled", "created_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:01Z",
            "cancel_requested_at": "2026-01-01T00:03:00Z", "completed_at": "2026-01-01T00:03:05Z",
            "steps": [{"node_id": "a", "node_type": "hil", "status": "completed", "started_at": "2026-01-01T00:01:00Z",
                       "human_reviewed_at": "2026-01-01T00:02:00Z", "human_review_approved": false},
                      {"node_id": "b", "node_type": "hil", "status": "completed", "started_at": "2026-01-01T00:01:30Z",
                       "human_reviewed_at": "2026-01-01T00:02:30Z", "human_review_approved": true},
                      {"node_id": "late", "node_type": "hil", "status": "completed", "started_at": "2026-01-02T00:00:00Z",
                       "human_reviewed_at": "2026-01-02T00:00:01Z"}]}"#,
        None,
    );
    assert_eq!(
        history(&detail),
        [
            (StatusKind::Queued, "2026-01-01T00:00:00Z".into()),
            (StatusKind::Running, "2026-01-01T00:00:01Z".into()),
            (StatusKind::Waiting, "2026-01-01T00:01:00Z".into()),
            (StatusKind::Running, "2026-01-01T00:02:30Z".into()),
            (StatusKind::Cancelling, "2026-01-01T00:03:00Z".into()),
            (StatusKind::Cancelled, "2026-01-01T00:03:05Z".into()),
        ]
    );
    assert_eq!((detail.steps[0].status.kind, detail.steps[1].status.kind), (StatusKind::Rejected, StatusKind::Approved));
    assert_eq!(detail.steps[0].status.raw, "completed");
}

#[test]
fn resuming_and_cancelling_are_told_apart_from_the_vendors_word() {
    let base = r#""id": "r", "status": "waiting_for_human", "updated_at": "2026-01-01T00:00:00Z""#;
    let resuming = read(&format!(r#"{{{base}, "run_resume_status": "resuming"}}"#), None);
    assert_eq!((resuming.run.status.kind, resuming.run.status.raw.as_str()), (StatusKind::Resuming, "waiting_for_human"));
    let cancelling = read(&format!(r#"{{{base}, "run_resume_status": "resuming", "cancel_confirmation_pending": true}}"#), None);
    assert_eq!(cancelling.run.status.kind, StatusKind::Cancelling);
    assert_eq!(cancelling.history.last().unwrap().status.kind, StatusKind::Cancelling);
    let done = read(r#"{"id": "r", "status": "completed", "run_resume_status": "resuming"}"#, None);
    assert_eq!(done.run.status.kind, StatusKind::Completed);
}

#[test]
fn an_error_keeps_its_stage_step_code_and_stack() {
    let detail = read(
        r#"{"id": "r", "status": "error", "error": "Node failed", "error_stage": "execution", "later_field": [1],
            "error_details": {"message": "division by zero", "stack_trace": "line 1\nline 2", "block_id": "f-1", "block_name": "Formula",
                              "error_code": "E7", "context": {"row": 3}}}"#,
        None,
    );
    let error = detail.run.error.unwrap();
    assert_eq!(
        (error.message.as_str(), error.stage.as_deref(), error.step.as_deref(), error.step_name.as_deref()),
        ("Node failed", Some("execution"), Some("f-1"), Some("Formula"))
    );
    assert_eq!((error.code.as_deref(), error.stack.as_deref()), (Some("E7"), Some("line 1\nline 2")));
    assert_eq!(error.details.as_deref(), Some("division by zero\ncontext: {\"row\":3}"));
    assert_eq!(detail.other, [("later_field".to_owned(), json("[1]"))]);
}

#[test]
fn an_error_that_knows_a_step_by_its_id_tells_its_name() {
    let steps = r#"[{"node_id": "a-1", "node_label": "Read", "status": "completed"},
                    {"node_id": "f-1", "node_label": "Add up", "status": "error", "error": "boom"}]"#;
    for details in [r#"{"block_id": "f-1"}"#, "null"] {
        let run = format!(r#"{{"id": "r", "status": "error", "error": "Node failed", "error_details": {details}, "steps": {steps}}}"#);
        let error = read(&run, None).run.error.unwrap();
        assert_eq!((error.step.as_deref(), error.step_name.as_deref()), (Some("f-1"), Some("Add up")), "{details}");
    }
}

pub(crate) fn review_of(decision: &str, run: &str) -> Review {
    let path = "GET workflows/runs/run_w1";
    retab()
        .ok(path, run)
        .ok(&format!("{path}/steps"), STEPS_WAITING)
        .ok(&format!("{path}/steps/hil-1"), STEP_HIL)
        .ok(&format!("{path}/hil-decisions/hil-1"), decision)
        .run(Retab.get_review(&run_ref("run_w1"), "hil-1"))
        .unwrap()
}

#[test]
fn a_review_has_its_data_schema_reason_and_evidence() {
    let review = review_of(DECISION_NONE, RUN_WAITING);
    assert_eq!((review.id.as_str(), review.run.as_str(), review.flow.as_str()), ("hil-1", "run_w1", "wf_recon"));
    assert_eq!((review.name.as_str(), review.state), ("Check totals", ReviewState::Open));
    assert_eq!(review.data.to_string(), r#"{"total":1234.560,"serial":9007199254740993,"vendor":"Acme Corp"}"#);
    assert_eq!(review.schema.unwrap()["properties"]["total"]["type"], "number");
    assert_eq!(review.reason.as_deref(), Some("Totals differ: 1234.56 and 1200.00"));
    assert_eq!(review.since, Some(at("2026-05-01T14:00:20Z")));
    assert_eq!((review.pin.attempt, review.pin.updated_at), (Some(1), Some(at("2026-05-01T14:00:20Z"))));
    let evidence: Vec<_> = review.evidence.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(evidence, ["start-1", "mr1_iter_0_extract-1", "mr1_iter_1_extract-1"]);
}

#[test]
fn a_review_says_that_it_is_decided_or_gone() {
    let ReviewState::Decided(decision) = review_of(DECISION_EDITED, RUN_WAITING).state else { panic!("decided") };
    assert_eq!((decision.approved, decision.by, decision.at), (Some(true), None, Some(at("2026-05-01T14:30:00Z"))));
    assert_eq!(decision.applied_at, Some(at("2026-05-01T14:30:01Z")));
    assert_eq!(decision.data.unwrap()["total"].to_string(), "1200.00");
    let cancelled = RUN_WAITING.replace(
        r#""status": "waiting_for_human",
  "execution"#,
        r#""status": "cancelled",
  "execution"#,
    );
    let review = review_of(DECISION_NONE, &cancelled);
    assert_eq!((review.state, review.run_status.kind), (ReviewState::Gone, StatusKind::Cancelled));
}

#[test]
fn a_review_does_without_its_step_documents() {
    let mut vendor = retab().ok("GET workflows/runs/run_w1", RUN_WAITING);
    let review = vendor.run(Retab.get_review(&run_ref("run_w1"), "hil-1")).unwrap();
    assert_eq!((review.state, review.data), (ReviewState::Open, json("null")));
    let none = vendor.run(Retab.get_review(&run_ref("run_w1"), "nobody")).unwrap_err();
    assert_eq!(none.kind, ErrorKind::NotFound);
}

#[test]
fn a_handle_stands_in_for_extracted_data() {
    let path = "GET workflows/runs/run_w1";
    let step = r#"{"node_id": "hil-1", "status": "waiting_for_human",
                   "handle_inputs": {"f": {"type": "file", "document": {"id": "x"}}, "input-json-0": {"type": "json", "data": {"total": 5.10}}}}"#;
    let mut vendor = retab().ok(path, RUN_WAITING).ok(&format!("{path}/steps/hil-1"), step);
    let review = vendor.run(Retab.get_review(&run_ref("run_w1"), "hil-1")).unwrap();
    assert_eq!(review.data.to_string(), r#"{"total":5.10}"#);
}

#[test]
fn failures_keep_their_kind() {
    for (reply, kind) in [
        (says(401, r#"{"detail": "bad key"}"#), ErrorKind::Unauthorized),
        (says(404, r#"{"detail": {"code": "run_not_found", "message": "No such run", "details": {"id": 1}}}"#), ErrorKind::NotFound),
        (says(429, ""), ErrorKind::RateLimited),
        (says(200, "<html>"), ErrorKind::Malformed),
        (says(200, "[]"), ErrorKind::Malformed),
        (fails(FailureKind::Timeout), ErrorKind::Timeout),
        (fails(FailureKind::Broken), ErrorKind::Unconfirmed),
    ] {
        let mut vendor = retab().on("GET workflows/runs/r", reply);
        let error = vendor.run(Retab.get_run(&run_ref("r"))).unwrap_err();
        assert_eq!((error.kind, error.call.as_ref()), (kind, "GET workflows/runs/r"));
        if kind == ErrorKind::NotFound {
            assert_eq!(error.detail, r#"No such run ({"id":1})"#);
        }
    }
}

#[test]
fn ids_are_encoded_into_the_path() {
    let mut vendor = retab();
    let _ = vendor.run(Retab.get_run(&run_ref("a b?c#d")));
    assert_eq!(vendor.targets()[0], "GET workflows/runs/a%20b%3Fc%23d");
}

#[test]
fn steps_are_in_the_order_of_their_start_under_ids_of_their_own() {
    let steps = r#"[{"node_id": "b", "status": "pending"}, {"node_id": "a", "status": "completed", "started_at": "2026-01-01T00:00:09Z"},
                    {"node_id": "a", "status": "error", "started_at": "2026-01-01T00:00:01Z"}, {"node_id": "a~3", "status": "pending"}]"#;
    let detail = read(
        r#"{"id": "r", "status": "running", "steps": [{"node_id": "only", "status": "skipped", "started_at": "2026-01-01T00:00:05Z"}]}"#,
        Some(steps),
    );
    let ids: Vec<_> = detail.steps.iter().map(|step| (step.id.as_str(), step.node.as_str())).collect();
    assert_eq!(ids, [("a~3", "a"), ("only", "only"), ("a", "a"), ("b", "b"), ("a~3~4", "a~3")]);
}
