//! Executions from their start to their end: review, cancellation, another try, correction by hand.

use std::path::Path;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::client::{invalid, invoice, order, refused, start};
use super::{FLOW, NOBODY};

#[tokio::test]
async fn uploaded_files_are_read_reviewed_and_completed_with_the_corrected_value() {
    let sandbox = start(100).await;
    let sample = |name: &str| std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name)).unwrap();
    let order = sample("purchase-order-4711.pdf");
    let upload = sandbox.ask(Method::POST, &format!("/flows/{FLOW}/upload-url?content_type=application/pdf")).send().await.unwrap();
    let upload: Value = upload.json().await.unwrap();
    let url = upload["upload_url"].as_str().unwrap();
    let put = sandbox.client.put(url).header("Content-Type", "application/pdf").body(order.clone()).send().await.unwrap();
    assert_eq!(put.status(), StatusCode::OK);
    assert_eq!(sandbox.client.put(format!("{url}0")).body("x").send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let files = sandbox.json(&format!("/flows/{FLOW}/files")).await;
    assert_eq!((&files[0]["file_key"], &files[0]["size"]), (&upload["file_key"], &json!(order.len())));

    let id = sandbox
        .create(json!({ "purchase_order": upload["file_key"], "invoice": String::from_utf8(sample("invoice-4711.json")).unwrap() }))
        .await;
    sandbox.until(&id, &["awaiting_input"]).await;
    let task = sandbox.json(&format!("/human-review-tasks/by-execution?flow_execution_id={id}")).await[0].clone();
    assert_eq!((&task["status"], &task["review_result"], &task["completed_by"]), (&json!("pending"), &Value::Null, &Value::Null));
    assert!(task["human_messages"][0].as_str().unwrap().contains("50"), "{task}");
    let mut output = sandbox.to_review(&task).await;
    assert_eq!(output["purchase_order"]["total"].to_string(), "1562.50", "digits as in the file");
    output["invoice"]["total"] = serde_json::from_str("1562.50").unwrap();

    let path = format!("/human-review-tasks/{}", task["id"].as_str().unwrap());
    let body = |output: &Value| json!({ "review_result": true, "reviewed_output": [output] });
    let complete = |body: Value| sandbox.ask(Method::POST, &format!("{path}/complete")).json(&body);
    assert_eq!(refused(complete(body(&output))).await.0, StatusCode::BAD_REQUEST, "not started");
    let (status, started) = sandbox.post(&format!("{path}/start"), &json!({})).await;
    assert_eq!((status, &started["status"]), (StatusCode::OK, &json!("in_progress")));
    assert_eq!(sandbox.post(&format!("{path}/start"), &json!({})).await.0, StatusCode::OK, "may be repeated");
    let assignment = sandbox.json(&format!("{path}/assignments?include_user_info=true")).await[0].clone();
    assert_eq!((&assignment["status"], &assignment["user"]["id"]), (&json!("in_progress"), &assignment["user_id"]));

    assert_eq!(invalid(complete(json!({ "review_result": 1 }))).await, ["body.review_result", "body.reviewed_output"]);
    for outputs in [json!([]), json!([output, output]), json!([7]), json!([{ "invoice": {} }])] {
        let (status, error) = refused(complete(json!({ "review_result": true, "reviewed_output": outputs }))).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(!error["details"].as_array().unwrap().is_empty(), "{error}");
    }
    let (status, done) = sandbox.post(&format!("{path}/complete"), &body(&output)).await;
    assert_eq!((status, &done["status"], &done["review_result"]), (StatusCode::OK, &json!("completed"), &json!(true)), "{done}");
    assert_eq!(done["reviewed_output"][0]["invoice"]["total"].to_string(), "1562.50");
    assert!(done["completed_at"].is_string() && done["completed_by"] == assignment["user_id"]);
    assert_eq!(refused(sandbox.ask(Method::POST, &format!("{path}/start"))).await.0, StatusCode::CONFLICT);
    assert_eq!(refused(complete(body(&output))).await.0, StatusCode::BAD_REQUEST, "a second completion");
    assert_eq!(refused(sandbox.ask(Method::POST, &format!("{path}/unstart"))).await.0, StatusCode::CONFLICT);

    sandbox.until(&id, &["completed"]).await;
    let tasks = sandbox.tasks(&id).await;
    assert_eq!(tasks[0]["output"]["invoice"]["total"].to_string(), "1562.50", "the corrected value goes on: {}", tasks[0]);
    assert!(tasks.iter().all(|task| task["processing_status"] == "completed"));
    let tags = sandbox.json(&format!("/task-tags?flow_execution_id={id}")).await;
    assert_eq!((&tags[0]["tag"], &tags[0]["task_name"]), (&json!("correct"), &task["source_task_name"]));
    assert_eq!(sandbox.list("tags=review_status:correct&page_size=1").await[0]["id"], id.as_str());
}

