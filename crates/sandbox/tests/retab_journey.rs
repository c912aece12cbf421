//! A run from its two documents over a person's decision to its outputs, as Retab's clients see it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{FLOW, Sandbox, config, sample};

const NODE: &str = "review-mismatch";

/// Digits matter: JSON text, not floats.
fn text(value: &Value) -> String {
    value.to_string()
}

#[tokio::test]
async fn a_mismatch_waits_is_corrected_and_completes_with_the_corrected_value() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.reconcile("purchase-order-4711.pdf", "invoice-4711.csv").await;
    let run = sandbox.until(&id, &["waiting_for_human", "error"]).await;
    assert_eq!(run["status"], "waiting_for_human", "{run}");
    assert_eq!(run["waiting_for_node_ids"], json!([NODE]));
    assert_eq!(run["run_resume_status"], "waiting_for_human");
    assert!(run["human_waiting_started_at"].is_string());

    let step = sandbox.get(&format!("/retab/v1/workflows/runs/{id}/steps/{NODE}")).await;
    let output = &step["output"];
    assert_eq!(output["message"], "Totals differ by 50.00");
    assert_eq!(output["requires_review"], true);
    assert_eq!(text(&output["extracted_data"]["purchase_order"]["total"]), "1562.50");
    assert_eq!(text(&output["extracted_data"]["invoice"]["total"]), "1612.50");
    assert_eq!(output["extracted_data"]["invoice"]["lines"][0]["description"], "Office chair, mesh back");
    assert_eq!(output["json_schema"]["$schema"], "https://json-schema.org/draft/2020-12/schema");

    let before = sandbox.get(&format!("/retab/v1/workflows/runs/{id}/hil-decisions/{NODE}")).await;
    assert_eq!((&before["decision_received"], &before["approved"]), (&json!(false), &Value::Null));

    let mut edited = output["extracted_data"].clone();
    edited["invoice"]["total"] = serde_json::from_str("1562.500").unwrap();
    edited["note"] = json!("Agreed with the vendor");
    let body = json!({"node_id": NODE, "approved": true, "modified_data": edited, "command_id": "cmd-1"});
    let (status, answer) = sandbox.decide(&id, &body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["submission_status"], "accepted");
    assert_eq!(answer["decision"]["decision_received"], true);
    assert_eq!(answer["decision"]["decision_applied"], false);
    assert_eq!(answer["decision"]["node_status"], "waiting_for_hil");

    let run = sandbox.until(&id, &["completed", "error", "cancelled"]).await;
    assert_eq!(run["status"], "completed", "{run}");
    let result = &run["final_outputs"]["end-result"];
    assert_eq!(result["label"], "Reconciliation");
    assert_eq!(text(&result["json_data"]["invoice"]["total"]), "1562.500");
    assert_eq!(result["json_data"]["note"], "Agreed with the vendor");
    assert_eq!(run["run_resume_status"], "fully_resumed");
    assert!(run["human_waiting_duration_ms"].as_i64().unwrap() > 0);
    assert_eq!(run["waiting_for_node_ids"], json!([]));

    // The same again is applied by now, other data too: the first decision stands.
    let (status, again) = sandbox.decide(&id, &body).await;
    assert_eq!((status, &again["submission_status"]), (StatusCode::OK, &json!("already_applied")));
    let other = json!({"node_id": NODE, "approved": true, "modified_data": {"note": "mine"}, "command_id": "cmd-2"});
    let (status, again) = sandbox.decide(&id, &other).await;
    assert_eq!((status, &again["submission_status"]), (StatusCode::OK, &json!("already_applied")));
    assert_eq!(again["decision"]["modified_data"]["note"], "Agreed with the vendor");
    let (status, refused) = sandbox.decide(&id, &json!({"node_id": NODE, "approved": false})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(refused["detail"]["code"], "hil_decision_conflict");
    sandbox.stop().await;
}

