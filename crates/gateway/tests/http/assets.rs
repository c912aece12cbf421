//! The hosted app: encodings, caching, policy, and every page's address.

use std::fs;

use crate::support::*;

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self' blob:; base-uri 'self'; form-action 'self'; \
    require-trusted-types-for 'script'; trusted-types sluice; frame-ancestors 'none'";

async fn app() -> Gateway {
    let gateway = gateway(vec![]).await;
    let dist = gateway.dist.path();
    fs::create_dir(dist.join("fonts")).unwrap();
    for (name, text) in [
        ("index.html.br", "index in br"),
        ("boot.js", "boot()"),
        ("boot.js.br", "boot in br"),
        ("boot.js.gz", "boot in gz"),
        ("sluice-app-0123456789abcdef.js", "app()"),
        ("sluice-app-0123456789abcdef.js.br", "app in br"),
        ("sluice-app-0123456789abcdef_bg.wasm", "\0asm"),
        ("sluice-app-0123456789abcdef_bg.wasm.gz", "wasm in gz"),
        ("app-1a2b3c4d5e6f.css", "body{}"),
        ("favicon-1a2b3c4d5e6f.svg", "<svg/>"),
        ("fonts/plain.woff2", "font"),
    ] {
        fs::write(dist.join(name), text).unwrap();
    }
    gateway
}

#[tokio::test]
async fn every_answer_carries_the_policy() {
    let gateway = app().await;
    for path in ["/", "/boot.js", "/sluice-app-0123456789abcdef_bg.wasm", "/missing.js"] {
        let answer = gateway.get(path).send().await.unwrap();
        let headers = answer.headers();
        assert_eq!(headers["content-security-policy"], POLICY, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
        assert!(headers["permissions-policy"].to_str().unwrap().contains("camera=()"));
    }
    let framed = gateway_with(|config| config.frame_ancestors = vec!["'self'".into(), "https://portal.example.com".into()]).await;
    let answer = framed.get("/").send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert_eq!(policy, POLICY.replace("ancestors 'none'", "ancestors 'self' https://portal.example.com"));
}

#[tokio::test]
async fn files_come_precompressed_and_typed() {
    let gateway = app().await;
    for (path, accepts, encoding, kind, body) in [
        ("/boot.js", "gzip, deflate, br, zstd", Some("br"), "text/javascript", "boot in br"),
        ("/boot.js", "gzip", Some("gzip"), "text/javascript", "boot in gz"),
        ("/boot.js", "br;q=0, gzip", Some("gzip"), "text/javascript", "boot in gz"),
        ("/boot.js", "identity", None, "text/javascript", "boot()"),
        ("/", "br", Some("br"), "text/html", "index in br"),
        ("/sluice-app-0123456789abcdef_bg.wasm", "br", None, "application/wasm", "\0asm"),
        ("/sluice-app-0123456789abcdef_bg.wasm", "gzip, br", Some("gzip"), "application/wasm", "wasm in gz"),
        ("/app-1a2b3c4d5e6f.css", "br", None, "text/css", "body{}"),
        ("/favicon-1a2b3c4d5e6f.svg", "br", None, "image/svg+xml", "<svg/>"),
    ] {
        let answer = gateway.get(path).header("accept-encoding", accepts).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let headers = answer.headers();
        assert_eq!(headers.get("content-encoding").map(|value| value.to_str().unwrap()), encoding, "{path} for {accepts}");
        assert!(headers["content-type"].to_str().unwrap().starts_with(kind), "{path}: {:?}", headers["content-type"]);
        assert_eq!(headers["vary"], "accept-encoding");
        assert_eq!(headers["content-length"], body.len().to_string().as_str());
        assert_eq!(answer.text().await.unwrap(), body);
        let head = gateway.client.head(gateway.url(path)).header("accept-encoding", accepts).send().await.unwrap();
        assert_eq!(head.status(), 200);
        assert_eq!(head.headers()["content-length"], body.len().to_string().as_str());
        assert_eq!(head.text().await.unwrap(), "");
    }
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_others_revalidated() {
    let gateway = app().await;
    for path in ["/sluice-app-0123456789abcdef.js", "/sluice-app-0123456789abcdef_bg.wasm", "/app-1a2b3c4d5e6f.css"] {
        let answer = gateway.get(path).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable", "{path}");
    }
    for path in ["/", "/index.html", "/boot.js", "/fonts/plain.woff2"] {
        let answer = gateway.get(path).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-cache", "{path}");
        let tag = answer.headers()["etag"].clone();
        let again = gateway.get(path).header("if-none-match", &tag).send().await.unwrap();
        assert_eq!(again.status(), 304, "{path}");
        assert_eq!(again.headers()["etag"], tag);
        assert_eq!(again.headers()["cache-control"], "no-cache");
        let other = gateway.get(path).header("if-none-match", "\"other\"").send().await.unwrap();
        assert_eq!(other.status(), 200);
    }
    // The tag follows the bytes, not the clock: same length, same time, other content.
    let file = gateway.dist.path().join("boot.js");
    let tag = gateway.get("/boot.js").send().await.unwrap().headers()["etag"].clone();
    let time = fs::metadata(&file).unwrap().modified().unwrap();
    fs::write(&file, "toob()").unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
    let answer = gateway.get("/boot.js").header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.text().await.unwrap(), "toob()");
}

#[tokio::test]
async fn every_pages_address_opens_the_app_and_nothing_else_does() {
    let gateway = app().await;
    let html = "text/html,application/xhtml+xml,*/*;q=0.8";
    for path in ["/", "/runs", "/runs?c=retab", "/c/retab/runs/run_1", "/c/retab/runs/a.json", "/c/x/runs/r%2F1/reviews/n.js", "/nowhere"] {
        let answer = gateway.get(path).header("accept", html).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        assert!(answer.text().await.unwrap().contains("<title>Sluice</title>"), "{path}");
        let framed = gateway.get(path).header("sec-fetch-dest", "iframe").send().await.unwrap();
        assert_eq!(framed.status(), 200, "{path}");
    }
    for (path, dest) in
        [("/runs", "script"), ("/runs", "empty"), ("/missing.js", "document"), ("/sluice-app-ffff0000ffff0000.js", "document")]
    {
        let answer = gateway.get(path).header("accept", html).header("sec-fetch-dest", dest).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path} as {dest}");
    }
    for path in ["/api", "/api/", "/api/nothing", "/api/config/x", "/api/c", "/api/samples"] {
        let answer = gateway.get(path).header("accept", html).header("sec-fetch-dest", "document").send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
        assert!(!detail(answer).await.is_empty());
    }
}

#[tokio::test]
async fn only_files_of_the_folder_are_served() {
    let gateway = app().await;
    fs::write(gateway.dist.path().join("../outside.txt"), "secret").unwrap();
    for path in [
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/fonts/../../outside.txt",
        "/fonts",
        "/fonts/",
        "//etc/passwd",
        "/%2Fetc/passwd",
        "/boot.js.br",
        "/boot.js.gz",
        "/boot.js/",
        "/%00",
        "/%",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", gateway.addr);
        assert_eq!(raw_status(gateway.addr, &request).await, 404, "{path}");
    }
    fs::remove_file(gateway.dist.path().join("../outside.txt")).unwrap();
}

#[tokio::test]
async fn parts_of_a_hashed_file_can_be_asked_for() {
    let gateway = app().await;
    let answer = gateway.get("/sluice-app-0123456789abcdef.js").header("range", "bytes=1-2").send().await.unwrap();
    assert_eq!(answer.status(), 206);
    assert_eq!(answer.text().await.unwrap(), "pp");
}
