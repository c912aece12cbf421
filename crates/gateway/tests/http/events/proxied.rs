//! Through nginx and Caddy as they are: each line arrives when it is said.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::*;

/// A proxy of somebody else's, which ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn free() -> SocketAddr {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Starts it and waits until it takes connections; `None`: it is not on this machine.
async fn start(program: &str, arguments: &[&str], folder: &std::path::Path, at: SocketAddr) -> Option<Running> {
    let mut command = Command::new(program);
    command.args(arguments).env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    let Ok(child) = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
        eprintln!("There is no {program} on this machine: streams through it were not tried.");
        return None;
    };
    let running = Running(child);
    let begun = Instant::now();
    while tokio::net::TcpStream::connect(at).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{program} did not start");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Some(running)
}

/// What is said at the beginning, and what is said later, arrives in time.
async fn arrives_in_time(at: SocketAddr, gateway: &Gateway) {
    let number = tag(gateway.get(&format!("/api/{RUN}"))).await;
    let answer = gateway.client.get(format!("http://{at}{}", watching(&[(RARE, RUN)])));
    let begun = Instant::now();
    let mut told = Told::through(answer.send().await.unwrap());
    assert_eq!(told.line().await.as_deref(), Some("hello"));
    assert_eq!(told.news().await, format!("0 {number}"));
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    let written = Instant::now();
    assert_eq!(gateway.post("/api/c/retab/workflows/runs/r1/cancel", "{}").send().await.unwrap().status(), 200);
    assert_ne!(told.news().await, format!("0 {number}"));
    assert!(written.elapsed() < Duration::from_secs(4), "{:?}", written.elapsed());
    // And a stream that ends here ends there.
    gateway.app.hub().unwrap().close();
    tokio::time::timeout(Duration::from_secs(2), told.end()).await.unwrap();
}

async fn numbers() -> Gateway {
    let (vendor, _) = numbered().await;
    gateway(vec![shared(&vendor.base)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_hands_on_what_is_said_as_it_is_said() {
    let (gateway, at, folder) = (numbers().await, free().await, tempfile::tempdir().unwrap());
    let (own, place) = (gateway.addr, folder.path().display());
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {place}/{kind};")).join(" ");
    // It buffers, as it does by default.
    let config = format!(
        "daemon off; master_process off; pid {place}/pid; error_log {place}/log; events {{}} http {{ access_log off; {temporary} server {{ listen {at}; location / {{ proxy_pass http://{own}; \
         proxy_http_version 1.1; proxy_set_header Host {own}; }} }} }}"
    );
    std::fs::write(folder.path().join("nginx.conf"), config).unwrap();
    let file = folder.path().join("nginx.conf");
    if let Some(_running) = start("nginx", &["-c", file.to_str().unwrap(), "-p", folder.path().to_str().unwrap()], folder.path(), at).await
    {
        arrives_in_time(at, &gateway).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn caddy_hands_on_what_is_said_as_it_is_said() {
    let (gateway, at, folder) = (numbers().await, free().await, tempfile::tempdir().unwrap());
    let own = gateway.addr;
    let config = format!(
        "{{\n admin off\n auto_https off\n}}\nhttp://{at} {{\n encode zstd gzip\n reverse_proxy {own} {{\n  header_up Host {own}\n }}\n}}\n"
    );
    let file = folder.path().join("Caddyfile");
    std::fs::write(&file, config).unwrap();
    let arguments = ["run", "--adapter", "caddyfile", "--config", file.to_str().unwrap()];
    if let Some(_running) = start("caddy", &arguments, folder.path(), at).await {
        arrives_in_time(at, &gateway).await;
    }
}
