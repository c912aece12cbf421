use super::vendor::{Vendor, json, says};
use super::{
    ANSWERED, CHOICE, ENTRY, EVENTS, EVENTS_DONE, GET_DETAIL, GET_EVENTS, GET_RUN, REVIEW, RUN, airflow, altered, around, newest_first,
    reference, waiting,
};
use runs::adapters::RunRef;
use runs::adapters::airflow::Airflow;
use runs::model::review::{ResumeState, ReviewState};
use runs::model::{FactName, RunDetail};
use runs::{ErrorKind, RunAdapter, StatusKind};
use serde_json::json as value;

fn detail(vendor: &mut Vendor) -> RunDetail {
    vendor.run(Airflow.get_run(&reference())).unwrap()
}

#[test]
fn a_run_is_told_by_its_log() {
    let detail = detail(&mut waiting());
    let history: Vec<_> = detail.history.iter().map(|event| (event.status.kind, event.status.raw.as_str(), event.why.as_deref())).collect();
    let expected = [
        (StatusKind::Queued, "trigger_dag_run", Some("admin")),
        (StatusKind::Running, "running", None),
        (StatusKind::Waiting, "awaiting_input", Some("check")),
    ];
    assert_eq!(history, expected);
    assert!(!detail.history_derived);
    assert_eq!(detail.run.status.kind, StatusKind::Waiting);
    let steps: Vec<_> = detail.steps.iter().map(|step| (step.id.as_str(), step.status.kind)).collect();
    assert_eq!(steps, [("read_note:1", StatusKind::Completed), ("check:1", StatusKind::Waiting), ("book:0", StatusKind::NotStarted)]);
    assert_eq!(detail.steps[0].output.as_ref().unwrap()["total"], 349.5);
    assert_eq!((detail.run.steps_total, detail.run.steps_done), (Some(3), Some(1)));
    let note = detail.facts.iter().find(|fact| fact.name == FactName::Note);
    assert!(note.is_some(), "{:?}", detail.facts);

    let over = altered(RUN, &[("/state", value!("success")), ("/end_date", value!("2026-12-01T00:32:54Z"))]);
    let questions = "GET dags/delivery_check/dagRuns/t-1/hitlDetails";
    let answered = value!({"hitl_details": [json(ANSWERED)], "total_entries": 1}).to_string();
    // Ben came second, and was refused.
    let mut events = json(EVENTS_DONE);
    let late = value!({"when": "2026-12-01T00:32:52.211Z", "event": "update_hitl_detail", "owner": "ben", "task_id": "check", "extra": r#"{"map_index": "-1", "chosen_options": ["Reject"]}"#});
    events["event_logs"].as_array_mut().unwrap().insert(5, late);
    let mut done = around(airflow().ok(GET_RUN, &over).ok(GET_EVENTS, &newest_first(&events.to_string())).ok(questions, &answered));
    let detail = done.run(Airflow.get_run(&reference())).unwrap();
    let whys: Vec<_> = detail.history.iter().filter_map(|event| event.why.as_deref()).collect();
    assert_eq!(whys, ["admin", "check", "ada · Approve"]);
    assert_eq!(detail.history.last().map(|event| event.status.kind), Some(StatusKind::Completed));
    assert_eq!(detail.run.waited_ms, Some(77_262));
}

#[test]
fn who_may_not_read_the_log_is_told_the_rest() {
    let detail = detail(&mut around(airflow().on(GET_EVENTS, says(403, r#"{"detail": "Forbidden"}"#))));
    assert!(detail.history.is_empty() && detail.history_derived);
    assert_eq!(detail.steps.len(), 3);
}

#[test]
fn a_failed_run_says_why_by_its_log_and_has_every_try() {
    let run = "dags/stocktaking/dagRuns/t-1";
    let mut vendor = airflow()
        .ok(&format!("GET {run}"), include_str!("../fixtures/airflow/failed_run.json"))
        .ok(&format!("GET {run}/taskInstances"), include_str!("../fixtures/airflow/failed_tasks.json"))
        .ok(&format!("GET {run}/hitlDetails"), r#"{"hitl_details": [], "total_entries": 0}"#)
        .ok(&format!("GET {run}/taskInstances/~/xcomEntries"), r#"{"xcom_entries": [], "total_entries": 0}"#)
        .ok(&format!("GET {run}/taskInstances/weigh/-1/tries"), include_str!("../fixtures/airflow/tries.json"))
        .ok(&format!("GET {run}/taskInstances/count_shelf/logs/1"), include_str!("../fixtures/airflow/log.json"))
        .ok(GET_EVENTS, &newest_first(include_str!("../fixtures/airflow/failed_events.json")));
    let detail = vendor.run(Airflow.get_run(&RunRef { id: "stocktaking:t-1".into(), flow: None })).unwrap();
    let steps: Vec<_> = detail.steps.iter().map(|step| (step.node.as_str(), step.attempt, step.status.raw.as_str())).collect();
    assert_eq!(steps, [("weigh", 1, "failed"), ("weigh", 2, "success"), ("count_shelf", 1, "failed"), ("report", 1, "upstream_failed")]);
    let error = detail.run.error.unwrap();
    assert_eq!((error.message.as_str(), error.code.as_deref()), ("RuntimeError: shelf 7 has no label", Some("RuntimeError")));
    assert_eq!(error.step.as_deref(), Some("count_shelf:1"));
    assert_eq!(detail.history.last().map(|event| event.status.kind), Some(StatusKind::Failed));
}

#[test]
fn a_question_is_a_form_of_its_options_and_params() {
    let review = waiting().run(Airflow.get_review(&reference(), REVIEW)).unwrap();
    assert_eq!((review.data.clone(), review.name.as_str()), (value!({"comment": ""}), "check"));
    assert_eq!(review.instructions.as_deref(), Some("Total **349.5** EUR"));
    assert_eq!(review.since, runs::Timestamp::parse("2026-12-01T00:31:34.948522Z"), "when the task was parked");
    assert_eq!(review.evidence.len(), 1);
    let of = |document: &str| waiting_with(document).run(Airflow.get_review(&reference(), REVIEW)).unwrap();
    let choice = of(CHOICE);
    assert_eq!(choice.data, value!({"option": ["Quantity"]}));
    let schema = choice.schema.unwrap();
    assert_eq!(schema["properties"]["option"]["items"]["enum"], value!(["Quantity", "Price", "Damage"]));
    assert_eq!(schema["required"], value!(["option"]));
    let entry = of(ENTRY);
    assert_eq!(entry.data["currency"], "EUR");
    let schema = entry.schema.unwrap();
    assert_eq!(schema["properties"]["total"], value!({"type": "number", "minimum": 0, "description": "Total in EUR"}));
    assert_eq!((schema["additionalProperties"].clone(), schema["required"].as_array().unwrap().len()), (value!(false), 5));
    // Until 3.1.3 params were values alone.
    let raw = of(&altered(ENTRY, &[("/params", value!({"total": 3, "currency": {"value": "EUR"}}))]));
    assert_eq!(raw.data, value!({"total": 3, "currency": {"value": "EUR"}}));
}

fn waiting_with(detail: &str) -> Vendor {
    around(airflow().ok(GET_DETAIL, detail).ok(GET_EVENTS, &newest_first(EVENTS)))
}

#[test]
fn a_question_that_is_over_says_what_became_of_it() {
    let state = |detail: &str, events: &str| {
        let mut vendor = around(airflow().ok(GET_DETAIL, detail).ok(GET_EVENTS, &newest_first(events)));
        vendor.run(Airflow.get_review(&reference(), REVIEW)).unwrap().state
    };
    let resume = |detail: &str, events: &str| {
        let ReviewState::Decided(decision) = state(detail, events) else { panic!("{detail}") };
        (decision.resume.as_ref().unwrap().state, decision.resume.unwrap().error)
    };
    let done = |state: &str, ended: &str| {
        altered(ANSWERED, &[("/task_instance/state", value!(state)), ("/task_instance/end_date", value!(ended))])
    };
    let later = "2026-12-01T00:32:53Z";
    assert_eq!(resume(&done("success", later), EVENTS_DONE).0, ResumeState::Resumed);
    assert_eq!(resume(&done("queued", later), EVENTS).0, ResumeState::Pending);
    assert_eq!(resume(&done("failed", later), EVENTS), (ResumeState::Failed, None));
    assert_eq!(resume(&done("failed", "2026-12-01T00:32:00Z"), EVENTS).0, ResumeState::Skipped, "it had ended before the answer");
    // The scheduler lost it.
    let mut events = json(EVENTS_DONE);
    let entry = value!({"when": "2026-12-01T00:32:52.9Z", "event": "state mismatch", "task_id": "check", "map_index": -1, "try_number": 1, "extra": "Executor reported success, but it is queued"});
    events["event_logs"].as_array_mut().unwrap().push(entry);
    let told = resume(&done("failed", later), &events.to_string());
    assert_eq!(told, (ResumeState::Failed, Some("Executor reported success, but it is queued".into())));
    // Another try asks now.
    let again = altered(super::DETAIL, &[("/task_instance/try_number", value!(2))]);
    assert_eq!(state(&again, EVENTS), ReviewState::Gone);
    let timed_out = altered(super::DETAIL, &[("/task_instance/state", value!("failed"))]);
    assert_eq!(state(&timed_out, EVENTS), ReviewState::Gone);
}

#[test]
fn ids_that_are_none_lead_nowhere() {
    for id in ["", "x", ":x", "x:"] {
        let error = airflow().run(Airflow.get_run(&RunRef { id: id.into(), flow: None })).unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{id}");
    }
    for review in ["", "check", "check:x", "check:-1:1", "a:1:2:3", ":1"] {
        let error = waiting().run(Airflow.get_review(&reference(), review)).unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{review}");
    }
}
