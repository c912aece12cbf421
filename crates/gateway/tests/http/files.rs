//! A file's bytes: from the vendor's storage, by way of the gateway.

use axum::body::Body;
use axum::http::Response;
use gateway::upstream::Connection;
use runs::Dialect;

use crate::support::*;

/// A vendor that says where a file is, and the storage that it says; both remember what they were asked.
async fn world(link: impl Fn(&str) -> String) -> (Vendor, Vendor, Connection) {
    let storage = Vendor::answering(|seen| match seen.line.as_str() {
        "GET /v1/moved" => Response::builder().status(302).header("location", "http://127.0.0.1:1/secret").body(Body::empty()).unwrap(),
        "GET /v1/gone" => Response::builder().status(403).body(Body::from("expired")).unwrap(),
        "GET /v1/large" => Response::new(Body::from(vec![b'x'; 2 * 1024 * 1024])),
        _ => Response::builder().header("content-type", "text/html").body(Body::from("<script>alert(1)</script>")).unwrap(),
    })
    .await;
    let url = link(&storage.base);
    let vendor = Vendor::answering(move |_| {
        let json =
            serde_json::json!({ "download_url": url, "filename": "Rechnung “1”.pdf", "mime_data": { "mime_type": "application/pdf" } });
        Response::builder().header("content-type", "application/json").body(Body::from(json.to_string())).unwrap()
    })
    .await;
    let host = storage.base.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    let connection = Connection { file_hosts: vec![host], ..connection("retab", Dialect::Retab, &vendor.base) };
    (vendor, storage, connection)
}

