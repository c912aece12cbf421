//! Whom a proxy names, from where that counts.

use std::path::Path;

use gateway::auth::{Grant, GroupRole, Mode, Role, SignIn};
use gateway::store::{Location, Store};
use reqwest::StatusCode;
use runs::Dialect;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::grant;
use crate::support::*;

fn named(proxies: &[&str]) -> SignIn {
    let role = |group: &str, grant: Grant| GroupRole { group: group.into(), grant };
    SignIn {
        mode: Mode::Proxy,
        groups: vec![role("reviewers", Grant::everywhere(Role::Reviewer)), role("invoices", grant(Role::Viewer, "retab", &["wf_1"]))],
        proxies: proxies.iter().map(|network| network.parse().unwrap()).collect(),
        ..SignIn::default()
    }
}

async fn behind(sign_in: SignIn) -> Gateway {
    gateway_with(|config| {
        config.connections = vec![connection("retab", Dialect::Retab, "http://127.0.0.1:9/v1")];
        config.sign_in = sign_in;
    })
    .await
}

async fn as_said(gateway: &Gateway, headers: &[(&str, &str)]) -> (StatusCode, Value) {
    let mut request = gateway.get("/api/config");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    (answer.status(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
}

#[tokio::test]
async fn the_proxy_says_who_somebody_is_and_its_groups_say_what_they_may() {
    let gateway = behind(named(&["127.0.0.0/8"])).await;
    let (status, told) = as_said(&gateway, &[("x-forwarded-user", "ada"), ("x-forwarded-groups", "staff, reviewers")]).await;
    assert_eq!(status, 200);
    assert_eq!((&told["person"]["name"], &told["connections"][0]["decides"]), (&"ada".into(), &true.into()));
    assert_eq!(told["person"]["sign_out"], false, "the proxy ends its own sign-in");
    let (_, told) = as_said(&gateway, &[("x-forwarded-user", "ivo"), ("x-forwarded-groups", "invoices")]).await;
    assert_eq!(told["connections"][0]["decides"], serde_json::json!([]));
    for (headers, expected, says) in [
        (&[][..], 401, "did not say who you are"),
        (&[("x-forwarded-user", " ")][..], 401, "did not say who you are"),
        (&[("x-forwarded-user", "eve")][..], 403, "no group"),
        (&[("x-forwarded-user", "eve"), ("x-forwarded-groups", "reviewers2,re viewers")][..], 403, "no group"),
        (&[("x-forwarded-user", "ada"), ("x-forwarded-user", "eve"), ("x-forwarded-groups", "reviewers")][..], 400, "twice"),
        (&[("x-forwarded-user", "ada"), ("x-forwarded-groups", "a"), ("x-forwarded-groups", "reviewers")][..], 400, "twice"),
    ] {
        let (status, problem) = as_said(&gateway, headers).await;
        assert_eq!(status.as_u16(), expected, "{headers:?}");
        assert!(problem["detail"].as_str().unwrap().contains(says), "{problem}");
    }
}

#[tokio::test]
async fn nobody_but_the_configured_proxy_is_believed() {
    let gateway = behind(named(&["192.0.2.0/24", "2001:db8::/32"])).await;
    let (status, problem) =
        as_said(&gateway, &[("x-forwarded-user", "ada"), ("x-forwarded-groups", "reviewers"), ("x-forwarded-for", "192.0.2.1")]).await;
    assert_eq!(status, 403);
    assert!(problem["detail"].as_str().unwrap().contains("127.0.0.1 is not one"), "{problem}");
    // The headers mean nothing in the other modes.
    let mut sign_in = named(&["127.0.0.1/32"]);
    sign_in.mode = Mode::Tokens;
    let gateway = behind(sign_in).await;
    assert_eq!(as_said(&gateway, &[("x-forwarded-user", "ada"), ("x-forwarded-groups", "reviewers")]).await.0, 401);
}

#[cfg(unix)]
async fn over(socket: &Path, request: &str) -> String {
    let mut stream = tokio::net::UnixStream::connect(socket).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_is_for_its_owner_alone_and_answers_to_the_public_name() {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("sluice.sock");
    let mode = || std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777;
    // One that was killed leaves its socket behind.
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    let listener = gateway::server::bind_unix(&socket).unwrap();
    assert_eq!(mode(), 0o600);
    assert!(std::fs::metadata(&socket).unwrap().file_type().is_socket());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing else is left in the folder");
    assert!(gateway::server::bind_unix(&socket).unwrap_err().contains("taken by another program"));
    let other = dir.path().join("a-file");
    std::fs::write(&other, "kept").unwrap();
    assert!(gateway::server::bind_unix(&other).unwrap_err().contains("no socket"));
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "kept");

    let dist = tempfile::tempdir().unwrap();
    std::fs::write(dist.path().join("index.html"), "<title>Sluice</title>").unwrap();
    let app = gateway::app::App::new(gateway::app::Parts {
        connections: vec![],
        names: gateway::guard::Names::of_proxy(&["sluice.example.com".into()]),
        frame_ancestors: vec![],
        assets: gateway::assets::Assets::open(dist.path()).unwrap(),
        store: Store::open(&Location::Memory).await.unwrap(),
        shared_device: false,
        ledger: false,
        drafts: gateway::drafts::Settings::default(),
        audit_mb_per_day: gateway::config::DEFAULT_AUDIT_MB,
        base_path: String::new(),
        events: true,
        sign_in: named(&[]),
    });
    let router = gateway::app::router(std::sync::Arc::new(app.unwrap()));
    tokio::spawn(gateway::server::serve(listener, router, gateway::server::Limits::default(), std::future::pending()));
    let head = |host: &str| format!("GET /api/config HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    let answer =
        over(&socket, &format!("{}x-forwarded-user: ada\r\nx-forwarded-groups: reviewers\r\n\r\n", head("sluice.example.com"))).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"name\":\"ada\""), "{answer}");
    assert!(over(&socket, &format!("{}\r\n", head("sluice.example.com"))).await.starts_with("HTTP/1.1 401"));
    assert!(over(&socket, &format!("{}\r\n", head("localhost"))).await.starts_with("HTTP/1.1 403"));
}
