//! Under a path such as `/sluice/`, whether the proxy passes it on or takes it away.

use axum::body::Body;
use axum::http::Response;
use runs::Dialect;

use crate::support::*;

const INDEX: &str = "<!doctype html><title>Sluice</title><link href=/app-1a2b3c4d5e6f.css rel=stylesheet><a href=\"/runs\">Runs</a>\
    <script data-wasm=\"/app_bg.wasm\" src=/boot.js type=module></script>";

async fn under(base: &str) -> (Gateway, Vendor) {
    let vendor = Vendor::answering(|_| {
        let body = r#"{"data":[{"id":"wf_1","name":"One"}],"list_metadata":{"before":null,"after":null}}"#;
        Response::builder().header("content-type", "application/json").body(Body::from(body)).unwrap()
    })
    .await;
    let connections = vec![connection("retab", Dialect::Retab, &vendor.base)];
    let gateway = gateway_with(|config| (config.base_path, config.connections) = (base.to_owned(), connections)).await;
    std::fs::write(gateway.dist.path().join("index.html"), INDEX).unwrap();
    std::fs::write(gateway.dist.path().join("index.html.br"), "the page at the root, compressed").unwrap();
    std::fs::write(gateway.dist.path().join("boot.js"), "boot()").unwrap();
    (gateway, vendor)
}

#[tokio::test]
async fn pages_files_and_answers_are_there_under_their_path() {
    let (gateway, vendor) = under("/sluice").await;
    for before in ["/sluice", ""] {
        for page in ["/", "/runs", "/c/retab/runs/r1"] {
            let answer = gateway.get(&format!("{before}{page}")).header("accept", "text/html").send().await.unwrap();
            assert_eq!(answer.status(), 200, "{before}{page}");
            assert!(answer.headers()["content-security-policy"].to_str().unwrap().contains("frame-ancestors"));
            let text = answer.text().await.unwrap();
            for address in
                ["href=/sluice/app-1a2b3c4d5e6f.css", "href=\"/sluice/runs\"", "data-wasm=\"/sluice/app_bg.wasm\"", "src=/sluice/boot.js"]
            {
                assert!(text.contains(address), "{address} is not in {text}");
            }
        }
        assert_eq!(gateway.get(&format!("{before}/boot.js")).send().await.unwrap().text().await.unwrap(), "boot()");
        let config = gateway.get(&format!("{before}/api/config")).send().await.unwrap();
        assert!(config.headers().contains_key("sluice-time"));
        assert_eq!(gateway.get(&format!("{before}/api/c/retab/workflows/runs/r1")).send().await.unwrap().status(), 200);
        let unknown = gateway.get(&format!("{before}/api/nothing")).send().await.unwrap();
        assert_eq!((unknown.status().as_u16(), &unknown.headers()["content-type"]), (404, &"application/problem+json".parse().unwrap()));
        let foreign = gateway.get(&format!("{before}/api/config")).header("host", "evil.example").send().await.unwrap();
        assert_eq!(foreign.status(), 403);
        let forged = gateway.client.post(gateway.url(&format!("{before}/api/c/retab/workflows/w/run"))).send().await.unwrap();
        assert_eq!(forged.status(), 403);
    }
    // Without its last slash too.
    assert_eq!(gateway.get("/sluice").header("accept", "text/html").send().await.unwrap().status(), 200);
    assert!(vendor.seen().iter().all(|seen| !seen.line.contains("sluice")));
}

#[tokio::test]
async fn the_page_under_a_path_is_compressed_and_tagged_by_what_it_says_there() {
    let (gateway, _) = under("/sluice").await;
    let packed = gateway.get("/sluice/").header("accept-encoding", "br").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "br");
    let tag = packed.headers()["etag"].clone();
    let mut text = String::new();
    let bytes = packed.bytes().await.unwrap();
    std::io::Read::read_to_string(&mut brotli::Decompressor::new(&bytes[..], 4_096), &mut text).unwrap();
    assert!(text.contains("/sluice/boot.js"), "{text}");
    let again = gateway.get("/sluice/").header("accept-encoding", "br").header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn the_first_read_is_named_under_the_path_too() {
    let (gateway, _) = under("/a/b").await;
    let link = gateway.get("/a/b/runs?c=retab&flow=wf_1").header("accept", "text/html").send().await.unwrap().headers()["link"].clone();
    assert!(link.to_str().unwrap().starts_with("</a/b/api/c/retab/workflows/runs?"), "{link:?}");
}

#[test]
fn a_base_path_is_a_plain_path() {
    struct Nothing;
    impl gateway::config::Surroundings for Nothing {
        fn variable(&self, _: &str) -> Option<String> {
            None
        }
        fn file(&self, _: &std::path::Path) -> Result<String, String> {
            Err("nothing".into())
        }
    }
    let connection = "[[connections]]\nid = \"x\"\ndialect = \"retab\"\nbase_url = \"https://api.example.com\"\nsandbox = true\n";
    let read = |path: &str| {
        let text = format!("[server]\nbase_path = \"{path}\"\n{connection}");
        gateway::config::read(&text, "sluice.toml".as_ref(), &Nothing).map(|config| config.base_path).ok()
    };
    for (path, expected) in [
        ("/sluice/", Some("/sluice")),
        ("/sluice", Some("/sluice")),
        ("/tools/sluice-2.0/", Some("/tools/sluice-2.0")),
        ("/", Some("")),
        ("sluice", None),
        ("/a//b", None),
        ("/../x", None),
        ("/a b", None),
        ("/{x}", None),
        ("/a?b", None),
        ("/x\\\"", None),
        ("/api", None),
    ] {
        assert_eq!(read(path).as_deref(), expected, "{path}");
    }
}