/// As the Python package up to 0.0.114 decides.
#[tokio::test]
async fn the_resume_of_the_generation_before_records_the_same_decision() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.reconcile("purchase-order-4711.pdf", "invoice-4711.csv").await;
    sandbox.until(&id, &["waiting_for_human"]).await;
    let path = format!("/retab/v1/workflows/runs/{id}/resume");
    let body = json!({"node_id": NODE, "approved": true, "command_id": "cmd-1"});
    let answer: Value = sandbox.post(&path, &body).await.json().await.unwrap();
    assert_eq!((&answer["resume_status"], &answer["run"]["id"]), (&json!("processing"), &json!(id)));
    assert_eq!(answer["queue_item_id"], answer["run"]["active_resume"]["queue_item_id"]);
    let (status, seen) = sandbox.decide(&id, &body).await;
    assert_eq!(status, StatusCode::OK);
    assert!(seen["submission_status"].as_str().unwrap().starts_with("already_"), "{seen}");
    sandbox.until(&id, &["completed"]).await;
    let again: Value = sandbox.post(&path, &body).await.json().await.unwrap();
    assert_eq!(again["resume_status"], "already_processed");
    let opposite = sandbox.post(&path, &json!({"node_id": NODE, "approved": false})).await;
    assert_eq!(opposite.status(), StatusCode::CONFLICT);
    let nowhere = sandbox.post("/retab/v1/workflows/runs/run_nothing/resume", &body).await;
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    sandbox.stop().await;
}

/// Also while it moves: each step says what it was given as soon as it begins.
#[tokio::test]
async fn a_step_is_given_what_the_flows_edges_say() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.reconcile("purchase-order-4711.pdf", "invoice-4711.csv").await;
    sandbox.until(&id, &["waiting_for_human"]).await;
    let steps = sandbox.get(&format!("/retab/v1/workflows/runs/{id}/steps")).await;
    let given = |node: &str| &steps.as_array().unwrap().iter().find(|step| step["node_id"] == node).unwrap()["handle_inputs"];
    assert_eq!(given("extract-purchase-order")["input-file-0"]["document"]["filename"], "purchase-order-4711.pdf");
    assert_eq!(given("extract-invoice")["input-file-0"]["document"]["filename"], "invoice-4711.csv");
    let compared = &given("compare-totals")["input-json-0"]["data"];
    assert_eq!(compared["extract-purchase-order"]["number"], "PO-4711");
    assert_eq!(compared["extract-invoice"]["number"], "INV-88214");
    assert_eq!(given("review-mismatch")["input-json-0"]["data"]["matched"], false);
    assert_eq!(given("start-invoice"), &json!({}));
    sandbox.stop().await;
}

#[tokio::test]
async fn two_decisions_at_once_record_one() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.reconcile("purchase-order-4711.csv", "invoice-4711.pdf").await;
    sandbox.until(&id, &["waiting_for_human"]).await;
    let decide = |note: &str| json!({"node_id": NODE, "approved": true, "modified_data": {"note": note}, "command_id": note});
    let (mine, yours) = (decide("mine"), decide("yours"));
    let (a, b) = tokio::join!(sandbox.decide(&id, &mine), sandbox.decide(&id, &yours));
    let words = [&a.1["submission_status"], &b.1["submission_status"]];
    assert!(words.contains(&&json!("accepted")) && words.contains(&&json!("already_received")), "{words:?}");
    assert_eq!(a.1["decision"]["modified_data"], b.1["decision"]["modified_data"]);
    assert_eq!(a.1["decision"]["payload_hash"], b.1["decision"]["payload_hash"]);
    sandbox.stop().await;
}

#[tokio::test]
async fn rejecting_cancels_and_agreement_runs_through() {
    let sandbox = Sandbox::start().await;
    let rejected = sandbox.reconcile("purchase-order-4711.json", "invoice-4711.json").await;
    let through = sandbox.reconcile("purchase-order-4712.pdf", "invoice-4712.json").await;
    sandbox.until(&rejected, &["waiting_for_human"]).await;
    let (status, answer) = sandbox.decide(&rejected, &json!({"node_id": NODE, "approved": false})).await;
    assert_eq!((status, &answer["decision"]["approved"]), (StatusCode::OK, &json!(false)));
    let run = sandbox.until(&rejected, &["cancelled", "completed", "error"]).await;
    assert_eq!(run["status"], "cancelled");
    let run = sandbox.until(&through, &["completed", "waiting_for_human", "error"]).await;
    assert_eq!(run["status"], "completed", "{run}");
    assert_eq!(text(&run["final_outputs"]["end-result"]["json_data"]["difference"]), "0.00");
    let (status, answer) = sandbox.decide(&through, &json!({"node_id": NODE, "approved": true})).await;
    assert_eq!((status, &answer["detail"]["code"]), (StatusCode::CONFLICT, &json!("hil_decision_not_eligible")));
    sandbox.stop().await;
}

