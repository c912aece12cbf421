//! The SuperAI dialect over real HTTP, asked as its vendor's published document says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "superai/client.rs"]
mod client;
#[path = "superai/journeys.rs"]
mod journeys;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use client::{invalid, refused, start};

const FLOW: &str = "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d801";
const SHOWCASE: &str = "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d802";
const INACTIVE: &str = "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d804";
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

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
    for run in &all {
        assert!(run["input"]["purchase_order"]["total"].is_number() || run["input"]["purchase_order"].is_string(), "{run}");
    }
    assert_eq!(sandbox.json(&format!("/flow-executions/{}", all[5]["id"].as_str().unwrap())).await, all[5]);
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
    assert_eq!(
        invalid(sandbox.ask(Method::POST, "/flow-executions").json(&json!({ "flow_id": "x" }))).await,
        ["body.flow_id", "body.input"]
    );
    assert_eq!(invalid(sandbox.ask(Method::POST, "/flow-executions").body("{")).await, ["body"]);
    let patched = refused(sandbox.ask(Method::PATCH, "/flow-executions")).await;
    assert_eq!(patched.0, StatusCode::METHOD_NOT_ALLOWED);

    let url = format!("{}/flows", sandbox.base);
    for request in
        [sandbox.client.get(&url), sandbox.client.get(&url).bearer_auth("x"), sandbox.client.get(&url).header("X-API-Key", "saf_x")]
    {
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
async fn stored_files_are_found_by_their_uri_only_inside_the_storage() {
    let sandbox = start(100).await;
    let answer = sandbox.ask(Method::POST, &format!("/flows/{FLOW}/upload-url")).send().await.unwrap();
    let upload: Value = answer.json().await.unwrap();
    let (uri, resolve) =
        (upload["uri"].as_str().unwrap(), |uri: &str| sandbox.ask(Method::POST, "/files/resolve").json(&json!({ "uri": uri })));
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

/// Requests nobody should send: each is answered in the vendor's words, none breaks the server.
#[tokio::test]
async fn odd_requests_are_refused_and_break_nothing() {
    let sandbox = start(100).await;
    let long = "x".repeat(5_000);
    let odd = ["%FF", "%00", "..%2F..", "%F0%9F%98%80", "%22%3Cscript%3E", "9999999999999999999999", &long];
    for odd in odd {
        for path in [
            format!("/flow-executions/{odd}"),
            format!("/flow-executions?flow_id={odd}"),
            format!("/task-executions?flow_execution_id={odd}"),
            format!("/flows/{odd}"),
            format!("/files/download?uri={odd}"),
            format!("/human-review-tasks/{odd}"),
            format!("/human-review-tasks?limit={odd}"),
        ] {
            let answer = sandbox.ask(Method::GET, &path).send().await.unwrap();
            let status = answer.status();
            assert!(status.is_client_error(), "{path} {status}");
            assert!(answer.json::<Value>().await.unwrap().is_object(), "{path}");
        }
    }
    let deep = "[".repeat(100_000);
    for path in [
        "/flow-executions".to_owned(),
        "/files/resolve".to_owned(),
        format!("/human-review-tasks/{NOBODY}/complete"),
        format!("/flow-executions/{NOBODY}/webhook-data"),
    ] {
        for body in [deep.as_str(), "\u{0}", "{\"a\": 1e999999999}", "{\"$serde_json::private::Number\": \"x\"}"] {
            let status = sandbox.ask(Method::POST, &path).body(body.to_owned()).send().await.unwrap().status();
            assert!(!status.is_server_error(), "{path} {status}");
        }
    }
    assert!(sandbox.json("/flows").await["flows"].is_array(), "the server goes on");
}
