//! Lists, filters, counts and errors of the Retab dialect over the seeded history.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{BTreeSet, HashSet};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{FLOW, Sandbox};

const RUNS: &str = "/retab/v1/workflows/runs";

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn pages_meet_without_gap_or_overlap_in_both_directions() {
    let sandbox = Sandbox::start().await;
    let mut forward: Vec<String> = Vec::new();
    let mut path = format!("{RUNS}?workflow_id={FLOW}&limit=70");
    let mut last;
    loop {
        let page = sandbox.get(&path).await;
        assert_eq!(page["list_metadata"]["before"].is_null(), forward.is_empty());
        last = ids(&page);
        forward.extend(last.clone());
        match page["list_metadata"]["after"].as_str() {
            Some(after) => path = format!("{RUNS}?workflow_id={FLOW}&limit=70&after={after}"),
            None => break,
        }
    }
    assert_eq!(forward.len(), 300);
    assert_eq!(forward.iter().collect::<HashSet<_>>().len(), 300);
    let counts = sandbox.get(&format!("{RUNS}/counts?workflow_id={FLOW}")).await;
    assert_eq!(counts["total"], 300);

    let mut backward = last;
    while let Some(first) = backward.first().cloned() {
        let page = sandbox.get(&format!("{RUNS}?workflow_id={FLOW}&limit=70&before={first}")).await;
        let mut earlier = ids(&page);
        if earlier.is_empty() {
            break;
        }
        earlier.extend(backward);
        backward = earlier;
    }
    assert_eq!(backward, forward);
    let ascending = sandbox.get(&format!("{RUNS}?workflow_id={FLOW}&limit=100&order=asc")).await;
    let mut oldest: Vec<String> = forward.iter().rev().take(100).cloned().collect();
    assert_eq!(ids(&ascending), oldest);
    oldest.reverse();
    sandbox.stop().await;
}

#[tokio::test]
async fn counts_equal_the_lists_of_every_status() {
    let sandbox = Sandbox::start().await;
    let counts = sandbox.get(&format!("{RUNS}/counts")).await;
    let mut total = 0;
    for status in ["completed", "error", "pending,queued", "waiting_for_human", "cancelled", "running"] {
        let mut seen = 0;
        let mut path = format!("{RUNS}?statuses={status}&limit=100&fields=id,status");
        loop {
            let page = sandbox.get(&path).await;
            for run in page["data"].as_array().unwrap() {
                assert!(status.contains(run["status"].as_str().unwrap()));
                assert!(run.get("steps").is_none(), "fields were asked for");
            }
            seen += page["data"].as_array().unwrap().len();
            match page["list_metadata"]["after"].as_str() {
                Some(after) => path = format!("{RUNS}?statuses={status}&limit=100&fields=id,status&after={after}"),
                None => break,
            }
        }
        assert!(seen > 0, "the history holds a run that is {status}");
        let word = status.split(',').next().unwrap();
        assert_eq!(counts[word].as_u64().unwrap(), seen as u64, "{status}");
        total += seen;
    }
    assert_eq!(counts["total"].as_u64().unwrap(), total as u64);
    sandbox.stop().await;
}

#[tokio::test]
async fn filters_do_what_they_say() {
    let sandbox = Sandbox::start().await;
    let all = |query: String| {
        let sandbox = &sandbox;
        async move { sandbox.get(&format!("{RUNS}?limit=100&{query}")).await["data"].as_array().unwrap().clone() }
    };
    for trigger in ["manual", "api", "schedule", "webhook", "email", "restart"] {
        let runs = all(format!("trigger_type={trigger}")).await;
        assert!(!runs.is_empty() && runs.iter().all(|run| run["trigger_type"] == trigger), "{trigger}");
        assert!(trigger != "email" || runs.iter().all(|run| run["trigger_email"].is_string()));
    }
    let runs = all(format!("workflow_id={FLOW}&exclude_status=completed")).await;
    assert!(!runs.is_empty() && runs.iter().all(|run| run["status"] != "completed"));
    let runs = all(format!("workflow_id={FLOW}&min_duration=20000&max_duration=25000")).await;
    assert!(!runs.is_empty() && runs.iter().all(|run| (20_000..=25_000).contains(&run["duration_ms"].as_i64().unwrap())));
    let some = runs[0].clone();
    let day = &some["created_at"].as_str().unwrap()[..10];
    let runs = all(format!("workflow_id={FLOW}&from_date={day}&to_date={day}")).await;
    assert!(runs.iter().any(|run| run["id"] == some["id"]));
    assert!(runs.iter().all(|run| run["created_at"].as_str().unwrap().starts_with(day)));
    let part = some["id"].as_str().unwrap()[6..14].to_uppercase();
    assert_eq!(ids(&sandbox.get(&format!("{RUNS}?search={part}")).await), [some["id"].as_str().unwrap()]);
    let runs = all(format!("workflow_id={FLOW}&sort_by=duration_ms&order=asc&status=completed")).await;
    let durations: Vec<i64> = runs.iter().map(|run| run["duration_ms"].as_i64().unwrap()).collect();
    assert!(durations.is_sorted());
    assert!(all("workflow_id=wf_nothing".to_owned()).await.is_empty());
    assert!(all("min_cost=0.5".to_owned()).await.is_empty());
    sandbox.stop().await;
}

