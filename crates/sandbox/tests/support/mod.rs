//! A sandbox on a free port, and requests to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unreachable_pub)]

use std::{path::Path, time::Duration};

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use sandbox::{Config, Database, Running, serve};
use serde_json::{Value, json};
use tokio::sync::oneshot;

pub struct Sandbox {
    pub base: String,
    pub client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    running: Option<Running>,
}

pub const FLOW: &str = "wf_po_invoice_recon";

impl Sandbox {
    pub async fn start() -> Self {
        Self::with(Config { runs: 300, ..config() }).await
    }

    pub async fn with(config: Config) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let running = serve(config, async {
            let _ = stopped.await;
        })
        .await
        .expect("the sandbox starts");
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Self { base: format!("http://{}", running.addr), client, stop: Some(stop), running: Some(running) }
    }

    pub async fn stop(mut self) {
        let _ = self.stop.take().unwrap().send(());
        self.running.take().unwrap().stopped().await;
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).header("Api-Key", "sandbox")
    }

    pub async fn get(&self, path: &str) -> Value {
        let response = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    /// Starts the reconciliation with two of the sample files and answers with the run's id.
    pub async fn reconcile(&self, order: &str, invoice: &str) -> String {
        let body = json!({"documents": {
            "start-purchase-order": sample(order), "start-invoice": sample(invoice),
        }});
        let response = self.post(&format!("/retab/v1/workflows/{FLOW}/run"), &body).await;
        assert_eq!(response.status(), StatusCode::OK);
        let run: Value = response.json().await.unwrap();
        assert_eq!(run["status"], "running");
        run["id"].as_str().unwrap().to_owned()
    }

    pub async fn run(&self, id: &str) -> Value {
        self.get(&format!("/retab/v1/workflows/runs/{id}")).await
    }

    /// Polls as a client does until the run has one of the statuses.
    pub async fn until(&self, id: &str, statuses: &[&str]) -> Value {
        for _ in 0..200 {
            let run = self.run(id).await;
            if statuses.contains(&run["status"].as_str().unwrap()) {
                return run;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{id} never became {statuses:?}: {}", self.run(id).await);
    }

    pub async fn decide(&self, id: &str, body: &Value) -> (StatusCode, Value) {
        let response = self.post(&format!("/retab/v1/workflows/runs/{id}/hil-decisions"), body).await;
        (response.status(), response.json().await.unwrap())
    }

    pub async fn fault(&self, fault: &Value) {
        let request = self.client.post(format!("{}/_sandbox/faults", self.base)).bearer_auth("sandbox");
        assert_eq!(request.json(fault).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    }
}

/// On a free port, in memory, with nothing that moves by itself.
pub fn config() -> Config {
    Config { listen: ([127, 0, 0, 1], 0).into(), db: Database::Memory, runs: 300, quiet: true, ..Config::default() }
}

pub fn sample_bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A file as Retab's clients send it.
pub fn sample(name: &str) -> Value {
    use base64::Engine as _;
    let mime = match name.rsplit('.').next() {
        Some("pdf") => "application/pdf",
        Some("csv") => "text/csv",
        _ => "application/json",
    };
    json!({"filename": name, "content": base64::engine::general_purpose::STANDARD.encode(sample_bytes(name)), "mime_type": mime})
}
