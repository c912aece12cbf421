//! The TableFlow dialect over real HTTP, asked as its vendor's pages say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder, StatusCode};
use sandbox::{Config, Database};
use serde_json::{Value, json};
use tokio::sync::oneshot;

const FLOW: &str = "dk4g1tUg1uHLs8YU";

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
    let base = running.bases().into_iter().find(|(name, _)| *name == "tableflow").unwrap().1;
    Sandbox { client: Client::new(), base, _stop: stop }
}

impl Sandbox {
    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base)).bearer_auth("sandbox")
    }

    async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    async fn refused(&self, path: &str) -> (StatusCode, Value) {
        shape(self.get(path)).await
    }

    fn run(&self, form: Form) -> RequestBuilder {
        self.client.post(format!("{}/flows/{FLOW}/run", self.base)).bearer_auth("sandbox").multipart(form)
    }

    /// The run once it stands still.
    async fn settled(&self, id: &str) -> Value {
        for _ in 0..600 {
            let run = self.json(&format!("/flows/runs/{id}")).await;
            if run["status"] != "processing" {
                return run;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("run {id} is still processing after 30 s");
    }
}

/// An error answer, which must be the vendor's two words and nothing else.
async fn shape(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["error", "message"], "{body}");
    assert!(body["message"].as_str().unwrap().len() > 5, "{body}");
    (status, body)
}

fn file(name: &str, mime: &str, bytes: impl Into<Vec<u8>>) -> Part {
    Part::bytes(bytes.into()).file_name(name.to_owned()).mime_str(mime).unwrap()
}

fn ids(runs: &Value) -> Vec<String> {
    runs.as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned()).collect()
}

const ORDER: &str = "Purchase Order,PO-2026-77\nVendor,Acme GmbH\nDate,2026-01-05\nCurrency,EUR\n\nDescription,Quantity,Unit Price,Amount\nChair,2,100.00,200.00\nDesk,1,250.500,250.50\n\nTotal,450.50\n";
const INVOICE: &str = r#"{"number": "INV-9", "purchase_order_number": "PO-2026-77", "vendor": "Acme GmbH", "currency": "EUR",
    "lines": [{"description": "Chair", "quantity": 2, "unit_price": 100.00, "amount": 200.00},
              {"description": "Desk", "quantity": 1, "unit_price": 300.50, "amount": 300.50}], "total": 500.50}"#;

#[tokio::test]
async fn ten_thousand_runs_page_to_the_end_without_gaps_or_doubles() {
    let sandbox = start(10_240).await;
    let (mut seen, mut offset, mut last_created) = (Vec::new(), Some(0), i64::MAX);
    let mut total = 0;
    while let Some(at) = offset {
        let page = sandbox.json(&format!("/flows/runs?flow_id={FLOW}&limit=1000&offset={at}")).await;
        let pagination = &page["pagination"];
        assert_eq!((&pagination["limit"], &pagination["offset"], &pagination["filter"]), (&json!(1000), &json!(at), &json!("all")));
        total = pagination["total"].as_u64().unwrap();
        for run in page["flow_runs"].as_array().unwrap() {
            assert!(run["created_at"].as_i64().unwrap() <= last_created);
            last_created = run["created_at"].as_i64().unwrap();
            assert!(run.get("flow").is_none());
        }
        seen.extend(ids(&page["flow_runs"]));
        offset = pagination["next_offset"].as_u64();
    }
    assert!(total > 10_000, "{total}");
    assert_eq!(seen.len() as u64, total);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len());
    assert!(seen.iter().all(|id| id.len() == 16 && id.chars().all(|c| c.is_ascii_alphanumeric())));
    let whole = sandbox.json(&format!("/flows/{FLOW}/runs")).await;
    assert_eq!(ids(&whole), seen, "the unpaged list is the same list");
    let first = sandbox.json("/flows/runs").await;
    assert_eq!(first["flow_runs"].as_array().unwrap().len(), 100);
    assert!(first["pagination"]["total"].as_u64().unwrap() > total, "without flow_id all flows are listed");
}