#[tokio::test]
async fn errors_look_like_fastapi() {
    let sandbox = Sandbox::start().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("status=done", "status"),
        ("trigger_type=magic", "trigger_type"),
        ("from_date=yesterday", "from_date"),
        ("order=sideways", "order"),
        ("sort_by=colour", "sort_by"),
        ("min_duration=long", "min_duration"),
        ("max_cost=cheap", "max_cost"),
    ] {
        let response = sandbox.request(Method::GET, &format!("{RUNS}?{query}")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(response.headers().contains_key("x-request-id"));
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["detail"][0]["loc"], json!(["query", field]), "{query}");
        assert!(body["detail"][0]["msg"].is_string() && body["detail"][0]["type"].is_string());
    }
    for (path, detail) in [
        (format!("{RUNS}/run_nothing"), "Workflow run not found"),
        ("/retab/v1/workflows/wf_nothing".to_owned(), "Workflow not found"),
        ("/retab/v1/files/file_nothing/download-link".to_owned(), "File not found"),
        ("/retab/v1/nowhere".to_owned(), "Not Found"),
    ] {
        let response = sandbox.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(response.json::<Value>().await.unwrap()["detail"], detail);
    }
    let run = format!("/retab/v1/workflows/{FLOW}/run");
    for body in [
        json!({"documents": {"start-nothing": {"filename": "a", "content": ""}}}),
        json!({"documents": {"start-invoice": {"filename": "a", "content": "%%%"}}}),
        json!({"documents": {"start-invoice": {"filename": "a"}}}),
        json!({"json_inputs": {"start-json-invoice": 5}}),
        json!({"json_inputs": {"start-json-invoice": [5]}}),
        json!([]),
    ] {
        let response = sandbox.post(&run, &body).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(response.json::<Value>().await.unwrap()["detail"].is_array());
    }
    for path in [format!("{RUNS}/%FF"), format!("{RUNS}/%00"), "/retab/v1/files/x/content".to_owned()] {
        let response = sandbox.request(Method::GET, &path).send().await.unwrap();
        assert!(response.status().is_client_error(), "{path}: {}", response.status());
        assert!(response.json::<Value>().await.unwrap()["detail"].is_string(), "{path}");
    }
    let broken = sandbox.request(Method::POST, &run).body("{").send().await.unwrap();
    assert_eq!(broken.json::<Value>().await.unwrap()["detail"][0]["type"], "json_invalid");
    sandbox.stop().await;
}

#[tokio::test]
async fn the_key_is_needed_in_either_header() {
    let sandbox = Sandbox::start().await;
    let url = format!("{}{RUNS}?limit=1", sandbox.base);
    let none = sandbox.client.get(&url).send().await.unwrap();
    assert_eq!(none.status(), StatusCode::UNAUTHORIZED);
    assert!(none.headers().contains_key("x-request-id"));
    let wrong = sandbox.client.get(&url).header("Api-Key", "sand").send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.json::<Value>().await.unwrap()["detail"], "Invalid API key");
    assert_eq!(sandbox.client.get(&url).bearer_auth("sandbox").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(sandbox.client.get(&url).header("Api-Key", "sandbox").send().await.unwrap().status(), StatusCode::OK);
    sandbox.stop().await;
}

