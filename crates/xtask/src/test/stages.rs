//! The stages of `cargo xtask test`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{clients, lints};
use crate::app::{self, ServerProfile};
use crate::background::Background;
use crate::engines;
use crate::failure::{AtPath, Failure, Result};
use crate::setup::{Deploying, JSON_SCHEMA, ReadyForTests, schema_suite};
use crate::workbench::{self, Workbench};

/// The package whose tests run in the browser; all others run natively.
const APP: &str = "sluice-app";

pub(super) struct Stages {
    ready: ReadyForTests,
    app: App,
    server: Option<PathBuf>,
}

/// The release build of the app: made once, whichever stages ask for it.
enum App {
    Missing,
    /// Being built beside the stages that do not need it: its linking and shrinking keep one core busy for minutes.
    Building(Background),
    Built,
    Failed,
}

impl Stages {
    pub(super) fn new(ready: ReadyForTests) -> Self {
        Self { ready, app: App::Missing, server: None }
    }

    /// Begins to build the app; whichever stage needs it waits for it.
    pub(super) fn begin_app(&mut self) -> Result<()> {
        let this = std::env::current_exe().map_err(|error| Failure::new("xtask does not find itself").because(error))?;
        let building = Background::start(self.bench(), "the app", "app-build.log", self.bench().command(this).arg("build"))?;
        self.app = App::Building(building);
        Ok(())
    }

    fn bench(&self) -> &Workbench {
        &self.ready.bench
    }

    fn cargo(&self, args: &[&str]) -> Command {
        let mut cargo = self.bench().command("cargo");
        cargo.args(args);
        cargo
    }

    /// A cargo that compiles for the native tests.
    fn tested(&self) -> Command {
        app::tested(self.bench().command("cargo"))
    }

    /// A cargo that compiles for the tests in the browser.
    fn tested_web(&self) -> Command {
        app::tested(self.bench().wasm_command("cargo"))
    }

    pub(super) fn fmt(&self) -> Result<()> {
        workbench::run(&mut self.cargo(&["fmt", "--all", "--check"]))
            .map_err(|failure| Failure::new("not formatted").after(&failure).next("run `cargo fmt --all`"))
    }

    pub(super) fn clippy(&self) -> Result<()> {
        // What the stages `unit` and `web` run, compiled here: nothing is compiled for the lints alone.
        lints::deny(self.tested().args(["build", "--workspace", "--exclude", APP, "--bins", "--tests"]))?;
        lints::deny(self.tested_web().args(["test", "--no-run", "--target", "wasm32-unknown-unknown", "--package", APP]))
    }

