//! What the log says of callers and vendors, and what they cannot make it say; what a silent vendor costs the others.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Response};
use futures_util::future::join_all;
use runs::Dialect;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::running::*;
use crate::support::*;

#[tokio::test]
async fn a_callers_text_makes_no_lines_and_no_colours_of_its_own_and_a_refusal_names_path_and_caller() {
    let vendor = Vendor::plain().await;
    let program = Program::start(&vendor.base, &["--log-file", "sluice.log"]);
    let address = program.url.trim_start_matches("http://").to_owned();
    for path in ["/api/x%0aINFO%20forged", "/api/\u{1b}[31mred", "/api/a\\nb", "/runs?\u{9b}31m"] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: evil.example\r\nx-request-id: a\u{1b}[1mb\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
    let refused = program.get("/api/c/mine/workflows/runs/r1").header("host", "evil.example").send().await.unwrap();
    assert_eq!(refused.status(), 403);
    let text = std::fs::read(program.folder.path().join("sluice.log")).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()), "{text:?}");
    for line in text.lines() {
        assert!(line.starts_with("20"), "a line that nobody dated: {line:?}");
    }
    let line = text.lines().find(|line| line.contains("/api/c/mine/workflows/runs/r1")).unwrap_or_else(|| panic!("{text}"));
    assert!(line.contains("refused") && line.contains("127.0.0.1:") && line.contains("status=403"), "{line}");
}

#[tokio::test]
async fn a_write_whose_caller_left_is_logged() {
    let (arrived, mut arrival) = mpsc::channel::<()>(1);
    let router = Router::new().fallback(move |method: Method| {
        let arrived = arrived.clone();
        async move {
            // What the gateway reads ahead comes too, before or after it.
            if method == Method::POST {
                arrived.send(()).await.unwrap();
            }
            std::future::pending::<Response<Body>>().await
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let program = Program::start(&format!("http://{}", listener.local_addr().unwrap()), &["--log-file", "sluice.log"]);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let write =
        client().post(format!("{}/api/c/mine/workflows/wf/run", program.url)).header("x-sluice", "1").header("x-request-id", "left-1");
    let write = tokio::spawn(write.header("content-type", "application/json").body("{}").send());
    arrival.recv().await.unwrap();
    write.abort();
    let log = program.folder.path().join("sluice.log");
    let told = |line: &str| line.contains("the caller left") && line.contains("POST") && line.contains("left-1");
    until("the line", async || std::fs::read_to_string(&log).unwrap().lines().any(told)).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_key_file_that_others_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;
    let vendor = Vendor::plain().await;
    let program = Program::start(&vendor.base, &[]);
    let key = program.folder.path().join("key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    program.signal("-HUP");
    until("read again", async || program.counts().await.contains("reloads_total{outcome=\"taken\"} 1")).await;
    let log = program.log();
    assert_eq!(log.matches("can be read by others on this machine: chmod 600").count(), 1, "{log}");
}

#[tokio::test]
async fn six_hundred_files_of_a_silent_vendor_stop_no_page() {
    let silent = raw_vendor(b"", true).await;
    let other = Vendor::plain().await;
    let gateway = gateway(vec![connection("silent", Dialect::Retab, &silent), connection("retab", Dialect::Retab, &other.base)]).await;
    let files = (0..600).map(|at| gateway.get(&format!("/api/c/silent/file/f{at}")).send());
    let files = tokio::spawn(join_all(files.collect::<Vec<_>>()));
    tokio::time::sleep(Duration::from_millis(500)).await;
    let begun = Instant::now();
    assert_eq!(gateway.get("/").header("accept", "text/html").send().await.unwrap().status(), 200);
    assert_eq!(gateway.get("/api/c/retab/workflows").send().await.unwrap().status(), 200);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    files.abort();
}