#[tokio::test]
async fn the_history_shows_every_shape() {
    let sandbox = Sandbox::start().await;
    let page = sandbox.get(&format!("{RUNS}?workflow_id=wf_contract_intake&limit=100")).await;
    let runs = page["data"].as_array().unwrap();
    let set = |key: &str| runs.iter().filter_map(|r| r[key].as_str()).map(str::to_owned).collect::<BTreeSet<_>>();
    for status in ["pending", "running", "completed", "error", "waiting_for_human", "cancelled"] {
        assert!(set("status").contains(status), "{status}");
    }
    for stage in ["input_collection", "registry_lookup", "execution", "output_storage", "routing", "history_payload"] {
        assert!(set("error_stage").contains(stage), "{stage}");
    }
    let all = page.to_string();
    for part in ["<script>alert", "فاتورة", "\u{202e}", "👩🏽", "12345678901234567890.123456789", "1234.560", "9007199254740993"]
    {
        assert!(all.contains(part), "{part}");
    }
    let long = runs.iter().find(|run| run["steps"].as_array().unwrap().len() == 1_000).expect("a run of 1,000 steps");
    let steps = sandbox.get(&format!("{RUNS}/{}/steps", long["id"].as_str().unwrap())).await;
    let step_ids: HashSet<&str> = steps.as_array().unwrap().iter().map(|s| s["step_id"].as_str().unwrap()).collect();
    assert_eq!(step_ids.len(), 1_000);
    assert!(step_ids.contains("mr1_iter_0_extract-123"));
    let looped = steps.as_array().unwrap().iter().find(|s| s["step_id"] == "mr1_iter_7_extract-123").unwrap();
    assert_eq!((&looped["node_id"], &looped["loop_id"], &looped["iteration"]), (&json!("extract-123"), &json!("mr1"), &json!(7)));
    let mut retries = false;
    for run in runs {
        let steps = sandbox.get(&format!("{RUNS}/{}/steps", run["id"].as_str().unwrap())).await;
        retries |= steps.as_array().unwrap().iter().any(|step| step["retry_count"] == 2);
    }
    assert!(retries, "one run was retried");
    sandbox.stop().await;
}

/// What the vendor's Python client 0.0.114 refuses: a run that is queued, a document without id, name and type, JSON that is
/// no object, a text where a document belongs.
#[tokio::test]
async fn every_run_and_step_of_the_history_has_the_types_of_the_vendors_client() {
    let sandbox = Sandbox::start().await;
    let mut path = format!("{RUNS}?limit=100");
    let (mut documents, mut dispatched) = (0, 0);
    loop {
        let page = sandbox.get(&path).await;
        for run in page["data"].as_array().unwrap() {
            let id = run["id"].as_str().unwrap();
            assert_ne!(run["status"], "queued", "{id}");
            dispatched += usize::from(run["status"] == "pending" && run["execution_phase"] == "dispatching");
            for document in run["input_documents"].as_object().unwrap().values() {
                assert_eq!(document["id"], document["file_id"], "{id}");
                assert!(is_document(document), "{id}: {document}");
            }
            let steps = sandbox.get(&format!("{RUNS}/{id}/steps")).await;
            for step in run["steps"].as_array().unwrap().iter().chain(steps.as_array().unwrap()) {
                documents += check_step(id, run, step);
            }
        }
        match page["list_metadata"]["after"].as_str() {
            Some(after) => path = format!("{RUNS}?limit=100&after={after}"),
            None => break,
        }
    }
    assert!(documents > 1_000 && dispatched > 0, "{documents} documents, {dispatched} dispatched runs");
    sandbox.stop().await;
}

fn is_document(value: &Value) -> bool {
    ["id", "filename", "mime_type"].iter().all(|name| value[name].is_string())
}

/// Answers with how many documents it held.
fn check_step(run: &str, all: &Value, step: &Value) -> usize {
    let node = step["node_id"].as_str().unwrap();
    let given = &all["input_documents"][node];
    let mut documents = 0;
    for (handle, payload) in [&step["handle_outputs"], &step["handle_inputs"]].into_iter().filter_map(Value::as_object).flatten() {
        match payload["type"].as_str() {
            Some("file") => {
                documents += 1;
                assert!(is_document(&payload["document"]), "{run} {node} {handle}: {payload}");
            }
            _ => assert!(payload["data"].is_object(), "{run} {node} {handle}: {payload}"),
        }
    }
    if step["node_type"] == "start" && step["status"] == "completed" {
        for document in [&step["output_document"], &step["handle_outputs"]["output-file-0"]["document"]] {
            assert_eq!((&document["id"], &document["filename"]), (&given["id"], &given["filename"]), "{run} {node}");
        }
    }
    if step["node_type"] == "start" || step["node_type"] == "start_json" {
        assert!(step["handle_inputs"].as_object().is_none_or(serde_json::Map::is_empty), "nothing comes before {node} of {run}");
    }
    documents
}