    /// Answers with what could not be tried here.
    pub(super) fn unit(&self) -> Result<Option<String>> {
        let mut nextest = self.tested();
        nextest.args(["nextest", "run", "--workspace", "--exclude", APP]);
        // The same random inputs with every run, unless somebody asks for others.
        if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
            nextest.env("PROPTEST_RNG_SEED", "20261130");
        }
        workbench::run(&mut nextest)?;
        // nextest leaves out the examples in the documentation.
        workbench::run(self.tested().args(["test", "--quiet", "--doc", "--workspace", "--exclude", APP]))?;
        Ok(self.ready.without_postgres.clone())
    }

    /// Answers with why a client could not be tried.
    pub(super) fn clients(&mut self) -> Result<Option<String>> {
        let server = self.ensure_server()?;
        clients::walk(self.bench(), &self.ready.clients, &server)
    }

    pub(super) fn web(&self) -> Result<()> {
        let selection = self.web_targets()?;
        if selection.is_empty() {
            eprintln!("{APP} has no tests for the browser yet");
            return Ok(());
        }
        let mut cargo = self.tested_web();
        cargo
            .args(["test", "--no-fail-fast", "--target", "wasm32-unknown-unknown", "--package", APP])
            .args(selection)
            .env("CHROMEDRIVER", &self.ready.browser.driver)
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", self.webdriver_json()?)
            // Unit tests of the library too, which do not say where they run.
            .env("WASM_BINDGEN_USE_BROWSER", "1")
            .env("WASM_BINDGEN_TEST_TIMEOUT", "180")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30");
        workbench::run(&mut cargo)
    }

    /// `--lib` and `--test NAME` of what there is: cargo refuses a selection that matches nothing.
    fn web_targets(&self) -> Result<Vec<String>> {
        let metadata = workbench::output(&mut self.cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"]))
            .ok_or_else(|| Failure::new("`cargo metadata` failed").next("run it and read what it says"))?;
        let metadata: Value =
            serde_json::from_str(&metadata).map_err(|error| Failure::new("the answer of `cargo metadata` is not JSON").because(error))?;
        Ok(browser_targets(&metadata))
    }

    /// The repository's webdriver.json with the browser that setup found.
    fn webdriver_json(&self) -> Result<PathBuf> {
        let template = self.bench().root.join("webdriver.json");
        let text = fs::read_to_string(&template).at("read", &template)?;
        let mut capabilities: Value =
            serde_json::from_str(&text).map_err(|error| Failure::new("webdriver.json is not JSON").because(error))?;
        let chromium = self.ready.browser.chromium.to_string_lossy().into_owned();
        capabilities["goog:chromeOptions"]["binary"] = Value::String(chromium);
        let target_dir = &self.bench().target_dir;
        fs::create_dir_all(target_dir).at("create", target_dir)?;
        let path = target_dir.join("webdriver.json");
        fs::write(&path, capabilities.to_string()).at("write", &path)?;
        Ok(path)
    }

    pub(super) fn size(&mut self) -> Result<()> {
        let mut playwright = self.playwright(&["--project=size"])?;
        workbench::run(&mut playwright)
    }

    /// The JSON Schema Test Suite through the app's own worker. Answers with why there is none here.
    pub(super) fn schema(&mut self) -> Result<Option<String>> {
        let suite = match schema_suite::ensure(self.bench()) {
            Ok(suite) => suite,
            Err(failure) => return Ok(Some(failure.on_one_line())),
        };
        self.ensure_app()?;
        let bench = self.bench();
        let worker = bench.dist().join(format!("schema-{JSON_SCHEMA}")).join("worker.mjs");
        workbench::run(bench.command("node").arg(bench.tests_dir().join("schema/suite.mjs")).arg(worker).arg(suite)).map_err(
            |failure| Failure::new("what is not checked as the JSON Schema Test Suite says is not what is known to be").after(&failure),
        )?;
        Ok(None)
    }

    /// The files of `deploy/`. Answers with what could not be tried here.
    pub(super) fn deploy(&mut self) -> Result<Option<String>> {
        self.ensure_app()?;
        let Deploying { base, left_out } = &self.ready.deploying;
        // The selection of the native tests, for the same compiled crates; all else is left to the filter.
        let mut nextest = self.tested();
        nextest.args(["nextest", "run", "--workspace", "--exclude", APP, "--run-ignored", "only", "-E"]);
        let without: String = left_out.iter().map(|(part, _)| format!(" - test(/^{part}/)")).collect();
        nextest.arg(format!("(package(gateway) & binary(deploy)){without}")).env("SLUICE_APP", self.bench().dist());
        if let Some(base) = base {
            nextest.env("SLUICE_BASE_ROOT", base);
        }
        workbench::run(&mut nextest)?;
        let why: Vec<&str> = left_out.iter().map(|(_, why)| why.as_str()).collect();
        Ok((!why.is_empty()).then(|| format!("a part of deploy/ was left out: {}", why.join("; "))))
    }

    /// Real engines, started for this and ended again. Answers with why one is not there.
    pub(super) fn engines(&self) -> Result<Option<String>> {
        let mut nextest = self.tested();
        nextest.args(["nextest", "run", "--workspace", "--exclude", APP, "--run-ignored", "only"]);
        // As in the browser: a busy machine may be late, and what needed another try is listed as flaky.
        if std::env::var_os("CI").is_some() {
            nextest.args(["--retries", "1"]);
        }
        let (mut running, mut missing) = (Vec::new(), Vec::new());
        let mut without = String::new();
        for (engine, started) in engines::own(self.bench()) {
            match started {
                Ok(started) => {
                    let variable = |what: &str| format!("SLUICE_{}_{what}", engine.slug().to_uppercase());
                    nextest.env(variable("URL"), &started.url).env(variable("KEY"), engine.key());
                    running.push(started);
                }
                Err(failure) => {
                    missing.push(format!("{}: {}", engine.name(), failure.on_one_line()));
                    without.push_str(&format!(" - test(/^{}::/)", engine.slug()));
                }
            }
        }
        if !running.is_empty() {
            // Most of the time they wait for their runs.
            nextest.args(["--test-threads", "6", "-E"]).arg(format!("(package(gateway) & binary(engines)){without}"));
            workbench::run(&mut nextest)?;
        }
        Ok((!missing.is_empty()).then(|| missing.join("; ")))
    }

    pub(super) fn e2e(&mut self, args: &[String]) -> Result<()> {
        self.typecheck()?;
        let mut playwright = self.playwright(&[])?;
        if !args.iter().any(|arg| arg.starts_with("--project")) {
            playwright.args(["--project=desktop", "--project=phone"]);
        }
        workbench::run(playwright.args(args))
    }

    fn typecheck(&self) -> Result<()> {
        // Playwright strips types without looking at them.
        workbench::run(self.bench().command("tsc").args(["--project", "tests"]))
    }

    fn playwright(&mut self, args: &[&str]) -> Result<Command> {
        self.ensure_app()?;
        let server = self.ensure_server()?;
        let mut playwright = self.bench().command("playwright");
        playwright.arg("test").args(args).current_dir(self.bench().tests_dir());
        for (name, value) in playwright_env(&self.ready, server, &self.ready.browser.shell) {
            playwright.env(name, value);
        }
        Ok(playwright)
    }

    fn ensure_app(&mut self) -> Result<()> {
        let built = match std::mem::replace(&mut self.app, App::Failed) {
            App::Built => Ok(()),
            App::Missing => app::build(self.bench()),
            App::Building(building) => building.finish(),
            App::Failed => {
                return Err(Failure::new("the app was not built").next("see the stage before; `cargo xtask build` repeats the build alone"));
            }
        };
        if built.is_ok() {
            self.app = App::Built;
        }
        built
    }

    fn ensure_server(&mut self) -> Result<PathBuf> {
        if let Some(server) = &self.server {
            return Ok(server.clone());
        }
        let server = app::server(self.bench(), ServerProfile::Dev)?;
        self.server = Some(server.clone());
        Ok(server)
    }
}

