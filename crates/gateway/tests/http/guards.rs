//! Other websites' attempts.

use runs::Dialect;
use runs::adapters::FlowQuery;

use crate::support::*;

async fn setup() -> (Gateway, Vendor) {
    let vendor = Vendor::plain().await;
    let gateway = gateway(vec![connection("retab", Dialect::Retab, &vendor.base)]).await;
    (gateway, vendor)
}

#[tokio::test]
async fn a_rebound_dns_name_gets_nothing() {
    let (gateway, vendor) = setup().await;
    let port = gateway.addr.port();
    for path in ["/", "/runs", "/api/config", "/api/c/retab/workflows", "/nothing"] {
        for host in [
            format!("evil.example:{port}"),
            "evil.example".into(),
            format!("127.0.0.1:{}", port ^ 1),
            format!("127.0.0.1.evil.example:{port}"),
        ] {
            let answer = gateway.get(path).header("host", &host).send().await.unwrap();
            assert_eq!(answer.status(), 403, "{host} {path}");
            assert!(detail(answer).await.contains("public_hosts"));
        }
        for request in [
            format!("GET {path} HTTP/1.0\r\n\r\n"),
            format!("GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\nhost: evil.example\r\nconnection: close\r\n\r\n"),
            format!("GET http://evil.example{path} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n"),
        ] {
            let status = raw_status(gateway.addr, &request).await;
            assert!(matches!(status, 400 | 403), "{status}: {request}");
        }
        assert!(gateway.get(path).header("host", format!("localhost:{port}")).send().await.unwrap().status() != 403);
    }
    // The configuration reads the first flow ahead, by a request of its own.
    let ahead = Dialect::Retab.adapter().list_flows(&FlowQuery::default()).reads()[0].target();
    let relayed = vendor.seen().iter().filter(|one| !one.line.contains(&ahead)).count();
    assert_eq!(relayed, 1, "only the request with an own name went on");
}

#[tokio::test]
async fn another_websites_page_cannot_write() {
    let (gateway, vendor) = setup().await;
    const DECIDE: &str = "/api/c/retab/workflows/runs/r1/hil-decisions";
    let post = || gateway.client.post(gateway.url(DECIDE));
    let foreign = "https://evil.example";
    let tries = [
        // What a form can send.
        (post().header("origin", foreign).header("content-type", "text/plain").body("{}"), 403),
        (post().header("content-type", "application/x-www-form-urlencoded").body("a=b"), 403),
        (post().header("content-type", "multipart/form-data; boundary=x").body("--x--"), 403),
        (post().header("content-type", "application/json").body("{}"), 403),
        (post().header("x-sluice", "1").header("content-type", "text/plain").body("{}"), 415),
        // What no browser would send without a preflight, with the page's origin on it all the same.
        (post().header("x-sluice", "1").header("origin", foreign).header("content-type", "application/json").body("{}"), 403),
        (post().header("x-sluice", "1").header("origin", "null").header("content-type", "application/json").body("{}"), 403),
        (post().header("x-sluice", "1").header("sec-fetch-site", "cross-site").header("content-type", "application/json").body("{}"), 403),
        (post().header("x-sluice", "1").header("sec-fetch-site", "same-site").header("content-type", "application/json").body("{}"), 403),
    ];
    for (request, expected) in tries {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), expected);
        assert_eq!(answer.headers()["sluice-relay"], "not-sent");
        assert!(!answer.headers().contains_key("access-control-allow-origin"));
    }
    let preflight = gateway
        .client
        .request(reqwest::Method::OPTIONS, gateway.url(DECIDE))
        .header("origin", foreign)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "x-sluice,content-type");
    let answer = preflight.send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert!(answer.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
    assert_eq!(vendor.seen().len(), 0, "something was decided");

    let own = gateway.post(DECIDE, "{}").header("origin", gateway.url("")).header("sec-fetch-site", "same-origin");
    assert_eq!(own.send().await.unwrap().status(), 200);
    assert_eq!(vendor.seen().len(), 1);
}

