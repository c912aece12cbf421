//! The server itself, past the gateway: as another client of it would.

use std::time::{Duration, Instant};

use runs::Json;
use serde_json::json;
use tokio::sync::OnceCell;

use crate::support::client;

/// A server that has the DAGs of `tests/engines`, asked as one of its users.
#[derive(Clone)]
pub struct Server {
    pub url: String,
    pub user: &'static str,
    client: reqwest::Client,
    token: std::sync::Arc<OnceCell<String>>,
}

/// As `cargo xtask engines` gives them to its users.
pub fn key(user: &str) -> String {
    format!("{user}:engines-{user}")
}

impl Server {
    pub fn named(user: &'static str) -> Self {
        let url = std::env::var("SLUICE_AIRFLOW_URL")
            .unwrap_or_else(|_| panic!("SLUICE_AIRFLOW_URL is not set: `cargo xtask test --only engines`"));
        Self { url, user, client: client(), token: std::sync::Arc::default() }
    }

    async fn token(&self) -> &str {
        self.token
            .get_or_init(async || {
                let url = self.url.replace("/api/v2", "/auth/token");
                let (user, password) = (self.user, format!("engines-{}", self.user));
                let body = json!({"username": user, "password": password}).to_string();
                let answer = self.client.post(url).header("content-type", "application/json").body(body).send().await.unwrap();
                let token: Json = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
                token["access_token"].as_str().unwrap().to_owned()
            })
            .await
    }

    pub async fn ask(&self, method: &str, path: &str, body: &Json) -> (u16, Json) {
        let request = self.client.request(method.parse().unwrap(), format!("{}/{path}", self.url)).bearer_auth(self.token().await);
        let request = if body.is_null() { request } else { request.header("content-type", "application/json").body(body.to_string()) };
        let answer = request.send().await.unwrap();
        let (status, bytes) = (answer.status().as_u16(), answer.bytes().await.unwrap());
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Asks for what must work.
    pub async fn does(&self, method: &str, path: &str, body: Json) -> Json {
        let (status, answer) = self.ask(method, path, &body).await;
        assert!((200..300).contains(&status), "{method} {path} {body}: {status} {answer}");
        answer
    }

    /// The question of a task, as the server has it.
    pub async fn question(&self, run: &str, task: &str, map: i64) -> Json {
        self.does("GET", &format!("{}/hitlDetails", task_path(run, task, map)), Json::Null).await
    }

    /// What a task handed on.
    pub async fn value(&self, run: &str, task: &str, map: i64) -> Option<Json> {
        let path = format!("{}/taskInstances/{task}/xcomEntries/return_value?map_index={map}", run_path(run));
        let (status, answer) = self.ask("GET", &path, &Json::Null).await;
        (status == 200).then(|| answer["value"].clone())
    }

    /// Follows a task until it is in one of these states.
    pub async fn until(&self, run: &str, task: &str, map: i64, states: &[&str]) -> Json {
        let begun = Instant::now();
        loop {
            let found = self.does("GET", &task_path(run, task, map), Json::Null).await;
            if found["state"].as_str().is_some_and(|state| states.contains(&state)) {
                return found;
            }
            assert!(begun.elapsed() < Duration::from_secs(150), "{run} {task} is never {states:?}: {found}");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
}

pub fn run_path(run: &str) -> String {
    let (dag, run) = run.split_once(':').unwrap();
    format!("dags/{dag}/dagRuns/{}", runs::value::percent::encode(run))
}

pub fn task_path(run: &str, task: &str, map: i64) -> String {
    format!("{}/taskInstances/{task}/{map}", run_path(run))
}
