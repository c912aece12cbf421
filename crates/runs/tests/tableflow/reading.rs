use super::vendor::{fails, json, says};
use super::{RUN_COMPLETED, RUN_REVIEW, RUN_STARTED, run_ref, tableflow};
use runs::adapters::tableflow::TableFlow;
use runs::model::{Fact, FactName, FactValue, FilePlace, FileRole, RunDetail, TriggerKind};
use runs::wire::http::FailureKind;
use runs::{Adapter, ErrorKind, RunAdapter, StatusKind, Timestamp};

fn read(text: &str) -> RunDetail {
    let id = json(text)["id"].as_str().unwrap().to_owned();
    tableflow().ok(&format!("GET flows/runs/{id}"), text).run(TableFlow.get_run(&run_ref(&id))).unwrap()
}

const fn unix(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp(seconds * 1_000))
}

#[test]
fn the_documented_run_is_read_whole() {
    let detail = read(RUN_COMPLETED);
    let run = &detail.run;
    assert_eq!((run.id.as_str(), run.flow.as_str()), ("Wp7kRnT2mX4vQ9bL", "dk4g1tUg1uHLs8YU"));
    assert_eq!(run.flow_name.as_deref(), Some("PO to Invoice Reconciliation"));
    assert_eq!((run.status.kind, run.status.raw.as_str()), (StatusKind::Completed, "completed"));
    assert_eq!((run.started_at, run.finished_at, run.duration_ms), (unix(1_682_366_228), unix(1_682_366_258), Some(30_000)));
    assert_eq!((run.created_at, run.updated_at), (unix(1_682_366_228), unix(1_682_366_258)));
    assert_eq!(run.trigger.as_ref().map(|trigger| (trigger.kind, trigger.raw.as_str())), Some((TriggerKind::Api, "api")));
    assert_eq!(run.metadata, [("customer_id".to_owned(), json("\"12345\"")), ("order_number".into(), json("\"PO-2024-001\""))]);
    assert_eq!((&run.error, run.waited_ms, run.steps_total), (&None, None, None));

    assert!(!detail.history_derived);
    let history: Vec<_> = detail.history.iter().map(|event| (event.status.kind, Some(event.at), event.why.as_deref())).collect();
    assert_eq!(
        history,
        [
            (StatusKind::Running, unix(1_682_366_228), Some("Flow started via api")),
            (StatusKind::Completed, unix(1_682_366_258), Some("Flow completed successfully"))
        ]
    );
    let file = &detail.files[0];
    assert_eq!((file.role, file.field.as_str(), file.id.as_deref()), (FileRole::Drive, "reconciliation", Some("1ABC123DEF456")));
    assert_eq!(file.parts, ["Reconciliation Results (gid 0)"]);
    let steps: Vec<_> =
        detail.steps.iter().map(|step| (step.id.as_str(), step.name.as_str(), step.kind.as_deref(), step.status.kind)).collect();
    assert_eq!(
        steps,
        [
            ("step_1", "Extract Purchase Order", Some("extraction"), StatusKind::Unknown),
            ("step_2", "Extract Invoice", Some("extraction"), StatusKind::Unknown),
            ("step_3", "Reconcile Documents", Some("reconciliation"), StatusKind::Unknown),
        ],
        "the flow's steps; how they went was not told"
    );
    assert!(detail.facts.contains(&Fact::text(FactName::Workspace, "uT2bJNWN75YPU95r")));
    assert!(detail.facts.contains(&Fact { name: FactName::FlowActive, value: FactValue::Flag(true) }));
    assert!(detail.other.is_empty(), "{:?}", detail.other);
    assert_eq!(detail.raw[0].1, json(RUN_COMPLETED));
}

#[test]
fn a_running_run_has_no_duration_yet() {
    let run = read(RUN_STARTED).run;
    assert_eq!((run.status.kind, run.duration_ms, run.finished_at), (StatusKind::Running, None, None));
}

