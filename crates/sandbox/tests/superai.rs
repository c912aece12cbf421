//! The SuperAI dialect over real HTTP, asked as its vendor's published document says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use sandbox::{Config, Database};
use serde_json::{Value, json};
use tokio::sync::oneshot;

const FLOW: &str = "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d801";
const SHOWCASE: &str = "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d802";
const INACTIVE: &str = "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d804";
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

struct Sandbox {
    client: Client,
    base: String,
    _stop: oneshot::Sender<()>,
}

async fn start(runs: u64) -> Sandbox {
    let (stop, stopped) = oneshot::channel::<()>();
    let config = Config { listen: ([127, 0, 0, 1], 0).into(), db: Database::Memory, runs, quiet: true, ..Config::default() };
    let running = sandbox::serve(config, async move {
        let _ = stopped.await;
    });
    let running = running.await.unwrap();
    let base = running.bases().into_iter().find(|(name, _)| *name == "superai").unwrap().1;
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Sandbox { client, base, _stop: stop }
}

impl Sandbox {
    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).header("X-API-Key", "sandbox")
    }

    async fn json(&self, path: &str) -> Value {
        let answer = self.ask(Method::GET, path).send().await.unwrap();
        let status = answer.status();
        let body = answer.json().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path} {body}");
        body
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let answer = self.ask(Method::POST, path).json(body).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    async fn verb(&self, method: Method, path: &str) -> StatusCode {
        let answer = self.ask(method, path).send().await.unwrap();
        let status = answer.status();
        assert!(status != StatusCode::NO_CONTENT || answer.bytes().await.unwrap().is_empty());
        status
    }

    async fn list(&self, query: &str) -> Vec<Value> {
        self.json(&format!("/flow-executions?flow_id={FLOW}&{query}")).await.as_array().unwrap().clone()
    }

    async fn tasks(&self, execution: &str) -> Vec<Value> {
        let found = self.json(&format!("/task-executions?flow_execution_id={execution}")).await;
        found["task_executions"].as_array().unwrap().clone()
    }

    /// The execution once its status is one of the given.
    async fn until(&self, id: &str, statuses: &[&str]) -> Value {
        for _ in 0..600 {
            let found = self.json(&format!("/flow-executions/{id}")).await;
            if statuses.contains(&found["status"].as_str().unwrap()) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{id} did not become {statuses:?}: {}", self.json(&format!("/flow-executions/{id}")).await);
    }

    async fn create(&self, input: Value) -> String {
        let (status, made) = self.post("/flow-executions", &json!({ "flow_id": FLOW, "input": input })).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        assert_eq!(made["status"], "queued");
        made["id"].as_str().unwrap().to_owned()
    }

    /// An execution that waits for a person, and its open task.
    async fn waiting(&self) -> (String, Value) {
        let id = self.create(json!({ "purchase_order": order(), "invoice": invoice("500.50") })).await;
        self.until(&id, &["awaiting_input"]).await;
        let tasks = self.json(&format!("/human-review-tasks/by-execution?flow_execution_id={id}")).await;
        assert_eq!(tasks.as_array().unwrap().len(), 1);
        (id, tasks[0].clone())
    }

    /// The output that a task asks a person to look at.
    async fn to_review(&self, task: &Value) -> Value {
        let target = &task["target_task_executions"][0];
        let query = format!(
            "/task-executions?flow_execution_id={}&task_name={}&task_execution_idx={}",
            task["flow_execution_id"].as_str().unwrap(),
            target["task_name"].as_str().unwrap(),
            target["task_execution_idx"]
        );
        let found = self.json(&query).await;
        assert_eq!(found["task_executions"].as_array().unwrap().len(), 1, "{found}");
        found["task_executions"][0]["output"].clone()
    }
}

/// An error inside the vendor's envelope, whose request id is also in the header.
async fn refused(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let (status, header) = (answer.status(), answer.headers()["x-request-id"].to_str().unwrap().to_owned());
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["request_id"], header, "{body}");
    assert!(header.len() == 26 && header.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()), "a ULID: {header}");
    assert!(!body["error"]["message"].as_str().unwrap().is_empty());
    (status, body["error"].clone())
}

