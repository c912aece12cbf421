//! The vendors' own clients against a sandbox: whatever they refuse in an answer, the sandbox has wrong.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::failure::{Failure, Result};
use crate::setup::{Client, Installed};
use crate::workbench::{Workbench, shown};

/// Runs of each dialect's long history: enough for every way in which one of them can end.
const RUNS: &str = "150";

/// Walks with every client that is installed, side by side; answers with why the others were left out.
pub(super) fn walk(bench: &Workbench, clients: &[Installed], server: &Path) -> Result<Option<String>> {
    let left_out = clients.iter().find_map(|(_, python)| python.as_ref().err());
    let ready: Vec<_> = clients.iter().filter_map(|(client, python)| Some((client, python.as_ref().ok()?))).collect();
    if ready.is_empty() {
        return Ok(left_out.cloned());
    }
    let sandbox = Sandbox::start(bench, server)?;
    let mut walks = Vec::new();
    for (client, python) in ready {
        walks.push((client, start(&mut command(bench, client, python, &sandbox.url))?));
    }
    let mut failed = Vec::new();
    for (client, walk) in walks {
        let output = walk.wait_with_output().map_err(|error| Failure::new(format!("`{}` broke off", client.script)).because(error))?;
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        eprintln!("{}", String::from_utf8_lossy(&output.stdout).trim_end());
        if !output.status.success() {
            failed.push(format!("{} {}", client.name, client.version));
        }
    }
    if failed.is_empty() {
        return Ok(left_out.cloned());
    }
    Err(Failure::new(format!("the sandbox gives answers that {} refuses", failed.join(" and ")))
        .next("read above which field of which answer it is; `sluice sandbox` and the scripts in tests/clients repeat it step by step"))
}

fn command(bench: &Workbench, client: &Client, python: &Path, url: &str) -> Command {
    let mut command = bench.command(python);
    command.arg(bench.clients_dir().join(client.script)).arg(url).env("PYTHONDONTWRITEBYTECODE", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn start(command: &mut Command) -> Result<Child> {
    let started = command.stdin(Stdio::null()).spawn();
    started.map_err(|error| Failure::new(format!("could not start `{}`", shown(command))).because(error))
}

/// A sandbox of this stage's own, in memory; gone with it.
struct Sandbox {
    child: Child,
    url: String,
}

impl Sandbox {
    fn start(bench: &Workbench, server: &Path) -> Result<Self> {
        let mut command = bench.command(server);
        command.args(["sandbox", "--listen", "127.0.0.1:0", "--db", ":memory:", "--quiet", "--runs", RUNS]).env("RUST_LOG", "error");
        let mut child = start(command.stdout(Stdio::piped()))?;
        let mut first = String::new();
        if let Some(out) = child.stdout.take() {
            // Whatever it prints after that, nobody reads.
            let _ = BufReader::new(out).read_line(&mut first);
        }
        let mut sandbox = Self { child, url: String::new() };
        match first.split_whitespace().find(|word| word.starts_with("http://")) {
            Some(url) => url.clone_into(&mut sandbox.url),
            None => return Err(Failure::new("the sandbox did not start").because(format!("it said: {first}"))),
        }
        Ok(sandbox)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Nothing of it is kept; that it may have ended by itself is no matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