/// What the fixtures of `tests/` read.
pub(crate) fn playwright_env(ready: &ReadyForTests, server: PathBuf, browser: &Path) -> [(&'static str, OsString); 4] {
    [
        ("SLUICE_BIN", server.into_os_string()),
        ("SLUICE_APP", ready.bench.dist().into_os_string()),
        ("SLUICE_CHROMIUM", browser.into()),
        // For what the headless shell cannot do.
        ("SLUICE_BROWSER", ready.browser.chromium.clone().into_os_string()),
    ]
}

fn browser_targets(metadata: &Value) -> Vec<String> {
    let Some(packages) = metadata["packages"].as_array() else {
        return Vec::new();
    };
    let targets = packages.iter().filter(|package| package["name"] == APP).filter_map(|package| package["targets"].as_array()).flatten();
    let mut selection = Vec::new();
    for target in targets {
        let kinds = target["kind"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is = |kind: &str| kinds.iter().any(|known| known == kind);
        if is("test") {
            let name = target["name"].as_str().unwrap_or_default();
            selection.extend(["--test".to_owned(), name.to_owned()]);
        } else if is("lib") || is("rlib") || is("cdylib") {
            selection.push("--lib".to_owned());
        }
    }
    selection
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_apps_own_library_and_tests_run_in_the_browser() {
        let metadata = json!({"packages": [
            {"name": "runs", "targets": [{"kind": ["lib"], "name": "runs"}]},
            {"name": APP, "targets": [
                {"kind": ["lib"], "name": "sluice_app"},
                {"kind": ["bin"], "name": "sluice-app"},
                {"kind": ["test"], "name": "web_timeline"},
            ]},
        ]});
        assert_eq!(browser_targets(&metadata), ["--lib", "--test", "web_timeline"]);
    }

    #[test]
    fn an_app_without_library_and_tests_selects_nothing() {
        let metadata = json!({"packages": [{"name": APP, "targets": [{"kind": ["bin"], "name": "sluice-app"}]}]});
        assert!(browser_targets(&metadata).is_empty());
    }
}
