//! Two gateways on one PostgreSQL, as programs of their own: killed, the other goes on.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::*;

struct Replica {
    child: Child,
    url: String,
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Replica {
    fn start(config: &std::path::Path, app: &std::path::Path, place: &Place) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(config).arg("--app").arg(app);
        command.env_remove("SLUICE_CONFIG").env("SLUICE_STORE_URL", place.argument()).env("RUST_LOG", "warn");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_else(|| panic!("it said: {line}"));
        Self { url: url.to_owned(), child }
    }

    async fn progress(&self) -> Vec<Value> {
        let answer = client().get(format!("{}/api/ledger", self.url)).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        body["flows"].as_array().unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_replicas_walks_and_the_other_takes_over() {
    let Some(place) = Place::postgres() else { return };
    let sandbox = sandbox::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        runs: 4_000,
        dialect: sandbox::Dialect::parse("tableflow"),
        quiet: true,
        ..sandbox::Config::default()
    };
    let sandbox = sandbox::serve(sandbox, std::future::pending()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<title>Sluice</title>").unwrap();
    let config = folder.path().join("sluice.toml");
    let base = gateway::sandboxed::connections(&sandbox).unwrap();
    let base = &base.iter().find(|connection| connection.dialect == Dialect::TableFlow).unwrap().base_url;
    let text = format!(
        "[ledger]\nrequests_per_second = 4\n[[connections]]\nid = \"tf\"\ndialect = \"tableflow\"\nbase_url = \"{base}\"\nsandbox = true\n"
    );
    std::fs::write(&config, text).unwrap();
    let one = Replica::start(&config, folder.path(), &place);
    let two = Replica::start(&config, folder.path(), &place);

    let began = Instant::now();
    let walked = loop {
        let flows = two.progress().await;
        let longest = flows.iter().filter_map(|flow| flow["listed"].as_i64()).max().unwrap_or_default();
        if longest >= 1_000 {
            break longest;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "nobody walks: {flows:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert!(walked < 4_000, "too quick to be killed in the middle");
    // Whichever walks: it is killed outright, and started anew, and then the other.
    drop(one);
    let one = Replica::start(&config, folder.path(), &place);
    tokio::time::sleep(Duration::from_millis(200)).await;
    drop(two);
    let began = Instant::now();
    loop {
        let flows = one.progress().await;
        if flows.iter().all(kept) {
            assert!(flows.iter().any(|flow| flow["numbered"].as_i64() >= Some(4_000)), "{flows:?}");
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "nobody took over: {flows:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
