//! The program itself, with a configuration of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::support::*;

/// The program with a configuration of its own; killed with its test.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) url: String,
    pub(crate) metrics: String,
    pub(crate) folder: TempDir,
    client: reqwest::Client,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn entry(id: &str, base: &str) -> String {
    format!("[[connections]]\nid = \"{id}\"\ndialect = \"retab\"\nbase_url = \"{base}\"\nkey_file = \"key\"\nshare_ms = 0\n")
}

impl Program {
    pub(crate) fn start(base: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("index.html"), "<title>Sluice</title>").unwrap();
        std::fs::write(folder.path().join("key"), SECRET).unwrap();
        let server = "[server]\nlisten = \"127.0.0.1:0\"\nmetrics_listen = \"127.0.0.1:0\"\napp = \".\"\nstore = \":memory:\"\n";
        std::fs::write(folder.path().join("sluice.toml"), format!("{server}{}", entry("mine", base))).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
        command.current_dir(folder.path()).env_remove("RUST_LOG").args(["serve", "--config", "sluice.toml"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut address = |of: &str| {
            let mut line = String::new();
            while !line.contains(of) {
                line.clear();
                assert!(out.read_line(&mut line).unwrap() > 0, "no address of {of}");
            }
            line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_else(|| panic!("no address in {line:?}")).to_owned()
        };
        let (url, metrics) = (address("Sluice"), address("metrics"));
        Self { child, url, metrics, folder, client: client() }
    }

    pub(crate) fn config(&self) -> std::path::PathBuf {
        self.folder.path().join("sluice.toml")
    }

    pub(crate) fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }

    pub(crate) fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub(crate) async fn counts(&self) -> String {
        self.client.get(&self.metrics).send().await.unwrap().text().await.unwrap()
    }

    /// Ends it and gives what it logged to standard error.
    pub(crate) fn log(mut self) -> String {
        self.signal("-TERM");
        self.child.wait().unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

/// Waits until something is so; it is asked every few milliseconds.
pub(crate) async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..400 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never: {what}");
}
