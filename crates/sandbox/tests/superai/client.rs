//! A sandbox on a free port, and questions to its SuperAI dialect.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use sandbox::{Config, Database};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::FLOW;

pub(crate) struct Sandbox {
    pub(crate) client: Client,
    pub(crate) base: String,
    _stop: oneshot::Sender<()>,
}

pub(crate) async fn start(runs: u64) -> Sandbox {
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
    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).header("X-API-Key", "sandbox")
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let answer = self.ask(Method::GET, path).send().await.unwrap();
        let status = answer.status();
        let body = answer.json().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path} {body}");
        body
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let answer = self.ask(Method::POST, path).json(body).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    pub(crate) async fn verb(&self, method: Method, path: &str) -> StatusCode {
        let answer = self.ask(method, path).send().await.unwrap();
        let status = answer.status();
        assert!(status != StatusCode::NO_CONTENT || answer.bytes().await.unwrap().is_empty());
        status
    }

    pub(crate) async fn list(&self, query: &str) -> Vec<Value> {
        self.json(&format!("/flow-executions?flow_id={FLOW}&{query}")).await.as_array().unwrap().clone()
    }

    pub(crate) async fn tasks(&self, execution: &str) -> Vec<Value> {
        let found = self.json(&format!("/task-executions?flow_execution_id={execution}")).await;
        found["task_executions"].as_array().unwrap().clone()
    }

    /// The execution once its status is one of the given.
    pub(crate) async fn until(&self, id: &str, statuses: &[&str]) -> Value {
        for _ in 0..600 {
            let found = self.json(&format!("/flow-executions/{id}")).await;
            if statuses.contains(&found["status"].as_str().unwrap()) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{id} did not become {statuses:?}: {}", self.json(&format!("/flow-executions/{id}")).await);
    }

    pub(crate) async fn create(&self, input: Value) -> String {
        let (status, made) = self.post("/flow-executions", &json!({ "flow_id": FLOW, "input": input })).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        assert_eq!(made["status"], "queued");
        made["id"].as_str().unwrap().to_owned()
    }

    /// An execution that waits for a person, and its open task.
    pub(crate) async fn waiting(&self) -> (String, Value) {
        let id = self.create(json!({ "purchase_order": order(), "invoice": invoice("500.50") })).await;
        self.until(&id, &["awaiting_input"]).await;
        let tasks = self.json(&format!("/human-review-tasks/by-execution?flow_execution_id={id}")).await;
        assert_eq!(tasks.as_array().unwrap().len(), 1);
        (id, tasks[0].clone())
    }

    /// The output that a task asks a person to look at.
    pub(crate) async fn to_review(&self, task: &Value) -> Value {
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
pub(crate) async fn refused(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let (status, header) = (answer.status(), answer.headers()["x-request-id"].to_str().unwrap().to_owned());
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["request_id"], header, "{body}");
    assert!(header.len() == 26 && header.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()), "a ULID: {header}");
    assert!(!body["error"]["message"].as_str().unwrap().is_empty());
    (status, body["error"].clone())
}

/// A 422 in FastAPI's own shape: the places that were wrong.
pub(crate) async fn invalid(request: RequestBuilder) -> Vec<String> {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let body: Value = answer.json().await.unwrap();
    let places = body["detail"].as_array().unwrap_or_else(|| panic!("{body}"));
    assert!(places.iter().all(|issue| issue["msg"].is_string() && issue["type"].is_string()));
    places
        .iter()
        .map(|issue| issue["loc"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect::<Vec<_>>().join("."))
        .collect()
}

pub(crate) fn order() -> Value {
    serde_json::from_str(
        r#"{"number": "PO-1", "vendor": "Acme", "currency": "EUR", "total": 450.50,
            "lines": [{"description": "Chair", "quantity": 2, "unit_price": 225.250, "amount": 450.50}]}"#,
    )
    .unwrap()
}

pub(crate) fn invoice(total: &str) -> Value {
    let text = format!(
        r#"{{"number": "INV-1", "purchase_order_number": "PO-1", "vendor": "Acme", "currency": "EUR", "total": {total},
            "lines": [{{"description": "Chair", "quantity": 1, "unit_price": {total}, "amount": {total}}}]}}"#
    );
    serde_json::from_str(&text).unwrap()
}
