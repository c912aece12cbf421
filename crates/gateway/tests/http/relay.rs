//! What crosses the relay, and what does not.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Response;
use gateway::upstream::{Connection, Key};
use runs::Dialect;
use runs::adapters::route::KeyHeader;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::*;

#[tokio::test]
async fn a_declared_call_arrives_with_the_key_and_without_the_browsers_secrets() {
    for (dialect, path, key, value) in [
        (Dialect::Retab, "workflows/runs", "api-key", SECRET.to_owned()),
        (Dialect::TableFlow, "flows/runs", "authorization", format!("Bearer {SECRET}")),
        (Dialect::FlowStack, "flows", "authorization", format!("Bearer {SECRET}")),
        (Dialect::SuperAi, "flow-executions", "x-api-key", SECRET.to_owned()),
    ] {
        let vendor = Vendor::plain().await;
        let gateway = gateway(vec![connection("x", dialect, &vendor.base)]).await;
        let answer = gateway
            .get(&format!("/api/c/x/{path}?status=a%2Cb&q=%C3%BC+1"))
            .header("accept", "application/json")
            .header("authorization", "Bearer mine")
            .header("cookie", "session=1")
            .header("referer", gateway.url("/runs"))
            .header("origin", gateway.url(""))
            .header("x-forwarded-for", "10.0.0.1")
            .header("forwarded", "for=10.0.0.1")
            .header("x-sluice", "1")
            .header("connection", "keep-alive, idempotency-key")
            .header("idempotency-key", "named-by-connection")
            .header("x-request-id", "req-1")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["x-request-id"], "req-1");
        assert_eq!(answer.text().await.unwrap(), "{}");
        let seen = vendor.seen().pop().unwrap();
        assert_eq!(seen.line, format!("GET /v1/{path}?status=a%2Cb&q=%C3%BC+1"), "path and query stay byte for byte");
        assert_eq!(seen.headers[key], value.as_str());
        assert_eq!(seen.headers.get_all(key).iter().count(), 1);
        let mut names: Vec<_> = seen.headers.keys().map(|name| name.as_str()).filter(|name| *name != key).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent", "x-request-id"]);
    }
}

/// Answers whatever is asked, but on a connection that nobody used for five seconds it is gone just as it is used again.
async fn forgetful_vendor() -> String {
    raw_server(|mut stream| async move {
        let mut buffer = [0; 65_536];
        let mut idle = Instant::now();
        while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) && idle.elapsed() < Duration::from_secs(5) {
            let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
            stream.write_all(answer).await.unwrap();
            idle = Instant::now();
        }
    })
    .await
}

#[tokio::test]
async fn no_write_goes_out_on_a_connection_that_its_server_is_about_to_close() {
    let gateway = gateway(vec![connection("retab", Dialect::Retab, &forgetful_vendor().await)]).await;
    for pause in [0, 1, 6] {
        tokio::time::sleep(Duration::from_secs(pause)).await;
        let answer = gateway.post("/api/c/retab/workflows/runs/r1/cancel", "{}").send().await.unwrap();
        assert_eq!(answer.status(), 200, "after {pause} s: {}", answer.text().await.unwrap());
    }
}

#[tokio::test]
async fn an_upload_arrives_whole() {
    let vendor = Vendor::plain().await;
    let gateway = gateway(vec![connection("retab", Dialect::Retab, &vendor.base)]).await;
    let body = "{\"n\":1234.560}".repeat(200_000);
    assert_eq!(gateway.post("/api/c/retab/workflows/wf_1/run", &body).send().await.unwrap().status(), 200);
    let kind = "multipart/form-data; boundary=abc";
    let parts = gateway.post("/api/c/retab/workflows/wf_1/run", "--abc--").header("idempotency-key", "k1");
    let mut request = parts.build().unwrap();
    request.headers_mut().insert("content-type", kind.parse().unwrap());
    assert_eq!(gateway.client.execute(request).await.unwrap().status(), 200);
    // No body at all.
    let bare = gateway.client.post(gateway.url("/api/c/retab/workflows/runs/r1/cancel")).header("x-sluice", "1");
    assert_eq!(bare.send().await.unwrap().status(), 200);

    let seen = vendor.seen();
    assert_eq!(seen[0].body, body);
    assert_eq!(seen[0].headers["content-length"], body.len().to_string().as_str());
    assert!(!seen[0].headers.contains_key("transfer-encoding"), "vendors refuse chunked uploads");
    assert_eq!(seen[1].headers["content-type"], kind);
    assert_eq!(seen[1].headers["idempotency-key"], "k1");
    assert_eq!(seen[2].body.len(), 0);
    assert_eq!(seen[2].headers["content-length"], "0");
}

