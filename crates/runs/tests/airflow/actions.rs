use super::vendor::{body, json, says};
use super::{GET_RUN, RUN, airflow, altered, reference};
use runs::adapters::airflow::Airflow;
use runs::adapters::{InputKind, InputValue, StartRequest};
use runs::model::ActionOutcome;
use runs::{ErrorKind, RunAdapter, StatusKind};
use serde_json::json as value;

const START: &str = "POST dags/delivery_check/dagRuns";

fn request(name: Option<&str>, key: &str) -> StartRequest {
    let values = vec![(String::new(), InputValue::Json(value!({"number": "D-2"})))];
    StartRequest { flow: "delivery_check".into(), name: name.map(str::to_owned), metadata: None, values, key: key.into() }
}

#[test]
fn a_start_has_an_id_of_its_own_so_that_it_is_one() {
    let mut vendor = airflow().ok(START, RUN);
    let started = vendor.run(Airflow.start(request(Some(" Größe 7 "), "0b7c-1"))).unwrap();
    assert_eq!((started.run.id.as_str(), started.run.status.kind), ("delivery_check:t-1", StatusKind::Running));
    let sent = json(&body(vendor.writes()[0]));
    assert_eq!(sent, value!({"dag_run_id": "Gr__e_7__0b7c-1", "logical_date": null, "conf": {"number": "D-2"}}));
    assert!(vendor.writes()[0].repeatable);
    // The second one is told of the first.
    let conflict = r#"{"detail": {"reason": "Unique constraint violation", "message": "Serious error"}}"#;
    let mut vendor = airflow().on(START, says(409, conflict)).ok("GET dags/delivery_check/dagRuns/sluice__k", RUN);
    assert_eq!(vendor.run(Airflow.start(request(None, "k"))).unwrap().run.id, "delivery_check:t-1");
    let mut vendor = airflow().on(START, says(409, conflict));
    let error = vendor.run(Airflow.start(request(None, "k"))).unwrap_err();
    assert_eq!((error.kind, error.detail.as_str()), (ErrorKind::Conflict, "Unique constraint violation"));
}

#[test]
fn the_params_of_a_dag_fill_in_its_start() {
    let mut vendor = airflow().ok("GET dags/delivery_check/details", include_str!("../fixtures/airflow/details.json"));
    let inputs = vendor.run(Airflow.describe_inputs("delivery_check")).unwrap();
    assert_eq!(inputs.flow.name, "Delivery check");
    let InputKind::Json { example } = &inputs.fields[0].kind else { panic!("{inputs:?}") };
    assert_eq!(*example, value!({"number": "D-17", "limit": 400, "lane": "north", "due": null}));
}

#[test]
fn a_run_is_marked_failed_while_it_goes_on_and_cleared_when_it_is_over() {
    let failed = altered(RUN, &[("/state", value!("failed"))]);
    let mark = "PATCH dags/delivery_check/dagRuns/t-1";
    let clear = "POST dags/delivery_check/dagRuns/t-1/clear";
    let mut vendor = airflow().ok(GET_RUN, RUN).ok(mark, &failed);
    assert_eq!(vendor.run(Airflow.cancel(&reference(), "k")).unwrap(), ActionOutcome::Done);
    assert_eq!(json(&body(vendor.writes()[0])), value!({"state": "failed"}));
    let mut vendor = airflow().ok(GET_RUN, &failed).ok(clear, RUN);
    assert_eq!(vendor.run(Airflow.rerun(&reference(), "k")).unwrap(), ActionOutcome::Requested);
    assert_eq!(json(&body(vendor.writes()[0])), value!({"dry_run": false, "only_failed": false}));
    for (run, cancels) in [(RUN, false), (failed.as_str(), true)] {
        let mut vendor = airflow().ok(GET_RUN, run);
        let operation = if cancels { Airflow.cancel(&reference(), "k") } else { Airflow.rerun(&reference(), "k") };
        assert_eq!(vendor.run(operation).unwrap_err().kind, ErrorKind::Conflict);
        assert!(vendor.writes().is_empty());
    }
}

#[test]
fn a_run_that_goes_on_is_not_deleted_and_says_why() {
    let call = "DELETE dags/delivery_check/dagRuns/t-1";
    assert_eq!(airflow().on(call, says(204, "")).run(Airflow.delete(&reference())).unwrap(), ActionOutcome::Done);
    let refusal = r#"{"detail": "The DagRun with dag_id: `delivery_check` and run_id: `t-1` cannot be deleted in running state"}"#;
    let error = airflow().on(call, says(409, refusal)).run(Airflow.delete(&reference())).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert!(error.detail.contains("running state"));
}