#[tokio::test]
async fn the_whole_vocabulary_is_there_and_filters_add_up() {
    let sandbox = start(300).await;
    let all = sandbox.json("/flows/runs?limit=1").await["pagination"]["total"].as_u64().unwrap();
    let mut sum = 0;
    for status in ["processing", "review", "completed", "failed"] {
        let page = sandbox.json(&format!("/flows/runs?status={status}&limit=1000")).await;
        let runs = page["flow_runs"].as_array().unwrap();
        assert!(!runs.is_empty(), "{status}");
        assert!(runs.iter().all(|run| run["status"] == status));
        assert_eq!(page["pagination"]["filter"], status);
        assert_eq!(page["pagination"]["total"].as_u64().unwrap(), runs.len() as u64);
        sum += runs.len() as u64;
    }
    assert_eq!(sum, all);
    let page = sandbox.json("/flows/runs?limit=1000").await;
    let of = |field: &str| -> BTreeSet<String> { page["flow_runs"].as_array().unwrap().iter().map(|run| run[field].to_string()).collect() };
    assert_eq!(of("trigger_method"), BTreeSet::from(["\"api\"".to_owned(), "\"manual\"".to_owned()]));
    assert!(of("current_attempt").len() > 1, "some run was run again");
    let none = sandbox.json("/flows/runs?flow_id=nothing").await;
    assert_eq!((ids(&none["flow_runs"]).len(), &none["pagination"]["next_offset"]), (0, &Value::Null));
}

