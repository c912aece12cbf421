//! `cargo xtask screenshots`: the README's pictures, from today's app and the sandbox.

use crate::app::{self, ServerProfile};
use crate::failure::Result;
use crate::setup;
use crate::test::playwright_env;
use crate::workbench;

pub(crate) fn take() -> Result<()> {
    let ready = setup::for_tests()?;
    let bench = &ready.bench;
    app::build(bench)?;
    let server = app::server(bench, ServerProfile::Dev)?;
    let mut playwright = bench.command("playwright");
    playwright.args(["test", "--project=screenshots", "--workers=1", "--reporter=line"]).current_dir(bench.tests_dir());
    for (variable, value) in playwright_env(&ready, server, &ready.browser.chromium) {
        playwright.env(variable, value);
    }
    workbench::run(&mut playwright)
}
