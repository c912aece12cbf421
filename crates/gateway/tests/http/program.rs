//! The binary as people start it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Response;

use crate::support::*;

fn sluice() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.env_remove("SLUICE_CONFIG").env_remove("RUST_LOG");
    command
}

fn run(arguments: &[&str]) -> Output {
    sluice().args(arguments).output().unwrap()
}

/// One clear line on standard error, nothing else.
fn refusal(output: &Output) -> String {
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(text.trim_end().lines().count(), 1, "{text}");
    assert!(text.starts_with("sluice: "), "{text}");
    assert!(output.stdout.is_empty());
    text
}

/// A program that is killed with its test.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Started {
    fn with(arguments: &[&str]) -> (Self, BufReader<std::process::ChildStdout>) {
        let mut child = sluice().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        (Self(child), out)
    }
}

fn dist() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("index.html"), "<title>Sluice</title>").unwrap();
    dir
}

fn address(line: &str) -> String {
    line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_else(|| panic!("no address in {line:?}")).to_owned()
}

#[test]
fn the_version_is_told() {
    let output = run(&["--version"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("sluice {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_bad_start_ends_with_one_line() {
    let dist = dist();
    let app = dist.path().to_str().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let config = dist.path().join("sluice.toml");
    let file = config.to_str().unwrap();
    std::fs::write(&config, "[[connections]]\nid = \"x\"\nkey = \"sk_hush\"\n").unwrap();
    for (arguments, says) in [
        (vec!["serve", "--app", app, "--listen", "0.0.0.0:8600"], "not a loopback address"),
        (vec!["serve", "--app", app, "--listen", "192.168.1.5:80"], "127.0.0.1:80"),
        (vec!["serve", "--app", app, "--listen", "8600"], "looks like 127.0.0.1:8600"),
        (vec!["serve", "--app", app, "--listen", &taken], "taken by another program"),
        (vec!["serve", "--app", "no-such-folder"], "cargo xtask run"),
        (vec!["serve", "--config", "no-such.toml"], "no-such.toml: cannot be read"),
        (vec!["serve", "--config", file], "sluice.toml, line 3: a key does not belong"),
        (vec!["check", "--config", file], "sluice.toml, line 3: a key does not belong"),
        (vec!["check", "--config", "no-such.toml"], "no-such.toml: cannot be read"),
        (vec!["sandbox", "--listen", "0.0.0.0:8601"], "not a loopback address"),
        (vec!["sandbox", "--db", ":memory:", "--listen", &taken], "Cannot listen"),
    ] {
        let text = refusal(&run(&arguments));
        assert!(text.contains(says), "{arguments:?}: {text}");
        assert!(!text.contains("hush"), "{text}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn serving_with_a_configuration_and_stopping() {
    let vendor = Vendor::plain().await;
    let dist = dist();
    let key = dist.path().join("key");
    std::fs::write(&key, format!("{SECRET}\n")).unwrap();
    let config = dist.path().join("sluice.toml");
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\napp = \".\"\n[[connections]]\nid = \"mine\"\ndialect = \"retab\"\nbase_url = \"{}\"\nkey_file = \"key\"\n",
        vendor.base
    );
    std::fs::write(&config, text).unwrap();
    let (mut program, mut out) = Started::with(&["serve", "--config", config.to_str().unwrap(), "--store", ":memory:"]);
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let address = address(&line);
    let page = client().get(&address).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("Sluice"));
    let answer = client().get(format!("{address}/api/c/mine/workflows/runs/run_7?name=private")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(vendor.seen()[0].headers["api-key"], SECRET);

    let asked = Instant::now();
    let killed = Command::new("kill").args(["-TERM", &program.0.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "Sluice has stopped.\n");
    assert!(program.0.wait().unwrap().success());
    assert!(asked.elapsed() < Duration::from_secs(5));
    let mut log = String::new();
    program.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.contains("workflows/runs/*") && log.contains("mine") && log.contains("200"), "{log}");
    assert!(!log.contains("private") && !log.contains("run_7") && !log.contains(SECRET), "{log}");
}

#[tokio::test]
async fn check_tells_a_refused_key_from_an_unreachable_vendor() {
    let good = Vendor::answering(|_| {
        let body = r#"{"data":[],"list_metadata":{"before":null,"after":null}}"#;
        Response::builder().header("content-type", "application/json").body(Body::from(body)).unwrap()
    })
    .await;
    let refusing = Vendor::answering(|seen| {
        // A vendor that repeats the key would not get it printed here either way: only this test looks.
        assert_eq!(seen.headers["api-key"], SECRET);
        Response::builder().status(401).body(Body::from(r#"{"detail":"Invalid API key"}"#)).unwrap()
    })
    .await;
    let other = Vendor::answering(|_| Response::new(Body::from("<html>hello</html>"))).await;
    let dist = dist();
    std::fs::write(dist.path().join("key"), SECRET).unwrap();
    let mut text = String::new();
    for (id, base) in
        [("good", good.base.clone()), ("refusing", refusing.base.clone()), ("gone", nobody().await), ("other", other.base.clone())]
    {
        text += &format!("[[connections]]\nid = \"{id}\"\ndialect = \"retab\"\nbase_url = \"{base}\"\nkey_file = \"key\"\n");
    }
    let config = dist.path().join("sluice.toml");
    std::fs::write(&config, text).unwrap();
    let file = config.to_str().unwrap().to_owned();
    let output = tokio::task::spawn_blocking(move || run(&["check", "--config", &file])).await.unwrap();
    assert!(!output.status.success(), "one failed");
    let out = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines.len(), 4, "{out}");
    for (line, says) in lines.iter().zip([
        ["good", "ok", "key accepted, 0 flows found"],
        ["refusing", "FAILED", "refused the key (401: Invalid API key)"],
        ["gone", "FAILED", "cannot be reached"],
        ["other", "FAILED", "not its API"],
    ]) {
        for part in says {
            assert!(line.contains(part), "{part} in {line}");
        }
    }
    assert!(!out.contains(SECRET));
}

#[tokio::test]
async fn without_a_configuration_the_sandbox_runs_beside_it() {
    let dist = dist();
    let app = dist.path().to_str().unwrap();
    let (_program, mut out) = Started::with(&[
        "serve",
        "--app",
        app,
        "--listen",
        "127.0.0.1:0",
        "--db",
        ":memory:",
        "--store",
        ":memory:",
        "--runs",
        "100",
        "--quiet",
    ]);
    let (mut first, mut second) = (String::new(), String::new());
    out.read_line(&mut first).unwrap();
    out.read_line(&mut second).unwrap();
    assert!(second.contains("key: sandbox"), "{second}");
    let answer = client().get(format!("{}/api/config", address(&first))).send().await.unwrap();
    let json: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let found: Vec<_> = json["connections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["id"].as_str().unwrap(), one["sandbox"].as_bool().unwrap()))
        .collect();
    assert_eq!(found, [("retab", true), ("tableflow", true), ("flowstack", true), ("superai", true), ("retab-reviews", true)]);
    for path in ["retab/workflows", "tableflow/flows", "flowstack/flows", "superai/flows"] {
        let answer = client().get(format!("{}/api/c/{path}", address(&first))).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
}

#[test]
fn a_new_token_is_shown_once_and_what_is_printed_with_it_lets_it_in() {
    let made = run(&["token", "new", "--name", "Ada \"the first\"", "--role", "admin", "--connection", "retab", "--flow", "wf_1"]);
    assert!(made.status.success());
    let (token, told) = (String::from_utf8(made.stdout).unwrap(), String::from_utf8(made.stderr).unwrap());
    let token = token.trim_end();
    assert!(token.starts_with("sluice_") && !told.contains(token), "{told}");
    let entry = &told[told.find("[[sign_in.tokens]]").unwrap()..];
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sluice.toml");
    let text = format!(
        "[server]\nlisten = \"0.0.0.0:0\"\n[sign_in]\nmode = \"tokens\"\n{entry}\n[[connections]]\nid = \"retab\"\ndialect = \"retab\"\n\
         base_url = \"http://127.0.0.1:9\"\nsandbox = true\n"
    );
    std::fs::write(&file, text).unwrap();
    let config = gateway::config::load(&file).unwrap();
    let known = &config.sign_in.tokens[0];
    assert!(known.hash.fits(token) && known.name == "Ada \"the first\"", "{known:?}");
    // And the program itself listens beyond this machine now.
    let dist = dist();
    let (app, file) = (dist.path().to_str().unwrap(), file.to_str().unwrap());
    let (_started, mut out) = Started::with(&["serve", "--config", file, "--app", app, "--store", ":memory:"]);
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert!(line.contains("http://0.0.0.0:"), "{line}");
    let wrong = run(&["token", "new", "--name", "x", "--flow", "wf_1", "--connection", "a", "--connection", "b"]);
    assert!(refusal(&wrong).contains("one connection"));
}
