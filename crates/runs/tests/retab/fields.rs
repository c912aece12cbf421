//! Every field that the vendor's page of one run names reaches a typed place, not only "other" or the raw answer.

use super::vendor::says;
use super::{retab, run_ref};
use runs::RunAdapter;
use runs::adapters::retab::Retab;
use runs::model::RunDetail;

/// Field and a fragment of a run that holds it; `@` is a text to be found again, 1927854306789 and 424242 likewise.
const RUN_FIELDS: &[(&str, &str)] = &[
    ("id", r#""id": "@""#),
    ("workflow_id", r#""workflow_id": "@""#),
    ("workflow_name", r#""workflow_name": "@""#),
    ("organization_id", r#""organization_id": "@""#),
    ("config_snapshot_id", r#""config_snapshot_id": "@""#),
    ("dataset_id", r#""dataset_id": "@""#),
    ("status", r#""status": "@""#),
    ("execution_phase", r#""execution_phase": "@""#),
    ("trigger_type", r#""trigger_type": "@""#),
    ("trigger_email", r#""trigger_email": "@""#),
    ("started_at", r#""started_at": "TIME""#),
    ("completed_at", r#""completed_at": "TIME""#),
    ("duration_ms", r#""duration_ms": 424242"#),
    ("human_waiting_started_at", r#""human_waiting_started_at": "TIME""#),
    ("human_waiting_duration_ms", r#""human_waiting_duration_ms": 424242"#),
    ("input_documents", r#""input_documents": {"@": {}}"#),
    ("input_documents.file_id", r#""input_documents": {"n": {"file_id": "@"}}"#),
    ("input_documents.filename", r#""input_documents": {"n": {"filename": "@"}}"#),
    ("input_documents.mime_type", r#""input_documents": {"n": {"mime_type": "@"}}"#),
    ("input_json_data", r#""input_json_data": {"n": {"a": "@"}}"#),
    ("input_text_data", r#""input_text_data": {"n": "@"}"#),
    ("final_outputs.label", r#""final_outputs": {"n": {"label": "@", "json_data": 1}}"#),
    ("final_outputs.json_data", r#""final_outputs": {"n": {"label": "l", "json_data": "@"}}"#),
    ("error", r#""error": "@""#),
    ("error_stage", r#""error_stage": "@""#),
    ("error_details", r#""error_details": {"anything": "@"}"#),
    ("cost_summary", r#""cost_summary": {"total": "@"}"#),
    ("trace_spans", r#""trace_spans": [{"name": "@"}]"#),
    ("cancel_signal_error", r#""cancel_signal_error": "@""#),
    ("cancel_signal_failed_at", r#""cancel_signal_failed_at": "TIME""#),
    ("cancel_native_error", r#""cancel_native_error": "@""#),
    ("cancel_confirmation_error", r#""cancel_confirmation_error": "@""#),
    ("cancel_requested_at", r#""cancel_requested_at": "TIME""#),
    ("created_at", r#""created_at": "TIME""#),
    ("updated_at", r#""updated_at": "TIME""#),
    ("waiting_for_node_ids", r#""waiting_for_node_ids": ["@"]"#),
    ("pending_node_outputs", r#""pending_node_outputs": {"n": "@"}"#),
    ("dag_snapshot", r#""dag_snapshot": {"n": "@"}"#),
    ("executed_node_ids", r#""executed_node_ids": ["@"]"#),
    ("parallel_completion_counters", r#""parallel_completion_counters": {"@": 1}"#),
    ("resume_queue", r#""resume_queue": [{"n": "@"}]"#),
    ("active_resume", r#""active_resume": {"n": "@"}"#),
    ("run_resume_status", r#""run_resume_status": "@""#),
    ("hil_signal_states", r#""hil_signal_states": {"n": "@"}"#),
    ("steps.node_id", r#""steps": [{"node_id": "@"}]"#),
    ("steps.node_type", r#""steps": [{"node_id": "n", "node_type": "@"}]"#),
    ("steps.node_label", r#""steps": [{"node_id": "n", "node_label": "@"}]"#),
    ("steps.status", r#""steps": [{"node_id": "n", "status": "@"}]"#),
    ("steps.started_at", r#""steps": [{"node_id": "n", "started_at": "TIME"}]"#),
    ("steps.completed_at", r#""steps": [{"node_id": "n", "completed_at": "TIME"}]"#),
    ("steps.duration_ms", r#""steps": [{"node_id": "n", "duration_ms": 424242}]"#),
    ("steps.output", r#""steps": [{"node_id": "n", "output": {"a": "@"}}]"#),
    ("steps.error", r#""steps": [{"node_id": "n", "error": "@"}]"#),
    ("steps.handle_inputs", r#""steps": [{"node_id": "n", "handle_inputs": {"a": "@"}}]"#),
    ("steps.handle_outputs", r#""steps": [{"node_id": "n", "output": {}, "handle_outputs": {"a": "@"}}]"#),
    ("steps.input_document", r#""steps": [{"node_id": "n", "input_document": {"id": "@"}}]"#),
    ("steps.output_document", r#""steps": [{"node_id": "n", "output_document": {"id": "@"}}]"#),
    ("steps.split_documents", r#""steps": [{"node_id": "n", "split_documents": {"a": "@"}}]"#),
    ("steps.human_reviewed_at", r#""steps": [{"node_id": "n", "human_reviewed_at": "TIME"}]"#),
    ("steps.retry_count", r#""steps": [{"node_id": "n", "retry_count": 424242}]"#),
    ("steps.loop_id", r#""steps": [{"node_id": "n", "loop_id": "@"}]"#),
    ("steps.iteration", r#""steps": [{"node_id": "n", "iteration": 424242}]"#),
    ("steps.model", r#""steps": [{"node_id": "n", "model": "@"}]"#),
    ("steps.error_category", r#""steps": [{"node_id": "n", "error_category": "@"}]"#),
    ("steps.created_at", r#""steps": [{"node_id": "n", "created_at": "TIME"}]"#),
    ("steps.updated_at", r#""steps": [{"node_id": "n", "updated_at": "TIME"}]"#),
];

/// Yes and no: what they are found again by.
const FLAGS: &[(&str, &str, &str)] = &[
    ("cancel_confirmation_pending", r#""cancel_confirmation_pending": false"#, "CancelPending, value: Flag(false)"),
    ("requires_human_review", r#""steps": [{"node_id": "n", "requires_human_review": true}]"#, "NeedsReview, value: Flag(true)"),
    ("human_review_approved", r#""steps": [{"node_id": "n", "human_review_approved": false}]"#, "ReviewApproved, value: Flag(false)"),
];

/// The model without what merely keeps the answer, and without what was derived.
fn typed(fragment: &str) -> String {
    let id = if fragment.contains("\"id\": \"@\"") && !fragment.contains('[') { "" } else { r#""id": "r", "# };
    let text = format!("{{{id}{fragment}}}").replace('@', "s3nt1nel").replace("TIME", "2031-02-03T04:05:06.789Z");
    let mut vendor = retab().on("GET workflows/runs/r", says(200, &text));
    let detail = vendor.run(Retab.get_run(&run_ref("r"))).unwrap_or_else(|error| panic!("{fragment}: {error:?}"));
    let mut detail = RunDetail { raw: Vec::new(), other: Vec::new(), history: Vec::new(), ..detail };
    detail.steps.iter_mut().for_each(|step| step.other.clear());
    detail.files.iter_mut().for_each(|file| file.other.clear());
    format!("{detail:?}")
}

#[test]
fn every_documented_field_has_a_typed_place() {
    let time = runs::Timestamp::parse("2031-02-03T04:05:06.789Z").unwrap().0.to_string();
    for (field, fragment) in RUN_FIELDS {
        let found = typed(fragment);
        let needle = if fragment.contains("TIME") {
            time.as_str()
        } else if fragment.contains("424242") {
            "424242"
        } else {
            "s3nt1nel"
        };
        assert!(found.contains(needle), "{field} is dropped: {found}");
    }
    for (field, fragment, needle) in FLAGS {
        let found = typed(fragment);
        assert!(found.contains(needle), "{field} is dropped: {found}");
    }
}

#[test]
fn a_field_of_the_wrong_type_costs_itself() {
    for (field, fragment) in RUN_FIELDS {
        // Data of any shape cannot be of the wrong type.
        let free = [
            "cost_summary",
            "trace_spans",
            "pending_node_outputs",
            "dag_snapshot",
            "resume_queue",
            "active_resume",
            "hil_signal_states",
            "parallel_completion_counters",
        ];
        let top = field.split('.').next().unwrap();
        if free.contains(&top) || top != *field {
            continue;
        }
        let wrong = if fragment.contains(": [") || fragment.contains(": {") { "7" } else { "[7]" };
        let id = if *field == "id" { "" } else { r#""id": "r", "# };
        let text = format!(r#"{{{id}"{top}": {wrong}}}"#);
        let read = retab().on("GET workflows/runs/r", says(200, &text)).run(Retab.get_run(&run_ref("r")));
        match read {
            Ok(detail) if ["status", "trigger_type"].contains(&top) => {
                let trigger = detail.run.trigger.unwrap().raw;
                assert!([detail.run.status.raw, trigger].contains(&wrong.to_owned()), "{field} is a word never seen before");
            }
            Ok(detail) => assert!(detail.other.iter().any(|(name, _)| name == top), "{field} is kept: {:?}", detail.other),
            Err(error) => assert!(top == "id" && error.detail.contains(top), "{field}: {}", error.detail),
        }
    }
}