async fn problem(answer: reqwest::Response) -> (u16, String) {
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert_eq!(answer.headers()["sluice-relay"], "not-sent");
    let text: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    (status, text["detail"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_bytes_come_without_key_and_without_cookies_and_cannot_run() {
    let (vendor, storage, connection) = world(|base| format!("{base}/a?signature=1")).await;
    let gateway = gateway(vec![connection]).await;
    let answer = gateway.get("/api/c/retab/file/file%201").header("cookie", "session=1").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/pdf", "the vendor's word for the file, not the storage's");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().ends_with("sandbox"));
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment; filename*=UTF-8''Rechnung%20"));
    assert_eq!(answer.text().await.unwrap(), "<script>alert(1)</script>");
    assert_eq!(vendor.seen()[0].line, "GET /v1/files/file%201/download-link");
    assert_eq!(vendor.seen()[0].headers["api-key"], SECRET);
    let fetched = &storage.seen()[0];
    assert_eq!(fetched.line, "GET /v1/a?signature=1");
    for secret in ["api-key", "authorization", "cookie", "referer"] {
        assert!(!fetched.headers.contains_key(secret), "{secret} went to the storage");
    }
}

#[tokio::test]
async fn only_the_hosts_of_the_configuration_are_asked() {
    for link in [
        "https://files.example/a",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:9/a",
        "https://127.0.0.1.evil.example/a",
        "file:///etc/passwd",
        "https://user:word@files.example/a",
        "not an address",
    ] {
        let (_, storage, connection) = world(|_| link.to_owned()).await;
        let gateway = gateway(vec![connection]).await;
        let (status, detail) = problem(gateway.get("/api/c/retab/file/f").send().await.unwrap()).await;
        assert!(matches!(status, 403 | 502), "{link}: {status} {detail}");
        assert!(storage.seen().is_empty());
    }
    let (_, storage, connection) = world(|base| format!("{base}/a").replace("http://", "http://x@")).await;
    let gateway = gateway(vec![connection]).await;
    assert_eq!(problem(gateway.get("/api/c/retab/file/f").send().await.unwrap()).await.0, 502, "a user in the address");
    assert!(storage.seen().is_empty());
}

#[tokio::test]
async fn the_host_that_is_missing_is_named() {
    let (_, _, connection) = world(|_| "https://files.example:8443/a?signature=secret".to_owned()).await;
    let gateway = gateway(vec![connection]).await;
    let (status, detail) = problem(gateway.get("/api/c/retab/file/f").send().await.unwrap()).await;
    assert_eq!(status, 403);
    assert!(detail.contains("files.example:8443") && detail.contains("file_hosts"), "{detail}");
    assert!(!detail.contains("secret"), "{detail}");
}

#[tokio::test]
async fn a_redirect_a_refusal_and_too_much_are_told() {
    for (path, status, word) in [("moved", 502, "302"), ("gone", 502, "403"), ("large", 413, "max_response_mb")] {
        let (_, _, connection) = world(|base| format!("{base}/{path}")).await;
        let gateway = gateway(vec![connection]).await;
        let found = problem(gateway.get("/api/c/retab/file/f").send().await.unwrap()).await;
        assert_eq!(found.0, status, "{path}");
        assert!(found.1.contains(word), "{path}: {}", found.1);
    }
}

#[tokio::test]
async fn a_vendor_without_files_and_a_name_that_is_none_are_refused() {
    let vendor = Vendor::plain().await;
    let gateway =
        gateway(vec![connection("flowstack", Dialect::FlowStack, &vendor.base), connection("retab", Dialect::Retab, &vendor.base)]).await;
    let (status, detail) = problem(gateway.get("/api/c/flowstack/file/f").send().await.unwrap()).await;
    assert_eq!((status, detail.as_str()), (404, "FlowStack has no public call for the bytes of a run's file."));
    assert_eq!(problem(gateway.get("/api/c/retab/file/a%00b").send().await.unwrap()).await.0, 400);
    assert_eq!(problem(gateway.get(&format!("/api/c/retab/file/{}", "x".repeat(3_000))).send().await.unwrap()).await.0, 400);
    assert_eq!(problem(gateway.get("/api/c/nobody/file/f").send().await.unwrap()).await.0, 404);
    assert!(vendor.seen().is_empty());
    // `{}` has no address.
    assert_eq!(problem(gateway.get("/api/c/retab/file/f").send().await.unwrap()).await.0, 502);
}

#[tokio::test]
async fn bytes_of_a_vendors_own_call_come_with_the_key_and_from_elsewhere_without_it() {
    let storage = Vendor::answering(|_| Response::new(Body::from("bytes"))).await;
    let elsewhere = format!("{}/signed", storage.base);
    let vendor = Vendor::answering(move |seen| {
        let (status, word) = match seen.line.as_str() {
            "GET /v1/extractions/moved/download-original" => (302, elsewhere.as_str()),
            "GET /v1/extractions/away/download-original" => (302, "https://files.example/a"),
            "GET /v1/extractions/gone/download-original" => (404, "-"),
            _ => (200, "-"),
        };
        Response::builder().status(status).header("location", word).header("content-type", "text/csv").body(Body::from("a;b")).unwrap()
    })
    .await;
    let host = storage.base.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    let own = Connection { file_hosts: vec![host], ..connection("t", Dialect::TableFlow, &vendor.base) };
    let gateway = gateway(vec![own]).await;
    let answer = gateway.get("/api/c/t/file/Ex%201").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, "text/csv"));
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().ends_with("sandbox"));
    assert_eq!(answer.text().await.unwrap(), "a;b");
    assert_eq!(vendor.seen()[0].line, "GET /v1/extractions/Ex%201/download-original");
    assert_eq!(vendor.seen()[0].headers["authorization"], format!("Bearer {SECRET}"));
    assert_eq!(gateway.get("/api/c/t/file/moved").send().await.unwrap().text().await.unwrap(), "bytes");
    assert!(!storage.seen()[0].headers.contains_key("authorization"), "the key went to the storage");
    assert_eq!(problem(gateway.get("/api/c/t/file/away").send().await.unwrap()).await.0, 403);
    let (status, detail) = problem(gateway.get("/api/c/t/file/gone").send().await.unwrap()).await;
    assert!(status == 404 && detail.contains("does not know this file"), "{detail}");
    assert_eq!(problem(gateway.get("/api/c/t/file/a%2Fb").send().await.unwrap()).await.0, 400);
}

#[tokio::test]
async fn the_sandbox_gives_the_files_of_its_runs() {
    let config = sandbox::Config { listen: "127.0.0.1:0".parse().unwrap(), runs: 200, quiet: true, ..sandbox::Config::default() };
    let running = sandbox::serve(config, std::future::pending()).await.unwrap();
    let gateway = gateway(gateway::sandboxed::connections(&running).unwrap()).await;
    let list: serde_json::Value = gateway
        .get("/api/c/retab/workflows/runs?limit=100")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .map(|text| serde_json::from_str(&text).unwrap())
        .unwrap();
    let files: Vec<String> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|run| run["input_documents"].as_object().into_iter().flat_map(|nodes| nodes.values()))
        .filter_map(|file| file["file_id"].as_str().or(file["id"].as_str()).map(str::to_owned))
        .collect();
    assert!(!files.is_empty(), "no run of the sandbox has a file");
    let answer = gateway.get(&format!("/api/c/retab/file/{}", runs::value::percent::encode(&files[0]))).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(!answer.bytes().await.unwrap().is_empty());
}
