//! The FlowStack dialect over real HTTP, asked as its vendor's pages say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use sandbox::{Config, Database};
use serde_json::{Value, json};
use tokio::sync::oneshot;

const FLOW: &str = "flow_poinvoice1";

struct Sandbox {
    client: Client,
    base: String,
    _stop: oneshot::Sender<()>,
}

async fn start(runs: u64, flowstack_limit: u32) -> Sandbox {
    let (stop, stopped) = oneshot::channel::<()>();
    let listen = ([127, 0, 0, 1], 0).into();
    let config = Config { listen, db: Database::Memory, runs, quiet: true, flowstack_limit, ..Config::default() };
    let running = sandbox::serve(config, async move {
        let _ = stopped.await;
    });
    let running = running.await.unwrap();
    let base = running.bases().into_iter().find(|(name, _)| *name == "flowstack").unwrap().1;
    Sandbox { client: Client::new(), base, _stop: stop }
}

impl Sandbox {
    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth("sandbox")
    }

    async fn json(&self, path: &str) -> Value {
        let answer = self.ask(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        limits(&answer);
        answer.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let answer = self.ask(Method::POST, path).json(body).send().await.unwrap();
        limits(&answer);
        (answer.status(), answer.json().await.unwrap())
    }

    async fn settled(&self, flow: &str, run: &str) -> Value {
        for _ in 0..600 {
            let found = self.json(&format!("/flows/{flow}/runs/{run}")).await;
            if found["status"] != "RUNNING" {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("run {run} is still running after 30 s");
    }
}

/// Limit, remaining and reset, which every answer carries.
fn limits(answer: &Response) -> (i64, i64, i64) {
    let number = |name: &str| answer.headers()[name].to_str().unwrap().parse().unwrap();
    (number("x-ratelimit-limit"), number("x-ratelimit-remaining"), number("x-ratelimit-reset"))
}

/// An error answer, which must be the vendor's envelope and nothing else.
async fn refused(request: RequestBuilder) -> (StatusCode, String, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    limits(&answer);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    let error = &body["error"];
    assert_eq!(error["statusCode"], status.as_u16(), "{body}");
    (status, error["code"].as_str().unwrap().to_owned(), error["message"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn ten_thousand_runs_page_to_the_end_without_gaps_or_doubles() {
    let sandbox = start(10_240, 5_000).await;
    let total = sandbox.json(&format!("/flows/{FLOW}/runs/stats")).await["totalRuns"].as_u64().unwrap();
    assert!(total > 10_000, "{total}");
    let (mut seen, mut cursor, mut last) = (Vec::new(), None::<String>, "9".to_owned());
    loop {
        let mut request = sandbox.ask(Method::GET, &format!("/flows/{FLOW}/runs")).query(&[("limit", "100")]);
        if let Some(cursor) = &cursor {
            request = request.query(&[("cursor", cursor)]);
        }
        let page: Value = request.send().await.unwrap().json().await.unwrap();
        for run in page["data"].as_array().unwrap() {
            assert_eq!(run["flowId"], FLOW);
            assert!(run["startTime"].as_str().unwrap() <= last.as_str() || run["status"] == "RUNNING");
            last = run["startTime"].as_str().unwrap().to_owned();
            seen.push(run["id"].as_str().unwrap().to_owned());
        }
        cursor = page["cursor"].as_str().map(str::to_owned);
        if page["hasMore"] == false {
            assert!(cursor.is_some(), "the vendor shows a cursor on the last page too");
            break;
        }
    }
    assert_eq!(seen.len() as u64, total);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len());
    let behind_the_end = sandbox.ask(Method::GET, &format!("/flows/{FLOW}/runs")).query(&[("cursor", cursor.unwrap())]);
    let page: Value = behind_the_end.send().await.unwrap().json().await.unwrap();
    assert_eq!(page, json!({ "data": [], "cursor": null, "hasMore": false }));
    assert_eq!(sandbox.json(&format!("/flows/{FLOW}/runs")).await["data"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn the_whole_vocabulary_is_there_and_statistics_agree_with_lists() {
    let sandbox = start(300, 5_000).await;
    let (mut statuses, mut triggers, mut errors) = (BTreeSet::new(), BTreeSet::new(), 0);
    for flow in sandbox.json("/flows?limit=100").await["data"].as_array().unwrap() {
        let id = flow["id"].as_str().unwrap();
        let stats = sandbox.json(&format!("/flows/{id}/runs/stats")).await;
        let mut counted = Vec::new();
        for status in ["SUCCEEDED", "FAILED", "RUNNING"] {
            let mut runs = Vec::new();
            let mut query = format!("limit=100&status={status}");
            loop {
                let page = sandbox.json(&format!("/flows/{id}/runs?{query}")).await;
                runs.extend(page["data"].as_array().unwrap().clone());
                if page["hasMore"] == false {
                    break;
                }
                query = format!("limit=100&status={status}&cursor={}", page["cursor"].as_str().unwrap().replace('+', "%2B"));
            }
            for run in &runs {
                assert_eq!(run["status"], status);
                assert_eq!(run.get("error").is_some(), status == "FAILED", "{run}");
                assert_eq!(run["finishTime"].is_null(), status == "RUNNING", "{run}");
                triggers.insert(run["triggerType"].to_string());
                errors += u32::from(run["error"]["step"].is_string());
            }
            if !runs.is_empty() {
                statuses.insert(status);
            }
            counted.push(runs.len() as u64);
        }
        assert_eq!((&stats["succeeded"], &stats["failed"]), (&json!(counted[0]), &json!(counted[1])), "{id}");
        assert_eq!(stats["totalRuns"], json!(counted.iter().sum::<u64>()), "{id}");
        let newest = sandbox.json(&format!("/flows/{id}/runs?limit=1")).await["data"][0]["startTime"].clone();
        assert_eq!((&stats["lastRun"], &flow["lastRun"]), (&newest, &newest), "{id}");
        assert_eq!((&flow["runCount"], &flow["successRate"]), (&stats["totalRuns"], &stats["successRate"]));
    }
    assert_eq!(statuses.len(), 3);
    assert_eq!(triggers.len(), 3, "{triggers:?}");
    assert!(errors > 0, "failed steps are named");
}

#[tokio::test]
async fn wrong_requests_are_refused_in_the_vendors_envelope() {
    let sandbox = start(100, 5_000).await;
    let queries = ["limit=0", "limit=101", "limit=x", "status=completed", "cursor=xyz", "cursor=eyJpZCI6InJ1bl9ub25lIn0="];
    for query in queries {
        let (status, code, _) = refused(sandbox.ask(Method::GET, &format!("/flows/{FLOW}/runs?{query}"))).await;
        assert_eq!((status, code.as_str()), (StatusCode::BAD_REQUEST, "VALIDATION_ERROR"), "{query}");
    }
    for path in ["/flows/none", "/flows/none/runs", "/flows/none/runs/stats", &format!("/flows/{FLOW}/runs/none"), "/nowhere"] {
        let (status, code, _) = refused(sandbox.ask(Method::GET, path)).await;
        assert_eq!((status, code.as_str()), (StatusCode::NOT_FOUND, "NOT_FOUND"), "{path}");
    }
    let url = format!("{}/flows", sandbox.base);
    for request in [sandbox.client.get(&url), sandbox.client.get(&url).bearer_auth("fs_live_wrong")] {
        let (status, code, _) = refused(request).await;
        assert_eq!((status, code.as_str()), (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"));
    }
    assert_eq!(refused(sandbox.ask(Method::PUT, "/flows")).await.0, StatusCode::METHOD_NOT_ALLOWED);
    for body in ["{", "[]", r#"{"data": 1}"#] {
        let request = sandbox.ask(Method::POST, &format!("/flows/{FLOW}/runs")).body(body);
        assert_eq!(refused(request).await.0, StatusCode::BAD_REQUEST, "{body}");
    }
    let other = sandbox.json("/flows/flow_contracts1/runs?limit=1").await["data"][0]["id"].as_str().unwrap().to_owned();
    let foreign = refused(sandbox.ask(Method::GET, &format!("/flows/{FLOW}/runs/{other}"))).await;
    assert_eq!(foreign.0, StatusCode::NOT_FOUND, "a run of another flow");
}

#[tokio::test]
async fn the_hourly_limit_counts_down_and_refuses() {
    let sandbox = start(100, 100).await;
    let stranger = sandbox.client.get(format!("{}/flows", sandbox.base)).send().await.unwrap();
    assert_eq!((stranger.status(), limits(&stranger).1), (StatusCode::UNAUTHORIZED, 99));
    let mut reset = 0;
    for used in 1..=100 {
        let answer = sandbox.ask(Method::GET, "/flows?limit=1").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "request {used}");
        let (limit, remaining, at) = limits(&answer);
        assert_eq!((limit, remaining), (100, 100 - used));
        assert!(reset == 0 || reset == at, "one window");
        reset = at;
    }
    let answer = sandbox.ask(Method::GET, "/flows").send().await.unwrap();
    assert_eq!(limits(&answer), (100, 0, reset));
    let wait: i64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=3_600).contains(&wait), "{wait}");
    let (status, code, message) = refused(sandbox.ask(Method::GET, "/nowhere")).await;
    assert_eq!((status, code.as_str()), (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMIT_EXCEEDED"));
    assert!(message.starts_with("Rate limit exceeded. Try again in "), "{message}");
}

#[tokio::test]
async fn flows_are_created_changed_switched_and_deleted() {
    let sandbox = start(100, 5_000).await;
    let (status, flow) = sandbox.post("/flows", &json!({ "name": "Überweisung", "engine": "n8n", "description": "d" })).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!((&flow["status"], &flow["engine"], &flow["runCount"]), (&json!("ACTIVE"), &json!("n8n"), &json!(0)));
    assert_eq!(flow["lastRun"], Value::Null);
    let path = format!("/flows/{}", flow["id"].as_str().unwrap());
    assert_eq!(sandbox.post(&path, &json!({ "name": "Renamed" })).await.1["name"], "Renamed");
    assert_eq!(sandbox.json(&path).await["description"], "d");

    let (status, run) = sandbox.post(&format!("{path}/runs"), &json!({ "data": { "userId": "user_123" } })).await;
    assert_eq!(status, StatusCode::CREATED);
    let keys: Vec<&String> = run.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "flowId", "status", "startTime"]);
    let done = sandbox.settled(flow["id"].as_str().unwrap(), run["id"].as_str().unwrap()).await;
    assert_eq!((&done["status"], &done["steps"][0]["output"]), (&json!("SUCCEEDED"), &json!({ "userId": "user_123" })));

    assert_eq!(sandbox.post(&format!("{path}/disable"), &json!({})).await.1["status"], "INACTIVE");
    assert_eq!(sandbox.post(&format!("{path}/runs"), &json!({})).await.0, StatusCode::CONFLICT);
    let inactive = sandbox.json("/flows?status=INACTIVE&limit=100").await;
    assert!(inactive["data"].as_array().unwrap().iter().any(|found| found["id"] == flow["id"]));
    assert_eq!(sandbox.post(&format!("{path}/enable"), &json!({})).await.1["status"], "ACTIVE");

    let gone = sandbox.ask(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(refused(sandbox.ask(Method::GET, &path)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(refused(sandbox.ask(Method::DELETE, &path)).await.0, StatusCode::NOT_FOUND);
    for body in [json!({}), json!({ "name": " " }), json!({ "name": 1 }), json!({ "name": "x", "engine": "zapier" })] {
        assert_eq!(sandbox.post("/flows", &body).await.0, StatusCode::BAD_REQUEST, "{body}");
    }
    let long = sandbox.ask(Method::DELETE, &format!("/flows/{FLOW}")).send().await.unwrap();
    assert_eq!(long.status(), StatusCode::NO_CONTENT, "with all its history");
    let page = sandbox.json("/flows?limit=2").await;
    assert_eq!(page["hasMore"], true);
    let rest = sandbox.json(&format!("/flows?limit=100&cursor={}", page["cursor"].as_str().unwrap())).await;
    assert_eq!((rest["data"].as_array().unwrap().len(), &rest["hasMore"]), (1, &json!(false)));
}

#[tokio::test]
async fn a_reconciliation_reads_its_data_and_never_waits() {
    let sandbox = start(100, 5_000).await;
    let order = json!({ "number": "PO-1", "total": 450.50, "lines": [{ "description": "Chair", "quantity": 2, "unit_price": 225.25, "amount": 450.50 }] });
    let data = json!({ "data": { "purchase_order": order, "invoice": { "number": "INV-1", "purchase_order_number": "PO-1", "total": 500.50,
        "lines": [{ "description": "Chair", "quantity": 2, "unit_price": 250.25, "amount": 500.50 }] } } });
    let (_, run) = sandbox.post(&format!("/flows/{FLOW}/runs"), &data).await;
    let done = sandbox.settled(FLOW, run["id"].as_str().unwrap()).await;
    assert_eq!(done["status"], "SUCCEEDED", "{done}");
    let steps = done["steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| step.get("id").is_none() && step["status"] == "SUCCEEDED" && step["duration"].is_u64()), "{done}");
    let compared = steps.iter().find(|step| step["name"] == "Compare Totals").unwrap();
    assert_eq!(compared["output"]["matched"], false);
    assert_eq!(compared["output"]["difference"].as_f64(), Some(50.0));
    let listed = sandbox.json(&format!("/flows/{FLOW}/runs?limit=1")).await["data"][0].clone();
    assert_eq!((&listed["id"], &listed["triggerType"], &listed["stepsCount"]), (&run["id"], &json!("MANUAL"), &json!(steps.len())));
    assert_eq!(listed["stepsSucceeded"], listed["stepsCount"]);

    let (_, run) = sandbox.post(&format!("/flows/{FLOW}/runs"), &json!({ "data": { "purchase_order": order } })).await;
    let failed = sandbox.settled(FLOW, run["id"].as_str().unwrap()).await;
    assert_eq!((&failed["status"], &failed["error"]["step"]), (&json!("FAILED"), &json!("Read Invoice")), "{failed}");
    assert!(failed["error"]["message"].as_str().unwrap().contains("invoice"), "{failed}");
}

#[tokio::test]
async fn a_webhook_starts_a_run_without_a_key() {
    let sandbox = start(100, 5_000).await;
    let webhook = sandbox.json(&format!("/flows/{FLOW}/webhook")).await;
    assert_eq!((&webhook["flowId"], &webhook["method"], &webhook["enabled"]), (&json!(FLOW), &json!("POST"), &json!(true)));
    let url = webhook["webhookUrl"].as_str().unwrap();
    let answer = sandbox.client.post(url).json(&json!({ "event": "order.created" })).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let started: Value = answer.json().await.unwrap();
    assert_eq!(started["status"], "RUNNING");
    let form = sandbox.client.post(url).body("{}").send().await.unwrap();
    assert_eq!(form.status(), StatusCode::BAD_REQUEST, "not from a plain form");
    let newest = sandbox.json(&format!("/flows/{FLOW}/runs?limit=1")).await["data"][0].clone();
    assert_eq!((&newest["id"], &newest["triggerType"]), (&started["runId"], &json!("WEBHOOK")));
    let plan = refused(sandbox.ask(Method::POST, &format!("/flows/{FLOW}/webhook/security"))).await;
    assert_eq!(plan.0, StatusCode::FORBIDDEN);
}

/// Requests nobody should send: each is answered in the vendor's words, none breaks the server.
#[tokio::test]
async fn odd_requests_are_refused_and_break_nothing() {
    let sandbox = start(100, 5_000).await;
    let long = "x".repeat(5_000);
    let odd = ["%FF", "%00", "..%2F..", "%F0%9F%98%80", "%22%3Cscript%3E", "9999999999999999999999", &long];
    for odd in odd {
        for path in [
            format!("/flows/{odd}"),
            format!("/flows/{FLOW}/runs/{odd}"),
            format!("/flows/{FLOW}/runs?cursor={odd}"),
            format!("/flows?limit={odd}"),
        ] {
            let answer = sandbox.ask(Method::GET, &path).send().await.unwrap();
            let status = answer.status();
            assert!(status.is_client_error(), "{path} {status}");
            assert!(answer.json::<Value>().await.unwrap()["error"]["code"].is_string(), "{path}");
        }
    }
    let deep = "[".repeat(100_000);
    for path in [format!("/flows/{FLOW}/runs"), "/flows".to_owned(), format!("/webhooks/{FLOW}")] {
        for body in [deep.as_str(), "\u{0}", "{\"a\": 1e999999999}", "{\"$serde_json::private::Number\": \"x\"}"] {
            let status = sandbox.ask(Method::POST, &path).body(body.to_owned()).send().await.unwrap().status();
            assert!(!status.is_server_error(), "{path} {status}");
        }
    }
    assert!(sandbox.json("/flows").await["data"].is_array(), "the server goes on");
}
