//! The server itself, past the gateway: as another client of it would, and to make runs that no process works on.

use crate::common::unique;
use runs::Json;
use serde_json::json;

use crate::support::client;

/// A server that serves the flows of `tests/engines`.
#[derive(Clone)]
pub struct Server {
    pub url: String,
    pub key: String,
    client: reqwest::Client,
}

impl Server {
    pub fn named() -> Self {
        let named = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: `cargo xtask test --only engines`"));
        Self { url: named("SLUICE_PREFECT_URL"), key: named("SLUICE_PREFECT_KEY"), client: client() }
    }

    pub async fn ask(&self, method: &str, path: &str, body: &Json) -> (u16, Json) {
        let (user, password) = self.key.split_once(':').unwrap();
        let request = self.client.request(method.parse().unwrap(), format!("{}/{path}", self.url)).basic_auth(user, Some(password));
        let request = if method == "GET" || method == "DELETE" {
            request
        } else {
            request.header("content-type", "application/json").body(body.to_string())
        };
        let answer = request.send().await.unwrap();
        let (status, bytes) = (answer.status().as_u16(), answer.bytes().await.unwrap());
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Asks for what must work.
    pub async fn does(&self, method: &str, path: &str, body: Json) -> Json {
        let (mut status, mut answer) = self.ask(method, path, &body).await;
        // On SQLite it turns away one of two that come together.
        for _ in 0..50 {
            if status == 503 {
                (status, answer) = self.ask(method, path, &body).await;
            }
        }
        assert!((200..300).contains(&status), "{method} {path} {body}: {status} {answer}");
        answer
    }

    /// A flow that nobody serves: its id and that of its deployment.
    pub async fn flow(&self) -> (String, String) {
        let name = unique("unserved");
        let flow = id(&self.does("POST", "flows/", json!({"name": name})).await);
        let deployment = self.does("POST", "deployments/", json!({"name": "none", "flow_id": flow})).await;
        (flow, id(&deployment))
    }

    /// A run of it in a state, whatever the server would say to that.
    pub async fn run_in(&self, flow: &str, deployment: Option<&str>, state: Json) -> String {
        let pending = json!({"type": "PENDING", "state_details": {}});
        let run = json!({"flow_id": flow, "deployment_id": deployment, "state": pending});
        let run = id(&self.does("POST", "flow_runs/", run).await);
        let set = self.does("POST", &format!("flow_runs/{run}/set_state"), json!({"state": state, "force": true})).await;
        assert_eq!(set["status"], "ACCEPT", "{set}");
        run
    }

    /// A run that waits in the way of `pause_flow_run` (`suspended`: `suspend_flow_run`), with a question or without.
    pub async fn waiting(&self, (flow, deployment): &(String, String), suspended: bool, asks: bool) -> String {
        let keys = json!({"schema": "paused-1-schema", "response": "paused-1-response", "description": "paused-1-description"});
        let details = json!({
            "pause_key": "1", "pause_reschedule": suspended, "pause_timeout": "2099-01-01T00:00:00Z",
            "run_input_keyset": if asks { keys } else { Json::Null },
        });
        let name = if suspended { "Suspended" } else { "Paused" };
        let run = self.run_in(flow, Some(deployment), json!({"type": "PAUSED", "name": name, "state_details": details})).await;
        if asks {
            let schema = json!({
                "type": "object", "additionalProperties": false,
                "properties": {"answer": {"type": "string", "title": "Answer", "default": "nobody"}},
            });
            for (key, value) in [("schema", schema), ("description", json!("Who answers first?"))] {
                let input = json!({"key": format!("paused-1-{key}"), "value": value.to_string()});
                self.does("POST", &format!("flow_runs/{run}/input"), input).await;
            }
        }
        run
    }

    /// The states of a run, oldest first.
    pub async fn states(&self, run: &str) -> Vec<(String, String)> {
        let states = self.does("GET", &format!("flow_run_states/?flow_run_id={run}"), Json::Null).await;
        let text = |state: &Json, name: &str| state[name].as_str().unwrap_or_default().to_owned();
        states.as_array().unwrap().iter().map(|state| (text(state, "type"), text(state, "name"))).collect()
    }

    /// What was stored as the answer to a question.
    pub async fn answer(&self, run: &str, key: &str) -> Option<Json> {
        let (status, answer) = self.ask("GET", &format!("flow_runs/{run}/input/{key}"), &Json::Null).await;
        (status == 200).then_some(answer)
    }
}

fn id(answer: &Json) -> String {
    answer["id"].as_str().unwrap_or_else(|| panic!("{answer} has no id")).to_owned()
}