#[tokio::test]
async fn another_websites_page_cannot_read_either() {
    let (gateway, vendor) = setup().await;
    for path in ["/api/config", "/api/c/retab/workflows", "/api/samples/x"] {
        for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")] {
            assert_eq!(gateway.get(path).header(name, value).send().await.unwrap().status(), 403, "{name} {path}");
        }
    }
    assert_eq!(vendor.seen().len(), 0);
    // A link on another page opens the app.
    let link = gateway.get("/runs").header("sec-fetch-site", "cross-site").header("sec-fetch-dest", "document");
    assert_eq!(link.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn connection_upgrade_as_proxies_send_it_is_served() {
    let (gateway, vendor) = setup().await;
    let port = gateway.addr.port();
    let body = r#"{"a":1}"#;
    let write = format!("x-sluice: 1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    for asked in ["connection: upgrade", "connection: Upgrade\r\nupgrade: websocket", "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c"]
    {
        for (line, rest) in [("GET /", "\r\n"), ("GET /api/c/retab/workflows", "\r\n"), ("POST /api/c/retab/workflows/wf_1/run", &write)] {
            let request = format!("{line} HTTP/1.1\r\nhost: localhost:{port}\r\n{asked}\r\n{rest}");
            assert_eq!(raw_status(gateway.addr, &request).await, 200, "{request}");
        }
    }
    let seen = vendor.seen();
    assert_eq!(seen.len(), 6);
    assert!(seen.iter().all(|one| !one.headers.contains_key("upgrade") && !one.headers.contains_key("connection")));
    assert!(seen.iter().filter(|one| one.line.starts_with("POST")).all(|one| one.body == body));
}

#[tokio::test]
async fn odd_methods_are_refused() {
    let (gateway, _) = setup().await;
    let port = gateway.addr.port();
    for (request, expected) in [
        (format!("TRACE / HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n"), 405),
        (format!("DELETE /runs HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n"), 405),
        (format!("POST /api/config HTTP/1.1\r\nhost: localhost:{port}\r\nx-sluice: 1\r\ncontent-length: 0\r\n\r\n"), 405),
    ] {
        assert_eq!(raw_status(gateway.addr, &request).await, expected, "{request}");
    }
    let connect = raw_status(gateway.addr, &format!("CONNECT evil.example:443 HTTP/1.1\r\nhost: localhost:{port}\r\n\r\n")).await;
    assert!(matches!(connect, 400 | 403 | 405), "{connect}");
}

#[tokio::test]
async fn a_configured_public_host_passes_over_https_only() {
    let gateway = gateway_with(|config| config.public_hosts = vec!["sluice.example.com".into()]).await;
    let with = |origin: &'static str| gateway.get("/api/config").header("host", "sluice.example.com").header("origin", origin).send();
    assert_eq!(with("https://sluice.example.com").await.unwrap().status(), 200);
    assert_eq!(with("http://sluice.example.com").await.unwrap().status(), 403);
    assert_eq!(with("https://other.example.com").await.unwrap().status(), 403);
}

/// How the page tells the gateway's answers from those of a proxy before it.
#[tokio::test]
async fn every_answer_under_api_carries_the_gateways_time() {
    let (gateway, _) = setup().await;
    let now = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    for path in ["/api/config", "/api/c/retab/workflows", "/api/c/nobody/workflows", "/api/c/retab/other", "/api/audit", "/api/nothing"] {
        for foreign in [false, true] {
            let before = now();
            let request = if foreign { gateway.get(path).header("origin", "https://evil.example") } else { gateway.get(path) };
            let answer = request.send().await.unwrap();
            let told: u128 = answer.headers()[runs::wire::http::GATEWAY_TIME].to_str().unwrap().parse().unwrap();
            assert!((before..=now()).contains(&told), "{path}: {told}");
        }
    }
}