#[tokio::test]
async fn an_output_marked_incorrect_goes_on_too() {
    let sandbox = start(100).await;
    let (id, task) = sandbox.waiting().await;
    let output = sandbox.to_review(&task).await;
    let path = format!("/human-review-tasks/{}", task["id"].as_str().unwrap());
    let pending = sandbox.json(&format!("/human-review-tasks?flow_execution_id={id}&status=pending,in_progress")).await;
    assert_eq!((&pending["total_count"], &pending["items"][0]["id"]), (&json!(1), &task["id"]));
    sandbox.post(&format!("{path}/start"), &json!({})).await;
    let (status, left) = sandbox.post(&format!("{path}/unstart"), &json!({})).await;
    assert_eq!((status, &left["status"]), (StatusCode::OK, &json!("in_progress")), "only the assignment goes back");
    assert_eq!(sandbox.json(&format!("{path}/assignments")).await[0]["status"], "pending");
    assert_eq!(refused(sandbox.ask(Method::POST, &format!("{path}/unstart"))).await.0, StatusCode::CONFLICT);
    sandbox.post(&format!("{path}/start"), &json!({})).await;
    let body = json!({ "review_result": false, "reviewed_output": [output] });
    assert_eq!(sandbox.post(&format!("{path}/complete"), &body).await.0, StatusCode::OK);
    sandbox.until(&id, &["completed"]).await;
    let done = sandbox.json(&path).await;
    assert_eq!((&done["review_result"], &done["status"]), (&json!(false), &json!("completed")));
    assert_eq!(sandbox.tasks(&id).await[0]["output"]["invoice"]["total"].to_string(), "500.50", "as it was read");
    let by_tag = sandbox.json("/human-review-tasks?tags=incorrect").await;
    assert_eq!((&by_tag["total_count"], &by_tag["items"][0]["id"]), (&json!(1), &task["id"]));
}

#[tokio::test]
async fn a_cancellation_is_asked_for_first_and_takes_the_review_with_it() {
    let sandbox = start(100).await;
    let (id, task) = sandbox.waiting().await;
    let path = format!("/flow-executions/{id}");
    assert_eq!(sandbox.verb(Method::POST, &format!("{path}/cancel")).await, StatusCode::NO_CONTENT);
    assert_eq!(sandbox.json(&path).await["status"], "cancel_requested");
    assert_eq!(sandbox.verb(Method::POST, &format!("{path}/cancel")).await, StatusCode::NO_CONTENT);
    sandbox.until(&id, &["cancelled"]).await;
    let review = format!("/human-review-tasks/{}/start", task["id"].as_str().unwrap());
    assert_eq!(refused(sandbox.ask(Method::POST, &review)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(sandbox.json(&format!("/human-review-tasks/by-execution?flow_execution_id={id}")).await, json!([]));
    let unknown = sandbox.ask(Method::POST, &format!("/flow-executions/{NOBODY}/cancel"));
    assert_eq!(refused(unknown).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn executing_again_keeps_the_id_and_counts_the_tries() {
    let sandbox = start(100).await;
    let id = sandbox.create(json!({ "purchase_order": order(), "invoice": invoice("450.50") })).await;
    let path = format!("/flow-executions/{id}");
    let (status, error) = refused(sandbox.ask(Method::POST, &format!("{path}/execute"))).await;
    assert_eq!((status, &error["code"]), (StatusCode::CONFLICT, &json!("conflict")));
    sandbox.until(&id, &["completed"]).await;
    let first = sandbox.tasks(&id).await;
    assert!(first.iter().all(|task| task["task_execution_idx"] == 0));
    assert_eq!(sandbox.verb(Method::POST, &format!("{path}/execute")).await, StatusCode::NO_CONTENT);
    assert!(["queued", "running"].contains(&sandbox.json(&path).await["status"].as_str().unwrap()));
    sandbox.until(&id, &["completed"]).await;
    let both = sandbox.tasks(&id).await;
    assert_eq!(both.len(), 2 * first.len());
    assert_eq!(both[0]["task_execution_idx"], 1);
    let name = first[0]["task_name"].as_str().unwrap();
    let one = sandbox.json(&format!("/task-executions?flow_execution_id={id}&task_name={name}&task_execution_idx=0")).await;
    assert_eq!(one["task_executions"], json!([first[0]]));
}

#[tokio::test]
async fn a_corrected_task_makes_its_execution_edited() {
    let sandbox = start(100).await;
    let id = sandbox.create(json!({ "purchase_order": order(), "invoice": invoice("450.50") })).await;
    sandbox.until(&id, &["completed"]).await;
    let mut task = sandbox.tasks(&id).await[0].clone();
    assert_eq!(sandbox.json(&format!("/task-executions/{}", task["id"].as_str().unwrap())).await["output"], task["output"]);
    task["output"]["note"] = json!("by hand");
    let put = |query: &str, body: &Value| sandbox.ask(Method::PUT, &format!("/task-executions{query}")).json(body);
    assert_eq!(refused(put("?execute_flow=true", &task)).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(invalid(put("", &json!({ "id": NOBODY }))).await.len(), 6);
    let answer: Value = put("", &task).send().await.unwrap().json().await.unwrap();
    assert_eq!((&answer["output"]["note"], &answer["edited_status"]), (&json!("by hand"), &json!("edited_not_reexecuted")));
    assert_eq!(sandbox.json(&format!("/flow-executions/{id}")).await["status"], "edited");
}
