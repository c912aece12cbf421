use super::vendor::{body, json, says};
use super::{GET_INPUTS, GET_RUN, GET_STATES, ID, REVIEW, RUN, STATES, around, prefect, reference, waiting};
use runs::adapters::RunRef;
use runs::adapters::prefect::Prefect;
use runs::model::review::ReviewState;
use runs::model::{FactName, FactValue, OutputAs, TriggerKind};
use runs::{ErrorKind, RunAdapter, StatusKind, Timestamp};

#[test]
fn a_run_that_waits_with_its_history_tasks_artifacts_and_log() {
    let mut vendor = waiting();
    let detail = vendor.run(Prefect.get_run(&reference())).unwrap();
    let run = &detail.run;
    assert_eq!((run.status.kind, run.status.raw.as_str(), run.name.as_deref()), (StatusKind::Waiting, "Paused", Some("goods-2")));
    assert_eq!(run.flow_name.as_deref(), Some("goods-in/desk"), "flow and deployment by their names");
    assert_eq!(run.trigger.as_ref().unwrap().kind, TriggerKind::Api);
    assert_eq!(run.waiting_on, [REVIEW]);
    assert_eq!(run.waiting_since, Timestamp::parse("2026-11-30T15:13:13.165402Z"));
    assert!(detail.facts.iter().any(|fact| fact.name == FactName::WaitsUntil && matches!(fact.value, FactValue::Time(_))));
    let words: Vec<_> = detail.history.iter().map(|event| event.status.raw.as_str()).collect();
    assert_eq!(words, ["Scheduled", "Pending", "Submitting", "Running", "Paused"]);
    assert!(!detail.history_derived);
    let steps: Vec<_> = detail.steps.iter().map(|step| (step.name.as_str(), step.attempt, step.kind.as_deref())).collect();
    assert_eq!(steps, [("read-D-1002", 1, None), ("look_up_supplier-3b9", 2, None), ("weigh-0", 1, Some("subflow"))]);
    let outputs: Vec<_> = detail.outputs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(outputs, ["delivery-note", "positions", "notes"]);
    assert_eq!(detail.outputs[1].1[0]["quantity"].to_string(), "3", "a table comes as a text");
    assert_eq!(detail.inputs[0], ("note".into(), "D-1002".into()));
    assert_eq!(detail.reviews[0].id, REVIEW);
    let targets = vendor.targets();
    assert!(targets.contains(&format!("GET flow_run_states/?flow_run_id={ID}")), "{targets:?}");
}

#[test]
fn states_and_steps_beyond_a_page_of_the_vendor_are_read_on() {
    let task =
        |at: usize| format!(r#"{{"id": "t{at}", "task_key": "k", "name": "n{at}", "state_type": "COMPLETED", "state_name": "Cached"}}"#);
    let page = |from: usize, to: usize| format!("[{}]", (from..to).map(task).collect::<Vec<_>>().join(","));
    let vendor = prefect()
        .ok(GET_RUN, RUN)
        .ok(GET_STATES, STATES)
        .ok("POST task_runs/filter", &page(0, 200))
        .ok("POST task_runs/filter", &page(200, 230));
    let mut vendor = around(vendor);
    let detail = vendor.run(Prefect.get_run(&reference())).unwrap();
    assert_eq!((detail.steps.len(), detail.steps_cut, detail.run.steps_done), (230, false, Some(230)));
    let asked: Vec<_> = vendor.seen.iter().filter(|request| request.path == "task_runs/filter").map(body).collect();
    assert!(asked[0].contains(r#""offset":0"#) && asked[1].contains(r#""offset":200"#), "{asked:?}");
}

#[test]
fn a_review_has_its_whole_form_its_question_and_its_evidence() {
    let review = waiting().run(Prefect.get_review(&reference(), REVIEW)).unwrap();
    assert_eq!(review.state, ReviewState::Open);
    assert_eq!((review.name.as_str(), review.reason.as_deref()), ("delivery", Some("**Delivery D-1002**: one crate more than ordered")));
    let wanted = r#"{"verdict":"accept","total":349.5,"currency":"EUR","due":null,"positions":[{"article":"PUMP-7","quantity":3,"price":116.5}],"comment":""}"#;
    assert_eq!(review.data, json(wanted));
    assert!(review.schema.as_ref().unwrap().get("definitions").is_some());
    let looks: Vec<_> = review.evidence.iter().map(|step| (step.name.as_str(), step.output_as)).collect();
    assert_eq!(looks, [("delivery-note", OutputAs::Markdown), ("positions", OutputAs::Table), ("notes", OutputAs::Markdown)]);
    assert!(review.until.is_some());
    let error = waiting().run(Prefect.get_review(&reference(), "another")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[test]
fn a_question_that_is_not_stored_yet_is_no_missing_form() {
    let vendor = prefect().ok(GET_RUN, RUN).ok(GET_STATES, STATES).ok(GET_INPUTS, "[]");
    let error = around(vendor).run(Prefect.get_review(&reference(), REVIEW)).unwrap_err();
    assert!(error.passing(), "{error:?}");
}

#[test]
fn errors_are_told_in_the_vendors_words() {
    for (status, text, kind, detail) in [
        (404, r#"{"detail":"Flow run not found"}"#, ErrorKind::NotFound, "Flow run not found"),
        (401, r#"{"exception_message":"Unauthorized"}"#, ErrorKind::Unauthorized, "Unauthorized"),
        (503, r#"{"exception_message":"Service Unavailable"}"#, ErrorKind::Vendor, "Service Unavailable"),
        (
            422,
            r#"{"detail":"Invalid limit: must be less than or equal to 200."}"#,
            ErrorKind::Invalid,
            "Invalid limit: must be less than or equal to 200.",
        ),
    ] {
        let error = prefect().on(GET_RUN, says(status, text)).run(Prefect.get_status(&reference())).unwrap_err();
        assert_eq!((error.kind, error.detail.as_str()), (kind, detail));
    }
    let text = r#"{"exception_message":"Invalid request received.","exception_detail":[{"type":"x","loc":["body","run_input"],"msg":"no dict","input":1}],"request_body":{}}"#;
    let error = prefect().on(GET_RUN, says(422, text)).run(Prefect.get_status(&reference())).unwrap_err();
    assert_eq!((error.detail.as_str(), &error.fields[..]), ("Invalid request received.", &[("run_input".into(), "no dict".into())][..]));
}

#[test]
fn what_cannot_be_read_costs_itself_and_an_unknown_state_is_shown_as_it_came() {
    let odd = r#"{"id": "r", "deployment_id": 7, "state": {"id": "s", "type": "DREAMING", "name": "Asleep", "timestamp": "soon"}, "tags": "x", "run_count": -1}"#;
    let mut vendor = prefect().ok("GET flow_runs/r", odd);
    let run = vendor.run(Prefect.get_status(&RunRef { id: "r".into(), flow: None })).unwrap();
    assert_eq!((run.status.kind, run.status.raw.as_str(), run.flow.as_str()), (StatusKind::Unknown, "Asleep", ""));
}
