//! One run, from its four answers.

use runs::adapters::RunRef;
use runs::adapters::superai::SuperAi;
use runs::model::{FileRole, Iteration, RunDetail, TriggerKind};
use runs::{ErrorKind, RunAdapter, StatusKind, Timestamp};

use super::wire::{answer, changed, ok};
use super::{
    EXECUTION, FLOW, GET_FLOW, GET_REVIEWS, GET_RUN, GET_TASKS, OLDER_EXECUTION, OLDER_TASKS, REVIEW, REVIEW_ID, RUN, TASKS, Wire, get_run,
    not_found, reference, vendor, waiting,
};

fn at(text: &str) -> Option<Timestamp> {
    Some(Timestamp::parse(text).expect("a time"))
}

fn story(detail: &RunDetail) -> Vec<(StatusKind, String)> {
    detail.history.iter().map(|event| (event.status.kind, event.at.iso())).collect()
}

fn reviews(status: &str, changes: &[(&str, &str)]) -> String {
    let mut review = changed(REVIEW, "/status", &format!("\"{status}\""));
    for (pointer, value) in changes {
        review = changed(&review, pointer, value);
    }
    format!("[{review}]")
}

#[test]
fn a_waiting_run_is_told_whole() {
    let detail = waiting();
    let run = &detail.run;
    assert_eq!((run.id.as_str(), run.number, run.flow_version.as_deref()), (RUN, Some(42), Some("3")));
    assert_eq!((run.status.kind, run.status.raw.as_str()), (StatusKind::Waiting, "awaiting_input"));
    assert_eq!(run.flow_name.as_deref(), Some("Invoice Processing"));
    let trigger = run.trigger.as_ref().expect("a trigger");
    assert_eq!((trigger.kind, trigger.raw.as_str()), (TriggerKind::Email, "receive_email"));
    assert_eq!(run.started_at, at("2026-04-21T09:00:01Z"), "the first task's start");
    assert_eq!(run.finished_at, None);
    assert_eq!(run.waiting_since, at("2026-04-21T09:00:21Z"));
    assert_eq!(run.waiting_on, ["Check Totals"]);
    assert_eq!((run.steps_total, run.steps_done), (Some(4), Some(2)));
    assert_eq!(detail.reviews.len(), 1);
    assert_eq!((detail.reviews[0].id.as_str(), detail.reviews[0].name.as_str()), (REVIEW_ID, "Check Totals"));
    assert_eq!(detail.reviews[0].since, at("2026-04-21T09:00:21Z"));
    assert_eq!(detail.other, [("region".into(), "eu-1".into()), ("queue".into(), "eu".into())]);
    assert_eq!(detail.raw.len(), 4);
    assert!(detail.inputs[0].1.to_string().contains("1234.560"), "digits stay: {}", detail.inputs[0].1);
}