#[test]
fn loosely_documented_parts_are_read_and_the_rest_of_them_kept() {
    let detail = read(RUN_REVIEW);
    let run = &detail.run;
    assert_eq!((run.status.kind, run.attempt), (StatusKind::Waiting, Some(2)));
    assert_eq!((run.waited_ms, run.waiting_since), (Some(30_500), unix(1_682_366_250)), "one wait is over, one goes on");
    assert_eq!(detail.history[2].why, None);

    let tries: Vec<_> =
        detail.attempts.iter().map(|attempt| (attempt.number, attempt.status.as_ref().unwrap().kind, attempt.finished_at)).collect();
    assert_eq!(tries, [(1, StatusKind::Failed, unix(1_682_366_205)), (2, StatusKind::Waiting, None)]);
    assert_eq!(detail.attempts[0].other, [("reason".to_owned(), json("\"model overloaded\""))]);

    let files: Vec<_> =
        detail.files.iter().map(|file| (file.field.as_str(), file.name.as_str(), file.media_type.as_deref(), file.bytes)).collect();
    assert_eq!(
        files,
        [
            ("purchase_order", "po.pdf", Some("application/pdf"), Some(48_213)),
            ("attachments", "a.csv", Some("text/csv"), Some(17)),
            ("attachments", "b.csv", Some("text/csv"), Some(18)),
        ]
    );
    assert_eq!(detail.files[0].other, [("pages".to_owned(), json("2"))]);

    let steps: Vec<_> = detail
        .steps
        .iter()
        .map(|step| (step.id.as_str(), step.node.as_str(), step.name.as_str(), step.attempt, step.status.kind))
        .collect();
    assert_eq!(
        steps,
        [
            ("step_1~1", "step_1", "Extract Purchase Order", 1, StatusKind::Failed),
            ("step_1~2", "step_1", "Extract Purchase Order", 2, StatusKind::Completed),
            ("exec_9", "step_2", "Extract Invoice", 2, StatusKind::Waiting),
            ("step_3", "step_3", "Reconcile Documents", 1, StatusKind::NotStarted),
        ]
    );
    assert_eq!(detail.steps[0].error.as_ref().unwrap().message, "model overloaded");
    assert_eq!(detail.steps[1].output.as_ref().unwrap().to_string(), r#"{"total":1234.560,"serial":9007199254740993}"#);
    assert_eq!(detail.steps[1].started_at, Timestamp::parse("2023-04-24T19:56:46Z"));
    assert_eq!(detail.steps[2].other, [("confidence".to_owned(), json("0.5"))]);
    assert_eq!((run.steps_total, run.steps_done), (Some(3), Some(1)), "of the last try");
    assert_eq!((run.waiting_on.as_slice(), detail.reviews[0].name.as_str()), (["step_2".to_owned()].as_slice(), "Extract Invoice"));
}

#[test]
fn parts_that_fit_no_guess_are_kept_as_they_are() {
    let detail = read(
        r#"{"id": "r", "flow_id": "f", "status": "failed", "error": "Totals differ", "brand_new": {"a": 1},
            "flow_attempts": ["first", {"number": "x", "steps": [{"id": "s1", "status": "failed", "error": "boom"}]}],
            "steps": null, "input_files": {"a": "a.pdf", "b": 7}}"#,
    );
    assert_eq!(detail.attempts.len(), 1);
    assert_eq!((detail.attempts[0].number, &detail.attempts[0].other[0].0), (2, &"number".to_owned()));
    let step = &detail.steps[0];
    assert_eq!((step.node.as_str(), step.attempt, step.error.as_ref().unwrap().message.as_str()), ("s1", 2, "boom"));
    let error = detail.run.error.unwrap();
    assert_eq!((error.message.as_str(), error.step_name.as_deref()), ("Totals differ", Some("s1")));
    assert_eq!((detail.files[0].name.as_str(), detail.files[1].name.as_str()), ("a.pdf", "7"));
    let other: Vec<_> = detail.other.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(other, ["flow_attempts", "brand_new"]);
    let strange = read(r#"{"id": "r", "steps": {"not": "a list"}, "flow_attempts": 3}"#);
    assert_eq!(strange.other.len(), 2);
}

#[test]
fn the_way_to_the_failed_step_is_not_to_an_error_that_a_second_try_mended() {
    let detail = read(
        r#"{"id": "r", "flow_id": "f", "status": "failed", "error": "Totals differ", "current_attempt": 2,
            "steps": [{"step_id": "s1", "status": "failed", "attempt": 1, "start_time": 1, "end_time": 2, "error": "overloaded"},
                      {"step_id": "s1", "status": "completed", "attempt": 2, "start_time": 3, "end_time": 4},
                      {"step_id": "s2", "status": "failed", "attempt": 2, "start_time": 4, "end_time": 5, "error": "Totals differ"},
                      {"step_id": "s3", "status": "pending", "attempt": 2}],
            "flow": {"id": "f", "name": "F", "steps": [{"id": "s2", "title": "Reconcile Documents"}]}}"#,
    );
    assert_eq!(detail.failed_step().map(|step| step.id.as_str()), Some("s2~2"));
    let error = detail.run.error.unwrap();
    assert_eq!((error.step.as_deref(), error.step_name.as_deref()), (Some("s2~2"), Some("Reconcile Documents")));
}

#[test]
fn the_bytes_of_a_file_are_those_of_its_extraction() {
    let detail = read(
        r#"{"id": "r", "flow_id": "f", "status": "completed",
            "input_files": {"a": [{"file_name": "a.pdf", "file_id": "f1", "extraction_id": "Ex 1"}, {"file_name": "b.pdf", "file_id": "f2"}]}}"#,
    );
    let ids: Vec<_> = detail.files.iter().map(|file| file.id.as_deref()).collect();
    assert_eq!(ids, [Some("Ex 1"), None], "no other id gives bytes");
    assert_eq!(detail.files[1].other, [("file_id".to_owned(), json("\"f2\""))], "but it is kept");
    let link = tableflow().run(TableFlow.file_link("Ex 1")).unwrap();
    let FilePlace::Call(call) = link.place else { panic!("a call") };
    assert_eq!(call.call(), "GET extractions/Ex%201/download-original");
    assert!(TableFlow::RELAYED.routes.iter().any(|route| route.matches(call.method, &call.path)));
}

#[test]
fn failures_keep_their_kind_and_words() {
    for (reply, kind, detail) in [
        (says(401, r#"{"error": "Unauthorized", "message": "Invalid API key"}"#), ErrorKind::Unauthorized, "Unauthorized: Invalid API key"),
        (says(404, r#"{"error": "Not found"}"#), ErrorKind::NotFound, "Not found"),
        (says(400, r#"{"error": "", "message": "Invalid parameters"}"#), ErrorKind::Invalid, "Invalid parameters"),
        (says(500, "oops"), ErrorKind::Vendor, "oops"),
        (fails(FailureKind::NoAnswer), ErrorKind::GatewayUnreachable, "the line broke"),
    ] {
        let error = tableflow().on("GET flows/runs/r", reply).run(TableFlow.get_run(&run_ref("r"))).unwrap_err();
        assert_eq!((error.kind, error.detail.as_str()), (kind, detail));
    }
}

#[test]
fn reviews_cannot_be_decided() {
    let error = tableflow().run(TableFlow.get_review(&run_ref("r"), "step_2")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unsupported);
    assert!(!TableFlow.capabilities().review.decides());
}