#[tokio::test]
async fn wrong_requests_are_refused_in_the_vendors_words() {
    let sandbox = start(100).await;
    for query in ["limit=0", "limit=1001", "limit=x", "offset=-1", "status=SUCCEEDED"] {
        let (status, body) = sandbox.refused(&format!("/flows/runs?{query}")).await;
        assert_eq!((status, &body["error"]), (StatusCode::BAD_REQUEST, &json!("Invalid parameters")), "{query}");
    }
    for path in ["/flows/runs/nothing", "/flows/nothing/runs", "/extractions/nothing", "/nowhere"] {
        assert_eq!(sandbox.refused(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let url = format!("{}/flows", sandbox.base);
    assert_eq!(shape(sandbox.client.get(&url)).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(shape(sandbox.client.get(&url).bearer_auth("wrong")).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(shape(sandbox.client.delete(&url).bearer_auth("sandbox")).await.0, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn flows_tell_which_files_they_take() {
    let sandbox = start(100).await;
    let flows = sandbox.json("/flows").await;
    let flows = flows.as_array().unwrap();
    assert!(flows.iter().all(|flow| flow["active"] == true));
    let flow = flows.iter().find(|flow| flow["id"] == FLOW).unwrap();
    let fields = flow["file_input_config"]["file_fields"].as_array().unwrap();
    let required: Vec<&Value> = fields.iter().filter(|field| field["required"] == true).map(|field| &field["key"]).collect();
    assert_eq!(required, ["purchase_order", "invoice"]);
    let types: Vec<&Value> = flow["steps"].as_array().unwrap().iter().map(|step| &step["type"]).collect();
    assert_eq!(types[..3], ["extraction", "extraction", "reconciliation"]);
    assert_eq!(flow["steps"][2]["config"]["source_step_id_2"], "step_2");
}

#[tokio::test]
async fn an_upload_must_fit_the_flow() {
    let sandbox = start(100).await;
    let order = || file("po.csv", "text/csv", ORDER);
    let cases = [
        (Form::new().part("purchase_order", order()), "'invoice'"),
        (Form::new().part("purchase_order", order()).part("receipt", order()), "'receipt'"),
        (Form::new().part("purchase_order", file("po.exe", "application/x-msdownload", "MZ")), "po.exe"),
        (Form::new().part("purchase_order", order()).text("metadata", "{"), "'metadata'"),
        (Form::new().part("purchase_order", order()).text("metadata", "[1]"), "'metadata'"),
        (Form::new().part("purchase_order", order()).text("purchase_order_metadata", "x"), "'purchase_order_metadata'"),
        (Form::new().part("purchase_order", order()).part("purchase_order", order()), "twice"),
    ];
    for (form, words) in cases {
        let (status, body) = shape(sandbox.run(form)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(body["message"].as_str().unwrap().contains(words), "{body}");
    }
    let large = Form::new().part("purchase_order", file("po.pdf", "application/pdf", vec![0; 10 * 1024 * 1024 + 1]));
    assert_eq!(shape(sandbox.run(large)).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let plain = sandbox.client.post(format!("{}/flows/{FLOW}/run", sandbox.base)).bearer_auth("sandbox").body("x");
    assert_eq!(shape(plain).await.0, StatusCode::BAD_REQUEST);
    let unknown = sandbox.client.post(format!("{}/flows/none/run", sandbox.base)).bearer_auth("sandbox").multipart(Form::new());
    assert_eq!(shape(unknown).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn files_are_read_and_a_mismatch_ends_in_review() {
    let sandbox = start(100).await;
    let form = Form::new()
        .part("purchase_order", file("po-77.csv", "text/csv", ORDER))
        .part("invoice", file("invoice-9.json", "application/json", INVOICE))
        .part("attachments_1", file("note.pdf", "application/pdf", "%PDF-1.4"))
        .part("attachments_2", file("photo.png", "image/png", "x"))
        .text("name", "PO-77")
        .text("metadata", r#"{"customer_id": "12345", "weight": 1.50}"#)
        .text("purchase_order_metadata", r#"{"po_number": "PO-77"}"#)
        .text("invoice_guidance", "Totals are gross");
    let answer = sandbox.run(form).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let text = answer.text().await.unwrap();
    assert!(text.contains(r#""weight":1.50"#), "numbers keep their digits: {text}");
    let started: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(started["status"], "processing");
    assert_eq!(started["status_history"][0]["message"], "Flow started via api");
    assert_eq!((&started["end_time"], &started["duration"], &started["drive_files"]), (&Value::Null, &json!(0), &json!({})));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!(started["created_at"].as_u64().unwrap().abs_diff(now) < 60, "unix seconds");

    let run = sandbox.settled(started["id"].as_str().unwrap()).await;
    assert_eq!(run["status"], "review", "{run}");
    assert_eq!(run["metadata"]["customer_id"], "12345");
    assert_eq!(run["end_time"], Value::Null);
    assert_eq!(run["flow"]["id"], FLOW);
    let words: Vec<&Value> = run["status_history"].as_array().unwrap().iter().map(|event| &event["status"]).collect();
    assert_eq!((words[0], words[words.len() - 1]), (&json!("processing"), &json!("review")));
    assert_eq!(run["input_files"]["attachments"].as_array().unwrap().len(), 2);
    let order = &run["input_files"]["purchase_order"][0];
    assert_eq!((&order["file_name"], &order["file_size"]), (&json!("po-77.csv"), &json!(ORDER.len())));
    assert_eq!(run["input_files"]["invoice"][0]["guidance"], "Totals are gross");
    let steps = run["steps"].as_array().unwrap();
    assert_eq!(steps[2]["output"]["difference"].to_string().trim_end_matches('0'), "50.", "{}", steps[2]);
    assert_eq!(run["flow_attempts"][0]["steps"].as_array().unwrap().len(), steps.len());

    extraction(&sandbox, order["extraction_id"].as_str().unwrap()).await;
    let review = sandbox.json(&format!("/flows/runs?flow_id={FLOW}&status=review&limit=1")).await;
    assert_eq!(ids(&review["flow_runs"]), [started["id"].as_str().unwrap()]);
}

async fn extraction(sandbox: &Sandbox, id: &str) {
    let found = sandbox.json(&format!("/extractions/{id}")).await;
    assert_eq!((&found["status"], &found["metadata"]["po_number"]), (&json!("completed"), &json!("PO-77")));
    assert_eq!(found["file_type"]["extension"], "csv");
    assert_eq!(found["data"]["fields"]["values"]["total"], "450.50");
    assert_eq!(found["data"]["tables"]["line_items"]["rows"][1]["values"]["unit_price"], "250.500");
    assert_eq!(found["stats"]["tables"]["line_items"]["rows"], json!({ "valid": 2, "invalid": 0, "total": 2 }));
    let rows = sandbox.json(&format!("/extractions/{id}/tables/line_items/rows?offset=1&limit=1")).await;
    assert_eq!(rows["rows"][0]["index"], 1);
    assert_eq!(rows["pagination"], json!({ "offset": 1, "limit": 1, "total": 2, "next_offset": null, "filter": "all" }));
    let invalid = sandbox.json(&format!("/extractions/{id}/tables/line_items/rows?filter=invalid")).await;
    assert_eq!(invalid["rows"], json!([]));
    let csv = sandbox.get(&format!("/extractions/{id}/tables/line_items/download")).send().await.unwrap();
    assert!(csv.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    let csv = csv.text().await.unwrap();
    assert_eq!(csv.lines().next().unwrap(), "Description,Quantity,Unit Price,Amount");
    assert_eq!(csv.lines().count(), 3);
    let original = sandbox.get(&format!("/extractions/{id}/download-original")).send().await.unwrap();
    assert_eq!(original.text().await.unwrap(), ORDER);
    assert_eq!(sandbox.refused(&format!("/extractions/{id}/tables/nothing/rows")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(sandbox.refused(&format!("/extractions/{id}/tables/line_items/rows?filter=x")).await.0, StatusCode::BAD_REQUEST);
}

fn sample(name: &str) -> Part {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name);
    Part::bytes(std::fs::read(&path).unwrap()).file_name(name.to_owned())
}

#[tokio::test]
async fn the_samples_of_the_repository_do_what_their_page_says() {
    let sandbox = start(100).await;
    for (order, invoice, status) in [
        ("purchase-order-4711.pdf", "invoice-4711.csv", "review"),
        ("purchase-order-4711.csv", "invoice-4711.json", "review"),
        ("purchase-order-4712.json", "invoice-4712.pdf", "completed"),
        ("unreadable.pdf", "invoice-4712.pdf", "failed"),
    ] {
        let form = Form::new().part("purchase_order", sample(order)).part("invoice", sample(invoice));
        let started: Value = sandbox.run(form).send().await.unwrap().json().await.unwrap();
        let run = sandbox.settled(started["id"].as_str().unwrap()).await;
        assert_eq!(run["status"], status, "{order} {run}");
        if status == "review" {
            let last = run["status_history"].as_array().unwrap().last().unwrap();
            assert!(last["message"].as_str().unwrap().contains("50.00"), "{last}");
            assert_eq!(run["steps"][0]["output"]["total"].to_string(), "1562.50");
        }
    }
}

#[tokio::test]
async fn documents_that_agree_complete_and_unreadable_ones_fail_their_run_alone() {
    let sandbox = start(100).await;
    let form = |order: &str| {
        Form::new()
            .part("purchase_order", file("po.csv", "text/csv", order.to_owned()))
            .part("invoice", file("i.json", "application/json", INVOICE.replace("300.50", "250.50").replace("500.50", "450.50")))
    };
    let started: Value = sandbox.run(form(ORDER)).send().await.unwrap().json().await.unwrap();
    let run = sandbox.settled(started["id"].as_str().unwrap()).await;
    assert_eq!(run["status"], "completed", "{run}");
    assert!(run["end_time"].as_i64().unwrap() >= run["start_time"].as_i64().unwrap());
    assert!(run["duration"].as_i64().unwrap() > 0);
    assert_eq!(run["drive_files"]["reconciliation"]["sheets"][0]["title"], "Reconciliation Results");

    let started: Value = sandbox.run(form("\u{0}\u{1} nothing to read")).send().await.unwrap().json().await.unwrap();
    let run = sandbox.settled(started["id"].as_str().unwrap()).await;
    assert_eq!(run["status"], "failed");
    assert!(run["error"].as_str().unwrap().contains("po.csv"), "{}", run["error"]);
    let failed: Vec<&Value> = run["steps"].as_array().unwrap().iter().filter(|step| step["status"] == "failed").collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(sandbox.json("/flows").await.as_array().unwrap().len(), 3, "the server goes on");
}

/// Requests nobody should send: each is answered in the vendor's words, none breaks the server.
#[tokio::test]
async fn odd_requests_are_refused_and_break_nothing() {
    let sandbox = start(100).await;
    let long = "x".repeat(5_000);
    let odd = ["%FF", "%00", "..%2F..", "%F0%9F%98%80", "%22%3Cscript%3E", "9999999999999999999999", &long];
    for odd in odd {
        for path in
            [format!("/flows/runs/{odd}"), format!("/flows/{odd}/runs"), format!("/extractions/{odd}"), format!("/flows/runs?limit={odd}")]
        {
            let answer = sandbox.get(&path).send().await.unwrap();
            let status = answer.status();
            assert!(status.is_client_error(), "{path} {status}");
            assert!(answer.json::<Value>().await.unwrap()["message"].is_string(), "{path}");
        }
    }
    let deep = "[".repeat(100_000);
    for path in [format!("/flows/{FLOW}/run"), "/flows/none/run".to_owned()] {
        for body in [deep.as_str(), "\u{0}", "{\"a\": 1e999999999}", "{\"$serde_json::private::Number\": \"x\"}"] {
            let status = sandbox
                .client
                .post(format!("{}{path}", sandbox.base))
                .bearer_auth("sandbox")
                .header("Content-Type", "multipart/form-data; boundary=x")
                .body(body.to_owned())
                .send()
                .await
                .unwrap()
                .status();
            assert!(!status.is_server_error(), "{path} {status}");
        }
    }
    assert!(sandbox.json("/flows").await.is_array(), "the server goes on");
}