#[tokio::test]
async fn a_finished_review_of_the_history_can_be_read_and_not_decided_otherwise() {
    let sandbox = Sandbox::start().await;
    let page = sandbox.get(&format!("{RUNS}?workflow_id={FLOW}&status=completed&limit=100")).await;
    let reviewed = page["data"].as_array().unwrap().iter().find(|run| run["human_waiting_duration_ms"] != 0).expect("a reviewed run");
    let id = reviewed["id"].as_str().unwrap();
    let receipt = sandbox.get(&format!("{RUNS}/{id}/hil-decisions/review-mismatch")).await;
    assert_eq!((&receipt["approved"], &receipt["decision_applied"]), (&json!(true), &json!(true)));
    let (status, answer) = sandbox.decide(id, &json!({"node_id": "review-mismatch", "approved": true})).await;
    assert_eq!((status, &answer["submission_status"]), (StatusCode::OK, &json!("already_applied")));
    let (status, _) = sandbox.decide(id, &json!({"node_id": "review-mismatch", "approved": false})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let waiting = sandbox.get(&format!("{RUNS}?workflow_id={FLOW}&status=waiting_for_human")).await;
    let id = ids(&waiting)[0].clone();
    let (status, answer) = sandbox.decide(&id, &json!({"node_id": "review-mismatch", "approved": true})).await;
    assert_eq!((status, &answer["submission_status"]), (StatusCode::OK, &json!("accepted")));
    assert_eq!(sandbox.until(&id, &["completed", "error"]).await["status"], "completed");
    sandbox.stop().await;
}

#[tokio::test]
async fn graphs_order_batch_and_export() {
    let sandbox = Sandbox::start().await;
    let list = sandbox.get("/retab/v1/workflows?limit=2").await;
    assert_eq!(ids(&list).len(), 2);
    let after = list["list_metadata"]["after"].as_str().unwrap();
    assert_eq!(ids(&sandbox.get(&format!("/retab/v1/workflows?limit=2&after={after}")).await).len(), 2);
    let graph = sandbox.get(&format!("/retab/v1/workflows/{FLOW}/entities")).await;
    assert_eq!(graph["workflow"]["name"], "PO to invoice reconciliation");
    assert_eq!(graph["workflow"]["is_published"], true);
    let retired = sandbox.get("/retab/v1/workflows/wf_legacy_import").await;
    assert_eq!((&retired["is_published"], &retired["published_snapshot_id"]), (&json!(false), &Value::Null));
    let blocks: HashSet<&str> = graph["blocks"].as_array().unwrap().iter().map(|b| b["id"].as_str().unwrap()).collect();
    for edge in graph["edges"].as_array().unwrap() {
        assert!(blocks.contains(edge["source_block"].as_str().unwrap()) && blocks.contains(edge["target_block"].as_str().unwrap()));
    }
    assert_eq!(sandbox.get(&format!("/retab/v1/workflows/{FLOW}/blocks")).await, graph["blocks"]);
    assert_eq!(sandbox.get(&format!("/retab/v1/workflows/{FLOW}/edges")).await, graph["edges"]);

    let page = sandbox.get(&format!("{RUNS}?workflow_id={FLOW}&status=completed&limit=3")).await;
    let chosen = ids(&page);
    let order = sandbox.get(&format!("{RUNS}/{}/execution-order", chosen[0])).await;
    assert_eq!(order["ordered_step_ids"].as_array().unwrap().last().unwrap(), "end-result");
    let batch = json!({"node_ids": ["extract-invoice", "nothing"]});
    let batch: Value = sandbox.post(&format!("{RUNS}/{}/steps/batch", chosen[0]), &batch).await.json().await.unwrap();
    assert!(batch["outputs"]["extract-invoice"]["output"]["total"].is_number());
    assert!(batch["outputs"].get("nothing").is_none());
    let config = sandbox.get(&format!("{RUNS}/{}/config", chosen[0])).await;
    assert_eq!(config["workflow_id"], FLOW);
    let export = json!({"workflow_id": FLOW, "node_id": "extract-invoice", "export_source": "outputs", "selected_run_ids": chosen});
    let export: Value = sandbox.post(&format!("{RUNS}/export_payload"), &export).await.json().await.unwrap();
    assert_eq!(export["rows"], 3);
    assert!(export["csv_data"].as_str().unwrap().starts_with("run_id,status,created_at,number,"));
    sandbox.stop().await;
}
