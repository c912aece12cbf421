//! The routes of an engine for somebody who sees one flow of it.

use axum::body::Body;
use axum::http::Response;
use gateway::auth::Role;
use runs::Dialect;
use runs::adapters::route::KeyHeader;
use serde_json::{Value, json};

use super::{People, grant};
use crate::support::*;

#[tokio::test]
async fn of_airflow_nobody_is_given_another_dag() {
    let vendor = Vendor::answering(|seen| {
        let path = seen.line.split(['?', ' ']).nth(1).unwrap_or_default();
        let run = |dag: &str| json!({"dag_id": dag, "dag_run_id": "r"});
        let body = match path.strip_prefix("/v1/").unwrap_or_default() {
            "dags" => json!({"dags": [{"dag_id": "mine"}, {"dag_id": "theirs"}], "total_entries": 2}),
            "dags/~/dagRuns" => json!({"dag_runs": [run("theirs"), run("mine")], "total_entries": 2}),
            "dags/~/dagRuns/~/hitlDetails" => {
                json!({"hitl_details": [{"task_instance": run("mine")}, {"task_instance": run("theirs")}, {}], "total_entries": 3})
            }
            _ => run("mine"),
        };
        Response::builder().header("content-type", "application/json").body(Body::from(body.to_string())).unwrap()
    })
    .await;
    let mut people = People::new();
    let rea = people.add("Rea", vec![grant(Role::Reviewer, "airflow", &["mine"])]);
    let mut to = connection("airflow", Dialect::Airflow, &vendor.base);
    to.auth = KeyHeader::Bearer;
    let gateway = gateway_with(|config| (config.connections, config.sign_in) = (vec![to], people.sign_in)).await;
    let ask = async |path: &str| {
        let answer = gateway.get(&format!("/api/c/airflow/{path}")).bearer_auth(&rea).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default())
    };
    for (path, body) in [
        ("dags?limit=1", json!({"dags": [{"dag_id": "mine"}]})),
        ("dags/~/dagRuns?limit=5", json!({"dag_runs": [{"dag_id": "mine", "dag_run_id": "r"}]})),
        ("dags/~/dagRuns/~/hitlDetails", json!({"hitl_details": [{"task_instance": {"dag_id": "mine", "dag_run_id": "r"}}]})),
    ] {
        assert_eq!(ask(path).await, (200, body), "{path}");
    }
    for path in ["dags/mine/dagRuns", "dags/mine/dagRuns/r", "dags/mine/dagRuns/~/hitlDetails", "eventLogs?dag_id=mine&run_id=r"] {
        assert_eq!(ask(path).await.0, 200, "{path}");
    }
    for path in [
        "dags/theirs/dagRuns",
        "dags/%7E/dagRuns",
        "dags/~/dagRuns/r",
        "dags/theirs/dagRuns/r/taskInstances",
        "dags/~/dagRuns/~/taskInstances",
        "eventLogs?dag_id=theirs",
        "eventLogs?run_id=r",
        "eventLogs?dag_id=mine&dag_id=theirs",
    ] {
        assert!(matches!(ask(path).await.0, 400 | 403 | 404), "{path}");
    }
    // Deciding is a reviewer's; what sets any task to any state is not.
    let patch = async |path: &str| {
        let call = gateway.client.patch(gateway.url(&format!("/api/c/airflow/dags/mine/dagRuns/r/{path}"))).bearer_auth(&rea);
        call.header("x-sluice", "1").header("content-type", "application/json").body("{}").send().await.unwrap().status().as_u16()
    };
    assert_eq!(patch("taskInstances/t/-1").await, 403);
    assert_eq!(patch("taskInstances/t/-1/hitlDetails").await, 200);
}