#[tokio::test]
async fn json_inputs_take_the_place_of_files() {
    let sandbox = Sandbox::start().await;
    let invoice: Value = serde_json::from_slice(&support::sample_bytes("invoice-4711.json")).unwrap();
    let body = json!({
        "documents": {"start-purchase-order": sample("purchase-order-4711.pdf")},
        "json_inputs": {"start-json-invoice": invoice},
    });
    let response = sandbox.post(&format!("/retab/v1/workflows/{FLOW}/run"), &body).await;
    let run: Value = response.json().await.unwrap();
    let run = sandbox.until(run["id"].as_str().unwrap(), &["waiting_for_human", "error"]).await;
    assert_eq!(run["status"], "waiting_for_human", "{run}");
    assert_eq!(run["input_json_data"]["start-json-invoice"]["invoice_number"], "INV-88214");
    let skipped = run["steps"].as_array().unwrap().iter().find(|s| s["node_id"] == "start-invoice").unwrap();
    assert_eq!(skipped["status"], "skipped");
    sandbox.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_fails_its_run_and_nothing_else() {
    let sandbox = Sandbox::start().await;
    let broken = sandbox.reconcile("unreadable.pdf", "invoice-4711.csv").await;
    let body = json!({"documents": {"start-purchase-order": sample("purchase-order-4711.pdf")}});
    let response = sandbox.post(&format!("/retab/v1/workflows/{FLOW}/run"), &body).await;
    let missing: Value = response.json().await.unwrap();
    let run = sandbox.until(&broken, &["error", "waiting_for_human", "completed"]).await;
    assert_eq!(run["status"], "error");
    let message = run["error"].as_str().unwrap();
    assert!(message.contains("unreadable.pdf") && message.contains("not a valid PDF"), "{message}");
    assert_eq!(run["error_stage"], "execution");
    assert_eq!(run["error_details"]["error_code"], "unreadable_document");
    let run = sandbox.until(missing["id"].as_str().unwrap(), &["error", "waiting_for_human", "completed"]).await;
    assert_eq!((&run["status"], &run["error_stage"]), (&json!("error"), &json!("input_collection")));
    let fine = sandbox.reconcile("purchase-order-4712.csv", "invoice-4712.csv").await;
    assert_eq!(sandbox.until(&fine, &["completed", "error"]).await["status"], "completed");
    sandbox.stop().await;
}

#[tokio::test]
async fn a_stop_in_the_middle_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let db = sandbox::Database::File(folder.path().join("sandbox.db"));
    let config = sandbox::Config { db, ..config() };
    let first = Sandbox::with(config.clone()).await;
    let running = first.reconcile("purchase-order-4712.pdf", "invoice-4712.pdf").await;
    let waiting = first.reconcile("purchase-order-4711.pdf", "invoice-4711.pdf").await;
    first.until(&waiting, &["waiting_for_human"]).await;
    let late = first.reconcile("purchase-order-4712.json", "invoice-4712.csv").await;
    let (_, answer) = first.decide(&waiting, &json!({"node_id": NODE, "approved": true, "command_id": "late"})).await;
    assert_eq!(answer["decision"]["decision_applied"], false);
    let before = first.get("/retab/v1/workflows/runs/counts").await;
    first.stop().await;

    let second = Sandbox::with(config).await;
    assert_eq!(second.get("/retab/v1/workflows/runs/counts").await["total"], before["total"]);
    for id in [running, waiting, late] {
        let run = second.until(&id, &["completed", "error", "cancelled"]).await;
        assert_eq!(run["status"], "completed", "{run}");
        let ids: Vec<&str> = run["steps"].as_array().unwrap().iter().map(|s| s["node_id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 9, "each step exactly once: {ids:?}");
    }
    second.stop().await;
}

#[tokio::test]
async fn cancel_restart_and_delete() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.reconcile("purchase-order-4711.pdf", "invoice-4711.pdf").await;
    let path = format!("/retab/v1/workflows/runs/{id}");
    let refused = sandbox.post(&format!("{path}/restart"), &json!({})).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let answer: Value = sandbox.post(&format!("{path}/cancel"), &json!({})).await.json().await.unwrap();
    assert_eq!(answer["cancellation_status"], "cancellation_requested");
    assert_eq!(answer["run"]["cancel_confirmation_pending"], true);
    assert_eq!(answer["run"]["status"], "running");
    sandbox.until(&id, &["cancelled"]).await;
    let answer: Value = sandbox.post(&format!("{path}/cancel"), &json!({})).await.json().await.unwrap();
    assert_eq!(answer["cancellation_status"], "cancelled");

    let restart =
        async || -> Value { sandbox.post(&format!("{path}/restart"), &json!({"command_id": "again"})).await.json().await.unwrap() };
    let (one, two) = (restart().await, restart().await);
    assert_eq!(one["id"], two["id"], "the same command makes one run");
    assert_ne!(one["id"], json!(id));
    assert_eq!(one["trigger_type"], "restart");
    assert_eq!(one["input_documents"].as_object().unwrap().len(), 2);
    let new = one["id"].as_str().unwrap();
    let run = sandbox.until(new, &["waiting_for_human", "error"]).await;
    assert_eq!(run["status"], "waiting_for_human", "{run}");

    let total = sandbox.get("/retab/v1/workflows/runs/counts").await["total"].as_i64().unwrap();
    let gone = sandbox.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    let gone = sandbox.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    assert_eq!(sandbox.get("/retab/v1/workflows/runs/counts").await["total"].as_i64().unwrap(), total - 1);
    sandbox.stop().await;
}

#[tokio::test]
async fn documents_come_back_as_they_went_in() {
    let sandbox = Sandbox::start().await;
    let id = sandbox.reconcile("purchase-order-4711.pdf", "invoice-4711.csv").await;
    let answer = sandbox.get(&format!("/retab/v1/workflows/runs/{id}/documents/start-invoice")).await;
    assert_eq!((&answer["filename"], &answer["mime_type"]), (&json!("invoice-4711.csv"), &json!("text/csv")));
    let url = answer["signed_url"].as_str().unwrap();
    // Without the key: the link is its own permission.
    let response = sandbox.client.get(url).send().await.unwrap();
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.bytes().await.unwrap(), support::sample_bytes("invoice-4711.csv"));
    let forged = url.replace("signature=", "signature=0");
    assert_eq!(sandbox.client.get(forged).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let run = sandbox.run(&id).await;
    let file = run["input_documents"]["start-purchase-order"]["file_id"].as_str().unwrap();
    let link = sandbox.get(&format!("/retab/v1/files/{file}/download-link")).await;
    let bytes = sandbox.client.get(link["download_url"].as_str().unwrap()).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes, support::sample_bytes("purchase-order-4711.pdf"));
    // So do the computed documents of the history.
    let page = sandbox.get(&format!("/retab/v1/workflows/runs?workflow_id={FLOW}&status=completed&limit=20")).await;
    let old = page["data"].as_array().unwrap().iter().find(|r| r["input_documents"]["start-invoice"].is_object()).unwrap();
    let file = old["input_documents"]["start-invoice"]["file_id"].as_str().unwrap();
    let link = sandbox.get(&format!("/retab/v1/files/{file}/download-link")).await;
    let text = sandbox.client.get(link["download_url"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
    assert!(text.starts_with("Invoice number,INV-"), "{text}");
    sandbox.stop().await;
}

#[tokio::test]
async fn an_idempotency_key_starts_one_run() {
    let sandbox = Sandbox::start().await;
    let start = async |workflow: &str| {
        let request = sandbox.request(Method::POST, &format!("/retab/v1/workflows/{workflow}/run"));
        let response = request.header("Idempotency-Key", "intent-1").json(&json!({})).send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap())
    };
    let before = sandbox.get("/retab/v1/workflows/runs/counts").await["total"].as_i64().unwrap();
    let ((_, one), (_, two)) = tokio::join!(start("wf_ledger_sync"), start("wf_ledger_sync"));
    assert_eq!(one["id"], two["id"]);
    assert_eq!(start(FLOW).await.0, StatusCode::CONFLICT);
    assert_eq!(sandbox.get("/retab/v1/workflows/runs/counts").await["total"], before + 1);
    let (status, answer) = start("wf_legacy_import").await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
    sandbox.stop().await;
}