#[tokio::test]
async fn of_the_answer_only_content_limits_and_ids_pass() {
    let vendor = Vendor::answering(|_| {
        Response::builder()
            .status(429)
            .header("content-type", "application/json")
            .header("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT")
            .header("date", "Sun, 06 Nov 1994 08:49:37 GMT")
            .header("sluice-time", "1")
            .header("x-ratelimit-limit", "100")
            .header("x-ratelimit-remaining", "0")
            .header("x-request-id", "vendor-1")
            .header("set-cookie", "a=b")
            .header("location", "https://evil.example/")
            .header("www-authenticate", "Basic realm=x")
            .header("strict-transport-security", "max-age=1")
            .header("access-control-allow-origin", "*")
            .header("content-security-policy", "default-src *")
            .header("clear-site-data", "\"*\"")
            .header("refresh", "0;url=https://evil.example/")
            .header("sluice-relay", "not-sent")
            .header("cache-control", "public, max-age=999")
            .header("connection", "x-total-count")
            .header("x-total-count", "5")
            .body(Body::from("{\"error\":\"slow down\"}"))
            .unwrap()
    })
    .await;
    let gateway = gateway(vec![connection("retab", Dialect::Retab, &vendor.base)]).await;
    let answer = gateway.get("/api/c/retab/workflows/runs").send().await.unwrap();
    assert_eq!(answer.status(), 429);
    let headers = answer.headers().clone();
    for (name, value) in [
        ("content-type", "application/json"),
        ("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"),
        // A pause that ends at a date is read by the vendor's own clock.
        ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("x-ratelimit-limit", "100"),
        ("x-ratelimit-remaining", "0"),
        ("x-request-id", "vendor-1"),
        ("cache-control", "no-store"),
        ("content-length", "21"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
    ] {
        assert_eq!(headers[name], value, "{name}");
        assert_eq!(headers.get_all(name).iter().count(), 1, "{name}");
    }
    assert_ne!(headers["sluice-time"], "1", "the gateway's time is its own");
    for name in [
        "set-cookie",
        "location",
        "www-authenticate",
        "strict-transport-security",
        "access-control-allow-origin",
        "clear-site-data",
        "refresh",
        "sluice-relay",
        "x-total-count",
    ] {
        assert!(!headers.contains_key(name), "{name} passed");
    }
    assert_eq!(answer.text().await.unwrap(), "{\"error\":\"slow down\"}", "the vendor's own error passes as it came");
}

#[tokio::test]
async fn a_request_id_is_made_where_none_fits() {
    let vendor = Vendor::plain().await;
    let gateway = gateway(vec![connection("retab", Dialect::Retab, &vendor.base)]).await;
    for given in [None, Some("has spaces"), Some("<b>"), Some("")] {
        let mut request = gateway.get("/api/c/retab/workflows");
        if let Some(given) = given {
            request = request.header("x-request-id", given);
        }
        let answer = request.send().await.unwrap();
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(id.len(), 36, "{id}");
        assert_eq!(vendor.seen().pop().unwrap().headers["x-request-id"], id.as_str(), "the vendor hears the same id");
    }
}

#[tokio::test]
async fn only_declared_routes_are_relayed() {
    let vendor = Vendor::plain().await;
    let gateway = gateway(vec![connection("retab", Dialect::Retab, &vendor.base)]).await;
    for (method, path, expected) in [
        ("GET", "/api/c/retab/workflows/runs/r1", 200),
        ("GET", "/api/c/retab/projects", 404),
        ("GET", "/api/c/retab/", 404),
        ("GET", "/api/c/retab", 404),
        ("GET", "/api/c/nobody/workflows", 404),
        ("GET", "/api/c/", 404),
        ("POST", "/api/c/retab/workflows", 405),
        ("PUT", "/api/c/retab/workflows/runs/r1", 405),
        ("HEAD", "/api/c/retab/workflows", 405),
        ("OPTIONS", "/api/c/retab/workflows", 405),
        ("GET", "/api/c/retab/workflows/runs/..", 404),
        ("GET", "/api/c/retab/workflows/runs/%2e%2e", 404),
        ("GET", "/api/c/retab/workflows/../../secret", 404),
        ("GET", "/api/c/retab/workflows/runs/%252e%252e", 400),
        ("GET", "/api/c/retab/workflows/a%2Fb", 404),
        ("GET", "/api/c/retab/workflows/a%252fb", 400),
        ("GET", "/api/c/retab/workflows/a%5cb", 404),
        ("GET", "/api/c/retab/workflows/a%00", 400),
        ("GET", "/api/c/retab/workflows/a%0d%0ax", 400),
        ("GET", "/api/c/retab//workflows", 404),
        ("GET", "/api/c/retab/workflows/", 404),
        ("GET", "/api/c/retab/workflows/%zz", 400),
    ] {
        // By hand: an HTTP client would tidy the path first.
        let request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nx-sluice: 1\r\nconnection: close\r\n\r\n", gateway.addr);
        assert_eq!(raw_status(gateway.addr, &request).await, expected, "{method} {path}");
    }
    let lines: Vec<_> = vendor.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines, ["GET /v1/workflows/runs/r1"], "nothing else reached the vendor");

    let answer = gateway.post("/api/c/retab/workflows", "{}").send().await.unwrap();
    assert_eq!(answer.headers()["allow"], "GET");
    assert_eq!(answer.headers()["sluice-relay"], "not-sent");
    assert!(detail(answer).await.contains("by GET only"));
}

