//! Today's Retab over HTTP, by the vendor's published client.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{Sandbox, sample_bytes};

const BASE: &str = "/retab-reviews/v1";
const FLOW: &str = "wrk_po_invoice_recon";

async fn get(sandbox: &Sandbox, path: &str) -> Value {
    sandbox.get(&format!("{BASE}/{path}")).await
}

async fn post(sandbox: &Sandbox, path: &str, body: Value) -> (StatusCode, Value) {
    let answer = sandbox.post(&format!("{BASE}/{path}"), &body).await;
    (answer.status(), answer.json().await.unwrap())
}

fn document(name: &str, mime: &str) -> Value {
    use base64::Engine as _;
    let content = base64::engine::general_purpose::STANDARD.encode(sample_bytes(name));
    json!({"filename": name, "url": format!("data:{mime};base64,{content}")})
}

async fn until(sandbox: &Sandbox, run: &str, word: &str) -> Value {
    for _ in 0..200 {
        let found = get(sandbox, &format!("workflows/runs/{run}")).await;
        if found["lifecycle"]["status"] == word {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{run} never became {word}: {}", get(sandbox, &format!("workflows/runs/{run}")).await)
}

/// Starts a run whose totals differ, and gives its run and review.
async fn waiting(sandbox: &Sandbox) -> (String, Value) {
    let body = json!({"workflow_id": FLOW, "metadata": {"customer": "42"}, "documents": {
        "start-purchase-order": document("purchase-order-4711.pdf", "application/pdf"),
        "start-invoice": document("invoice-4711.csv", "text/csv"),
    }});
    let (status, run) = post(sandbox, "workflows/runs", body).await;
    assert_eq!(status, StatusCode::OK, "{run}");
    let id = run["id"].as_str().unwrap().to_owned();
    let run = until(sandbox, &id, "awaiting_review").await;
    assert_eq!(run["lifecycle"]["waiting_for_block_ids"], json!(["extract-reconciliation"]));
    assert_eq!(run["metadata"], json!({"customer": "42"}));
    let queue = get(sandbox, &format!("workflows/reviews?run_id={id}")).await;
    (id, queue["data"][0].clone())
}

async fn versions(sandbox: &Sandbox, review: &Value) -> Vec<Value> {
    let found = get(sandbox, &format!("workflows/reviews/versions?review_id={}", review["id"].as_str().unwrap())).await;
    found["data"].as_array().unwrap().clone()
}

fn path(review: &Value, verb: &str) -> String {
    format!("workflows/reviews/{}/{verb}", review["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_correction_is_a_version_and_resumes_the_run() {
    let sandbox = Sandbox::start().await;
    let (run, review) = waiting(&sandbox).await;
    assert_eq!(
        (&review["block_type"], &review["decision"], &review["triggered_by"]["kind"]),
        (&json!("extract"), &Value::Null, &json!("json_condition"))
    );
    let first = versions(&sandbox, &review).await.remove(0);
    assert_eq!((&first["parent_id"], &first["author"]["kind"]), (&Value::Null, &json!("model")));
    let mut snapshot = first["snapshot"].clone();
    snapshot["note"] = json!("corrected");
    let new = json!({"review_id": review["id"], "parent_id": first["id"], "snapshot": snapshot});
    let (status, made) = post(&sandbox, "workflows/reviews/versions", new.clone()).await;
    assert_eq!((status, &made["parent_id"]), (StatusCode::OK, &first["id"]));
    let (_, again) = post(&sandbox, "workflows/reviews/versions", new).await;
    assert_eq!(again["id"], made["id"], "named by its content");
    assert_eq!(versions(&sandbox, &review).await.len(), 2);

    // The model's version is not the latest any more.
    let (status, refusal) = post(&sandbox, &path(&review, "approve"), json!({"version_id": first["id"]})).await;
    assert_eq!((status, &refusal["detail"]["details"]["superseded_version_ids"]), (StatusCode::CONFLICT, &json!([made["id"]])));
    let (status, answer) = post(&sandbox, &path(&review, "approve"), json!({"version_id": made["id"]})).await;
    assert_eq!((status, &answer["submission_status"], &answer["resume_status"]), (StatusCode::OK, &json!("accepted"), &json!("resumed")));
    assert_eq!(answer["review"]["decision"]["version_id"], made["id"]);
    until(&sandbox, &run, "completed").await;
    let steps = get(&sandbox, &format!("workflows/steps?run_id={run}&limit=100")).await;
    let step = steps["data"].as_array().unwrap().iter().find(|step| step["block_id"] == "extract-reconciliation").unwrap();
    assert_eq!(step["handle_outputs"]["output-json-0"]["data"]["note"], "corrected");
    let (_, answer) = post(&sandbox, &path(&review, "approve"), json!({"version_id": made["id"]})).await;
    assert_eq!(answer["submission_status"], "already_applied");
    let (status, _) = post(
        &sandbox,
        "workflows/reviews/versions",
        json!({"review_id": review["id"], "parent_id": made["id"], "snapshot": first["snapshot"]}),
    )
    .await;
    assert_eq!(status, StatusCode::CONFLICT, "what is decided takes no version");
    sandbox.stop().await;
}

#[tokio::test]
async fn a_version_is_found_by_its_own_id() {
    let sandbox = Sandbox::start().await;
    let (_, mine) = waiting(&sandbox).await;
    let decided = get(&sandbox, "workflows/reviews?decision_status=decided&limit=100").await;
    let runs = get(&sandbox, &format!("workflows/runs?workflow_id={FLOW}&status=completed&limit=100")).await;
    let mut reviews = vec![mine.clone(), decided["data"][0].clone()];
    for run in runs["data"].as_array().unwrap() {
        let found = get(&sandbox, &format!("workflows/reviews?decision_status=all&run_id={}", run["id"].as_str().unwrap())).await;
        reviews.extend(found["data"].as_array().unwrap().iter().take(1).cloned());
    }
    assert!(reviews.len() > 3, "also of the long history");
    let first = versions(&sandbox, &mine).await.remove(0);
    let mut snapshot = first["snapshot"].clone();
    snapshot["note"] = json!("corrected");
    let new = json!({"review_id": mine["id"], "parent_id": first["id"], "snapshot": snapshot});
    post(&sandbox, "workflows/reviews/versions", new).await;
    for review in reviews {
        for version in versions(&sandbox, &review).await {
            assert_eq!(get(&sandbox, &format!("workflows/reviews/versions/{}", version["id"].as_str().unwrap())).await, version);
        }
    }
    for id in ["rvv_no", "rvv_00000000000000000000000000000000ffffffffffffffff", &format!("{}x", first["id"].as_str().unwrap())] {
        let answer = sandbox.request(Method::GET, &format!("{BASE}/workflows/reviews/versions/{id}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{id}");
    }
    sandbox.stop().await;
}

/// The vendor's client sends the file's address in the vendor's storage.
#[tokio::test]
async fn a_run_starts_with_the_documents_of_an_earlier_one() {
    let sandbox = Sandbox::start().await;
    let (run, _) = waiting(&sandbox).await;
    let earlier = get(&sandbox, &format!("workflows/runs/{run}")).await;
    let mut documents = json!({});
    for (block, file) in earlier["inputs"]["documents"].as_object().unwrap() {
        let link = get(&sandbox, &format!("files/{}/download-link", file["id"].as_str().unwrap())).await;
        documents[block] = json!({"filename": file["filename"], "url": link["mime_data"]["url"]});
    }
    let (status, again) = post(&sandbox, "workflows/runs", json!({"workflow_id": FLOW, "documents": documents})).await;
    assert_eq!(status, StatusCode::OK, "{again}");
    until(&sandbox, again["id"].as_str().unwrap(), "awaiting_review").await;
    documents["start-invoice"]["url"] = json!("https://storage.retab.com/org_sandbox/file_nothing");
    let (status, _) = post(&sandbox, "workflows/runs", json!({"workflow_id": FLOW, "documents": documents})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    sandbox.stop().await;
}

/// What the vendor's Python client 0.0.160 refuses: a document without id, name and type, or a text in its place.
#[tokio::test]
async fn every_document_of_the_history_has_the_types_of_the_vendors_client() {
    let sandbox = Sandbox::start().await;
    let runs = get(&sandbox, "workflows/runs?workflow_id=wrk_contract_intake&limit=100").await;
    let mut documents = 0;
    for run in runs["data"].as_array().unwrap() {
        let id = run["id"].as_str().unwrap();
        let steps = get(&sandbox, &format!("workflows/steps?run_id={id}&block_type=start_document")).await;
        for step in steps["data"].as_array().unwrap().iter().filter(|step| step["lifecycle"]["status"] == "completed") {
            let document = &step["handle_outputs"]["output-file-0"]["document"];
            assert_eq!(document, &run["inputs"]["documents"]["start-contract"], "{id}");
            assert!(["id", "filename", "mime_type"].iter().all(|name| document[name].is_string()), "{id}: {document}");
            documents += 1;
        }
    }
    assert!(documents > 20, "{documents}");
    sandbox.stop().await;
}

#[tokio::test]
async fn a_rejection_needs_a_reason_and_a_conflict_changes_nothing() {
    let sandbox = Sandbox::start().await;
    let (run, review) = waiting(&sandbox).await;
    let first = versions(&sandbox, &review).await.remove(0);
    for body in [json!({"version_id": first["id"]}), json!({"version_id": first["id"], "reason": " "})] {
        let (status, answer) = post(&sandbox, &path(&review, "reject"), body).await;
        assert_eq!((status, &answer["detail"][0]["loc"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(["body", "reason"])));
    }
    let (status, _) = post(&sandbox, &path(&review, "reject"), json!({"version_id": "rvv_no", "reason": "No"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (_, answer) = post(&sandbox, &path(&review, "reject"), json!({"version_id": first["id"], "reason": "Not ours"})).await;
    assert_eq!(answer["submission_status"], "accepted");
    let (status, late) = post(&sandbox, &path(&review, "approve"), json!({"version_id": first["id"]})).await;
    assert_eq!((status, &late["submission_status"]), (StatusCode::OK, &json!("conflict")));
    assert_eq!((&late["review"]["decision"]["verdict"], &late["review"]["decision"]["reason"]), (&json!("rejected"), &json!("Not ours")));
    let ended = until(&sandbox, &run, "cancelled").await;
    assert_eq!(ended["lifecycle"]["reason"], "Rejected by a reviewer");
    sandbox.stop().await;
}

#[tokio::test]
async fn a_snapshot_of_another_shape_is_refused_at_its_place() {
    let sandbox = Sandbox::start().await;
    let (_, review) = waiting(&sandbox).await;
    let first = versions(&sandbox, &review).await.remove(0);
    let mut snapshot = first["snapshot"].clone();
    snapshot["invoice"]["total"] = json!("a lot");
    let new = json!({"review_id": review["id"], "parent_id": first["id"], "snapshot": snapshot});
    let (status, answer) = post(&sandbox, "workflows/reviews/versions", new).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer["detail"][0]["loc"], json!(["body", "snapshot", "invoice", "total"]));
    // The numbers of a version keep their digits.
    let mut snapshot = first["snapshot"].clone();
    snapshot["invoice"]["total"] = serde_json::from_str("1234.560").unwrap();
    let new = json!({"review_id": review["id"], "parent_id": first["id"], "snapshot": snapshot});
    let (_, made) = post(&sandbox, "workflows/reviews/versions", new).await;
    assert_eq!(made["snapshot"]["invoice"]["total"].to_string(), "1234.560");
    sandbox.stop().await;
}

#[tokio::test]
async fn the_queue_and_the_history_can_be_paged() {
    let sandbox = Sandbox::start().await;
    let mut seen: Vec<String> = Vec::new();
    let mut after = String::new();
    loop {
        let page = get(&sandbox, &format!("workflows/reviews?limit=3{after}")).await;
        let found = page["data"].as_array().unwrap();
        assert!(found.iter().all(|review| review["decision"].is_null()));
        seen.extend(found.iter().map(|review| review["created_at"].as_str().unwrap().to_owned()));
        let Some(last) = page["list_metadata"]["after"].as_str() else { break };
        after = format!("&after={last}");
    }
    assert!(seen.len() > 10 && seen.is_sorted(), "oldest first: {seen:?}");
    // A run of the seeded history has its decided review, with the version that was approved.
    let runs = get(&sandbox, &format!("workflows/runs?workflow_id={FLOW}&status=completed&limit=100")).await;
    let mut decided = 0;
    for run in runs["data"].as_array().unwrap() {
        let reviews = get(&sandbox, &format!("workflows/reviews?decision_status=all&run_id={}", run["id"].as_str().unwrap())).await;
        for review in reviews["data"].as_array().unwrap() {
            let all = versions(&sandbox, review).await;
            assert!(all.iter().any(|version| version["id"] == review["decision"]["version_id"]));
            decided += 1;
        }
    }
    assert!(decided > 0);
    let unknown = sandbox.request(Method::GET, &format!("{BASE}/workflows/runs?status=waiting_for_human")).send().await.unwrap();
    assert_eq!(unknown.status(), StatusCode::UNPROCESSABLE_ENTITY, "the word of the generation before");
    sandbox.stop().await;
}

#[tokio::test]
async fn the_key_is_a_bearer_token_and_files_have_links() {
    let sandbox = Sandbox::start().await;
    let url = format!("{}{BASE}/workflows", sandbox.base);
    for (key, status) in [(Some("sandbox"), 200), (Some("wrong"), 401), (None, 401)] {
        let request = sandbox.client.get(&url);
        let request = key.map_or(request.try_clone().unwrap(), |key| request.bearer_auth(key));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status);
        assert!(answer.headers().contains_key("x-request-id"));
    }
    let (run, _) = waiting(&sandbox).await;
    let run = get(&sandbox, &format!("workflows/runs/{run}")).await;
    let file = run["inputs"]["documents"]["start-invoice"]["id"].as_str().unwrap();
    let link = get(&sandbox, &format!("files/{file}/download-link")).await;
    let bytes = sandbox.client.get(link["download_url"].as_str().unwrap()).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes, sample_bytes("invoice-4711.csv"));
    sandbox.stop().await;
}

#[tokio::test]
async fn an_extraction_tells_where_its_values_stand_in_a_pdf() {
    let sandbox = Sandbox::start().await;
    let (run, _) = waiting(&sandbox).await;
    let steps = get(&sandbox, &format!("workflows/steps?run_id={run}&limit=100")).await;
    let artifact = |file: &str| {
        let made = |step: &&Value| step["artifact"]["operation"] == "extraction" && step["handle_inputs"].to_string().contains(file);
        steps["data"].as_array().unwrap().iter().find(made).unwrap()["artifact"]["id"].as_str().unwrap().to_owned()
    };
    let found = get(&sandbox, &format!("extractions/{}/sources", artifact("purchase-order-4711.pdf"))).await;
    assert_eq!(found["extraction"]["total"].to_string(), "1562.50");
    let total = &found["sources"]["total"];
    assert_eq!(total["value"].to_string(), "1562.50");
    let anchor = &total["source"]["anchor"];
    assert_eq!((anchor["kind"].as_str(), anchor["page"].as_u64()), (Some("pdf_bbox"), Some(1)));
    let left = anchor["left"].as_f64().unwrap();
    assert!((left - 480.0 / 595.0).abs() < 0.001, "{left}");
    assert!(
        found["sources"]["lines"][1]["quantity"]["source"]["anchor"]["top"].as_f64()
            < found["sources"]["lines"][2]["quantity"]["source"]["anchor"]["top"].as_f64()
    );
    // Of a table it keeps none, and of what is no extraction there are none.
    let table = get(&sandbox, &format!("extractions/{}/sources", artifact("invoice-4711.csv"))).await;
    assert_eq!(table["sources"]["total"].to_string(), r#"{"value":1612.50,"source":null}"#);
    for unknown in ["extraction_run_nobody_1", "extraction_x", "nothing"] {
        let answer = sandbox.request(Method::GET, &format!("{BASE}/extractions/{unknown}/sources")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{unknown}");
    }
    sandbox.stop().await;
}

#[tokio::test]
async fn a_graph_version_has_the_schema_of_its_gated_block() {
    let sandbox = Sandbox::start().await;
    let (_, review) = waiting(&sandbox).await;
    let version = review["workflow_version_id"].as_str().unwrap();
    let graph = get(&sandbox, &format!("workflows/versions/{version}?workflow_id={FLOW}")).await;
    let block = graph["blocks"].as_array().unwrap().iter().find(|block| block["id"] == review["block_id"]).unwrap();
    assert!(block["config"]["json_schema"]["properties"]["invoice"].is_object());
    let missing = sandbox.request(Method::GET, &format!("{BASE}/workflows/versions/ver_x_1?workflow_id={FLOW}")).send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    sandbox.stop().await;
}