#[test]
fn steps_are_in_the_flows_order_with_their_tries() {
    let detail = waiting();
    let told: Vec<_> = detail.steps.iter().map(|step| (step.name.as_str(), step.attempt, step.status.kind)).collect();
    assert_eq!(
        told,
        [
            ("Receive File", 1, StatusKind::CompletedEdited),
            ("Doc To Structured", 1, StatusKind::Failed),
            ("Doc To Structured", 2, StatusKind::Completed),
            ("Check Totals", 1, StatusKind::Waiting),
            ("Export", 1, StatusKind::NotStarted),
        ]
    );
    let failed = detail.steps[1].error.as_ref().expect("an error");
    assert_eq!((failed.message.as_str(), failed.code.as_deref()), ("Connection timeout after 30 seconds", Some("ConnectionError")));
    assert_eq!(failed.stack.as_deref(), Some("Traceback (most recent call last):\n  ..."));
    assert_eq!(failed.details.as_deref(), Some(r#"{"attempts":3}"#), "what is not documented is kept");
    assert_eq!(detail.steps[2].duration_ms, Some(10_500));
    assert_eq!(detail.steps[2].node, detail.steps[1].node);
    assert_ne!(detail.steps[2].id, detail.steps[1].id);
    assert_eq!(detail.steps[2].kind.as_deref(), Some("doc_to_structured"));
    assert_eq!(detail.steps[2].other, [("worker_pool".into(), "gpu".into())]);
}

#[test]
fn files_are_found_by_their_addresses_once_a_role() {
    let detail = waiting();
    let told: Vec<_> = detail.files.iter().map(|file| (file.role, file.field.as_str(), file.name.as_str())).collect();
    assert_eq!(
        told,
        [
            (FileRole::Input, "file_key", "abc123.pdf"),
            (FileRole::Input, "invoice", "invoice 7.pdf"),
            (FileRole::Output, "document_url", "invoice 7.pdf"),
            (FileRole::Output, "scan", "scan.png"),
        ]
    );
    assert_eq!(detail.files[1].id.as_deref(), Some("gs://bucket/in/invoice 7.pdf"));
}

#[test]
fn the_history_is_derived_and_ordered() {
    let detail = waiting();
    assert!(detail.history_derived);
    assert_eq!(
        story(&detail),
        [
            (StatusKind::Queued, "2026-04-21T09:00:00Z".into()),
            (StatusKind::Running, "2026-04-21T09:00:01Z".into()),
            (StatusKind::Waiting, "2026-04-21T09:00:21Z".into()),
        ]
    );
    assert_eq!(detail.history[2].why.as_deref(), Some("Check Totals"));
    assert_eq!(detail.history[1].status.raw, "", "a derived status has no vendor's word");
    assert_eq!(detail.history[2].status.raw, "awaiting_input");
}

#[test]
fn a_decided_run_knows_how_long_people_took() {
    let decided = reviews("completed", &[("/review_result", "true"), ("/completed_at", "\"2026-04-21T10:00:21Z\"")]);
    let tasks = changed(TASKS, "/task_executions/0/processing_status", "\"completed\"");
    let tasks = changed(&tasks, "/task_executions/0/completed_at", "\"2026-04-21T10:00:25Z\"");
    let execution = changed(EXECUTION, "/status", "\"completed\"");
    let detail = get_run(&execution, &tasks, &decided, FLOW).expect("a run");
    assert_eq!(
        story(&detail),
        [
            (StatusKind::Queued, "2026-04-21T09:00:00Z".into()),
            (StatusKind::Running, "2026-04-21T09:00:01Z".into()),
            (StatusKind::Waiting, "2026-04-21T09:00:21Z".into()),
            (StatusKind::Running, "2026-04-21T10:00:21Z".into()),
            (StatusKind::Completed, "2026-04-21T10:00:25Z".into()),
        ]
    );
    assert_eq!(detail.run.waited_ms, Some(3_600_000));
    assert_eq!(detail.run.finished_at, at("2026-04-21T10:00:25Z"));
    assert_eq!(detail.steps[3].status.kind, StatusKind::Approved);
    assert!(detail.reviews.is_empty());
    let wrong = reviews("completed", &[("/review_result", "false"), ("/completed_at", "\"2026-04-21T10:00:21Z\"")]);
    let detail = get_run(&execution, &tasks, &wrong, FLOW).expect("a run");
    assert_eq!(detail.steps[3].status.kind, StatusKind::Completed, "marked as incorrect, and the flow went on");
}

#[test]
fn a_deferred_signal_reads_as_resuming() {
    let deferred =
        reviews("completed", &[("/review_result", "true"), ("/completed_at", "\"2026-04-21T10:00:21Z\""), ("/signal_sent", "false")]);
    let detail = get_run(EXECUTION, TASKS, &deferred, FLOW).expect("a run");
    assert_eq!((detail.run.status.kind, detail.run.status.raw.as_str()), (StatusKind::Resuming, "awaiting_input"));
    assert_eq!(story(&detail).last(), Some(&(StatusKind::Resuming, "2026-04-21T10:00:21Z".into())));
    let open = format!("[{},{REVIEW}]", deferred.trim_matches(['[', ']']));
    let detail = get_run(EXECUTION, TASKS, &open, FLOW).expect("a run");
    assert_eq!(detail.run.status.kind, StatusKind::Waiting, "another review is still open");
}

#[test]
fn every_status_word_is_mapped_and_new_ones_are_kept() {
    for (word, kind) in [
        ("queued", StatusKind::Queued),
        ("running", StatusKind::Running),
        ("in_progress", StatusKind::Running),
        ("completed", StatusKind::Completed),
        ("failed", StatusKind::Failed),
        ("deleted", StatusKind::Deleted),
        ("stale", StatusKind::Stale),
        ("edited", StatusKind::CompletedEdited),
        ("awaiting_input", StatusKind::Waiting),
        ("cancel_requested", StatusKind::Cancelling),
        ("cancelled", StatusKind::Cancelled),
        ("Queued ☃", StatusKind::Unknown),
    ] {
        let execution = changed(EXECUTION, "/status", &format!("\"{word}\""));
        let detail = get_run(&execution, TASKS, "[]", FLOW).expect("a run");
        assert_eq!((detail.run.status.kind, detail.run.status.raw.as_str()), (kind, word));
        let last = detail.history.last().expect("an event");
        assert_eq!((last.status.kind, last.status.raw.as_str()), (kind, word), "the history ends at the status");
        assert!(detail.history.is_sorted_by_key(|event| event.at), "{word}: {:?}", detail.history);
        assert_eq!(detail.run.finished_at.is_some(), kind.is_final(), "{word}");
    }
    let execution = changed(EXECUTION, "/status", "\"failed\"");
    let error = get_run(&execution, TASKS, "[]", FLOW).expect("a run").run.error.expect("its error");
    assert_eq!((error.step_name.as_deref(), error.step.is_some()), (Some("Doc To Structured"), true));
}

#[test]
fn stale_and_edited_tasks_keep_the_vendors_word() {
    let tasks = changed(TASKS, "/task_executions/3/stale_status", "\"stale\"");
    let detail = get_run(EXECUTION, &tasks, "[]", FLOW).expect("a run");
    assert_eq!((detail.steps[0].status.kind, detail.steps[0].status.raw.as_str()), (StatusKind::Stale, "completed"));
}

#[test]
fn the_older_generation_is_understood() {
    let mut wire = Wire::new(&SuperAi::RELAYED)
        .on(GET_RUN, ok(OLDER_EXECUTION))
        .on(GET_TASKS, ok(OLDER_TASKS))
        .on(GET_REVIEWS, not_found())
        .on(GET_FLOW, answer(403, r#"{"error":{"message":"no","code":"forbidden"}}"#));
    let detail = wire.run(SuperAi.get_run(&RunRef { id: RUN.into(), flow: None })).expect("a run");
    assert_eq!(wire.calls(), [GET_RUN, GET_TASKS, GET_REVIEWS, GET_FLOW], "the flow is asked for once it is known");
    assert_eq!((detail.run.status.kind, detail.run.number), (StatusKind::Running, None));
    assert_eq!(detail.run.created_at, at("2026-04-21T09:00:00Z"));
    assert_eq!((detail.steps[0].status.kind, detail.steps[0].name.as_str()), (StatusKind::Running, "send_email"));
    assert_eq!(detail.steps[0].error.as_ref().expect("an error").message, "boom");
    assert!(detail.raw.iter().any(|(_, value)| value == "no (forbidden)"), "what was refused is said: {:?}", detail.raw);
}

#[test]
fn a_deleted_run_is_not_found_or_deleted() {
    let mut wire = Wire::new(&SuperAi::RELAYED)
        .on(GET_RUN, not_found())
        .on(GET_TASKS, ok(r#"{"task_executions":[]}"#))
        .on(GET_REVIEWS, ok("[]"))
        .on(GET_FLOW, ok(FLOW));
    let error = wire.run(SuperAi.get_run(&reference())).expect_err("gone");
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert_eq!(error.detail, "not found or deleted: Resource not found (not_found)");
    assert_eq!((error.status, error.request_id.as_deref()), (Some(404), Some("01K8KABR6S16YETA2SZPVBS9SP")));
}

#[test]
fn tasks_of_other_runs_and_another_flows_definition_are_left_out() {
    let tasks = changed(TASKS, "/task_executions/1/flow_execution_id", "\"00000000-0000-4000-8000-000000000000\"");
    let detail = get_run(EXECUTION, &tasks, "[]", FLOW).expect("a run");
    assert_eq!(detail.steps.iter().filter(|step| step.node == "extract").count(), 1);
    let mut wire = vendor(EXECUTION, TASKS, "[]", FLOW).on("GET flows/other", ok(changed(FLOW, "/id", "\"other\"")));
    let detail = wire.run(SuperAi.get_run(&RunRef { id: RUN.into(), flow: Some("other".into()) })).expect("a run");
    assert_eq!(detail.run.flow_name.as_deref(), Some("Invoice Processing"), "the link named a wrong flow");
    let detail = get_run(EXECUTION, TASKS, "[]", &changed(FLOW, "/version", "4")).expect("a run");
    assert!(detail.steps.iter().all(|step| step.status.kind != StatusKind::NotStarted), "another version may have other tasks");
}

#[test]
fn outputs_are_those_of_the_last_tasks() {
    assert!(waiting().outputs.is_empty(), "the last task was not reached");
    let exported = changed(TASKS, "/task_executions/0/task_name", "\"export\"");
    let exported = changed(&exported, "/task_executions/0/output", r#"{"sent":1234.560}"#);
    let detail = get_run(EXECUTION, &exported, "[]", FLOW).expect("a run");
    assert_eq!(detail.outputs.len(), 1);
    assert_eq!((detail.outputs[0].0.as_str(), detail.outputs[0].1.to_string().as_str()), ("Export", r#"{"sent":1234.560}"#));
}

#[test]
fn reviews_of_one_task_are_told_apart_and_say_what_they_are_about() {
    let second = changed(&changed(REVIEW, "/id", "\"bbbb0002-0000-4000-8000-000000000000\""), "/source_task_execution_idx", "1");
    let detail = get_run(EXECUTION, TASKS, &format!("[{REVIEW},{second}]"), FLOW).expect("a run");
    let rounds: Vec<_> = detail.reviews.iter().map(|review| review.iteration.clone()).collect();
    assert_eq!(rounds, [Some(Iteration::Round(0)), Some(Iteration::Round(1))]);
    assert_eq!(detail.run.reviews.as_ref(), Some(&detail.reviews), "the queue learns them from the run");
    assert!(detail.reviews.iter().all(|review| !review.about.is_empty()), "{:?}", detail.reviews);
    assert_eq!(waiting().reviews[0].iteration, None, "one alone needs no round");
}