#[tokio::test]
async fn the_configuration_shows_no_secret_and_samples_only_beside_a_sandbox() {
    let mut one = connection("mine", Dialect::SuperAi, "https://flows.example.com/api");
    one.open_url = Some("https://flows.example.com/{flow}/{run}".into());
    let plain = gateway(vec![one]).await;
    let text = plain.get("/api/config").send().await.unwrap().text().await.unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!({
        "connections": [{
            "id": "mine", "label": "SuperAI", "dialect": "superai", "sandbox": false, "open_url": "https://flows.example.com/{flow}/{run}",
        }],
        "version": env!("CARGO_PKG_VERSION"),
        "ledger": true,
    });
    assert_eq!(json, expected);

    let mut beside = connection("retab", Dialect::Retab, "http://127.0.0.1:9/v1");
    beside.sandbox = true;
    let sandbox = gateway(vec![beside]).await;
    let json: serde_json::Value = serde_json::from_str(&sandbox.get("/api/config").send().await.unwrap().text().await.unwrap()).unwrap();
    assert!(json["samples"].is_array());
    for name in json["samples"].as_array().unwrap() {
        let path = format!("/api/samples/{}", name.as_str().unwrap());
        let answer = sandbox.get(&path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["content-disposition"], "attachment");
        assert!(!answer.bytes().await.unwrap().is_empty(), "{path}");
        assert_eq!(plain.get(&path).send().await.unwrap().status(), 404, "without a sandbox there are none");
    }
    assert_eq!(sandbox.get("/api/samples/..%2FCargo.toml").send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_token_that_is_replaced_in_its_file_is_used_from_then_on() {
    let vendor = Vendor::plain().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let write = |text: &str, second: u64| {
        std::fs::write(&file, text).unwrap();
        let at = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(second);
        std::fs::File::options().append(true).open(&file).unwrap().set_modified(at).unwrap();
    };
    write("first\n", 1);
    let key = Key::new("first").unwrap().kept_in(file.clone());
    let own = Connection { key, auth: KeyHeader::Bearer, ..connection("s", Dialect::SuperAi, &vendor.base) };
    let gateway = gateway(vec![own]).await;
    for (text, second, wanted) in [("first", 1, "first"), ("second", 2, "second"), ("", 3, "second"), ("two\nlines", 4, "second")] {
        write(text, second);
        gateway.get("/api/c/s/flows").send().await.unwrap();
        assert_eq!(vendor.seen().last().unwrap().headers["authorization"], format!("Bearer {wanted}"), "{text:?}");
        assert!(!vendor.seen().last().unwrap().headers.contains_key("x-api-key"));
    }
}