/// A 422 in FastAPI's own shape: the places that were wrong.
async fn invalid(request: RequestBuilder) -> Vec<String> {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let body: Value = answer.json().await.unwrap();
    let places = body["detail"].as_array().unwrap_or_else(|| panic!("{body}"));
    assert!(places.iter().all(|issue| issue["msg"].is_string() && issue["type"].is_string()));
    places.iter().map(|issue| issue["loc"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect::<Vec<_>>().join(".")).collect()
}

fn order() -> Value {
    serde_json::from_str(
        r#"{"number": "PO-1", "vendor": "Acme", "currency": "EUR", "total": 450.50,
            "lines": [{"description": "Chair", "quantity": 2, "unit_price": 225.250, "amount": 450.50}]}"#,
    )
    .unwrap()
}

fn invoice(total: &str) -> Value {
    let text = format!(
        r#"{{"number": "INV-1", "purchase_order_number": "PO-1", "vendor": "Acme", "currency": "EUR", "total": {total},
            "lines": [{{"description": "Chair", "quantity": 1, "unit_price": {total}, "amount": {total}}}]}}"#
    );
    serde_json::from_str(&text).unwrap()
}

fn ids(runs: &[Value]) -> Vec<String> {
    runs.iter().map(|run| run["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn ten_thousand_executions_page_to_the_end_without_gaps_or_doubles() {
    let sandbox = start(10_240).await;
    let (mut seen, mut last, mut page) = (Vec::new(), u64::MAX, 1);
    loop {
        let runs = sandbox.list(&format!("page_size=1000&include_run_number=true&page={page}")).await;
        for run in &runs {
            let number = run["run_number"].as_u64().unwrap();
            assert!(number < last, "{number} after {last}");
            assert!(run["status"] != "deleted");
            last = number;
        }
        seen.extend(ids(&runs));
        if runs.len() < 1_000 {
            break;
        }
        page += 1;
    }
    assert!(seen.len() > 10_000, "{}", seen.len());
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len());
    let flow = sandbox.json(&format!("/flows/{FLOW}")).await;
    assert!(flow["flow_executions_count"].as_u64().unwrap() >= seen.len() as u64, "deleted ones are counted");

    let behind = sandbox.list(&format!("page_size=50&start_from_execution_id={}", seen[7_000])).await;
    assert_eq!(ids(&behind), seen[7_001..7_051]);
    let second = sandbox.list(&format!("page_size=50&page=2&start_from_execution_id={}", seen[7_000])).await;
    assert_eq!(ids(&second), seen[7_051..7_101]);
    let oldest = sandbox.list("page_size=3&sort_direction=asc").await;
    assert_eq!(ids(&oldest), seen.iter().rev().take(3).cloned().collect::<Vec<_>>());
    assert_eq!(sandbox.list("").await.len(), 10);
    assert_eq!(sandbox.list("page=10000&page_size=1000").await.len(), 0);
}

#[tokio::test]
async fn numbers_count_deleted_executions_and_those_are_gone() {
    let sandbox = start(200).await;
    let runs = sandbox.list("page_size=3&include_run_number=true").await;
    let numbers: Vec<i64> = runs.iter().map(|run| run["run_number"].as_i64().unwrap()).collect();
    let path = format!("/flow-executions/{}", runs[1]["id"].as_str().unwrap());
    assert_eq!(sandbox.json(&path).await["run_number"], Value::Null);
    assert_eq!(sandbox.json(&format!("{path}?include_run_number=true")).await["run_number"], numbers[1]);
    assert_eq!(sandbox.verb(Method::DELETE, &path).await, StatusCode::NO_CONTENT);
    assert_eq!(sandbox.verb(Method::DELETE, &path).await, StatusCode::NO_CONTENT, "deleting twice is no error");
    assert_eq!(refused(sandbox.ask(Method::GET, &path)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(refused(sandbox.ask(Method::POST, &format!("{path}/execute"))).await.0, StatusCode::NOT_FOUND);
    let after = sandbox.list("page_size=3&include_run_number=true").await;
    assert_eq!((&after[0]["id"], &after[1]["id"]), (&runs[0]["id"], &runs[2]["id"]));
    assert_eq!((&after[0]["run_number"], &after[1]["run_number"]), (&json!(numbers[0]), &json!(numbers[2])), "a gap stays");
    let unknown = sandbox.ask(Method::DELETE, &format!("/flow-executions/{NOBODY}"));
    assert_eq!(refused(unknown).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_whole_vocabulary_is_there_and_filters_hold() {
    let sandbox = start(200).await;
    let mut counts = BTreeMap::new();
    for flow in [FLOW, SHOWCASE] {
        for run in sandbox.json(&format!("/flow-executions?flow_id={flow}&page_size=1000")).await.as_array().unwrap() {
            *counts.entry(run["status"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        }
    }
    let visible = ["awaiting_input", "cancel_requested", "cancelled", "completed", "edited", "failed", "queued", "running", "stale"];
    let found: Vec<&str> = counts.keys().map(String::as_str).collect();
    assert_eq!(found, visible);

    let some = sandbox.list("status=failed&status=cancelled&page_size=1000").await;
    assert!(!some.is_empty() && some.iter().all(|run| run["status"] == "failed" || run["status"] == "cancelled"));
    let rest = sandbox.list("status_exclude=failed&status_exclude=cancelled&page_size=1000").await;
    let all = sandbox.list("page_size=1000").await;
    assert_eq!(some.len() + rest.len(), all.len());
    assert!(sandbox.list("status=deleted").await.is_empty());

    let middle = all[all.len() / 2]["created_at"].as_str().unwrap();
    let newer = sandbox.list(&format!("page_size=1000&created_after={middle}")).await;
    let older = sandbox.list(&format!("page_size=1000&created_before={middle}")).await;
    assert_eq!(newer.len() + older.len(), all.len() + 1, "both bounds are inclusive");
    let updated = sandbox.list("page_size=1000&sort_field=updated_at&sort_direction=asc").await;
    assert!(updated.windows(2).all(|pair| pair[0]["updated_at"].as_str() <= pair[1]["updated_at"].as_str()));
    let credited = sandbox.list("status=completed&include_credits=true").await;
    assert!(credited.iter().all(|run| run["total_credits"].as_i64().unwrap() > 0));
    assert!(all.iter().all(|run| run["total_credits"].is_null()));
}

#[tokio::test]
async fn wrong_requests_are_refused_in_both_shapes() {
    let sandbox = start(100).await;
    let get = |path: &str| sandbox.ask(Method::GET, path);
    for query in ["", "flow_id=x", &format!("flow_id={FLOW}&page=0"), &format!("flow_id={FLOW}&page_size=1001&created_after=soon")] {
        let (status, error) = refused(get(&format!("/flow-executions?{query}"))).await;
        assert_eq!((status, &error["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("validation_error")), "{query}");
        assert!(error["details"][0]["loc"][0] == "query", "{error}");
    }
    assert_eq!(refused(get(&format!("/flow-executions?flow_id={FLOW}&status=SUCCEEDED"))).await.0, StatusCode::BAD_REQUEST);
    for path in [
        format!("/flow-executions?flow_id={NOBODY}"),
        format!("/flow-executions?flow_id={FLOW}&start_from_execution_id={NOBODY}"),
        format!("/flow-executions/{NOBODY}"),
        format!("/human-review-tasks/{NOBODY}"),
        format!("/task-executions/{NOBODY}"),
        format!("/flows/{NOBODY}"),
        format!("/task-tags?flow_execution_id={NOBODY}"),
        "/nowhere".to_owned(),
    ] {
        let (status, error) = refused(get(&path)).await;
        assert_eq!((status, &error["code"]), (StatusCode::NOT_FOUND, &json!("not_found")), "{path}");
    }
    assert_eq!(invalid(get("/flow-executions/x")).await, ["path.flow_execution_id"]);
    assert_eq!(invalid(get("/task-executions?task_execution_idx=-1&flow_execution_id=x")).await.len(), 2);
    assert_eq!(invalid(sandbox.ask(Method::POST, "/flow-executions").json(&json!({ "flow_id": "x" }))).await, ["body.flow_id", "body.input"]);
    assert_eq!(invalid(sandbox.ask(Method::POST, "/flow-executions").body("{")).await, ["body"]);
    let patched = refused(sandbox.ask(Method::PATCH, "/flow-executions")).await;
    assert_eq!(patched.0, StatusCode::METHOD_NOT_ALLOWED);

    let url = format!("{}/flows", sandbox.base);
    for request in [sandbox.client.get(&url), sandbox.client.get(&url).bearer_auth("x"), sandbox.client.get(&url).header("X-API-Key", "saf_x")] {
        assert_eq!(refused(request).await.0, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(sandbox.client.get(&url).bearer_auth("sandbox").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(sandbox.client.get(format!("{}/auth/anon-key", sandbox.base)).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn an_input_must_fit_the_flow() {
    let sandbox = start(100).await;
    let create = |body: Value| sandbox.ask(Method::POST, "/flow-executions").json(&body);
    let (status, error) = refused(create(json!({ "flow_id": FLOW, "input": { "invoice": 7 } }))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let places: BTreeSet<String> = error["details"].as_array().unwrap().iter().map(|issue| issue["loc"][1].to_string()).collect();
    assert_eq!(places, BTreeSet::from(["\"invoice\"".to_owned(), "\"purchase_order\"".to_owned()]));
    let missing = format!("flows/{FLOW}/documents/{NOBODY}");
    let (status, error) = refused(create(json!({ "flow_id": FLOW, "input": { "purchase_order": missing, "invoice": {} } }))).await;
    assert_eq!((status, error["details"].as_array().unwrap().len()), (StatusCode::BAD_REQUEST, 1), "{error}");
    assert_eq!(refused(create(json!({ "flow_id": NOBODY, "input": {} }))).await.0, StatusCode::NOT_FOUND);
    assert_eq!(refused(create(json!({ "flow_id": INACTIVE, "input": {} }))).await.0, StatusCode::BAD_REQUEST);
    let before = sandbox.list("include_run_number=true&page_size=1").await[0]["run_number"].clone();
    let unreadable = sandbox.create(json!({ "purchase_order": "nothing to read", "invoice": {} })).await;
    let failed = sandbox.until(&unreadable, &["failed"]).await;
    assert_eq!(sandbox.list("include_run_number=true&page_size=1").await[0]["run_number"], before.as_u64().unwrap() + 1);
    let tasks = sandbox.tasks(failed["id"].as_str().unwrap()).await;
    assert_eq!(tasks[0]["processing_status"], "failed", "newest first");
    assert!(tasks[0]["error"]["message"].as_str().unwrap().contains("purchase order"), "{}", tasks[0]);
}

#[tokio::test]
async fn uploaded_files_are_read_reviewed_and_completed_with_the_corrected_value() {
    let sandbox = start(100).await;
    let order = "Purchase Order,PO-1\nVendor,Acme\nCurrency,EUR\n\nDescription,Quantity,Unit Price,Amount\nChair,2,225.250,450.50\n\nTotal,450.50\n";
    let upload = sandbox.ask(Method::POST, &format!("/flows/{FLOW}/upload-url?content_type=text/csv")).send().await.unwrap();
    let upload: Value = upload.json().await.unwrap();
    let url = upload["upload_url"].as_str().unwrap();
    let put = sandbox.client.put(url).header("Content-Type", "text/csv").body(order).send().await.unwrap();
    assert_eq!(put.status(), StatusCode::OK);
    assert_eq!(sandbox.client.put(format!("{url}0")).body("x").send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let files = sandbox.json(&format!("/flows/{FLOW}/files")).await;
    assert_eq!((&files[0]["file_key"], &files[0]["size"]), (&upload["file_key"], &json!(order.len())));

    let id = sandbox.create(json!({ "purchase_order": upload["file_key"], "invoice": invoice("500.50").to_string() })).await;
    sandbox.until(&id, &["awaiting_input"]).await;
    let task = sandbox.json(&format!("/human-review-tasks/by-execution?flow_execution_id={id}")).await[0].clone();
    assert_eq!((&task["status"], &task["review_result"], &task["completed_by"]), (&json!("pending"), &Value::Null, &Value::Null));
    assert!(task["human_messages"][0].as_str().unwrap().contains("50"), "{task}");
    let mut output = sandbox.to_review(&task).await;
    assert_eq!(output["purchase_order"]["total"].to_string(), "450.50", "digits as in the file");
    output["invoice"]["total"] = serde_json::from_str("450.50").unwrap();

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
    assert_eq!(done["reviewed_output"][0]["invoice"]["total"].to_string(), "450.50");
    assert!(done["completed_at"].is_string() && done["completed_by"] == assignment["user_id"]);
    assert_eq!(refused(sandbox.ask(Method::POST, &format!("{path}/start"))).await.0, StatusCode::CONFLICT);
    assert_eq!(refused(complete(body(&output))).await.0, StatusCode::BAD_REQUEST, "a second completion");
    assert_eq!(refused(sandbox.ask(Method::POST, &format!("{path}/unstart"))).await.0, StatusCode::CONFLICT);

    sandbox.until(&id, &["completed"]).await;
    let tasks = sandbox.tasks(&id).await;
    assert_eq!(tasks[0]["output"]["invoice"]["total"].to_string(), "450.50", "the corrected value goes on: {}", tasks[0]);
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

#[tokio::test]
async fn stored_files_are_found_by_their_uri_only_inside_the_storage() {
    let sandbox = start(100).await;
    let answer = sandbox.ask(Method::POST, &format!("/flows/{FLOW}/upload-url")).send().await.unwrap();
    let upload: Value = answer.json().await.unwrap();
    let (uri, resolve) = (upload["uri"].as_str().unwrap(), |uri: &str| sandbox.ask(Method::POST, "/files/resolve").json(&json!({ "uri": uri })));
    assert_eq!(refused(resolve(uri)).await.0, StatusCode::NOT_FOUND, "nothing was uploaded yet");
    sandbox.client.put(upload["upload_url"].as_str().unwrap()).body("hello").send().await.unwrap();
    let link: Value = resolve(uri).send().await.unwrap().json().await.unwrap();
    assert_eq!(link["expires_in_seconds"], 3_600);
    let fetched = sandbox.client.get(link["download_url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(fetched.text().await.unwrap(), "hello", "needs no key");
    let redirect = sandbox.ask(Method::GET, "/files/download").query(&[("uri", uri)]).send().await.unwrap();
    assert_eq!(redirect.status(), StatusCode::FOUND);
    assert!(redirect.headers()["location"].to_str().unwrap().contains("/superai/storage/"));
    let plain = sandbox.ask(Method::GET, "/files/download").query(&[("uri", uri), ("redirect", "false")]).send().await.unwrap();
    assert!(plain.json::<Value>().await.unwrap()["download_url"].is_string());
    let (status, _) = sandbox.post("/flows/download-url", &json!({ "file_key": upload["file_key"] })).await;
    assert_eq!(status, StatusCode::OK);
    for (uri, expected) in [
        ("http://x/y", StatusCode::BAD_REQUEST),
        ("gs://bucket", StatusCode::BAD_REQUEST),
        ("gs://superai-file-upload-sandbox/flows/../x", StatusCode::BAD_REQUEST),
        ("gs://elsewhere/flows/a/documents/b", StatusCode::FORBIDDEN),
        ("gs://superai-file-upload-sandbox/flows/a/documents/b", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(refused(resolve(uri)).await.0, expected, "{uri}");
    }
}

#[tokio::test]
async fn flows_show_their_versions_and_what_they_take() {
    let sandbox = start(100).await;
    let all = sandbox.json("/flows?page_size=3&sort_field=display_name&sort_direction=asc").await;
    assert_eq!((&all["total"], &all["page"], &all["page_size"]), (&json!(4), &json!(1), &json!(3)));
    let names: Vec<&str> = all["flows"].as_array().unwrap().iter().map(|flow| flow["display_name"].as_str().unwrap()).collect();
    assert!(names.is_sorted() && names.len() == 3, "{names:?}");
    assert_eq!(sandbox.json("/flows?page_size=3&page=2").await["flows"].as_array().unwrap().len(), 1);
    let found = sandbox.json("/flows?search=INVOICE").await;
    assert_eq!((&found["total"], &found["flows"][0]["id"]), (&json!(1), &json!(FLOW)));
    assert_eq!(invalid(sandbox.ask(Method::GET, "/flows?page_size=101&sort_field=x")).await.len(), 2);

    let flow = sandbox.json(&format!("/flows/{FLOW}?include_input_schema=true&include_ordered_task_names=true")).await;
    let tasks = flow["definition"]["flow_configs"][0]["config"]["tasks"].as_array().unwrap();
    assert_eq!(flow["task_names"].as_array().unwrap().len(), tasks.len());
    assert_eq!(tasks[0]["input_schema"]["required"], json!(["purchase_order", "invoice"]));
    let receiver = tasks[0]["name"].as_str().unwrap();
    assert_eq!(tasks[2]["parameters"]["document_url"], format!("{{{{{receiver}.invoice}}}}"));
    let versions = sandbox.json(&format!("/flows/{FLOW}/versions")).await;
    let numbers: Vec<&Value> = versions.as_array().unwrap().iter().map(|flow| &flow["version"]).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!(sandbox.json(&format!("/flows/{FLOW}/versions/2")).await["is_latest"], false);
    assert_eq!(sandbox.json(&format!("/flows/{FLOW}/versions/summary")).await["total"], 3);
    assert_eq!(refused(sandbox.ask(Method::GET, &format!("/flows/{FLOW}/versions/4"))).await.0, StatusCode::NOT_FOUND);
    let credits = sandbox.json("/organizations/credits").await;
    let monthly = &credits["monthly"];
    assert_eq!(monthly["consumed"].as_i64().unwrap() + monthly["remaining"].as_i64().unwrap(), monthly["allowance"].as_i64().unwrap());
    assert_eq!(sandbox.json("/profile/me").await["organization_id"], credits["organization_id"]);
}
